"""The policy simulator and the dose slider: what they carry, and what they refuse."""

import numpy as np
import pandas as pd
import pytest
from words import chart_words, subtitle

import gzbook
from gzcounty.errors import InputError

RULES, SIZES, OUTCOMES = ("to the median", "the same"), (50, 100), ("Mean, %", "Gini")
MODELS = {"level": "Commerce", "growth": "Commerce", "panel": "Online"}
CHANGES = pd.DataFrame(
    [
        (measure, model, rule, size, outcome, -0.01 * size, -0.03 * size, 0.02 * size)
        for model, measure in MODELS.items()
        for rule in RULES
        for size in SIZES
        for outcome in OUTCOMES
    ],
    columns=[
        *("measure", "model", "rule", "size", "outcome"),
        *("estimate", "conf_low", "conf_high"),
    ],
)
PLACES = pd.DataFrame(
    {
        "adcode": ["522632", "520102", "520103"],
        "name_en": ["Rongjiang", "Nanming", "Yunyan"],
        "name_zh": ["榕江县", "南明区", "云岩区"],
        "exposure": [4.0, 9.0, 12.0],
        "level": [9_000, 15_000, 8_000],
    }
)
UNITS = pd.concat(
    [
        places.assign(rule=rule, dose=dose, measure=measure, unit=unit)
        for measure, unit, places in [
            ("Commerce", "% of the employed", PLACES),
            ("Online", "share x yuan", PLACES[:2].assign(exposure=[0.5, 0.9])),
        ]
        for rule, dose in [(RULES[0], np.array([5.0, 0.0, 0.0])[: len(places)]), (RULES[1], 5 / 3)]
    ]
)
WORDS = chart_words("3 simulated counties, 2 of them online")


def chart(changes=CHANGES, units=UNITS, **more):
    return gzbook.targeting_chart(changes, units, **more, **WORDS)


def data_rows(drawn) -> list[list[dict]]:
    return list(drawn.to_dict()["datasets"].values())


def rows_with(column: str, drawn) -> list[dict]:
    (rows,) = [rows for rows in data_rows(drawn) if column in rows[0]]
    return rows


def test_controls_are_the_measures_the_rules_and_the_sizes():
    params = {param["name"]: param for param in chart().to_dict()["params"]}
    assert params["measure"]["bind"]["options"] == ["Commerce", "Online"]
    assert params["measure"]["value"] == "Commerce"
    assert params["rule"]["bind"]["options"] == list(RULES)
    assert params["rule"]["value"] == RULES[0]
    slider = params["size"]["bind"]
    assert (slider["min"], slider["max"], slider["step"]) == (50, 100, 50)
    assert params["size"]["value"] == 100


def test_every_combination_is_carried_and_nothing_is_estimated_in_the_browser():
    rows = rows_with("conf_low", chart())
    assert len(rows) == len(CHANGES)
    (row,) = [
        row
        for row in rows
        if (row["model"], row["rule"], row["size"]) == ("growth", RULES[1], 50)
        and row["outcome"] == OUTCOMES[1]
    ]
    assert [row["estimate"], row["conf_low"], row["conf_high"]] == [-0.5, -1.5, 1.0]


def test_the_models_of_a_measure_share_the_room_evenly():
    places = {row["model"]: row["row"] for row in rows_with("conf_low", chart())}
    assert places == {"level": 0, "growth": 1, "panel": 0.5}


def test_each_outcome_has_an_axis_with_its_unit():
    result = [
        layer["encoding"]["x"]["axis"]["title"]
        for layer in chart().to_dict()["layer"]
        if (layer.get("encoding", {}).get("x", {}).get("axis") or {}).get("title")
    ]
    titles = {" ".join([title] if isinstance(title, str) else title) for title in result}
    assert titles == set(OUTCOMES)


def test_units_are_ordered_from_the_lowest_level():
    rows = rows_with("adcode", chart())
    order = {row["adcode"]: row["order"] for row in rows}
    assert order == {"520103": 0, "522632": 1, "520102": 2}
    assert len(rows) == len(UNITS)


def test_words_say_if_and_what_the_intervals_hold():
    text = subtitle(chart())
    assert "if the association were causal" in text.lower()
    assert "includes zero" in text
    assert "not whether it is an effect" in text


