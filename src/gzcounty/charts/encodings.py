"""Encodings, tooltips and marks that charts share, and colours that no extreme county stretches."""

from __future__ import annotations

import re
from collections.abc import Collection
from string import Formatter
from typing import Any

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.errors import InputError
from gzcounty.language import N_, _, current_language

LOW, HIGH = 0.05, 0.95
EXTREME = 0.8
DOMAIN_NOTES = {
    "amount": N_("Colours: 5th to 95th percentile, capped beyond."),
    "share": N_("Colours: 5th to 95th percentile, capped beyond."),
    "difference": N_("Colours: evenly about zero, capped for the fifth that changed most."),
}
"""Notes on colours that run over `robust_domain`, by kind."""


# A d3-format. A quote or backslash could fill up its width there; here it stands in expressions.
_FORMAT = re.compile(
    r"(?:[^'\\\\]?[<>=^])?[-+( ]?[$#]?0?\d*,?(?:\.\d+)?~?[a-z%]?", flags=re.IGNORECASE
)
# Keys that Vega refuses in a tooltip, and two that its tooltips take for something else.
_RESERVED = {
    "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString",
    "toString", "valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__",
    "__lookupSetter__", "__proto__", "title", "image",
}  # fmt: skip


def require_format(name: str, number: object) -> None:
    """Raise InputError unless an argument is a d3-format."""
    if not (isinstance(number, str) and _FORMAT.fullmatch(number)):
        raise InputError(
            "{name} must be a d3-format such as ',.1f' or '.0%', not {number!r}.",
            name=name, number=number,
        )  # fmt: skip


def axis_format(number: str) -> str:
    """Return the format of an axis from that of its values: +.1f is .1~f, written 60 and 62.5."""
    require_format("number", number)
    bare = number.removeprefix("+")
    return bare if "~" in bare or not bare[-1:].isalpha() else f"{bare[:-1]}~{bare[-1]}"


def written(field: str, number: str) -> str:
    """Return the Vega expression that writes a number, and a rounded zero without a sign."""
    require_format("number", number)
    return f"replace(format(datum.{field}, '{number}'), /^[\u2212+-](0[.]?0*)$/, '$1')"


def in_vega(message: str, **parts: str) -> str:
    """Return the Vega expression that says a message whose fields are expressions themselves.

    >>> in_vega("{n} of {all}", n="datum.n", all="datum.count")
    "datum.n + ' of ' + datum.count"
    """
    pieces = []
    for text, name, *__ in Formatter().parse(_(message)):
        quoted = text.replace("\\", "\\\\").replace("'", "\\'")
        pieces += [f"'{quoted}'"] * bool(text) + ([parts[name]] if name else [])
    return " + ".join(pieces)


