"""How often a rule gives each word, against numbers that are known without simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm

import gzbook
from gzbook.claims import Ledger, Rule


def chance(rule: Rule, rows: pd.DataFrame, truth: str, word: str) -> pd.Series:
    """Return the row of a truth and a word."""
    return rule.operating(rows).set_index(["truth", "word"]).loc[(truth, word)]


def test_one_interval_has_the_size_and_the_power_of_its_test():
    one = pd.DataFrame({"conf_low": [-1.0], "conf_high": [3.0]})
    rule = Rule("intervals", "above")
    for column in ("independent", "dependent"):
        size = chance(rule, one, "no effect", "supported")[column]
        power = chance(rule, one, "a detectable effect", "supported")[column]
        assert size == pytest.approx(0.025, abs=0.012)
        assert power == pytest.approx(0.8, abs=0.03)


def test_an_effect_of_zero_is_ruled_out_as_often_as_theory_says():
    one = pd.DataFrame({"conf_low": [-1.96], "conf_high": [1.96]})  # a standard error of 1
    rule = Rule("equivalence", "above", margin=3)
    found = chance(rule, one, "zero", "ruled out")
    expected = norm.cdf(3 - 1.645) - norm.cdf(-1.96)  # less what is contradicted
    assert found.dependent == pytest.approx(expected, abs=0.003)
    assert found.independent == pytest.approx(expected, abs=0.04)
    at_margin = chance(rule, one, "the margin", "ruled out")
    assert at_margin.dependent == pytest.approx(0.05, abs=0.003)


def test_rows_that_share_a_shock_agree_more_often_than_independent_ones():
    ten = pd.DataFrame({"conf_low": np.full(10, -1.0), "conf_high": np.full(10, 1.0)})
    found = chance(Rule("intervals", "above"), ten, "no effect", "supported")
    assert found.independent == 0
    assert found.dependent == pytest.approx(0.025, abs=0.002)


def test_values_are_counted_as_a_binomial_counts_them():
    twenty = pd.DataFrame({"value": np.arange(20)})
    rule = Rule("values", "above", share=0.75)
    found = chance(rule, twenty, "three quarters of the values on the claimed side", "supported")
    assert found.independent == pytest.approx(binom.sf(14, 20, 0.75), abs=0.04)
    assert found.dependent == pytest.approx(0.75)


def test_a_match_gets_harder_with_every_value():
    found = [
        chance(Rule("match"), pd.DataFrame({"stated": x, "found": x}),
               "nine in ten values as stated", "supported").independent
        for x in (np.arange(1), np.arange(20))
    ]  # fmt: skip
    assert found == pytest.approx([0.9, 0.9**20], abs=0.03)


def ledger(rows: pd.DataFrame, **claim: object) -> Ledger:
    base = {
        "id": "1-a", "section": "1", "kind": "causal", "claim": "It gains.", "claim_zh": "增。",
        "wrong_if": "It loses.", "rule": "intervals", "direction": "above", "threshold": 0.0,
        "share": 1.0, "notebook": "n",
    }  # fmt: skip
    evidence = gzbook.Evidence(rows, "It is so.", "all", "always")
    return Ledger(pd.DataFrame([base | claim]), {"1-a": lambda: evidence})


ROWS = pd.DataFrame({"conf_low": [-1.0], "conf_high": [2.0]})


def test_a_sound_claim_has_no_faults():
    assert ledger(ROWS).faults() == []


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ({"wrong_if": "It gains no more than others."}, "wrong_if of claim '1-a' says 'no'"),
        ({"wrong_if": "It is as rich as others."}, "says 'as rich as'"),
        ({"amended": "2026-01-31"}, "needs both amended and amended_reason"),
        ({"amended": "2999-01-31", "amended_reason": "x"}, "not a past day"),
        ({"amended": "31.1.26", "amended_reason": "x"}, "not a past day"),
        ({"untestable": "definition"}, "needs untestable if its rule is 'none', and only then"),
        ({"rule": "equivalence", "margin": 2.0}, "a margin and no margin_reason"),
    ],
)
def test_a_fault_of_a_claim_is_named(claim, message):
    (fault,) = ledger(ROWS, **claim).faults()
    assert message in fault


def test_a_word_that_cannot_come_out_is_named_with_its_claim():
    unbounded = pd.DataFrame({"conf_low": [-np.inf], "conf_high": [np.inf]})
    (fault,) = ledger(unbounded).faults()
    assert "'1-a' promises 'supported' and 'contradicted'" in fault


def test_each_measure_has_its_verdict_and_its_grade():
    rows = pd.DataFrame({
        "measure": ["shops", "parcels"], "conf_low": [1.0, -1.0], "conf_high": [2.0, 1.0]
    })  # fmt: skip
    made = ledger(rows)
    made.grades = lambda: {"shops": "direct"}
    table = made.examine("1-a").measures
    assert table.verdict.tolist() == ["supported", "undecided"]
    assert table.grade.tolist() == ["direct", ""]
    assert made.table(n_jobs=1).by_measure[0] == "shops (direct): supported; parcels: undecided"
