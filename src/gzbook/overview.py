"""Overviews of all counties: the values of the atlas, and the province's place in China."""

from __future__ import annotations

import pandas as pd

from gzcounty.data.counties import load_census, load_china_counties, load_panel
from gzcounty.data.guizhou import load_counties
from gzcounty.errors import InputError
from gzcounty.measures.change import census_change
from gzcounty.measures.penetration import penetration
from gzcounty.words import listed

_CENSUS, _BOOKS = "population censuses 2010 and 2020", "county and provincial yearbooks"
_ROWS = f"""
farm_share | Employed in farming | % | .0f | share | {_CENSUS} | industry
farm_change | Farming since 2010, same borders | points | +.0f | difference | {_CENSUS} | industry
commerce_share | Penetration: trade, transport, information | % | .1f | share | {_CENSUS} | industry
digital_share | Penetration: post and information | % | .1f | share | {_CENSUS} | industry
shift_share | Penetration: 2010 share × online sales | trillion yuan × share | .2f | amount | \
census 2010, national online retail | industry
finance | Penetration: digital finance, prefecture | points | .0f | amount | PKU-DFIIC | industry
gdp | GDP | billion yuan | ,.1f | amount | {_BOOKS} | industry
gdp_head | GDP a resident | yuan | ,.0f | amount | {_BOOKS}, census | industry
lights | Night lights | nW/cm2/sr | .2f | amount | VIIRS, masked yearly mean | county
population | Residents | persons | ,.0f | amount | {_CENSUS} | county
residents_change | Residents since 2010, same borders | % | +.0f | difference | {_CENSUS} | county
urban_share | Urban residents | % | .0f | share | {_CENSUS} | county
piped_water_share | Households with piped water | % | .0f | share | {_CENSUS} | county
rural_income | Rural income, former poverty counties | yuan | ,.0f | amount | {_BOOKS} | people
schooling_years | Years of schooling, aged 15 and over | years | .1f | amount | {_CENSUS} | people
college_share | Residents with college | % | .1f | share | {_CENSUS} | people
car_share | Households with a car | % | .0f | share | {_CENSUS} | people
age_65plus_share | Aged 65 and over | % | .1f | share | {_CENSUS} | people
minority_share | Ethnic minorities | % | .0f | share | {_CENSUS} | people
"""
_FROM_CENSUS = [
    "farm_share", "commerce_share", "digital_share", "urban_share", "population",
    "schooling_years", "college_share", "age_65plus_share", "minority_share", "car_share",
    "piped_water_share",
]  # fmt: skip


def overview_menu() -> pd.DataFrame:
    """Return the measures: variable, label, unit, format, kind, source and hue (a dimension).

    Examples
    --------
    >>> from gzbook.overview import overview_menu
    >>> overview_menu().hue.value_counts().to_dict()
    {'industry': 8, 'people': 6, 'county': 5}
    """
    fields = ["variable", "label", "unit", "format", "kind", "source", "hue"]
    return pd.DataFrame([row.split(" | ") for row in _ROWS.strip().splitlines()], columns=fields)


def overview() -> pd.DataFrame:
    """Return all values of the measures of `overview_menu`, one row a county, year and variable.

    Values of 2010 are left out where a county's territory changed since then, and changes are those
    of the group of constant borders. Rural income is that of former poverty counties in every year,
    so that years compare. GDP is in billion yuan.

    Returns
    -------
    DataFrame
        adcode, year, variable, value; no missing values.

    Examples
    --------
    >>> from gzbook.overview import overview
    >>> overview().query("variable == 'farm_share'").groupby("year").size().to_dict()
    {2010: 75, 2020: 88}
    """
    tables = [_of_census(), *_of_panel(), _of_change(), *_of_penetration()]
    cells = [table.melt(["adcode", "year"]) for table in tables]
    return pd.concat(cells, ignore_index=True).dropna(subset="value").reset_index(drop=True)


def _moved() -> pd.Series:
    counties = load_counties()
    return counties.adcode[counties.territory_changed]


def _of_census() -> pd.DataFrame:
    census = load_census()
    elsewhere = (census.year == 2010) & census.adcode.isin(_moved())
    return census.loc[~elsewhere, ["adcode", "year", *_FROM_CENSUS]]


