"""Change between two years: a line from then to now for every unit."""

from __future__ import annotations

from typing import Unpack

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import named_colour, sized, two_years
from gzcounty.charts.frame import Words, finish, require_columns, require_numbers, require_single
from gzcounty.charts.selection import (
    CHOSEN,
    county_search,
    match_expression,
    measure_axis,
    measure_caption,
    measure_menu,
    require_measures,
    unit_keys,
)

ROW = 9  # pixels a unit


def dumbbell_chart(
    data: pd.DataFrame,
    variables: pd.DataFrame,
    *,
    years: tuple[int, int],
    hue: theme.Hue = "county",
    height: int | None = None,
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw each unit's change between two years, one variable at a time.

    Parameters
    ----------
    data : DataFrame
        Tidy: unit, name, variable, start, end; one row a unit and variable. Where there is a
        column ``search``, its words are found too (Chinese names, names of members).
    variables : DataFrame
        variable, label, unit, format (d3-format), in the order of the menu.
    years : tuple of int
        The two years, for the legend.
    hue : {"industry", "county", "people"}
        Colour of the later year.
    height : int, optional
        Height in pixels; by default it follows the number of units.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        Units ordered by the later year, largest on top: a ring for the first year, a dot for the
        second; a menu of variables and a search by name.

    Raises
    ------
    InputError
        If a column is missing, a variable has no row, or a unit has two.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> change = gz.census_change("farm_share").assign(variable="farm_share")
    >>> change = change.rename(
    ...     columns={
    ...         "group": "unit", "group_name_en": "name", "value_2010": "start",
    ...         "value_2020": "end",
    ...     }
    ... )
    >>> menu = pd.DataFrame(
    ...     [{"variable": "farm_share", "label": "Farming", "unit": "%", "format": ".0f"}]
    ... )
    >>> chart = gz.dumbbell_chart(
    ...     change, menu, years=(2010, 2020), title="Farming fell in every group",
    ...     unit="% of employed persons", sample=f"{len(change)} groups on constant borders",
    ...     period="2010 and 2020", source="population censuses",
    ...     description="A line for each group, from 2010 to 2020; all of them fall.",
    ... )
    >>> chart.description
    'A line for each group, from 2010 to 2020; all of them fall.'
    """
    require_columns(data, ["unit", "name", "variable"], "the table of changes")
    require_numbers(data, ["start", "end"], "the table of changes")
    data = data.dropna(subset=["start", "end"])
    variables = require_measures(variables, data, "row in the table of changes")
    data = data.merge(variables.drop(columns="unit"), on="variable")
    require_single(
        data,
        ["unit", "variable"],
        "the unit {unit!r} has two rows for {variable!r}; one is allowed.",
    )
    units = data.drop_duplicates("unit")
    units = units[["unit", "name"]].assign(keys=unit_keys(units))
    rows = data[["label", "unit", "start", "end", "format", "note"]].round({"start": 3, "end": 3})

    chosen = measure_menu(list(variables.label))
    typed, folded = county_search()
    base = (
        alt.Chart(rows)
        .transform_filter(CHOSEN)
        .transform_lookup("unit", alt.LookupData(units, "unit", ["name", "keys"]))
        .transform_calculate(
            hit=match_expression("folded", "datum.keys"),
            named=theme.named_test("unit"),
            was="format(datum.start, datum.format)",
            now="format(datum.end, datum.format)",
        )
        .transform_calculate(shown="datum.hit || datum.named ? datum.name : ''")
    )
    y = alt.Y("unit:N", axis=None, sort=alt.EncodingSortField("end", order="descending"))
    x = alt.X(
        "start:Q",
        title=None,
        scale=alt.Scale(zero=False, padding=10),
        axis=measure_axis(tickCount=5, orient="top"),
    )
    colour = named_colour(two_years(years, hue, offset=36), "datum.named")
    tooltip = [
        alt.Tooltip("name:N", title="county"),
        alt.Tooltip("was:N", title=str(years[0])),
        alt.Tooltip("now:N", title=str(years[1])),
        alt.Tooltip("note:N", title="measure"),
    ]
    base = base.encode(y=y, tooltip=tooltip)
    line = base.mark_rule(strokeWidth=1.5, color=theme.QUIET, opacity=0.6).encode(x=x, x2="end:Q")
    first, last = (
        base.transform_calculate(when=f"'{year}'")
        .mark_point(filled=True, opacity=1)
        .encode(x=across, color=colour, size=sized(160, 80, 26))
        for year, across in zip(years, (x, alt.X("end:Q", title=None)), strict=True)
    )
    text = (
        base.transform_calculate(far="max(datum.start, datum.end)")
        .mark_text(align="left", dx=9, fontSize=11, fontWeight="bold")
        .encode(x=alt.X("far:Q", title=None), text="shown:N")
    )
    layered = alt.LayerChart(
        layer=[line, first, last, text, measure_caption(variables, above=24)],
        width="container",
        height=height or max(240, ROW * len(units)),
    )
    chart = layered.add_params(chosen, typed, folded)
    return finish(chart, n=len(units), **words)
