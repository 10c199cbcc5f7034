"""Every page in a real browser: light on a desktop, dark on a phone, some in all four ways.

On a desktop pages are opened from a folder, with no server; on a phone over the network. Each chart
is touched on the first page that has it. Most pages of the reference are visited once only: see
visits.py. A visit collects all faults of its page, so that one run names them all.
"""

import json
import re
from pathlib import Path

import pytest
from touch import MADE_OF
from visits import (
    CHINESE,
    DRAW_ALL,
    ENGLISH,
    EVERY_VISIT,
    FROM_A_FOLDER,
    TOUCHED,
    WEIGHED,
    Visit,
    make_visit,
    violations,
    visitor,
)

pytestmark = [pytest.mark.site, pytest.mark.browser]

# Compressed bytes on a first visit, so that a page opens soon on a slow line.
TEXT_PAGE, CHART_PAGE = 400_000, 1_000_000
# Pixels by which a chart may be higher than its still. On a phone one, 1,500 high, is 33 higher.
MOVES = 24
MOVES_ON = {"notebooks/value-county.html": 36}


def faults(visit: Visit) -> list[str]:
    """Return a line for each thing on a page that must not be."""
    out = [f"asks another host: {url}" for url in visit.foreign]
    out += [f"error: {message}" for message in visit.errors]
    out += [f"not accessible: {entry}" for entry in visit.axe]
    if visit.unset_formulas:
        out.append(f"{visit.unset_formulas} formulas are not set")
    out += [f"words lie over others: {words}" for words in visit.covered]
    if visit.overflow > 0:
        out.append(f"scrolls sideways by {visit.overflow} px")
    moves = MOVES_ON.get(visit.page.removeprefix("zh/"), MOVES)
    for chart in visit.charts:
        if chart["state"] != "drawn" or not chart["marks"]:
            out.append(f"a chart is not drawn: {chart}")
        elif chart["leaves"]:
            out.append(f"a chart leaves its frame: {chart}")
        elif abs(chart["moves"] or 0) > moves:
            out.append(f"what follows moves for a chart: {chart}")
        if len(chart["said"] or "") <= 20:
            out.append(f"a chart has no description: {chart}")
    if len(visit.charts) > 3 and all(chart["moves"] is None for chart in visit.charts):
        out.append("no chart waited until a reader came near")
    out += visit.deaf
    if (visit.page, visit.mode, visit.screen) in WEIGHED:
        if any("vega" in script for script in visit.scripts) != bool(visit.charts):
            out.append("chart scripts are loaded without a chart, or missing")
        out += [f"needs a font file: {url}" for url in visit.fonts]
        most = CHART_PAGE if visit.charts else TEXT_PAGE
        if visit.weight >= most:
            out.append(f"weighs {visit.weight:,} bytes; {most:,} are allowed")
    return out


@pytest.fixture(scope="session")
def charts(site) -> dict[str, list[int]]:
    """Return, for each page, the places of the figures that stand on no page before it."""
    seen: set[str] = set()
    places = {}
    for name in [*ENGLISH, *CHINESE]:
        specs = MADE_OF.findall((site / name).read_text(encoding="utf-8"))
        places[name] = [i for i, s in enumerate(specs) if s not in specs[:i] and s not in seen]
        seen.update(specs)
    return places


@pytest.mark.parametrize("visit", EVERY_VISIT, ids=["-".join(key) for key in EVERY_VISIT])
def test_page_has_no_fault(browser, site, server, charts, visit):
    address = site.as_uri() if visit[1:] == FROM_A_FOLDER else server
    touched = charts[visit[0]] if visit in TOUCHED else []
    assert faults(make_visit(browser, address, visit, touched)) == []


def test_every_kind_of_fault_is_seen():
    text = "A map of 88 counties by income."
    chart = {"state": "drawn", "marks": 3, "leaves": [], "moves": -MOVES, "said": text}
    good = Visit(*WEIGHED[0], scripts=["vega.js"], charts=[chart], weight=1000)
    assert faults(good) == []
    bad = {
        "foreign": ["https://example.org/a.js"],
        "errors": ["404 /b.css"],
        "axe": [{"rule": "color-contrast"}],
        "unset_formulas": 1,
        "overflow": 4,
        "covered": ["data"],
        "fonts": ["c.woff2"],
        "deaf": ["arrow keys do not walk the cover"],
        "weight": CHART_PAGE,
        "scripts": [],
    }
    for name, value in bad.items():
        assert len(faults(Visit(**vars(good) | {name: value}))) == 1, name
    changes = (
        {"state": "failed"},
        {"marks": 0},
        {"leaves": ["it is"]},
        {"moves": MOVES + 1},
        {"said": ""},
    )
    for change in changes:
        assert len(faults(Visit(**vars(good) | {"charts": [chart | change]}))) == 1, change
    at_once = [chart | {"moves": None}] * 4
    assert len(faults(Visit(**vars(good) | {"charts": at_once}))) == 1


