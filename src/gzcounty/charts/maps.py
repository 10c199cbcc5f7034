"""Counties on the ground and on an even grid."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Literal, Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import encodings, theme
from gzcounty.charts.encodings import county_tooltip, distinct_titles
from gzcounty.charts.frame import (
    Words,
    finish,
    lines,
    plain_name,
    require_codes,
    require_numbers,
    take,
)
from gzcounty.charts.selection import short_chinese, with_names
from gzcounty.checks import require, require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, current_language
from gzcounty.models.result import number as written
from gzcounty.words import counted, listed

Arcs = list["Arcs"] | int
NO_DATA_NOTE = N_("Grey with a dotted outline: no data ({missing} of {total} counties).")


def map_chart(
    values: pd.DataFrame,
    boundaries: dict[str, Any],
    column: str,
    *,
    kind: theme.Kind = "amount",
    hue: theme.Hue = "county",
    number: str = ",.0f",
    domain: tuple[float, float] | None = None,
    marked: theme.Marked = MappingProxyType({}),
    height: int = 380,
    **words: Unpack[Words],
) -> alt.LayerChart | alt.FacetChart:
    """Colour the counties on the map by a value.

    Parameters
    ----------
    values : DataFrame
        adcode (six-digit string, one row a county) and `column`.
    boundaries : dict
        TopoJSON with the object ``counties`` (id = adcode, properties name_en or name_zh or both)
        and, if there is one, ``prefecture_borders``.
    column : str
        Numeric column to draw.
    kind : {"amount", "share", "difference"}
        One hue for amounts and shares, two with a neutral middle for differences.
    hue : {"industry", "county", "people"}
        Dimension the value belongs to.
    number : str
        How numbers are written (d3-format).
    domain : tuple of float, optional
        Ends of the colour scale; by default the 5th and 95th percentile, for a difference evenly
        about zero so that the fifth of the counties that changed most lies beyond.
    marked : mapping of str to collection of str, optional
        Adcodes of counties that get a diamond, by what these counties are called:
        ``{"counties on the border": ["530102", "530124"]}``. The subtitle says so.
    height : int
        Height in pixels; the width follows the page.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        A county of the boundaries without a value is drawn as "no data".

    Raises
    ------
    InputError
        If a column is missing, an adcode is not in the boundaries or comes twice, or the sample
        text does not contain the number of counties with a value.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020")
    >>> chart = gz.map_chart(
    ...     census, gz.load_boundaries(), "farm_share", kind="share", number=".0f",
    ...     title="Farming employs most in the west", unit="% of employed persons",
    ...     sample=gz.sample_name(census.adcode), period="2020", source="population census 2020",
    ...     description="Map of the share of people employed in farming, lowest in Guiyang.",
    ... )
    >>> type(chart).__name__
    'LayerChart'
    """
    codes = geometry_ids(boundaries)
    where = N_("the map")
    values, domain, notes = _checked(values, column, codes, where, marked, kind, domain)

    shapes_named = boundaries["objects"]["counties"]["geometries"]
    known = {name for shape in shapes_named for name in shape.get("properties", {})}
    tooltip = distinct_titles(
        *county_tooltip(N_("County"), known, within="properties."),
        alt.Tooltip("value:Q", title=words.get("unit", str(column)), format=number),
    )
    shapes = alt.Chart(topo(boundaries, "counties", "name_en", "name_zh")).transform_lookup(
        lookup="id", from_=alt.LookupData(values, "adcode", ["value"])
    )
    counties = (
        shapes.mark_geoshape(strokeJoin="round", **edge("value", "hover.id", "datum.id"))
        .encode(
            fill=encodings.fill("value", domain, kind, hue, number, values["value"]),
            tooltip=tooltip,
        )
        .add_params(_hover("id"))
    )
    chart = alt.layer(
        counties,
        *prefecture_borders(boundaries, 0.75),
        origin(boundaries),
        marks_on_map(marked, shapes, "geoCentroid(null, datum)", "id", tooltip),
        width="container",
        height=height,
    )
    chart = chart.project(type="mercator")
    return _finished(chart, N_("Map"), column, values["value"], notes, words)


def tile_map(
    values: pd.DataFrame,
    tiles: pd.DataFrame,
    column: str,
    names: pd.DataFrame,
    *,
    kind: theme.Kind = "amount",
    hue: theme.Hue = "county",
    number: str = ",.0f",
    domain: tuple[float, float] | None = None,
    marked: theme.Marked = MappingProxyType({}),
    no_data: str = "",
    height: int = 340,
    **words: Unpack[Words],
) -> alt.LayerChart | alt.FacetChart:
    """Colour one equal tile a county by a value, so that small districts count as much.

    Parameters
    ----------
    values, column, kind, hue, number, domain, marked, height
        As in `map_chart`.
    tiles : DataFrame
        adcode, col, row: place of every county on the grid, row 0 at the top.
    names : DataFrame
        adcode of every tile and its name_en or name_zh or both.
    no_data : str
        The note on tiles without a value, where it is known why they have none.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        Tiles carry the short Chinese name, on wide pages the English one.

    Raises
    ------
    InputError
        As in `map_chart`; also if a tile has no name.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020")
    >>> chart = gz.tile_map(
    ...     census, gz.load_tile_grid(), "farm_share", gz.load_counties(), kind="share",
    ...     number=".0f", title="Farming employs most in the west", unit="% of employed persons",
    ...     sample=gz.sample_name(census.adcode), period="2020", source="population census 2020",
    ...     description="Tiles coloured by the share employed in farming.",
    ... )
    >>> chart.description
    'Tiles coloured by the share employed in farming.'
    """
    require_columns(tiles, ["adcode"], N_("the tile grid"))
    codes, where = list(tiles["adcode"]), N_("the tile grid")
    values, domain, notes = _checked(values, column, codes, where, marked, kind, domain, no_data)
    frame, known = place(tiles, names)
    frame = frame.merge(values, on="adcode", how="left")

    value = alt.Tooltip("value:Q", title=words.get("unit", str(column)), format=number)
    tooltip = distinct_titles(*county_tooltip(N_("County"), known), value)
    base = alt.Chart(frame).encode(**tile_position(), tooltip=tooltip)
    look = edge("value", "hover.adcode", "datum.adcode")
    squares = base.mark_rect(cornerRadius=2, **look).encode(
        fill=encodings.fill("value", domain, kind, hue, number, values["value"])
    )
    chart = alt.layer(
        squares.add_params(_hover("adcode")),
        *tile_labels(base, "width", encodings.ink_on("value", domain, kind)),
        marks_on_tiles(marked, alt.Chart(frame), tooltip),
        width="container",
        height=height,
    )
    return _finished(chart, N_("Tile map"), column, values["value"], notes, words)


def only_object(
    topology: dict[str, Any], name: str, properties: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a TopoJSON topology with one object, the arcs it uses and the properties named.

    A Vega-Lite specification cannot read two objects from one data set, so each layer brings
    its own, without what it does not need. Raises InputError if there is no such object.
    """
    objects = topology.get("objects", {})
    if name not in objects:
        raise InputError(
            "the boundaries lack the object {name!r}; they have {objects}.",
            name=name, objects=listed(sorted(objects)),
        )  # fmt: skip
    used: dict[int, int] = {}

    # An arc index i < 0 means arc ~i read backwards (TopoJSON specification, section 2.1.4).
    def renumber(arcs: Arcs) -> Arcs:
        if isinstance(arcs, list):
            return [renumber(arc) for arc in arcs]
        place = used.setdefault(arcs if arcs >= 0 else ~arcs, len(used))
        return place if arcs >= 0 else ~place

    def copy(shape: dict[str, Any]) -> dict[str, Any]:
        if "geometries" in shape:
            return {"type": shape["type"], "geometries": [copy(g) for g in shape["geometries"]]}
        out: dict[str, Any] = {key: shape[key] for key in ("type", "id") if key in shape}
        kept = {k: v for k, v in shape.get("properties", {}).items() if k in properties}
        return {**out, "arcs": renumber(shape["arcs"]), **({"properties": kept} if kept else {})}

    shape = copy(objects[name])
    arcs = [topology["arcs"][index] for index in used]
    rest: dict[str, Any] = {key: topology[key] for key in ("type", "transform") if key in topology}
    return {**rest, "objects": {name: shape}, "arcs": arcs}


