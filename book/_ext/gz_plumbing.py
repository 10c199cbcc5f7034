"""What the extensions of this folder ask of Sphinx and myst-nb in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from myst_nb.core.render import load_mime_renders
from sphinx.application import Sphinx

PARALLEL = {"parallel_read_safe": True, "parallel_write_safe": True}
"""What ``setup`` returns for an extension that keeps nothing between pages."""

REMEMBERS: dict[str, Any] = {"version": "1", "env_version": 1, **PARALLEL}
"""What ``setup`` returns for one that keeps a shelf in Sphinx's environment."""


@dataclass(frozen=True)
class Page:
    """A page that is about to be written; `context` may be changed.

    Attributes
    ----------
    name : str
        Without suffix, below the site's root.
    context : dict
        What the template is given.
    doctree : document or None
        None for pages that no document stands behind.
    """

    app: Sphinx
    name: str
    context: dict[str, Any]
    doctree: nodes.document | None


def on_every_page(app: Sphinx, change: Callable[[Page], None], priority: int = 500) -> None:
    """Call a function with every page before it is written; the theme's own run at 500."""

    def call(
        app: Sphinx,
        pagename: str,
        templatename: str,
        context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        change(Page(app, pagename, context, doctree))

    app.connect("html-page-context", call, priority=priority)


def add_files_where(app: Sphinx, mark: str, styles: Sequence[str], scripts: Sequence[str]) -> None:
    """Give style sheets and scripts to the pages whose body holds a mark, and to no others."""

    def add(page: Page) -> None:
        if mark in page.context.get("body", ""):
            for name in styles:
                app.add_css_file(name)
            for name in scripts:
                app.add_js_file(name, loading_method="defer")

    on_every_page(app, add)


def collect_outputs(app: Sphinx, collector: type) -> None:
    """Let myst-nb hand a notebook's outputs to a collector.

    myst-nb finds such plugins by entry points of installed distributions. These extensions are not
    one, so the collector joins the list that myst-nb keeps of those it found.
    """

    def register(app: Sphinx) -> None:
        plugins = load_mime_renders()
        if collector not in plugins:
            plugins.append(collector)

    app.connect("builder-inited", register)
