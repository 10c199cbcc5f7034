"""Everything that is wrong with a table, collected, so that it is reported at once.

A problem, note or error that names an argument of `read_panel` holds its kind and its fields: one
list of sentences, worded for Python or a command. Who shows it words the arguments as its users
write them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.words import counted

# Of an argument, `{sure}` is the argument with its value, `{sure:=}` one whose value is still to be
# chosen, `{sure:name}` and `{sure:value}` each alone.
TEMPLATES = {
    # Advice beside a problem.
    "mark": N_("if it means missing, say {missing}"),
    "thousands": N_("if the {sign} stands between thousands, say {thousands}"),
    "decimal": N_("if the comma is the decimal sign, say {thousands}"),
    "heading": N_("{fits}; or, if the heading is wrong, say {sure}"),
    "size": N_("{fits}; or, if it is right, say {sure}"),
    "right": N_("if it is right, say {sure}"),
    "region": N_("give {province:=} or {prefecture:=}, or the code: {counties}"),
    "until 2011": N_(
        "for the county of that name until 2011 give its code, {code}; for the "
        "prefecture say {places}, which leaves it out"
    ),
    "total": N_("to leave such rows out, say {skip_totals}"),
    "own list": N_("if you know the county, say {places}, or {none} to leave its rows out"),
    # What is allowed, and problems of arguments.
    "balanced": N_("every year that another county has, as {balanced} asks"),
    "no such column": N_("{argument:name} names a column that {values:name} does not"),
    "no such code": N_("{places:name} gives a code that no county has"),
    # Notes.
    "left out": N_("Left out of the heading, as {header:=} says: {rows}."),
    "read as": N_("Read as {places:=} says: {readings}."),
    "gb18030": N_("Read as GB18030 (GBK), as it is not UTF-8; if it is neither, say {encoding:=}."),
    # Files that cannot be read as they were asked for.
    "other row": N_("{file} has no column {absent} in {at}; {elsewhere}: say {header}."),
    "other sheet": N_(
        "The sheet {page!r} of {file} lacks columns that were asked for, and the sheet "
        "{other!r} has all: say {sheet}, {header}."
    ),
    "units": N_(
        "Row {row} of {file} holds units ({units}), not a county: say {header}, which counts "
        "it as part of the column names."
    ),
    "twice": N_(
        "{file} has {count} columns called {column!r}; rename one, or give all rows of the "
        "heading, such as {header}."
    ),
    "one column": N_(
        "{file} has one column, {column!r}: say {separator:=} with the sign that stands "
        "between its columns."
    ),
    "nul": N_(
        "{file} holds a NUL byte in line {line}, which no text has; if it is UTF-16 without a "
        "mark of it, say {little} or {big}."
    ),
    "mixed": N_(
        "{file} is UTF-8 in some lines, and is not in line {line}; mend the line, or say "
        "which it is, such as {encoding}."
    ),
    "neither": N_(
        "{file} is neither UTF-8 (line {line}) nor GB18030 (line {other}); name its "
        "encoding, such as {encoding}."
    ),
    # Arguments that cannot be what they are.
    "unused": N_("{argument:name} does not apply to {what}."),
    "year span": N_("{year:name} is {year:value}; it can be from {first} to {last}."),
    "year": N_(
        "{year:name} must be a column, one year, or the years in the headings, such as "
        "{example:value}, not {year:value}."
    ),
    "header": N_(
        "{header:name} must be the row of the column names, 1 or more, or a list of such "
        "rows from top to bottom, not {header:value}."
    ),
    "separator": N_(
        "{separator:name} must be one sign, such as {semicolon:value} or {tab:value}, "
        "not {separator:value}."
    ),
    "sign": N_("{thousands:name} must be ',', '.', ' ' or \"'\", not {thousands:value}."),
    "signs": N_("{thousands:name} cannot be ',' and '.' at once: one is the decimal sign."),
    "place": N_(
        "{argument:name} is {argument:value}, which is neither a column of {file} nor a "
        "{region} of China."
    ),
}  # fmt: skip


class Argument(NamedTuple):
    """An argument of `read_panel`, and the value that it has or should have."""

    name: str
    value: object = None


Door: TypeAlias = Callable[[Argument, str], str]
"""Words an argument; the second says which part of it, as in `TEMPLATES`."""


def in_python(argument: Argument, part: str) -> str:
    """Write an argument as a call has it."""
    name, value = argument
    return {"=": f"{name}=", "name": name, "value": f"{value!r}", "": f"{name}={value!r}"}[part]


class _Worded(NamedTuple):
    argument: Argument
    door: Door

    def __format__(self, part: str) -> str:
        return self.door(self.argument, part)


class Advice:
    """A sentence of `TEMPLATES` with its fields; those that are arguments are worded last.

    >>> print(Advice("right", sure=Argument("sure", ["income"])))
    if it is right, say sure=['income']
    """

    def __init__(self, kind: str, **fields: object) -> None:
        self.kind, self.fields = kind, fields

    def worded(self, door: Door) -> str:
        """Return the sentence for those who come in by this door."""
        fields = {
            name: _Worded(value, door) if isinstance(value, Argument) else value
            for name, value in self.fields.items()
        }
        return _(TEMPLATES[self.kind], **fields)

    def __str__(self) -> str:
        return self.worded(in_python)

    __repr__ = __str__

    # Problems of many rows are one if they say the same.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Advice) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


Wording: TypeAlias = str | Advice | tuple[str | Advice, ...]
"""A sentence, or several parts of one."""


def worded(wording: Any, door: Door = in_python) -> Any:  # noqa: ANN401 (whatever a cell holds)
    """Return a wording as text; other things as they are."""
    if isinstance(wording, tuple):
        return _("; ").join(worded(part, door) for part in wording)
    return wording.worded(door) if isinstance(wording, Advice) else wording


class ReadingError(InputError):
    """A file or an argument that cannot be read as it is, with what the sentence is made of."""

    def __init__(self, kind: str, **fields: object) -> None:
        self.advice = Advice(kind, **fields)
        super().__init__(str(self.advice))

    def worded(self, door: Door) -> str:
        """Return the sentence for those who come in by this door."""
        return self.advice.worded(door)

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors travel between processes by their arguments.
        return partial(ReadingError, self.advice.kind, **self.advice.fields), ()


WORDED = ["problem", "allowed", "suggestion"]
COLUMNS = ["row", "column", "value", *WORDED]
SHOWN = 20


class PanelError(InputError):
    """A table that cannot be used as it is.

    Attributes
    ----------
    problems : DataFrame
        One row a problem: ``row`` (as in the file; empty where a whole column is meant),
        ``column``, ``value``, ``problem``, ``allowed``, ``suggestion``.
    """

    def __init__(self, what: str, unworded: pd.DataFrame, notes: Sequence[Wording] = ()) -> None:
        self._parts = (what, unworded, tuple(notes))
        self.problems = table_in_words(unworded)
        super().__init__(self.worded())

    def worded(self, door: Door = in_python) -> str:
        """Return the message: how many problems, the first of them, and what else was noted."""
        what, unworded, notes = self._parts
        problems = self.problems if door is in_python else table_in_words(unworded, door)
        many = how_many(problems)
        head = _("{file} has {problems}; nothing was read.", file=what, problems=many)
        return "\n".join([head, *lines(problems), *(worded(note, door) for note in notes)])

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors travel between processes by their arguments.
        return type(self), self._parts


class Problems:
    """A growing list of problems; rows are positions until `table` gives them their numbers."""

    def __init__(self) -> None:
        self._blocks: list[pd.DataFrame] = []
        self._columns: dict[str, list[str]] = {}
        self._size = 0

    def a_row_a_year(self, columns: Mapping[str, list[str]], size: int) -> None:
        """Have each of `size` rows become one for every year, one year below the other.

        `columns` are those of the file, for each measure and year; a problem of any other column
        is one of all years.
        """
        self._columns, self._size = dict(columns), size
        times = len(next(iter(columns.values())))
        year_of = {name: at for names in columns.values() for at, name in enumerate(names)}
        blocks, self._blocks = self._blocks, []
        for block in blocks:
            for at in range(times):
                here = block[block["column"].map(lambda name, at=at: year_of.get(name, at) == at)]
                shifted = here["at"] + at * size
                self._blocks.append(here.assign(at=shifted.where(here["at"] >= 0, -1)))

    def add(
        self,
        column: str,
        problem: Wording | Iterable[Wording],
        *,
        rows: np.ndarray | None = None,
        values: Iterable[object] | None = None,
        allowed: Wording | Iterable[Wording] = "",
        suggestion: Wording | Iterable[Wording] = "",
    ) -> None:
        """Add a problem of some rows (positions), or of the whole column if none are given."""
        if values is None:
            values = [""] * (1 if rows is None else len(rows))
        cells = [as_text(value) for value in values]
        if not cells:
            return
        block = pd.DataFrame({"at": -1 if rows is None else rows, "column": column, "value": cells})
        words = {"problem": problem, "allowed": allowed, "suggestion": suggestion}
        for name, wording in words.items():
            # A tuple is the parts of one sentence, which stands in each row.
            one = [wording] * len(cells) if isinstance(wording, str | Advice | tuple) else wording
            block[name] = pd.Series(list(one), dtype=object)
        self._blocks.append(block)

    def __bool__(self) -> bool:
        return bool(self._blocks)

    def rows(self) -> np.ndarray:
        """Return the positions that have a problem, each once."""
        if not self._blocks:
            return np.array([], dtype=int)
        at = np.unique(np.concatenate([block["at"].to_numpy(dtype=int) for block in self._blocks]))
        return at[at >= 0]

    def table(self, numbers: pd.Index) -> pd.DataFrame:
        """Return the table of problems, rows called by `numbers`; whole columns come first."""
        if not self:
            return pd.DataFrame(columns=COLUMNS)
        frame = pd.concat(self._blocks, ignore_index=True).sort_values("at", kind="stable")
        at = frame["at"].to_numpy(dtype=int)
        # What the cells of a broken row say is not what their columns mean.
        broken = frame.loc[frame["column"].eq("") & (at >= 0), "at"]
        frame = frame[frame["column"].eq("") | ~frame["at"].isin(broken)]
        at = frame["at"].to_numpy(dtype=int)
        placed = at >= 0
        row = np.full(len(frame), None, dtype=object)
        row[placed] = numbers[at[placed]]
        frame.insert(0, "row", pd.Series(row, index=frame.index).convert_dtypes())
        if self._size:
            places = zip(frame["column"], at // self._size, placed, strict=True)
            names = self._columns
            frame["column"] = [names[c][n] if p and c in names else c for c, n, p in places]
            frame = frame.drop_duplicates(COLUMNS)
        return frame[COLUMNS].reset_index(drop=True)


def as_text(value: object) -> str:
    """Write a value as a reader of the file would see it: nothing for a missing one."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating):
        return f"{value:.15g}"
    return str(value)


