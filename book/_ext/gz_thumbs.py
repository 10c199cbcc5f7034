"""A row of small pictures of a page's other figures, each a link down to it.

``{gz-thumbnails}`` stands under a page's first figure and needs nothing more: it takes every
``{gz-figure}`` that follows it, with its still (gz_stills) and its title.
"""

from __future__ import annotations

from html import escape

from docutils import nodes
from gz_plumbing import Resolve, mark
from gz_stills import MODES, Still, still_of
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from gzcounty.language import _


class ThumbnailsDirective(SphinxDirective):
    """``gz-thumbnails``: no argument."""

    def run(self) -> list[nodes.Node]:
        """Leave the mark; that the page depends on its figures is noted by these."""
        return [mark("", of="gz-thumbnails")]


class ResolveThumbnails(Resolve):
    """Write the row while the figures are still marks, and give each figure an anchor."""

    default_priority = 0
    of = "gz-thumbnails"

    def content(self, place: mark) -> list[nodes.Node]:
        """Return the row as HTML, or nothing if no figure follows."""
        marks = list(self.document.findall(mark))
        figures = [one for one in marks[marks.index(place) :] if one["of"] == "gz-figure"]
        items = ""
        for figure in figures:
            anchor = f"figure-{figure['notebook']}-{figure['name']}"
            try:
                still = still_of(self.env, figure["notebook"], figure["name"])
            except LookupError:  # a table has none; that a figure is missing is said in its place
                continue
            items += item(still, anchor)
            above = figure.parent
            above.insert(above.index(figure), nodes.target("", "", ids=[anchor]))
        if not items:
            return []
        name = _("Figures below")
        html = f'<nav class="gz-thumbs" aria-label="{name}"><ul>{items}</ul></nav>'
        return [nodes.raw("", html, format="html")]


def item(still: Still, anchor: str) -> str:
    """Return one picture with its title."""
    pictures = "".join(
        f'<span class="gz-thumb gz-{mode}"><img class="dark-light" {still.image("narrow", ink)} '
        'alt="" loading="lazy"></span>'
        for mode, ink in MODES.items()
    )
    title = escape(still.chart.title or still.chart.description)
    return f'<li><a href="#{anchor}">{pictures}<span>{title}</span></a></li>'


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("gz-thumbnails", ThumbnailsDirective)
    app.add_post_transform(ResolveThumbnails)
