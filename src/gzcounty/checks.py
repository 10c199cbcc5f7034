"""Checks of arguments that many functions share; each raises `InputError`."""

from collections.abc import Iterable
from numbers import Real

import numpy as np
import pandas as pd

from gzcounty.errors import InputError


def require(condition: bool, message: str) -> None:
    """Raise `InputError` with this message unless the condition holds."""
    if not condition:
        raise InputError(message)


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
