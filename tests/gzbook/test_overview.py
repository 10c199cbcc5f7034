"""The atlas's values against the tables they come from."""

import pytest

import gzcounty as gz
from gzbook.county.overview import overview, overview_menu

COUNTIES = gz.load_counties()
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
    found = of("residents_change", 2020)
    expected = 100 * change.change / change.value_2010
    assert found.to_dict() == pytest.approx(group.map(expected).to_dict())
