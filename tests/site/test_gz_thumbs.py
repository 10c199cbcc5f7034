"""The row of small pictures: every section page with several figures has it, under the first."""

import re
from pathlib import Path

import pytest
from gz_stills import Chart, Still
from gz_thumbs import item

BOOK = Path(__file__).resolve().parents[2] / "book"
SECTIONS = sorted(p for d in ("value", "dilemma", "path") for p in BOOK.glob(f"{d}*.md"))


def test_a_picture_leads_to_its_figure_and_has_its_title_once():
    made = {"narrow": {"width": 350, "height": 200}}
    still = Still("x", Chart({}, {}, "A < B", ""), made, "../")
    html = item(still, "figure-people-rows")
    assert html.startswith('<li><a href="#figure-people-rows">')
    assert re.findall(r'src="([^"]*)"', html) == [
        "../_static/stills/x-narrow.svg", "../_static/stills/x-narrow.svg#dark",
    ]  # fmt: skip
    assert html.count('alt=""') == 2  # the title says it
    assert html.count("A &lt; B") == 1


@pytest.mark.parametrize("page", SECTIONS, ids=[page.stem for page in SECTIONS])
def test_the_row_stands_under_the_first_of_several_figures(page):
    marks = re.findall(r"^```\{(gz-figure|gz-thumbnails)\}", page.read_text("utf-8"), re.M)
    if marks.count("gz-figure") > 1:
        assert marks[:2] == ["gz-figure", "gz-thumbnails"]
    assert marks.count("gz-thumbnails") <= 1
