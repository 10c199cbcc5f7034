"""The claims as written, and their verdicts: judged, marked, counted, quoted, weighed."""

import re
from typing import get_args

import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.claims import WORDS, Evidence, Ledger, Word, how_many, mark, words_at
from gzcounty import language

CLAIMS = gzbook.load_claims().set_index("id")
UNTESTED = CLAIMS["rule"] == "none"


def test_every_section_of_the_paper_is_represented():
    sections = gzbook.load_claims().section.unique().tolist()
    assert sections == [
        "1", "2", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "5",
    ]  # fmt: skip


def test_letters_run_on_within_a_section():
    for section, rows in gzbook.load_claims().groupby("section"):
        letters = [id.removeprefix(f"{section}-") for id in rows.id]
        assert letters == [chr(ord("a") + place) for place in range(len(letters))], section


def test_rules_can_be_read_and_only_untestable_claims_name_data_needed():
    for _, claim in gzbook.load_claims().iterrows():
        rule = gzbook.book().rule(claim["id"])
        assert (rule.kind == "none") == isinstance(claim["needed"], str), claim["id"]
        assert rule.kind != "none" or claim["needed"].endswith("."), claim["id"]
        assert claim["test"].startswith("None") == (rule.kind == "none"), claim["id"]


def test_chinese_is_chinese_and_not_a_sentence_of_the_english():
    for claim in gzbook.load_claims().itertuples():
        assert re.search(r"[\u4e00-\u9fff]{4}", claim.claim_zh), claim.id
        assert not re.search(r"[\u4e00-\u9fff]", claim.claim), claim.id
        assert claim.claim.endswith(".")
        assert claim.claim_zh.endswith("。")


def test_a_claim_without_its_test_is_named_before_anything_is_run():
    def never():
        pytest.fail("a test was run")

    tests = dict.fromkeys(gzbook.book().tests, never)
    for id in ("2.1-c", "4.2-b"):
        del tests[id]
    some = Ledger(gzbook.load_claims(), tests)
    with pytest.raises(gz.InputError, match=r"No test .* '2\.1-c' and '4\.2-b'"):
        some.table()
    with pytest.raises(gz.InputError, match=r"'4\.2-b'.*TESTS"):
        some.examine("4.2-b")


def test_a_test_for_no_claim_is_refused():
    with pytest.raises(gz.InputError, match=r"'9-z', and there is no such claim"):
        Ledger(gzbook.load_claims(), {"9-z": gzbook.book().tests["2.1-b"]})


def test_a_changed_table_leaves_the_verdict_and_the_next_table_as_they_are():
    first = gzbook.examine("2.1-a")
    kept = first.evidence.table.copy()
    del first.evidence.table["found"]
    pd.testing.assert_frame_equal(gzbook.examine("2.1-a").evidence.table, kept)


@pytest.mark.parametrize("id", [["2.1-a"], 2.1, None, {"id": "2.1-a"}])
def test_what_is_no_text_is_no_claim(id):
    with pytest.raises(gz.InputError, match=r"A claim is named by a text such as '1-a'"):
        gzbook.examine(id)


def test_one_claim_may_be_asked_for_by_its_text():
    assert gzbook.ledger("2.1-a").id.tolist() == ["2.1-a"]
    with pytest.raises(gz.InputError, match="There is no claim '9'"):
        gzbook.ledger("9")


@pytest.mark.parametrize("id", CLAIMS.index[~UNTESTED])
def test_verdict_is_a_word_and_names_what_it_rests_on(id):
    verdict = gzbook.examine(id)
    assert verdict.word in WORDS
    assert verdict.word != "not testable"
    assert any(character.isdigit() for character in verdict.finding)
    assert verdict.evidence.sample
    assert verdict.evidence.period
    table = verdict.evidence.table
    assert not table.select_dtypes(exclude="float").astype(str).duplicated().any()


@pytest.mark.parametrize("id", CLAIMS.index)
def test_rule_can_give_the_words_that_it_and_wrong_if_promise_and_amendments_are_dated(id):
    assert gzbook.book().faults(id) == []


def test_chances_of_the_words_of_a_rule_sum_to_one():
    table = gzbook.book().operating()
    assert set(table.id) == set(CLAIMS.index[~UNTESTED])
    sums = table.groupby(["id", "truth"])[["independent", "dependent"]].sum()
    assert sums.to_numpy() == pytest.approx(1.0)


