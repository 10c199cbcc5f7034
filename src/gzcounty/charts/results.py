"""Results that charts take, and the words that are made from them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from gzcounty.charts.frame import ESTIMATE, plain_name
from gzcounty.errors import InputError
from gzcounty.models.result import Reported, interval, number
from gzcounty.words import counted, listed

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
    hint = f"; {own} draws this result" if own and own != chart else ""
    return InputError(f"{chart} takes {takes}, not {type(value).__name__}{hint}.")


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
        return {f"model {place}": one for place, one in enumerate(value, 1)}
    if isinstance(value, str | bytes) or not hasattr(value, "table"):
        raise refusal(value, chart, takes)
    return {"": value}


def estimates_of(results: Mapping[str, Any], takes: str) -> tuple[pd.DataFrame, list[str]]:
    """Return rows for `coefficient_plot` and notes on the terms that are not drawn."""
    rows, notes = [], []
    for label, result in results.items():
        of = f" of {label}" if label else ""
        known = isinstance(result, Reported) and chart_of(result) != "specification_plot"
        if not (known and _has_estimates(result)):
            raise refusal(result, "coefficient_plot", takes)
        table = result.table()
        shown = getattr(result, "shown", tuple(table["term"]))
        slopes = [term for term in shown if term != "Intercept"] or list(shown)
        drawn = table[table["term"].isin(slopes)]
        whole = drawn.dropna(subset=ESTIMATE)
        if whole.empty:
            raise InputError(f"no estimate{of} has an interval, so there is nothing to draw.")
        if "Intercept" in set(table["term"]) - set(slopes):
            notes.append(f"The intercept{of} is not drawn.")
        rest = len(table) - len(drawn) - bool(notes and notes[-1].startswith("The intercept"))
        if rest > 0:
            notes.append(f"{counted(rest, 'further term')}{of} not drawn.")
        if len(whole) < len(drawn):
            lost = listed(drawn["term"][~drawn.index.isin(whole.index)])
            notes.append(f"Without an interval{of}, and not drawn: {lost}.")
        rows.append(
            whole[ESTIMATE].assign(
                label=whole["term"].map(str),
                group=label,
                nobs=getattr(result, "nobs", None),
                clusters=getattr(result, "n_clusters", None),
            )
        )
    return pd.concat(rows, ignore_index=True), notes


def outcome(results: Iterable[Any]) -> str:
    """Return what results explain, as the user named it."""
    names = dict.fromkeys(
        str(getattr(result, "dependent", getattr(result, "outcome", ""))) for result in results
    )
    return " and ".join(plain_name(name) for name in names)


def units_of(name: str, scale: float = 1.0, per: str = "") -> str:
    """Return the unit of estimates: that of the outcome, for a unit of what it is put down to."""
    times = "" if scale == 1 else f", times {scale:g}"
    return f"in units of {name}{f' for one unit of {per}' if per else ''}{times}"


def size_of(results: Iterable[Any]) -> str:
    """Return the rows that results used: 88 observations, or 60 to 88 observations."""
    return span([int(result.nobs) for result in results], "observation")


def span(sizes: Sequence[int], noun: str) -> str:
    """Return how many there are, from the fewest to the most."""
    low, high = min(sizes), max(sizes)
    return counted(high, noun) if low == high else f"{low:,} to {counted(high, noun)}"


def period_of(times: Iterable[float]) -> dict[str, str]:
    """Return the word of a period from its times."""
    times = list(times)
    return {"period": f"{min(times):g}-{max(times):g}"}


def estimates_in_words(rows: pd.DataFrame, label: str, scale: float = 1.0) -> str:
    """Return estimates with their intervals in words, the first dozen of them."""
    lines = []
    for row in rows.head(_MOST).to_dict("records"):
        ends = sorted([scale * row["conf_low"], scale * row["conf_high"]])
        lines.append(
            f"{plain_name(row[label])}: {number(scale * row['estimate'])} ({interval(*ends)})"
        )
    more = len(rows) - len(lines)
    return "; ".join(lines) + (f"; and {more:,} more" if more else "")
