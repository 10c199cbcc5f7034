"""The cover is what the data draw; the card is a photograph of that cover."""

import re
import xml.etree.ElementTree as ET

import cover
from gz_county import legend, linked
from PIL import Image

import gzcounty as gz
from gzbook.county_page import slug

SVG = "{http://www.w3.org/2000/svg}"


def stored():
    return cover.COVER.read_text(encoding="utf-8")


def tiles():
    """Return the fill of each tile by the Chinese name of its county."""
    fills = {}
    for group in ET.fromstring(stored()).iter(f"{SVG}g"):
        title = group.find(f"{SVG}title")
        if title is not None:
            fills[title.text.split()[1].rstrip(":")] = group.find(f"{SVG}use").get("fill")
    return fills


def test_committed_cover_is_what_the_data_draw():
    assert cover.draw() == stored(), "run: python tools/cover.py --card"


def test_every_county_has_a_tile_and_a_deeper_one_has_a_larger_share():
    counties = gz.load_counties().set_index("adcode").name_zh
    census = gz.load_census().query("year == 2020").set_index("adcode")
    shades = tiles()
    assert set(shades) == set(counties)
    table = census.assign(depth=counties.map(shades).map(cover.DYE.index))
    limits = table.groupby("depth").commerce_share.agg(["min", "max", "size"])
    assert limits["size"].between(17, 18).all()
    assert (limits["min"].iloc[1:].values >= limits["max"].iloc[:-1].values).all()


def test_prefectures_have_a_drawing_each_and_named_counties_a_diamond():
    counties = gz.load_counties().set_index("adcode")
    assert set(cover.MOTIFS) == set(counties.prefecture_adcode)
    named = {"Meitan", "Jinping", "Taijiang", "Rongjiang", "Duyun"}
    assert set(counties.name_en[list(cover.NAMED)]) == named
    assert stored().count('href="#gzc-named"') == 5


def test_on_the_front_page_each_tile_leads_to_its_county_by_name():
    html = linked(stored())
    links = re.findall(r'<a href="county/(\w+)\.html" aria-label="([^"]+)"', html)
    assert {page for page, _ in links} == set(gz.load_counties().name_en.map(slug))
    assert len(links) == 88
    assert ("meitan", "Meitan 湄潭县") in [(page, name.partition(":")[0]) for page, name in links]
    assert legend(stored()).count("<li>") == cover.DIPS


def test_cover_is_small_stands_alone_and_says_what_it_shows():
    svg = stored()
    assert len(svg.encode()) < 60_000
    root = ET.fromstring(svg)
    assert root.find(f"{SVG}title").text
    assert "share of employed people" in root.find(f"{SVG}desc").text
    assert "font" not in svg
    ids = {element.get("id") for element in root.iter()}
    references = re.findall(r'href="([^"]*)"', svg)
    assert references
    assert {r.removeprefix("#") for r in references} <= ids
    assert not re.search(r"url\(|<image|<script|@import", svg)


def test_card_shows_this_cover_at_1280_by_640():
    assert cover.CARD.stat().st_size < 150_000
    with Image.open(cover.CARD) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert picture.size == (1280, 640)
        assert picture.info["cover"] == cover.stamp(stored()), "run: python tools/cover.py --card"
