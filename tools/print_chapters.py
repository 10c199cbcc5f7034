"""The chapters of the print edition, lifted from the built pages.

A page of the site stands alone: its ids, its links and its pictures count from where it lies. In
one document all of them must tell from which page they come:

* the id ``x`` of the page ``value-county`` becomes ``value-county--x``, wherever it is spoken of;
* a link to a page that is in the edition leads to it, and says the number of the page on paper;
* a link to a page of the site that is left out becomes plain text;
* a link to another host gets a number, and its address stands at the end of the chapter;
* a picture is read from the site.
"""

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from print_words import Words

# The part of _toc.yml that is the argument; its pages are printed, the notebooks below are not.
ARGUMENT = "The paper"
# What a reader on paper needs besides.
APPENDIX = (
    "book/staggered-adoption",
    "book/methods",
    "book/glossary",
    "book/references",
    "book/cite",
)

# Scripts that draw are ours, or those that ours need.
_SCRIPTS = (
    "script:is([src*='_static/gz-'], [src*='_static/vendor/'], [src*='_static/doctools.js'], "
    "[src*='_static/documentation_options.js'])"
)

_LOCAL_URL = re.compile(r"url\(\s*(['\"]?)#([^)'\"]+)\1\s*\)")
# What makes no sense on paper; the style sheet hides the rest, which a printed page hides too.
_NOT_ON_PAPER = (
    ".headerlink, .gz-next, .gz-figure-origin, .gz-cards, .gz-chart-names, .gz-dark, details.hide, "
    ".gz-offer, noscript"
)


@dataclass(frozen=True)
class Entry:
    """One line of the site's table of contents."""

    name: str  # the page, without suffix, below the site's root: ``book/value-county``
    part: str  # the caption of its part
    number: str = ""  # the section of the paper, such as ``2.2``; empty for other pages

    @property
    def key(self) -> str:
        """The start of all ids that come from this page."""
        return self.name.removeprefix("book/").replace("/", "-")


