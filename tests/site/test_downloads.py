"""Data and picture of a chart, taken from a page that lies on a disk, and what the CSV holds."""

import csv
import io
import struct
from xml.etree import ElementTree

import altair as alt
import gz_stills
import pandas as pd
import pytest
from stand_in import write_page
from visits import DRAW_ALL, violations

COUNTIES = pd.DataFrame(
    {
        "adcode": ["520102", "522632", "520502"],
        "name": ['Nanming, "南明区"', "榕江县", None],
        "share": [0.25, -1.5, None],
    }
)
YEARS = pd.DataFrame({"year": [2014, 2020], "adcode": ["520102", "522632"]})
NAMES = pd.DataFrame({"adcode": ["520102", "522632"], "name_zh": ["南明区", "榕江县"]})
WORDS = pd.DataFrame({"said": ["Trade", "Farming", "Transport"], "x": [0, 1, 2]})


def points(frame: pd.DataFrame = COUNTIES, x: str = "share:Q", y: str = "name:N") -> alt.Chart:
    title = alt.Title("Trade in 榕江", subtitle="3 counties, source: made up")
    texts = {"description": "Three counties.", "title": title, "height": 150}
    return alt.Chart(frame).mark_point().encode(x=x, y=y).properties(**texts)


@pytest.fixture
def show(browser, tmp_path):
    """Return a function that opens a page with a chart from a file."""
    contexts = []

    def open_page(
        chart: alt.TopLevelMixin, width: int = 900, scheme: str = "light", script: str = ""
    ):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(script)
        page.requests = []
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(write_page(tmp_path / "value-people.html", chart, tags=("shares",)))
        page.evaluate(DRAW_ALL)
        return page

    yield open_page
    for context in contexts:
        context.close()


def take(page, kind: str, nth: int = 0) -> tuple[str, bytes]:
    """Press a button of the menu; give the file's name and what is in it."""
    with page.expect_download() as download:
        page.locator(".gz-chart-take > :is(a, button)", has_text=kind).nth(nth).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def csv_of(chart: alt.TopLevelMixin) -> bytes:
    """Return the one table behind a chart."""
    (table,) = gz_stills.tables(chart.to_dict())
    return gz_stills.as_csv(table).encode()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def as_text(frame: pd.DataFrame) -> list[dict[str, str]]:
    made = [
        {k: "" if pd.isna(v) else str(v) for k, v in row.items()}
        for row in frame.to_dict("records")
    ]
    return made  # fmt: skip


def test_the_csv_holds_the_rows_that_the_page_embeds(show):
    name, content = take(show(points()), "CSV")
    assert name == "value-people-shares.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows_of(content) == as_text(COUNTIES)


def test_a_lookup_is_joined():
    names = alt.LookupData(NAMES, key="adcode", fields=["name_zh"])
    chart = points(YEARS, "year:O", "name_zh:N").transform_lookup(lookup="adcode", from_=names)
    assert rows_of(csv_of(chart)) == as_text(YEARS.merge(NAMES, on="adcode"))


def test_each_table_has_its_file_and_words_have_none(show):
    words = alt.Chart(WORDS).mark_text().encode(x="x:Q", text="said:N")
    chart = points() | points(YEARS, "year:O", "adcode:N") | words
    page = show(chart.properties(description="Two tables and words."))
    assert page.locator(".gz-chart-take > :is(a, button)").all_inner_texts() == [
        "CSV, 3 rows",
        "CSV, 2 rows",
        "SVG",
        "PNG",
    ]
    name, content = take(page, "CSV", nth=1)
    assert name == "value-people-shares-2.csv"
    assert rows_of(content) == as_text(YEARS)


