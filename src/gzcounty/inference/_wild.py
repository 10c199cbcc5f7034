"""The algebra of the wild cluster bootstrap: no draw touches the rows of the data.

Let ``x`` be the regressor tested after the effects and the other regressors are taken out of it,
``u`` the residuals of the full model and ``b`` its estimate. Under the null that the coefficient
is ``b + d``, the residuals are ``u - d x``. A draw multiplies them, cluster by cluster, by weights
``v``; what is re-estimated from them is

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
from typing import Any

import numpy as np

from gzcounty.models._sums import MATRIX
from gzcounty.models._types import Array, Codes
from gzcounty.models.within import Absorber

# Webb (2014): six points, so that few clusters still have many draws.
_HALF = np.sqrt(np.array([0.5, 1.0, 1.5]))
WEBB: Array = np.concatenate([-_HALF, _HALF])


@dataclass(frozen=True)
class Pieces:
    """What each cluster brings into a draw."""

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


def pieces(
    X: Array,
    residuals: Array,
    bread: Array,
    column: int,
    clusters: Codes,
    absorber: Absorber | None,
) -> Pieces:
    """Sum up a fit by cluster; X and residuals have the effects taken out and carry the weights."""
    count = int(clusters.max()) + 1
    x = X @ (bread[:, column] / bread[column, column])

    def by_cluster(values: Array) -> Array:
        return np.bincount(clusters, weights=values, minlength=count).astype(float)

    # bread = root root', so root' X' leads to an orthonormal basis of the regressors.
    root = np.linalg.cholesky(bread)
    left = [root.T @ np.array([by_cluster(regressor * x) for regressor in X.T])]
    right = [root.T @ np.array([by_cluster(regressor * residuals) for regressor in X.T])]
    shared_u = shared_x = None
    if absorber is not None:
        first_x, second_x = absorber.coordinates(x, clusters)
        first_u, second_u = absorber.coordinates(residuals, clusters)
        left.append(second_x)
        right.append(second_u)
        if first_x is not None and first_u is not None:
            shared_u, shared_x = first_x.T @ first_u, first_x.T @ first_x
    return Pieces(
        own_u=by_cluster(x * residuals),
        own_x=by_cluster(x * x),
        left=np.vstack(left),
        right_u=np.vstack(right),
        shared_u=shared_u,
        shared_x=shared_x,
    )


def every_sign(clusters: int, start: int, count: int) -> Array:
    """Rows `start` to ``start + count`` of the list of all 2^G combinations of signs."""
    bits = np.arange(start, start + count)[:, None] >> np.arange(clusters)
    return 2.0 * (bits & 1).astype(np.float64) - 1.0


def rademacher(generator: np.random.Generator, count: int, clusters: int) -> Array:
    """Signs +1 and -1 with equal chances, shape (count, clusters)."""
    bits = generator.integers(0, 2, (count, clusters), dtype=np.int8)
    return 2.0 * bits.astype(np.float64) - 1.0


def webb(generator: np.random.Generator, count: int, clusters: int) -> Array:
    """Webb's six points with equal chances, shape (count, clusters)."""
    drawn: Array = WEBB[generator.integers(0, 6, (count, clusters), dtype=np.int8)]
    return drawn


def moments(fit: Pieces, v: Array) -> Array:
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
        for place, (a, b) in enumerate(
            ((scores_u, scores_u), (scores_u, scores_x), (scores_x, scores_x)), start=2
        ):
            np.einsum("ij,ij->i", a, b, out=block[:, place])
    return columns


def statistics(draws: Array, distance: float, factor: float) -> Array:
    """T statistics of all draws under a null that lies `distance` above the estimate.

    Shapes: draws (draws, 5).
    """
    n0, n1, s0, s1, s2 = draws.T
    squares = s0 - 2 * distance * s1 + distance**2 * s2
    # Rounding may leave a sum of squares just below zero.
    variance = factor * np.maximum(squares, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (n0 - distance * n1) / np.sqrt(variance)
    return np.nan_to_num(t, nan=0.0, posinf=np.inf, neginf=-np.inf)
