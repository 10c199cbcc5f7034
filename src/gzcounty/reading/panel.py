"""A researcher's own county panel: read from a file, checked cell by cell, and made tidy."""

import difflib
import html
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypedDict, Unpack, overload

import numpy as np
import pandas as pd

from gzcounty.checks import as_list, is_whole, require
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.parallel import bar
from gzcounty.reading.cells import (
    FIRST_YEAR,
    LAST_YEAR,
    Writing,
    distinct,
    heading,
    plain,
    read_values,
    read_years,
)
from gzcounty.reading.counties import find_counties, gazetteer, region, residents_of
from gzcounty.reading.files import Source, open_table
from gzcounty.reading.grid import InYear, Table, other_years, without_year
from gzcounty.reading.problems import (
    SHOWN,
    Advice,
    Argument,
    PanelError,
    Problems,
    ReadingError,
    Wording,
    as_text,
    how_many,
    lines,
    table_in_words,
    worded,
)
from gzcounty.reading.units import Unit, find_unit, misstated
from gzcounty.words import counted, first_few, listed, unit_name


@contextmanager
def _steps(total: int, progress: bool | None) -> Iterator[Callable[..., Any]]:
    """Give a function that does a part of the work, and moves a bar on."""
    with bar(progress, total=total, leave=False) as shown:

        def step(name: str, work: Callable[..., Any], *args: Any, **options: Any) -> Any:  # noqa: ANN401
            shown.set_description(name, refresh=False)
            result = work(*args, **options)
            shown.update()
            return result

        yield step


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PanelReport:
    """A table as far as it could be read, and everything that was found in it.

    Attributes
    ----------
    panel : DataFrame
        ``adcode``, ``year`` and the values: the rows without a problem. Those left out are
        counted in the notes.
    problems : DataFrame
        One row a problem: ``row`` as in the file, ``column``, ``value``, ``problem``,
        ``allowed``, ``suggestion``. Where ``row`` is empty, the whole column is meant, and its
        rows are in the panel.
    counties : DataFrame
        One row a way in which the file writes a county: ``written``, ``adcode``, ``name_zh``,
        ``how`` it was understood, and the number of ``rows``.
    notes : tuple of str
    """

    panel: pd.DataFrame
    counties: pd.DataFrame
    # Problems and notes with the arguments that they name as fields, for the command line.
    unworded: pd.DataFrame
    unworded_notes: tuple[Wording, ...]

    @cached_property
    def problems(self) -> pd.DataFrame:
        """The problems, one row each."""
        return table_in_words(self.unworded)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What was understood, left out and converted."""
        return tuple(map(worded, self.unworded_notes))

    @property
    def ok(self) -> bool:
        """Whether no problem was found."""
        return self.problems.empty

    def _lines(self) -> list[str]:
        rows, found = counted(len(self.panel), "row"), how_many(self.problems)
        head = _("{rows} read, {problems}.", rows=rows, problems=found)
        return [head, *lines(self.problems)]

    def __repr__(self) -> str:
        return "\n".join([*self._lines(), *self.notes])

    def _repr_html_(self) -> str:
        head, notes = self._lines()[0], "".join(f"<li>{html.escape(n)}</li>" for n in self.notes)
        table = "" if self.ok else self.problems.to_html(index=False, max_rows=SHOWN, na_rep="")
        return f"<p>{html.escape(head)}</p>{table}<ul>{notes}</ul>"


def _by_heading(argument: str, given: object) -> dict[str, Any]:
    """Return an argument that says something of columns or names, these as texts."""
    pairs = {} if given is None else given
    if not isinstance(pairs, Mapping):
        raise InputError(
            "{argument} must be a mapping such as {{'income': ...}}, not {given!r}.",
            argument=argument, given=given,
        )  # fmt: skip
    named = {heading(name): value for name, value in pairs.items()}
    if len(named) < len(pairs):
        raise InputError(
            "{argument} names a column twice: {pairs}.", argument=argument, pairs=listed(pairs, 40)
        )
    return named


def requested_columns(
    county: str, year: object, values: Mapping[str, str], regions: Iterable[str]
) -> tuple[list[str], list[int]]:
    """Check how columns are named; return those of the file, and the years in their headings."""
    if not isinstance(values, Mapping) or not values:
        raise InputError(
            "values must name at least one column with its unit, such as {{'income': 'yuan a "
            "person'}}, not {values!r}.",
            values=values,
        )  # fmt: skip
    is_many = isinstance(year, Iterable) and not isinstance(year, str | bytes)
    whole: list[Any] = [] if isinstance(year, str) else list(year) if is_many else [year]  # type: ignore[call-overload]
    if not all(map(is_whole, whole)) or (is_many and not whole):
        example = Argument("year", range(2014, 2021))
        raise ReadingError("year", year=Argument("year", year), example=example)
    for one in whole:
        if not FIRST_YEAR <= one <= LAST_YEAR:
            is_one = Argument("year", one)
            raise ReadingError("year span", year=is_one, first=FIRST_YEAR, last=LAST_YEAR)
    if len(set(whole)) < len(whole):
        raise InputError("year names a year twice: {year!r}.", year=year)
    named = [county, *([year] if isinstance(year, str) else []), *values]
    asked = [*named, *regions]
    twice = sorted({str(name) for name in asked if asked.count(name) > 1})
    if twice:
        raise InputError("The column {names} cannot be two things at once.", names=listed(twice))
    taken = [name for name in values if name in ("adcode", "year")]
    if taken:
        raise InputError(
            "The result has a column {name!r} of its own; rename yours.", name=taken[0]
        )
    years = [int(one) for one in whole] if is_many else []
    if years:
        alone = len(values) == 1
        return [county, *(InYear(name, one, alone) for name in values for one in years)], years
    return [str(name) for name in named], []


def checked_units(
    table: Table,
    columns: list[str],
    values: Mapping[str, str],
    convert: Mapping[str, str],
    places: Mapping[str, str | None],
    sure: Collection[str],
) -> tuple[dict[str, Unit], dict[str, Unit]]:
    """Check columns, units and the user's list of places, all at once."""
    problems = _absent(table, columns)
    units: dict[str, Unit] = {}
    targets: dict[str, Unit] = {}
    for requested, parsed in ((values, units), (convert, targets)):
        for name, unit in requested.items():
            try:
                parsed[name] = find_unit(unit)
            except InputError as error:
                problems.add(name, str(error).rstrip(".。"))
    for name, target in targets.items():
        if name not in values:
            problems.add(name, _of_no_value("convert"))
        elif name in units and units[name].kind != target.kind:
            both = {"unit": unit_name(units[name].name), "target": unit_name(target.name)}
            problems.add(name, _("{unit} cannot be converted to {target}", **both))
    for name in sure:
        if name not in values:
            problems.add(str(name), _of_no_value("sure"))
    for name, code in places.items():
        if code is not None and code not in gazetteer().places:
            problem = Advice("no such code", places=Argument("places"))
            problems.add("", problem, values=[f"{name}: {code}"])
    _refuse(table, problems)
    return units, targets


