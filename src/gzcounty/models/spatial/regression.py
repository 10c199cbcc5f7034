"""Regressions whose units depend on their neighbours, by maximum likelihood, and tests for that.

Before spreg looks for the maximum, both ends of the range of rho or lambda are looked at: where the
likelihood still rises there, spreg would expand ``inv(I - rho W)`` in powers that hardly shrink,
for minutes.
"""

from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp

from gzcounty.checks import THE_DATA
from gzcounty.errors import InputError, TrapError
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.words import counted, listed

from .._types import Array
from ..design import Design, materialise, refuse_unusable
from ..formula import read_formula
from ..nearness import constant, judge_collinearity, judge_ols, refuse_exact_fit
from ..sample import take_sample
from .result import PARAMETER, SpatialResult
from .weights import SpatialWeights, as_weights, keep_units, quiet

EDGE = 0.999


def refuse_edge(y: Array, X: Array, matrix: sp.csr_array, parameter: str) -> None:
    """Raise `TrapError` if the likelihood still rises at the edge.

    Shapes: y (n,); X (n, k); matrix (n, n).
    """
    for end in (EDGE, -EDGE):
        inside = _log_likelihood(end * (1 - 1e-5), y, X, matrix, parameter)
        if _log_likelihood(end, y, X, matrix, parameter) > inside:
            raise TrapError(
                "The likelihood has its maximum at the edge, {parameter} beyond {end:g}: these "
                "data cannot tell dependence on neighbours from a trend; take fewer regressors, "
                "or differences.",
                parameter=parameter, end=end,
            )  # fmt: skip


def _log_likelihood(
    value: float, y: Array, X: Array, matrix: sp.csr_array, parameter: str
) -> float:
    """Concentrated log likelihood but for a constant (Anselin 1988, pages 181-182)."""
    from scipy.sparse.linalg import splu

    n = len(y)
    filtered = y - value * (matrix @ y)
    explained = X if parameter == "rho" else X - value * (matrix @ X)
    e = filtered - explained @ np.linalg.lstsq(explained, filtered, rcond=None)[0]
    factors = splu(sp.csc_array(sp.eye_array(n) - value * matrix))
    log_determinant = float(np.log(np.abs(factors.U.diagonal())).sum())
    return log_determinant - n / 2 * float(np.log(e @ e / n))


SpatialKind = Literal["lag", "error", "durbin", "durbin_error"]
# Up to here dense determinants are the faster way; spreg's answers are the same.
DENSE = 1_000
# spreg inverts an n by n matrix for the standard errors.
MOST_UNITS = 5_000


