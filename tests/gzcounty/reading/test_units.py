"""Units: known by several names, doubted only where the size cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.language import VARIABLE
from gzcounty.reading.units import UNITS, doubt, find_unit, impossible, misstated, out_of_line
from gzcounty.words import unit_name

PANEL = gz.load_panel()
RESIDENTS = PANEL.adcode.map(gz.load_china_counties().set_index("adcode").population).to_numpy()


@pytest.mark.parametrize(
    ("name", "unit"),
    [("万元", "10k yuan"), ("亿元", "100m yuan"), ("元/人", "yuan a person"), ("％", "%"),
     ("Percent", "%"), ("万人", "10k persons"), ("yuan", "yuan"), (" km2 ", "km2"),
     ("10,000 yuan", "10k yuan"),
     ("人民币万元", "10k yuan"), ("100 million RMB", "100m yuan"), ("km²", "km2"),
     ("千元", "thousand yuan"),
     ("百万元", "million yuan"), ("人", "persons"), ("户", "households"), ("平方公里", "km2")],
)  # fmt: skip
def test_units_are_found_by_name_and_alias(name, unit):
    assert find_unit(name).name == unit


def test_an_unknown_unit_is_refused_with_the_list():
    with pytest.raises(gz.InputError, match=r"no unit 'milion yuan'. Did you mean 'million yuan'"):
        find_unit("milion yuan")


@pytest.mark.parametrize("column", ["gdp", "deposits", "fiscal_revenue", "household_savings"])
def test_money_in_its_own_unit_is_believed_and_ten_thousand_times_off_is_not(column):
    values = PANEL[column].to_numpy()
    assert doubt(values, find_unit("million yuan"), RESIDENTS) is None
    texts, fits = doubt(values, find_unit("100m yuan"), RESIDENTS) or ("", "")
    # A hundred times too large is beyond belief for the larger sums only.
    assert texts or column == "fiscal_revenue"
    assert "million yuan" in fits or not texts
    assert doubt(values * 100, find_unit("yuan"), RESIDENTS) is not None  # 万元 called yuan
    assert doubt(values * 1e6, find_unit("10k yuan"), RESIDENTS) is not None  # yuan called 万元


def test_incomes_and_people_ten_thousand_times_off_are_doubted():
    income = PANEL.rural_income.to_numpy()
    assert doubt(income, find_unit("yuan a person"), RESIDENTS) is None
    assert doubt(income / 1e4, find_unit("yuan a person"), RESIDENTS) is not None
    assert doubt(income, find_unit("10k yuan a person"), RESIDENTS) is not None
    people = PANEL.population_registered.to_numpy()
    assert doubt(people, find_unit("persons"), RESIDENTS) is None
    assert doubt(people / 1e4, find_unit("persons"), RESIDENTS) is not None
    assert doubt(people, find_unit("10k persons"), RESIDENTS) is not None


def test_shares_and_percent_are_told_apart():
    share = np.linspace(0.05, 0.9, 20)
    none = np.full(20, np.nan)
    assert doubt(share, find_unit("share"), none) is None
    assert doubt(100 * share, find_unit("%"), none) is None
    assert doubt(share, find_unit("%"), none) == ("no value is above 0.9 %", "would fit: share")
    assert doubt(100 * share, find_unit("share"), none)[1] == "fits: %"


def test_four_values_are_too_few_to_doubt_a_column():
    unit, one = find_unit("%"), np.ones(4)
    assert doubt(one, unit, one) is None
    assert doubt(np.ones(5), unit, np.ones(5)) is not None


@pytest.mark.parametrize(
    ("unit", "bad", "good"),
    [("%", [-0.1, 100.1], [0, 100]), ("share", [1.01], [0, 1]), ("flag", [0.5, 2, -1], [0, 1]),
     ("% change", [-101], [-100, 900]), ("persons", [-1], [0, 1e9]),
     ("year or 0", [1, 2019.5, 3000, -5], [0, 2019]), ("number", [], [-1e12, 1e12])],
)  # fmt: skip
def test_values_outside_the_unit_are_impossible(unit, bad, good):
    assert impossible(np.array(bad, dtype=float), UNITS[unit]).all()
    assert not impossible(np.array([*good, np.nan], dtype=float), UNITS[unit]).any()


def test_a_year_in_another_unit_stands_out_in_its_own_county():
    values = np.array([8000.0, 8500, 0.9, 9000, 1.0, 1.1, 1.2, 5.0, 5000])
    counties = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2])
    wrong = out_of_line(values, counties, find_unit("yuan a person"))
    # Of two values a thousand times apart, either may be the wrong one.
    assert wrong.tolist() == [False, False, True, *[False] * 4, True, True]
    assert not out_of_line(values, counties, find_unit("index")).any()


def test_no_cell_of_the_packages_own_panel_stands_out():
    counties = PANEL.adcode.astype("category").cat.codes.to_numpy()
    for column in ("gdp", "loans", "deposits", "fiscal_revenue"):
        assert not out_of_line(PANEL[column].to_numpy(), counties, UNITS["million yuan"]).any()


@pytest.mark.parametrize(
    ("heading", "unit", "right"),
    [("财政收入（百万元）", "100m yuan", "declare 'million yuan'"),
     ("GDP/亿元", "10k yuan", "declare '100m yuan'"),
     ("单位：元", "10k yuan", "declare 'yuan'"),
     ("GDP (10,000 yuan)", "yuan", "declare '10k yuan'"),
     ("GDP in million yuan", "10k yuan", "declare 'million yuan'"),
     ("人口（2020年，万人）", "persons", "declare '10k persons'"),
     ("GDP（元/人）", "yuan", "declare 'yuan a person'"),
     ("比重（％）", "share", "declare '%'"),
     ("耕地（万亩）", "km2", "convert it"),
     ("出口（万美元）", "10k yuan", "convert it"),
     ("GDP（万）", "10k yuan", ""),
     ("房价（元/m²）", "yuan", ""),
     ("GDP（亿元）万元", "10k yuan", "")],
)  # fmt: skip
def test_a_heading_that_states_another_unit_is_told(heading, unit, right):
    told = misstated(heading, UNITS[unit])
    assert told is not None
    assert told[1].startswith(right) if right else told[1] == ""


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("财政收入（百万元）", "million yuan"), ("人均可支配收入（元）", "yuan a person"),
     ("增长率（%）", "% change"),
     ("医生（人）", "count"), ("share of households", "%"), ("grain/人", "count"),
     ("GDP（亿元）", "number"),
     ("income per person", "yuan"), ("人口（不含流动人口）", "persons"), ("面积（km²）", "km2")],
)  # fmt: skip
def test_a_heading_that_states_the_declared_unit_or_none_is_not(heading, unit):
    assert misstated(heading, UNITS[unit]) is None


SIZES = {"": 1.0, "千": 1e3, "万": 1e4, "百万": 1e6, "亿": 1e8, "10,000 ": 1e4, "million ": 1e6}
BASES = {"元": "money", "yuan": "money", "人": "people", "persons": "people", "户": "households"}


@given(
    size=st.sampled_from(sorted(SIZES)),
    base=st.sampled_from(sorted(BASES)),
    frame=st.sampled_from(
        ["数（{}）", "n ({})", "单位：{}", "n [{}]", "数（2014年，{}）", "数（单位：{}）", "n, {}"]
    ),
    declared=st.sampled_from(sorted(UNITS)),
)
def test_a_stated_unit_agrees_with_the_declared_one_only_if_it_is_that_one(
    size, base, frame, declared
):
    unit = UNITS[declared]
    told = misstated(frame.format(size + base), unit)
    free = unit.kind in ("number", "text", "index", "flag", "year")
    same = (unit.kind, unit.factor) == (BASES[base], SIZES[size])
    # An income a person is often stated in yuan alone, and persons and households are counted.
    near = unit.kind == "money a person" and (BASES[base], SIZES[size]) == ("money", unit.factor)
    near = near or (unit.kind == "count" and SIZES[size] == 1 and BASES[base] != "money")
    assert (told is None) == (free or same or near)


def test_each_unit_can_be_declared_by_its_chinese_name(monkeypatch):
    monkeypatch.setenv(VARIABLE, "zh")
    names = {name: unit_name(name) for name in UNITS}
    assert all(name == "%" or not name_zh.isascii() for name, name_zh in names.items())
    assert {name: find_unit(name_zh).name for name, name_zh in names.items()} == {
        name: name for name in UNITS
    }
