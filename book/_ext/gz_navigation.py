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
from typing import Any

from bs4 import Tag
from build import EDITIONS
from gz_plumbing import Page, on_every_page
from sphinx.application import Sphinx

from gzcounty.language import _, current_language

REFERENCE = "book/reference/"
NOTEBOOKS = "notebooks/"
SIDEBAR = "sbt-sidebar-nav.html"
DOORS = (
    ("index", "Front page", "首页"),
    ("book/introduction", "The paper, section by section", "逐节阅读论文"),
    ("book/county", "One county", "查一个县"),
    ("book/conclusion", "Every claim and its verdict", "全部论断与判定"),
    ("book/labs", "Labs", "实验"),
    ("book/data", "The data", "数据"),
)


def arrange(sidebar: Tag, name: str) -> Tag:
    """Arrange the theme's side bar of a page so that it serves for pages beside it, too.

    Nothing is current, and nothing but the first part is open.
    """
    for part in sidebar.select(".current"):
        part["class"] = [word for word in part["class"] if word not in ("current", "active")]
    for link in sidebar.select("a[href='#']"):
        link["href"] = posixpath.basename(name) + ".html"
    for details in sidebar("details"):
        del details["open"]
    sidebar.details["open"] = "open"
    for link in sidebar.select("a:has(+ details)"):
        details = link.find_next_sibling("details")
        details.summary["aria-label"] = _("Pages below {title}", title=link.get_text(strip=True))
        page = posixpath.normpath(posixpath.join(name, "..", link["href"])).removesuffix(".html")
        if page.startswith(REFERENCE) and page not in (f"{REFERENCE}index", group_of(name)):
            details.decompose()
    return sidebar


def group_of(name: str) -> str:
    """Return the page of the reference that this page is or stands below, if any."""
    below = name.removeprefix(REFERENCE)
    return "" if below == name else REFERENCE + below.partition("/")[0]


def mark(sidebar: Tag, name: str) -> str:
    """Return a side bar in which a page is marked, and what leads to it is open."""
    link = sidebar.find("a", href=posixpath.basename(name) + ".html")
    if link is None:  # as pages that no document stands behind
        return str(sidebar)
    changed = [link, *link.find_next_siblings("details"), *link.parents]
    before = [dict(part.attrs) for part in changed]
    for part in changed:
        if part.name == "details":
            part["open"] = "open"
        elif part.name == "li":
            part["class"] = [*part["class"], "current", "active"]
    link["class"] = [*link["class"], "current"]
    link["href"] = "#"
    html = str(sidebar)
    for part, attributes in zip(changed, before, strict=True):  # a copy would take longer
        part.attrs = attributes
    return html


def hold_sidebar_back(page: Page) -> None:
    """Keep the theme from making the side bar only to see that it is not empty."""
    if SIDEBAR in page.context.get("sidebars", []):
        page.context["sidebars"].remove(SIDEBAR)


def arrange_sidebar(page: Page) -> None:
    """Arrange what the theme makes of the table of contents: slowly, so not for each page anew."""
    make = page.context.get("generate_toctree_html")
    if make is None:
        return
    page.context["sidebars"].append(SIDEBAR)  # it is the last of the theme's
    made = vars(page.app).setdefault("gz_sidebars", {})
    key = posixpath.dirname(page.name), group_of(page.name)

    def arranged(*arguments: Any, **options: Any) -> str:  # noqa: ANN401
        if key not in made:
            made[key] = arrange(make(*arguments, **options), page.name)
        return mark(made[key], page.name)

    page.context["generate_toctree_html"] = arranged


def pass_notebooks(page: Page) -> None:
    """Lead from a page to the page before and after it."""
    if page.name.startswith(NOTEBOOKS) or page.doctree is None:
        return
    relations = page.app.builder.relations
    for way, place in (("prev", 1), ("next", 2)):
        name = page.name
        while (name := (relations.get(name) or [None] * 3)[place]) and name.startswith(NOTEBOOKS):
            pass
        page.context[way] = name and {
            "link": page.app.builder.get_relative_uri(page.name, name),
            "title": page.app.builder.render_partial(page.app.env.longtitles[name])["title"],
        }


def no_such_page(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Make the page for addresses that have none: one for all editions, in both languages."""
    if current_language() != "en":
        return []
    known = {"doors": DOORS, "html_baseurl": app.config.html_baseurl}
    return [("404", known | {"gz_chinese": "zh" in EDITIONS}, "404.html")]


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    on_every_page(app, hold_sidebar_back, priority=400)  # before the theme's own
    on_every_page(app, arrange_sidebar, priority=900)  # after them
    on_every_page(app, pass_notebooks)
    app.connect("html-collect-pages", no_such_page)
