"""Charts without a foreign request: altair's output becomes a figure that one local script draws.

Altair's HTML asks a public host for three libraries, which many readers in China cannot reach. The
notebooks keep it, because Jupyter Lab knows what to do with it. On the site each such output is
replaced by a ``<figure>`` that carries the chart as data::

    <figure class="gz-chart">
      <figcaption>title and subtitle, as text that wraps on a phone</figcaption>
      <div class="gz-chart-view" role="group" aria-label="the chart's description"></div>
      <noscript>the chart's description</noscript>
      <p class="gz-chart-names" hidden>names in its data, for the search</p>
      <script type="application/json">{"spec": ..., "options": ...}</script>
    </figure>

``book/_static/gz-charts.js`` draws it when it comes near the viewport. Only pages with a chart get
that script and the vendored libraries.

A chart without a ``description`` (what a reader hears who cannot see it) fails the build, and so
does an output that this module cannot read: a chart is never lost silently.

Widgets are dead without a kernel. They are replaced by a sentence that says so.

A page shows a figure of a notebook, so that text and evidence draw from one cell. The cell that
makes it carries the tag ``gz-figure-NAME``, and a page asks for it with::

    ```{gz-figure} value-people:event-study
    ```

The output of that cell is put into the page, with a link to the cell under it. A figure that does
not exist is a warning, and the build counts warnings as errors.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

from docutils import nodes
from gz_plumbing import REMEMBERS, Resolve, Shelf, add_files_where, mark
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

SCRIPTS = (
    "vendor/vega.min.js",
    "vendor/vega-lite.min.js",
    "vendor/vega-embed.min.js",
    "gz-arrange.js",
    "gz-address.js",
    "gz-table.js",
    "gz-download.js",
    "gz-charts.js",
)
NAME_FIELDS = {"name", "name_en", "name_zh", "en", "zh"}
MOST_NAMES = 300
WIDGET = "application/vnd.jupyter.widget-view+json"
LIVE_ONLY = (
    '<p class="gz-live-only">Here the notebook shows a control that needs a running kernel. '
    "Open the notebook in Jupyter Lab, or with the launch button at the top of this page, "
    "to use it.</p>"
)
TAG = "gz-figure-"
FIGURES = Shelf("figures")
logger = logging.getLogger(__name__)


def read_altair(html: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take the Vega-Lite specification and the options for vega-embed out of altair's HTML output.

    That is a script that ends in ``})(spec, options);``. Raises ValueError for any other.
    """
    # The specification is JSON on one line, so a line that begins with the marker cannot be in it.
    _, marker, tail = html.rpartition("\n  })(")
    if not marker:
        raise ValueError("the call that hands over the specification was not found")
    decoder = json.JSONDecoder()
    spec, end = decoder.raw_decode(tail)
    rest = tail[end:].lstrip()
    if not rest.startswith(","):
        raise ValueError("the options after the specification were not found")
    options, _ = decoder.raw_decode(rest[1:].lstrip())
    return spec, options


def lift_title(spec: dict[str, Any]) -> tuple[str, str]:
    """Remove the chart's own title and return it with its subtitle, as plain text.

    Text in an SVG does not wrap, so on a phone a title that says the finding as a sentence would
    be cut off. A title that is computed by the chart (an expression) stays where it is.
    """
    title = spec.get("title")
    if isinstance(title, str | list):
        title = {"text": title}
    if not isinstance(title, dict) or not _is_text(title.get("text")):
        return "", ""
    if not _is_text(title.get("subtitle", "")):
        return "", ""
    del spec["title"]
    return _joined(title["text"]), _joined(title.get("subtitle", ""))


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


