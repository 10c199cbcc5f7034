"""Still pictures of the charts: what is drawn, and where it lies.

That nothing moves when a chart takes its place is looked at on every page: test_every_page.py.
"""

import copy
import csv
import json
import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import altair as alt
import gz_arrange
import pandas as pd
import pytest
import vl_convert
from bs4 import BeautifulSoup
from docutils import nodes
from gz_stills import FIGURES, ROOMS, STILLS, Chart, draw, made_of, still_of
from test_vendor import versions
from visits import PAGES, TRANSLATED

FRAME = pd.DataFrame({"x": [1, 2], "y": [3, 4], "name": ["榕江县", "湄潭县"]})


def html_of(width: int = 300) -> str:
    base = alt.Chart(FRAME, width=width, height=100)
    points, names = (
        base.mark_point().encode(x="x", y="y"),
        base.mark_bar().encode(x="x", y=alt.Y("name", title=None)),
    )
    pair = (points | names).properties(description="Points and bars.")
    return pair._repr_mimebundle_()["text/html"]


def test_the_builds_libraries_are_those_of_the_page():
    assert gz_arrange.VEGA_LITE in vl_convert.get_vegalite_versions()
    assert alt.VEGALITE_VERSION.startswith(f"{gz_arrange.VEGA_LITE}.")
    assert vl_convert.get_vega_version().split(".")[0] == versions()["vega"].split(".")[0]


def test_a_still_fits_its_room_and_says_its_words_in_the_colour_of_the_page():
    made = draw(Chart.read(html_of()))
    for size, room in ROOMS.items():
        svg = made[size]["svg"]
        assert made[size]["width"] == pytest.approx(room, abs=3)
        assert ">榕江县</text>" in svg
        assert 'fill="currentColor"' in svg
        assert ":target{color:" in svg
        assert "aria-" not in svg
    assert made["narrow"]["height"] > 1.7 * made["wide"]["height"]  # one above the other
    assert draw(Chart.read(html_of())) == made


def test_a_still_is_the_same_whatever_was_drawn_before():
    points = alt.Chart(FRAME).mark_point().encode(x="x", color="y:Q")
    html = points.properties(description="Points.")._repr_mimebundle_()["text/html"]
    first, second = (draw(Chart.read(html)) for _ in range(2))
    assert "gradient" in first["wide"]["svg"]
    assert first == second


def applied(changes: list, whole: dict) -> dict:
    """Do what gz-charts.js does with the changes."""
    whole = copy.deepcopy(whole)
    for path, *value in changes:
        part = whole
        for key in path[:-1]:
            part = part[key]
        if value:
            part[path[-1]] = value[0]
        else:
            del part[path[-1]]
    return whole


def test_the_wide_chart_is_the_narrow_one_changed():
    old = {"a": [1, {"b": 2, "gone": 3}], "c": {"d": [1, 2]}, "e": 0}
    new = {"a": [1, {"b": None, "new": []}], "c": {"d": [1]}, "e": 0}
    changes = list(gz_arrange.changes(old, new))
    assert applied(changes, old) == new
    assert ["e"] not in [list(change[0]) for change in changes]


def test_another_extension_finds_the_files_of_a_figure(tmp_path):
    config = SimpleNamespace(nb_execution_cache_path=tmp_path / "outputs")
    env = SimpleNamespace(config=config, docname="book/value")
    html = html_of()
    cell = nodes.container("", nodes.raw("", html, format="html"))
    FIGURES.items(env)["notebooks/value"] = {"pair": [cell]}
    STILLS.items(env)["notebooks/value"] = {Chart.read(html).key: "value--pair"}
    still = still_of(env, "value", "pair")
    assert 'src="../_static/stills/value--pair-wide.svg" width' in still.image("wide", "")
    assert still.made["wide"]["width"] > still.made["narrow"]["width"]
    assert still.chart.description == "Points and bars."
    before = next(tmp_path.rglob("*.json")).stat().st_mtime_ns
    made_of(env, Chart.read(html))
    assert next(tmp_path.rglob("*.json")).stat().st_mtime_ns == before, "drawn again"
    with pytest.raises(LookupError, match="'value' has the tag 'gz-figure-none'"):
        still_of(env, "value", "none")


@cache
def rows_of(file: Path) -> int:
    """Return how many rows a file of a chart's data has, its head among them."""
    with file.open(encoding="utf-8", newline="") as text:
        return len(list(csv.reader(text)))


@pytest.mark.site
def test_every_chart_of_the_site_has_its_stills(site):
    # The figures alone are parsed: pages are large.
    figures = re.compile("<figure[^>]*gz-chart.*?</script>.*?</figure>", re.DOTALL)
    shown, files = 0, set()
    for name in [*PAGES, *(f"zh/{page}" for page in TRANSLATED)]:
        page = site / name
        text = page.read_text(encoding="utf-8")
        for found in figures.findall(text):
            figure = BeautifulSoup(found, "html.parser").figure
            pictures = figure.select("picture.gz-still")
            assert [p["class"][1] for p in pictures] == ["gz-light", "gz-dark"], name
            for picture in pictures:
                assert len(picture.img["alt"]) > 20, name
                for address in (picture.img["src"], picture.source["srcset"]):
                    file = (page.parent / address.partition("#")[0]).resolve()
                    assert file.is_file(), f"{name}: {address}"
                    files.add(file)
            data = json.loads(figure.find("script").string)
            # No size ends below what it is in the room that it was made for.
            follows = [(data[room] or {}).get("follows", {}) for room in ("narrow", "wide")]
            ends = {key: size for sizes in follows for key, size in sizes.items() if len(size) == 3}
            assert all(end >= here for here, _, end in ends.values()), f"{name}: {ends}"
            for table in data["tables"]:
                rows = rows_of((page.parent / table["file"]).resolve())
                assert rows == 1 + table["rows"] > 1, f"{name}: {table['file']}"
            shown += 1
    assert shown >= 40
    assert all(re.match(r"[a-z0-9-]+--[a-z0-9-]+-(wide|narrow)$", file.stem) for file in files)
    assert sum(file.stat().st_size for file in files) < 20e6


@pytest.mark.site
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_script_the_evidence_is_there(browser, site, scheme):
    context = browser.new_context(java_script_enabled=False, color_scheme=scheme)
    page = context.new_page()
    page.goto((site / "book" / "value-people.html").as_uri())
    picture = page.locator("figure.gz-chart img:visible").first
    picture.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 300
    assert page.locator("figure.gz-chart >> nth=0 >> img:visible").count() == 1
    context.close()
