"""Places in the order of an estimate."""

import numpy as np
import pandas as pd
import pytest
from words import chart_words, rows, subtitle

import gzcounty as gz

VARIABLES = pd.DataFrame(
    {"variable": ["x", "z"], "label": ["First", "Second"], "unit": ["%", "yuan"], "format": ".1f"}
)
WORDS = chart_words("3 simulated places")


def placed(chart) -> list[dict]:
    """Return the rows of places, without the words over the axis."""
    return [row for row in rows(chart) if "name" in row]


@pytest.fixture
def places() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "name": ["贵州", "Ａ", "b", "b", "贵州"],
            "variable": ["x", "x", "x", "z", "z"],
            "estimate": [3.0, 1.0, 2.0, 5.0, 6.0],
        }
    )
    return frame.assign(conf_low=frame.estimate - 1, conf_high=frame.estimate + 1)


def test_ranks_run_within_a_measure_lowest_first(places):
    chart = gz.ranked_chart(places, VARIABLES, marked=["b"], **WORDS)
    drawn = pd.DataFrame(placed(chart)).set_index(["label", "name"])
    assert drawn["rank"]["First"].to_dict() == {"贵州": 3, "Ａ": 1, "b": 2}
    assert drawn["rank"]["Second"].to_dict() == {"b": 1, "贵州": 2}
    assert drawn.marked.groupby("name").all().to_dict() == {"b": True, "Ａ": False, "贵州": False}


def test_equal_estimates_have_rows_of_their_own(places):
    places["estimate"], places["conf_low"], places["conf_high"] = 1.0, 0.0, 2.0
    drawn = pd.DataFrame(placed(gz.ranked_chart(places, VARIABLES, **WORDS)))
    assert sorted(drawn[drawn.label == "First"]["rank"]) == [1, 2, 3]


def test_a_place_without_an_interval_is_left_out_of_that_measure(places):
    places.loc[1, "conf_low"] = np.nan
    chart = gz.ranked_chart(places, VARIABLES, **chart_words("2 simulated places"))
    assert {row["name"] for row in placed(chart)} == {"贵州", "b"}


def test_units_are_told_where_they_are_known(places):
    chart = gz.ranked_chart(places.assign(n=88), VARIABLES, **WORDS)
    assert all(row["n"] == 88 for row in placed(chart))
    assert "Dashed: the median of all." in subtitle(chart)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.drop(columns="conf_low"), "lacks the column 'conf_low'"),
        (lambda d: d.assign(estimate="1"), "'estimate' of the table of places must be numeric"),
        (lambda d: d[d.variable == "x"], "'z' has no row"),
        (lambda d: pd.concat([d, d.iloc[[1]]]), "'Ａ' has two rows for 'x'"),
        (lambda d: d.assign(conf_high=d.estimate - 0.5), "interval of '贵州' for 'x'"),
        (lambda d: d[d.name != "Ａ"], "draws 2 units"),
    ],
)
def test_bad_input_is_refused(places, change, says):
    with pytest.raises(gz.InputError, match=says):
        gz.ranked_chart(change(places), VARIABLES, **WORDS)


def test_a_stranger_cannot_be_marked(places):
    with pytest.raises(gz.InputError, match="'Atlantis' is not in the table of places"):
        gz.ranked_chart(places, VARIABLES, marked=["Atlantis"], **WORDS)
