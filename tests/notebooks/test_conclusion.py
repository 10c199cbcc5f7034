"""The ledger's notebook: its counts, found again from the rows that it hands over."""

import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from section_pages import figure

import gzbook
import gzcounty as gz
from gzbook.claims import WORDS
from gzbook.publishing import LEDGER
from gzcounty.data.store import read_table

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def numbers(execute) -> dict:
    return execute("conclusion").published


@pytest.fixture(scope="module")
def rows(execute) -> list[dict]:
    outputs = [o for c in execute("conclusion").cells for o in c.get("outputs", [])]
    (found,) = [o["data"][LEDGER] for o in outputs if LEDGER in o.get("data", {})]
    return found


def test_every_claim_is_handed_over_once(rows, numbers):
    assert [row["id"] for row in rows] == gzbook.load_claims().id.tolist()
    assert numbers["n_claims"] == len(rows)


def test_counts_are_those_of_the_rows(rows, numbers):
    words = Counter(row["verdict"] for row in rows)
    pairs = Counter((row["kind"], row["verdict"]) for row in rows)
    hurdles = Counter(row["verdict"] for row in rows if row["section"].startswith("3"))
    for word in WORDS:
        key = word.replace(" ", "_")
        assert numbers[f"n_{key}"] == words[word]
        assert numbers[f"hurdles_{key}"] == hurdles[word]
        for kind in ("fact", "causal", "diagnosis", "recommendation"):
            assert numbers[f"n_{kind}_{key}"] == pairs[kind, word]


def test_words_of_the_headings_follow_the_rows(rows, numbers):
    found = Counter((row["kind"], row["verdict"]) for row in rows)
    tested = sum(n for (kind, word), n in found.items() if (kind, word[:3]) == ("fact", "sup"))
    open_ones = found["diagnosis", "undecided"] + found["diagnosis", "not testable"]
    assert (numbers["causes_hold"] == "none") == (found["causal", "supported"] == 0)
    assert (numbers["facts_hold"] in ("most", "all")) == (
        2 * tested > numbers["n_fact"] - found["fact", "not testable"]
    )
    assert (numbers["ills_open"] in ("most", "all")) == (2 * open_ones > numbers["n_diagnosis"])
    assert numbers["value_causes_hold"] == sum(
        row["section"][0] == "2" and (row["kind"], row["verdict"]) == ("causal", "supported")
        for row in rows
    )


def test_what_rules_decided_and_could_have_told_is_found_again(rows, numbers):
    book, claims = gzbook.book(), gzbook.load_claims().set_index("id")
    for kind in ("values", "match", "intervals", "equivalence"):
        own = [row["verdict"] for row in rows if claims.rule[row["id"]] == kind]
        assert numbers[f"rule_{kind}"] == len(own)
        assert numbers[f"rule_{kind}_decided"] == len(own) - own.count("undecided")
    causal = claims.index[(claims.kind == "causal") & (claims.rule == "equivalence")]
    assert numbers["n_can_tell_zero"] == len(causal)
    zero = [
        book.operating(id).set_index(["truth", "word"]).loc[("zero", "ruled out")] for id in causal
    ]
    assert numbers["zero_likely"] == sum(row.low >= 0.8 for row in zero)
    assert numbers["zero_highest"] == pytest.approx(100 * max(row.high for row in zero))
    assert 0 < numbers["zero_likely"] <= numbers["n_can_tell_zero"]


def test_every_verdict_is_published(rows, numbers):
    for row in rows:
        assert numbers["verdict_" + re.sub(r"[.-]", "_", row["id"])] == row["verdict"]


def test_the_page_quotes_numbers_that_exist(numbers):
    page = (ROOT / "book" / "conclusion.md").read_text(encoding="utf-8")
    quoted = re.findall(r"\{num\}`conclusion:(\w+)`", page)
    assert len(quoted) > 20
    assert set(quoted) <= set(numbers)


def test_the_two_groups_of_the_front_page_are_means_of_thirds(execute, numbers):
    chart = figure(execute("conclusion"), "answer")
    drawn = max((pd.DataFrame(rows) for rows in chart["datasets"].values()), key=len)
    long = read_table("panel").query("variable == 'rural_income' and year >= 2014")
    income = long.pivot(index="adcode", columns="year", values="value").dropna()
    work = gz.load_industry_employment().query("year == 2010")
    trade = work[work.section.isin(["F", "G", "I"])].groupby("adcode").employed.sum()
    share = (trade / work.groupby("adcode").employed.sum())[income.index].sort_values()
    third = len(share) // 3
    for group, own in {"many": share.index[-third:], "few": share.index[:third]}.items():
        mean = income.loc[own].mean()
        lines = drawn[drawn.group.str.startswith(group)].set_index("year").value
        assert lines.to_dict() == pytest.approx((100 * mean / mean[2014]).to_dict())
        assert numbers[f"rose_{group}"] == pytest.approx(lines[2023] - 100)
    shows = numbers["gap_low"] > 0
    assert (numbers["gain_shows"] == "no gain shows") == (not shows)
