"""The way to the other language: the same page, the same place, the same choices; offered once."""

import pytest

pytestmark = [pytest.mark.site, pytest.mark.browser]

SWITCH = "a.gz-edition"


@pytest.fixture
def reader(browser):
    """Open pages as a reader whose browser asks for Chinese."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    "place",
    [
        "book/conclusion.html#ledger-2-3-d",
        "book/conclusion.html#verdict=undecided&q=tea",
        "book/value-county.html?atlas.index=2",
        "book/county/meitan.html",
    ],
)
def test_the_switch_leads_to_the_same_place_and_back(reader, server, place):
    reader.goto(f"{server}/{place}")
    reader.wait_for_timeout(300)
    here = reader.url
    reader.click(SWITCH)
    reader.wait_for_url(here.replace(f"{server}/", f"{server}/zh/"))
    assert reader.locator("html").get_attribute("lang") == "zh-CN"
    reader.click(SWITCH)
    reader.wait_for_url(here)


def test_who_has_scrolled_stays_at_the_heading(reader, server):
    reader.goto(f"{server}/zh/book/value-people.html")
    reader.evaluate(
        "document.getElementById('why-it-might-be-so').scrollIntoView({ behavior: 'instant' })"
    )
    reader.wait_for_function("scrollY > 200")
    reader.locator(SWITCH).evaluate("link => link.click()")  # playwright's own click scrolls
    reader.wait_for_url(f"{server}/book/value-people.html#why-it-might-be-so")


def test_chinese_is_offered_on_the_front_page_to_who_asks_for_it_and_has_not_chosen(
    browser, reader, server
):
    offer = reader.locator(".gz-offer[lang=zh-Hans]")
    reader.goto(f"{server}/book/value.html")
    assert offer.count() == 0
    reader.goto(f"{server}/book/index.html")
    assert offer.is_visible()
    offer.locator("a").click()
    reader.wait_for_url(f"{server}/zh/book/index.html")
    assert not reader.locator(".gz-offer").is_visible()
    reader.goto(f"{server}/book/index.html")
    assert not offer.is_visible()
    other = browser.new_page(locale="en-GB")
    other.goto(f"{server}/book/index.html")
    assert not other.locator(".gz-offer").is_visible()
    other.close()


def test_scripts_speak_chinese(reader, server):
    reader.goto(f"{server}/zh/book/conclusion.html#verdict=undecided")
    reader.wait_for_selector(".gz-ledger [role=status]:text('条论断中的')")
    reader.goto(f"{server}/zh/notebooks/lab-weights.html")
    reader.click(".gz-exercise button")
    reader.wait_for_selector(".gz-exercise-reply:has-text('还没有')")
