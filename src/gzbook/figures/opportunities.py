"""What one place could do next: items in the order of a score, those it has set apart."""

from __future__ import annotations

from typing import Unpack

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import either, touch_rows
from gzcounty.charts.frame import (
    Words,
    finish,
    require_columns,
    require_numbers,
    require_single,
    text_width,
)
from gzcounty.charts.selection import county_search, of_the_chosen, place_menu, units_to_choose
from gzcounty.errors import InputError

ROW = 24  # pixels an item


def opportunity_chart(
    data: pd.DataFrame,
    *,
    first: str | None = None,
    number: str = ".0f",
    held_name: str = "has it already",
    hue: theme.Hue = "industry",
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Rank what a place does not have by a score, and below it what it has, for a chosen place.

    Parameters
    ----------
    data : DataFrame
        Tidy: unit, name, item, score (zero or more), held (bool); one row a unit and item. Where
        there is a column ``detail``, the tooltip tells it; where there is ``search``, its words are
        found by the search (Chinese names, names of members).
    first : str, optional
        Name of the unit that is shown first; by default the first in the data.
    number : str
        How scores are written (d3-format).
    held_name : str
        What is said of an item that the place has.
    hue : {"industry", "county", "people"}
        Colour of what it does not have.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample must
        name the number of units to choose from.

    Returns
    -------
    altair.LayerChart
        A bar for each item, highest score first; items that are held below, in grey; a menu and a
        search of units.

    Raises
    ------
    InputError
        If a column is missing, a score is missing, negative or infinite, `held` is not True or
        False, a unit has an item twice or lacks one, two units share a name, or no unit is called
        `first`.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> scores = {"Tea": [30.0, 60.0], "Rice": [50.0, 20.0]}
    >>> data = pd.DataFrame(scores).assign(unit=["a", "b"], name=["Rongjiang", "Meitan"])
    >>> data = data.melt(["unit", "name"], var_name="item", value_name="score")
    >>> chart = gzbook.opportunity_chart(
    ...     data.assign(held=data.score > 55), title="SIMULATED: what is near", unit="%",
    ...     sample="2 counties", period="today", source="drawn by hand",
    ...     description="Two bars for the chosen county.",
    ... )
    >>> chart.params[0].value
    'Rongjiang'
    """
    rows, units = _checked(data, first)
    items = rows["item"].unique()
    place = place_menu(units, first)
    typed, folded = county_search()
    room = 10 + max(text_width(str(item), theme.TEXT_SIZE) for item in items)
    base = _ranked(rows, units).encode(
        y=alt.Y(
            "rank:Q",
            axis=None,
            scale=alt.Scale(domain=[-0.1, len(items) + 0.6], reverse=True, nice=False),
        ),
        tooltip=_tooltip(rows, number, held_name),
    )
    x = alt.X(
        "score:Q",
        axis=None,  # every bar says its value
        scale=alt.Scale(
            domain=[0, float(rows["score"].max())],
            nice=False,
            range=[room, alt.ExprRef("width - 34")],
        ),
    )
    colour = either("datum.held", theme.QUIET, theme.DIMENSIONS[hue])
    faint = either("datum.held", 0.45, 1)
    zero = alt.X2(datum=0)
    bars = base.mark_bar(height=ROW * 0.62, cornerRadiusEnd=2).encode(
        x=x, x2=zero, color=colour, opacity=faint
    )
    label = base.mark_text(align="left", baseline="middle").encode(
        x=alt.value(0),
        text="item:N",
        opacity=either("datum.held", 0.7, 1),
    )
    written = base.transform_calculate(said=f"format(datum.score, '{number}')").mark_text(
        align="left", baseline="middle", dx=4
    )
    name = base.transform_filter("datum.rank === 1").mark_text(
        align="right", baseline="bottom", fontWeight="bold", fontSize=14
    )
    layers = [
        touch_rows(base, ROW),
        bars,
        label,
        written.encode(x=x, text="said:N"),
        name.encode(x=alt.value("width"), y=alt.value(10), text="name:N"),
    ]
    chart = alt.LayerChart(layer=layers, width="container", height=ROW * (len(items) + 0.7))
    chart = chart.add_params(place, typed, folded)
    return finish(chart, n=len(units), lead=[f"Grey: {held_name}."], **words)


def _ranked(rows: pd.DataFrame, units: pd.DataFrame) -> alt.Chart:
    """Rows of the chosen unit with their rank, what it has below what it has not."""
    return of_the_chosen(rows, units).transform_window(
        rank="row_number()",
        sort=[
            alt.SortField("held"),
            alt.SortField("score", order="descending"),
            alt.SortField("item"),
        ],
    )


def _tooltip(rows: pd.DataFrame, number: str, held_name: str) -> list[alt.Tooltip]:
    out = [
        alt.Tooltip("name:N", title="county"),
        alt.Tooltip("item:N", title="item"),
        alt.Tooltip("score:Q", title="score", format=number),
        alt.Tooltip("held:N", title=held_name),
    ]
    return [*out, alt.Tooltip("detail:N", title="detail")] if "detail" in rows else out


def _checked(data: pd.DataFrame, first: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows to draw and units to choose from."""
    what = "the table of opportunities"
    require_columns(data, ["unit", "name", "item", "held"], what)
    require_numbers(data, ["score"], what)
    wrong = data[~(data["score"] >= 0) | (data["score"] == float("inf"))]
    if len(wrong):
        row = wrong.iloc[0]
        raise InputError(
            f"the score of {row['name']!r}, {row['item']!r} is {row['score']}; it must be a finite "
            "number, zero or more."
        )
    if not pd.api.types.is_bool_dtype(data["held"]):
        raise InputError(f"column held of {what} must be True or False, not {data['held'].dtype}.")
    require_single(data, ["unit", "item"], "the unit {unit!r} has two rows for {item!r}.")
    count = data.groupby("unit")["item"].size()
    short = count[count < data["item"].nunique()]
    if len(short):
        raise InputError(f"the unit {short.index[0]!r} has no row for some items.")
    kept = ["unit", "item", "score", "held", *({"detail"} & set(data))]
    return data[kept].round({"score": 2}), units_to_choose(data, first)
