"""From a folder, with no server and no kernel: pages open, and what a reader can touch answers."""

import json
import re

import pytest
from visits import DRAW_ALL, PAGES, TRANSLATED, Visit, is_one_of_many, open_page, watch

pytestmark = [pytest.mark.site, pytest.mark.browser]

# All that a chart shows, as text, to see whether it changed.
DRAWING = "(figure) => [...figure.querySelectorAll('svg')].map((s) => s.innerHTML).join()"
# Whether the drawing becomes another one within a second: asked when something in it has changed.
CHANGES = f"""([figure, before]) => new Promise((done) => {{
  const end = (changed) => {{ observer.disconnect(); done(changed); }};
  const look = () => ({DRAWING})(figure) !== before && end(true);
  const observer = new MutationObserver(look);
  observer.observe(figure.querySelector(".gz-chart-view"), {{
    attributes: true, characterData: true, childList: true, subtree: true,
  }});
  setTimeout(() => end(false), 1000);
  look();
}})"""

# The middle of a shape on a map that really lies under the pointer there.
MAP_SHAPE = """(figure) => {
  for (const shape of figure.querySelectorAll("svg g.mark-shape.role-mark > path")) {
    const box = shape.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    if (box.width > 6 && document.elementFromPoint(x, y) === shape) return [x, y];
  }
  return null;
}"""
POINT_SELECTIONS = """(figure) => {
  return JSON.parse(figure.querySelector("script").textContent).params
    .filter((p) => (p.select?.type || p.select) === "point" && !p.bind)
    .filter((p) => !/over|move|enter/.test(p.select?.on || ""))
    .map((p) => p.name);
}"""
# Until what the pointer has set off is worked out and drawn.
ANSWERED = """async (figure) => {
  for (let i = 0; i < 3; i++) {
    await new Promise((done) => { requestAnimationFrame(done); setTimeout(done, 250); });
    await Promise.race([figure.gzView.runAsync(), new Promise((done) => setTimeout(done, 2000))]);
  }
}"""
# Leaves of each page's figures those at some places, before a script has seen them: the others
# were drawn on a page before, and with all their page are in test_every_page.py.
ONLY = """document.addEventListener("readystatechange", () => {
  if (document.readyState !== "interactive") return;
  document.querySelectorAll("figure.gz-chart").forEach((figure, place) => {
    if (!%s[location.href].includes(place)) figure.remove();
  });
})"""
STORED = (
    "([figure, names]) => names.reduce((n, k) => n + figure.gzView.data(k + '_store').length, 0)"
)


# What a figure is made of; the same chart often stands on a page and in its notebook.
MADE_OF = re.compile(r"<figure[^>]*gz-chart.*?<script[^>]*>(.*?)</script>", re.DOTALL)
OPENED = [page for page in PAGES if not is_one_of_many(page)]
OPENED += [f"zh/{page}" for page in TRANSLATED]


@pytest.fixture(scope="session")
def charts(site) -> dict[str, list[int]]:
    """Return, for each page, the places of the figures that stand on no page before it."""
    seen, boxes = set(), {}
    for name in OPENED:
        specs = MADE_OF.findall((site / name).read_text(encoding="utf-8"))
        boxes[name] = [
            i for i, spec in enumerate(specs) if spec not in specs[:i] and spec not in seen
        ]
        seen.update(specs)
    return boxes


@pytest.fixture(scope="module")
def window(browser, site, charts):
    """Return a browser page that opens all in turn, in one process, and what it met."""
    page = open_page(browser)
    page.add_init_script(ONLY % json.dumps({(site / n).as_uri(): own for n, own in charts.items()}))
    visit = Visit("", "light", "desktop")
    watch(page, visit, "file://")
    yield page, visit
    page.close()


def test_there_is_much_to_touch(site, charts):
    pages = [(site / name).read_text(encoding="utf-8") for name in OPENED]
    assert sum(len(places) for places in charts.values()) >= 40
    assert sum(page.count('"bind"') for page in pages) >= 40
    assert sum(page.count('"type":"point"') + page.count('"type": "point"') for page in pages) >= 10


