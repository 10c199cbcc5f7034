"""Write down what a built site says, and compare two such records.

``python tools/snapshot.py FILE.json`` records the site in ``_build``: every published number, every
row of the ledger, each chart's specification by the name of its figure, the address of each page
with its anchors and quoted numbers, and the pages that each search of ``tests/site/searches.csv``
finds. ``python tools/snapshot.py OLD.json NEW.json`` prints what differs; numbers are equal if they
agree to 1e-12. Run it before and after a change that is not meant to change what readers see.
"""

import csv
import json
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gzbook.publishing import LEDGER
from gzbook.publishing import MIMETYPE as NUMBERS

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
FIGURE = "gz-figure-"
# Tables of pandas and charts of altair get another id in every run.
RANDOM = re.compile(r"T_[0-9a-f]{5}|altair-viz-")


def notebooks() -> Iterator[tuple[str, Any]]:
    """Yield the name and the executed form of each notebook in the build's cache."""
    from jupyter_cache import get_cache

    cache = get_cache(ROOT / "_build" / "notebook-outputs" / "en")
    for record in sorted(cache.list_cache_records(), key=lambda record: record.uri):
        yield Path(record.uri).stem, cache.get_cache_bundle(record.pk).nb


def said_by_notebooks() -> dict[str, Any]:
    """Return the published numbers, the ledger's rows, and the charts by figure name."""
    numbers: dict[str, Any] = {}
    ledger: dict[str, Any] = {}
    charts: dict[str, Any] = {}
    for name, notebook in notebooks():
        for cell in notebook.cells:
            figures = [tag for tag in cell.metadata.get("tags", []) if tag.startswith(FIGURE)]
            for output in cell.get("outputs", []):
                for kind, content in output.get("data", {}).items():
                    if kind == NUMBERS:
                        numbers.setdefault(name, {}).update(content)
                    elif kind == LEDGER:
                        ledger |= {row["id"]: row for row in content}
                    elif kind == "text/html" and figures and "vega-lite" in content:
                        charts[f"{name}:{figures[0].removeprefix(FIGURE)}"] = specification(content)
    return {"numbers": numbers, "ledger": ledger, "charts": charts}


def specification(html: str) -> Any:  # noqa: ANN401
    """Return the specification inside the HTML by which Altair shows a chart."""
    at = min(html.find(start) for start in ('{"config"', '{"$schema"') if start in html)
    return json.JSONDecoder().raw_decode(html, at)[0]


def pages() -> dict[str, Any]:
    """Return the anchors and the quoted numbers of each page, by its address."""
    from bs4 import BeautifulSoup

    out = {}
    for path in sorted(HTML.rglob("*.html")):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        out[path.relative_to(HTML).as_posix()] = {
            "anchors": sorted(
                {i for t in page.find_all(id=True) if not RANDOM.match(i := t["id"])}
            ),
            "quoted": [tag.get_text() for tag in page.select(".gz-num")],
        }
    return out


def searches() -> dict[str, list[str]]:
    """Return the pages that each search finds, best first."""
    import threading

    import browser
    import serve

    with (ROOT / "tests/site/searches.csv").open(encoding="utf-8", newline="") as file:
        queries = sorted({row["query"] for row in csv.DictReader(file)})
    out = {}
    with serve.make_server(HTML, first_port=8790) as server, browser.opened() as chromium:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        start = f"http://127.0.0.1:{server.server_port}/"
        page = chromium.new_page()
        for query in queries:
            page.goto(f"{start}search.html?q={quote(query)}")
            page.wait_for_function(
                "document.querySelector('.search-summary')?.textContent.trim().length > 0"
            )
            links = page.eval_on_selector_all("ul.search li a", "(all) => all.map((a) => a.href)")
            out[query] = [link.removeprefix(start).split("?")[0] for link in links]
        server.shutdown()
    return out


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401
    """Yield a line for each value that is not the same in both records."""
    numeric = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (old, new))
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if key not in new or key not in old:
                yield f"{place}/{key}: {'gone' if key in old else 'added'}"
            else:
                yield from differences(old[key], new[key], f"{place}/{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for at, pair in enumerate(zip(old, new, strict=True)):
            yield from differences(*pair, f"{place}/{at}")
    elif numeric and math.isclose(old, new, rel_tol=1e-12, abs_tol=1e-12):
        return
    elif old != new:
        yield f"{place}: {_short(old, new)} -> {_short(new, old)}"


def _short(value: Any, other: Any) -> str:  # noqa: ANN401
    """Write a value; of a list of texts only what the other one lacks."""
    if isinstance(value, list) and isinstance(other, list):
        value = [x for x in value if x not in other] or f"{len(value)} items"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + " ..."


def main(arguments: list[str]) -> None:
    """Record the built site, or compare two records."""
    if len(arguments) == 2:
        old, new = (json.loads(Path(name).read_text(encoding="utf-8")) for name in arguments)
        lines = list(differences(old, new))
        print("\n".join([*lines, f"{len(lines)} differences"]))
        raise SystemExit(bool(lines))
    if len(arguments) != 1:
        raise SystemExit(__doc__)
    record = said_by_notebooks() | {"pages": pages(), "searches": searches()}
    Path(arguments[0]).write_text(
        json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
