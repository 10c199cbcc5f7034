"""The search finds pages by English words and by Chinese terms.

``searches.csv`` says what readers look for and a page that must be among the answers.
"""

import csv
from pathlib import Path
from urllib.parse import quote

import pytest

pytestmark = [pytest.mark.site, pytest.mark.browser]
with (Path(__file__).parent / "searches.csv").open(encoding="utf-8", newline="") as file:
    SEARCHES = [(row["query"], row["page"]) for row in csv.DictReader(file)]


# What the page does with the query in its address, done again without loading it again.
SEARCH = """(query) => {
  document.getElementById("search-results").replaceChildren();
  Search.performSearch(query);
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


def answers(page, server: str, query: str) -> list[str]:
    """Return the pages that the search offers, best first."""
    page.evaluate(SEARCH, query)
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
