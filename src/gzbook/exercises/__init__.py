"""The exercises of the notebooks, and the check of a reader's answer to one of them.

Each module of exercises lists them by id in its dict ``EXERCISES``: a question, the kind of answer
(`gzbook.exercises.answers`), a hint, and a function that computes the right answer from the data,
and the wrong answers that are often given, each with its hint. No reply shows a solution.

On the website, where no kernel runs, an exercise of a lab is a form, with the replies to what may
be typed. Every reply is made here by `check`, for one answer. The form carries them, written so
that nobody reads them at a glance, with the distance within which another number gets the same
reply. ``book/_static/gz-labs.js`` shows the first that fits.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from html import escape
from importlib import import_module
from typing import Any, Literal

import pandas as pd

from gzbook.exercises.answers import (
    AnswerKind,
    Count,
    Labelled,
    Name,
    Number,
    Numbers,
    WrongKindError,
    spellings,
    two_digits,
)
from gzcounty.errors import InputError
from gzcounty.language import N_, _, current_language, in_language
from gzcounty.measures.dimensions import INDICATORS
from gzcounty.words import listed

MODULES = ("chapter_1", "chapter_2", "chapter_3", "chapter_4", "chapter_5", "studies", "labs")

# The notebook of each id, by what stands before the id's last hyphen, in the order of the list.
NOTEBOOKS = {
    "1": "introduction",
    "2": "value",
    "2.1": "value-industry",
    "2.2": "value-county",
    "2.3": "value-people",
    "3.1": "dilemma-industry",
    "3.2": "dilemma-county",
    "3.3": "dilemma-people",
    "4.1": "path-industry",
    "4.2": "path-county",
    "4.3": "path-people",
    "5": "conclusion",
    "staggered": "staggered-adoption",
    "programme": "programme",
    "methods": "methods-course",
    "lab-regression": "lab-regression",
    "lab-weights": "lab-weights",
    "lab-staggered": "lab-staggered",
    "lab-hubs": "lab-hubs",
}

State = Literal["right", "not yet", "empty"]
# Each state has a sign of its own, so that colour is never needed to tell them apart.
SIGNS: dict[State, str] = {"right": "✓", "not yet": "✗", "empty": "○"}
OPENINGS: dict[State, str] = {
    "right": N_("Right."),
    "not yet": N_("Not yet."),
    "empty": N_("Nothing to check yet."),
}


@dataclass(frozen=True, eq=False, repr=False)
class Key:
    """The right answer of an exercise, and the wrong answers that are often given, by hint.

    `read_off` are right as well: what comes of the figures as a page or a lab shows them, rounded.
    """

    right: Any
    mistakes: dict[str, Any]
    read_off: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Exercise:
    """A question, the kind of its answer, a hint for any other wrong answer, and its key."""

    question: str
    answer: AnswerKind
    hint: str
    key: Callable[[], Key]

    def __post_init__(self) -> None:
        # A key is computed once a language, however many answers are checked.
        compute = self.key
        said = cache(lambda language: compute())
        object.__setattr__(self, "key", lambda: said(current_language()))


def section_of(id: str) -> str:
    """Return the section or notebook that an id begins with, without the number."""
    return id.rpartition("-")[0]


def _module_of(id: str) -> str:
    """Return the module of an id: of its chapter, of the labs, or of the studies."""
    if id[:1].isdigit():
        return f"chapter_{id[0]}"
    return "labs" if id.startswith("lab-") else "studies"


def of_module(name: str) -> dict[str, Exercise]:
    """Return the exercises of a module by their ids."""
    return dict(import_module(f"gzbook.exercises.{name}").EXERCISES)


@cache
def exercises() -> dict[str, Exercise]:
    """Return all exercises by their ids, in the order of the notebooks."""
    every = {id: exercise for name in MODULES for id, exercise in of_module(name).items()}
    places = list(NOTEBOOKS)
    ids = sorted(every, key=lambda id: (places.index(section_of(id)), id))
    return {id: every[id] for id in ids}


def list_exercises() -> pd.DataFrame:
    """List the exercises of the notebooks.

    Returns
    -------
    DataFrame
        One row an exercise: id, notebook, question, answer (the kind that is asked for).

    Examples
    --------
    >>> import gzbook
    >>> gzbook.list_exercises().set_index("id").notebook["2.1-1"]
    'value-industry'
    """
    rows = [
        (id, NOTEBOOKS[section_of(id)], _(exercise.question), exercise.answer.description)
        for id, exercise in exercises().items()
    ]
    return pd.DataFrame(rows, columns=["id", "notebook", "question", "answer"])


@dataclass(frozen=True, eq=False, repr=False)
class Reply:
    """The result of a check; true if the answer is right.

    Attributes
    ----------
    id : str
        The exercise.
    state : {"right", "not yet", "empty"}
        ``"empty"`` as long as the answer is None.
    message : str
        What is wrong, with a hint; never the solution.
    form : str
        On the website, where there is nothing to check yet: what takes an answer there.
    """

    id: str
    state: State
    message: str
    form: str = ""

    def __bool__(self) -> bool:
        return self.state == "right"

    def __repr__(self) -> str:
        gap = in_language(" ", "")
        text = f"{_(OPENINGS[self.state])}{gap}{self.message}"
        return f"{SIGNS[self.state]} {self.id} {text}".rstrip()

    def _repr_html_(self) -> str:
        gap = in_language(" ", "")
        return self.form or (
            f'<p class="gz-reply"><strong><span aria-hidden="true">{SIGNS[self.state]}</span> '
            f"{escape(self.id)} {_(OPENINGS[self.state])}</strong>{gap}{escape(self.message)}</p>"
        )


def _look_up(id: str) -> Exercise:
    """Return an exercise by its id, or raise InputError that names those near it."""
    # The one module that has it: a notebook runs again when what it has read changes.
    name = _module_of(id) if isinstance(id, str) else ""
    if name in MODULES and id in (mine := of_module(name)):
        return mine[id]
    table = exercises()
    section = section_of(str(id)) or str(id)
    near = [other for other in table if section_of(other) == section]
    near = near or get_close_matches(str(id), table, n=3, cutoff=0.5)
    if not near:
        raise InputError(
            "There is no exercise {id!r}; gzbook.list_exercises() lists them all.", id=id
        )
    one = N_("There is no exercise {id!r}; near it is {near}.")
    many = N_("There is no exercise {id!r}; near it are {near}.")
    raise InputError(many if len(near) > 1 else one, id=id, near=listed(near))


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
    >>> gzbook.check("2.1-1")
    ○ 2.1-1 Nothing to check yet. Asked for: a number.
    >>> bool(gzbook.check("2.1-1", 0.5))
    False
    >>> gzbook.check("2.1-1", "one half")
    ✗ 2.1-1 Not yet. This is text; asked for is a number, without quotation marks.
    """
    exercise = _look_up(id)
    kind = exercise.answer
    if answer is None:
        asked = _("Asked for: {what}.", what=kind.description)
        return Reply(id, "empty", asked, _form_of_lab(id, exercise))
    try:
        value = kind.read(answer)
    except WrongKindError as error:
        return Reply(id, "not yet", str(error))
    key = exercise.key()
    right, *others = map(kind.read, (key.right, *key.read_off))
    wrong = {hint: kind.read(mistake) for hint, mistake in key.mistakes.items()}
    if any(kind.same(value, accepted) for accepted in (right, *others)):
        return Reply(id, "right", "")
    reasons = [hint for hint, mistake in wrong.items() if kind.matches(value, mistake)]
    if kind.rounded(value, right) and not reasons:
        if not any(kind.rounded(value, mistake) for mistake in wrong.values()):
            return Reply(id, "right", "")
        return Reply(id, "not yet", kind.rounded_too_far())
    # A number may come about in more ways than one, and nobody knows which was the reader's.
    reasons += filter(None, [kind.slip(value, right)])
    message = _(" Or: ").join(reasons) or kind.difference(value, right)
    return Reply(id, "not yet", message or _("Hint: {hint}", hint=_(exercise.hint)))


