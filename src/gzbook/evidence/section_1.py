"""Tests of section 1: what the counties hold, and what goes with e-commerce in their economies."""

import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence import curves
from gzcounty.data.counties import load_panel
from gzcounty.data.guizhou import load_counties, load_series

YEARS = (2020, 2023)


def province_gdp() -> pd.Series:
    """Return Guizhou's GDP by year in million yuan, from the bulletins at hand."""
    series = load_series().query("adcode == '520000' and variable == 'gdp'")
    return 100.0 * series.set_index(series.year.astype(int)).value  # from 100 million yuan


def county_gdp(year: int) -> dict[str, pd.Series]:
    """Return GDP in million yuan by adcode: of all units with data, and without some of them."""
    known = load_panel().query("year == @year").set_index("adcode").gdp.dropna()
    types = load_counties().set_index("adcode").unit_type
    counties = known[types[known.index] != "district"]
    return {
        "all with data": known,
        "without districts": counties,
        "without districts and the largest": counties.drop(counties.idxmax()),
    }


def held() -> pd.DataFrame:
    """Return the share of provincial GDP by year and cut.

    The province's GDP of 2020 is not at hand. That of 2022 takes its place, which makes the share
    of 2020 a floor, as long as GDP in current prices did not fall in those two years.

    Returns
    -------
    DataFrame
        what, year, cut, value (0 to 1), units, floor.
    """
    province = province_gdp()
    rows = []
    for year in YEARS:
        base = year if year in province.index else int(province.index[province.index > year].min())
        for cut, gdp in county_gdp(year).items():
            rows.append({
                "what": f"{year}, {cut}",
                "year": year,
                "cut": cut,
                "value": gdp.sum() / province[base],
                "units": len(gdp),
                "floor": base != year,
            })  # fmt: skip
    return pd.DataFrame(rows)


def largest_that_decide(year: int = YEARS[-1]) -> int:
    """Count the largest counties without which the others hold less than half of the province."""
    gdp = county_gdp(year)["without districts"].sort_values(ascending=False)
    rest = gdp.sum() - gdp.cumsum()
    return int((rest >= province_gdp()[year] / 2).sum()) + 1


def counties_decide() -> Evidence:
    """Divide the GDP of the counties by that of the province."""
    table = held()
    last = table[table.year == YEARS[-1]].set_index("cut")
    whole, outside, less = (last.loc[cut] for cut in last.index)
    floor = table[table.floor]
    number = largest_that_decide()
    short = int((floor.value <= 0.5).sum())
    undecided = f", and {short} of these floors lies below half, which decides nothing"
    finding = (
        f"In {YEARS[-1]} the {whole.units} units with data hold {100 * whole.value:.1f} % of the "
        f"province's GDP, the {outside.units} that are not districts {100 * outside.value:.1f} %, "
        f"without the largest {100 * less.value:.1f} %; without the {number} largest, less than "
        f"half. In {YEARS[0]} the three hold at least {100 * floor.value.min():.1f} to "
        f"{100 * floor.value.max():.1f} %, against the province's GDP of two years later"
        f"{undecided if short else ''}."
    )
    sample = f"{table.units[table.year == YEARS[-1]].max()} of the 88 counties of Guizhou"
    return Evidence(table, finding, sample, " and ".join(map(str, YEARS)))


def raises_county_economies() -> Evidence:
    """Run the specification curve of county economies on penetration."""
    rows = curves.table(curves.parts())
    table = rows.dropna(subset="estimate").reset_index(drop=True)
    count = curves.sides(table, "part")
    above, below = int(count.above.sum()), int(count.below.sum())
    levels, growth = (
        count[count.part.isin(names)].sum(numeric_only=True)
        for names in (("Guizhou, levels", "China"), set(count.part) - {"Guizhou, levels", "China"})
    )
    finding = (
        f"Of {len(table)} intervals, {above} lie above zero, {below} below and "
        f"{len(table) - above - below} across it. Where places are compared in one year, "
        f"{levels.above:.0f} of {levels.estimated:.0f} lie above; where growth is compared, "
        f"{growth.above:.0f} of {growth.estimated:.0f} do and {growth.below:.0f} lie below. "
        "No measure at hand says whether e-commerce works well."
    )
    sample = "88 counties of Guizhou, fewer for income and GDP; 2,069 counties of China"
    return Evidence(table, finding, sample, "2010-2023")


TESTS = {
    "1-b": counties_decide,
    "1-c": raises_county_economies,
}
