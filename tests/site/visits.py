"""A visit: what a real browser met on one page, in one mode, on one size of screen.

Each page is opened once for each mode and size; the tests then read the record.
"""

import gzip
import json
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import build
import reference
import yaml
from frames import LEAVES_FRAME
from touch import deaf

ROOT = Path(__file__).resolve().parents[2]
SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}
MODES = ("light", "dark")
# Colours do not depend on the size of the screen, nor widths on colours: each mode and each size
# once says it all. A few pages are visited in all four ways, to see that this is so.
JUDGED = {("light", "desktop"), ("dark", "phone")}
FOUR_VISITS = ("book/index.html", "book/value-people.html", "book/county.html", "book/reference/")

# Opens what is folded, scrolls to every chart (they are drawn when they come near) and waits until
# each has an end. Says of each how much higher or lower it is than what stood in its place; a line
# that its controls take because their words are too long to stand in one does not count. Of those
# that were drawn at once nothing is known.
DRAW_ALL = (
    f"async () => {{ const leaves = {LEAVES_FRAME};"
    + """
  // A page that is not in front may get no frame at all: then a quarter of a second must do.
  const frame = () =>
    new Promise((done) => { requestAnimationFrame(done); setTimeout(done, 250); });
  document.querySelectorAll("details").forEach((details) => { details.open = true; });
  const figures = [...document.querySelectorAll("figure.gz-chart")];
  const stills = new Map(
    figures.filter((f) => f.dataset.state === "waiting").map((f) => [f, f.offsetHeight]));
  const wraps = (figure) => {
    const controls = figure.querySelector(".gz-chart-controls");
    const lines = Math.ceil(controls.childElementCount / (innerWidth > 768 ? 2 : 1));
    return Math.min(48, Math.max(0, controls.offsetHeight - 48 * lines - 9));
  };
  for (const figure of figures) {
    figure.scrollIntoView({ behavior: "instant", block: "center" });
    // Two frames: the first may be the one that was under way.
    for (let i = 0; i < 2; i++) await frame();
  }
  const settled = () => figures.every((f) => ["drawn", "failed"].includes(f.dataset.state));
  for (let i = 0; i < 300 && !settled(); i++) await new Promise((done) => setTimeout(done, 50));
  window.scrollTo({ top: 0, behavior: "instant" });
  return figures.map((figure) => ({
    state: figure.dataset.state,
    marks: figure.querySelectorAll("svg g[class*='role-mark'] > *").length,
    leaves: leaves(figure),
    moves: stills.has(figure) ? figure.offsetHeight - wraps(figure) - stills.get(figure) : null,
    said: figure.querySelector(".gz-chart-view [aria-label]")?.getAttribute("aria-label"),
  }));
}"""
)

# Words that lie over others: boxes in the line that begin before their place, a claim that runs
# through the Chinese beside it, and controls that stick to the screen over their figure's title.
# And links to the next page whose words are cut off.
COVERED = """() => {
  const boxes = [...document.querySelectorAll(".pre")].filter((box) => {
    const { display, textIndent } = getComputedStyle(box);
    return display !== "inline" && parseFloat(textIndent) < 0;
  });
  const claims = [...document.querySelectorAll(".gz-claim > p")].filter((claim) => {
    const term = claim.querySelector(":scope > .gz-zh:last-child");
    if (!term) return false;
    const words = document.createRange();
    words.setStart(claim, 0);
    words.setEndBefore(term);
    const left = term.getBoundingClientRect().left;
    return [...words.getClientRects()].some(({ right }) => right > left + 1);
  });
  const titles = [...document.querySelectorAll(".gz-chart figcaption")].filter((title) => {
    const controls = title.parentElement.querySelector(".gz-chart-controls[data-stuck]");
    if (!controls) return false;
    const end = () => title.getBoundingClientRect().bottom;
    window.scrollBy({ top: end() - innerHeight, behavior: "instant" });
    return controls.getBoundingClientRect().top < end();
  });
  window.scrollTo({ top: 0, behavior: "instant" });
  const cut = [...document.querySelectorAll(".prev-next-area a")].filter(
    (link) => link.scrollWidth > link.clientWidth + 1);
  return [...boxes, ...claims, ...titles, ...cut].map((box) => box.textContent);
}"""


