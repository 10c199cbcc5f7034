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

Where ``html.baseurl`` says where the site lives (a picture needs a full address), every page has a
picture for messengers, 1200 x 630, light: a county's page one of its own, others their first figure
under its title, and a page without a figure the cover. They are kept beside the stills, so that a
build draws what is new.
"""

import hashlib
import re
from collections.abc import Iterable
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from typing import Any

from docutils import nodes
from gz_plumbing import PUBLISHED, Page, add_files_where, depend_on_package, on_every_page
from gz_stills import FOLDER as PICTURES
from gz_stills import INK, names_and_keys, read_kept, store
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from gzbook.county_page import slug
from gzbook.publishing import LEDGER
from gzcounty.charts import theme
from gzcounty.charts.frame import lines
from gzcounty.language import N_, _, in_language

OVERVIEW, FOLDER = "book/county", "book/county/"
COVER = Path(__file__).resolve().parents[1] / "_static" / "cover.svg"
_TILE = re.compile(
    r'<g id="gzc-\d{6}" (?P<place>[^>]*)>'
    r"<title>(?P<name>[^<]*)</title>(?P<drawn>.*?)</g>"
)
_NAME = re.compile(r"(.+) ([\u3400-\u9fff]+): (\S+) %")
_SHADE = re.compile(r"(\d): ([\d.]+) to ([\d.]+) %")
WIDTH, HEIGHT, MARGIN = 1200, 630, 48
TITLE, SMALL = 36, 22  # pixels
LEAST, LARGE = 0.75, 1.2  # a picture that would be smaller than that is shown large, from its top
SITE = N_("Rural e-commerce and the county economy of Guizhou")
COVER_CARD = "_static/card.png"
_FIRST = re.compile(rf'src="(?:\.\./)*{PICTURES}/([\w-]+)-wide\.svg"')
_CARD = re.compile(rf"{PICTURES}/([\w-]+)-card\.png")


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
    from gzbook import county_pictures as pictures
    from gzbook import county_sheet as sheets
    from gzcounty.data.guizhou import load_counties

    table = load_counties()
    names = [FOLDER + slug(name) for name in table.name_en]
    make_known(app, dict(zip(names, sheets.titles(), strict=True)), sheets.places())
    out = Path(app.outdir)
    written, last = out / f"{OVERVIEW}.html", out / f"{names[-1]}.html"
    if last.exists() and last.stat().st_mtime >= written.stat().st_mtime:
        return
    (out / FOLDER).mkdir(exist_ok=True)
    (out / FOLDER / "province.svg").write_text(pictures.province_map(), encoding="utf-8")
    ledger = PUBLISHED.by_notebook(app.env, LEDGER).get("conclusion", [])
    for name, code in zip(names, table.adcode, strict=True):
        sheet = sheets.sheet(code, ledger)
        (out / f"{name}.csv").write_text(sheets.csv(code), encoding="utf-8")
        context = {"title": sheet.title, "pagetitle": sheet.title, "body": sheet.html}
        context |= {"gz_description": sheet.description, "parents": [], "meta": {}}
        if app.config.html_baseurl:
            context["gz_own_card"] = f"{name}.png"
            (out / f"{name}.png").write_bytes(flat_picture(app.env, pictures.card(code)))
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


def card(made: dict[str, Any]) -> str:
    """Return a card as SVG: title above, still below, the site's name at the foot."""
    svg, wide, high = (made["wide"][key] for key in ("svg", "width", "height"))
    rows = lines(made["title"], TITLE * 1.06, WIDTH - 2 * MARGIN)[:3]
    top = MARGIN + round(1.25 * TITLE * len(rows)) + 12
    foot = HEIGHT - SMALL - 16
    room = foot - top - 12
    fit = min((WIDTH - 2 * MARGIN) / wide, room / high)
    scale = fit if fit >= LEAST else LARGE
    text = "".join(
        f'<text x="{MARGIN}" y="{MARGIN + round(1.25 * TITLE * i) + 30}" font-size="{TITLE}"'
        f' font-weight="bold" font-family="{escape(theme.HEADING_FONT)}">{escape(line)}</text>'
        for i, line in enumerate(rows)
    )
    inner = re.sub(r"^<svg[^>]*>", "", svg)
    shown = min(high, room / scale)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{WIDTH}" height="{HEIGHT}" fill="{INK}" color="{INK}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{theme.PAPER}"/>{text}'
        f'<svg x="{MARGIN}" y="{top}" width="{wide * scale:.0f}" height="{shown * scale:.0f}"'
        f' viewBox="0 0 {wide} {shown:.0f}" fill="black">{inner}'
        f'<text x="{MARGIN}" y="{HEIGHT - 20}" font-size="{SMALL}" fill-opacity="0.7"'
        f' font-family="{escape(theme.FONT)}">{_(SITE)}</text></svg>'
    )


def name_card(page: Page) -> None:
    """Hand a page's picture to the template."""
    home = page.app.config.html_baseurl.rstrip("/")
    if home:
        first = _FIRST.search(page.context.get("body", ""))
        file = f"{PICTURES}/{first[1]}-card.png" if first else COVER_CARD
        page.context["gz_card"] = f"{home}/{page.context.get('gz_own_card', file)}"


def flat_picture(env: BuildEnvironment, svg: str) -> bytes:
    """Return a drawing of few colours as PNG with a palette, a tenth of the size, drawn once."""
    path = store(env) / f"{hashlib.sha256(svg.encode()).hexdigest()[:24]}.png"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(few_colours(svg))
    return path.read_bytes()


def few_colours(svg: str) -> bytes:
    """Draw a picture with a palette of 16 colours."""
    import vl_convert
    from PIL import Image

    drawn = Image.open(BytesIO(vl_convert.svg_to_png(svg))).convert("RGB")
    out = BytesIO()
    palette = drawn.quantize(16, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette.save(out, "png", optimize=True)
    return out.getvalue()


def write_cards(app: Sphinx, exception: Exception | None) -> None:
    """Draw the cards that pages name."""
    if exception or app.builder.format != "html" or not app.config.html_baseurl:
        return
    import vl_convert

    out = Path(app.outdir)
    pages = (path.read_text(encoding="utf-8") for path in out.rglob("*.html"))
    wanted = {found[1] for text in pages if (found := _CARD.search(text))}
    for name, key in names_and_keys(app.env):
        if name in wanted:
            path = store(app.env) / f"{key}.png"
            if not path.is_file():
                path.write_bytes(vl_convert.svg_to_png(card(read_kept(app.env, key))))
            (out / PICTURES / f"{name}-card.png").write_bytes(path.read_bytes())


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("gz-cloth", ClothDirective)
    app.add_directive("gz-county", CountyDirective)
    app.connect("html-collect-pages", write_pages)
    add_files_where(app, 'class="gz-county', ["gz-county.css"], ["gz-copy.js", "gz-county.js"])
    add_files_where(app, 'class="gz-chart"', [], ["gz-county-link.js"])
    on_every_page(app, name_card, priority=810)
    app.connect("build-finished", write_cards, priority=700)  # after the stills
