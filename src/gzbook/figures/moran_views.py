"""The views of a Moran chart: words, plane, map, tiles and the path of I.

They read the chart's parameters (`year`, `nearest`, `slope`, `near`, `kinds`, `focus`), see
`gzbook.figures.moran`. The layer of each that takes pointer and finger has a name.
"""

from __future__ import annotations

from typing import Any, Literal

import altair as alt

from gzcounty.charts import theme
from gzcounty.charts.maps import tile_labels, tile_position, topo
from gzcounty.charts.selection import IN_FOCUS, match_expression

SIDE = 310  # stated width of the map and of the tiles; the page stretches both
HEIGHT = 300
WORDS_HEIGHT = 92
PATH_HEIGHT = 250
Ends = tuple[float, float]
UNCLEAR = "not clear of chance"

CLUSTERS = {
    "high-high": "high among high",
    "low-low": "low among low",
    "high-low": "high among low",
    "low-high": "low among high",
    "not significant": UNCLEAR,
}
"""Names that `local_moran` gives, and the words of the chart."""

COLOURS = [
    theme.DIVERGING[4],
    theme.DIVERGING[0],
    theme.DIVERGING[3],
    theme.DIVERGING[1],
    theme.DIVERGING[2],
]

NEAR = "indexof(near[focus] || [], datum.adcode) >= 0"
TOLD = [
    alt.Tooltip("en:N", title="County"),
    alt.Tooltip("zh:N", title="县"),
    alt.Tooltip("own:N", title="Its own score"),
    alt.Tooltip("others:N", title="Mean of its neighbours"),
    alt.Tooltip("kind:N", title="Kind"),
]


def measured() -> alt.Chart:
    """Return a chart of the counties with z, lag and kind of the year shown."""
    return alt.Chart().transform_calculate(
        z="datum.v[nearest]",
        lag="datum.v[length(years) + nearest]",
        kind="kinds[datum.v[2 * length(years) + nearest]]",
        own="format(datum.v[nearest], '+.2f')",
        others="format(datum.v[length(years) + nearest], '+.2f')",
        found=match_expression("query", "keys[datum.i]"),
    )


def _faded() -> dict[str, str]:
    """Return the opacity: while a search has matches, the counties that do not match step back."""
    return {"expr": "at < 0 || datum.found ? 1 : 0.25"}


def fill(legend: bool = False) -> alt.Fill:
    """Return the fill by kind; one view shows the legend."""
    shown = alt.Legend(title=None, orient="bottom", columns=2, symbolType="square")
    scale = alt.Scale(domain=list(CLUSTERS.values()), range=COLOURS)
    return alt.Fill("kind:N", scale=scale, legend=shown if legend else None)


def head(measure: str) -> alt.LayerChart:
    """Return the words about the year: Moran's I and how many counties are of which kind."""
    counted = (
        alt.Chart()
        .transform_calculate(code="datum.v[2 * length(years) + nearest]")
        .transform_calculate(
            hh="datum.code === 0 ? 1 : 0",
            ll="datum.code === 1 ? 1 : 0",
            odd="datum.code === 2 || datum.code === 3 ? 1 : 0",
        )
        .transform_aggregate(hh="sum(hh)", ll="sum(ll)", odd="sum(odd)", n="count()")
    )
    texts = [
        _line("\"Moran's I \" + year + ': ' + format(slope, '.2f')", 0, 17, "bold"),
        _line(f"'{measure}; 0 is no likeness of neighbours'", 26),
        _line("datum.hh + ' high among high, ' + datum.ll + ' low among low, '"
              " + datum.odd + ' unlike'", 46),
        _line("(datum.n - datum.hh - datum.ll - datum.odd) + ' not clear of chance'", 64),
    ]  # fmt: skip
    for text in texts:
        text.transform = counted.transform
    return alt.LayerChart(layer=texts, name="head", width=SIDE, height=WORDS_HEIGHT)


