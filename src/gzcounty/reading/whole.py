"""The table as a whole: rows that say the same twice, years that are not there, and its order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gzcounty.words import counted

from .files import Table
from .gazetteer import gazetteer
from .problems import Problems, said
from .writing import plain


def find_doubles(
    panel: pd.DataFrame, table: Table, county: str, year: str | int, problems: Problems
) -> None:
    """Add a problem for every row whose county and year an earlier row has."""
    usable = panel.adcode.notna() & panel.year.notna()
    keys = panel.loc[usable, ["adcode", "year"]]
    again = keys.duplicated()
    if not again.any():
        return
    rows = keys.index[again].to_numpy()
    positions = pd.Series(keys.index, index=keys.index)
    firsts = positions.groupby([keys.adcode, keys.year]).transform("min")[again].to_numpy()
    # Each way of writing is looked at once: there are few, and there may be a million rows.
    ways, levels = pd.factorize(table.frame[county].astype(object))
    texts = np.array([said(level) for level in levels], dtype=object)
    bare = np.array([plain(level) for level in levels], dtype=object)
    here, there = ways[rows], ways[firsts]
    told = [f"the same county and year as row {number}" for number in table.numbers[firsts]]
    advice = [""] * len(rows)
    for place in np.flatnonzero(bare[here] != bare[there]):
        pair = f"{texts[there[place]]!r} and {texts[here[place]]!r}"
        advice[place] = f"{pair} are one county in today's borders"
    spans = panel.year.to_numpy()[rows].astype(int)
    values = [f"{text}, {when}" for text, when in zip(texts[here], spans, strict=True)]
    problems.add(
        county, told, rows=rows, values=values, allowed="one row a county and year",
        suggestion=advice,
    )  # fmt: skip


def find_gaps(
    panel: pd.DataFrame, balanced: bool, county: str, problems: Problems, notes: list[str]
) -> None:
    """Note the counties that lack years which others have, or make each a problem."""
    known = panel[["adcode", "year"]].dropna().drop_duplicates()
    years = set(known.year)
    sizes = known.groupby("adcode").year.size()
    short = sizes.index[sizes < len(years)]
    if not len(short):
        return
    if not balanced:
        notes.append(
            f"{counted(len(short), 'county', 'counties')} of {len(sizes):,} "
            f"{'lacks' if len(short) == 1 else 'lack'} some of the "
            f"{len(years)} years that the table has."
        )
        return
    places = gazetteer().places
    for code, group in known[known.adcode.isin(short)].groupby("adcode"):
        lacking = sorted(years - set(group.year))
        problems.add(
            county,
            f"no row for {', '.join(f'{year:.0f}' for year in lacking)}",
            values=[places[str(code)].said()],
            allowed="every year that another county has, as balanced=True asks",
        )


def tidied(panel: pd.DataFrame, bad: np.ndarray, notes: list[str]) -> pd.DataFrame:
    """Return the rows without a problem in order, typed, with the notes."""
    tidy = panel.drop(index=bad).sort_values(["adcode", "year"], ignore_index=True)
    tidy["adcode"] = tidy["adcode"].astype("str")
    tidy["year"] = tidy["year"].astype("int64")
    years = "no year"
    if len(tidy):
        first, last = int(tidy.year.min()), int(tidy.year.max())
        years = str(first) if first == last else f"{first}-{last}"
    head = f"{counted(len(tidy), 'row')} of "
    head += f"{counted(tidy.adcode.nunique(), 'county', 'counties')}, {years}."
    if len(bad):
        head += f" {counted(len(bad), 'row')} with a problem left out."
    tidy.attrs["notes"] = [head, *notes]
    return tidy
