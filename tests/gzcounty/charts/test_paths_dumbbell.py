"""Change between two years."""

import pandas as pd
import pytest
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
