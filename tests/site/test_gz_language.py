"""Chinese says that it is Chinese wherever a reader sees it in an English page."""

import re

import pytest
from bs4 import BeautifulSoup, Comment
from gz_edition import CHINESE, JOINER, marked, unbroken
from gz_search import HAN

SILENT = ("script", "style", "svg", "pre", "code", "select", "textarea", "title")


@pytest.mark.parametrize(
    ("html", "made"),
    [
        (
            "<p>县城, 镇</p>",
            f'<p><span lang="{CHINESE}">县城</span>, <span lang="{CHINESE}">镇</span></p>',
        ),
        ("<p>《县城》。</p>", f'<p><span lang="{CHINESE}">《县城》。</span></p>'),
        ('<span class="gz-zh">县</span>', f'<span class="gz-zh" lang="{CHINESE}">县</span>'),
        ('<p lang="zh">县<b>城<br></b>镇</p>', '<p lang="zh">县<b>城<br></b>镇</p>'),
        ("<script>'<p>县</p>'</script>", "<script>'<p>县</p>'</script>"),
        ("<code>县</code>", "<code>县</code>"),
        ('<a title="县">town</a>', '<a title="县">town</a>'),
    ],
)
def test_runs_are_marked_once_and_what_is_no_text_stays(html, made):
    assert marked(html) == made
    assert marked(made) == made


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ('<a title="2010—2020">2010—2020年</a>', '<a title="2010—2020">2010|—|2020年</a>'),
        ("2010年—2020年, <b>1%—2%</b>", "2010年|—|2020年, <b>1%|—|2%</b>"),
        ("县域—产业", "县域—产业"),
        ("<script>'2010—2020'</script>", "<script>'2010—2020'</script>"),
    ],
)
def test_spans_of_numbers_are_held_together_in_what_a_reader_sees(html, made):
    assert unbroken(html).replace(JOINER, "|") == made


@pytest.mark.site
def test_no_chinese_of_a_page_is_taken_for_english(site):
    faults = []
    for name in ("book/value-people", "book/glossary", "book/conclusion", "notebooks/value-county"):
        page = BeautifulSoup((site / f"{name}.html").read_bytes(), "html.parser")
        for text in page.body.find_all(string=re.compile(f"[{HAN}]")):
            unseen = isinstance(text, Comment) or text.find_parent(SILENT)
            if not unseen and not text.find_parent(lang=re.compile("^zh")):
                faults.append(f"{name}: {text.strip()[:40]}")
    assert faults == []
