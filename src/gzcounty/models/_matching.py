"""Weights that are not negative, add up to one, and bring donors as near to a target as can be.

The problem is ``minimise |target - donors w|`` over the simplex. It is convex, so its smallest
distance is unique; the weights need not be. With more donors than rows to match, many weights
often fit equally, and a solver that stops at one of them hides a choice. Here the choice is stated:
the weights with the smallest sum of squares. They are unique, do not depend on the order of the
donors, and let the noise of single donors count least.

Nearest point. With ``C = donors - target`` the target is the origin, and the wanted point is the
point of the donors' convex hull nearest to it (Wolfe 1976, Mathematical Programming 11, 128-149).
Non-negative least squares finds it without iterating over a penalty: for any w of the simplex and
s > 0, the best s in ``|C (s w)|^2 + (1 - s)^2`` leaves ``d / (1 + d)`` with ``d = |C w|^2``. That
grows with d, so its minimiser u gives exactly ``w = u / sum(u)``.

Least norm. By the conditions of Karush, Kuhn and Tucker only donors at the smallest slope can have
weight. Among those the weights solve ``minimise |w|^2 / 2`` over ``A w = b, w >= 0``, whose dual
is smooth and has one unknown a row: ``w = max(0, A'y)``. Newton's method finds y in finitely many
steps, as the dual is quadratic in pieces.

One unit matched by others: the step that a synthetic control and all its placebos repeat.

What is matched is either the outcome in every period before the start, or the means of predictors
over these periods, each weighted by its importance v: ``sum_k v[k] (x1[k] - X0[k] w)^2`` over the
simplex (Abadie, Diamond and Hainmueller 2010, Journal of the American Statistical Association 105,
493-505, section 2.3).
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from ._arrays import Array

# Of the largest distance of a donor: below it a fit is exact, and a slope is the smallest one.
FLAT = 1e-9


@dataclass(frozen=True)
class SimplexFit:
    """The nearest point of the donors' convex hull, and how to reach it."""

    # (J,): not negative, adding up to one; of all that fit equally, those of least norm.
    weights: Array
    exact: bool  # Whether the target lies in the hull, up to rounding
    face: np.ndarray  # (J,): donors that can have weight in a best fit: all of them if it is exact
    # Whether the weights are those of least norm. Only where the set of best weights is extremely
    # thin may Newton's method fail to find them; others of the set are given then.
    least_norm: bool


def simplex_weights(target: Array, donors: Array) -> SimplexFit:
    """Fit a target by weights on the simplex, exactly and by a rule that leaves no choice.

    Shapes: target (k,); donors (k, J), J >= 1.
    """
    C = donors - target[:, None]
    scale = float(np.abs(C).max(initial=0.0))
    if scale == 0:
        # Every donor equals the target: nothing distinguishes them.
        J = donors.shape[1]
        return SimplexFit(np.full(J, 1 / J), True, np.ones(J, dtype=bool), True)
    C = C / scale
    weights = _nearest(C)
    point = C @ weights
    distance = float(np.linalg.norm(point))
    reach = float(np.linalg.norm(C, axis=0).max())
    exact = distance <= FLAT * reach
    slopes = point @ C - point @ point
    face = np.ones(len(weights), dtype=bool) if exact else slopes <= FLAT * distance * reach
    smallest = _least_norm(C[:, face], point * (not exact))
    if smallest is not None:
        weights = np.zeros(len(face))
        weights[face] = smallest
    return SimplexFit(weights, exact, face, smallest is not None)


def is_unique(fit: SimplexFit, donors: Array) -> bool:
    """Return True if no other weights fit as well, by a rank or else by a linear program."""
    A = _of_face(fit, donors)
    if np.linalg.matrix_rank(A) == A.shape[1]:
        return True
    weights = fit.weights[fit.face]
    used = weights > 1e-8
    if np.linalg.matrix_rank(A[:, used]) < used.sum():
        return False
    # Only donors without weight could be exchanged for those with it.
    return used.all() or float(_range(A, weights, (~used).astype(float))[1]) < 1e-6


def value_range(fit: SimplexFit, donors: Array, values: Array) -> tuple[float, float]:
    """Smallest and largest weighted mean of `values` over all weights that fit as well.

    Shapes: donors (k, J); values (J,).
    """
    return _range(_of_face(fit, donors), fit.weights[fit.face], values[fit.face])


def _nearest(C: Array) -> Array:
    """Weights of the point of the hull nearest to the origin, by non-negative least squares."""
    from scipy.optimize import nnls

    k, J = C.shape
    stacked = np.vstack([C, np.ones(J)])
    u, _ = nnls(stacked, np.append(np.zeros(k), 1.0), maxiter=30 * max(J, 10))
    return u / u.sum()


