"""Quantile regression: how whole distributions, and not only means, differ with regressors.

The estimate at quantile q minimises ``sum_i rho(y[i] - x[i]'b)`` with ``rho(e) = e (q - 1(e < 0))``
(Koenker and Bassett 1978, Econometrica 46, 33-50).
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from ._types import Array
from .design import Design, materialise, read_formula, refuse_unusable
from .estimates import Estimate
from .reported import Reported
from .sample import take_sample

Errors = Literal["robust", "iid"]
Kernel = Literal["epa", "biw", "cos", "gau", "par"]
Bandwidth = Literal["hsheather", "bofinger", "chamberlain"]

# Root mean square of y as it is given to the solver.
LARGE = 1e4

DECILES = tuple(round(0.1 * step, 1) for step in range(1, 10))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QuantileResult(Reported):
    """Estimates at several quantiles.

    Attributes
    ----------
    dependent : str
    quantiles : tuple of float
    coefficients, std_errors : DataFrame, shape (k, number of quantiles)
        A row a term, a column a quantile.
    pseudo_r_squared : Series
        By quantile: one minus the loss over that of the unconditional quantile (Koenker and
        Machado 1999, Journal of the American Statistical Association 94, 1296-1310).
    df : int
        Degrees of freedom of the t tests.
    nobs : int
    notes : tuple of str
    native : dict
        The statsmodels result by quantile, in the units that the solver was given.
    """

    dependent: str
    quantiles: tuple[float, ...]
    coefficients: pd.DataFrame
    std_errors: pd.DataFrame
    pseudo_r_squared: pd.Series
    df: int
    nobs: int
    notes: tuple[str, ...]
    native: dict[float, Any]

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """All estimates, one row a term and quantile, term by term.

        Returns
        -------
        DataFrame
            term, quantile, estimate, std_error, statistic (t), p_value (two-sided), conf_low,
            conf_high.
        """
        if not 0 < level < 1:
            raise InputError(f"level must lie between 0 and 1, such as 0.95, not {level!r}.")
        terms, count = self.coefficients.index, len(self.quantiles)
        table = pd.DataFrame(
            {
                "term": np.repeat(terms.to_numpy(dtype=object), count),
                "quantile": np.tile(self.quantiles, len(terms)),
                "estimate": self.coefficients.to_numpy().ravel(),
                "std_error": self.std_errors.to_numpy().ravel(),
            }
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            table["statistic"] = table.estimate / table.std_error
        table["p_value"] = 2 * special.stdtr(self.df, -np.abs(table.statistic.to_numpy()))
        half_width = special.stdtrit(self.df, (1 + level) / 2) * table.std_error
        table["conf_low"] = table.estimate - half_width
        table["conf_high"] = table.estimate + half_width
        return table

    def _heading(self) -> str:
        return f"{self.dependent}: quantile regression, {counted(self.nobs, 'row')}"

    def _shown_rows(self) -> list[Estimate]:
        table = self.table()
        at = table.term + " at " + table["quantile"].map("{:g}".format)
        rows = table.assign(term=at)[list(Estimate._fields)]
        return [Estimate(*row) for row in rows.itertuples(index=False, name=None)]


def quantile_regression(
    formula: str,
    data: pd.DataFrame,
    quantiles: float | Iterable[float] = DECILES,
    errors: Errors = "robust",
    kernel: Kernel = "epa",
    bandwidth: Bandwidth = "hsheather",
) -> QuantileResult:
    """Estimate conditional quantiles of the left side of a formula.

    Parameters
    ----------
    formula : str
        Such as ``"log(rural_income) ~ penetration + relief"``.
    data : DataFrame
        One row an observation, taken to be independent of the others.
    quantiles : float or iterable of float
        Strictly between 0 and 1; the nine deciles if not given.
    errors : {"robust", "iid"}
        Covariance of the estimates: a sandwich that allows the spread to vary (Greene 2008,
        section 14.3.2), or errors with one distribution.
    kernel, bandwidth : str
        How the density at the quantile is estimated, as in statsmodels ``QuantReg.fit``:
        Epanechnikov, biweight, cosine, Gaussian or Parzen; Hall and Sheather, Bofinger or
        Chamberlain.

    Returns
    -------
    QuantileResult

    Raises
    ------
    InputError
        For unusable columns, too few rows or collinear regressors as in `ols`; for a quantile
        that is not between 0 and 1 or stands twice.

    Examples
    --------
    >>> import gzcounty as gz
    >>> from statsmodels.datasets import engel
    >>> food = engel.load_pandas().data
    >>> fit = gz.quantile_regression("foodexp ~ income", food, quantiles=[0.25, 0.75])
    >>> fit.table()[["term", "quantile", "estimate"]].round(3)
            term  quantile  estimate
    0  Intercept      0.25    95.484
    1  Intercept      0.75    62.397
    2     income      0.25     0.474
    3     income      0.75     0.644
    """
    wanted = _read_quantiles(quantiles)
    for name, value, allowed in [
        ("errors", errors, get_args(Errors)),
        ("kernel", kernel, get_args(Kernel)),
        ("bandwidth", bandwidth, get_args(Bandwidth)),
    ]:
        if value not in allowed:
            raise InputError(f"{name} must be one of {listed(allowed)}, not {value!r}.")
    parsed = read_formula(formula)
    sample = take_sample(data, numeric=parsed.numeric, categories=parsed.categorical)
    design = materialise(parsed, sample)
    refuse_unusable(design)
    n, k = design.X.shape

    # The solver's tolerances are absolute (1e-6): in these units they are small for any data.
    height = float(np.sqrt(np.mean(design.y**2))) / LARGE
    widths = np.sqrt(np.mean(design.X**2, axis=0))
    scaled = Design(design.y / height, design.X / widths, design.terms, design.dependent)
    fits, notes = {}, list(sample.notes)
    for quantile in wanted:
        fits[quantile], more = _fit(scaled, quantile, errors, kernel, bandwidth)
        notes += more
    coefficients, std_errors = (
        pd.DataFrame(
            {q: np.asarray(getattr(fit, field)) * height / widths for q, fit in fits.items()},
            index=list(design.terms),
        )
        for field in ("params", "bse")
    )
    few = [q for q in wanted if n * min(q, 1 - q) < 5 * k]
    if few:
        notes.append(
            f"Fewer than {5 * k} of {n} rows lie beyond {listed(few, 9)} to estimate "
            f"{counted(k, 'term')}: standard errors there can be far too small."
        )
    kind = "robust to a varying spread" if errors == "robust" else "for errors of one distribution"
    notes.append(
        f"Standard errors {kind}, with kernel {kernel} and bandwidth {bandwidth}; rows are taken "
        f"to be independent; t with {counted(n - k, 'degree')} of freedom."
    )
    return QuantileResult(
        dependent=design.dependent,
        quantiles=tuple(wanted),
        coefficients=coefficients,
        std_errors=std_errors.where(np.isfinite(std_errors)),
        pseudo_r_squared=pd.Series({q: float(fit.prsquared) for q, fit in fits.items()}),
        df=n - k,
        nobs=n,
        notes=tuple(notes),
        native=fits,
    )


def _read_quantiles(quantiles: float | Iterable[float]) -> list[float]:
    wanted = [quantiles] if isinstance(quantiles, (int, float)) else list(quantiles)
    wrong = [q for q in wanted if not isinstance(q, (int, float)) or not 0 < q < 1]
    if wrong or not wanted or len(set(wanted)) < len(wanted):
        raise InputError(
            "quantiles must be different numbers strictly between 0 and 1, such as 0.5, not "
            f"{quantiles!r}."
        )
    return [float(q) for q in wanted]


def _fit(
    design: Design, quantile: float, errors: str, kernel: str, bandwidth: str
) -> tuple[Any, list[str]]:
    """Fit one quantile, and say what is wrong with the fit."""
    from statsmodels.regression.quantile_regression import QuantReg

    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        model = QuantReg(design.y, pd.DataFrame(design.X, columns=list(design.terms)))
        fit = model.fit(q=quantile, vcov=errors, kernel=kernel, bandwidth=bandwidth, max_iter=5000)
    notes = []
    if _misses_the_optimum(design, np.asarray(fit.params), quantile) or any(
        "Limit" in warning.category.__name__ for warning in caught
    ):
        notes.append(
            f"At quantile {quantile:g} the solver of statsmodels stopped short of the optimum; "
            "values many rows share, or very different sizes of the columns, can cause that."
        )
    if not np.isfinite(np.asarray(fit.bse)).all():
        notes.append(
            f"No standard errors at quantile {quantile:g}: too many rows have the same value for "
            "its density to be estimated."
        )
    return fit, notes


def _misses_the_optimum(design: Design, coefficients: Array, quantile: float) -> bool:
    """Whether some small move of the coefficients lowers the loss by more than rounding.

    At the optimum the rows off the line pull each coefficient by no more than those on it can
    hold (Koenker 2005, Quantile Regression, theorem 2.1).
    """
    residuals = design.y - design.X @ coefficients
    on_line = np.abs(residuals) <= 1e-6 * np.std(design.y)
    pull = design.X.T @ np.where(on_line, 0.0, quantile - (residuals < 0))
    hold = max(quantile, 1 - quantile) * np.abs(design.X[on_line]).sum(axis=0)
    slack = 1e-9 * np.abs(design.X).sum(axis=0)
    return bool(np.any(np.abs(pull) > hold + slack))
