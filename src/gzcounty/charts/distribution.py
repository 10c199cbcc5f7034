"""Where a few units stand among many: the many as a histogram, the few one by one."""

from types import MappingProxyType
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import (
    county_tooltip,
    diamond,
    either,
    legend,
    marked_colour,
    shown_names,
)
from gzcounty.charts.frame import Words, finish, flags, require_single, take
from gzcounty.charts.selection import (
    CHOSEN,
    county_search,
    example_name,
    match_expression,
    measure_axis,
    measure_caption,
    measure_menu,
    require_measures,
    search_keys,
    with_names,
)
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.models.result import number as written

BINS = 40
CUT_NOTE = N_("Values beyond the 0.5th and 99.5th percentile of all units stand at the edge.")
_STRIP = 84  # pixels at the bottom in which the few are spread


def distribution_chart(
    data: pd.DataFrame,
    variables: pd.DataFrame,
    *,
    inside: str = "inside",
    few: str = N_("the few"),
    many: str = N_("all units"),
    marked: theme.Marked = MappingProxyType({}),
    hue: theme.Hue = "county",
    height: int = 300,
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Show how some units lie in the distribution of all, one variable at a time.

    Parameters
    ----------
    data : DataFrame
        Tidy: adcode, name_en or name_zh or both, `inside` (bool), variable, value; one row a unit
        and variable. Only the units inside keep their names in the chart; all are counted.
    variables : DataFrame
        variable, label, unit, format (d3-format), in the order of the menu.
    inside : str
        Column that marks the few.
    few, many : str
        What the two groups are called under the chart.
    marked : mapping of str to collection of str, optional
        As in `map_chart`.
    hue, height
        As in `map_chart`: the colour of the few, and pixels.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample must
        name the number of the few and of the many.

    Returns
    -------
    altair.LayerChart
        Grey histogram of all units, a dot for each of the few, both medians; a menu of variables
        and a search by name.

    Raises
    ------
    InputError
        If a column is missing, a variable has no values, a unit has two values of one, or nothing
        is inside.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> china = gz.load_china_counties()
    >>> menu = pd.DataFrame(
    ...     [{"variable": "schooling", "label": "Schooling", "unit": "years", "format": ".1f"}]
    ... )
    >>> units = pd.DataFrame(
    ...     {
    ...         "adcode": china.adcode, "name_zh": china.name_zh,
    ...         "inside": china.province_en == "Guizhou", "variable": "schooling",
    ...         "value": china.schooling_years,
    ...     }
    ... )
    >>> chart = gz.distribution_chart(
    ...     units, menu, few="Guizhou's counties", title="Most of Guizhou lies left of the middle",
    ...     unit="years of schooling",
    ...     sample=f"{units.inside.sum()} counties of Guizhou among {len(units):,} of China",
    ...     period="2020", source="population census 2020",
    ...     description="Histogram of all counties, Guizhou's as dots at its foot.",
    ... )
    >>> chart.description
    "Histogram of all counties, Guizhou's as dots at its foot."
    """
    what = N_("the table of units")
    few, many = _(few), _(many)
    member = flags(data, inside, what)
    data, known = with_names(data, what)
    data = take(data, what, ["value"], ["adcode", "variable"], ["name_en", "name_zh"])
    data = data.assign(inside=member).dropna(subset="value").reset_index(drop=True)
    variables = require_measures(
        variables, data, N_("the variable {name!r} has no value in the table of units.")
    )
    require_single(
        data,
        ["adcode", "variable"],
        N_("the unit {adcode} has more than one value of {variable!r} in the table of units."),
    )
    if not data["inside"].any():
        raise InputError(
            "no unit is marked by the column {inside!r}: there is nobody to place.", inside=inside
        )

    bars, dots, middles = [], [], []
    for spec in variables.itertuples():
        rows = data[data.variable == spec.variable]
        edges = _edges(rows.value)
        clipped = rows.value.clip(edges[0], edges[-1])
        counts = np.histogram(clipped, edges)[0]
        share = (100 * counts / counts.sum()).round(2)
        bins = {"low": edges[:-1], "high": edges[1:], "units": counts, "share": share}
        bars.append(pd.DataFrame({"label": spec.label, **bins}))
        members = rows[rows["inside"]].assign(
            label=spec.label, at=clipped, form=spec.format, note=spec.note
        )
        rank = rows.value.rank(pct=True) * 100
        members["percentile"] = rank.reindex(members.index).round(1)
        dots.append(members)
        for group, values in ((few, members.value), (many, rows.value)):
            middle = {"median": float(values.median()), "n": len(values)}
            middles.append({"label": spec.label, "group": group, **middle})
    points = pd.concat(dots, ignore_index=True)
    names = points.drop_duplicates("adcode")[["adcode", "name_en", "name_zh"]].copy()
    names["keys"] = search_keys(names)
    # Spread by code, not by chance: the same picture in every build.
    points["spread"] = points.adcode.rank(method="dense").astype(int) * 37 % 61 / 61
    points = points[["label", "adcode", "value", "at", "percentile", "note", "form", "spread"]]
    points = points.round({"value": 3, "at": 3, "spread": 3})

    chosen = measure_menu(list(variables.label))
    typed, folded = county_search(example_name(names))
    test = theme.marked_test(marked)
    hit = match_expression("folded", "datum.keys")

    x_bar = alt.X(
        "low:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=6),
        axis=measure_axis(tickCount=6, grid=False),
    )
    histogram = (
        alt.Chart(pd.concat(bars, ignore_index=True))
        .transform_filter(CHOSEN)
        .mark_bar(color=theme.QUIET, opacity=0.45)
        .encode(
            x=x_bar,
            x2="high:Q",
            y=alt.Y("share:Q", title=_("% of all units"), axis=alt.Axis(tickCount=4, grid=False)),
            y2=alt.datum(0),
            tooltip=[
                alt.Tooltip("low:Q", title=_("from"), format=",.4~g"),
                alt.Tooltip("high:Q", title=_("to"), format=",.4~g"),
                alt.Tooltip("units:Q", title=_("units"), format=",.0f"),
            ],
        )
    )
    place = f"{height} - 6 - datum.spread * {_STRIP}"
    base = (
        alt.Chart(points)
        .transform_filter(CHOSEN)
        # Names once a county, not once a county and measure.
        .transform_lookup("adcode", alt.LookupData(names, "adcode", ["name_en", "name_zh", "keys"]))
        .transform_calculate(hit=hit, shown="format(datum.value, datum.form)")
    )
    tooltip = [
        *county_tooltip(known=known),
        alt.Tooltip("shown:N", title=_("value")),
        alt.Tooltip("note:N", title=_("measure")),
        alt.Tooltip("percentile:Q", title=_("percentile among all")),
    ]
    counties = base.mark_point(
        opacity=0.9, filled=True, stroke="white", strokeWidth=0.6, y=alt.ExprRef(place)
    ).encode(
        x="at:Q",
        tooltip=tooltip,
        color=marked_colour(theme.DIMENSIONS[hue], test),
        shape=diamond(test),
        size=either(test, 110, 50),
    )
    # Found counties are shown by opacity, not by a filter: an empty layer has no scale.
    ring = base.mark_point(
        filled=False, size=340, strokeWidth=2.5, color=theme.TEXT, y=alt.ExprRef(place)
    ).encode(x="at:Q", opacity=either("datum.hit", 1, 0))
    said = " + ' ' + ".join(f"datum.{name}" for name in shown_names(known))
    label = (
        base.transform_calculate(said=f"datum.hit ? {said} + ' ' + datum.shown : ''")
        .mark_text(align="center", dy=-18, fontWeight="bold", y=alt.ExprRef(place))
        .encode(x="at:Q", text="said:N")
    )
    medians = alt.Chart(pd.DataFrame(middles)).transform_filter(CHOSEN)
    rules = medians.mark_rule(strokeWidth=2).encode(
        x="median:Q",
        strokeDash=alt.StrokeDash(
            "group:N",
            scale=alt.Scale(domain=[few, many], range=[[1, 0], [5, 4]]),
            legend=legend(title=_("Median of"), symbolStrokeColor=theme.TEXT, symbolSize=300),
        ),
        tooltip=[
            alt.Tooltip("group:N", title=_("median of")),
            alt.Tooltip("median:Q", title=_("median"), format=",.4~g"),
            alt.Tooltip("n:Q", title=_("units with a value"), format=",.0f"),
        ],
    )
    layered = alt.LayerChart(
        layer=[histogram, rules, counties, ring, label, measure_caption(variables)],
        width="container",
        height=height,
    )
    chart = layered.add_params(chosen, typed, folded)
    everyone = data.groupby("adcode")["inside"].first()
    n = [int(everyone.sum()), len(everyone)]
    in_words = [
        _(
            "{label}, {group}: {median}", label=row["label"], group=row["group"],
            median=written(row["median"]),
        )
        for row in middles[:12]
    ]  # fmt: skip
    label = variables["label"].iloc[0]
    said = _n(
        "Histogram of {n:,} unit, {inside:,} of them as dots. Medians: {medians}.",
        "Histogram of {n:,} units, {inside:,} of them as dots. Medians: {medians}.",
        n[1], inside=n[0], medians=_("; ").join(in_words),
    )  # fmt: skip
    made = {
        "title": _("{label}: {few} among {many}", label=label, few=few, many=many),
        "sample": _n("{inside:,} of {n:,} unit", "{inside:,} of {n:,} units", n[1], inside=n[0]),
        "description": said,
    }
    notes = [_(CUT_NOTE), *theme.marked_note(marked, names["adcode"])]
    return finish(chart, made=made, n=n, lead=notes, **words)


def _edges(values: pd.Series) -> np.ndarray:
    low, high = values.quantile([0.005, 0.995])
    if low == high:
        low, high = values.min(), values.max() + 1.0
    return np.linspace(low, high, BINS + 1)
