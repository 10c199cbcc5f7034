"""The three views of the atlas that show every county: map, tiles and strip.

They read the atlas's parameters (`now`, `nearest`, `low`, `high`, `n`, `query`, `focus`), see
`gzbook.figures.atlas`. The layer of each that takes pointer and finger has a name.
"""

from __future__ import annotations

from typing import Any, Literal

import altair as alt

from gzcounty.charts import scales, theme
from gzcounty.charts.maps import edge, tile_labels, tile_position, topo
from gzcounty.charts.selection import IN_FOCUS, match_expression

SIDE = 310  # stated width of the map and of the tiles; the page stretches both
MAP_HEIGHT = 300
STRIP_WIDTH = 400
STRIP_HEIGHT = 170
LABEL_ROOM = 26  # pixels above the bars for the name of the county in focus
FOOT_ROOM = 18  # pixels below them for the lowest and the highest

TOLD = [
    alt.Tooltip("en:N", title="County"),
    alt.Tooltip("zh:N", title="县"),
    alt.Tooltip("said:N", title="Value"),
]


def measured() -> alt.Chart:
    """Return a chart of the counties with the chosen value, its rank and its colour position.

    Returns
    -------
    altair.Chart
        Without a mark. Adds to each county: value, rank (1 is the highest, equal values share
        one), order (1 to n, no two alike), position (0 to 1 between the ends of the colours),
        found (by the search) and said (the value in words).
    """
    position = "clamp((datum.value - low) / (high - low), 0, 1)"
    said = "format(datum.value, now.format) + ' ' + now.unit"
    return (
        alt.Chart()
        .transform_calculate(value="datum.v[now.from + nearest]")
        .transform_window(
            rank="rank()",
            order="row_number()",
            sort=[alt.SortField("value", "descending")],
        )
        .transform_calculate(
            position=f"isValid(datum.value) ? {position} : null",
            found=match_expression("query", "keys[datum.i]"),
            said=f"isValid(datum.value) ? {said} : 'no data'",
        )
    )


def fill(legend: bool = False) -> alt.Fill:
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


def _faded() -> dict[str, str]:
    """Return the opacity of a county: while a search has matches, the others step back."""
    return {"expr": "at < 0 || datum.found ? 1 : 0.2"}


def outlined(counties: alt.Chart, mark: Literal["geoshape", "rect"]) -> list[alt.Chart]:
    """Return the outline of the county in focus: light within dark, seen on any fill and page."""
    chosen = counties.transform_filter(IN_FOCUS)
    look = {"filled": False, "strokeJoin": "round", "aria": False}
    return [
        getattr(chosen, f"mark_{mark}")(stroke=stroke, strokeWidth=width, **look)
        for stroke, width in ((theme.INK, 5), ("white", 2))
    ]


def map_view(boundaries: dict[str, Any]) -> alt.LayerChart:
    """Return the map, with the legend below it."""
    shapes = measured().transform_lookup(
        lookup="adcode",
        from_=alt.LookupData(topo(boundaries, "counties"), key="id"),
        as_="shape",
    )
    drawn = shapes.encode(shape=alt.Shape("shape", type="geojson"))
    look = edge("value", "hover.adcode", "datum.adcode")
    areas = drawn.mark_geoshape(strokeJoin="round", opacity=_faded(), **look).encode(
        fill=fill(legend=True), tooltip=TOLD
    )
    areas.name = "areas"
    layers = [areas]
    if "prefecture_borders" in boundaries["objects"]:
        borders = alt.Chart(topo(boundaries, "prefecture_borders"))
        layers.append(
            borders.mark_geoshape(
                fill="none",
                filled=False,
                stroke=theme.TEXT,
                strokeWidth=1.1,
                strokeOpacity=0.7,
                aria=False,
            )
        )
    centre = "geoCentroid(null, datum.shape)"
    marks = (
        shapes.transform_filter(theme.named_test())
        .transform_calculate(lon=f"{centre}[0]", lat=f"{centre}[1]")
        .mark_point(**theme.NAMED_MARK)
        .encode(longitude="lon:Q", latitude="lat:Q", tooltip=TOLD)
    )
    chart = alt.LayerChart(
        layer=[*layers, *outlined(drawn, "geoshape"), marks],
        name="map",
        width=SIDE,
        height=MAP_HEIGHT,
    )
    return chart.project(type="mercator")


