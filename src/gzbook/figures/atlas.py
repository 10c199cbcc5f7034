"""The atlas: any variable, any year, the 88 counties on a map, on tiles and in order, linked.

One Vega-Lite specification that needs no kernel. How it works:

- Data: one row a county with all its values in one array ``v`` (see `counties`). The chosen
  variable and year are a place in that array, so moving the slider recomputes 88 numbers.
- Choice: parameters ``variable``, ``year`` and ``search`` are bound to inputs; ``now`` is the
  catalogue's entry of the variable. A year without data shows the nearest one and says so.
- Focus: the county that the card describes, see `focus`.
- Colour: values become a position from 0 to 1 between the variable's ends, so that one scale
  serves all variables; its colours and its legend's labels are expressions over ``now``.
"""

from collections.abc import Callable, Iterable
from math import gcd
from typing import Any, Literal, Unpack

import altair as alt
import pandas as pd

from gzbook.frames import CASE, named_counties
from gzcounty.charts import encodings, theme
from gzcounty.charts.encodings import in_vega
from gzcounty.charts.frame import (
    Words,
    finish,
    lines,
    refuse,
    require_codes,
    require_numbers,
    require_single,
    side_by_side,
    text_line,
)
from gzcounty.charts.maps import (
    edge,
    geometry_ids,
    marks_on_map,
    marks_on_tiles,
    origin,
    outlines,
    place,
    prefecture_borders,
    tile_labels,
    tile_position,
    topo,
)
from gzcounty.charts.selection import (
    beginning,
    match_expression,
    plain_expression,
    search_field,
    search_keys,
)
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, in_language
from gzcounty.words import listed

KINDS = ("amount", "share", "difference")
DIGITS = 5  # significant digits: more than any label shows, a third of the bytes
SIDE = 310  # stated width of the map and of the tiles; the page stretches both
MAP_HEIGHT = 300
STRIP_WIDTH = 400
STRIP_HEIGHT = 170
LABEL_ROOM = 26  # pixels above the bars for the name of the county in focus
FOOT_ROOM = 18  # pixels below them for the lowest and the highest
HEAD_HEIGHT = 124
CARD_HEIGHT = 90
LABEL_LINE = 20
PATH_WIDTH = 2 * SIDE - 400
ONE_ROW = alt.InlineData(values=[{}])
# While a search has matches, the counties that do not match step back.
FADED = {"expr": "at < 0 || datum.found ? 1 : 0.2"}
FIRST = "522632"  # Rongjiang, in focus until a reader acts
ACTS = {"hover": ("pointerover", "pointerout"), "pick": ("click", "dblclick")}
"""What sets and what clears the selections of a county, by their names."""
IN_FOCUS = "datum.adcode === focus"
"""Vega expression that is true for a row of the county in focus, see `focus`."""


