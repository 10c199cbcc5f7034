"""Everything that is wrong with a table, collected, so that it is reported at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import _, _n
from gzcounty.words import counted

from .wording import Advice, Door, Wording, in_python, worded

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
