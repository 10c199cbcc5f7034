"""Moran's I: whether neighbours resemble each other, everywhere, at each place, more than before.

A test's draw is one permutation of all values. For the global statistic it is used as it is. For
the local statistic of unit i the value of i must stay in place; it is put back by exchanging it
with whatever value stands there. Exchanging turns n permutations of all values into each
permutation that keeps i, so the draws stay uniform, and one permutation serves every unit. The
interval of a change has draws of its own, of residuals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy import optimize, special

from gzcounty.checks import require_whole
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.parallel import run, seeded
from gzcounty.words import counted, data_notes

from .._arrays import Array
from ..nearness import constant
from ..result import Estimate, Reported
from ..sample import as_numbers
from .weights import SpatialWeights, as_weights, eigenvalues, keep_units

LEAST = 4
"""Units below which the variance under randomisation has no value."""


def align(
    y: pd.Series,
    W: Any,  # noqa: ANN401 (see as_weights)
) -> tuple[pd.Series, Array, SpatialWeights, list[str]]:
    """Read a variable for Moran's statistics."""
    weights = as_weights(W)
    name = "y" if y.name is None else str(y.name)
    values = pd.Series(as_numbers(y.rename(name)), index=y.index, name=name)
    present = values.dropna()
    notes = data_notes(y)
    if len(present) < len(values):
        notes.append(_(
            "Left out {lost:,} of {units} for missing values of {name}.",
            lost=len(values) - len(present), units=counted(len(values), "unit"), name=name,
        ))  # fmt: skip
    if len(present) < LEAST:
        raise InputError(
            "{name!r} is known for {units}; at least {least} are needed.",
            name=name, units=counted(len(present), "unit"), least=LEAST,
        )  # fmt: skip
    index = _("the index of {name!r}", name=name)
    weights, more = keep_units(weights, pd.Index(values.index), pd.Index(present.index), index)
    if constant(present.to_numpy()):
        raise InputError("{name!r} has the same value in every unit.", name=name)
    return present, (present - present.mean()).to_numpy(), weights, [*notes, *more]


# Values of one piece of work: some tens of MB.
PIECE = 2**20


