"""Change over time, refused where the data would make it a lie."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from gzcounty.data.counties import load_census, load_panel, panel_variables
from gzcounty.data.guizhou import load_counties
from gzcounty.errors import InputError, TrapError
from gzcounty.language import _, current_language, in_language
from gzcounty.words import listed


def sample_name(adcodes: Iterable[str], claim: str | None = None) -> str:
    """Return the name that a sample of Guizhou's counties may carry.

    Parameters
    ----------
    adcodes : iterable of str
        The codes in the sample; repeats do not matter.
    claim : str, optional
        A name that somebody wants to use. It is checked against the counties.

    Returns
    -------
    str
        ``"88 counties of Guizhou"``, ``"60 former poverty counties"``, or ``"72 counties, 63 of
        them former poverty counties"``.

    Raises
    ------
    InputError
        If the sample is empty or holds a code that is not one of the 88.
    TrapError
        If ``claim`` calls a part of the 88 counties "Guizhou", or gives another number.

    Examples
    --------
    >>> import gzcounty as gz
    >>> income = gz.load_panel().query("year == 2020").dropna(subset="rural_income")
    >>> gz.sample_name(income.adcode)
    '61 former poverty counties'
    >>> gz.sample_name(income.adcode, claim="88 counties of Guizhou")
    Traceback (most recent call last):
        ...
    gzcounty.errors.TrapError: The sample is 61 former poverty counties; it cannot be called
    '88 counties of Guizhou'. From 2017 on, incomes are published for former poverty counties only,
    and there is no never-poor group beside them.
    """
    counties = load_counties().set_index("adcode")
    codes = set(adcodes)
    if not codes:
        raise InputError("The sample is empty: it has no counties to be named after.")
    unknown = sorted(codes - set(counties.index))
    if unknown:
        raise InputError(
            "The sample has {unknown}, not among the {n} county-level units of Guizhou, the only "
            "ones that sample_name can name; of others say the number and the place yourself.",
            unknown=listed(unknown), n=len(counties),
        )  # fmt: skip
    poor = int(counties.loc[sorted(codes), "former_poverty_county"].sum())
    n = len(codes)
    if n == len(counties):
        name = _("88 counties of Guizhou")
    elif poor == n:
        name = _("{n} former poverty counties", n=n)
    else:
        name = _("{n} counties, {poor} of them former poverty counties", n=n, poor=poor)
    if claim is not None:
        _check(claim, n, len(counties), name)
    return name


def _check(claim: str, n: int, everything: int, name: str) -> None:
    if n != everything and re.search(r"guizhou|贵州", claim, flags=re.IGNORECASE):
        raise TrapError(
            "The sample is {name}; it cannot be called {claim!r}. From 2017 on, incomes are "
            "published for former poverty counties only, and there is no never-poor group beside "
            "them.",
            name=name, claim=claim,
        )  # fmt: skip
    numbers = [int(x) for x in re.findall(r"\d+", claim)]
    if numbers and n not in numbers:
        raise TrapError(
            "The sample has {n} counties; {claim!r} says another number.", n=n, claim=claim
        )


GDP_BREAK = 2019
"""First year on the basis of the fourth economic census."""
FIRST_DISPOSABLE_INCOME = 2014
"""First year of rural disposable income; before, the survey measured net income."""


def growth(variable: str, start: int, end: int, log: bool = True) -> pd.DataFrame:
    """Return growth of a panel variable between two years.

    Parameters
    ----------
    variable : str
        A column of `load_panel`.
    start, end : int
        The two years.
    log : bool, default True
        Log difference; otherwise the ratio less one.

    Returns
    -------
    DataFrame
        ``adcode``, ``start_value``, ``end_value``, ``growth`` for the counties that have both
        years; ``.attrs["sample"]`` names them, ``.attrs["notes"]`` counts those left out and
        names jumps that the table flags.

    Raises
    ------
    TrapError
        For GDP across 2018-2019 (the fourth economic census moved counties by -34 % to +99 %),
        and for rural income before 2014 (another concept).
    InputError
        For an unknown variable, or years without data.

    Examples
    --------
    >>> import gzcounty as gz
    >>> lights = gz.growth("lights", 2013, 2020)
    >>> float(lights.growth.median().round(3))
    0.314
    >>> lights.attrs["sample"]
    '88 counties of Guizhou'
    >>> gz.growth("gdp", 2015, 2022)
    Traceback (most recent call last):
        ...
    gzcounty.errors.TrapError: gdp breaks at 2019: the fourth economic census revised 2019 but not
    the years before it, so growth from 2015 to 2022 would mix two bases. Use years up to 2018, or
    from 2019 on.
    """
    if variable not in panel_variables():
        raise InputError(
            "variable must be {variables}, not {variable!r}; see describe('panel').",
            variables=listed(panel_variables(), 20, "or"), variable=variable,
        )  # fmt: skip
    if not start < end:
        raise InputError("start ({start}) must be before end ({end}).", start=start, end=end)
    if variable.startswith(("gdp", "secondary")) and start < GDP_BREAK <= end:
        raise TrapError(
            "{variable} breaks at {year}: the fourth economic census revised 2019 but not the "
            "years before it, so growth from {start} to {end} would mix two bases. Use years up "
            "to {before}, or from {year} on.",
            variable=variable, year=GDP_BREAK, start=start, end=end, before=GDP_BREAK - 1,
        )  # fmt: skip
    if variable == "rural_income" and start < FIRST_DISPOSABLE_INCOME:
        raise TrapError(
            "Rural income before {year} is net income, another concept than disposable income: "
            "the two are never spliced. Start in {year}.",
            year=FIRST_DISPOSABLE_INCOME,
        )  # fmt: skip
    long = load_panel("long").query("variable == @variable")
    ends = long[long.year.isin([start, end])]
    wide = ends.pivot(index="adcode", columns="year", values="value").reindex(columns=[start, end])
    both = wide.dropna()
    if both.empty:
        raise InputError(
            "No county has {variable} in both {start} and {end}.",
            variable=variable, start=start, end=end,
        )  # fmt: skip
    first, last = both[start], both[end]
    if (first <= 0).any() or (log and (last <= 0).any()):
        raise InputError(
            "{variable} is not positive everywhere: growth has no meaning there.",
            variable=variable,
        )  # fmt: skip
    out = pd.DataFrame({"start_value": first, "end_value": last})
    out["growth"] = np.log(last / first) if log else last / first - 1.0
    out = out.reset_index().rename_axis(columns=None)
    jumps = long[long.flagged & long.year.between(start + 1, end) & long.adcode.isin(both.index)]
    out.attrs["sample"] = sample_name(out.adcode)
    absent = len(load_counties()) - len(out)
    out.attrs["notes"] = [
        _(
            "{sample}; {absent} counties have no {variable} in both years.",
            sample=out.attrs["sample"], absent=absent, variable=variable,
        ),
        _(
            "Flagged jumps between {start} and {end}: {counties}.",
            start=start, end=end, counties=_(", ").join(jumps.adcode) or _("none"),
        ),
    ]  # fmt: skip
    return out


def named_groups(frame: pd.DataFrame) -> str:
    """Name the groups of constant borders in a table, in the reader's language, or say "none"."""
    names = frame.group_name_en
    if current_language() == "zh":
        names = frame.group.map(load_counties().groupby("group").name_zh.agg("+".join))
    return _(", ").join(names) or _("none")


