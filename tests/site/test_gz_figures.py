"""Figures that a page takes from a notebook."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TAKEN = [
    (page.stem, *match.groups())
    for page in sorted((ROOT / "book").glob("*.md"))
    for match in re.finditer(r"^```\{gz-figure\} ([\w-]+):([\w-]+)$", page.read_text("utf-8"), re.M)
]


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