def card() -> alt.LayerChart:
    """Return the card of the county in focus."""
    chosen = measured().transform_filter(IN_FOCUS)
    missed = "query !== '' && at < 0 ? 'No county is called ' + search : "
    texts = [
        _line("datum.en + '  ' + datum.zh", 0, 17, "bold"),
        _line("'Its own score ' + datum.own + ', its ' + length(near[focus] || []) + ' neighbours '"
              " + datum.others", 26),
        _line("datum.kind", 46, 12, "bold"),
        _line(f"{missed}'Ringed: its neighbours. Tap a county for another.'", 64),
    ]  # fmt: skip
    for text in texts:
        text.transform = chosen.transform
    return alt.LayerChart(layer=texts, name="card", width=SIDE, height=WORDS_HEIGHT)


def scatter_view(measure: str, across: Ends, upwards: Ends) -> alt.LayerChart:
    """Return the plane: a county's own score across, the mean of its neighbours upwards."""
    scales = [alt.Scale(domain=list(ends), nice=False) for ends in (across, upwards)]
    axis = alt.Axis(format="+.0f", tickCount=5)
    x = alt.X("z:Q", title=f"{measure} (standard score)", scale=scales[0], axis=axis)
    y = alt.Y("lag:Q", title="mean of its neighbours", scale=scales[1], axis=axis)
    base = measured().encode(x=x, y=y)
    ends = alt.Chart(alt.InlineData(values=[{"z": end} for end in across])).transform_calculate(
        lag="slope * datum.z"
    )
    line = ends.mark_line(strokeWidth=2, color=theme.TEXT, clip=True, aria=False).encode(x=x, y=y)
    zero = alt.Chart(alt.InlineData(values=[{}]))
    rule: dict[str, Any] = {"strokeDash": [3, 3], "strokeOpacity": 0.5, "aria": False}
    rules = [
        zero.mark_rule(**rule).encode(x=alt.datum(0)),
        zero.mark_rule(**rule).encode(y=alt.datum(0)),
    ]
    look: dict[str, Any] = {"filled": True, "stroke": theme.TEXT}
    dots = base.mark_point(
        **look,
        size={"expr": f"{IN_FOCUS} ? 170 : {NEAR} ? 90 : 50"},
        strokeWidth={"expr": f"{IN_FOCUS} ? 3 : {NEAR} ? 2 : 0.5"},
        strokeOpacity={"expr": f"{IN_FOCUS} || {NEAR} ? 1 : 0.4"},
        opacity=_faded(),
    ).encode(
        fill=fill(),
        shape=alt.condition(theme.named_test(), alt.value("diamond"), alt.value("circle")),
    )
    touch = base.mark_point(filled=True, opacity=0, size=700, cursor="pointer").encode(tooltip=TOLD)
    touch.name = "dots"
    label = base.transform_filter(IN_FOCUS).mark_text(
        text={"expr": "datum.en"},
        align={"expr": "datum.z > 0 ? 'right' : 'left'"},
        dx={"expr": "datum.z > 0 ? -12 : 12"},
        dy=-8,
        fontWeight="bold",
    )
    layers = [*rules, *_corners(), line, dots, label, touch]
    return alt.LayerChart(layer=layers, name="plane", width=SIDE, height=HEIGHT)


def _corners() -> list[alt.Chart]:
    """Return the names of the four quarters."""
    out = []
    one = alt.Chart(alt.InlineData(values=[{}]))
    for text, right, low in (
        ("high among high", True, False),
        ("low among low", False, True),
        ("low among high", False, False),
        ("high among low", True, True),
    ):
        mark = one.mark_text(
            text=text,
            align="right" if right else "left",
            baseline="bottom" if low else "top",
            fontSize=11,
            opacity=0.75,
            aria=False,
        )
        out.append(
            mark.encode(x=alt.value("width" if right else 4), y=alt.value("height" if low else 3))
        )
    return out


