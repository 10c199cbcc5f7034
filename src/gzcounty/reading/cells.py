"""Cells as numbers and years: what is not one is told, with advice, and never guessed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.words import counted

from .writing import plain

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_YEAR = re.compile(r"((?:19|20|21)\d\d)(?:\.0+)?年?度?")
_MISSING = {
    "-", "--", "---", "—", "——", "–", "…", "……", "...", "..", ".", "/", "*", "na", "n/a", "nan",
    "null", "none", "missing", "无", "缺", "缺失", "不详", "暂无",
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1949, 2100


@dataclass(frozen=True)
class Cells:
    """A column as it was read.

    Attributes
    ----------
    read : ndarray of float, shape (n,)
        NaN where a cell is missing or bad.
    missing : ndarray of bool
        Empty cells and those with a mark that was said to mean missing.
    bad : ndarray of bool
        Cells that are no number (no year).
    advice : dict of str to str
        By what a bad cell holds.
    notes : tuple of str
    """

    read: np.ndarray
    missing: np.ndarray
    bad: np.ndarray
    advice: dict[str, str]
    notes: tuple[str, ...]


def blank(column: pd.Series) -> np.ndarray:
    """Return which cells hold nothing, or only white space."""
    empty = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return empty
    codes, levels = pd.factorize(column.astype(object))
    nothing = np.array([plain(level) == "" for level in levels], dtype=bool)
    return empty | (np.append(nothing, True)[codes])


def numbers(column: pd.Series, marks: Collection[str] = (), thousands: str | None = None) -> Cells:
    """Read a column as numbers.

    Parameters
    ----------
    column : Series
        Numbers, texts, or both.
    marks : collection of str
        What means missing, beside an empty cell.
    thousands : str, optional
        The sign between thousands.
    """
    marks = {plain(mark) for mark in marks}
    name = str(column.name)
    notes: list[str] = []
    if pd.api.types.is_bool_dtype(column.dtype):
        column = column.astype("Float64")
    if pd.api.types.is_complex_dtype(column.dtype):
        column = column.astype(str)
    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(dtype=float, na_value=np.nan).copy()
        missing = np.isnan(values)
        bad = np.isinf(values)
        advice = dict.fromkeys(("inf", "-inf"), "")
    else:
        raw = column.astype(object)
        values, missing, bad, advice, rewritten = _texts(raw, marks, thousands)
        if rewritten:
            were = "was" if rewritten == 1 else "were"
            cells = counted(rewritten, "cell")
            notes.append(f"Column {name!r}: {cells} {were} read after {_WRITTEN}.")
    for mark in marks:
        if _NUMBER.fullmatch(mark):
            hit = values == float(mark)
            missing = missing | hit
            values[hit] = np.nan
    return Cells(values, missing, bad, advice, tuple(notes))


_WRITTEN = "taking out spaces or signs between thousands, or making full-width digits ordinary"


def _texts(
    raw: pd.Series, marks: Collection[str], thousands: str | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, str], int]:
    """Read texts. Most are numbers as they stand; each other text is looked at once."""
    kinds = raw.map(type)
    if kinds.eq(complex).any():
        raw = raw.where(kinds.ne(complex), raw.map(str))
    values = pd.to_numeric(raw, errors="coerce").to_numpy(dtype=float, na_value=np.nan).copy()
    # True among numbers is no number, and "inf" is none either.
    odd = ~np.isfinite(values) | kinds.eq(bool).to_numpy()
    codes, levels = pd.factorize(raw[odd])
    read = np.full(len(levels) + 1, np.nan)
    is_missing = np.append(np.zeros(len(levels), dtype=bool), True)
    is_bad = np.zeros(len(levels) + 1, dtype=bool)
    advice: dict[str, str] = {}
    for place, level in enumerate(levels):
        text = plain(level)
        number = text.replace(thousands, "") if thousands else text
        if text == "" or text in marks:
            is_missing[place] = True
        elif not isinstance(level, bool) and _NUMBER.fullmatch(number):
            read[place] = float(number)
            is_bad[place] = not np.isfinite(read[place])
        else:
            is_bad[place] = True
            advice[str(level)] = _advise(text)
    values[odd] = read[codes]
    missing, bad = np.zeros(len(raw), dtype=bool), np.zeros(len(raw), dtype=bool)
    missing[odd], bad[odd] = is_missing[codes], is_bad[codes]
    return values, missing, bad, advice, int(np.isfinite(read[codes]).sum())


def _advise(text: str) -> str:
    if text.lower() in _MISSING:
        return f"if it means missing, say missing=[{text!r}]"
    if _THOUSANDS.fullmatch(text):
        return "if the comma stands between thousands, say thousands=','"
    if text.endswith("%") and _NUMBER.fullmatch(text[:-1]):
        return f"write {text[:-1]} and declare the unit '%'"
    if "," not in text and _NUMBER.match(text):
        return "write a number alone, in the unit of the whole column"
    return ""


def years(column: pd.Series) -> Cells:
    """Read a column as years: 2014, 2014.0 and 2014年 are one, a date or 14 is none."""
    codes, levels = pd.factorize(column.astype(object))
    read = np.full(len(levels) + 1, np.nan)
    is_missing = np.append(np.zeros(len(levels), dtype=bool), True)
    advice: dict[str, str] = {}
    rewritten = []
    for place, level in enumerate(levels):
        text = plain(level)
        match = None if isinstance(level, bool) else _YEAR.fullmatch(text)
        if text == "":
            is_missing[place] = True
        elif match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            read[place] = int(match[1])
            if isinstance(level, str) and level != match[1]:
                rewritten.append(level)
        else:
            holds = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
            advice[str(level)] = f"write {holds[0]} alone" if holds else ""
    values, missing = read[codes], is_missing[codes]
    notes = []
    if rewritten:
        originals = ", ".join(f"{text!r}" for text in rewritten)
        notes.append(f"Column {str(column.name)!r}: read as the years they hold: {originals}.")
    return Cells(values, missing, np.isnan(values) & ~missing, advice, tuple(notes))
