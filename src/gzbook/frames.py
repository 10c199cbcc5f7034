"""Frames of counties, years, groups and China's county-level units that several sections share."""

from functools import cache
from typing import Literal, TypeVar

import numpy as np
import pandas as pd

from gzcounty.data.counties import load_census, load_china_counties, load_panel
from gzcounty.data.guizhou import (
    load_counties,
    load_geography,
    load_industry_employment,
    load_neighbours,
)
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.measures.change import census_change
from gzcounty.measures.penetration import penetration
from gzcounty.measures.specialisation import location_quotient
from gzcounty.words import listed

Units = TypeVar("Units", pd.Series, pd.DataFrame)
PEOPLE = ["schooling_years", "minority_share", "urban_share"]
PLACE = ["relief", "distance_guiyang_km"]
MEASURES = ("commerce", "digital")
YEARS = {"income": range(2014, 2024), "lights": range(2013, 2021)}
"""Years of each series that `year_frame` gives."""
SEED = 20_260
NAMED = ("520328", "522628", "522630", "522632", "522701")
"""The counties the paper names: Meitan, Jinping, Taijiang, Rongjiang, Duyun."""
CASE = N_("Rongjiang, 榕江")
"""What a search field of the companion proposes: the paper's main case."""
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


def named_counties() -> dict[str, list[str]]:
    """Return the counties the paper names, as charts mark them.

    Returns
    -------
    dict of str to list of str
        Their adcodes, by what they are called in a chart's subtitle.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.named_counties()
    {'the counties the paper names': ['520328', '522628', '522630', '522632', '522701']}
    """
    return {_("the counties the paper names"): list(NAMED)}


def county_frame() -> pd.DataFrame:
    """Return the 88 counties, one row each: names, controls, penetration, incomes, lights.

    Returns
    -------
    DataFrame
        adcode, names, unit_type, group. Penetration commerce_2020, digital_2020, commerce_2010,
        digital_2010 (% of employed) and change (points of commerce share 2010-2020, only where the
        group of constant borders is the county itself). income_2014 ... income_2023 (yuan a
        person), log_start (log of income 2014), growth (of log income 2014-2023), lights_2013 ...
        lights_2020. Controls of the census of 2020, and of 2010 with the suffix _2010; relief,
        distance_guiyang_km; population and rural (residents of 2020).

    Examples
    --------
    >>> import gzbook
    >>> counties = gzbook.county_frame()
    >>> cross = counties.dropna(subset="income_2020")
    >>> len(counties), len(cross)
    (88, 61)
    """
    return _counties().copy()


@cache
def _counties() -> pd.DataFrame:
    census = load_census()
    names = ["name_en", "name_zh", "prefecture_en", "unit_type", "territory_changed", "group"]
    out = load_counties().set_index("adcode")[names]
    out = out.join(load_geography().set_index("adcode")[PLACE])
    people = census.set_index("adcode").rename(columns={"population_rural": "rural"})
    out = out.join(people.loc[people.year == 2020, [*PEOPLE, "population", "rural"]])
    out = out.join(people.loc[people.year == 2010, PEOPLE].add_suffix("_2010"))
    for measure in MEASURES:
        for year in (2010, 2020):
            shares = penetration(measure, year).set_index("adcode").penetration
            out[f"{measure}_{year}"] = shares
    change = census_change("commerce_share")
    single = change[~change.members.str.contains(";")]
    out["change"] = single.set_index("members").change
    for variable, name in (("rural_income", "income"), ("lights", "lights")):
        out = out.join(panel_wide(variable).loc[:, 2013:].add_prefix(f"{name}_"))
    out["log_start"] = np.log(out.income_2014)
    out["growth"] = np.log(out.income_2023) - out.log_start
    return out.reset_index()


def panel_wide(variable: str) -> pd.DataFrame:
    """Return a variable of the county panel, one row a county (adcode) and one column a year."""
    wide = load_panel().pivot(index="adcode", columns="year", values=variable)
    return wide.dropna(axis=1, how="all")


