"""The picture of a page for messengers."""

import struct
from types import SimpleNamespace

import altair as alt
import pandas as pd
import pytest
import vl_convert
from gz_cards import HEIGHT, WIDTH, card, name_card
from gz_plumbing import Page
from gz_stills import Chart, draw

IMAGE = '<img class="dark-light" src="../_static/stills/value--ways-wide.svg">'


def card_of(body: str, home: str) -> str:
    app = SimpleNamespace(config=SimpleNamespace(html_baseurl=home))
    page = Page(app, "book/value", {"body": body}, None)
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
