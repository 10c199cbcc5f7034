"""The page of checks says of every published value what became of it."""

import re
from pathlib import Path

import pytest

from gzbook.published import STANDINGS, all_checks

PAGE = Path(__file__).resolve().parents[2] / "book" / "checked-against.md"
CHECKS = {id: check for id, (_, check) in all_checks().items()}


@pytest.fixture(scope="module")
def numbers(execute):
    return execute("checked-against").published


def test_counts_are_those_of_the_checks(numbers):
    assert numbers["checks"] == len(CHECKS)
    assert numbers["values"] == sum(len(check.values) for check in CHECKS.values())


def test_every_value_agrees_or_did_not_run(numbers):
    assert numbers["differ"] == 0
    assert numbers["agree"] + numbers["not_run"] == numbers["values"]
    assert numbers["agree"] >= 100


def test_every_value_is_of_one_kind(numbers):
    names = ("at_source", "memory", "library", "consistency")
    assert sum(numbers[name] for name in names) == numbers["values"]
    for name, word in zip(names, STANDINGS, strict=True):
        assert numbers[name] == sum(len(c.values) for c in CHECKS.values() if c.standing == word)


def test_checks_that_did_not_run_are_named(numbers, execute):
    named = [] if numbers["names_not_run"] == "none" else numbers["names_not_run"].split(", ")
    assert len(named) == numbers["checks_not_run"]
    outputs = [o for cell in execute("checked-against").cells for o in cell.get("outputs", [])]
    html = " ".join(o.data["text/html"] for o in outputs if "text/html" in o.get("data", {}))
    assert html.count("not run here</summary>") == len(named)
    for id in CHECKS:
        assert f"<strong>{id}</strong>" in html


def test_the_page_quotes_numbers_that_exist(numbers):
    quoted = re.findall(r"\{num\}`checked-against:(\w+)`", PAGE.read_text(encoding="utf-8"))
    assert len(quoted) >= 10
    assert set(quoted) <= set(numbers)
