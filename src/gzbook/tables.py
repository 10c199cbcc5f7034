"""Rows of results: shown as tables that fit a phone, found by their columns, counted in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import counted, listed

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

ENDS = ["conf_low", "conf_high"]
WORDS = {
    "what": N_("model"), "label": N_("model"), "nobs": N_("n"), "id": N_("no."), "kind": N_("kind"),
}  # fmt: skip
SHORT = 12  # letters of a cell that is not broken


def estimate_table(
    table: pd.DataFrame,
    columns: Mapping[str, str] | None = None,
    *,
    unit: str = "",
    precision: int = 1,
) -> Styler:
    """Show a table of estimates: each with its interval in one column, the unit in the heading.

    Words of the companion are said in the reader's language, in headings and in cells.

    Parameters
    ----------
    table : DataFrame
        Its first column names the rows. The estimate follows if there is one, with its interval
        (conf_low and conf_high, 95 %) if there is one.
    columns : mapping of str to str, optional
        Columns to show after the interval, with the words above them. By default `nobs`, if there
        is one, as n. Numbers under "p", or under words that open with "p," or P值, are written
        as p-values.
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
    _require(table, columns)
    first = str(table.columns[0])
    shown, heading = {_(WORDS.get(first, first)): _said(table[first])}, ""
    if {"estimate", *ENDS} <= set(table):
        heading = _("{unit} (95 % interval)", unit=_(unit or N_("estimate")))
        shown[heading] = [
            _("{estimate} ({interval})", estimate=_number(precision, value), interval=ends)
            for value, ends in zip(table["estimate"], interval(table, precision), strict=True)
        ]
    elif "estimate" in table:
        words = _("estimate, {unit}", unit=_(unit)) if unit else _("estimate")
        shown[words] = table["estimate"]
    shown |= {_(words): _said(table[name]) for name, words in columns.items()}
    frame = pd.DataFrame(shown, index=table.index)
    left = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    left = [name for name in left if name != heading]
    side = [{"selector": "th, td", "props": "text-align: left"}]
    whole = [{"selector": "td", "props": "white-space: nowrap"}]
    looks = dict.fromkeys(left, side)
    # Long texts wrap on a desk, as in a written table; an interval or a word is not torn.
    for name in frame:
        if name == heading or (name in left and frame[name].astype(str).str.len().max() <= SHORT):
            looks[name] = looks.get(name, []) + whole
    formats: dict[str, Any] = {
        name: _probability if _is_p(name) else partial(_number, precision)
        for name in frame
        if pd.api.types.is_float_dtype(frame[name])
    }
    look = frame.style.hide().format(thousands=",", escape="html", na_rep="")
    look = look.format(formats, subset=list(formats))
    return look.set_table_styles(looks)


def _require(table: pd.DataFrame, columns: Iterable[str]) -> None:
    if missing := [name for name in columns if name not in table]:
        raise InputError(
            "The table has no {missing}; it has {columns}.",
            missing=listed(missing), columns=listed(list(table)),
        )  # fmt: skip


def _said(column: pd.Series) -> pd.Series:
    """Say the texts of a column; other columns stay."""
    if pd.api.types.is_numeric_dtype(column):
        return column
    return column.astype(object).map(lambda cell: _(cell) if isinstance(cell, str) else cell)


def _is_p(words: str) -> bool:
    return re.fullmatch(r"p(,.*)?|[Pp]值.*", words) is not None


def _number(precision: int, value: float) -> str:
    # Zero is added because what rounds to zero from below would be written "-0.0".
    return _("none") if pd.isna(value) else f"{round(value, precision) + 0.0:,.{precision}f}"


def _probability(value: float) -> str:
    if pd.isna(value):
        return _("none")
    return _("below 0.001") if value < 0.001 else f"{value:.3f}"


def interval(table: pd.DataFrame, precision: int = 1) -> pd.Series:
    """Write intervals as words, such as "2.0 to 7.5".

    >>> interval(pd.DataFrame({"conf_low": [-1.25], "conf_high": [0.5]}), 2).iloc[0]
    '-1.25 to 0.50'
    """
    low, high = (table[end].map(partial(_number, precision)) for end in ENDS)
    said = [_("{low} to {high}", low=a, high=b) for a, b in zip(low, high, strict=True)]
    return pd.Series(said, index=table.index, dtype=object)


def span(first: object, last: object) -> str:
    """Say a period by its first and last year.

    >>> span(2010, 2020)
    '2010-2020'
    """
    return _("{first}-{last}", first=first, last=last)


def sides(table: pd.DataFrame) -> tuple[int, int]:
    """Count the intervals that lie wholly above zero, and those wholly below it.

    Parameters
    ----------
    table : DataFrame
        With conf_low and conf_high.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> gzbook.sides(pd.DataFrame({"conf_low": [0.1, -2, -1], "conf_high": [0.5, -1, 3]}))
    (1, 1)
    """
    return int((table.conf_low > 0).sum()), int((table.conf_high < 0).sum())


def tally(table: pd.DataFrame) -> dict[str, int]:
    """Return the fields of a sentence that counts models: how many, above zero, below zero."""
    above, below = sides(table)
    return {"models": len(table), "above": above, "below": below}


def tally_and_range(table: pd.DataFrame) -> dict[str, float]:
    """Return the fields of `tally`, and the lowest and the highest estimate."""
    return {**tally(table), "low": table.estimate.min(), "high": table.estimate.max()}