def year_frame(counties: pd.DataFrame, series: str = "income") -> pd.DataFrame:
    """Return rural income or night lights, one row a county and year, with penetration.

    Parameters
    ----------
    counties : DataFrame
        As `county_frame` gives, or some of its rows. Only counties with every year are kept.
    series : {"income", "lights"}
        Rural income 2014-2023 (yuan a person), or night lights 2013-2020.

    Returns
    -------
    DataFrame
        adcode, prefecture_en, territory_changed, commerce_2010, year, value, log, log_start (log
        of the first year), and online: commerce share of 2010 (0 to 1) x national online retail
        (trillion yuan).

    Raises
    ------
    InputError
        If there is no such series.

    Examples
    --------
    >>> import gzbook
    >>> years = gzbook.year_frame(gzbook.county_frame(), "income")
    >>> years.adcode.nunique(), int(years.year.min()), int(years.year.max())
    (60, 2014, 2023)
    """
    if series not in YEARS:
        raise InputError(
            "There is no series {series!r}; there are {names}.",
            series=series, names=listed(YEARS),
        )  # fmt: skip
    keep = ["adcode", "prefecture_en", "territory_changed", "commerce_2010"]
    columns = {f"{series}_{year}": year for year in YEARS[series]}
    complete = counties.dropna(subset=list(columns)).rename(columns=columns)
    out = complete.melt(id_vars=keep, value_vars=list(columns.values()), var_name="year")
    out["year"] = out.year.astype(int)
    out["log"] = np.log(out.value)
    first = out[out.year == min(YEARS[series])].set_index("adcode").log
    out["log_start"] = out.adcode.map(first)
    online = penetration("shift_share").rename(columns={"penetration": "online"})
    return out.merge(online[["adcode", "year", "online"]], on=["adcode", "year"], how="left")


def with_income(counties: pd.DataFrame) -> pd.DataFrame:
    """Return the counties with an income of 2020."""
    return counties.dropna(subset="income_2020").reset_index(drop=True)


def with_every_income(counties: pd.DataFrame) -> pd.DataFrame:
    """Return the counties with an income in each year 2014-2023."""
    every = [f"income_{year}" for year in YEARS["income"]]
    return counties.dropna(subset=every).reset_index(drop=True)


def with_neighbours(counties: pd.DataFrame) -> pd.DataFrame:
    """Return the counties with a neighbour among themselves."""
    pairs = load_neighbours()
    inside = pairs[pairs.adcode_i.isin(counties.adcode) & pairs.adcode_j.isin(counties.adcode)]
    return counties[counties.adcode.isin(inside.adcode_i)].reset_index(drop=True)


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


def national_frame() -> pd.DataFrame:
    """Return China's counties with accounts of 2020: outcomes in logs, measures, controls.

    Returns
    -------
    DataFrame
        The columns of `gzcounty.load_china_counties`, and village_rate (Taobao villages of 2016 per
        100,000 rural residents), any_village (0 or 1), log_population, log_savings, log_gdp (a
        resident), log_cars (share of households with a car).

    Examples
    --------
    >>> import gzbook
    >>> china = gzbook.national_frame()
    >>> len(china), int(china.any_village.sum())
    (2069, 171)
    """
    china = load_china_counties().dropna(subset="gdp_2020")
    rate = penetration("taobao", 2016).set_index("adcode").penetration
    return china.assign(
        village_rate=china.adcode.map(rate),
        any_village=(china.taobao_2016 > 0).astype(float),
        log_population=np.log(china.population),
        log_savings=np.log(china.savings_per_resident_2020),
        log_gdp=np.log(china.gdp_per_resident_2020),
        log_cars=np.log(china.car_share),
    ).reset_index(drop=True)


