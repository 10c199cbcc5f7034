"""The head of a page: what it loads from other hosts, when its scripts run, its description."""

import re

import pytest
from docutils.core import publish_doctree
from gz_head import AT_ONCE, LONGEST, description, first_words, foreign_addresses, prepare
from gz_plumbing import Page
from sphinx.builders.html._assets import _JavaScript


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<script async src="//cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="http://fonts.example/a.css">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img src="https://img.example/a.png" alt="">',
        '<img srcset="//img.example/a.png 2x" alt="">',
        '<iframe src="https://video.example/1"></iframe>',
        "<style>@import url(https://fonts.example/a.css);</style>",
    ],
)
def test_finds_what_is_loaded(html):
    assert len(foreign_addresses(html)) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://doi.org/10.12677/x">the paper</a>',
        '<link rel="canonical" href="https://example.org/book/">',
        '<script src="../_static/vendor/vega.min.js"></script>',
        '<img src="data:image/png;base64,AAAA" alt="">',
        '<script type="application/json">{"$schema":"https://vega.github.io/x"}</script>',
        "<p>url(https://example.org)</p>",
    ],
)
def test_leaves_the_rest(html):
    assert foreign_addresses(html) == []


def scripts(page: str, files: list[_JavaScript]) -> dict[str, dict[str, str]]:
    context = {"body": "", "script_files": list(files), "css_files": []}
    prepare(Page(None, page, context, None))
    return {script.filename or "": script.attributes for script in context["script_files"]}


def test_a_script_waits_for_the_page():
    files = [
        _JavaScript(f"_static/{AT_ONCE}.js"),
        _JavaScript("_static/doctools.js"),
        _JavaScript("_static/late.js", **{"async": "async"}),
        _JavaScript("", body="1"),
    ]
    assert scripts("book/value", files) == {
        f"_static/{AT_ONCE}.js": {},
        "_static/doctools.js": {"defer": "defer"},
        "_static/late.js": {"async": "async"},
        "": {"body": "1"},
    }
    assert files[1].attributes == {}  # Sphinx gives the same one to the next page


def test_the_page_of_search_needs_its_scripts_at_once():
    assert scripts("search", [_JavaScript("_static/doctools.js")]) == {"_static/doctools.js": {}}


def pages_of(site):
    """Return the pages; the theme leaves a template of its own among the files that they load."""
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


@pytest.mark.site
def test_no_page_of_the_site_waits_for_a_script(site):
    for path in pages_of(site):
        if path.name == "search.html":
            continue
        for tag in re.findall(r"<script[^>]* src=[^>]*>", path.read_text(encoding="utf-8")):
            assert AT_ONCE in tag or re.search(r"\b(defer|async)\b", tag), (path.name, tag)


@pytest.mark.site
def test_no_page_of_the_site_has_an_id_twice_for_a_letter(site):
    pages = 0
    for path in pages_of(site):
        letters = re.findall(r'id="(gz-letter-\d+)"', path.read_text(encoding="utf-8"))
        assert len(letters) == len(set(letters)), path.name
        pages += bool(letters)
    assert pages >= 10


def test_a_claim_of_the_paper_is_no_description():
    page = publish_doctree(
        ".. container:: gz-claim\n\n   Selling online lifts incomes.\n\nIt is undecided here."
    )
    assert description(page) == "It is undecided here."


def test_what_a_page_has_found_is_its_description():
    page = publish_doctree(
        "Words.\n\n.. container:: gz-takeaway\n\n   Undecided: incomes rise.\n\n   1 of 2."
    )
    assert description(page) == "Undecided: incomes rise. 1 of 2."


def test_description_is_the_first_sentence():
    page = publish_doctree("Title\n=====\n\nSection 2.3\n\nSelling online lifts\nincomes.\n\nMore.")
    assert first_words(page) == "Selling online lifts incomes."


def test_long_description_is_cut_at_a_word():
    text = first_words(publish_doctree("county " * 60))
    assert len(text) <= LONGEST + 2
    assert text.endswith("county …")


def test_page_without_sentences_has_no_description():
    assert first_words(publish_doctree("Title\n=====\n\nA label")) == ""
