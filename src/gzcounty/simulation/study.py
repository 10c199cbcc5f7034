"""Simulation studies: draw, estimate, compare with the truth, many times.

A study takes a function that draws one sample and estimates it. It returns findings, one for each
quantity whose truth is known. `study` repeats it and says, for each quantity, how far the estimates
are off on average, how often the interval covers the truth, and how often zero is rejected.

Each share and mean comes with its Monte Carlo error (Morris, White and Crowther 2019, Statistics in
Medicine 38, 2074-2102, table 6).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.parallel import chunks, generators, run

# Draws handed to a worker at a time.
PIECE = 25


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


def findings(result: Any, truths: Mapping[str, float], label: str = "") -> list[Finding]:  # noqa: ANN401
    """Pick terms from a result's table and put their truths beside them.

    Parameters
    ----------
    result : anything with a ``table()``
    truths : dict
        Truth by term.
    label : str
        Put before the term, as in ``"clustered: inside"``.
    """
    table = result.table()
    rows = table.assign(term=table["term"].astype(str)).set_index("term")
    fields = list(Finding._fields[2:])
    return [
        Finding(f"{label}{term}", float(truth), *rows.loc[term, fields].astype(float))
        for term, truth in truths.items()
    ]


def p_value_of(term: str, p_value: float) -> Finding:
    """Return a finding that has a p-value and nothing else."""
    nothing = float("nan")
    return Finding(term, nothing, nothing, nothing, nothing, nothing, p_value)


def study(
    draw: Draw,
    draws: int,
    seed: int,
    *,
    n_jobs: int | None = None,
    progress: bool | None = None,
    **options: Any,  # noqa: ANN401
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

    Examples
    --------
    >>> from gzcounty.simulation.cross_section import ols_robust
    >>> from gzcounty.simulation.study import study
    >>> study(ols_robust, draws=20, seed=1).columns[:4].tolist()
    ['term', 'truth', 'mean_estimate', 'bias']
    """
    if draws < 2:
        raise InputError(f"A study needs at least two draws, not {draws}.")
    own = generators(seed, draws)
    pieces, first = [], 0
    for size in chunks(draws, PIECE):
        pieces.append((draw, own[first : first + size], options))
        first += size
    found = run(_repeat, pieces, n_jobs=n_jobs, progress=progress, label="samples")
    raw = pd.DataFrame([finding for piece in found for finding in piece], columns=Finding._fields)
    return summarise(raw)


def _repeat(
    draw: Draw, own: Sequence[np.random.Generator], options: dict[str, Any]
) -> list[Finding]:
    return [finding for generator in own for finding in draw(generator, **options)]


def summarise(raw: pd.DataFrame) -> pd.DataFrame:
    """Summarise findings by term, in the order in which the terms came.

    Parameters
    ----------
    raw : DataFrame
        The fields of `Finding` as columns, one row a sample and term.
    """
    rows = []
    for term, found in raw.groupby("term", sort=False):
        draws = len(found)
        off = found["estimate"] - found["truth"]
        known = found["conf_low"].notna() & found["conf_high"].notna()
        covered = found["conf_low"].le(found["truth"]) & found["conf_high"].ge(found["truth"])
        coverage = float(covered[known].mean()) if known.any() else float("nan")
        tested = found["p_value"].dropna()
        rejected = float((tested <= 0.05).mean()) if len(tested) else float("nan")
        rows.append(
            {
                "term": term,
                "truth": found["truth"].mean(),
                "mean_estimate": found["estimate"].mean(),
                "bias": off.mean(),
                "bias_error": off.std() / np.sqrt(draws),
                "sd_estimate": found["estimate"].std(),
                "mean_std_error": found["std_error"].mean(),
                "coverage": coverage,
                "coverage_error": float(np.sqrt(coverage * (1 - coverage) / max(known.sum(), 1))),
                "rejected": rejected,
                "rejected_error": float(np.sqrt(rejected * (1 - rejected) / max(len(tested), 1))),
                "draws": draws,
            }
        )
    table = pd.DataFrame(rows)
    table.attrs = {"title": "SIMULATED samples: estimates against the truth"}
    return table
