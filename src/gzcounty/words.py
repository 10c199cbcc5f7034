"""Small helpers that put names and counts into sentences, and pass on what is known of data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from numbers import Integral
from typing import TYPE_CHECKING

from gzcounty.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

# The column by which `gzcounty.simulation` marks the rows it draws.
MARK = "simulated"

_PEOPLES = [
    *"回藏苗彝壮满侗瑶白傣黎佤畲水土羌怒各",
    "蒙古", "维吾尔", "布依", "朝鲜", "土家", "哈尼", "哈萨克", "傈僳", "拉祜", "东乡", "纳西",
    "景颇", "柯尔克孜", "达斡尔", "仫佬", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米",
    "塔吉克", "鄂温克", "保安", "裕固", "独龙", "鄂伦春",
]  # fmt: skip
# Some are named without the word for people: 木垒哈萨克自治县.
_PEOPLE = [f"{p}族" for p in _PEOPLES]
_PEOPLE += ["维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "锡伯", "蒙古"]
_AUTONOMOUS = re.compile(rf"(?:{'|'.join(sorted(_PEOPLE, key=len, reverse=True))})*自治[县旗州区]$")


def listed(names: Iterable[object], limit: int = 5, last: str = "and") -> str:
    """Name things in a row: ``'a', 'b' and 'c'``, or ``'a', 'b' and 7 more`` beyond `limit`.

    `last` is "or" where one of them may be chosen.
    """
    words = [repr(str(name)) for name in names]
    if len(words) > limit:
        words = [*words[:limit], f"{len(words) - limit} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Write a number with its noun: ``1 row``, ``1,200 rows``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def without_peoples(name: str) -> str:
    """Return the short Chinese name of an autonomous unit: 松桃 of 松桃苗族自治县.

    A name of which fewer than two signs would be left stays as it is: 鄂温克族自治旗.
    """
    short = _AUTONOMOUS.sub("", name)
    return short if len(short) >= 2 else name


def data_notes(data: pd.DataFrame | pd.Series) -> list[str]:
    """Return the notes that come with a table, and one if only its rows say it is SIMULATED.

    Notes travel in ``attrs``, which pandas forgets when tables with different ones are put
    together; the column that marks rows stays.
    """
    notes = data.attrs.get("notes", ())
    # What a user keeps under this name may be anything: a text is one note, other things are none.
    notes = [notes] if isinstance(notes, str) else notes
    several = isinstance(notes, list | tuple) and all(isinstance(note, str) for note in notes)
    notes = list(notes) if several else []
    if MARK not in getattr(data, "columns", ()) or any("SIMULATED" in note for note in notes):
        return notes
    # The column may hold NaN, or stand there twice.
    marked = int((data[[MARK]] == True).any(axis=1).sum())  # noqa: E712
    if marked:
        notes.append(f"SIMULATED data: {marked:,} of {counted(len(data), 'row')} are marked so.")
    return notes


def require_year(name: str, value: object) -> None:
    """Raise `InputError` unless a value is a whole number."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise InputError(f"{name} must be a year as a whole number, such as 2020, not {value!r}.")
