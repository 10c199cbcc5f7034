"""A page shows a figure of a notebook, so that text and evidence draw from one cell.

The cell that makes the figure carries the tag ``gz-figure-NAME``. A page asks for it with::

    ```{gz-figure} value-people:event-study
    ```

The output of that cell is put into the page, with a link to the cell under it. A figure that does
not exist is a warning, and the build counts warnings as errors.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from gz_plumbing import REMEMBERS
from gz_shelf import Shelf
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

TAG = "gz-figure-"
SHELF = Shelf("figures")
logger = logging.getLogger(__name__)


class figure_mark(nodes.General, nodes.Element):  # noqa: N801  (docutils names nodes so)
    """The place of a figure in a page that is not resolved yet."""


class FigureDirective(SphinxDirective):
    """``gz-figure``: notebook and name of the figure, with a colon between."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave the mark and note that this page depends on figures."""
        notebook, colon, name = self.arguments[0].partition(":")
        if not colon:
            logger.warning(
                "gz-figure: %r is not notebook:name",
                self.arguments[0],
                location=self.get_location(),
            )
        mark = figure_mark("", notebook=notebook, name=name)
        self.set_source_info(mark)
        SHELF.takers(self.env).add(self.env.docname)
        return [mark]


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep a copy of every tagged cell's output, and give the cell an anchor."""
    docname = app.env.docname
    for cell in list(doctree.findall(_is_code_cell)):
        for tag in cell.get("classes", []):
            name = tag.removeprefix(f"tag_{TAG}")
            if name == tag:
                continue
            outputs = [n for n in cell.children if n.get("nb_element") == "cell_code_output"]
            SHELF.given(app.env).setdefault(docname, {})[name] = [n.deepcopy() for n in outputs]
            cell["ids"].append(TAG + name)


def _is_code_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


class ResolveFigures(SphinxPostTransform):
    """Put the outputs in the places of their marks, before myst-nb chooses their form."""

    default_priority = 1

    def run(self, **kwargs: object) -> None:
        """Go through the marks of one page."""
        notebooks = {name.rpartition("/")[2]: name for name in SHELF.given(self.env)}
        for mark in list(self.document.findall(figure_mark)):
            docname = notebooks.get(mark["notebook"], "")
            found = SHELF.given(self.env).get(docname, {}).get(mark["name"])
            if not found:
                logger.warning(
                    "gz-figure: no cell of the notebook %r has the tag %r and an output",
                    mark["notebook"],
                    TAG + mark["name"],
                    location=mark,
                )
                mark.replace_self([])
                continue
            mark.replace_self([*(n.deepcopy() for n in found), self.link(docname, mark["name"])])

    def link(self, docname: str, name: str) -> nodes.paragraph:
        """Lead from the figure to the cell that makes it."""
        uri = self.app.builder.get_relative_uri(self.env.docname, docname)
        text = "How this figure is made, in the notebook"
        reference = nodes.reference("", text, refuri=f"{uri}#{TAG}{name}", internal=True)
        return nodes.paragraph("", "", reference, classes=["gz-figure-origin"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_node(figure_mark)
    app.add_directive("gz-figure", FigureDirective)
    app.add_post_transform(ResolveFigures)
    app.connect("doctree-read", collect)
    SHELF.connect(app)
    return REMEMBERS
