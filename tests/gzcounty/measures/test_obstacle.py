"""Obstacle degrees."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.errors import InputError

X = pd.DataFrame({"a": [0.2, 1.0], "b": [0.6, 1.0]}, index=["u", "best"])


def test_shares_and_shortfalls_by_hand():
    shares = gz.obstacle_degree(X, {"a": 1, "b": 3})
    # Shortfalls 0.25 * 0.8 and 0.75 * 0.4.
    assert shares.loc["u"].to_dict() == pytest.approx({"a": 0.4, "b": 0.6})
    plain = gz.obstacle_degree(X, {"a": 1, "b": 3}, share=False)
    assert plain.loc["u"].to_dict() == pytest.approx({"a": 0.2, "b": 0.3})
    assert plain.loc["best"].to_list() == [0, 0]


def test_a_unit_without_shortfall_has_no_shares_and_the_notes_say_so():
    shares = gz.obstacle_degree(X)
    assert shares.loc["best"].isna().all()
    assert shares.attrs["notes"][1] == "1 unit without any shortfall: no shares."
    assert len(gz.obstacle_degree(X.iloc[:1]).attrs["notes"]) == 1


def test_shares_sum_to_one_and_shortfalls_to_one_less_the_index():
    census = gz.load_census().query("year == 2020").set_index("adcode")
    raw = census[["schooling_years", "urban_share", "farm_share"]]
    weights = gz.entropy_weights(raw, [1, 1, -1])
    shares = gz.obstacle_degree(raw, weights, [1, 1, -1])
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    plain = gz.obstacle_degree(raw, weights, [1, 1, -1], share=False)
    index = gz.composite_index(raw, weights, [1, 1, -1])
    np.testing.assert_allclose(plain.sum(axis=1), 1 - index)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (X * 2, "above 1 in column 'b', row 'u' .*; give directions"),
        (X - 1, "below 0"),
        (X.where(X < 1), "missing in column 'a', row 'best'"),
    ],
)
def test_bad_input_is_refused(frame, message):
    with pytest.raises(InputError, match=message):
        gz.obstacle_degree(frame)