def _least_norm(C: Array, point: Array) -> Array | None:
    """Weights of least norm that reach `point`, or None if Newton's method does not arrive."""
    A, b = _constraints(C), np.append(point, 1.0)
    # Independent rows only: outcomes that add up to each other would make y ambiguous.
    left, singular, right = np.linalg.svd(A, full_matrices=False)
    keep = singular > 1e-12 * singular[0]
    A, b = right[keep], (left.T @ b)[keep] / singular[keep]
    y = b.copy()  # the answer if no weight were negative: A A' is the identity now
    for _ in range(200):
        weights = np.maximum(A.T @ y, 0.0)
        slope = b - A @ weights
        error = float(np.linalg.norm(slope))
        if error <= 1e-13:
            break
        positive = A[:, weights > 0]
        curvature = positive @ positive.T + 1e-3 * min(error, 1e-6) * np.eye(len(b))
        step = np.linalg.solve(curvature, slope)
        y = y + _step_length(A, b, y, step, slope) * step
    return weights / weights.sum() if error <= 1e-11 else None


def _step_length(A: Array, b: Array, y: Array, step: Array, slope: Array) -> float:
    """Halve Newton's step until the dual rises enough."""

    def dual(at: Array) -> float:
        return float(b @ at - np.sum(np.maximum(A.T @ at, 0.0) ** 2) / 2)

    start, gain, length = dual(y), float(slope @ step), 1.0
    # Near the top a rise drowns in rounding: a full step is taken then.
    while length > 1e-8 and dual(y + length * step) < start + 1e-4 * length * gain - 1e-15:
        length /= 2
    return length


def _of_face(fit: SimplexFit, donors: Array) -> Array:
    """Constraints of donors about their mean: a large common level would hide how they differ."""
    columns = donors[:, fit.face]
    return _constraints(columns - columns.mean(axis=1, keepdims=True))


def _constraints(columns: Array) -> Array:
    """Rows that weights of the same point share, and their sum."""
    scale = float(np.abs(columns).max(initial=0.0)) or 1.0
    return np.vstack([columns / scale, np.ones(columns.shape[1])])


def _range(A: Array, weights: Array, values: Array) -> tuple[float, float]:
    """Bounds of ``values @ w`` over ``A w = A weights, w >= 0``."""
    from scipy.optimize import linprog

    scale = float(np.abs(values).max(initial=0.0)) or 1.0
    middle = float(values @ weights)
    ends = [middle, middle]
    for place, sign in enumerate((1.0, -1.0)):
        solved = linprog(sign * values / scale, A_eq=A, b_eq=A @ weights, bounds=(0, None))
        if solved.status == 0:
            ends[place] = sign * solved.fun * scale
    # `weights` itself is one of them, whatever the solver's tolerance.
    return min(ends[0], middle), max(ends[1], middle)


Importance = Literal["inverse_variance", "fitted"]

# Of the spread between units: below it the paths before the start agree up to rounding.
EXACT = 1e-6


@dataclass(frozen=True, eq=False)
class Units:
    """Outcomes of all units in all periods, and how they are to be matched."""

    outcomes: Array  # (T, N): without gaps, periods in order
    times: pd.Index  # Of length T
    units: pd.Index  # Of length N
    before: int  # How many periods lie before the start
    predictors: Array  # (K, T, N): may have gaps; K is 0 if outcomes are matched
    importance: Importance  # How predictors are weighted
    demean: bool  # Whether each unit's mean before the start is taken out first
    # What is known of the data: that they are SIMULATED, which rows were left out.
    notes: tuple[str, ...] = ()

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
        counts = np.sum(~np.isnan(early), axis=1)
        with np.errstate(invalid="ignore"):
            means: Array = np.nansum(early, axis=1) / counts
        return means

    def centred(self) -> Array:
        """Outcomes, less each unit's mean in the periods before if that is asked for."""
        if not self.demean:
            return self.outcomes
        return self.outcomes - self.outcomes[: self.before].mean(axis=0)

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
            return raised / raised.sum()

        def error(logs: Array) -> float:
            rows = np.sqrt(shares(logs))[:, None] * standard
            weights = simplex_weights(rows[:, unit], rows[:, donors]).weights
            return float(np.mean(((early[:, unit] - early[:, donors] @ weights) / scale) ** 2))

        # From equal importance, then from each predictor standing out: the surface has valleys.
        count = len(standard)
        starts = [np.zeros(count), *(4.0 * np.eye(count))]
        best = min(starts, key=error)
        options = {"maxiter": 100 * count, "xatol": 1e-4, "fatol": 1e-10}
        solution = minimize(error, best, method="Nelder-Mead", options=options)
        return shares(solution.x)


@dataclass(frozen=True, eq=False)
class Match:
    """A unit and its synthetic twin."""

    fit: SimplexFit  # With the weights, shape (J,)
    rows: Array  # (k, J): what was matched, of the donors
    synthetic: Array  # (T,)
    gaps: Array  # (T,)
    # (K,) or None: v of the predictors, each measured in standard deviations, adding up to one.
    importance: Array | None


def rmspe(gaps: Array) -> float:
    """Root mean square prediction error."""
    return float(np.sqrt(np.mean(gaps**2)))
