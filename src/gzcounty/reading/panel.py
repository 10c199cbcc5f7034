"""A researcher's own county panel: read from a file, checked cell by cell, and made tidy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal, TypeAlias, overload

import pandas as pd

from gzcounty.errors import InputError

from .columns import read_values, read_years, residents_of
from .counties import find_counties
from .files import open_table
from .problems import PanelError, Problems, message
from .progress import Steps
from .report import PanelReport
from .setup import checked_regions, checked_units, own_places, wanted_columns
from .whole import find_doubles, find_gaps, tidied

Source: TypeAlias = str | Path | pd.DataFrame


@overload
def read_panel(
    source: Source,
    county: str,
    year: str | int,
    values: Mapping[str, str],
    *,
    province: str | None = ...,
    prefecture: str | None = ...,
    places: Mapping[str, str] | None = ...,
    missing: Collection[str] = ...,
    thousands: str | None = ...,
    sure: Collection[str] = ...,
    convert: Mapping[str, str] | None = ...,
    balanced: bool = ...,
    sheet: str | int = ...,
    header: int = ...,
    encoding: str | None = ...,
    on_problem: Literal["raise"] = ...,
    progress: bool | None = ...,
) -> pd.DataFrame: ...
@overload
def read_panel(
    source: Source,
    county: str,
    year: str | int,
    values: Mapping[str, str],
    *,
    province: str | None = ...,
    prefecture: str | None = ...,
    places: Mapping[str, str] | None = ...,
    missing: Collection[str] = ...,
    thousands: str | None = ...,
    sure: Collection[str] = ...,
    convert: Mapping[str, str] | None = ...,
    balanced: bool = ...,
    sheet: str | int = ...,
    header: int = ...,
    encoding: str | None = ...,
    on_problem: Literal["report"],
    progress: bool | None = ...,
) -> PanelReport: ...


def read_panel(
    source: Source,
    county: str,
    year: str | int,
    values: Mapping[str, str],
    *,
    province: str | None = None,
    prefecture: str | None = None,
    places: Mapping[str, str] | None = None,
    missing: Collection[str] = (),
    thousands: str | None = None,
    sure: Collection[str] = (),
    convert: Mapping[str, str] | None = None,
    balanced: bool = False,
    sheet: str | int = 0,
    header: int = 1,
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
    source : str, Path or DataFrame
        A file of text (.csv, .txt, .tsv; UTF-8, UTF-16 or GB18030, found by itself), of Excel
        (.xlsx), Stata (.dta) or Parquet, or a table already at hand.
    county : str
        The column of names or codes.
    year : str or int
        The column of years, or the one year that all rows are about.
    values : mapping of str to str
        The columns to read, and the unit of each: yuan, thousand yuan, 10k yuan (万元), million
        yuan, 100m yuan (亿元), yuan a person, 10k yuan a person, persons, 10k persons (万人),
        households, 10k households, %, share, % change, km2, km, count, index, flag (0 or 1),
        year or 0 (the first year of something), number (anything), text (kept as it is).
    province, prefecture : str, optional
        Where the counties are: a column, or one name for all rows. Names such as 鼓楼区 stand for
        several counties and need it.
    places : mapping of str to str, optional
        Names or codes of your file that no list has, and the code of today that each means.
    missing : collection of str, default ()
        Marks that mean missing, such as ``["—", "-999"]``. An empty cell always does.
    thousands : str, optional
        The sign between thousands, as ``","``.
    sure : collection of str, default ()
        Columns whose size is right although it looks wrong for the unit.
    convert : mapping of str to str, optional
        Columns to be converted, and the unit that each is wanted in.
    balanced : bool, default False
        Whether a county that lacks a year which others have is a problem, and not a note.
    sheet : str or int, default 0
        Of an Excel file.
    header : int, default 1
        The row that holds the names of the columns, in files of text and of Excel.
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
        not fit its unit, a value a hundred times off its county's median (a year typed in another
        unit), or a file that cannot be read. ``.problems`` has them as a table.

    Notes
    -----
    Rows are numbered as the file shows them: in text and Excel the headings count, in Stata and
    Parquet observations count from 1, in a DataFrame it is the row's label.

    The list of counties is that of the 2020 census, with today's codes for Guizhou. Codes and
    names of before are known for Guizhou only; elsewhere say them in `places`.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> mine = pd.DataFrame(
    ...     {
    ...         "县名": ["榕江", "台江县", "黔西县"],
    ...         "年份": ["2019年", "2019年", "2019年"],
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
    if on_problem not in ("raise", "report"):
        raise InputError(f"on_problem must be 'raise' or 'report', not {on_problem!r}.")
    columns = wanted_columns(county, year, values)
    regions = {k: v for k, v in {"province": province, "prefecture": prefecture}.items() if v}
    wanted = [*columns, *(v for v in regions.values() if v not in columns)]
    with Steps(len(values) + 4, progress) as step:
        table = step("file", open_table)(
            source, wanted, sheet=sheet, header=header, encoding=encoding
        )
        units, targets = checked_units(table, columns, values, convert or {}, places or {}, sure)
        inside = checked_regions(table, regions)
        problems = Problems()
        counties = step("counties", find_counties)(
            table.frame, county, inside, own_places(places), problems
        )
        years, year_notes = step("years", read_years)(table.frame, year, problems)
        notes = [*table.notes, *counties.notes, *year_notes]
        panel = pd.DataFrame({"adcode": counties.codes, "year": years})
        residents = residents_of(counties.codes)
        for name, unit in units.items():
            read = step(name, read_values)
            panel[name] = read(
                table.frame[name], unit, counties.codes, residents, name in sure,
                (missing, thousands), problems, notes,
            )  # fmt: skip
        step("whole table", find_doubles)(panel, table, county, year, problems)
        find_gaps(panel, balanced, county, problems, notes)
    for name, target in targets.items():
        panel[name] *= units[name].factor / target.factor
        notes.append(f"Column {name!r} was converted from {units[name].name} to {target.name}.")
    found = problems.table(table.numbers)
    if on_problem == "raise" and len(found):
        raise PanelError(message(table.name, found), found)
    tidy = tidied(panel, problems.rows(), notes)
    tidy.attrs["units"] = {n: targets.get(n, unit).name for n, unit in units.items()}
    if on_problem == "raise":
        return tidy
    return PanelReport(
        panel=tidy, problems=found, counties=counties.table, notes=tuple(tidy.attrs["notes"])
    )
