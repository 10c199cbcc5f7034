"""The picture of a page for messengers."""

import struct
from types import SimpleNamespace
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
import vl_convert
from gz_county import HEIGHT, WIDTH, card, few_colours, name_card
from gz_plumbing import Page
from gz_stills import Chart, draw

import gzcounty as gz
from gzbook import county_pictures
from gzcounty.charts.frame import text_width

IMAGE = '<img class="dark-light" src="../_static/stills/value--ways-wide.svg">'


def card_of(body: str, home: str, **context: str) -> str:
    app = SimpleNamespace(config=SimpleNamespace(html_baseurl=home))
    page = Page(app, "book/value", {"body": body, **context}, None)
    name_card(page)
    return page.context.get("gz_card", "")


@pytest.mark.parametrize(
    ("body", "home", "expected"),
    [
        (IMAGE + IMAGE.replace("ways", "other"), "https://a.example/b", "stills/value--ways-card"),
        ("no figure", "https://a.example/b/", "card"),
    ],
)
def test_a_page_has_its_first_figure_or_the_cover(body, home, expected):
    assert card_of(body, home) == f"https://a.example/b/_static/{expected}.png"


def test_a_county_s_page_has_its_own_picture():
    own = card_of(IMAGE, "https://a.example/b", gz_own_card="book/county/meitan.png")
    assert own == "https://a.example/b/book/county/meitan.png"


def test_without_a_public_address_there_is_none():
    assert card_of(IMAGE, "") == ""


def test_a_card_has_the_size_that_messengers_ask_for():
    frame = pd.DataFrame({"x": [1, 2], "name": ["榕江县", "湄潭县"]})
    title = alt.Title("榕江 & others < all")
    made = alt.Chart(frame, title=title).mark_bar().encode(x="x", y="name")
    chart = made.properties(description="Two bars.", width="container", height=100)
    svg = card(draw(Chart.read(chart._repr_mimebundle_()["text/html"])))
    assert "榕江 &amp; others &lt; all" in svg
    png = vl_convert.svg_to_png(svg)
    assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT)
    assert len(png) < 100_000


def test_a_county_s_picture_has_its_names_three_figures_with_years_and_sources_within_its_room():
    for county in gz.load_counties().itertuples():
        drawn = ElementTree.fromstring(county_pictures.card(county.adcode))
        texts = [node for node in drawn if node.tag.endswith("text")]
        words = [node.text for node in texts]
        assert words[:2] == [county.name_en, county.name_zh]
        assert sum(word.endswith(("2020)", "2023)")) for word in words) == 3, words
        assert "nan" not in words
        assert any(word.startswith("Source: ") for word in words)
        places = [node for node in drawn if node.tag.endswith("rect")][1:]
        assert [tile.get("fill") for tile in places].count(county_pictures.HERE) == 1
        for node in texts:
            x, y = int(node.get("x")), int(node.get("y"))
            end = x + 0.9 * text_width(node.text, int(node.get("font-size")))  # of wide letters
            beside = [
                int(tile.get("x")) for tile in places
                if int(tile.get("y")) - 2 < y < int(tile.get("y")) + 60
            ]  # fmt: skip
            assert end < min([county_pictures.CARD_WIDTH, *beside]), node.text
            assert y < county_pictures.CARD_HEIGHT - 8
    png = few_colours(county_pictures.card("522632"))
    assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT)
    assert len(png) < 25_000
