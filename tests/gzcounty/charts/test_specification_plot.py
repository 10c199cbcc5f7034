"""The specification curve as a chart: every estimate once, its choices, and what a reader picks."""

import json

import numpy as np
import pandas as pd
import pytest
from drawn import drawn, texts
from words import chart_words, rows, subtitle

import gzcounty as gz

WORDS = chart_words("60 simulated counties")


def simulated() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    data = pd.DataFrame(rng.normal(size=(60, 6)), columns=["y", "x1", "x2", "z1", "z2", "z3"])
    return data.assign(y=data.y + 0.5 * data.x1, west=np.arange(60) < 40, flat=1.0)


def curve(**more):
    call = {"outcomes": "y", "exposures": ["x1", "x2"], "controls": ["z1", "z2", "z3"], **more}
    return gz.specification_curve(simulated(), **call)


def draw(result=None, **more):
    return gz.specification_plot(result if result is not None else curve(), **{**WORDS, **more})


def values(chart) -> list[dict]:
    return [row for row in rows(chart) if "e" in row]


def params(chart) -> dict:
    return {param["name"]: param for param in chart.to_dict()["params"]}


def test_draws_every_estimate_in_order_with_its_side_of_zero():
    result = curve()
    table = result.table().sort_values("estimate")
    drawn = values(draw(result))
    assert [row["e"] for row in drawn] == pytest.approx(table.estimate.tolist(), abs=1e-4)
    assert [row["l"] for row in drawn] == pytest.approx(table.conf_low.tolist(), abs=1e-4)
    assert sum(row["d"] == 0 for row in drawn) == (table.conf_low > 0).sum() > 0
    assert sum(row["d"] == 2 for row in drawn) == (table.conf_high < 0).sum()
    assert {row["n"] for row in drawn} == {60}


@pytest.mark.parametrize("more", [{}, {"controls": {"few": ["z1"], "more": ["z1", "z2"]}}])
def test_a_download_says_in_words_what_was_chosen(more):
    chart = draw(curve(**more))
    columns = chart.usermeta["columns"]
    table = curve(**more).table().sort_values("estimate")
    for row, exposure in zip(values(chart), table.exposure, strict=True):
        assert set(row) <= set(columns)
        chosen = [columns["g"]["words"][place] for place in row["g"]]
        assert f"Exposure: {exposure}" in chosen
        assert columns["d"]["words"][row["d"]].endswith("zero")
    assert len({name if isinstance(name, str) else name["name"] for name in columns.values()}) == (
        len(columns)
    )


def test_a_negative_scale_turns_intervals_and_sides_over():
    result = curve()
    table = result.table()
    drawn = values(draw(result, scale=-100))
    assert all(row["l"] <= row["e"] <= row["h"] for row in drawn)
    assert drawn[-1]["e"] == pytest.approx(-100 * table.estimate.min(), abs=0.01)
    assert sum(row["d"] == 2 for row in drawn) == (table.conf_low > 0).sum()
    order = [row["e"] for row in drawn]
    assert sorted(order) == order


def test_subsets_of_controls_are_shown_control_by_control():
    result = curve()
    chart = draw(result, labels={"z3": "schooling"})
    names = params(chart)["names"]["value"]
    assert names == ["x1", "x2", "z1", "z2", "schooling"]
    first = result.table().sort_values("estimate").iloc[0]
    marks = {names[place] for place in values(chart)[0]["g"]}
    expected = {first.exposure, *first.controls.split(" + ")} - {"none"}
    assert {name.replace("schooling", "z3") for name in marks} == expected
    sets = params(chart)["sets"]["value"]
    assert sets[values(chart)[0]["s"]].replace("schooling", "z3") == first.controls


