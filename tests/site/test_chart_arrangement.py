"""gz-charts.js: charts follow the width they are given and keep what a reader has set."""

import altair as alt
import pandas as pd
import pytest
from stand_in import write_page
from visits import DRAW_ALL

pytestmark = pytest.mark.browser
FRAME = pd.DataFrame({"name": list("abcd"), "x": [1, 2, 3, 4], "y": [4, 1, 3, 2]})
PHONE, DESKTOP = 390, 1200

# Where the plots of a chart are: left and top of each group of marks, and its width.
PLOTS = """() => [...document.querySelectorAll("svg g.mark-group.role-scope > g > path.background")]
  .map((path) => path.getBoundingClientRect())
  .map(({ left, top, width, height }) => ({ left, top, width, height }))"""


def bars(**properties) -> alt.Chart:
    made = alt.Chart(FRAME).mark_bar().encode(x="x:Q", y="name:N")
    return made.properties(**properties)


@pytest.fixture
def show(browser, tmp_path):
    """Return a function that shows a chart in a window of a given width."""
    pages = []

    def open_page(chart: alt.TopLevelMixin, width: int):
        page = browser.new_page(viewport={"width": width, "height": 800})
        pages.append(page)
        page.goto(write_page(tmp_path / "chart.html", chart))
        page.evaluate(DRAW_ALL)
        return page

    yield open_page
    for page in pages:
        page.close()


