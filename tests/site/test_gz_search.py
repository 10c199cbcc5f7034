"""The index cuts English into words and Chinese into overlapping pairs."""

import pytest
from gz_search import SearchEnglishChinese

LANGUAGE = SearchEnglishChinese({})


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("rural incomes", ["rural", "incomes"]),
        ("农村电商", ["农", "村", "电", "商", "农村", "村电", "电商"]),
        ("the 县域economy", ["the", "县", "域", "县域", "economy"]),
        ("two-way, 2020", ["two", "way", "2020"]),
        ("榕江县（Rongjiang）", ["榕", "江", "县", "榕江", "江县", "Rongjiang"]),
    ],
)
def test_splits(text, terms):
    assert LANGUAGE.split(text) == terms


def test_stems_english_and_leaves_chinese():
    assert LANGUAGE.stem("counties") == LANGUAGE.stem("county")
    assert LANGUAGE.stem("县域") == "县域"


def test_the_browser_cuts_as_the_index_does(browser):
    """Every term that a query becomes must be one that the index could hold."""
    page = browser.new_page()
    page.set_content("<p></p>")
    cut = SearchEnglishChinese.js_splitter_code.split("if (location")[0] + "; splitQuery"
    for query in (
        "农村电商",
        "county 县域经济 2020",
        "贵",
        "two-way fixed effects",
        "榕江Rongjiang",
    ):
        terms = page.evaluate(
            f"(q) => {{ {cut.removesuffix('; splitQuery')} return splitQuery(q); }}", query
        )
        assert terms
        assert set(terms) <= set(LANGUAGE.split(query))
    page.close()
