"""A Moran scatter linked with the map: a county, its neighbours, and years to move through."""

from typing import Any, Literal, Unpack

import altair as alt
import pandas as pd

from gzbook.figures.atlas import (
    IN_FOCUS,
    ONE_ROW,
    SIDE,
    counties,
    county_lines,
    linked,
    linked_map,
    linked_tiles,
    names_of_county,
)
from gzbook.frames import CASE, named_counties
from gzcounty.charts import theme
from gzcounty.charts.encodings import diamond, in_vega
from gzcounty.charts.frame import Words, finish, require_codes, require_numbers, text_line
from gzcounty.charts.maps import geometry_ids, outlines, tile_position
from gzcounty.charts.selection import match_expression, search_field
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _

HEIGHT = 300
WORDS_HEIGHT = 92
PATH_HEIGHT = 250
Ends = tuple[float, float]

# Names that `local_moran` gives, and the words of the chart.
CLUSTERS = {
    "high-high": N_("high among high"),
    "low-low": N_("low among low"),
    "high-low": N_("high among low"),
    "low-high": N_("low among high"),
    "not significant": N_("not clear of chance"),
}

COLOURS = [theme.DIVERGING[i] for i in (4, 0, 3, 1, 2)]

NEAR = "indexof(near[focus] || [], datum.adcode) >= 0"
# While a search has matches, the counties that do not match step back.
FADED = {"expr": "at < 0 || datum.found ? 1 : 0.25"}
LOOK: dict[str, Any] = {
    "stroke": theme.TEXT, "strokeWidth": 0.5, "strokeOpacity": 0.35, "opacity": FADED,
    "cursor": "pointer",
}  # fmt: skip


def moran_chart(
    data: pd.DataFrame,
    boundaries: dict[str, Any],
    tiles: pd.DataFrame,
    neighbours: pd.DataFrame,
    names: pd.DataFrame,
    *,
    measure: str,
    **words: Unpack[Words],
) -> alt.VConcatChart:
    """Draw each county against its neighbours, on a plane, on the map and on tiles.

    Parameters
    ----------
    data : DataFrame
        adcode, year, z, lag, cluster: `local_moran` of each year, one below the other. Every
        county has every year.
    boundaries, tiles, names
        As in `atlas`.
    neighbours : DataFrame
        adcode_i, adcode_j: pairs, both ways.
    measure : str
        What was measured, such as "log night lights".
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample text
        must contain the number of counties.

    Returns
    -------
    altair.VConcatChart
        A slider of years (a menu if years are missing between), a search by name; the county in
        focus, its neighbours ringed, and Moran's I over the years.

    Raises
    ------
    InputError
        If a column is missing, a county has no place on map or tiles, lacks a year or has it
        twice, or a cluster has another name than those of `local_moran`.

    Notes
    -----
    Moran's I is the slope through the origin (Anselin 1996, in Spatial Analytical Perspectives on
    GIS, Taylor and Francis, 111-125) if the weights of each county sum to one, as they do by
    default; z and lag of other weights do not belong in this chart.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> farming = gz.load_census().query("year == 2020").set_index("adcode").farm_share
    >>> local = gz.local_moran(farming, gz.neighbour_weights(gz.load_neighbours()))
    >>> chart = gzbook.moran_chart(
    ...     local.rename_axis("adcode").reset_index().assign(year=2020), gz.load_boundaries(),
    ...     gz.load_tile_grid(), gz.load_neighbours(), gz.load_counties(),
    ...     measure="share in farming", title="Where one county farms, so do its neighbours",
    ...     unit="standard scores of the share employed in farming",
    ...     sample=gz.sample_name(farming.index), period="2020", source="population census 2020",
    ...     description="Counties by their own share and that of their neighbours.",
    ... )
    >>> len(chart.vconcat)
    3
    """
    years = _check(data, geometry_ids(boundaries), tiles)
    wide = _columns(data, years)
    require_columns(neighbours, ["adcode_i", "adcode_j"], N_("the table of neighbours"))
    here = tiles[tiles.adcode.isin(wide.index)]
    rows = counties(wide, here, names)
    near = neighbours[neighbours.adcode_i.isin(wide.index) & neighbours.adcode_j.isin(wide.index)]
    products = (data.z * data.lag).groupby(data.year).sum() / (data.z**2).groupby(data.year).sum()
    slopes = [round(float(products[one]), 4) for one in years]
    across, upwards = _reach(data.z), _reach(data.lag)
    views = [
        (_head(measure), _card()),
        (_scatter_view(measure, across, upwards), _map_view(boundaries)),
        (_path_view((min([0.0, *slopes]), max([1.0, *slopes]))), _tile_view()),
    ]
    codes_near = near.groupby("adcode_i").adcode_j.agg(list).to_dict()
    choices = [*_choices(years, slopes), alt.VariableParameter(name="near", value=codes_near)]
    chart = linked(rows, views, choices, names)
    notes = [
        _(
            "Standard scores: distance from the mean in standard deviations. Clear of chance: 5 % "
            "false among those named, by permutation."
        ),
        *theme.marked_note(named_counties(), message=N_("Diamonds in the plane: {names}.")),
    ]
    return finish(chart, n=len(rows), lead=notes, **words)