def china_employment() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return employment by section of China's county-level units, and who they are, on one index.

    Returns
    -------
    employed : DataFrame
        One row a county-level unit with anybody employed, one column a section (employed_A).
    units : DataFrame
        province, and whether the unit is a district of a city (or a zone).

    Examples
    --------
    >>> import gzbook
    >>> employed, units = gzbook.china_employment()
    >>> int((units.province == "Guizhou").sum()), employed.shape[1]
    (88, 20)
    """
    china = load_china_counties().set_index("adcode")
    # An empty section counts as none reported, as in the shares of the loaders.
    employed = china.filter(regex="^employed_").fillna(0.0)
    employed = employed[employed.sum(axis=1) > 0]
    about = china.loc[employed.index, ["province_en", "district"]]
    return employed, about.rename(columns={"province_en": "province"})


def china_cuts() -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return `china_employment` with city districts and without, by the name of the cut."""
    employed, units = china_employment()
    return {cut: (part, units.loc[part.index]) for cut, part in in_cuts(employed).items()}


def in_cuts(units: Units) -> dict[str, Units]:
    """Return a table of China's units by adcode with city districts and without, by the cut."""
    china = load_china_counties().set_index("adcode")
    return {N_("all units"): units, N_("no districts"): units[~china.district[units.index]]}


def beside_median(values: pd.Series, side: Literal["above", "below"]) -> pd.DataFrame:
    """Return the share of Guizhou's units on one side of the median of China's, by cut."""
    rows = []
    for cut, part in in_cuts(values.dropna()).items():
        median, guizhou = part.median(), part[part.index.str.startswith("52")]
        beyond = guizhou > median if side == "above" else guizhou < median
        rows.append({
            "cut": cut,
            "value": float(beyond.mean()),
            "share": 100.0 * float(beyond.mean()),
            "beyond": int(beyond.sum()),
            "n": len(guizhou),
            "median_guizhou": guizhou.median(),
            "median_china": median,
            "n_china": len(part),
        })  # fmt: skip
    return pd.DataFrame(rows)


def by_cut(table: pd.DataFrame) -> dict[str, dict]:
    """Return the rows of both cuts of `china_cuts`, whole and outside, as fields of a sentence."""
    rows = table.set_index("cut").to_dict("index")
    return {"whole": rows["all units"], "outside": rows["no districts"]}


def sample_in_china(whole: dict) -> str:
    """Return the sample of a row about all county-level units, as `by_cut` gives it, in words."""
    return _(
        "{n} counties of Guizhou among {n_china:,} county-level units of China",
        n=whole["n"], n_china=whole["n_china"],
    )  # fmt: skip


def members_by_chance(
    province: str = "Guizhou", draws: int = 999, seed: int = SEED
) -> list[np.ndarray]:
    """Draw the members of made-up provinces from all of China's county-level units.

    Each has as many districts and as many other units as the real province; the real counties
    may be drawn too.

    Returns
    -------
    list of ndarray
        Positions in the rows of `china_employment`, one array a draw.

    Examples
    --------
    >>> import gzbook
    >>> len(gzbook.members_by_chance(draws=2)[0])
    88
    """
    __, units = china_employment()
    generator = np.random.default_rng(seed)
    inside = units.province == province
    pools = [np.flatnonzero(units.district == kind) for kind in (True, False)]
    sizes = [int((inside & (units.district == kind)).sum()) for kind in (True, False)]
    return [
        np.concatenate([
            generator.choice(p, s, replace=False) for p, s in zip(pools, sizes, strict=True)
        ])
        for __ in range(draws)
    ]  # fmt: skip


def beside_china(measures: pd.DataFrame) -> pd.DataFrame:
    """Return measures of China's units in long form, with the names of Guizhou's counties.

    Parameters
    ----------
    measures : DataFrame
        adcode by measure.

    Returns
    -------
    DataFrame
        adcode, inside (of Guizhou), variable, value, name_en, name_full_en, name_zh, pinyin; names
        are empty elsewhere. As `gzcounty.distribution_chart` takes it.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> china = gz.load_china_counties().set_index("adcode")
    >>> int(gzbook.beside_china(china[["schooling_years"]]).inside.sum())
    88
    """
    names = load_counties().set_index("adcode")[["name_en", "name_full_en", "name_zh", "pinyin"]]
    long = measures.rename_axis("adcode").reset_index().melt("adcode")
    long["inside"] = long.adcode.str.startswith("52")
    return long.join(names, on="adcode").fillna(dict.fromkeys(names, ""))
