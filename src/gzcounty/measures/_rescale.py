"""Indicators brought to one scale and one direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from ._matrix import as_matrix, require_same_names

Directions = int | Sequence[int] | Mapping[str, int] | None


def rescale(
    X: pd.DataFrame, directions: Directions, shift: float, high: float = np.inf
) -> pd.DataFrame:
    """Bring every indicator to [shift, 1 - shift], with 1 - shift the best unit.

    Parameters
    ----------
    X : DataFrame, shape (n, m)
    directions : see `gzcounty.entropy_weights`; None leaves `X` as it is
    shift : float
        Distance from 0 and 1, from 0 to below 0.5.
    high : float
        Largest value allowed if `X` is used as it is; the smallest is zero.

    Raises
    ------
    InputError
        As `as_matrix`; also for a constant indicator, which has no range to rescale by.
    """
    if not 0 <= shift < 0.5:
        raise InputError(f"shift must be at least 0 and below 0.5, not {shift!r}.")
    if directions is None:
        if shift:
            raise InputError("shift belongs to rescaling: give directions too, or leave it out.")
        hint = "give directions to rescale X"
        values = as_matrix(X, "X", low=0.0, high=high, hint=hint)
        return pd.DataFrame(values, index=X.index, columns=X.columns)
    values = as_matrix(X, "X")
    refuse_constant(X, values)
    signs = _signs(directions, X.columns)
    lowest, highest = values.min(axis=0), values.max(axis=0)
    # Halved first, so that a range of very large values does not overflow.
    scaled = (values / 2 - lowest / 2) / (highest / 2 - lowest / 2)
    scaled = np.where(signs > 0, scaled, 1 - scaled)
    return pd.DataFrame(shift + (1 - 2 * shift) * scaled, index=X.index, columns=X.columns)


def refuse_constant(X: pd.DataFrame, values: np.ndarray) -> None:
    """Raise `InputError` naming indicators that have one value in every unit."""
    if len(values) < 2:
        raise InputError("One unit has nothing to be compared with: X needs at least two rows.")
    constant = X.columns[values.max(axis=0) == values.min(axis=0)]
    if len(constant):
        noun = "Indicator" if len(constant) == 1 else "Indicators"
        verb = "has" if len(constant) == 1 else "have"
        raise InputError(
            f"{noun} {listed(constant)} {verb} the same value in every unit, and so cannot tell "
            "units apart; leave it out."
        )


def said(directions: Directions, shift: float) -> str:
    """Say in a sentence what `rescale` did."""
    if directions is None:
        return "Indicators used as they are, without rescaling."
    ends = f"[{shift:g}, {1 - shift:g}]" if shift else "[0, 1]"
    return f"Indicators rescaled to {ends} by minimum and maximum, in their directions."


def _signs(directions: Directions, names: pd.Index) -> np.ndarray:
    if isinstance(directions, (Mapping, pd.Series)):
        given = pd.Series(directions)
        require_same_names(given.index, names, "directions")
        signs = list(given.loc[names])
    elif isinstance(directions, (str, bytes)) or not np.iterable(directions):
        signs = [directions] * len(names)
    else:
        signs = list(directions)
        if len(signs) != len(names):
            raise InputError(
                f"directions has {counted(len(signs), 'value')} for "
                f"{counted(len(names), 'column')} of X."
            )
    for name, sign in zip(names, signs, strict=True):
        if isinstance(sign, (bool, np.bool_)) or sign not in (1, -1):
            raise InputError(
                f"The direction of {str(name)!r} is {sign!r}; it must be 1 (more is better) or "
                "-1 (less is better)."
            )
    return np.array(signs, dtype=float)
