"""Exercises and notebooks agree: each id stands in one notebook, with a cell for the answer."""

from pathlib import Path

import nbformat
import pytest
from folds import HEADING

from gzbook.exercises import NOTEBOOKS, exercises, section_of

FOLDER = Path(__file__).resolve().parents[3] / "notebooks"
EXERCISES = exercises()
# Looked things up in, or lessons whose exercises show a solution without a check.
WITHOUT = {
    "another-province",
    "checked-against",
    "data-dictionary",
    "own-data",
    "scaling",
    "value-people-robustness",
}


def cells_of(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells


def test_every_lesson_has_exercises_that_check_themselves():
    there = {path.stem for path in FOLDER.glob("*.ipynb")}
    assert there - WITHOUT == set(NOTEBOOKS.values())


@pytest.mark.parametrize("name", NOTEBOOKS.values())
def test_every_exercise_of_a_notebook_stands_there_once(name):
    cells = cells_of(name)
    ids = [id for id in EXERCISES if NOTEBOOKS[section_of(id)] == name]
    cells = [c for c in cells if c.source != HEADING]
    solutions = [c for c in cells if "hide-cell" in c.metadata.get("tags", [])]
    assert len(ids) == len(solutions) >= 3
    for id, solution in zip(ids, solutions, strict=True):
        at = cells.index(solution)
        question, answer = cells[at - 2], cells[at - 1]
        assert f"### {id} " in question.source
        assert EXERCISES[id].question in question.source
        assert answer.source.splitlines() == [
            "answer = None  # your answer in place of None",
            f'gzbook.check("{id}", answer)',
        ]
        assert "hide-cell" not in answer.metadata.get("tags", [])
        assert f'assert gzbook.check("{id}", ' in solution.source