def robust_domain(values: pd.Series, kind: theme.Kind = "amount") -> tuple[float, float]:
    """Return the lower and the upper end of colours, rounded to two digits.

    The 5th to the 95th percentile, so that Guiyang's districts do not wash out the other eighty.
    For a difference, symmetric about zero, and the fifth that changed most is capped: growth has a
    long tail, which would leave all others the colour of no change. Raise InputError if there is no
    number.
    """
    values = values.dropna()
    if values.empty:
        raise InputError("a colour scale needs at least one value; all are missing.")
    if kind == "difference":
        end = float(f"{values.abs().quantile(EXTREME):.2g}") or 1.0
        return -end, end
    low, high = (float(f"{values.quantile(q):.2g}") for q in (LOW, HIGH))
    if low >= high:
        low, high = float(values.min()), float(values.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def fill(
    field: str,
    domain: tuple[float, float],
    kind: theme.Kind,
    hue: theme.Hue,
    number: str,
    values: pd.Series | None = None,
) -> alt.Fill:
    """Return the fill encoding of a field; the legend below the chart says where it is capped."""
    require_format("number", number)
    low, high = domain
    # An end beyond which there may be values is capped: "or less", or "more".
    below = "≤ " if values is None or (values < low).any() else ""
    above = "≥ " if values is None or (values > high).any() else ""
    text = (
        f"(datum.value <= {low} ? '{below}' : datum.value >= {high} ? '{above}' : '')"
        f" + format(datum.value, '{number}')"
    )
    legend = alt.Legend(
        title=None,
        values=[low, (low + high) / 2, high],
        labelExpr=text,
        gradientLength=220,
        gradientThickness=10,
        orient="bottom",
    )
    return alt.Fill(
        f"{field}:Q",
        # Vega's own interpolation runs through other hues between grey and orange.
        scale=alt.Scale(
            domain=[low, high], range=theme.ramp(kind, hue), clamp=True, interpolate="rgb"
        ),
        legend=legend,
    )


def ink_on(field: str, domain: tuple[float, float], kind: theme.Kind) -> str:
    """Return the Vega expression for the colour of text on a field that is filled by `fill`."""
    low, high = domain
    return ink_at(f"(datum['{field}'] - ({low})) / ({high} - ({low}))", field, kind)


def ink_at(position: str, field: str, kind: theme.Kind) -> str:
    """Return `ink_on` for an expression that gives the position from 0 to 1."""
    # Diverging scales are deep at both ends, the others at the upper one.
    deep = f"{position} > 0.58"
    if kind == "difference":
        deep = f"abs({position} - 0.5) > 0.36"
    return f"!isValid(datum['{field}']) ? 'currentColor' : {deep} ? 'white' : '{theme.INK}'"


# The four colours of groups side by side.
HUES = (theme.PEOPLE, theme.COUNTY, theme.INDUSTRY, theme.QUIET)


def value_axis(
    title: str, number: str, ticks: int = 6, scale: alt.Scale | alt.UndefinedType = alt.Undefined
) -> alt.Y:
    """Return a vertical axis of estimates written by a d3-format."""
    axis = alt.Axis(format=axis_format(number), tickCount=ticks)
    return alt.Y("estimate:Q", title=axis_words(title), axis=axis, scale=scale)


def whole_steps(field: str, first: int, last: int, margin: float, title: str = "") -> alt.X:
    """Return a horizontal axis with a tick at each year, or year since an event."""
    ticks = list(range(first, last + 1))
    return alt.X(
        f"{field}:Q",
        title=title or None,
        scale=alt.Scale(domain=[first - margin, last + margin], nice=False, zero=False),
        axis=alt.Axis(values=ticks, format="d", grid=False, labelOverlap=True),
    )


def zero_line() -> alt.Chart:
    """Return a dashed horizontal line at zero."""
    return alt.Chart().mark_rule(strokeDash=[3, 3], opacity=0.6).encode(y=alt.datum(0))


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


def marked_colour(other: str | alt.Color, test: str) -> Any:  # noqa: ANN401
    """Return the colour of marked counties, where `test` is true, and another for all others."""
    rest: Any = alt.value(other) if isinstance(other, str) else other
    return alt.condition(test, alt.value(theme.MARKED_COLOUR), rest)


def either(test: str, yes: Any, no: Any) -> Any:  # noqa: ANN401
    """Return one value where a Vega expression is true, and another elsewhere."""
    return alt.condition(test, alt.value(yes), alt.value(no))


def diamond(test: str) -> Any:  # noqa: ANN401
    """Return a diamond for marked counties, where `test` is true, and a circle for all others."""
    return either(test, "diamond", "circle")


def sized(hit: int, marked: int, other: int) -> Any:  # noqa: ANN401
    """Return the area of a mark: larger for a marked county, largest if it is found."""
    size = alt.when("datum.hit").then(alt.value(hit)).when("datum.marked").then(alt.value(marked))
    return size.otherwise(alt.value(other))


def shown_names(known: Collection[str] = ("name_en", "name_zh")) -> list[str]:
    """Return which columns of names are shown, of those that are known, the first one first.

    In English the English name and then the Chinese one, in Chinese the Chinese name alone.
    """
    names = [name for name in ("name_en", "name_zh") if name in known]
    return names if current_language() == "en" else names[-1:]


def county_tooltip(
    title: str = N_("county"), known: Collection[str] = ("name_en", "name_zh"), within: str = ""
) -> list[alt.Tooltip]:
    """Return the tooltip's lines with those names of a county that are known: `shown_names`."""
    titles = {"name_en": _(title), "name_zh": "县"}
    return [alt.Tooltip(f"{within}{name}:N", title=titles[name]) for name in shown_names(known)]


def axis_words(title: str) -> str | None:
    """Return the title of an axis: on one line, and none that Vega takes for a part of itself."""
    words = " ".join(title.split())
    return f"{words} " if words in _RESERVED else words or None


def distinct_titles(*lines: alt.Tooltip) -> list[alt.Tooltip]:
    """Return a tooltip's lines with titles that differ: one of a user may be any text.

    A title is a key of the tooltip, so one that is taken or reserved gets blanks behind it. Of what
    a text in an expression must escape, Vega-Lite escapes the quotes alone.
    """
    taken = set(_RESERVED)
    for line in lines:
        # Ends that are blank are kept: they may be what sets a title apart from another.
        title = re.sub(r"\s", " ", line["title"]).replace("\\", "\\\\")
        while title in taken or not title.strip(" "):
            title += " " if title.strip() else "\u00a0"
        taken.add(title)
        line["title"] = title
    return list(lines)


def estimate_tooltip(number: str, level: float = 0.95, **more: Any) -> list[alt.Tooltip]:  # noqa: ANN401
    """Return the tooltip's lines of an estimate and of its interval of a level."""
    low = _("{share:g} % from", share=100 * level)
    return [
        alt.Tooltip("estimate:Q", format=number, **{"title": _("estimate"), **more}),
        alt.Tooltip("conf_low:Q", title=low, format=number),
        alt.Tooltip("conf_high:Q", title=_("to"), format=number),
    ]


def touch_rows(base: alt.Chart, height: float) -> alt.Chart:
    """Return invisible rows from edge to edge: a whole row answers to a finger, not its dot."""
    rows = base.mark_rule(strokeWidth=height, opacity=0, aria=False)
    return rows.encode(x=alt.value(0), x2=alt.value("width"))