def describe_intervals(table: pd.DataFrame) -> str:
    """Count estimates by where their intervals lie.

    Parameters
    ----------
    table : DataFrame
        A row for each estimate: conf_low and conf_high.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> gzbook.describe_intervals(pd.DataFrame({"conf_low": [-2, -1], "conf_high": [-1, 3]}))
    '2 intervals: 1 below zero, 1 with zero inside'
    """
    above, below = sides(table)
    across = len(table) - above - below
    parts = [
        *[_("{n} above zero", n=above)] * bool(above),
        *[_("{n} below zero", n=below)] * bool(below),
        *[_("{n} with zero inside", n=across)] * bool(across),
    ]
    words = counted(len(table), "interval")
    return _("{intervals}: {numbers}", intervals=words, numbers=_(", ").join(parts))


def describe_dots(data: pd.DataFrame, menu: pd.DataFrame) -> str:
    """Count the units inside whose value is below the median of all units.

    Parameters
    ----------
    data : DataFrame
        variable, value, inside: as `gzcounty.distribution_chart` draws them.
    menu : DataFrame
        variable, label.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> data = pd.DataFrame({"variable": "x", "value": range(5), "inside": [1, 1, 0, 0, 1]})
    >>> gzbook.describe_dots(data.astype({"inside": bool}), pd.DataFrame([["x", "Lights"]],
    ...     columns=["variable", "label"]))
    'Lights: 2 of 3'
    """

    def count(rows: pd.DataFrame) -> str:
        members = rows.value[rows.inside].dropna()
        return _("{part} of {n}", part=(members < rows.value.median()).sum(), n=len(members))

    return _by_variable(data, menu, count)


def describe_changes(changes: pd.DataFrame, menu: pd.DataFrame) -> str:
    """Count the lines that rise and that fall.

    Parameters
    ----------
    changes : DataFrame
        variable, start, end: as `gzcounty.dumbbell_chart` draws them.
    menu : DataFrame
        variable, label.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> lines = pd.DataFrame({"variable": "x", "start": [1, 2, 3], "end": [2, 3, 1]})
    >>> gzbook.describe_changes(lines, pd.DataFrame([["x", "Farming"]],
    ...     columns=["variable", "label"]))
    'Farming: 2 rise, 1 fall'
    """

    def count(rows: pd.DataFrame) -> str:
        rise, fall = (rows.end > rows.start).sum(), (rows.end < rows.start).sum()
        return _("{rise} rise, {fall} fall", rise=rise, fall=fall)

    return _by_variable(changes, menu, count)


def _by_variable(
    data: pd.DataFrame, menu: pd.DataFrame, count: Callable[[pd.DataFrame], str]
) -> str:
    """Count the rows of each variable of a menu, behind its label."""
    return _("; ").join(
        _("{label}: {counts}", label=label, counts=count(data[data.variable == variable]))
        for variable, label in zip(menu.variable, menu.label, strict=True)
    )


def find_row(table: pd.DataFrame, **columns: object) -> pd.Series:
    """Return the one row that has these values in these columns.

    Raises
    ------
    InputError
        If a column is not there, or if no row or more than one has the values.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"exposure": ["commerce", "digital"], "year": 2020, "nobs": [61, 60]})
    >>> int(gzbook.find_row(rows, exposure="digital", year=2020).nobs)
    60
    """
    _require(table, columns)
    rows = table[np.logical_and.reduce([table[name] == value for name, value in columns.items()])]
    if len(rows) != 1:
        values = _(", ").join(f"{name} {value!r}" for name, value in columns.items())
        raise InputError(
            "{rows} rows have {values}; one was to be found.", rows=len(rows), values=values
        )
    return rows.iloc[0]


def quoted(
    table: pd.DataFrame, keys: Mapping[str, Mapping[str, object]], **common: object
) -> dict[str, float]:
    """Return estimates and intervals by the names under which a page quotes them.

    Parameters
    ----------
    table : DataFrame
        estimate, conf_low, conf_high, and the columns that say what a row is.
    keys : mapping of str to mapping
        Name to the values of the columns by which its row is found, see `find_row`.
    **common : object
        Values of columns that all of these rows have.

    Returns
    -------
    dict
        For a name ``event`` the numbers event, event_low and event_high.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> row = {"exposure": "digital", "estimate": 1.5, "conf_low": -0.5, "conf_high": 3.5}
    >>> gzbook.quoted(pd.DataFrame([row]), {"held": {"exposure": "digital"}})
    {'held': 1.5, 'held_low': -0.5, 'held_high': 3.5}
    """
    numbers = {}
    for key, columns in keys.items():
        row = find_row(table, **common, **columns)
        for end, name in {"": "estimate", "_low": "conf_low", "_high": "conf_high"}.items():
            numbers[key + end] = float(row[name])
    return numbers


def written(value: float, spec: str) -> str:
    """Write a number with a true minus, and a rounded zero without a sign.

    >>> written(-1234.5, ",.1f"), written(-0.04, "+.1f")
    ('−1,234.5', '0.0')
    """
    text = format(value, spec)
    if not any(digit in text for digit in "123456789"):
        text = text.lstrip("+-")
    return text.replace("-", "\N{MINUS SIGN}")
