"""On the site a lab answers without a kernel, and says what Python says."""

import random
from itertools import product

import pytest
from visits import Visit, open_page, watch

import gzbook
import gzcounty as gz
from gzbook.exercises import exercises
from gzbook.exercises.answers import Count, Labelled, Name, Number
from gzbook.labs import hubs, regression, staggered, weights
from gzcounty.errors import InputError
from gzcounty.language import _

LABS = {"regression": regression, "weights": weights, "staggered": staggered, "hubs": hubs}
# By which script types, files and hosts widgets come alive in pages that let them.
OF_WIDGETS = (
    "widget-state",
    "widget-view",
    "requirejs",
    "require.js",
    "embed-amd",
    "ipywidgets.js",
)
rng = random.Random(2020)
CHOICES = {
    "regression": [
        {
            "outcome": outcome,
            "exposure": rng.choice(list(regression.EXPOSURES)),
            "controls": [name for name in regression.CONTROLS if rng.random() < 0.3],
            "sample": sample,
        }
        for outcome, sample in product(regression.OUTCOMES, regression.SAMPLES)
    ],
    "weights": [
        {"index": rng.choice(list(weights.INDICES))}
        | {name: rng.choice([0, 1, 20, 33, 100]) for name in weights.INDICATORS}
        for _ in range(15)
    ]
    + [{"index": "all"} | dict.fromkeys(weights.INDICATORS, 0)],
    "staggered": [
        {
            "growth": rng.randrange(16) / 10,
            "heterogeneity": rng.randrange(9) / 10,
            "never": never,
            "noise": rng.randrange(1, 11),
            "seed": rng.randrange(1, 21),
        }
        for never in [*range(0, 61, 10)] * 3
    ],
    "hubs": [{"k": k, "weight": weight} for k in (1, 12) for weight in hubs.WEIGHTS],
}
# Set the controls of a lab to a choice, as a reader does, and read the page.
CHOOSE = """(choices) => choices.map((choice) => {
  const page = document.querySelector(".gz-lab-page");
  const form = page.querySelector("form");
  for (const field of form.querySelectorAll("[name]")) {
    const value = choice[field.name];
    if (field.type === "checkbox") field.checked = value.includes(field.value);
    else field.value = value;
  }
  const begun = performance.now();
  form.querySelector("[name]").dispatchEvent(new Event("input", { bubbles: true }));
  const took = performance.now() - begun;
  const refusal = page.querySelector(".gz-lab-refusal");
  if (!refusal.hidden) return { refusal: refusal.textContent, took };
  const text = (name) => page.querySelector(name).textContent;
  return {
    took,
    sentence: text(".gz-lab > p"),
    formula: text(".gz-lab-formula"),
    table: page.querySelector(".gz-lab-table").textContent,
    notes: [...page.querySelectorAll(".gz-lab ul li")].map((item) => item.textContent),
    code: text(".gz-lab-code"),
    drawn: page.querySelector(".gz-lab-drawing svg").getAttribute("aria-label"),
  };
})"""
TEXT = """(html) => {
  const place = document.createElement("div");
  place.innerHTML = html;
  return place.textContent;
}"""


@pytest.mark.site
@pytest.mark.parametrize("name", LABS)
def test_page_of_a_lab(site, edition, name):
    html = (site / edition / "notebooks" / f"lab-{name}.html").read_text(encoding="utf-8")
    assert f'data-lab="{name}"' in html
    assert gz.in_language("Here you would choose", "这里") in html  # without scripts
    assert html.count('class="gz-exercise"') == 3
    assert [word for word in OF_WIDGETS if word in html] == []
    assert "vega" not in html
    if name == "staggered":
        assert all("SIMULATED" in staggered.WORDS[kind] for kind in ("title", "sample"))


def said_by_python(name: str, choice: dict) -> dict:
    try:
        found = LABS[name].answer(**choice)
    except InputError as error:
        return {"refusal": str(error)}
    return found.parts() | {"notes": list(found.notes)}


@pytest.mark.site
@pytest.mark.browser
@pytest.mark.parametrize("name", LABS)
def test_a_lab_says_what_python_says_at_once(browser, server, edition, name):
    page = open_page(browser, screen="phone")
    met = Visit(f"{edition}notebooks/lab-{name}.html", "light", "phone")
    watch(page, met, server)
    page.goto(f"{server}/{met.page}")
    page.wait_for_selector(".gz-lab-drawing svg")
    faults = []
    title = page.locator(".gz-lab-figure figcaption").inner_text()
    if title != gz.in_language(" ", "").join(LABS[name].answer().chart.title.text):
        faults.append(("title", title))
    answers = page.evaluate(CHOOSE, CHOICES[name])
    for choice, found in zip(CHOICES[name], answers, strict=True):
        expected = said_by_python(name, choice)
        if "table" in expected:
            expected["table"] = page.evaluate(TEXT, expected["table"])
        if name == "hubs" and "table" in found:  # numbers stand on the map as well
            names = LABS[name].answer(**choice).table[gz.in_language("hub", hubs.CHINESE)]
            for number, hub in enumerate(names, start=1):
                found["table"] = found["table"].replace(f"{number} {hub}", hub, 1)
        for part, words in expected.items():
            if found.get(part) != words:
                faults.append((choice, part, words, found.get(part)))
        if "refusal" not in expected and expected["sentence"] not in found["drawn"]:
            faults.append((choice, "drawn", found["drawn"]))
    if min(found["took"] for found in answers) > 100:  # of all: other processes take their time
        faults.append(("ms to answer", answers[0]["took"]))
    if page.evaluate("document.documentElement.scrollWidth") > 390:
        faults.append("wider than a phone")
    small = "form :is(select, button, input[type=range], .gz-lab-ticks label)"
    heights = page.eval_on_selector_all(
        f".gz-lab-page {small}", "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    if min(heights) < 44:
        faults.append(("height of a control", min(heights)))
    faults += checked(page, name)
    page.close()
    assert [*faults, *met.errors, *met.foreign] == []


def checked(page, name: str) -> list:
    """Give answers to the exercises, right and wrong, and compare what page and Python reply."""
    faults = []
    for id, exercise in exercises().items():
        if not id.startswith(f"lab-{name}-"):
            continue
        kind, key = exercise.answer, exercise.key()
        answers = [key.right, *key.read_off, *key.mistakes.values()]
        if isinstance(kind, Number) and not isinstance(kind, Count):
            right = float(key.right)
            answers += [round(right, kind.decimals), 100 * right, -right, 3.3 * right]
        place = page.locator(f"[data-exercise='{id}']")
        if isinstance(kind, Name):
            key_of_all = place.get_attribute("data-key")
            assert str(key.right) not in key_of_all
        for given in answers:
            read = given if isinstance(kind, Name) else kind.read(given)
            values = list(read.values()) if isinstance(kind, Labelled) else read
            for at, value in enumerate(values if isinstance(values, list) else [values]):
                place.locator("input").nth(at).fill(str(value))
            place.locator("button").click()
            reply = gzbook.check(id, given)
            found = place.locator("[role=status]").inner_text().strip()
            # What stands in backticks is set as code.
            message = reply.message.replace("`", "")
            opening = f"✓ {_('Right.')}" if reply else f"✗ {_('Not yet.')}"
            expected = f"{opening}{gz.in_language(' ', '')}{message}".strip()
            if found != expected:
                faults.append((id, given, expected, found))
    return faults