def test_short_names_and_lists_are_written_in_full():
    short = pd.DataFrame({"e": [1, 2], "v": [[3, 4], [5, None]]})
    chart = points(short, "e:Q", "e:N").properties(
        usermeta={"columns": {"e": "estimate", "v": ["trade", "farming"]}}
    )
    assert rows_of(csv_of(chart)) == [
        {"estimate": "1", "trade": "3", "farming": "4"},
        {"estimate": "2", "trade": "5", "farming": ""},
    ]


def test_numbers_that_stand_for_words_are_written_as_words():
    short = pd.DataFrame({"e": [1, 2], "d": [1, 0], "g": [[0, 2], [1, 2]]})
    words = {
        "d": {"name": "side", "words": ["above", "below"]},
        "g": {"name": "choices", "words": ["no controls", "all controls", "counties"]},
    }
    chart = points(short, "e:Q", "e:N").properties(usermeta={"columns": words})
    assert rows_of(csv_of(chart)) == [
        {"e": "1", "side": "below", "choices": "no controls; counties"},
        {"e": "2", "side": "above", "choices": "all controls; counties"},
    ]


@pytest.mark.parametrize(("scheme", "paper"), [("light", "255, 255, 255"), ("dark", "20, 20, 20")])
def test_the_svg_stands_alone(show, scheme, paper):
    page = show(points(), scheme=scheme)
    page.evaluate("(rgb) => { document.body.style.background = `rgb(${rgb})`; }", paper)
    name, content = take(page, "SVG")
    assert name == "value-people-shares.svg"
    root = ElementTree.fromstring(content)
    ground, *_ = root
    assert ground.attrib["fill"] == f"rgb({paper})"
    texts = "".join(root.itertext())
    assert "榕江县" in texts
    assert "Trade in 榕江" in texts
    assert "3 counties, source: made up" in texts
    assert root.attrib["color"].startswith("rgb(")
    assert b"var(--" not in content


def test_the_png_has_two_pixels_for_one(show):
    page = show(points())
    root = ElementTree.fromstring(take(page, "SVG")[1])
    name, content = take(page, "PNG")
    assert name == "value-people-shares.png"
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    size = struct.unpack(">II", content[16:24])
    assert size == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))


def test_the_png_is_not_blank(show):
    page = show(points())
    _, content = take(page, "PNG")
    colours = page.evaluate(
        """async (bytes) => {
          const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          canvas.getContext("2d").drawImage(bitmap, 0, 0);
          const { data } = canvas.getContext("2d").getImageData(0, 0, bitmap.width, bitmap.height);
          return new Set(new Uint32Array(data.buffer)).size;
        }""",
        list(content),
    )
    assert colours > 10


def test_nothing_is_asked_of_another_host(show):
    page = show(points())
    for kind in ("CSV", "SVG", "PNG"):
        take(page, kind)
    assert [url for url in page.requests if not url.startswith(("file:", "data:", "blob:"))] == []


def test_a_keyboard_reaches_the_menu_and_a_thumb_meets_it(show):
    page = show(points(), width=390)
    buttons = page.locator(".gz-chart-take > :is(a, button)")
    assert [button.get_attribute("aria-label") for button in buttons.all()] == [
        "Download the data of figure “Trade in 榕江” as CSV",
        "Download figure “Trade in 榕江” as SVG",
        "Download figure “Trade in 榕江” as PNG",
    ]
    boxes = [button.bounding_box() for button in buttons.all()]
    assert all(box["width"] >= 44 and box["height"] >= 44 for box in boxes)
    buttons.first.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".csv")
    assert violations(page) == []


def test_of_a_chart_that_fails_only_the_data_can_be_taken(show):
    broken = "{ get: () => () => Promise.reject('old') }"
    page = show(points(), script=f"Object.defineProperty(window, 'vegaEmbed', {broken})")
    assert page.get_attribute("figure", "data-state") == "failed"
    visible = page.locator(".gz-chart-take > :is(a, button):visible")
    assert visible.all_inner_texts() == ["CSV"]
    assert rows_of(take(page, "CSV")[1]) == as_text(COUNTIES)