def keys_for(control) -> list[list[str]]:
    """Return what a keyboard user would press to change a control, and what if that has not."""
    kind = control.get_attribute("type") or control.evaluate("(e) => e.tagName.toLowerCase()")
    if kind == "range":
        ends = [["End"], ["Home"]]
        return ends[::-1] if control.evaluate("(e) => e.value === e.max") else ends
    # The county of the example may be in focus already: then another one is looked for.
    example = [[*(control.get_attribute("placeholder") or "Rong")[:4]], ["Control+A", "湄"]]
    return {
        "select": [["ArrowDown"], ["ArrowDown"]],
        "radio": [["ArrowDown"], ["ArrowDown"]],
        "checkbox": [["Space"]],
    }.get(kind, example)


def dead_controls(page, figure) -> list[str]:
    """Return the controls of a figure that no keys make change it."""
    dead = []
    for control in figure.query_selector_all(".vega-bind :is(input, select)"):
        if control.get_attribute("type") == "radio" and not control.is_checked():
            continue  # one member of a group stands for it
        before = figure.evaluate(DRAWING)
        control.focus()
        for keys in keys_for(control):
            for key in keys:
                if key.isascii():
                    page.keyboard.press(key)
                else:
                    page.keyboard.insert_text(key)
            if page.evaluate(CHANGES, [figure, before]):
                break
        else:
            dead.append(control.get_attribute("name"))
    return dead


def deaf_maps(page, figure) -> list[str]:
    """Return the selections of a map that a click does not fill."""
    selections = figure.evaluate(POINT_SELECTIONS)
    if not selections or not figure.query_selector("g.mark-shape.role-mark > path"):
        return []
    figure.scroll_into_view_if_needed()
    place = figure.evaluate(MAP_SHAPE)
    assert place, "no shape of the map can be reached by a pointer"
    page.mouse.move(*place)  # as a hand does it: get there, see it answer, then press
    figure.evaluate(ANSWERED)
    page.mouse.click(*place, delay=60)
    figure.evaluate(ANSWERED)
    return [] if page.evaluate(STORED, [figure, selections]) else selections


def silent_maps(page, figure) -> list[str]:
    """Return the name of a chart of many marks if arrow keys do not read out one after another.

    A map has many, whatever it draws on its ground.
    """
    place = figure.query_selector("[role=application]")
    if not place:
        return ["a map"] if figure.query_selector("g.mark-shape.role-mark") else []
    place.focus()
    heard = set()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        heard.add(place.eval_on_selector("[role=status]", "(said) => said.textContent"))
    return [] if len(heard - {""}) > 1 else [place.get_attribute("aria-label")]


@pytest.mark.parametrize("page_name", OPENED)
def test_page_opens_from_a_file_and_its_charts_answer(window, site, charts, page_name):
    page, visit = window
    del visit.foreign[:], visit.errors[:]
    page.goto((site / page_name).as_uri())
    drawn = page.evaluate(DRAW_ALL)
    assert [chart["state"] for chart in drawn] == ["drawn"] * len(charts[page_name])
    own = page.query_selector_all("figure.gz-chart")
    assert [dead for figure in own for dead in dead_controls(page, figure)] == []
    assert [deaf for figure in own for deaf in deaf_maps(page, figure)] == []
    assert [silent for figure in own for silent in silent_maps(page, figure)] == []
    for cloth in page.query_selector_all(".gz-cloth svg"):
        cloth.query_selector("a").focus()
        page.keyboard.press("ArrowDown")
        assert len(cloth.query_selector_all("a[tabindex='-1']")) == 87
    assert visit.foreign == []
    assert visit.errors == []


def test_search_works_from_a_file(browser, site):
    page = browser.new_page()
    visit = Visit("search.html", "light", "desktop")
    watch(page, visit, "file://")
    page.goto((site / "search.html").as_uri() + "?q=农村电商")
    page.wait_for_selector("ul.search li a")
    page.close()
    assert visit.errors == []
