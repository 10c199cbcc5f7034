"""Values year by year, and the change between two years."""

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import vl_convert
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


CHANGES = pd.DataFrame(
    {
        "unit": ["522632", "H1"],
        "name": ["Rongjiang", "Kaili + Majiang"],
        "search": ["榕江县", "凯里市 麻江县"],
        "variable": "x",
        "start": [80.0, 57.0],
        "end": [24.0, 17.0],
    }
)
TWO = chart_words("2 simulated groups")


def test_draws_both_years_and_finds_members_by_any_name():
    chart = gz.dumbbell_chart(CHANGES, VARIABLES, years=(2010, 2020), **TWO)
    drawn = pd.DataFrame(rows(chart))
    assert drawn.start.dropna().tolist() == [80.0, 57.0]
    assert drawn.end.dropna().tolist() == [24.0, 17.0]
    keys = drawn["keys"].dropna().tolist()
    assert keys[1].startswith("|kailimajiang|kaili|")
    assert "|凯里市|麻江县" in keys[1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.drop(columns="end"), "lacks the column 'end'"),
        (lambda d: pd.concat([d, d.iloc[:1]]), "'522632' has two rows"),
        (lambda d: d.assign(variable="y"), "'x' has no row"),
        (lambda d: d.iloc[:1], "draws 1 units"),
    ],
)
def test_bad_changes_are_refused(change, says):
    with pytest.raises(gz.InputError, match=says):
        gz.dumbbell_chart(change(CHANGES), VARIABLES, years=(2010, 2020), **TWO)


def test_names_of_units_in_neighbouring_rows_stand_apart():
    many = pd.DataFrame({"unit": [f"99{i:04}" for i in range(40)], "variable": "x"})
    many = many.assign(name=many.unit.map("Unit {}".format), start=1.0, end=100.0 - many.index)
    marked = {"three": ["990020", "990021", "990022"]}
    chart = gz.dumbbell_chart(
        many, VARIABLES, years=(2010, 2020), marked=marked, **chart_words("40 units")
    )
    svg = vl_convert.vegalite_to_svg(chart.to_dict() | {"width": 340})
    heights = sorted(float(y) for y in re.findall(
        r"<text [^>]*translate\([-.\d]+,([-.\d]+)\)[^>]*>Unit [^<]+<", svg
    ))  # fmt: skip
    assert len(heights) == 3
    assert min(b - a for a, b in pairwise(heights)) >= 12
