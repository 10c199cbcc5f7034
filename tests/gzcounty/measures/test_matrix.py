"""Checks that the measures share: what cannot be used is named, and nothing is dropped."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.measures._matrix import as_matrix, as_vector, as_weights

X = pd.DataFrame({"收入": [1.0, 2.0], "Ａ": [3, 4]}, index=["榕江县", "Ｂ县"])


def test_numbers_of_any_kind_are_read():
    frame = X.assign(n=pd.array([1, 2], dtype="Int64"), f=np.float32([0.5, 1.5]))
    assert as_matrix(frame, "X").tolist() == [[1, 3, 1, 0.5], [2, 4, 2, 1.5]]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (X.iloc[:0], "X has 0 rows and 2 columns"),
        (X[[]], "X has 2 rows and 0 columns"),
        (X[["Ａ", "Ａ"]], "more than one column called 'Ａ'"),
        (X.assign(t=["1", "2"]), "Column 't' of X holds str values such as '1'"),
        (X.assign(t=[True, False]), "Column 't' of X holds bool values such as 'True'"),
        (X.assign(t=[1j, 2]), "Column 't' of X holds complex128 values"),
        (
            X.assign(t=[1.0, np.nan]),
            "X is missing in column 't', row 'Ｂ县'; every value must be a finite number; no row",
        ),
        (X.assign(t=pd.array([None, 1], dtype="Int64")), "missing in column 't', row '榕江县'"),
        (X.assign(t=[np.inf, -np.inf]), r"infinite in column 't', row '榕江县' \(and 1 more value"),
    ],
)
def test_what_cannot_be_used_is_named(frame, message):
    with pytest.raises(InputError, match=message):
        as_matrix(frame, "X")


def test_values_out_of_bounds_are_named_and_the_hint_given():
    with pytest.raises(InputError, match=r"X is below 0 in column 't', row 'Ｂ县'.*at least 0\.$"):
        as_matrix(X.assign(t=[0.0, -0.5]), "X", low=0)
    with pytest.raises(
        InputError, match=r"above 9 in column 't', row 'Ｂ县'.*from 0 to 9; do this."
    ):
        as_matrix(X.assign(t=[9.0, 9.5]), "X", low=0, high=9, hint="do this")
    assert as_matrix(X, "X", low=1, high=4).shape == (2, 2)


def test_vectors_must_go_together():
    y = pd.Series([1.0, 2.0], index=["a", "b"])
    assert as_vector([3, 4], "w", like=y).tolist() == [3, 4]
    with pytest.raises(InputError, match="w has 3 values, y has 2"):
        as_vector([1, 2, 3], "w", like=y)
    with pytest.raises(InputError, match="w and y have different row labels"):
        as_vector(y[::-1], "w", like=y)
    with pytest.raises(InputError, match="w must have one dimension, not 2"):
        as_vector([[1, 2]], "w")
    with pytest.raises(InputError, match="w must have one dimension, not 0"):
        as_vector(3.0, "w")


def test_weights_are_ordered_by_name_and_sum_to_one():
    weights = as_weights({"Ａ": 3, "收入": 1}, X.columns)
    assert weights.to_dict() == {"收入": 0.25, "Ａ": 0.75}
    assert as_weights(None, X.columns).to_list() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"收入": 1, "A": 1}, "weights names 'A'; the columns are '收入' and 'Ａ'"),
        ({"收入": 1}, "weights lacks 1 column: 'Ａ'"),
        ({"收入": -1, "Ａ": 1}, "weights is below 0 .*row '收入'"),
        ({"收入": np.nan, "Ａ": 1}, "weights is missing .*row '收入'"),
        ({"收入": 0, "Ａ": 0}, "All weights are zero"),
        ({"收入": "1", "Ａ": "2"}, "holds .* where numbers are needed"),
        (pd.Series([1, 2, 3], index=["收入", "Ａ", "Ａ"]), "weights names 'Ａ' twice"),
    ],
)
def test_weights_that_do_not_fit(weights, message):
    with pytest.raises(InputError, match=message):
        as_weights(weights, X.columns)


@pytest.mark.parametrize("bad", [[np.nan, 1.0], [-1.0, 1.0], [np.inf, 1.0], []])
def test_plain_arrays_of_numbers_are_checked_as_others_are(bad):
    with pytest.raises(InputError):
        as_vector(np.array(bad), "y", low=0.0)


def test_plain_arrays_of_numbers_are_copied_and_must_go_together():
    y = np.array([1.0, 2.0])
    result = as_vector(y, "y", low=0.0)
    result[0] = 9.0
    assert y.tolist() == [1.0, 2.0]
    assert as_vector(y, "w", like=y).tolist() == [1.0, 2.0]
    with pytest.raises(InputError, match="w has 2 values, y has 3"):
        as_vector(y, "w", like=np.ones(3))
