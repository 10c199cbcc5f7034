"""What each measure of penetration is and is not, in the words that the data carry with them.

``gz.penetration(measure).attrs`` holds the words; the page only places them, so that the warning a
reader sees and the one a program gets are the same::

    ```{gz-exposures}
    ```
"""

from __future__ import annotations

from docutils import nodes
from gz_plumbing import PARALLEL
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def words() -> dict[str, tuple[str, str, str]]:
    """Give unit, what it is and what it is not of each measure, by its name."""
    from gzcounty.measures.penetration import MEASURES

    return {name: (m.unit, m.is_, m.is_not) for name, m in MEASURES.items()}


class ExposuresDirective(SphinxDirective):
    """A list of all measures: name and unit, what it is, what it is not."""

    def run(self) -> list[nodes.Node]:
        """Write the list."""
        items = []
        for name, (unit, *said) in words().items():
            head = nodes.term("", "", nodes.literal("", name), nodes.Text(f", {unit}"))
            body = [nodes.paragraph("", sentence) for sentence in said]
            items.append(nodes.definition_list_item("", head, nodes.definition("", *body)))
        return [nodes.definition_list("", *items)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("gz-exposures", ExposuresDirective)
    return PARALLEL
