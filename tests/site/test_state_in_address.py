"""gz-address.js: what a reader sets stands in the address, and an address sets it."""

from urllib.parse import parse_qs, urlsplit

import altair as alt
import pandas as pd
import pytest
from stand_in import write_page
from visits import DRAW_ALL
from words import chart_words

import gzbook
import gzcounty as gz

pytestmark = pytest.mark.browser
FRAME = pd.DataFrame({"name": list("abc"), "x": [1, 2, 3], "place": [1, 2, 3]})
RULES = ["to the median", "the same for all"]


def simulator() -> alt.Chart:
    """Return a chart with a control of every kind that the book has."""
    return (
        alt.Chart(FRAME)
        .mark_bar()
        .encode(x="x:Q", y="name:N")
        .transform_calculate(all="rule + size + wanted")
        .add_params(
            alt.param(name="rule", value=RULES[0], bind=alt.binding_select(options=RULES)),
            alt.param(name="size", value=100, bind=alt.binding_range(min=25, max=100, step=25)),
            alt.param(name="wanted", value="", bind=alt.BindInput(input="search", name="Find: ")),
            alt.param(name="log", value=False, bind=alt.binding_checkbox()),
            alt.selection_point(
                name="pointed",
                fields=["place"],
                value=[{"place": 2}],
                bind=alt.binding_range(min=1, max=3, step=1),
            ),
        )
        .properties(description="Bars under controls.", height=150)
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    """Return where a page with two charts stands, which differ in their names."""
    path = tmp_path_factory.mktemp("address") / "path-people.html"
    return write_page(path, simulator(), simulator(), tags=("simulator", "other"))


@pytest.fixture
def visit(browser, address):
    """Return a function that opens the page with what stands after its name."""
    pages = []

    def open_page(after: str = ""):
        page = browser.new_page(viewport={"width": 800, "height": 600})
        pages.append(page)
        page.goto(address + after)
        page.evaluate(DRAW_ALL)
        return page

    yield open_page
    for page in pages:
        page.close()


DEFAULT = {"rule": RULES[0], "size": 100, "wanted": "", "log": False, "pointed_place": 2}


def values(page, figure: int = 0) -> dict:
    return page.evaluate(
        """([i, names]) => {
          const view = document.querySelectorAll("figure")[i].gzView;
          return Object.fromEntries(names.map((name) => [name, view.signal(name)]));
        }""",
        [figure, list(DEFAULT)],
    )


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def settle(page) -> None:
    page.wait_for_timeout(400)  # the address waits until a reader pauses


def set_some(page) -> None:
    page.locator("select").first.select_option(RULES[1])
    page.locator("input[name=size]").first.focus()
    page.keyboard.press("ArrowLeft")
    page.locator("input[type=search]").first.fill("榕江")
    page.locator("input[type=checkbox]").first.check()
    settle(page)


def test_a_page_as_it_is_has_a_bare_address(visit):
    page = visit()
    settle(page)
    assert urlsplit(page.url).query == ""
    assert values(page) == DEFAULT


def test_what_is_set_can_be_sent_to_somebody(visit):
    page = visit()
    set_some(page)
    assert query(page) == {
        "simulator.rule": [RULES[1]],
        "simulator.size": ["75"],
        "simulator.wanted": ["榕江"],
        "simulator.log": ["true"],
    }
    other = visit(f"?{urlsplit(page.url).query}")
    assert values(other) == values(page)
    assert values(other) == {**DEFAULT, "rule": RULES[1], "size": 75, "wanted": "榕江", "log": True}
    assert values(other, 1) == DEFAULT
    assert other.locator("select").first.input_value() == RULES[1]
    assert other.locator("input[name=size]").first.input_value() == "75"


def test_a_default_set_again_leaves_the_address(visit):
    page = visit("?simulator.size=50")
    assert values(page)["size"] == 50
    page.locator("input[name=size]").first.focus()
    page.keyboard.press("End")
    settle(page)
    assert query(page) == {}


def test_a_selection_bound_to_a_slider_is_kept_too(visit):
    page = visit("?other.pointed_place=3")
    assert values(page, 1)["pointed_place"] == 3
    assert values(page)["pointed_place"] == 2


@pytest.mark.parametrize(
    "state",
    [
        "simulator.rule=to+the+moon",
        "simulator.size=1000",
        "simulator.size=60",
        "simulator.size=",
        "simulator.size=NaN",
        "simulator.log=perhaps",
        f"simulator.wanted={'a' * 500}",
        "simulator.nothing=1",
        "nobody.size=50",
        "simulator.__proto__=1",
        "%E0%A4%A=%",
    ],
)
def test_impossible_values_leave_the_default(visit, state):
    page = visit(f"?{state}")
    assert page.get_attribute("figure", "data-state") == "drawn"
    assert values(page) == DEFAULT


def test_the_rest_of_the_address_stays(visit):
    page = visit("?highlight=trade#claim-1")
    set_some(page)
    assert query(page)["highlight"] == ["trade"]
    assert urlsplit(page.url).fragment == "claim-1"


def test_no_step_of_a_slider_is_kept_in_the_history(visit):
    page = visit()
    before = page.evaluate("history.length")
    set_some(page)
    assert page.evaluate("history.length") == before


def test_back_leads_to_what_was_set_then(visit):
    page = visit("?simulator.size=50")
    page.evaluate("location.hash = 'claim-1'")
    page.locator("input[name=size]").first.focus()
    page.keyboard.press("End")
    settle(page)
    page.go_back()
    page.wait_for_function("document.querySelector('figure').gzView.signal('size') === 50")
    assert query(page) == {"simulator.size": ["50"]}


def test_what_the_address_sets_survives_a_new_arrangement(visit):
    page = visit("?simulator.size=50")
    page.set_viewport_size({"width": 390, "height": 600})
    page.wait_for_function("document.querySelector('figure').gzWidth < 390")
    page.wait_for_timeout(300)
    assert values(page)["size"] == 50


# The ledger keeps its choice after the #, see gz-ledger.js; here on its page as built.


@pytest.fixture
def ledger(browser, site, edition):
    """Return a function that opens the ledger's page with what stands after its name."""
    pages = []

    def open_page(after: str = ""):
        page = browser.new_page(viewport={"width": 800, "height": 600})
        pages.append(page)
        page.goto((site / edition / "book" / "conclusion.html").as_uri() + after)
        return page

    yield open_page
    for page in pages:
        page.close()


def claims_shown(page) -> list[str]:
    rows = page.locator(".gz-ledger tbody tr:visible")
    return rows.evaluate_all("all => all.map((row) => row.id)")


@pytest.mark.site
def test_what_is_chosen_in_the_ledger_can_be_sent_to_somebody(ledger):
    page = ledger()
    everything = claims_shown(page)
    before = page.evaluate("history.length")
    page.select_option(".gz-ledger select[name=kind]", "causal")
    page.select_option(".gz-ledger select[name=verdict]", "undecided")
    word = gz.in_language("incomes", "收入")
    page.locator(".gz-ledger input[name=q]").press_sequentially(word)
    chosen = claims_shown(page)
    assert 0 < len(chosen) < len(everything)
    assert parse_qs(urlsplit(page.url).fragment) == {
        "kind": ["causal"], "verdict": ["undecided"], "q": [word],
    }  # fmt: skip
    assert page.evaluate("history.length") - before <= 3  # one for each menu, one for the word
    other = ledger(f"#{urlsplit(page.url).fragment}")
    assert claims_shown(other) == chosen
    assert other.input_value(".gz-ledger select[name=verdict]") == "undecided"
    assert other.input_value(".gz-ledger input[name=q]") == word


@pytest.mark.site
def test_an_impossible_choice_in_the_ledgers_address_hides_nothing(ledger):
    everything = claims_shown(ledger())
    for after in ("#verdict=proven", "#section=99", "#kind=", "#%E0%A4%A=%"):
        assert claims_shown(ledger(after)) == everything


def atlas() -> alt.TopLevelMixin:
    """Return an atlas of a measure of the censuses."""
    farming = gz.load_census()[["adcode", "year", "farm_share"]].dropna()
    cells = farming.rename(columns={"farm_share": "value"}).assign(variable="farming")
    fields = {"variable": "farming", "label": "Farming", "unit": "%", "format": ".0f"}
    measures = pd.DataFrame([fields | {"kind": "share", "source": "censuses"}])
    counties = gz.load_counties()
    words = chart_words(gz.sample_name(counties.adcode))
    places = (gz.load_boundaries(), gz.load_tile_grid(), counties)
    return gzbook.atlas(cells, *places, measures, **words)


def test_a_tapped_county_can_be_sent_and_the_slider_stands_where_there_are_years(browser, tmp_path):
    address = write_page(tmp_path / "introduction.html", atlas(), tags=("atlas",))
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.goto(address)
    page.evaluate(DRAW_ALL)
    slider = page.locator("input[name=year]")
    steps = slider.evaluate("({ min, max, step, value }) => [min, max, step, value]")
    assert steps == ["2010", "2020", "10", "2020"]
    focus = "document.querySelector('figure').gzView.signal('focus')"
    page.locator("text='湄潭'").first.click(
        force=True
    )  # a name lets the pointer through to its tile
    page.mouse.move(1, 1)
    settle(page)
    assert query(page) == {"atlas.county": ["520328"]}
    page.goto(page.url)
    page.evaluate(DRAW_ALL)
    assert page.evaluate(focus) == "520328"
    page.goto(f"{address}?atlas.county=990101")
    page.evaluate(DRAW_ALL)
    assert page.evaluate(focus) == "522632"
    page.close()
