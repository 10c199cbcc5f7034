"""One unit matched by others: the step that a synthetic control and all its placebos repeat.

What is matched is either the outcome in every period before the start, or the means of predictors
over these periods, each weighted by its importance v: ``sum_k v[k] (x1[k] - X0[k] w)^2`` over the
simplex (Abadie, Diamond and Hainmueller 2010, Journal of the American Statistical Association 105,
493-505, section 2.3).
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from ._simplex import SimplexFit, simplex_weights
from ._types import Array

Importance = Literal["inverse_variance", "fitted"]
IMPORTANCES: tuple[str, ...] = get_args(Importance)

# Of the spread between units: below it the paths before the start agree up to rounding.
EXACT = 1e-6


@dataclass(frozen=True, eq=False)
class Units:
    """Outcomes of all units in all periods, and how they are to be matched.

    Attributes
    ----------
    outcomes : ndarray, shape (T, N)
        Without gaps, periods in order.
    times, units : Index, of length T and N
    before : int
        How many periods lie before the start.
    predictors : ndarray, shape (K, T, N)
        May have gaps; K is 0 if outcomes are matched.
    importance : {"inverse_variance", "fitted"}
        How predictors are weighted.
    demean : bool
        Whether each unit's mean before the start is taken out first.
    told : tuple of str
        What is known of the data: that they are SIMULATED, which rows were left out.
    """

    outcomes: Array
    times: pd.Index
    units: pd.Index
    before: int
    predictors: Array
    importance: Importance
    demean: bool
    told: tuple[str, ...] = ()

    def until(self, end: int, before: int) -> "Units":
        """Return the periods up to `end` (not included), with an earlier start."""
        return replace(
            self,
            outcomes=self.outcomes[:end],
            times=self.times[:end],
            before=before,
            predictors=self.predictors[:, :end],
        )

    def spread(self) -> float:
        """Root mean square distance between units and their mean in the periods before."""
        early = self.centred()[: self.before]
        return float(np.sqrt(np.mean((early - early.mean(axis=1, keepdims=True)) ** 2)))

    def match(self, unit: int, donors: np.ndarray) -> "Match":
        """Match one unit (a position) by others (positions)."""
        outcomes = self.centred()
        level = self.outcomes[0, unit] - outcomes[0, unit]
        if len(self.predictors):
            rows, v = self._weighted_predictors(unit, donors)
        else:
            rows, v = outcomes[: self.before], None
        fit = simplex_weights(rows[:, unit], rows[:, donors])
        synthetic = outcomes[:, donors] @ fit.weights + level
        return Match(fit, rows[:, donors], synthetic, self.outcomes[:, unit] - synthetic, v)

    def means(self) -> Array:
        """Means of the predictors over the periods before, NaN where nothing is known."""
        early = self.predictors[:, : self.before]
        known = np.sum(~np.isnan(early), axis=1)
        with np.errstate(invalid="ignore"):
            means: Array = np.nansum(early, axis=1) / known
        return means

    def centred(self) -> Array:
        """Outcomes, less each unit's mean in the periods before if that is asked for."""
        if not self.demean:
            return self.outcomes
        centred: Array = self.outcomes - self.outcomes[: self.before].mean(axis=0)
        return centred

    def _weighted_predictors(self, unit: int, donors: np.ndarray) -> tuple[Array, Array]:
        """Predictors with importance, ``sqrt(v) x``, and v per standard deviation, sum one."""
        means = self.means()
        pool = means[:, np.append(donors, unit)]
        deviation = pool.std(axis=1)
        # A predictor may be the same in a smaller pool: it says nothing there.
        standard = (means - pool.mean(axis=1)[:, None]) / np.where(deviation == 0, 1, deviation)[
            :, None
        ]
        v = np.full(len(means), 1 / len(means))
        if self.importance == "fitted" and len(v) > 1:
            v = self._fitted_importance(standard, unit, donors)
        return np.sqrt(v)[:, None] * standard, v

    def _fitted_importance(self, standard: Array, unit: int, donors: np.ndarray) -> Array:
        """Find the importance that makes squared gaps in y before the start smallest."""
        from scipy.optimize import minimize

        early = self.outcomes[: self.before]
        scale = float(np.std(early)) or 1.0

        def shares(logs: Array) -> Array:
            raised = np.exp(logs - logs.max())
            share: Array = raised / raised.sum()
            return share

        def error(logs: Array) -> float:
            rows = np.sqrt(shares(logs))[:, None] * standard
            weights = simplex_weights(rows[:, unit], rows[:, donors]).weights
            return float(np.mean(((early[:, unit] - early[:, donors] @ weights) / scale) ** 2))

        # From equal importance, then from each predictor standing out: the surface has valleys.
        count = len(standard)
        starts = [np.zeros(count), *(4.0 * np.eye(count))]
        best = min(starts, key=error)
        options = {"maxiter": 100 * count, "xatol": 1e-4, "fatol": 1e-10}
        found = minimize(error, best, method="Nelder-Mead", options=options)
        return shares(found.x)


@dataclass(frozen=True, eq=False)
class Match:
    """A unit and its synthetic twin.

    Attributes
    ----------
    fit : SimplexFit
        With the weights, shape (J,).
    rows : ndarray, shape (k, J)
        What was matched, of the donors.
    synthetic, gaps : ndarray, shape (T,)
    importance : ndarray, shape (K,), or None
        v of the predictors, each measured in standard deviations, adding up to one.
    """

    fit: SimplexFit
    rows: Array
    synthetic: Array
    gaps: Array
    importance: Array | None


def rmspe(gaps: Array) -> float:
    """Root mean square prediction error."""
    return float(np.sqrt(np.mean(gaps**2)))