def test_every_excuse_has_a_reason():
    """The baseline names what the theme does and we cannot change; it is empty so far."""
    for entry in json.loads((Path(__file__).parent / "axe_baseline.json").read_text("utf-8")):
        assert set(entry) == {"rule", "target", "reason"}
        assert len(entry["reason"]) > 20


def test_the_visits_find_much_to_see_and_to_touch(site, charts):
    """They say nothing of charts, formulas and controls if there are none."""
    pages = [(site / name).read_text(encoding="utf-8") for name in charts]
    for least, words in (
        (40, r'class="gz-chart'),
        (40, r'class="gz-math'),
        (40, r'"bind"'),
        (10, r'"type": ?"point"'),
    ):
        assert sum(len(re.findall(words, page)) for page in pages) >= least, words
    assert sum(len(places) for places in charts.values()) >= 40


def test_chinese_pages_open_from_a_folder_too(browser, site):
    """They lie a folder deeper; one stands for all that load the same scripts."""
    page, record, _ = visitor(browser, site.as_uri(), *FROM_A_FOLDER)
    record.foreign, record.errors = [], []
    script = re.compile(r'<script[^>]* src="([^"?]*)')
    texts = {name: (site / name).read_text(encoding="utf-8") for name in CHINESE}
    one_of_each = {frozenset(script.findall(text)): name for name, text in texts.items()}
    assert len(one_of_each) > 3
    for name in one_of_each.values():
        page.goto(f"{site.as_uri()}/{name}")
        page.evaluate(DRAW_ALL)
    page.goto(f"{site.as_uri()}/search.html?q=农村电商")
    page.wait_for_selector("ul.search li a")
    assert record.errors == record.foreign == []


def judged(browser, path, style, body):
    """Yield the rules that a page breaks, and where, before it is late, when it is, and once more.

    What was good on a page, or was not, hides nothing on others.
    """
    path.write_text(
        f"<!doctype html><html lang=en><title>A page</title><style>{style}</style>"
        f"<main><h1>A page</h1>{body}</main>",
        encoding="utf-8",
    )
    page = browser.new_page()
    for late in (False, True, True):
        page.goto(path.as_uri())
        page.evaluate("late => document.body.classList.toggle('late', late)", late)
        faults = violations(page)
        texts = [page.locator(fault["target"]).inner_text() for fault in faults]
        yield late, faults, texts
    page.close()


def test_one_word_that_can_hardly_be_read_is_seen_among_many_that_can(browser, tmp_path):
    words = ["<span style='color:#333'>word</span>"] * 40
    words[30] = "<span style='color:#aaa'>pale</span>"
    boxes = [
        f"<div class=highlight style='background:{ground}'><pre>{' '.join(listing)}</pre></div>"
        for ground, listing in (("#fff", words), ("#666", words[:1] * 9))
    ]
    boxes.append("<p style='color:#333'>" + "<em>word</em> " * 9 + "<em class=a>word</em></p>")
    style = ".late .a { color: #999; background: #eee }"
    for late, faults, texts in judged(browser, tmp_path / "a.html", style, "".join(boxes)):
        assert {fault["rule"] for fault in faults} == {"color-contrast"}
        assert texts == ["pale", "word", "word"][: 2 + late]
        assert "2.32" in faults[0]["why"]


def test_a_link_like_the_words_around_it_is_seen_among_many_that_are_not(browser, tmp_path):
    line = "<p>Some words, <a class=l href='#a'>a link</a> and more words.</p>"
    other = "<p>Some words, <a class='l a' href='#b'>one of them</a> and more words.</p>"
    style = "main { color: #222 } a { color: #333 } .late .a { text-decoration: none }"
    for late, faults, texts in judged(browser, tmp_path / "a.html", style, line * 9 + other):
        assert [fault["rule"] for fault in faults] == ["link-in-text-block"] * late
        assert texts == ["one of them"] * late
