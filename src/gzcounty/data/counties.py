"""County tables: the censuses, the panel of Guizhou, and China's 2,948 county-level units."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from gzcounty.data.guizhou import NATION, PROVINCE, WITHIN, XIAOHE, current_adcode, load_counties
from gzcounty.data.store import read_table, resource
from gzcounty.language import N_, _, _n

ECONOMY = (
    "area_km2", "gdp", "population_registered", "household_savings", "loans", "fiscal_revenue",
    "fiscal_expenditure",
)  # fmt: skip
_SAMPLE = N_("Long form of the census, a 10 % sample.")
_Formula: TypeAlias = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Derived:
    """A share in % that loaders compute: labels, the formula that makes it, a note in English.

    It is computed after counts are summed, so that it stays right when counties are joined.
    """

    label: str
    label_zh: str
    formula: _Formula
    note: str = ""


def add_derived(frame: pd.DataFrame, columns: Mapping[str, Derived]) -> pd.DataFrame:
    """Return ``frame`` with the computed columns added at the end."""
    return frame.assign(**{name: spec.formula(frame) for name, spec in columns.items()})


def _percent(part: str, whole: str) -> _Formula:
    return lambda d: 100.0 * d[part] / d[whole].where(d[whole] > 0)


def _college(d: pd.DataFrame) -> pd.Series:
    college = d["education_junior_college"] + d["education_university_and_above"]
    return 100.0 * college / d["population"].where(d["population"] > 0)


def _employed(sections: str) -> _Formula:
    """Share sections of the columns ``employed_A`` .. ``employed_T``; an empty one reports none.

    Shares are empty where nobody is reported employed.
    """

    def share(d: pd.DataFrame) -> pd.Series:
        counts = d.filter(regex="^employed_").fillna(0.0)
        total = counts.sum(axis=1)
        wanted = counts[[f"employed_{section}" for section in sections]].mul(100.0)
        return wanted.div(total.where(total > 0), axis=0).sum(axis=1, min_count=1)

    return share


_SHARES = {
    "urban_share": Derived("Urban share", "城镇化率", _percent("population_urban", "population")),
    "piped_water_share": Derived(
        "Households with piped water", "有管道自来水户比重",
        _percent("households_with_piped_water", "households_long_form"), _SAMPLE,
    ),
    "car_share": Derived(
        "Households with a car", "有家用汽车户比重",
        _percent("households_with_car", "households_long_form"), _SAMPLE,
    ),
}  # fmt: skip
_EMPLOYMENT = {
    "farm_share": Derived(
        "Employed in agriculture", "农林牧渔业就业比重", _employed("A"), _SAMPLE
    ),
    "nonfarm_share": Derived(
        "Employed outside agriculture", "非农就业比重", lambda d: 100.0 - _employed("A")(d), _SAMPLE
    ),
    "commerce_share": Derived(
        "Employed in trade, transport and post, and information",
        "批发零售、交通仓储邮政和信息业就业比重", _employed("FGI"), _SAMPLE,
    ),
    "digital_share": Derived(
        "Employed in transport and post, and information", "交通仓储邮政和信息业就业比重",
        _employed("GI"), _SAMPLE,
    ),
}  # fmt: skip
CHINA = _SHARES | _EMPLOYMENT
_COLLEGE = Derived(
    "Residents with junior college or more", "大专及以上人口占常住人口比重", _college,
    N_("Of all residents, so that the two censuses compare."),
)  # fmt: skip
CENSUS = _SHARES | {"college_share": _COLLEGE} | _EMPLOYMENT


# The name of a unit tells whether it is a district of a city (or a zone, which is counted as one),
# but for these: Liuzhi and Shennongjia are a special and a forest district, at the level of
# counties; the others have the code of what they became by 2020, beside the name that they had.
_ENDS_AS_A_DISTRICT = ("520203", "429021")
_HAS_A_FORMER_NAME = ("130672", "320614", "340210", "340212", "520204")


def _is_district(units: pd.DataFrame) -> pd.Series:
    code = units.adcode_2020_census
    ends_so = units.name_zh.str.endswith("区") & ~code.isin(_ENDS_AS_A_DISTRICT)
    return ends_so | code.isin(_HAS_A_FORMER_NAME)


def load_china_counties() -> pd.DataFrame:
    """Return China's county-level units: census, economy, night lights, Taobao villages.

    Returns
    -------
    DataFrame
        2,948 rows keyed by ``adcode`` (for Guizhou the code of today, elsewhere that of the 2020
        census; ``adcode_2020_census`` keeps the latter); ``district``: whether the unit is a
        district of a city (or a zone). Census 2020; shares of employment in %;
        ``gdp_2020`` and so on in million yuan for the 2,069 units of the yearbook (2,086 in
        2023; those whose code is newer than the census are left out and named in ``.attrs``);
        ``area_km2_2020`` and ``area_km2_2023`` as the same yearbooks print them;
        ``gdp_per_resident_2020`` and ``savings_per_resident_2020`` in yuan;
        ``lights_2013`` .. ``lights_2020``; ``taobao_2014`` .. ``taobao_2016`` (0 where a county
        is not on the list); ``gdp_change_flagged``: GDP 2020-2023 more than doubles or falls by
        40 % or more, which tells of zones moved in or out of a county's accounts.

    Notes
    -----
    The yearbook's volume covers counties and county-level cities: most districts of cities are
    empty there. A head means a resident of the 2020 census, not a registered person. Areas are
    administrative figures: in 48 units those of the two years differ by more than a tenth; the
    tables do not say where borders moved and where a figure was revised.

    Examples
    --------
    >>> import gzcounty as gz
    >>> china = gz.load_china_counties()
    >>> len(china)
    2948
    >>> int((china.taobao_2016 > 0).sum())
    217
    >>> china[china.adcode == "522632"][["name_zh", "population", "gdp_2020"]]
         name_zh  population  gdp_2020
    2358     榕江县      297572   8461.76
    """
    frame, unplaced = _china_counties()
    frame = frame.copy()
    zones = _(
        "21 development zones without a code (1.4 million people) are not in the census table."
    )
    newer = _n(
        "1 unit of the 2023 yearbook has a code newer than the 2020 census and is left out: "
        "{codes}.",
        "{n:,} units of the 2023 yearbook have a code newer than the 2020 census and are left out: "
        "{codes}.",
        len(unplaced), codes=_(", ").join(unplaced),
    )  # fmt: skip
    frame.attrs["notes"] = [zones, newer]
    return frame


@cache
def _china_counties() -> tuple[pd.DataFrame, list[str]]:
    """Return the table, and the codes of the yearbook that have no place in it."""
    census = read_table("china_census").rename(columns={"adcode": "adcode_2020_census"})
    frame = census.set_index("adcode_2020_census")
    economy, unplaced = _economy(frame.index)
    blocks = [frame, economy, _lights(), _taobao(frame.index)]
    frame = pd.concat(blocks, axis=1).reindex(frame.index).reset_index()

    frame = add_derived(frame, CHINA)
    frame["gdp_per_resident_2020"] = 1e6 * frame.gdp_2020 / frame.population
    frame["savings_per_resident_2020"] = 1e6 * frame.household_savings_2020 / frame.population
    ratio = frame.gdp_2023 / frame.gdp_2020
    frame["gdp_change_flagged"] = (ratio > 2.0) | (ratio <= 0.6)
    frame["district"] = _is_district(frame)

    guizhou = frame.province_adcode == PROVINCE
    code = frame.adcode_2020_census.where(~guizhou, other=np.nan)
    code[guizhou] = current_adcode(frame.adcode_2020_census[guizhou])
    frame.insert(0, "adcode", code)
    return frame, unplaced


def _economy(codes: pd.Index) -> tuple[pd.DataFrame, list[str]]:
    """Spread the two yearbooks over columns; return them and the codes that have no place."""
    long = read_table("china_economy")
    inside = long.adcode.str.startswith(WITHIN)
    # Qianxi became a city in 2021: its yearbook code of 2023 is newer than its census code.
    census = read_table("counties").set_index("adcode")["adcode_2020_census"]
    long.loc[inside, "adcode"] = current_adcode(long.adcode[inside]).map(census)
    wide = long.pivot(index="adcode", columns="year", values=list(ECONOMY))
    wide.columns = [f"{name}_{year}" for name, year in wide.columns]
    unplaced = sorted(set(wide.index) - set(codes))
    return wide[wide.index.isin(codes)], unplaced


def _lights() -> pd.DataFrame:
    long = read_table("china_lights")
    return long.pivot(index="adcode", columns="year", values="lights").add_prefix("lights_")


def _taobao(codes: pd.Index) -> pd.DataFrame:
    """Return villages by year; a county that the lists do not name has none."""
    long = read_table("china_taobao")
    wide = long.pivot(index="adcode", columns="year", values="villages").add_prefix("taobao_")
    return wide.reindex(codes).fillna(0).astype("int64")


def panel_variables() -> list[str]:
    """Return the names of the panel's variables, in the order of the data package."""
    return [v["name"] for v in resource("panel")["variables"]]


