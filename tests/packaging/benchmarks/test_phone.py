"""A slow phone: pages are sent packed, the browser tells the waits, the kept table meets goals."""

import gzip
import re
import subprocess
import sys
import urllib.request

import pandas as pd
import pytest

from benchmarks import phone


@pytest.fixture
def pages(tmp_path):
    """Serve two pages: words alone, and one whose chart stands still but for its first mark."""
    (tmp_path / "words.html").write_text(
        "<!doctype html><title>Words</title><p>榕江 in words", "utf-8"
    )
    (tmp_path / "chart.html").write_text(
        "<!doctype html><title>Chart</title><p>A chart"
        "<figure class=gz-chart><svg width=50 height=50>"
        "<g class=mark-symbol><path aria-label=one d='M5,5h30v30h-30z'/></g></svg></figure>"
        "<div id=vg-tooltip-element></div><script>"
        "const tip = document.getElementById('vg-tooltip-element');"
        "document.querySelector('path').onmousemove = () => tip.classList.add('visible');"
        "setTimeout(() => { document.querySelector('figure').dataset.state = 'drawn'; }, 700);"
        "</script>",
        "utf-8",
    )
    (tmp_path / "small.png").write_bytes(b"\x89PNG")
    with phone.serving(tmp_path) as address:
        yield address


def test_text_is_sent_packed_and_nothing_else_is(pages):
    with urllib.request.urlopen(f"{pages}/words.html") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "榕江" in gzip.decompress(answer.read()).decode("utf-8")
    with urllib.request.urlopen(f"{pages}/small.png") as answer:
        assert answer.headers["Content-Encoding"] is None
        assert answer.read() == b"\x89PNG"


@pytest.mark.browser
def test_waits_are_counted_from_the_start_of_the_visit(pages, browser):
    words, chart = (phone.visit(browser, f"{pages}/{name}.html") for name in ("words", "chart"))
    assert set(words) == {"text"}
    assert set(chart) == {"text", "chart"}
    # The way there and back on that network, and the time the chart lets pass.
    assert words["text"] > phone.LATENCY / 1000
    assert chart["chart"] > 0.7 + phone.LATENCY / 1000
    assert chart["chart"] > chart["text"]


@pytest.mark.browser
def test_a_page_that_is_not_there_has_no_time(pages, browser):
    with pytest.raises(FileNotFoundError, match=r"absent.html answers 404: build the site first"):
        phone.visit(browser, f"{pages}/absent.html")


def test_the_kept_table_is_whole_and_says_where_when_and_with_what():
    kept = phone.measured()
    assert tuple(kept["page"]) == phone.PAGES
    assert kept.text.notna().all()
    assert kept.chart.notna().sum() >= 3
    for column in ("machine", "browser", "date"):
        assert len(set(kept[column])) == 1


def test_a_missed_goal_is_named():
    times = pd.DataFrame({"page": ["a", "b"], "text": [1.0, 2.5], "chart": [None, 5.5]})
    assert phone.missed(times) == ["b: text 2.5 s, goal 2 s", "b: chart 5.5 s, goal 3 s"]


def test_the_pages_meet_the_goals_and_the_longest_notebook_that_of_its_text():
    missed = phone.missed(phone.measured())
    assert [words for words in missed if not words.startswith("notebooks/")] == []
    assert [words for words in missed if ": text " in words] == []


def test_finds_the_browser_also_when_it_is_run_by_itself():
    """The tests know where `tools` and `tests` are; the command is told nothing."""
    code = "from benchmarks import phone\nwith phone.chromium() as browser: print(browser.version)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=phone.ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"[\d.]+\n", done.stdout)
