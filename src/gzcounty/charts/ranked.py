"""Places in the order of an estimate, each with its interval, one measure at a time."""

from collections.abc import Collection
from typing import Unpack

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import diamond, either, in_vega, touch_rows
from gzcounty.charts.frame import (
    ESTIMATE,
    Words,
    astray,
    finish,
    refuse,
    require_single,
    take,
    text_width,
)
from gzcounty.charts.selection import (
    CHOSEN,
    measure_axis,
    measure_caption,
    measure_menu,
    require_measures,
)
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.models.result import number as written
from gzcounty.words import counted

ROW = 20  # pixels a place


def ranked_chart(
    data: pd.DataFrame,
    variables: pd.DataFrame,
    *,
    marked: Collection[str] = (),
    hue: theme.Hue = "county",
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Rank places by an estimate, the lowest on top, with its interval.

    Parameters
    ----------
    data : DataFrame
        Tidy: name, variable, estimate, conf_low, conf_high; one row a place and variable. A
        variable may leave places out. Where there is a column ``n``, the tooltip tells it.
    variables : DataFrame
        variable, label, unit, format (d3-format), in the order of the menu.
    marked : collection of str
        Names drawn in colour; the others are grey.
    hue : {"industry", "county", "people"}
        Colour of the marked.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample must
        say how many places there are.

    Returns
    -------
    altair.LayerChart
        One row a place: rank and name, interval, dot; the median of all as a dashed line; a menu
        of variables, which sorts anew.

    Raises
    ------
    InputError
        If a column is missing, a place has two rows for a variable or an interval that does not
        hold its estimate, a variable has no row, or a marked name does not exist.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> china = gz.load_china_counties()
    >>> years = china.groupby("province_en").schooling_years.quantile([0.25, 0.5, 0.75]).unstack()
    >>> places = years.set_axis(["conf_low", "estimate", "conf_high"], axis=1)
    >>> places = places.rename_axis("name").reset_index().assign(variable="schooling")
    >>> menu = pd.DataFrame(
    ...     [{"variable": "schooling", "label": "Schooling", "unit": "years", "format": ".1f"}]
    ... )
    >>> chart = gz.ranked_chart(
    ...     places, menu, marked=["Guizhou"],
    ...     title="Few provinces have counties with less schooling",
    ...     unit="years of schooling, median and quarters of the counties",
    ...     sample=f"{len(places)} provinces", period="2020", source="population census 2020",
    ...     description="Provinces ranked by the schooling of their counties, lowest first.",
    ... )
    >>> chart.description
    'Provinces ranked by the schooling of their counties, lowest first.'
    """
    rows = _checked(data, variables, marked)
    names = rows.name.nunique()
    # Room for "31 Inner Mongolia", so that names need no axis, which could not sort by menu.
    room = 8 + max(text_width(f"31 {name}", theme.TEXT_SIZE) for name in rows.name)

    chosen = measure_menu(list(variables.label))
    x = alt.X(
        "conf_low:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=8, range=[room, alt.ExprRef("width")]),
        axis=measure_axis(tickCount=5, orient="top"),
    )
    y = alt.Y(
        "rank:Q", axis=None, scale=alt.Scale(domain=[0.4, names + 0.6], reverse=True, nice=False)
    )
    tooltip = [
        alt.Tooltip("name:N", title=_("place")),
        alt.Tooltip("rank:Q", title=_("rank")),
        alt.Tooltip("said:N", title=_("value")),
        alt.Tooltip("interval:N", title=_("interval")),
        alt.Tooltip("note:N", title=_("measure")),
    ]
    if "n" in rows:
        tooltip.append(alt.Tooltip("n:Q", title=_("units"), format=",.0f"))
    write = "format(datum.{0}, datum.form)".format
    ends = {"low": write("conf_low"), "high": write("conf_high")}
    base = (
        alt.Chart(rows)
        .transform_filter(CHOSEN)
        .transform_calculate(
            said=write("estimate"), interval=in_vega(N_("{low} to {high}"), **ends)
        )
        .encode(y=y, tooltip=tooltip)
    )
    colour = either("datum.marked", theme.DIMENSIONS[hue], theme.QUIET)
    whisker = base.mark_rule(strokeWidth=2.5).encode(x=x, x2="conf_high:Q", color=colour)
    dot = base.mark_point(filled=True, opacity=1).encode(
        x="estimate:Q",
        color=colour,
        size=either("datum.marked", 110, 50),
        shape=diamond("datum.marked"),
    )
    label = base.transform_calculate(label="datum.rank + ' ' + datum.name")
    plain = label.transform_filter("!datum.marked").mark_text(align="left")
    bold = label.transform_filter("datum.marked").mark_text(align="left", fontWeight="bold")
    plain, bold = (text.encode(x=alt.value(0), text="label:N") for text in (plain, bold))
    middle = (
        alt.Chart(rows)
        .transform_filter(CHOSEN)
        .transform_aggregate(middle="median(estimate)")
        .mark_rule(strokeDash=[5, 4], opacity=0.7)
        .encode(x="middle:Q", tooltip=alt.Tooltip("middle:Q", title=_("median"), format=".4~g"))
    )
    layered = alt.LayerChart(
        layer=[
            middle,
            touch_rows(base, ROW),
            whisker,
            dot,
            plain,
            bold,
            measure_caption(variables, above=24),
        ],
        width="container",
        height=ROW * names,
    )  # fmt: skip
    chart = layered.add_params(chosen)
    first_label = str(variables["label"].iloc[0])
    first = rows[rows["label"] == first_label].sort_values("rank")
    made = {
        "title": _n(
            "{label}, {n:,} place from low to high", "{label}, {n:,} places from low to high",
            names, label=first_label,
        ),
        "sample": counted(names, "place"),
        "description": _n(
            "{n:,} place by {label} with intervals, from {first} ({low}) to {last} ({high}).",
            "{n:,} places by {label} with intervals, from {first} ({low}) to {last} ({high}).",
            len(first), label=first_label, first=first["name"].iloc[0],
            low=written(first["estimate"].iloc[0]), last=first["name"].iloc[-1],
            high=written(first["estimate"].iloc[-1]),
        ),
    }  # fmt: skip
    return finish(chart, made=made, n=names, lead=[_("Dashed: the median of all.")], **words)


def _checked(data: pd.DataFrame, variables: pd.DataFrame, marked: Collection[str]) -> pd.DataFrame:
    """Return the rows to be drawn, with their ranks and words."""
    what = N_("the table of places")
    require_columns(data, ["name"], what)
    n = [name for name in data.columns if name == "n"]
    data = take(data, what, [*ESTIMATE, *n], ["name", "variable"])
    unknown = sorted(set(marked) - set(data.name))
    if unknown:
        raise InputError(
            "the marked name {unknown!r} is not in the table of places.", unknown=unknown[0]
        )
    data = data.dropna(subset=ESTIMATE)
    absent = N_("the variable {name!r} has no row in the table of places.")
    variables = require_measures(variables, data, absent)
    twice = N_("{name!r} has two rows for {variable!r}; one is allowed.")
    parts = []
    for spec in variables.itertuples():
        values = data[data.variable == spec.variable]
        require_single(values, ["name"], twice)
        refuse(
            values[astray(values)],
            N_("the interval of {name!r} for {variable!r} does not hold its estimate."),
        )
        rank = values.estimate.rank(method="first").astype(int)
        words = {"label": spec.label, "note": spec.note, "form": spec.format}
        parts.append(values.assign(**words, rank=rank, marked=values.name.isin(list(marked))))
    rows = pd.concat(parts, ignore_index=True)
    kept = ["name", "label", "note", "form", "rank", "marked", *ESTIMATE]
    return rows[[*kept, *({"n"} & set(rows))]].round(dict.fromkeys(ESTIMATE, 4))