def _reach(values: pd.Series) -> tuple[float, float]:
    """Return the ends of an axis, the same in every year; zero is inside, dots have room."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    room = 0.1 * (high - low)
    return low - room, high + room


def _check(data: pd.DataFrame, codes: list[str], tiles: pd.DataFrame) -> list[int]:
    what = N_("the table of local Moran statistics")
    require_columns(data, ["adcode", "year", "z", "lag", "cluster"], what)
    require_numbers(data, ["year", "z", "lag"], what)
    if data.empty or data[["z", "lag"]].isna().to_numpy().any():
        raise InputError(
            "{what} has missing values, or no rows; leave such counties out before.", what=_(what)
        )
    strange = sorted(set(data.cluster) - set(CLUSTERS))
    if strange:
        raise InputError(
            "the cluster {strange!r} is none of {clusters}.",
            strange=strange[0], clusters=_(", ").join(CLUSTERS),
        )  # fmt: skip
    for year, rows in data.groupby("year"):
        of_year = _("{what} of {year}", what=_(what), year=year)
        require_codes(rows.adcode, codes, of_year, N_("the map"))
        require_codes(rows.adcode, tiles.adcode, of_year, N_("the tile grid"))
    counts = data.groupby("adcode").year.nunique()
    years = sorted(int(year) for year in data.year.unique())
    short = counts.index[counts < len(years)]
    if len(short):
        raise InputError(
            "the county {short} lacks one of the {n_years} years.",
            short=short[0], n_years=len(years),
        )  # fmt: skip
    return years


def _columns(data: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Return one row a county: z of every year, then lag, then the place of its cluster."""
    placed = data.assign(kind=data.cluster.map(list(CLUSTERS).index))
    wide = placed.pivot(index="adcode", columns="year", values=["z", "lag", "kind"])
    return pd.concat([wide[part][years].astype(float) for part in ("z", "lag", "kind")], axis=1)


def _choices(years: list[int], slopes: list[float]) -> list[alt.VariableParameter]:
    parameter = alt.VariableParameter
    bind: alt.BindRange | alt.BindRadioSelect
    if years == list(range(years[0], years[-1] + 1)) and len(years) > 1:
        bind = alt.BindRange(input="range", min=years[0], max=years[-1], step=1, name=_("Year: "))
    else:
        bind = alt.BindRadioSelect(input="select", options=years, name=_("Year: "))
    return [
        parameter(name="year", value=years[-1], bind=bind),
        parameter(name="search", value="", bind=search_field(_(CASE))),
        parameter(name="years", value=years),
        parameter(name="slopes", value=slopes),
        parameter(name="kinds", value=_kinds()),
        parameter(name="nearest", expr="indexof(years, toNumber(year))"),
        parameter(name="slope", expr="slopes[nearest]"),
    ]


