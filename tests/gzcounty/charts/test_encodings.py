"""Colour scales that one extreme county cannot stretch."""

import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.charts.encodings import axis_format, fill, in_vega, robust_domain, shown_names


def test_one_extreme_county_does_not_stretch_the_scale():
    values = pd.Series([*range(100, 187), 1_000_000.0])
    low, high = robust_domain(values)
    assert 100 <= low < 110
    assert 170 < high <= 190


def test_differences_are_symmetric_about_zero():
    low, high = robust_domain(pd.Series([-1.0, 2.0, 3.0]), "difference")
    assert low == -high < 0


def test_a_long_tail_of_growth_leaves_the_others_a_colour():
    values = pd.Series([*range(-15, 15), *range(40, 46)], dtype=float)
    low, high = robust_domain(values, "difference")
    assert low == -high
    assert 10 < high < 20


@pytest.mark.parametrize(
    ("number", "axis"),
    [
        ("+.1f", ".1~f"),
        (",.0f", ",.0~f"),
        ("~g", "~g"),
        ("d", "~d"),
        (".2", ".2"),
    ],
)
def test_an_axis_writes_no_plus_and_no_zeros_at_the_end(number, axis):
    assert axis_format(number) == axis


def test_equal_values_still_make_a_scale():
    low, high = robust_domain(pd.Series([5.0, 5.0, None]))
    assert low < 5 < high


def test_no_value_is_refused():
    with pytest.raises(gz.InputError, match="all are missing"):
        robust_domain(pd.Series([None, None], dtype=float))


def test_colours_do_not_pass_through_another_hue():
    scale = fill("x", (0, 1), "difference", "county", ".1f").to_dict()["scale"]
    assert scale["interpolate"] == "rgb"
    assert scale["clamp"] is True


def test_names_of_counties_are_chinese_alone_in_chinese(monkeypatch):
    assert shown_names() == ["name_en", "name_zh"]
    monkeypatch.setenv("GZCOUNTY_LANGUAGE", "zh")
    assert shown_names() == ["name_zh"]
    assert shown_names(["name_en"]) == ["name_en"]


def test_a_message_becomes_an_expression_of_vega():
    assert in_vega("it's {n}", n="datum.n") == r"'it\'s ' + datum.n"
