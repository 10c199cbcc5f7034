"""What the outputs of notebooks are on the site: charts, tables, figures that pages show, labs.

No chart needs a foreign request: altair's output becomes a figure that one local script draws. Its
HTML asks a public host for three libraries, which many readers in China cannot reach. The
notebooks keep it, because Jupyter Lab knows what to do with it. On the site each such output is
replaced by a ``<figure>`` that shows a still picture (`gz_stills`) and carries the chart as data::

    <figure class="gz-chart">
      <figcaption>title and subtitle, as text that wraps on a phone</figcaption>
      <div>
        <div class="gz-chart-view">
          <picture class="gz-still gz-light">narrow and wide, the chart's description</picture>
          <picture class="gz-still gz-dark">the same files in light ink</picture>
        </div>
        <div class="gz-chart-controls">stick to the screen while this box is on it</div>
      </div>
      <p class="gz-chart-names" hidden>names in its data, for the search</p>
      <script type="application/json">{"datasets": ..., "narrow": ..., "wide": ...}</script>
    </figure>

``book/_static/gz-charts.js`` puts the chart that answers in the place of the still when it comes
near the viewport. It is compiled already: the page needs Vega, and not Vega-Lite. Only pages with a
chart get that script and the vendored libraries.

A chart without a ``description`` (what a reader hears who cannot see it) fails the build, and so
does an output that this module cannot read: a chart is never lost silently.

Widgets are dead without a kernel. They are replaced by a sentence that says so. A lab
(`gzbook.labs`) hands over a widget and, while notebooks are run for the website, HTML that needs no
kernel (`gzbook.labs.lab_page`); the exercises beside it hand over forms (`gzbook.exercises`).
_config.yml prefers the HTML to the widget, which is for Jupyter, and the page gets the scripts.

Tables of pandas are readable to screen readers, and a county's name leads to its page. pandas
leaves the corner above the row labels as an empty header cell (a styled table: one with a space in
it), which a screen reader announces as a header without a name. It becomes a plain cell. A cell
that holds nothing but a county, by its English or Chinese name, by both, or by its code, links to
its page.

A page shows a figure of a notebook, so that text and evidence draw from one cell. The cell that
makes it carries the tag ``gz-figure-NAME``, and a page asks for it with::

    ```{gz-figure} value-people:event-study
    ```

The output of that cell is put into the page, with a link to the cell under it.

``{gz-thumbnails}`` stands under a page's first figure and needs nothing more: it takes every
``{gz-figure}`` that follows it, and shows a row of small pictures, each a link down to it.
"""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

import gz_arrange
import gz_stills
from docutils import nodes
from gz_plumbing import Resolve, add_files_where, mark
from gz_stills import (
    FIGURES,
    MODES,
    ROOMS,
    TAG,
    Chart,
    Still,
    as_csv,
    fit,
    names_of,
    outputs_of,
    still_in,
    still_of,
)
from gz_stills import tables as tables_of
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from gzbook.publishing import page_json
from gzcounty.language import N_, _

COUNTIES = "book/county"
SCRIPTS = (
    "vendor/vega.min.js",
    "vendor/vega-embed.min.js",
    "gz-address.js",
    "gz-download.js",
    "gz-keys.js",
    "gz-charts.js",
)
LAB_SCRIPTS = ("gz-copy.js", "gz-labs-answers.js", "gz-labs-draw.js", "gz-labs.js")
NAME_FIELDS = {"name", "name_en", "name_zh", "en", "zh"}
MOST_NAMES = 300
WIDGET = "application/vnd.jupyter.widget-view+json"
LIVE_ONLY = N_(
    "Here the notebook shows a control that needs a running kernel. Open the notebook in Jupyter "
    "Lab, or with the launch button at the top of this page, to use it."
)
# Where a chart has less than a wide room; as in gz-charts.css. Paper is wide.
PHONE = "screen and (max-width: 671px)"
logger = logging.getLogger(__name__)


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


