"""The claims ledger on a page, from the notebook that computes it.

The notebook ends with ``publish_ledger(...)``, which hands over one row a claim under the media
type below. A page shows it with::

    ```{gz-ledger} conclusion
    :show: claims            filters and the table (the default); or strip; or kind, section
    ```

Every row leads to its claim's heading in its notebook, ``(claim-2-1-c)=``. The table is plain HTML;
``book/_static/gz-ledger.js`` adds the filters. A notebook that hands over no ledger, or a claim
whose notebook is not part of the site, is a warning, and the build counts warnings as errors.
"""

from __future__ import annotations

import json
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from gz_ledger_html import claims, counts, strip
from gz_plumbing import REMEMBERS, add_files_where, collect_outputs
from gz_shelf import Shelf
from myst_nb.core.render import MimeData, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LEDGER = "application/vnd.gzbook.ledger+json"
FORMS = ("claims", "strip", "kind", "section")
SHELF = Shelf("ledger")
logger = logging.getLogger(__name__)


class ledger_mark(nodes.General, nodes.Element):  # noqa: N801  (docutils names nodes so)
    """The place of a ledger in a page that is not resolved yet."""


class LedgerDirective(SphinxDirective):
    """``gz-ledger``: the notebook, and what to show of its ledger."""

    required_arguments = 1
    option_spec = {"show": lambda text: directives.choice(text, FORMS)}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Leave the mark and note that this page depends on a ledger."""
        show = self.options.get("show", "claims")
        mark = ledger_mark("", notebook=self.arguments[0], show=show)
        self.set_source_info(mark)
        SHELF.takers(self.env).add(self.env.docname)
        return [mark]


class CollectLedger:
    """What myst-nb is told to do with a ledger: keep it, show nothing."""

    mime_priority_overrides = ()

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Store the rows under the notebook's name. Other media types are left alone."""
        if data.mime_type != LEDGER:
            return None
        env = renderer.renderer.sphinx_env
        rows = json.loads(data.content) if isinstance(data.content, str) else data.content
        SHELF.given(env).setdefault(env.docname, {})["rows"] = rows
        return []


class ResolveLedgers(SphinxPostTransform):
    """Put the ledger in the places of its marks."""

    default_priority = 20

    def run(self, **kwargs: object) -> None:
        """Go through the marks of one page."""
        ledgers = SHELF.by_notebook(self.env)
        for mark in list(self.document.findall(ledger_mark)):
            rows = ledgers.get(mark["notebook"], {}).get("rows")
            if not rows:
                logger.warning(
                    "gz-ledger: the notebook %r hands over no ledger",
                    mark["notebook"],
                    location=mark,
                )
                mark.replace_self([])
                continue
            html = self.draw(mark, rows)
            mark.replace_self(nodes.raw("", html, format="html", classes=["gz-ledger-part"]))

    def draw(self, mark: ledger_mark, rows: list[dict[str, str]]) -> str:
        """Return what the mark asks for."""
        if mark["show"] == "strip":
            return strip(rows)
        if mark["show"] != "claims":
            return counts(rows, mark["show"])
        return claims(rows, self.addresses(mark, rows))

    def addresses(self, mark: ledger_mark, rows: list[dict[str, str]]) -> dict[str, str]:
        """Return the address of every notebook that is part of the site."""
        pages = {name.rpartition("/")[2]: name for name in sorted(self.env.found_docs)
                 if name.startswith("notebooks/")}  # fmt: skip
        wanted = {row["notebook"] for row in rows}
        for name in sorted(wanted - set(pages)):
            logger.warning("gz-ledger: the notebook %r is no page of the site", name, location=mark)
        builder, here = self.app.builder, self.env.docname
        return {name: builder.get_relative_uri(here, pages[name]) for name in wanted & set(pages)}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_node(ledger_mark)
    app.add_directive("gz-ledger", LedgerDirective)
    app.add_post_transform(ResolveLedgers)
    collect_outputs(app, CollectLedger)
    add_files_where(app, 'class="gz-ledger" ', ["gz-ledger.css"], ["gz-ledger.js"])
    SHELF.connect(app)
    return REMEMBERS
