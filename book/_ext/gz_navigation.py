"""The way around: the side bar, the buttons to the next page, and what stands where no page is.

* The side bar's first part stands open, the others are folded (``show_navbar_depth: 0``), but for
  the one that holds the page. Each arrow says what it unfolds.
* Pages below a page of the reference are listed on it and its own pages only: there are more of
  them than of all others.
* A notebook stands below the page that it is the evidence of; who reads the pages goes from page to
  page.
* ``404.html`` is what a server shows for an address without a page.
"""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from gz_plumbing import PARALLEL, Page, on_every_page
from sphinx.addnodes import toctree
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

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


@contextmanager
def other_groups_closed(env: BuildEnvironment, here: str) -> Iterator[None]:
    """Take the pages below each page of the reference, but for the one that `here` is or is below.

    Before the theme copies them into every page: that takes most of its time.
    """
    groups = (env.tocs[name] for name in env.tocs if name.startswith(REFERENCE))
    trees = [tree for group in groups for tree in group.findall(toctree)]
    kept = [tree["entries"] for tree in trees]
    for tree in trees:
        parent = tree["parent"]
        if parent != f"{REFERENCE}index" and parent != here and not here.startswith(f"{parent}/"):
            tree["entries"] = []
    try:
        yield
    finally:
        for tree, entries in zip(trees, kept, strict=True):
            tree["entries"] = entries


def arrange(sidebar: Any) -> Any:  # noqa: ANN401
    """Fold the side bar of a page (a soup), and name its arrows."""
    for part in sidebar.select("li.toctree-l0 > details")[:1]:
        part["open"] = "open"
    for arrow in sidebar.select("li:not(.toctree-l0) > details > summary"):
        link = arrow.find_parent("li").find("a")
        arrow["aria-label"] = f"Pages below {link.get_text(strip=True)}"
    return sidebar


def arrange_sidebar(page: Page) -> None:
    """Arrange what the theme makes of the table of contents."""
    make = page.context.get("generate_toctree_html")
    if make is None:
        return

    def arranged(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        with other_groups_closed(page.app.env, page.name):
            sidebar = make(*arguments, **options)
        return arrange(sidebar) if hasattr(sidebar, "select") else sidebar

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
