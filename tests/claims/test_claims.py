"""The claims as written: complete, in both languages, each with a rule that can be read."""

import re

import pytest

import gzcounty as gz
from gzcounty.claims import registry
from gzcounty.claims.registry import rule_of
from gzcounty.claims.rules import WORDS
from gzcounty.claims.tally import quoted_verdicts

CLAIMS = gz.load_claims().set_index("id")
UNTESTED = CLAIMS["rule"] == "none"


def test_every_section_of_the_paper_is_represented():
    sections = gz.load_claims().section.unique().tolist()
    assert sections == [
        "1", "2", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "5",
    ]  # fmt: skip


def test_letters_run_on_within_a_section():
    for section, rows in gz.load_claims().groupby("section"):
        letters = [id.removeprefix(f"{section}-") for id in rows.id]
        assert letters == [chr(ord("a") + place) for place in range(len(letters))], section


def test_rules_can_be_read_and_only_untestable_claims_name_data_needed():
    for _, claim in gz.load_claims().iterrows():
        rule = rule_of(claim)
        assert (rule.kind == "none") == isinstance(claim["needed"], str), claim["id"]
        assert claim["test"].startswith("None") == (rule.kind == "none"), claim["id"]


def test_chinese_is_chinese_and_not_a_sentence_of_the_english():
    for claim in gz.load_claims().itertuples():
        assert re.search(r"[\u4e00-\u9fff]{4}", claim.claim_zh), claim.id
        assert not re.search(r"[\u4e00-\u9fff]", claim.claim), claim.id
        assert claim.claim.endswith(".")
        assert claim.claim_zh.endswith("。")


def test_a_claim_without_its_test_is_named_before_anything_is_run(monkeypatch):
    gz.examine("2.1-a")
    for id in ("2.1-c", "4.3-a"):
        monkeypatch.delitem(registry._TESTS, id)
    monkeypatch.setattr(registry, "run", lambda *args, **more: pytest.fail("a test was run"))
    with pytest.raises(gz.InputError, match=r"No test .* '2\.1-c' and '4\.3-a'"):
        gz.ledger()
    registry.examine.cache_clear()
    with pytest.raises(gz.InputError, match=r"'4\.3-a'.*tests_claim"):
        gz.examine("4.3-a")
    registry.examine.cache_clear()


@pytest.mark.parametrize("id", CLAIMS.index[~UNTESTED])
def test_verdict_is_a_word_and_names_what_it_rests_on(id):
    verdict = gz.examine(id)
    assert verdict.word in WORDS
    assert verdict.word != "not testable"
    assert any(character.isdigit() for character in verdict.finding)
    assert verdict.evidence.sample
    assert verdict.evidence.period
    assert verdict.evidence.table["what"].is_unique


@pytest.mark.parametrize("id", CLAIMS.index[UNTESTED])
def test_what_cannot_be_tested_says_what_is_needed(id):
    verdict = gz.examine(id)
    assert verdict.word == "not testable"
    assert verdict.finding.startswith(("Needed: ", "Nothing: "))


def test_quoted_verdicts_are_counted_without_those_of_other_sections():
    quoted = quoted_verdicts(["3.1-b", "3.1-f"], also=["3.2-f"])
    assert quoted["verdict_3_2_f"] == quoted["verdict_3_1_b"] == "not testable"
    assert [quoted["n_" + word.replace(" ", "_")] for word in WORDS] == [0, 0, 0, 2]
