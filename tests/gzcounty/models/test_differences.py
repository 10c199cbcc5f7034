"""Long differences."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.models.ols import ols
from gzcounty.models.panel import long_difference


@pytest.fixture
def data() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "county": ["b", "a", "a", "b", "c", "d", "a", "e", "e", "f", "f"],
            "year": [2020, 2010, 2020, 2010, 2010, 2020, 2015, 2010, 2020, 2010, 2020],
            "share": [9.0, 2.0, 5.0, 4.0, 1.0, 1.0, 99.0, 1.0, np.nan, 3.0, 4.0],
            "income": [8, 1, 2, 3, 4, 5, 6, 7, 8, 2, 9],
            "prefecture": list("qppqxypzzww"),
        }
    )


def test_changes_are_end_less_start(data):
    table = long_difference(data, ["share", "income"], "county", "year", 2010, 2020, "prefecture")
    assert table.columns.to_list() == [
        "county", "prefecture", "d_share", "share_2010", "d_income", "income_2010",
    ]  # fmt: skip
    assert table.county.to_list() == ["a", "b", "e", "f"]
    assert table.d_share.iloc[[0, 1, 3]].to_list() == [3.0, 5.0, 1.0]
    assert np.isnan(table.d_share.iloc[2])
    assert table.share_2010.to_list() == [2.0, 4.0, 1.0, 3.0]
    assert table.d_income.to_list() == [1, 5, 1, 7]
    assert table.prefecture.to_list() == ["p", "q", "z", "w"]


def test_units_without_both_years_are_named_and_the_model_repeats_it(data):
    data.attrs["notes"] = ["Ten counties asked."]
    table = long_difference(data, "share", "county", "year", 2010, 2020)
    notes = [
        "Ten counties asked.",
        "1 unit of county without 2010 left out of the change 2010-2020: 'd'.",
        "1 unit of county without 2020 left out of the change 2010-2020: 'c'.",
    ]
    assert table.attrs["notes"] == notes
    fit = ols("d_share ~ share_2010", table, cov="HC1")
    assert fit.notes[:4] == (*notes, "Left out 1 of 4 rows for missing values: d_share 1.")


def test_order_of_rows_does_not_matter(data):
    one = long_difference(data, "share", "county", "year", 2010, 2020)
    other = long_difference(data.iloc[::-1], "share", "county", "year", 2010, 2020)
    pd.testing.assert_frame_equal(one, other)


def test_the_entity_may_be_among_those_kept(data):
    table = long_difference(data, "share", "county", "year", 2010, 2020, keep=["county"])
    assert table.columns.to_list() == ["county", "d_share", "share_2010"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": 2020, "end": 2010}, "start must lie before end, not 2020 and 2010"),
        ({"start": 2000, "end": 2001}, "'year' has neither 2000 nor 2001"),
        ({"start": 2010, "end": 2023}, "No county has both 2010 and 2023"),
        ({"y": "shares"}, "lack the column 'shares'.*Did you mean 'share'"),
    ],
)
def test_bad_input(data, arguments, message):
    usual = {"y": "share", "entity": "county", "time": "year", "start": 2010, "end": 2020}
    with pytest.raises(InputError, match=message):
        long_difference(data, **(usual | arguments))