def resize(page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function(
        "(w) => document.querySelector('figure').gzWidth > w - 100 &&"
        " document.querySelector('figure').gzWidth < w &&"
        " document.querySelector('figure').dataset.state === 'drawn'",
        arg=width,
    )
    page.wait_for_timeout(100)


def svg_width(page) -> float:
    return page.evaluate("document.querySelector('svg').getBoundingClientRect().width")


@pytest.fixture
def pair() -> alt.HConcatChart:
    two = bars(width=400, height=150) | bars(width=200, height=150)
    return two.properties(description="Two bar charts side by side.")


def test_views_side_by_side_share_a_wide_room(show, pair):
    page = show(pair, DESKTOP)
    first, second = page.evaluate(PLOTS)
    assert first["top"] == pytest.approx(second["top"], abs=1)
    assert first["width"] == pytest.approx(2 * second["width"], rel=0.03)
    room = page.evaluate("document.querySelector('.gz-chart-view').clientWidth")
    assert svg_width(page) == pytest.approx(room, abs=3)


def test_views_stand_below_each_other_on_a_phone(show, pair):
    page = show(pair, PHONE)
    first, second = page.evaluate(PLOTS)
    assert second["top"] > first["top"] + first["height"]
    assert first["width"] == pytest.approx(second["width"], abs=2)
    assert svg_width(page) <= page.evaluate("document.querySelector('.gz-chart-view').clientWidth")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_single_view_takes_the_width(show, width):
    page = show(bars(width="container", description="One bar chart."), width)
    room = page.evaluate("document.querySelector('.gz-chart-view').clientWidth")
    assert svg_width(page) == pytest.approx(room, abs=2)


def test_a_picture_keeps_its_proportions_on_a_phone(show):
    tiles = (
        alt.Chart(FRAME)
        .mark_rect()
        .encode(x=alt.X("x:O", axis=None), y=alt.Y("y:O", axis=None))
        .properties(width=600, height=600)
    )
    page = show((tiles | bars(width=300)).properties(description="Tiles and bars."), PHONE)
    first, _ = page.evaluate(PLOTS)
    assert first["width"] < PHONE
    assert first["width"] == pytest.approx(first["height"], rel=0.02)


def test_small_multiples_get_fewer_columns_on_a_phone(show):
    many = (
        alt.Chart(FRAME)
        .mark_point()
        .encode(x="x:Q", y="y:Q")
        .properties(width=150, height=100)
        .facet("name:N", columns=4)
        .properties(description="Four small plots.")
    )
    tops = {}
    for width in (DESKTOP, PHONE):
        page = show(many, width)
        tops[width] = len({round(plot["top"]) for plot in page.evaluate(PLOTS) if plot["width"]})
        assert svg_width(page) <= width
    assert tops[PHONE] > tops[DESKTOP]


def test_what_a_reader_has_set_survives_a_new_arrangement(show):
    cut = alt.param(name="cut", value=0, bind=alt.binding_range(min=0, max=5, step=1))
    pick = alt.selection_point(name="pick", fields=["name"])
    left = bars(width=300).transform_filter("datum.x >= cut").add_params(pick)
    chart = (left | bars(width=300)).add_params(cut).properties(description="With a slider.")
    page = show(chart, DESKTOP)
    page.focus("input[type=range]")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.locator("svg g.mark-rect.role-mark path").first.click()
    page.wait_for_timeout(200)
    read = """() => {
      const view = document.querySelector("figure").gzView;
      return [view.signal("cut"), view.data("pick_store").map((t) => t.values)];
    }"""
    before = page.evaluate(read)
    assert before[0] == 3
    assert len(before[1]) == 1
    resize(page, PHONE)
    assert page.evaluate(read) == before
    assert page.input_value("input[type=range]") == "3"
    assert page.locator("svg g.mark-rect.role-mark").first.locator("path").count() == 2


def with_sliders(count: int, height: int = 200, name: str = "Weight: ") -> alt.Chart:
    sliders = [
        alt.param(name=f"w{i}", value=0, bind=alt.binding_range(min=0, max=10, step=1, name=name))
        for i in range(count)
    ]
    return bars(height=height, description="Bars under sliders.").add_params(*sliders)


CONTROLS = """() => {
  const bar = document.querySelector(".gz-chart-controls");
  const inside = (e, frame) => e.left >= frame.left - 1 && e.right <= frame.right + 1;
  const box = (e) => e.getBoundingClientRect();
  return {
    below: Boolean(bar.previousElementSibling?.matches(".gz-chart-view")),
    stuck: getComputedStyle(bar).position === "sticky",
    height: bar.offsetHeight,
    sliders: [...bar.querySelectorAll("input")].map((e) => [box(e).width, box(e).height]),
    allInside: [...bar.querySelectorAll("label > *")].every((e) => inside(box(e), box(bar))),
    rows: new Set([...bar.querySelectorAll("input")].map((e) => box(e).top)).size,
  };
}"""


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("name", ["Weight: ", "Raise by (percentage points of all the employed): "])
def test_on_a_phone_every_control_is_there_and_large_enough_for_a_thumb(show, count, name):
    state = show(with_sliders(count, name=name), PHONE).evaluate(CONTROLS)
    assert state["rows"] == count
    assert state["allInside"]
    assert all(width >= 140 and height >= 44 for width, height in state["sliders"])


def test_only_a_low_bar_of_controls_sticks_to_the_screen(show):
    one = show(with_sliders(1, height=1500), PHONE).evaluate(CONTROLS)
    assert one["stuck"]
    assert one["height"] <= 120
    many = show(with_sliders(4), PHONE).evaluate(CONTROLS)
    assert not many["stuck"]
    assert many["below"]


def test_a_high_bar_stands_above_a_chart_higher_than_the_screen(show):
    page = show(with_sliders(4, height=1500), PHONE)
    assert not page.evaluate(CONTROLS)["below"]
    resize(page, DESKTOP)
    state = page.evaluate(CONTROLS)
    assert state["stuck"]
    assert state["below"]


@pytest.mark.parametrize("width", [360, PHONE])
def test_what_a_touch_shows_lies_on_the_screen(show, width):
    words = alt.Tooltip("name:N", title="a county with a name as long as half of a phone")
    chart = bars(width="container", description="Bars.").encode(tooltip=[words, "x:Q"])
    page = show(chart, width)
    for bar in page.locator("svg g.mark-rect.role-mark path").all():
        bar.hover(force=True)
        page.wait_for_selector("#vg-tooltip-element.visible")
        box = page.locator("#vg-tooltip-element").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_long_titles_wrap(show):
    words = "A finding that is told in a sentence which no phone could show on one line of text"
    page = show((bars(title=words, width=300) | bars()).properties(description="Titled."), PHONE)
    lines = page.locator("svg g.role-title-text text tspan, svg g.role-title-text text").count()
    assert lines > 1
    assert svg_width(page) <= PHONE


def test_a_chart_that_fails_says_what_it_would_show(browser, tmp_path):
    page = browser.new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'vegaEmbed', { get: () => () => Promise.reject('old') })"
    )
    page.goto(write_page(tmp_path / "chart.html", bars(description="Income by county.")))
    page.evaluate(DRAW_ALL)
    assert page.get_attribute("figure", "data-state") == "failed"
    assert "It shows: Income by county." in page.inner_text(".gz-chart-view")
    assert page.locator(".gz-chart-view img").count() == 1
    page.close()
