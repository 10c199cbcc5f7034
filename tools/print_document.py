"""The print edition as one document: cover, contents, a word about the edition, the chapters.

What is printed and what is not is said in the edition itself. Words that stand on the cover and in
front are those of the site's front page.

The chapters are lifted from the built pages. A page of the site stands alone: its ids, its links
and its pictures count from where it lies. In one document all of them must tell from which page
they come:

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
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

PARTS = Path(__file__).resolve().parent / "edition"
# Sections of the front page that lead around the website.
NAVIGATION = ("find-your-county", "three-doors", "what-is-here")
_TITLE = re.compile(r"<title>\s*(.*?)\s*(?:&#8212;|—)[^<]*</title>", re.DOTALL)
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
class Words:
    """What the edition says of itself in a language, each message whole; here in English."""

    code: str = "en"  # of the language, as HTML names it
    title: str = "{title} (print edition, gzcounty {version})"  # of the file
    author: str = "The gzcounty authors"
    version: str = "gzcounty {version} · print edition 印刷版"
    contents: str = "Contents 目录"
    appendix: str = "Appendix"
    about: str = "About this edition"  # a heading; what stands below it is in edition/about-*.html
    # What is left out, beside pages that have a title.
    notebooks: str = "the notebooks behind the chapters, with code, tests and exercises"
    reference: str = "the reference of every function"
    left_out: str = "{pages}."
    page: str = " (p.\u00a0{page})"  # behind a link to another chapter
    addresses: str = "Addresses"
    settings: str = "As set here: {settings}."  # below a chart with controls
    setting: str = "{name} {value}"
    yes: str = "yes"
    no: str = "no"
    between: str = "; "  # the parts of a list


WORDS = {
    "en": Words(),
    "zh": Words(
        code="zh-CN",
        title="{title}（印刷版，gzcounty {version}）",
        author="gzcounty编写组",
        version="gzcounty {version} · 印刷版",
        contents="目录",
        appendix="附录",
        about="关于印刷版",
        notebooks="各章背后的笔记本，含代码、检验和练习",
        reference="全部函数的参考手册（英文）",
        left_out="{pages}",
        page="（见第{page}页）",
        addresses="网址",
        settings="图中设定：{settings}。",
        setting="{name}{value}",
        yes="是",
        no="否",
        between="；",
    ),
}


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


def document(
    site: Path, toc: dict[str, Any], version: str, language: str
) -> tuple[str, list[Chapter]]:
    """Return the edition as one document, and its chapters; the first is about the edition itself.

    The site is the one in that language. Raises SystemExit if it lacks a page that is needed.
    """
    words = WORDS[language]
    printed, left_out = chosen(toc)
    front = read(site, Entry(toc["root"], ""))
    parts = part_names(site, toc)
    title, picture = front.title, (site / "_static" / "cover.svg").as_uri()
    cover = _cover(front, picture, words.version.format(version=version))
    about = (PARTS / f"about-{language}.html").read_text(encoding="utf-8")
    _turn_into_preface(front, words.about, about, _left_out(site, left_out, parts, words))
    chapters = [front, *(read(site, entry) for entry in printed)]
    for chapter in chapters:
        _place_tab_first(chapter.article)
    adapt(chapters, site, words)

    def addresses(names: Iterable[str]) -> list[str]:
        return [(site / name).as_uri() for name in dict.fromkeys(names)]

    fields = {
        "language": words.code,
        "title": escape(title),
        "styles": "\n".join(
            f'<link rel="stylesheet" href="{address}">'
            for address in addresses(style for chapter in chapters for style in chapter.styles)
        ),
        "scripts": "\n".join(
            f'<script defer src="{address}"></script>'
            for address in addresses(script for chapter in chapters for script in chapter.scripts)
        ),
        "own-style": (PARTS / "edition.css").read_text(encoding="utf-8"),
        "running-heads": "\n".join(_running_head(chapter) for chapter in chapters),
        "cover": cover,
        "contents-heading": escape(words.contents),
        "contents": _contents(chapters, parts, words),
        "chapters": "\n".join(_framed(chapter) for chapter in chapters),
    }
    text = (PARTS / "edition.html").read_text(encoding="utf-8")
    # In one go, so that words of a chapter are never taken for a place.
    return re.sub(r"<!-- put (\S+) -->", lambda match: fields[match[1]], text), chapters


# ---- the cover -----------------------------------------------------------------------------------


def _cover(front: Chapter, picture: str, version: str) -> str:
    """Take title, opening words and the words about the picture from the front page."""
    parts = {"lead": ".gz-lead", "source": ".gz-source"}
    tags = {name: front.article.select_one(mark) for name, mark in parts.items()}
    missing = [parts[name] for name, tag in tags.items() if tag is None]
    if missing:
        raise SystemExit(f"The front page has no {' and no '.join(missing)} for the cover.")
    for tag in front.article.select(", ".join(f"{mark} a" for mark in parts.values())):
        tag.unwrap()  # a cover has no links; those of a chapter are led anew with the chapter
    lead, source = (str(tag) for tag in tags.values())
    return (
        f'<img src="{picture}" alt=""><h1>{escape(front.title)}</h1>{lead}'
        f'<p class="edition-version">{escape(version)}</p>{source}'
    )


# ---- about the edition ---------------------------------------------------------------------------


def _turn_into_preface(front: Chapter, heading: str, about: str, left_out: str) -> None:
    """Keep of the front page what a reader on paper needs, and say what the edition is."""
    outer = front.article.section
    if outer is None or outer.h1 is None:
        raise SystemExit("The front page has no section to print.")
    for section in outer.find_all("section", recursive=False):
        if section.get("id") in NAVIGATION:
            section.decompose()
    for tag in outer.select(":scope > :is(.gz-lead, .gz-source, a:has(img), img)"):
        tag.decompose()
    front.title = heading
    outer.h1.string = front.title
    about = about.replace("<!-- put left-out -->", left_out)
    outer.h1.insert_after(BeautifulSoup(about, "html.parser"))


def _left_out(site: Path, pages: list[Entry], parts: dict[str, str], words: Words) -> str:
    """Return the titles of the pages not printed; notebooks and the reference in a word."""
    by_part: dict[str, dict[str, None]] = {}
    for page in pages:
        titles = by_part.setdefault(page.part, {})
        titles[_title(site, page, words)] = None
    rows = (
        f"<dt>{escape(parts[part])}</dt>"
        f"<dd>{escape(words.left_out.format(pages=words.between.join(titles)))}</dd>"
        for part, titles in by_part.items()
    )
    return f"<dl>{''.join(rows)}</dl>"


def _title(site: Path, page: Entry, words: Words) -> str:
    if page.name.startswith("book/reference/"):
        return words.reference
    if page.part == ARGUMENT:
        return words.notebooks
    path = site / f"{page.name}.html"
    match = _TITLE.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    if match is None:
        raise SystemExit(f"The page {page.name}.html, which the edition names, was not built.")
    return unescape(match[1])


# ---- contents and chapters -----------------------------------------------------------------------


def _contents(chapters: list[Chapter], parts: dict[str, str], words: Words) -> str:
    rows: list[str] = []
    part = ""
    for chapter in chapters:
        entry = chapter.entry
        if entry.part != part:
            # What is not the argument follows it, whatever part of the site it comes from.
            part = entry.part
            argument = part == ARGUMENT
            head = parts[part] if argument else words.appendix
            if argument or f">{head}<" not in "".join(rows):
                rows.append(f'<li class="edition-part">{escape(head)}</li>')
        depth = "edition-sub" if "." in entry.number else "edition-top"
        rows.append(
            f'<li class="{depth}"><a href="#{entry.key}"><span>{escape(entry.number)}</span>'
            f" {escape(chapter.title)}</a><i></i>{page_number(entry.key)}</li>"
        )
    return f"<ol>{''.join(rows)}</ol>"


def _place_tab_first(article: Tag) -> None:
    """Set the tab with the section's number above the title, where the site's style has it."""
    tab, title = article.select_one(".gz-tab"), article.h1
    if tab is not None and title is not None:
        title.insert_before(tab.extract())


def _page_name(chapter: Chapter) -> str:
    return f"chapter-{chapter.entry.key}"


def _running_head(chapter: Chapter) -> str:
    words = chapter.name.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    return f'@page {_page_name(chapter)} {{ @top-left {{ content: "{words}"; }} }}'


def _framed(chapter: Chapter) -> str:
    """Put a chapter into the frame that the site's style sheets expect around it."""
    return (
        f'<main class="bd-main edition-chapter" id="{chapter.entry.key}" '
        f'style="page: {_page_name(chapter)}"><div class="bd-content">'
        f'<div class="bd-article-container">{chapter.article}</div></div></main>'
    )


# ---- chapters out of pages -----------------------------------------------------------------------


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


def part_names(site: Path, toc: dict[str, Any]) -> dict[str, str]:
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
