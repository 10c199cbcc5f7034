"""Rules that turn evidence into a word."""

import numpy as np
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


@pytest.mark.parametrize(
    ("direction", "found", "word"),
    [
        ("above", [(0.5, 5), (2.5, 3)], "supported"),
        ("above", [(0.1, 1.2), (0.2, 1)], "ruled out"),  # clear of zero, and too small to matter
        ("above", [(-1, 1), (-3, -1)], "ruled out"),
        ("above", [(-4, -1), (-3, -1)], "contradicted"),
        ("above", [(-1, 1), (-3, 4)], "undecided"),
        ("below", [(-1, 1), (1, 3)], "ruled out"),
        ("below", [(-5, -0.5), (-3, -2.5)], "supported"),
        ("above", [(float("-inf"), float("inf"))], "undecided"),
        ("above", [(float("-inf"), 1.5)], "ruled out"),
    ],
)
def test_equivalence_excludes_an_effect_as_large_as_the_margin(direction, found, word):
    assert Rule("equivalence", direction, margin=2).judge(intervals(*found)) == word


def test_equivalence_is_a_one_sided_test_at_five_per_cent():
    """Against statsmodels' z test of a mean of which the standard error is known."""
    from statsmodels.stats.weightstats import zconfint

    rng = np.random.default_rng(1)
    for mean in (1.5, 1.66, 1.68, 1.9):
        x = rng.normal(size=50)
        x = (x - x.mean()) / x.std(ddof=1) * 0.2 * np.sqrt(50) + mean  # standard error 0.2
        _, top = zconfint(x, alpha=0.10)
        word = Rule("equivalence", "above", margin=2).judge(intervals(zconfint(x, alpha=0.05)))
        assert (word == "ruled out") == (top < 2)


def test_each_measure_and_in_it_each_family_has_the_same_weight():
    many = pd.DataFrame({
        "measure": ["a"] * 5 + ["b"],
        "family": ["x", "x", "x", "x", "y", "x"],
        "value": [1, 1, 1, 1, -1, -1],
    })  # fmt: skip
    rule = Rule("values", "above", share=0.7, families=True)
    assert rule.weights(many) == pytest.approx([1 / 16] * 4 + [1 / 4, 1 / 2])
    assert rule.judge(many) == "contradicted"
    assert Rule("values", "above", share=0.6).judge(many) == "supported"


def test_models_without_controls_do_not_count_and_only_measures_named_decide():
    found = pd.DataFrame({
        "controls": ["none", "people", "people"], "measure": ["a", "a", "b"], "value": [1, -1, 1]
    })  # fmt: skip
    assert Rule("values", "above", controls_required=True).judge(found[:2]) == "contradicted"
    decided = Rule("values", "above", controls_required=True, measures=("b",))
    assert decided.judge(found) == "supported"
    with pytest.raises(InputError, match="decides by 'c'; no evidence has it"):
        Rule("values", "above", measures=("c",)).judge(found)
    with pytest.raises(InputError, match="No row of the evidence counts"):
        decided.judge(found.assign(controls="none"))
    with pytest.raises(InputError, match="needs 'controls' as evidence"):
        decided.judge(found.drop(columns="controls"))


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
        (
            {"kind": "guess"},
            "one of 'intervals', 'equivalence', 'values', 'match' and 'none'",
        ),
        ({"kind": "intervals"}, "'intervals' needs 'above' or 'below'"),
        ({"kind": "match", "direction": "above"}, "'match' needs no direction"),
        ({"kind": "values", "direction": "above", "share": 0.5}, "lies above 0.5"),
        ({"kind": "equivalence", "direction": "above"}, "'equivalence' needs a margin"),
        ({"kind": "values", "direction": "above", "margin": 2}, "'values' needs no margin"),
        ({"kind": "equivalence", "direction": "above", "margin": 0}, "lies above 0, not 0"),
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
