"""Change between two years."""

import re
from itertools import pairwise

import pandas as pd
import pytest
import vl_convert
from words import chart_words, rows

import gzcounty as gz

VARIABLES = pd.DataFrame({"variable": ["x"], "label": ["X"], "unit": ["%"], "format": [".1f"]})
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
WORDS = chart_words("2 simulated groups")


def test_draws_both_years_and_finds_members_by_any_name():
    chart = gz.dumbbell_chart(CHANGES, VARIABLES, years=(2010, 2020), **WORDS)
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
def test_bad_input_is_refused(change, says):
    with pytest.raises(gz.InputError, match=says):
        gz.dumbbell_chart(change(CHANGES), VARIABLES, years=(2010, 2020), **WORDS)


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
