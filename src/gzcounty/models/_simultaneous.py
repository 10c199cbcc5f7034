"""Bands that hold a whole path at once, by the multiplier bootstrap.

Callaway and Sant'Anna (2021, Journal of Econometrics 225, 200-230, algorithm 1): influence
functions are summed with random signs, one a cluster; the critical value is the quantile of the
largest absolute t over the path. Here t is divided by the analytic standard error, which the
original estimates from the quartiles of the same draws.
"""

import numpy as np
import pandas as pd

from gzcounty.parallel import chunks, generators, run

from ._types import Array

CHUNK = 100


def critical_value(
    scores: Array,
    std_errors: Array,
    level: float,
    draws: int,
    seed: int,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> float:
    """Return the number of standard errors that covers all estimates at once.

    Parameters
    ----------
    scores : ndarray, shape (G, k)
        Influence by cluster; the squares of a column sum to the variance of its estimate.
    std_errors : ndarray, shape (k,)
        Estimates without a standard error are left aside.
    level, draws, seed, n_jobs, progress
        As in `gzcounty.staggered_did`'s result.
    """
    use = std_errors > 0
    scaled = scores[:, use] / std_errors[use]
    sizes = chunks(draws, CHUNK)
    pieces = [
        (scaled, size, generator)
        for size, generator in zip(sizes, generators(seed, len(sizes)), strict=True)
    ]
    largest = np.concatenate(run(_largest, pieces, n_jobs=n_jobs, progress=progress, label="draws"))
    return float(np.quantile(largest, level, method="higher"))


def _largest(scaled: Array, draws: int, generator: np.random.Generator) -> Array:
    signs = generator.integers(0, 2, size=(draws, len(scaled))) * 2.0 - 1.0
    found: Array = np.abs(signs @ scaled).max(axis=1)
    return found


def with_bands(table: pd.DataFrame, critical: float) -> pd.DataFrame:
    """Add band_low and band_high to a table of estimates; ``attrs["critical"]`` says how wide."""
    half = critical * table["std_error"]
    result = table.assign(band_low=table.estimate - half, band_high=table.estimate + half)
    result.attrs["critical"] = critical
    return result