def spatial_model(
    formula: str,
    data: pd.DataFrame,
    W: Any,  # noqa: ANN401 (see as_weights)
    id: str | None = None,
    kind: SpatialKind = "lag",
) -> SpatialResult:
    """Estimate a spatial regression by maximum likelihood.

    ========================  ==========================================================
    ``"lag"``                 ``y = rho W y + X b + e``
    ``"error"``               ``y = X b + u``, ``u = lambda W u + e``
    ``"durbin"``              ``y = rho W y + X b + W X theta + e``
    ``"durbin_error"``        ``y = X b + W X theta + u``, ``u = lambda W u + e``
    ========================  ==========================================================

    with e independent and normal, of one variance (Anselin 1988, Spatial Econometrics, Kluwer,
    chapters 6 and 12). Coefficients of a model with rho are not effects; see
    `SpatialResult.impacts`.

    Parameters
    ----------
    formula : str
        Such as ``"log(rural_income) ~ log(lights) + relief"``; with an intercept.
    data : DataFrame
        One row a unit. Rows with missing values in a column used are left out; W loses these
        units too and is standardised anew, which the notes say.
    W : SpatialWeights, libpysal W or Graph, or square DataFrame
        Rows sum to one, or the largest eigenvalue is one. Matched to the data by id.
    id : str, optional
        Column with the ids of W; the index of `data` if not given.
    kind : {"lag", "error", "durbin", "durbin_error"}

    Returns
    -------
    SpatialResult
        ``native`` is spreg's ``ML_Lag`` or ``ML_Error``.

    Raises
    ------
    InputError
        If ids of data and W differ or are repeated; if leaving rows out strands a unit; if W is
        not standardised; if columns are missing, hold text or infinite values, or are collinear
        (also with spatial lags of regressors); if there are fewer rows than terms.
    TrapError
        If the likelihood has its maximum at the edge, rho or lambda near one or minus one.
    ModuleNotFoundError
        If spreg is not installed.

    Notes
    -----
    Standard errors come from the inverse of the information matrix; tests use the normal
    distribution. The error variance is the residual sum of squares over n. AIC counts every
    coefficient, rho or lambda, and the variance, as R does; spreg's leaves out the variance.
    rho and lambda are sought between -0.999 and 0.999.

    Estimates are those of spreg with dense or sparse determinants, and agree with R's spatialreg.
    spreg's method "ord" is not used: up to version 1.9 it computes the standard error of rho from
    a symmetrised W, which gives another number.

    Examples
    --------
    >>> import gzcounty as gz
    >>> data = gz.load_geography().merge(gz.load_panel().query("year == 2020"), on="adcode")
    >>> W = gz.neighbour_weights(gz.load_neighbours())
    >>> fit = gz.spatial_model("log(lights) ~ relief", data, W, id="adcode", kind="lag")
    >>> fit.table().round(3)[["term", "estimate", "std_error"]]
            term  estimate  std_error
    0  Intercept     0.312      0.263
    1     relief    -0.343      0.199
    2        rho     0.847      0.055
    """
    design, weights, notes = read_spatial(formula, data, W, id)
    n, lagged = len(design.y), kind.startswith("durbin")
    regressors = design.without("Intercept")
    X, terms = design.X, design.terms
    if lagged:
        X = np.column_stack([X, weights.matrix @ regressors.X])
        terms = (*terms, *(f"W {term}" for term in regressors.terms))
    if n <= X.shape[1] + 2:
        raise InputError(
            "{rows} cannot carry {parameters} (coefficients, spatial dependence, variance).",
            rows=counted(n, "row"), parameters=counted(X.shape[1] + 2, "parameter"),
        )  # fmt: skip
    notes += judge_collinearity(X, terms)
    if constant(design.y):
        raise InputError(
            "{dependent!r} has the same value in every row.", dependent=design.dependent
        )
    notes += refuse_exact_fit(design.dependent, design.y, X)

    refuse_edge(design.y, X, weights.matrix, PARAMETER[kind])
    without = _log_likelihood(0.0, design.y, X, weights.matrix, PARAMETER[kind])
    native = _estimate(design.y, regressors, weights, kind)
    names = [*terms, PARAMETER[kind]]  # spreg's order: the intercept first, rho or lambda last
    coefficients = pd.Series(np.ravel(native.betas).astype(float), index=names)
    vcov = pd.DataFrame(np.asarray(native.vm, dtype=float), index=names, columns=names)
    log_likelihood = float(np.ravel(native.logll)[0])
    if not (np.isfinite(log_likelihood) and np.isfinite(vcov.to_numpy()).all()):
        raise TrapError(
            "The likelihood has no maximum that could be found, or no curvature there; take fewer "
            "regressors."
        )
    notes.append(_(
        "Maximum likelihood, errors normal and of one variance; standard errors from the "
        "information matrix, tests by the normal distribution."
    ))  # fmt: skip
    if kind in ("lag", "durbin"):
        residuals = native.u
        notes.append(_("Coefficients are not effects: those, with spillovers, are in .impacts()."))
    else:
        residuals = native.e_filtered
    return SpatialResult(
        kind=kind,
        dependent=design.dependent,
        coefficients=coefficients,
        vcov=vcov,
        nobs=n,
        sigma2=float(np.ravel(native.sig2)[0]),
        log_likelihood=log_likelihood,
        log_likelihood_ols=without - n / 2 * (float(np.log(2 * np.pi)) + 1),
        pseudo_r2=float(np.corrcoef(design.y, np.ravel(native.predy))[0, 1] ** 2),
        residuals=pd.Series(np.ravel(residuals), index=weights.ids, name="residual"),
        regressors=regressors.terms,
        weights=weights,
        notes=tuple(notes),
        native=native,
    )