def _of_no_value(argument: str) -> Advice:
    return Advice("no such column", argument=Argument(argument), values=Argument("values"))


def percentages_of_excel(table: Table, units: Mapping[str, Unit], problems: Problems) -> None:
    """Say what was read where Excel shows 12 % and holds 0.12; in the unit % it is a problem."""
    for name, numbers in table.percent.items():
        if name not in units:
            continue
        rows = table.numbers.get_indexer(numbers)
        held = table.frame[name].iloc[rows]
        if units[name].name in ("%", "% change"):
            percentages = [as_text(float(f"{value * 100:.12g}")) for value in held]
            values = [_("{number} %", number=number) for number in percentages]
            texts = [as_text(value) for value in held]
            problems.add(
                name, [_("shown so in Excel, which holds {value}", value=text) for text in texts],
                rows=rows, values=values,
                allowed=_("a number in the unit {unit}", unit=unit_name(units[name].name)),
                suggestion=_("declare the unit 'share', or format the cells as plain numbers"),
            )  # fmt: skip
        else:
            table.notes.append(_n(
                "Column {name!r}: 1 cell shown as a percentage in Excel was read as held: {value}.",
                "Column {name!r}: {n:,} cells shown as a percentage in Excel were read as held: "
                "{value}.",
                len(rows), name=name, value=as_text(held.iloc[0]),
            ))  # fmt: skip


