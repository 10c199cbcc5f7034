"""The print editions, opened: contents that lead, numbers, Chinese, charts, fonts, no empty page.

The English one is printed whole, of the Chinese one a few chapters; all are looked at before they
are printed.
"""

import copy
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import print_document
import print_edition
import pytest
import yaml
from bs4 import BeautifulSoup, SoupStrainer
from chinese import HAN
from print_document import WORDS, Words
from pypdf import PdfReader

pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.slow]

TOC = yaml.safe_load((print_edition.ROOT / "_toc.yml").read_text(encoding="utf-8"))
PRINTED, _ = print_document.chosen(TOC)
A_FEW = copy.deepcopy(TOC)
A_FEW["parts"][0]["chapters"] = [
    chapter
    for chapter in A_FEW["parts"][0]["chapters"]
    if chapter["file"] in ("book/introduction", "book/dilemma-industry")
]
TOCS = {"en": TOC, "zh": A_FEW}


class Edition(NamedTuple):
    """A printed edition, and what it was printed from."""

    language: str
    words: Words
    pages: Path  # the site's, in that language
    printed: list[print_document.Entry]
    pdf: PdfReader


@pytest.fixture(scope="module", params=TOCS)
def edition(request, site, tmp_path_factory):
    # In a process of its own, as make dist has it: here the tests' browser may be open already.
    language = request.param
    folder = tmp_path_factory.mktemp("印刷 edition")
    toc, target = folder / "toc.yml", folder / "book.pdf"
    toc.write_text(yaml.safe_dump(TOCS[language]), encoding="utf-8")
    command = [sys.executable, print_edition.__file__, "--language", language, "--site", str(site),
               "--into", str(target), "--toc", str(toc)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = site if language == "en" else site / language
    printed, _ = print_document.chosen(TOCS[language])
    return Edition(language, WORDS[language], pages, printed, PdfReader(target))


@pytest.fixture(scope="module")
def pdf(edition):
    return edition.pdf


@pytest.fixture(scope="module")
def sheets(pdf):
    return [print_edition.read_sheet(page) for page in pdf.pages]


@pytest.fixture(scope="module")
def texts(sheets):
    return [text for text, _ in sheets]


@pytest.fixture(scope="module")
def begins(pdf):
    """Return the page, from 1, on which each chapter begins."""
    number = pdf.get_destination_page_number
    return {name.strip("/"): number(to) + 1 for name, to in pdf.named_destinations.items()}


def plain(text):
    """Return a text without what only says where a line may end."""
    return re.sub("[\\s\N{WORD JOINER}]+", "", text)


@cache
def article(page: Path):
    """Return what a page of the site says, without the links beside its headings."""
    soup = BeautifulSoup(page.read_bytes(), "html.parser", parse_only=SoupStrainer("article"))
    for link in soup.select(".headerlink"):
        link.decompose()
    return soup


def titles(edition):
    for entry in edition.printed:
        heading = article(edition.pages / f"{entry.name}.html").select_one("h1")
        yield entry, plain(heading.get_text())


def test_contents_name_every_chapter_and_the_page_where_it_begins(edition, texts, begins):
    contents = plain(texts[1])
    assert contents.startswith(plain(edition.words.contents))
    for entry, title in titles(edition):
        page = begins[entry.key]
        assert f"{entry.number}{title}{page}" in contents
        assert title in plain(texts[page - 1])


def test_links_say_the_page_where_they_lead(edition, texts, begins):
    text, _ = print_document.document(edition.pages, A_FEW, "1", edition.language)
    places = BeautifulSoup(text, "html.parser").select("a + .edition-page")
    whole = plain("".join(texts))
    for place in places:
        page = edition.words.page.format(page=begins[place["data-target"]])
        assert plain(place.find_previous_sibling("a").get_text() + page) in whole
    assert len(places) > 3


def test_chapters_stand_in_the_order_of_the_book(edition, begins):
    pages = [begins[entry.key] for entry in edition.printed]
    assert pages == sorted(set(pages))


def test_links_in_the_contents_lead_there(edition, pdf):
    expected = {f"/{entry.key}" for entry in edition.printed} | {"/index"}
    links = [a.get_object() for a in pdf.pages[1]["/Annots"]]
    # Chromium writes a link inside the document as the name of its place.
    assert expected <= {f"/{str(link['/Dest']).strip('/')}" for link in links if "/Dest" in link}


def test_every_page_says_its_number_and_none_is_empty(texts):
    assert 30 < len(texts) < 250
    for number, text in enumerate(texts, start=1):
        assert len(plain(text)) > 60, f"page {number} is empty"
        if number > 2:
            assert re.search(rf"(^|\n)\s*{number}\s*(\n|$)", text), f"page {number}"


def test_no_page_is_four_fifths_empty(sheets):
    # The cover and the contents aside; a page of one figure has the words of its axes.
    used = {at: round(share, 2) for at, (_, share) in enumerate(sheets[2:], start=3)}
    assert {at: share for at, share in used.items() if share < 0.2} == {}


def test_bookmarks_are_the_headings_as_they_are_written(edition, pdf):
    def titles(items):
        for item in items:
            yield from titles(item) if isinstance(item, list) else [item.title]

    marks = list(titles(pdf.outline))
    headings = {edition.words.contents, edition.words.about}
    for name in ("book/index", *(entry.name for entry in edition.printed)):
        for heading in article(edition.pages / f"{name}.html").select("h1, h2, h3, h4"):
            headings.add(" ".join(heading.get_text().split()))
    assert edition.words.contents in marks
    assert set(marks) <= headings
    assert len(marks) > 3 * len(edition.printed)


def test_nothing_is_asked_for_that_needs_a_screen(texts):
    asked = r"(?:^|[.!?;] )(?:Touch|Tap|Move|Choose|Click|Drag|Type|Change the menu)\b[^.]*"
    assert [said for text in texts for said in re.findall(asked, " ".join(text.split()))] == []


def test_no_number_was_left_open(texts):
    assert not any(re.search(r"\b000\b", text) for text in texts[1:2])
    assert not any(re.search(r"[(第]\s*(p\.)?\s*000", text) for text in texts)


def test_chinese_is_text(edition, texts):
    whole = plain("".join(texts))
    for words in ("农村电商", "电子商务评论", "印刷版", "渗透率"):
        assert words in whole
    if edition.language == "zh":
        assert len(re.findall(f"[{HAN}]", whole)) > 10_000
    # Signs that look like characters and letters, and that no search finds.
    assert re.findall("[\u2e80-\u2fdf\ufb00-\ufb06]", whole) == []


def test_fonts_are_embedded(pdf):
    fonts = set()
    for page in pdf.pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            if font["/Subtype"] == "/Type3":  # carries its drawings itself
                continue
            described = inner["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described), font["/BaseFont"]
            fonts.add(font["/BaseFont"])
    assert fonts


def test_charts_are_drawn_with_their_words_on_one_page(edition, texts):
    count, flat = 0, [plain(text) for text in texts]
    for entry in edition.printed:
        chapter = article(edition.pages / f"{entry.name}.html")
        for figure in chapter.select("figure.gz-chart"):
            title = figure.select_one(".gz-chart-title")
            if title is None:
                continue
            (page, *_) = [t for t in flat if plain(title.get_text()) in t]
            # The caption is not all: labels of axes and marks stand below it, as text.
            caption = plain(figure.figcaption.get_text())
            after = page.partition(caption)[2]
            assert len(after) > 20, title.get_text()
            count += 1
    assert count > len(edition.printed) / 2


def test_says_what_is_left_out_and_that_charts_are_stills(edition, texts, begins):
    about = plain("".join(texts[begins["index"] - 1 : begins[edition.printed[0].key] - 1]))
    said = {"en": ("Charts are stills", "Left out"), "zh": ("图表是静态的", "未收入本书")}
    for words in (*said[edition.language], edition.words.notebooks, edition.words.reference):
        assert plain(words) in about


def test_says_how_controls_are_set_and_shows_none(edition, texts):
    whole = plain("".join(texts))
    assert plain(edition.words.settings).partition("{")[0] in whole
    assert "Howthisfigureismade" not in whole


def test_says_its_version_and_language_and_not_the_hour(edition, pdf):
    title = edition.words.title.partition("{version}")[0].rpartition("}")[2]
    assert f"{title}{print_edition.version()}" in pdf.metadata.title
    assert pdf.root_object["/Lang"] == edition.words.code
    assert pdf.metadata.creation_date is None
    assert pdf.metadata.modification_date is None


def test_nothing_leads_to_a_file(pdf):
    for page in pdf.pages:
        for link in page.get("/Annots") or []:
            action = link.get_object().get("/A") or {}
            assert not str(action.get("/URI", "")).startswith("file:")


def test_whole_chinese_edition_is_the_same_book_in_chinese(site):
    text, chapters = print_document.document(site / "zh", TOC, "1", "zh")
    assert [chapter.entry for chapter in chapters[1:]] == PRINTED
    headings = [h.get_text() for c in chapters for h in c.article.select("h1, h2, h3, h4")]
    assert [heading for heading in headings if not re.search(f"[{HAN}]", heading)] == []
    targets = set(re.findall('data-target="([^"]+)"', text))
    ids = {tag["id"] for c in chapters for tag in c.article.find_all(id=True)}
    assert targets - ids - {c.entry.key for c in chapters} == set()


def test_a_missing_page_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"book/index\.html, which was not built"):
        print_edition.print_edition(tmp_path, tmp_path / "book.pdf", "1")
    assert not (tmp_path / "book.pdf").exists()


def test_a_contents_without_the_argument_is_refused():
    with pytest.raises(SystemExit, match="needs"):
        print_document.chosen({"root": "book/index", "parts": []})
