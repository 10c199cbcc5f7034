"""The course: six sessions, and every exercise, page, notebook and reference named there exists."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import gzbook

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "book" / "course.md"
TEXT = PAGE.read_text(encoding="utf-8")
SESSIONS = re.split(r"(?m)^## ", TEXT.partition("## How to grade")[2])[1:]
TITLES = [session.splitlines()[0] for session in SESSIONS]


def test_there_are_six_sessions():
    assert len(SESSIONS) == 6


@pytest.mark.parametrize("session", SESSIONS, ids=TITLES)
def test_each_session_says_what_a_teacher_needs(session):
    for part in ("Aims", "Read", "Notebook", "Exercises", "Discuss", "Hand in"):
        assert f"- **{part}.** " in session
    spans = [(int(a), int(b)) for a, b in re.findall(r"^\| (\d+)-(\d+) \|", session, re.MULTILINE)]
    assert spans[0][0] == 0
    assert spans[-1][1] == 90
    assert all(end == start for (_, end), (start, _) in pairwise(spans))


def test_every_exercise_named_exists_and_stands_in_a_notebook_of_its_session():
    notebooks = gzbook.list_exercises().set_index("id").notebook
    named = []
    for session in SESSIONS:
        line = next(line for line in session.splitlines() if line.startswith("- **Exercises.**"))
        for id in re.findall(r"`([^`]+)`", line):
            assert id in notebooks.index
            assert f"../notebooks/{notebooks[id]}.ipynb" in session
            named.append(id)
    assert len(named) == len(set(named))


def test_every_page_and_notebook_named_exists():
    links = re.findall(r"\]\(([^)#]+)", TEXT)
    assert len(links) > 20
    assert all((PAGE.parent / link).is_file() for link in links)


def test_every_reference_is_in_the_bibliography():
    entries = (ROOT / "book" / "references.bib").read_text(encoding="utf-8").split("\n@")
    named = re.findall(r"([A-Z][\w'-]+)(?: (?:and [\w'-]+))? \((\d{4})\)", TEXT)
    assert len(named) >= 12
    for author, year in named:
        assert any(
            author.rpartition("-")[2] in entry and f"year = {{{year}}}" in entry
            for entry in entries
        ), (author, year)
