"""Refusals shared by the charts: each says what was wrong, where, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from gzcounty.errors import InputError


def require_columns(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Refuse a table that lacks a column.

    Parameters
    ----------
    frame : DataFrame
        Table to look at.
    columns : iterable of str
        Columns it must have.
    what : str
        What the table is, for the message.

    Raises
    ------
    InputError
        If a column is missing; names it and the columns there are.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        have = ", ".join(map(str, frame.columns))
        raise InputError(f"{what} lacks the column {', '.join(missing)}; it has {have}.")


def require_numbers(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Refuse a table whose column to be drawn is not numeric.

    Parameters
    ----------
    frame : DataFrame
        Table to look at.
    columns : iterable of str
        Columns that must be numeric; missing values are allowed.
    what : str
        What the table is, for the message.

    Raises
    ------
    InputError
        If a column is missing or not numeric.
    """
    columns = list(columns)
    require_columns(frame, columns, what)
    for column in columns:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            raise InputError(
                f"column {column} of {what} must be numeric, it is {frame[column].dtype}."
            )


def require_codes(codes: Iterable[Any], known: Iterable[str], what: str, where: str) -> None:
    """Refuse codes that the place where they would be drawn does not know.

    Parameters
    ----------
    codes : iterable
        Codes about to be drawn.
    known : iterable of str
        Codes that can be drawn.
    what, where : str
        What the codes come from and what does not know them, for the message.

    Raises
    ------
    InputError
        If a code is unknown (named, the first five), is not a string, or appears twice.
    """
    codes = list(codes)
    places = set(known)
    # A number is not an adcode, even if it looks like one: it would match nothing in the browser.
    unknown = sorted({str(c) for c in codes if not isinstance(c, str) or c not in places})
    if unknown:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise InputError(
            f"{what} holds the adcode {', '.join(unknown[:5])}{more}, which {where} does not know; "
            "an adcode is a six-digit string of today's units."
        )
    twice = pd.Series(codes, dtype=object)
    twice = twice[twice.duplicated()]
    if len(twice):
        raise InputError(
            f"{what} holds the adcode {twice.iloc[0]} more than once; one row a county is allowed."
        )
