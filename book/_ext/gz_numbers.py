"""Numbers in the running text come from the notebooks, never from a keyboard.

A notebook ends with ``publish(key=value, ...)``, which hands over a flat dictionary under the
media type of `gzbook.publishing`. A page quotes it with a role::

    {num}`value-people:estimate|.2f`     notebook's name, key, Python format after the bar
    {num}`introduction:population|,`     thousands with commas
    {num}`introduction:sample`           as it is; the way for a text

An unknown notebook, an unknown key or a format that does not fit the value is a warning.
"""

import re
from typing import Any

from docutils import nodes
from gz_plumbing import PUBLISHED, Resolve, mark
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from gzbook.claims import WORDS
from gzbook.publishing import MIMETYPE
from gzbook.tables import written
from gzcounty.language import _

logger = logging.getLogger(__name__)

# A hyphen before a digit that stands behind no letter and no digit is a minus.
MINUS = re.compile(r"(?<![\w.-])-(?=\d)", re.ASCII)
# What belongs to a number and must not part from it at the end of a line.
_BEFORE = re.compile(r"(?<=\b[pnkR] =) $")
_AFTER = re.compile(r"^ (?=%|‰|°|km\b|SD\b)")


class NumberRole(SphinxRole):
    """``{num}`notebook:key|format```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave the mark and note that this page depends on numbers."""
        address, _, spec = self.text.partition("|")
        notebook, colon, key = address.strip().partition(":")
        if not colon:
            logger.warning("num: %r is not notebook:key", self.text, location=self.get_location())
        return [PUBLISHED.mark(self, of="num", notebook=notebook, key=key, spec=spec.strip())], []


class ResolveNumbers(Resolve):
    """Write the numbers."""

    default_priority = 20
    of = "num"

    def content(self, place: mark) -> list[nodes.Node]:
        """Return the number; its unit beside it stays on its line."""
        notebooks = PUBLISHED.by_notebook(self.env, MIMETYPE)
        text = resolve(notebooks, place["notebook"], place["key"], place["spec"])
        # A number never breaks; a text, such as the name of a machine, must be free to.
        classes = ["gz-num"] if len(text) <= 24 else []
        verdict = notebooks[place["notebook"]][place["key"]]
        if place["key"].startswith("verdict") and verdict in WORDS:
            classes.append(f"gz-said-{verdict.replace(' ', '-')}")
        hold_together(place)
        return [nodes.inline("", text, classes=classes)]


def hold_together(number: nodes.Element) -> None:
    """Let no line end between a number and its unit, or between "p =" and the number."""
    siblings = number.parent.children
    place = siblings.index(number)
    for neighbour, pattern in ((place - 1, _BEFORE), (place + 1, _AFTER)):
        if 0 <= neighbour < len(siblings) and isinstance(siblings[neighbour], nodes.Text):
            old = siblings[neighbour].astext()
            new = pattern.sub("\N{NO-BREAK SPACE}", old)
            if new != old:
                number.parent.replace(siblings[neighbour], nodes.Text(new))


def resolve(notebooks: dict[str, dict[str, Any]], notebook: str, key: str, spec: str) -> str:
    """Write a published value by a Python format specification, which a text ignores.

    Raises LookupError if there is no such notebook or key, ValueError if the format does not fit.
    """
    if notebook not in notebooks:
        names = ", ".join(sorted(notebooks)) or "none"
        raise LookupError(f"no notebook {notebook!r} publishes numbers; those that do: {names}")
    if key not in notebooks[notebook]:
        keys = ", ".join(sorted(notebooks[notebook]))
        raise LookupError(f"the notebook {notebook!r} publishes no {key!r}; it has: {keys}")
    value = notebooks[notebook][key]
    if isinstance(value, str):  # a verdict is handed over in English, as the rule gives it
        return MINUS.sub("\N{MINUS SIGN}", _(value))
    try:
        return written(value, spec)
    except ValueError as error:
        raise ValueError(f"{spec!r} does not fit {notebook}:{key} = {value!r}: {error}") from error


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_role("num", NumberRole())
    app.add_post_transform(ResolveNumbers)
    PUBLISHED.connect(app)
