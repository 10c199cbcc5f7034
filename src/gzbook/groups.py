"""Frames of the 81 groups of counties with constant borders, which several sections share."""

import pandas as pd

from gzbook.frames import MEASURES, PLACE
from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import (
    load_counties,
    load_geography,
    load_industry_employment,
    load_neighbours,
)
from gzcounty.language import N_, _
from gzcounty.measures.penetration import penetration
from gzcounty.measures.specialisation import location_quotient

INDUSTRIES = {
    "A": N_("Farming"),
    "B": N_("Mining"),
    "C": N_("Manufacturing"),
    "D": N_("Power and water"),
    "E": N_("Construction"),
    "F": N_("Trade"),
    "G": N_("Transport and post"),
    "H": N_("Hotels and catering"),
    "I": N_("Information"),
    "J": N_("Finance"),
    "K": N_("Real estate"),
    "L": N_("Business services"),
    "M": N_("Research"),
    "N": N_("Environment"),
    "O": N_("Repair and homes"),
    "P": N_("Education"),
    "Q": N_("Health"),
    "R": N_("Culture and sports"),
    "S": N_("Public offices"),
}
"""T, international organisations, has a handful of people and is left out."""


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
    for measure in MEASURES:
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


def industry_profiles() -> pd.DataFrame:
    """Return the industries of each group beside those of the province.

    Returns
    -------
    DataFrame
        group, section, industry (a short name; international organisations, T, are left out); for
        2010 and 2020 the location quotient against the province (quotient_2010), the share of the
        employed in % (share_2010) and the persons in the sample (workers_2010); group_name_en,
        group_name_zh and search (all forms of the names of its members).

    Examples
    --------
    >>> import gzbook
    >>> profiles = gzbook.industry_profiles()
    >>> row = gzbook.find_row(profiles, group="520328", section="A")
    >>> print(row.group_name_en, row.industry, round(row.quotient_2020, 2))
    Meitan Farming 1.52
    """
    parts = {}
    for year in (2010, 2020):
        workers = group_workers(year)
        parts[f"quotient_{year}"] = location_quotient(workers).unstack()
        parts[f"share_{year}"] = 100.0 * workers.div(workers.sum(axis=1), axis=0).unstack()
        parts[f"workers_{year}"] = workers.unstack()
    table = pd.DataFrame(parts).rename_axis(["section", "group"]).reset_index()
    table.insert(1, "industry", table.section.map({k: _(name) for k, name in INDUSTRIES.items()}))
    counties = load_counties()
    forms = counties.name_en + " " + counties.name_zh + " " + counties.pinyin.str.replace(" ", "")
    names = counties.assign(search=forms).groupby("group")
    names = names.agg(
        group_name_en=("name_en", " + ".join),
        group_name_zh=("name_zh", "+".join),
        search=("search", " ".join),
    )
    return table.dropna(subset="industry").merge(names.reset_index(), on="group", validate="m:1")