def _kinds() -> list[str]:
    """Return what the chart calls the clusters, in the order of `CLUSTERS`."""
    return [_(kind) for kind in CLUSTERS.values()]


def _tooltip() -> list[alt.Tooltip]:
    return [
        *county_lines(),
        alt.Tooltip("own:N", title=_("Its own score")),
        alt.Tooltip("others:N", title=_("Mean of its neighbours")),
        alt.Tooltip("kind:N", title=_("Kind")),
    ]


def _measured() -> alt.Chart:
    """Return a chart of the counties with z, lag and kind of the year shown."""
    return alt.Chart().transform_calculate(
        z="datum.v[nearest]",
        lag="datum.v[length(years) + nearest]",
        kind="kinds[datum.v[2 * length(years) + nearest]]",
        own="format(datum.v[nearest], '+.2f')",
        others="format(datum.v[length(years) + nearest], '+.2f')",
        found=match_expression("query", "keys[datum.i]"),
    )


def _fill(legend: bool = False) -> alt.Fill:
    """Return the fill by kind; one view shows the legend."""
    shown = alt.Legend(title=None, orient="bottom", columns=2, symbolType="square")
    scale = alt.Scale(domain=_kinds(), range=COLOURS)
    return alt.Fill("kind:N", scale=scale, legend=shown if legend else None)


def _head(measure: str) -> alt.LayerChart:
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
    kinds = in_vega(
        N_("{high} high among high, {low} low among low, {unlike} unlike"),
        high="datum.hh", low="datum.ll", unlike="datum.odd",
    )  # fmt: skip
    rest = "(datum.n - datum.hh - datum.ll - datum.odd)"
    unclear = in_vega(N_("{n} not clear of chance"), n=rest)
    title = in_vega(N_("Moran's I {year}: {value}"), year="year", value="format(slope, '.2f')")
    about = repr(_("{measure}; 0 is no likeness of neighbours", measure=measure))
    texts = [
        text_line(title, 0, 17, "bold", of=counted),
        text_line(about, 26, of=counted),
        text_line(kinds, 46, of=counted),
        text_line(unclear, 64, of=counted),
    ]
    return alt.LayerChart(layer=texts, name="head", width=SIDE, height=WORDS_HEIGHT)


def _card() -> alt.LayerChart:
    """Return the card of the county in focus."""
    chosen = _measured().transform_filter(IN_FOCUS)
    missed = in_vega(N_("No county is called {search}"), search="search")
    ringed = in_vega(N_("Ringed: its neighbours."))
    scores = in_vega(
        N_("Its own score {own}, its {n} neighbours {others}"),
        own="datum.own", n="length(near[focus] || [])", others="datum.others",
    )  # fmt: skip
    texts = [
        text_line(names_of_county()[1], 0, 17, "bold", of=chosen),
        text_line(scores, 26, of=chosen),
        text_line("datum.kind", 46, 12, "bold", of=chosen),
        text_line(f"query !== '' && at < 0 ? {missed} : {ringed}", 64, of=chosen),
    ]
    return alt.LayerChart(layer=texts, name="card", width=SIDE, height=WORDS_HEIGHT)