def _joined(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def place_names(spec: dict[str, Any]) -> list[str]:
    """Return the names that a chart's data hold, so that the search finds the page by them.

    A chart of all of China holds too many to be about any of them: it gives none.
    """
    names: dict[str, None] = {}
    for rows in spec.get("datasets", {}).values():
        for row in rows if isinstance(rows, list) else []:
            for key, value in row.items():
                if isinstance(value, str) and (key in NAME_FIELDS):
                    names[value] = None
    return list(names) if len(names) <= MOST_NAMES else []


def figure(html: str) -> str:
    """Turn altair's HTML output into the figure that the module's docstring shows."""
    spec, options = read_altair(html)
    description = spec.get("description", "")
    if not isinstance(description, str) or not description.strip():
        raise ValueError("the chart has no description; give it one with .properties(description=)")
    title, subtitle = lift_title(spec)
    caption = ""
    if title:
        caption = f'<p class="gz-chart-title">{escape(title)}</p>'
        if subtitle:
            caption += f'<p class="gz-chart-subtitle">{escape(subtitle)}</p>'
        caption = f"<figcaption>{caption}</figcaption>"
    data = json.dumps(
        {"spec": spec, "options": options}, ensure_ascii=False, separators=(",", ":")
    ).replace("<", "\\u003c")  # "</script>" inside a string must not end the element
    label = escape(description, quote=True)
    names = escape(" · ".join(place_names(spec)))
    return (
        f'<figure class="gz-chart">{caption}'
        f'<div class="gz-chart-view" role="group" aria-label="{label}"></div>'
        f"<noscript><p>{escape(description)}</p></noscript>"
        f'<p class="gz-chart-names" hidden>{names}</p>'
        f'<script type="application/json">{data}</script></figure>'
    )


class ChartsInPlace(SphinxPostTransform):
    """Replace what altair and ipywidgets left in a page. Runs after myst-nb chose the output."""

    default_priority = 50
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Go through the raw HTML of one page."""
        for node in list(self.document.findall(nodes.raw)):
            html = node.astext()
            if "altair-viz" in html or "vegaEmbed" in html:
                try:
                    new = figure(html)
                except ValueError as error:
                    message = f"{self.env.docname}: a chart cannot be shown: {error}"
                    raise ExtensionError(message) from error
                node.replace_self(nodes.raw("", new, format="html"))
            elif WIDGET in html:
                node.replace_self(nodes.raw("", LIVE_ONLY, format="html"))


class FigureDirective(SphinxDirective):
    """``gz-figure``: notebook and name of the figure, with a colon between."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave the mark and note that this page depends on figures."""
        notebook, colon, name = self.arguments[0].partition(":")
        if not colon:
            message = "gz-figure: %r is not notebook:name"
            logger.warning(message, self.arguments[0], location=self.get_location())
        return [FIGURES.mark(self, of="gz-figure", notebook=notebook, name=name)]


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep a copy of every tagged cell's output, and give the cell an anchor."""
    docname = app.env.docname
    for cell in list(doctree.findall(_is_code_cell)):
        for tag in cell.get("classes", []):
            name = tag.removeprefix(f"tag_{TAG}")
            if name == tag:
                continue
            outputs = [n for n in cell.children if n.get("nb_element") == "cell_code_output"]
            FIGURES.items(app.env).setdefault(docname, {})[name] = [n.deepcopy() for n in outputs]
            cell["ids"].append(TAG + name)


def _is_code_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


class ResolveFigures(Resolve):
    """Put the outputs in the places of their marks, before myst-nb chooses their form."""

    default_priority = 1
    of = "gz-figure"

    def content(self, place: mark) -> list[nodes.Node]:
        """Return a copy of the cell's output and a link to the cell."""
        notebook, name = place["notebook"], place["name"]
        by_notebook = {doc.rpartition("/")[2]: doc for doc in FIGURES.items(self.env)}
        docname = by_notebook.get(notebook, "")
        outputs = FIGURES.items(self.env).get(docname, {}).get(name)
        if not outputs:
            raise LookupError(
                f"no cell of the notebook {notebook!r} has the tag {TAG + name!r} and an output"
            )
        return [*(n.deepcopy() for n in outputs), self.link(docname, name)]

    def link(self, docname: str, name: str) -> nodes.paragraph:
        """Lead from the figure to the cell that makes it."""
        uri = self.app.builder.get_relative_uri(self.env.docname, docname)
        text = "How this figure is made, in the notebook"
        reference = nodes.reference("", text, refuri=f"{uri}#{TAG}{name}", internal=True)
        return nodes.paragraph("", "", reference, classes=["gz-figure-origin"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("gz-figure", FigureDirective)
    app.add_post_transform(ResolveFigures)
    app.add_post_transform(ChartsInPlace)
    app.connect("doctree-read", collect)
    FIGURES.connect(app)
    add_files_where(app, 'class="gz-chart"', ["gz-charts.css", "gz-download.css"], SCRIPTS)
    return REMEMBERS
