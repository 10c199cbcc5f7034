"""Hubs on the map, as many as the reader likes, and who goes to which."""

import json
import math
from collections.abc import Collection
from typing import Any, Unpack

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import county_tooltip, in_vega, shown_names
from gzcounty.charts.frame import (
    Box,
    Words,
    finish,
    first_free,
    require_codes,
    require_numbers,
    require_single,
    text_width,
)
from gzcounty.charts.maps import geometry_ids, origin, prefecture_borders, topo
from gzcounty.charts.selection import short_chinese
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, in_language

_WIDE, _HEIGHT, _LIFT = 700, 420, 17  # pixels of a wide map, and of a name above its dot
_WHERE = {"longitude": "lon:Q", "latitude": "lat:Q"}
_PLACE = ["adcode", "name_en", "name_zh", "lon", "lat", "weight"]


def hub_chart(
    plans: pd.DataFrame,
    boundaries: dict[str, Any],
    places: pd.DataFrame,
    *,
    first: int | None = None,
    reference: Collection[str] = (),
    reference_name: str = N_("hubs of today"),
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw plans with one hub, two, three and more, chosen by a slider if there are several.

    Parameters
    ----------
    plans : DataFrame
        Tidy: hubs (their number), adcode, hub (adcode of the hub it goes to), distance (km). One
        row a place and number; the numbers follow each other without a gap.
    boundaries
        As in `gzcounty.map_chart`.
    places : DataFrame
        adcode, name_en, name_zh, lon, lat, weight (such as residents), one row a place.
    first : int, optional
        Number shown first; by default the smallest.
    reference : collection of str
        Adcodes of hubs that exist, drawn as open squares and measured by a line of text.
    reference_name : str
        What they are called.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample must
        say how many places there are.

    Returns
    -------
    altair.LayerChart
        Hubs as dots with their names, a line from every place to its hub, and in words the mean
        distance by weight and what the last hub saves.

    Raises
    ------
    InputError
        If a column is missing, a place is unknown to the map, lacks a row, has two for one number,
        or numbers of hubs are left out, or if a hub of the plans or the reference is no place.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> places = gz.load_counties().merge(gz.load_geography(), on="adcode").assign(weight=1)
    >>> distance = gz.distance_matrix(places)
    >>> parts = []
    >>> for k in (1, 2):
    ...     plan = gz.p_median(distance, places.set_index("adcode").weight, k)
    ...     part = pd.DataFrame({"hub": plan.assignment, "distance": plan.distance})
    ...     parts.append(part.reset_index().assign(hubs=k))
    >>> chart = gzbook.hub_chart(
    ...     pd.concat(parts), gz.load_boundaries(), places, title="Two hubs", unit="km",
    ...     sample="88 counties", period="today", source="centroids of the county map",
    ...     description="Map with one hub or two.",
    ... )
    >>> chart.params[0].bind.max
    2
    """
    table, means = _checked(plans, boundaries, places)
    low, high = int(means["hubs"].min()), int(means["hubs"].max())
    first = low if first is None else first
    if not low <= first <= high:
        raise InputError(
            "first must lie between {low} and {high}, not {first}.",
            low=low, high=high, first=first,
        )  # fmt: skip
    unknown = sorted(set(reference) - set(table["adcode"]))
    if unknown:
        raise InputError(
            "the reference names {unknown!r}, which is not among the places.", unknown=unknown[0]
        )
    bind = alt.binding_range(min=low, max=high, step=1, name=_("Number of hubs: "))
    slider = alt.param(name="hubs", value=first, bind=bind if low < high else alt.Undefined)
    layers = [*_ground(boundaries), *_spokes(table)]
    notes = [_("A line joins every county's middle with its hub.")]
    if reference:
        tooltip = in_language("name_en:N", county_tooltip(N_("County")))
        seats = alt.Chart(table[table["adcode"].isin(list(reference))]).mark_point(
            shape="square", filled=False, size=170, strokeWidth=1.8, color=theme.TEXT, opacity=0.9
        )
        layers.append(seats.encode(**_WHERE, tooltip=tooltip))
        notes.append(_("Open squares: {reference_name}.", reference_name=_(reference_name)))
    layers += [*_hubs(table, list(reference)), *_readout(means)]
    chart = alt.LayerChart(layer=layers, width="container", height=_HEIGHT)
    chart = chart.project(type="mercator").add_params(slider)
    return finish(chart, n=len(table), lead=notes, **words)


def _ground(boundaries: dict[str, Any]) -> list[alt.Chart]:
    """Return counties in a quiet grey and the prefecture borders."""
    plain: dict[str, Any] = {"strokeJoin": "round", "stroke": theme.QUIET, "aria": False}
    counties = alt.Chart(topo(boundaries, "counties")).mark_geoshape(
        fill=theme.QUIET, fillOpacity=0.12, strokeOpacity=0.45, strokeWidth=0.6, **plain
    )
    borders = prefecture_borders(boundaries, 0.9, strokeWidth=1.3, **plain)
    return [counties, *borders, origin(boundaries)]


def _of_the_number(table: pd.DataFrame) -> alt.Chart:
    """Rows with the hub and distance that belong to the slider's number."""
    return alt.Chart(table).transform_calculate(
        hub="datum['hub_' + hubs]", distance="datum['distance_' + hubs]"
    )


def _spokes(table: pd.DataFrame) -> list[alt.Chart]:
    """Return the lines to the hubs, and a dot on every place that answers to a finger."""
    to_hub = alt.LookupData(table, "adcode", ["lon", "lat", shown_names()[0]])
    joined = _of_the_number(table).transform_lookup(
        "hub", to_hub, as_=["hub_lon", "hub_lat", "hub_name"]
    )
    lines = joined.mark_rule(
        color=theme.SEQUENTIAL["county"][2], opacity=0.85, strokeWidth=1.4, aria=False
    )
    tooltip = [
        *county_tooltip(N_("County")),
        alt.Tooltip("hub_name:N", title=_("goes to")),
        alt.Tooltip("distance:Q", title=_("distance"), format=".0f"),
    ]
    dots = joined.mark_circle(color=theme.QUIET, opacity=1, size=14, aria=False)
    touch = joined.mark_circle(opacity=0, size=theme.TOUCH_AREA / 2)
    ends = {"longitude2": "hub_lon:Q", "latitude2": "hub_lat:Q"}
    return [
        lines.encode(**_WHERE, **ends),
        dots.encode(**_WHERE),
        touch.encode(**_WHERE, tooltip=tooltip),
    ]


def _hubs(table: pd.DataFrame, reference: list[str]) -> list[alt.Chart]:
    rows = _of_the_number(table).transform_filter("datum.hub === datum.adcode")
    titles = {"name_en": _("Hub"), "name_zh": "枢纽"}
    tooltip = [alt.Tooltip(f"{name}:N", title=titles[name]) for name in shown_names()]
    dots = rows.mark_circle(
        color=theme.COUNTY, opacity=1, size=130, stroke="white", strokeWidth=1.2
    ).encode(**_WHERE, tooltip=tooltip)
    # On a phone two characters fit where an English name would cover its neighbours.
    long = in_language("name_en", "short")
    wide, narrow = (
        json.dumps(_below(table, column, reference, room))
        for column, room in ((long, _WIDE), ("short", theme.PHONE_WIDTH))
    )
    names = rows.transform_calculate(
        label=f"width > 520 ? datum.{long} : datum.short",
        below=f"indexof((width > 520 ? {wide} : {narrow})[hubs], datum.adcode) >= 0",
    ).mark_text(
        dy={"expr": f"datum.below ? {_LIFT} : -{_LIFT}"}, fontWeight="bold", fontSize=11, aria=False
    )
    return [dots, names.encode(**_WHERE, text="label:N")]


def _below(
    table: pd.DataFrame, name: str, reference: list[str], room: float
) -> dict[int, list[str]]:
    """Return the hubs whose name stands below their dot, by the number of hubs.

    It does so where it would cover a square, another dot or a name above it.
    """
    narrower = math.cos(math.radians(table["lat"].mean()))
    # The middles of the outermost counties lie within the map, which leaves room for its origin.
    scale = 0.78 * min(
        room / (narrower * (table["lon"].max() - table["lon"].min())),
        _HEIGHT / (table["lat"].max() - table["lat"].min()),
    )
    places = table.set_index("adcode").assign(
        x=lambda t: scale * narrower * t["lon"], y=lambda t: -scale * t["lat"]
    )

    def box(code: str, up: float, wide: float, high: float) -> Box:
        x, y = places.loc[code, "x"], places.loc[code, "y"] + up
        return (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)

    out = {}
    for column in table.filter(like="hub_"):
        hubs = sorted(set(table[column]), key=lambda code: places.loc[code, "y"])
        taken = [box(code, 0, 16, 16) for code in {*hubs, *reference}]
        widths = [text_width(places.loc[code, name], 11) for code in hubs]
        choices = [
            [box(code, up, width, 12) for up in (-_LIFT, _LIFT)]
            for code, width in zip(hubs, widths, strict=True)
        ]
        found = zip(hubs, first_free(choices, taken), strict=True)
        out[int(column.removeprefix("hub_"))] = [code for code, place in found if place]
    return out


def _readout(means: pd.DataFrame) -> list[alt.Chart]:
    """Return two lines of text in the corner of the map."""
    mean, saved = (
        in_vega(message, distance=f"format(datum.{name}, '.1f')", unit=repr(_("km")))
        for name, message in (
            ("mean", N_("{distance} {unit} on average")),
            ("saved", N_("the last hub saves {distance} {unit}")),
        )
    )
    rows = (
        alt.Chart(means)
        .transform_filter("datum.hubs === hubs")
        .transform_calculate(mean=mean, saved=f"datum.saved === null ? '' : {saved}")
    )
    at = {"x": alt.value(0)}
    big = rows.mark_text(align="left", baseline="top", fontSize=15, fontWeight="bold")
    small = rows.mark_text(align="left", baseline="top", fontSize=theme.TEXT_SIZE)
    return [
        big.encode(**at, y=alt.value(0), text="mean:N"),
        small.encode(**at, y=alt.value(20), text="saved:N"),
    ]


def _checked(
    plans: pd.DataFrame, boundaries: dict[str, Any], places: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row a place with its hub and distance by number, and the means by number."""
    what, of_places = N_("the table of plans"), N_("the table of places")
    require_columns(plans, ["hubs", "adcode", "hub", "distance"], what)
    require_numbers(plans, ["hubs", "distance"], what)
    require_columns(places, _PLACE, of_places)
    require_numbers(places, ["lon", "lat", "weight"], of_places)
    require_codes(places["adcode"], geometry_ids(boundaries), of_places, N_("the map"))
    unknown = sorted((set(plans["adcode"]) | set(plans["hub"])) - set(places["adcode"]))
    if unknown:
        raise InputError(
            "{what} names {unknown!r}, which is not among the places.",
            what=_(what), unknown=unknown[0],
        )  # fmt: skip
    message = N_("the table of plans has two rows for {adcode} with {hubs} hubs.")
    require_single(plans, ["hubs", "adcode"], message)
    wide = plans.pivot(index="adcode", columns="hubs", values=["hub", "distance"])
    numbers = sorted(plans["hubs"].unique())
    left_out = sorted(set(range(int(numbers[0]), int(numbers[-1]) + 1)) - set(numbers))
    if left_out:
        raise InputError(
            "{what} has no plan with {left_out} hubs between others.",
            what=_(what), left_out=left_out[0],
        )  # fmt: skip
    wide = wide.reindex(places["adcode"])
    if wide.isna().to_numpy().any():
        code = wide.index[wide.isna().any(axis=1)][0]
        raise InputError("{what} lacks a row, or a distance, for {code}.", what=_(what), code=code)
    distance = wide["distance"].astype(float)
    weight = places["weight"].to_numpy(dtype=float)
    mean = weight @ distance.to_numpy() / weight.sum()
    means = pd.DataFrame({"hubs": distance.columns.astype(int), "mean": mean})
    means["saved"] = -means["mean"].diff()
    parts = [places[_PLACE].drop(columns="weight").reset_index(drop=True)]
    for name, part in (("hub", wide["hub"]), ("distance", distance.round(1))):
        parts.append(part.add_prefix(f"{name}_").reset_index(drop=True))
    table = pd.concat(parts, axis=1)
    table["short"] = table["name_zh"].map(short_chinese)
    return table, means.round(2)
