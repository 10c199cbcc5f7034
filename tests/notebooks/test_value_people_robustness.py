"""Placebos, growth and the shares' validity of the robustness notebook, again with statsmodels.

Shares are counted from employment by section, dummies are spread out, and clustered intervals are
those of statsmodels with t of G-1 degrees of freedom.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import gzcounty as gz

PEOPLE = " + urban_share + schooling_years + minority_share + age_65plus_share + np.log(population)"
TERRAIN = " + years_of_school + minority + urban + relief + distance_guiyang_km"
AREA = {"China": " + C(province_en)", "Guizhou": " + C(prefecture_en)"}


@pytest.fixture(scope="module")
def numbers(execute):
    return execute("value-people-robustness").published


def shares(counts):
    """Per cent of the employed in trade, transport and information, and in the last two."""
    counts = counts.fillna(0)
    everybody = counts.sum(axis=1)
    digital = counts["G"] + counts["I"]
    return 100 * (digital + counts["F"]) / everybody, 100 * digital / everybody


@pytest.fixture(scope="module")
def china():
    data = gz.load_china_counties()
    employed = data.filter(regex="^employed_").rename(columns=lambda c: c.removeprefix("employed_"))
    data["trade"], data["digital"] = shares(employed)
    data["village"] = np.where(data.taobao_2016 > 0, 1.0, 0.0)
    data["lights_before"], data["lights_after"] = np.log(data.lights_2013), np.log(data.lights_2020)
    data["gdp"] = np.log(data.gdp_2023) - np.log(data.gdp_2020)
    data["savings"] = np.log(data.household_savings_2023) - np.log(data.household_savings_2020)
    data["start_gdp"] = np.log(data.gdp_2020 / data.population)
    data["start_savings"] = np.log(data.household_savings_2020 / data.population)
    return data


@pytest.fixture(scope="module")
def guizhou():
    early = gz.load_early_years().dropna(subset="gdp").set_index(["adcode", "year"]).gdp.unstack()
    long = gz.load_industry_employment().query("year == 2010")
    data = pd.DataFrame({"start_early": np.log(early[2000])})
    data["early"] = np.log(early[2009]) - np.log(early[2000])
    counts = long.set_index(["adcode", "section"]).employed.unstack()
    data["trade"], data["digital"] = shares(counts)
    census = gz.load_census().query("year == 2010").set_index("adcode")
    data["years_of_school"], data["minority"] = census.schooling_years, census.minority_share
    data["urban"] = 100 * census.population_urban / census.population
    data = data.join(gz.load_geography().set_index("adcode")[["relief", "distance_guiyang_km"]])
    data = data.join(gz.load_counties().set_index("adcode").prefecture_en)
    return data.dropna()


def interval(data, y, x, terms, cluster):
    """Coefficient and ends of its interval, clustered."""
    columns = [x, y, cluster]
    data = data.dropna(subset=columns)
    fit = smf.ols(f"{y} ~ {x}{terms}", data)
    groups = pd.factorize(data.loc[fit.data.row_labels, cluster])[0]
    fit = fit.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    return np.array([fit.params[x], *fit.conf_int().loc[x]])


@pytest.mark.parametrize("design", ["naive", "controls", "area", "both"])
@pytest.mark.parametrize(
    ("outcome", "exposure", "place"),
    [
        ("lights_before", "village", "China"),
        ("lights_after", "village", "China"),
        ("gdp", "village", "China"),
        ("gdp", "trade", "China"),
        ("savings", "village", "China"),
        ("savings", "trade", "China"),
        ("early", "trade", "Guizhou"),
        ("early", "digital", "Guizhou"),
    ],
)
def test_placebo_and_growth_are_those_of_statsmodels(
    numbers, china, guizhou, outcome, exposure, place, design
):
    accounts = china[china.gdp_2020.notna()]
    data = accounts if place == "China" else guizhou
    start = "" if outcome.startswith("lights") else f" + start_{outcome}"
    controls = start + (PEOPLE if place == "China" else TERRAIN)
    terms = controls if design in ("controls", "both") else ""
    terms += AREA[place] if design in ("area", "both") else ""
    cluster = "prefecture_adcode" if place == "China" else "prefecture_en"
    expected = interval(data, outcome, exposure, terms, cluster)
    step = 1 if exposure == "village" else data[exposure][data[outcome].notna()].std()
    key = f"{outcome}_{exposure}_{design}"
    found = [numbers[key + end] for end in ("", "_low", "_high")]
    assert found == pytest.approx(100 * np.expm1(step * expected), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("design", ["naive", "controls", "area", "both"])
@pytest.mark.parametrize(("measure", "column"), [("commerce", "trade"), ("digital", "digital")])
def test_shares_go_with_villages_without_city_districts_as_published(
    numbers, china, measure, column, design
):
    data = china[china.gdp_2020.notna() & ~china.district]
    terms = PEOPLE if design in ("controls", "both") else ""
    terms += AREA["China"] if design in ("area", "both") else ""
    expected = (
        100 * data[column].std() * interval(data, "village", column, terms, "prefecture_adcode")
    )
    key = f"valid_{measure}_no_districts_{design}"
    assert [numbers[key + end] for end in ("", "_low", "_high")] == pytest.approx(expected)


def test_what_pages_quote_of_validity_is_the_public_table(numbers):
    table = gz.penetration_validity().set_index(["measure", "outcome", "design"])
    row = table.loc[("digital", "any village", "both")]
    ends = [numbers[f"valid_digital_both{end}"] for end in ("", "_low", "_high")]
    assert ends == pytest.approx([100 * row[e] for e in ("estimate", "conf_low", "conf_high")])
    row = table.loc[("finance", "villages per million", "both")]
    assert numbers["valid_finance_rate_both"] == pytest.approx(row.estimate)
    for measure, grade in table.groupby("measure").grade.first().items():
        assert numbers[f"grade_{measure}"] == grade


def test_reliability_is_the_correlation_of_two_samples_of_one_household_in_ten(numbers):
    long = gz.load_industry_employment()
    long = long[long.adcode != "520114"]  # Xiaohe, which was abolished
    rng = np.random.default_rng(10)
    found = []
    for year in (2010, 2020):
        counts = long[long.year == year].pivot(index="adcode", columns="section", values="employed")
        n = counts.sum(axis=1).to_numpy()
        for share in shares(counts):
            p = share.to_numpy() / 100
            draws = [rng.binomial(n.astype(int), p, (200, len(p))) / n for _ in range(2)]
            found.append(np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(*draws, strict=True)]))
    assert numbers["reliability"] == pytest.approx(min(found), abs=0.005)
    assert numbers["reliability"] > 0.96


def test_trade_employment_of_2010_goes_with_all_work_outside_farming(numbers):
    long = gz.load_industry_employment().query("year == 2010 and adcode != '520114'")
    counts = long.pivot(index="adcode", columns="section", values="employed").fillna(0)
    outside = 100 * (1 - counts["A"] / counts.sum(axis=1))
    expected = np.corrcoef(shares(counts)[0], outside)[0, 1]
    assert numbers["commerce_nonfarm"] == pytest.approx(expected, abs=1e-6)
