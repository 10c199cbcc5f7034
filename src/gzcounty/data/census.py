"""The censuses of 2010 and 2020: as published, and on constant borders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gzcounty.data.derived import CENSUS, add_derived, employment_shares
from gzcounty.data.guizhou import NATION, PROVINCE, XIAOHE, load_counties
from gzcounty.data.store import read_table, resource

# Published rates are joined over counties with these weights; everything else is a count.
_ADULTS = "adults"
_WEIGHT = {
    "age_0_14_share": "population",
    "age_15_64_share": "population",
    "age_65plus_share": "population",
    "minority_share": "population",
    "illiteracy_share": _ADULTS,
    "schooling_years": _ADULTS,
    # An approximation: floor area is published a person in family households, not a resident.
    "floor_area": "population",
    "household_size": None,
}


def load_census(harmonised: bool = False, extra: bool = False) -> pd.DataFrame:
    """Return the censuses of 2010 and 2020 for Guizhou's county-level units.

    Parameters
    ----------
    harmonised : bool, default False
        Join counties that exchanged territory: 81 groups with the same borders in both years,
        Xiaohe added to Huaxi. This is the only version from which changes may be computed.
    extra : bool, default False
        Keep the rows of China (100000), Guizhou (520000) and Xiaohe (520114, 2010). Not with
        ``harmonised``.

    Returns
    -------
    DataFrame
        One row a unit and year. ``adcode`` (or ``group``, ``group_name_en``, ``members``),
        ``year``, counts, published rates, and shares in % computed from counts (`describe`
        tells each). 2010 has 87 units: Guanshanhu did not exist. Codes are those of today.
        ``.attrs["notes"]`` says what was joined and what is missing for that reason.

    Notes
    -----
    In the harmonised version counts are summed and rates are weighted: by residents, or by
    residents aged 15 and over for schooling and illiteracy. A group is empty where one of its
    members has no value: rates of Xiaohe 2010 are not at hand, so Huaxi's 2010 rates are empty.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census()
    >>> census.groupby("year").size().to_dict()
    {2010: 87, 2020: 88}
    >>> groups = gz.load_census(harmonised=True)
    >>> groups[["group", "group_name_en", "year", "population", "farm_share"]].head(2).round(1)
        group group_name_en  year  population  farm_share
    0  520102       Nanming  2010    829326.0         5.6
    1  520102       Nanming  2020   1047792.0         1.4
    >>> groups.attrs["notes"][0]
    '81 groups with the same borders in 2010 and 2020; 5 of them join several counties.'
    """
    frame = _with_employment(read_table("census"))
    if harmonised:
        return _harmonise(frame)
    if not extra:
        frame = frame[~frame.adcode.isin([NATION, PROVINCE, XIAOHE])]
    frame = _finish(frame.reset_index(drop=True))
    frame.attrs["notes"] = [
        "87 of today's 88 units in 2010: Guanshanhu was founded in 2012.",
        "Territory moved between the censuses: use harmonised=True for changes.",
    ]
    return frame


def _with_employment(census: pd.DataFrame) -> pd.DataFrame:
    """Join employment by section as columns ``employed_A`` .. ``employed_T``."""
    long = read_table("industry_employment")
    wide = long.pivot(index=["adcode", "year"], columns="section", values="employed")
    wide = wide.add_prefix("employed_").reset_index()
    return census.merge(wide, on=["adcode", "year"], how="left", validate="1:1")


def _finish(frame: pd.DataFrame) -> pd.DataFrame:
    """Add shares; drop the sections, which have a loader of their own."""
    sections = [c for c in frame if c.startswith("employed_")]
    shares = employment_shares(
        frame[sections].rename(columns=lambda c: c.removeprefix("employed_"))
    )
    out = add_derived(frame.drop(columns=sections), CENSUS)
    return pd.concat([out, shares], axis=1)


def _harmonise(census: pd.DataFrame) -> pd.DataFrame:
    counties = load_counties()
    group_of = counties.set_index("adcode")["group"]
    frame = census[~census.adcode.isin([NATION, PROVINCE])].copy()
    frame["group"] = frame.adcode.map(group_of)
    frame.loc[frame.adcode == XIAOHE, "group"] = group_of["520111"]
    frame[_ADULTS] = frame.population * (1.0 - frame.age_0_14_share / 100.0)

    fields = [f["name"] for f in resource("census")["schema"]["fields"]]
    rates = [c for c in fields if c in _WEIGHT]
    keys = ("adcode", "year", "source_key")
    counts = [c for c in fields if c not in rates and c not in keys]
    counts += [c for c in frame if c.startswith("employed_")]

    by = frame.groupby(["group", "year"])
    # A sum with a missing part is missing: every member must have a value.
    complete = by[counts].count().eq(by.size(), axis=0)
    out = by[counts].sum().where(complete)
    for rate in rates:
        out[rate] = by[[rate, *({_WEIGHT[rate]} - {None})]].apply(_join_rate, rate, _WEIGHT[rate])
    names = counties.groupby("group").agg(
        group_name_en=("name_en", " + ".join), members=("adcode", ";".join)
    )
    out = out.reset_index().merge(names, on="group", validate="m:1")
    out["source_key"] = out.year.map({2010: "census2010;census2010_total", 2020: "census2020"})
    out = _finish(out[["group", "group_name_en", "members", "year", *counts, *rates, "source_key"]])
    out.attrs["notes"] = [
        f"{counties.group.nunique()} groups with the same borders in 2010 and 2020; "
        f"{int((counties.group.value_counts() > 1).sum())} of them join several counties.",
        "Xiaohe (abolished 2012) is added to Huaxi; its population is the provincial total less "
        "the other 87 units, and its 2010 rates are not at hand: Huaxi's 2010 rates are empty.",
        "Household size is empty for joined counties: 2010 households by county are not at hand.",
    ]
    return out


def _join_rate(members: pd.DataFrame, rate: str, weight: str | None) -> float:
    if len(members) == 1:
        return float(members[rate].iloc[0])
    if weight is None or members[[rate, weight]].isna().any(axis=None):
        return np.nan
    return float(np.average(members[rate], weights=members[weight]))
