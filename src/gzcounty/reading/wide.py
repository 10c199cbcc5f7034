"""Tables with years in their headings: which column holds which measure of which year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .cells import plain
from .units import stated_units

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
