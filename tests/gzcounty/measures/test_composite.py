"""Composite indices."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.errors import InputError

X = pd.DataFrame({"a": [0.0, 0.5, 1.0], "b": [1.0, 0.25, 0.0]}, index=["u", "v", "w"])


def test_index_equals_the_weighted_sum_by_hand():
    index = gz.composite_index(X, {"b": 1, "a": 3})
    assert index.to_dict() == {"u": 0.25, "v": 0.4375, "w": 0.75}
    assert index.attrs["weights"] == {"a": 0.75, "b": 0.25}
    assert "divided by their sum" in index.attrs["notes"][1]
    assert gz.composite_index(X).to_list() == [0.5, 0.375, 0.5]
    assert gz.composite_index(X).attrs["notes"][1] == "Equal weights."


def test_directions_rescale_and_reverse():
    raw = pd.DataFrame({"a": [10, 20, 30], "b": [0, 300, 400]}, index=X.index)
    assert gz.composite_index(raw, directions=[1, -1]).to_list() == [0.5, 0.375, 0.5]
    shifted = gz.composite_index(raw, directions=[1, -1], shift=0.1)
    assert shifted.to_list() == pytest.approx([0.5, 0.4, 0.5])


def test_the_best_unit_has_one_and_the_worst_zero():
    census = gz.load_census().query("year == 2020").set_index("adcode")
    wide = census[["schooling_years", "urban_share"]]
    best = wide.max().to_frame("best").T
    worst = wide.min().to_frame("worst").T
    index = gz.composite_index(pd.concat([wide, best, worst]), directions=1)
    assert index["best"] == pytest.approx(1)
    assert index["worst"] == pytest.approx(0)
    assert index.between(-1e-12, 1 + 1e-12).all()


def test_entropy_weights_fit_in():
    weights = gz.entropy_weights(X, 1)
    by_hand = X @ weights
    np.testing.assert_allclose(gz.composite_index(X, weights, 1), by_hand)


@pytest.mark.parametrize(
    ("frame", "weights", "message"),
    [
        (X * 100, None, "above 1 in column 'b', row 'u' .*; give directions to rescale X"),
        (-X, None, "below 0"),
        (X, {"a": 1}, "weights lacks 1 column: 'b'"),
        (X, {"a": -1, "b": 2}, "weights is below 0"),
        (X, {"a": 0, "b": 0}, "All weights are zero"),
        (X.where(X > 0), None, "missing in column 'a', row 'u'"),
    ],
)
def test_bad_input_is_refused(frame, weights, message):
    with pytest.raises(InputError, match=message):
        gz.composite_index(frame, weights)
