"""The two panels of a specification curve: estimates in order, and the choices behind them."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from gzcounty.charts import theme
from gzcounty.charts.specification_texts import PICKED, WIDTH, colour, short, written

LABEL = 260  # pixels a phone leaves to a label beside its median
CURVE = 260
KIND, OPTION, STRIP = 26, 34, 11  # heights: name of a choice; option with its strip; the strip
DENSE = 120  # more specifications than this are drawn without gaps
HITS = ("in_curve", "in_choices")  # the views that the pointer finds


@dataclass(frozen=True)
class Matrix:
    """The rows of the matrix of choices.

    Attributes
    ----------
    names : list of str
        Option of each row.
    menu : list of str
        The same with the choice before it.
    heights : list of float
        Pixels from the top to the middle of each row's strip.
    kinds : list of (str, float)
        Name and place of each choice.
    height : float
    marks : list of list of int
        Rows in which each specification has a mark.
    told : dict of str to str
        Expression of each choice's option, for one specification.
    sets : list of str
        Labels of control sets if those are shown by their columns.
    set_of : list of int
        Control set of each specification, if so.
    """

    names: list[str]
    menu: list[str]
    heights: list[float]
    kinds: list[tuple[str, float]]
    height: float
    marks: list[list[int]]
    told: dict[str, str]
    sets: list[str]
    set_of: list[int]


def in_order(chosen: str) -> alt.Chart:
    """Return a chart whose transforms every view needs: the chosen ones, their places and number.

    Parameters
    ----------
    chosen : str
        Expression that is true for the specifications to show.
    """
    return (
        alt.Chart()
        .transform_filter(chosen)
        .transform_window(place="row_number()", sort=[alt.SortField("e")])
        .transform_joinaggregate(count="count()")
        .transform_calculate(half=f"datum.count > {DENSE} ? 0.5 : 0.38")
        .transform_calculate(left="datum.place - datum.half", right="datum.place + datum.half")
    )


def curve(number: str, axis_title: str, matrix: Matrix) -> alt.LayerChart:
    """Return the estimates in order with their intervals."""
    x, x2 = _across("left"), alt.X2("right:Q")
    scale = alt.Scale(nice=True, zero=True)
    axis = alt.Axis(
        format=short(number),
        tickCount=6,
        titleAngle=0,
        titleAnchor="end",
        titleAlign="left",
        titleBaseline="bottom",
        titleX=0,
        titleY=-8,
    )

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=axis_title or None, scale=scale, axis=axis)

    base = alt.Chart()
    bars = base.mark_rect(opacity=0.5, aria=False).encode(
        x=x, x2=x2, y=y("l"), y2="h:Q", color=colour()
    )
    zero = base.mark_rule(strokeDash=[3, 3], opacity=0.7, aria=False).encode(y=alt.datum(0.0))
    estimates = base.mark_rule(strokeWidth=2.2, aria=False).encode(x=x, x2=x2, y=y("e"))
    picked = base.transform_filter(PICKED)
    needle = picked.mark_rule(strokeWidth=1, opacity=0.35, aria=False).encode(x=_across("place"))
    whisker = picked.mark_rule(strokeWidth=2.5, aria=False).encode(
        x=_across("place"), y=y("l"), y2="h:Q"
    )
    dot = picked.mark_point(
        size=110, opacity=1, fill=theme.TEXT, stroke="white", strokeWidth=1, aria=False
    ).encode(x=_across("place"), y=y("e"))
    return alt.LayerChart(
        layer=[
            bars, zero, estimates, needle, whisker, dot,
            _columns(HITS[0], number, matrix, CURVE),
        ],
        name="curve",
        width=WIDTH,
        height=CURVE,
    )  # fmt: skip


def choices(number: str, matrix: Matrix) -> alt.LayerChart:
    """Return the matrix: which options each specification takes, and each option's median."""
    down = alt.Scale(domain=[matrix.height, 0], nice=False, zero=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=down)

    rows = [
        {"y": at, "name": name, "top": at - STRIP / 2, "end": at + STRIP / 2}
        for name, at in zip(matrix.names, matrix.heights, strict=True)
    ]
    kinds = [{"y": at, "name": name, "right": "median"} for name, at in matrix.kinds]
    own_rows, own_kinds = alt.InlineData(values=rows), alt.InlineData(values=kinds)
    tracks = (
        alt.Chart(own_rows)
        .mark_rect(fill=theme.TEXT, opacity=0.07, aria=False)
        .encode(x=alt.value(0), x2=alt.value("width"), y=y("top"), y2="end:Q")
    )
    names = (
        alt.Chart(own_rows)
        .mark_text(align="left", baseline="bottom", dy=-STRIP / 2 - 2, limit=LABEL)
        .encode(x=alt.value(0), y=y("y"), text="name:N")
    )
    heads = (
        alt.Chart(own_kinds)
        .mark_text(align="left", baseline="middle", fontWeight="bold")
        .encode(x=alt.value(0), y=y("y"), text="name:N")
    )
    titles = (
        alt.Chart(own_kinds)
        .mark_text(align="right", baseline="middle", opacity=0.8)
        .encode(x=alt.value("width"), y=y("y"), text="right:N")
    )
    marks = (
        alt.Chart()
        .transform_flatten(["g"], ["row"])
        .transform_window(k="row_number()", groupby=["row", "d"], sort=[alt.SortField("place")])
        .transform_calculate(run=f"datum.count > {DENSE} ? datum.place - datum.k : datum.place")
        .transform_aggregate(start="min(left)", stop="max(right)", groupby=["row", "d", "run"])
        .transform_calculate(
            top=f"heights[datum.row] - {STRIP / 2}", end=f"heights[datum.row] + {STRIP / 2}"
        )
        .mark_rect(opacity=0.9, aria=False)
        .encode(x=_across("start"), x2="stop:Q", y=y("top"), y2="end:Q", color=colour())
    )
    medians = (
        alt.Chart()
        .transform_flatten(["g"], ["row"])
        .transform_aggregate(median="median(e)", groupby=["row"])
        .transform_calculate(y="heights[datum.row]", text=written("median", number))
        .mark_text(align="right", baseline="bottom", dy=-STRIP / 2 - 2, opacity=0.8)
        .encode(x=alt.value("width"), y=y("y"), text="text:N")
    )
    picked = alt.Chart().transform_filter(PICKED)
    needle = picked.mark_rule(strokeWidth=1, opacity=0.35, aria=False).encode(x=_across("place"))
    dots = (
        picked.transform_flatten(["g"], ["row"])
        .transform_calculate(y="heights[datum.row]")
        .mark_point(size=110, opacity=1, fill=theme.TEXT, stroke="white", strokeWidth=1, aria=False)
        .encode(x=_across("place"), y=y("y"))
    )
    return alt.LayerChart(
        layer=[
            tracks, heads, titles, names, medians, marks, needle, dots,
            _columns(HITS[1], number, matrix, matrix.height),
        ],
        name="choices",
        width=WIDTH,
        height=matrix.height,
    )  # fmt: skip


