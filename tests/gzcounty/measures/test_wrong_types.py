"""Arguments of a wrong type are named, with their value and what is allowed."""

import re

import pandas as pd
import pytest

import gzcounty as gz


@pytest.mark.parametrize(
    "measure", [["commerce"], {"commerce": 1}, None, 3, pd.Series(["commerce"])]
)
def test_a_measure_that_is_no_text_is_refused(measure):
    value = re.escape(repr(measure))
    with pytest.raises(gz.InputError, match=f"measure must be .* or 'taobao', not {value}"):
        gz.penetration(measure)
    with pytest.raises(gz.InputError, match=f"column must be a measure .*, not {value}"):
        gz.census_change(measure)
    with pytest.raises(gz.InputError, match=f"variable must be .* or '.*', not {value}"):
        gz.growth(measure, 2014, 2020)


@pytest.mark.parametrize("year", ["2020", 2020.0, [2020], True, pd.NA])
def test_a_year_that_is_no_whole_number_is_refused(year):
    expected = "must be a year as a whole number, such as 2020, not"
    with pytest.raises(gz.InputError, match=f"^year {expected}"):
        gz.penetration("commerce", year)
    with pytest.raises(gz.InputError, match=f"^start {expected}"):
        gz.growth("gdp", year, 2022)
    with pytest.raises(gz.InputError, match=f"^end {expected}"):
        gz.growth("gdp", 2019, year)


@pytest.mark.parametrize(
    ("codes", "refused"),
    [
        (["522632"], "['522632']"),
        ("522632", "'522632'"),
        (522632, "522632"),
        (pd.Series([522632]), "522632"),
        (pd.Series(["522632", None], dtype=object), "None"),
    ],
)
def test_codes_that_are_no_series_of_text_are_refused(codes, refused):
    expected = "codes must be a Series of six-digit codes as text, such as '522632', not "
    with pytest.raises(gz.InputError, match=re.escape(f"{expected}{refused}.")):
        gz.current_adcode(codes)
