"""The page of checks says of every published value what became of it."""

import re
from pathlib import Path

import pytest

from gzbook.published.registry import WORDS, all_checks

PAGE = Path(__file__).resolve().parents[2] / "book" / "checked-against.md"


@pytest.fixture(scope="module")
def said(execute):
    return execute("checked-against").published


def test_counts_are_those_of_the_registry(said):
    checks = all_checks()
    assert said["checks"] == len(checks)
    assert said["values"] == sum(len(check.values) for check in checks)


def test_every_value_agrees_or_did_not_run(said):
    assert said["differ"] == 0
    assert said["agree"] + said["not_run"] == said["values"]
    assert said["agree"] > 100


def test_every_value_is_of_one_kind(said):
    kinds = [said[name] for name in ("at_source", "memory", "library", "consistency")]
    assert sum(kinds) == said["values"]
    for name, word in zip(("at_source", "memory", "library", "consistency"), WORDS, strict=True):
        assert said[name] == sum(len(c.values) for c in all_checks() if c.standing.word == word)


def test_checks_that_did_not_run_are_named(said, execute):
    named = [] if said["names_not_run"] == "none" else said["names_not_run"].split(", ")
    assert len(named) == said["checks_not_run"]
    outputs = [o for cell in execute("checked-against").cells for o in cell.get("outputs", [])]
    html = " ".join(o.data["text/html"] for o in outputs if "text/html" in o.get("data", {}))
    assert html.count("not run here</summary>") == len(named)
    for check in all_checks():
        assert f"<strong>{check.id}</strong>" in html


def test_the_page_quotes_numbers_that_exist(said):
    quoted = re.findall(r"\{num\}`checked-against:(\w+)`", PAGE.read_text(encoding="utf-8"))
    assert len(quoted) >= 10
    assert set(quoted) <= set(said)