def atlas(
    data: pd.DataFrame,
    boundaries: dict[str, Any],
    tiles: pd.DataFrame,
    names: pd.DataFrame,
    variables: pd.DataFrame,
    *,
    start: str | None = None,
    year: int | None = None,
    **words: Unpack[Words],
) -> alt.VConcatChart:
    """Draw an atlas of the counties in which a reader chooses variable, year and county.

    Parameters
    ----------
    data : DataFrame
        adcode, year, variable, value: one row a county, year and variable; missing cells may be
        left out.
    boundaries, tiles
        As in `gzcounty.map_chart` and `gzcounty.tile_map`.
    names : DataFrame
        adcode, name_en, name_zh, prefecture_en, prefecture_zh; and, to be found by them too,
        pinyin and name_full_en.
    variables : DataFrame
        variable, label (up to 40 letters), unit, format (d3-format), kind (amount, share or
        difference), source; optional: sample ("60 former poverty counties") and hue (industry,
        county or people). Its order is that of the menu.
    start : str, optional
        Variable shown first; by default the first one.
    year : int, optional
        Year shown first; by default the last one of that variable.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample text
        must contain the number of counties on the map.

    Returns
    -------
    altair.VConcatChart
        Three rows: head and card, map and tiles, the strip of counties in order and the path of
        the county in focus over the years.

    Raises
    ------
    InputError
        If a column is missing, a variable is in one table only or twice, a kind is unknown, an
        adcode is not on the map, a cell (county, year, variable) comes twice, or `start` or `year`
        is not among the data.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> farming = gz.load_census()[["adcode", "year", "farm_share"]]
    >>> cells = farming.rename(columns={"farm_share": "value"}).assign(variable="farm_share")
    >>> variables = pd.DataFrame(
    ...     [
    ...         {
    ...             "variable": "farm_share", "label": "Farming", "unit": "%", "format": ".0f",
    ...             "kind": "share", "source": "population censuses",
    ...         }
    ...     ]
    ... )
    >>> chart = gzbook.atlas(
    ...     cells, gz.load_boundaries(), gz.load_tile_grid(), gz.load_counties(), variables,
    ...     title="The counties by farming", unit="% of employed persons",
    ...     sample=gz.sample_name(gz.load_counties().adcode), period="2010 and 2020",
    ...     source="population censuses",
    ...     description="Map, tiles and ranking of the counties by the share employed in farming.",
    ... )
    >>> len(chart.vconcat)
    3
    """
    _check(data, variables, geometry_ids(boundaries))
    wide = _columns(data, variables)
    catalogue = _catalogue(wide, variables)
    rows = counties(wide, tiles, names)
    start = start if start is not None else str(variables.variable.iloc[0])
    if start not in catalogue:
        raise InputError(
            "the variable {start!r} to start with is not among the variables.", start=start
        )
    every_year = [year for entry in catalogue.values() for year in entry["years"]]
    first, last = min(every_year), max(every_year)
    year = catalogue[start]["years"][-1] if year is None else year
    if not first <= year <= last:
        raise InputError(
            "the year {year} to start with is not between {first} and {last}.",
            year=year, first=first, last=last,
        )  # fmt: skip

    views = [
        (_head(len(rows)), _card()),
        (_map_view(boundaries), _tile_view()),
        (_strip_view(), _path()),
    ]
    chart = linked(rows, views, _choices(catalogue, start, (first, last, year)), names)
    marked = theme.marked_note(named_counties())[0]
    grey = _("Grey with a dotted outline: no data.")
    notes = [
        side_by_side(f"{marked} {grey}"),
        _(
            "Colours: 5th to 95th percentile of the year shown, capped beyond; changes evenly "
            "about zero, the fifth that changed most capped."
        ),
    ]
    finished = finish(chart, n=len(rows), lead=notes, **words)
    finished.usermeta["columns"] = _in_full(wide)
    return finished


def touches(chart: alt.VConcatChart) -> list[alt.TopLevelSelectionParameter]:
    """Return the selections of pointer and finger that all views of a chart share.

    In each view of its rows, the layer that takes the pointer has a name.
    """
    # Altair adds a view's place to its name, so the names are read where they stand.
    targets = [
        layer.name
        for row in chart.vconcat
        for view in row.hconcat
        for layer in view.layer
        if layer.name is not alt.Undefined
    ]
    return [
        alt.TopLevelSelectionParameter(
            name=name,
            select=alt.PointSelectionConfig(
                type="point", fields=["adcode"], on=on, clear=clear, toggle=False
            ),
            views=targets,
        )
        for name, (on, clear) in ACTS.items()
    ]


