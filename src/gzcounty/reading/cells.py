"""Cells as numbers and years: one that is neither is reported with advice, never guessed."""

from __future__ import annotations

import datetime as dt
import numbers as abstract
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.checks import as_list
from gzcounty.language import N_, _, _n
from gzcounty.words import counted, unit_name

from .problems import Advice, Argument, Problems, ReadingError, Wording, as_text
from .units import Unit, allowed, doubt, impossible, misstated, out_of_line

_YEAR = re.compile(r"((?:19|20|21)\d\d)(?:\.0+)?年?度?")
FIRST_YEAR, LAST_YEAR = 1949, 2100

_BLANK = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_NOT_LETTER = re.compile(r"[^a-z]+")
# A raised, ringed or lowered digit is a footnote's: 9000① is not 90001.
_OF_A_FOOTNOTE = ("<super>", "<sub>", "<circle>")


@cache
def _folded(sign: str) -> str:
    """Return a sign in ordinary width, but one that stands for several, such as …, as it is."""
    ordinary = unicodedata.normalize("NFKC", sign)
    odd = unicodedata.decomposition(sign).startswith(_OF_A_FOOTNOTE)
    return sign if odd or len(ordinary) != 1 else ordinary


def _folded_text(text: object) -> str:
    """Return a text in ordinary width, without outer spaces or the apostrophe of spreadsheets."""
    text = str(text)
    if not text.isascii():
        visible = _INVISIBLE.sub("", text)
        text = unicodedata.normalize("NFC", "".join(map(_folded, visible)))
    return text.strip().lstrip("'‘’")


def plain(text: object) -> str:
    """Return a text without white space or the apostrophe of spreadsheets, in ordinary width.

    Marks of footnotes stay what they are.

    >>> plain(" ５２２６３２\u3000"), plain("'522632"), plain("9000①"), plain("……")
    ('522632', '522632', '9000①', '……')
    """
    return _BLANK.sub("", _folded_text(text)).lstrip("'‘’")


def heading(name: object) -> str:
    """Return the name of a column as text: 2014.0 is called 2014, a date without a time its day."""
    if isinstance(name, dt.datetime) and name.time() == dt.time():
        name = name.date()
    is_whole = isinstance(name, float | np.floating) and float(name).is_integer()
    return str(int(name)) if is_whole else str(name)  # type: ignore[call-overload]


def heading_key(name: str) -> str:
    """Return what two ways of writing a heading share: 2014, 2014.0 and 2014年 are one."""
    year = _YEAR.fullmatch(plain(name))
    return year[1] if year else plain(name)


def letters(text: str) -> str:
    """Return the Latin letters of a text in lower case, without accents or tones.

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
    advice: dict[str, Wording]
    notes: tuple[str, ...]


def distinct(column: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Return the number of each row's cell among the distinct ones (-1 if missing), and those."""
    raw = column.astype(object)
    try:
        return pd.factorize(raw)
    except TypeError:  # a list in a cell, say
        return pd.factorize(raw.map(str))


def blank(column: pd.Series) -> np.ndarray:
    """Return which cells hold nothing, or only white space."""
    empty = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return empty
    codes, levels = distinct(column)
    nothing = np.array([plain(level) == "" for level in levels], dtype=bool)
    return empty | (np.append(nothing, True)[codes])


# Minus signs of all kinds but the long dash, and apostrophes of all kinds.
_SIGNS = str.maketrans(dict.fromkeys("−‐‒–", "-") | dict.fromkeys("’‘ʼ`´", "'"))
_THOUSANDS = {",": N_("comma"), " ": N_("space"), "'": N_("apostrophe"), ".": N_("full stop")}
_AS_IT_STANDS = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MARK = re.compile(
    r"[-—–―…‥./*#·_=~×]+|n\.?/?a\.?|nan|nil|null|none|missing|无|缺|缺失|不详|暂无|#[a-z0-9/]+[!?]?",
    re.IGNORECASE,
)


