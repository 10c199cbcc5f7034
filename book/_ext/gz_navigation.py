"""The way around: the side bar, the buttons to the next page, and what stands where no page is.

* The side bar's first part stands open, the others are folded (``show_navbar_depth: 0``), but for
  the one that holds the page. Each arrow says what it unfolds.
* Pages below a page of the reference are listed on it and its own pages only: there are more of
  them than of all others.
* A notebook stands below the page that it is the evidence of; who reads the pages goes from page to
  page.
* ``404.html`` is what a server shows for an address without a page.
"""

from __future__ import annotations

import posixpath
from functools import cache
from typing import Any

from gz_plumbing import PARALLEL, Page, on_every_page
from sphinx.application import Sphinx

REFERENCE = "book/reference/"
NOTEBOOKS = "notebooks/"
DOORS = (
    ("index", "Front page", "首页"),
    ("book/introduction", "The paper, section by section", "逐节阅读论文"),
    ("book/county", "One county", "查一个县"),
    ("book/conclusion", "Every claim and its verdict", "每条论断与结论"),
    ("book/labs", "Labs", "实验"),
    ("book/data", "The data", "数据"),
)


def arrange(toctree: Any, here: str) -> Any:  # noqa: ANN401
    """Fold the side bar of a page (a soup), and name its arrows."""
    for part in toctree.select("li.toctree-l0 > details")[:1]:
        part["open"] = "open"
    for link in toctree.select("li:not(.current) > a:has(+ details)"):
        page = posixpath.normpath(posixpath.join(here, "..", link["href"]))
        if page.startswith(REFERENCE) and page != f"{REFERENCE}index.html":
            link.find_next_sibling("details").decompose()
    for arrow in toctree.select("li:not(.toctree-l0) > details > summary"):
        link = arrow.find_parent("li").find("a")
        arrow["aria-label"] = f"Pages below {link.get_text(strip=True)}"
    return toctree


def arrange_sidebar(page: Page) -> None:
    """Arrange what the theme makes of the table of contents."""
    make = page.context.get("generate_toctree_html")
    if make is None:
        return

    def arranged(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        toctree = make(*arguments, **options)
        return arrange(toctree, page.name) if hasattr(toctree, "select") else toctree

    if page.doctree is None:
        # Pages that no document stands behind have the same side bar, if they lie in one folder.
        folders = vars(page.app).setdefault("gz_sidebars", {})
        arranged = folders.setdefault(posixpath.dirname(page.name), cache(arranged))
    page.context["generate_toctree_html"] = arranged


def pass_notebooks(page: Page) -> None:
    """Lead from a page to the page before and after it."""
    if page.name.startswith(NOTEBOOKS) or page.doctree is None:
        return
    relations = page.app.env.collect_relations()
    for way, place in (("prev", 1), ("next", 2)):
        name = page.name
        while (name := (relations.get(name) or [None] * 3)[place]) and name.startswith(NOTEBOOKS):
            pass
        page.context[way] = name and {
            "link": page.app.builder.get_relative_uri(page.name, name),
            "title": page.app.builder.render_partial(page.app.env.longtitles[name])["title"],
        }


def no_such_page(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Make the page for addresses that have none."""
    return [("404", {"doors": DOORS, "html_baseurl": app.config.html_baseurl}, "404.html")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    on_every_page(app, arrange_sidebar, priority=900)  # after the theme's own
    on_every_page(app, pass_notebooks)
    app.connect("html-collect-pages", no_such_page)
    return PARALLEL
