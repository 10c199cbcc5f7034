"""The wild cluster bootstrap: p-values and intervals that hold with few clusters.

Signs (or Webb's six points) multiply the residuals of a model in which the null is imposed,
cluster by cluster; the t statistic of the data is compared with those of the draws (Cameron,
Gelbach and Miller 2008, Review of Economics and Statistics 90, 414-427; the restricted version,
WCR). Clustered t tests reject too often with few or unequal clusters; this one seldom does, unless
only a handful of clusters are treated (MacKinnon and Webb 2017, Journal of Applied Econometrics
32, 233-254).

No draw touches the rows of the data. Let ``x`` be the regressor tested after the effects and the
other regressors are taken out of it, ``u`` the residuals of the full model and ``b`` its estimate.
Under the null that the coefficient is ``b + d``, the residuals are ``u - d x``. A draw multiplies
them, cluster by cluster, by weights ``v``; what is re-estimated from them is

    estimate - null = sum_g v[g] x_g'(u - d x)_g / x'x,
    score of cluster h = v[h] x_h'(u - d x)_h - sum_g v[g] x_h' P_hg (u - d x)_g,

where P projects on the effects and on the regressors. The second sum is why the effects cannot be
taken out once and forgotten: the weights change the residuals cluster by cluster, and what was
orthogonal to a year's dummy is not so afterwards. Effects nested in the clusters are the
exception; their part of the sum is zero.

With an orthonormal basis of what P projects on, both are sums over clusters of a few numbers
(q of them, the number of years plus regressors). Numerator and scores are linear in d, so each
draw leaves five numbers that give its t statistic for every null: the confidence set costs no
further draws. This is the algebra of Roodman, Nielsen, MacKinnon and Webb (2019, Stata Journal 19,
4-60, section 5), written for absorbed effects.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from gzcounty.checks import require
from gzcounty.errors import InputError
from gzcounty.language import _
from gzcounty.models._arrays import MATRIX, Array, Codes, apply, by_group, times, triangle
from gzcounty.models.result import Estimate, Reported, Result
from gzcounty.models.within import Absorber, WithinFit
from gzcounty.parallel import chunks, run, seeded
from gzcounty.words import counted, listed

Weights = Literal["rademacher", "webb"]
Tails = Literal["symmetric", "equal"]
# Numbers in a piece of work: small enough for a processor's cache.
PIECE = 200_000
# Statistics that differ by less than this, relative to their size, count as equal.
SAME = 1e-9
# Webb (2014): six points, so that few clusters still have many draws.
_HALF = np.sqrt(np.array([0.5, 1.0, 1.5]))
WEBB: Array = np.concatenate([-_HALF, _HALF])


@dataclass(frozen=True)
class Pieces:
    """Sums by cluster that a draw needs."""

    own_u: Array  # (G,): ``x_g'u_g`` and ``x_g'x_g``
    own_x: Array  # (G,)
    # (q, G): coordinates of the pieces of x and of u in a basis of regressors and second effect.
    left: Array
    right_u: Array  # (q, G)
    # (G, G) or None: cross-products of what the first effect explains in the pieces of x and of u,
    # and of x and of x; None if it is nested in the clusters.
    shared_u: Any
    shared_x: Any  # (G, G) or None

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return len(self.own_u)


def _pieces(
    X: Array,
    residuals: Array,
    root: Array,
    column: int,
    clusters: Codes,
    absorber: Absorber | None,
) -> Pieces:
    """Sum up a fit by cluster; X and residuals have the effects taken out and carry the weights."""
    basis = times(X, root)
    x = apply(basis, root[column] / (root[column] @ root[column]))
    count = int(clusters.max()) + 1
    own_u, own_x = by_group(clusters, np.column_stack([x * residuals, x * x]), count).T
    left = [by_group(clusters, basis * x[:, None], count).T]
    right = [by_group(clusters, basis * residuals[:, None], count).T]
    shared_u = shared_x = None
    if absorber is not None:
        first_x, second_x = absorber.coordinates(x, clusters)
        first_u, second_u = absorber.coordinates(residuals, clusters)
        left.append(second_x)
        right.append(second_u)
        if first_x is not None and first_u is not None:
            shared_u, shared_x = first_x.T @ first_u, first_x.T @ first_x
    return Pieces(own_u, own_x, np.vstack(left), np.vstack(right), shared_u, shared_x)


def _every_sign(clusters: int, start: int, count: int) -> Array:
    """Rows `start` to ``start + count`` of the list of all 2^G combinations of signs."""
    bits = np.arange(start, start + count)[:, None] >> np.arange(clusters)
    return 2.0 * (bits & 1).astype(np.float64) - 1.0


def _moments(fit: Pieces, v: Array) -> Array:
    """Five numbers a draw: numerator at d = 0 and its slope, sum of squared scores and its two.

    With n0, n1, s0, s1, s2 the columns, a draw has numerator ``n0 - d n1`` (times x'x) and sum of
    squared scores ``s0 - 2 d s1 + d^2 s2``.
    """
    q, direct = len(fit.left), np.array([fit.own_u, fit.own_x])
    right = np.vstack([fit.right_u, fit.left, direct]).T
    columns = np.empty((len(v), 5))
    rows = max(32, MATRIX // right.size)
    for start in range(0, len(v), rows):
        part = v[start : start + rows]
        sums = part @ right
        scores_u = part * fit.own_u - sums[:, :q] @ fit.left
        scores_x = part * fit.own_x - sums[:, q : 2 * q] @ fit.left
        if fit.shared_u is not None:
            scores_u -= (fit.shared_u @ part.T).T
            scores_x -= (fit.shared_x @ part.T).T
        block = columns[start : start + rows]
        block[:, :2] = sums[:, 2 * q :]
        pairs = ((scores_u, scores_u), (scores_u, scores_x), (scores_x, scores_x))
        for place, (a, b) in enumerate(pairs, start=2):
            np.einsum("ij,ij->i", a, b, out=block[:, place])
    return columns


def _statistics(draws: Array, distance: float, factor: float) -> Array:
    """T statistics of all draws under a null that lies `distance` above the estimate.

    Shapes: draws (draws, 5).
    """
    n0, n1, s0, s1, s2 = draws.T
    squares = s0 - 2 * distance * s1 + distance**2 * s2
    # Rounding may leave a sum of squares just below zero.
    variance = factor * np.maximum(squares, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (n0 - distance * n1) / np.sqrt(variance)
    return np.where(np.isnan(t), 0.0, t)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WildBootstrap(Reported):
    """A wild cluster bootstrap of one coefficient.

    Attributes
    ----------
    term, dependent : str
    estimate, std_error : float
        Those of the model, clustered (CR1).
    null : float
    statistic : float
        ``(estimate - null) / std_error``.
    p_value : float
    tails : str
    nobs, n_clusters, draws : int
    exact : bool
        Whether the draws are all combinations of signs there are.
    notes : tuple of str
    native : ndarray, shape (draws,)
        The t statistics of the draws under the null.
    moments : ndarray, shape (draws, 5)
        What each draw leaves for any null, see `_moments`.
    factor : float
        The small-sample factor of the clustered variance.
    """

    term: str
    dependent: str
    estimate: float
    std_error: float
    null: float
    tails: Tails
    nobs: int
    n_clusters: int
    draws: int
    exact: bool
    notes: tuple[str, ...]
    native: Array
    moments: Array
    factor: float

    @property
    def statistic(self) -> float:
        """The t statistic of the data."""
        return (self.estimate - self.null) / self.std_error

    @cached_property
    def p_value(self) -> float:
        """Share of draws whose t statistic is at least as far out as that of the data.

        Where no draw is, what the number of draws can say: at most one of them.
        """
        least = (1 if self.tails == "symmetric" else 2) / self.draws
        return max(self.p_value_at(self.null), least)

    def p_value_at(self, null: float) -> float:
        """P-value of another null, from the same draws."""
        return self._p_value_at(null)

    def _p_value_at(self, null: float) -> float:
        distance = null - self.estimate
        draws = _statistics(self.moments, distance, self.factor)
        t = -distance / self.std_error
        tolerance = SAME * (1 + abs(t))
        if self.tails == "symmetric":
            return float(np.mean(np.abs(draws) >= abs(t) - tolerance))
        above, below = np.mean(draws >= t - tolerance), np.mean(draws <= t + tolerance)
        return min(1.0, 2 * float(above), 2 * float(below))

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """One row: the estimate with its bootstrap p-value and a confidence set of this `level`.

        Returns
        -------
        DataFrame
            Columns term, estimate, std_error (of the model), statistic (t), p_value, conf_low,
            conf_high. The interval holds the nulls around the estimate that are not rejected; it
            need not be symmetric, and an end that no null closes is infinite.
        """
        ends = (self._end(-1, 1 - level), self._end(1, 1 - level))
        tested = (self.std_error, self.statistic, self.p_value)
        return pd.DataFrame([Estimate(self.term, self.estimate, *tested, *ends)])

    def _end(self, side: int, alpha: float) -> float:
        """Go out until a null is rejected, then halve: the p-value is a step function."""
        inside, outside = 0.0, 2.0
        while self._p_value_at(self.estimate + side * outside * self.std_error) > alpha:
            inside, outside = outside, 2 * outside
            if outside > 1e6:
                return side * float("inf")
        while outside - inside > 1e-8 * outside:
            middle = (inside + outside) / 2
            if self._p_value_at(self.estimate + side * middle * self.std_error) > alpha:
                inside = middle
            else:
                outside = middle
        return self.estimate + side * (inside + outside) / 2 * self.std_error

    def _heading(self) -> str:
        return _(
            "{dependent}: wild cluster bootstrap of {term}, {clusters}, {draws}",
            dependent=self.dependent, term=self.term,
            clusters=counted(self.n_clusters, "cluster"), draws=counted(self.draws, "draw"),
        )  # fmt: skip

    def _lines(self) -> list[str]:
        if self.p_value_at(self.null) > 0:
            return []
        return [_(
            "No draw is as far out as the data: the p-value is at most {least} in {draws:,}.",
            least=1 if self.tails == "symmetric" else 2, draws=self.draws,
        )]  # fmt: skip


def wild_bootstrap(
    result: Result,
    term: str,
    *,
    null: float = 0.0,
    draws: int = 9_999,
    weights: Weights = "rademacher",
    tails: Tails = "symmetric",
    seed: int = 20_260,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> WildBootstrap:
    """Test one coefficient by the wild cluster bootstrap with the null imposed.

    Each draw takes ``y* = fitted + v_g u`` with the fitted values and residuals of the model in
    which the coefficient equals `null`, takes out all effects again, and keeps the t statistic
    ``t* = (b* - null) / se*`` with the clustered (CR1) error of the draw. The p-value is the share
    of draws with ``|t*| >= |t|``, or with ``tails="equal"`` twice the smaller share in one tail.

    Parameters
    ----------
    result : Result
        Of `panel_ols`, `event_study` or `ols`, clustered one way.
    term : str
        The coefficient to test.
    null : float, default 0
        Value under the null.
    draws : int, default 9999
        If all combinations of signs are no more than this (up to 13 clusters by default), each is
        taken once and the test has no simulation error.
    weights : {"rademacher", "webb"}
        Signs with equal chances; or Webb's six points, for fewer than about ten clusters, where
        signs have few combinations (Webb 2023, Canadian Journal of Economics 56, 839-858).
    tails : {"symmetric", "equal"}
        How both sides count in the p-value and the confidence set.
    seed : int
    n_jobs, progress
        As in `gzcounty.parallel.run`.

    Returns
    -------
    WildBootstrap
        ``table()`` inverts the test for the confidence set; ``native`` has the draws.

    Raises
    ------
    InputError
        If the result is of another estimator, not clustered or clustered two ways; if the term
        does not exist, its standard error is zero, or an argument has no such value.

    Notes
    -----
    Two sign patterns, all plus and all minus, give back the data's own t. They count here, as the
    data count in a randomisation test: p is never below ``2 / 2**G`` and with five clusters no
    null is rejected at 5 %. Programs that count only ``|t*| > |t|`` come out lower by up to that.

    Examples
    --------
    >>> import gzcounty as gz
    >>> from statsmodels.datasets import grunfeld
    >>> firms = grunfeld.load_pandas().data
    >>> fit = gz.panel_ols("invest ~ value + capital", firms, "firm", "year", cluster="firm")
    >>> test = gz.wild_bootstrap(fit, "value")
    >>> test.draws, test.exact, round(test.p_value, 4)
    (2048, True, 0.001)
    """
    X, residuals, root, clusters, absorber = _arrays(result)
    estimate = result.term(term)
    require(
        not np.isnan(estimate.std_error),
        "The fit is exact but for rounding, so there are no residuals to draw from.",
    )
    column = int(result.coefficients.index.get_loc(term))
    fit = _pieces(X, residuals, root, column, clusters, absorber)

    # The draws keep the factor that the model used: v = 1 must give back its own t statistic.
    ones = _moments(fit, np.ones((1, fit.clusters)))[0]
    require(
        bool(ones[2] > 1e-24 * fit.own_x.sum() * (residuals @ residuals)),
        "{term!r} has a standard error of zero, as the dummy of one cluster can have, so there "
        "is no t statistic to compare.",
        term=term,
    )  # fmt: skip
    factor = estimate.std_error**2 / (root[column] @ root[column]) ** 2 / ones[2]
    exact = weights == "rademacher" and 2**fit.clusters <= draws
    size = max(1, PIECE // fit.clusters)
    if exact:
        draws = 2**fit.clusters
        starts = range(0, draws, size)
        work = [(fit, *piece) for piece in zip(starts, chunks(draws, size), strict=True)]
        parts = run(_enumerated, work, n_jobs=n_jobs, progress=progress, label=_("sign patterns"))
    else:
        jobs = [(fit, weights, *piece) for piece in seeded(draws, size, seed)]
        parts = run(_sampled, jobs, n_jobs=n_jobs, progress=progress, label=_("bootstrap draws"))
    moments = np.vstack(parts)
    return WildBootstrap(
        term=term,
        dependent=result.dependent,
        estimate=estimate.estimate,
        std_error=estimate.std_error,
        null=null,
        tails=tails,
        nobs=result.nobs,
        n_clusters=fit.clusters,
        draws=draws,
        exact=exact,
        notes=(*_notes(fit.clusters, draws, exact, weights, null, tails), *result.notes),
        native=_statistics(moments, null - estimate.estimate, factor),
        moments=moments,
        factor=factor,
    )


def _sampled(fit: Pieces, weights: Weights, generator: np.random.Generator, count: int) -> Array:
    """Take signs, or Webb's six points, with equal chances for each cluster in each draw."""
    points = np.array([-1.0, 1.0]) if weights == "rademacher" else WEBB
    picked = generator.integers(0, len(points), (count, fit.clusters), dtype=np.int8)
    return _moments(fit, points[picked])


def _enumerated(fit: Pieces, start: int, count: int) -> Array:
    return _moments(fit, _every_sign(fit.clusters, start, count))


def _arrays(result: Any) -> tuple[Array, Array, Array, Codes, Absorber | None]:  # noqa: ANN401
    """Regressors, residuals, root, clusters and effects of a least-squares fit."""
    from statsmodels.regression.linear_model import OLS, WLS

    native: Any = getattr(result, "native", None)
    absorber: Absorber | None = None
    if isinstance(native, WithinFit):
        codes = [values for __, values in native.clusters]
        names = [name for name, __ in native.clusters]
        X, residuals, root, absorber = native.X, native.residuals, native.root, native.absorber
    elif isinstance(result, Result) and isinstance(getattr(native, "model", None), OLS | WLS):
        groups = (native.cov_kwds or {}).get("groups")
        codes = [] if groups is None else list(np.atleast_2d(np.asarray(groups).T))
        names = [_("dimension {place}", place=place) for place in range(1, len(codes) + 1)]
        X, residuals = np.asarray(native.model.wexog), np.asarray(native.wresid)
        root = np.asarray(np.linalg.inv(triangle(X)))
    else:
        raise InputError(
            "wild_bootstrap takes a result of ols, panel_ols or event_study, not {kind}.",
            kind=type(result).__name__,
        )  # fmt: skip
    require(
        len(codes) > 0,
        "The result is not clustered; estimate it with cluster=..., since the wild cluster "
        "bootstrap draws a weight for each cluster.",
    )
    require(
        len(codes) == 1,
        "The result is clustered two ways ({names}); the wild cluster bootstrap here takes one, "
        "as a rule the one with fewer clusters.",
        names=listed(names),
    )  # fmt: skip
    return X, residuals, root, codes[0], absorber


def _notes(
    clusters: int, draws: int, exact: bool, weights: Weights, null: float, tails: Tails
) -> list[str]:
    name = _("Rademacher (signs)") if weights == "rademacher" else _("Webb (six points)")
    share = _("twice the smaller tail")
    if tails == "symmetric":
        share = _("share of draws with |t*| >= |t|")
    notes = [_(
        "Wild cluster bootstrap with the null ({null:g}) imposed, weights {name}, p-value: "
        "{share}; interval by inverting the test.",
        null=null, name=name, share=share,
    )]  # fmt: skip
    if exact:
        notes.append(_(
            "All {draws:,} combinations of signs of {clusters} were taken, so the seed does "
            "not matter; {distinct:,} differ in |t|, and the two that repeat the data (all signs "
            "equal) count, so p is at least {least:.2g}.",
            draws=draws, clusters=counted(clusters, "cluster"), distinct=2 ** (clusters - 1),
            least=2 / draws,
        ))  # fmt: skip
        if clusters < 10:
            notes.append(_('So few patterns make a coarse p-value; weights="webb" has more.'))
    elif weights == "rademacher" and clusters < 10:
        notes.append(_(
            "{clusters} have only {distinct:,} sign patterns that differ in |t|; draws={patterns} "
            'takes each once, weights="webb" has more.',
            clusters=counted(clusters, "cluster"), distinct=2 ** (clusters - 1),
            patterns=2**clusters,
        ))  # fmt: skip
    return notes
