"""What a spatial regression returns: coefficients, and what a regressor does here and elsewhere.

In a model with ``rho W y``, a change of x in one unit moves y there, from there its neighbours,
and so on, and back. The n by n matrix of all effects of regressor x is
``S = inv(I - rho W) (b I + theta W)``, theta zero without spatial lags of regressors. Averages
(LeSage and Pace 2009, Introduction to Spatial Econometrics, chapter 2.7):

- direct: mean of its diagonal, own x on own y, feedback included;
- total: mean of its row sums, everybody's x on own y;
- indirect: total minus direct, the spillovers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy import special

from gzcounty.checks import require, require_whole
from gzcounty.errors import TrapError
from gzcounty.language import N_, _
from gzcounty.words import counted

from .._types import Array
from ..result import (
    Estimate,
    Reported,
    number,
    pick_term,
    probability,
    with_intervals,
)
from .weights import SpatialWeights, eigenvalues

# The parameter of dependence in each kind of model.
PARAMETER = {"lag": "rho", "durbin": "rho", "error": "lambda", "durbin_error": "lambda"}
NAMES = {
    "lag": N_("spatial lag model"),
    "durbin": N_("spatial Durbin model"),
    "error": N_("spatial error model"),
    "durbin_error": N_("spatial Durbin error model"),
}
EFFECTS = ("direct", "indirect", "total")
# Above this the dense eigenvalues take minutes.
MOST_UNITS = 3_000
# Series of powers of rho W are cut where what is left is below rounding.
ROUNDING = 1e-16


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SpatialResult(Reported):
    """Estimates of a spatial regression.

    Attributes
    ----------
    kind : {"lag", "error", "durbin", "durbin_error"}
    dependent : str
    coefficients : Series
        Intercept, regressors, ``W x`` for their spatial lags, and last ``rho`` or ``lambda``.
    vcov : DataFrame
        Covariance of the coefficients.
    nobs : int
    sigma2 : float
        Error variance, the residual sum of squares over n.
    log_likelihood : float
    log_likelihood_ols : float
        Of the same regressors without rho or lambda.
    pseudo_r2 : float
        Squared correlation of observed and fitted values; a lag model's use neighbours' observed
        values.
    residuals : Series
        Indexed by unit; without the spatial dependence of errors, if the model has one.
    regressors : tuple of str
        Terms without the intercept and without spatial lags.
    weights : SpatialWeights
        Of the units used, in the order of the residuals.
    notes : tuple of str
    native : object
        spreg's result.
    """

    kind: str
    dependent: str
    coefficients: pd.Series
    vcov: pd.DataFrame
    nobs: int
    sigma2: float
    log_likelihood: float
    log_likelihood_ols: float
    pseudo_r2: float
    residuals: pd.Series
    regressors: tuple[str, ...]
    weights: SpatialWeights
    notes: tuple[str, ...]
    native: Any

    @property
    def aic(self) -> float:
        """Akaike's criterion; counts all coefficients, rho or lambda, and the variance."""
        return 2 * (len(self.coefficients) + 1) - 2 * self.log_likelihood

    @property
    def likelihood_ratio(self) -> float:
        """Twice the gain in log likelihood from rho or lambda; chi-squared with one degree."""
        return 2 * (self.log_likelihood - self.log_likelihood_ols)

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """All estimates: term, estimate, std_error, statistic (z), p_value, conf_low, conf_high."""
        std_error = np.sqrt(np.diagonal(self.vcov))
        return normal_table(self.coefficients.index, self.coefficients.to_numpy(), std_error, level)

    def term(self, name: str, level: float = 0.95) -> Estimate:
        """One row of `table` as a named tuple; raises `InputError` if there is no such term."""
        return pick_term(self.table(level), name)

    def impacts(self, draws: int = 2_000, seed: int = 0) -> "Impacts":
        """Average direct, indirect and total effects of each regressor, with errors by simulation.

        Coefficients are drawn from the normal distribution of their estimates, rho and b (and
        theta) together (LeSage and Pace 2009, chapter 5.6.2); draws with rho outside (-1, 1) are
        drawn again, and counted in the notes. Traces are exact, from the eigenvalues of W: a second
        for 3,000 units whose neighbours are mutual, up to a minute where they are not (nearest
        neighbours).
        """
        if self.kind == "error":
            raise TrapError(
                "A spatial error model has no spillovers of regressors: each coefficient is the "
                "direct and the total impact; ask a lag or Durbin model."
            )
        require_whole("draws", draws, 2)
        units = counted(self.nobs, "unit")
        require(
            self.nobs <= MOST_UNITS,
            "Exact traces for {units} would take too long; the limit is {most:,}.",
            units=units, most=MOST_UNITS,
        )  # fmt: skip
        drawn, redrawn = _simulate(self, draws, seed)
        effects = _effects(self, np.vstack([self.coefficients.to_numpy(), drawn]))
        notes = [*self.notes, _(
            "Averages over {units} (LeSage and Pace 2009), exact at the estimates. Standard errors "
            "and intervals (quantiles) from {draws} of the coefficients; p-values by the normal "
            "distribution.",
            units=units, draws=counted(draws, "draw"),
        )]  # fmt: skip
        if redrawn:
            again = counted(redrawn, "draw")
            notes.append(_("{draws} with rho outside (-1, 1) drawn again.", draws=again))
        return Impacts(
            dependent=self.dependent,
            estimates=pd.DataFrame(effects[0], index=list(self.regressors), columns=list(EFFECTS)),
            draws=effects[1:],
            nobs=self.nobs,
            notes=tuple(notes),
            native=self,
        )

    def _heading(self) -> str:
        return _(
            "{dependent}: {estimator}, {units}",
            dependent=self.dependent, estimator=_(NAMES[self.kind]),
            units=counted(self.nobs, "unit"),
        )  # fmt: skip

    def _lines(self) -> list[str]:
        p = float(special.chdtrc(1, max(self.likelihood_ratio, 0.0)))
        return [
            _(
                "Log likelihood {likelihood:,.2f}, AIC {aic:,.2f}, pseudo R-squared {share:.3f}.",
                likelihood=self.log_likelihood, aic=self.aic, share=self.pseudo_r2,
            ),
            _(
                "Likelihood ratio against {parameter} = 0: {ratio}, p {p}.",
                parameter=PARAMETER[self.kind], ratio=number(self.likelihood_ratio),
                p=probability(p),
            ),
        ]  # fmt: skip


