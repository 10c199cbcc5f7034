"""The picture of a page for messengers: its first figure under its title, 1200 x 630, light.

Made only where ``html.baseurl`` says where the site lives: a picture needs a full address. A page
without a figure has the cover, a county's page a picture that `gz_county` draws. Kept beside the
stills, so that a build draws what is new.
"""

from __future__ import annotations

import hashlib
import re
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from gz_plumbing import Page, on_every_page
from gz_stills import FOLDER, INK, names_and_keys, read_kept, store
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from gzcounty.charts import theme
from gzcounty.charts.frame import lines
from gzcounty.language import N_, _

WIDTH, HEIGHT, MARGIN = 1200, 630, 48
TITLE, SMALL = 36, 22  # pixels
LEAST, LARGE = 0.75, 1.2  # a picture that would be smaller than that is shown large, from its top
SITE = N_("Rural e-commerce and the county economy of Guizhou")
COVER = "_static/card.png"
_FIRST = re.compile(rf'src="(?:\.\./)*{FOLDER}/([\w-]+)-wide\.svg"')
_CARD = re.compile(rf"{FOLDER}/([\w-]+)-card\.png")


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
        file = f"{FOLDER}/{first[1]}-card.png" if first else COVER
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
            (out / FOLDER / f"{name}-card.png").write_bytes(path.read_bytes())


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    on_every_page(app, name_card, priority=810)
    app.connect("build-finished", write_cards, priority=700)  # after the stills
