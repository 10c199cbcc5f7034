"""Change over time: paths year by year with their median, and two years of every unit."""

import json
from collections.abc import Collection
from types import MappingProxyType
from typing import Any, Unpack

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import (
    diamond,
    distinct_titles,
    either,
    marked_colour,
    sized,
    two_years,
)
from gzcounty.charts.frame import Words, finish, first_free, require_single, take, text_width
from gzcounty.charts.results import period_of
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
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.models.result import number as written
from gzcounty.words import counted

_ROW = 9  # pixels a unit of two years
_WIDTH = 0.7  # of a year, in which the dots of one year are spread


def paths_chart(
    data: pd.DataFrame,
    variables: pd.DataFrame,
    *,
    lines: bool = True,
    labelled: Collection[str] = (),
    year: int | None = None,
    noun: str = N_("county"),
    marked: theme.Marked = MappingProxyType({}),
    hue: theme.Hue = "county",
    height: int = 320,
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw every unit year by year, one variable at a time.

    Parameters
    ----------
    data : DataFrame
        Tidy: unit, name, year, variable, value; one row a unit, year and variable. Where there is
        a column ``search``, its words are found too (Chinese names, pinyin).
    variables : DataFrame
        variable, label, unit, format (d3-format), in the order of the menu.
    lines : bool, default True
        A line for every unit; otherwise a strip of dots for every year. A unit that is searched
        for gets its line in both.
    labelled : collection of str
        Names of units that carry their name and the colour from the start.
    year : int, optional
        A year to mark.
    noun : str
        What a unit is, for the search.
    marked : mapping of str to collection of str, optional
        As in `map_chart`, by the codes in ``unit``.
    hue, height
        As in `map_chart`: the colour of the units that are labelled or found, and pixels.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample must
        name the number of units.

    Returns
    -------
    altair.LayerChart
        Lines or dots, the median of every year, a menu of variables and a search by name.

    Raises
    ------
    InputError
        If a column is missing, a variable has no value, a unit has two values in a year, or a
        labelled unit or the marked year does not exist.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> panel = gz.load_panel().query("year >= 2014").dropna(subset="lights")
    >>> counties = gz.load_counties().rename(columns={"name_en": "name"})
    >>> data = panel.merge(counties[["adcode", "name"]], on="adcode")
    >>> data = data.rename(columns={"adcode": "unit", "lights": "value"})
    >>> menu = pd.DataFrame(
    ...     [{"variable": "lights", "label": "Lights", "unit": "nW/cm2/sr", "format": ".2f"}]
    ... )
    >>> chart = gz.paths_chart(
    ...     data.assign(variable="lights"), menu, labelled=["Yunyan"],
    ...     title="One district shines, the others glow", unit="nW/cm2/sr",
    ...     sample=gz.sample_name(data.unit), period="2014-2020", source="VIIRS night lights",
    ...     description="A line for each county; Yunyan lies far above the others.",
    ... )
    >>> chart.description
    'A line for each county; Yunyan lies far above the others.'
    """
    rows = _rows(data, variables)
    units = _units(rows, labelled)
    if year is not None and year not in set(rows.year):
        raise InputError("there is no value in {year}, so this year cannot be marked.", year=year)
    middle = rows.groupby(["label", "year"], sort=False).value.median().reset_index()

    # Spread by order, not by chance: the same picture in every build.
    order = rows.unit.rank(method="dense").astype(int)
    rows["at"] = rows.year + (0.0 if lines else ((order * 37 % 61) / 61 - 0.5) * _WIDTH)
    drawn = rows[["label", "unit", "year", "at", "value", "format", "note"]]
    base = (
        alt.Chart(drawn.round({"at": 3, "value": 4}))
        .transform_filter(CHOSEN)
        # Names once a unit, not once a value.
        .transform_lookup("unit", alt.LookupData(units, "unit", ["name", "keys", "kept"]))
        .transform_calculate(
            hit=match_expression("folded", "datum.keys"),
            marked=theme.marked_test(marked, "unit"),
            shown="format(datum.value, datum.format)",
        )
        .transform_calculate(strong="datum.hit || datum.kept")
        .encode(x=_x("at"), y=_y())
    )
    layers: list[Any] = [] if year is None else [_marked(year)]
    layers += _many(base, lines, theme.DIMENSIONS[hue])
    line = alt.Chart(middle.round({"value": 4})).transform_filter(CHOSEN)
    line = line.mark_line(strokeWidth=2.5, strokeDash=[5, 3], color=theme.TEXT)
    layers.append(line.encode(x=_x("year"), y=_y(), order="year:Q"))
    layers += _strong(base, theme.DIMENSIONS[hue], int(rows.year.max()))
    layers.append(measure_caption(variables))
    # Not one that stands out already: typing what the field proposes must show something.
    example = str(units.sort_values("kept", kind="stable")["name"].iloc[0])
    typed, folded = county_search(example, noun)
    layered = alt.LayerChart(layer=layers, width="container", height=height)
    chart = layered.add_params(measure_menu(list(variables.label)), typed, folded)
    period = period_of(rows.year)
    label = variables["label"].iloc[0]
    size = counted(len(units), "county", "counties")
    if noun != "county":
        size = _n("{n:,} {noun}", "{n:,} {noun}s", len(units), noun=noun)
    first, last = middle[middle["label"] == label].iloc[[0, -1]].itertuples()
    made = {
        "title": _("{label} by {noun}, {period}", label=label, noun=_(noun), **period),
        "sample": size,
        **period,
        "description": _(
            "{size} year by year, {period}. Median of {label}: {low} in {first:g} and {high} in "
            "{last:g}.",
            size=size, label=label, low=written(first.value), first=first.year,
            high=written(last.value), last=last.year, period=period["period"],
        ),
    }  # fmt: skip
    lead = [_("Dashed: the median of each year."), *theme.marked_note(marked, units["unit"])]
    return finish(chart, made=made, n=len(units), lead=lead, **words)


def _rows(data: pd.DataFrame, variables: pd.DataFrame) -> pd.DataFrame:
    """Check the table, and give each row the words of its variable."""
    data = _taken(data, ["year", "value"], N_("the table of paths")).dropna(subset="value")
    absent = N_("the variable {name!r} has no value in the table of paths.")
    variables = require_measures(variables, data, absent)
    data = data.merge(variables.drop(columns="unit"), on="variable").reset_index(drop=True)
    require_single(
        data,
        ["unit", "year", "variable"],
        N_("the unit {unit!r} has two values of {variable!r} in {year}; one is allowed."),
    )
    return data


def _taken(data: pd.DataFrame, numbers: list[str], what: str) -> pd.DataFrame:
    """Return what a table of units by variable holds."""
    require_columns(data, ["unit"], what)
    search = [name for name in data.columns if name == "search"]
    return take(data, what, numbers, ["unit", "name", "variable"], search)


def _units(rows: pd.DataFrame, labelled: Collection[str]) -> pd.DataFrame:
    """Return one row a unit: what a search finds, and whether it is labelled from the start."""
    units = rows.drop_duplicates("unit").copy()
    unknown = sorted(set(labelled) - set(units["name"]))
    if unknown:
        raise InputError(
            "the labelled unit {unknown!r} has no value in the table of paths.", unknown=unknown[0]
        )
    units["keys"] = unit_keys(units)
    units["kept"] = units["name"].isin(list(labelled))
    return units[["unit", "name", "keys", "kept"]]


def _x(field: str) -> alt.X:
    axis = alt.Axis(format="d", tickMinStep=1, tickCount=7, grid=False)
    return alt.X(f"{field}:Q", title=None, axis=axis, scale=alt.Scale(zero=False, padding=12))


def _y() -> alt.Y:
    axis = measure_axis(tickCount=6)
    return alt.Y("value:Q", title=None, axis=axis, scale=alt.Scale(zero=False, padding=8))


def _marked(year: int) -> alt.Chart:
    band = pd.DataFrame({"from": [year - 0.45], "to": [year + 0.45]})
    return (
        alt.Chart(band)
        .mark_rect(color=theme.QUIET, opacity=0.18, tooltip=None)
        .encode(x=_x("from"), x2="to:Q")
    )


def _many(base: alt.Chart, lines: bool, colour: str) -> list[Any]:
    tooltip = [
        alt.Tooltip("name:N", title=_("unit")),
        alt.Tooltip("year:Q", title=_("year"), format="d"),
        alt.Tooltip("shown:N", title=_("value")),
        alt.Tooltip("note:N", title=_("measure")),
    ]
    rest = f"datum.strong ? '{colour}' : '{theme.QUIET}'" if lines else f"'{colour}'"
    base = base.transform_calculate(tint=f"datum.marked ? '{theme.MARKED_COLOUR}' : {rest}")
    dots = base.mark_point(filled=True, opacity=0.85).encode(
        tooltip=tooltip,
        color=alt.Color("tint:N", scale=None),
        shape=diamond("datum.marked"),
        size=either("datum.marked || datum.strong", 80, 28),
    )
    if not lines:
        return [dots]
    path = base.mark_line(strokeWidth=1.3, opacity=0.6, color=theme.QUIET)
    return [path.encode(detail="unit:N", order="year:Q"), dots]


def _strong(base: alt.Chart, colour: str, last: int) -> list[Any]:
    # Shown by opacity, not by a filter: an empty layer has no scale.
    shown = base.transform_calculate(
        said=f"datum.strong && datum.year === {last} ? datum.name : ''"
    )
    path = base.mark_line(strokeWidth=2.5, color=colour).encode(
        detail="unit:N", order="year:Q", opacity=either("datum.strong", 1, 0)
    )
    text = shown.mark_text(align="right", dy=-11, fontWeight="bold")
    return [path, text.encode(text="said:N")]


def dumbbell_chart(
    data: pd.DataFrame,
    variables: pd.DataFrame,
    *,
    years: tuple[int, int],
    marked: theme.Marked = MappingProxyType({}),
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
    marked : mapping of str to collection of str, optional
        Codes in ``unit`` that are drawn in another colour, with their names, by what they are
        called; see `map_chart`.
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
    data = _taken(data, ["start", "end"], N_("the table of changes"))
    data = data.dropna(subset=["start", "end"])
    absent = N_("the variable {name!r} has no row in the table of changes.")
    variables = require_measures(variables, data, absent)
    data = data.merge(variables.drop(columns="unit"), on="variable")
    require_single(
        data,
        ["unit", "variable"],
        N_("the unit {unit!r} has two rows for {variable!r}; one is allowed."),
    )
    units = data.drop_duplicates("unit")
    units = units[["unit", "name"]].assign(keys=unit_keys(units))
    rows = data[["label", "unit", "start", "end", "format", "note"]].round({"start": 3, "end": 3})

    chosen = measure_menu(list(variables.label))
    typed, folded = county_search(str(units["name"].iloc[0]))
    base = (
        alt.Chart(rows)
        .transform_filter(CHOSEN)
        .transform_lookup("unit", alt.LookupData(units, "unit", ["name", "keys"]))
        .transform_calculate(
            hit=match_expression("folded", "datum.keys"),
            marked=theme.marked_test(marked, "unit"),
            was="format(datum.start, datum.format)",
            now="format(datum.end, datum.format)",
        )
        .transform_calculate(shown="datum.hit || datum.marked ? datum.name : ''")
    )
    y = alt.Y("unit:N", axis=None, sort=alt.EncodingSortField("end", order="descending"))
    x = alt.X(
        "start:Q",
        title=None,
        scale=alt.Scale(zero=False, padding=10),
        axis=measure_axis(tickCount=5, orient="top"),
    )
    colour = marked_colour(two_years(years, hue, offset=36), "datum.marked")
    tooltip = distinct_titles(
        alt.Tooltip("name:N", title=_("county")),
        alt.Tooltip("was:N", title=str(years[0])),
        alt.Tooltip("now:N", title=str(years[1])),
        alt.Tooltip("note:N", title=_("measure")),
    )
    base = base.encode(y=y, tooltip=tooltip)
    line = base.mark_rule(strokeWidth=1.5, color=theme.QUIET, opacity=0.6).encode(x=x, x2="end:Q")
    first, last = (
        base.transform_calculate(when=f"'{year}'")
        .mark_point(filled=True, opacity=1)
        .encode(x=across, color=colour, size=sized(160, 80, 26))
        for year, across in zip(years, (x, alt.X("end:Q", title=None)), strict=True)
    )
    height = height or max(240, _ROW * len(units))
    drops = json.dumps(_drops(data, theme.marked_codes(marked), height))
    text = (
        base.transform_calculate(far="max(datum.start, datum.end)")
        .mark_text(
            align="left", dx=9, dy={"expr": f"({drops})[datum.label + datum.unit] || 0"},
            fontSize=11, fontWeight="bold",
        )
        .encode(x=alt.X("far:Q", title=None), text="shown:N")
    )  # fmt: skip
    layered = alt.LayerChart(
        layer=[line, first, last, text, measure_caption(variables, above=24)],
        width="container",
        height=height,
    )
    chart = layered.add_params(chosen, typed, folded)
    label, size = variables["label"].iloc[0], counted(len(units), "unit")
    first = data[data["label"] == label]
    both = {"first": years[0], "last": years[1]}
    made = {
        "title": _("{label}, {first} and {last}", label=label, **both),
        "sample": size,
        "period": _("{first} and {last}", **both),
        "description": _(
            "{size} in {first} and {last}. Medians of {label}: {low} and {high}.",
            size=size, label=label, low=written(first["start"].median()),
            high=written(first["end"].median()), first=years[0], last=years[1],
        ),
    }  # fmt: skip
    return finish(
        chart,
        made=made,
        n=len(units),
        lead=theme.marked_note(marked, units["unit"], N_("By name: {names}.")),
        **words,
    )


def _drops(data: pd.DataFrame, marked: list[str], height: int) -> dict[str, int]:
    """Return by how many pixels the name of a marked unit makes way for one just above it.

    By the label of the measure and the unit; those that stand where they belong are left out.
    """
    out: dict[str, int] = {}
    for label, rows in data.groupby("label"):
        rows = rows.sort_values("end", ascending=False, kind="stable").reset_index(drop=True)
        far = rows[["start", "end"]].max(axis=1)
        low = rows[["start", "end"]].min().min()
        across = (far - low) / ((far.max() - low) or 1.0) * theme.PHONE_WIDTH
        named = rows.index[rows["unit"].isin(marked)]
        boxes = []
        for at in named:
            x, y = across[at], at * height / len(rows)
            width = text_width(rows["name"][at], 11)
            boxes.append([(x, y + drop - 6, x + width, y + drop + 6) for drop in range(15)])
        found = zip(named, first_free(boxes), strict=True)
        out |= {f"{label}{rows['unit'][at]}": drop for at, drop in found if drop}
    return out
