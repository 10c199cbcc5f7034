"""Standard errors for errors that depend on each other over time (HAC) or over space (Conley).

Both sum the scores ``x e`` of the rows by group, periods or places, and weight the cross-products
of any two groups by a kernel of the distance between them: ``inv(X'X) S'K S inv(X'X)``, times
``N / (N - K)``, with K the regressors and the rank of the absorbed effects.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from gzcounty.checks import require, require_choice, require_whole
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import counted

from ._arrays import Array, by_group, times
from .covariance import without_negative
from .sample import Sample, as_names, degrees_of_freedom, require_whole_numbers
from .spatial.weights import degrees, on_sphere, within_km

Kernel = Literal["bartlett", "uniform"]
# Below this the t test of Driscoll and Kraay rejects too often even if errors do not depend.
FEW_PERIODS = 20


@dataclass(frozen=True)
class HAC:
    """Standard errors robust to heteroskedasticity and to dependence over time.

    With one row a period they are those of Newey and West. With several rows a period, as in a
    panel, scores are summed by period first (Driscoll and Kraay), so that errors may also depend
    across units in any way; that needs many periods.

    Parameters
    ----------
    time : str
        Column of whole periods, such as years. A gap counts as the periods it spans.
    lags : int, optional
        Periods up to which errors are taken as dependent, with Bartlett's weight
        ``1 - lag / (lags + 1)``. If not given ``floor(4 (T / 100)^(2/9))`` of T periods.

    Notes
    -----
    Times ``N / (N - K)``. Tests use t with N-K degrees of freedom, or T-1 where periods have
    several rows.

    References
    ----------
    Newey, W. K. and West, K. D. (1987). A simple, positive semi-definite, heteroskedasticity and
    autocorrelation consistent covariance matrix. Econometrica 55(3), 703-708.
    Driscoll, J. C. and Kraay, A. C. (1998). Consistent covariance matrix estimation with spatially
    dependent panel data. Review of Economics and Statistics 80(4), 549-560.

    Examples
    --------
    >>> import gzcounty as gz
    >>> from statsmodels.datasets import grunfeld
    >>> firms = grunfeld.load_pandas().data
    >>> fit = gz.panel_ols("invest ~ value", firms, "firm", "year", cov=gz.HAC("year", lags=2))
    >>> fit.table()[["term", "estimate", "std_error"]].round(4)
        term  estimate  std_error
    0  value    0.1819     0.0744
    """

    time: str
    lags: int | None = None


@dataclass(frozen=True)
class Conley:
    """Standard errors robust to dependence between rows whose places lie near each other.

    Scores are summed by place first. So in a panel errors of one place, and of places near each
    other, may depend over time in any way; as the radius goes to zero, standard errors become
    those clustered by place.

    Parameters
    ----------
    km : float
        Radius beyond which errors are taken as independent, in km along great circles.
    lon, lat : str
        Columns in degrees.
    kernel : {"bartlett", "uniform"}
        Weight of two places d km apart: ``1 - d / km``, or one.

    Notes
    -----
    Times ``N / (N - K)``; t with N-K degrees of freedom. Neither kernel keeps variances above zero
    for sure: negative eigenvalues are set to zero, and the notes say so.

    References
    ----------
    Conley, T. G. (1999). GMM estimation with cross sectional dependence. Journal of Econometrics
    92(1), 1-45.

    Examples
    --------
    >>> import gzcounty as gz
    >>> data = gz.load_geography().merge(gz.load_panel().query("year == 2020"), on="adcode")
    >>> fit = gz.ols("log(lights) ~ relief", data, cov=gz.Conley(km=100))
    >>> fit.table()[["term", "estimate", "std_error"]].round(3)
            term  estimate  std_error
    0  Intercept    -0.928      0.521
    1     relief    -0.143      0.253
    """

    km: float
    lon: str = "lon"
    lat: str = "lat"
    kernel: Kernel = "bartlett"


def read_cov(cov: object, cluster: object) -> HAC | Conley | None:
    """Return `cov`, checked, if it is an object rather than a name."""
    if not isinstance(cov, HAC | Conley):
        return None
    if as_names(cluster):  # type: ignore[arg-type]
        raise InputError(
            "Give cluster or cov={kind}(...), not both: each is a way in which errors may depend "
            "on each other.",
            kind=type(cov).__name__,
        )  # fmt: skip
    if isinstance(cov, HAC):
        if cov.lags is not None:
            require_whole("lags", cov.lags, 0)
    else:
        km = cov.km
        number = isinstance(km, int | float | np.number) and not isinstance(km, bool)
        require(number and 0 < km < np.inf, "km must be a distance above zero, not {km!r}.", km=km)
        require_choice("kernel", cov.kernel, get_args(Kernel))
    texts = {field: getattr(cov, field) for field in ("time", "lon", "lat") if hasattr(cov, field)}
    for field, name in texts.items():
        require(
            isinstance(name, str),
            "{field} must be the name of a column, not {name!r}.",
            field=field, name=name,
        )  # fmt: skip
    return cov


def columns_of(cov: object) -> list[str]:
    """Columns that `cov` reads, all numbers."""
    if isinstance(cov, HAC):
        return [cov.time]
    return [cov.lon, cov.lat] if isinstance(cov, Conley) else []


def dependent(
    cov: HAC | Conley, sample: Sample, X: Array, root: Array, residuals: Array, df_resid: int
) -> tuple[Array, int, list[str]]:
    """Covariance, degrees of freedom of t tests, and notes.

    Shapes: X (n, k) and residuals (n,), without the effects and with weights; root (k, k).
    """
    scores = times(X, root) * residuals[:, None]
    if isinstance(cov, HAC):
        meat, df, note, more = _over_time(cov, sample, scores, df_resid)
    else:
        meat, df, note, more = _over_space(cov, sample, scores, df_resid)
    matrix, repaired = without_negative(root @ meat @ root.T * (len(X) / df_resid))
    notes = [_("Standard errors {kind}; t with {df}.", kind=note, df=degrees_of_freedom(df)), *more]
    if repaired:
        notes.append(_("Their covariance matrix had negative eigenvalues; they were set to zero."))
    return matrix, df, notes


def _over_time(
    cov: HAC, sample: Sample, scores: Array, df_resid: int
) -> tuple[Array, int, str, list[str]]:
    require_whole_numbers(sample, cov.time)
    periods, codes = np.unique(sample.numbers[cov.time].to_numpy(), return_inverse=True)
    count = len(periods)
    require(
        count > 1,
        "HAC needs at least two periods; {time!r} is always {value:g}.",
        time=cov.time, value=periods[0],
    )  # fmt: skip
    lags = int(4 * (count / 100) ** (2 / 9)) if cov.lags is None else cov.lags
    if lags >= count:
        raise InputError(
            "lags must be below the number of periods of {time!r}, which is {count}, not {lags}.",
            time=cov.time, count=count, lags=lags,
        )  # fmt: skip
    sums = by_group(codes, scores, count)
    meat = sums.T @ sums
    for lag in range(1, lags + 1):
        later = np.minimum(np.searchsorted(periods, periods + lag), count - 1)
        found = periods[later] == periods + lag
        product = sums[found].T @ sums[later[found]]
        meat += (1 - lag / (lags + 1)) * (product + product.T)
    reach = {"lags": counted(lags, "lag"), "time": cov.time}
    if count == len(scores):
        said = _("HAC (Newey and West), Bartlett weights to {lags} of {time}", **reach)
        return meat, df_resid, said, []
    many = counted(count, "period")
    said = _(
        "HAC over {periods} (Driscoll and Kraay: errors may depend across units), Bartlett weights "
        "to {lags} of {time}",
        periods=many, **reach,
    )  # fmt: skip
    few = _(
        "Only {periods}: Driscoll and Kraay's standard errors need many, or come out too small.",
        periods=many,
    )
    return meat, count - 1, said, [few] if count < FEW_PERIODS else []


def _over_space(
    cov: Conley, sample: Sample, scores: Array, df_resid: int
) -> tuple[Array, int, str, list[str]]:
    index = sample.numbers.index
    degree = [
        degrees(sample.numbers, name, index, limit)
        for name, limit in ((cov.lon, 180), (cov.lat, 90))
    ]
    places, codes = np.unique(np.column_stack(degree), axis=0, return_inverse=True)
    sums = by_group(codes.ravel(), scores, len(places))
    weights = within_km(on_sphere(*places.T), cov.km)
    pairs = weights.nnz // 2
    said = N_("Conley, Uniform weights within {km:g} km: {places}, {pairs} of them that near")
    if cov.kernel == "bartlett":
        said = N_("Conley, Bartlett weights within {km:g} km: {places}, {pairs} of them that near")
        weights.data = 1 - weights.data / cov.km
    else:
        weights.data = 0 * weights.data + 1
    count = {"places": counted(len(places), "place"), "pairs": counted(pairs, "pair")}
    note = _(said, km=cov.km, **count)
    return sums.T @ sums + sums.T @ (weights @ sums), df_resid, note, []
