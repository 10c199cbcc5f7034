"""The roster of the demonstration programme as it is used: real years, or SIMULATED ones.

While the stored roster is empty, entry years are drawn by lot: as many counties as there were
national poverty counties, in the proportions of the national rounds, whatever the outcomes. Once it
is complete, everything runs on the real years, and the titles lose the word.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from gzbook.evidence.roster import Roster, load_roster, named_batches
from gzcounty.data.guizhou import load_counties, load_poverty_exits, load_programme
from gzcounty.simulation.panel import cohort_sizes, enter

MARK = "SIMULATED"
SEED = 2014
ROUNDS = range(2015, 2020)
"""Rounds in whose proportions entry years are drawn; by 2020 the poverty counties were in."""


def roster_in_use(roster: Roster | None = None, seed: int = SEED) -> Roster:
    """Return the roster if it is complete, and a SIMULATED one if it is empty.

    Parameters
    ----------
    roster : Roster, optional
        The stored one if not given.
    seed : int
        Of the draw.

    Raises
    ------
    InputError
        If the roster is partly filled: its entries would be lost in a drawn one, and the counties
        that are missing would have to be guessed.
    """
    roster = load_roster() if roster is None else roster
    if roster.empty:
        return draw_roster(seed)
    roster.entries()
    return roster


def draw_roster(seed: int = SEED) -> Roster:
    """Draw a SIMULATED roster: entry years by lot, the same for the same seed."""
    counties = load_counties()[["adcode", "name_zh", "name_en"]]
    facts = load_programme().query("variable == 'ecom_demo_counties_selected'")
    chosen = facts.set_index("year").value.loc[list(ROUNDS)]
    share = len(load_poverty_exits()) / len(counties)
    shares = {int(year): share * n / chosen.sum() for year, n in chosen.items()}
    sizes = cohort_sizes(shares, list(ROUNDS), len(counties))
    # Ranks by chance alone: no county's standing counts.
    entered = enter(sizes, np.zeros(len(counties)), 0.0, np.random.default_rng(seed))
    table = counties.assign(entry_year=pd.array(entered, dtype="Int64"), source=MARK)
    note = f"{MARK} entry years, drawn by lot with the seed {seed}."
    return Roster(table=table, name=f"{MARK} roster", simulated=True, notes=(note,))


def titled(title: str, roster: Roster) -> str:
    """Open a title with SIMULATED unless the roster is real.

    Examples
    --------
    >>> from gzbook.evidence.programme import draw_roster, titled
    >>> titled("Who entered when", draw_roster())
    'SIMULATED: Who entered when'
    """
    return title if roster.real else f"{MARK}: {title}"


def standing(roster: Roster) -> str:
    """Say what the entry years are and what a difference after entry would mean."""
    years = roster.entries()
    entered = years[years > 0]
    span = f"{entered.min()} to {entered.max()}" if len(entered) else "no year"
    if roster.simulated:
        return (
            f"The roster is empty, so the entry years here are {MARK}: drawn by lot for "
            f"{len(entered)} of {len(years)} counties, {span}, whatever their lights and incomes. "
            "Nothing can follow from them, so nothing is the answer to expect; a difference that "
            "looks real is a false alarm."
        )
    return (
        f"The roster is complete: {len(entered)} of {len(years)} counties entered, {span}, as the "
        "sources in it say. Counties were chosen, not drawn by lot, so a difference after entry "
        "is association, not effect."
    )


def rounds() -> pd.DataFrame:
    """Return the national rounds: year, counties selected, and what the source adds."""
    facts = load_programme()
    chosen = facts[facts.variable == "ecom_demo_counties_selected"]
    return chosen[["year", "value", "note"]].reset_index(drop=True)


def named() -> pd.DataFrame:
    """Return Guizhou's counties that a source names in a round: county, year, source."""
    rows = named_batches()
    names = load_counties().set_index("adcode")
    county = rows.adcode.map(names.name_en + " " + names.name_zh)
    return pd.DataFrame({"county": county, "year": rows.year.astype(int), "source": rows.source})
