"""The column of years and those of values: read, and checked against their units."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.reading.counties import gazetteer
from gzcounty.words import counted

from .cells import FIRST_YEAR, LAST_YEAR, Cells, numbers, years
from .problems import Problems, as_text
from .units import Unit, allowed, doubt, impossible, out_of_line


def residents_of(codes: np.ndarray) -> np.ndarray:
    """Return the residents of 2020 of each row's county; NaN where the county is unknown."""
    places = gazetteer().places
    residents = {code: place.residents for code, place in places.items()}
    return pd.Series(codes, dtype=object).map(residents).to_numpy(dtype=float, na_value=np.nan)


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