def geometry_ids(topology: dict[str, Any], name: str = "counties") -> list[str]:
    """Return the ids of an object's geometries, in their order."""
    return [
        str(shape.get("id")) for shape in only_object(topology, name)["objects"][name]["geometries"]
    ]


class Shapes(alt.InlineData):
    """Data that a chart and its copies share: altair copies a chart at every step of its making."""

    def __deepcopy__(self, memo: object = None) -> Shapes:
        """Return itself, for nobody changes it; to copy a map's points takes half a second."""
        return self


def topo(boundaries: dict[str, Any], name: str, *properties: str) -> alt.InlineData:
    """Return an object of a TopoJSON dict as inline chart data."""
    return Shapes(
        values=only_object(boundaries, name, properties),
        format=alt.TopoDataFormat(type="topojson", feature=name),
    )


def origin_words(boundaries: dict[str, Any]) -> list[str]:
    """Say where boundaries come from and what a map of them is not; they may name a ``source``."""
    source = boundaries.get("source")
    said = [_("Boundaries simplified from {source}.", source=source)] if source else []
    return [*said, _("Not an official map: no review number 审图号.")]


def origin(boundaries: dict[str, Any]) -> alt.Chart:
    """Return these words on a map itself: whoever passes the picture on passes them on too.

    They stand in the corner at the bottom right, for which the map leaves some room below itself.
    """
    words = lines(" ".join(origin_words(boundaries)), 10, 150)
    arcs = boundaries["arcs"]
    points = np.vstack([np.cumsum(a, axis=0) if "transform" in boundaries else a for a in arcs])
    if "transform" in boundaries:
        points = points * boundaries["transform"]["scale"] + boundaries["transform"]["translate"]
    low, high = points.min(axis=0), points.max(axis=0)
    east, south = float(high[0]), float(low[1] - 0.12 * (high[1] - low[1]))
    text = alt.Chart(alt.sphere()).mark_text(  # one row, with no table of its own
        text=words,
        align="right",
        baseline="bottom",
        fontSize=10,
        lineHeight=12,
        opacity=0.8,
        dy=-12 * (len(words) - 1),
    )
    return text.encode(longitude=alt.datum(east), latitude=alt.datum(south))