def focus(names: pd.DataFrame, codes: Iterable[str]) -> list[alt.VariableParameter]:
    """Return the parameters that decide which county is in focus in all views of a chart.

    Pointing wins while it lasts; otherwise the last act decides, a click or a search. `names` is
    for `search_keys`, `codes` are the counties in the order of the rows. The parameters read
    ``search`` (bound to an input) and the selections of `touches`, and give ``query`` (what is
    typed, folded), ``at`` (below zero: nothing matches) and ``focus``.
    """
    by_code = search_keys(names).set_axis(names["adcode"])
    after = "indexof(slice(index, at), '#') + at + 1"
    act = (
        "query !== last.query && found !== '' ? found"
        " : clicked !== last.clicked && clicked !== '' ? clicked : last.focus"
    )
    parameter = alt.VariableParameter
    return [
        parameter(name="keys", value=[f"{by_code[code]}#{code}" for code in codes]),
        # One string, each county closed by "#adcode": the first match is found in one step.
        parameter(name="index", expr="join(keys, '')"),
        parameter(name="query", expr=plain_expression("search")),
        parameter(name="at", expr=f"query === '' ? -1 : indexof(index, {beginning('query')})"),
        parameter(name="found", expr=f"at < 0 ? '' : slice(index, {after}, {after} + 6)"),
        parameter(name="clicked", expr="isArray(pick.adcode) ? pick.adcode[0] : ''"),
        # Refers to its own former value: that is how it knows which of the two has changed.
        parameter(
            name="last",
            value={"query": "", "clicked": "", "focus": FIRST},
            expr=f"{{query: query, clicked: clicked, focus: {act}}}",
        ),
        parameter(
            name="focus", value=FIRST, expr="isArray(hover.adcode) ? hover.adcode[0] : last.focus"
        ),
    ]


def linked(
    rows: list[dict[str, Any]],
    views: list[tuple[alt.LayerChart, alt.LayerChart]],
    choices: list[Any],
    names: pd.DataFrame,
) -> alt.VConcatChart:
    """Return rows of two views that share what the reader chooses, and the county in focus."""
    pairs = [alt.hconcat(*pair, spacing=20).resolve_scale(fill="independent") for pair in views]
    chart = alt.VConcatChart(data=alt.InlineData(values=rows), vconcat=pairs, spacing=16)
    chart = chart.resolve_scale(fill="independent")
    codes = [row["adcode"] for row in rows]
    chart.params = [*choices, *touches(chart), *focus(names, codes)]
    return chart


def _choices(catalogue: dict[str, Any], start: str, years: tuple[int, int, int]) -> list[Any]:
    """Return what the reader chooses, and what follows from it."""
    first, last, year = years
    menu = alt.BindRadioSelect(
        input="select",
        options=list(catalogue),
        labels=[entry["label"] for entry in catalogue.values()],
        name=_("Show: "),
    )
    slider = alt.BindRange(input="range", min=first, max=last, step=1, name=_("Year: "))
    parameter = alt.VariableParameter
    return [
        parameter(name="catalogue", value=catalogue),
        parameter(name="variable", value=start, bind=menu),
        parameter(name="year", value=year, bind=slider),
        parameter(name="search", value="", bind=search_field(_(CASE))),
        parameter(name="now", expr="catalogue[variable]"),
        # The nearest year that the variable has: its place among the variable's own years.
        parameter(name="nearest", expr=f"now.nearest[year - {first}]"),
        parameter(name="year_steps", expr="now.steps"),  # see gz-address.js
        parameter(name="shown", expr="now.years[nearest]"),
        parameter(name="n", expr="now.n[nearest]"),
        parameter(name="low", expr="now.low[nearest]"),
        parameter(name="high", expr="now.high[nearest]"),
    ]


def _check(data: pd.DataFrame, variables: pd.DataFrame, codes: list[str]) -> None:
    """Raise InputError if no atlas can be drawn from the tables; `codes` are those of the map."""
    what = N_("the atlas data")
    require_numbers(data, ["year", "value"], what)
    require_columns(data, ["adcode", "variable"], what)
    needed = ["variable", "label", "unit", "format", "kind", "source"]
    require_columns(variables, needed, N_("the table of variables"))
    message = N_("the table of variables holds {variable!r} more than once.")
    require_single(variables, ["variable"], message)
    alone = set(data.variable) ^ set(variables.variable)
    if alone:
        raise InputError(
            "the variable {alone!r} is in one of the two tables only; the atlas data and the "
            "table of variables must hold the same ones.",
            alone=sorted(alone)[0],
        )  # fmt: skip
    message = N_("the kind of {name!r} must be {allowed}, not {kind!r}.")
    odd = variables.assign(name=variables["variable"])[~variables["kind"].isin(KINDS)]
    refuse(odd, message, allowed=listed(KINDS, last="or"))
    require_codes(data.adcode.unique(), codes, what, N_("the map"))
    message = N_("the atlas data hold {variable!r} of {adcode} in {year} more than once.")
    require_single(data, ["adcode", "year", "variable"], message)


