"""What a reader gets who prints a page: dark words on light paper, whatever the screen has."""

import pytest

pytestmark = [pytest.mark.site, pytest.mark.browser]

# Words lighter than a middle grey; a verdict on black is light on purpose.
LIGHT_WORDS = """() => {
  const light = (node) => {
    const [r, g, b] = getComputedStyle(node).color.match(/[\\d.]+/g).map(Number);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 140;
  };
  const own = (node) =>
    [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  return [...document.querySelectorAll("article.bd-article *")]
    .filter((node) => own(node) && node.checkVisibility() && light(node))
    .filter((node) => !node.closest("svg, script, .gz-supported, .gz-mark, .gz-tab"))
    .map((n) => n.textContent.trim().slice(0, 40));
}"""
AROUND = ".bd-sidebar-primary, .bd-header-article, .prev-next-footer, .gz-next, .headerlink, button"
PAGES = ["book/value-county", "book/conclusion", "notebooks/value-people", "zh/book/value-people"]


@pytest.fixture(scope="module", params=PAGES)
def printed(request, browser, site):
    context = browser.new_context(viewport={"width": 680, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.goto((site / f"{request.param}.html").as_uri())
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert page.evaluate(LIGHT_WORDS)  # on the screen they are light
    page.emulate_media(media="print", color_scheme="dark")
    yield page
    context.close()


def test_words_are_dark(printed):
    assert printed.evaluate(LIGHT_WORDS) == []


def test_nothing_around_the_page_is_printed(printed):
    shown = (
        "(nodes) => nodes.filter((n) => n.checkVisibility()).map((n) => n.outerHTML.slice(0, 60))"
    )
    assert printed.locator(AROUND).count() > 0
    assert printed.locator(AROUND).evaluate_all(shown) == []


def test_nothing_is_wider_than_the_paper(printed):
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert printed.evaluate(wide) <= 0
