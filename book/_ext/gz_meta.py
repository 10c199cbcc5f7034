"""What search engines and messengers show of a page: its first sentences and the cover.

The theme would take the first 160 characters of everything, headings and labels included.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from docutils import nodes
from gz_plumbing import PARALLEL, Page, on_every_page
from sphinx.application import Sphinx

LONGEST = 200
_SENTENCE = re.compile("[.?。][ \u3400-\u9fff]*$")  # a claim has its Chinese term at the end


def first_words(doctree: nodes.document) -> str:
    """Give the first paragraph that is a sentence (a tab or a caption is not), cut at a word."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if _SENTENCE.search(text) or len(text) > LONGEST // 2:
            return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
    return ""


def describe(page: Page) -> None:
    """Hand the description and the address of the cover to the template."""
    page.context["page_description"] = first_words(page.doctree) if page.doctree else ""
    home = page.app.config.html_baseurl
    if home:
        page.context["gz_card"] = urljoin(home.rstrip("/") + "/", "_static/card.png")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    on_every_page(app, describe, priority=800)  # after the theme has had its say
    return PARALLEL
