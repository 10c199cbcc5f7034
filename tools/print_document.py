"""The print edition as one document: cover, contents, a word about the edition, the chapters.

What is printed and what is not is said in the edition itself. Words that stand on the cover and in
front are those of the site's front page.
"""

import re
from collections.abc import Iterable
from html import escape, unescape
from pathlib import Path
from typing import Any

import print_chapters
from bs4 import BeautifulSoup, Tag
from print_chapters import Chapter, Entry, page_number
from print_words import WORDS, Words

PARTS = Path(__file__).resolve().parent / "edition"
# Sections of the front page that lead around the website.
NAVIGATION = ("find-your-county", "three-doors", "what-is-here")
_TITLE = re.compile(r"<title>\s*(.*?)\s*(?:&#8212;|—)[^<]*</title>", re.DOTALL)


def document(
    site: Path, toc: dict[str, Any], version: str, language: str
) -> tuple[str, list[Chapter]]:
    """Return the edition as one document, and its chapters; the first is about the edition itself.

    The site is the one in that language. Raises SystemExit if it lacks a page that is needed.
    """
    words = WORDS[language]
    printed, left_out = print_chapters.chosen(toc)
    front = print_chapters.read(site, Entry(toc["root"], ""))
    parts = print_chapters.parts(site, toc)
    title, picture = front.title, (site / "_static" / "cover.svg").as_uri()
    cover = _cover(front, picture, words.version.format(version=version))
    about = (PARTS / f"about-{language}.html").read_text(encoding="utf-8")
    _turn_into_preface(front, words.about, about, _left_out(site, left_out, parts, words))
    chapters = [front, *(print_chapters.read(site, entry) for entry in printed)]
    for chapter in chapters:
        _place_tab_first(chapter.article)
    print_chapters.adapt(chapters, site, words)

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
    if page.part == print_chapters.ARGUMENT:
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
            argument = part == print_chapters.ARGUMENT
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
