"""Checks of arguments that many functions share; each raises `InputError`."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from numbers import Real

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.words import in_a_row, listed

THE_DATA = N_("the data")  # what a table is called unless a caller says better


def require(condition: bool, message: str, /, **fields: object) -> None:
    """Raise `InputError` with this message and its fields unless the condition holds."""
    if not condition:
        raise InputError(message, **fields)


class NoColumnError(InputError):
    """A table lacks columns; `gzcounty.door` says by which arguments they were named."""

    def __init__(
        self, what: str, absent: list, present: list, arguments: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        self.args = what, absent, present, arguments

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
        near = {str(column): column for column in present}
        close = difflib.get_close_matches(str(absent[0]), sorted(near), n=1)
        if close:
            hint = _("Did you mean {column!r}?", column=near[close[0]])
        else:
            hint = _("There are {columns}.", columns=listed(present, 12))
        fields = {
            "columns": listed(absent), "hint": hint, "arguments": in_a_row(list(arguments)),
            "what": _upper(what),
        }  # fmt: skip
        if what == THE_DATA and arguments:
            return _n(
                "The data lack the column {columns}, named by {arguments}. {hint}",
                "The data lack the columns {columns}, named by {arguments}. {hint}",
                len(absent), **fields,
            )  # fmt: skip
        if what == THE_DATA:
            return _n(
                "The data lack the column {columns}. {hint}",
                "The data lack the columns {columns}. {hint}",
                len(absent), **fields,
            )  # fmt: skip
        if arguments:
            return _n(
                "{what} lacks the column {columns}, named by {arguments}. {hint}",
                "{what} lacks the columns {columns}, named by {arguments}. {hint}",
                len(absent), **fields,
            )  # fmt: skip
        return _n(
            "{what} lacks the column {columns}. {hint}",
            "{what} lacks the columns {columns}. {hint}",
            len(absent), **fields,
        )  # fmt: skip


def _upper(what: str) -> str:
    """Return what a table is called as a sentence begins."""
    return _(what)[:1].upper() + _(what)[1:]


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


def require_columns(frame: object, columns: Iterable[str], what: str = THE_DATA) -> None:
    """Raise `InputError` unless `frame`, called `what`, is a table that has each column once."""
    if not isinstance(frame, pd.DataFrame):
        kind = type(frame).__name__
        raise InputError("{what} must be a pandas DataFrame, not {kind}.", what=_(what), kind=kind)
    columns = list(columns)
    absent = [column for column in dict.fromkeys(columns) if column not in frame.columns]
    if absent:
        raise NoColumnError(what, absent, list(frame.columns))
    if frame.columns.is_unique and frame.columns.nlevels == 1:
        return
    for column in columns:
        if isinstance(frame[column], pd.DataFrame):
            raise InputError(
                "{what}: more than one column is called {column!r}; rename them.",
                what=_upper(what), column=str(column),
            )  # fmt: skip


def require_choice(name: str, value: object, choices: Iterable[object]) -> None:
    """Raise `InputError` unless an argument is one of its choices."""
    choices = list(choices)
    if value not in choices:
        allowed = in_a_row([*map(repr, choices)], "or")
        raise InputError(
            "{name} must be {allowed}, not {value!r}.", name=name, allowed=allowed, value=value
        )


def is_whole(value: object) -> bool:
    """Tell whether a value is a whole number, which True and False are not."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def require_whole(name: str, value: object, least: int) -> None:
    """Raise `InputError` unless an argument is a whole number of at least `least`."""
    if not (is_whole(value) and value >= least):  # type: ignore[operator]
        raise InputError(
            "{name} must be a whole number of at least {least}, not {value!r}.",
            name=name, least=least, value=value,
        )  # fmt: skip


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
            both = N_("{name} must be texts or numbers, one or a list of them, not {value!r}.")
            one = N_("{name} must be texts, one or a list of them, not {value!r}.")
            raise InputError(both if numbers else one, name=name, value=value)
    return items


def require_positive(
    values: np.ndarray, data: pd.DataFrame, y: str, entity: str, time: str
) -> None:
    """Raise InputError, naming the row of the data, if a value of `y` has no logarithm."""
    wrong = np.flatnonzero(values <= 0)
    if wrong.size:
        row = data.iloc[wrong[0]]
        raise InputError(
            "{y!r} is {value:g} for {unit!r} in {time} (and {more} more); logarithms need values "
            "above zero.",
            y=y, value=values[wrong[0]], unit=str(row[entity]), time=row[time], more=wrong.size - 1,
        )  # fmt: skip
