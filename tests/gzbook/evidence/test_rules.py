"""Rules that turn evidence into a word."""

import pandas as pd
import pytest

from gzbook.claims import WORDS, Rule
from gzcounty.errors import InputError


def intervals(*ends: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(ends, columns=["conf_low", "conf_high"])


@pytest.mark.parametrize(
    ("direction", "found", "word"),
    [
        ("above", [(0.1, 1), (2, 3)], "supported"),
        ("below", [(0.1, 1), (2, 3)], "contradicted"),
        ("above", [(0.1, 1), (-2, 3)], "undecided"),
        ("above", [(-3, -1), (-2, -0.1)], "contradicted"),
        ("above", [(0.0, 1.0)], "undecided"),
    ],
)
def test_intervals(direction, found, word):
    assert Rule("intervals", direction).judge(intervals(*found)) == word
    assert word in WORDS


def test_a_share_of_the_intervals_is_enough():
    rule = Rule("intervals", "above", share=0.9)
    nine, eight = [(1, 2)] * 9, [(1, 2)] * 8
    assert rule.judge(intervals(*nine, (-1, 2))) == "supported"
    assert rule.judge(intervals(*eight, (-1, 2), (-1, 2))) == "undecided"


def test_values_lie_on_a_side_of_the_threshold():
    rule = Rule("values", "above", threshold=50, share=0.75)
    assert rule.judge(pd.DataFrame({"value": [60, 70, 80, 10]})) == "supported"
    assert rule.judge(pd.DataFrame({"value": [10, 20, 30, 60]})) == "contradicted"
    assert rule.judge(pd.DataFrame({"value": [60, 70, 20, 10]})) == "undecided"
    # The threshold itself is on neither side.
    assert rule.judge(pd.DataFrame({"value": [50, 50]})) == "undecided"


def test_a_match_fails_with_one_difference():
    rule = Rule("match")
    assert rule.judge(pd.DataFrame({"stated": [9, 88], "found": [9, 88]})) == "supported"
    assert rule.judge(pd.DataFrame({"stated": [9, 88], "found": [9, 87]})) == "contradicted"


def test_what_cannot_be_tested_needs_no_evidence():
    assert Rule("none").judge(pd.DataFrame()) == "not testable"


def test_rules_say_themselves_in_words():
    assert str(Rule("intervals", "above", share=0.9)) == (
        "Supported if at least 90% of the 95 % intervals lie wholly above 0; contradicted if at "
        "least 90% of the lie below it; undecided otherwise."
    ).replace("of the lie", "of them lie").replace("90%", "90 %")
    assert str(Rule("values", "below", threshold=0.5)) == (
        "Supported if all values lie below 0.5; contradicted if all lie above it; undecided "
        "otherwise."
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "guess"}, "A rule is one of 'intervals', 'values', 'match' and 'none'"),
        ({"kind": "intervals"}, "'intervals' needs 'above' or 'below'"),
        ({"kind": "match", "direction": "above"}, "'match' needs no direction"),
        ({"kind": "values", "direction": "above", "share": 0.5}, "lies above 0.5"),
    ],
)
def test_bad_rules(arguments, message):
    with pytest.raises(InputError, match=message):
        Rule(**arguments)


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        (pd.DataFrame({"value": [1.0]}), "needs 'conf_low' and 'conf_high' as evidence"),
        (intervals(), "no evidence to judge by"),
        (intervals((1, float("nan"))), "missing values cannot be judged"),
        (intervals((2, 1)), "ends below its start"),
    ],
)
def test_bad_evidence(evidence, message):
    with pytest.raises(InputError, match=message):
        Rule("intervals", "above").judge(evidence)