def prefecture_borders(
    boundaries: dict[str, Any],
    opacity: float = 0.7,
    **look: Any,  # noqa: ANN401
) -> list[alt.Chart]:
    """Return the layer of prefecture borders, or none if the boundaries lack them."""
    if "prefecture_borders" not in boundaries["objects"]:
        return []
    borders = alt.Chart(topo(boundaries, "prefecture_borders"))
    look = {"stroke": theme.TEXT, "strokeWidth": 1.1, **look, "aria": False}
    return [borders.mark_geoshape(fill="none", filled=False, strokeOpacity=opacity, **look)]


def marks_on_map(
    marked: theme.Marked, shapes: alt.Chart, centre: str, code: str, tooltip: list[alt.Tooltip]
) -> alt.Chart:
    """Return the diamonds of the marked counties, each at the centre of its area on a map."""
    return (
        shapes.transform_filter(theme.marked_test(marked, code))
        .transform_calculate(lon=f"{centre}[0]", lat=f"{centre}[1]")
        .mark_point(**theme.DIAMOND)
        .encode(longitude="lon:Q", latitude="lat:Q", tooltip=tooltip)
    )


def outlines(
    counties: alt.Chart,
    mark: Literal["geoshape", "rect"],
    widths: tuple[float, float] = (5, 2),
    **look: Any,  # noqa: ANN401
) -> list[alt.Chart]:
    """Return outlines that are light within dark, to be seen on any fill and page."""
    return [
        getattr(counties, f"mark_{mark}")(
            filled=False, aria=False, stroke=stroke, strokeWidth=width, **look
        )
        for stroke, width in zip((theme.INK, "white"), widths, strict=True)
    ]