class Writing:
    """How the numbers of a table are written: the marks that mean missing, the thousands signs.

    Where the full stop stands between thousands, the comma is the decimal sign.
    """

    def __init__(self, missing: object = (), thousands: object = None) -> None:
        self.signs = tuple(_thousands_sign(sign) for sign in as_list("thousands", thousands))
        if {",", "."} <= set(self.signs):
            raise ReadingError("signs", thousands=Argument("thousands"))
        point = "," if "." in self.signs else "."
        between = f"[{re.escape(''.join(self.signs))}]" if self.signs else "(?!)"
        self._point = point
        self._ungrouped = re.compile(
            rf"[+-]?(?:\d+{re.escape(point)}?\d*|{re.escape(point)}\d+)(?:[eE][+-]?\d+)?"
        )
        self._grouped = re.compile(
            rf"[+-]?(?!0)\d{{1,3}}({between})\d{{3}}(?:\1\d{{3}})*(?:{re.escape(point)}\d*)?"
        )
        given = as_list("missing", missing, numbers=True)
        self.marks = {plain(mark) for mark in given}
        read = [self.read(str(mark)) for mark in given]
        self.mark_values = {value for value in read if value is not None}

    def read(self, text: str) -> float | None:
        """Return the number that a text is, or None if it is none, or can be read in two ways."""
        number = _folded_text(text).translate(_SIGNS)
        grouped = self._grouped.fullmatch(number)
        if not grouped and not self._ungrouped.fullmatch(number):
            return None
        number = number.replace(grouped[1], "") if grouped else number
        value = float(number.replace(self._point, "."))
        return value if np.isfinite(value) else None

    @cached_property
    def _others(self) -> dict[str, Writing]:
        """Return how numbers would be written with one more sign between thousands."""
        more = {sign: {*self.signs, sign} for sign in _THOUSANDS if sign not in self.signs}
        return {s: Writing((), sorted(all_)) for s, all_ in more.items() if not all_ >= {",", "."}}

    def advise(self, written: str) -> Wording:
        """Say what a text that is no number may be meant as, and how to have it read."""
        text = _folded_text(written).translate(_SIGNS)
        if _MARK.fullmatch(text):
            return Advice("mark", missing=Argument("missing", [written.strip()]))
        advice: list[str | Advice] = [
            _("the {sign} does not stand between thousands here", sign=_(word))
            for sign, word in _THOUSANDS.items()
            if sign in self.signs and sign in text
        ]
        for sign, other in self._others.items():
            say = Argument("thousands", [*self.signs, sign] if self.signs else sign)
            if other._grouped.fullmatch(text):
                advice.append(Advice("thousands", sign=_(_THOUSANDS[sign]), thousands=say))
            elif other.read(text) is not None:
                advice.append(Advice("decimal", thousands=say))
        if advice:
            return tuple(advice)
        if text.endswith("%") and self.read(text[:-1]) is not None:
            return _("write {number} and declare the unit '%'", number=text[:-1].strip())
        if text[:1] + text[-1:] == "()" and self.read(text[1:-1]) is not None:
            number = text[1:-1].strip()
            return _("if brackets mean a negative number, write -{number}", number=number)
        if re.search(r"\d", text):
            return _("write one number alone, in the unit of the whole column")
        return ""


def _thousands_sign(sign: object) -> str:
    ordinary = _folded(sign).translate(_SIGNS) if isinstance(sign, str) and len(sign) == 1 else ""
    if ordinary not in _THOUSANDS:
        raise ReadingError("sign", thousands=Argument("thousands", sign))
    return ordinary


