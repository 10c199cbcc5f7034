"""What a reader can touch answers, with no kernel: by keyboard and by pointer."""

import pytest
from visits import DRAW_ALL, toc_pages

pytestmark = [pytest.mark.site, pytest.mark.browser]

# All that a chart shows, as text, to see whether it changed.
DRAWING = "(figure) => [...figure.querySelectorAll('svg')].map((s) => s.innerHTML).join()"
CHANGED = f"([figure, before]) => ({DRAWING})(figure) !== before"

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
  const { spec } = JSON.parse(figure.querySelector("script").textContent);
  const inner = (v) => v.hconcat || v.vconcat || v.concat || v.layer || (v.spec ? [v.spec] : []);
  const all = (v) => (v.params || []).concat(inner(v).flatMap(all));
  return all(spec)
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
STORED = (
    "([figure, names]) => names.reduce((n, k) => n + figure.gzView.data(k + '_store').length, 0)"
)


@pytest.fixture
def figures(browser, server):
    """Yield every figure of the site with its page, one page after the other."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()

    def walk():
        for name in toc_pages():
            page.goto(f"{server}/{name}")
            page.evaluate(DRAW_ALL)
            for figure in page.query_selector_all("figure.gz-chart"):
                yield name, page, figure

    yield walk()
    context.close()


def keys_for(control) -> list[str]:
    """Give what a keyboard user would press to change a control."""
    kind = control.get_attribute("type") or control.evaluate("(e) => e.tagName.toLowerCase()")
    return {
        "range": ["End", "Home"],
        "select": ["ArrowDown", "ArrowDown"],
        "radio": ["ArrowDown", "ArrowDown"],
        "checkbox": ["Space"],
    }.get(kind, list((control.get_attribute("placeholder") or "Rong")[:4]))


def test_every_control_changes_its_chart(figures):
    touched, dead = 0, []
    for name, page, figure in figures:
        for control in figure.query_selector_all(".vega-bind :is(input, select)"):
            if control.get_attribute("type") == "radio" and not control.is_checked():
                continue  # one member of a group stands for it
            before = figure.evaluate(DRAWING)
            control.focus()
            changed = False
            for key in keys_for(control):
                page.keyboard.press(key)
                page.wait_for_timeout(150)
                changed = changed or page.evaluate(CHANGED, [figure, before])
            touched += 1
            if not changed:
                dead.append(f"{name}: {control.get_attribute('name')}")
    assert dead == []
    assert touched > 0


def test_a_click_on_a_map_selects(figures):
    clicked, deaf = 0, []
    for name, page, figure in figures:
        selections = figure.evaluate(POINT_SELECTIONS)
        if not selections or not figure.query_selector("g.mark-shape.role-mark > path"):
            continue
        figure.scroll_into_view_if_needed()
        place = figure.evaluate(MAP_SHAPE)
        assert place, f"{name}: no shape of the map can be reached by a pointer"
        page.mouse.move(*place)  # as a hand does it: get there, see it answer, then press
        figure.evaluate(ANSWERED)
        page.mouse.click(*place, delay=60)
        figure.evaluate(ANSWERED)
        clicked += 1
        if page.evaluate(STORED, [figure, selections]) == 0:
            deaf.append(f"{name}: {selections}")
    assert deaf == []
    assert clicked > 0
