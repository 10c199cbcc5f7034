"""Numbers of the notebook on section 3.2, found in another way."""

import numpy as np
import pytest
from section_pages import check_page, check_verdicts

import gzbook
import gzcounty as gz
from gzbook.evidence import section_3_2
from gzcounty.data.store import read_table


@pytest.fixture(scope="module")
def numbers(execute) -> dict:
    return execute("dilemma-county").published


def test_places_among_china_by_counting(numbers):
    china = gz.load_china_counties().set_index("adcode")
    work = china.filter(regex="^employed_").fillna(0)
    share = (work.employed_I / work.sum(axis=1)).dropna()
    own = share[share.index.str.startswith("52")]
    place = [100 * ((share < x).sum() + ((share == x).sum() + 1) / 2) / len(share) for x in own]
    assert numbers["place_information"] == pytest.approx(np.median(place))
    assert numbers["n_below"] == (own < share.median()).sum()
    assert numbers["n_lowest"] == sum(p <= 10 for p in place)
    assert numbers["n_china"] == len(share)


def test_chance_would_put_about_a_tenth_into_the_lowest_tenth(numbers):
    # Districts are seldom there, so a province with few of them has a little more than a tenth.
    assert 8.8 < numbers["lowest_chance"] < 13
    assert numbers["n_lowest"] > numbers["lowest_chance"]
    assert 0 < numbers["p_blind"] <= 1


def test_budgets_from_the_stored_panel(numbers):
    long = read_table("panel")
    wide = long[long.year == 2023].pivot(index="adcode", columns="variable", values="value")
    share = (100 * wide.fiscal_revenue / wide.fiscal_expenditure).dropna()
    assert numbers["n_budgets"] == len(share)
    assert numbers["budget_median"] == pytest.approx(share.median())
    assert numbers["n_thin"] == (share < 50).sum()


def test_spread_of_digital_finance_from_the_stored_table(numbers):
    long = read_table("digital_finance")
    own = long[long.adcode.isin(gz.load_counties().prefecture_adcode)]
    for year in (2011, 2023):
        values = own[own.year == year].set_index("adcode")["index"]
        assert len(values) == 9
        others = values.drop("520100")
        assert numbers[f"gap_{year}"] == pytest.approx(np.std(values, ddof=1))
        assert numbers[f"logs_{year}"] == pytest.approx(np.std(np.log(values), ddof=1))
        assert numbers[f"lead_{year}"] == pytest.approx(values["520100"] - others.mean())


def test_page_tells_what_the_numbers_say(numbers):
    # Sentences of the page that rest on a sign or an order.
    assert numbers["lead_2023"] > numbers["lead_2011"]
    assert numbers["apart_2023"] < numbers["apart_2011"]
    assert numbers["logs_added"] == pytest.approx(numbers["logs_2023"], abs=0.02)
    assert numbers["place_piped_water"] > 50 > numbers["place_information"]
    assert numbers["place_budget"] < 50
    assert numbers["n_interactions_above"] == 0
    models = gzbook.examine("3.2-g").evidence.table
    assert ((models.conf_low < 0) & (models.conf_high > 0)).all()
    assert numbers["relief_high"] < 0
    assert numbers["relief_urban_low"] < 0 < numbers["relief_urban_high"]
    assert 0 < numbers["rest_2020"] < numbers["digital_gini"] - numbers["all_gini"]


def test_verdicts_are_those_of_the_ledger_and_are_counted(numbers):
    check_verdicts(numbers, "3.2")


def test_page_quotes_and_shows_what_the_notebook_has(execute):
    check_page("dilemma-county", execute("dilemma-county"))


def test_what_incomes_rule_out_is_that_of_statsmodels(numbers):
    import statsmodels.formula.api as smf

    data = section_3_2.terrain_data().dropna(subset="log_income")
    level = np.exp(data.log_income / 100).mean()
    ends = []
    for x in section_3_2.TERRAIN.values():
        formula = f"log_income ~ {x} + schooling_years + minority_share + C(prefecture)"
        # HC3 with t of the residual degrees of freedom: two one-sided tests at 5 %.
        fit = smf.ols(formula, data).fit(cov_type="HC3", use_t=True)
        inner = fit.conf_int(0.1).loc[x] * data[x].std() / 100
        ends += list(level * np.expm1(inner))
    found = [numbers["income_loss_ruled"], numbers["income_gain_ruled"]]
    assert found == pytest.approx([-min(ends), max(ends)], rel=1e-6)


def test_what_weak_towns_rule_out_is_that_of_statsmodels(numbers):
    import statsmodels.formula.api as smf

    counties = read_table("counties").set_index("adcode")
    long = read_table("panel").query("variable == 'rural_income'")
    income = long.pivot(index="adcode", columns="year", values="value")
    work = gz.load_industry_employment().query("year == 2010")
    work = work.pivot(index="adcode", columns="section", values="employed").fillna(0)
    index = gz.carrying_capacity(harmonised=False).query("year == 2010").set_index("adcode")
    census = gz.load_census().query("year == 2010").set_index("adcode")
    data = gz.load_geography().set_index("adcode")[["relief", "distance_guiyang_km"]]
    data = data.join(census.minority_share).join(index.capacity)
    data["grown"], data["start"] = np.log(income[2023] / income[2014]), np.log(income[2014])
    for name, sections in {"trade": "FGI", "digital": "GI"}.items():
        data[name] = work[list(sections)].sum(axis=1) / work.sum(axis=1)
    moved = counties.index[counties.territory_changed.astype(bool)]
    data = data.drop(moved).dropna()
    assert len(data) == numbers["n_capacity_income"]
    names = ["trade", "digital", "capacity"]
    data[names] = (data[names] - data[names].mean()) / data[names].std()
    level, beyond = income[2023][data.index].mean(), []
    for x in ("trade", "digital"):
        for held in ("start", "start + minority_share + relief + distance_guiyang_km"):
            formula = f"grown ~ {x} * capacity + {held}"
            fit = smf.ols(formula, data).fit(cov_type="HC3", use_t=True)
            beyond += list(level * np.expm1(fit.conf_int(0.1).loc[f"{x}:capacity"]))
    assert numbers["interaction_ruled"] == pytest.approx(np.abs(beyond).max(), rel=1e-6)
