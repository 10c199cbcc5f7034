"""The opportunity finder: its order, what is found, and what is refused."""

import pandas as pd
import pytest
from words import chart_words, rows, subtitle

import gzbook
import gzcounty as gz

DATA = pd.DataFrame(
    {
        "unit": ["522632", "522632", "H1", "H1"],
        "name": ["Rongjiang", "Rongjiang", "Kaili + Majiang", "Kaili + Majiang"],
        "search": ["Rongjiang 榕江县", "Rongjiang 榕江县", "Kaili 凯里市", "Kaili 凯里市"],
        "item": ["Farming", "Mining"] * 2,
        "score": [12.0, 0.0, 80.5, 30.0],
        "held": [True, False, False, True],
    }
)
WORDS = chart_words("2 simulated groups")


def test_every_unit_can_be_chosen_and_found():
    chart = gzbook.opportunity_chart(DATA, first="Rongjiang", **WORDS)
    menu = next(p for p in chart.to_dict()["params"] if p["name"] == "place")
    assert menu["value"] == "Rongjiang"
    assert menu["bind"]["options"] == ["Kaili + Majiang", "Rongjiang"]
    drawn = pd.DataFrame(rows(chart))
    assert drawn["score"].dropna().tolist() == DATA.score.tolist()
    assert any("|榕江县" in keys for keys in drawn["keys"].dropna())
    assert "Grey: has it already." in subtitle(chart)


def test_what_is_not_held_comes_first_and_the_highest_score_on_top():
    chart = gzbook.opportunity_chart(DATA, **WORDS).to_dict()
    windows = [
        step["sort"]
        for layer in chart["layer"]
        for step in layer["transform"]
        if step.get("window", [{}])[0].get("op") == "row_number"
    ]
    assert len(windows) == len(chart["layer"])
    for sort in windows:
        assert [field["field"] for field in sort] == ["held", "score", "item"]
        assert sort[1]["order"] == "descending"
        assert "order" not in sort[0] or sort[0]["order"] == "ascending"


def test_details_are_told_where_there_are_any():
    plain = gzbook.opportunity_chart(DATA, **WORDS).to_dict()
    detailed = gzbook.opportunity_chart(DATA.assign(detail="0.4 times"), **WORDS).to_dict()
    assert "'detail'" not in str(plain)
    assert "'detail'" in str(detailed)


@pytest.mark.parametrize(
    ("change", "more", "problem"),
    [
        (lambda d: d.drop(columns="held"), {}, "lacks the column 'held'"),
        (lambda d: d.astype({"score": str}), {}, "'score' .* must be numeric"),
        (lambda d: d.assign(score=[1, 2, float("nan"), 4]), {}, "'Farming' is nan"),
        (lambda d: d.assign(score=[1, -2.0, 3, 4]), {}, "'Rongjiang', 'Mining' is -2.0"),
        (lambda d: d.assign(score=[1, 2, 3, float("inf")]), {}, "is inf"),
        (lambda d: d.assign(held="Ａ"), {}, "held .* must be True or False"),
        (lambda d: pd.concat([d, d.iloc[:1]]), {}, "'522632' has two rows for 'Farming'"),
        (lambda d: d.iloc[1:], {}, "'522632' has no row"),
        (lambda d: d.assign(name="榕江县"), {}, "two units are called '榕江县'"),
        (lambda d: d, {"first": "Ａ"}, "no unit is called 'Ａ'"),
    ],
)
def test_bad_input_is_refused(change, more, problem):
    with pytest.raises(gz.InputError, match=problem):
        gzbook.opportunity_chart(change(DATA), **more, **WORDS)
