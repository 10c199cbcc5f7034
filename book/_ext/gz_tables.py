"""Tables of pandas, made readable to screen readers.

pandas leaves the corner above the row labels as an empty header cell (a styled table: one with a
space in it), which a screen reader announces as a header without a name. It becomes a plain cell.
"""

from __future__ import annotations

import re

from docutils import nodes
from gz_plumbing import PARALLEL
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


def mend(html: str) -> str:
    """Turn the empty header cells of a table into plain cells.

    >>> mend("<tr><th></th><th>income</th></tr>")
    '<tr><td></td><th>income</th></tr>'
    """
    return re.sub(r"<th(\s[^>]*)?>(?:\s|&nbsp;)*</th>", r"<td\1></td>", html)


class MendTables(SphinxPostTransform):
    """Go through the raw HTML of one page. Runs after myst-nb chose the output."""

    default_priority = 50
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Mend every table."""
        for node in list(self.document.findall(nodes.raw)):
            html = node.astext()
            if "<table" in html:
                node.replace_self(nodes.raw("", mend(html), format="html", classes=node["classes"]))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_post_transform(MendTables)
    return PARALLEL
