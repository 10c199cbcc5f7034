"""Phrases that sum up verdicts in typed words are true of the ledger, or this fails.

Numbers and verdicts on the pages are computed. A few sentences say in words what follows from
them; each stands here with what it takes for it to be true.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import gzbook
import gzcounty as gz

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


def above(key: str, than: float | str = 0.0) -> Check:
    """A number lies above another, published or stated here."""
    return lambda own, words: own[key] > (own[than] if isinstance(than, str) else than)


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


def most_are_unconfirmed(own: dict, words: dict) -> bool:
    grades = [gz.penetration(name).attrs["grade"] for name in ("finance", "commerce", "digital")]
    return 2 * sum(grade in ("unconfirmed", "contrary") for grade in grades) > len(grades)


def lead_is_the_districts(own: dict, words: dict) -> bool:
    whole, outside = (own[f"made_china{k}"] - own[f"made{k}"] for k in ("", "_outside"))
    return 0 < 2 * abs(outside) < whole


PHRASES: dict[str, dict[str, Check]] = {
    "index": {
        "a weak stand-in: its": lambda own, words: (
            own["grade_commerce"] in ("contrary", "unconfirmed")
        ),
        "Digital finance, which follows e-commerce better, changes the picture little": both(
            lambda own, words: (
                own["grade_finance"].endswith("confirmed")
                and (own["grade_finance"] != "unconfirmed")
            ),
            straddles("finance_year"),
            straddles("finance_both"),
        ),
        "The data could have shown little:": lambda own, words: (
            2 * own["zero_likely"] < own["n_can_tell_zero"]
        ),
    },
    "introduction": {
        "**In 2023 the counties held more than half of the province.**": above("gdp_less", 50),
        "**They left farming within ten years.**": both(
            above("farm_fell", 80), above("farm_2010", "farm_2020")
        ),
        "so the turn is real.": both(
            above("farm_per_household_fall"), above("other_per_household_rise")
        ),
        "**Residents gathered around Guiyang.**": above("guiyang_share", 30),
        "and most are not even {term}`confirmed": most_are_unconfirmed,
    },
    "value": {
        "rose more, that of people rose a little more; for industry the interval includes zero.": (
            both(above("county_low"), straddles("industry"))
        ),
        "**Everybody rose.**": lambda own, words: own["gained_all"] == own["groups"],
        "goes only loosely with rural income": lambda own, words: 0 < own["income_people"] < 0.6,
        "matters least": above("shift_corr", "equal_corr"),
        "The top is firm:": above("always_ten", 4),
        "so it adds little; the corrected one differs more": both(
            above("D_T", 0.95), above("D_T", "corrected_T")
        ),
        "part of what looks like advancing together is catching up together.": above(
            "start_none", "county_high"
        ),
        "The half that holds is fragile.": lambda own, words: (
            0 < own["clear_county"] < own["n_ways"]
        ),
    },
    "value-industry": {
        "**Counties became more alike outside farming.**": lambda own, words: (
            2 * own["fell"] > own["groups"]
        ),
        "That bar can be missed:": above("provinces", "pass_too"),
        "they left the fields at different speeds": lambda own, words: (
            2 * own["rose_all"] > own["groups"]
        ),
        "What is supported describes how things are.": none_is("supported", *of("2.1", "causal")),
        "**That new momentum follows trade does not show.**": none_is("supported", "2.1-f"),
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
        "in schooling, towns and hills, no such lead shows.": straddles("full"),
        "their incomes grew about alike.": both(straddles("event"), above("event_low", -2)),
        "One model stays above zero,": lambda own, words: own["n_above"] == 1,
        "just as closely,": above("placebo", "naive_low"),
        "brighter where one was by 2016: the lead was there before.": above(
            "lights_before_village_both_low"
        ),
        "These incomes grow almost in step:": lambda own, words: own["growth_sd"] < 0.03,
        "beyond the margin that the ledger states.": all_are("ruled out", "2.3-h"),
        "the lead was there in 2014 already.": both(
            lambda own, words: own["early_low"] > 0, straddles("early_start")
        ),
        "Counties that are complete in all years give about the same.": both(
            straddles("finance_complete_year"), straddles("finance_complete_both")
        ),
        "grew no faster": lambda own, words: own["n_new_above"] == 0,
    },
    "value-county": {
        "Counties carry far more than they did.": lambda own, words: (
            own["rising"] == own["n_groups"] and own["rise"] > 20
        ),
        "the index rose *less* where": lambda own, words: own["naive_conf_high"] < 0,
        "The weights matter little for the order": lambda own, words: own["moved_median"] <= 3,
        "nearly moved as one": above("tied", 0.9),
        "so hardly any is left to explain.": above("shared", 85),
        "public county figures decide none of this.": all_are(
            "undecided", "2.2-a", "2.2-b", "2.2-c"
        ),
    },
    "dilemma-industry": {
        "Two other yardsticks are less striking.": lambda own, words: (
            min(own["weighted_rank"], own["nation_rank"]) > own["rank"]
        ),
        "is seldom next door: only": lambda own, words: own["next_door"] < 88 / 4,
        "But much of China's lead is its city districts.": lead_is_the_districts,
        "**Rivalry between neighbours: hardly a trace.**": lambda own, words: (
            own["n_slower"] in ("none", "one")
        ),
        "no public figure shows so far.": none_is("supported", *of("3.1")),
        "With all units alone the claim would stand.": processing_with_all_units,
        "exactly half, where the rule asks for more.": half_are_narrow,
        "**They are alike.**": all_are("supported", "2.1-e"),
    },
    "dilemma-county": {
        "**Budgets: thinner than in China's middle.**": all_are("supported", "3.2-e"),
        "in most counties of Guizhou digital work and budgets lie well below": lambda own, words: (
            max(own["place_information"], own["place_budget"]) < 35
        ),
        "**Digital blind spots: more than by chance.**": both(
            all_are("supported", "3.2-c"), above("n_lowest", "lowest_chance")
        ),
        "**Weak towns, weak trade: not seen.**": none_is("supported", "3.2-g"),
    },
    "dilemma-people": {
        "**Skills are short.**": all_are("supported", "3.3-a"),
        "incomes never came near to falling.": both(
            lambda own, words: own["n_falls"] == 0, above("least", 3)
        ),
        "**Too smooth to tell.**": above("part_years", 80),
    },
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
        "**That new farm businesses follow what is near does not show.**": lambda own, words: (
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
        "On average, incomes do rise with penetration:": above("income_highest", "income_lowest"),
        "But the ranks hang together loosely": lambda own, words: 0 < own["together"] < 0.6,
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
    "methods": {
        "Sampling is not the trouble:": above("reliability", 0.95),
        "The grade depends on the sample, too:": both(
            above("valid_commerce_no_districts_both_low"),
            straddles("valid_commerce_both"),
        ),
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
    quoted = dict.fromkeys(re.findall(r"\{num\}`([\w-]+):", text))
    own: dict = {}
    for name in sorted(quoted, key=lambda name: name == page):  # its own notebook last
        own |= execute(name).published
    for phrase, check in PHRASES[page].items():
        assert phrase in text, f"no longer on the page; take it out here, or renew it: {phrase}"
        assert check(own, words), f"no longer true: {phrase}"


def test_each_check_can_fail():
    turned = dict.fromkeys(CLAIMS.index, "contradicted")
    praised = dict.fromkeys(CLAIMS.index, "supported")
    assert not all_are("supported", "4.2-a")({}, turned)
    assert not none_is("supported", *of("2", "causal"))({}, praised)
    assert not straddles("x")({"x_low": 0.1, "x_high": 1.0}, turned)
    assert not above("x", "y")({"x": 1, "y": 1}, turned)
    assert not shares_alike(
        {"value_supported": 9, "value_all": 10, "hurdles_supported": 1, "hurdles_all": 10}, turned
    )
