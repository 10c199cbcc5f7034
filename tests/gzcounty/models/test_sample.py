"""Which rows a model uses, and what it says of the others."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.models.ols import ols
from gzcounty.models.sample import take_sample


@pytest.fixture
def data() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "y": [1.0, 2.0, 4.0, 3.0, 6.0, 5.0],
            "x": [1, 2, 3, 4, 5, 7],
            "flag": [True, False, True, False, False, True],
            "name": list("abcdef"),
            "group": list("ppqqrr"),
        },
        index=[10, 11, 12, 13, 14, 15],
    )


def test_missing_values_are_counted_by_column(data):
    data.loc[[10, 11], "y"] = np.nan
    data["x"] = data.x.astype("Int64")
    data.loc[11, "x"] = pd.NA
    data.loc[15, "group"] = None
    sample = take_sample(data, ["y", "x"], keys=["group"])
    assert sample.notes == (
        "Left out 3 of 6 rows for missing values: y 2, x 1, group 1 (a row can lack several).",
    )
    assert sample.numbers.index.tolist() == [12, 13, 14]
    assert sample.keys["group"].levels.tolist() == ["q", "r"]
    assert sample.keys["group"].codes.tolist() == [0, 0, 1]


def test_only_columns_used_decide(data):
    data["other"] = np.nan
    assert ols("y ~ x", data).nobs == 6


def test_rows_left_out_are_in_the_notes_of_the_model(data):
    data.loc[12, "x"] = np.nan
    fit = ols("y ~ x", data)
    assert fit.nobs == 5
    assert "Left out 1 of 6 rows for missing values: x 1." in fit.notes
    assert fit.residuals.index.tolist() == [10, 11, 13, 14, 15]


def test_notes_of_the_data_are_passed_on(data):
    data.attrs["notes"] = ["Two counties have no figure."]
    assert ols("y ~ x", data).notes[0] == "Two counties have no figure."


def test_true_and_false_count_as_one_and_zero(data):
    as_numbers = ols("y ~ flag", data.assign(flag=data.flag.astype(int)))
    assert ols("y ~ flag", data).table().equals(as_numbers.table())


def test_data_are_left_as_they_were(data):
    before = data.copy(deep=True)
    data.loc[12, "x"] = before.loc[12, "x"]
    ols("y ~ x + flag + C(group)", data, cov="HC1")
    pd.testing.assert_frame_equal(data, before)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"x": [1, np.inf, 3, -np.inf, 5, 6]},
            r"Column 'x' holds 2 infinite values \(first at index 11\)",
        ),
        ({"x": list("abcdef")}, r"Column 'x' holds str values such as 'a' where numbers are need"),
        ({"x": [1j] * 6}, "Column 'x' holds complex128 values"),
        ({"x": pd.date_range("2020", periods=6)}, "Column 'x' holds datetime64"),
        ({"x": np.nan}, "No row is left to estimate from: missing values in 'x'"),
    ],
)
def test_unusable_columns_are_named(data, change, message):
    with pytest.raises(InputError, match=message):
        ols("y ~ x", data.assign(**change))


def test_missing_columns_are_named_with_a_near_name(data):
    data = data.rename(columns={"x": "penetration"})
    with pytest.raises(InputError, match=r"the column 'penetraton'.*Did you mean 'penetration'"):
        ols("y ~ penetraton", data)
    with pytest.raises(InputError, match=r"lack the columns 'aaa' and 'bbb'. There are 'y', "):
        ols("y ~ aaa + bbb", data)
    with pytest.raises(InputError, match="lack the column 'prefecture'"):
        ols("y ~ 1", data, cluster="prefecture")


def test_a_column_twice_is_refused(data):
    with pytest.raises(InputError, match="more than one column is called 'x'"):
        ols("y ~ x", pd.concat([data, data[["x"]]], axis=1))


def test_empty_data_are_refused(data):
    with pytest.raises(InputError, match="No row is left to estimate from: the data have no rows"):
        ols("y ~ x", data.iloc[:0])


def test_no_frame_is_refused():
    with pytest.raises(InputError, match="data must be a pandas DataFrame, not dict"):
        ols("y ~ x", {"y": [1, 2], "x": [1, 2]})


def test_weights_must_be_above_zero(data):
    data["w"] = [1.0, 0.0, 1, 1, -2, 1]
    with pytest.raises(InputError, match=r"'w' is 0 in 2 rows \(first at index 11\)"):
        ols("y ~ x", data, weights="w")


def test_clusters_are_at_least_two_and_at_most_two_columns(data):
    data["one"] = "same"
    with pytest.raises(InputError, match="at least two clusters; in this sample 'one' is always"):
        ols("y ~ x", data, cluster="one")
    with pytest.raises(InputError, match="cluster takes one column or two different ones"):
        ols("y ~ x", data, cluster=["group", "name", "one"])
    with pytest.raises(InputError, match="cluster takes one column or two different ones"):
        ols("y ~ x", data, cluster=["group", "group"])
