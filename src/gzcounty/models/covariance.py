"""Covariance of estimates: the one set of conventions of all least-squares models here.

Staggered adoption and spatial models have their own, named in their docstrings.

All functions take the regressors and residuals of a least-squares fit. In a weighted fit both
come multiplied by the square root of the weight; in a fixed-effects fit the regressors come with
the effects taken out.

``X = QR``, and ``root = inv(R)``. Sandwiches are made of ``Q = X root``, whose columns are of one
length and apart, and only the end is put into the units of X: ``inv(X'X) X'`` is ``root Q'``. Made
of ``inv(X'X)`` they would lose twice the digits where a column varies little beside its size.

Classical and heteroskedasticity-robust
---------------------------------------
Classical: ``s2 inv(X'X)`` with ``s2 = e'e / (N - K)``. HC0 (White 1980), HC1 (times N/(N-K)), HC2
and HC3 (residuals divided by ``sqrt(1 - h)`` and by ``1 - h``, h the leverage; MacKinnon and White
1985). Tests use t with N-K degrees of freedom.

Clustered
---------
CR1 (Liang and Zeger 1986 with the factor Stata uses): the sum over clusters of the outer product
of ``X_g'e_g``, between two breads, times ``G/(G-1) * (N-1)/(N-K)``; t with G-1 degrees of freedom.
K counts the regressors (with the constant) and those absorbed effects that are not nested in the
clusters. An effect is nested if each of its levels lies in one cluster: with county effects and
clusters of counties (or of prefectures) the county effects are not counted, year effects are. If
every effect is nested, K still counts one constant.

Clustered two ways (Cameron, Gelbach and Miller 2011): the matrix of the first
dimension plus that of the second minus that of their intersection, all three with the same
factor, whose G is the smaller number of clusters; t with that G minus 1. If the result has
negative eigenvalues they are set to zero, as these authors propose, and the notes say so.

Over time and over space
------------------------
`gzcounty.models.dependence`: Newey and West, Driscoll and Kraay, Conley.

Where others differ
-------------------
- Plain OLS: equal to Stata ``regress, vce(cluster)``, to statsmodels ``cov_type="cluster"`` and to
  linearmodels with ``group_debias=True``.
- Fixed effects: equal to fixest and reghdfe, and to Stata ``xtreg, fe vce(cluster)`` for entity
  effects. Stata ``areg`` and explicit dummies count every effect in K, and so come out larger.
- linearmodels leaves out G/(G-1) unless ``group_debias=True``. With entity effects alone, nested in
  the clusters, it counts k regressors and no constant; beside other effects it counts them all. Its
  tests use N-K degrees of freedom, not G-1.
- pyfixest 0.60, unlike fixest, leaves the year effects out of K too when one clusters by the very
  column of the entity effects; by a larger unit it agrees.
- Two ways: fixest and reghdfe use the smallest G as here; statsmodels, linearmodels and the
  original ``cgmreg`` give each of the three matrices the factor of its own G.

References
----------
Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2011). Robust inference with multiway clustering.
Journal of Business & Economic Statistics 29(2), 238-249.
Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models.
Biometrika 73(1), 13-22.
MacKinnon, J. G. and White, H. (1985). Some heteroskedasticity-consistent covariance matrix
estimators with improved finite sample properties. Journal of Econometrics 29(3), 305-325.
White, H. (1980). A heteroskedasticity-consistent covariance matrix estimator and a direct test for
heteroskedasticity. Econometrica 48(4), 817-838.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gzcounty.errors import InputError

from ._arrays import Array, Codes, by_group, cross, dot, times

HCKind = Literal["HC0", "HC1", "HC2", "HC3"]
CovKind = Literal["classical", "HC0", "HC1", "HC2", "HC3"]


@dataclass(frozen=True)
class ClusteredCovariance:
    """A clustered covariance matrix and what belongs to it."""

    matrix: Array  # (k, k)
    n_clusters: tuple[int, ...]  # Number of clusters in each dimension
    df: int  # Degrees of freedom of t tests: the smallest number of clusters minus one
    repaired: bool  # Whether negative eigenvalues were set to zero (two dimensions only)


def classical(root: Array, residuals: Array, df: int) -> Array:
    """Covariance under independent errors of equal variance.

    Shapes: root (k, k); residuals (n,).
    """
    return root @ root.T * (dot(residuals, residuals) / df)


def heteroskedastic(X: Array, root: Array, residuals: Array, kind: HCKind) -> Array:
    """Covariance robust to heteroskedasticity: HC0, HC1, HC2 or HC3."""
    Q = times(X, root)
    leverage = np.einsum("ij,ij->i", Q, Q) if kind in ("HC2", "HC3") else None
    scores = Q * adjusted(residuals, kind, X.shape[1], leverage)[:, None]
    return root @ cross(scores, scores) @ root.T


def adjusted(residuals: Array, kind: HCKind, k: int, leverage: Array | None) -> Array:
    """Residuals whose squares make the kind's covariance; HC2 and HC3 need the leverage (n,)."""
    n = len(residuals)
    if leverage is None:
        return residuals * np.sqrt(n / (n - k)) if kind == "HC1" else residuals
    exact = int(np.sum(leverage > 1 - 1e-10))
    if exact:
        raise InputError(
            "{kind} is not defined here: {exact} of {rows} rows are fitted exactly (leverage one, "
            "such as the only member of a category); use HC1 or leave these rows out.",
            kind=kind, exact=exact, rows=n,
        )  # fmt: skip
    return residuals / (np.sqrt(1 - leverage) if kind == "HC2" else 1 - leverage)


