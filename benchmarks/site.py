"""The website: cold and warm build, weight of each page, seconds until a chart answers."""

from __future__ import annotations

import functools
import gzip
import http.server
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import begin

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
GOAL = {False: 400, True: 1000}
"""Compressed kB on a first visit: text pages, pages with charts."""
_TEXT = (".html", ".js", ".css", ".svg", ".json", ".txt", "")


def build_times() -> None:
    """Time a build of everything, of every page with kept outputs, and with nothing new."""

    def timed(*options: str) -> float:
        start = time.perf_counter()
        command = [sys.executable, str(ROOT / "tools" / "build.py"), *options]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        return time.perf_counter() - start

    row = begin("Building the site", ("build", "seconds"))
    row("every notebook runs", timed("--force"))
    (ROOT / "_build" / "last-good-build.json").unlink()
    row("outputs kept, every page written", timed())
    row("nothing changed", timed())


@contextmanager
def serving() -> Iterator[str]:
    """Serve the built site on a free local port and give its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None: ...

    handler = functools.partial(Quiet, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def pages() -> list[str]:
    """List the pages as addresses below the root, but for the one that only leads on."""
    paths = [p.relative_to(HTML).as_posix() for p in HTML.rglob("*.html")]
    return sorted(p for p in paths if not p.startswith("_") and p != "index.html")


def page_weights() -> None:
    """Open each page with an empty cache; count requests and bytes; touch its first chart."""
    sys.path.insert(0, str(ROOT / "tools"))
    from browser import opened

    head = ("page", "charts", "requests", "kB", "kB compressed", "goal", "first chart answers, s")
    row = begin("First visit, empty cache, gzip as a plain web server does it", head, (44,))
    missed = []
    with opened() as browser, serving() as address:
        for page_name in pages():
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            responses: list[Any] = []
            page.on("response", lambda response, seen=responses: seen.append(response))
            start = time.perf_counter()
            page.goto(f"{address}/{page_name}", wait_until="load")
            charts = page.locator("figure.gz-chart").count()
            answer = _first_answer(page, start) if charts else None
            page.wait_for_load_state("networkidle")
            bodies = {r.url: r.body() for r in responses if r.status == 200}
            raw = sum(map(len, bodies.values())) / 1e3
            packed = sum(_packed(url, body) for url, body in bodies.items()) / 1e3
            goal = GOAL[charts > 0]
            if packed > goal:
                missed.append(f"{page_name}: {packed:.0f} kB, goal {goal} kB")
            shown = "" if answer is None else f"{answer:.2f}"
            row(page_name, charts, len(bodies), f"{raw:.0f}", f"{packed:.0f}", goal, shown)
            context.close()
    print("\nGoals missed: " + ("; ".join(missed) or "none"))


MARKS = "figure.gz-chart[data-state=drawn] svg :is(.mark-symbol, .mark-shape) path[aria-label]"
"""Marks that a reader can touch, in the order of the page."""


def _first_answer(page: Any, start: float) -> float:
    """Return the seconds from the request until touching a mark of a chart shows its numbers."""
    page.locator("figure.gz-chart").first.scroll_into_view_if_needed()
    page.wait_for_selector("figure.gz-chart[data-state=drawn]", timeout=60_000)
    marks = page.locator(MARKS)
    for index in range(min(marks.count(), 40)):
        # A mark may lie under another; the next one will do.
        marks.nth(index).hover(force=True, timeout=2_000)
        if page.locator("#vg-tooltip-element.visible").count():
            return time.perf_counter() - start
    raise RuntimeError(f"{page.url}: no chart answers to a touch")


def _packed(url: str, body: bytes) -> int:
    suffix = Path(url.split("?")[0]).suffix.lower()
    return len(gzip.compress(body, 6)) if suffix in _TEXT else len(body)


def run() -> None:
    """Print the tables."""
    build_times()
    page_weights()
