"""Tables of pandas: readable to screen readers, and a county's name leads to its page.

pandas leaves the corner above the row labels as an empty header cell (a styled table: one with a
space in it), which a screen reader announces as a header without a name. It becomes a plain cell.
A cell that holds nothing but a county, by its English or Chinese name, by both, or by its code,
links to its page.
"""

import re
from collections.abc import Mapping
from functools import cache

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

COUNTIES = "book/county"


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


class MendTables(SphinxPostTransform):
    """Go through the raw HTML of one page. Runs after myst-nb chose the output."""

    default_priority = 50
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Mend every table."""
        folder = ""
        if COUNTIES in self.env.found_docs:
            page = self.app.builder.get_relative_uri(self.env.docname, COUNTIES)
            folder = page.removesuffix(".html")
        for node in list(self.document.findall(nodes.raw)):
            html = node.astext()
            if "<table" in html:
                html = mend(html)
                if folder:
                    html = link_counties(html, folder, pages())
                node.replace_self(nodes.raw("", html, format="html", classes=node["classes"]))


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_post_transform(MendTables)
