"""What a user asked for, checked against the file before any cell is looked at."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

import numpy as np

from gzcounty.errors import InputError
from gzcounty.words import listed

from .cells import FIRST_YEAR, LAST_YEAR
from .files import Table
from .gazetteer import gazetteer, region
from .problems import PanelError, Problems, message
from .units import Unit, find_unit
from .writing import plain


def wanted_columns(county: str, year: str | int, values: Mapping[str, str]) -> list[str]:
    """Check how columns are named; return those of the file."""
    if not isinstance(values, Mapping) or not values:
        raise InputError(
            "values must name at least one column with its unit, such as {'income': 'yuan a "
            f"person'}}, not {values!r}."
        )
    if isinstance(year, bool) or not isinstance(year, str | int | np.integer):
        raise InputError(f"year must be a column or one year, not {year!r}.")
    if not isinstance(year, str) and not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"year is {year}; it can be from {FIRST_YEAR} to {LAST_YEAR}.")
    named = [county, *([year] if isinstance(year, str) else []), *values]
    twice = sorted({str(name) for name in named if named.count(name) > 1})
    if twice:
        raise InputError(f"The column {listed(twice)} cannot be two things at once.")
    taken = [name for name in values if name in ("adcode", "year")]
    if taken:
        raise InputError(f"The result has a column {taken[0]!r} of its own; rename yours.")
    return [str(name) for name in named]


def checked_units(
    table: Table,
    columns: list[str],
    values: Mapping[str, str],
    convert: Mapping[str, str],
    places: Mapping[str, str],
    sure: Collection[str],
) -> tuple[dict[str, Unit], dict[str, Unit]]:
    """Check columns, units and the user's list of places, all at once."""
    problems = Problems()
    _find_absent(table, columns, problems)
    units: dict[str, Unit] = {}
    targets: dict[str, Unit] = {}
    for wanted, found in ((values, units), (convert, targets)):
        for name, unit in wanted.items():
            try:
                found[name] = find_unit(unit)
            except InputError as error:
                problems.add(name, str(error).rstrip("."))
    for name, target in targets.items():
        if name not in values:
            problems.add(name, "convert names a column that values does not")
        elif name in units and units[name].kind != target.kind:
            problems.add(name, f"{units[name].name} cannot be converted to {target.name}")
    for name in [sure] if isinstance(sure, str) else sure:
        if name not in values:
            problems.add(str(name), "sure names a column that values does not")
    for name, code in places.items():
        if str(code) not in gazetteer().places:
            problems.add("", "places gives a code that no county has", values=[f"{name}: {code}"])
    if problems:
        found_ones = problems.table(table.numbers)
        raise PanelError(message(table.name, found_ones), found_ones)
    if not len(table.frame):
        raise InputError(f"{table.name} has no rows.")
    return units, targets


def require_present(table: Table, columns: list[str]) -> None:
    """Refuse a table that lacks columns, and name them all."""
    problems = Problems()
    _find_absent(table, columns, problems)
    if problems:
        found = problems.table(table.numbers)
        raise PanelError(message(table.name, found), found)
    if not len(table.frame):
        raise InputError(f"{table.name} has no rows.")


def _find_absent(table: Table, columns: list[str], problems: Problems) -> None:
    """Add a problem for each column that is not there."""
    for name in columns:
        if name not in table.frame:
            near = difflib.get_close_matches(plain(name), table.columns, n=1, cutoff=0.5)
            problems.add(
                name,
                "there is no such column",
                allowed=f"one of {listed(table.columns, 40)}",
                suggestion=f"near: {near[0]!r}" if near else "",
            )


def checked_regions(table: Table, regions: Mapping[str, str]) -> dict[str, frozenset[str] | str]:
    """Return for each argument the codes that its place holds, or the column that names places."""
    inside: dict[str, frozenset[str] | str] = {}
    for argument, name in regions.items():
        codes = region(name)
        if name in table.frame:
            inside[argument] = name
        elif codes:
            inside[argument] = codes
        else:
            raise InputError(
                f"{argument} is {name!r}, which is neither a column of {table.name} nor a "
                f"{argument} of China."
            )
    return inside


def own_places(places: Mapping[str, str] | None) -> dict[str, str]:
    """Return the user's list with codes as text."""
    return {str(name): str(code) for name, code in (places or {}).items()}
