"""All specifications of a curve at once.

Specifications that share rows, effects and weights form a `Group`: the effects are taken out of
each of its columns once. Those that also share the controls form a block. In a block the controls
are orthogonalised once, ``C = QR``, and taken out of every exposure x and outcome y,

    x~ = x - QQ'x,   y~ = y - QQ'y,   b = x~'y~ / x~'x~,

which by the theorem of Frisch (1933), Waugh and Lovell (1963) is the coefficient of the full
regression. Its variance needs no more than these vectors either: row b of ``inv(X'X) X'`` is
``x~' / x~'x~``, so that, for instance, the clustered variance is

    factor * sum_g (sum_{i in g} x~_i e_i)^2 / (x~'x~)^2,   e = y~ - b x~,

and the leverage of HC2 and HC3 is that of the effects, of Q and of x~, added up. Nothing is
solved by normal equations: columns have norm one, and QR keeps their digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gzcounty.errors import InputError
from gzcounty.models._types import Array, Codes
from gzcounty.models.absorb import Absorber, Effect, singletons
from gzcounty.models.covariance import CovKind
from gzcounty.models.least_squares import COLLINEAR, refuse_collinear
from gzcounty.models.within import _effects_in_k
from gzcounty.words import counted

from ._spec_choices import Mask

COLLINEAR_SQUARED = COLLINEAR**2
SLICE = 2**16
"""Numbers that the largest array in between may hold: small enough to stay in a cache."""


@dataclass(frozen=True)
class Columns:
    """The columns that specifications use.

    Attributes
    ----------
    numbers : dict of ndarray
        Values by column, NaN where missing.
    keys : dict of ndarray of int
        Codes by column, -1 where missing.
    cluster : str or None
    cov : {"HC3", "HC2", "HC1", "HC0", "classical"}
        For standard errors without clusters.
    """

    numbers: dict[str, Array]
    keys: dict[str, Codes]
    cluster: str | None
    cov: CovKind


@dataclass(frozen=True)
class Fits:
    """Estimates of every exposure on every outcome of a block.

    Attributes
    ----------
    estimates, std_errors : ndarray, shape (exposures, outcomes)
        For columns of norm one.
    left, unexplained : ndarray, shapes (exposures,) and (outcomes,)
        Squared norm of what the controls leave of each exposure and outcome.
    """

    estimates: Array
    std_errors: Array
    left: Array
    unexplained: Array


class Group:
    """Specifications with the same rows, effects and weights, their columns without the effects.

    Attributes
    ----------
    rows : ndarray of int
        Places of the rows used in the data, sorted by cluster.
    lone : int
        Rows left out because they are alone in a level of an effect.
    problem : str
        Why nothing can be estimated here; empty if something can.
    unit : ndarray, shape (n, columns)
        Columns with the effects taken out, times the root of the weight, of norm one.
    place : dict of str to int
        Where a column stands in `unit`.
    norms : ndarray, shape (columns,)
        Norms before.
    absorbed : dict of str to str
        Columns of which the effects leave nothing, and the sentence that says so.
    """

    def __init__(
        self,
        columns: Columns,
        rows: Mask,
        effects: Sequence[tuple[str, ...]],
        weight: str | None,
        names: Sequence[str],
    ) -> None:
        self.cov = columns.cov
        self.rows = np.flatnonzero(rows)
        self.lone, self.problem = 0, ""
        self.place = {name: place for place, name in enumerate(names)}
        self.n_clusters: int | None = None
        if not self.rows.size:
            self.problem = "No row is left in which all columns are known."
            return
        if columns.cluster is not None:
            clusters = columns.keys[columns.cluster]
            self.rows = self.rows[np.argsort(clusters[self.rows], kind="stable")]
        found = self._read_effects(columns, effects)
        if self.problem:
            return
        self.effects = found or [Effect("the constant", np.zeros(len(self.rows), dtype=np.intp))]
        self._constant_only = not found
        weights = None if weight is None else columns.numbers[weight][self.rows]
        self.absorber = Absorber(self.effects, weights)
        self.scale = None if weights is None else np.sqrt(weights)
        if columns.cluster is not None:
            self._read_clusters(columns.keys[columns.cluster][self.rows], columns.cluster)
        if self.cov in ("HC2", "HC3") and columns.cluster is None:
            self._leverage = effect_leverage(self.effects, weights)
        raw = np.column_stack([columns.numbers[name][self.rows] for name in names])
        self.unit, self.norms, gone = self.demeaned(raw)
        self.absorbed = {
            name: self._gone(name) for name, none in zip(names, gone, strict=True) if none
        }

    def _read_effects(self, columns: Columns, effects: Sequence[tuple[str, ...]]) -> list[Effect]:
        """Codes of the effects in the rows left once singletons are out."""
        if not effects:
            return []
        names = [" by ".join(effect) for effect in effects]
        codes = [_combined(columns, effect, self.rows) for effect in effects]
        found = [Effect(name, _dense(own)) for name, own in zip(names, codes, strict=True)]
        alone = singletons(found)
        self.lone = int(alone.sum())
        if not self.lone:
            return found
        self.rows = self.rows[~alone]
        if not self.rows.size:
            seen = " or ".join(names)
            self.problem = (
                f"Every {seen} is seen only once, so the effects leave nothing to estimate from."
            )
            return []
        return [Effect(effect.name, _dense(effect.codes[~alone])) for effect in found]

    def _read_clusters(self, clusters: Codes, name: str) -> None:
        changes = np.flatnonzero(np.diff(clusters)) + 1
        self.starts = np.concatenate([[0], changes])
        self.n_clusters = len(self.starts)
        if self.n_clusters < 2:
            self.problem = (
                "Clustered standard errors need at least two clusters; this sample has one "
                f"{name!r}."
            )
        codes = np.zeros(len(clusters), dtype=np.intp)
        codes[changes] = 1
        # How many effects K counts does not depend on the number of regressors.
        self._counted, _ = _effects_in_k(self.effects, self.absorber, {name: np.cumsum(codes)}, 0)

    @property
    def nobs(self) -> int:
        """Rows used."""
        return len(self.rows)

    def demeaned(self, raw: Array) -> tuple[Array, Array, Mask]:
        """Columns without the effects at norm one, their norms, and which of them vanish."""
        # Row by row in memory, as the sums by cluster read it.
        left = np.ascontiguousarray(self.absorber.demean(raw))
        # The limits of gzcounty.models.within: rounding of the variation, or of the level.
        rest = np.sqrt(np.einsum("ij,ij->j", left, left))
        variation = np.sqrt(len(raw)) * raw.std(axis=0)
        rounding = 16 * np.finfo(float).eps * np.sqrt(np.einsum("ij,ij->j", raw, raw))
        gone = rest <= np.maximum(1e-10 * variation, rounding)
        if self.scale is not None:
            left *= self.scale[:, None]
            rest = np.sqrt(np.einsum("ij,ij->j", left, left))
        norms = np.where(gone, 1.0, rest)
        left /= norms
        return left, norms, gone

    def _gone(self, name: str) -> str:
        if self._constant_only:
            return f"{name!r} has the same value in every row."
        effects = " and ".join(effect.name for effect in self.effects)
        return f"The effects of {effects} absorb {name!r}, which does not vary beyond them."

    def degrees(self, controls: int) -> int:
        """Rows less regressors less the rank of the effects."""
        return self.nobs - controls - 1 - self.absorber.rank

    def t_degrees(self, controls: int) -> int:
        """Degrees of freedom of t tests."""
        return self.degrees(controls) if self.n_clusters is None else self.n_clusters - 1

    def basis(self, controls: Sequence[str]) -> tuple[Array, str]:
        """Orthonormal columns that span the controls, and what is wrong with these if anything."""
        gone = [self.absorbed[name] for name in controls if name in self.absorbed]
        if gone:
            return np.empty((self.nobs, 0)), gone[0]
        if self.degrees(len(controls)) <= 0:
            many = counted(len(controls) + 1, "regressor")
            what = "a constant" if self._constant_only else "effects"
            return np.empty((self.nobs, 0)), (
                f"{counted(self.nobs, 'row')} cannot carry {many} and {what} of rank "
                f"{self.absorber.rank}."
            )
        C = self.unit[:, [self.place[name] for name in controls]]
        Q, R = np.linalg.qr(C)
        if np.any(np.abs(np.diagonal(R)) <= COLLINEAR):
            return Q, self._collinear(controls)
        return Q, ""

    def _collinear(self, names: Sequence[str]) -> str:
        """Say which of the columns, the last if possible, depends on which others."""
        after = "" if self._constant_only else "After the effects are taken out, "
        try:
            refuse_collinear(self.unit[:, [self.place[name] for name in names]], names, after)
        except InputError as error:
            return str(error)
        return f"{after}{names[-1]!r} is almost an exact linear combination of the controls."

    def exposure_problem(self, name: str, controls: Sequence[str]) -> str:
        """Say what an exposure depends on that the controls leave nothing of."""
        return self._collinear([*controls, name])

    def fit(self, Q: Array, X: Array, Y: Array) -> Fits:
        """Regress each column of Y on each column of X beside Q.

        Parameters
        ----------
        Q : ndarray, shape (n, controls)
            Orthonormal.
        X, Y : ndarray, shapes (n, exposures) and (n, outcomes)
            Of norm one, without the effects.
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
            variances = self._meat(Q, X, Y, estimates, left) / (left**2)[:, None]
        return Fits(estimates, np.sqrt(variances), left, np.einsum("ij,ij->j", Y, Y))

    def _meat(self, Q: Array, X: Array, Y: Array, estimates: Array, left: Array) -> Array:
        """Middle of the sandwich for each pair, with its small-sample factor."""
        n, k = self.nobs, Q.shape[1] + 1
        out = np.empty_like(estimates)
        step = max(1, SLICE // X.size)
        if self.n_clusters is not None:
            own = np.add.reduceat(X * X, self.starts, axis=0)
        elif self.cov in ("HC2", "HC3"):
            base = 1 - self._leverage - np.einsum("ij,ij->i", Q, Q)
            spare = np.maximum(base[:, None] - X * X / left, 0.0)
            # A row that is fitted exactly has a residual of zero whatever its error was.
            spare[spare < 1e-10] = np.nan
            divisor = (np.sqrt(spare) if self.cov == "HC2" else spare)[:, None, :]
        for at in range(0, Y.shape[1], step):
            # Exposures last: with shuffles there are many, and long inner loops are fast ones.
            y, b = Y[:, at : at + step, None], estimates.T[None, at : at + step, :]
            if self.n_clusters is not None:
                products = (y * X[:, None, :]).reshape(n, -1)
                score = np.add.reduceat(products, self.starts, axis=0)
                score = score.reshape(len(self.starts), -1, X.shape[1])
                score -= own[:, None, :] * b
                out[:, at : at + step] = np.einsum("goe,goe->eo", score, score)
                continue
            residuals = y - X[:, None, :] * b
            if self.cov in ("HC2", "HC3"):
                residuals /= divisor
            if self.cov != "classical":
                residuals *= X[:, None, :]
            out[:, at : at + step] = np.einsum("noe,noe->eo", residuals, residuals)
        df = self.degrees(k - 1)
        if self.n_clusters is not None:
            G = self.n_clusters
            return out * (G / (G - 1) * (n - 1) / (n - k - self._counted))
        if self.cov == "classical":
            return out * (left / df)[:, None]
        return out * (n / df) if self.cov == "HC1" else out


def effect_leverage(effects: Sequence[Effect], weights: Array | None) -> Array:
    """Leverage of each row in a regression on the dummies of one or two effects.

    Two ways it is ``w_i (1 / w_f + v'L+v)``, with f the level of the first effect, v the dummies of
    the second less their means at f, and L their cross-product; see `gzcounty.models.absorb`.
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


def _combined(columns: Columns, effect: tuple[str, ...], rows: Codes) -> Codes:
    """One code for each combination of the columns of an effect."""
    codes = columns.keys[effect[0]][rows]
    for name in effect[1:]:
        other = columns.keys[name][rows]
        codes = _dense(codes) * (int(other.max()) + 1) + other
    return codes


def _dense(codes: Codes) -> Codes:
    """Return codes numbered 0, 1, ... without gaps."""
    present = np.zeros(int(codes.max()) + 1, dtype=np.intp)
    present[codes] = 1
    return (np.cumsum(present) - 1)[codes]
