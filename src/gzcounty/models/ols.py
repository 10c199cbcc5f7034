"""Ordinary and weighted least squares on a cross-section."""

from collections.abc import Sequence
from functools import partial
from typing import cast

import numpy as np
import pandas as pd

from gzcounty.words import counted

from . import covariance
from .dependence import HAC, Conley, columns_of, dependent, read_cov
from .design import materialise, predict, refuse_unusable
from .formula import read_formula
from .nearness import judge_fit, norms
from .result import Result, cluster_notes
from .sample import as_names, read_clusters, read_weights, take_sample


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
    linked = read_cov(cov, covariance.COV_KINDS, cluster)
    parsed = read_formula(formula)
    sample = take_sample(
        data,
        numeric=[*parsed.numeric, *as_names(weights), *columns_of(cov)],
        categories=parsed.categorical,
        keys=as_names(cluster),
    )
    design = materialise(parsed, sample)
    near = refuse_unusable(design)
    n, k = design.X.shape
    clusters = read_clusters(sample, cluster)
    weight = read_weights(sample, weights)

    import statsmodels.api as sm

    index = sample.numbers.index
    y = pd.Series(design.y, index=index, name=design.dependent)
    X = pd.DataFrame(design.X, index=index, columns=list(design.terms))
    model = sm.OLS(y, X) if weight is None else sm.WLS(y, X, weights=weight)
    plain = model.fit(method="qr", use_t=True)
    # Weighted by statsmodels with the square root of the weight; plain copies without weights.
    wX, bread = model.wexog, np.asarray(plain.normalized_cov_params)
    residuals = np.asarray(plain.wresid)
    parts = np.abs(np.asarray(plain.params)) * norms(wX)
    y_used = np.asarray(model.wendog)
    exact, fit_notes = judge_fit(design.dependent, y_used, residuals, y_used, parts)

    notes = [*sample.notes, *near, *fit_notes]
    n_clusters: int | None = None
    df = n - k
    if clusters:
        fitted = covariance.clustered(wX, bread, residuals, list(clusters.values()), k)
        matrix, df, n_clusters = fitted.matrix, fitted.df, min(fitted.n_clusters)
        groups = np.column_stack(list(clusters.values())).squeeze()
        native = model.fit(method="qr", use_t=True, cov_type="cluster", cov_kwds={"groups": groups})
        notes += cluster_notes(list(clusters), fitted, f"K = {k} counts the terms")
        if len(clusters) == 2:
            notes.append(
                ".native has statsmodels' two-way standard errors, which differ: each dimension "
                "has its own factor there."
            )
    elif linked is not None:
        matrix, df, said = dependent(linked, sample, wX, bread, residuals, n - k)
        native = plain
        notes += [*said, ".native has classical standard errors."]
    else:
        if cov == "classical":
            matrix, native = covariance.classical(bread, residuals, df), plain
        else:
            matrix = covariance.heteroskedastic(wX, bread, residuals, cast(covariance.HCKind, cov))
            native = model.fit(method="qr", use_t=True, cov_type=cov)
        name = "classical (errors independent, of equal variance)" if cov == "classical" else cov
        notes.append(f"Standard errors {name}; t with {counted(df, 'degree')} of freedom.")
    left = plain.resid.rename("residual")
    if exact:
        left, matrix = 0 * left, np.full((k, k), np.nan)
    if weights is not None:
        notes.append(f"Weighted by {weights} (analytic weights).")
    if "Intercept" not in design.terms:
        notes.append("No intercept: R-squared may be about zero instead of about the mean.")

    return Result(
        estimator="least squares" if weights is None else "weighted least squares",
        dependent=design.dependent,
        coefficients=plain.params,
        vcov=pd.DataFrame(matrix, index=X.columns, columns=X.columns),
        df=df,
        nobs=n,
        n_clusters=n_clusters,
        r_squared=float(plain.rsquared),
        r_squared_within=None,
        residuals=left,
        notes=tuple(notes),
        native=native,
        shown=design.terms,
        fitted=(y - left).rename("fitted"),
        predictor=partial(predict, parsed, sample),
    )
