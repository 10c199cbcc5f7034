"""What the extensions of this folder do with Sphinx in the same way.

Each edition is read and written by one process, and the editions side by side (tools/notebooks.py):
no extension says whether several processes could share its work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import docutils, logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from gzcounty.language import add_catalog

logger = logging.getLogger(__name__)
CATALOG = Path(__file__).parents[1] / "locale" / "zh_CN.po"
add_catalog(CATALOG)


@dataclass(frozen=True)
class Page:
    """A page that is about to be written; `context` may be changed."""

    app: Sphinx
    name: str  # without suffix, below the site's root
    context: dict[str, Any]  # what the template is given
    doctree: nodes.document | None  # None for pages that no document stands behind


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
    """Add style sheets and scripts to the pages whose body holds a mark, and to no others."""

    def add(page: Page) -> None:
        if mark in page.context.get("body", ""):
            for name in styles:
                app.add_css_file(name)
            for name in scripts:
                app.add_js_file(name, loading_method="defer")

    on_every_page(app, add)


def depend_on_package(env: BuildEnvironment) -> None:
    """Have a page read again when the package or its tables change: a directive asks them."""
    for folder in ("src", "data"):
        for path in (Path(env.srcdir) / folder).rglob("*.*"):
            if path.suffix != ".pyc":
                env.note_dependency(str(path))


class mark(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801  (docutils names nodes so)
    """The place in a page of something from a notebook."""


class Shelf:
    """What notebooks hand to pages, by document name, kept in Sphinx's environment as ``gz_NAME``.

    Sphinx reads documents one by one and remembers them between builds. A shelf knows which pages
    take from which notebook, forgets a document that is read again, and has the pages written again
    that take from it.

    A page leaves a `mark` where something from the shelf belongs, and `Resolve` fills it when all
    documents are read. What a notebook does not have is a warning, and the build counts warnings as
    errors.
    """

    def __init__(self, name: str) -> None:
        self._items, self._takers = f"gz_{name}", f"gz_{name}_takers"

    def items(self, env: BuildEnvironment) -> dict[str, dict[str, Any]]:
        """Return what was collected so far, by document name and key."""
        return env.__dict__.setdefault(self._items, {})

    def takers(self, env: BuildEnvironment) -> dict[str, set[str]]:
        """Return the pages that take from the shelf, each with the names of its notebooks."""
        return env.__dict__.setdefault(self._takers, {})

    def by_notebook(self, env: BuildEnvironment, key: str) -> dict[str, Any]:
        """Return what was collected under a key, by the notebook's name without its folder."""
        items = self.items(env)
        return {name.rpartition("/")[2]: items[name][key] for name in items if key in items[name]}

    def mark(self, place: SphinxDirective | SphinxRole, **fields: str) -> mark:
        """Return a mark for a directive or role, and note that its page takes from the shelf."""
        node = mark("", **fields)
        place.set_source_info(node)
        self.takers(place.env).setdefault(place.env.docname, set()).add(fields["notebook"])
        return node

    def connect(self, app: Sphinx) -> None:
        """Follow what Sphinx reads, forgets and writes."""
        if not docutils.is_node_registered(mark):
            app.add_node(mark)
        app.connect("env-purge-doc", self._forget)
        app.connect("env-updated", self._write_again)

    def _forget(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        self.items(env).pop(docname, None)
        self.takers(env).pop(docname, None)

    def _write_again(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        # Without gz_again, every page of a new environment has been read.
        pages = env.__dict__.get("gz_read") or env.found_docs
        read = {name.rpartition("/")[2] for name in pages}
        return sorted(page for page, names in self.takers(env).items() if names & read)


class Resolve(SphinxPostTransform):
    """Put content in the places of the marks of one kind (``mark["of"]``)."""

    of: str

    def content(self, place: mark) -> list[nodes.Node]:
        """Return the nodes for a mark; LookupError or ValueError say what is wrong with it."""
        raise NotImplementedError

    def run(self, **kwargs: object) -> None:
        """Go through the marks of one page."""
        for place in list(self.document.findall(mark)):
            if place["of"] == self.of:
                try:
                    place.replace_self(self.content(place))
                except (LookupError, ValueError) as error:
                    logger.warning("%s: %s", self.of, error.args[0], location=place)
                    place.replace_self(nodes.inline("", "?"))


PUBLISHED = Shelf("published")
"""Numbers and ledgers by media type; `gzbook.publishing.Collector` fills it."""