def _columns(name: str, number: str, matrix: Matrix, height: float) -> alt.Chart:
    """Return one invisible column a specification: what the pointer finds, and what is announced.

    On the site what is not announced does not take the pointer, so the two must be the same mark.
    """
    parts = [f"'{word}: ' + {told}" for word, told in matrix.told.items()]
    low, high = written("l", number), written("h", number)
    numbers = f"{written('e', number)} + ' (' + {low} + ' to ' + {high} + ')'"
    said = " + '; ' + ".join(["'Specification ' + datum.place + ': ' + " + numbers, *parts])
    return (
        alt.Chart()
        .transform_calculate(
            said=said, numbers=numbers, start="datum.place - 0.5", stop="datum.place + 0.5",
            **{word.lower(): told for word, told in matrix.told.items()},
        )
        .mark_rect(opacity=0)
        .encode(
            x=_across("start"),
            x2="stop:Q",
            y=alt.value(0),
            y2=alt.value(height),
            description="said:N",
            tooltip=[
                alt.Tooltip("numbers:N", title="estimate"),
                *(alt.Tooltip(f"{word.lower()}:N") for word in matrix.told),
            ],
        )
        .properties(name=name)
    )  # fmt: skip


def _across(field: str) -> alt.X:
    scale = alt.Scale(nice=False, zero=False, padding=0)
    return alt.X(f"{field}:Q", axis=None, scale=scale)
