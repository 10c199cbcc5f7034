"""The column of counties: every way of writing is looked up once, and told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.errors import InputError

from .cells import blank
from .gazetteer import ENGLISH, FORMER, FULL, SHORT, gazetteer, region
from .places import (
    ALLOWED,
    DECIMAL,
    EXACT,
    FORMER_CODE,
    LONG,
    NOBODY,
    OWN,
    WHOLE,
    Finder,
    Found,
    Lost,
)
from .problems import Problems, said
from .writing import plain

_TOLD = {
    FORMER_CODE: "Codes that are gone were read as those of today",
    FORMER: "Former names were read as",
    SHORT: "Names without their ending were read as",
    WHOLE: "Names with their province or prefecture were read as",
    ENGLISH: "English names were looked up among those of Guizhou",
    OWN: "Read as places= says",
    LONG: "Longer codes were cut to the six digits of the county",
}
# For names that nobody has, near ones are looked for, but not for thousands of them.
_GUESSES = 100
# Several ways of writing every county of China; more can only be another column.
_MOST = 20_000


@dataclass(frozen=True)
class Counties:
    """The counties of all rows.

    Attributes
    ----------
    codes : ndarray of object, shape (n,)
        Six-digit codes; None where there is a problem.
    table : DataFrame
        As `PanelReport.counties`.
    notes : list of str
    """

    codes: np.ndarray
    table: pd.DataFrame
    notes: list[str]


def find_counties(
    frame: pd.DataFrame,
    county: str,
    regions: Mapping[str, frozenset[str] | str],
    own: Mapping[str, str],
    problems: Problems,
) -> Counties:
    """Find the county of every row.

    Parameters
    ----------
    frame : DataFrame
    county : str
        Its column of names or codes.
    regions : mapping
        What each county must lie in: under the argument's name (province, prefecture), codes of
        counties for all rows, or the column that names the region of each row.
    own : mapping of str to str
        The user's list.
    problems : Problems
        Where problems are added.
    """
    columns = [county, *dict.fromkeys(r for r in regions.values() if isinstance(r, str))]
    everywhere = [r for r in regions.values() if not isinstance(r, str)]
    empty = blank(frame[county])
    if empty.any():
        problems.add(
            county, "no county", rows=np.flatnonzero(empty), values=[""] * int(empty.sum()),
            allowed=ALLOWED,
        )  # fmt: skip
    cells = frame[columns].astype(object)
    parts = [pd.factorize(cells[column])[0] for column in columns]
    way, first = _ways(parts)
    if len(first) > _MOST:
        raise InputError(
            f"Column {county!r} names counties in {len(first):,} ways, and China has "
            f"{len(gazetteer().places):,} of them. Is it the column of counties?"
        )
    finder = Finder(own)
    answers: list[Found | None] = []
    lost = []
    for number, row in enumerate(first):
        if empty[row]:
            answers.append(None)
            continue
        within, unknown = _within(cells, columns[1:], everywhere, int(row))
        if unknown is not None:
            column, value = unknown
            answers.append(None)
            rows = np.flatnonzero((way == number) & ~empty)
            problems.add(
                column, "no province or prefecture has this name", rows=rows,
                values=[value] * len(rows), allowed="a province or prefecture of China",
            )  # fmt: skip
            continue
        answer = finder.find(cells[county].iloc[row], within)
        answers.append(answer if isinstance(answer, Found) else None)
        if not isinstance(answer, Found):
            lost.append((number, answer, within))
    written = cells[county].iloc[first].tolist()
    _tell_lost(county, lost, answers, way, written, finder, problems)
    found = np.array([answer.adcode if answer else None for answer in answers], dtype=object)
    codes = found[way] if len(found) else np.array([], dtype=object)
    table = _table(answers, written, way)
    return Counties(codes, table, _notes(table))


def _ways(parts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row which combination of codes it has, and the first row of each."""
    way = parts[0].astype(np.int64) + 1
    for part in parts[1:]:
        way = way * (int(part.max(initial=0)) + 2) + part + 1
    _, first, numbers = np.unique(way, return_index=True, return_inverse=True)
    return numbers, first


def _within(
    cells: pd.DataFrame, columns: list[str], everywhere: list[frozenset[str]], row: int
) -> tuple[frozenset[str] | None, tuple[str, object] | None]:
    """Return where the county of a row must lie; second, a region that is unknown."""
    regions = list(everywhere)
    for column in columns:
        value = cells[column].iloc[row]
        if said(value) == "":
            continue
        inside = region(value)
        if inside is None:
            return None, (column, value)
        regions.append(inside)
    return (frozenset.intersection(*regions) if regions else None), None


def _tell_lost(
    county: str,
    lost: list[tuple[int, Lost, frozenset[str] | None]],
    answers: list[Found | None],
    way: np.ndarray,
    written: list[object],
    finder: Finder,
    problems: Problems,
) -> None:
    """Add a problem for every row of a county that was not found.

    Near names come from the provinces that the rest of the file is about.
    """
    if not lost:
        return
    places = gazetteer().places
    about = {answer.adcode[:2] for answer in answers if answer}
    pool = [code for code in places if code[:2] in about] or list(places)
    number_of = np.full(len(answers), -1)
    suggestions = []
    for place, (number, answer, within) in enumerate(lost):
        number_of[number] = place
        suggestion = answer.suggestion
        if answer.problem == NOBODY and place < _GUESSES:
            suggestion = finder.near(written[number], within or pool) or suggestion
        suggestions.append(suggestion)
    which = number_of[way]
    rows = np.flatnonzero(which >= 0)
    which = which[rows]
    problems.add(
        county,
        _spread((answer.problem for _, answer, _ in lost), which),
        rows=rows,
        values=_spread((written[number] for number, _, _ in lost), which),
        allowed=_spread((answer.allowed for _, answer, _ in lost), which),
        suggestion=_spread(suggestions, which),
    )


def _spread(texts: Iterable[object], which: np.ndarray) -> list:
    """Give each row the text of its way of writing."""
    return pd.Series(list(texts), dtype=object).to_numpy()[which].tolist()


def _table(answers: list[Found | None], written: list, way: np.ndarray) -> pd.DataFrame:
    places, rows = gazetteer().places, np.bincount(way, minlength=len(answers))
    return pd.DataFrame(
        [
            (said(text), a.adcode, places[a.adcode].name, a.how, int(count))
            for text, a, count in zip(written, answers, rows, strict=True)
            if a is not None
        ],
        columns=["written", "adcode", "name_zh", "how", "rows"],
    )


def _notes(table: pd.DataFrame) -> list[str]:
    """Tell every way of writing that was not a code or full name of today, by kind."""
    notes = []
    for how, words in _TOLD.items():
        some = table[table.how == how].drop_duplicates(["written", "adcode"])
        if len(some):
            pairs = zip(some.written, some.name_zh, some.adcode, strict=True)
            told = ", ".join(f"{text.strip()} = {name} ({code})" for text, name, code in pairs)
            notes.append(f"{words}: {told}.")
    decimal = table[table.how == DECIMAL]
    if len(decimal):
        notes.append("Codes written as decimal numbers, such as 522632.0, were read as whole ones.")
    strange = table[table.how.isin([EXACT, FULL])]
    strange = strange[strange.written != strange.written.map(plain)]
    if len(strange):
        told = ", ".join(f"{w!r} = {n}" for w, n in zip(strange.written, strange.name_zh))  # noqa: B905
        notes.append(f"Read without stray spaces, full-width digits and apostrophes: {told}.")
    return notes
