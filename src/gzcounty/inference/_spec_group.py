"""Specifications with the same rows, effects and weights, prepared once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gzcounty.errors import InputError
from gzcounty.models._types import Array, Codes
from gzcounty.models.covariance import CovKind
from gzcounty.models.design import COLLINEAR, refuse_collinear
from gzcounty.models.within import Absorber, Effect, _effects_in_k, singletons
from gzcounty.words import counted, listed

from ._spec_choices import Mask
from ._spec_fit import Clusters, Fits, effect_leverage, fit, read_clusters

COLLINEAR_SQUARED = COLLINEAR**2


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


class Group:
    """Specifications with the same rows, effects and weights, their columns without the effects.

    Attributes
    ----------
    rows : ndarray of int
        Places of the rows used in the data, cluster by cluster.
    clusters : Clusters or None
    counted : int
        Effects that K of the clustered covariance counts beside the regressors.
    leverage : ndarray, shape (n,)
        Leverage of the effects, if HC2 or HC3 is asked for.
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
        self.cov, self.lone, self.problem = columns.cov, 0, ""
        self.rows = np.flatnonzero(rows)
        self.place = {name: place for place, name in enumerate(names)}
        self.clusters: Clusters | None = None
        if not self.rows.size:
            empty = [name for name in names if np.isnan(columns.numbers[name]).all()]
            culprit = f": {listed(empty)} has no value" if empty else ""
            self.problem = f"No row is left in which all columns are known{culprit}."
            return
        effects_found = self._read_effects(columns, effects)
        if self.problem:
            return
        if columns.cluster is not None:
            order, self.clusters = read_clusters(columns.keys[columns.cluster][self.rows])
            self.rows = self.rows[order]
            effects_found = [Effect(own.name, own.codes[order]) for own in effects_found]
            if self.clusters.number < 2:
                self.problem = (
                    "Clustered standard errors need at least two clusters; this sample has one "
                    f"{columns.cluster!r}."
                )
        self._constant_only = not effects_found
        constant = Effect("the constant", np.zeros(len(self.rows), dtype=np.intp))
        self.effects = effects_found or [constant]
        weights = None if weight is None else columns.numbers[weight][self.rows]
        self.absorber = Absorber(self.effects, weights)
        self.scale = None if weights is None else np.sqrt(weights)
        self.counted, self.leverage = 0, np.empty(0)
        if columns.cluster is not None and self.clusters is not None:
            own_codes = {columns.cluster: self.clusters.codes()}
            # How many effects K counts does not depend on the number of regressors.
            self.counted, _ = _effects_in_k(self.effects, self.absorber, own_codes, 0)
        elif self.cov in ("HC2", "HC3"):
            self.leverage = effect_leverage(self.effects, weights)
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
        return self.degrees(controls) if self.clusters is None else self.clusters.number - 1

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
        """Regress each column of Y on each column of X beside Q, as `_spec_fit.fit` does.

        Standard errors come with the small-sample factor of `gzcounty.models.covariance`.
        """
        fits = fit(Q, X, Y, self.clusters, self.cov, self.leverage)
        n, df = self.nobs, self.degrees(Q.shape[1])
        factor = 1.0
        if self.clusters is not None:
            G, k = self.clusters.number, Q.shape[1] + 1 + self.counted
            factor = G / (G - 1) * (n - 1) / (n - k)
        elif self.cov in ("classical", "HC1"):
            factor = (1 if self.cov == "classical" else n) / df
        return replace(fits, std_errors=fits.std_errors * np.sqrt(factor))


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
