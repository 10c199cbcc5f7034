"""No mark of a chart lies outside of its frame, however slowly and oddly a page comes by its width.

One page holds every figure of an edition, so that each condition needs one load. How the figures
stand on their own pages, on a phone those of both editions, see test_every_page.py. The same script
draws both: what comes in its way is tried on the English figures, and the Chinese ones, which have
longer and shorter words, at each other width.
"""

import re
import time

import altair as alt
import pandas as pd
import pytest
from frames import LEAVES_FRAME
from stand_in import write_page
from touch import MADE_OF
from visits import PAGES, SCREENS, TRANSLATED

pytestmark = [pytest.mark.site, pytest.mark.browser]

PHONE, DESKTOP = SCREENS["phone"], SCREENS["desktop"]
TURNED = PHONE[::-1]
PAPER = (680, 900)
ZOOMED = (640, 450)  # what a zoom of 200 % leaves of the desktop

# Draws all figures, near or not, as printing asks for it; until each is drawn for the room that it
# has, and nothing waits to be drawn again.
SETTLED = """async () => {
  dispatchEvent(new Event("beforeprint"));
  const late = (figure) => {
    const width = figure.querySelector(".gz-chart-view").clientWidth;
    return figure.dataset.state !== "drawn" || Math.abs(figure.gzWidth - width) >= 4;
  };
  for (let still = 0, i = 0; still < 5 && i < 1200; i++) {
    await new Promise((done) => setTimeout(done, 50));
    still = [...document.querySelectorAll("figure.gz-chart")].some(late) ? 0 : still + 1;
  }
}"""
FAULTS = f"""() => {{
  const leaves = {LEAVES_FRAME};
  return Object.fromEntries(
    [...document.querySelectorAll("figure.gz-chart")]
      .map((figure) => [figure.dataset.where, leaves(figure)])
      .filter(([, faults]) => faults.length),
  );
}}"""
# Makes each figure narrower in the middle of its next drawing, and wide again in that of the one
# after.
WOBBLE = """() => {
  const drawings = new Map();
  const turn = ({ target }) => {
    if (target.dataset.state !== "drawing") return;
    const before = drawings.get(target) ?? 0;
    drawings.set(target, before + 1);
    if (before > 1) return;
    target.style.width = before ? "" : "75%";
    dispatchEvent(new Event("resize"));
  };
  new MutationObserver((changes) => changes.forEach(turn)).observe(document.body, {
    attributeFilter: ["data-state"], subtree: true,
  });
}"""
FOLD = """(folded) => {
  document.querySelector("details:has(figure)").open = !folded;
}"""
# A drawing lasts for some frames, as on a slow machine, so that changes come in the middle of it.
# (A browser that is told to be slower works for the time that it loses.)
SLOW = """() => {
  const { vegaEmbed } = window;
  window.vegaEmbed = async (...given) => {
    await new Promise((done) => setTimeout(done, 60));
    return vegaEmbed(...given);
  };
}"""
# A tab behind another gets no frame and hears of no change of size until it is shown.
BEHIND = """() => {
  const held = [];
  let behind = true;
  const later = (call) => (...given) => (behind ? held.push(() => call(...given)) : call(...given));
  for (const name of ["IntersectionObserver", "ResizeObserver"]) {
    const Plain = window[name];
    window[name] = class extends Plain {
      constructor(call, options) { super(later(call), options); }
    };
  }
  const frame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => frame(later(call));
  const state = () => (behind ? "hidden" : "visible");
  Object.defineProperty(document, "visibilityState", { get: state });
  window.bringToFront = () => { behind = false; held.splice(0).forEach((call) => call()); };
}"""


def gallery(site, language: str) -> tuple[str, str]:
    """Return the address of a page, and in its place one with every figure of its edition."""
    seen, figures = set(), []
    edition = site / language
    for name in TRANSLATED if language else PAGES:
        read = (edition / name).read_text(encoding="utf-8")
        for place, found in enumerate(MADE_OF.finditer(read)):
            if found[1] not in seen:
                seen.add(found[1])
                end = read.index("</figure>", found.end())
                where = f'<figure data-where="{name} {place}"'
                figures.append(read[found.start() : end].replace("<figure", where, 1))
    assert len(figures) >= 40
    page = (edition / "book" / "value-people.html").read_text(encoding="utf-8")
    article = re.compile(r"(<article[^>]*>).*(</article>)", re.DOTALL)
    inside = "</figure>".join(figures)
    page = article.sub(lambda m: f"{m[1]}<details open>{inside}</figure></details>{m[2]}", page)
    return f"{language}book/gallery.html", page


