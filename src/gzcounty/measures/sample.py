"""The name of a sample, computed from its counties, so that 60 are never called 88."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gzcounty.data.guizhou import load_counties
from gzcounty.errors import InputError, TrapError


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
            f"Not among the 88 county-level units: {', '.join(map(str, unknown[:5]))}."
        )
    poor = int(counties.loc[sorted(codes), "former_poverty_county"].sum())
    n = len(codes)
    if n == len(counties):
        name = "88 counties of Guizhou"
    elif poor == n:
        name = f"{n} former poverty counties"
    else:
        name = f"{n} counties, {poor} of them former poverty counties"
    if claim is not None:
        _check(claim, n, len(counties), name)
    return name


def _check(claim: str, n: int, everything: int, name: str) -> None:
    if n != everything and re.search(r"guizhou|贵州", claim, flags=re.IGNORECASE):
        raise TrapError(
            f"The sample is {name}; it cannot be called {claim!r}. From 2017 on, incomes are "
            "published for former poverty counties only, and there is no never-poor group beside "
            "them."
        )
    numbers = [int(x) for x in re.findall(r"\d+", claim)]
    if numbers and n not in numbers:
        raise TrapError(f"The sample has {n} counties; {claim!r} says another number.")