@dataclass
class Chapter:
    """A page of the site as a chapter of the edition."""

    entry: Entry
    title: str
    article: Tag
    styles: list[str] = field(default_factory=list)  # addresses of style sheets that it needs
    scripts: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Number and title, as in the table of contents."""
        return f"{self.entry.number} {self.title}".strip()


def entries(toc: dict[str, Any]) -> list[Entry]:
    """Return the pages that a table of contents names, in its order, without patterns."""
    pages = [Entry(toc["root"], "")]

    def walk(chapters: list[dict[str, Any]], part: str) -> None:
        for chapter in chapters:
            if "file" in chapter:
                number = re.match(r"[\d.]*\d(?= )", chapter.get("title", ""))
                pages.append(Entry(chapter["file"], part, number.group() if number else ""))
            walk(chapter.get("sections", []), part)

    for part in toc["parts"]:
        walk(part["chapters"], part["caption"])
    return pages


def chosen(toc: dict[str, Any]) -> tuple[list[Entry], list[Entry]]:
    """Return the pages that are printed and those that are left out.

    The root is neither: the edition's own front matter stands for it. Raises SystemExit if a page
    that the edition needs is not in the table of contents.
    """
    _, *pages = entries(toc)
    by_name = {page.name: page for page in pages}
    missing = [name for name in APPENDIX if name not in by_name]
    argument = [page for page in pages if page.part == ARGUMENT and page.name.startswith("book/")]
    if missing or not argument:
        lacking = ", ".join(missing) or f"a part {ARGUMENT!r}"
        raise SystemExit(f"The print edition needs {lacking}, which _toc.yml does not have.")
    printed = argument + [by_name[name] for name in APPENDIX if by_name[name] not in argument]
    return printed, [page for page in pages if page not in printed]


def read(site: Path, entry: Entry) -> Chapter:
    """Take a chapter out of its page; raise SystemExit if it was not built or has no title."""
    path = site / f"{entry.name}.html"
    if not path.is_file():
        raise SystemExit(f"The print edition needs {entry.name}.html, which was not built.")
    soup = BeautifulSoup(path.read_bytes(), "html.parser")
    article = soup.select_one("article.bd-article")
    heading = article.h1 if article else None
    if article is None or heading is None:
        raise SystemExit(f"The page {entry.name}.html has no title to print.")
    for tag in article.select(_NOT_ON_PAPER):
        tag.decompose()
    base = posixpath.dirname(entry.name)

    def here(address: str) -> str:
        return posixpath.normpath(posixpath.join(base, address.partition("?")[0]))

    return Chapter(
        entry,
        " ".join(heading.get_text().split()),
        article,
        [here(str(tag["href"])) for tag in soup.select("link[rel~=stylesheet]")],
        [here(str(tag["src"])) for tag in soup.select(_SCRIPTS)],
    )


def parts(site: Path, toc: dict[str, Any]) -> dict[str, str]:
    """Return what the site calls each part of a table of contents in its own language."""
    soup = BeautifulSoup((site / f"{toc['root']}.html").read_bytes(), "html.parser")
    captions = [tag.get_text(strip=True) for tag in soup.select(".bd-sidebar-primary .caption")]
    names = [part["caption"] for part in toc["parts"]]
    if len(captions) != len(names):
        raise SystemExit(f"The front page has {len(captions)} parts, and _toc.yml {len(names)}.")
    return dict(zip(names, captions, strict=True))


def adapt(chapters: list[Chapter], site: Path, words: Words) -> None:
    """Make chapters of one document out of chapters of many pages. Changes the chapters."""
    keys = {chapter.entry.name: chapter.entry.key for chapter in chapters}
    for chapter in chapters:
        _prefix_ids(chapter)
        for image in chapter.article.select("img[src]"):
            image["src"] = _picture(str(image["src"]), chapter.entry.name, site)
        _rewire_links(chapter, keys, words)


def _prefix_ids(chapter: Chapter) -> None:
    start = f"{chapter.entry.key}--"
    for tag in chapter.article.find_all(True):
        if tag.get("id"):
            tag["id"] = start + str(tag["id"])
        for name, value in list(tag.attrs.items()):
            if isinstance(value, str) and "url(" in value:
                tag[name] = _LOCAL_URL.sub(rf"url(#{start}\2)", value)
        if tag.name != "a" and str(tag.get("href", "")).startswith("#"):  # parts of a drawing
            tag["href"] = f"#{start}{str(tag['href'])[1:]}"


def _picture(address: str, page: str, site: Path) -> str:
    if urlsplit(address).scheme:
        return address
    return (site / posixpath.dirname(page) / unquote(address)).resolve().as_uri()


def _rewire_links(chapter: Chapter, keys: dict[str, str], words: Words) -> None:
    notes: dict[str, int] = {}
    for link in list(chapter.article.select("a[href]")):
        address = str(link["href"])
        parts = urlsplit(address)
        if parts.scheme in ("http", "https"):
            _note(link, address, notes)
        elif parts.scheme:  # mailto and the like work from a PDF as they are
            continue
        else:
            target = _target(parts.path, parts.fragment, chapter.entry, keys)
            if target is None:
                link.name = "span"
                link.attrs = {"class": "edition-unlinked"}
                continue
            link["href"] = f"#{target}"
            inside = target.startswith(f"{chapter.entry.key}--") or target == chapter.entry.key
            if not inside and not link.select_one(".std-term") and link.get_text(strip=True):
                link.insert_after(page_number(target, words.page))
    if notes:
        chapter.article.append(_addresses(notes, words.addresses))


def _target(path: str, fragment: str, entry: Entry, keys: dict[str, str]) -> str | None:
    """Return the id that a link leads to, or None if that page is not in the edition."""
    if path:
        page = posixpath.normpath(posixpath.join(posixpath.dirname(entry.name), unquote(path)))
        key = keys.get(page.removesuffix(".html"))
        if key is None:
            return None
    else:
        key = entry.key
    return f"{key}--{unquote(fragment)}" if fragment else key


def _note(link: Tag, address: str, notes: dict[str, int]) -> None:
    """Add a number to a link to another host, unless its own words are the address."""
    text = re.sub(r"\s|\u200b", "", link.get_text())
    if text and re.sub(r"^https?://", "", address).strip("/").endswith(
        re.sub(r"^(https?://|doi:)", "", text).strip("/")
    ):
        return
    number = notes.setdefault(address, len(notes) + 1)
    link.insert_after(_parsed(f'<sup class="edition-note">{number}</sup>'))


def _addresses(notes: Iterable[str], heading: str) -> Tag:
    rows = (f'<li><a href="{escape(address)}">{escape(address)}</a></li>' for address in notes)
    return _parsed(
        f'<section class="edition-addresses"><p class="edition-small-head">{escape(heading)}</p>'
        f"<ol>{''.join(rows)}</ol></section>"
    )


def page_number(target: str, message: str = "{page}") -> Tag:
    """Make the place of a page number; it is filled in when the pages are known."""
    return _parsed(
        f'<span class="edition-page" data-target="{escape(target)}" data-message="{message}">'
        f"{message.format(page='000')}</span>"
    )


def _parsed(html: str) -> Tag:
    """Return the one element that some HTML writes."""
    return BeautifulSoup(html, "html.parser").find().extract()
