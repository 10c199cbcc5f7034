"""The atlas answers: menu, slider, search, pointer and click, in a real browser."""

import pytest
from drawn import drawn, focus, on_tile, texts
from shapes import CODES
from test_atlas import draw

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser):
    with drawn(browser, draw()) as page:
        yield page


@pytest.fixture
def atlas(page):
    """Give the atlas as it is at first: nothing searched, the pointer elsewhere."""
    page.fill("input[type=search]", "")
    page.select_option("select", "income")
    page.evaluate("view.signal('year', 2020).run() && 0")
    page.mouse.move(1, 1)
    return page


@pytest.mark.parametrize(
    ("query", "place"),
    [("Táijiāng xiàn", 1), ("tai2 jiang1", 1), ("nanming", 2), ("云岩", 3), ("522632", 0)],
)
def test_search_moves_the_focus_and_the_card(atlas, query, place):
    atlas.fill("input[type=search]", query)
    assert focus(atlas) == CODES[place]


def test_a_search_without_a_match_says_so_and_keeps_the_focus(atlas):
    before = focus(atlas)
    atlas.fill("input[type=search]", "Xanadu")
    assert "No county is called Xanadu" in texts(atlas)
    assert focus(atlas) == before


def test_the_last_act_wins_a_click_after_a_search_and_a_search_after_a_click(atlas):
    atlas.fill("input[type=search]", "taijiang")
    assert focus(atlas) == CODES[1]
    atlas.mouse.click(*on_tile(atlas, "南明"))
    atlas.mouse.move(1, 1)
    assert focus(atlas) == CODES[2]
    atlas.fill("input[type=search]", "yunyan")
    assert focus(atlas) == CODES[3]


def test_pointing_shows_a_county_only_while_it_lasts(atlas):
    before = focus(atlas)
    atlas.mouse.move(*on_tile(atlas, "云岩"))
    assert focus(atlas) == CODES[3]
    atlas.mouse.move(1, 1)
    assert focus(atlas) == before


def test_a_year_without_data_shows_the_nearest_and_says_so(atlas):
    atlas.evaluate("view.signal('year', 2013).run() && 0")
    assert "No data for 2013. Years with data: 2010, 2020" in texts(atlas)
    assert "yuan, 2010" in texts(atlas)


def test_card_says_value_and_rank_or_no_data(atlas):
    atlas.fill("input[type=search]", "taijiang")
    assert {"2,001 yuan", "2020: rank 2 of 3, 1 is the highest"} <= set(texts(atlas))
    atlas.fill("input[type=search]", "yunyan")
    assert "no data" in texts(atlas)
    atlas.select_option("select", "change")
    assert "+3.0 %" in texts(atlas)