@pytest.fixture
def open_gallery(browser, server, site):
    """Return a function that opens the gallery of an edition, with its style sheets late."""
    contexts = []

    def late(route):
        time.sleep(0.05)
        route.continue_()

    def open_page(size, scale=1, script="", language=""):
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale
        )
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(f"({script or '() => {}'})()")
        page.route("**/*.css*", late)
        address, body = gallery(site, language)
        page.route("**/gallery.html", lambda route: route.fulfill(body=body))
        page.goto(f"{server}/{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def resize(page, size) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))


def faults(page) -> dict[str, list[str]]:
    """Return what leaves its frame, by figure, when all have come to rest."""
    page.evaluate(SETTLED)
    return page.evaluate(FAULTS)


def test_on_a_phone_that_is_turned_and_on_paper(open_gallery):
    page, found = open_gallery(PHONE), {}
    found["style sheets come late"] = faults(page)
    resize(page, TURNED)
    found["turned"] = faults(page)
    page.evaluate(WOBBLE)
    resize(page, PHONE)
    found["turned back, and resized while drawing"] = faults(page)
    page.emulate_media(media="print")
    resize(page, PAPER)
    found["on paper"] = faults(page)
    page.pdf()
    page.emulate_media(media="screen")
    resize(page, PHONE)
    found["after printing"] = faults(page)
    assert {condition: here for condition, here in found.items() if here} == {}


def test_behind_another_tab_folded_away_zoomed_and_on_a_slow_machine(open_gallery):
    page, found = open_gallery(DESKTOP, scale=2, script=BEHIND), {}
    assert page.locator("figure[data-state=waiting]").count() == page.locator("figure").count()
    resize(page, ZOOMED)
    page.evaluate("bringToFront()")
    found["zoomed while behind another tab"] = faults(page)
    page.evaluate(FOLD, True)
    resize(page, PHONE)
    page.evaluate(SLOW)
    page.evaluate(WOBBLE)
    resize(page, DESKTOP)
    page.evaluate(FOLD, False)
    found["unfolded wider, and resized while drawing slowly"] = faults(page)
    assert {condition: here for condition, here in found.items() if here} == {}


def test_chinese_words_have_room_at_every_width(open_gallery):
    page = open_gallery(TURNED, language="zh/")
    found = {TURNED: faults(page)}
    for size in (ZOOMED, DESKTOP):
        resize(page, size)
        found[size] = faults(page)
    page.emulate_media(media="print")
    resize(page, PAPER)
    found[PAPER] = faults(page)
    assert {size: here for size, here in found.items() if here} == {}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "svg.querySelector('.role-mark path').style.transform = 'translate(900px, 0)'",
            "mark-rect",
        ),
        ("svg.querySelector('.role-axis-label text').textContent = 'A very '.repeat(90)", "A very"),
        ("svg.querySelector('.role-axis-label text').textContent = 'A ver\u2026'", "is cut short"),
        ("svg.style.maxWidth = 'none'; svg.setAttribute('width', 1500)", "the drawing reaches"),
        ("svg.setAttribute('width', 1500)", "of its size"),
        ("figure.dataset.state = 'failed'", "it is failed"),
    ],
)
def test_what_leaves_its_frame_is_seen(browser, tmp_path, change, fault):
    chart = alt.Chart(pd.DataFrame({"x": [1, 2], "name": ["a", "b"]})).mark_bar()
    chart = chart.encode(x="x:Q", y="name:N").properties(description="Two bars.", width="container")
    page = browser.new_page(viewport={"width": 700, "height": 500})
    page.goto(write_page(tmp_path / "chart.html", chart))
    assert faults(page) == {}
    find = "const figure = document.querySelector('figure'), svg = figure.querySelector('svg');"
    page.evaluate(f"() => {{ {find} {change}; }}")
    assert fault in str(page.evaluate(FAULTS))
    page.close()
