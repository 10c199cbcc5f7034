"""The print edition, opened: contents that lead, numbers, Chinese, charts, fonts, no empty page."""

import re
import subprocess
import sys

import print_chapters
import print_edition
import pytest
import yaml
from bs4 import BeautifulSoup

pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.slow]

TOC = yaml.safe_load((print_edition.ROOT / "_toc.yml").read_text(encoding="utf-8"))
PRINTED, LEFT_OUT = print_chapters.chosen(TOC)


@pytest.fixture(scope="module")
def pdf(site, tmp_path_factory):
    from pypdf import PdfReader

    # In a process of its own, as make dist has it: here the tests' browser may be open already.
    target = tmp_path_factory.mktemp("印刷 edition") / "book.pdf"
    command = [sys.executable, print_edition.__file__, "--site", str(site), "--into", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return PdfReader(target)


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
    return re.sub(r"\s+", "", text)


def titles(site):
    for entry in PRINTED:
        soup = BeautifulSoup((site / f"{entry.name}.html").read_bytes(), "html.parser")
        heading = soup.select_one("article h1")
        heading.select_one(".headerlink").decompose()
        yield entry, plain(heading.get_text())


def test_contents_name_every_chapter_and_the_page_where_it_begins(site, texts, begins):
    contents = plain(texts[1])
    assert "Contents目录" in contents
    for entry, title in titles(site):
        page = begins[entry.key]
        assert f"{entry.number}{title}{page}" in contents
        assert title in plain(texts[page - 1])


def test_chapters_stand_in_the_order_of_the_book(begins):
    pages = [begins[entry.key] for entry in PRINTED]
    assert pages == sorted(set(pages))


def test_links_in_the_contents_lead_there(pdf, begins):
    expected = {f"/{entry.key}" for entry in PRINTED} | {"/index"}
    links = [a.get_object() for a in pdf.pages[1]["/Annots"]]
    # Chromium writes a link inside the document as the name of its place.
    assert expected <= {f"/{str(link['/Dest']).strip('/')}" for link in links if "/Dest" in link}


def test_every_page_says_its_number_and_none_is_empty(texts):
    assert 60 < len(texts) < 250
    for number, text in enumerate(texts, start=1):
        assert len(plain(text)) > 60, f"page {number} is empty"
        if number > 2:
            assert re.search(rf"(^|\n)\s*{number}\s*(\n|$)", text), f"page {number}"


def test_no_page_is_four_fifths_empty(sheets):
    # The cover and the contents aside; a page of one figure has the words of its axes.
    used = {at: round(share, 2) for at, (_, share) in enumerate(sheets[2:], start=3)}
    assert {at: share for at, share in used.items() if share < 0.2} == {}


def test_bookmarks_are_the_headings_as_they_are_written(site, pdf):
    def titles(items):
        for item in items:
            yield from titles(item) if isinstance(item, list) else [item.title]

    marks = list(titles(pdf.outline))
    assert "Contents 目录" in marks
    headings = set()
    for entry in PRINTED:
        soup = BeautifulSoup((site / f"{entry.name}.html").read_bytes(), "html.parser")
        for heading in soup.select("article :is(h1, h2, h3, h4)"):
            if link := heading.select_one(".headerlink"):
                link.decompose()
            headings.add(" ".join(heading.get_text().split()))
    about = {
        "Contents 目录", "About this edition", "What came out", "The paper and this companion",
        "How to read a section page",
    }  # fmt: skip
    assert set(marks[1:]) - headings <= about
    assert len(marks) > 3 * len(PRINTED)


def test_nothing_is_asked_for_that_needs_a_screen(texts):
    asked = r"(?:^|[.!?;] )(?:Touch|Tap|Move|Choose|Click|Drag|Type|Change the menu)\b[^.]*"
    assert [said for text in texts for said in re.findall(asked, " ".join(text.split()))] == []


def test_no_number_was_left_open(texts):
    assert not any(re.search(r"\b000\b", text) for text in texts[1:2])
    assert not any("(p.\u00a0000)" in text or "(p. 000)" in text for text in texts)


def test_chinese_is_text(texts):
    whole = plain("".join(texts))
    for words in ("农村电商", "县城综合承载能力", "电子商务评论", "印刷版", "渗透率"):
        assert words in whole
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


def test_charts_are_drawn_with_their_words_on_one_page(site, texts):
    count = 0
    for entry in PRINTED:
        soup = BeautifulSoup((site / f"{entry.name}.html").read_bytes(), "html.parser")
        for figure in soup.select("article figure.gz-chart"):
            title = figure.select_one(".gz-chart-title")
            if title is None:
                continue
            (page, *_) = [t for t in texts if plain(title.get_text()) in plain(t)]
            # The caption is not all: labels of axes and marks stand below it, as text.
            caption = plain(figure.figcaption.get_text())
            after = plain(page).partition(caption)[2]
            assert len(after) > 20, title.get_text()
            count += 1
    assert count > 10


def test_says_what_is_left_out_and_that_charts_are_stills(texts, begins):
    about = plain("".join(texts[begins["index"] - 1 : begins[PRINTED[0].key] - 1]))
    assert "Chartsarestills" in about
    assert "Leftout" in about
    assert "notebooks" in about
    assert "referenceofeveryfunction" in about


def test_has_no_trace_of_controls_or_of_the_hour(pdf, texts):
    assert not any("How this figure is made" in text for text in texts)
    assert print_edition.version() in pdf.metadata.title
    assert pdf.metadata.creation_date is None
    assert pdf.metadata.modification_date is None


def test_nothing_leads_to_a_file(pdf):
    for page in pdf.pages:
        for link in page.get("/Annots") or []:
            action = link.get_object().get("/A") or {}
            assert not str(action.get("/URI", "")).startswith("file:")


def test_a_missing_page_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"book/index\.html, which was not built"):
        print_edition.print_edition(tmp_path, tmp_path / "book.pdf", "1")
    assert not (tmp_path / "book.pdf").exists()


def test_a_contents_without_the_argument_is_refused():
    with pytest.raises(SystemExit, match="needs"):
        print_chapters.chosen({"root": "book/index", "parts": []})