def _scatter_view(measure: str, across: Ends, upwards: Ends) -> alt.LayerChart:
    """Return the plane: a county's own score across, the mean of its neighbours upwards."""
    scales = [alt.Scale(domain=list(ends), nice=False) for ends in (across, upwards)]
    axis = alt.Axis(format="+.0f", tickCount=5)
    across_words = _("{measure} (standard score)", measure=measure)
    x = alt.X("z:Q", title=across_words, scale=scales[0], axis=axis)
    y = alt.Y("lag:Q", title=_("mean of its neighbours"), scale=scales[1], axis=axis)
    base = _measured().encode(x=x, y=y)
    ends = alt.Chart(alt.InlineData(values=[{"z": end} for end in across])).transform_calculate(
        lag="slope * datum.z"
    )
    line = ends.mark_line(strokeWidth=2, color=theme.TEXT, clip=True, aria=False).encode(x=x, y=y)
    zero = alt.Chart(ONE_ROW)
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
        opacity=FADED,
    ).encode(fill=_fill(), shape=diamond(theme.marked_test(named_counties())))
    touch = base.mark_point(filled=True, opacity=0, size=700, cursor="pointer").encode(
        tooltip=_tooltip()
    )
    touch.name = "dots"
    label = base.transform_filter(IN_FOCUS).mark_text(
        text={"expr": names_of_county()[0]},
        align={"expr": "datum.z > 0 ? 'right' : 'left'"},
        dx={"expr": "datum.z > 0 ? -12 : 12"},
        dy=-8,
        fontWeight="bold",
    )
    layers = [*rules, *_corners(), line, dots, label, touch]
    return alt.LayerChart(layer=layers, name="plane", width=SIDE, height=HEIGHT)


def _corners() -> list[alt.Chart]:
    """Return the names of the four quarters."""
    one = alt.Chart(ONE_ROW)
    look: dict[str, Any] = {"fontSize": 11, "opacity": 0.75, "aria": False}
    return [
        one.mark_text(
            text=_(CLUSTERS[kind]),
            align="right" if right else "left",
            baseline="bottom" if low else "top",
            **look,
        ).encode(x=alt.value("width" if right else 4), y=alt.value("height" if low else 3))
        for kind, right, low in (
            ("high-high", True, False),
            ("low-low", False, True),
            ("low-high", False, False),
            ("high-low", True, True),
        )
    ]


def _map_view(boundaries: dict[str, Any]) -> alt.LayerChart:
    """Return the map, with the legend below it."""
    return linked_map(
        _measured(), boundaries, _fill(legend=True), _tooltip(), HEIGHT,
        lambda drawn, __: _ringed(drawn, "geoshape"), **LOOK,
    )  # fmt: skip


def _tile_view() -> alt.LayerChart:
    base = _measured().encode(**tile_position(), tooltip=_tooltip())
    # High among high and low among low are the two deep colours.
    ink = f"datum.kind === kinds[0] || datum.kind === kinds[1] ? 'white' : '{theme.INK}'"
    return linked_tiles(base, _fill(), ink, PATH_HEIGHT, _ringed(base, "rect"), **LOOK)


def _ringed(counties: alt.Chart, mark: Literal["geoshape", "rect"]) -> list[alt.Chart]:
    """Return outlines: neighbours in ink, the county in focus light within dark."""
    look: dict[str, Any] = {"fill": None, "strokeJoin": "round"}
    near, chosen = (counties.transform_filter(test) for test in (NEAR, IN_FOCUS))
    return [
        *outlines(near, mark, (2.5, 0), **look)[:1],
        *outlines(chosen, mark, (5.5, 2.5), **look),
    ]


def _path_view(ends: Ends) -> alt.LayerChart:
    """Return Moran's I over the years, the year shown as a large dot."""
    rows = (
        alt.Chart(ONE_ROW)
        .transform_calculate(one="years", I="slopes")
        .transform_flatten(["one", "I"])
        .transform_calculate(told="format(datum.I, '.2f')")
    )
    x = alt.X("one:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, format="d"))
    y = alt.Y(
        "I:Q",
        title=_("Moran's I"),
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
    ).encode(
        tooltip=[alt.Tooltip("one:O", title=_("Year")), alt.Tooltip("told:N", title=_("Moran's I"))]
    )
    text = base.transform_filter(now).mark_text(
        text={"expr": "datum.told"}, dy=-14, fontWeight="bold"
    )
    lines = base.mark_line(stroke=theme.COUNTY, strokeWidth=2)
    return alt.LayerChart(layer=[lines, dots, text], name="path", width=SIDE, height=PATH_HEIGHT)
