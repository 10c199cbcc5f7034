"""An exercise on the website, where no kernel runs: a form, and the replies to what may be typed.

Every reply is made here by `gzbook.exercises.check`, for one answer. The form carries them, written
so that nobody reads them at a glance, with the distance within which another number gets the same
reply. ``book/_static/gz-labs.js`` shows the first that fits.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from gzbook.exercises.answers import Count, Labelled, Name, Number, Numbers, spellings, two_digits
from gzcounty.language import N_, _
from gzcounty.measures.dimensions import INDICATORS

if TYPE_CHECKING:
    from gzbook.exercises import Exercise, Reply

Check = Callable[[str, object], "Reply"]
NO_SCRIPT = N_(
    "An answer is checked here by a script, which is switched off in your browser; the notebook "
    "checks it too."
)


def form(id: str, exercise: Exercise, check: Check) -> str:
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
        "replies": list(replies(id, exercise, check)),
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


def replies(id: str, exercise: Exercise, check: Check) -> Iterator[dict[str, Any]]:
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
