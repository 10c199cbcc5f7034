"""Names as they stand on tiles and as a search finds them; the controls that charts share."""

import re

import altair as alt
import pandas as pd
import pytest
from drawn import drawn, texts
from shapes import NAMES

import gzcounty as gz
from gzcounty.charts.selection import (
    county_search,
    measure_axis,
    measure_caption,
    measure_menu,
    plain,
    search_keys,
    short_chinese,
)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("榕江县", "榕江"),
        ("松桃苗族自治县", "松桃"),
        ("务川仡佬族苗族自治县", "务川"),
        ("三都水族自治县", "三都"),
        ("保亭黎族苗族自治县", "保亭"),
        ("木垒哈萨克自治县", "木垒"),
        ("观山湖区", "观山湖"),
        ("六枝特区", "六枝"),
        ("凯里市", "凯里"),
        ("道县", "道县"),
    ],
)
def test_short_names(full, short):
    assert short_chinese(full) == short


def test_short_names_of_all_counties_are_distinct_and_fit_a_tile():
    short = gz.load_counties().name_zh.map(short_chinese)
    assert short.is_unique
    assert short.str.len().between(2, 3).all()


def result(query: str, keys: str) -> bool:
    """Match as `match_expression` does in the browser."""
    folded = plain(query)
    folded = re.sub(r"[0-9]", "", folded) if re.search("[a-z]", folded) else folded
    return bool(folded) and (("|" if re.match("[a-z0-9]", folded) else "") + folded) in keys


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Rongjiang", "522632"),
        ("róngjiāng xiàn", "522632"),
        ("rong2jiang1", "522632"),
        ("RONG JIANG", "522632"),
        ("Rongjiang County", "522632"),
        ("榕江", "522632"),
        ("522632", "522632"),
        ("Zheng'an", "520324"),
        ("zhengan", "520324"),
        ("Songtao Xian", "520628"),
        ("Songtao County", "520628"),
        ("松桃县", "520628"),
        ("松桃苗族", "520628"),
    ],
)
def test_every_way_to_write_a_county_finds_it_alone(query, code):
    counties = gz.load_counties()
    keys = search_keys(counties)
    assert counties.adcode[[result(query, key) for key in keys]].tolist() == [code]


def test_a_prefecture_finds_its_counties_and_the_middle_of_a_name_nothing():
    keys = search_keys(NAMES)
    assert [result("qiandongnan", key) for key in keys] == [True, True, False, False]
    assert not any(result("jiang", key) for key in keys)
    assert not any(result("", key) for key in keys)


def test_names_need_both_languages():
    with pytest.raises(gz.InputError, match="lacks the column 'name_zh'"):
        search_keys(pd.DataFrame({"adcode": ["1"], "name_en": ["A"]}))


def test_menu_stands_at_the_first_measure():
    menu = measure_menu(["Farming", "Schooling"]).to_dict()
    assert menu["expr"] == "measure"
    assert measure_menu(["Farming", "Schooling"]).param.bind.options == ["Farming", "Schooling"]
    assert measure_menu(["Farming", "Schooling"]).param.value == "Farming"


def test_search_folds_what_is_typed():
    typed, folded = county_search("Rongjiang")
    assert typed.param.value == ""
    assert "lower(" in folded.param.expr


@pytest.mark.browser
@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        ([0.1, 0.3], {"0.1", "0.2", "0.3"}),
        ([0, 40], {"0", "20", "40"}),
        ([0, 40_000], {"0", "20,000", "40,000"}),
        ([0, 4e6], {"0", "2M", "4M"}),
    ],
)
def test_an_axis_has_numbers_that_suit_its_measure_and_says_its_unit(browser, values, numbers):
    menu = pd.DataFrame({"label": ["Lights"], "unit": ["nW/cm2"]})
    rows = pd.DataFrame({"x": values, "label": "Lights"})
    x = alt.X("x:Q", axis=measure_axis(tickCount=4), scale=alt.Scale(zero=False))
    dots = alt.Chart(rows).mark_point().encode(x=x)
    chart = alt.layer(dots, measure_caption(menu)).add_params(measure_menu(["Lights"]))
    with drawn(browser, chart) as page:
        shown = set(texts(page))
    assert numbers | {"Lights, nW/cm2"} <= shown
