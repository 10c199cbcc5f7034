"""Local Moran's I: which places and their neighbours are alike."""

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted

from .._types import Array
from .aligned import align
from .moran import permutation_p
from .permutations import conditional_counts, draw

Correction = Literal["fdr", "bonferroni"]
CHINESE = {
    "high-high": "高-高",
    "low-low": "低-低",
    "high-low": "高-低",
    "low-high": "低-高",
    "not significant": "不显著",
    "no neighbours": "无邻居",
}


def local_moran(
    y: pd.Series,
    W: Any,  # noqa: ANN401 (see as_weights)
    permutations: int = 999,
    seed: int = 0,
    correction: Correction | None = "fdr",
    alpha: float = 0.05,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Local Moran's I of each unit, with clusters that survive so many tests.

    ``I_i = z_i / m2 * sum_j w_ij z_j`` with z the deviations from the mean and ``m2 = z'z / n``
    (Anselin 1995, Geographical Analysis 27, 93-115, equation 12, scaled by m2).

    Parameters
    ----------
    y : Series, shape (n,)
        Indexed by the ids of the units; missing values as in `morans_i`.
    W : SpatialWeights, libpysal W or Graph, or square DataFrame
    permutations : int, default 999
    seed : int
        The same seed gives the same numbers for any number of workers.
    correction : {"fdr", "bonferroni"}, optional
        Benjamini and Hochberg (1995, Journal of the Royal Statistical Society B 57, 289-300): of
        the places called clusters, at most a share `alpha` is called so by chance on average.
        Bonferroni: hardly one at all. None takes each p-value as it is.
    alpha : float, default 0.05
    n_jobs, progress
        As in `gzcounty.parallel.run`.

    Returns
    -------
    DataFrame
        Indexed by id, in the order of `y`: z (standard score), lag (weighted sum of the
        neighbours' z), local_i, expected and sd (of local_i over permutations), quadrant,
        p_value, p_corrected, significant, cluster (the quadrant, or "not significant"),
        cluster_zh. What was left out and how it was tested is in ``attrs["notes"]``.

    Raises
    ------
    InputError
        As `morans_i`; and if permutations are so few that no unit could pass the Bonferroni
        correction.

    Notes
    -----
    The value of i stays in place while the others are dealt out at random (conditional
    permutation). p-values are two-sided: twice the smaller tail, the observed arrangement
    counted as one. esda and GeoDa report the smaller tail alone (``p_sim``, half of ours), which
    is not uniform without dependence and so not fit for these corrections; esda announces to double
    it in a later version. spdep's
    ``localmoran_perm`` scales I_i as here; esda's is ``(n-1)/n`` times ours.

    Islands have no p-value and are not counted among the tests.

    Examples
    --------
    >>> import gzcounty as gz
    >>> lights = gz.load_panel().query("year == 2020").set_index("adcode")["lights"]
    >>> local = gz.local_moran(lights, gz.neighbour_weights(gz.load_neighbours()))
    >>> local["cluster"].value_counts().to_dict()
    {'not significant': 77, 'high-high': 6, 'low-low': 5}
    """
    if correction not in (*get_args(Correction), None):
        raise InputError(f"correction must be 'fdr', 'bonferroni' or None, not {correction!r}.")
    if not 0 < alpha < 1:
        raise InputError(f"alpha must lie between 0 and 1, such as 0.05, not {alpha!r}.")
    known, z, weights, notes = align(y, W)
    pieces = draw(
        conditional_counts, z, weights.matrix, permutations, seed, n_jobs, progress, "permutations"
    )
    m2 = float(z @ z) / len(z)
    lag = weights.matrix @ z
    alone = np.diff(weights.matrix.indptr) == 0
    tests = int(np.sum(~alone))
    least = 2 / (permutations + 1)
    if correction == "bonferroni" and least * tests > alpha:
        raise InputError(
            f"With {counted(permutations, 'permutation')} no p-value is below {least:.2g}, and "
            f"{counted(tests, 'test')} at alpha {alpha:g} need {alpha / tests:.2g}; take at least "
            f"{int(np.ceil(2 * tests / alpha)):,} permutations, or correction='fdr'."
        )

    above, below, total, squares = np.sum(pieces, axis=0)
    p = np.where(alone, np.nan, permutation_p(above, below, permutations, "two-sided"))
    corrected = _correct(p, correction)
    significant = corrected <= alpha  # False where missing
    quadrant = _quadrants(z, lag, alone)
    cluster = np.where(significant | alone, quadrant, "not significant")
    mean = total / permutations
    variance = np.maximum(squares / permutations - mean**2, 0)
    spread = np.sqrt(m2)
    result = pd.DataFrame(
        {
            "z": z / spread,
            "lag": lag / spread,
            "local_i": z * lag / m2,
            "expected": mean / m2,
            "sd": np.sqrt(variance) / m2,
            "quadrant": quadrant,
            "p_value": p,
            "p_corrected": corrected,
            "significant": significant,
            "cluster": cluster,
            "cluster_zh": [CHINESE[name] for name in cluster],
        },
        index=known.index,
    )
    named = {
        "fdr": "corrected by Benjamini and Hochberg (1995)",
        "bonferroni": "corrected by Bonferroni",
        None: f"not corrected: about {alpha * tests:.0f} would pass by chance alone",
    }
    notes.append(
        f"p-values two-sided, from {counted(permutations, 'conditional permutation')}, "
        f"{counted(tests, 'test')} {named[correction]}; {counted(int(significant.sum()), 'unit')} "
        f"at alpha {alpha:g}."
    )
    if correction == "fdr" and least * tests > alpha:
        notes.append(
            f"No p-value of so few permutations is below {least:.2g}: fewer than "
            f"{int(np.ceil(least * tests / alpha))} clusters would go unseen."
        )
    result.attrs["notes"] = tuple(notes)
    return result


def _quadrants(z: Array, lag: Array, alone: np.ndarray) -> np.ndarray:
    """Own value and neighbours' mean, each above the mean or not; a value at the mean is low."""
    own = np.where(z > 0, "high", "low")
    near = np.where(lag > 0, "high", "low")
    names = np.char.add(np.char.add(own, "-"), near).astype(object)
    names[alone] = "no neighbours"
    return names


def _correct(p: Array, correction: Correction | None) -> Array:
    """Return adjusted p-values, to be compared with alpha itself; missing stays missing."""
    known = ~np.isnan(p)
    tests = int(known.sum())
    if correction is None or tests == 0:
        return p.copy()
    adjusted = p.copy()
    if correction == "bonferroni":
        adjusted[known] = np.minimum(1, p[known] * tests)
        return adjusted
    order = np.argsort(p[known], kind="stable")
    raised = p[known][order] * tests / np.arange(1, tests + 1)
    # A larger p-value never gets a smaller adjusted one.
    stepped = np.minimum(1, np.minimum.accumulate(raised[::-1])[::-1])
    back = np.empty(tests)
    back[order] = stepped
    adjusted[known] = back
    return adjusted