def toc_pages() -> list[str]:
    """List the pages that ``_toc.yml`` names, as addresses below the site's root.

    Pages of the reference are named by a pattern there; which they are says tools/reference.py.
    """
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = [toc["root"]]
    waiting = [chapter for part in toc["parts"] for chapter in part["chapters"]]
    for entry in waiting:
        if "glob" in entry:
            names += [page for page in reference.page_names() if fnmatch(page, entry["glob"])]
        else:
            names.append(entry["file"])
        waiting += entry.get("sections", [])
    return [f"{name}.html" for name in dict.fromkeys(names)]


PAGES = [*toc_pages(), "search.html"]
# The many pages of the reference are made by one hand. Each is visited once, on a phone, where
# long signatures could run off the screen; these few, of every kind, are visited like all others.
SAMPLE = ("index", "models", "models/event_study", "charts/map_chart", "checks/check_published")


def is_one_of_many(page: str) -> bool:
    """Return whether a page is one of the reference that is visited once."""
    name = page.removeprefix(f"{reference.FOLDER}/").removesuffix(".html")
    return page.startswith(f"{reference.FOLDER}/") and name not in SAMPLE


@dataclass
class Visit:
    """What the browser met."""

    page: str
    mode: str
    screen: str
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    charts: list[dict] = field(default_factory=list)
    overflow: int = 0
    covered: list[str] = field(default_factory=list)
    formulas: int = 0
    unset_formulas: int = 0
    scripts: list[str] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    weight: int = 0  # compressed bytes of everything that was loaded
    axe: list[dict] = field(default_factory=list)
    deaf: list[str] = field(default_factory=list)  # what does not answer to keys or a pointer


def watch(page, visit: Visit, allowed: str) -> list:
    """Record errors of a page, and every request that leaves this machine.

    Returns a list that fills with what the server answered. Requests are not stopped here, where
    each would wait for this process: the browser finds no other host.
    """
    answers: list = []

    def request(request):
        if not request.url.startswith((allowed, "data:", "blob:")):
            visit.foreign.append(request.url)

    def response(response):
        if response.status >= 400:
            visit.errors.append(f"{response.status} {response.url}")
        elif response.url.startswith("http"):
            answers.append(response)

    def console(message):
        if message.type == "error":
            visit.errors.append(message.text)

    page.on("request", request)
    page.on("response", response)
    page.on("console", console)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    return answers


@cache
def context_of(browser, mode: str, screen: str):
    """Return the context of a mode and a screen, which ends with the browser.

    Pages that only show themselves share it: in a new one each would take twice the time.
    """
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=mode,
        has_touch=screen == "phone",
        reduced_motion="reduce",
    )
    context.new_page()  # stays: a window that has lost its last page is made anew
    return context


def open_page(browser, mode: str = "light", screen: str = "desktop"):
    """Open an empty page in the context of a mode and a screen."""
    return context_of(browser, mode, screen).new_page()


@cache
def visitor(browser, address: str, mode: str, screen: str):
    """Return a page that goes from visit to visit, the record it writes into, and its answers.

    A page of its own for each visit would start a process and read all scripts again. What a tab
    remembers is forgotten at each visit; axe-core stands ready.
    """
    page, record = open_page(browser, mode, screen), Visit("", mode, screen)
    page.add_init_script(f"try {{ sessionStorage.clear(); }} catch {{}}\n{axe()}")
    return page, record, watch(page, record, address)


_PACKED: dict[str, int] = {}


def packed(url: str, body) -> int:
    """Return the compressed bytes of an answer; many pages load the same files."""
    if url not in _PACKED:
        _PACKED[url] = len(gzip.compress(body()))
    return _PACKED[url]