def require_present(table: Table, columns: list[str]) -> None:
    """Refuse a table that lacks columns, and name them all."""
    _refuse(table, _absent(table, columns))


def _refuse(table: Table, problems: Problems) -> None:
    """Raise PanelError if there is a problem, InputError if there is no row."""
    if problems:
        faults = problems.table(table.numbers)
        raise PanelError(table.name, faults, table.notes)
    if not len(table.frame):
        raise InputError("{file} has no rows.", file=table.name)


def _absent(table: Table, columns: list[str]) -> Problems:
    """Return a problem for each column that is not there."""
    problems = Problems()
    for name in columns:
        if name not in table.frame:
            near = difflib.get_close_matches(plain(name), table.columns, n=1, cutoff=0.5)
            problems.add(
                name,
                _("there is no such column"),
                allowed=_("one of {columns}", columns=listed(table.columns, 40)),
                suggestion=_("near: {column!r}", column=near[0]) if near else "",
            )
    return problems


_REGIONS = {"province": N_("province"), "prefecture": N_("prefecture")}


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
            where, kind = Argument(argument, name), _(_REGIONS[argument])
            raise ReadingError("place", argument=where, file=table.name, region=kind)
    return inside


def without_rows(table: Table, left_out: np.ndarray, county: str) -> Table:
    """Return the table without some rows, which are noted by number and what stands there."""
    cells = table.frame[county][left_out]
    texts = [f"{n} {as_text(c)!r}" for n, c in zip(table.numbers[left_out], cells, strict=True)]
    note = _(
        "{rows} of no county left out: {texts}.",
        rows=counted(len(texts), "row"), texts=first_few(texts, SHOWN),
    )  # fmt: skip
    numbers = table.numbers[~left_out]
    return replace(
        table,
        frame=table.frame[~left_out].reset_index(drop=True),
        numbers=numbers,
        notes=[*table.notes, note],
        faults=[fault for fault in table.faults if fault.row in numbers],
        percent={k: [row for row in rows if row in numbers] for k, rows in table.percent.items()},
    )


def a_row_a_year(
    table: Table, county: str, units: Mapping[str, Unit], years: list[int], problems: Problems
) -> Table:
    """Return a table with years in its headings as one with a row a county and year."""
    asked = {name: [f"{name} {year}" for year in years] for name in units}
    frames = [
        table.frame[[county, *columns]].set_axis([county, *units], axis=1)
        for columns in zip(*asked.values(), strict=True)
    ]
    problems.a_row_a_year(asked, len(table.frame))
    stated = {}
    for name, columns in asked.items():
        texts = [without_year(table.stated[column]) for column in columns]
        stated[name] = next((text for text in texts if misstated(text, units[name])), texts[0])
    others = other_years(table.columns, units, years)
    if others:
        listing = _(", ").join(map(str, others))
        table.notes.append(
            _("Years in the headings that were not asked for: {years}.", years=listing)
        )
    return replace(
        table,
        frame=pd.concat(frames, ignore_index=True),
        numbers=table.numbers.take(np.tile(np.arange(len(table.frame)), len(years))),
        stated=stated,
    )


def find_doubles(panel: pd.DataFrame, table: Table, county: str, problems: Problems) -> None:
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
    ways, levels = distinct(table.frame[county])
    texts = np.array([as_text(level) for level in levels], dtype=object)
    bare = np.array([plain(level) for level in levels], dtype=object)
    here, there = ways[rows], ways[firsts]
    numbers = table.numbers[firsts]
    messages = [_("the same county and year as row {row}", row=number) for number in numbers]
    advice = [""] * len(rows)
    for place in np.flatnonzero(bare[here] != bare[there]):
        advice[place] = _(
            "{one!r} and {other!r} are one county in today's borders",
            one=texts[there[place]], other=texts[here[place]],
        )  # fmt: skip
    pairs = zip(texts[here], panel.year.to_numpy()[rows].astype(int), strict=True)
    values = [_("{county}, {year}", county=text, year=when) for text, when in pairs]
    problems.add(
        county, messages, rows=rows, values=values, allowed=_("one row a county and year"),
        suggestion=advice,
    )  # fmt: skip


