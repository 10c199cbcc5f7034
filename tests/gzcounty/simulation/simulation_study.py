"""Simulation studies: draw, estimate, compare with the truth, many times.

A study takes a function that draws one sample and estimates it. It returns findings, one for each
quantity whose truth is known. `study` repeats it and says, for each quantity, how far the estimates
are off on average, how often the interval covers the truth, and how often zero is rejected.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gzcounty.parallel import generators, run

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


def study(draw: Draw, draws: int, seed: int, **options: Any) -> pd.DataFrame:
    """Repeat ``draw(generator, **options)``, known by its module and name, and sum up; see above.

    One row a term: truth, mean_estimate, bias and bias_error (its Monte Carlo standard error);
    sd_estimate and mean_std_error, equal if standard errors are right; coverage of 95 % intervals;
    rejected, the share of samples with a p-value of 0.05 or less; draws.
    """
    seeded = generators(seed, draws)
    pieces = [(draw, seeded[i : i + PIECE], options) for i in range(0, draws, PIECE)]
    results = run(_repeat, pieces, n_jobs=JOBS)
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
        tested = sample["p_value"].dropna()
        rows.append(
            {
                "term": term,
                "truth": sample["truth"].mean(),
                "mean_estimate": sample["estimate"].mean(),
                "bias": error.mean(),
                "bias_error": error.std() / np.sqrt(draws),
                "sd_estimate": sample["estimate"].std(),
                "mean_std_error": sample["std_error"].mean(),
                "coverage": covered[bounded].mean(),
                "rejected": (tested <= 0.05).mean(),
                "draws": draws,
            }
        )
    return pd.DataFrame(rows)


def assert_recovers(table: pd.DataFrame, terms=None) -> None:
    """Intervals of 95 % cover the truth in 93 to 97 % of samples; bias within Monte Carlo error."""
    chosen = table if terms is None else table[table.term.isin(terms)]
    assert len(chosen) > 0
    assert (chosen.draws >= 500).all()
    assert chosen.coverage.between(0.93, 0.97).all(), chosen.to_string()
    assert (chosen.bias.abs() <= 3 * chosen.bias_error).all(), chosen.to_string()
    # Where intervals cover, standard errors are as large as the spread of the estimates.
    ratio = chosen.mean_std_error / chosen.sd_estimate
    assert ratio.between(0.9, 1.12).all(), chosen.to_string()


def row(table: pd.DataFrame, term: str) -> pd.Series:
    """Return the row of one term."""
    return table.set_index("term").loc[term]