def test_named_control_sets_keep_their_names_and_single_options_are_left_out():
    result = curve(controls={"none": [], "all of them": ["z1", "z2", "z3"]})
    assert params(draw(result))["names"]["value"] == ["x1", "x2", "none", "all of them"]
    many = {f"set {i}": ["z1", "z2", "z3"][: i % 3 + 1] for i in range(12)}
    assert params(draw(curve(controls=many)))["names"]["value"] == ["x1", "x2", "z1", "z2", "z3"]
    alone = draw(curve(exposures="x1", controls=None))
    assert params(alone)["names"]["value"] == []
    assert len(values(alone)) == 1


def test_a_table_can_be_drawn_too():
    table = curve(samples={"all": np.ones(60, dtype=bool), "west": "west"}).table()
    names = params(draw(table))["names"]["value"]
    assert names[:4] == ["x1", "x2", "all", "west"]


def test_intervals_are_called_by_their_level():
    assert "'90' + ' % interval" in json.dumps(draw(curve(level=0.9)).to_dict())
    assert "'95' + ' % interval" in json.dumps(draw(curve().table()).to_dict())


def test_what_could_not_be_estimated_is_counted():
    chart = draw(curve(exposures=["x1", "flat"]))
    assert "8 of 16 specifications could not be estimated." in subtitle(chart)
    assert len(values(chart)) == 8


def test_a_thousand_specifications_stay_light():
    result = curve(
        samples={f"sample {i}": np.arange(60) >= i for i in range(16)},
        outcomes={"outcome one": "y"}, weights=None, controls=["z1", "z2", "z3"],
        effects={"none": [], "groups": ["west"]},
    )  # fmt: skip
    twice = pd.concat([result.table(), result.table()])
    assert len(twice) == 1024
    assert len(json.dumps(draw(twice).to_dict())) < 300_000


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda t: t.drop(columns="conf_low"), "lacks the column 'conf_low'"),
        (lambda t: t.drop(columns="sample"), "lacks the column 'sample'"),
        (lambda t: t.assign(estimate=np.nan), "no estimate to draw"),
        (lambda t: t.assign(estimate="1"), "must be numeric"),
        (lambda t: pd.concat([t] * 130), "at most 2,000"),
    ],
)
def test_bad_tables_are_refused(spoil, says):
    with pytest.raises(gz.InputError, match=says):
        draw(spoil(curve().table()))


@pytest.fixture(scope="module")
def page(browser):
    with drawn(browser, draw(), 760, 1200) as page:
        yield page


@pytest.mark.browser
def test_menu_slider_and_pointer_answer(page):
    assert "16 estimates" in texts(page)
    assert any(text.startswith("Estimate 8 of 16: p") for text in texts(page))
    page.locator("input[type=range]").focus()
    page.keyboard.press("End")
    assert any(text.startswith("Estimate 16 of 16") for text in texts(page))
    columns = page.locator("svg path[aria-label^='Specification 3:']")
    assert columns.count() == 2  # one in each panel
    for place in (0, 1):
        page.keyboard.press("Home")
        columns.nth(place).hover()
        assert any(text.startswith("Estimate 3 of 16") for text in texts(page))
    assert page.locator("#vg-tooltip-element.visible").count() == 1
    page.mouse.move(1, 1)
    page.locator("input[type=range]").focus()
    page.keyboard.press("End")
    page.select_option("select", "Exposure: x2")
    assert "8 estimates" in texts(page)
    assert any(text.startswith("Estimate 8 of 8") for text in texts(page))
    page.select_option("select", "With control: z1")
    assert "8 estimates" in texts(page)
    page.select_option("select", "all specifications")
    assert "16 estimates" in texts(page)


@pytest.mark.browser
def test_the_counts_on_the_picture_are_those_of_the_curve(page):
    table = curve().table()
    shown = texts(page)
    above, below = (table.conf_low > 0).sum(), (table.conf_high < 0).sum()
    assert f"{above} with an interval above zero" in shown
    assert f"{below} with an interval below zero" in shown
    assert f"{16 - above - below} with an interval that includes zero" in shown
    of_x2 = table[table.exposure == "x2"].estimate.median()
    assert f"{of_x2:+.2f}".replace("-", "−") in shown