def place(tiles: pd.DataFrame, names: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return one row a tile with its names, `short` without rank, and which names are known."""
    require_columns(tiles, ["adcode", "col", "row"], N_("the tile grid"))
    what = N_("the table of names")
    require_columns(names, ["adcode"], what)
    names, known = with_names(names, what)
    nameless = sorted(set(tiles["adcode"]) - set(names["adcode"]))
    if nameless:
        raise InputError(
            "the table of names lacks the tile {tiles}.", tiles=_(", ").join(nameless[:5])
        )
    frame = tiles[["adcode", "col", "row"]].merge(
        names[["adcode", "name_en", "name_zh"]], on="adcode", how="left"
    )
    frame["short"] = frame["name_zh"].map(short_chinese)
    return frame, known


def tile_position() -> dict[str, Any]:
    """Return the encodings of a tile's place on the grid."""
    scale = alt.Scale(paddingInner=0.06, paddingOuter=0)
    return {
        "x": alt.X("col:O", axis=None, scale=scale),
        "y": alt.Y("row:O", axis=None, scale=scale),
    }


def tile_labels(base: alt.Chart, width: str, ink: str) -> list[alt.Chart]:
    """Return the layers that name the tiles, from their fields name_en and short.

    In Chinese there is no English name.

    `width` is the signal of the grid's width in pixels, `ink` the expression of the text's colour.
    On a phone a tile is 25 pixels wide and takes two Chinese characters, a third below them; from
    720 pixels the English name fits below, cut where it is too long.
    """
    wide = f"{width} > 720" if current_language() == "en" else "false"
    parts = "[slice(datum.short, 0, 2), slice(datum.short, 2)]"
    narrow = f"{width} < 420 && length(datum.short) > 2"
    chinese = base.mark_text(
        text={"expr": f"{narrow} ? {parts} : datum.short"},
        fontSize={"expr": f"{width} < 420 ? 10.5 : 12"},
        lineHeight=11,
        dy={"expr": f"{wide} || ({narrow}) ? -5 : 0"},
        color={"expr": ink},
        aria=False,
    )
    english = base.mark_text(
        text={"expr": f"{wide} ? datum.name_en : ''"},
        fontSize=10,
        limit={"expr": f"{width} / 13"},
        dy=8,
        color={"expr": ink},
        aria=False,
    )
    return [chinese, english] if current_language() == "en" else [chinese]


def marks_on_tiles(marked: theme.Marked, base: alt.Chart, tooltip: list[alt.Tooltip]) -> alt.Chart:
    """Return the diamonds of the marked counties, on the upper right corner of their tiles."""
    return (
        base.transform_filter(theme.marked_test(marked))
        .mark_point(**{**theme.DIAMOND, "size": 60})
        .encode(
            x=alt.X("col:O", axis=None, bandPosition=0.92),
            y=alt.Y("row:O", axis=None, bandPosition=0.08),
            tooltip=tooltip,
        )
    )


def edge(column: str, hovered: str, code: str) -> dict[str, Any]:
    """Return the mark properties of an area's edge: dotted for no data, heavy under the finger.

    Properties instead of encodings, because Vega-Lite drops a strokeDash encoding on tiles.
    `column` holds the values, `hovered` is the signal of hovered codes, `code` an expression.
    """
    missing = f"!isValid(datum['{column}'])"
    hover = f"({hovered} && {hovered}[0] === {code})"
    return {
        "invalid": "show",  # else areas without a value are left out altogether
        "stroke": theme.TEXT,
        "fillOpacity": {"expr": f"{missing} ? {theme.NO_DATA['opacity']} : 1"},
        "strokeDash": {"expr": f"{missing} ? {theme.NO_DATA['dash']} : [1, 0]"},
        "strokeWidth": {"expr": f"{hover} ? 2.5 : {missing} ? 1 : 0.5"},
        "strokeOpacity": {"expr": f"{hover} || {missing} ? 1 : 0.35"},
    }


def _checked(
    values: pd.DataFrame,
    column: str,
    codes: Sequence[str],
    where: str,
    marked: theme.Marked,
    kind: theme.Kind,
    domain: tuple[float, float] | None,
    no_data: str = "",
) -> tuple[pd.DataFrame, tuple[float, float], list[str]]:
    """Return adcode and value of what can be drawn, the ends of the colours, and the notes."""
    what = N_("the table of values")
    require_numbers(values, [column], what)
    require_columns(values, ["adcode"], what)
    require_codes(values["adcode"], codes, what, where)
    values = take(values, what, {"value": column}, ["adcode"])
    total = len(codes)
    missing = total - values["value"].count()
    notes = theme.marked_note(marked, codes)
    if missing:
        notes.append(no_data or _(NO_DATA_NOTE, missing=missing, total=total))
    if domain is None:
        domain = encodings.robust_domain(values["value"], kind)
        notes.append(_(encodings.DOMAIN_NOTES[kind]))
    message = N_("domain must be two finite numbers, the lower one first, not {domain!r}.")
    require(domain[0] < domain[1], message, domain=domain)
    return values, domain, notes


def _finished(
    chart: alt.LayerChart | alt.FacetChart,
    what: str,
    column: str,
    values: pd.Series,
    notes: list[str],
    words: Words,
) -> alt.LayerChart | alt.FacetChart:
    """Give a map its words, and the name of its values for whoever takes the data along."""
    n = int(values.count())
    name, size = plain_name(column), counted(n, "county", "counties")
    made = {
        "title": _("{name} by county", name=name),
        "sample": size,
        "description": _(
            "{what} of {name} in {size}, from {low} to {high}; the median is {median}.",
            what=_(what), name=name, size=size, low=written(values.min()),
            high=written(values.max()), median=written(values.median()),
        ),
    }  # fmt: skip
    chart = finish(chart, made=made, n=n, lead=notes, **words)
    chart.usermeta["columns"] = {"value": str(column)}
    return chart


def _hover(field: str) -> alt.Parameter:
    """Return the selection of the county under the pointer."""
    return alt.selection_point(
        on="pointerover", clear="pointerout", empty=False, fields=[field], name="hover"
    )
