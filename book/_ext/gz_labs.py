"""A lab of a notebook is a still on the site: chart and table of its first choices, and a way in.

A lab (`gzbook.labs`) hands over a widget and, beside it, HTML that needs no kernel. The widget
is for Jupyter. Here the HTML is taken apart: the chart, which `gz_charts` draws, the words, and
between them a link that opens the notebook where it is alive. The link is the one of the theme's
launch button, so that the public address stands in ``_config.yml`` alone.

What myst-nb would write into such a page for widgets (their state, as a script) is left out.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from gz_plumbing import PARALLEL, Page, on_every_page
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform

from gzbook.labs.answer import PARTS, STILL

LAUNCH = "<!-- gz-launch -->"
# Before the widget, which myst-nb would take first (at 10); its number is otherwise 30.
PREFERRED = ("html", "text/html", 5)


def prefer_stills(app: Sphinx, config: Config) -> None:
    """Let myst-nb take the HTML of an output that has a widget too."""
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, PREFERRED]


def drop_state(app: Sphinx, doctree: nodes.document) -> None:
    """Forget the state of widgets, which no page can use."""
    NbMetadataCollector.get_js_files(app.env, app.env.docname).pop("ipywidgets_state", None)


class StillsInPlace(SphinxPostTransform):
    """Take stills apart, after myst-nb chose the output and before `gz_charts` draws."""

    default_priority = 40
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Go through the raw HTML of one page."""
        for node in list(self.document.findall(nodes.raw)):
            html = node.astext()
            if STILL not in html:
                continue
            chart, _, words = html.replace(STILL, "").partition(PARTS)
            parts = [part for part in (LAUNCH, chart, words) if part.strip()]
            node.replace_self([nodes.raw("", part, format="html") for part in parts])


def launch(page: Page) -> None:
    """Write the link of the launch button where a still asks for it."""
    body = page.context.get("body", "")
    if LAUNCH not in body:
        return
    text = "This is a still of the lab. Its sliders and menus need a running kernel: "
    address = launch_address(page.context.get("header_buttons", []))
    link = f'<a href="{escape(address)}">open this lab in your browser</a>, or ' if address else ""
    note = (
        f'<p class="gz-live-only">{text}{link}start it on your own machine with '
        "<code>make lab</code>.</p>"
    )
    page.context["body"] = body.replace(LAUNCH, note)


def launch_address(buttons: list[dict[str, Any]]) -> str:
    """Return the address of the launch button among the theme's buttons, groups included."""
    for button in buttons:
        inside = launch_address(button.get("buttons", []))
        if inside or "urlpath=" in str(button.get("url", "")):
            return inside or str(button["url"])
    return ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", prefer_stills)
    app.connect("doctree-read", drop_state)
    app.add_post_transform(StillsInPlace)
    on_every_page(app, launch, priority=900)
    return PARALLEL
