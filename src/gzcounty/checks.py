"""Checks of arguments that many functions share; each raises `InputError`."""

from collections.abc import Iterable

import numpy as np

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


def require_draws(draws: object) -> None:
    """Raise `InputError` unless the number of draws is a whole number above zero."""
    good = is_whole(draws) and draws > 0  # type: ignore[operator]
    require(good, f"draws must be a whole number above zero, not {draws!r}.")
