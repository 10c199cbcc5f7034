"""Results that charts take, and the words that are made from them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from gzcounty.charts.frame import ESTIMATE, plain_name
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.models.result import Reported, interval, number
from gzcounty.words import counted, in_a_row, listed

# The chart of each result, by the name of its class; a class comes before those it is built on.
_CHARTS = {
    "EventStudyResult": "event_study_plot",
    "StaggeredResult": "group_time_plot",
    "AggregateResult": "group_time_plot",
    "BaconDecomposition": "bacon_plot",
    "SyntheticControl": "synthetic_plot",
    "SpecificationCurve": "specification_plot",
    "Bounds": "bounds_plot",
}
_MOST = 12  # estimates that a description lists


def require_result(value: object, chart: str, takes: str, needs: Sequence[str]) -> None:
    """Raise InputError unless a value is what a chart takes; say which chart takes it."""
    alike = not isinstance(value, Reported) and all(hasattr(value, name) for name in needs)
    if alike or chart_of(value) == chart:
        return
    raise refusal(value, chart, takes)


def refusal(value: object, chart: str, takes: str) -> InputError:
    """Return the error that says what a chart takes, and which chart takes this value."""
    own = chart_of(value)
    if own is None and isinstance(value, Reported) and _has_estimates(value):
        own = "coefficient_plot"
    fields = {"chart": chart, "takes": _(takes), "kind": type(value).__name__}
    if own is None or own == chart:
        return InputError("{chart} takes {takes}, not {kind}.", **fields)
    return InputError(
        "{chart} takes {takes}, not {kind}; {own} draws this result.", own=own, **fields
    )


def chart_of(value: object) -> str | None:
    """Return the chart that draws a result of its own kind, or None."""
    return next((_CHARTS[c.__name__] for c in type(value).__mro__ if c.__name__ in _CHARTS), None)


def _has_estimates(result: Any) -> bool:  # noqa: ANN401
    return {"term", *ESTIMATE} <= set(result.table())


def by_label(value: object, chart: str, takes: str) -> dict[str, Any]:
    """Return what is drawn side by side by label: of a mapping, or model 1, model 2 of a list."""
    if isinstance(value, Mapping):
        return {str(label): one for label, one in value.items()}
    if isinstance(value, list | tuple):
        return {_("model {n}", n=place): one for place, one in enumerate(value, 1)}
    if isinstance(value, str | bytes) or not hasattr(value, "table"):
        raise refusal(value, chart, takes)
    return {"": value}


def estimates_of(results: Mapping[str, Any], takes: str) -> tuple[pd.DataFrame, list[str]]:
    """Return rows for `coefficient_plot` and notes on the terms that are not drawn."""
    rows, notes = [], []
    for label, result in results.items():
        known = isinstance(result, Reported) and chart_of(result) != "specification_plot"
        if not (known and _has_estimates(result)):
            raise refusal(result, "coefficient_plot", takes)
        table = result.table()
        shown = getattr(result, "shown", tuple(table["term"]))
        slopes = [term for term in shown if term != "Intercept"] or list(shown)
        drawn = table[table["term"].isin(slopes)]
        whole = drawn.dropna(subset=ESTIMATE)
        if whole.empty:
            one = N_("no estimate has an interval, so there is nothing to draw.")
            of_many = N_("no estimate of {label} has an interval, so there is nothing to draw.")
            raise InputError(of_many if label else one, label=label)
        without = "Intercept" in set(table["term"]) - set(slopes)
        lost = listed(drawn["term"][~drawn.index.isin(whole.index)])
        notes += _left_out(label, without, len(table) - len(drawn) - without, lost)
        rows.append(
            whole[ESTIMATE].assign(
                label=in_words(result, whole["term"]),
                group=label,
                nobs=getattr(result, "nobs", None),
                clusters=getattr(result, "n_clusters", None),
            )
        )
    return pd.concat(rows, ignore_index=True), notes


def in_words(result: Any, terms: Iterable[object]) -> list[str]:  # noqa: ANN401
    """Return terms of a result as a reader is told them."""
    words = result._term_words() if isinstance(result, Reported) else {}
    return [words.get(str(term), str(term)) for term in terms]


def _left_out(label: str, intercept: bool, further: int, lost: str) -> list[str]:
    """Return notes on terms of a result that are not drawn; a single result has no label."""
    if label:
        rest = _n(
            "{n:,} further term of {label} not drawn.",
            "{n:,} further terms of {label} not drawn.", further, label=label,
        )  # fmt: skip
        first = _("The intercept of {label} is not drawn.", label=label)
        last = _("Without an interval of {label}, and not drawn: {lost}.", label=label, lost=lost)
    else:
        rest = _n("{n:,} further term not drawn.", "{n:,} further terms not drawn.", further)
        first = _("The intercept is not drawn.")
        last = _("Without an interval, and not drawn: {lost}.", lost=lost)
    return [note for note, so in ((first, intercept), (rest, further), (last, lost)) if so]


def outcome(results: Iterable[Any]) -> str:
    """Return what results explain, as the user named it."""
    names = dict.fromkeys(
        str(getattr(result, "dependent", getattr(result, "outcome", ""))) for result in results
    )
    return in_a_row([plain_name(name) for name in names])


def units_of(name: str, scale: float = 1.0, per: str = "") -> str:
    """Return the unit of estimates: that of the outcome, for a unit of what it is put down to."""
    unit = _("in units of {name}", name=name)
    if per:
        unit = _("in units of {name} for one unit of {per}", name=name, per=per)
    return unit if scale == 1 else _("{unit}, times {scale:g}", unit=unit, scale=scale)


def size_of(results: Iterable[Any]) -> str:
    """Return the rows that results used: 88 observations, or 60 to 88 observations."""
    return span([int(result.nobs) for result in results])


def span(sizes: Sequence[int]) -> str:
    """Return how many observations there are, from the fewest to the most."""
    low, high = min(sizes), max(sizes)
    if low == high:
        return counted(high, "observation")
    return _("{low:,} to {high:,} observations", low=low, high=high)


def period_of(times: Iterable[float]) -> dict[str, str]:
    """Return the word of a period from its times."""
    times = list(times)
    return {"period": _("{first:g}-{last:g}", first=min(times), last=max(times))}


def estimates_in_words(rows: pd.DataFrame, label: str, scale: float = 1.0) -> str:
    """Return estimates with their intervals in words, the first dozen of them."""
    lines = []
    for row in rows.head(_MOST).to_dict("records"):
        ends = sorted([scale * row["conf_low"], scale * row["conf_high"]])
        lines.append(_(
            "{name}: {estimate} ({interval})", name=plain_name(row[label]),
            estimate=number(scale * row["estimate"]), interval=interval(*ends),
        ))  # fmt: skip
    more = len(rows) - len(lines)
    return _("; ").join([*lines, *([_("and {n:,} more", n=more)] if more else [])])
