"""What a spatial regression returns."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from .._render import number, probability
from ..estimates import Estimate
from ..reported import Reported
from .weights import SpatialWeights

if TYPE_CHECKING:
    from .impacts import Impacts

# The parameter of dependence in each kind of model.
PARAMETER = {"lag": "rho", "durbin": "rho", "error": "lambda", "durbin_error": "lambda"}
NAMES = {
    "lag": "spatial lag model",
    "durbin": "spatial Durbin model",
    "error": "spatial error model",
    "durbin_error": "spatial Durbin error model",
}


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
        estimate = self.coefficients.to_numpy()
        return normal_table(
            list(self.coefficients.index), estimate, np.sqrt(np.diagonal(self.vcov)), level
        )

    def term(self, name: str, level: float = 0.95) -> Estimate:
        """One row of `table` as a named tuple.

        Raises
        ------
        InputError
            If the model has no such term.
        """
        table = self.table(level).set_index("term")
        if name not in table.index:
            raise InputError(f"The model has no term {name!r}; it has {listed(table.index, 12)}.")
        return Estimate(name, *(float(table.loc[name, f]) for f in Estimate._fields[1:]))

    def impacts(self, draws: int = 2_000, seed: int = 0) -> "Impacts":
        """Direct, indirect and total effects of each regressor; see `impacts.spatial_impacts`."""
        from .impacts import spatial_impacts

        return spatial_impacts(self, draws, seed)

    def _heading(self) -> str:
        return f"{self.dependent}: {NAMES[self.kind]}, {counted(self.nobs, 'unit')}"

    def _lines(self) -> list[str]:
        p = float(special.chdtrc(1, max(self.likelihood_ratio, 0.0)))
        return [
            f"Log likelihood {self.log_likelihood:,.2f}, AIC {self.aic:,.2f}, pseudo R-squared "
            f"{self.pseudo_r2:.3f}.",
            f"Likelihood ratio against {PARAMETER[self.kind]} = 0: "
            f"{number(self.likelihood_ratio)}, p {probability(p)}.",
        ]


def normal_table(
    terms: list[str], estimate: np.ndarray, std_error: np.ndarray, level: float
) -> pd.DataFrame:
    """Table of estimates whose tests and intervals come from the normal distribution."""
    check_level(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / std_error
    half_width = special.ndtri((1 + level) / 2) * std_error
    return pd.DataFrame(
        {
            "term": pd.Series(terms, dtype=object),
            "estimate": estimate,
            "std_error": std_error,
            "statistic": statistic,
            "p_value": 2 * special.ndtr(-np.abs(statistic)),
            "conf_low": estimate - half_width,
            "conf_high": estimate + half_width,
        }
    )


def check_level(level: float) -> None:
    """Raise `InputError` unless it is a share between 0 and 1."""
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1, such as 0.95, not {level!r}.")
