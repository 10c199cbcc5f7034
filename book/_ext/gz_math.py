"""Formulas as SVG, drawn when the site is built.

No formula needs a script in the reader's browser. ziamath sets the TeX; the SVG takes the colour
of the text, sits on its baseline, grows with its size, and carries its TeX for screen readers.

A letter is drawn once a page: the first formula holds the shapes of all (`share_shapes`), so that a
page full of formulas weighs a third of what it did, and a phone shows its text sooner.
"""

import re
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

from docutils import nodes
from gz_plumbing import Page, on_every_page
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

# The size at which ziamath draws; everything is then written in em of the surrounding text.
_UNIT = 20.0
# The math font looks smaller than the text beside it, so it is set a little larger.
_SCALE = 1.08
_SHAPE = re.compile(r'<path id="(gz-letter-\d+)"[^>]*/>')
_SHAPES = re.compile(rf"<defs>(?:{_SHAPE.pattern})*</defs>")
_FORMULA = re.compile(r'<svg [^>]*\bclass="gz-formula"[^>]*>')
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


class FormulaError(ValueError):
    """A formula that cannot be set."""


@lru_cache(maxsize=2048)
def svg(tex: str, inline: bool) -> str:
    """Set a formula, in the line or on its own; return an ``<svg>`` with sizes in em.

    The shapes of its letters have ids; on a page, `share_shapes` keeps each once. Raises
    FormulaError if the formula is empty or ziamath cannot read it.
    """
    import ziamath
    from ziamath.tex import tex2mml

    ziamath.config.svg2 = True  # a shape once, and where it goes
    ziamath.config.precision = 2
    if _CHINESE.search(tex):
        raise FormulaError(f"the formula {tex!r} has Chinese in it; the math font has none")
    try:
        mathml = _mended(tex2mml(_prepared(tex, inline), inline=inline))
        formula = ziamath.Math(mathml, size=_UNIT, margin=0.5)
        element = formula.svgxml()
    except Exception as error:  # ziamath raises whatever its parser met
        raise FormulaError(f"the formula {tex!r} cannot be set: {error}") from error
    width, height = float(element.attrib["width"]), float(element.attrib["height"])
    if not tex.strip() or width <= 2:
        raise FormulaError(f"the formula {tex!r} is empty")
    _place_shapes(element)
    depth = formula.node.bbox.ymin - formula.margin  # how far it reaches below the baseline
    for child in element.iter():
        if child.attrib.get("fill") == "black":
            del child.attrib["fill"]  # it takes the colour of the whole formula
        if child.attrib.get("stroke") == "black":
            child.attrib["stroke"] = "currentColor"
    element.attrib.pop("xmlns:xlink", None)
    del element.attrib["width"], element.attrib["height"]
    em = _SCALE / _UNIT
    element.attrib.update(
        {
            "class": "gz-formula",
            "role": "img",
            "aria-label": " ".join(tex.split()),
            "fill": "currentColor",
            "style": f"width:{width * em:.3f}em;height:{height * em:.3f}em;"
            f"vertical-align:{depth * em:.3f}em",
        }
    )
    return ElementTree.tostring(element, encoding="unicode")


def _place_shapes(drawing: ElementTree.Element) -> None:
    """Turn the symbols of a drawing, which a browser would clip at their edges, into plain shapes.

    A symbol has a frame of its own and is put into a place of some width; a shape is moved there
    and scaled. What has no ink (an invisible "times") goes.
    """
    shapes, frames = ElementTree.Element("defs"), {}
    for symbol in drawing.findall("symbol"):
        drawing.remove(symbol)
        name = f"gz-letter-{symbol.attrib['id'].rpartition('_')[2]}"
        frames[f"#{symbol.attrib['id']}"] = name, [*map(float, symbol.attrib["viewBox"].split())]
        ink = symbol.find("path")
        if ink is not None:
            shapes.append(ElementTree.Element("path", {"id": name, "d": ink.attrib["d"].strip()}))
    inked = {shape.attrib["id"] for shape in shapes}
    for use in drawing.findall("use"):
        place = {key: float(use.attrib[key]) for key in ("x", "y", "height")}
        name, (left, top, _, tall) = frames[use.attrib["href"]]
        if name not in inked:
            drawing.remove(use)
            continue
        scale = place["height"] / tall
        x, y = place["x"] - left * scale, place["y"] - top * scale
        use.attrib.clear()
        moved = f"matrix({scale:.4g} 0 0 {scale:.4g} {x:.2f} {y:.2f})"
        use.attrib.update({"href": f"#{name}", "transform": moved})
    drawing.insert(0, shapes)


def share_shapes(html: str) -> str:
    """Move the shapes of all letters into a page's first formula, each once."""
    shapes = {match[1]: match[0] for match in _SHAPE.finditer(html)}
    all_of_them = f"<defs>{''.join(shapes.values())}</defs>"
    bare = _SHAPES.sub("", html)
    return _FORMULA.sub(lambda match: match[0] + all_of_them, bare, count=1) if shapes else html


def _share(page: Page) -> None:
    page.context["body"] = share_shapes(page.context.get("body", ""))


def _prepared(tex: str, inline: bool) -> str:
    """Rewrite what the setter does not know: paragraphs and bare line breaks."""
    tex = re.sub(r"\\(notag|nonumber)\b", "", tex)
    # The page numbers formulas, not the lines of one.
    tex = re.sub(r"\\(begin|end)\{(align|gather|multline|eqnarray)\}", r"\\\1{align*}", tex)
    tex = re.sub(r"\\(begin|end)\{equation\*?\}", "", tex)
    lines = [part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip()]
    if not inline and len(lines) > 1:
        tex = r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"
    elif not inline and r"\\" in tex and r"\begin" not in tex:
        tex = r"\begin{aligned}" + tex + r"\end{aligned}"
    return tex.strip()


def _mended(mathml: str) -> str:
    """Put right what the setter makes of two things that regressions are full of."""
    # The hat of an estimate: the character that does not stretch, so that it sits on its letter.
    mathml = re.sub(
        r'(<mover accent="true">(?:(?!</mover>).)*?<mo[^>]*>)(?:&#x0?0?302;|&#770;|\u0302)',
        r"\1&#710;",
        mathml,
    )

    # The bold 1 of an indicator: a digit takes its weight from the character, not the attribute.
    def bold(match: re.Match[str]) -> str:
        return "<mn>" + "".join(chr(0x1D7CE + int(digit)) for digit in match[1]) + "</mn>"

    return re.sub(r'<mn mathvariant="bold">(\d+)</mn>', bold, mathml)


def _svg_or_warn(node: nodes.Element, inline: bool) -> str:
    try:
        return svg(node.astext(), inline)
    except FormulaError as error:
        logger.warning("%s", error, location=node)
        return f"<code>{escape(node.astext())}</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in the line."""
    self.body.append(f'<span class="gz-math">{_svg_or_warn(node, inline=True)}</span>')
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on its own, in a frame that scrolls when a phone is too narrow for it."""
    self.body.append(self.starttag(node, "div", CLASS="gz-math-block", tabindex="0"))
    self.body.append(_svg_or_warn(node, inline=False))
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this formula")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_html_math_renderer("gz", (visit_inline, None), (visit_block, None))
    on_every_page(app, _share)