def _of_panel() -> list[pd.DataFrame]:
    panel, census, counties = load_panel(), load_census(), load_counties()
    poor = counties.adcode[counties.former_poverty_county]
    residents = census[census.year == 2020].set_index("adcode").population
    money = panel.loc[panel.year.isin([2020, 2023]), ["adcode", "year", "gdp"]]
    head = money[money.year == 2020]
    return [
        panel[["adcode", "year", "lights"]],
        panel.loc[panel.adcode.isin(poor), ["adcode", "year", "rural_income"]],
        money.assign(gdp=money.gdp / 1000),  # million to billion yuan
        head.assign(gdp_head=1e6 * head.gdp / head.adcode.map(residents)).drop(columns="gdp"),
    ]


def _of_change() -> pd.DataFrame:
    counties = load_counties()
    people = census_change("population").set_index("group")
    farming = census_change("farm_share").set_index("group").change
    return pd.DataFrame({
        "adcode": counties.adcode,
        "year": 2020,
        "residents_change": counties.group.map(100.0 * people.change / people.value_2010),
        "farm_change": counties.group.map(farming),
    })  # fmt: skip


def _of_penetration() -> list[pd.DataFrame]:
    tables = {name: penetration(name) for name in ("finance", "shift_share")}
    tables["shift_share"] = tables["shift_share"].loc[lambda t: ~t.adcode.isin(_moved())]
    return [
        table[["adcode", "year", "penetration"]].rename(columns={"penetration": name})
        for name, table in tables.items()
    ]


MEASURES = pd.DataFrame(
    [
        ("schooling_years", "Schooling", "years", ".1f"),
        ("urban_share", "Urban residents", "%", ".0f"),
        ("commerce_share", "Trade, transport, information", "%", ".1f"),
        ("digital_share", "Transport, information", "%", ".1f"),
        ("gdp_per_resident_2020", "GDP a resident", "yuan", ",.0f"),
        ("savings_per_resident_2020", "Savings a resident", "yuan", ",.0f"),
        ("car_share", "Car in the household", "%", ".0f"),
        ("piped_water_share", "Piped water", "%", ".0f"),
        ("lights_2020", "Night lights", "nW/cm2/sr", ".2f"),
    ],
    columns=["variable", "label", "unit", "format"],
)
"""The measures compared: columns of the table of China's counties, all of 2020."""
_DISTRICTS_BY_NAME_ONLY = ("六枝特区", "神农架林区")


def china_standing(province: str = "Guizhou") -> pd.DataFrame:
    """Say where the counties of a province stand among all county-level units of China in 2020.

    A position is the share of units at or below a county, in per cent: 50 is the middle.

    Parameters
    ----------
    province : str
        English name, as in the column ``province_en`` of `load_china_counties`.

    Returns
    -------
    DataFrame
        One row a measure of `MEASURES`. ``china``, ``own``: medians, in the measure's unit.
        ``position``: median position, %. ``low``, ``high``: counties in China's lowest quarter and
        above its middle, of ``of`` with a value. Then other ways to look: ``no_districts``,
        position without city districts; ``by_residents``, the share of China's people who live in
        units below; ``rank_median``, ``rank_mean``, the province's rank among provinces (1 is the
        highest) by the median of its counties and by the mean over its residents.

    Raises
    ------
    InputError
        If there is no such province.

    Examples
    --------
    >>> from gzbook.overview import china_standing
    >>> china_standing().loc["schooling_years", ["position", "low", "of"]].round(1).to_list()
    [12.6, 67.0, 88.0]
    """
    china = load_china_counties().set_index("adcode")
    provinces = set(china.province_en)
    if province not in provinces:
        raise InputError(f"There is no province {province!r}; there are {listed(provinces, 31)}.")
    rows = {name: _standing(china, name, province) for name in MEASURES.variable}
    return pd.DataFrame(rows).T


def _standing(china: pd.DataFrame, measure: str, province: str) -> dict[str, float]:
    units = china.dropna(subset=measure).sort_values(measure)
    values, inside = units[measure], units.province_en == province
    district = units.name_zh.str.endswith("区") & ~units.name_zh.isin(_DISTRICTS_BY_NAME_ONLY)
    position = 100.0 * values.rank(pct=True)
    outside = 100.0 * values[~district].rank(pct=True)
    people = units.population
    below = 100.0 * (people.cumsum() - people / 2) / people.sum()
    by_province = units.groupby("province_en")
    mean = (values * people).groupby(units.province_en).sum() / by_province.population.sum()
    return {
        "china": values.median(),
        "own": values[inside].median(),
        "position": position[inside].median(),
        "low": (position[inside] < 25).sum(),
        "high": (position[inside] > 50).sum(),
        "of": inside.sum(),
        "no_districts": outside[inside[~district]].median(),
        "by_residents": below[inside].median(),
        "rank_median": by_province[measure].median().rank(ascending=False)[province],
        "rank_mean": mean.rank(ascending=False)[province],
    }
