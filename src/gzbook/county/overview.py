"""What the atlas of the 88 counties shows: 19 measures, each only where it can be compared."""

from __future__ import annotations

import pandas as pd

from gzcounty.data.census import load_census
from gzcounty.data.guizhou import load_counties
from gzcounty.data.panel import load_panel
from gzcounty.measures.change import census_change
from gzcounty.measures.penetration import penetration

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
    >>> from gzbook.county.overview import overview_menu
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
    >>> from gzbook.county.overview import overview
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