def load_panel(form: Literal["wide", "long"] = "wide") -> pd.DataFrame:
    """Return the county panel of Guizhou, 2010-2023.

    Parameters
    ----------
    form : {"wide", "long"}
        ``"wide"``: one row a county and year, one column a variable. ``"long"``: one row a
        value, with ``flagged`` (an unusual jump, kept as it is), ``derived`` and ``source_key``.

    Returns
    -------
    DataFrame
        Money in million yuan and incomes in yuan a person, current prices; registered
        population in persons; night lights in nW/cm2/sr (masked annual mean).

    Notes
    -----
    From 2017 on, incomes and most GDP cover former poverty counties only: 60 of them have rural
    income in every year 2014-2023. Rural income before 2014 is another concept and is not here.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel()
    >>> panel[panel.adcode == "522632"].query("2018 <= year <= 2020")[["year", "rural_income"]]
         year  rural_income
    888  2018       8801.33
    889  2019       9760.67
    890  2020      10570.80
    >>> gz.load_panel("long").columns.tolist()
    ['adcode', 'year', 'variable', 'value', 'flagged', 'derived', 'source_key']
    """
    frame = read_table("panel")
    if form == "long":
        return frame
    wide = frame.pivot(index=["adcode", "year"], columns="variable", values="value")
    return wide[panel_variables()].reset_index().rename_axis(columns=None)


