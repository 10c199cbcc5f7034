"""The counties on the map and on tiles, and boundaries cut down to one layer."""

import json
import re

import pandas as pd
import pytest
import vl_convert
from shapes import CODES, NAMES, TILES, land, values
from words import chart_words, rows, subtitle

import gzcounty as gz
from gzcounty.charts import theme
from gzcounty.charts.maps import geometry_ids, only_object

WORDS = chart_words("3 simulated counties")
THREE = [10_000.123, 20_000.0, 30_000.0]


def draw(view: str, frame: pd.DataFrame, column: str = "income", **more):
    words = {**WORDS, **more}
    if view == "map":
        return gz.map_chart(frame, land(), column, **words)
    return gz.tile_map(frame, TILES, column, NAMES, **words)


both = pytest.mark.parametrize("kind", ["map", "tiles"])


def svg(chart) -> str:
    """Return the chart as it is drawn."""
    return vl_convert.vegalite_to_svg(chart.to_dict() | {"width": 400})


def data_rows(chart) -> list[dict]:
    """Return the rows of the tables, without the boundaries."""
    sets = chart.to_dict()["datasets"].values()
    return [row for data in sets if isinstance(data, list) for row in data]


@both
def test_values_are_drawn_as_passed(kind):
    drawn = {row["adcode"]: row["value"] for row in data_rows(draw(kind, values(THREE)))}
    assert [drawn[code] for code in CODES[:3]] == THREE


@both
def test_single_views_follow_the_page_and_are_described(kind):
    spec = draw(kind, values(THREE)).to_dict()
    assert spec["width"] == "container"
    assert spec["description"] == WORDS["description"]


@both
def test_a_county_without_a_value_is_said_to_have_no_data(kind):
    assert "no data (1 of 4 counties)" in subtitle(draw(kind, values(THREE)))
    full = draw(kind, values([*THREE, 4.0]), sample="4 simulated counties")
    assert "no data" not in subtitle(full)


@both
def test_only_colours_that_the_data_set_are_explained_by_percentiles(kind):
    frame = values(THREE)
    assert "percentile" in subtitle(draw(kind, frame))
    assert "percentile" not in subtitle(draw(kind, frame, domain=(0, 30_000)))
    assert "evenly about zero" in subtitle(draw(kind, frame, kind="difference"))


@both
def test_a_missing_value_counts_as_no_county(kind):
    with pytest.raises(gz.InputError, match="draws 2 units"):
        draw(kind, values([1.0, 2.0, None]))


@both
def test_unknown_and_double_adcodes_are_named(kind):
    strange = pd.DataFrame({"adcode": ["522632", "990101"], "income": [1.0, 2.0]})
    with pytest.raises(gz.InputError, match=r"adcode 990101, .* here one of \d+, such as '52"):
        draw(kind, strange)
    number = pd.DataFrame({"adcode": [522632], "income": [1.0]})
    with pytest.raises(gz.InputError, match="an adcode is a six-digit string"):
        draw(kind, number)
    double = pd.concat([values(THREE), values([1.0])])
    with pytest.raises(gz.InputError, match="522632 more than once"):
        draw(kind, double)


@both
def test_missing_and_wordy_columns_are_named(kind):
    with pytest.raises(gz.InputError, match="lacks the column 'rent'"):
        draw(kind, values(THREE), "rent")
    with pytest.raises(gz.InputError, match="must be numeric"):
        draw(kind, values(THREE).astype({"income": str}))


@both
def test_marked_counties_carry_a_diamond_and_the_subtitle_says_who_they_are(kind):
    chart = draw(kind, values(THREE), marked={"counties on the river": CODES[:2]})
    assert theme.MARKED_COLOUR in svg(chart)
    assert "Diamonds: counties on the river." in subtitle(chart)
    plain = draw(kind, values(THREE))
    assert theme.MARKED_COLOUR not in svg(plain)
    assert "Diamonds" not in subtitle(plain)


def test_tiles_carry_short_chinese_names():
    assert [row["short"] for row in rows(draw("tiles", values(THREE)))] == [
        "榕江", "台江", "南明", "云岩",
    ]  # fmt: skip


