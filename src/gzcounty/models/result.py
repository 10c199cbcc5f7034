"""What every model returns: estimates, their uncertainty, and what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

# scipy.special, not scipy.stats: the same distributions, a second earlier on a slider.
from scipy import special

from gzcounty.errors import InputError, TrapError
from gzcounty.words import counted, listed

from .estimates import Estimate, WaldTest
from .reported import Reported


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result(Reported):
    """Estimates of a linear model.

    Attributes
    ----------
    estimator : str
        Name in plain words, such as "two-way fixed effects".
    dependent : str
        The variable explained, as written in the formula.
    coefficients : Series, shape (k,)
        Estimates by term.
    vcov : DataFrame, shape (k, k)
        Their covariance matrix, by the conventions of `gzcounty.models.covariance`.
    df : int
        Degrees of freedom of the t tests.
    nobs : int
        Rows used.
    n_clusters : int or None
        Number of clusters, the smaller one if clustered two ways; None if not clustered.
    r_squared : float
        Share of the variance explained, absorbed effects included.
    r_squared_within : float or None
        Share explained of what the absorbed effects leave; None without absorbed effects.
    residuals : Series, shape (nobs,)
        On the index of the user's data, so that rows left out can be seen.
    notes : tuple of str
        Plain sentences: rows left out and why, standard errors, degrees of freedom.
    native : object
        The library's own result, or for fixed effects a `gzcounty.models.within.WithinFit`.
    shown : tuple of str
        Terms that the rich display shows; `table` always has all of them.
    """

    estimator: str
    dependent: str
    coefficients: pd.Series
    vcov: pd.DataFrame
    df: int
    nobs: int
    n_clusters: int | None
    r_squared: float
    r_squared_within: float | None
    residuals: pd.Series
    notes: tuple[str, ...]
    native: Any
    shown: tuple[str, ...]

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """All estimates, one row a term.

        Parameters
        ----------
        level : float, default 0.95
            Coverage of the interval, between 0 and 1.

        Returns
        -------
        DataFrame
            Columns term, estimate, std_error, statistic (t), p_value (two-sided), conf_low,
            conf_high. Units are those of the data.
        """
        if not 0 < level < 1:
            raise InputError(f"level must lie between 0 and 1, such as 0.95, not {level!r}.")
        estimate = self.coefficients.to_numpy()
        # A dummy of a single cluster has no variance; rounding may leave it just below zero.
        std_error = np.sqrt(np.maximum(np.diagonal(self.vcov.to_numpy()), 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = estimate / std_error
        half_width = special.stdtrit(self.df, (1 + level) / 2) * std_error
        return pd.DataFrame(
            {
                "term": self.coefficients.index.astype(object),
                "estimate": estimate,
                "std_error": std_error,
                "statistic": statistic,
                "p_value": 2 * special.stdtr(self.df, -np.abs(statistic)),
                "conf_low": estimate - half_width,
                "conf_high": estimate + half_width,
            }
        )

    def term(self, name: str, level: float = 0.95) -> Estimate:
        """One row of `table` as a named tuple.

        Raises
        ------
        InputError
            If the model has no such term.
        """
        self._require_terms([name])
        table = self.table(level)
        row = table[table["term"] == name].iloc[0]
        return Estimate(name, *(float(row[field]) for field in Estimate._fields[1:]))

    def wald(self, terms: Sequence[str]) -> WaldTest:
        """Test that all `terms` are zero, by F with the result's degrees of freedom.

        Raises
        ------
        InputError
            If a term is not in the model, or none is named.
        TrapError
            If the covariance matrix cannot carry that many terms, as with fewer clusters.
        """
        terms = list(terms)
        self._require_terms(terms)
        if not terms:
            raise InputError("A Wald test needs at least one term.")
        values = self.coefficients[terms].to_numpy()
        matrix = self.vcov.loc[terms, terms].to_numpy()
        # Scaled to correlations, so that units do not decide what counts as singular.
        scale = np.sqrt(np.diagonal(matrix))
        if np.any(scale == 0) or np.linalg.cond(matrix / np.outer(scale, scale)) > 1e12:
            clusters = f" with {self.n_clusters} clusters" if self.n_clusters else ""
            raise TrapError(
                f"These {counted(len(terms), 'term')} cannot be tested together{clusters}: their "
                "covariance matrix is singular; test fewer terms at a time."
            )
        unit = values / scale
        statistic = float(unit @ np.linalg.solve(matrix / np.outer(scale, scale), unit))
        statistic /= len(terms)
        p_value = float(special.fdtrc(len(terms), self.df, statistic))
        return WaldTest(statistic, len(terms), self.df, p_value, tuple(terms))

    def _require_terms(self, names: Sequence[str]) -> None:
        absent = [name for name in names if name not in self.coefficients.index]
        if absent:
            raise InputError(
                f"The model has no term {listed(absent)}; it has "
                f"{listed(self.coefficients.index, 12)}."
            )

    def _heading(self) -> str:
        size = counted(self.nobs, "row")
        if self.n_clusters is not None:
            size += f", {counted(self.n_clusters, 'cluster')}"
        return f"{self.dependent}: {self.estimator}, {size}"

    def _lines(self) -> list[str]:
        line = f"R-squared {self.r_squared:.3f}"
        if self.r_squared_within is not None:
            line += f", within {self.r_squared_within:.3f}"
        return [line + "."]

    def _shown_rows(self) -> list[Estimate]:
        table = self.table()
        rows = table[table["term"].isin(self.shown)].itertuples(index=False, name=None)
        return [Estimate(*row) for row in rows]
