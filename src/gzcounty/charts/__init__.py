"""Altair charts that need no kernel: they take tables and results, and know nothing of files.

How a notebook on a Jupyter server shows a chart, without asking another host: Altair's HTML fetches
Vega from a public host, which many readers in China cannot reach. Jupyter Lab has a Vega of its
own, one major version behind, which draws the charts of this package. It takes a specification by
its media type, but only if there is no HTML beside it. So a kernel that a Jupyter server has
started hands over the specification alone; everywhere else altair does as it always does.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from gzcounty.language import _

_GRAMMAR = "rfc3987_syntax"


@contextmanager
def _grammar_later() -> Iterator[None]:
    """Let jsonschema, which altair needs, load its grammar of web addresses when it is asked for.

    Jupyter has that installed; it takes seconds to load, and no chart asks for it.
    """
    if _GRAMMAR in sys.modules or find_spec(_GRAMMAR) is None:
        yield
        return
    later = ModuleType(_GRAMMAR)

    def is_valid_syntax(*arguments: str) -> Any:  # noqa: ANN401 (as the grammar has it)
        from rfc3987_syntax import is_valid_syntax

        return is_valid_syntax(*arguments)

    later.is_valid_syntax = is_valid_syntax  # type: ignore[attr-defined]
    sys.modules[_GRAMMAR] = later
    try:
        yield
    finally:
        del sys.modules[_GRAMMAR]


with _grammar_later():
    import altair as alt

MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
NAME = "gzcounty"
SERVED = "JPY_SESSION_NAME"
"""What a Jupyter server tells the kernels that it starts for a notebook."""
# In Jupyter Lab a map that follows the width of the page never comes to rest.
WIDTH = 640


def bundle(spec: dict[str, Any], **metadata: Any) -> dict[str, Any]:  # noqa: ANN401 (altair's own)
    """Return what Jupyter Lab takes to draw a chart, by media type.

    The specification, with a fixed width where it would follow the page, and the description.
    """
    return {
        MIME: _fixed(spec) | {"$schema": SCHEMA},
        "text/plain": str(spec.get("description") or _("A chart.")),
    }


def _fixed(view: dict[str, Any]) -> dict[str, Any]:
    made = dict(view)
    if made.get("width") == "container":
        made["width"] = WIDTH
    for many in ("layer", "concat", "hconcat", "vconcat"):
        if many in made:
            made[many] = [_fixed(part) for part in made[many]]
    if isinstance(made.get("spec"), dict):
        made["spec"] = _fixed(made["spec"])
    return made


def use_lab_renderer() -> None:
    """Show charts so where a Jupyter server asks, unless altair was told to show them otherwise."""
    if SERVED in os.environ and alt.renderers.active == "default":
        alt.renderers.register(NAME, bundle)
        alt.renderers.enable(NAME)


use_lab_renderer()
