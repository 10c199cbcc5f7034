"""Checks of arguments that many functions share; each raises `InputError`."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from numbers import Real

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import listed


def require(condition: bool, message: str) -> None:
    """Raise `InputError` with this message unless the condition holds."""
    if not condition:
        raise InputError(message)


class NoColumnError(InputError):
    """A table lacks columns; `gzcounty.door` says by which arguments they were named."""

    def __init__(
        self, what: str, absent: list, present: list, arguments: tuple[str, ...] = ()
    ) -> None:
        super().__init__(what, absent, present, arguments)

    def find_arguments(self, given: Mapping[str, object]) -> None:
        """Keep the names of the arguments that name an absent column, unless they are known."""
        what, absent, present, known = self.args
        texts = {name: set(_texts(value)) for name, value in given.items()}
        named = [name for name, found in texts.items() if not found.isdisjoint(absent)]
        if not named:  # as a part of a formula
            named = [n for n, found in texts.items() if any(absent[0] in text for text in found)]
        self.args = what, absent, present, known or tuple(named)

    def __str__(self) -> str:
        what, absent, present, arguments = self.args
        lacks = "lack" if what == "the data" else "lacks"
        noun = "column" if len(absent) == 1 else "columns"
        given = f", named by {' and '.join(arguments)}" if arguments else ""
        near = {str(column): column for column in present}
        close = difflib.get_close_matches(str(absent[0]), sorted(near), n=1)
        hint = f"Did you mean {near[close[0]]!r}?" if close else f"There are {listed(present, 12)}."
        sentence = f"{what} {lacks} the {noun} {listed(absent)}{given}. {hint}"
        return sentence[0].upper() + sentence[1:]


def _texts(value: object) -> Iterator[str]:
    """Yield the texts that an argument holds."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        yield from _texts(list(vars(value).values()))
    elif isinstance(value, list | tuple | dict):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        for part in parts:
            yield from _texts(part)


def require_columns(frame: object, columns: Iterable[str], what: str = "the data") -> None:
    """Raise `InputError` unless `frame`, called `what`, is a table that has each column once."""
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"{what} must be a pandas DataFrame, not {type(frame).__name__}.")
    columns = list(columns)
    absent = [column for column in dict.fromkeys(columns) if column not in frame.columns]
    if absent:
        raise NoColumnError(what, absent, list(frame.columns))
    if frame.columns.is_unique and frame.columns.nlevels == 1:
        return
    for column in columns:
        if isinstance(frame[column], pd.DataFrame):
            have = "have" if what == "the data" else "has"
            sentence = f"{what} {have} more than one column called {str(column)!r}; rename them."
            raise InputError(sentence[0].upper() + sentence[1:])


def require_choice(name: str, value: object, choices: Iterable[object]) -> None:
    """Raise `InputError` unless an argument is one of its choices."""
    choices = list(choices)
    if value not in choices:
        *first, last = map(repr, choices)
        raise InputError(f"{name} must be {', '.join(first)} or {last}, not {value!r}.")


def is_whole(value: object) -> bool:
    """Tell whether a value is a whole number, which True and False are not."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def require_whole(name: str, value: object, least: int) -> None:
    """Raise `InputError` unless an argument is a whole number of at least `least`."""
    if not (is_whole(value) and value >= least):  # type: ignore[operator]
        raise InputError(f"{name} must be a whole number of at least {least}, not {value!r}.")


def as_list(name: str, value: object, *, numbers: bool = False) -> list:
    """Return an argument that takes several texts as a list: a single one is a list of one.

    None is an empty one. With `numbers`, finite numbers stand beside texts.
    """
    if value is None:
        return []
    single = isinstance(value, str | bytes | Real) or not isinstance(value, Iterable)
    items = [value] if single else list(value)  # type: ignore[call-overload]
    for item in items:
        is_number = numbers and isinstance(item, Real) and not isinstance(item, bool)
        if not isinstance(item, str) and not (is_number and np.isfinite(float(item))):  # type: ignore[arg-type]
            what = "texts or numbers" if numbers else "texts"
            raise InputError(f"{name} must be {what}, one or a list of them, not {value!r}.")
    return items


def require_positive(
    values: np.ndarray, data: pd.DataFrame, y: str, entity: str, time: str
) -> None:
    """Raise InputError, naming the row of the data, if a value of `y` has no logarithm."""
    wrong = np.flatnonzero(values <= 0)
    if wrong.size:
        row = data.iloc[wrong[0]]
        raise InputError(
            f"{y!r} is {values[wrong[0]]:g} for {str(row[entity])!r} in {row[time]} (and "
            f"{wrong.size - 1} more); logarithms need values above zero."
        )