def numbers(column: pd.Series, writing: Writing, unit: str = "number") -> Cells:
    """Read a column as numbers. A truth is 1 or 0 where the unit is a flag, else no number."""
    dtype = column.dtype
    # A mark such as -999.9 is another number among those of single precision.
    is_single = "float32" in str(dtype).lower() or str(dtype) == "float[pyarrow]"
    is_number = pd.api.types.is_numeric_dtype(dtype) and dtype.kind in "iuf"
    if is_number:
        values = column.to_numpy(dtype=float, na_value=np.nan).copy()
        missing, bad = np.isnan(values), np.isinf(values)
        advice: dict[str, Wording] = dict.fromkeys(("inf", "-inf"), "")
        rewritten = 0
    else:
        values, missing, bad, advice, rewritten = _objects(column.astype(object), writing, unit)
    for mark in writing.mark_values:
        hit = values == (float(np.float32(mark)) if is_single else mark)
        missing |= hit
        values[hit] = np.nan
    note = _n(
        "Column {name!r}: 1 cell was read after taking out spaces or signs between thousands, or "
        "making other signs ordinary.",
        "Column {name!r}: {n:,} cells were read after taking out spaces or signs between "
        "thousands, or making other signs ordinary.",
        rewritten, name=str(column.name),
    )  # fmt: skip
    return Cells(values, missing, bad, advice, (note,) if rewritten else ())


def _objects(
    raw: pd.Series, writing: Writing, unit: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, Wording], int]:
    """Read cells of any type: values, which are missing, which are bad, advice, how many mended."""
    values, missing = np.full(len(raw), np.nan), raw.isna().to_numpy(dtype=bool).copy()
    advice: dict[str, Wording] = {}
    rewritten = 0
    if pd.api.types.infer_dtype(raw, skipna=True) == "string":  # as in a file of text
        which, kinds = np.where(missing, -1, 0), [str]
    else:
        which, kinds = pd.factorize(np.array([*map(type, raw), None], dtype=object)[:-1])
        which[missing] = -1
    for place, kind in enumerate(kinds):
        at = np.flatnonzero(which == place)
        cells = raw.iloc[at]
        if issubclass(kind, str):
            codes, levels = pd.factorize(cells)
            read, is_missing, is_odd = _texts(np.asarray(levels, dtype=object), writing, advice)
            values[at], missing[at] = read[codes], is_missing[codes]
            rewritten += int(is_odd[codes].sum())
        elif issubclass(kind, bool | np.bool_):
            if unit == "flag":
                values[at] = cells.astype(float)
            word = _("declare the unit 'flag', or write 1 or 0")
            advice |= dict.fromkeys(("True", "False"), word)
        elif issubclass(kind, abstract.Real | Decimal) and not issubclass(kind, np.timedelta64):
            values[at] = cells.map(_as_float)
        elif issubclass(kind, date | np.datetime64):
            word = _("a date, which a spreadsheet may have made of a number")
            advice |= dict.fromkeys(map(as_text, cells), word)
    values[np.isinf(values)] = np.nan
    return values, missing, np.isnan(values) & ~missing, advice, rewritten


