"""The atlas's values against their tables; positions in China recomputed unit by unit."""

from statistics import median

import pandas as pd
import pytest

import gzcounty as gz
from gzbook.overview import MEASURES, china_standing, overview, overview_menu

COUNTIES = gz.load_counties()
CHINA = gz.load_china_counties().set_index("adcode")
CELLS = overview()


def of(variable: str, year: int):
    rows = CELLS[(CELLS.variable == variable) & (CELLS.year == year)]
    return rows.set_index("adcode").value


def test_every_measure_of_the_menu_has_values_and_no_other_has():
    menu = overview_menu()
    assert set(menu.variable) == set(CELLS.variable)
    assert menu.notna().all().all()
    assert CELLS.value.notna().all()
    assert not CELLS.duplicated(["adcode", "year", "variable"]).any()


@pytest.mark.parametrize("variable", ["farm_share", "population", "minority_share"])
def test_2010_is_empty_where_borders_moved(variable):
    empty = set(COUNTIES.adcode) - set(of(variable, 2010).index)
    assert empty == set(COUNTIES.adcode[COUNTIES.territory_changed])
    assert len(of(variable, 2020)) == 88


def test_income_is_that_of_former_poverty_counties_in_every_year():
    poor = set(COUNTIES.adcode[COUNTIES.former_poverty_county])
    assert set(CELLS.adcode[CELLS.variable == "rural_income"]) <= poor
    assert len(of("rural_income", 2023)) == 60


def test_money_by_hand():
    panel = gz.load_panel().set_index(["adcode", "year"]).gdp
    census = gz.load_census().set_index(["adcode", "year"]).population
    assert of("gdp", 2023)["522632"] == pytest.approx(panel["522632", 2023] / 1000)
    head = 1e6 * panel["522632", 2020] / census["522632", 2020]
    assert of("gdp_head", 2020)["522632"] == pytest.approx(head)


def test_members_of_a_group_share_its_change():
    change = gz.census_change("population").set_index("group")
    group = COUNTIES.set_index("adcode").group
    changes = of("residents_change", 2020)
    expected = 100 * change.change / change.value_2010
    assert changes.to_dict() == pytest.approx(group.map(expected).to_dict())


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return china_standing()


@pytest.mark.parametrize("measure", ["schooling_years", "gdp_per_resident_2020"])
def test_counts_are_those_of_sorting_by_hand(table, measure):
    values = CHINA[measure].dropna()
    guizhou = values[CHINA.province_zh[values.index] == "贵州省"]
    places = pd.Series(
        [100 * ((values < x).sum() + (values == x).sum() / 2) / len(values) for x in guizhou]
    )
    # Ties aside, a rank counts the unit itself in full and this counts half of it.
    assert table.position[measure] == pytest.approx(places.median(), abs=0.1)
    assert table.of[measure] == len(guizhou)
    assert table.low[measure] == pytest.approx((places < 25).sum(), abs=1)
    assert table.own[measure] == guizhou.median()
    assert table.china[measure] == values.median()


def test_weights_by_residents_and_ranks_of_provinces(table):
    water = CHINA.piped_water_share
    county = CHINA.index[(CHINA.province_en == "Guizhou")]
    people = CHINA.population
    below = [100 * people[water < water[c]].sum() / people.sum() for c in county]
    assert table.by_residents["piped_water_share"] == pytest.approx(median(below), abs=0.5)
    medians = CHINA.groupby("province_en").schooling_years.median()
    assert table.rank_median["schooling_years"] == (medians >= medians["Guizhou"]).sum()
    assert table.rank_mean.between(1, 31).all()


def test_another_province_stands_elsewhere_and_an_unknown_one_is_refused(table):
    assert china_standing("Zhejiang").position["commerce_share"] > table.position["commerce_share"]
    assert list(table.index) == list(MEASURES.variable)
    with pytest.raises(gz.InputError, match="no province 'Guizho'"):
        china_standing("Guizho")
