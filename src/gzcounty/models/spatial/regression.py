"""Regressions whose units depend on their neighbours, by maximum likelihood, and tests for that.

Before spreg looks for the maximum, both ends of the range of rho or lambda are looked at: where the
likelihood still rises there, spreg would expand ``inv(I - rho W)`` in powers that hardly shrink,
for minutes.

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
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy import special

from gzcounty.checks import THE_DATA, require, require_whole
from gzcounty.errors import InputError, TrapError
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.words import counted, listed

from .._arrays import Array
from ..design import Design, materialise, refuse_unusable
from ..formula import read_formula
from ..nearness import constant, judge_collinearity, judge_ols, refuse_exact_fit
from ..result import (
    Estimate,
    Reported,
    number,
    pick_term,
    probability,
    with_intervals,
)
from ..sample import take_sample
from .weights import SpatialWeights, as_weights, eigenvalues, keep_units, quiet

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
MOST_TRACED = 3_000
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
            self.nobs <= MOST_TRACED,
            "Exact traces for {units} would take too long; the limit is {most:,}.",
            units=units, most=MOST_TRACED,
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
