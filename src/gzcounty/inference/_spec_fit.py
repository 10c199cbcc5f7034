"""Many exposures on many outcomes beside the same controls, in a few matrix products.

The controls are orthogonalised once, ``C = QR``, and taken out of every exposure x and outcome y,

    x~ = x - QQ'x,   y~ = y - QQ'y,   b = x~'y~ / x~'x~,

which by the theorem of Frisch (1933), Waugh and Lovell (1963) is the coefficient of the full
regression. Its variance needs no more than these vectors either: row b of ``inv(X'X) X'`` is
``x~' / x~'x~``, so that, for instance, the clustered variance is

    factor * sum_g (sum_{i in g} x~_i e_i)^2 / (x~'x~)^2,   e = y~ - b x~,

and the leverage of HC2 and HC3 is that of the effects, of Q and of x~, added up. The sum in
brackets is ``x~_g'y~_g - b x~_g'x~_g``: a product of the cluster's pieces, for all exposures and
outcomes at once. Nothing is solved by normal equations: columns have norm one, and QR keeps their
digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gzcounty.models._types import Array, Codes
from gzcounty.models.covariance import CovKind
from gzcounty.models.within import Effect

SLICE = 2**16
"""Residuals held at once: few enough to stay in a cache."""


@dataclass(frozen=True)
class Fits:
    """Estimates of every exposure on every outcome.

    Attributes
    ----------
    estimates, std_errors : ndarray, shape (exposures, outcomes)
        In the units of the columns given; standard errors without small-sample factor.
    left, unexplained : ndarray, shapes (exposures,) and (outcomes,)
        Squared norm of what the controls leave of each exposure and outcome.
    """

    estimates: Array
    std_errors: Array
    left: Array
    unexplained: Array


class Clusters(NamedTuple):
    """Clusters in rows that are sorted by the size of their cluster.

    Attributes
    ----------
    number : int
    starts : ndarray of int, shape (number,)
        First row of each.
    bands : list of (int, int)
        Size of clusters, and how many have it, from the smallest on.
    """

    number: int
    starts: Codes
    bands: list[tuple[int, int]]

    def codes(self) -> Codes:
        """Return which cluster each row is in."""
        sizes = [size for size, many in self.bands for _ in range(many)]
        return np.repeat(np.arange(self.number), sizes)

    def products(self, X: Array, Y: Array) -> Array:
        """Return ``Y_g'X_g`` of each cluster, shape (clusters, columns of Y, columns of X)."""
        parts, at = [], 0
        for size, many in self.bands:
            end = at + size * many
            own_x = X[at:end].reshape(many, size, -1)
            own_y = Y[at:end].reshape(many, size, -1)
            parts.append(own_y.transpose(0, 2, 1) @ own_x)
            at = end
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def read_clusters(codes: Codes) -> tuple[Codes, Clusters]:
    """Order in which the rows of a cluster stand together, small clusters first, and the clusters.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Cluster of each row; numbers may be left out.
    """
    counts = np.bincount(codes)
    order = np.lexsort((codes, counts[codes]))
    sizes, many = np.unique(counts[counts > 0], return_counts=True)
    lengths = np.repeat(sizes, many)
    starts = np.cumsum(lengths) - lengths
    bands = list(zip(sizes.tolist(), many.tolist(), strict=True))
    return order, Clusters(len(lengths), starts, bands)


def fit(
    Q: Array, X: Array, Y: Array, clusters: Clusters | None, cov: CovKind, leverage: Array
) -> Fits:
    """Regress each column of Y on each column of X beside Q.

    Parameters
    ----------
    Q : ndarray, shape (n, controls)
        Orthonormal.
    X, Y : ndarray, shapes (n, exposures) and (n, outcomes)
        Of norm one, without the effects, in C order.
    clusters : Clusters or None
    cov : {"HC3", "HC2", "HC1", "HC0", "classical"}
        Used without clusters.
    leverage : ndarray, shape (n,)
        Of the effects; used by HC2 and HC3.
    """
    if Q.shape[1]:
        X, Y = X - Q @ (Q.T @ X), Y - Q @ (Q.T @ Y)
    left = np.einsum("ij,ij->j", X, X)
    if left.size and left.min() < 1e-4:
        # Where controls take nearly everything, rounding would be a part of the rest.
        X = X - Q @ (Q.T @ X)
        left = np.einsum("ij,ij->j", X, X)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimates = (X.T @ Y) / left[:, None]
        if clusters is not None:
            own = np.add.reduceat(X * X, clusters.starts, axis=0)
            score = clusters.products(X, Y)
            score -= own[:, None, :] * estimates.T
            errors = np.sqrt(np.einsum("goe,goe->eo", score, score)) / left[:, None]
        else:
            errors = _without_clusters(Q, X, Y, estimates, left, cov, leverage)
    return Fits(estimates, errors, left, np.einsum("ij,ij->j", Y, Y))


def _without_clusters(
    Q: Array, X: Array, Y: Array, estimates: Array, left: Array, cov: CovKind, leverage: Array
) -> Array:
    """Classical and heteroskedasticity-robust standard errors."""
    spare = np.empty(0)
    if cov in ("HC2", "HC3"):
        base = 1 - leverage - np.einsum("ij,ij->i", Q, Q)
        spare = np.maximum(base[:, None] - X * X / left, 0.0)
        # A row that is fitted exactly has a residual of zero whatever its error was.
        spare[spare < 1e-10] = np.nan
        spare = (np.sqrt(spare) if cov == "HC2" else spare)[:, None, :]
    out = np.empty_like(estimates)
    step = max(1, SLICE // X.size)
    for at in range(0, Y.shape[1], step):
        # Exposures last: with shuffles there are many, and long inner loops are fast ones.
        residuals = Y[:, at : at + step, None] - X[:, None, :] * estimates.T[at : at + step]
        if spare.size:
            residuals /= spare
        if cov != "classical":
            residuals *= X[:, None, :]
        out[:, at : at + step] = np.einsum("noe,noe->eo", residuals, residuals)
    return np.sqrt(out) / (np.sqrt(left) if cov == "classical" else left)[:, None]


def effect_leverage(effects: Sequence[Effect], weights: Array | None) -> Array:
    """Leverage of each row in a regression on the dummies of one or two effects.

    Two ways it is ``w_i (1 / w_f + v'L+v)``, with f the level of the first effect, v the dummies of
    the second less their means at f, and L their cross-product; see `gzcounty.models.within`.
    """
    n = len(effects[0].codes)
    w = np.ones(n) if weights is None else weights
    first = effects[0]
    mass = np.bincount(first.codes, weights=w, minlength=first.levels)
    share = 1 / mass[first.codes]
    if len(effects) == 2:
        second = effects[1]
        shape = (first.levels, second.levels)
        cells = np.bincount(
            first.codes * shape[1] + second.codes, weights=w, minlength=shape[0] * shape[1]
        ).reshape(shape)
        means = cells / mass[:, None]
        inverse = np.linalg.pinv(np.diag(cells.sum(axis=0)) - cells.T @ means, hermitian=True)
        middle = means @ inverse
        f, t = first.codes, second.codes
        share = share + np.diagonal(inverse)[t] - 2 * middle[f, t]
        share = share + np.einsum("ij,ij->i", middle, means)[f]
    return w * share
