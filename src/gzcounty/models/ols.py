"""Ordinary and weighted least squares on a cross-section."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import numpy as np
import pandas as pd

from gzcounty.language import N_, _

from . import covariance
from ._arrays import Array, Codes, apply, dot
from ._categories import Absorbed, split
from .dependence import HAC, Conley, columns_of, dependent, read_cov
from .design import Design, least_squares, materialise, predict, refuse_too_small
from .formula import ParsedFormula, read_formula
from .nearness import judge_fit, norms
from .prefectures import county_column, refuse_shared_values
from .result import Result, cluster_notes
from .sample import Sample, as_names, degrees_of_freedom, read_clusters, read_weights, take_sample


def ols(
    formula: str,
    data: pd.DataFrame,
    cov: covariance.CovKind | HAC | Conley = "HC3",
    cluster: str | Sequence[str] | None = None,
    weights: str | None = None,
) -> Result:
    """Estimate a linear model by least squares.

    Parameters
    ----------
    formula : str
        Such as ``"log(rural_income) ~ penetration + relief + C(prefecture)"``.
    data : DataFrame
        One row an observation. Rows with missing values in a column used are left out and counted
        in the notes.
    cov : {"HC3", "HC2", "HC1", "HC0", "classical"}, HAC or Conley
        Covariance of the estimates; HC3 is the safest of those named in samples below 250 (Long
        and Ervin 2000, The American Statistician 54, 217-224). `gzcounty.HAC` is for errors that
        depend over time, `gzcounty.Conley` over space.
    cluster : str or list of two str, optional
        Column or columns to cluster the standard errors by; takes the place of a named `cov`.
    weights : str, optional
        Column of analytic weights (each row is a mean over so many), above zero.

    Returns
    -------
    Result
        ``native`` is the statsmodels result. With two-way clusters its standard errors follow
        statsmodels' own convention; ``vcov`` and ``table()`` follow ours.

    Raises
    ------
    InputError
        If a column is missing, holds text or infinite values; if no row is left, or fewer rows
        than terms; if regressors are collinear (named with the columns they depend on).
    TrapError
        If a regressor is a prefecture's, with one value for all its counties, and errors are
        clustered by county (six-digit codes), or not at all in data with a column ``adcode``.

    See Also
    --------
    gzcounty.models.covariance : the conventions of all standard errors.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020")
    >>> fit = gz.ols("schooling_years ~ urban_share + minority_share", census)
    >>> fit.table()[["term", "estimate", "std_error", "conf_low", "conf_high"]].round(3)
                 term  estimate  std_error  conf_low  conf_high
    0       Intercept     5.484      0.201     5.085      5.883
    1     urban_share     0.055      0.004     0.047      0.062
    2  minority_share    -0.000      0.001    -0.003      0.002
    >>> fit.notes[-1]
    'Standard errors HC3; t with 85 degrees of freedom.'
    """
    linked = read_cov(cov, cluster)
    parsed = read_formula(formula)
    sample = take_sample(
        data,
        numeric=[*parsed.numeric, *as_names(weights), *columns_of(cov)],
        categories=parsed.categorical,
        keys=as_names(cluster) or (county_column(data) if linked is None else []),
    )
    clusters = read_clusters(sample, cluster)
    codes = list(clusters.values())
    weight = read_weights(sample, weights)
    # Errors that depend over time or space need each row's score for each term.
    apart = split(parsed, sample) if linked is None else None
    fit = Absorbed(apart, weight) if apart else Spread(materialise(parsed, sample), weight)
    if linked is None:
        refuse_shared_values(fit.design, sample.keys, clusters)
    outcome, terms, y = fit.design.dependent, fit.design.terms, fit.y
    n, k = len(y), len(terms)
    df = n - k
    exact, fit_notes = judge_fit(outcome, y, fit.residuals, y, fit.parts)
    notes = [*sample.notes, *fit.notes, *fit_notes]

    fitted: covariance.ClusteredCovariance | None = None
    make_variances: Callable[[], Array]
    make_vcov: Callable[[], Array]
    if linked is not None and isinstance(fit, Spread):
        matrix, df, said = dependent(linked, sample, fit.X, fit.root, fit.residuals, df)
        make_variances, make_vcov = partial(np.diagonal, matrix), partial(np.asarray, matrix)
        notes += [*said, _(".native has classical standard errors.")]
    else:
        kind = cast(covariance.CovKind, cov)
        make_variances, make_vcov, fitted = fit.covariance(kind, codes, df)
        plain = N_("classical (errors independent, of equal variance)")
        name, freedom = _(plain) if kind == "classical" else kind, degrees_of_freedom(df)
        if not fitted:
            notes.append(_("Standard errors {kind}; t with {df}.", kind=name, df=freedom))
    if fitted:
        df = fitted.df
        notes += cluster_notes(list(clusters), fitted, _("K = {k} counts the terms", k=k))
        if len(clusters) == 2:
            notes.append(_(
                ".native has statsmodels' two-way standard errors, which differ: each dimension "
                "has its own factor there."
            ))  # fmt: skip
    left = fit.residuals if weight is None else fit.residuals / np.sqrt(weight)
    raw = y if weight is None else y / np.sqrt(weight)
    if exact:
        left, make_variances = 0 * left, partial(np.full, k, np.nan)
        make_vcov = partial(np.full, (k, k), np.nan)
    total = y
    if fit.constant:
        root = np.ones(n) if weight is None else np.sqrt(weight)
        total = y - root * (dot(root, y) / dot(root, root))
    if weights is not None:
        notes.append(_("Weighted by {weights} (analytic weights).", weights=weights))
    if "Intercept" not in terms:
        notes.append(_("No intercept: R-squared may be about zero instead of about the mean."))

    return Result(
        estimator=_("least squares") if weights is None else _("weighted least squares"),
        dependent=outcome,
        coefficients=pd.Series(fit.coefficients, index=pd.Index(terms)),
        make_variances=make_variances,
        df=df,
        nobs=n,
        n_clusters=min(fitted.n_clusters) if fitted else None,
        r_squared=1 - dot(fit.residuals, fit.residuals) / dot(total, total),
        r_squared_within=None,
        residuals=pd.Series(left, index=sample.numbers.index, name="residual"),
        notes=tuple(notes),
        shown=terms,
        make_vcov=make_vcov,
        make_native=partial(_native, parsed, sample, weights, cov, codes),
        fitted=pd.Series(raw - left, index=sample.numbers.index, name="fitted"),
        predictor=partial(predict, parsed, sample),
    )


class Spread:
    """Least squares on a design as it is; attributes as of `Absorbed`."""

    def __init__(self, design: Design, weight: Array | None) -> None:
        refuse_too_small(design, len(design.terms))
        self.design, self.y, self.X = design, design.y, design.X
        if weight is not None:
            root = np.sqrt(weight)
            self.y, self.X = self.y * root, self.X * root[:, None]
        self.coefficients, self.root, self.notes = least_squares(
            self.X, self.y, design.terms, raw=design.X if weight is None else self.X
        )
        self.residuals = self.y - apply(self.X, self.coefficients)
        self.parts = np.abs(self.coefficients) * norms(self.X)
        ones = np.ones((len(self.y), 1))
        self.constant = "Intercept" in design.terms or bool(
            np.abs(ones - design.X @ np.linalg.lstsq(design.X, ones)[0]).max(initial=0.0) < 1e-9
        )

    def covariance(
        self, kind: covariance.CovKind, clusters: Sequence[Codes], df: int
    ) -> tuple[Callable[[], Array], Callable[[], Array], covariance.ClusteredCovariance | None]:
        """Return what makes variances and the whole matrix, and what belongs to clusters."""
        fitted = None
        if clusters:
            fitted = covariance.clustered(
                self.X, self.root, self.residuals, clusters, len(self.design.terms)
            )
            matrix = fitted.matrix
        elif kind == "classical":
            matrix = covariance.classical(self.root, self.residuals, df)
        else:
            matrix = covariance.heteroskedastic(self.X, self.root, self.residuals, kind)
        return partial(np.diagonal, matrix), partial(np.asarray, matrix), fitted


def _native(
    parsed: ParsedFormula,
    sample: Sample,
    weights: str | None,
    cov: object,
    clusters: list[Codes],
) -> object:
    """Return the result of statsmodels, its dummies spread out."""
    from statsmodels.regression.linear_model import OLS, WLS

    design, index = materialise(parsed, sample), sample.numbers.index
    y = pd.Series(design.y, index=index, name=design.dependent)
    X = pd.DataFrame(design.X, index=index, columns=list(design.terms))
    weight = read_weights(sample, weights)
    model = OLS(y, X) if weight is None else WLS(y, X, weights=weight)
    robust = isinstance(cov, str) and cov != "classical"
    how: dict[str, Any] = {"cov_type": cov if robust else "nonrobust"}
    if clusters:
        groups = np.column_stack(clusters).squeeze()
        how = {"cov_type": "cluster", "cov_kwds": {"groups": groups}}
    return model.fit(method="qr", use_t=True, **how)
