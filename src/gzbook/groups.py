"""Frames of the 81 groups of counties with constant borders, which several sections share."""

import pandas as pd

from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import (
    load_counties,
    load_geography,
    load_industry_employment,
    load_neighbours,
)
from gzcounty.measures.penetration import penetration

PLACE = ["relief", "distance_guiyang_km"]


def group_frame() -> pd.DataFrame:
    """Return the 81 groups of constant borders, with penetration and controls of 2010.

    Returns
    -------
    DataFrame by group
        prefecture, district (any member is an urban district), area_km2; relief and distance to
        Guiyang (means weighted by area); group_name_en; schooling_years and minority_share,
        urban_share, age_65plus_share (%) of the census of 2010; commerce and digital (penetration
        of 2010, %).

    Examples
    --------
    >>> import gzbook
    >>> groups = gzbook.group_frame()
    >>> len(groups), int(groups.district.sum())
    (81, 11)
    """
    counties = load_counties().merge(load_geography().drop(columns="source_key"), on="adcode")
    by_group = counties.groupby("group")
    out = pd.DataFrame({
        "prefecture": by_group.prefecture_en.first(),
        "district": by_group.unit_type.agg(lambda kinds: (kinds == "district").any()),
        "area_km2": by_group.area_km2.sum(),
    })  # fmt: skip
    for name in PLACE:
        weighted = (counties[name] * counties.area_km2).groupby(counties.group).sum()
        out[name] = weighted / out.area_km2
    census = load_census(harmonised=True).query("year == 2010").set_index("group")
    people = ["schooling_years", "minority_share", "urban_share", "age_65plus_share"]
    out = out.join(census[["group_name_en", *people]])
    for measure in ("commerce", "digital"):
        shares = penetration(measure, 2010, harmonised=True).set_index("group")
        out[measure] = shares.penetration
    return out


def group_neighbours() -> pd.DataFrame:
    """Return the pairs of groups that have neighbouring members, both ways.

    Returns
    -------
    DataFrame
        group_i, group_j.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> len(gz.neighbour_weights(gzbook.group_neighbours(), "group_i", "group_j").ids)
    81
    """
    member = load_counties().set_index("adcode").group
    pairs = load_neighbours()
    out = pd.DataFrame({
        "group_i": pairs.adcode_i.map(member),
        "group_j": pairs.adcode_j.map(member),
    })  # fmt: skip
    return out[out.group_i != out.group_j].drop_duplicates(ignore_index=True)


def group_workers(year: int) -> pd.DataFrame:
    """Return employed persons of one census, by group and section of industry.

    Parameters
    ----------
    year : {2010, 2020}

    Returns
    -------
    DataFrame
        group by section (A to T), persons of the 10 % sample.

    Examples
    --------
    >>> import gzbook
    >>> workers = gzbook.group_workers(2020)
    >>> services = 100 * workers.loc[:, "F":"T"].sum(axis=1) / workers.sum(axis=1)
    >>> len(services), round(float(services.median()), 1)
    (81, 40.0)
    """
    jobs = load_industry_employment().query("year == @year")
    member = load_counties().set_index("adcode").group
    # Xiaohe, abolished in 2012, belongs to Huaxi.
    group = jobs.adcode.replace({"520114": "520111"}).map(member).rename("group")
    return jobs.groupby([group, "section"]).employed.sum().unstack(fill_value=0)