def load_poor_counties() -> pd.DataFrame:
    """Return the accounts and incomes of China's former poverty counties (脱贫县), 2013-2023.

    Returns
    -------
    DataFrame
        One row a county and year. ``adcode`` is the code of the 2020 census, empty for 27 units
        that the source gives an older name; ``prefecture_adcode`` that of `load_digital_finance`
        (of the municipality in the four of them; empty for counties under no prefecture).
        ``rural_income`` (disposable, from 2014 on), ``rural_net_income`` (before it, another
        concept) and ``urban_income`` in yuan a person; GDP and savings in million yuan.

    Notes
    -----
    A selected sample whose provinces come and go: 14 of them have rural income in 2020. Guizhou's
    cells are those of `load_panel`, so the two do not check each other. Savings that are
    ``savings_flagged`` come from another edition and are not joined with the years before.

    Examples
    --------
    >>> import gzcounty as gz
    >>> poor = gz.load_poor_counties()
    >>> year = poor[(poor.year == 2020) & poor.rural_income.notna()]
    >>> len(year), year.province_zh.nunique()
    (472, 14)
    """
    frame = read_table("poor_counties")
    prefecture = frame.adcode.str[:4] + "00"
    municipality = frame.adcode.str[:2].isin(["11", "12", "31", "50"])
    prefecture = prefecture.mask(municipality, frame.adcode.str[:2] + "0000")
    indexed = set(read_table("digital_finance").adcode)
    frame.insert(2, "prefecture_adcode", prefecture.where(prefecture.isin(indexed)))
    return frame


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
    members has no value: rates of Xiaohe 2010 are missing, so Huaxi's 2010 rates are empty.

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
    if harmonised:
        frame, groups, joined = _harmonised()
        frame = frame.copy()
        frame.attrs["notes"] = [
            _(
                "{groups} groups with the same borders in 2010 and 2020; {joined} of them join "
                "several counties.",
                groups=groups, joined=joined,
            ),
            _(
                "Xiaohe (abolished 2012) is added to Huaxi; its population is the provincial total "
                "less the other 87 units, and its 2010 rates are missing: Huaxi's 2010 rates are "
                "empty."
            ),
            _(
                "Household size is empty for joined counties: 2010 households by county are "
                "missing."
            ),
        ]  # fmt: skip
        return frame
    frame = _with_employment(read_table("census"))
    if not extra:
        frame = frame[~frame.adcode.isin([NATION, PROVINCE, XIAOHE])]
    frame = _finish(frame.reset_index(drop=True))
    frame.attrs["notes"] = [
        _("87 of today's 88 units in 2010: Guanshanhu was founded in 2012."),
        _("Territory moved between the censuses: use harmonised=True for changes."),
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
    return add_derived(frame, CENSUS).drop(columns=sections)


@cache
def _harmonised() -> tuple[pd.DataFrame, int, int]:
    """Return the groups, how many there are, and how many of them join several counties."""
    census, counties = _with_employment(read_table("census")), load_counties()
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
    members = counties.group.value_counts()
    return out, len(members), int((members > 1).sum())


def _join_rate(members: pd.DataFrame, rate: str, weight: str | None) -> float:
    if len(members) == 1:
        return float(members[rate].iloc[0])
    if weight is None or members[[rate, weight]].isna().any(axis=None):
        return np.nan
    return float(np.average(members[rate], weights=members[weight]))
