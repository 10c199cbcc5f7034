"""Words of the package on its pages: titles of the programme's pages, and measures of penetration.

Titles of the pages on the demonstration programme say SIMULATED until its roster is complete. The
title of a page must stand before any notebook runs: menus, the search and the browser's tab take it
from there. So the word is put before the first heading as the page is read, and the page is read
again when the roster changes.

``{gz-exposures}`` lists what each measure of penetration is and is not, and its grade, in the words
that ``gz.penetration(measure).attrs`` carries, so that a reader and a program get the same warning.

Notebooks link to terms of the glossary as Markdown does everywhere,
``[panel](../book/glossary.md#term-panel)``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from docutils import nodes
from gz_plumbing import depend_on_package
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from gzcounty.language import _

if TYPE_CHECKING:
    from gzbook.evidence.roster import Roster

PAGES = ("book/programme", "notebooks/programme")


def with_title(text: str, roster: Roster) -> str:
    """Compute the first heading of a page (Markdown) or a notebook (JSON)."""
    if not text.lstrip().startswith("{"):
        return _headed(text, roster)
    notebook = json.loads(text)
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    cell["source"] = _headed("".join(cell["source"]), roster)
    return json.dumps(notebook, ensure_ascii=False)


def _headed(text: str, roster: Roster) -> str:
    heading, line, rest = text.partition("\n")
    if not heading.startswith("# "):
        raise ValueError(f"a page on the programme opens with {heading!r}, not with its title")
    # In English whatever the edition: its catalog has the title as a whole.
    mark = "" if roster.real else "SIMULATED: "
    return f"# {mark}{heading.removeprefix('# ')}{line}{rest}"


def mark(app: Sphinx, docname: str, source: list[str]) -> None:
    """Handle one page as it is read."""
    if docname in PAGES:
        from gzbook.evidence.roster import load_roster

        depend_on_package(app.env)
        source[0] = with_title(source[0], load_roster())


class ExposuresDirective(SphinxDirective):
    """A list of all measures: name and unit, what it is, what it is not, and its grade."""

    def run(self) -> list[nodes.Node]:
        """Write the list."""
        from gzcounty.measures.penetration import MEASURES
        from gzcounty.measures.validity import validity_sentence

        depend_on_package(self.env)
        items = []
        for name, measure in MEASURES.items():
            head = nodes.term(
                "", "", nodes.literal("", name), nodes.Text(_(", {unit}", unit=_(measure.unit)))
            )
            texts = (_(measure.is_), _(measure.is_not), validity_sentence(name))
            body = [nodes.paragraph("", text) for text in texts]
            items.append(nodes.definition_list_item("", head, nodes.definition("", *body)))
        return [nodes.definition_list("", *items)]


def offer_terms(app: Sphinx, doctree: nodes.document) -> None:
    """List a page's terms among the headings, for these are what MyST lets a link lead to."""
    slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for term in doctree.findall(nodes.term):
        slugs |= {id: (term.line, id, term.astext()) for id in term["ids"]}


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("source-read", mark)
    app.connect("doctree-read", offer_terms)
    app.add_directive("gz-exposures", ExposuresDirective)