def census_change(column: str, harmonised: bool = True) -> pd.DataFrame:
    """Return the change of a census column from 2010 to 2020 on constant borders.

    Parameters
    ----------
    column : str
        A column of `load_census`.
    harmonised : bool, default True
        Only True is allowed. The argument is here so that the refusal can say why.

    Returns
    -------
    DataFrame
        ``group``, ``group_name_en``, ``members``, ``value_2010``, ``value_2020``, ``change``
        (2020 less 2010), for the groups with both; ``.attrs["notes"]`` names those without.

    Raises
    ------
    TrapError
        If ``harmonised`` is False: 13 of today's counties gained or lost territory.
    InputError
        If there is no such column, or it has no values in one of the years.

    Examples
    --------
    >>> import gzcounty as gz
    >>> farming = gz.census_change("farm_share")
    >>> len(farming), int((farming.change < 0).sum())
    (81, 81)
    >>> gz.census_change("farm_share", harmonised=False)
    Traceback (most recent call last):
        ...
    gzcounty.errors.TrapError: 13 counties changed territory between the censuses (...): a change
    on their own borders compares two different places. Use the 81 groups of constant borders.
    """
    if not harmonised:
        counties = load_counties()
        moved = counties[counties.territory_changed]
        names = in_language(moved.name_en, moved.name_zh)
        raise TrapError(
            "{n} counties changed territory between the censuses ({names}): a change on their own "
            "borders compares two different places. Use the 81 groups of constant borders.",
            n=len(moved), names=_(", ").join(names),
        )  # fmt: skip
    census = load_census(harmonised=True)
    if column not in census.select_dtypes("number").columns.drop("year"):
        raise InputError(
            "column must be a measure of the census, such as 'population' or 'farm_share', not "
            "{column!r}; describe('census') lists them.",
            column=column,
        )  # fmt: skip
    keys = ["group", "group_name_en", "members"]
    wide = census.pivot(index=keys, columns="year", values=column).reset_index()
    wide = wide.rename(columns={2010: "value_2010", 2020: "value_2020"}).rename_axis(columns=None)
    wide["change"] = wide.value_2020 - wide.value_2010
    missing = wide[wide.change.isna()]
    out = wide.dropna(subset="change").reset_index(drop=True)
    if out.empty:
        raise InputError("{column} is not in both censuses, so it has no change.", column=column)
    out.attrs["notes"] = [
        _("{n} of 81 groups of constant borders.", n=len(out)),
        _("Without a value in both years: {names}.", names=named_groups(missing)),
    ]
    return out
