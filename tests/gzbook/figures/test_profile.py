"""The county picker and the opportunity finder: what is drawn, found and refused."""

import numpy as np
import pandas as pd
import pytest
from words import chart_words, rows, subtitle

import gzbook
import gzcounty as gz

ITEMS = {
    "unit": ["522632", "522632", "H1", "H1"],
    "name": ["Rongjiang", "Rongjiang", "Kaili + Majiang", "Kaili + Majiang"],
    "search": ["Rongjiang 榕江县", "Rongjiang 榕江县", "Kaili 凯里市", "Kaili 凯里市"],
    "item": ["Farming", "Mining"] * 2,
}
DATA = pd.DataFrame(
    {
        **ITEMS,
        "start": [1.2, 0.0, 0.8, 3.0],
        "end": [1.4, 12.0, 0.7, 0.05],
        "start_count": [500, 0, 400, 29],
        "end_count": [300, 31, 200, 1],
    }
)
WORDS = chart_words("2 simulated groups")


def drawn(chart):
    return pd.DataFrame(rows(chart))


def test_every_unit_can_be_chosen_and_found_by_any_name():
    chart = gzbook.profile_chart(DATA, years=(2010, 2020), first="Rongjiang", **WORDS)
    menu = next(p for p in chart.to_dict()["params"] if p["name"] == "place")
    assert menu["value"] == "Rongjiang"
    assert menu["bind"]["options"] == ["Kaili + Majiang", "Rongjiang"]
    keys = drawn(chart)["keys"].dropna().tolist()
    assert "|榕江县" in keys[0]
    assert "|kaili|" in keys[1]


def test_values_are_drawn_as_they_are_and_the_ends_are_said():
    chart = gzbook.profile_chart(DATA, years=(2010, 2020), **WORDS)
    assert drawn(chart)["end"].dropna().tolist() == DATA.end.tolist()
    assert "beyond 0.1 and 10 stands at its ends" in subtitle(chart)
    assert "fewer than 30 people" in subtitle(chart)
    layers = chart.to_dict()["layer"]
    clamped = [
        t["calculate"]
        for layer in layers
        for t in layer.get("transform", [])
        if t.get("as") == "end_at"
    ]
    assert set(clamped) == {"clamp(datum.end, 0.1, 10.0)"}


def test_without_counts_nothing_is_called_pale():
    bare = DATA.drop(columns=["start_count", "end_count"])
    assert "Pale" not in subtitle(gzbook.profile_chart(bare, years=(2010, 2020), **WORDS))


def test_rows_follow_the_order_that_is_asked_for():
    chart = gzbook.profile_chart(DATA, years=(2010, 2020), items=["Mining", "Farming"], **WORDS)
    sorts = [layer["encoding"]["y"]["sort"] for layer in chart.to_dict()["layer"][1:4]]
    assert sorts == [["Mining", "Farming"]] * 3


@pytest.mark.parametrize(
    ("change", "more", "says"),
    [
        (lambda d: d.drop(columns="end"), {}, "lacks the column 'end'"),
        (lambda d: d.assign(end="much"), {}, "must be numeric"),
        (lambda d: d.assign(start=[1.0, -1.0, 1.0, 1.0]), {}, "'Rongjiang', 'Mining' is -1"),
        (lambda d: d.assign(end=[1.0, np.inf, 1.0, 1.0]), {}, "is inf"),
        (lambda d: d.assign(end=[1.0, np.nan, 1.0, 1.0]), {}, "is nan"),
        (lambda d: pd.concat([d, d.iloc[:1]]), {}, "'522632' has two rows for 'Farming'"),
        (lambda d: d.assign(name="榕江县"), {}, "two units are called '榕江县'"),
        (lambda d: d, {"first": "Ｋａｉｌｉ"}, "no unit is called"),
        (lambda d: d, {"items": ["Trade"]}, "'Trade' has no row"),
        (lambda d: d[d.unit == "H1"], {}, "draws 1 units"),
    ],
)
def test_bad_input_is_refused(change, more, says):
    with pytest.raises(gz.InputError, match=says):
        gzbook.profile_chart(change(DATA), years=(2010, 2020), **more, **WORDS)


SCORES = pd.DataFrame(
    {
        **ITEMS,
        "score": [12.0, 0.0, 80.5, 30.0],
        "held": [True, False, False, True],
    }
)


def test_every_unit_of_a_finder_can_be_chosen_and_found():
    chart = gzbook.opportunity_chart(SCORES, first="Rongjiang", **WORDS)
    menu = next(p for p in chart.to_dict()["params"] if p["name"] == "place")
    assert menu["value"] == "Rongjiang"
    assert menu["bind"]["options"] == ["Kaili + Majiang", "Rongjiang"]
    drawn = pd.DataFrame(rows(chart))
    assert drawn["score"].dropna().tolist() == SCORES.score.tolist()
    assert any("|榕江县" in keys for keys in drawn["keys"].dropna())
    assert "Grey: has it already." in subtitle(chart)


def test_what_is_not_held_comes_first_and_the_highest_score_on_top():
    chart = gzbook.opportunity_chart(SCORES, **WORDS).to_dict()
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
    plain = gzbook.opportunity_chart(SCORES, **WORDS).to_dict()
    detailed = gzbook.opportunity_chart(SCORES.assign(detail="0.4 times"), **WORDS).to_dict()
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
def test_bad_scores_are_refused(change, more, problem):
    with pytest.raises(gz.InputError, match=problem):
        gzbook.opportunity_chart(change(SCORES), **more, **WORDS)
