"""Encodings, tooltips and marks that several charts share."""

from __future__ import annotations

from typing import Any

import altair as alt

from gzcounty.charts import theme
from gzcounty.charts.scales import axis_format

# The four colours of groups side by side.
HUES = (theme.PEOPLE, theme.COUNTY, theme.INDUSTRY, theme.QUIET)


def value_axis(
    title: str,
    number: str,
    ticks: int = 6,
    scale: alt.Scale | alt.UndefinedType = alt.Undefined,
) -> alt.Y:
    """Return a vertical axis of estimates written by a d3-format."""
    axis = alt.Axis(format=axis_format(number), tickCount=ticks)
    return alt.Y("estimate:Q", title=title or None, axis=axis, scale=scale)


def whole_steps(field: str, first: int, last: int, margin: float, title: str = "") -> alt.X:
    """Return a horizontal axis with a tick at each year, or year since an event."""
    ticks = list(range(first, last + 1))
    return alt.X(
        f"{field}:Q",
        title=title or None,
        scale=alt.Scale(domain=[first - margin, last + margin], nice=False, zero=False),
        axis=alt.Axis(values=ticks, format="d", grid=False, labelOverlap=True),
    )


def zero_line(value: float = 0) -> alt.Chart:
    """Return a dashed horizontal line at zero, or at 1 for ratios."""
    return alt.Chart().mark_rule(strokeDash=[3, 3], opacity=0.6).encode(y=alt.datum(value))


def legend(**more: Any) -> alt.Legend:  # noqa: ANN401
    """Return a legend without a title, one entry below the other, that fits a phone."""
    return alt.Legend(**{"title": None, "columns": 1, "labelLimit": theme.PHONE_WIDTH, **more})


def grouped(field: str, groups: list[str], shown: alt.Legend | None) -> alt.Color:
    """Return the colour of at most four groups."""
    scale = alt.Scale(domain=groups, range=list(HUES[: len(groups)]))
    return alt.Color(f"{field}:N", scale=scale, legend=shown)


def two_years(years: tuple[int, int], hue: theme.Hue, **more: Any) -> alt.Color:  # noqa: ANN401
    """Return the colour of the field ``when``: the earlier of two years in grey."""
    colours = [theme.QUIET, theme.DIMENSIONS[hue]]
    return alt.Color(
        "when:N",
        scale=alt.Scale(domain=[str(year) for year in years], range=colours),
        legend=alt.Legend(title=None, orient="top", symbolType="circle", **more),
    )


def named_colour(other: str | alt.Color, test: str | None = None) -> Any:  # noqa: ANN401
    """Return the colour of the counties the paper names, and another for all others."""
    other = alt.value(other) if isinstance(other, str) else other
    return alt.condition(test or theme.named_test(), alt.value(theme.NAMED_COLOUR), other)


def either(test: str, yes: Any, no: Any) -> Any:  # noqa: ANN401
    """Return one value where a Vega expression is true, and another elsewhere."""
    return alt.condition(test, alt.value(yes), alt.value(no))


def diamond(test: str | None = None) -> Any:  # noqa: ANN401
    """Return a diamond for the counties the paper names, and a circle for all others."""
    return either(test or theme.named_test(), "diamond", "circle")


def sized(hit: int, named: int, other: int) -> Any:  # noqa: ANN401
    """Return the area of a mark: larger for a county the paper names, largest if it is found."""
    size = alt.when("datum.hit").then(alt.value(hit)).when("datum.named").then(alt.value(named))
    return size.otherwise(alt.value(other))


def county_tooltip(
    title: str = "county", english: str = "name_en", chinese: str = "name_zh"
) -> list[alt.Tooltip]:
    """Return the tooltip's lines with both names of a county."""
    return [alt.Tooltip(f"{english}:N", title=title), alt.Tooltip(f"{chinese}:N", title="县")]


def estimate_tooltip(number: str, share: str = "95 %", **more: Any) -> list[alt.Tooltip]:  # noqa: ANN401
    """Return the tooltip's lines of an estimate and of its interval, which covers `share`."""
    return [
        alt.Tooltip("estimate:Q", format=number, **more),
        alt.Tooltip("conf_low:Q", title=f"{share} from", format=number),
        alt.Tooltip("conf_high:Q", title="to", format=number),
    ]


def touch_rows(base: alt.Chart, height: float) -> alt.Chart:
    """Return invisible rows from edge to edge: a whole row answers to a finger, not its dot."""
    rows = base.mark_rule(strokeWidth=height, opacity=0, aria=False)
    return rows.encode(x=alt.value(0), x2=alt.value("width"))
