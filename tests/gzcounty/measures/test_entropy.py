"""Entropy weights; their published numbers are in gzbook.published.measures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import gzcounty as gz
from gzcounty.errors import InputError


def test_weights_equal_those_by_hand():
    # p of a is (0, 1): entropy 0. p of b is (1/3, 2/3): entropy 0.9183 of ln 2.
    X = pd.DataFrame({"a": [0.0, 5.0], "b": [1.0, 2.0]})
    weights = gz.entropy_weights(X)
    entropy = -(np.log(1 / 3) / 3 + 2 * np.log(2 / 3) / 3) / np.log(2)
    assert weights.attrs["entropy"] == pytest.approx({"a": 0.0, "b": entropy})
    assert weights["b"] == pytest.approx((1 - entropy) / (2 - entropy))
    assert weights.attrs["notes"][1] == "Indicators used as they are, without rescaling."


def test_a_shift_says_so_and_changes_weights():
    X = gz.load_census().query("year == 2020")[["urban_share", "farm_share"]]
    plain, shifted = gz.entropy_weights(X, [1, -1]), gz.entropy_weights(X, [1, -1], shift=0.01)
    assert "[0.01, 0.99]" in shifted.attrs["notes"][1]
    assert abs(plain - shifted).max() > 1e-4


def test_directions_by_name_by_order_and_one_for_all():
    X = pd.DataFrame({"a": [1, 5, 2], "b": [3, 1, 1], "c": [2, 2, 7]})
    named = gz.entropy_weights(X, {"c": 1, "a": 1, "b": -1})
    pd.testing.assert_series_equal(named, gz.entropy_weights(X, [1, -1, 1]))
    pd.testing.assert_series_equal(gz.entropy_weights(X, 1), gz.entropy_weights(X, [1, 1, 1]))
    # Reversing an indicator is the same as turning its sign.
    turned = gz.entropy_weights(X.assign(b=-X.b), 1)
    pd.testing.assert_series_equal(named, turned)


def test_units_of_very_large_numbers_do_not_overflow():
    X = pd.DataFrame({"a": [-1e308, 0.0, 1e308], "b": [1, 2, 3]})
    assert gz.entropy_weights(X, 1).to_list() == pytest.approx([0.5, 0.5])


matrices = arrays(
    float,
    st.tuples(st.integers(3, 12), st.integers(1, 5)),
    elements=st.integers(0, 1000).map(float),
).filter(lambda values: (np.ptp(values, axis=0) > 0).all())


@given(matrices, st.sampled_from([None, 1, -1]), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_weights_sum_to_one_whatever_the_order_and_the_unit(values, directions, random):
    X = pd.DataFrame(values, columns=[f"x{j}" for j in range(values.shape[1])])
    weights = gz.entropy_weights(X, directions)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    order = list(range(len(X)))
    random.shuffle(order)
    np.testing.assert_allclose(gz.entropy_weights(X.iloc[order], directions), weights, atol=1e-9)
    np.testing.assert_allclose(gz.entropy_weights(X * 1000, directions), weights, atol=1e-9)


X = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 4.0, 4.0]}, index=["u", "v", "w"])


@pytest.mark.parametrize(
    ("change", "directions", "shift", "message"),
    [
        ({}, 1, 0.0, "Indicator 'b' has the same value in every unit"),
        ({}, None, 0.0, "Indicator 'b' has the same value in every unit"),
        ({"a": 1.0}, 1, 0.0, "Indicators 'a' and 'b' have the same value"),
        ({"b": [1.0, -2.0, 0]}, None, 0.0, "below 0 in column 'b', row 'v'; .*give directions"),
        ({"b": [1.0, np.nan, 0]}, 1, 0.0, "missing in column 'b', row 'v'"),
        ({"b": ["x", "y", "z"]}, 1, 0.0, "holds str values"),
        ({"b": [True, False, True]}, 1, 0.0, "holds bool values"),
        ({"b": [1, 2, 3]}, {"a": 1}, 0.0, "directions lacks 1 column: 'b'"),
        (
            {"b": [1, 2, 3]},
            {"a": 1, "b": 1, "ｂ": 1},
            0.0,
            "directions names 'ｂ'; the columns are",
        ),
        ({"b": [1, 2, 3]}, [1], 0.0, "directions has 1 value for 2 columns"),
        ({"b": [1, 2, 3]}, [1, 0], 0.0, r"direction of 'b' is 0; it must be 1 \(more is better\)"),
        ({"b": [1, 2, 3]}, None, 0.1, "shift belongs to rescaling"),
    ],
)
def test_bad_input_is_refused(change, directions, shift, message):
    with pytest.raises(InputError, match=message):
        gz.entropy_weights(X.assign(**change), directions, shift)


@pytest.mark.parametrize("directions", [None, 1])
def test_one_unit_is_refused(directions):
    with pytest.raises(InputError, match="at least two rows"):
        gz.entropy_weights(X.iloc[:1], directions)
