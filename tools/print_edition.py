"""Print the book: ``python tools/print_edition.py``.

The chapters of the built site become one document (print_document.py), which Chromium draws and
prints: cover, contents, chapters, page numbers. Where a chapter begins is known only once it is
printed, so it is printed again with the numbers that the first printing gave, until they stand.

The edition is light, whatever the machine prefers, and the same site gives the same edition: no
time of printing is kept.

Chinese can be searched and copied. A font may draw a character and the radical of the same shape by
one glyph: people, U+6C11, and the radical U+2EA0. The PDF says for each glyph which character it
stands for, and Chromium may name the radical. It looks right, and no search finds it. So the tables
of all fonts (``/ToUnicode``) are written anew with the characters.

Each language of the site has an edition of its own. What an edition says of itself is in
print_document.py and in edition/about-*.html.

Options: ``--language`` names the edition, ``--site`` the folder of a built site, ``--into`` the
file to write, ``--toc`` a table of contents other than the site's.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import browser
import build
import print_document
from build import ROOT
from print_document import WORDS, Words

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pypdf import PageObject, PdfReader, PdfWriter

TOC = ROOT / "_toc.yml"
MM = 96 / 25.4  # pixels
POINTS = 72 / 25.4  # a millimetre, in a PDF
# As edition.css has it: A4 less its margins.
PAPER = (int((210 - 2 * 18) * MM), int((297 - 24 - 20) * MM))
MOST_PRINTINGS = 9
NEARLY_EMPTY = 0.25

# Radicals whose character Unicode's compatibility forms do not tell, from its table
# EquivalentUnifiedIdeograph: those that stand alone in simplified or traditional Chinese.
_RADICALS = str.maketrans(
    "\u2e81\u2e84\u2e8e\u2e9d\u2e9f\u2ea0\u2eab\u2eb9\u2ec1\u2ec4\u2ec5\u2ec6\u2ec9\u2ecb\u2ed1\u2ed3\u2ed4"
    "\u2ed8\u2ed9\u2eda\u2edb\u2edc\u2edd\u2ee2\u2ee3\u2ee4\u2ee5\u2ee6\u2ee7\u2ee8\u2ee9\u2eec\u2eee\u2ef0\u2ef3",
    "厂乙兀月母民罒耂虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
)
# Lines of shapes in what Chromium writes of a page: all but words.
_SHAPE = re.compile(rb"^(?:[-\d.]+ )+(?:m|l|c|re)\n", re.MULTILINE)
_BAR, _DASH = "\u2015", "\u2014"  # the same shape in a Chinese font
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PAIR = re.compile(rb"<(\w+)>\s*<(\w+)>")
_RANGE = re.compile(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>")


def file_name(version: str, language: str) -> str:
    """Return what the edition in a language is called."""
    mark = "" if language == build.EDITIONS[0] else f"{language}-"
    return f"gzcounty-print-{mark}{version}.pdf"


def print_edition(
    site: Path, target: Path, version: str, language: str = "en", toc: Path = TOC
) -> Path:
    """Print the pages of a built site in one language; they are only read. Return the PDF.

    Raises SystemExit if there is no browser, the site lacks a page, or a chart cannot be drawn.
    """
    import yaml

    pages = yaml.safe_load(toc.read_text(encoding="utf-8"))
    own = site if language == build.EDITIONS[0] else site / language
    text, chapters = print_document.document(own.resolve(), pages, version, language)
    print(f"  {len(chapters)} chapters for the print edition", flush=True)
    with tempfile.TemporaryDirectory() as folder, _opened() as page:
        source = Path(folder) / "edition.html"
        source.write_text(text, encoding="utf-8")
        page.goto(source.as_uri(), wait_until="load")
        charts = page.locator("figure.gz-chart").count()
        print(f"  drawing {charts} charts", flush=True)
        script = (print_document.PARTS / "edition.js").read_text(encoding="utf-8")
        words = asdict(WORDS[language])
        failed = page.evaluate(script, {"pageHeight": PAPER[1], "words": words})
        if failed:
            raise SystemExit(f"The print edition lacks charts that were not drawn: {failed}.")
        pdf = _numbered(page)
        headings = page.evaluate(HEADINGS)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(signed(pdf, version, headings, WORDS[language]))
    return target


@contextmanager
def _opened() -> Iterator[Page]:
    """Open a page as wide as the paper, in print, that asks no other host."""
    with browser.opened() as chromium:
        page = chromium.new_page(viewport={"width": PAPER[0], "height": PAPER[1]})
        page.emulate_media(media="print", color_scheme="light", reduced_motion="reduce")
        page.route(
            lambda url: not url.startswith(("file:", "data:", "blob:")), lambda route: route.abort()
        )
        yield page


TARGETS = "[...document.querySelectorAll('.edition-page')].map((place) => place.dataset.target)"
FILL = """(pages) => {
  for (const place of document.querySelectorAll(".edition-page")) {
    const { target, message } = place.dataset;
    place.textContent = message.replace("{page}", pages[target]);
  }
}"""
HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((h) => h.textContent)"
CHAPTERS = "[...document.querySelectorAll('.edition-chapter')].map((chapter) => chapter.id)"
SMALLER = """(keys) => {
  for (const key of keys) {
    const chapter = document.getElementById(key);
    chapter.style.zoom = (chapter.style.zoom || 1) - 0.03;
    for (const { style } of chapter.querySelectorAll(".gz-chart-view svg[style*=height]"))
      style.height = `${0.9 * parseFloat(style.height)}px`;
  }
}"""


def _numbered(page: Page) -> bytes:
    """Print until the numbers in the document are those of the paper.

    A chapter that ends on a nearly empty page is set a little smaller, its figures more so.
    """
    from pypdf import PdfReader

    targets, chapters = set(page.evaluate(TARGETS)), page.evaluate(CHAPTERS)
    before: dict[str, int] = {}
    for printing in range(MOST_PRINTINGS):
        pdf = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        reader = PdfReader(BytesIO(pdf))
        pages = places(reader)
        lost = sorted(targets - set(pages))
        if lost:
            raise SystemExit(f"The print edition leads to places that it lacks: {', '.join(lost)}.")
        print(f"  {len(reader.pages)} pages printed", flush=True)
        # Five times at most, to 85 % of the size.
        begins = [pages[key] for key in chapters]
        short = _short(reader, begins, chapters) if printing < 5 else []
        if pages == before and not short:
            return pdf
        page.evaluate(SMALLER, short)
        page.evaluate(FILL, pages)
        before = pages
    raise SystemExit(f"Page numbers still moved after {MOST_PRINTINGS} printings.")


def _short(reader: PdfReader, begins: list[int], chapters: list[str]) -> list[str]:
    """Return the chapters of several pages whose last one is nearly empty."""
    ends = [*(begin - 1 for begin in begins[1:]), len(reader.pages)]
    return [
        chapter
        for chapter, begin, end in zip(chapters, begins, ends, strict=True)
        if begin < end and read_sheet(reader.pages[end - 1])[1] < NEARLY_EMPTY
    ]


def read_sheet(sheet: PageObject) -> tuple[str, float]:
    """Return a page's text, and the share of it, less its margins, down to the last line.

    Takes the shapes out of the page, whose reading takes most of the time.
    """
    from pypdf.generic import DecodedStreamObject, NameObject

    words = DecodedStreamObject()
    words.set_data(_SHAPE.sub(b"", sheet["/Contents"].get_object().get_data()))
    sheet[NameObject("/Contents")] = words
    heights: list[float] = []

    def note(text: str, outer: list[float], inner: list[float], *_: object) -> None:
        if text.strip():
            heights.append(inner[5] * outer[3] + outer[5])

    text = sheet.extract_text(visitor_text=note)
    top, bottom = float(sheet.mediabox.height) - 24 * POINTS, 20 * POINTS  # as edition.css has it
    within = [height for height in heights if bottom < height < top]
    return text, (top - min(within, default=top)) / (top - bottom)


def places(reader: PdfReader) -> dict[str, int]:
    """Return the page (from 1) of every place that a link leads to."""
    numbers = {
        name.removeprefix("/"): reader.get_destination_page_number(place)
        for name, place in reader.named_destinations.items()
    }
    return {name: n + 1 for name, n in numbers.items() if n is not None and n >= 0}


def name_bookmarks(writer: PdfWriter, headings: list[str]) -> None:
    """Write every bookmark as its heading is written. Changes the PDF.

    Chromium joins words over a break of lines, and doubles a heading at the top of a page.
    """
    from pypdf.generic import NameObject, TextStringObject

    def walk(parent: Any) -> Iterator[Any]:  # noqa: ANN401 (a dictionary of pypdf)
        item = parent.get("/First")
        while item is not None:
            item = item.get_object()
            yield item
            yield from walk(item)
            item = item.get("/Next")

    left = iter([" ".join(heading.split()) for heading in headings])
    for item in walk(writer.root_object["/Outlines"].get_object()):
        bare = "".join(item["/Title"].split())
        # Headings that are not printed have no bookmark.
        title = next((h for h in left if bare in ("".join(h.split()) * n for n in (1, 2))), None)
        if title is None:
            raise SystemExit(f"The print edition has a bookmark of no heading: {item['/Title']}.")
        item[NameObject("/Title")] = TextStringObject(title)


def signed(pdf: bytes, version: str, headings: list[str], words: Words) -> bytes:
    """Say what the file is, take out the hour of its making, make its words searchable."""
    from pypdf import PdfReader, PdfWriter

    reader = PdfReader(BytesIO(pdf))
    title = reader.metadata.title if reader.metadata else None
    writer = PdfWriter(clone_from=reader)
    name_characters(writer)
    name_bookmarks(writer, headings)
    writer.metadata = {
        "/Title": words.title.format(title=title or "gzcounty", version=version),
        "/Author": words.author,
    }
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def character(text: str) -> str:
    """Return the characters that stand for themselves in place of radicals of the same shape."""
    kept = (unicodedata.normalize("NFKC", c) if "\u2e80" <= c <= "\u2fdf" else c for c in text)
    return "".join(kept).translate(_RADICALS).replace(_BAR, _DASH)


def corrected(table: bytes) -> bytes:
    """Write a table of glyphs and their characters anew, radicals replaced."""

    def block(match: re.Match[bytes]) -> bytes:
        kind, body = match.groups()
        if b"[" in body:  # Chromium writes no lists
            return match[0]
        body = _PAIR.sub(_pair, body) if kind == b"bfchar" else _RANGE.sub(_range, body)
        return b"begin" + kind + body + b"end" + kind

    return _BLOCK.sub(block, table)


def _pair(match: re.Match[bytes]) -> bytes:
    glyph, text = match.groups()
    return b"<%s> <%s>" % (glyph, _hex(character(_text(text))))


def _range(match: re.Match[bytes]) -> bytes:
    """Keep a run of glyphs unless a radical is among its characters: then name each."""
    first, last, start = match.groups()
    text = _text(start)
    count = int(last, 16) - int(first, 16) + 1
    run = [text[:-1] + chr(ord(text[-1]) + i) for i in range(count)]
    named = [character(one) for one in run]
    if named == run:
        return match[0]
    return b"<%s> <%s> [%s]" % (first, last, b" ".join(b"<%s>" % _hex(one) for one in named))


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _hex(text: str) -> bytes:
    return text.encode("utf-16-be").hex().upper().encode()


def name_characters(writer: PdfWriter) -> None:
    """Correct the tables of all fonts of a PDF. Changes the PDF."""
    from pypdf.generic import StreamObject

    seen = set()
    for page in writer.pages:
        for font in (page.get("/Resources", {}).get("/Font") or {}).values():
            table = font.get_object().get("/ToUnicode")
            if table is None or id(table.get_object()) in seen:
                continue
            stream = table.get_object()
            seen.add(id(stream))
            if isinstance(stream, StreamObject):
                stream.set_data(corrected(stream.get_data()))


def version() -> str:
    """Return the version that ``pyproject.toml`` states."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["version"]


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description="Print the built site as a book (PDF).")
    parser.add_argument("--language", choices=build.EDITIONS, default=build.EDITIONS[0])
    parser.add_argument("--site", type=Path, default=build.HTML)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--toc", type=Path, default=TOC)
    options = parser.parse_args()
    into = options.into or ROOT / "dist" / file_name(version(), options.language)
    print(print_edition(options.site, into, version(), options.language, options.toc))


if __name__ == "__main__":
    main()
