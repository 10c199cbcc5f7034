"""Phrases that sum up verdicts in typed words are true of the ledger, or this fails.

Numbers and verdicts on the pages are computed. A few sentences say in words what follows from
them; each stands here with what it takes for it to be true.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import gzbook

BOOK = Path(__file__).resolve().parents[2] / "book"
CLAIMS = gzbook.load_claims().set_index("id")
# What a page's notebook published, and all verdicts by claim.
Check = Callable[[dict, dict], bool]


def all_are(word: str, *ids: str) -> Check:
    """Each of the claims has this verdict."""
    return lambda own, words: {words[id] for id in ids} == {word}


def none_is(word: str, *ids: str) -> Check:
    """None of the claims has this verdict."""
    return lambda own, words: word not in {words[id] for id in ids}


def of(section: str, kind: str = "") -> list[str]:
    """Claims of a section and those under it, of one kind or of all."""
    inside = CLAIMS.section.str.startswith(section) & CLAIMS.kind.str.startswith(kind)
    return CLAIMS.index[inside].tolist()


def straddles(key: str) -> Check:
    """The interval includes zero."""
    return lambda own, words: own[f"{key}_low"] < 0 < own[f"{key}_high"]


def both(*checks: Check) -> Check:
    return lambda own, words: all(check(own, words) for check in checks)


def processing_with_all_units(own: dict, words: dict) -> bool:
    verdict = gzbook.examine("3.1-e")
    alone = verdict.evidence.table.query("cut == 'all units'")
    return words["3.1-e"] != verdict.rule.judge(alone) == "supported"


def half_are_narrow(own: dict, words: dict) -> bool:
    every, outside = gzbook.examine("3.1-a").evidence.table.value
    return every == 0.5 > outside


def shares_alike(own: dict, words: dict) -> bool:
    value, hurdles = (own[f"{k}_supported"] / own[f"{k}_all"] for k in ("value", "hurdles"))
    return abs(value - hurdles) < 0.05


PHRASES: dict[str, dict[str, Check]] = {
    "index": {
        "The data could have shown little:": lambda own, words: (
            2 * own["zero_likely"] < own["n_can_tell_zero"]
        ),
    },
    "value-industry": {
        "What is supported describes how things are.": none_is("supported", *of("2.1", "causal")),
        "**New momentum does not follow trade.**": none_is("supported", "2.1-f"),
        "By value added they no longer did.": lambda own, words: (
            2 * own["farm_value_added_2010"] < own["farm_value_added_2010_n"]
        ),
        "**A few counties live on mining.**": all_are("supported", "2.1-d"),
        "**The games: a small gain at most in income, and GDP cannot tell.**": both(
            none_is("supported", "2.1-h"),
            lambda own, words: max(own["rongjiang_high"], own["taijiang_high"]) < 2,
        ),
    },
    "value-people": {
        "counties with more people in trade have more rural income.": lambda own, words: (
            own["naive_low"] > 0
        ),
        "in schooling, towns and hills, they do not.": straddles("full"),
        "their incomes grew alike.": straddles("event"),
        "the lead was there in 2014 already.": both(
            lambda own, words: own["early_low"] > 0, straddles("early_start")
        ),
        "Counties that are complete in all years give about the same.": both(
            straddles("finance_complete_year"), straddles("finance_complete_both")
        ),
        "grew no faster": lambda own, words: own["n_new_above"] == 0,
    },
    "value-county": {
        "public county figures decide none of this.": all_are(
            "undecided", "2.2-a", "2.2-b", "2.2-c"
        ),
    },
    "dilemma-industry": {
        "no public figure shows so far.": none_is("supported", *of("3.1")),
        "With all units alone the claim would stand.": processing_with_all_units,
        "exactly half, where the rule asks for more.": half_are_narrow,
        "**They are alike.**": all_are("supported", "2.1-e"),
    },
    "dilemma-county": {
        "**Budgets: thinner than in China's middle.**": all_are("supported", "3.2-e"),
        "**Weak towns, weak trade: not seen.**": none_is("supported", "3.2-g"),
    },
    "dilemma-people": {"**Skills are short.**": all_are("supported", "3.3-a")},
    "path-industry": {
        "**Near sections were entered more often, where towns and farming are counted.**": both(
            all_are("undecided", "4.1-a"),
            lambda own, words: own["near"] > own["far"] and own["clear_all"] == own["n_cut"],
        ),
        "and not in every model without their towns or without farming": lambda own, words: (
            max(own["clear_districts"], own["clear_farming"]) < own["n_cut"]
        ),
        "Both intervals include zero.": both(
            straddles("districts_conf"), straddles("farming_conf")
        ),
        "**New farm businesses do not follow what is near.**": lambda own, words: (
            own["n_new_own"] == own["n_new_placebos"] == 0
        ),
        "what is called near measures towns": lambda own, words: own["near_town"] > 0.6,
        "Chance seldom does as well": lambda own, words: own["chance_china"] < 5,
    },
    "path-county": {
        "**Less urban: yes.**": all_are("supported", "4.2-a"),
        "**Many: yes.**": all_are("supported", "4.2-b"),
        "**The nine seats: it depends on whom they serve.**": lambda own, words: (
            own["more"] < 10 < own["more_rural"]
        ),
        "counted by residents the seats come close": lambda own, words: own["more"] < 10,
        "the gain fades, slowly.": lambda own, words: 0 < own["share_20"] < own["share_10"],
    },
    "path-people": {
        "**Those who lag are only in part those who are poor.**": lambda own, words: (
            0 < own["n_poor_and_last"] < own["n_last"]
        ),
        "**Most models see next to nothing.**": lambda own, words: (
            2 * own["n_small"] > own["n_models"] and own["small_clear"] == 0
        ),
        "**One model agrees with the paper, and does not hold.**": lambda own, words: (
            own["n_models"] - own["n_small"] == 1 and own["early_high"] < 0 < own["held_high"]
        ),
        "**Nor does a point clearly do more for the weak.**": both(
            straddles("inclusive"), none_is("supported", "2.3-h")
        ),
        "**Counties came closer anyway.**": lambda own, words: own["gini_2023"] < own["gini_2014"],
    },
    "conclusion": {
        "What is supported says how counties are, not what e-commerce did.": none_is(
            "supported", *of("2", "causal")
        ),
        "The shares are about alike": shares_alike,
        "and they do not show that.": none_is("supported", *of("", "causal")),
    },
}


@pytest.fixture(scope="module")
def words(execute) -> dict[str, str]:
    """Verdicts as the ledger's notebook found them."""
    found = execute("conclusion").published
    return {id: found["verdict_" + re.sub(r"[.-]", "_", id)] for id in CLAIMS.index}


@pytest.mark.parametrize("page", PHRASES)
def test_typed_phrases_are_true(execute, words, page):
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")
    own = execute("conclusion" if page == "index" else page).published
    for phrase, check in PHRASES[page].items():
        assert phrase in text, f"no longer on the page; take it out here, or renew it: {phrase}"
        assert check(own, words), f"no longer true: {phrase}"


def test_each_check_can_fail():
    turned = dict.fromkeys(CLAIMS.index, "contradicted")
    praised = dict.fromkeys(CLAIMS.index, "supported")
    assert not all_are("supported", "4.2-a")({}, turned)
    assert not none_is("supported", *of("2", "causal"))({}, praised)
    assert not straddles("x")({"x_low": 0.1, "x_high": 1.0}, turned)
    assert not shares_alike(
        {"value_supported": 9, "value_all": 10, "hurdles_supported": 1, "hurdles_all": 10}, turned
    )
