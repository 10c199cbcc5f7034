"""The policy simulator: what it carries, what its controls do, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from words import said, subtitle

import gzcounty as gz
from gzcounty.errors import InputError

RULES, SIZES, MODELS = ("to the median", "the same"), (50, 100), ("level", "growth")
CHANGES = pd.DataFrame(
    [
        (model, rule, size, -0.01 * size, -0.03 * size, 0.02 * size)
        for model in MODELS
        for rule in RULES
        for size in SIZES
    ],
    columns=["model", "rule", "size", "estimate", "conf_low", "conf_high"],
)
PLACES = pd.DataFrame(
    {
        "adcode": ["522632", "520102", "520103"],
        "name_en": ["Rongjiang", "Nanming", "Ｙunyan"],
        "name_zh": ["榕江县", "南明区", "云岩区"],
        "exposure": [4.0, 9.0, 12.0],
        "level": [9_000, 15_000, 8_000],
    }
)
UNITS = pd.concat(
    [
        PLACES.assign(rule=RULES[0], dose=[5.0, 0.0, 0.0]),
        PLACES.assign(rule=RULES[1], dose=5 / 3),
    ]
)
WORDS = said("3 simulated counties")


def chart(changes=CHANGES, units=UNITS, **more):
    return gz.targeting_chart(changes, units, **more, **WORDS)


def data_rows(drawn) -> list[list[dict]]:
    return list(drawn.to_dict()["datasets"].values())


def test_controls_are_the_rules_and_the_sizes():
    params = {param["name"]: param for param in chart().to_dict()["params"]}
    assert params["rule"]["bind"]["options"] == list(RULES)
    assert params["rule"]["value"] == RULES[0]
    slider = params["size"]["bind"]
    assert (slider["min"], slider["max"], slider["step"]) == (50, 100, 50)
    assert params["size"]["value"] == 100


def test_every_combination_is_carried_and_nothing_is_estimated_in_the_browser():
    (rows,) = [rows for rows in data_rows(chart()) if "conf_low" in rows[0]]
    assert len(rows) == len(CHANGES)
    assert {row["row"] for row in rows} == {0, 1}
    row = next(r for r in rows if (r["rule"], r["size"], r["row"]) == (RULES[1], 50, 1))
    assert [row["estimate"], row["conf_low"], row["conf_high"]] == [-0.5, -1.5, 1.0]


def test_units_are_ordered_from_the_lowest_level():
    (rows,) = [rows for rows in data_rows(chart()) if "adcode" in rows[0]]
    order = {row["adcode"]: row["order"] for row in rows}
    assert order == {"520103": 0, "522632": 1, "520102": 2}
    assert len(rows) == len(UNITS)


def test_words_say_if():
    text = subtitle(chart())
    assert "if the association were causal" in text.lower()
    assert "includes zero" in text


def test_one_size_is_enough():
    one = chart(CHANGES[CHANGES["size"] == 100])
    assert {p["name"] for p in one.to_dict()["params"]} == {"rule", "size"}


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
        (lambda c, u: (c, u[u.rule == RULES[0]]), "same rules"),
        (
            lambda c, u: (pd.concat([c, c[c["size"] == 50].assign(size=80)]), u),
            "evenly spaced",
        ),
    ],
)
def test_refusals(spoil, words):
    changes, units = spoil(CHANGES, UNITS)
    with pytest.raises(InputError, match=words):
        chart(changes, units)