def table_in_words(unworded: pd.DataFrame, door: Door = in_python) -> pd.DataFrame:
    """Return the table of problems with its sentences as texts."""
    words = {name: unworded[name].map(lambda cell: worded(cell, door)) for name in WORDED}
    return unworded.assign(**words).infer_objects()


def how_many(problems: pd.DataFrame) -> str:
    """Say how many problems there are, in how many rows."""
    number, rows = counted(len(problems), "problem"), problems["row"].dropna().nunique()
    if not rows:
        return number
    return _("{problems} in {rows}", problems=number, rows=counted(rows, "row"))


def lines(problems: pd.DataFrame, limit: int = SHOWN) -> list[str]:
    """Write the table of problems in words, a line each; rows with the same problem share one."""
    same = [name for name in COLUMNS if name != "row"]
    number = problems.groupby(same, sort=False, dropna=False).ngroup()
    first = problems[number < limit]
    groups = first.groupby(same, sort=False, dropna=False)["row"].agg(list).reset_index()
    shown = [f"- {_sentence(group)}" for group in groups.itertuples(index=False)]
    more = int(number.max()) + 1 - limit if len(number) else 0
    if more > 0:
        shown.append(_("- and {more:,} more, in the error's .problems.", more=more))
    return shown


def _sentence(problem: Any) -> str:  # noqa: ANN401 (a row of the table, as a named tuple)
    where, what = _where(problem), problem.problem
    parts = [_("{where}: {problem}", where=where, problem=what)]
    if problem.value:
        parts = [_("{where}, {value!r}: {problem}", where=where, value=problem.value, problem=what)]
    if problem.allowed:
        parts.append(_("allowed: {allowed}", allowed=problem.allowed))
    if problem.suggestion:
        parts.append(problem.suggestion)
    return _("; ").join(parts)


def _where(problem: Any) -> str:  # noqa: ANN401
    """Name the rows and the column of a problem."""
    every, column = [row for row in problem.row if not pd.isna(row)], problem.column
    if not every:
        return _("column {column!r}", column=column) if column else _("the table")
    first = _(", ").join(map(str, every[:5]))
    rows = _n("row {rows}", "rows {rows}", len(every), rows=first)
    if len(every) > 5:
        rows = _("rows {rows} and {more:,} more", rows=first, more=len(every) - 5)
    return _("{rows}, column {column!r}", rows=rows, column=column) if column else rows
