"""The words of a specification curve: the counts above it, the numbers of one specification."""

from __future__ import annotations

from typing import Literal

import altair as alt

from gzcounty.charts import theme

WIDTH = 680  # pixels where nobody sets another width
LINE = 18
HEAD, CARD = 5 * LINE + 4, 46
SIGNS = ("above zero", "that includes zero", "below zero")
COLOURS = (theme.PEOPLE, theme.QUIET, theme.COUNTY)
PICKED = "datum.place === min(datum.count, pointed.place ? pointed.place[0] : 1)"
"""Expression that is true for the specification that slider or pointer has picked."""


def head(number: str) -> alt.LayerChart:
    """Return the counts: how many estimates, their middle, and on which side of zero they lie."""
    whole = alt.Chart().transform_aggregate(
        count="count()", median="median(e)", low="q1(e)", high="q3(e)"
    )
    middle = (
        f"'Median ' + {written('median', number)} + ', middle half ' + {written('low', number)}"
        f" + ' to ' + {written('high', number)}"
    )
    many = "format(datum.count, ',') + ' ' + (datum.count === 1 ? 'estimate' : 'estimates')"
    sides = (
        alt.Chart()
        .transform_aggregate(count="count()", groupby=["d"])
        .transform_impute("count", key="d", keyvals=[0, 1, 2], value=0)
        .transform_calculate(
            text=f"format(datum.count, ',') + ' with an interval ' + {list(SIGNS)}[datum.d]"
        )
    )
    down = alt.Scale(domain=[0, 2], range=[2.6 * LINE, 4.6 * LINE], nice=False, zero=False)
    y = alt.Y("d:Q", axis=None, scale=down)
    return alt.LayerChart(
        layer=[
            _line(many, 0, weight="bold", of=whole),
            _line(middle, LINE, of=whole),
            sides.mark_point(shape="square", size=110, opacity=1, aria=False).encode(
                x=alt.value(6), y=y, color=colour()
            ),
            sides.mark_text(align="left", baseline="middle").encode(
                x=alt.value(18), y=y, text="text:N"
            ),
        ],
        name="head",
        width=WIDTH,
        height=HEAD,
    )


def card(number: str, interval: str) -> alt.LayerChart:
    """Return the numbers of the specification picked."""
    said = (
        f"{written('e', number)} + '  ({interval} ' + {written('l', number)} + ' to ' + "
        f"{written('h', number)} + ')'"
    )
    size = " + ".join(
        [
            "'Estimate ' + format(datum.place, ',') + ' of ' + format(datum.count, ',')",
            "': p ' + (datum.p < 0.001 ? '< 0.001' : '= ' + format(datum.p, '.2~g'))",
            "', n ' + format(datum.n, ',')",
            "(datum.k ? ', ' + format(datum.k, ',') + ' clusters' : '')",
        ]
    )
    one = alt.Chart().transform_filter(PICKED)
    return alt.LayerChart(
        layer=[_line(said, 4, 14, "bold", of=one), _line(size, 25, of=one)],
        name="card",
        width=WIDTH,
        height=CARD,
    )


def short(number: str) -> str:
    """Return the format of an axis: without a plus sign, and without zeros at the end."""
    plain = number.removeprefix("+")
    return plain if "~" in plain or not plain else f"{plain[:-1]}~{plain[-1]}"


def written(field: str, number: str) -> str:
    """Return the Vega expression that writes a number, and a rounded zero without a sign."""
    return f"replace(format(datum.{field}, '{number}'), /^[\u2212+-](0[.]?0*)$/, '$1')"


def colour() -> alt.Color:
    """Return the colour of the side of zero on which an interval lies."""
    scale = alt.Scale(domain=[0, 1, 2], range=list(COLOURS))
    return alt.Color("d:O", scale=scale, legend=None)


def _line(
    text: str,
    y: float,
    size: int = 12,
    weight: Literal["normal", "bold"] = "normal",
    *,
    of: alt.Chart,
) -> alt.Chart:
    """Return one line of text about the row that is left in `of`."""
    return of.mark_text(
        text={"expr": text}, align="left", baseline="top", fontSize=size, fontWeight=weight
    ).encode(x=alt.value(0), y=alt.value(y))
