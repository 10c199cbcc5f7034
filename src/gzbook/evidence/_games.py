"""Rongjiang and Taijiang beside synthetic twins: the comparisons behind 2.1-h."""

from functools import cache

import numpy as np
import pandas as pd

from gzcounty.data.counties import load_panel
from gzcounty.data.guizhou import load_counties
from gzcounty.errors import InputError
from gzcounty.measures.change import FIRST_DISPOSABLE_INCOME, GDP_BREAK
from gzcounty.models._synthetic_result import SyntheticControl
from gzcounty.models.synthetic import synthetic_control
from gzcounty.words import listed

CASES = {"Rongjiang": ("522632", 2023), "Taijiang": ("522630", 2022)}
"""The counties of the village games: adcode, and the first year in which the games drew crowds."""

WAYS = {
    "rural income": "yuan a person",
    "rural income, movements": "yuan a person",
    "rural income, logs": "log points x 100",
    "GDP with a break term": "log points x 100",
    "GDP from 2019 on": "million yuan",
    "GDP across the break": "million yuan",
}
"""Ways to compare, with their units; the first and the fourth are those of the claim's rule."""
RULE = ("rural income", "GDP with a break term")


def case_panel(case: str, way: str, start: int) -> pd.DataFrame:
    """Return the balanced panel of one comparison.

    Parameters
    ----------
    case : str
        One of `CASES`.
    way : str
        One of `WAYS`.
    start : int
        The first year with the games, which the break term does not look beyond.

    Returns
    -------
    DataFrame
        adcode, year, value: the case and the other former poverty counties with the outcome in
        every year, without the other case.
    """
    for name, known, what in ((case, CASES, "case"), (way, WAYS, "way to compare")):
        if name not in known:
            raise InputError(f"There is no {what} {name!r}; there are {listed(known, 9)}.")
    column = "rural_income" if way.startswith("rural income") else "gdp"
    first = GDP_BREAK if way == "GDP from 2019 on" else FIRST_DISPOSABLE_INCOME
    counties = load_counties()
    poor = counties.adcode[counties.former_poverty_county]
    others = {code for name, (code, _) in CASES.items() if name != case}
    panel = load_panel()
    panel = panel[(panel.year >= first) & panel.adcode.isin(set(poor) - others)]
    wide = panel.pivot(index="adcode", columns="year", values=column).dropna()
    if way in ("rural income, logs", "GDP with a break term"):
        wide = 100.0 * np.log(wide)
    if way == "GDP with a break term":
        wide = _without_break(wide, start)
    return wide.melt(ignore_index=False).reset_index()


def _without_break(wide: pd.DataFrame, start: int) -> pd.DataFrame:
    """Take each county's level out of both bases: the revision of 2019 moved them one by one."""
    years = wide.columns.to_numpy()
    out = wide.copy()
    for base in (years < GDP_BREAK, years >= GDP_BREAK):
        level = wide.loc[:, base & (years < start)].mean(axis=1)
        out.loc[:, base] = wide.loc[:, base].sub(level, axis=0)
    return out


@cache
def games(case: str, way: str = "rural income", start: int | None = None) -> SyntheticControl:
    """Compare one of the two counties with its synthetic twin.

    Parameters
    ----------
    case : str
        One of `CASES`.
    way : str
        One of `WAYS`.
    start : int, optional
        The first year with the games; that of `CASES` if not given.
    """
    if case not in CASES:
        raise InputError(f"There is no case {case!r}; there are {listed(CASES)}.")
    adcode, usual = CASES[case]
    start = usual if start is None else start
    data = case_panel(case, way, start)
    return synthetic_control(
        data, "value", "adcode", "year", adcode, start, demean=way == "rural income, movements"
    )


def told(case: str, way: str, start: int | None = None) -> dict[str, object]:
    """Return one comparison as a row.

    Returns
    -------
    dict
        what, case, way, unit, start, years_after, donors, estimate (average gap from the start
        on), conf_low, conf_high (without bound where the ranks rule nothing out), p_value (rank of
        the ratio of the misfit after the start to that before), smallest_p, exact (placebos that
        fit exactly), misfit (root mean square gap before the start).
    """
    found = games(case, way, start)
    placebos = found.placebos_in_space()
    row = found.table().iloc[0]
    bounded = bool(np.isfinite([row.conf_low, row.conf_high]).all())
    return {
        "what": f"{case}, {way}, from {found.start}",
        "case": case,
        "way": way,
        "unit": WAYS[way],
        "start": int(found.start),
        "years_after": int(found.path().after.sum()),
        "donors": len(found.weights),
        "estimate": float(row.estimate),
        "conf_low": float(row.conf_low) if bounded else -np.inf,
        "conf_high": float(row.conf_high) if bounded else np.inf,
        "p_value": placebos.p_ratio,
        "smallest_p": placebos.smallest_p,
        "exact": int((placebos.units.pre_rmspe.iloc[1:] == 0).sum()),
        "misfit": found.fit.rmspe,
    }


def comparisons(ways: tuple[str, ...] = tuple(WAYS)) -> pd.DataFrame:
    """Return both cases by every way of comparing, one row each; see `told`."""
    return pd.DataFrame([told(case, way) for way in ways for case in CASES])


def steadiness() -> pd.DataFrame:
    """Return how far the income gap of each case moves when the comparison is made otherwise.

    Returns
    -------
    DataFrame
        By case, in yuan a person: gap; the lowest and highest gap without one of the donors that
        have weight (without_low, without_high); and with a pretended start from 2019 on, using
        nothing from the true start on, where the gap should be zero (pretended_low,
        pretended_high). For GDP the levels that are taken out already use the later years, so no
        earlier start can be pretended.
    """
    rows = {}
    for case in CASES:
        found = games(case)
        single = found.leave_one_out().average_gap
        pretended = found.placebos_in_time(range(2019, found.start)).average_gap
        rows[case] = {
            "gap": found.table().estimate.iloc[0],
            "without_low": single.min(), "without_high": single.max(),
            "pretended_low": pretended.min(), "pretended_high": pretended.max(),
        }  # fmt: skip
    return pd.DataFrame(rows).T
