"""The cover on a page, each tile a link to the page of its county, with the legend of its shades.

``{gz-cloth}`` puts ``book/_static/cover.svg`` into the page as it is drawn (``tools/cover.py``): a
picture that is only shown takes no tap and no key. What the tiles and shades are called stands in
the drawing, so nothing is read from the tables here.
"""

import re
from html import escape, unescape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from gzbook.county_page import slug
from gzcounty.language import _, in_language

COVER = Path(__file__).resolve().parent.parent / "_static" / "cover.svg"
_TILE = re.compile(
    r'<g id="gzc-\d{6}" (?P<place>[^>]*)>'
    r"<title>(?P<name>[^<]*)</title>(?P<drawn>.*?)</g>"
)
_NAME = re.compile(r"(.+) ([\u3400-\u9fff]+): (\S+) %")
_SHADE = re.compile(r"(\d): ([\d.]+) to ([\d.]+) %")


def linked(svg: str) -> str:
    """Return the drawing with a link on each tile, by its name.

    >>> tile = '<g id="gzc-522632" transform="x"><title>Rongjiang 榕江县: 9 %</title><use/></g>'
    >>> linked(tile)
    '<a href="county/rongjiang.html" aria-label="Rongjiang 榕江县: 9 %" transform="x"><title>\
Rongjiang 榕江县: 9 %</title><use/></a>'
    """

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
