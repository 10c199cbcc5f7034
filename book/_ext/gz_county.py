"""The county page: a profile of any of the 88, taken from the page's address, and a plain table.

::

    ```{gz-county} profile
    ```

    ```{gz-county} table
    ```

The profile is drawn by ``book/_static/gz-county.js`` from data that stand in the page, so that it
works from a file too; the address says which county (``county.html#522632``) or which two
(``county.html#522632+520102``). The table needs no script. All numbers come from
``gzbook.county_page``.

Below a chart of counties ``book/_static/gz-county-link.js`` links the one that a reader clicked or
searched to its profile. The search of the site gets a title for each name of a county, which leads
to its address here.
"""

from __future__ import annotations

import json

from docutils import nodes
from docutils.parsers.rst import directives
from gz_plumbing import PARALLEL, add_files_where, depend_on_package
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

PROFILE = """
<div class="gz-county" data-page="county">
<form class="gz-county-choice" role="search" aria-label="Choose a county" hidden>
<label>Find a county
<input type="search" name="q" autocomplete="off" spellcheck="false"
 placeholder="Name, 中文 or code" aria-describedby="gz-county-found"></label>
<label>Compare with
<select name="beside"><option value="">no other county</option></select></label>
<p id="gz-county-found" role="status"></p>
<ul class="gz-county-hits" aria-label="Counties found"></ul>
</form>
<div class="gz-county-profile" hidden></div>
<noscript><p>The profiles are drawn by a script, which is switched off in your browser.
The table below has the main numbers of all counties.</p></noscript>
<script type="application/json">%s</script>
</div>
"""


class searched(nodes.General, nodes.Element):  # noqa: N801  (docutils names nodes so)
    """Something that the search finds by its titles and the page does not show."""


class CountyDirective(SphinxDirective):
    """``gz-county``: the profile or the table."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the part that the argument names."""
        from gzbook.county_page import page_data, table_rows

        depend_on_package(self.env)
        part = directives.choice(self.arguments[0], ("profile", "table"))
        if part == "profile":
            # "</script>" inside a string must not end the element.
            data = json.dumps(page_data(), ensure_ascii=False, separators=(",", ":"))
            return [nodes.raw("", PROFILE % data.replace("<", "\\u003c"), format="html")]
        head, rows = table_rows()
        table = (
            '<div class="pst-scrollable-table-container"><table class="gz-county-table">'
            f"<thead>{head}</thead>\n<tbody>\n{chr(10).join(row.html for row in rows)}\n"
            "</tbody></table></div>"
        )
        names = [entry(row.adcode, name) for row in rows for name in row.names]
        return [nodes.raw("", table, format="html"), *names]


def entry(adcode: str, name: str) -> searched:
    """Return a title for the search, which leads to a county's address."""
    return searched("", nodes.title("", name), ids=[adcode])


def skip(translator: object, node: nodes.Node) -> None:
    """Show nothing of a node."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(searched, html=(skip, None))
    app.add_directive("gz-county", CountyDirective)
    add_files_where(
        app, 'class="gz-county"', ["gz-county.css"], ["gz-county-draw.js", "gz-county.js"]
    )
    add_files_where(app, 'class="gz-chart"', [], ["gz-county-link.js"])
    return PARALLEL
