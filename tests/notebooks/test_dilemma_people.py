"""Numbers of the notebook on section 3.3, found in another way."""

import numpy as np
import pandas as pd
import pytest
from section_pages import check_page, check_verdicts, figure

import gzcounty as gz
from gzcounty.data.store import read_table


@pytest.fixture(scope="module")
def numbers(execute) -> dict:
    return execute("dilemma-people").published


@pytest.fixture(scope="module")
def growth() -> pd.DataFrame:
    long = read_table("panel").query("variable == 'rural_income' and year >= 2014")
    income = long.pivot(index="adcode", columns="year", values="value").dropna()
    return 100 * (income / income.shift(axis=1) - 1).iloc[:, 1:]


def test_growth_from_the_stored_panel(numbers, growth):
    assert (numbers["n_counties"], numbers["n_county_years"]) == (len(growth), growth.size)
    assert numbers["growth_mean"] == pytest.approx(growth.to_numpy().mean())
    assert numbers["mean_2020"] == pytest.approx(growth[2020].mean())
    assert numbers["least"] == pytest.approx(growth.to_numpy().min())
    assert numbers["n_falls"] == (growth < 0).to_numpy().sum()
    assert numbers["n_worst"] == (growth[2022] == growth.min(axis=1)).sum()
    assert numbers["worst_year"] == "2022"  # the page names it


def test_parts_of_the_variance_by_regression(numbers, growth):
    long = growth.reset_index().melt("adcode", var_name="year", value_name="growth")
    total = ((long.growth - long.growth.mean()) ** 2).sum()
    # Of a balanced panel the sums of squares of years and counties add up.
    for name, by in (("years", "year"), ("counties", "adcode")):
        fitted = long.groupby(by).growth.transform("mean")
        part = 100 * ((fitted - long.growth.mean()) ** 2).sum() / total
        assert numbers[f"part_{name}"] == pytest.approx(part)


def test_constant_inflation_at_which_the_worst_year_turns(numbers, growth):
    real = growth - numbers["prices"]
    gap = real.min(axis=1) - real.mean(axis=1) / 2
    assert gap.mean() == pytest.approx(0, abs=1e-9)


def test_skills_by_counting(numbers):
    china = gz.load_china_counties().set_index("adcode")
    work = china.filter(regex="^employed_").fillna(0)
    china, work = china[work.sum(axis=1) > 0], work[work.sum(axis=1) > 0]
    share = work.employed_I / work.sum(axis=1)
    guizhou = china.index.str.startswith("52")
    assert numbers["information_below"] == (share[guizhou] < share.median()).sum()
    assert numbers["schooling_china"] == np.median(china.schooling_years)
    by_province = china.groupby("province_zh").schooling_years.median()
    assert numbers["schooling_rank"] == (by_province <= by_province["贵州省"]).sum()


def test_page_tells_what_the_numbers_say(numbers):
    # Sentences of the page that rest on a sign or an order.
    assert numbers["mean_2020"] < numbers["mean_2019"]
    assert numbers["mean_2020"] < numbers["mean_2021"]
    assert numbers["mean_2022"] < numbers["mean_2020"]
    assert numbers["half_low"] > 0
    assert numbers["dip_low"] < 0 < numbers["dip_high"]
    assert numbers["dip_counties_high"] < 0
    assert numbers["services_below"] < 44
    assert 1 < numbers["calm_farm_output"] < numbers["calm_GDP"] < numbers["calm_savings"]
    assert numbers["verdict_3_3_b"] == numbers["verdict_3_3_d"]


def test_verdicts_are_those_of_the_ledger_and_are_counted(numbers):
    check_verdicts(numbers, "3.3")


def test_page_quotes_and_shows_what_the_notebook_has(execute):
    check_page("dilemma-people", execute("dilemma-people"))


def test_who_moved_within_the_province_by_group(execute):
    chart = figure(execute("dilemma-people"), "moved")
    drawn = next(t for t in map(pd.DataFrame, chart["datasets"].values()) if "start" in t)
    census, groups = read_table("census"), gz.load_counties().set_index("adcode").group.to_dict()
    groups["520114"] = groups["520111"]  # Xiaohe, which joined Huaxi
    both = census.groupby([census.adcode.map(groups), "year"])[
        ["migrants_from_other_county_in_province", "population"]
    ].sum()
    share = (100 * both.iloc[:, 0] / both.iloc[:, 1]).unstack()
    drawn = drawn.set_index("unit")[["start", "end"]].sort_index()
    assert drawn.index.tolist() == share.index.tolist()
    assert drawn.to_numpy() == pytest.approx(share.to_numpy(), abs=6e-4)  # three digits are kept