def draw(
    piece: Callable[..., Array],
    z: Array,
    matrix: sp.csr_array,
    permutations: int,
    seed: int,
    n_jobs: int | None,
    progress: bool | None,
) -> list[Array]:
    """Call ``piece(z, matrix, size, generator)`` for pieces that add up to all permutations."""
    streams = seeded(permutations, max(1, PIECE // len(z)), seed)
    pieces = [(z, matrix, size, rng) for rng, size in streams]
    return run(piece, pieces, n_jobs=n_jobs, progress=progress, label=_("permutations"))


def cross_products(z: Array, matrix: sp.csr_array, size: int, rng: np.random.Generator) -> Array:
    """``z'Wz`` of permuted values, shape (size,)."""
    permuted = z[_permutations(len(z), size, rng)]
    result: Array = np.einsum("rn,nr->r", permuted, matrix @ permuted.T)
    return result


def conditional_counts(
    z: Array, matrix: sp.csr_array, size: int, rng: np.random.Generator
) -> Array:
    """Compare each unit's lag with lags of permuted neighbours.

    Returned shapes: (4, n).
    """
    n = len(z)
    order = _permutations(n, size, rng)  # order[r, j]: whose value stands at place j
    draws = np.arange(size)[:, None]
    place = np.empty_like(order)  # place[r, i]: where the value of i stands
    place[draws, order] = np.arange(n)
    lags = (matrix @ z[order].T).T
    # The value of i goes home; the one that stood there takes its place among the neighbours.
    rows = np.broadcast_to(np.arange(n), order.shape).ravel()
    weight = np.asarray(matrix[rows, place.ravel()]).reshape(order.shape)
    simulated = z * (lags + weight * (z[order] - z))

    observed = z * (matrix @ z)
    # Equal sums in another order differ in their last digits.
    slack = 1e-12 * np.abs(z) * (matrix @ np.abs(z)).max()
    above, below = simulated >= observed - slack, simulated <= observed + slack
    return np.array([part.sum(axis=0) for part in (above, below, simulated, simulated**2)], float)


def _permutations(n: int, size: int, rng: np.random.Generator) -> np.ndarray:
    return rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1)


Alternative = Literal["two-sided", "greater", "less"]
WAYS = (
    N_("Moran's I (normality)"), N_("Moran's I (randomisation)"), N_("Moran's I (permutation)"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MoranResult(Reported):
    """Moran's I and three ways to judge it.

    Attributes
    ----------
    I : float
        The statistic.
    expectation : float
        ``-1 / (n - 1)``, if there is no dependence.
    variance_normality, variance_randomisation : float
        If values are normal; if they are dealt out at random (Cliff and Ord 1981).
    simulated : ndarray, shape (permutations,)
        Moran's I of permuted values.
    alternative : str
        What p-values test.
    variable : str
    nobs : int
    notes : tuple of str
    native : SpatialWeights
        The weights used, in the order of the values used.
    """

    I: float  # noqa: E741 (as in the papers)
    expectation: float
    variance_normality: float
    variance_randomisation: float
    simulated: Array
    alternative: Alternative
    variable: str
    nobs: int
    notes: tuple[str, ...]
    native: SpatialWeights

    @property
    def z_normality(self) -> float:
        """Standard score under normality."""
        return (self.I - self.expectation) / float(np.sqrt(self.variance_normality))

    @property
    def z_randomisation(self) -> float:
        """Standard score under randomisation."""
        return (self.I - self.expectation) / float(np.sqrt(self.variance_randomisation))

    @property
    def p_normality(self) -> float:
        """From the normal distribution, with the variance under normality."""
        return _normal_tail(self.z_normality, self.alternative)

    @property
    def p_randomisation(self) -> float:
        """From the normal distribution, with the variance under randomisation."""
        return _normal_tail(self.z_randomisation, self.alternative)

    @property
    def p_permutation(self) -> float:
        """Share of permutations at least as extreme, the observed one counted as one of them."""
        # Equal sums in another order differ in their last digits.
        slack = 1e-12 * max(1.0, abs(self.I))
        above = int(np.sum(self.simulated >= self.I - slack))
        below = int(np.sum(self.simulated <= self.I + slack))
        return float(permutation_p(above, below, len(self.simulated), self.alternative))

    def table(self) -> pd.DataFrame:
        """One row a way of testing: term, estimate, std_error, statistic, p_value.

        The standard error of the last row is the standard deviation of the permuted statistics,
        and its statistic the distance from their mean in such units.
        """
        spread = float(np.std(self.simulated, ddof=1)) if len(self.simulated) > 1 else np.nan
        distance = (self.I - self.simulated.mean()) / spread if spread > 0 else np.nan
        normality, randomisation = self.variance_normality**0.5, self.variance_randomisation**0.5
        rows = [
            (WAYS[0], self.I, normality, self.z_normality, self.p_normality),
            (WAYS[1], self.I, randomisation, self.z_randomisation, self.p_randomisation),
            (WAYS[2], self.I, spread, float(distance), self.p_permutation),
        ]
        return pd.DataFrame(rows, columns=list(Estimate._fields[:5]))

    def _heading(self) -> str:
        return _(
            "{variable}: Moran's I {value:.4f}, {units}",
            variable=self.variable, value=self.I, units=counted(self.nobs, "unit"),
        )  # fmt: skip

    def _term_words(self) -> dict[str, str]:
        return {way: _(way) for way in WAYS}

    def _lines(self) -> list[str]:
        return [_("Expected without dependence: {value:.4f}.", value=self.expectation)]


def morans_i(
    y: pd.Series,
    W: Any,  # noqa: ANN401 (see as_weights)
    permutations: int = 999,
    alternative: Alternative = "two-sided",
    seed: int = 0,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> MoranResult:
    """Moran's I of a variable.

    ``I = n / S0 * z'Wz / z'z`` with z the deviations from the mean and S0 the sum of all weights.
    Without dependence its expectation is ``-1/(n-1)``.

    Parameters
    ----------
    y : Series, shape (n,)
        Indexed by the ids of the units. Units with missing values are left out, the weights
        standardised anew, and the notes say so.
    W : SpatialWeights, libpysal W or Graph, or square DataFrame
        Used as it is standardised: `neighbour_weights` makes rows sum to one.
    permutations : int, default 999
    alternative : {"two-sided", "greater", "less"}
        "greater" asks only whether neighbours are alike.
    seed : int
        The same seed gives the same permutations for any number of workers.
    n_jobs, progress
        As in `gzcounty.parallel.run`.

    Returns
    -------
    MoranResult

    Raises
    ------
    InputError
        If y is no Series, holds text or infinite values, is constant, or is known for fewer than
        four units; if its ids are not those of W; if leaving out missing values strands a unit.

    Notes
    -----
    Variances are those of Cliff and Ord (1981, Spatial Processes, Pion, pages 42-46), under
    normality and under randomisation. The permutation p-value counts the observed arrangement:
    ``(1 + number as extreme) / (1 + permutations)``; two-sided it is twice the smaller tail.

    Islands count in n and in the mean and add nothing to ``z'Wz``.

    Where others differ: spdep's ``moran.test`` and ``moran.mc`` are one-sided ("greater") unless
    told otherwise, and leave islands out of n unless ``adjust.n=FALSE``. esda's ``p_norm`` and
    ``p_rand`` are two-sided as here, its ``p_sim`` is the smaller tail alone, half of ours.

    Examples
    --------
    >>> import gzcounty as gz
    >>> lights = gz.load_panel().query("year == 2020").set_index("adcode")["lights"]
    >>> W = gz.neighbour_weights(gz.load_neighbours())
    >>> result = gz.morans_i(lights, W)
    >>> round(result.I, 3), round(result.z_randomisation, 1)
    (0.502, 9.1)
    """
    present, z, weights, notes = align(y, W)
    matrix, n = weights.matrix, len(z)
    s0 = float(matrix.sum())
    scale = n / s0 / float(z @ z)
    pieces = draw(cross_products, z, matrix, permutations, seed, n_jobs, progress)
    normality, randomisation = _variances(z, weights)
    said = {
        "two-sided": N_(
            "p-values two-sided. Analytic ones by the normal distribution (Cliff and Ord 1981); "
            "the last from {permutations}; twice the smaller tail."
        ),
        "greater": N_(
            "p-values greater. Analytic ones by the normal distribution (Cliff and Ord 1981); "
            "the last from {permutations}."
        ),
        "less": N_(
            "p-values less. Analytic ones by the normal distribution (Cliff and Ord 1981); "
            "the last from {permutations}."
        ),
    }
    number = counted(permutations, "permutation")
    return MoranResult(
        I=scale * float(z @ (matrix @ z)),
        expectation=-1 / (n - 1),
        variance_normality=normality,
        variance_randomisation=randomisation,
        simulated=scale * np.concatenate(pieces),
        alternative=alternative,
        variable=str(present.name),
        nobs=n,
        notes=(*notes, _(said[alternative], permutations=number)),
        native=weights,
    )


def permutation_p(above: Any, below: Any, draws: int, alternative: Alternative) -> Any:  # noqa: ANN401 (numbers or arrays alike)
    """P-value from how many of `draws` are at least, and at most, the observed statistic."""
    greater, less = (1 + above) / (1 + draws), (1 + below) / (1 + draws)
    if alternative == "greater":
        return greater
    if alternative == "less":
        return less
    return np.minimum(1.0, 2 * np.minimum(greater, less))


def _variances(z: Array, weights: SpatialWeights) -> tuple[float, float]:
    """Under normality and under randomisation (Cliff and Ord 1981, pages 44 and 46)."""
    n, matrix = len(z), weights.matrix
    s0 = float(matrix.sum())
    both = matrix + matrix.T
    s1 = float((both * both).sum()) / 2
    sums = np.asarray(matrix.sum(axis=1)) + np.asarray(matrix.sum(axis=0))
    s2 = float(sums @ sums)
    expected = 1 / (n - 1) ** 2
    normality = (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2) - expected
    b2 = n * float(np.sum(z**4)) / float(z @ z) ** 2
    upper = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    lower = b2 * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    randomisation = (upper - lower) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected
    return normality, randomisation


def _normal_tail(z: float, alternative: Alternative) -> float:
    if alternative == "greater":
        return float(special.ndtr(-z))
    if alternative == "less":
        return float(special.ndtr(z))
    return float(2 * special.ndtr(-abs(z)))


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
    present, z, weights, notes = align(y, W)
    pieces = draw(conditional_counts, z, weights.matrix, permutations, seed, n_jobs, progress)
    m2 = float(z @ z) / len(z)
    lag = weights.matrix @ z
    alone = np.diff(weights.matrix.indptr) == 0
    tests = int(np.sum(~alone))
    least = 2 / (permutations + 1)
    if correction == "bonferroni" and least * tests > alpha:
        raise InputError(
            "With {permutations} no p-value is below {least:.2g}, and {tests} at alpha {alpha:g} "
            "need {needed:.2g}; take at least {more:,} permutations, or correction='fdr'.",
            permutations=counted(permutations, "permutation"), least=least,
            tests=counted(tests, "test"), alpha=alpha, needed=alpha / tests,
            more=int(np.ceil(2 * tests / alpha)),
        )  # fmt: skip

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
        index=present.index,
    )
    how = {
        "fdr": N_(
            "p-values two-sided, from {permutations}, {tests} corrected by Benjamini and Hochberg "
            "(1995); {units} at alpha {alpha:g}."
        ),
        "bonferroni": N_(
            "p-values two-sided, from {permutations}, {tests} corrected by Bonferroni; {units} at "
            "alpha {alpha:g}."
        ),
        None: N_(
            "p-values two-sided, from {permutations}, {tests} not corrected: about {chance:.0f} "
            "would pass by chance alone; {units} at alpha {alpha:g}."
        ),
    }
    notes.append(_(
        how[correction], permutations=counted(permutations, "conditional permutation"),
        tests=counted(tests, "test"), units=counted(int(significant.sum()), "unit"),
        alpha=alpha, chance=alpha * tests,
    ))  # fmt: skip
    if correction == "fdr" and least * tests > alpha:
        notes.append(_(
            "No p-value of so few permutations is below {least:.2g}: fewer than {clusters} "
            "clusters would go unseen.",
            least=least, clusters=int(np.ceil(least * tests / alpha)),
        ))  # fmt: skip
    result.attrs["notes"] = tuple(notes)
    return result


def _quadrants(z: Array, lag: Array, alone: np.ndarray) -> np.ndarray:
    """Own value and neighbours' mean, each above the mean or not; a value at the mean is low."""
    here = np.where(z > 0, "high", "low")
    near = np.where(lag > 0, "high", "low")
    names = np.char.add(np.char.add(here, "-"), near).astype(object)
    names[alone] = "no neighbours"
    return names


def _correct(p: Array, correction: Correction | None) -> Array:
    """Return adjusted p-values, to be compared with alpha itself; missing stays missing."""
    defined = ~np.isnan(p)
    if correction == "bonferroni":
        return np.minimum(1.0, p * int(defined.sum()))
    adjusted = p.copy()
    if correction == "fdr" and defined.any():
        from scipy.stats import false_discovery_control  # by itself: it takes a while to import

        adjusted[defined] = false_discovery_control(p[defined])
    return adjusted


LEAST_DRAWN = 10
"""Units below which resampling residuals means little."""

MOST_DRAWN = 4_000
"""Units beyond which the maps of all draws would take minutes and gigabytes."""

DRAWS = 250  # draws of one piece of work


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MoranChange(Reported):
    """Moran's I at two times, and its change.

    Attributes
    ----------
    before, after, change : float
        Moran's I of both columns, and the second less the first.
    rho : tuple of two float
        Spatial autoregression of each column, by maximum likelihood.
    columns : tuple of two str
    nobs : int
    notes : tuple of str
    native : ndarray, shape (draws, 2)
        Moran's I of both columns in each draw.
    """

    before: float
    after: float
    rho: tuple[float, float]
    columns: tuple[str, str]
    nobs: int
    notes: tuple[str, ...]
    native: Array

    @property
    def change(self) -> float:
        """Moran's I of the second column less that of the first."""
        return self.after - self.before

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Three rows: both columns and the change.

        Intervals are basic bootstrap intervals (Davison and Hinkley 1997, Bootstrap Methods and
        their Application, Cambridge, page 194): ``2 I - q(1 - a/2)`` to ``2 I - q(a/2)``, with q
        the quantiles of the draws around their own centre. The p-value is missing: I without
        dependence is another question, see `morans_i`; for the change, see whether the interval
        includes zero.
        """
        draws = np.column_stack([self.native, self.native[:, 1] - self.native[:, 0]])
        estimate = np.array([self.before, self.after, self.change])
        # The process that the draws come from has values of its own, which are close to the
        # estimates but not the same: Moran's I is biased. The spread is what is taken from it.
        shifted = draws - draws.mean(axis=0)
        low, high = np.quantile(shifted, [(1 + level) / 2, (1 - level) / 2], axis=0)
        spread = draws.std(axis=0, ddof=1)
        first, second = self.columns
        return pd.DataFrame({
            "term": [first, second, f"{second} less {first}"],
            "estimate": estimate,
            "std_error": spread,
            "statistic": [np.nan, np.nan, self.change / spread[2]],
            "p_value": np.nan,
            "conf_low": estimate - low,
            "conf_high": estimate - high,
        })  # fmt: skip

    def _heading(self) -> str:
        first, second = self.columns
        units = counted(self.nobs, "unit")
        said = N_("Moran's I, {first} and {second}, {units}")
        return _(said, first=first, second=second, units=units)

    def _term_words(self) -> dict[str, str]:
        first, second = self.columns
        change = _("{second} less {first}", first=first, second=second)
        return {f"{second} less {first}": change}

    def _shares_scale(self) -> bool:
        return True


def moran_change(
    y: pd.DataFrame,
    W: Any,  # noqa: ANN401 (see as_weights)
    draws: int = 999,
    seed: int = 2020,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> MoranChange:
    """Change of Moran's I of a variable between two times, with a bootstrap interval.

    Each column is read as ``z = rho W z + e``, with rho by maximum likelihood (Ord 1975, Journal of
    the American Statistical Association 70, 120-126). A draw takes n units with replacement, and of
    each both residuals together; from them both columns are built again,
    ``z* = (1 - rho W)^-1 e*``, and Moran's I is taken of each. (Residuals instead of units, because
    units that are drawn have no neighbours; Anselin 1990, Regional Science and Urban Economics 20,
    185-207.)

    Parameters
    ----------
    y : DataFrame, shape (n, 2)
        Indexed by the ids of the units; the first column is the earlier time. Units that lack a
        value in either are left out, the weights standardised anew, and the notes say so.
    W : SpatialWeights, libpysal W or Graph, or square DataFrame
        The same neighbours at both times.
    draws : int, default 999
    seed : int
        The same seed gives the same draws for any number of workers.
    n_jobs, progress
        As in `gzcounty.parallel.run`.

    Returns
    -------
    MoranChange

    Raises
    ------
    InputError
        If y is no DataFrame with two numeric columns, a column is constant or known for fewer than
        ten units or more than 4,000; if its ids are not those of W; if draws or seed are no whole
        numbers.

    Notes
    -----
    Why not permute? Dealing values out at random asks whether there is any likeness of neighbours
    at all, in a world without it; there the spread of I is another one. Exchanging the two times
    unit by unit breaks up neighbours that moved together. Here both times keep their likeness, and
    a unit keeps both its times, so what they share cancels out of the change as it should.

    What is assumed: likeness as the model has it, falling off from neighbour to neighbour at one
    rate everywhere, and residuals that are alike in distribution.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import numpy as np
    >>> lights = gz.load_panel().pivot(index="adcode", columns="year", values="lights")
    >>> W = gz.neighbour_weights(gz.load_neighbours())
    >>> found = gz.moran_change(np.log(lights[[2013, 2020]]), W, draws=199)
    >>> found.nobs, [round(rho, 1) for rho in found.rho]
    (88, [0.8, 0.8])
    """
    values = _two_columns(y)
    present = values.dropna()
    if len(present) < LEAST_DRAWN:
        raise InputError(
            "both times are known for {units}; at least {least} are needed.",
            units=counted(len(present), "unit"), least=LEAST_DRAWN,
        )  # fmt: skip
    if len(present) > MOST_DRAWN:
        raise InputError(
            "{units} are too many: in a draw every unit leans on all others. At most {most:,} "
            "are allowed; take a part of the map, or larger units.",
            units=counted(len(present), "unit"), most=MOST_DRAWN,
        )  # fmt: skip
    flat = [name for name in present if constant(present[name].to_numpy())]
    if flat:
        raise InputError("{name!r} has the same value in every unit.", name=flat[0])
    require_whole("draws", draws, 20)
    index = N_("the index of y")
    weights, notes = keep_units(as_weights(W), values.index, present.index, index)
    matrix = weights.matrix
    z = (present - present.mean()).to_numpy()
    spectrum = eigenvalues(matrix)
    rho = (_autoregression(z[:, 0], matrix, spectrum), _autoregression(z[:, 1], matrix, spectrum))
    residuals = z - np.array(rho) * (matrix @ z)
    residuals -= residuals.mean(axis=0)
    # Dense, since every unit leans on every other one in the end.
    eye, dense = np.eye(len(z)), matrix.toarray()
    build = np.array([np.linalg.inv(eye - r * dense) for r in rho])
    pieces = [(residuals, build, matrix, size, rng) for rng, size in seeded(draws, DRAWS, seed)]
    drawn = run(_draw, pieces, n_jobs=n_jobs, progress=progress, label=_("draws"))
    before, after = _moran(z.T, matrix)
    left_out = len(values) - len(present)
    if left_out:
        lost = counted(left_out, "unit")
        notes.insert(0, _("Left out {units} without a value at both times.", units=lost))
    intervals = _(
        "Intervals from {draws:,} draws of units with both residuals of a spatial autoregression "
        "(rho {first:.2f} and {second:.2f}).",
        draws=draws, first=rho[0], second=rho[1],
    )  # fmt: skip
    return MoranChange(
        before=float(before),
        after=float(after),
        rho=rho,
        columns=(str(present.columns[0]), str(present.columns[1])),
        nobs=len(present),
        notes=(
            *notes,
            intervals,
            _("Likeness of neighbours; it says nothing of flows between them."),
        ),
        native=np.concatenate(drawn),
    )


def _two_columns(y: pd.DataFrame) -> pd.DataFrame:
    if y.shape[1] != 2:
        raise InputError(
            "y must be a DataFrame with two columns, the earlier time first, indexed by the ids "
            "of the units, not {columns} columns.",
            columns=y.shape[1],
        )  # fmt: skip
    if y.columns.duplicated().any():
        raise InputError("both columns of y are called {name!r}.", name=y.columns[0])
    named = {str(name): as_numbers(y[name].rename(str(name))) for name in y}
    return pd.DataFrame(named, index=y.index)


def _autoregression(z: Array, matrix: Any, spectrum: Array) -> float:  # noqa: ANN401 (scipy sparse)
    """Rho that maximises the likelihood concentrated over the variance (Ord 1975, page 121)."""
    lag = matrix @ z
    n = len(z)

    def loss(rho: float) -> float:
        e = z - rho * lag
        jacobian = float(np.log(np.abs(1 - rho * spectrum)).sum())
        return n / 2 * float(np.log(e @ e / n)) - jacobian

    ends = (1 / min(float(np.real(spectrum).min()), -1e-6), 1 / float(np.real(spectrum).max()))
    room = 1e-4 * (ends[1] - ends[0])
    solution = optimize.minimize_scalar(
        loss, bounds=(max(ends[0], -5.0) + room, ends[1] - room), method="bounded"
    )
    return float(solution.x)


def _draw(
    residuals: Array,
    build: Array,
    matrix: Any,  # noqa: ANN401
    size: int,
    rng: np.random.Generator,
) -> Array:
    """Moran's I of both columns in each draw, shape (size, 2)."""
    n = len(residuals)
    picked = residuals[rng.integers(n, size=(size, n))]
    columns = [_moran(picked[:, :, t] @ build[t].T, matrix) for t in (0, 1)]
    return np.column_stack(columns)


def _moran(rows: Array, matrix: Any) -> Array:  # noqa: ANN401
    """Moran's I of each row of values."""
    z = rows - rows.mean(axis=1, keepdims=True)
    products = np.einsum("rn,nr->r", z, matrix @ z.T)
    result: Array = z.shape[1] / float(matrix.sum()) * products / np.einsum("rn,rn->r", z, z)
    return result
