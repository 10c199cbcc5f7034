"""The site works when a reader opens it from a folder, with no server at all."""

import pytest
from visits import DRAW_ALL, PAGES, Visit, is_one_of_many, watch

pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.mark.parametrize("page_name", [page for page in PAGES if not is_one_of_many(page)])
def test_page_opens_from_a_file(browser, site, page_name):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    visit = Visit(page_name, "light", "desktop")
    watch(page, visit, "file://")
    page.goto((site / page_name).as_uri())
    charts = page.evaluate(DRAW_ALL)
    page.close()
    assert visit.foreign == []
    assert visit.errors == []
    assert [chart["state"] for chart in charts] == ["drawn"] * len(charts)


def test_search_works_from_a_file(browser, site):
    page = browser.new_page()
    visit = Visit("search.html", "light", "desktop")
    watch(page, visit, "file://")
    page.goto((site / "search.html").as_uri() + "?q=农村电商")
    page.wait_for_selector("ul.search li a")
    page.close()
    assert visit.errors == []
