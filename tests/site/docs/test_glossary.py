"""The glossary: enough terms, in two languages, in order, none twice, none that nobody uses."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[3]
GLOSSARY = ROOT / "book" / "glossary.md"
HAN = re.compile("[\u4e00-\u9fff]")


def entries() -> list[tuple[list[str], str]]:
    """Read the terms of each entry and its definition."""
    text = GLOSSARY.read_text(encoding="utf-8")
    body = text.split("```{glossary}\n")[1].split("\n```\n")[0]
    parts = []
    for block in body.split("\n\n"):
        lines = block.splitlines()
        terms = [line for line in lines if not line.startswith(" ")]
        parts.append((terms, " ".join(line.strip() for line in lines[len(terms) :])))
    return parts


ENTRIES = entries()
NAMES = [terms[0] for terms, _ in ENTRIES]


def docstrings(path: Path) -> list[str]:
    """Return all docstrings of a module."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)]


@pytest.fixture(scope="module")
def texts() -> str:
    """Return what pages, notebooks and docstrings say, in one line of small letters."""
    pages = [p for p in (ROOT / "book").glob("*.md") if p != GLOSSARY]
    parts = [path.read_text(encoding="utf-8") for path in pages]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        parts += [cell.source for cell in nbformat.read(path, as_version=4).cells]
    for path in (ROOT / "src").rglob("*.py"):
        parts += docstrings(path)
    return " ".join(" ".join(parts).split()).casefold()


def test_there_are_sixty_or_more():
    assert len(ENTRIES) >= 60


@pytest.mark.parametrize(("terms", "meaning"), ENTRIES, ids=NAMES)
def test_each_has_both_languages_and_a_sentence_or_two(terms, meaning):
    assert not HAN.search(terms[0])
    assert len(terms) >= 2
    assert all(HAN.search(term) for term in terms[1:])
    assert meaning.endswith(".")
    assert 1 <= len(re.findall(r"\.(?= |$)", meaning)) <= 3


def test_they_stand_in_alphabetical_order():
    assert sorted(NAMES, key=str.casefold) == NAMES


def test_no_term_is_defined_twice():
    every = [term.casefold() for terms, _ in ENTRIES for term in terms]
    assert len(set(every)) == len(every)


def test_links_between_terms_lead_to_terms():
    defined = {term.casefold() for terms, _ in ENTRIES for term in terms}
    linked = re.findall(r"\{term\}`(?:[^`<]*<)?([^`>]+)>?`", GLOSSARY.read_text(encoding="utf-8"))
    assert linked
    assert {term.casefold() for term in linked} <= defined


@pytest.mark.parametrize("terms", [terms for terms, _ in ENTRIES], ids=NAMES)
def test_each_is_used_somewhere(terms, texts):
    assert any(term.casefold() in texts for term in terms)
