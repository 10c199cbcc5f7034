"""What a county's profile holds: each indicator with its values for all 88 counties.

`profile.py` ranks them. A value that is not known is missing here, and `Item.missing` says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from gzcounty.data.china import load_china_counties
from gzcounty.data.guizhou import PROVINCE, load_counties, load_industry_employment
from gzcounty.data.panel import load_panel
from gzcounty.measures.coupling import coupling_coordination
from gzcounty.measures.dimensions import DIMENSIONS, dimension_indices
from gzcounty.measures.industries import INDUSTRIES
from gzcounty.measures.penetration import MEASURES, penetration
from gzcounty.measures.specialisation import location_quotient


@dataclass(frozen=True, kw_only=True, eq=False)
class Item:
    """One indicator in one year.

    Attributes
    ----------
    known : Series by adcode
        The values. Counties without a value may be left out.
    decimals : int
        With how many it is read.
    china : Series by adcode, optional
        The same of China's county-level units, those of Guizhou among them.
    among : set of str, optional
        Counties that are ranked; all that have a value if not given.
    shared : Series by adcode, optional
        The larger unit that a value belongs to. Then these units are ranked, not counties.
    ranked : bool
        Whether a rank means anything.
    missing : str
        Why there is no value where there is none.
    note : str
        What goes with every value.
    """

    indicator: str
    label: str
    group: str
    year: int
    unit: str
    decimals: int
    source: str
    known: pd.Series
    china: pd.Series | None = None
    among: frozenset[str] | None = None
    shared: pd.Series | None = None
    ranked: bool = True
    missing: str = "no figure at hand"
    note: str = ""


def items() -> Iterator[Item]:
    """Give all indicators, in the order of a profile."""
    china = load_china_counties().set_index("adcode")
    yield from _dimensions()
    yield from _penetration(china)
    yield from _life(china)
    yield from _industries()
    yield from _income()
    yield from _lights(china)


def _dimensions() -> Iterator[Item]:
    index = dimension_indices(harmonised=False).set_index("adcode")[list(DIMENSIONS)]
    table = index.assign(coordination=coupling_coordination(index).coordination)
    labels = ("Industry 业", "County 县", "People 民", "Coupling coordination 耦合协调度")
    for name, label in zip(table, labels, strict=True):
        yield Item(
            indicator=str(name),
            label=label,
            group="dimensions",
            year=2020,
            unit="index, 0 to 1",
            decimals=2,
            source="census2020",
            known=table[name],
        )


def _moved() -> pd.Index:
    """Return the counties whose borders are not those of 2010."""
    counties = load_counties().set_index("adcode")
    return counties.index[counties.territory_changed]


MOVED = "the borders of 2010 were others"


def _penetration(china: pd.DataFrame) -> Iterator[Item]:
    for name, label in (
        ("commerce", "Work in trade, transport and information"),
        ("digital", "Work in transport and information"),
    ):
        own = penetration(name, year=2020).set_index("adcode").penetration
        yield _exposure(name, label, 2020, 1, "census2020", own, china[f"{name}_share"])
    tide = penetration("shift_share")
    year = int(tide.year.max())
    own = tide[tide.year == year].set_index("adcode").penetration.drop(_moved(), errors="ignore")
    label = "Trade share of 2010 × national online retail"
    yield _exposure("shift_share", label, year, 2, "census2010;press", own, missing=MOVED)
    finance = penetration("finance")
    year = int(finance.year.max())
    own = finance[finance.year == year].set_index("adcode").penetration
    prefecture = load_counties().set_index("adcode").prefecture_adcode
    yield _exposure(
        "finance", "Digital finance, prefecture", year, 0, "pku_dfiic", own, shared=prefecture
    )
    villages = penetration("taobao", year=2016).set_index("adcode").penetration
    own = villages[villages.index.isin(prefecture.index)]
    yield _exposure(
        "taobao",
        "Taobao villages 淘宝村",
        2016,
        1,
        "aliresearch;census2020",
        own,
        # Where nobody is on the lists, all share the last place, which tells nothing.
        ranked=bool((own > 0).any()),
        missing="nobody lives in the countryside",
    )


def _exposure(
    name: str,
    label: str,
    year: int,
    decimals: int,
    source: str,
    values: pd.Series,
    china: pd.Series | None = None,
    *,
    shared: pd.Series | None = None,
    ranked: bool = True,
    missing: str = "no figure at hand",
) -> Item:
    return Item(
        indicator=name,
        label=label,
        group="penetration",
        year=year,
        unit=MEASURES[name].unit,
        decimals=decimals,
        source=source,
        known=values,
        china=china,
        shared=shared,
        ranked=ranked,
        missing=missing,
        note=MEASURES[name].is_not,
    )


_LIFE = """
population | Residents | persons | 0 | census2020
urban_share | Urban residents | % | 0 | census2020
schooling_years | Schooling, aged 15 and over | years | 1 | census2020
piped_water_share | Households with piped water | % | 0 | census2020
car_share | Households with a car | % | 0 | census2020
farm_share | Employed in farming | % | 0 | census2020
minority_share | Ethnic minorities | % | 0 | census2020
gdp_per_resident_2020 | GDP a resident | yuan | 0 | yearbook2020;census2020
savings_per_resident_2020 | Savings a resident | yuan | 0 | yearbook2020;census2020
"""


def _life(china: pd.DataFrame) -> Iterator[Item]:
    own = china[china.province_adcode == PROVINCE]
    for row in _LIFE.strip().splitlines():
        name, label, unit, decimals, source = row.split(" | ")
        yield Item(
            indicator=name.removesuffix("_2020"),
            label=label,
            group="life",
            year=2020,
            unit=unit,
            decimals=int(decimals),
            source=source,
            known=own[name].astype(float),
            china=china[name].astype(float),
            missing="not in the county yearbook, which leaves out most city districts",
        )


def _industries() -> Iterator[Item]:
    jobs = load_industry_employment(extra=True)
    for year in (2010, 2020):
        table = jobs[jobs.year == year].pivot(index="adcode", columns="section", values="employed")
        own = table.drop(index=[PROVINCE, "100000"], errors="ignore")
        shares = 100.0 * own.div(own.sum(axis=1), axis=0)
        quotients = location_quotient(own, reference=table.loc[PROVINCE])
        for letter, label in INDUSTRIES.items():
            for name, unit, decimals, values in (
                ("quotient", "times the province's share", 2, quotients[letter]),
                ("share", "% of employed persons", 1, shares[letter]),
            ):
                yield Item(
                    indicator=f"{name}_{letter}",
                    label=label,
                    group="industries",
                    year=year,
                    unit=unit,
                    decimals=decimals,
                    source=f"census{year}",
                    known=values.drop(_moved(), errors="ignore") if year == 2010 else values,
                    missing=MOVED,
                    note="10 % sample",
                )


def _income() -> Iterator[Item]:
    panel = load_panel()
    table = panel.pivot(index="adcode", columns="year", values="rural_income").loc[:, 2014:]
    counties = load_counties().set_index("adcode")
    poor = counties.index[counties.former_poverty_county]
    always = frozenset(table.index[table.notna().all(axis=1)]) & frozenset(poor)
    for year in table:
        yield Item(
            indicator="rural_income",
            label="Rural income a person",
            group="income",
            year=int(year),
            unit="yuan, current prices",
            decimals=0,
            source="clebeech;pv" if year <= 2016 else "clebeech",
            known=table[year],
            among=always,
            missing="not in the sources at hand, which from 2017 on cover most former poverty "
            "counties and no others",
            note="ranked among the former poverty counties that have all years",
        )


def _lights(china: pd.DataFrame) -> Iterator[Item]:
    own = china.index[china.province_adcode == PROVINCE]
    for year in range(2013, 2021):
        all_units = china[f"lights_{year}"]
        yield Item(
            indicator="lights",
            label="Night lights",
            group="lights",
            year=year,
            unit="nW/cm2/sr",
            decimals=2,
            source="viirs",
            known=all_units[own],
            china=all_units,
        )
