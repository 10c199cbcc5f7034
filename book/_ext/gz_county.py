"""A page for each of the 88 counties, the page of all of them, and the cover that leads to them.

::

    ```{gz-county}
    ```

writes the search, the map and the table of all counties. The pages of single counties stand behind
no document: `write_pages` hands them to the theme when the page of all counties is written, with
their figures as CSV beside them, and a picture for messengers where the site has a public address.
They are not in the side bar; the search of the site knows them by their names, old ones and codes
too. All words and numbers come from `gzbook.county_sheet`.

``book/_static/gz-county.js`` adds what needs a script; what it says stands in the pages. Below a
chart of counties ``gz-county-link.js`` links the one that a reader clicked or searched to its page.

``{gz-cloth}`` puts ``book/_static/cover.svg`` into a page as it is drawn (``tools/cover.py``), each
tile a link to the page of its county, with the legend of its shades: a picture that is only shown
takes no tap and no key. What the tiles and shades are called stands in the drawing, so nothing is
read from the tables here.
"""

import re
from collections.abc import Iterable
from html import escape, unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from gz_cards import flat_picture
from gz_plumbing import PUBLISHED, add_files_where, depend_on_package
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from gzbook.county_page import slug
from gzbook.publishing import LEDGER
from gzcounty.language import _, in_language

OVERVIEW, FOLDER = "book/county", "book/county/"
COVER = Path(__file__).resolve().parents[1] / "_static" / "cover.svg"
_TILE = re.compile(
    r'<g id="gzc-\d{6}" (?P<place>[^>]*)>'
    r"<title>(?P<name>[^<]*)</title>(?P<drawn>.*?)</g>"
)
_NAME = re.compile(r"(.+) ([\u3400-\u9fff]+): (\S+) %")
_SHADE = re.compile(r"(\d): ([\d.]+) to ([\d.]+) %")


class CountyDirective(SphinxDirective):
    """``gz-county``: the search, the map and the table."""

    def run(self) -> list[nodes.Node]:
        """Write them; the pages of counties show the ledger's verdicts."""
        from gzbook.county_sheet import overview

        depend_on_package(self.env)
        PUBLISHED.takers(self.env).setdefault(self.env.docname, set()).add("conclusion")
        return [nodes.raw("", overview(), format="html")]


def write_pages(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Give the pages of all counties to the theme, if the page of all has been written since."""
    if OVERVIEW not in app.env.found_docs:
        return
    from gzbook import county_sheet as sheets
    from gzbook.county_card import card
    from gzcounty.data.guizhou import load_counties

    table = load_counties()
    names = [FOLDER + slug(name) for name in table.name_en]
    make_known(app, dict(zip(names, sheets.titles(), strict=True)), sheets.places())
    out = Path(app.outdir)
    written, last = out / f"{OVERVIEW}.html", out / f"{names[-1]}.html"
    if last.exists() and last.stat().st_mtime >= written.stat().st_mtime:
        return
    (out / FOLDER).mkdir(exist_ok=True)
    (out / FOLDER / "province.svg").write_text(sheets.province_map(), encoding="utf-8")
    ledger = PUBLISHED.by_notebook(app.env, LEDGER).get("conclusion", [])
    for name, code in zip(names, table.adcode, strict=True):
        sheet = sheets.sheet(code, ledger)
        (out / f"{name}.csv").write_text(sheets.csv(code), encoding="utf-8")
        context = {"title": sheet.title, "pagetitle": sheet.title, "body": sheet.html}
        context |= {"gz_description": sheet.description, "parents": [], "meta": {}}
        if app.config.html_baseurl:
            context["gz_own_card"] = f"{name}.png"
            (out / f"{name}.png").write_bytes(flat_picture(app.env, card(code)))
        yield name, {**context, "display_toc": False}, "page.html"


def make_known(app: Sphinx, titles: dict[str, list[str]], places: dict[str, list[str]]) -> None:
    """Have the search of the site find pages by titles, and places in the page of all counties.

    By titles alone, so that a search for 县 does not name every page. The first title of a page is
    what a result is headed by.
    """
    index = app.builder.indexer  # type: ignore[attr-defined]
    for name, (title, *others) in titles.items():
        index._titles[name], index._filenames[name] = title, f"{name}.html"
        index._all_titles[name] = [(words, None) for words in others]
    known = index._all_titles.get(OVERVIEW, [])
    more = [(words, anchor) for anchor, names in places.items() for words in names]
    index._all_titles[OVERVIEW] = list(dict.fromkeys([*known, *more]))
    prune = index.prune  # at the end it drops what stands behind no document
    index.prune = lambda docnames: prune([*docnames, *titles])


def linked(svg: str) -> str:
    """Return the drawing with a link on each tile, by its name."""

    def link(tile: re.Match[str]) -> str:
        english, chinese, share = _NAME.fullmatch(unescape(tile["name"])).groups()
        county = in_language(f"{english} {chinese}", chinese)
        name = escape(_("{county}: {share} %", county=county, share=share), quote=False)
        return (
            f'<a href="county/{slug(english)}.html" aria-label="{name}" {tile["place"]}>'
            f"<title>{name}</title>{tile['drawn']}</a>"
        )

    return _TILE.sub(link, svg.replace('role="img"', 'role="group"', 1))


def legend(svg: str) -> str:
    """Return the shades with their limits, as a list."""
    dyes = dict(re.findall(r'<use href="#gzc-tile" fill="(#\w+)"/>()', svg))
    # From light to deep: the sum of the channels falls.
    order = sorted(dyes, key=lambda dye: -sum(bytes.fromhex(dye[1:])))
    shades = _SHADE.findall(svg)
    limits = [_("{low} to {high} %", low=low, high=high) for _place, low, high in shades]
    items = "".join(
        f'<li><span style="background:{dye}"></span>{text}</li>'
        for dye, text in zip(order, limits, strict=True)
    )
    return f'<ul class="gz-cloth-key">{items}</ul>'


class ClothDirective(SphinxDirective):
    """``gz-cloth``: the cover with its links and its legend."""

    def run(self) -> list[nodes.Node]:
        """Read the drawing; the page is read again when it changes."""
        self.env.note_dependency(str(COVER))
        svg = COVER.read_text(encoding="utf-8")
        html = f'<div class="gz-cloth">{linked(svg)}{legend(svg)}</div>'
        return [nodes.raw("", html, format="html")]


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("gz-cloth", ClothDirective)
    app.add_directive("gz-county", CountyDirective)
    app.connect("html-collect-pages", write_pages)
    add_files_where(app, 'class="gz-county', ["gz-county.css"], ["gz-copy.js", "gz-county.js"])
    add_files_where(app, 'class="gz-chart"', [], ["gz-county-link.js"])
