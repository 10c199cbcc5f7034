"""What a reader can touch on a page: controls, maps and marks that answer to keys and a pointer."""

import re

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

# The middle of a shape on a map, scrolled into view, that really lies under the pointer there.
MAP_SHAPE = """(figure) => {
  figure.querySelector("svg g.mark-shape.role-mark")
    .scrollIntoView({ behavior: "instant", block: "center" });
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
STORED = (
    "([figure, names]) => names.reduce((n, k) => n + figure.gzView.data(k + '_store').length, 0)"
)

# What a figure is made of; the same chart often stands on a page and in its notebook.
MADE_OF = re.compile(r"<figure[^>]*gz-chart.*?<script[^>]*>(.*?)</script>", re.DOTALL)


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


def deaf(page, places: list[int]) -> list[str]:
    """Return what does not answer on a page with all charts drawn: of its figures, those named."""
    every = page.query_selector_all("figure.gz-chart")
    out = []
    for figure in (every[place] for place in places):
        out += [f"nothing changes with {name}" for name in dead_controls(page, figure)]
        out += [f"a click does not fill {name}" for name in deaf_maps(page, figure)]
        out += [f"arrow keys do not read out {name}" for name in silent_maps(page, figure)]
    for cloth in page.query_selector_all(".gz-cloth svg"):
        cloth.query_selector("a").focus()
        page.keyboard.press("ArrowDown")
        if len(cloth.query_selector_all("a[tabindex='-1']")) != 87:
            out.append("arrow keys do not walk the cover")
    # No words of a tooltip stay, which lie outside all landmarks, and nothing that was chosen.
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur(); localStorage.clear()")
    return out