def test_a_measure_with_fewer_units_must_be_named_in_the_sample():
    with pytest.raises(InputError, match="2"):
        gzbook.targeting_chart(CHANGES, UNITS, **chart_words("3 simulated counties"))


def test_a_change_of_nothing_at_all_can_be_drawn():
    still = CHANGES.assign(estimate=0.0, conf_low=0.0, conf_high=0.0)
    assert len(rows_with("conf_low", chart(still))) == len(CHANGES)


def test_one_size_is_enough():
    one = chart(CHANGES[CHANGES["size"] == 100])
    assert {p["name"] for p in one.to_dict()["params"]} == {"measure", "rule", "size"}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda c, u: (c.iloc[1:], u), "one row for each"),
        (lambda c, u: (pd.concat([c, c.iloc[:1]]), u), "one row for each"),
        (lambda c, u: (c.assign(conf_low=0.5), u), "outside its interval"),
        (lambda c, u: (c.assign(estimate=np.nan), u), "outside its interval"),
        (lambda c, u: (c.drop(columns="model"), u), "model"),
        (lambda c, u: (c, u.drop(columns="dose")), "dose"),
        (lambda c, u: (c, u.assign(level="low")), "numeric"),
        (lambda c, u: (c, u[u.rule == RULES[0]]), "same values of 'rule'"),
        (lambda c, u: (c, u[u.measure == "Online"]), "same values of 'measure'"),
        (lambda c, u: (c.drop(columns="outcome"), u), "outcome"),
        (lambda c, u: (c, u.drop(columns="unit")), "unit"),
        (lambda c, u: (_in_two_measures(c), u), "'panel' stands under two measures"),
        (
            lambda c, u: (pd.concat([c, c[c["size"] == 50].assign(size=80)]), u),
            "evenly spaced",
        ),
    ],
)
def test_bad_input_is_refused(spoil, words):
    changes, units = spoil(CHANGES, UNITS)
    with pytest.raises(InputError, match=words):
        chart(changes, units)


def _in_two_measures(changes: pd.DataFrame) -> pd.DataFrame:
    away = (changes.model == "panel") & (changes["size"] == 50)
    return changes.assign(measure=changes.measure.mask(away, "Commerce"))


COUNTIES = pd.DataFrame(
    {
        "adcode": ["522632", "522630", "520102"],
        "name_en": ["Rongjiang", "Taijiang", "Nanming"],
        "name_zh": ["榕江县", "台江县", "南明区"],
        "rural_income": [10_000.0, 12_000.0, np.nan],
    }
)
DOSED = chart_words("2 simulated counties")


def test_says_if_the_association_were_causal_and_counts_counties_with_income():
    chart = gzbook.dose_chart(COUNTIES, 0.02, -0.01, 0.05, **DOSED)
    assert "If the association were causal" in subtitle(chart)
    with pytest.raises(InputError, match="draws 2 units"):
        gzbook.dose_chart(COUNTIES, 0.02, -0.01, 0.05, **chart_words("3 simulated counties"))


def test_slider_and_formula_carry_the_estimate():
    counties = COUNTIES.rename(columns={"rural_income": "income_2020"})
    spec = gzbook.dose_chart(counties, 0.02, -0.01, 0.05, income="income_2020", **DOSED).to_dict()
    (dose,) = [p for p in spec["params"] if p["name"] == "dose"]
    assert (dose["bind"]["min"], dose["bind"]["max"], dose["bind"]["step"]) == (0, 5.0, 0.5)
    formulas = {
        t["as"]: t["calculate"]
        for layer in spec["layer"]
        for t in layer.get("transform", [])
        if "calculate" in t
    }
    assert formulas["change"] == "datum.income * (exp(0.02 * dose) - 1)"
    assert formulas["low"] == "datum.income * (exp(-0.01 * dose) - 1)"
    assert formulas["high"] == "datum.income * (exp(0.05 * dose) - 1)"


@pytest.mark.parametrize("numbers", [(0.02, 0.03, 0.05), (0.02, float("nan"), 0.05)])
def test_a_slope_outside_its_interval_is_refused(numbers):
    with pytest.raises(InputError, match="must lie in its interval"):
        gzbook.dose_chart(COUNTIES, *numbers, **DOSED)
