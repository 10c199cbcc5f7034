"""Rows of cells as a table: its heading found and matched, each row called by its number.

A heading may hold years: then a column is one measure in one of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.words import counted, in_a_row, listed

from .cells import heading, heading_key, plain
from .problems import Advice, Argument, Problems, ReadingError, Wording, as_text
from .units import stated_units

# How far down a heading is looked for, when it is not where it was said to be.
LOOKED_AT = 40
_FOOTNOTE = re.compile(
    r"[*＊※①-⑳]|[(（\[【]?(?:附?注|备注|说明|(?:资料|数据)?来源|notes?\b|source)", re.I
)

_NUMBER = re.compile(r"(?!(?:19|20)\d\d$)[+-]?\d[\d,.]*")
_UNIT_ABOVE = re.compile(r"(?:单位\s*[:：]|\bunits?\s*:)[^)）\]】]+", re.I)


@dataclass(frozen=True)
class Fault:
    """Something that is wrong with a row of the file, whatever its cells mean."""

    row: int
    problem: str
    column: str = ""
    value: object = ""
    suggestion: str = ""


@dataclass(frozen=True)
class Table:
    """The columns requested that a file has, cells as they stand.

    `numbers` is what each row is called: the row of the spreadsheet or text file, the heading
    counted; the number of the observation in Stata, SPSS and Parquet files; the label in a
    DataFrame. `columns` are all columns of the file. `stated` has all that the file says over each
    requested column; `percent` the rows whose number Excel shows as a percentage.
    """

    frame: pd.DataFrame
    numbers: pd.Index
    columns: list[str]
    name: str
    notes: list[Wording]
    stated: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    percent: dict[str, list[int]] = field(default_factory=dict)

    def problems(self) -> Problems:
        """Return the faults of the file, to which those of its cells are added."""
        problems = Problems()
        for column in dict.fromkeys(fault.column for fault in self.faults):
            faults = [fault for fault in self.faults if fault.column == column]
            problems.add(
                column,
                [fault.problem for fault in faults],
                rows=self.numbers.get_indexer([fault.row for fault in faults]),
                values=[fault.value for fault in faults],
                suggestion=[fault.suggestion for fault in faults],
            )
        return problems


@dataclass(frozen=True)
class Heading:
    """The names of all columns, and the places of those requested; rows begin below `last`."""

    columns: list[str]
    places: dict[str, int]
    stated: dict[str, str]
    last: int = 0


@dataclass(frozen=True)
class Asked:
    """What a caller wants of a file: columns that it must have, and may have; where they are."""

    required: list[str]
    optional: list[str]
    header: list[int]


def is_blank(cell: object) -> bool:
    """Tell whether a cell holds nothing."""
    if isinstance(cell, str):
        return not cell or cell.isspace()
    return cell is None or (isinstance(cell, float) and cell != cell)


def as_heading(cell: object) -> str:
    """Write a cell as the name of a column."""
    return "" if is_blank(cell) else " ".join(heading(cell).split())


def joined(rows: Sequence[Sequence[Any]], whole: bool = False) -> list[tuple[str, ...]]:
    """Return for each column what the rows of its heading say, each word once.

    Where a heading stands over several columns, files of text have it over the first alone: a
    blank above a name takes the heading to its left, unless the rows are `whole` already.
    """
    width = max((len(row) for row in rows), default=0)
    grid = [[as_heading(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    for level, row in enumerate([] if whole else grid[:-1]):
        for place in range(1, width):
            below = any(lower[place] for lower in grid[level + 1 :])
            beside = level == 0 or grid[level - 1][place] == grid[level - 1][place - 1]
            if not row[place] and below and beside:
                row[place] = row[place - 1]
    return [tuple(dict.fromkeys(filter(None, words))) for words in zip(*grid, strict=True)]


def matches(parts: Sequence[tuple[str, ...]], names: Iterable[str]) -> dict[str, list[int]]:
    """Return the places that each name can mean, for the names that mean any.

    A name is the whole heading, the whole but for spaces, or one row of a heading of several.
    """
    whole = [" ".join(words) for words in parts]
    bare = [heading_key(words) for words in whole]
    pieces = [{heading_key(word) for word in words} for words in parts]
    found = {}
    for name in names:
        key = heading_key(name)
        places = (
            places_in_year(parts, name)
            if isinstance(name, InYear)
            else (
                [place for place, words in enumerate(whole) if words == name]
                or [place for place, words in enumerate(bare) if words == key]
                or [place for place, words in enumerate(pieces) if key in words]
            )
        )
        if key and places:
            found[name] = places
    return found


def search(
    rows: Sequence[Sequence[Any]], names: Collection[str], whole: bool = False
) -> tuple[list[int], list[str]]:
    """Return the row or rows (from 1) at the top that hold most of the names, and these names."""
    best: tuple[list[int], list[str]] = ([], [])
    # A number that is no year is of the data: 2014 in a row of data is not the column 2014.
    is_data = [any(map(_NUMBER.fullmatch, map(as_heading, row))) for row in rows[:LOOKED_AT]]
    for size in (1, 2, 3):
        for start in range(len(is_data) - size + 1):
            if any(is_data[start : start + size]):
                continue
            held = list(matches(joined(rows[start : start + size], whole), names))
            if len(held) > len(best[1]):
                best = (list(range(start + 1, start + size + 1)), held)
    return best


def _rows(rows: Sequence[int]) -> str:
    """Name rows of the file."""
    return _n("row {rows}", "rows {rows}", len(rows), rows=in_a_row([*map(str, rows)]))


def header_argument(rows: Sequence[int]) -> Argument:
    """Return the argument that reads the column names from these rows."""
    return Argument("header", rows[0] if len(rows) == 1 else list(rows))


def read_heading(
    rows: Sequence[Sequence[Any]],
    asked: Asked,
    name: str,
    notes: list[Wording],
    whole: bool = False,
) -> Heading:
    """Find the requested columns in the heading; if it is another row, say which."""
    at = asked.header
    given = [rows[row - 1] for row in at if row <= len(rows)]
    parts = joined(given, whole)
    heading = heading_of(parts, [*asked.required, *asked.optional], name, notes, at[-1])
    absent = [column for column in asked.required if column not in heading.places]
    if absent:
        found, held = search(rows, asked.required, whole)
        if len(held) > len(asked.required) - len(absent):
            rest = [column for column in asked.required if column not in held]
            elsewhere = _n(
                "{rows} holds {held}, and none {rest}", "{rows} hold {held}, and none {rest}",
                len(found), rows=_rows(found), held=listed(held), rest=listed(rest, last="or"),
            )  # fmt: skip
            if not rest:
                elsewhere = _n("{rows} holds all", "{rows} hold all", len(found), rows=_rows(found))
            raise ReadingError(
                "other row", file=name, absent=listed(absent, last="or"), at=_rows(at),
                elsewhere=elsewhere, header=header_argument(found),
            )  # fmt: skip
    if not any(heading.columns):
        raise InputError("{name} has no column names in {rows}.", name=name, rows=_rows(at))
    below = rows[at[-1]] if at[-1] < len(rows) else []
    if any(not is_blank(cell) for cell in below) and _holds_units(below, heading):
        cells = [as_heading(cell) for cell in below if not is_blank(cell)]
        raise ReadingError(
            "units", row=at[-1] + 1, file=name, units=_(", ").join(cells[:3]),
            header=header_argument([*at, at[-1] + 1]),
        )  # fmt: skip
    between = [row for row in range(at[0], at[-1]) if row not in at]
    if any(not is_blank(cell) for row in between for cell in rows[row - 1]):
        notes.append(Advice("left out", header=Argument("header"), rows=_rows(between)))
    cells = [as_heading(cell) for row in rows[: at[0] - 1] for cell in row]
    above = list(dict.fromkeys(found[0] for found in map(_UNIT_ABOVE.search, cells) if found))
    notes += [_("Above the table stands {text!r}.", text=text) for text in above]
    if len(above) == 1 and not re.search("[,，、;；]", above[0]):
        for column, text in heading.stated.items():
            heading.stated[column] = text if stated_units(text) else f"{text}|{above[0]}"
    return heading


def _holds_units(row: Sequence[Any], heading: Heading) -> bool:
    """Tell whether a row has no number, and nothing but units under what was asked for."""
    texts = [as_heading(cell) for cell in row]
    asked = [texts[place] for place in heading.places.values() if place < len(texts)]
    units = [bool(stated_units(text)) for text in asked if text not in ("", "单位", "计量单位")]
    return bool(units) and all(units) and not any(re.search(r"\d", text) for text in texts)


def heading_of(
    parts: Sequence[tuple[str, ...]],
    names: Sequence[str],
    name: str,
    notes: list[Wording],
    last: int = 0,
) -> Heading:
    """Find columns by their names, each once."""
    columns = [" ".join(words) for words in parts]
    places, of_years = {}, []
    for column, found in matches(parts, names).items():
        same = [columns[place] for place in found]
        if len(found) > 1 and isinstance(column, InYear):
            raise InputError(
                "{name} has {number} columns for {column!r}: {columns}.",
                name=name, number=len(found), column=column, columns=listed(same),
            )  # fmt: skip
        if len(found) > 1 and len(set(same)) > 1:
            raise InputError(
                "{name} has {number} columns with {column!r} in their headings; name the one "
                "that is meant in full: {columns}.",
                name=name, number=len(found), column=column, columns=listed(same, 20, "or"),
            )  # fmt: skip
        if len(found) > 1:
            if last:
                header = header_argument([last, last + 1])
                raise ReadingError(
                    "twice", file=name, count=len(found), column=column, header=header
                )
            raise InputError(
                "{name} has {number} columns called {column!r}; rename one.",
                name=name, number=len(found), column=column,
            )  # fmt: skip
        places[column] = found[0]
        if isinstance(column, InYear):
            of_years.append(same[0])
        elif same[0] != column:
            notes.append(
                _("The column {found!r} was taken for {column!r}.", found=same[0], column=column)
            )
    if of_years:
        notes.append(_("Columns of a year each: {columns}.", columns=listed(of_years, 30)))
    stated = {column: "|".join(parts[place]) for column, place in places.items()}
    return Heading(columns, places, stated, last)


def make_table(
    rows: Iterable[Sequence[Any]],
    heading: Heading,
    name: str,
    notes: list[Wording],
    faults: list[Fault],
    percent: dict[str, list[int]] | None = None,
) -> Table:
    """Keep the requested cells of the rows below the heading; a row of another width is a fault."""
    width = len(heading.columns)
    named = max((at + 1 for at, words in enumerate(heading.columns) if words), default=0)
    places = list(heading.places.values())
    kept: list[Sequence[Any]] = []
    single = {}
    pick = itemgetter(*places) if len(places) > 1 else lambda row: tuple(row[at] for at in places)
    for number, row in enumerate(rows, start=heading.last + 1):
        size = len(row)
        # Most rows: there may be a million. Python looks for cycles in lists, not in such tuples.
        if size == width and all(cells := pick(row)):
            kept.append(cells)
            continue
        cells = tuple(row[place] if place < size else None for place in places)
        kept.append(tuple(None if is_blank(cell) else cell for cell in cells))
        filled = [cell for cell in row if not is_blank(cell)]
        if len(filled) == 1:
            single[number] = as_text(filled[0])
        too_long = not all(map(is_blank, row[width:]))
        if filled and (too_long or size < named):
            problem = _(
                "{cells} for {names}",
                cells=counted(size, "cell"), names=counted(width, "column name"),
            )  # fmt: skip
            inside = N_(
                "a sign between columns that stands inside a cell, as in 1,234, needs quotation "
                "marks around the cell"
            )
            after = N_(
                "each cell needs the sign after it, an empty one too, and not inside quotation "
                "marks"
            )
            faults.append(Fault(number, problem, suggestion=_(inside if too_long else after)))
    numbers = pd.RangeIndex(heading.last + 1, heading.last + 1 + len(kept))
    below = _footnotes(single, kept, heading.last)
    if below:
        left_out = _(", ").join(
            _("row {row} {text!r}", row=row, text=single[row][:40]) for row in below
        )
        notes.append(_("Left out as notes below the table: {rows}.", rows=left_out))
        kept, numbers = kept[: below[0] - numbers[0]], numbers[: below[0] - numbers[0]]
        faults[:] = [fault for fault in faults if fault.row < below[0]]
    outside = [fault for fault in faults if fault.row <= heading.last]
    if outside:
        raise InputError(
            "{name}, row {row}: {problem}.",
            name=name, row=outside[0].row, problem=outside[0].problem,
        )  # fmt: skip
    frame = pd.DataFrame(kept, columns=list(heading.places), dtype=object)
    return without_empty(frame, numbers, heading, name, notes, faults, percent)


def _footnotes(single: dict[int, str], kept: Sequence[Sequence[Any]], last: int) -> list[int]:
    """Return the rows at the end that hold one cell each, from the first that begins as a note."""
    block: list[int] = []
    for number in range(last + len(kept), last, -1):
        if number in single:
            block.insert(0, number)
        elif not all(map(is_blank, kept[number - last - 1])):
            break
    starts = [at for at, row in enumerate(block) if _FOOTNOTE.match(single[row].strip())]
    return block[starts[0] :] if starts else []


def without_empty(
    frame: pd.DataFrame,
    numbers: pd.Index,
    heading: Heading,
    name: str,
    notes: list[Wording],
    faults: list[Fault] | None = None,
    percent: dict[str, list[int]] | None = None,
) -> Table:
    """Leave out rows in which none of the requested cells holds anything."""
    faults = faults or []
    empty = frame.isna().all(axis=1).to_numpy(copy=True)
    if faults:
        empty &= ~numbers.isin([fault.row for fault in faults])
    if len(frame.columns) and empty.any():
        many = counted(int(empty.sum()), "row")
        notes.append(_("{rows} of the file with nothing in the columns read: left out.", rows=many))
        frame, numbers = frame[~empty].reset_index(drop=True), numbers[~empty]
    return Table(
        frame, numbers, heading.columns, name, notes, heading.stated, faults, percent or {}
    )


_YEAR_WITHIN = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?!\d)(?:\.0+(?!\d))?")
_AROUND = " _-–.,，、:：;；/|·"
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")


class InYear(str):
    """A measure in one year, as it is asked of a table with years in its headings."""

    measure: str
    year: int
    alone: bool

    def __new__(cls, measure: str, year: int, alone: bool) -> InYear:
        """Name a measure in a year; one that is asked `alone` may stand under the bare year."""
        self = super().__new__(cls, f"{measure} {year}")
        self.measure, self.year, self.alone = measure, year, alone
        return self


def year_and_rest(words: Iterable[str]) -> tuple[int, set[str]] | None:
    """Return the one year in a heading and what else it can be read to say; None if no year.

    >>> year, rests = year_and_rest(["2014年GDP（亿元）"])
    >>> year, sorted(rests)
    (2014, ['GDP', 'GDP(亿元)', '年GDP', '年GDP(亿元)'])
    """
    text = " ".join(word for word in words if word not in stated_units(word))
    years = list(_YEAR_WITHIN.finditer(text))
    if len(years) != 1:
        return None
    before, after = text[: years[0].start()], text[years[0].end() :]
    rests = {before + after, before + re.sub("^ ?年度?", "", after)}
    rests |= {_BRACKETS.sub(lambda at: "" if stated_units(at[0]) else at[0], r) for r in rests}
    return int(years[0][1]), {_bare(rest) for rest in rests}


def _bare(text: str) -> str:
    """Return a text without spaces, the signs around it, and brackets in which nothing is left."""
    text = re.sub(rf"[(（\[【][{_AROUND}]*[)）\]】]", "", plain(text))
    text = re.sub(rf"(?<=[(（\[【])[{_AROUND}]+|[{_AROUND}]+(?=[)）\]】])", "", text)
    return text.strip(_AROUND)


def places_in_year(parts: Sequence[tuple[str, ...]], asked: InYear) -> list[int]:
    """Return the places of the columns that can hold a measure of one year."""
    read = {place: year_and_rest(words) for place, words in enumerate(parts)}
    right = {place: found[1] for place, found in read.items() if found and found[0] == asked.year}
    named = [place for place, rests in right.items() if _bare(asked.measure) in rests]
    bare = [place for place, rests in right.items() if rests & {"", "X", "Y"}]
    return named or (bare if asked.alone else [])


def without_year(heading: str) -> str:
    """Return a heading without its year, for the unit that it states."""
    return re.sub("^年度?", "", _YEAR_WITHIN.sub("", heading)).strip(_AROUND)


def other_years(columns: Iterable[str], measures: Iterable[str], asked: Iterable[int]) -> list[int]:
    """Return the years in which a measure stands in a heading, beyond those asked for."""
    names = {_bare(measure) for measure in measures}
    found = [year_and_rest([column]) for column in columns]
    return sorted({at[0] for at in found if at and at[1] & {*names, ""}} - set(asked))
