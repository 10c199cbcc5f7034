"""Exercises, their right answers, and the check of a reader's answer."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

import pandas as pd

from gzbook.exercises.reply import Reply
from gzbook.exercises.wanted import Wanted, WrongKindError
from gzcounty.errors import InputError
from gzcounty.words import listed

# Modules that hold exercises, one a notebook, with the notebook's name.
NOTEBOOKS: dict[str, str] = {
    "section_1": "introduction",
    "section_2": "value",
    "section_2_1": "value-industry",
    "section_2_2": "value-county",
    "section_2_3": "value-people",
    "section_3_1": "dilemma-industry",
    "section_3_2": "dilemma-county",
    "section_3_3": "dilemma-people",
    "section_4_1": "path-industry",
    "section_4_2": "path-county",
    "section_4_3": "path-people",
    "section_5": "conclusion",
    "staggered_adoption": "staggered-adoption",
    "programme": "programme",
    "methods_course": "methods-course",
    "lab_regression": "lab-regression",
    "lab_weights": "lab-weights",
    "lab_staggered": "lab-staggered",
    "lab_hubs": "lab-hubs",
}


@dataclass(frozen=True, eq=False, repr=False)
class Key:
    """The right answer of an exercise, and wrong ones that are often given.

    Attributes
    ----------
    right : object
        Computed from the data, of the kind that the exercise asks for.
    mistakes : dict of str to object
        From a hint to the wrong answer that calls for it, computed like the right one.
    """

    right: Any
    mistakes: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Exercise:
    """An exercise: what is asked, which kind of answer, and how its key is computed."""

    id: str
    question: str
    wanted: Wanted
    hint: str
    key: Callable[[], Key]
    notebook: str


_EXERCISES: dict[str, Exercise] = {}


def exercise(
    id: str, question: str, *, wanted: Wanted, hint: str
) -> Callable[[Callable[[], Key]], Callable[[], Key]]:
    """Register a function as the key of an exercise.

    Parameters
    ----------
    id : str
        The section of the paper, or the notebook, and a number: ``"2.3-1"``.
    question : str
        What is asked for, in one sentence.
    wanted : Wanted
        The kind of answer, see `gzbook.exercises.wanted`.
    hint : str
        What helps with a wrong answer that is none of the known mistakes.
    """

    def register(function: Callable[[], Key]) -> Callable[[], Key]:
        if id in _EXERCISES and _EXERCISES[id].key.__qualname__ != function.__qualname__:
            raise RuntimeError(f"Two exercises are called {id}.")
        module = function.__module__.rpartition(".")[2]
        key = cache(function)
        _EXERCISES[id] = Exercise(id, question, wanted, hint, key, NOTEBOOKS[module])
        return key

    return register


def registered() -> dict[str, Exercise]:
    """Return all exercises by their ids, in the order of the notebooks."""
    for module in NOTEBOOKS:
        import_module(f"gzbook.exercises.{module}")
    places = {notebook: place for place, notebook in enumerate(NOTEBOOKS.values())}
    return dict(sorted(_EXERCISES.items(), key=lambda item: (places[item[1].notebook], item[0])))


def list_exercises() -> pd.DataFrame:
    """List the exercises of the notebooks.

    Returns
    -------
    DataFrame
        One row an exercise: id, notebook, question, answer (the kind that is asked for).

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> gzbook.list_exercises().set_index("id").notebook["2.1-1"]
    'value-industry'
    """
    rows = [
        {"id": e.id, "notebook": e.notebook, "question": e.question, "answer": e.wanted.what}
        for e in registered().values()
    ]
    return pd.DataFrame(rows)


def _found(id: str) -> Exercise:
    """Return an exercise by its id, or name those that are near."""
    known = registered()
    if not isinstance(id, str) or id not in known:
        section = str(id).rpartition("-")[0] or str(id)
        near = [other for other in known if other.rpartition("-")[0] == section]
        near = near or get_close_matches(str(id), known, n=3, cutoff=0.5)
        advice = f"near it {'are' if len(near) > 1 else 'is'} {listed(near)}" if near else ""
        raise InputError(
            f"There is no exercise {id!r}; {advice or 'gzbook.list_exercises() lists them all'}."
        )
    return known[id]


def check(id: str, answer: object = None) -> Reply:
    """Check an answer to an exercise, without showing the solution.

    Parameters
    ----------
    id : str
        Such as ``"2.3-1"``; it stands beside the exercise, and `list_exercises` lists them all.
    answer : number, name, collection, Series or table, optional
        What kind is asked for, the reply to no answer says.

    Returns
    -------
    Reply
        True if the answer is right; shows what is wrong otherwise, with a hint.

    Raises
    ------
    InputError
        If there is no such exercise.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> gzbook.check("2.1-1")
    ○ 2.1-1 Nothing to check yet. Asked for: a number.
    >>> bool(gzbook.check("2.1-1", 0.5))
    False
    >>> gzbook.check("2.1-1", "one half")
    ✗ 2.1-1 Not yet. This is text; asked for is a number, without quotation marks.
    """
    asked = _found(id)
    if answer is None:
        return Reply(id, "empty", f"Asked for: {asked.wanted.what}.")
    wanted = asked.wanted
    try:
        given = wanted.read(answer)
    except WrongKindError as why:
        return Reply(id, "not yet", str(why))
    key = asked.key()
    right = wanted.read(key.right)
    if wanted.same(given, right):
        return Reply(id, "right", "")
    for hint, wrong in key.mistakes.items():
        if wanted.same(given, wanted.read(wrong)):
            return Reply(id, "not yet", hint)
    return Reply(id, "not yet", wanted.hint(given, right) or f"Hint: {asked.hint}")