def find_gaps(
    panel: pd.DataFrame, balanced: bool, county: str, problems: Problems, notes: list[Wording]
) -> None:
    """Note the counties that lack years which others have, or make each a problem."""
    rows = panel[["adcode", "year"]].dropna().drop_duplicates()
    years = set(rows.year)
    sizes = rows.groupby("adcode").year.size()
    short = sizes.index[sizes < len(years)]
    if not len(short):
        return
    if not balanced:
        notes.append(_n(
            "1 county of {counties:,} lacks some of the {years} years that the table has.",
            "{n:,} counties of {counties:,} lack some of the {years} years that the table has.",
            len(short), counties=len(sizes), years=len(years),
        ))  # fmt: skip
        return
    places = gazetteer().places
    for code, group in rows[rows.adcode.isin(short)].groupby("adcode"):
        lacking = [f"{year:.0f}" for year in sorted(years - set(group.year))]
        problems.add(
            county,
            _("no row for {years}", years=_(", ").join(lacking)),
            values=[places[str(code)].label()],
            allowed=Advice("balanced", balanced=Argument("balanced", True)),
        )


def tidied(
    panel: pd.DataFrame, bad: np.ndarray, notes: list[Wording]
) -> tuple[pd.DataFrame, list[Wording]]:
    """Return the rows without a problem in order, typed; second, the notes, with their number."""
    tidy = panel.drop(index=bad).sort_values(["adcode", "year"], ignore_index=True)
    tidy["adcode"] = tidy["adcode"].astype("str")
    tidy["year"] = tidy["year"].astype("int64")
    years = _("no year")
    if len(tidy):
        first, last = int(tidy.year.min()), int(tidy.year.max())
        years = _("{first}-{last}", first=first, last=last)
        if first == last:
            years = _("{year:d}", year=first)
    fields = {
        "rows": counted(len(tidy), "row"), "years": years,
        "counties": counted(tidy.adcode.nunique(), "county", "counties"),
    }  # fmt: skip
    if not len(bad):
        return tidy, [_("{rows} of {counties}, {years}.", **fields), *notes]
    head = _(
        "{rows} of {counties}, {years}. {left_out} with a problem left out.",
        left_out=counted(len(bad), "row"), **fields,
    )  # fmt: skip
    return tidy, [head, *notes]


# What the function itself judges, as it has more to advise than that a type is wrong.
Judged = Any


class _Options(TypedDict, total=False):
    province: str | None
    prefecture: str | None
    places: Mapping[str, str | None] | None
    missing: str | float | Collection[str | float]
    thousands: str | Collection[str] | None
    sure: str | Collection[str]
    convert: Mapping[str, str] | None
    skip_totals: bool
    balanced: bool
    sheet: str | int
    header: int | Sequence[int]
    separator: str | None
    encoding: str | None
    progress: bool | None


@overload
def read_panel(
    source: Source,
    county: str,
    year: str | int | Iterable[int],
    values: Mapping[str, str],
    *,
    on_problem: Literal["raise"] = ...,
    **options: Unpack[_Options],
) -> pd.DataFrame: ...
@overload
def read_panel(
    source: Source,
    county: str,
    year: str | int | Iterable[int],
    values: Mapping[str, str],
    *,
    on_problem: Literal["report"],
    **options: Unpack[_Options],
) -> PanelReport: ...