def make_visit(browser, address: str, key: tuple[str, str, str], touched: list[int]) -> Visit:
    """Open one page, try the figures at some places, and write down what happens."""
    page_name, mode, screen = key
    visit = Visit(page_name, mode, screen)
    page, record, answers = visitor(browser, address, mode, screen)
    record.foreign, record.errors = visit.foreign, visit.errors
    answers.clear()
    page.goto(f"{address}/{page_name}", wait_until="load")
    visit.charts = page.evaluate(DRAW_ALL)
    seen = page.evaluate(f"""() => ({{
      overflow: document.documentElement.scrollWidth - innerWidth,
      covered: ({COVERED})(),
      formulas: document.querySelectorAll(".gz-math, .gz-math-block").length,
      unset_formulas: document.querySelectorAll(
        ":is(.gz-math, .gz-math-block):not(:has(svg))").length,
      scripts: [...document.scripts].map((s) => s.src).filter(Boolean),
    }})""")
    vars(visit).update(seen)
    visit.fonts = [a.url for a in answers if a.request.resource_type == "font"]
    visit.weight = sum(packed(answer.url, answer.body) for answer in answers)
    visit.deaf = deaf(page, touched)
    if (mode, screen) in JUDGED:
        again = mode == "dark" and not page_name.startswith((*FOUR_VISITS, "zh/"))
        visit.axe = violations(page, *(OF_COLOUR_AND_WIDTH if again else ()))
    return visit


# Judges a page. Listings, side bars, tables and maps hold thousands of words, rows and marks of a
# few looks, and to judge each is most of axe's work: here one stands for all of its look, inside
# elements of theirs. Nor is what was good, on this page or an earlier one, judged again: a contrast
# for words of the same look inside elements of the same, and a link that stands out from the words
# of its block. The page is of no other use afterwards.
JUDGE = """async ([options, good]) => {
  const ids = new Map();
  const id = (look) => ids.get(look) ?? (ids.set(look, ids.size), ids.size - 1);
  // How many letters, from none to several: axe does not judge a single one.
  const letters = (node) => Math.min(2, [...node.childNodes].reduce(
    (sum, child) => sum + (child.nodeType === 3 ? child.data.trim().length : 0), 0));
  const owns = new Map();
  const own = (node) => {
    if (owns.has(node)) return owns.get(node);
    const style = getComputedStyle(node);
    const looks = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize",
      "fontWeight", "textShadow", "filter", "mixBlendMode", "display", "position"].map(
      (name) => style[name]);
    const given = [...node.attributes].map(({ name, value }) => [
      name, name === "role" || !value.trim() ? value.trim() : "some",
    ]);
    const look = [node.localName, given, looks, Boolean(node.textContent.trim())].join();
    owns.set(node, look);
    return look;
  };
  const whole = (node) => id(`${own(node)} of ${[...node.children].map(whole)}`);
  const around = new Map([[null, ""]]);
  const inside = (node) => {
    if (!around.has(node)) around.set(node, id(`${own(node)} in ${inside(node.parentElement)}`));
    return around.get(node);
  };
  const seen = new Set();
  const repeated = ".highlight span, .bd-sidebar-primary li:not(:has(li)), tbody > tr, "
    + "svg g.role-mark > *";
  const alike = [...document.querySelectorAll(repeated)].filter((node) => {
    const look = `${whole(node)} in ${inside(node.parentElement)}`;
    return seen.has(look) || !seen.add(look);
  });
  alike.forEach((node) => node.remove());
  // What still fades in has a colour between two.
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));

  // Numbers that mean the same on every page: two of 32 bits, mixed as in FNV-1a.
  const mixed = (text) => {
    let [one, two] = [2166136261, 40389];
    for (let i = 0; i < text.length; i++) {
      one = Math.imul(one ^ text.charCodeAt(i), 16777619);
      two = Math.imul(two ^ text.charCodeAt(i), 2246822519);
    }
    return `${one >>> 0} ${two >>> 0}`;
  };
  const chains = new Map([[null, "0"]]);
  const chain = (node) => {
    if (!chains.has(node)) chains.set(node, mixed(`${chain(node.parentElement)} ${own(node)}`));
    return chains.get(node);
  };
  owns.clear();  // of before what faded had its colour
  const known = new Set(good);
  const key = (node) => `${chain(node)} ${letters(node)}`;
  // A link, with what else tells it from the words of its block.
  const link = (node) => {
    const looks = [chain(node)];
    for (let part = node, inline = true; part && inline; part = part.parentElement) {
      const style = getComputedStyle(part);
      looks.push(style.textDecoration, style.fontFamily, style.fontStyle,
        style.borderTop, style.borderBottom, style.outline);
      inline = style.display === "inline";
    }
    return `link ${mixed(looks.join())}`;
  };
  const forms = "button, input, select, textarea";
  const silent = (node) => !letters(node) && !node.matches(forms);
  const never = () => false;
  for (const [name, checks, of, passed] of [
    ["color-contrast", ["color-contrast"], key, silent],
    ["link-in-text-block", ["link-in-text-block", "link-in-text-block-style"], link, never],
  ]) {
    const rule = axe._audit.rules.find(({ id }) => id === name);
    const matches = rule.matches;
    rule.matches = function (node, ...rest) {
      return !passed(node) && !known.has(of(node)) && matches.call(this, node, ...rest);
    };
    for (const check of checks.map((id) => axe._audit.checks[id])) {
      const evaluate = check.evaluate;
      check.evaluate = function (node, ...rest) {
        if (known.has(of(node))) return true;
        const verdict = evaluate.call(this, node, ...rest);
        // Neither what fails nor what axe cannot tell stands for others.
        if (verdict === true) good.push(of(node)) && known.add(of(node));
        return verdict;
      };
    }
  }
  return [(await axe.run(options)).violations, good];
}"""
# What depends on colours and on the width. The other rules look at what both visits have.
OF_COLOUR_AND_WIDTH = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")