def normal_table(
    terms: Iterable[str], estimate: Array, std_error: Array, level: float
) -> pd.DataFrame:
    """Table of estimates whose tests and intervals come from the normal distribution."""
    columns = with_intervals(estimate, std_error, np.inf, level)
    return pd.DataFrame({"term": pd.Series(terms, dtype=object), **columns})


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Impacts(Reported):
    """Average direct, indirect and total effects.

    Attributes
    ----------
    dependent : str
    estimates : DataFrame, shape (regressors, 3)
        At the estimated coefficients.
    draws : ndarray, shape (draws, regressors, 3)
        At simulated coefficients.
    nobs : int
    notes : tuple of str
    native : SpatialResult
        The model.
    """

    dependent: str
    estimates: pd.DataFrame
    draws: Array
    nobs: int
    notes: tuple[str, ...]
    native: SpatialResult

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """One row a regressor and effect: the usual columns, then `regressor` and `effect`.

        std_error is the standard deviation of the draws; statistic (z) and p_value come from it and
        the normal distribution; conf_low and conf_high are quantiles of the draws.
        """
        flat = self.draws.reshape(len(self.draws), -1)
        estimate = self.estimates.to_numpy().ravel()
        table = normal_table([*self._term_words()], estimate, flat.std(axis=0, ddof=1), level)
        low, high = np.quantile(flat, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return table.assign(
            conf_low=low,
            conf_high=high,
            regressor=self.estimates.index.repeat(len(EFFECTS)),
            effect=EFFECTS * len(self.estimates),
        )

    def term(self, name: str, level: float = 0.95) -> Estimate:
        """One row of `table` as a named tuple; raises `InputError` if there is no such term."""
        return pick_term(self.table(level), name)

    def _heading(self) -> str:
        units = counted(self.nobs, "unit")
        return _("{dependent}: impacts, {units}", dependent=self.dependent, units=units)

    def _term_words(self) -> dict[str, str]:
        said = {
            "direct": N_("{regressor}: direct"), "indirect": N_("{regressor}: indirect"),
            "total": N_("{regressor}: total"),
        }  # fmt: skip
        names = [(x, effect) for x in self.estimates.index for effect in EFFECTS]
        return {f"{x}: {effect}": _(said[effect], regressor=x) for x, effect in names}


def _simulate(result: SpatialResult, draws: int, seed: int) -> tuple[Array, int]:
    """Draw coefficients; return them and how many were drawn in vain."""
    mean, matrix = result.coefficients.to_numpy(), result.vcov.to_numpy()
    # Scaled to correlations, so that units of regressors do not decide what the root can carry.
    scale = np.sqrt(np.diagonal(matrix))
    values, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
    root = vectors * np.sqrt(np.maximum(values, 0))
    rng = np.random.default_rng(seed)
    kept = np.empty((0, len(mean)))
    vain = 0
    bounded = result.kind != "durbin_error"  # lambda has no part in the impacts
    while len(kept) < draws:
        drawn = mean + scale * (rng.standard_normal((draws, len(mean))) @ root.T)
        inside = (np.abs(drawn[:, -1]) < 1) if bounded else np.ones(draws, dtype=bool)
        if inside.mean() < 0.5:
            raise TrapError(
                "rho is {rho:.3f} with standard error {error:.3f}: most draws lie beyond one, "
                "where impacts have no limit.",
                rho=mean[-1], error=scale[-1],
            )  # fmt: skip
        room = np.cumsum(inside) <= draws - len(kept)
        vain += int(np.sum(~inside & room))
        kept = np.vstack([kept, drawn[inside & room]])
    return kept, vain


def _effects(result: SpatialResult, coefficients: Array) -> Array:
    """Impacts at each row of coefficients, shape (rows, regressors, 3)."""
    k = len(result.regressors)
    matrix = result.weights.matrix
    b = coefficients[:, 1 : 1 + k]
    theta = coefficients[:, 1 + k : 1 + 2 * k] if result.kind.startswith("durbin") else 0 * b
    if result.kind == "durbin_error":
        direct, total = b, b + theta * (matrix.sum() / len(result.weights))
    else:
        rho = coefficients[:, -1]
        trace, trace_lag = _traces(matrix, rho)
        whole, whole_lag = _row_sums(matrix, rho)
        direct = b * trace[:, None] + theta * trace_lag[:, None]
        total = b * whole[:, None] + theta * whole_lag[:, None]
    return np.stack([direct, total - direct, total], axis=2)


def _traces(matrix: sp.csr_array, rho: Array) -> tuple[Array, Array]:
    """Mean diagonals of ``inv(I - rho W)`` and of ``inv(I - rho W) W``."""
    values = eigenvalues(matrix)
    trace, trace_lag = np.empty_like(rho), np.empty_like(rho)
    for i, r in enumerate(rho):
        inverse: Any = 1 / (1 - r * values)
        # Complex eigenvalues come in pairs, whose imaginary parts cancel.
        trace[i], trace_lag[i] = inverse.mean().real, (values * inverse).mean().real
    return trace, trace_lag


def _row_sums(matrix: sp.csr_array, rho: Array) -> tuple[Array, Array]:
    """Mean row sums of ``inv(I - rho W)`` and of ``inv(I - rho W) W``."""
    n = matrix.shape[0]
    if np.allclose(matrix.sum(axis=1), 1, rtol=0, atol=1e-12):
        total = 1 / (1 - rho)
        return total, total
    # Powers of W on a vector of ones, all values of rho at once.
    power = np.ones(n)
    sums, sums_lag = np.zeros_like(rho), np.zeros_like(rho)
    factor = np.ones_like(rho)
    largest = float(np.abs(rho).max())
    terms = int(np.ceil(np.log(ROUNDING * (1 - largest)) / np.log(max(largest, 1e-3))))
    for __ in range(min(terms, 200_000) + 1):
        sums += factor * power.mean()
        power = matrix @ power
        sums_lag += factor * power.mean()
        factor = factor * rho
    return sums, sums_lag
