"""The roster of the demonstration programme: which county entered when, typed by hand, checked.

The stored table `programme_roster` is a template: all counties, no years. Lists are published, and
we have not obtained them, so nothing is filled in until somebody types it with its source.

While it is empty, entry years are drawn at random: as many counties as there were national poverty
counties, in the proportions of the national rounds, whatever the outcomes. Once it is complete,
everything runs on the real years, and the titles lose the word SIMULATED.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

from gzcounty.data.guizhou import load_counties, load_poverty_exits, load_programme
from gzcounty.data.store import folder
from gzcounty.errors import InputError
from gzcounty.language import N_, _, in_language
from gzcounty.reading.cells import blank, plain, years
from gzcounty.reading.counties import Finder, Found, find_counties, gazetteer
from gzcounty.reading.files import open_table
from gzcounty.reading.grid import Table
from gzcounty.reading.panel import require_present
from gzcounty.reading.problems import Advice, PanelError, Problems, as_text, worded
from gzcounty.simulation import cohort_sizes
from gzcounty.words import counted, first_few

FIRST, LAST = 2014, 2023
"""Years in which a county can have entered: the first round, and the last year of the panel."""
NEVER = "never"
ALLOWED = N_("a year from 2014 to 2023, or never; empty while it is not known")
MARK = "SIMULATED"
SEED = 2014
ROUNDS = range(2015, 2020)
"""Rounds in whose proportions entry years are drawn; by 2020 the poverty counties were in."""
_NAMES = ("name_zh", "name_en")
Source: TypeAlias = str | Path | pd.DataFrame


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Roster:
    """Entry years of Guizhou's counties, as far as they are known.

    Attributes
    ----------
    table : DataFrame
        One row a county of today: adcode, name_zh, name_en, ``entry_year`` (0: never; missing:
        not known) and ``source``.
    name : str
        The file it was read from.
    simulated : bool
        Whether the years were drawn at random and not read.
    notes : tuple of str
    """

    table: pd.DataFrame
    name: str
    simulated: bool = False
    notes: tuple[str, ...] = ()

    @property
    def known(self) -> int:
        """Counties with an entry year or the word never."""
        return int(self.table.entry_year.notna().sum())

    @property
    def empty(self) -> bool:
        """Whether nothing is known of any county."""
        return self.known == 0

    @property
    def complete(self) -> bool:
        """Whether every county has an entry year or the word never."""
        return self.known == len(self.table)

    @property
    def real(self) -> bool:
        """Whether it is complete and was typed from sources, not drawn."""
        return self.complete and not self.simulated

    @property
    def status(self) -> str:
        """How far it is filled, in a sentence."""
        total, known = len(self.table), self.known
        units = counted(total, "county", "counties")
        if self.empty:
            return _("Empty: no entry year is known of any of the {counties}.", counties=units)
        if not self.complete:
            return _(
                "Partly filled: {known} of {counties} filled, {missing} not known.",
                known=known, counties=units, missing=total - known,
            )  # fmt: skip
        entered = self.table.entry_year[self.table.entry_year > 0]
        words = {"counties": units, "n": len(entered), "never": total - len(entered)}
        if not len(entered):
            none = N_("Complete: {n} of {counties} entered, {never} never did.")
            drawn = N_("SIMULATED: {n} of {counties} entered, {never} never did.")
            return _(drawn if self.simulated else none, **words)
        some = N_("Complete: {n} of {counties} entered from {first} to {last}, {never} never did.")
        drawn = N_(
            "SIMULATED: {n} of {counties} entered from {first} to {last}, {never} never did."
        )
        words |= {"first": entered.min(), "last": entered.max()}
        return _(drawn if self.simulated else some, **words)

    def entries(self) -> pd.Series:
        """Return the entry years by adcode, 0 for never, as `staggered_did` takes them.

        Raises
        ------
        InputError
            If any county is missing: it could have entered or not, and a model would have to
            guess.
        """
        if not self.complete:
            lacking = self.table[self.table.entry_year.isna()]
            named = first_few(in_language(lacking.name_en, lacking.name_zh), 5)
            raise InputError(
                "{roster} cannot be analysed. {status} Type a year or {never!r}, each with its "
                "source, for {counties}.",
                roster=self.name, status=self.status, never=NEVER, counties=named,
            )  # fmt: skip
        return self.table.set_index("adcode").entry_year.astype("int64")

    @property
    def standing(self) -> str:
        """What the entry years are and what a difference after entry would mean, in sentences.

        Raises
        ------
        InputError
            If the roster is not complete.
        """
        years = self.entries()
        entered = years[years > 0]
        period = _("no year")
        if len(entered):
            period = _("{first} to {last}", first=entered.min(), last=entered.max())
        words = {"n": len(entered), "counties": len(years), "period": period}
        if self.simulated:
            return _(
                "The roster is empty, so the entry years here are SIMULATED: drawn at random for "
                "{n} of {counties} counties, {period}, whatever their lights and incomes. Nothing "
                "can follow from them, so nothing is the answer to expect; a difference that looks "
                "real is a false alarm.",
                **words,
            )
        return _(
            "The roster is complete: {n} of {counties} counties entered, {period}, as the sources "
            "in it say. Counties were chosen, not drawn at random, so a difference after entry is "
            "association, not effect.",
            **words,
        )

    def titled(self, title: str) -> str:
        """Return a title that opens with SIMULATED unless the roster is real."""
        return title if self.real else _("SIMULATED: {title}", title=title)

    def in_use(self, seed: int = SEED) -> Roster:
        """Return the roster itself if it is complete, and a SIMULATED one if it is empty.

        Parameters
        ----------
        seed : int
            Of the draw.

        Raises
        ------
        InputError
            If the roster is partly filled: its entries would be lost in a drawn one, and the
            counties that are missing would have to be guessed.

        Examples
        --------
        >>> import gzbook
        >>> gzbook.load_roster().in_use().titled("Who entered when")
        'SIMULATED: Who entered when'
        """
        if self.empty:
            return draw_roster(seed)
        self.entries()
        return self

    def __repr__(self) -> str:
        first = _("Roster {name}. {status}", name=self.name, status=self.status)
        return "\n".join([first, *self.notes])


def draw_roster(seed: int = SEED) -> Roster:
    """Draw a SIMULATED roster: entry years at random, the same for the same seed."""
    counties = load_counties()[["adcode", "name_zh", "name_en"]]
    facts = load_programme().query("variable == 'ecom_demo_counties_selected'")
    chosen = facts.set_index("year").value.loc[list(ROUNDS)]
    share = len(load_poverty_exits()) / len(counties)
    shares = {int(year): share * n / chosen.sum() for year, n in chosen.items()}
    sizes = cohort_sizes(shares, list(ROUNDS), len(counties))
    # Ranks by chance alone, and the first enter first: no county's standing counts.
    ranked = np.argsort(np.random.default_rng(seed).standard_normal(len(counties)))
    entered = np.zeros(len(counties), dtype=int)
    entered[ranked[: sum(sizes.values())]] = np.repeat(list(sizes), list(sizes.values()))
    table = counties.assign(entry_year=pd.array(entered, dtype="Int64"), source=MARK)
    note = _("SIMULATED entry years, drawn at random with the seed {seed}.", seed=seed)
    return Roster(table=table, name=_("SIMULATED roster"), simulated=True, notes=(note,))


def load_roster(path: Source | None = None, *, county: str = "adcode") -> Roster:
    """Return the roster of the rural e-commerce demonstration programme (电子商务进农村综合示范).

    Parameters
    ----------
    path : str, Path or DataFrame, optional
        A filled copy of the template, in any form that `read_panel` takes. Not given: the stored
        table, which is empty until somebody types the years.
    county : str, default "adcode"
        The column of codes or names. Names beside codes (name_zh, name_en) must mean the same.

    Returns
    -------
    Roster
        ``.real`` and ``.complete`` say what it is worth, ``.status`` says it in a sentence,
        ``.table`` has a row for every county, ``.entries()`` is for a model and refuses while a
        county is missing.

    Raises
    ------
    InputError
        If a county is unknown, outside Guizhou, or stands twice; a name does not fit its code; an
        entry is neither a year from 2014 to 2023 nor ``never``; an entry has no source. All
        problems are named at once, and ``.problems`` has them as a table.

    Notes
    -----
    The entry year is that of the first round a county was in; later rounds are no entry. An empty
    cell means that it is not known, never that a county stayed outside: that is the word
    ``never``, with the lists that were searched as its source. Counties that a file does not list
    are not known either.

    A batch that a source names in `load_programme` bounds the entry year from above. Where the
    roster says otherwise, the notes tell it; who is right is not decided here.

    Examples
    --------
    >>> import gzbook
    >>> roster = gzbook.load_roster()
    >>> roster.status
    'Empty: no entry year is known of any of the 88 counties.'
    >>> roster.real
    False
    >>> import pandas as pd
    >>> mine = pd.DataFrame(
    ...     {"县": ["榕江县", "台江"], "entry_year": ["2016", "never"], "source": ["a list", ""]}
    ... )
    >>> gzbook.load_roster(mine, county="县")
    Traceback (most recent call last):
        ...
    gzcounty.reading.problems.PanelError: the DataFrame has 1 problem in 1 row; nothing was read.
    - row 1, column 'source': no source for 'never'; allowed: the list or notice ...
    >>> mine.loc[1, "source"] = "not in any list of 2014 to 2021"
    >>> gzbook.load_roster(mine, county="县").status
    'Partly filled: 2 of 88 counties filled, 86 not known.'
    """
    stored = path is None
    source = folder() / "programme_roster.csv" if path is None else path
    needed = [county, "entry_year", "source"]
    beside = [name for name in _NAMES if name != county]
    table = open_table(source, needed, optional=beside)
    require_present(table, needed)
    problems = table.problems()
    inside = frozenset(load_counties().adcode)
    found = find_counties(table.frame, county, {"province": inside}, {}, problems)
    for name in beside:
        if name in table.frame:
            _find_misfits(table.frame[name], found.codes, inside, problems)
    entered = _entry_years(table.frame, problems)
    _find_doubles(table, found.codes, county, problems)
    wrong = problems.table(table.numbers)
    if len(wrong):
        # Advice is to give arguments of `read_panel`, of which there are none here.
        told = wrong.suggestion.map(lambda advice: "" if isinstance(advice, Advice) else advice)
        raise PanelError(table.name, wrong.assign(suggestion=told))
    sources = table.frame["source"].map(as_text).str.strip()
    typed = pd.DataFrame({"entry_year": entered, "source": sources.to_numpy()}, index=found.codes)
    whole = load_counties()[["adcode", "name_zh", "name_en"]].join(typed, on="adcode")
    whole["entry_year"] = whole.entry_year.astype("Int64")
    whole["source"] = whole.source.fillna("").astype("str")
    name = _("The stored roster") if stored else table.name
    roster = Roster(table=whole, name=name, notes=tuple(map(worded, [*table.notes, *found.notes])))
    return replace(roster, notes=(*roster.notes, *_against_the_facts(whole)))


def _entry_years(frame: pd.DataFrame, problems: Problems) -> np.ndarray:
    """Return the entry years, 0 for never and NaN where not known; problems are added."""
    column, source = frame["entry_year"], frame["source"]
    texts = column.map(lambda cell: plain(cell).lower()).to_numpy(dtype=object)
    never = texts == NEVER
    cells = years(column.astype(object).mask(never, ""))
    read = np.where(never, 0.0, cells.read)
    written = column.map(as_text).to_numpy(dtype=object)
    rows = np.flatnonzero(cells.bad)
    problems.add(
        "entry_year", _("neither a year nor 'never'"), rows=rows, values=written[rows],
        allowed=_(ALLOWED), suggestion=[cells.advice.get(str(text), "") for text in written[rows]],
    )  # fmt: skip
    rows = np.flatnonzero((read > 0) & ((read < FIRST) | (read > LAST)))
    problems.add(
        "entry_year", _("not a year of the programme"), rows=rows, values=written[rows],
        allowed=_(ALLOWED),
    )  # fmt: skip
    rows = np.flatnonzero(~np.isnan(read) & blank(source))
    problems.add(
        "source", [_("no source for {entry!r}", entry=text) for text in written[rows]], rows=rows,
        values=[""] * len(rows),
        allowed=_("the list or notice that names the county; for never, the lists searched"),
    )  # fmt: skip
    return read


def _find_misfits(
    column: pd.Series, codes: np.ndarray, inside: frozenset[str], problems: Problems
) -> None:
    """Add a problem for each name that does not mean the county of its row: rows had slipped."""
    finder, places = Finder(), gazetteer().places
    rows, advice = [], []
    for row, (name, code) in enumerate(zip(column, codes, strict=True)):
        if code is None or plain(name) == "":
            continue
        meant = finder.find(name, inside)
        if not isinstance(meant, Found) or meant.adcode != code:
            rows.append(row)
            advice.append(_("this row is that of {county}", county=places[code].label()))
    problems.add(
        str(column.name), _("not the name of the county in this row"),
        rows=np.array(rows, dtype=int), values=column.iloc[rows], suggestion=advice,
    )  # fmt: skip


def _find_doubles(table: Table, codes: np.ndarray, county: str, problems: Problems) -> None:
    """Add a problem for each row whose county stands in an earlier one."""
    first: dict[str, int] = {}
    rows, repeats = [], []
    for row, code in enumerate(codes):
        if code is not None and first.setdefault(code, row) != row:
            rows.append(row)
            repeats.append(_("the same county as row {row}", row=table.numbers[first[code]]))
    problems.add(
        county, repeats, rows=np.array(rows, dtype=int), values=table.frame[county].iloc[rows],
        allowed=_("one row a county, with the year of its first entry"),
    )  # fmt: skip


def _against_the_facts(table: pd.DataFrame) -> list[str]:
    """Return a note for each entry later than a batch in which a source names the county."""
    typed = table.set_index("adcode")
    batches = load_programme().query("variable == 'ecom_demo_county_batch'")
    notes = []
    for row in batches.sort_values(["adcode", "year"]).drop_duplicates("adcode").itertuples():
        entry = typed.entry_year[row.adcode]
        if not pd.isna(entry) and (entry == 0 or entry > row.year):
            late = N_(
                "{county} ({adcode}): entered in {entry} by this roster, but a source names it in "
                "the batch of {year:.0f} ({source})."
            )
            never = N_(
                "{county} ({adcode}): never by this roster, but a source names it in the batch of "
                "{year:.0f} ({source})."
            )
            names = in_language(typed.name_en, typed.name_zh)
            words = {"county": names[row.adcode], "adcode": row.adcode, "year": row.year}
            words |= {"entry": entry} if entry else {}
            notes.append(_(late if entry else never, source=row.source, **words))
    return notes