def map_view(boundaries: dict[str, Any]) -> alt.LayerChart:
    """Return the map, with the legend below it."""
    shapes = measured().transform_lookup(
        lookup="adcode",
        from_=alt.LookupData(topo(boundaries, "counties"), key="id"),
        as_="shape",
    )
    drawn = shapes.encode(shape=alt.Shape("shape", type="geojson"))
    areas = drawn.mark_geoshape(
        strokeJoin="round",
        stroke=theme.TEXT,
        strokeWidth=0.5,
        strokeOpacity=0.35,
        opacity=_faded(),
        cursor="pointer",
    ).encode(fill=fill(legend=True), tooltip=TOLD)
    areas.name = "areas"
    layers = [areas]
    if "prefecture_borders" in boundaries["objects"]:
        look: dict[str, Any] = {
            "fill": "none",
            "filled": False,
            "stroke": theme.TEXT,
            "aria": False,
        }
        layers.append(
            alt.Chart(topo(boundaries, "prefecture_borders")).mark_geoshape(
                strokeWidth=1.1, strokeOpacity=0.7, **look
            )
        )
    chart = alt.LayerChart(
        layer=[*layers, *_ringed(drawn, "geoshape")], name="map", width=SIDE, height=HEIGHT
    )
    return chart.project(type="mercator")


def tile_view() -> alt.LayerChart:
    """Return the tile grid: every county as large as any other."""
    base = measured().encode(**tile_position(), tooltip=TOLD)
    look: dict[str, Any] = {
        "stroke": theme.TEXT,
        "strokeWidth": 0.5,
        "strokeOpacity": 0.35,
        "cursor": "pointer",
    }
    squares = base.mark_rect(cornerRadius=2, opacity=_faded(), **look).encode(fill=fill())
    squares.name = "squares"
    # High among high and low among low are the two deep colours.
    ink = f"datum.kind === kinds[0] || datum.kind === kinds[1] ? 'white' : '{theme.INK}'"
    labels = tile_labels(base, str(SIDE), ink)
    for label in labels:
        label.mark.opacity = _faded()
    return alt.LayerChart(
        layer=[squares, *labels, *_ringed(base, "rect")],
        name="tiles",
        width=SIDE,
        height=PATH_HEIGHT,
    )


def _ringed(counties: alt.Chart, mark: Literal["geoshape", "rect"]) -> list[alt.Chart]:
    """Return outlines: neighbours in ink, the county in focus light within dark."""
    look: dict[str, Any] = {"filled": False, "fill": None, "strokeJoin": "round", "aria": False}
    layers = [(NEAR, theme.INK, 2.5), (IN_FOCUS, theme.INK, 5.5), (IN_FOCUS, "white", 2.5)]
    return [
        getattr(counties.transform_filter(test), f"mark_{mark}")(
            stroke=stroke, strokeWidth=width, **look
        )
        for test, stroke, width in layers
    ]


def path_view(ends: Ends) -> alt.LayerChart:
    """Return Moran's I over the years, the year shown as a large dot."""
    rows = (
        alt.Chart(alt.InlineData(values=[{}]))
        .transform_calculate(one="years", I="slopes")
        .transform_flatten(["one", "I"])
        .transform_calculate(told="format(datum.I, '.2f')")
    )
    x = alt.X("one:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, format="d"))
    y = alt.Y(
        "I:Q",
        title="Moran's I",
        scale=alt.Scale(domain=list(ends)),
        axis=alt.Axis(tickCount=5, format=".2f"),
    )
    now = "datum.one === toNumber(year)"
    base = rows.encode(x=x, y=y)
    dots = base.mark_point(
        filled=True,
        fill=theme.COUNTY,
        opacity=1,
        stroke=theme.TEXT,
        strokeWidth={"expr": f"{now} ? 2 : 0"},
        size={"expr": f"{now} ? 110 : 40"},
    ).encode(tooltip=[alt.Tooltip("one:O", title="Year"), alt.Tooltip("told:N", title="Moran's I")])
    text = base.transform_filter(now).mark_text(
        text={"expr": "datum.told"}, dy=-14, fontWeight="bold"
    )
    lines = base.mark_line(stroke=theme.COUNTY, strokeWidth=2)
    return alt.LayerChart(layer=[lines, dots, text], name="path", width=SIDE, height=PATH_HEIGHT)


def _line(
    text: str, y: float, size: int = 12, weight: Literal["normal", "bold"] = "normal"
) -> alt.Chart:
    """Return one line of text."""
    return (
        alt.Chart()
        .mark_text(
            text={"expr": text}, align="left", baseline="top", fontSize=size, fontWeight=weight
        )
        .encode(x=alt.value(0), y=alt.value(y))
    )