def tile_view() -> alt.LayerChart:
    """Return the tile grid: every county as large as any other."""
    base = measured().encode(**tile_position(), tooltip=TOLD)
    look = edge("value", "hover.adcode", "datum.adcode")
    squares = base.mark_rect(cornerRadius=2, opacity=_faded(), **look).encode(fill=fill())
    squares.name = "squares"
    # Diverging colours are deep at both ends, the others at the upper one.
    ink = (
        f"now.kind === 'difference' ? ({scales.ink_at('datum.position', 'value', 'difference')})"
        f" : ({scales.ink_at('datum.position', 'value', 'amount')})"
    )
    marks = (
        measured()
        .transform_filter(theme.named_test())
        .mark_point(**{**theme.NAMED_MARK, "size": 60})
        .encode(
            x=alt.X("col:O", axis=None, bandPosition=0.92),
            y=alt.Y("row:O", axis=None, bandPosition=0.08),
            tooltip=TOLD,
        )
    )
    labels = tile_labels(base, str(SIDE), ink)
    for label in labels:
        label.mark.opacity = _faded()
    return alt.LayerChart(
        layer=[squares, *labels, *outlined(base, "rect"), marks],
        name="tiles",
        width=SIDE,
        height=MAP_HEIGHT,
    )


def strip_view() -> alt.LayerChart:
    """Return the counties in order, the highest at the right.

    Ascending order leaves the space above the left half free: the median's label stands there.
    For the same reason no axis is needed: lowest, median and highest are said in words.
    """
    ranked = (
        measured()
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

    bars = base.mark_rect(opacity=_faded()).encode(y=y, y2=alt.datum(0), fill=fill())
    outline = (
        base.transform_filter(IN_FOCUS)
        .mark_rect(fill="none", filled=False, stroke=theme.TEXT, strokeWidth=2, aria=False)
        .encode(y=y, y2=alt.datum(0))
    )
    marks = (
        middle.transform_filter(theme.named_test())
        .mark_point(**{**theme.NAMED_MARK, "size": 50})
        .encode(y=y)
    )
    stem = chosen.mark_rule(strokeWidth=1, aria=False).encode(y=y, y2=alt.value(LABEL_ROOM - 8))
    share = "datum.order / n"
    label = chosen.mark_text(
        text={"expr": "datum.en + '  ' + datum.said"},
        align={"expr": f"{share} < 0.35 ? 'right' : {share} > 0.65 ? 'left' : 'center'"},
        baseline="bottom",
        fontWeight="bold",
    ).encode(y=alt.value(LABEL_ROOM - 10))
    # A finger needs more than a bar four pixels wide and as high as it happens to be.
    targets = base.mark_rect(opacity=0, cursor="pointer").encode(
        y=alt.value(0), y2=alt.value(STRIP_HEIGHT - FOOT_ROOM), tooltip=TOLD
    )
    targets.name = "targets"
    layers = [bars, *_median(up), outline, marks, stem, label, *_ends(middle), targets]
    return alt.LayerChart(layer=layers, name="strip", width=STRIP_WIDTH, height=STRIP_HEIGHT)


def _median(up: alt.Scale) -> list[alt.Chart]:
    """Return the line at the median and its label, where no bar can be."""
    one = alt.Chart(alt.InlineData(values=[{}])).transform_calculate(value="now.median[nearest]")
    y = alt.Y("value:Q", scale=up, axis=None)
    rule = one.mark_rule(strokeDash=[4, 3], strokeOpacity=0.7, aria=False).encode(y=y)
    words = {"expr": "'median ' + format(datum.value, now.format)"}
    # Above the line at the left, unless the bars hang from zero: then below it at the right.
    above = (
        one.transform_filter("datum.value >= 0")
        .mark_text(text=words, align="left", baseline="bottom", dy=-3, fontSize=11)
        .encode(x=alt.value(0), y=y)
    )
    below = (
        one.transform_filter("datum.value < 0")
        .mark_text(text=words, align="right", baseline="top", dy=3, fontSize=11)
        .encode(x=alt.value("width"), y=y)
    )
    return [rule, above, below]


def _ends(middle: alt.Chart) -> list[alt.Chart]:
    """Return the names of the lowest and the highest county, below the strip."""
    name = "datum.en + ' ' + format(datum.value, now.format)"
    lowest = middle.transform_filter("datum.order === n").mark_text(
        text={"expr": f"'lowest: ' + {name}"}, align="left", baseline="bottom", fontSize=11
    )
    highest = middle.transform_filter("datum.order === 1").mark_text(
        text={"expr": f"'highest: ' + {name}"}, align="right", baseline="bottom", fontSize=11
    )
    return [text.encode(y=alt.value(STRIP_HEIGHT)) for text in (lowest, highest)]
