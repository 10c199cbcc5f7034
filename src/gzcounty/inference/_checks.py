"""Checks of arguments that several resampling methods share."""

import numpy as np

from gzcounty.errors import InputError


def require(condition: bool, message: str) -> None:
    """Raise `InputError` with this message unless the condition holds."""
    if not condition:
        raise InputError(message)


def require_draws(draws: object) -> None:
    """Raise `InputError` unless the number of draws is a whole number above zero."""
    whole = isinstance(draws, int | np.integer) and not isinstance(draws, bool) and draws > 0
    require(bool(whole), f"draws must be a whole number above zero, not {draws!r}.")
