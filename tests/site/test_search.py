"""The search finds pages by English words and by Chinese terms.

``searches.csv`` says what readers look for and a page that must be among the answers;
``searches_zh.csv`` what readers of the Chinese edition do, and the page that must come first.
"""

import csv
import re
from pathlib import Path
from urllib.parse import quote

import pytest

pytestmark = [pytest.mark.site, pytest.mark.browser]


def wanted(name: str) -> list[tuple[str, str]]:
    """Return queries, each with a page."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return [(row["query"], row["page"]) for row in csv.DictReader(file)]


SEARCHES = wanted("searches.csv")


# What the page does with the query in its address, done again without loading it again. For an
# excerpt the page is fetched and read, which takes longer than the search.
SEARCH = """([query, excerpts]) => {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = excerpts;
  document.getElementById("search-results").replaceChildren();
  Search.performSearch(query);
}"""
# For excerpts the same pages are fetched and read for query after query: here each is once.
KEEP = """() => {
  const [ask, read] = [window.fetch, Search.htmlToText];
  const [fetched, texts] = [new Map(), new Map()];
  window.fetch = async (address) => {
    if (!fetched.has(address)) fetched.set(address, ask(address).then((answer) => answer.text()));
    return { text: () => fetched.get(address) };
  };
  Search.htmlToText = (html, anchor) => {
    if (!texts.has(html)) texts.set(html, {});
    return (texts.get(html)[anchor] ??= read(html, anchor));
  };
  window.excerptsShown = async () => {
    await Promise.all(fetched.values());
    await new Promise((done) => setTimeout(done));
  };
}"""


@pytest.fixture(scope="module")
def page(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/search.html?q=trade")
    finished(page)
    yield page
    page.close()


def finished(page) -> None:
    """Wait for the line that the theme writes last, whether or not there is an answer."""
    page.wait_for_function(
        "document.querySelector('.search-summary')?.textContent.trim().length > 0"
    )


def answers(page, server: str, query: str, *, excerpts: bool = False) -> list[str]:
    """Return the pages that the search offers, best first."""
    page.evaluate(SEARCH, [query, excerpts])
    finished(page)
    return answers_shown(page, server)


def answers_shown(page, server: str) -> list[str]:
    links = page.eval_on_selector_all("ul.search li a", "(all) => all.map((a) => a.href)")
    return [link.removeprefix(f"{server}/").split("?")[0].split("#")[0] for link in links]


@pytest.mark.parametrize(("query", "expected"), SEARCHES, ids=[query for query, _ in SEARCHES])
def test_finds(page, server, query, expected):
    assert f"{expected}.html" in answers(page, server, query)


def test_the_address_asks_for_the_same(page, server):
    by_call = answers(page, server, query := "农村电商 village")
    page.goto(f"{server}/search.html?q={quote(query)}")
    finished(page)
    assert by_call
    assert answers_shown(page, server) == by_call


def test_there_are_enough_of_both_languages():
    chinese = [query for query, _ in SEARCHES if any(char > "\u3400" for char in query)]
    assert len(SEARCHES) >= 20
    assert len(chinese) >= 8


def test_nonsense_finds_nothing(page, server):
    assert answers(page, server, "qwertzuiop") == []
    assert answers(page, server, "龘靐") == []


def test_pages_come_before_notebooks_terms_before_both_and_no_excerpt_is_a_row_of_numbers(
    page, server
):
    faults = []
    page.evaluate(KEEP)
    for query, _ in SEARCHES:
        found = answers(page, server, query, excerpts=True)
        pages = [i for i, name in enumerate(found) if re.match("book/(?!reference/)", name)]
        notebooks = [i for i, name in enumerate(found) if name.startswith("notebooks/")]
        if pages and notebooks and max(pages) > min(notebooks):
            faults.append(f"{query}: a notebook is above a page")
        page.evaluate("excerptsShown()")
        for text in page.locator("ul.search p.context").all_inner_texts():
            numbers = re.findall(r"(?<!\S)-?[\d.,]+(?!\S)", text)
            if len(numbers) > len(re.findall(r"[^\W\d]{2,}", text)):
                faults.append(f"{query}: {text}")
    first = dict.fromkeys(
        ("penetration", "panel", "night lights", "县域经济"), "glossary.html#term-"
    )
    for query, place in (first | {"panel_ols": "models/panel_ols.html", "湄潭": "county"}).items():
        answers(page, server, query)
        led_to = page.locator("ul.search li a").first.get_attribute("href")
        if place not in led_to:
            faults.append(f"{query}: {led_to} comes first")
    assert faults == []


def test_readers_of_chinese_find_the_page_first(browser, server):
    page, faults = browser.new_page(), []
    page.goto(f"{server}/zh/search.html?q=%E5%8E%BF%E5%9F%9F")
    finished(page)
    searches = wanted("searches_zh.csv")
    for query, expected in searches:
        found = answers(page, server, query)
        if found[:1] != [f"zh/{expected}.html"]:
            faults.append(f"{query}: {found[:3]}")
    page.close()
    assert faults == []
    assert len(searches) >= 30


def test_words_of_a_query_are_marked_on_the_page_opened_from_the_list_only(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/search.html?q=penetration")
    finished(page)
    page.goto(f"{server}/book/value.html")
    page.wait_for_timeout(50)
    assert page.locator(".highlighted, .highlight-link").count() == 0
    page.goto(f"{server}/search.html?q=penetration")
    finished(page)
    page.click("ul.search li a[href*='value-people']")
    page.wait_for_selector("article .highlighted")
    page.close()