def read_panel(
    source: Judged,
    county: str,
    year: Judged,
    values: Judged,
    *,
    province: str | None = None,
    prefecture: str | None = None,
    places: Judged = None,
    missing: Judged = (),
    thousands: Judged = None,
    sure: Judged = (),
    convert: Judged = None,
    skip_totals: bool = False,
    balanced: bool = False,
    sheet: str | int = 0,
    header: Judged = 1,
    separator: str | None = None,
    encoding: str | None = None,
    on_problem: Literal["raise", "report"] = "raise",
    progress: bool | None = None,
) -> pd.DataFrame | PanelReport:
    r"""Read a county panel of your own, and say everything that is wrong with it at once.

    Counties may be named in Chinese or by code, those of Guizhou in English too, as they were
    called in 2010 or are today. Nothing is guessed in silence: every name that was understood in
    another way than as it stands is in the notes, and what is not clear is a problem.

    Parameters
    ----------
    source : str, path-like, open file or DataFrame
        A file of text (UTF-8, UTF-16 or GB18030; commas, tabs, semicolons or ``|``; both found by
        itself), of Excel (.xlsx), Stata (.dta), SPSS (.sav), Parquet or Feather, known by what it
        contains; or a DataFrame. Of Stata and SPSS the labels of values are read.
    county : str
        The column of names or codes.
    year : str, int or collection of int
        The column of years; or the one year that all rows are about; or the years that stand in
        the headings, as ``range(2014, 2021)``. `values` then names the measures without the year:
        ``"收入"`` is found under 2014年收入, 收入2014 and 收入（2014年，元）, and a single measure
        under bare years too. Each measure must have every year, once.
    values : mapping of str to str
        The columns to read, and the unit of each: yuan, thousand yuan, 10k yuan (万元), million
        yuan, 100m yuan (亿元), yuan a person, 10k yuan a person, persons, 10k persons (万人),
        households, 10k households, %, share, % change, km2, km, count, index, flag (0 or 1),
        year or 0 (the first year of something), number (anything), text (kept as it is).
    province, prefecture : str, optional
        Where the counties are: a column, or one name for all rows. Names such as 鼓楼区 stand for
        several counties and need it.
    places : mapping of str to str, optional
        Names or codes of your file that no list has, and the code of today that each means; None
        leaves its rows out.
    missing : str, number or collection of these, default ()
        Marks that mean missing, such as ``["—", -999]``. An empty cell always does.
    thousands : str or collection of str, optional
        The signs between thousands: ``","``, ``" "`` (thin and no-break ones too), ``"'"`` or
        ``"."``, which makes the comma the decimal sign. Between other than three digits each is a
        problem.
    sure : str or collection of str, default ()
        Columns whose size is right although it looks wrong for the unit, or whose heading states
        another unit than the one declared.
    convert : mapping of str to str, optional
        Columns to be converted, and the unit that each is wanted in.
    skip_totals : bool, default False
        Whether rows of totals, prefectures and provinces are left out, and noted. Not given: each
        is a problem.
    balanced : bool, default False
        Whether a county that lacks a year which others have is a problem, and not a note.
    sheet : str or int, default 0
        The name of a sheet of Excel, or its number from 0.
    header : int or list of int, default 1
        The row that holds the names of the columns, in files of text and of Excel. Of several, as
        ``[3, 4]``, the names are joined by a space; one row's part is enough where it is unique.
        A row of units below the names is one of them.
    separator : str, optional
        The sign between the columns of a file of text, where it is not found by itself.
    encoding : str, optional
        Of a file of text, or of a Stata file from before version 14.
    on_problem : {"raise", "report"}
        Raise an error that lists all problems, or return them beside the rows that have none.
    progress : bool, optional
        Show a bar. Not given: in a terminal, and only if it takes longer than a second.

    Returns
    -------
    DataFrame or PanelReport
        ``adcode`` (today's code as text, as in the tables of this package), ``year`` and the
        values as numbers, in order of county and year. ``attrs["notes"]`` has what was
        understood, left out and converted; models hand it on. ``attrs["units"]`` has the units.

    Raises
    ------
    InputError
        If there is any problem: no county or several of that name, no year, a county and year
        twice, a cell that is no number, a value that its unit does not allow, a column that does
        not fit its unit, a value fifty times off its county's median (a year typed in another
        unit), or a file that cannot be read. ``.problems`` has them as a table.

    Notes
    -----
    Rows are numbered as the file shows them: in text and Excel the headings count, in Stata, SPSS
    and Parquet observations count from 1, in a DataFrame it is the row's label.

    The list of counties is that of the 2020 census, with today's codes for Guizhou. Codes and
    names of before are known for Guizhou only; elsewhere say them in `places`.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> mine = pd.DataFrame(
    ...     {
    ...         "县名": ["榕江", "台江县", "黔西县"], "年份": ["2019年", "2019年", "2019年"],
    ...         "收入": ["9760", "9542", "10653"],
    ...     }
    ... )
    >>> panel = gz.read_panel(mine, "县名", "年份", {"收入": "yuan a person"})
    >>> panel
       adcode  year       收入
    0  520581  2019  10653.0
    1  522630  2019   9542.0
    2  522632  2019   9760.0
    >>> print(*panel.attrs["notes"], sep="\n")
    3 rows of 3 counties, 2019.
    Former names were read as: 黔西县 = 黔西市 (520581).
    Names without their ending were read as: 榕江 = 榕江县 (522632).
    Column '年份': read as the years they hold: '2019年'.
    >>> mine.loc[1, ["县名", "收入"]] = ["台江悬", "9,542"]
    >>> gz.read_panel(mine, "县名", "年份", {"收入": "yuan a person"})
    Traceback (most recent call last):
        ...
    gzcounty.reading.problems.PanelError: the DataFrame has 2 problems in 1 row; nothing was read.
    - row 1, column '县名', '台江悬': no county has this name; ... near: 台江县 (522630)
    - row 1, column '收入', '9,542': not a number; allowed: 0 or more; if the comma stands ...
    """
    writing, county = Writing(missing, thousands), heading(county)
    sure = [heading(name) for name in as_list("sure", sure, numbers=True)]
    if isinstance(values, Mapping):
        values = _by_heading("values", values)
    convert, places = _by_heading("convert", convert), _by_heading("places", places)
    places = {name: None if code is None else str(code) for name, code in places.items()}
    regions = {k: v for k, v in {"province": province, "prefecture": prefecture}.items() if v}
    columns, in_headings = requested_columns(county, year, values, regions.values())
    with _steps(len(values) + 4, progress) as step:
        table = step(
            _("file"), open_table, source, columns, optional=list(regions.values()),
            sheet=sheet, header=header, separator=separator, encoding=encoding,
        )  # fmt: skip
        units, targets = checked_units(table, columns, values, convert, places, sure)
        inside = checked_regions(table, regions)
        problems, ask = table.problems(), (county, inside, places)
        counties = step(_("county names"), find_counties, table.frame, *ask, problems, skip_totals)
        if counties.left_out.any():
            table = without_rows(table, counties.left_out, county)
            require(len(table.frame) > 0, "{file} has no row of a county.", file=table.name)
            problems = table.problems()
            counties = find_counties(table.frame, *ask, problems)
        measured = columns[-len(units) * max(len(in_headings), 1) :]
        by_column = {name: units[getattr(name, "measure", name)] for name in measured}
        percentages_of_excel(table, by_column, problems)
        when = in_headings[0] if in_headings else year
        years, year_notes = step(_("years"), read_years, table.frame, when, problems)
        panel = pd.DataFrame({"adcode": counties.codes, "year": years})
        step(_("whole table"), find_doubles, panel, table, county, problems)
        if in_headings:
            table = a_row_a_year(table, county, units, in_headings, problems)
            codes, years = np.tile(panel.adcode, len(in_headings)), np.array(in_headings, float)
            panel = pd.DataFrame({"adcode": codes, "year": np.repeat(years, len(panel))})
        notes: list[Wording] = [*table.notes, *counties.notes, *year_notes]
        codes = panel.adcode.to_numpy()
        residents = residents_of(codes)
        for name, unit in units.items():
            panel[name] = step(
                name, read_values, table.frame[name], unit, codes, residents,
                table.stated[name], name in sure, writing, problems, notes,
            )  # fmt: skip
        find_gaps(panel, balanced, county, problems, notes)
    for name, target in targets.items():
        panel[name] *= units[name].factor / target.factor
        notes.append(_(
            "Column {name!r} was converted from {unit} to {target}.",
            name=name, unit=unit_name(units[name].name), target=unit_name(target.name),
        ))  # fmt: skip
    faults = problems.table(table.numbers)
    if on_problem == "raise" and len(faults):
        raise PanelError(table.name, faults)
    tidy, notes = tidied(panel, problems.rows(), notes)
    tidy.attrs["notes"] = [worded(note) for note in notes]
    tidy.attrs["units"] = {n: targets.get(n, unit).name for n, unit in units.items()}
    if on_problem == "raise":
        return tidy
    found = counties.table.assign(how=counties.table.how.map(_))
    return PanelReport(panel=tidy, counties=found, unworded=faults, unworded_notes=tuple(notes))