# ---- on the website ------------------------------------------------------------------------------

NO_SCRIPT = N_(
    "An answer is checked here by a script, which is switched off in your browser; the notebook "
    "checks it too."
)


def _form_of_lab(id: str, exercise: Exercise) -> str:
    """Return what takes an answer on the website; the labs' pages have it."""
    if not id.startswith("lab-"):
        return ""
    # Here, so that other notebooks do not run again when the labs change.
    from gzbook.labs import on_the_website

    return form(id, exercise) if on_the_website() else ""


def form(id: str, exercise: Exercise) -> str:
    """Return a form that takes an answer and checks it."""
    kind, right = exercise.answer, exercise.key().right
    names, text = [_("Your answer")], "x"
    if isinstance(kind, Numbers):
        names, text = [*map(_, kind.of)], ["x"] * len(kind.of)  # type: ignore[assignment]
    if isinstance(kind, Labelled):
        text = dict.fromkeys(dict(right), "x")  # type: ignore[assignment]
        names = [_(INDICATORS[name].label) if name in INDICATORS else name for name in text]
    button = _("Check")
    empty = _("Asked for: {what}.", what=kind.in_a_form)
    told = {
        "replies": list(replies(id, exercise)),
        "empty": empty,
        "wrong": "" if isinstance(kind, Name) else check(id, text).message,
        "hint": _("Hint: {hint}", hint=_(exercise.hint)),
    }
    packed = b64encode(json.dumps(told, ensure_ascii=False).encode()).decode()
    mode = "" if isinstance(kind, Name) else ' inputmode="decimal"'
    inputs = "".join(
        f'<label>{escape(name)}<input name="answer" autocomplete="off"{mode}></label>'
        for name in names
    )
    return (
        f'<form class="gz-exercise" data-exercise="{escape(id)}" data-key="{packed}" hidden>'
        f"<p>{escape(_(exercise.question))} <small>{escape(empty)}</small></p>"
        f'<div class="gz-exercise-fields">{inputs}<button>{button}</button></div>'
        '<p class="gz-exercise-reply" role="status"></p></form>'
        f"<noscript><p>{_(NO_SCRIPT)}</p></noscript>"
    )


