"""The index explorer answers: sliders, search and click, in a real browser."""

import pytest
from drawn import drawn, focus, on_tile, texts
from shapes import CODES
from test_index_explorer import INDICES, chart

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def explorer(browser):
    with drawn(browser, chart().properties(width=340)) as page:
        yield page


@pytest.fixture
def page(explorer):
    """Give the explorer with equal weights, nothing searched, Rongjiang clicked."""
    explorer.fill("input[type=search]", "")
    weigh(explorer, 5, 5, 5)
    explorer.mouse.click(*on_tile(explorer, "榕江"))
    explorer.mouse.move(1, 1)
    return explorer


def weigh(page, *weights: int) -> None:
    for k, weight in enumerate(weights):
        page.evaluate(f"view.signal('weight{k}', {weight}).run() && 0")


@pytest.mark.parametrize("weights", [(5, 5, 5), (10, 1, 0), (0, 7, 3), (0, 0, 10), (0, 0, 0)])
@pytest.mark.parametrize("place", range(4))
def test_places_are_those_of_the_weighted_mean(page, weights, place):
    weigh(page, *weights)
    page.fill("input[type=search]", CODES[place])
    shares = weights if any(weights) else (1, 1, 1)
    score = INDICES.set_index("adcode")[["industry", "county", "people"]] @ list(shares)
    rank = int(score.round(9).rank(ascending=False, method="min")[CODES[place]])
    assert any(text.endswith(f": number {rank} of 4") for text in texts(page))


def test_search_and_click_change_the_card_and_the_last_act_wins(page):
    page.fill("input[type=search]", "táijiāng")
    assert focus(page) == "522630"
    page.mouse.click(*on_tile(page, "南明"))
    page.mouse.move(1, 1)
    assert focus(page) == "520102"
    assert "Industry 业 50, County 县 50, People 民 50 of 100" in texts(page)


def test_named_counties_stand_at_the_corner_of_their_tiles(page):
    tile = page.locator("svg g.mark-rect path").first.bounding_box()
    mark = page.locator("svg g.mark-symbol path[fill='#B4568F']").first.bounding_box()
    assert mark["x"] + mark["width"] / 2 > tile["x"] + 0.7 * tile["width"]
