"""Tables of estimates as a reader meets them: words for column names, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import listed

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

ENDS = ["conf_low", "conf_high"]
WORDS = {"what": "model", "nobs": "n"}


def estimate_table(
    table: pd.DataFrame,
    columns: Mapping[str, str] | None = None,
    *,
    unit: str = "",
    precision: int = 1,
) -> Styler:
    """Show a table of estimates: each with its interval in one column, the unit in the heading.

    Parameters
    ----------
    table : DataFrame
        Its first column names the rows. The estimate follows if there is one, with its interval
        (conf_low and conf_high, 95 %) if there is one.
    columns : mapping of str to str, optional
        Columns to show after the interval, with the words above them. By default `nobs`, if there
        is one, as n. Numbers under "p", or under words that open with "p,", are written as
        p-values.
    unit : str
        Of the estimate, such as "%".
    precision : int
        Digits behind the point.

    Raises
    ------
    InputError
        If a column asked for is not there.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> row = {"what": "Naive", "estimate": 4.71, "conf_low": 2.02, "conf_high": 7.48, "nobs": 61}
    >>> gzbook.estimate_table(pd.DataFrame([row]), unit="%").data
       model % (95 % interval)   n
    0  Naive  4.7 (2.0 to 7.5)  61
    """
    if columns is None:
        columns = {name: WORDS[name] for name in ("nobs",) if name in table}
    if missing := [name for name in columns if name not in table]:
        raise InputError(f"The table has no {listed(missing)}; it has {listed(list(table))}.")
    first = str(table.columns[0])
    shown = {WORDS.get(first, first): table[first]}
    if {"estimate", *ENDS} <= set(table):
        words = f"{unit or 'estimate'} (95 % interval)"
        estimate = table["estimate"].map(partial(_number, precision))
        shown[words] = estimate + " (" + interval(table, precision) + ")"
    elif "estimate" in table:
        shown[f"estimate, {unit}" if unit else "estimate"] = table["estimate"]
    shown |= {words: table[name] for name, words in columns.items()}
    frame = pd.DataFrame(shown)
    left = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    left = [name for name in left if "95 % interval" not in name]
    side = [{"selector": "th, td", "props": "text-align: left"}]
    formats: dict[str, Any] = {
        name: _probability if name.split(",")[0] == "p" else partial(_number, precision)
        for name in frame
        if pd.api.types.is_float_dtype(frame[name])
    }
    look = frame.style.hide().format(thousands=",", escape="html")
    look = look.format(formats, subset=list(formats))
    return look.set_table_styles(dict.fromkeys(left, side))


def _number(precision: int, value: float) -> str:
    # Zero is added because what rounds to zero from below would be written "-0.0".
    return "none" if pd.isna(value) else f"{round(value, precision) + 0.0:,.{precision}f}"


def _probability(value: float) -> str:
    return "none" if pd.isna(value) else "below 0.001" if value < 0.001 else f"{value:.3f}"


def interval(table: pd.DataFrame, precision: int = 1) -> pd.Series:
    """Write intervals as words, such as "2.0 to 7.5".

    Examples
    --------
    >>> interval(pd.DataFrame({"conf_low": [-1.25], "conf_high": [0.5]}), 2).iloc[0]
    '-1.25 to 0.50'
    """
    low, high = (table[end].map(partial(_number, precision)) for end in ENDS)
    return low + " to " + high