def replies(id: str, exercise: Exercise) -> Iterator[dict[str, Any]]:
    """Yield the replies to certain answers, the right ones first, each with what else gets it."""
    kind, key = exercise.answer, exercise.key()
    known = [key.right, *key.read_off, *key.mistakes.values()]
    if isinstance(kind, Name):
        for name in known:
            yield _reply(check(id, name)) | {"names": spellings(kind.read(name))}
        return
    number = kind if isinstance(kind, Number) else kind.number  # type: ignore[attr-defined]
    for value in known:
        read, reply = kind.read(value), check(id, value)
        numbers = list(read.values()) if isinstance(read, dict) else read
        numbers = numbers if isinstance(numbers, list) else [numbers]
        within = [0.0 if isinstance(number, Count) else _half(number, n, reply) for n in numbers]
        yield _reply(reply) | {"numbers": numbers, "within": within}
    if not isinstance(kind, Number) or isinstance(kind, Count):
        return
    right = float(key.right)
    rounded = [round(right, kind.decimals - fewer) for fewer in (1, 2)]
    for value in (*rounded, 100 * right, right / 100, -right):
        reply = check(id, value)
        within = [1e-9 if value in rounded else _half(number, value, reply)]
        yield _reply(reply) | {"numbers": [value], "within": within}
    said = {check(id, mistake).message for mistake in key.mistakes.values()}
    near = [check(id, share * right) for share in (1.04, 0.96, 1.03, 0.97)]
    for reply in [reply for reply in near if reply.message not in said][:1]:
        yield _reply(reply) | {"numbers": [right], "within": [0.05 * abs(right)]}


def _reply(reply: Reply) -> dict[str, Any]:
    return {"right": bool(reply), "message": reply.message}


def _half(number: Number, value: float, reply: Reply) -> float:
    """Return within which distance a number is taken for another; wrong ones need two digits."""
    decimals = number.decimals if reply else max(number.decimals, two_digits(value))
    return 0.5 * 10.0**-decimals
