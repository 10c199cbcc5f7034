"""Simulation studies: draw, estimate, compare with the truth, many times.

A study takes a function that draws one sample and estimates it. It returns findings, one for each
quantity whose truth is known. `study` repeats it and says, for each quantity, how far the estimates
are off on average, how often the interval covers the truth, and how often zero is rejected.

Each share and mean comes with its Monte Carlo error (Morris, White and Crowther 2019, Statistics in
Medicine 38, 2074-2102, table 6).
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.inference.bootstrap import wild_bootstrap
from gzcounty.models.panel import panel_ols
from gzcounty.parallel import generators, run
from gzcounty.simulation.panel import simulate_panel

# Draws handed to a worker at a time.
PIECE = 25
# Where tests run on every processor already, a study keeps to its own.
JOBS = 1 if "PYTEST_XDIST_WORKER" in os.environ else -1


class Finding(NamedTuple):
    """One quantity in one sample: its truth and what was estimated; NaN where there is nothing."""

    term: str
    truth: float
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    p_value: float


Draw = Callable[..., Sequence[Finding]]


def findings(result: Any, truths: Mapping[str, float], label: str = "") -> list[Finding]:
    """Pick terms from a result's table and put their truths beside them."""
    table = result.table()
    columns = [table[name].tolist() for name in Finding._fields[2:]]
    rows = dict(zip(map(str, table["term"]), zip(*columns, strict=True), strict=True))
    return [
        Finding(f"{label}{term}", float(truth), *map(float, rows[term]))
        for term, truth in truths.items()
    ]


def p_value_of(term: str, p_value: float) -> Finding:
    """Return a finding that has a p-value and nothing else."""
    nothing = float("nan")
    return Finding(term, nothing, nothing, nothing, nothing, nothing, p_value)


def draw_seed(rng: np.random.Generator) -> int:
    """Draw the seed of a resampling, so that no two samples share their draws."""
    return int(rng.integers(2**31))


def study(
    draw: Draw,
    draws: int,
    seed: int,
    *,
    n_jobs: int | None = JOBS,
    progress: bool | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Repeat `draw` and summarise what it finds.

    Parameters
    ----------
    draw : callable
        ``draw(generator, **options)`` returns findings, the same terms each time. It must be known
        by its module and name, so that other processes find it.
    draws : int
        Samples.
    seed : int
        The same seed gives the same table for any number of workers.
    n_jobs, progress
        As in `gzcounty.parallel.run`.
    **options
        Passed to `draw`.

    Returns
    -------
    DataFrame
        One row a term:

        - truth, mean_estimate, bias, bias_error: averages over samples; bias_error is the Monte
          Carlo standard error of bias,
        - sd_estimate, mean_std_error: equal if standard errors are right,
        - coverage, coverage_error: share of 95 % intervals that cover the truth,
        - rejected, rejected_error: share of samples with a p-value of 0.05 or less,
        - draws.

        ``attrs["title"]`` says that the data are SIMULATED.

    """
    if draws < 2:
        raise InputError(f"A study needs at least two draws, not {draws}.")
    seeded = generators(seed, draws)
    pieces = [(draw, seeded[i : i + PIECE], options) for i in range(0, draws, PIECE)]
    results = run(_repeat, pieces, n_jobs=n_jobs, progress=progress, label="samples")
    raw = pd.DataFrame([finding for piece in results for finding in piece], columns=Finding._fields)
    return summarise(raw)


def _repeat(
    draw: Draw, seeded: Sequence[np.random.Generator], options: dict[str, Any]
) -> list[Finding]:
    return [finding for generator in seeded for finding in draw(generator, **options)]


def summarise(raw: pd.DataFrame) -> pd.DataFrame:
    """Summarise findings by term, in the order in which the terms came."""
    rows = []
    for term, sample in raw.groupby("term", sort=False):
        draws = len(sample)
        error = sample["estimate"] - sample["truth"]
        bounded = sample["conf_low"].notna() & sample["conf_high"].notna()
        covered = sample["conf_low"].le(sample["truth"]) & sample["conf_high"].ge(sample["truth"])
        coverage = float(covered[bounded].mean()) if bounded.any() else float("nan")
        tested = sample["p_value"].dropna()
        rejected = float((tested <= 0.05).mean()) if len(tested) else float("nan")
        rows.append(
            {
                "term": term,
                "truth": sample["truth"].mean(),
                "mean_estimate": sample["estimate"].mean(),
                "bias": error.mean(),
                "bias_error": error.std() / np.sqrt(draws),
                "sd_estimate": sample["estimate"].std(),
                "mean_std_error": sample["std_error"].mean(),
                "coverage": coverage,
                "coverage_error": float(np.sqrt(coverage * (1 - coverage) / max(bounded.sum(), 1))),
                "rejected": rejected,
                "rejected_error": float(np.sqrt(rejected * (1 - rejected) / max(len(tested), 1))),
                "draws": draws,
            }
        )
    table = pd.DataFrame(rows)
    table.attrs = {"title": "SIMULATED samples: estimates against the truth"}
    return table


def prefecture_programme(
    rng: np.random.Generator, inside: int = 4, prefectures: int = 8, effect: float = 0.0
) -> list[Finding]:
    """Test a programme of whole prefectures, with shocks that their counties share.

    Three ways: clustered by county, which takes neighbours for news of their own; clustered by
    prefecture with the t distribution; and the wild cluster bootstrap with the null imposed.

    Parameters
    ----------
    inside : int, default 4
        How many prefectures enter, in the middle of the period.
    prefectures : int, default 8
        How many there are, of eleven counties each.
    effect : float, default 0
        Gain in log points.

    Returns
    -------
    list of Finding
        "by county", "by prefecture" and "wild bootstrap".

    Raises
    ------
    InputError
        If no prefecture or every one is inside.

    """
    if not 0 < inside < prefectures:
        raise InputError(
            f"inside must be from 1 to {prefectures - 1}, so that there is something to compare, "
            f"not {inside!r}."
        )
    panel = simulate_panel(
        11 * prefectures, seed=rng, cohorts=[], n_prefectures=prefectures, prefecture_noise=0.04
    )
    chosen = rng.permutation(panel["prefecture"].unique())[:inside]
    enters = panel["prefecture"].isin(chosen) & (panel["year"] >= 2019)
    panel["treated"] = enters.astype(float)
    panel["log_rural_income"] += effect * panel["treated"]
    formula = "log_rural_income ~ treated"
    by_county = panel_ols(formula, panel, "county", "year", cluster="county")
    by_prefecture = panel_ols(formula, panel, "county", "year", cluster="prefecture")
    wild = wild_bootstrap(by_prefecture, "treated", seed=draw_seed(rng))
    tested = {"by county": by_county, "by prefecture": by_prefecture, "wild bootstrap": wild}
    return [
        finding._replace(term=name)
        for name, result in tested.items()
        for finding in findings(result, {"treated": effect})
    ]
