"""The controls that charts share."""

import altair as alt
import pandas as pd
import pytest
from drawn import drawn, texts

from gzcounty.charts.controls import county_search, measure_axis, measure_menu, measure_said


def test_menu_stands_at_the_first_measure():
    menu = measure_menu(["Farming", "Schooling"]).to_dict()
    assert menu["expr"] == "measure"
    assert measure_menu(["Farming", "Schooling"]).param.bind.options == ["Farming", "Schooling"]
    assert measure_menu(["Farming", "Schooling"]).param.value == "Farming"


def test_search_folds_what_is_typed():
    typed, folded = county_search()
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
    chart = alt.layer(dots, measure_said(menu)).add_params(measure_menu(["Lights"]))
    with drawn(browser, chart) as page:
        shown = set(texts(page))
    assert numbers | {"Lights, nW/cm2"} <= shown