def clustered(
    X: Array, root: Array, residuals: Array, clusters: Sequence[Codes], k: int
) -> ClusteredCovariance:
    """CR1 covariance, clustered one way or two ways.

    Shapes: X (n, columns); root (columns, columns); residuals (n,); clusters (n,).
    """
    scores = times(X, root) * residuals[:, None]
    meat = np.zeros_like(root)
    for codes, sign in dimensions(clusters):
        sums = by_group(codes, scores, int(codes.max()) + 1)
        meat += sign * (sums.T @ sums)
    return of_clusters(root @ meat @ root.T, clusters, k)


def dimensions(clusters: Sequence[Codes]) -> list[tuple[Codes, int]]:
    """Codes and signs of the matrices that add up: one, or both less their intersection."""
    added = [(codes, 1) for codes in clusters]
    if len(clusters) == 1:
        return added
    pairs = clusters[0] * (int(clusters[1].max()) + 1) + clusters[1]
    return [*added, (np.unique(pairs, return_inverse=True)[1], -1)]


def cr1_factor(number: int, n: int, k: int) -> float:
    """Return the factor of CR1 for n rows in a number of clusters and K = k."""
    return number / (number - 1) * (n - 1) / (n - k)


def of_clusters(matrix: Array, clusters: Sequence[Codes], k: int) -> ClusteredCovariance:
    """Finish the sandwich of summed scores: its factor, and no negative eigenvalues."""
    sizes = tuple(int(codes.max()) + 1 for codes in clusters)
    factor = cr1_factor(min(sizes), len(clusters[0]), k)
    matrix, repaired = factor * (matrix + matrix.T) / 2, False
    if len(clusters) == 2:
        matrix, repaired = without_negative(matrix)
    return ClusteredCovariance(matrix, sizes, min(sizes) - 1, repaired)


def without_negative(matrix: Array) -> tuple[Array, bool]:
    """Set negative eigenvalues of a symmetric matrix to zero; also tell whether it had any."""
    matrix = (matrix + matrix.T) / 2
    values, vectors = np.linalg.eigh(matrix)
    repaired = bool(values[0] < -1e-12 * max(values[-1], 0.0))
    return (vectors * np.maximum(values, 0)) @ vectors.T if repaired else matrix, repaired
