"""A reader's wait on a slow phone: seconds until a page can be read, and until its chart answers.

``python -m benchmarks.phone`` measures the built website and keeps
``benchmarks/measured/phone.csv``, which the page on speed shows; ``python -m benchmarks phone``
only prints it. Chromium slows itself down: a processor four times slower, 1.6 Mbit/s, 150 ms from
question to answer, an empty cache.
"""

from __future__ import annotations

import gzip
import http.server
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.measure import machine, table

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
MEASURED = Path(__file__).parent / "measured" / "phone.csv"
PAGES = (
    "book/index.html",
    "book/value-people.html",
    "book/path-people.html",
    "book/value.html",
    "book/county.html",
    "book/conclusion.html",
    "notebooks/value-people.html",
)
"""The front page, two sections, index explorer, county page, ledger, and a long notebook."""
TEXT, CHART = 2.0, 3.0
"""The goals in seconds."""
SLOWER, LATENCY, BITS = 4, 150, 1.6e6
"""Times slower a processor, milliseconds, bits a second."""
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "has_touch": True}
_TEXT = {".html", ".js", ".css", ".svg", ".json"}

# The browser's own clock, from the start of the visit; a chart has answered when a touch shows
# numbers. Touched as soon as it is drawn, from inside, so that no message to the page counts.
WATCH = """
window.gzSeen = {};
new PerformanceObserver((list) => {
  for (const paint of list.getEntries())
    if (paint.name === "first-contentful-paint") gzSeen.text = paint.startTime;
}).observe({ type: "paint", buffered: true });
document.addEventListener("DOMContentLoaded", () => {
  const chart = document.querySelector("figure.gz-chart");
  if (!chart) return;
  chart.scrollIntoView({ behavior: "instant" });
  const touch = () => {
    const marks = ":is(.mark-symbol, .mark-shape, .mark-rect, .mark-rule) path[aria-label]";
    for (const mark of chart.querySelectorAll(marks)) {
      const box = mark.getBoundingClientRect();
      const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true };
      mark.dispatchEvent(new PointerEvent("pointermove", at));
      mark.dispatchEvent(new MouseEvent("mousemove", at));
      if (document.querySelector("#vg-tooltip-element.visible")) {
        gzSeen.chart = performance.now();
        return;
      }
    }
    requestAnimationFrame(touch);
  };
  const drawn = () => (chart.dataset.state === "drawn" ? touch() : requestAnimationFrame(drawn));
  drawn();
});
"""


@cache
def packed(path: Path) -> bytes:
    """Return a file as a web server sends it, with gzip."""
    return gzip.compress(path.read_bytes(), 6, mtime=0)


class Packing(http.server.SimpleHTTPRequestHandler):
    """Sends text with gzip, as the servers of static websites do."""

    def log_message(self, *args: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        """Send one file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file() or path.suffix not in _TEXT:
            super().do_GET()
            return
        body = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on a free local port and give its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Packing, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def visit(browser: Any, address: str) -> dict[str, float]:
    """Open a page as a slow phone would and return its seconds.

    Returns
    -------
    dict
        text: the first paint with content; chart: a touch has shown the first chart's numbers
        (missing where a page has no chart).

    Raises
    ------
    FileNotFoundError
        If the page is not there.
    """
    context = browser.new_context(**PHONE)
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        speed = BITS / 8
        devtools.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": LATENCY, "downloadThroughput": speed,
             "uploadThroughput": speed},
        )  # fmt: skip
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        answer = page.goto(address, wait_until="load", timeout=120_000)
        if not answer.ok:  # a server's "not found" is a page too, and a quick one
            raise FileNotFoundError(f"{address} answers {answer.status}: build the site first")
        events = ["text"]
        if page.locator("figure.gz-chart").count():
            events.append("chart")
        page.wait_for_function(
            "names => names.every((name) => gzSeen[name])", arg=events, timeout=60_000
        )
        seen = page.evaluate("gzSeen")
        return {name: seen[name] / 1000 for name in events}
    finally:
        context.close()


def chromium() -> AbstractContextManager[Any]:
    """Open the machine's browser, found and started as for the tests."""
    sys.path.insert(0, str(ROOT / "tools"))
    from browser import opened

    return opened()


def measure(pages: tuple[str, ...] = PAGES, folder: Path = HTML) -> pd.DataFrame:
    """Visit each page three times and keep the middle of each time.

    Returns
    -------
    DataFrame
        page, text, chart: seconds; one row a page.
    """
    rows = []
    with chromium() as browser, serving(folder) as address:
        for page in pages:
            visits = pd.DataFrame([visit(browser, f"{address}/{page}") for _ in range(3)])
            rows.append({"page": page, "text": None, "chart": None, **visits.median().round(2)})
        about = {"machine": machine(), "browser": browser.version, "date": f"{date.today()}"}
    return pd.DataFrame(rows).assign(**about)


def save(path: Path = MEASURED) -> pd.DataFrame:
    """Measure, and keep the table."""
    times = measure()
    times.to_csv(path, index=False, lineterminator="\n")
    return times


def measured(path: Path = MEASURED) -> pd.DataFrame:
    """Read the table that `save` kept."""
    return pd.read_csv(path)


def missed(times: pd.DataFrame) -> list[str]:
    """Say which page misses which goal."""
    goals = {"text": TEXT, "chart": CHART}
    return [
        f"{row['page']}: {name} {row[name]:.1f} s, goal {goal:g} s"
        for _, row in times.iterrows()
        for name, goal in goals.items()
        if row[name] > goal
    ]


def show(times: pd.DataFrame) -> None:
    """Print the table and the goals that were missed."""
    head = ("page", f"text, s (goal {TEXT:g})", f"first chart answers, s (goal {CHART:g})")
    rows = list(times[["page", "text", "chart"]].itertuples(index=False))
    table("A slow phone: 4 x CPU, 1.6 Mbit/s, 150 ms, empty cache, gzip", head, rows)
    print("\nGoals missed: " + ("; ".join(missed(times)) or "none"))


def run() -> None:
    """Measure and print."""
    show(measure())


if __name__ == "__main__":
    show(save())
