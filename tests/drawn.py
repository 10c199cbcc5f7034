"""A chart as a browser draws it, with the libraries that the site has."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import vl_convert
from gz_arrange import VEGA_LITE

VENDOR = Path(__file__).resolve().parents[1] / "book" / "_static" / "vendor"
PAGE = """<!doctype html><meta charset="utf-8"><div id="view"></div>
<script>{vega}</script><script>{embed}</script>
<script>
  vegaEmbed("#view", {spec}, {{ renderer: "svg", actions: false }})
    .then((result) => {{ window.view = result.view; window.drawn = true; }})
    .catch((error) => {{ window.failed = String(error); window.drawn = true; }});
</script>"""


@contextmanager
def drawn(browser, chart, width: int = 390, height: int = 844) -> Iterator[object]:
    """Open a window of that size in which the chart is drawn; nothing may fail or warn."""
    scripts = {
        name: (VENDOR / file).read_text(encoding="utf-8").replace("</script", "<\\/script")
        for name, file in {"vega": "vega.min.js", "embed": "vega-embed.min.js"}.items()
    }
    page = browser.new_page(viewport={"width": width, "height": height})
    warned: list[str] = []
    page.on("console", lambda message: warned.append(message.text))
    spec = vl_convert.vegalite_to_vega(chart.to_dict(), vl_version=VEGA_LITE)
    page.set_content(PAGE.format(spec=json.dumps(spec), **scripts))
    page.wait_for_function("window.drawn")
    assert page.evaluate("window.failed") is None
    assert warned == []
    yield page
    page.close()


def texts(page) -> list[str]:
    """Return all that is written in the chart, when it has come to rest."""
    page.evaluate("view.runAsync().then(() => 0)")
    return page.locator("svg text").all_text_contents()


def focus(page) -> str:
    """Return the adcode of the county in focus."""
    page.evaluate("view.runAsync().then(() => 0)")
    return page.evaluate("view.signal('focus')")


def on_tile(page, name: str) -> tuple[float, float]:
    """Return the middle of a tile, where its label stands, scrolled into view."""
    label = page.locator(f"svg g.mark-text text:text-is('{name}')").first
    label.scroll_into_view_if_needed()
    box = label.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
