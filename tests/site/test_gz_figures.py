"""Figures that a page takes from a notebook."""

import re
from pathlib import Path

import pytest
from gz_outputs import thumbnail
from gz_stills import Chart, Still

ROOT = Path(__file__).resolve().parents[2]
TAKEN = [
    (page.stem, *match.groups())
    for page in sorted((ROOT / "book").glob("*.md"))
    for match in re.finditer(r"^```\{gz-figure\} ([\w-]+):([\w-]+)$", page.read_text("utf-8"), re.M)
]
SECTIONS = sorted(p for d in ("value", "dilemma", "path") for p in (ROOT / "book").glob(f"{d}*.md"))


def read(page: Path) -> str:
    """Return a page, its links to counties as they are in its own folder."""
    return page.read_text(encoding="utf-8").replace("../book/county/", "county/")


@pytest.mark.site
@pytest.mark.parametrize(("page", "notebook", "name"), TAKEN)
def test_page_shows_the_notebooks_own_figure(site, page, notebook, name):
    html = read(site / "book" / f"{page}.html")
    origin = read(site / "notebooks" / f"{notebook}.html")
    before = html.partition(f"../notebooks/{notebook}.html#gz-figure-{name}")
    assert before[1], "the link to the cell is missing"
    figures = re.findall(
        r'<script type="application/json">.*?</script>|<tbody>.*?</tbody>', before[0], re.S
    )
    assert figures, "neither chart nor table stands before the link"
    assert figures[-1] in origin, "the page's figure is not the notebook's"
    assert f'id="gz-figure-{name}"' in origin


def test_pages_take_figures():
    assert len(TAKEN) >= 2


def test_a_picture_leads_to_its_figure_and_has_its_title_once():
    made = {"narrow": {"width": 350, "height": 200}}
    still = Still("x", Chart({}, {}, "A < B", ""), made, "../")
    html = thumbnail(still, "figure-people-rows")
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