@pytest.mark.parametrize("id", CLAIMS.index[UNTESTED])
def test_what_cannot_be_tested_says_what_is_needed(id):
    verdict = gzbook.examine(id)
    assert verdict.word == "not testable"
    assert verdict.finding.startswith(("Needed: ", "Nothing: "))


def test_quoted_verdicts_are_counted_without_those_of_other_sections():
    quoted = gzbook.book().quoted_verdicts(["3.1-b", "3.1-f"], also=["3.2-f"])
    assert quoted["verdict_3_2_f"] == quoted["verdict_3_1_b"] == "not testable"
    assert [quoted["n_" + word.replace(" ", "_")] for word in WORDS] == [0, 0, 0, 0, 2]


def test_a_verdict_is_said_in_the_language_asked_for_and_its_word_stays_a_key(monkeypatch):
    monkeypatch.setattr(
        language, "_chinese", lambda: {"supported": "得到支持", "It is {n}.": "是{n}。"}
    )
    row = {
        "id": "1-a", "section": "1", "kind": "fact", "claim": "Two is more than one.",
        "claim_zh": "二大于一。", "rule": "values", "direction": "above", "threshold": 1,
        "share": 1, "needed": None, "notebook": "numbers",
    }  # fmt: skip
    evidence = Evidence(pd.DataFrame({"value": [2]}), "It is {n}.", "one", "always", {"n": 2})
    ledger = Ledger(pd.DataFrame([row]), {"1-a": lambda: evidence})
    assert ledger.table(progress=False).loc[0, ["claim", "verdict", "finding"]].tolist() == [
        "Two is more than one.", "supported", "It is 2.",
    ]  # fmt: skip
    monkeypatch.setenv(language.VARIABLE, "zh")
    assert ledger.table(progress=False).loc[0, ["claim", "verdict", "finding"]].tolist() == [
        "二大于一。", "supported", "是2。",
    ]  # fmt: skip
    assert ledger.examine("1-a").said == "得到支持"
    assert mark("supported").endswith("</b> 得到支持</span>")


def test_no_two_verdicts_share_a_sign_or_a_look():
    marks = [mark(word).replace(word, "") for word in get_args(Word)]
    assert len(set(marks)) == 5
    assert len({text.partition("<b")[2] for text in marks}) == 5


@pytest.mark.parametrize("word", get_args(Word))
def test_a_mark_names_its_verdict_and_takes_its_colours_from_the_page(word):
    html = mark(word)
    assert html.endswith(f"</b> {word}</span>")
    assert "var(--gz-" in html


def test_an_examined_claim_shows_its_mark():
    verdict = gzbook.examine("2.1-a")
    assert mark(verdict.word) in verdict._repr_html_()


@pytest.mark.parametrize(
    ("part", "whole", "word"),
    [
        (0, 7, "none"),
        (1, 5, "few"),
        (2, 9, "some"),
        (3, 6, "half"),
        (4, 7, "most"),
        (6, 7, "most"),
        (7, 7, "all"),
    ],
)
def test_words_follow_the_share(part, whole, word):
    assert how_many(part, whole) == word


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (2, 1), (-1, 4)])
def test_what_is_no_part_is_refused(part, whole):
    with pytest.raises(gz.InputError, match="not a part of"):
        how_many(part, whole)


WEIGHED = ["4.1-a", "4.2-a", "4.2-b"]


def test_counts_are_those_of_the_evidence():
    found = gzbook.book().strength(WEIGHED).set_index("id")
    above = gzbook.examine("4.2-b").evidence.table.value
    assert found["for"]["4.2-b"] == pytest.approx(sum(above > 0.5) / len(above))
    assert found["against"]["4.2-b"] == pytest.approx(sum(above < 0.5) / len(above))
    models = gzbook.examine("4.1-a").evidence.table
    assert found["for"]["4.1-a"] == pytest.approx(sum(models.conf_low > 0) / len(models))


@pytest.mark.parametrize("id", WEIGHED)
def test_the_share_that_the_rule_asks_for_gives_the_verdict_back(id):
    found = gzbook.book().strength([id])
    assert words_at(found, found.asked[0]).tolist() == [gzbook.examine(id).word]


def test_a_laxer_rule_turns_words_a_stricter_one_turns_others():
    found = pd.DataFrame({"for": [0.6, 1.0, 0.0, 0.3], "against": [0.4, 0.0, 0.8, 0.3]})
    found["bounded"] = 0.0
    lax = ["supported", "supported", "contradicted", "undecided"]
    assert words_at(found, 0.51).tolist() == lax
    assert words_at(found, 1.0).tolist() == ["undecided", "supported", "undecided", "undecided"]
