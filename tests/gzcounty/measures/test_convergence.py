"""Sigma convergence."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.errors import InputError, TrapError


@pytest.fixture
def data() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "county": ["榕江", "榕江", "Ｂ", "Ｂ", "c", "d", "d", "e"],
            "year": [2020, 2010, 2010, 2020, 2010, 2010, 2020, 2020],
            "income": [4.0, 1.0, 4.0, 8.0, 900.0, 2.0, np.nan, np.nan],
        }
    )


def test_by_hand_over_units_with_every_year(data):
    data.attrs["notes"] = ["Asked of six."]
    table = gz.sigma_convergence(data, "income", "county", "year")
    assert table.columns.to_list() == ["year", "units", "sd_log", "cv", "gini", "theil"]
    assert table.year.to_list() == [2010, 2020]
    assert table.units.to_list() == [2, 2]
    assert table.sd_log.to_list() == pytest.approx([np.log(4) / np.sqrt(2), np.log(2) / np.sqrt(2)])
    assert table.cv[0] == pytest.approx(3 / np.sqrt(2) / 2.5)
    assert table.gini.to_list() == pytest.approx([gz.gini([1, 4]), gz.gini([4, 8])])
    assert table.theil[0] == pytest.approx(gz.theil([1, 4]).total)
    assert table.attrs["notes"] == [
        "Asked of six.",
        "2 units with income in each of 2 years.",
        "Left out 3 units without every year: 'c', 'd' and 'e'.",
    ]


def test_a_changing_sample_would_have_said_something_else(data):
    of_all = data[data.year == 2010].income.pipe(np.log).std()
    assert gz.sigma_convergence(data, "income", "county", "year").sd_log[0] < of_all / 2


def test_on_the_panel_the_order_of_rows_does_not_matter():
    panel = gz.load_panel().query("year >= 2014")
    one = gz.sigma_convergence(panel, "rural_income", "adcode", "year")
    other = gz.sigma_convergence(panel[::-1], "rural_income", "adcode", "year")
    pd.testing.assert_frame_equal(one, other)
    assert one.units.to_list() == [60] * 10
    assert "Left out 28 units" in one.attrs["notes"][-1]


def test_no_constant_sample_is_a_trap(data):
    lonely = data[data.county.isin(["榕江", "c", "e"])]
    with pytest.raises(
        TrapError, match="1 unit of county has 'income' in all of '2010' and '2020'"
    ):
        gz.sigma_convergence(lonely, "income", "county", "year")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"income": 0.0}, "'income' is 0 for '榕江' in 2020 .and 7 more.; logarithms need values"),
        ({"income": "x"}, "holds .* such as 'x'"),
        ({"income": np.inf}, "infinite in column 'income'"),
        ({"county": None}, "'county' is missing in 8 rows"),
        ({"county": "a"}, "Each county and year may have one row; 'a' has more than one in 2010"),
    ],
)
def test_bad_values(data, change, message):
    with pytest.raises(InputError, match=message):
        gz.sigma_convergence(data.assign(**change), "income", "county", "year")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ("moon", "county", "year"),
            "The data lack the column 'moon', named by y.",
        ),
        (("income", "county", "county"), "must be three different columns"),
    ],
)
def test_bad_names(data, names, message):
    with pytest.raises(InputError, match=message):
        gz.sigma_convergence(data, *names)


def test_a_column_twice_is_named(data):
    twice = pd.concat([data, data.income], axis=1)
    with pytest.raises(InputError, match="more than one column is called 'income'"):
        gz.sigma_convergence(twice, "income", "county", "year")
    with pytest.raises(InputError, match="No row has a value of 'income'"):
        gz.sigma_convergence(data[:0], "income", "county", "year")