def read_spatial(
    formula: str,
    data: pd.DataFrame,
    W: Any,  # noqa: ANN401 (see as_weights)
    id: str | None,
) -> tuple[Design, SpatialWeights, list[str]]:
    """Read data and weights for the same units in the same order."""
    parsed = read_formula(formula)
    weights = as_weights(W)
    if weights.standardised == "none":
        raise InputError(
            "The weights are not standardised, so that rho has no known bounds; give "
            "W.restandardise('row') or W.restandardise('spectral')."
        )
    if id is None:
        id = "the index"
        data = data.assign(**{id: data.index})
    sample = take_sample(data, parsed.numeric, parsed.categorical, keys=[id])
    kept = sample.keys[id].levels[sample.keys[id].codes]
    smaller, notes = keep_units(weights, pd.Index(data[id]).dropna(), kept, THE_DATA)
    if len(smaller) > MOST_UNITS:
        raise InputError(
            "{units} are too many for maximum likelihood here (at most {most:,}): it "
            "inverts a square matrix of that size.",
            units=counted(len(smaller), "unit"), most=MOST_UNITS,
        )  # fmt: skip
    design = materialise(parsed, sample)
    if "Intercept" not in design.terms:
        raise InputError(
            "The formula {formula!r} has no intercept; a spatial model needs one.", formula=formula
        )
    if len(design.terms) < 2:
        raise InputError(
            "The formula {formula!r} has no regressor; name at least one.", formula=formula
        )
    taken = [name for name in design.terms if name in PARAMETER.values()]
    if taken:
        raise InputError(
            "{names} is the name of a parameter; call the column otherwise.", names=listed(taken)
        )
    return design, smaller, [*sample.notes, *notes]


def _estimate(y: Array, regressors: Design, weights: SpatialWeights, kind: SpatialKind) -> Any:  # noqa: ANN401 (spreg has no types)
    """Return spreg's own result."""
    with quiet():
        spreg = require_library("spreg", "spatial", N_("A spatial regression"))
        estimator = spreg.ML_Lag if kind in ("lag", "durbin") else spreg.ML_Error
        options: dict[str, Any] = {"spat_impacts": None} if estimator is spreg.ML_Lag else {}
        return estimator(
            y[:, None],
            regressors.X,
            weights.native(),
            slx_lags=int(kind.startswith("durbin")),
            method="full" if len(y) <= DENSE else "LU",
            epsilon=1e-10,
            name_y=regressors.dependent,
            name_x=list(regressors.terms),
            **options,
        )


TESTS = {
    "lme": ("error", 1),
    "lml": ("lag", 1),
    "rlme": ("error, robust to a lag", 1),
    "rlml": ("lag, robust to an error", 1),
    "sarma": ("lag and error", 2),
}


def lagrange_tests(
    formula: str,
    data: pd.DataFrame,
    W: Any,  # noqa: ANN401 (see as_weights)
    id: str | None = None,
) -> pd.DataFrame:
    """Lagrange multiplier (Rao's score) tests for spatial dependence after least squares.

    The usual reading: estimate the model whose robust test rejects; if neither simple test does,
    stay with least squares (Anselin, Bera, Florax and Yoon 1996, Regional Science and Urban
    Economics 26, 77-104).

    Parameters
    ----------
    formula, data, W, id
        As in `spatial_model`.

    Returns
    -------
    DataFrame
        Columns test, statistic, df, p_value (chi-squared). Five rows: "error" (``RSerr`` of R's
        spdep), "lag" (``RSlag``), "error, robust to a lag" (``adjRSerr``), "lag, robust to an
        error" (``adjRSlag``), "lag and error" (``SARMA``). ``attrs["notes"]`` says which rows
        were left out; if the fit is exact but for rounding it says so, and nothing is tested.

    Raises
    ------
    InputError, ModuleNotFoundError
        As in `spatial_model`.

    Examples
    --------
    >>> import gzcounty as gz
    >>> data = gz.load_geography().merge(gz.load_panel().query("year == 2020"), on="adcode")
    >>> W = gz.neighbour_weights(gz.load_neighbours())
    >>> gz.lagrange_tests("log(lights) ~ relief", data, W, id="adcode").round(2)
                          test  statistic  df  p_value
    0                    error      75.53   1     0.00
    1                      lag      74.43   1     0.00
    2   error, robust to a lag       5.34   1     0.02
    3  lag, robust to an error       4.24   1     0.04
    4            lag and error      79.77   2     0.00
    """
    design, weights, notes = read_spatial(formula, data, W, id)
    notes += refuse_unusable(design)
    exact, said = judge_ols(design.dependent, design.y, design.X)
    notes += said
    with quiet():
        spreg = require_library("spreg", "spatial", N_("A test for spatial dependence"))
        fit = spreg.OLS(design.y[:, None], design.without("Intercept").X)
        tests = spreg.LMtests(fit, weights.native(), tests=list(TESTS))
    rows = [
        (name, float(np.ravel(getattr(tests, key)[0])[0]), df, float(getattr(tests, key)[1]))
        for key, (name, df) in TESTS.items()
    ]
    table = pd.DataFrame(rows, columns=["test", "statistic", "df", "p_value"])
    if exact:
        table[["statistic", "p_value"]] = np.nan
    units = counted(len(design.y), "unit")
    table.attrs["notes"] = (*notes, _("After least squares on {units}.", units=units))
    return table
