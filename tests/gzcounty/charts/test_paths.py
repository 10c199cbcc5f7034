"""Values year by year."""

import numpy as np
import pandas as pd
import pytest
from words import chart_words, rows

import gzcounty as gz

VARIABLES = pd.DataFrame(
    {"variable": ["x"], "label": ["X"], "unit": ["points"], "format": [".1f"]},
)
PATHS = pd.DataFrame(
    {
        "unit": ["522632", "520102", "520328"] * 3,
        "name": ["Rongjiang", "Nanming", "Meitan"] * 3,
        "search": ["榕江县", "南明区", "湄潭县"] * 3,
        "year": np.repeat([2019, 2020, 2021], 3),
        "variable": "x",
        "value": [1.0, 2.0, 9.0, 4.0, 5.0, 6.0, 7.0, 8.0, 0.0],
    }
)
WORDS = chart_words("3 simulated counties")


def test_draws_every_value_and_the_median_of_each_year():
    chart = gz.paths_chart(PATHS, VARIABLES, **WORDS)
    drawn = pd.DataFrame(rows(chart))
    values = drawn.dropna(subset="unit").dropna(subset="value")
    assert sorted(values.value) == sorted(PATHS.value)
    assert (values["at"] == values.year).all()
    middle = drawn[drawn.unit.isna() & drawn.value.notna()]
    assert middle.value.tolist() == [2.0, 5.0, 7.0]


def test_strip_spreads_dots_within_their_year_and_marks_a_year():
    chart = gz.paths_chart(PATHS, VARIABLES, lines=False, year=2020, **WORDS)
    drawn = pd.DataFrame(rows(chart))
    values = drawn.dropna(subset="at")
    assert (values["at"] - values.year).abs().max() < 0.5
    assert values["at"].nunique() == len(values)
    band = drawn.dropna(subset="from").iloc[0]
    assert band["from"] < 2020 < band["to"]


def test_finds_a_unit_by_any_name_and_keeps_the_labelled():
    chart = gz.paths_chart(PATHS, VARIABLES, labelled=["Nanming"], **WORDS)
    units = pd.DataFrame(rows(chart)).dropna(subset="keys").set_index("name")
    assert units["keys"]["Rongjiang"] == "|rongjiang|榕江县"
    assert units.kept[units.kept.astype(bool)].index.tolist() == ["Nanming"]


def test_search_says_what_it_finds():
    for noun in ("county", "prefecture"):
        chart = gz.paths_chart(PATHS, VARIABLES, noun=noun, **WORDS)
        (bind,) = (p["bind"] for p in chart.to_dict()["params"] if p["name"] == "wanted")
        assert (bind["name"], bind["placeholder"]) == (f"Find a {noun}: ", "Rongjiang")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.drop(columns="name"), "lacks the column 'name'"),
        (lambda d: d.assign(value="high"), "must be numeric"),
        (lambda d: d.assign(variable="y"), "'x' has no value"),
        (lambda d: pd.concat([d, d.iloc[:1]]), "'522632' has two values of 'x' in 2019"),
        (lambda d: d[d.unit != "522632"], "draws 2 units"),
    ],
)
def test_bad_table(change, says):
    with pytest.raises(gz.InputError, match=says):
        gz.paths_chart(change(PATHS), VARIABLES, **WORDS)


def test_unknown_label_and_year():
    with pytest.raises(gz.InputError, match="'Kaili' has no value"):
        gz.paths_chart(PATHS, VARIABLES, labelled=["Kaili"], **WORDS)
    with pytest.raises(gz.InputError, match="no value in 2024"):
        gz.paths_chart(PATHS, VARIABLES, year=2024, **WORDS)