def test_a_tile_without_a_name_is_refused():
    with pytest.raises(gz.InputError, match="lacks the tile 520103"):
        gz.tile_map(values(THREE), TILES, "income", NAMES[:3], **WORDS)


def test_a_map_of_the_real_counties_is_small():
    counties = gz.load_counties()
    frame = counties[["adcode"]].assign(value=range(len(counties)))
    chart = gz.map_chart(frame, gz.load_boundaries(), "value", **chart_words("88 simulated values"))
    assert len(chart.to_json(indent=None).encode()) < 120_000


def decoded(topo: dict, name: str) -> list:
    """Return the arcs an object uses, in its order (a reversed arc as ~index)."""
    flat = []

    def walk(arcs):
        if isinstance(arcs, list):
            for arc in arcs:
                walk(arc)
        else:
            flat.append((arcs < 0, topo["arcs"][arcs if arcs >= 0 else ~arcs]))

    shape = topo["objects"][name]
    for part in shape.get("geometries", [shape]):
        walk(part["arcs"])
    return flat


@pytest.mark.parametrize("name", ["counties", "prefecture_borders"])
def test_the_lines_are_unaltered(name):
    for boundaries in (land(), gz.load_boundaries()):
        assert decoded(only_object(boundaries, name), name) == decoded(boundaries, name)


def test_only_what_is_asked_for_is_kept():
    cut = only_object(land(), "prefecture_borders")
    assert list(cut["objects"]) == ["prefecture_borders"]
    assert len(cut["arcs"]) == 1
    kept = only_object(land(), "counties", ("name_en",))
    assert kept["objects"]["counties"]["geometries"][0]["properties"] == {"name_en": "Rongjiang"}


def test_the_original_is_not_changed():
    boundaries = land()
    only_object(boundaries, "counties")
    assert boundaries == land()


def test_real_borders_take_a_fraction_of_the_whole():
    whole = gz.load_boundaries()
    borders = only_object(whole, "prefecture_borders")
    assert len(json.dumps(borders)) < 0.3 * len(json.dumps(whole))


def test_ids_and_missing_object():
    assert geometry_ids(land()) == CODES
    with pytest.raises(gz.InputError, match="lack the object 'towns'"):
        only_object(land(), "towns")


def test_a_map_says_on_the_picture_where_its_boundaries_come_from_and_what_it_is_not():
    def said(boundaries) -> str:
        shown = svg(gz.map_chart(values(THREE), boundaries, "income", **WORDS))
        return "".join("".join(re.findall(">([^<]+)<", shown)).split())

    assert "BoundariessimplifiedfromTianditu天地图.Notanofficialmap:noreviewnumber审图号." in said(
        land() | {"source": gz.load_boundaries()["source"]}
    )
    assert "Boundaries" not in said(land())
    assert "Notanofficialmap" in said(land())


@pytest.mark.parametrize("width", [310, 700])
def test_these_words_stand_clear_of_the_map(width):
    shares = gz.penetration("commerce", 2020).rename(columns={"penetration": "share"})
    shares = shares[shares.adcode.isin(gz.load_counties().adcode)]
    words = chart_words("88 counties")
    chart = gz.map_chart(shares, gz.load_boundaries(), "share", height=300, **words)
    shown = vl_convert.vegalite_to_svg(chart.to_dict() | {"width": width})
    first = r'<text [^>]*translate\(([\d.]+),([\d.]+)\)[^>]*font-size="10px"[^>]*><tspan[^>]*>Bound'
    ((right, top),) = re.findall(first, shown)
    shapes = re.findall(r'<path aria-label="[^"]*"[^>]* d="(M[^"]+)"', shown)
    points = [
        tuple(map(float, at.split(","))) for d in shapes for at in re.findall(r"[\d.]+,[\d.]+", d)
    ]
    assert len(points) > 1000
    below = [y for x, y in points if float(right) - 128 < x < float(right)]
    assert max(below) < float(top) - 10