def _texts(
    levels: np.ndarray, writing: Writing, advice: dict[str, Wording]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read distinct texts: numbers, which are missing, which are written oddly; add advice."""
    read, (missing, odd) = np.full(len(levels), np.nan), np.zeros((2, len(levels)), dtype=bool)
    # Most are numbers as they stand; each other one is looked at.
    stands = np.zeros(len(levels), dtype=bool)
    if "." not in writing.signs:
        stands[:] = [bool(_AS_IT_STANDS.fullmatch(text)) for text in levels]
        read[stands] = levels[stands].astype(float)
    for place in np.flatnonzero(~stands):
        text = levels[place]
        number = writing.read(text)
        if plain(text) in {"", *writing.marks}:
            missing[place] = True
        elif number is None:
            advice[text] = writing.advise(text)
        else:
            read[place], odd[place] = number, not _AS_IT_STANDS.fullmatch(text.strip())
    return read, missing, odd


def _as_float(number: Any) -> float:  # noqa: ANN401
    try:
        return float(number)
    except OverflowError:
        return np.inf


def years(column: pd.Series) -> Cells:
    """Read a column as years: 2014, 2014.0 and 2014年 are one, a date or 14 is none."""
    codes, levels = distinct(column)
    read = np.full(len(levels) + 1, np.nan)
    is_missing = np.append(np.zeros(len(levels), dtype=bool), True)
    advice: dict[str, Wording] = {}
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
            holds = re.findall(r"(?<![\d.])(?:19|20)\d\d(?!\.?\d)", text)
            alone = len(holds) == 1
            advice[str(level)] = _("write {year} alone", year=holds[0]) if alone else ""
    values, missing = read[codes], is_missing[codes]
    note = _(
        "Column {column!r}: read as the years they hold: {texts}.",
        column=str(column.name), texts=_(", ").join(map(repr, rewritten)),
    )  # fmt: skip
    notes = (note,) if rewritten else ()
    return Cells(values, missing, np.isnan(values) & ~missing, advice, notes)


def read_years(frame: pd.DataFrame, year: str | int, problems: Problems) -> tuple[np.ndarray, Any]:
    """Return the year of each row, NaN where there is a problem; second, notes."""
    if not isinstance(year, str):
        return np.full(len(frame), int(year), dtype=float), ()
    cells = years(frame[year])
    span = _("a year from {first} to {last}", first=FIRST_YEAR, last=LAST_YEAR)
    _bad(frame[year], cells, _("not a year"), span, problems)
    problems.add(year, _("no year"), rows=np.flatnonzero(cells.missing), allowed=span)
    return cells.read, cells.notes


def _bad(column: pd.Series, cells: Cells, problem: str, span: str, problems: Problems) -> None:
    rows = np.flatnonzero(cells.bad)
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
    stated: str,
    sure: bool,
    writing: Writing,
    problems: Problems,
    notes: list[Wording],
) -> Any:  # noqa: ANN401 (numbers, or texts)
    """Read and check one column of values; `stated` is what the file says over it."""
    if unit.kind == "text":
        return column.to_numpy(dtype=object)
    name = str(column.name)
    right = Argument("sure", [name])
    cells = numbers(column, writing, unit.name)
    values, span = cells.read, allowed(unit)
    notes += cells.notes
    if cells.missing.any():
        many = counted(int(cells.missing.sum()), "value")
        notes.append(_("Column {name!r}: {values} missing.", name=name, values=many))
    _bad(column, cells, _("not a number"), span, problems)
    heading = misstated(stated, unit)
    if heading and heading[1] and not sure:
        advice = Advice("heading", fits=heading[1], sure=right)
        problems.add(name, heading[0], suggestion=advice)
    elif heading:
        notes.append(
            _("Column {name!r}: {heading}; taken as declared.", name=name, heading=heading[0])
        )
    doubtful = doubt(values, unit, residents)
    odd = out_of_line(values, pd.factorize(codes)[0], unit)
    if sure and (doubtful or odd.any()):
        notes.append(_(
            "Column {name!r}: its size is unusual for {unit}; taken as given.",
            name=name, unit=unit_name(unit.name),
        ))  # fmt: skip
    elif doubtful:
        reason, fits = doubtful
        problem = _("declared as {unit}, {reason}", unit=unit_name(unit.name), reason=reason)
        advice = Advice("size", fits=fits, sure=right) if fits else Advice("right", sure=right)
        problems.add(name, problem, suggestion=advice)
    # Shares written as % are one mistake, not one a row.
    if sure or not (doubtful and unit.kind == "share"):
        rows = np.flatnonzero(impossible(values, unit))
        hint = _("if it can be negative, declare the unit 'number'")
        problems.add(
            name, _("not possible in {unit}", unit=unit_name(unit.name)), rows=rows,
            values=values[rows], allowed=span,
            suggestion=[hint if unit.low == 0 and v < 0 else "" for v in values[rows]],
        )  # fmt: skip
    if not sure:
        rows = np.flatnonzero(odd)
        problems.add(
            name, _("fifty times or more off the other years of its county"), rows=rows,
            values=values[rows], allowed=_("one unit for all years"),
            suggestion=Advice("right", sure=right),
        )  # fmt: skip
    return values
