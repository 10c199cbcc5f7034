"""One comparison of two groups and two periods, given covariates, with its influence function.

After Sant'Anna and Zhao (2020, Journal of Econometrics 219, 101-122), for panel data. D marks the
treated, d is the change of the outcome, X the covariates with a constant, m(X) the least-squares
fit of d among controls, p(X) the logit propensity score, w = p/(1-p) the weight of a control.

- regression: mean of d - m(X) over the treated (their outcome-regression estimator);
- weighting: mean of d over the treated less the w-weighted mean of d over controls;
- doubly robust: mean of d - m(X) over the treated less its w-weighted mean over controls. It is
  right if either model is right.

Weights are divided by their own sum (Hajek), as the authors' library DRDID does. Influence
functions are scaled so that the variance of the estimate is the sum of their squares, and they
hold the uncertainty of m and p. Controls with p of 0.995 or more get no weight, as in DRDID.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from gzcounty.errors import TrapError

from ._types import Array

Adjustment = Literal["doubly-robust", "regression", "weighting"]
ADJUSTMENTS: tuple[str, ...] = get_args(Adjustment)
TRIM = 0.995
# Newton's method needs about eight steps. Where covariates separate, the fitted odds grow by a
# factor of e each step, until rounding makes it look as if it had converged, after 37.
_STEPS = 25


@dataclass(frozen=True)
class Propensity:
    """A logit fit: its coefficients, and the inverse of its information matrix, shape (k, k)."""

    coefficients: Array
    inverse: Array


def compare(
    treated: Array,
    control: Array,
    X_treated: Array,
    X_control: Array,
    adjustment: str,
    propensity: Propensity | None,
) -> tuple[float, Array, Array, int]:
    """Return the estimate, the influence of each treated and each control, and how many trimmed.

    Parameters
    ----------
    treated, control : ndarray, shapes (n1,), (n0,)
        Changes of the outcome.
    X_treated, X_control : ndarray, shapes (n1, k), (n0, k)
        Covariates, the constant among them.
    adjustment : one of `ADJUSTMENTS`
    propensity : Propensity, or None for "regression"

    Raises
    ------
    TrapError
        If covariates are collinear among the controls.
    """
    n1 = len(treated)
    correction = 0.0
    if adjustment != "weighting":
        inverse = invert(X_control.T @ X_control, "among the controls")
        beta = inverse @ (X_control.T @ control)
        control = control - X_control @ beta
        treated = treated - X_treated @ beta
        # Each control's part in the error of beta, as it moves a fit at a point x.
        scores = control[:, None] * (X_control @ inverse)
        correction = scores @ X_treated.mean(axis=0)
    level = treated.mean()
    of_treated = (treated - level) / n1
    if propensity is None:
        return float(level), of_treated, np.asarray(-correction), 0

    p_treated = _logistic(X_treated @ propensity.coefficients)
    p_control = _logistic(X_control @ propensity.coefficients)
    trimmed = p_control >= TRIM
    weight = np.where(trimmed, 0.0, p_control / (1 - np.minimum(p_control, TRIM)))
    weight /= weight.sum()
    base = float(weight @ control)
    apart = weight * (control - base)
    of_control = -apart - correction
    if adjustment == "doubly-robust":
        of_control += scores @ (weight @ X_control)
    tilt = propensity.inverse @ (apart @ X_control)
    of_treated = of_treated - (1 - p_treated) * (X_treated @ tilt)
    of_control = of_control + p_control * (X_control @ tilt)
    return float(level) - base, of_treated, of_control, int(trimmed.sum())


def fit_propensity(
    X_treated: Array, X_control: Array, near: Propensity | None = None
) -> Propensity:
    """Fit a logit of being treated by Newton's method.

    Parameters
    ----------
    X_treated, X_control : ndarray, shapes (n1, k), (n0, k)
        Covariates, the constant first.
    near : Propensity, optional
        Where to start: the fit of a comparison much like this one.

    Raises
    ------
    TrapError
        If the covariates separate treated from controls, or are collinear.
    """
    if near is not None:
        try:
            return _newton(X_treated, X_control, near.coefficients)
        except TrapError:
            # The start may have been a bad one: judge from the usual one.
            pass
    start = np.zeros(X_treated.shape[1])
    start[0] = np.log(len(X_treated) / len(X_control))  # the average chance for everybody
    return _newton(X_treated, X_control, start)


def _newton(X_treated: Array, X_control: Array, beta: Array) -> Propensity:
    X = np.concatenate([X_treated, X_control])
    total = X_treated.sum(axis=0)
    for _ in range(_STEPS):
        p = _logistic(X @ beta)
        information = (X * (p * (1 - p))[:, None]).T @ X
        inverse = invert(information, "in the propensity score", separated=True)
        step = inverse @ (total - X.T @ p)
        beta = beta + step
        if np.abs(step).max() < 1e-10 * (1 + np.abs(beta).max()):
            return Propensity(beta, inverse)
    raise TrapError("the covariates separate treated from controls in the propensity score")


def invert(gram: Array, where: str, separated: bool = False) -> Array:
    """Invert a cross-product scaled to correlations, or say why it has no inverse."""
    scale = np.sqrt(np.diagonal(gram))
    if np.all(scale > 0):
        unit = gram / np.outer(scale, scale)
        try:
            inverse: Array = np.linalg.inv(unit)
        except np.linalg.LinAlgError:
            inverse = np.full_like(unit, np.inf)
        # The entries of a correlation matrix are at most one; those of its inverse tell the rest.
        if np.abs(inverse).max() < 1e11:
            return inverse / np.outer(scale, scale)
    if separated:
        raise TrapError(f"the covariates separate treated from controls, or are collinear, {where}")
    raise TrapError(f"the covariates are collinear {where}")


def _logistic(value: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-np.clip(value, -500, 500)))
    return result
