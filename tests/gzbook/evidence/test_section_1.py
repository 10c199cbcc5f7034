"""Section 1: shares by hand, a specification by statsmodels, verdicts that turn, the atlas."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from judging import judge

import gzbook
import gzcounty as gz
from gzbook.evidence import section_1
from gzbook.tables import find_row
from gzcounty.data.store import read_table


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return gzbook.examine("1-c").evidence.table


def test_shares_of_provincial_gdp_from_the_stored_tables():
    long = read_table("panel").query("variable == 'gdp'")
    names = read_table("counties").set_index("adcode").name_zh
    table = gzbook.examine("1-b").evidence.table.set_index(["year", "cut"]).value
    # Bulletins of 2020 and 2023, 100 million yuan.
    for year, province in ((2020, 17_826.56), (2023, 20_913.25)):
        gdp = long[long.year == year].set_index("adcode").value / 100
        outside = gdp[~names[gdp.index].str.endswith("区") | (gdp.index == "520203")]
        shares = table[year].tolist()
        expected = [gdp.sum(), outside.sum(), outside.sum() - outside.max()]
        assert shares == pytest.approx([x / province for x in expected])


def test_units_are_counted_in_whole_numbers():
    verdict = gzbook.examine("1-b")
    assert verdict.evidence.sample == "79 of the 88 counties of Guizhou"
    assert ".0 units" not in verdict.finding


def test_largest_that_decide_are_those_without_which_half_is_lost():
    gdp = section_1.county_gdp(2023)["no districts"].sort_values(ascending=False)
    number = section_1.largest_that_decide()
    half = section_1.province_gdp()[2023] / 2
    assert gdp.iloc[number:].sum() < half <= gdp.iloc[number - 1 :].sum()


@pytest.mark.parametrize(("factor", "word"), [(0.5, "supported"), (2.0, "contradicted")])
def test_the_verdict_turns_with_the_size_of_the_province(monkeypatch, factor, word):
    real = section_1.province_gdp()
    monkeypatch.setattr(section_1, "province_gdp", lambda: factor * real)
    assert judge("1-b", section_1.counties_decide().table) == word


def test_curve_has_five_measures_and_more_than_five_hundred_specifications(rows):
    assert len(rows) > 500
    measures = rows.exposure.astype(str)
    for word in ("commerce", "digital", "shift-share", "digital finance", "Taobao"):
        assert measures.str.contains(word).any(), word
    assert rows.outcome.nunique() == 10
    assert rows[["estimate", "conf_low", "conf_high"]].notna().all(axis=None)


def test_one_specification_of_the_nation_is_that_of_statsmodels(rows):
    china = gz.load_china_counties().dropna(subset=["gdp_2020"]).reset_index(drop=True)
    share = china[["commerce_share", "urban_share", "schooling_years"]]
    X = share.join(pd.get_dummies(china.province_adcode, drop_first=True).astype(float))
    y = np.log(1e6 * china.gdp_2020 / china.population)
    codes = pd.factorize(china.prefecture_adcode)[0]
    fit = sm.OLS(y, sm.add_constant(X)).fit(
        cov_type="cluster", cov_kwds={"groups": codes}, use_t=True
    )
    row = find_row(
        rows,
        outcome="GDP a resident, China",
        exposure="commerce share, China",
        controls="people",
        sample="all",
        effects="province",
    )
    low, high = fit.conf_int().loc["commerce_share"]
    sd = china.commerce_share.std()
    assert row.nobs == len(china) == 2_069
    assert [row.estimate, row.conf_low, row.conf_high] == pytest.approx(
        [sd * fit.params["commerce_share"], sd * low, sd * high]
    )


def test_a_row_says_by_its_columns_what_it_estimates(rows):
    by = ["place", "compared", "outcome", "exposure", "controls", "sample", "effects"]
    assert not rows[by].astype(str).duplicated().any()
    assert set(rows[["place", "compared"]].itertuples(index=False, name=None)) == {
        ("Guizhou", "levels"),
        ("Guizhou", "growth"),
        ("China", "levels"),
    }


def test_digital_finance_is_clustered_by_prefecture_and_absorbed_by_their_years():
    table = section_1.yearly("lights", "digital finance").table()
    assert set(table.n_clusters.dropna()) == {9}
    absorbed = table.effects == "county, prefecture by year"
    assert (table.problem != "").equals(absorbed)


def test_the_verdict_follows_the_side_of_the_intervals(rows):
    size = (rows.conf_high - rows.conf_low).max()
    up, down = rows.copy(), rows.copy()
    ends = ["conf_low", "conf_high"]
    up[ends], down[ends] = up[ends] + 10 * size, down[ends] - 10 * size
    assert [judge("1-c", up), judge("1-c", down)] == ["supported", "contradicted"]


def test_what_counts_has_controls_and_is_neither_savings_nor_growth_of_lights(rows):
    counted = gzbook.book().rule("1-c").counted(rows)
    assert len(counted) < len(rows) / 2
    assert set(counted.measure) == {"commerce", "villages", "finance"}
    assert "none" not in set(counted.controls.astype(str))
    noisy = counted.outcome.astype(str).str.contains("savings|growth of lights|yearly lights")
    assert not noisy.any()
    weights = pd.Series(gzbook.book().rule("1-c").weights(counted), counted.index)
    assert weights.groupby(counted.measure).sum().tolist() == pytest.approx([1 / 3] * 3)


def test_the_margin_is_half_of_the_smallest_gain_that_a_study_of_the_programme_prints():
    studies = read_table("literature").set_index("id").finding[["L10", "L11"]]
    gains = studies.str.extract(r"income about \+([\d.]+)%|about \+([\d.]+)% on average")
    smallest = gains.bfill(axis=1)[0].astype(float).min()
    assert round(smallest / 2) == 2
    assert gzbook.book().rule("1-c").margin == pytest.approx(0.02)


COUNTIES = gz.load_counties()


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return gzbook.overview()


def values_of(cells: pd.DataFrame, variable: str, year: int) -> pd.Series:
    return cells.query("variable == @variable and year == @year").set_index("adcode").value


def test_every_measure_of_the_menu_has_values_and_no_other_has(cells):
    menu = gzbook.overview_menu()
    assert set(menu.variable) == set(cells.variable)
    assert menu.notna().all().all()
    assert cells.value.notna().all()
    assert not cells.duplicated(["adcode", "year", "variable"]).any()


@pytest.mark.parametrize("variable", ["farm_share", "population", "minority_share"])
def test_2010_is_empty_where_borders_moved(cells, variable):
    empty = set(COUNTIES.adcode) - set(values_of(cells, variable, 2010).index)
    assert empty == set(COUNTIES.adcode[COUNTIES.territory_changed])
    assert len(values_of(cells, variable, 2020)) == 88


def test_income_is_that_of_former_poverty_counties_in_every_year(cells):
    poor = set(COUNTIES.adcode[COUNTIES.former_poverty_county])
    assert set(cells.adcode[cells.variable == "rural_income"]) <= poor
    assert len(values_of(cells, "rural_income", 2023)) == 60


def test_gdp_of_a_county_by_hand(cells):
    panel = gz.load_panel().set_index(["adcode", "year"]).gdp
    census = gz.load_census().set_index(["adcode", "year"]).population
    assert values_of(cells, "gdp", 2023)["522632"] == pytest.approx(panel["522632", 2023] / 1000)
    head = 1e6 * panel["522632", 2020] / census["522632", 2020]
    assert values_of(cells, "gdp_head", 2020)["522632"] == pytest.approx(head)


def test_members_of_a_group_share_its_change(cells):
    change = gz.census_change("population").set_index("group")
    group = COUNTIES.set_index("adcode").group
    changes = values_of(cells, "residents_change", 2020)
    expected = 100 * change.change / change.value_2010
    assert changes.to_dict() == pytest.approx(group.map(expected).to_dict())