@cache
def axe() -> str:
    """Return the script of axe-core."""
    import axe_playwright_python

    script = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    return script.read_text(encoding="utf-8")


# Looks of words whose contrast was good, on any page: what they are is in the key.
_good: list[str] = []


def violations(page, *rules: str) -> list[dict]:
    """Let axe-core judge a page by some rules, or by all; one entry an element.

    Without those that the baseline names.
    """
    baseline = json.loads((Path(__file__).parent / "axe_baseline.json").read_text(encoding="utf-8"))
    faults = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    # Without "preload" axe does not fetch the style sheets once more, from where they are not.
    options: dict = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = list(rules)
    found, _good[:] = page.evaluate(JUDGE, [options, _good])
    for violation in found:
        for node in violation["nodes"]:
            target = " ".join(str(part) for part in node["target"])
            excused = any(
                entry["rule"] == violation["id"] and entry["target"] in target for entry in baseline
            )
            if not excused:
                faults.append(
                    {"rule": violation["id"], "target": target, "why": node["failureSummary"]}
                )
    return faults


# The Chinese edition has the same frame and the same charts: what is its own, the length of its
# words and its language, shows on a phone.
TRANSLATED = [page for page in PAGES if not build.in_reference(page)]
ENGLISH = [page for page in PAGES if not is_one_of_many(page)]
CHINESE = [f"zh/{page}" for page in TRANSLATED]
EVERY_VISIT = [
    *(
        (page, mode, screen)
        for page in ENGLISH
        for mode in MODES
        for screen in SCREENS
        if (mode, screen) in JUDGED or page.startswith(FOUR_VISITS)
    ),
    *((page, "light", "phone") for page in PAGES if is_one_of_many(page)),
    *((page, "dark", "phone") for page in CHINESE),
]
# One visit a page, for what does not depend on mode and screen: English ones from a folder, where
# their charts are touched, and over the network, where they have a weight.
FROM_A_FOLDER = ("light", "desktop")
WEIGHED = [key for key in EVERY_VISIT if key[1:] == ("dark", "phone") or is_one_of_many(key[0])]
TOUCHED = {*((page, *FROM_A_FOLDER) for page in ENGLISH), *((p, "dark", "phone") for p in CHINESE)}
