"""Means over pairs, and their intervals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz


def distances(points: list[float], names: list[str] | None = None) -> pd.DataFrame:
    x = np.array(points, float)
    names = names or [f"u{i}" for i in range(len(x))]
    return pd.DataFrame(np.abs(x[:, None] - x[None, :]), index=names, columns=names)


@pytest.fixture(scope="module")
def guizhou() -> pd.DataFrame:
    census = gz.load_industry_employment().query("year == 2020")
    return gz.krugman_dissimilarity(census, columns=("adcode", "section", "employed"))


def test_mean_over_distinct_pairs_by_hand():
    result = gz.pair_mean(distances([0, 1, 3]), draws=50)
    assert result.estimate == pytest.approx((1 + 3 + 2) / 3)
    assert result.nobs == 3


def test_the_diagonal_is_not_used_and_the_input_not_changed():
    matrix = distances([0, 1, 3, 7])
    filled = matrix + 99.0 * np.eye(4)
    before = filled.copy()
    assert gz.pair_mean(filled, seed=1).native == pytest.approx(gz.pair_mean(matrix, seed=1).native)
    pd.testing.assert_frame_equal(filled, before)


def test_draws_leave_out_pairs_of_one_unit_as_a_plain_loop_does(guizhou):
    # The loop draws units by name and averages over the pairs of unlike names.
    result = gz.pair_mean(guizhou, draws=300, seed=7)
    rng, K = np.random.default_rng(8), guizhou.to_numpy()
    means = []
    for _ in range(300):
        drawn = rng.integers(0, len(K), len(K))
        unlike = drawn[:, None] != drawn[None, :]
        means.append(K[np.ix_(drawn, drawn)][unlike].mean())
    assert np.mean(means) == pytest.approx(result.native.mean(), rel=0.02)
    assert np.std(means) == pytest.approx(result.std_error, rel=0.2)


def test_equal_distances_give_no_spread_so_copies_do_not_count_as_zero():
    # With copies at distance zero every draw of six units would lie below one.
    matrix = pd.DataFrame(1 - np.eye(6), index=list("abcdef"), columns=list("abcdef"))
    assert gz.pair_mean(matrix, draws=200).native == pytest.approx(np.ones(200))


def test_standard_error_is_near_the_jackknife_of_a_u_statistic(guizhou):
    # Arvesen 1969, Annals of Mathematical Statistics 40, 2076-2100: the jackknife of a U-statistic.
    K = guizhou.to_numpy()
    n = len(K)
    total = K.sum()
    without = (total - 2 * K.sum(axis=1)) / ((n - 1) * (n - 2))
    jackknife = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    assert gz.pair_mean(guizhou).std_error == pytest.approx(jackknife, rel=0.1)


def test_same_seed_same_draws_another_seed_others(guizhou):
    first, again, other = (gz.pair_mean(guizhou, draws=99, seed=s).native for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_table_and_display(guizhou):
    result = gz.pair_mean(guizhou)
    row = result.table().iloc[0]
    assert row.conf_low < row.estimate < row.conf_high
    assert np.isnan([row.statistic, row.p_value]).all()
    wide = result.table(0.99).iloc[0]
    assert wide.conf_low < row.conf_low < row.conf_high < wide.conf_high
    assert "3,828 pairs of 88 units" in repr(result)
    assert "copies" in result._repr_html_()


def test_draws_of_a_single_unit_are_counted():
    result = gz.pair_mean(distances([0, 1, 3]), draws=2_000)
    # Three equal draws of three: chance 1/9.
    assert 2_000 - result.draws == pytest.approx(222, abs=60)
    assert "of a single unit left out" in " ".join(result.notes)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=8), st.floats(0.5, 3))
def test_scaling_scales_all(points, factor):
    matrix = distances(points)
    one = gz.pair_mean(matrix, draws=60).native
    assert gz.pair_mean(factor * matrix, draws=60).native == pytest.approx(factor * one, abs=1e-6)


def test_a_difference_of_matrices_may_be_negative():
    result = gz.pair_mean(distances([0, 1, 2, 3]) - distances([0, 2, 4, 6]))
    assert result.estimate < 0


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        (distances([0, 1]), "It takes 3 units or more, not 2"),
        (distances([0, 1, 2], ["榕江县", "榕江县", "Ａ"]), "'榕江县' in more than one row"),
        (distances([0, 1, 2]).iloc[:2], "same units in the same order"),
        (distances([0, 1, 2]).iloc[::-1], "same units in the same order"),
        (distances([0, 1, np.nan], ["a", "b", "Ａ"]), "nan for 'a' and 'Ａ'"),
        (distances([0, 1, 2], ["a", "b", "c"]).replace(2.0, np.inf), "inf for 'a' and 'c'"),
        (distances([0, 1, 2]).astype(str), "holds no numbers"),
        (distances([0, 1, 2]) + np.eye(3, k=-1), "not symmetric: 'u0' and 'u1'"),
    ],
)
def test_bad_input(matrix, says):
    with pytest.raises(gz.InputError, match=says):
        gz.pair_mean(matrix)