def page_data(chart: Chart, fits: dict[str, Any], tables: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a page carries of a chart: nothing twice, gzip does not see that far."""
    narrow, wide = (
        {key: fits[size][key] for key in ("room", "trim", "follows")} for size in ("narrow", "wide")
    )
    vega = fits["narrow"]["vega"]
    narrow["vega"] = vega
    wide["from"] = gz_arrange.NARROW
    wide["changes"] = list(gz_arrange.changes(vega, fits["wide"]["vega"]))
    given = [
        {key: param[key] for key in ("name", "select", "bind") if key in param}
        for param in gz_arrange.parameters(chart.spec)
    ]
    return {
        "shared": gz_arrange.is_shared(chart.spec),
        "params": [param | ({"bind": True} if "bind" in param else {}) for param in given],
        "tables": tables,
        "options": {key: value for key, value in chart.options.items() if key != "mode"},
        "narrow": narrow,
        "wide": wide,
        "datasets": chart.spec.get("datasets", {}),
    }


def figure(html: str) -> str:
    """Turn altair's HTML output into a figure that stands alone: no still, tables in the links."""
    chart = Chart.read(html)
    tables = [
        {"file": f"data:text/csv;charset=utf-8,{quote(as_csv(t))}", "rows": len(t)}
        for t in tables_of(chart.spec)
    ]
    return written(chart, fit(chart), tables)


def written(
    chart: Chart, fits: dict[str, Any], tables: list[dict[str, Any]], still: Still | None = None
) -> str:
    """Return the figure that the module's docstring shows."""
    caption = ""
    if chart.title:
        caption = f'<p class="gz-chart-title">{escape(chart.title)}</p>'
        if chart.subtitle:
            caption += f'<p class="gz-chart-subtitle">{escape(chart.subtitle)}</p>'
        caption = f"<figcaption>{caption}</figcaption>"
    names = escape(" · ".join(place_names(chart.spec)))
    controls = sum("bind" in param for param in gz_arrange.parameters(chart.spec))
    return (
        f'<figure class="gz-chart" style="{_room(still, fits, controls)}">{caption}'
        f'<div><div class="gz-chart-view">{_pictures(chart, still)}</div>'
        '<div class="gz-chart-controls"></div></div>'
        f'<p class="gz-chart-names" hidden>{names}</p>'
        '<script type="application/json">'
        f"{page_json(page_data(chart, fits, tables))}</script></figure>"
    )


def _room(still: Still | None, fits: dict[str, Any], controls: int) -> str:
    """Return how high still and controls are, so that nothing moves when the chart is drawn."""
    if still is None:
        return ""
    high = {}
    for size in ROOMS:
        grows = any(len(follow) > 2 for follow in fits[size]["follows"].values())
        high[size] = "auto" if grows else f"{still.made[size]['height']}px"
    # A control has a line of 48 pixels on a phone, and half of one where there is room for two.
    low, wide = (48 * rows + 9 for rows in (controls, (controls + 1) // 2))
    room = f";--controls:{low}px;--controls-wide:{wide}px" if controls else ""
    return f"--narrow:{high['narrow']};--wide:{high['wide']}{room}"


def _pictures(chart: Chart, still: Still | None) -> str:
    said = escape(chart.description, quote=True)
    if still is None:
        return f'<img alt="{said}">'
    return "".join(
        f'<picture class="gz-still gz-{mode}">'
        f'<source media="{PHONE}" {still.image("narrow", ink, "srcset")}>'
        f'<img class="dark-light" {still.image("wide", ink)} alt="{said}" loading="lazy" '
        'decoding="async"></picture>'
        for mode, ink in MODES.items()
    )


def mend(html: str) -> str:
    """Turn the empty header cells of a table into plain cells, which have no scope."""

    def plain(cell: re.Match[str]) -> str:
        attributes = re.sub(r"\sscope=\S+", "", cell[1] or "")
        return f"<td{attributes}></td>"

    return re.sub(r"<th(\s[^>]*)?>(?:\s|&nbsp;)*</th>", plain, html)


@cache
def pages() -> dict[str, str]:
    """Return the page of each county of Guizhou, by either name, both names, and code."""
    from gzbook.county_page import slug
    from gzcounty.data.guizhou import load_counties

    table = load_counties()
    both = table.name_en + " " + table.name_zh
    columns = (table.name_en, table.name_zh, both, table.adcode)
    return {
        name: f"{slug(county)}.html"
        for column in columns
        for name, county in zip(column, table.name_en, strict=True)
    }


def link_counties(html: str, folder: str, pages: Mapping[str, str]) -> str:
    """Link the cells of a table that hold a county."""

    def link(cell: re.Match[str]) -> str:
        start, text, end = cell.groups()
        page = pages.get(text.strip())
        return f'{start}<a href="{folder}/{page}">{text}</a>{end}' if page else cell[0]

    return re.sub(r"(<t[hd](?:\s[^>]*)?>)([^<]+)(</t[hd]>)", link, html)


class OutputsInPlace(SphinxPostTransform):
    """Replace what altair, ipywidgets and pandas left in a page, after myst-nb chose the output."""

    default_priority = 50
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Go through the raw HTML of one page."""
        folder = ""
        if COUNTIES in self.env.found_docs:
            page = self.app.builder.get_relative_uri(self.env.docname, COUNTIES)
            folder = page.removesuffix(".html")
        for node in list(self.document.findall(nodes.raw)):
            html = node.astext()
            if "altair-viz" in html or "vegaEmbed" in html:
                try:
                    new = self.figure(node, html)
                except (LookupError, ValueError) as error:
                    message = f"{self.env.docname}: a chart cannot be shown: {error}"
                    raise ExtensionError(message) from error
                node.replace_self(nodes.raw("", new, format="html", classes=["gz-drawn"]))
            elif WIDGET in html:
                node.replace_self(
                    nodes.raw("", f'<p class="gz-live-only">{_(LIVE_ONLY)}</p>', format="html")
                )
            elif "<table" in html:
                html = mend(html)
                if folder:
                    html = link_counties(html, folder, pages())
                node.replace_self(nodes.raw("", html, format="html", classes=node["classes"]))

    def figure(self, node: nodes.raw, html: str) -> str:
        """Return the figure with its still, which has the name that the notebook gives it."""
        chart = Chart.read(html)
        still = still_in(self.env, node.get("gz_origin", self.env.docname), chart)
        return written(chart, still.made, still.tables(), still)


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
    for cell in doctree.findall(nodes.container):
        for name in names_of(cell) if cell.get("nb_element") == "cell_code" else ():
            outputs = [n for n in cell.children if n.get("nb_element") == "cell_code_output"]
            figures = FIGURES.items(app.env).setdefault(app.env.docname, {})
            figures[name] = [n.deepcopy() for n in outputs]
            cell["ids"].append(TAG + name)


def drop_state(app: Sphinx, doctree: nodes.document) -> None:
    """Forget the state of widgets, which no page can use."""
    NbMetadataCollector.get_js_files(app.env, app.env.docname).pop("ipywidgets_state", None)


class ResolveFigures(Resolve):
    """Put the outputs in the places of their marks, before myst-nb chooses their form."""

    default_priority = 1
    of = "gz-figure"

    def content(self, place: mark) -> list[nodes.Node]:
        """Return a copy of the cell's output and a link to the cell."""
        name = place["name"]
        docname, outputs = outputs_of(self.env, place["notebook"], name)
        copies = [output.deepcopy() for output in outputs]
        for raw in (raw for copy in copies for raw in copy.findall(nodes.raw)):
            raw["gz_origin"] = docname
        uri = self.app.builder.get_relative_uri(self.env.docname, docname)
        text = _("How this figure is made, in the notebook")
        link = nodes.reference("", text, refuri=f"{uri}#{TAG}{name}", internal=True)
        return [*copies, nodes.paragraph("", "", link, classes=["gz-figure-origin"])]


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
        items = ""
        for figure in marks[marks.index(place) :]:
            if figure["of"] != "gz-figure":
                continue
            try:
                still = still_of(self.env, figure["notebook"], figure["name"])
            except LookupError:  # a table has none; that a figure is missing is said in its place
                continue
            anchor = f"figure-{figure['notebook']}-{figure['name']}"
            items += thumbnail(still, anchor)
            above = figure.parent
            above.insert(above.index(figure), nodes.target("", "", ids=[anchor]))
        if not items:
            return []
        name = _("Figures below")
        html = f'<nav class="gz-thumbs" aria-label="{name}"><ul>{items}</ul></nav>'
        return [nodes.raw("", html, format="html")]


def thumbnail(still: Still, anchor: str) -> str:
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
    app.add_directive("gz-figure", FigureDirective)
    app.add_directive("gz-thumbnails", ThumbnailsDirective)
    app.add_post_transform(ResolveThumbnails)
    app.add_post_transform(ResolveFigures)
    app.add_post_transform(OutputsInPlace)
    app.connect("doctree-read", collect)
    app.connect("doctree-read", drop_state)
    FIGURES.connect(app)
    gz_stills.connect(app)
    add_files_where(app, 'class="gz-chart"', ["gz-charts.css", "gz-download.css"], SCRIPTS)
    add_files_where(app, 'class="gz-lab-page"', ["gz-labs.css"], LAB_SCRIPTS)
