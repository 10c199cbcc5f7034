"""A Moran scatter linked with the map: a county, its neighbours, and years to move through."""

from __future__ import annotations

from typing import Any, Unpack

import altair as alt
import pandas as pd

from gzbook.figures import atlas_data, moran_views
from gzcounty.charts.frame import Words, finish, require_codes, require_columns, require_numbers
from gzcounty.charts.maps import geometry_ids
from gzcounty.charts.selection import focus, search_field, touches
from gzcounty.errors import InputError


def moran_chart(
    data: pd.DataFrame,
    boundaries: dict[str, Any],
    tiles: pd.DataFrame,
    neighbours: pd.DataFrame,
    names: pd.DataFrame,
    *,
    measure: str,
    year: int | None = None,
    picked: str = "522632",
    **words: Unpack[Words],
) -> alt.VConcatChart:
    """Draw each county against its neighbours, on a plane, on the map and on tiles.

    Parameters
    ----------
    data : DataFrame
        adcode, year, z, lag, cluster: `local_moran` of each year, one below the other. Every
        county has every year.
    boundaries : dict
        TopoJSON with the object ``counties`` (id = adcode) and, if there is one,
        ``prefecture_borders``.
    tiles : DataFrame
        adcode, col, row of every county.
    neighbours : DataFrame
        adcode_i, adcode_j: pairs, both ways.
    names : DataFrame
        adcode, name_en, name_zh, prefecture_en, prefecture_zh; other names are searched too.
    measure : str
        What was measured, such as "log night lights".
    year : int, optional
        Year shown first; by default the last.
    picked : str
        Adcode of the county in focus at first.
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
        twice, a cluster has another name than those of `local_moran`, or `year` or `picked` is not
        there.

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
    ...     local.rename_axis("adcode").reset_index().assign(year=2020),
    ...     gz.load_boundaries(),
    ...     gz.load_tile_grid(),
    ...     gz.load_neighbours(),
    ...     gz.load_counties(),
    ...     measure="share in farming",
    ...     title="Where one county farms, so do its neighbours",
    ...     unit="standard scores of the share employed in farming",
    ...     sample=gz.sample_name(farming.index),
    ...     period="2020",
    ...     source="population census 2020",
    ...     description="Counties by their own share and that of their neighbours.",
    ... )
    >>> len(chart.vconcat)
    3
    """
    known = geometry_ids(boundaries)
    years = _check(data, known, tiles)
    year = years[-1] if year is None else year
    if year not in years:
        raise InputError(f"the year {year} to start with is not among {years[0]} to {years[-1]}.")
    wide = _columns(data, years)
    if picked not in wide.index:
        raise InputError(f"the county {picked!r} to start with is not among the data.")
    require_columns(neighbours, ["adcode_i", "adcode_j"], "the table of neighbours")
    here = tiles[tiles.adcode.isin(wide.index)]
    rows = atlas_data.counties(wide, here, names)
    near = neighbours[neighbours.adcode_i.isin(wide.index) & neighbours.adcode_j.isin(wide.index)]
    products = (data.z * data.lag).groupby(data.year).sum() / (data.z**2).groupby(data.year).sum()
    slopes = [round(float(products[one]), 4) for one in years]
    across, upwards = _reach(data.z), _reach(data.lag)
    chart = alt.VConcatChart(
        data=alt.InlineData(values=rows),
        vconcat=[
            _row(moran_views.head(measure), moran_views.card()),
            _row(
                moran_views.scatter_view(measure, across, upwards), moran_views.map_view(boundaries)
            ),
            _row(
                moran_views.path_view((min([0.0, *slopes]), max([1.0, *slopes]))),
                moran_views.tile_view(),
            ),
        ],
        spacing=16,
    ).resolve_scale(fill="independent")
    chart.params = [
        *_choices(years, year, slopes),
        alt.VariableParameter(
            name="near", value=near.groupby("adcode_i").adcode_j.agg(list).to_dict()
        ),
        *touches(chart),
        *focus(atlas_data.keys(rows, names), picked),
    ]
    words["notes"] = [
        "Standard scores: distance from the mean in standard deviations. Clear of chance: 5 % "
        "false among those named, by permutation.",
        "Diamonds in the plane: the counties the paper names.",
        *words.get("notes", ()),
    ]
    return finish(chart, n=len(rows), **words)


def _row(left: alt.LayerChart, right: alt.LayerChart) -> alt.HConcatChart:
    return alt.hconcat(left, right, spacing=20).resolve_scale(fill="independent")


def _reach(values: pd.Series) -> tuple[float, float]:
    """Return the ends of an axis, the same in every year; zero is inside, dots have room."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    room = 0.1 * (high - low)
    return low - room, high + room


def _check(data: pd.DataFrame, known: list[str], tiles: pd.DataFrame) -> list[int]:
    what = "the table of local Moran statistics"
    require_columns(data, ["adcode", "year", "z", "lag", "cluster"], what)
    require_numbers(data, ["year", "z", "lag"], what)
    if data.empty or data[["z", "lag"]].isna().to_numpy().any():
        raise InputError(f"{what} has missing values, or no rows; leave such counties out before.")
    strange = sorted(set(data.cluster) - set(moran_views.CLUSTERS))
    if strange:
        raise InputError(
            f"the cluster {strange[0]!r} is none of {', '.join(moran_views.CLUSTERS)}."
        )
    for year, own in data.groupby("year"):
        require_codes(own.adcode, known, f"{what} of {year}", "the map")
        require_codes(own.adcode, tiles.adcode, f"{what} of {year}", "the tile grid")
    counts = data.groupby("adcode").year.nunique()
    years = sorted(int(year) for year in data.year.unique())
    short = counts.index[counts < len(years)]
    if len(short):
        raise InputError(f"the county {short[0]} lacks one of the {len(years)} years.")
    return years


def _columns(data: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Return one row a county: z of every year, then lag, then the place of its cluster."""
    codes = data.assign(kind=data.cluster.map(list(moran_views.CLUSTERS).index))
    parts = [codes.pivot(index="adcode", columns="year", values=v)[years] for v in ("z", "lag")]
    parts.append(codes.pivot(index="adcode", columns="year", values="kind")[years])
    return pd.concat([part.astype(float) for part in parts], axis=1)


def _choices(years: list[int], year: int, slopes: list[float]) -> list[alt.VariableParameter]:
    parameter = alt.VariableParameter
    bind: alt.BindRange | alt.BindRadioSelect
    if years == list(range(years[0], years[-1] + 1)) and len(years) > 1:
        bind = alt.BindRange(input="range", min=years[0], max=years[-1], step=1, name="Year: ")
    else:
        bind = alt.BindRadioSelect(input="select", options=years, name="Year: ")
    return [
        parameter(name="year", value=year, bind=bind),
        parameter(name="search", value="", bind=search_field()),
        parameter(name="years", value=years),
        parameter(name="slopes", value=slopes),
        parameter(name="kinds", value=list(moran_views.CLUSTERS.values())),
        parameter(name="nearest", expr="indexof(years, toNumber(year))"),
        parameter(name="slope", expr="slopes[nearest]"),
    ]
