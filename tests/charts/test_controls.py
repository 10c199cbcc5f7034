"""The controls that charts share."""

from gzcounty.charts.controls import county_search, measure_menu


def test_menu_stands_at_the_first_measure():
    menu = measure_menu(["Farming", "Schooling"]).to_dict()
    assert menu["expr"] == "measure"
    assert measure_menu(["Farming", "Schooling"]).param.bind.options == ["Farming", "Schooling"]
    assert measure_menu(["Farming", "Schooling"]).param.value == "Farming"


def test_search_folds_what_is_typed():
    typed, folded = county_search()
    assert typed.param.value == ""
    assert "lower(" in folded.param.expr
