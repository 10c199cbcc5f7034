"""Cells as numbers and years: one that is neither is reported with advice, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.words import counted

from .problems import Problems, as_text
from .units import Unit, allowed, doubt, impossible, out_of_line

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_YEAR = re.compile(r"((?:19|20|21)\d\d)(?:\.0+)?年?度?")
_MISSING = {
    "-", "--", "---", "—", "——", "–", "…", "……", "...", "..", ".", "/", "*", "na", "n/a", "nan",
    "null", "none", "missing", "无", "缺", "缺失", "不详", "暂无",
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1949, 2100


_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_NOT_LETTER = re.compile(r"[^a-z]+")


def plain(text: object) -> str:
    """Return a text without white space or the apostrophe of spreadsheets, in ordinary width.

    >>> from gzcounty.reading.cells import plain
    >>> plain(" ５２２６３２\u3000"), plain("'522632")
    ('522632', '522632')
    """
    return _BLANK.sub("", unicodedata.normalize("NFKC", str(text))).lstrip("'‘’")


def letters(text: str) -> str:
    """Return the Latin letters of a text in lower case, without accents or tones.

    >>> from gzcounty.reading.cells import letters
    >>> letters("Róngjiāng County")
    'rongjiangcounty'
    """
    return _NOT_LETTER.sub("", unicodedata.normalize("NFKD", text).lower())


@dataclass(frozen=True)
class Cells:
    """A column as it was read: NaN where missing or bad; `advice` by what a bad cell holds."""

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
    """Read a column as numbers; `marks` mean missing, beside an empty cell."""
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


def read_years(frame: pd.DataFrame, year: str | int, problems: Problems) -> tuple[np.ndarray, Any]:
    """Return the year of each row, NaN where there is a problem; second, notes."""
    if not isinstance(year, str):
        return np.full(len(frame), int(year), dtype=float), ()
    cells = years(frame[year])
    span = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
    _bad(frame[year], cells, "not a year", span, problems)
    empty = np.flatnonzero(cells.missing)
    problems.add(year, "no year", rows=empty, values=[""] * len(empty), allowed=span)
    return cells.read, cells.notes


def _bad(column: pd.Series, cells: Cells, problem: str, span: str, problems: Problems) -> None:
    rows = np.flatnonzero(cells.bad)
    if len(rows):
        values = [as_text(value) for value in column.iloc[rows]]
        advice = [cells.advice.get(value, "") for value in values]
        problems.add(
            str(column.name), problem, rows=rows, values=values, allowed=span, suggestion=advice
        )


def read_values(
    column: pd.Series,
    unit: Unit,
    codes: np.ndarray,
    residents: np.ndarray,
    sure: bool,
    writing: tuple[Collection[str], str | None],
    problems: Problems,
    notes: list[str],
) -> Any:  # noqa: ANN401 (numbers, or texts)
    """Read and check one column of values."""
    if unit.kind == "text":
        return column.to_numpy(dtype=object)
    name = str(column.name)
    cells = numbers(column, *writing)
    values, span = cells.read, allowed(unit)
    notes += cells.notes
    if cells.missing.any():
        notes.append(f"Column {name!r}: {counted(int(cells.missing.sum()), 'value')} missing.")
    _bad(column, cells, "not a number", span, problems)
    wrong = impossible(values, unit)
    doubtful = None if sure else doubt(values, unit, residents)
    if doubtful:
        reason, fits = doubtful
        problem = f"declared as {unit.name}, {reason}"
        advice = f"{fits}; or, if it is right, say sure=[{name!r}]".lstrip("; ")
        problems.add(name, problem, suggestion=advice)
    # Shares written as % are one mistake, not one a row.
    if not (doubtful and unit.kind == "share"):
        rows = np.flatnonzero(wrong)
        if len(rows):
            problems.add(
                name, f"not possible in {unit.name}", rows=rows, values=values[rows], allowed=span,
                suggestion="" if unit.low != 0 else _may_be_negative(values[rows]),
            )  # fmt: skip
    if not sure:
        counties = pd.factorize(codes)[0]
        rows = np.flatnonzero(out_of_line(np.where(wrong, np.nan, values), counties, unit))
        problems.add(
            name, "a hundred times or more off the median of its county", rows=rows,
            values=values[rows], allowed="one unit for all years",
            suggestion=f"if it is right, say sure=[{name!r}]",
        )  # fmt: skip
    elif doubt(values, unit, residents) or out_of_line(values, pd.factorize(codes)[0], unit).any():
        notes.append(f"Column {name!r}: its size is unusual for {unit.name}; taken as given.")
    return values


def _may_be_negative(values: np.ndarray) -> list[str]:
    hint = "if it can be negative, declare the unit 'number'"
    return [hint if value < 0 else "" for value in values]
