"""What an estimate rules out, what its design could have found, and what would overturn it.

* Ruled out: two one-sided tests (Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics
  15, 657-680) at level alpha reject every effect outside the interval that covers 1 - 2 alpha.
* Detectable: the minimum detectable effect (Bloom 1995, Evaluation Review 19, 547-556), by the
  noncentral t distribution instead of its normal approximation.
* Overturned by: robustness value, partial R2 and benchmarks (Cinelli and Hazlett 2020, Journal of
  the Royal Statistical Society B 82, 39-67), and the delta of Oster (2019, Journal of Business and
  Economic Statistics 37, 187-204).
* Honest: intervals that allow trends which are not parallel, and the breakdown M at which they
  reach zero (Rambachan and Roth 2023, Review of Economic Studies 90, 2555-2591), by diff-diff.
* Form: the same effect by other fits, such as other offsets in a logarithm or a Poisson model.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, special

from gzcounty.errors import InputError
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.models._arrays import Array
from gzcounty.models._effects import AggregateResult, StaggeredResult
from gzcounty.models.event_study import EventStudyResult
from gzcounty.models.result import (
    Estimate,
    Reported,
    Result,
    number,
    t_below,
    t_critical,
    with_intervals,
)
from gzcounty.models.spatial.regression import Impacts
from gzcounty.models.within import WithinFit
from gzcounty.words import listed

NAN = float("nan")
UNITLESS = ("share", "ratio", "M")
HONEST = N_(
    "Honest intervals are diff-diff's. M of smoothness is in units of the coefficient a period, "
    "the largest shown is the largest bend before; M of relative magnitudes is a multiple of the "
    "largest change before, whose own error is not counted. A breakdown M of 0: zero is inside "
    "already."
)
TIMES = (1, 2, 3)  # how strong a confounder is beside a benchmark
# What a row of each kind is called where it is shown.
_NAMES = {
    "estimate": N_("estimate: {item}"),
    "ruled out": N_("ruled out: {item}"),
    "detectable": N_("detectable: {item}"),
    "overturned by": N_("overturned by: {item}"),
    "with a confounder": N_("with a confounder: {item}"),
    "honest": N_("honest: {item}"),
    "form": N_("form: {item}"),
}


def bounds(
    fit: Reported,
    term: str,
    *,
    margin: float | None = None,
    benchmarks: Sequence[str] | Mapping[str, Sequence[str]] = (),
    forms: Mapping[str, Any] | None = None,
    honest: bool = False,
    scale: float = 1.0,
    per_cent: bool | None = None,
    at: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
) -> "Bounds":
    """Say what an estimate rules out, what could have been found, and what would overturn it.

    Parameters
    ----------
    fit : result of `ols`, `panel_ols`, `event_study`, `staggered_did` or `spatial_model`
        Or what they make: ``.aggregate("dynamic")`` with its term "overall", ``.impacts()`` with
        terms such as "x: total".
    term : str
        The coefficient, as `fit` names it.
    margin : float, optional
        An effect that would not matter, argued from outside the data, in the unit of the table:
        gets the p-value of the equivalence test.
    benchmarks : list of str or dict of lists, optional
        Controls with which an unobserved one is compared: terms, or groups of terms by name.
    forms : dict, optional
        Other fits with the same term by label: results of this package, of statsmodels or of
        pyfixest (a Poisson model, other offsets), or (estimate, standard error). Each is read in
        the unit of `fit`, so that logarithms stand beside Poisson models.
    honest : bool, default False
        Whether to add intervals that hold if trends are not parallel, for designs with periods
        before; takes diff-diff (``pip install "gzcounty[did]"``) and some seconds.
    scale : float, default 1
        State effects for a change of the exposure by so much.
    per_cent : bool, optional
        Whether the outcome is a natural logarithm, its effects stated as ``100 * (exp(b) - 1)``;
        by default if its name begins with ``log(``.
    at : float, optional
        For an outcome in logarithms: a level at which effects are stated in its own unit, such as
        yuan a person, as ``at * (exp(b) - 1)``.
    power : float, default 0.8
        Of the minimum detectable effect.
    level : float, default 0.95
        Of intervals. Tests are at ``1 - level``; two one-sided tests at 5 % reject what lies
        outside the interval of 90 %, so that is the interval of what is ruled out.

    Returns
    -------
    Bounds
        ``table()`` has one row a bound; ``notes`` say which could not be computed, and why.

    Raises
    ------
    InputError
        If there is no such term, it has no standard error, a benchmark is none of the model's other
        terms, honest intervals are asked of a fit that has none, or an argument has no such value.
    ModuleNotFoundError
        If honest intervals are asked for and diff-diff is not installed.

    Notes
    -----
    Honest intervals stand for a year after the reference of an `event_study`, and for "overall" or
    an event time from 0 on of ``.aggregate("dynamic")``, if effects are relative to one period
    (``base="universal"``), no period is missing, and diff-diff is installed. Smoothness allows the
    difference in trends to bend by M a period (M = 0: a straight line), relative magnitudes allows
    it to change by M times the largest change before. The first is the paper's optimal
    fixed-length interval. The second is diff-diff's: the set at the estimated leads, widened by the
    normal critical value; the paper's conditional test, which counts the leads' own errors, is not
    in it.

    The robustness value is the share of what is left of exposure and outcome that a confounder must
    explain of both to bring the estimate to zero; no standard error enters it. Its version for
    significance, and the interval beside a benchmark, are of classical errors and stand only where
    the fit's errors are classical. Delta takes 1.3 times the model's R2 as the largest possible, as
    Oster suggests.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020")
    >>> fit = gz.ols("schooling_years ~ minority_share + urban_share", census)
    >>> found = gz.bounds(fit, "minority_share", scale=10, margin=0.1)
    >>> found.table()[["kind", "item", "value", "conf_low", "conf_high"]].round(3).head(4)
             kind             item  value  conf_low  conf_high
    0    estimate   minority_share -0.003    -0.028      0.022
    1   ruled out  smallest margin  0.024    -0.024      0.018
    2   ruled out           margin  0.100    -0.100      0.100
    3  detectable       80 % power  0.036    -0.036      0.036

    Ten points more minority people go with no difference beyond 0.024 years of schooling.
    """
    if power >= 1 or power <= 1 - level:
        raise InputError(
            "power must lie above 1 - level, here {level:g}, and below 1, such as 0.8, not "
            "{power!r}.",
            level=1 - level, power=power,
        )  # fmt: skip
    if scale == 0:
        raise InputError("scale must not be 0: effects of no change are zero.")
    if not hasattr(fit, "term"):
        raise InputError(
            "bounds takes a result of ols, panel_ols, event_study, staggered_did or "
            "spatial_model, not {kind}.",
            kind=type(fit).__name__,
        )  # fmt: skip
    found: Estimate = fit.term(term, level)
    if not found.std_error > 0:
        raise InputError(
            "{term!r} has no standard error, so it bounds nothing: the fit is exact, or the "
            "estimate is zero by construction.",
            term=term,
        )  # fmt: skip
    unit = _read_unit(fit, scale, per_cent, at)
    name = fit._term_words().get(term, term)
    df = float(getattr(fit, "df", np.inf))
    rows = [_estimate_row("estimate", term, unit, found, name)]
    rows += _ruled_out(fit, found, df, level, margin, unit)
    detectable = minimum_detectable(found.std_error, df, power, 1 - level)
    ends = (unit(-detectable), unit(detectable))
    rows.append(_row(
        "detectable", f"{100 * power:g} % power", max(ends), ends, unit=unit.name,
        label=_("{power:g} % power", power=100 * power),
    ))  # fmt: skip
    alpha, inner = 100 * (1 - level), 100 * (2 * level - 1)
    notes = [*unit.notes(name), _(
        "Tests are at {alpha:g} %. Two one-sided tests at {alpha:g} % rule out every effect "
        "outside the {inner:g} % interval; other intervals are of {level:g} %.",
        alpha=alpha, inner=inner, level=100 * level,
    )]  # fmt: skip
    model = _read_model(fit, term)
    groups: dict[str, Sequence[str]] = {name: [name] for name in benchmarks}
    if isinstance(benchmarks, Mapping):
        groups = dict(benchmarks)
    if isinstance(model, str):
        if groups:
            raise InputError("Benchmarks need sums of squares, but {reason}.", reason=model)
        notes.append(_("No robustness value and no delta: {reason}.", reason=model))
    else:
        more, said = _overturned(model, found, groups, level, unit)
        rows, notes = rows + more, notes + said
    path = _read_path(fit, term)
    if honest:
        if isinstance(path, str):
            raise InputError("There are no honest intervals: {reason}.", reason=path)
        require_library("diff_diff", "did", N_("An honest interval"))
        rows += _honest(path, found, level, unit)
        notes.append(_(HONEST))
    elif not isinstance(path, str):
        notes.append(_("honest=True adds intervals that allow trends which are not parallel."))
    for label, other in (forms or {}).items():
        rows.append(_estimate_row("form", label, unit, _read_form(other, term, level, label)))
    return Bounds(
        term=term,
        dependent=str(getattr(fit, "dependent", "")),
        unit=unit.name,
        level=level,
        rows=pd.DataFrame(rows),
        nobs=int(fit.nobs),
        notes=(*notes, *fit.notes),
        native=fit,
    )


class _Unit(NamedTuple):
    """From a coefficient to the effect as it is stated, and back."""

    scale: float
    logs: bool
    at: float | None
    outcome: str

    @property
    def name(self) -> str:
        return "per cent" if self.logs and self.at is None else self.outcome

    @property
    def level(self) -> float:
        return 100.0 if self.at is None else self.at

    def __call__(self, value: float) -> float:
        stated = self.scale * value
        return self.level * float(np.expm1(stated)) if self.logs else stated

    def back(self, stated: float) -> float:
        """Return the coefficient of a stated effect; minus infinity where nothing would be left."""
        if self.logs:
            with np.errstate(divide="ignore", invalid="ignore"):
                stated = float(np.log1p(max(stated / self.level, -1.0)))
        return stated / self.scale

    def notes(self, term: str) -> list[str]:
        notes = []
        if self.scale != 1 and not (self.logs and self.scale == 0.01):  # of 100 x log: a unit
            notes.append(_(
                "Effects are for a change of {term} by {size}.", term=term, size=number(self.scale)
            ))  # fmt: skip
        if self.logs and self.at is None:
            notes.append(_(
                "The outcome is read as a logarithm: effects on {outcome} in per cent.",
                outcome=self.outcome,
            ))  # fmt: skip
        elif self.logs:
            notes.append(_(
                "Effects are stated at {outcome} = {level}, in its unit.",
                outcome=self.outcome, level=number(self.level),
            ))  # fmt: skip
        return notes


def _read_unit(fit: Any, scale: float, per_cent: bool | None, at: float | None) -> _Unit:  # noqa: ANN401
    dependent = str(getattr(fit, "dependent", _("the outcome")))
    written = dependent.startswith("log(")
    logs = per_cent if per_cent is not None else written or at is not None
    if at is not None and not logs:
        raise InputError(
            "at states effects on a logarithm at a level of what is logged; with per_cent=False "
            "effects are in units of the outcome already."
        )
    if at is not None and at <= 0:
        raise InputError("at must be a level above 0, not {at!r}.", at=at)
    if logs:
        dependent = dependent[4:-1] if written else f"exp({dependent})"
    return _Unit(scale, logs, at, dependent)


def _row(
    kind: str,
    item: str,
    value: float,
    ends: tuple[float, float] = (NAN, NAN),
    p_value: float = NAN,
    unit: str = "share",
    label: str = "",
) -> dict[str, Any]:
    """Return a row; its label is its item in the reader's language."""
    low, high = sorted(ends)
    return {
        "kind": kind, "item": item, "value": value, "conf_low": low, "conf_high": high,
        "p_value": p_value, "unit": unit, "label": label or item,
    }  # fmt: skip


def _estimate_row(
    kind: str, item: str, unit: _Unit, found: Estimate, label: str = ""
) -> dict[str, Any]:
    ends = (unit(found.conf_low), unit(found.conf_high))
    return _row(kind, item, unit(found.estimate), ends, found.p_value, unit.name, label)


def _ruled_out(
    fit: Any,  # noqa: ANN401
    found: Estimate,
    df: float,
    level: float,
    margin: float | None,
    unit: _Unit,
) -> list[dict[str, Any]]:
    """Rows of the smallest margin at which both one-sided tests reject, and of a given one."""
    if level <= 0.5:
        raise InputError(
            "level must be above 0.5 for tests at 1 - level, not {level!r}.", level=level
        )
    inner: Estimate = fit.term(found.term, 2 * level - 1)
    ends = (unit(inner.conf_low), unit(inner.conf_high))
    item = N_("smallest margin")
    rows = [_row("ruled out", item, max(map(abs, ends)), ends, unit=unit.name, label=_(item))]
    if margin is not None:
        if margin <= 0:
            raise InputError("margin must be above 0, not {margin!r}.", margin=margin)
        low, high = sorted((unit.back(-margin), unit.back(margin)))
        if isinstance(fit, Impacts):  # its law is that of its draws
            place = list(fit.table()["term"]).index(found.term)
            draws = fit.draws.reshape(len(fit.draws), -1)[:, place]
            p_value = max(float(np.mean(draws <= low)), float(np.mean(draws >= high)))
        else:
            nearest = min(found.estimate - low, high - found.estimate)
            p_value = float(t_below(-nearest / found.std_error, df))
        ends, item = (-margin, margin), N_("margin")
        rows.append(_row("ruled out", item, margin, ends, p_value, unit.name, _(item)))
    return rows


def minimum_detectable(std_error: float, df: float, power: float, alpha: float) -> float:
    """Return the effect that a two-sided t test at `alpha` finds with probability `power`."""
    critical = float(t_critical(df, 1 - alpha))

    def found(multiple: float) -> float:
        if np.isinf(df):
            return float(special.ndtr(multiple - critical) + special.ndtr(-multiple - critical))
        below = special.nctdtr(df, multiple, critical) - special.nctdtr(df, multiple, -critical)
        return 1 - float(below)

    most = 1.0
    while found(most) < power:
        most *= 2
    return float(optimize.brentq(lambda multiple: found(multiple) - power, 0.0, most)) * std_error


class _Path(NamedTuple):
    """Effects before and after one reference period, the reference left out."""

    beta: Array  # (before + after,)
    sigma: Array
    before: int
    weights: Array  # (after,): what makes the term of the effects after the reference


def _read_path(fit: Any, term: str) -> _Path | str:  # noqa: ANN401
    """Return the path around the reference, or why there is none."""
    if isinstance(fit, EventStudyResult):
        periods = np.array(fit.years)
        reference = fit.reference
        names = [f"{fit.exposure}:{year}" for year in fit.years if year != reference]
        if term not in names:
            return _("{term!r} is no year of {exposure}", term=term, exposure=fit.exposure)
        beta = fit.coefficients[names].to_numpy()
        sigma = fit.vcov.loc[names, names].to_numpy()
        chosen = np.array([float(name == term) for name in names])
    elif isinstance(fit, AggregateResult) and fit.kind == "dynamic":
        path = fit.path()
        zero = path[path.std_error == 0].level.astype(int).tolist()
        if len(zero) != 1:
            return _("effects are not relative to one period; estimate with base='universal'")
        periods, reference = path.level.astype(int).to_numpy(), zero[0]
        keep = periods != reference
        beta = path.estimate.to_numpy()[keep]
        if fit.scores is None:
            return _(
                "{estimator} gives no covariance of the whole path here", estimator=fit.estimator
            )
        scores = fit.scores[:, fit._path_rows()][:, keep]
        sigma = scores.T @ scores
        levels = periods[keep]
        if term == "overall":
            chosen = (levels >= 0) / max(int((levels >= 0).sum()), 1)
        else:
            chosen = (path.term[keep].to_numpy() == term).astype(float)
    elif isinstance(fit, StaggeredResult):
        return _('ask .aggregate("dynamic") of a fit with base="universal"')
    else:
        return _("there is no path of effects before and after")
    if np.any(np.diff(periods) != 1):
        return _(
            "periods are missing between {first} and {last}",
            first=periods.min(), last=periods.max(),
        )  # fmt: skip
    before = int((periods < reference).sum())
    if not before:
        return _("no period lies before the reference {reference}", reference=reference)
    if chosen[:before].any():
        return _("{term!r} lies before the reference {reference}", term=term, reference=reference)
    return _Path(beta, sigma, before, chosen[before:])


def _honest(path: _Path, found: Estimate, level: float, unit: _Unit) -> list[dict[str, Any]]:
    """Rows of intervals that hold if trends are not parallel, and of where they reach zero."""
    results = _multi_period(path, found.std_error)
    rows = []
    for method, largest in ((N_("smoothness"), _bend(path)), (N_("relative magnitudes"), None)):
        honest = _honest_at(results, method, path.weights, level)
        for m in (0.0, 0.5, 1.0) if largest is None else (0.0, largest):
            low, high = honest(m if largest is None else m / found.std_error)
            ends = (unit(low * found.std_error), unit(high * found.std_error))
            label = _("{method}, M = {m:.3g}", method=_(method), m=m)
            item = f"{method}, M = {m:.3g}"
            rows.append(_row("honest", item, NAN, ends, unit=unit.name, label=label))
        breakdown = _breakdown(honest)
        if largest is not None:
            breakdown *= found.std_error
        label = _("breakdown M, {method}", method=_(method))
        item = f"breakdown M, {method}"
        rows.append(_row("overturned by", item, breakdown, unit="M", label=label))
    return rows


def _bend(path: _Path) -> float:
    """Return the largest second difference before the reference, whose effect is zero."""
    steps = np.diff(np.append(path.beta[: path.before], 0.0))
    return float(np.abs(np.diff(steps)).max()) if len(steps) > 1 else float(np.abs(steps).max())


def _multi_period(path: _Path, size: float) -> Any:  # noqa: ANN401
    """Return diff-diff's result of a path, in units of the standard error for its solvers."""
    from diff_diff.results import MultiPeriodDiDResults, PeriodEffect

    places = list(range(len(path.beta)))
    errors = np.sqrt(np.diagonal(path.sigma))
    effects = {
        place: PeriodEffect(
            place, path.beta[place] / size, errors[place] / size, NAN, NAN, (NAN, NAN)
        )
        for place in places
    }
    return MultiPeriodDiDResults(
        period_effects=effects, avg_att=NAN, avg_se=NAN, avg_t_stat=NAN, avg_p_value=NAN,
        avg_conf_int=(NAN, NAN), n_obs=0, n_treated=0, n_control=0,
        pre_periods=places[: path.before], post_periods=places[path.before :],
        vcov=path.sigma / size**2, interaction_indices={place: place for place in places},
    )  # fmt: skip


def _honest_at(
    results: Any,  # noqa: ANN401
    method: str,
    weights: Array,
    level: float,
) -> Callable[[float], tuple[float, float]]:
    """Return the interval as a function of M."""
    from diff_diff import HonestDiD

    name: Any = {"smoothness": "smoothness", "relative magnitudes": "relative_magnitude"}[method]
    solver = HonestDiD(method=name, alpha=1 - level, l_vec=weights)

    def at(m: float) -> tuple[float, float]:
        fit = solver.fit(results, M=m)
        return float(fit.ci_lb), float(fit.ci_ub)

    return at


def _breakdown(honest: Callable[[float], tuple[float, float]]) -> float:
    """Return the smallest M whose interval includes zero; infinite if none up to 32 does."""

    def reaches(m: float) -> bool:
        low, high = honest(m)
        return not (low > 0 or high < 0)

    if reaches(0.0):
        return 0.0
    low, high = 0.0, 0.5
    while not reaches(high):
        low, high = high, 2 * high
        if high > 32:
            return float("inf")
    while high - low > 1e-2 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


class _Model(NamedTuple):
    """A linear model with the exposure apart, absorbed effects and weights taken out."""

    y: Array  # (n,)
    d: Array  # (n,): the exposure
    others: Array  # (n, k - 1)
    names: tuple[str, ...]  # of the others
    df: int  # residual degrees of freedom


def _read_model(fit: Any, term: str) -> _Model | str:  # noqa: ANN401
    """Return the arrays of a least-squares fit, or why there are none."""
    if not isinstance(fit, Result):
        return _("this is no single least-squares regression")
    native = fit.native
    if isinstance(native, WithinFit):
        y, X, df, names = native.y, native.X, native.df_resid, list(fit.coefficients.index)
    else:
        y, X = np.asarray(native.model.wendog), np.asarray(native.model.wexog)
        df, names = int(native.df_resid), list(native.model.exog_names)
    place = names.index(term)
    if term == "Intercept":
        return _("an intercept has no confounder")
    rest = tuple(name for name in names if name != term)
    return _Model(y, X[:, place], np.delete(X, place, axis=1), rest, df)


def _residual(values: Array, columns: Array) -> Array:
    """Return what a regression on the columns leaves of the values."""
    if not columns.shape[1]:
        return values
    Q = np.linalg.qr(columns)[0]
    left = values - Q @ (Q.T @ values)
    return left - Q @ (Q.T @ left)  # once more, for the digits


def _overturned(
    model: _Model, found: Estimate, groups: Mapping[str, Sequence[str]], level: float, unit: _Unit
) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows and notes of what an omitted variable would have to be."""
    notes: list[str] = []
    d, y = _residual(model.d, model.others), _residual(model.y, model.others)
    slope = float(d @ y / (d @ d))
    left = y - slope * d
    std_error = float(np.sqrt(left @ left / model.df / (d @ d)))
    classical = np.isclose(std_error, found.std_error, rtol=1e-6)
    f = abs(slope / std_error) / np.sqrt(model.df)
    critical = float(t_critical(model.df - 1, level)) if model.df > 1 else NAN
    kind = "overturned by"
    rows = [_row(kind, "robustness value", robustness_value(f), label=_("robustness value"))]
    if classical and model.df > 1:
        alpha = 100 * (1 - level)
        item = f"robustness value, {alpha:g} % level"
        label = _("robustness value, {alpha:g} % level", alpha=alpha)
        rows.append(_row(kind, item, robustness_value(f, critical, model.df), label=label))
    else:
        notes.append(_(
            "Robustness value at a level, and intervals beside a benchmark, are left out: they "
            "are derived for classical errors, which this fit does not use."
        ))  # fmt: skip
    item = N_("partial R2 with the outcome")
    rows.append(_row(kind, item, f**2 / (1 + f**2), label=_(item)))
    delta = oster_delta(model)
    if np.isnan(delta):
        notes.append(_("No delta: it needs controls, and estimates that they move."))
    else:
        rows.append(_row(kind, "Oster's delta", delta, unit="ratio", label=_("Oster's delta")))
    for name, terms in groups.items():
        absent = [term for term in terms if term not in model.names or term == "Intercept"]
        if absent or not terms:
            raise InputError(
                "benchmarks[{name!r}]: the model has no other term {absent}; it has {names}.",
                name=name, absent=listed(absent),
                names=listed([n for n in model.names if n != "Intercept"], 12),
            )  # fmt: skip
        with_d, with_y = _explained(model, [model.names.index(term) for term in terms])
        for times in TIMES:
            moved = _adjusted(slope, std_error, model.df, with_d, with_y, times)
            if moved is None:
                notes.append(_(
                    "None can be {times} times as strong as {name}, which itself explains "
                    "{share:.0f} % of what is left of the exposure.",
                    times=times, name=name, share=100 * with_d,
                ))  # fmt: skip
                break
            value, error = moved
            reach = critical * error if classical else NAN
            ends = (unit(value - reach), unit(value + reach))
            rows.append(_row(
                "with a confounder", f"{times} x {name}", unit(value), ends, unit=unit.name,
                label=_("{times} x {name}", times=times, name=name),
            ))  # fmt: skip
    return rows, notes


def robustness_value(f: float, critical: float = 0.0, df: float = np.inf) -> float:
    """Return the share of both residual variances that a confounder must explain.

    `f` is Cohen's partial f of the exposure, ``|t| / sqrt(df)``. With a critical value of t, what
    takes the estimate's significance; without, what takes the estimate itself.
    """
    fc = critical / np.sqrt(df - 1) if critical else 0.0
    left = f - fc
    if left <= 0:
        return 0.0
    if fc and f > 1 / fc:  # beyond it the outcome's share is bound by 1
        return float((f**2 - fc**2) / (1 + f**2))
    return float((np.sqrt(left**4 + 4 * left**2) - left**2) / 2)


def _explained(model: _Model, inside: Sequence[int]) -> tuple[float, float]:
    """Partial R2 of a group of controls: with the exposure, and with the outcome given it."""
    outside = np.delete(model.others, inside, axis=1)

    def share(values: Array, *more: Array) -> float:
        without = _residual(values, np.column_stack([outside, *more]))
        whole = _residual(values, np.column_stack([model.others, *more]))
        return 1 - float(whole @ whole) / float(without @ without)

    return share(model.d), share(model.y, model.d)


def _adjusted(
    slope: float, std_error: float, df: int, with_d: float, with_y: float, times: float
) -> tuple[float, float] | None:
    """Estimate and classical error given a confounder so many `times` as strong as a benchmark.

    None if none can be so strong.
    """
    dz = times * with_d / (1 - with_d)
    if dz >= 1:
        return None
    zx = times * with_d**2 / ((1 - times * with_d) * (1 - with_d))
    if not 0 <= zx < 1:
        return None
    yz = ((np.sqrt(times) + np.sqrt(zx)) / np.sqrt(1 - zx)) ** 2 * with_y / (1 - with_y)
    yz = min(float(yz), 1.0)
    bias = np.sqrt(yz * dz / (1 - dz)) * std_error * np.sqrt(df)
    error = np.sqrt((1 - yz) / (1 - dz)) * std_error * np.sqrt(df / (df - 1))
    return float(np.sign(slope) * (abs(slope) - bias)), float(error)


def oster_delta(model: _Model, largest: float = 1.3) -> float:
    """Return how much more than the controls the omitted must matter to bring the estimate to zero.

    `largest` multiplies the R2 of the model, up to 1. The intercept and absorbed effects count as
    known in both regressions. NaN without controls.
    """
    known = [place for place, name in enumerate(model.names) if name == "Intercept"]
    first, controls = model.others[:, known], np.delete(model.others, known, axis=1)
    if not controls.shape[1]:
        return NAN
    y, d = _residual(model.y, first), _residual(model.d, first)
    d_left, y_left = _residual(model.d, model.others), _residual(model.y, model.others)
    short, long = float(d @ y / (d @ d)), float(d_left @ y_left / (d_left @ d_left))
    n = len(y)
    var_y, var_d, tau = float(y @ y) / n, float(d @ d) / n, float(d_left @ d_left) / n
    of_short = short**2 * var_d / var_y
    rest = y_left - long * d_left
    of_long = 1 - float(rest @ rest) / n / var_y
    r_max = min(1.0, largest * of_long)
    moved = short - long
    shared = long**2 * tau * moved * var_d + long**3 * (tau * var_d - tau**2)
    upper = (
        long * (of_long - of_short) * var_y * tau
        + long * var_d * tau * moved**2
        + long**2 * tau * moved * var_d
        + shared
    )
    lower = (r_max - of_long) * var_y * (moved * var_d + long * (var_d - tau)) + shared
    return upper / lower if lower else NAN


def _read_form(other: Any, term: str, level: float, label: str) -> Estimate:  # noqa: ANN401
    """Return the estimate of a term from whatever fitted it."""
    if isinstance(other, tuple | list) and len(other) == 2:
        estimate, std_error, df = float(other[0]), float(other[1]), np.inf
    elif isinstance(other, Reported) and hasattr(other, "term"):
        own: Estimate = other.term(term, level)
        return own
    else:
        estimate, std_error, df = _foreign(other, term, label)
    columns = with_intervals(np.asarray(estimate), np.asarray(std_error), df, level)
    return Estimate(term, *map(float, columns.values()))


def _foreign(other: Any, term: str, label: str) -> tuple[float, float, float]:  # noqa: ANN401
    """Return estimate, standard error and degrees of freedom of statsmodels or pyfixest."""
    df = np.inf
    if hasattr(other, "coef"):  # pyfixest
        values, errors = other.coef(), other.se()
    elif hasattr(other, "params"):  # statsmodels
        names = other.model.exog_names
        values, errors = pd.Series(other.params, names), pd.Series(other.bse, names)
        if getattr(other, "use_t", False):
            df = float(other.df_resid)
    else:
        raise InputError(
            "forms[{label!r}] must be a result of this package, of statsmodels or of pyfixest, "
            "or (estimate, standard error), not {kind}.",
            label=label, kind=type(other).__name__,
        )  # fmt: skip
    if term not in values.index:
        raise InputError(
            "forms[{label!r}] has no term {term!r}; it has {terms}.",
            label=label, term=term, terms=listed(values.index, 12),
        )  # fmt: skip
    return float(values[term]), float(errors[term]), df


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Bounds(Reported):
    """What an estimate rules out, what could have been found, and what would overturn it.

    Attributes
    ----------
    term, dependent : str
    unit : str
        Of effects: "per cent", or the outcome whose unit it is.
    level : float
        Of intervals.
    rows : DataFrame
        What `table` returns, and what each row is called in charts (label).
    nobs : int
    notes : tuple of str
    native : object
        The result that was asked about.
    """

    term: str
    dependent: str
    unit: str
    level: float
    rows: pd.DataFrame
    nobs: int
    notes: tuple[str, ...]
    native: Any

    def table(self) -> pd.DataFrame:
        """One row a bound.

        Returns
        -------
        DataFrame
            kind ("estimate", "ruled out", "detectable", "overturned by", "with a confounder",
            "honest", "form"), item, value, conf_low, conf_high, p_value, unit. Effects have the
            unit of `Bounds.unit`; robustness values and partial R2 are shares; delta is a ratio.
        """
        return self.rows.drop(columns="label")

    def value(self, kind: str, item: str | None = None) -> float:
        """Return a value of the table: of the first row of a kind, or of the one named.

        Raises
        ------
        InputError
            If there is no such row; the message lists those there are.
        """
        rows = self.rows[self.rows.kind == kind]
        if item is not None:
            rows = rows[rows.item == item]
        if rows.empty:
            there = [f"{row.kind}: {row.item}" for row in self.rows.itertuples()]
            wanted = kind if item is None else f"{kind}: {item}"
            raise InputError(
                "There is no row {wanted!r}; there are {there}.",
                wanted=wanted, there=listed(there, 30),
            )  # fmt: skip
        return float(rows.value.iloc[0])

    def _heading(self) -> str:
        return _(
            "{dependent}: what the estimate of {term} rules out",
            dependent=self.dependent, term=self._term_words().get(self.term, self.term),
        )  # fmt: skip

    def _term_words(self) -> dict[str, str]:
        words: dict[str, str] = self.native._term_words()
        return words

    def _shown_rows(self) -> list[Estimate]:
        rows = []
        for row in self.rows.itertuples():
            name = _(_NAMES[row.kind], item=row.label)
            if row.item == "smallest margin":
                interval = _("{level:g} % interval", level=100 * (2 * self.level - 1))
                name = _("{name}, {more}", name=name, more=interval)
            if row.unit not in UNITLESS:
                unit = _("per cent") if row.unit == "per cent" else row.unit
                name = _("{name}, {more}", name=name, more=unit)
            tested = (NAN, NAN, row.p_value)
            rows.append(Estimate(name, row.value, *tested, row.conf_low, row.conf_high))
        return rows