def _columns(data: pd.DataFrame, variables: pd.DataFrame) -> pd.DataFrame:
    """Return the data by adcode, with one column (variable, year) each, missing cells as NaN.

    Variables stand in the order of their table, then years ascend.
    """
    wide = data.dropna(subset="value").pivot(
        index="adcode", columns=["variable", "year"], values="value"
    )
    for variable in variables.variable:
        if variable not in wide:
            raise InputError("the variable {variable!r} has no value at all.", variable=variable)
    return wide.sort_index(axis="columns")[list(variables.variable)]


def counties(wide: pd.DataFrame, tiles: pd.DataFrame, names: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one record a county: its place in the list, names, tile, and its values in one array.

    `wide` has adcodes as its index. Values have five digits; a missing value is None.
    """
    require_columns(names, ["prefecture_en", "prefecture_zh"], N_("the table of names"))
    frame = place(tiles, names)[0].merge(
        names[["adcode", "prefecture_en", "prefecture_zh"]], on="adcode"
    )
    rounded = wide.reindex(frame.adcode).map(lambda x: float(f"{x:.{DIGITS}g}"))
    cells = [[_short(x) for x in row] for row in rounded.to_numpy().tolist()]
    return [
        {
            "i": i,
            "adcode": row.adcode,
            "en": row.name_en,
            "zh": row.name_zh,
            "short": row.short,
            "pref": in_language(f"{row.prefecture_en} {row.prefecture_zh}", row.prefecture_zh),
            "col": int(row.col),
            "row": int(row.row),
            "v": values,
        }
        for i, (row, values) in enumerate(zip(frame.itertuples(index=False), cells, strict=True))
    ]


def _in_full(wide: pd.DataFrame) -> dict[str, Any]:
    """Return what the short keys of `counties` are called where a reader takes the data along."""
    return {
        "i": "place",
        "en": "name_en",
        "zh": "name_zh",
        "short": "short_name",
        "pref": "prefecture",
        "col": "tile_column",
        "row": "tile_row",
        "v": [f"{variable}_{year}" for variable, year in wide.columns],
    }


def _catalogue(wide: pd.DataFrame, variables: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return what the views must know of each variable.

    head and source are broken into lines; from is the place of the variable's first year in a
    county's array of values; n, min, median, max, low and high (ends of the colours) hold one
    number for each of its years; nearest gives, for each year from the atlas's first to its last,
    the place of the nearest of its years.
    """
    every_year = [int(year) for year in wide.columns.get_level_values(1)]
    out = {}
    for row in variables.to_dict("records"):
        name = row["variable"]
        values = wide[name]
        years = [int(year) for year in values.columns]
        ends = [encodings.robust_domain(values[year], row["kind"]) for year in values.columns]
        hue: theme.Hue = row["hue"] if row.get("hue") in theme.SEQUENTIAL else "county"
        out[name] = {
            "label": row["label"],
            "unit": row["unit"],
            "format": row["format"],
            "kind": row["kind"],
            "ramp": theme.ramp(row["kind"], hue),
            "sample": row["sample"] if isinstance(row.get("sample"), str) else "",
            "head": lines(row["label"], 15 * 1.06, 300),
            "source": lines(_("Source: {source}", source=row["source"]), 11, 300),
            "span": _span(years),
            "from": int(wide.columns.get_loc((name, values.columns[0]))),
            "years": years,
            # From, to and step of the slider: it stands where the variable has years.
            "steps": [years[0], years[-1], gcd(*(year - years[0] for year in years)) or 1],
            "n": [int(count) for count in values.notna().sum()],
            **{
                name: [float(f"{x:.{DIGITS}g}") for x in values.agg(name)]
                for name in ("min", "median", "max")
            },
            "low": [low for low, _ in ends],
            "high": [high for _, high in ends],
            "nearest": [
                _nearest(years, year) for year in range(min(every_year), max(every_year) + 1)
            ],
        }
    return out


def _span(years: list[int]) -> str:
    """Return years in words: runs of three or more as "2014-2023", others one by one."""
    runs: list[list[int]] = []
    for year in map(int, years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    dash, comma = in_language("-", "—"), _(", ")
    words = [
        f"{run[0]}{dash}{run[-1]}" if len(run) > 2 else comma.join(map(str, run)) for run in runs
    ]
    return _("{year}", year=comma.join(words))  # in Chinese the last names them all as years


def _nearest(years: list[int], year: int) -> int:
    """Return the place of the year closest to `year`; of two, the later one."""
    return min(range(len(years)), key=lambda i: (abs(years[i] - year), -years[i]))


def _short(value: float) -> float | int | None:
    if pd.isna(value):
        return None
    return int(value) if value == int(value) else value


def _measured() -> alt.Chart:
    """Return a chart of the counties with the chosen value, its rank and its place in the colours.

    Equal values share a rank, no two an order; position runs from 0 to 1 between the ends of the
    colours.
    """
    position = "clamp((datum.value - low) / (high - low), 0, 1)"
    value = "format(datum.value, now.format)"
    text = in_vega(N_("{value} {unit}"), value=value, unit="now.unit")
    none = in_vega(N_("no data"))
    return (
        alt.Chart()
        .transform_calculate(value="datum.v[now.from + nearest]")
        .transform_window(
            rank="rank()", order="row_number()", sort=[alt.SortField("value", "descending")]
        )
        .transform_calculate(
            position=f"isValid(datum.value) ? {position} : null",
            found=match_expression("query", "keys[datum.i]"),
            said=f"isValid(datum.value) ? {text} : {none}",
        )
    )


def names_of_county() -> tuple[str, str]:
    """Return the Vega expressions for a county of `counties`: a short name, and all its names."""
    both = in_language("datum.en + '  ' + datum.zh", "datum.zh")
    return in_language("datum.en", "datum.short"), both


def county_lines() -> list[alt.Tooltip]:
    """Return the tooltip's lines that name a county of `counties`."""
    chinese = alt.Tooltip("zh:N", title="县")
    return in_language([alt.Tooltip("en:N", title=_("County")), chinese], [chinese])


def _tooltip() -> list[alt.Tooltip]:
    return [*county_lines(), alt.Tooltip("said:N", title=_("Value"))]


def _fill(legend: bool = False) -> alt.Fill:
    """Return the fill by position; one view of the atlas shows the legend."""
    label = (
        "(datum.value === 0 ? '≤ ' : datum.value === 1 ? '≥ ' : '')"
        " + format(low + datum.value * (high - low), now.format)"
    )
    shown = alt.Legend(
        title=None,
        values=[0, 0.5, 1],
        labelExpr=label,
        labelLimit=120,
        gradientLength=250,
        gradientOpacity=1,  # else it fades with the counties during a search
        gradientThickness=10,
        orient="bottom",
    )
    colours = [alt.ExprRef(f"now.ramp[{i}]") for i in range(5)]
    scale = alt.Scale(domain=[0, 1], range=colours, clamp=True, interpolate="rgb")
    return alt.Fill("position:Q", scale=scale, legend=shown if legend else None)


def linked_map(
    measured: alt.Chart,
    boundaries: dict[str, Any],
    fill: alt.Fill,
    tooltip: list[alt.Tooltip],
    height: int,
    over: Callable[[alt.Chart, alt.Chart], list[alt.Chart]],
    **look: Any,  # noqa: ANN401
) -> alt.LayerChart:
    """Return a map whose areas are named "areas", with layers over it.

    `over` makes them from the drawn counties, and from the same with the field ``shape`` alone.
    """
    outline = alt.LookupData(topo(boundaries, "counties"), key="id")
    shapes = measured.transform_lookup(lookup="adcode", from_=outline, as_="shape")
    drawn = shapes.encode(shape=alt.Shape("shape", type="geojson"))
    areas = drawn.mark_geoshape(strokeJoin="round", **look).encode(fill=fill, tooltip=tooltip)
    areas.name = "areas"
    layers = [areas, *prefecture_borders(boundaries), origin(boundaries), *over(drawn, shapes)]
    chart = alt.LayerChart(layer=layers, name="map", width=SIDE, height=height)
    return chart.project(type="mercator")


def linked_tiles(
    base: alt.Chart,
    fill: alt.Fill,
    ink: str,
    height: int,
    over: list[alt.Chart],
    **look: Any,  # noqa: ANN401
) -> alt.LayerChart:
    """Return the tile grid, every county as large as any other; its tiles are named "squares"."""
    squares = base.mark_rect(cornerRadius=2, **look).encode(fill=fill)
    squares.name = "squares"
    labels = tile_labels(base, str(SIDE), ink)
    for label in labels:
        label.mark.opacity = look["opacity"]
    return alt.LayerChart(layer=[squares, *labels, *over], name="tiles", width=SIDE, height=height)


def _map_view(boundaries: dict[str, Any]) -> alt.LayerChart:
    """Return the map, with the legend below it."""

    def over(drawn: alt.Chart, shapes: alt.Chart) -> list[alt.Chart]:
        marks = marks_on_map(
            named_counties(), shapes, "geoCentroid(null, datum.shape)", "adcode", _tooltip()
        )
        chosen = drawn.transform_filter(IN_FOCUS)
        return [*outlines(chosen, "geoshape", strokeJoin="round"), marks]

    look = edge("value", "hover.adcode", "datum.adcode")
    fill = _fill(legend=True)
    return linked_map(
        _measured(), boundaries, fill, _tooltip(), MAP_HEIGHT, over, opacity=FADED, **look
    )


def _tile_view() -> alt.LayerChart:
    base = _measured().encode(**tile_position(), tooltip=_tooltip())
    # Diverging colours are deep at both ends, the others at the upper one.
    ink = (
        f"now.kind === 'difference' ? ({encodings.ink_at('datum.position', 'value', 'difference')})"
        f" : ({encodings.ink_at('datum.position', 'value', 'amount')})"
    )
    over = [
        *outlines(base.transform_filter(IN_FOCUS), "rect", strokeJoin="round"),
        marks_on_tiles(named_counties(), _measured(), _tooltip()),
    ]
    look = edge("value", "hover.adcode", "datum.adcode")
    return linked_tiles(base, _fill(), ink, MAP_HEIGHT, over, opacity=FADED, **look)


def _strip_view() -> alt.LayerChart:
    """Return the counties in order, the highest at the right.

    Ascending order leaves the space above the left half free: the median's label stands there.
    For the same reason no axis is needed: lowest, median and highest are said in words.
    """
    ranked = (
        _measured()
        .transform_filter("isValid(datum.value)")
        .transform_calculate(left="datum.order - 0.46", right="datum.order + 0.46")
    )
    along = alt.Scale(domain=[0.5, alt.ExprRef("n + 0.5")], reverse=True, nice=False, zero=False)
    up = alt.Scale(
        domain=[alt.ExprRef("min(0, now.min[nearest])"), alt.ExprRef("max(0, now.max[nearest])")],
        range=[STRIP_HEIGHT - FOOT_ROOM, LABEL_ROOM],
        nice=False,
    )
    y = alt.Y("value:Q", scale=up, axis=None)
    base = ranked.encode(x=alt.X("left:Q", scale=along, axis=None), x2="right:Q")
    middle = ranked.encode(x=alt.X("order:Q", scale=along, axis=None))
    chosen = middle.transform_filter(IN_FOCUS)

    bars = base.mark_rect(opacity=FADED).encode(y=y, y2=alt.datum(0), fill=_fill())
    outline = (
        base.transform_filter(IN_FOCUS)
        .mark_rect(fill="none", filled=False, stroke=theme.TEXT, strokeWidth=2, aria=False)
        .encode(y=y, y2=alt.datum(0))
    )
    marks = (
        middle.transform_filter(theme.marked_test(named_counties()))
        .mark_point(**{**theme.DIAMOND, "size": 50})
        .encode(y=y)
    )
    stem = chosen.mark_rule(strokeWidth=1, aria=False).encode(y=y, y2=alt.value(LABEL_ROOM - 8))
    share = "datum.order / n"
    label = chosen.mark_text(
        text={"expr": f"{names_of_county()[0]} + '  ' + datum.said"},
        align={"expr": f"{share} < 0.35 ? 'right' : {share} > 0.65 ? 'left' : 'center'"},
        baseline="bottom",
        fontWeight="bold",
    ).encode(y=alt.value(LABEL_ROOM - 10))
    # A finger needs more than a bar four pixels wide and as high as it happens to be.
    targets = base.mark_rect(opacity=0, cursor="pointer").encode(
        y=alt.value(0), y2=alt.value(STRIP_HEIGHT - FOOT_ROOM), tooltip=_tooltip()
    )
    targets.name = "targets"
    layers = [bars, *_median(up), outline, marks, stem, label, *_ends(middle), targets]
    return alt.LayerChart(layer=layers, name="strip", width=STRIP_WIDTH, height=STRIP_HEIGHT)


def _median(up: alt.Scale) -> list[alt.Chart]:
    """Return the line at the median and its label, where no bar can be."""
    one = alt.Chart(ONE_ROW).transform_calculate(value="now.median[nearest]")
    y = alt.Y("value:Q", scale=up, axis=None)
    rule = one.mark_rule(strokeDash=[4, 3], strokeOpacity=0.7, aria=False).encode(y=y)
    value = "format(datum.value, now.format)"
    words = {"expr": in_vega(N_("median {value}"), value=value)}
    # Above the line at the left, unless the bars hang from zero: then below it at the right.
    places: list[tuple[str, int | str, dict[str, Any]]] = [
        (">=", 0, {"align": "left", "baseline": "bottom", "dy": -3}),
        ("<", "width", {"align": "right", "baseline": "top", "dy": 3}),
    ]
    return [rule] + [
        one.transform_filter(f"datum.value {sign} 0")
        .mark_text(text=words, fontSize=11, **look)
        .encode(x=alt.value(x), y=y)
        for sign, x, look in places
    ]


def _ends(middle: alt.Chart) -> list[alt.Chart]:
    """Return the names of the lowest and the highest county, below the strip."""
    parts = {"county": names_of_county()[0], "value": "format(datum.value, now.format)"}
    low, high = (
        {"expr": in_vega(message, **parts)}
        for message in (N_("lowest: {county} {value}"), N_("highest: {county} {value}"))
    )
    lowest = middle.transform_filter("datum.order === n").mark_text(
        text=low, align="left", baseline="bottom", fontSize=11
    )
    highest = middle.transform_filter("datum.order === 1").mark_text(
        text=high, align="right", baseline="bottom", fontSize=11
    )
    return [text.encode(y=alt.value(STRIP_HEIGHT)) for text in (lowest, highest)]


def _head(total: int) -> alt.LayerChart:
    """Return the words that say what is shown: variable, unit, year, sample, source."""
    with_data = in_vega(N_("{n} of {total} counties with data"), n="n", total=f"'{total}'")
    sample = f"now.sample !== '' ? now.sample : {with_data}"
    missed = in_vega(N_("No county is called {search}"), search="search")
    there = in_vega(N_("Years with data: {years}"), years="now.span")
    absent = in_vega(
        N_("No data for {year}. Years with data: {years}"), year="year", years="now.span"
    )
    snapped = f"query !== '' && at < 0 ? {missed} : shown === year ? {there} : {absent}"
    # A long label takes two lines and pushes the others down.
    down = f"{LABEL_LINE} * (length(now.head) - 1)"
    texts = [
        _text("now.head", 0, 15, "bold"),
        _text(in_vega(N_("{unit}, {year}"), unit="now.unit", year="shown"), 22, down=down),
        _text(sample, 40, down=down),
        _text(snapped, 58, down=down),
        _text("now.source", 80, 11, down=down),
    ]
    return alt.LayerChart(layer=texts, data=ONE_ROW, name="head", width=SIDE, height=HEAD_HEIGHT)


def _card() -> alt.LayerChart:
    """Return the card of the county in focus: names, prefecture, value, rank."""
    chosen = _measured().transform_filter(IN_FOCUS)
    swatch = chosen.mark_rect(
        cornerRadius=2, stroke=theme.TEXT, strokeOpacity=0.35, invalid="show"
    ).encode(x=alt.value(0), x2=alt.value(8), y=alt.value(1), y2=alt.value(84), fill=_fill())
    rank = in_vega(
        N_("{year}: rank {rank} of {n}, 1 is the highest"), year="shown", rank="datum.rank", n="n"
    )
    alone = in_vega(N_("{year}"), year="shown")
    texts = [
        _text(names_of_county()[1], 0, 17, "bold", x=18, of=chosen),
        _text("datum.pref", 25, x=18, of=chosen),
        _text("datum.said", 46, 16, "bold", x=18, of=chosen),
        _text(f"isValid(datum.value) ? {rank} : {alone}", 69, x=18, of=chosen),
    ]
    return alt.LayerChart(layer=[swatch, *texts], name="card", width=SIDE, height=CARD_HEIGHT)


def _path() -> alt.LayerChart:
    """Return the county in focus over the years, beside the median of all with data."""
    chosen = alt.Chart().transform_filter(IN_FOCUS)
    focused = (
        chosen.transform_calculate(
            year="now.years",
            median="now.median",
            value="slice(datum.v, now.from, now.from + length(now.years))",
        )
        .transform_flatten(["year", "value", "median"])
        .transform_calculate(
            end="datum.year === now.years[0] ? 'left' : 'right'",
            rising="datum.v[now.from + length(now.years) - 1] >= datum.v[now.from]",
        )
    )
    ends_of = [alt.ExprRef("now.years[0]"), alt.ExprRef("now.years[length(now.years) - 1]")]
    x = alt.X("year:Q", axis=None, scale=alt.Scale(domain=ends_of, nice=False, padding=12))
    up = alt.Scale(range=[STRIP_HEIGHT - 52, 48], zero=False, nice=False)
    values_at = focused.encode(x=x, y=alt.Y("value:Q", scale=up, axis=None))
    median = focused.encode(x=x, y=alt.Y("median:Q", scale=up, axis=None))
    tooltip = [
        alt.Tooltip("year:Q", title=_("Year"), format="d"),
        county_lines()[0],
        alt.Tooltip("value:Q", title=_("Value")),
        alt.Tooltip("median:Q", title=_("Median")),
    ]
    last_or_first = "datum.year === now.years[0] || datum.year === now.years[length(now.years) - 1]"
    ends = focused.transform_filter(last_or_first).encode(x=x)
    years = ends.mark_text(
        text={"expr": "format(datum.year, 'd')"},
        align={"expr": "datum.end"},
        baseline="bottom",
        fontSize=11,
    ).encode(y=alt.value(STRIP_HEIGHT - 4))
    labels = values_at.transform_filter(last_or_first).mark_text(
        text={"expr": "isValid(datum.value) ? format(datum.value, now.format) : ''"},
        align={"expr": "datum.end"},
        # On the side of the point that the line leaves free.
        dy={"expr": "datum.rising === (datum.end === 'right') ? -13 : 15"},
        fontSize=11,
        fontWeight="bold",
    )
    over_years = in_vega(N_("{county} over the years"), county=names_of_county()[0])
    layers = [
        median.mark_line(strokeDash=[4, 3], stroke=theme.TEXT, strokeOpacity=0.7, strokeWidth=1.5),
        values_at.mark_line(stroke=theme.COUNTY, strokeWidth=2.5),
        values_at.mark_point(
            fill=theme.COUNTY,
            opacity=1,
            stroke=theme.TEXT,
            strokeWidth={"expr": "datum.year === shown ? 2 : 0"},
            size={"expr": "datum.year === shown ? 90 : 36"},
        ).encode(tooltip=tooltip),
        years,
        labels,
        _text(over_years, 0, 12, "bold", of=chosen),
        _text(in_vega(N_("dashed: median of the counties with data")), 17, 11, of=chosen),
    ]
    return alt.LayerChart(layer=layers, name="path", width=PATH_WIDTH, height=STRIP_HEIGHT)


def _text(
    text: str,
    y: float,
    size: int = 12,
    weight: Literal["normal", "bold"] = "normal",
    x: int = 0,
    down: str = "0",
    of: alt.Chart | None = None,
) -> alt.Chart:
    """Return one line of text, or several if the expression gives an array."""
    height = round(size * 1.3)
    return text_line(text, y, size, weight, x=x, of=of, dy={"expr": down}, lineHeight=height)
