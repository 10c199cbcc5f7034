"""Weights, indices, obstacles and coupling; published ones are in gzbook.published.measures."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import gzcounty as gz
from gzcounty.errors import InputError
from gzcounty.measures.indices import LEVELS


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


RAW = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 4.0, 4.0]}, index=["u", "v", "榕江县"])


@pytest.mark.parametrize(
    ("change", "directions", "shift", "message"),
    [
        ({}, 1, 0.0, "Indicator 'b' has the same value in every unit"),
        ({}, None, 0.0, "Indicator 'b' has the same value in every unit"),
        ({"a": 1.0}, 1, 0.0, "Indicators 'a' and 'b' have the same value"),
        ({"b": [1.0, -2.0, 0]}, None, 0.0, "below 0 in column 'b', row 'v'; .*give directions"),
        ({"b": [1.0, np.nan, 0]}, 1, 0.0, "row 'v'; every value must be a finite number; no row"),
        ({"b": ["x", "y", "z"]}, 1, 0.0, "holds str values"),
        ({"b": [True, False, True]}, 1, 0.0, "'b' of X holds bool values such as 'True'"),
        ({"b": [1j, 2, 3]}, 1, 0.0, "holds complex128 values"),
        ({"b": pd.array([1, 2, None], "Int64")}, 1, 0.0, "missing in column 'b', row '榕江县'"),
        ({"b": [np.inf, -np.inf, 1]}, 1, 0.0, r"infinite in .* row 'u' \(and 1 more value in X"),
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
def test_indicators_that_cannot_be_weighted_are_refused(change, directions, shift, message):
    with pytest.raises(InputError, match=message):
        gz.entropy_weights(RAW.assign(**change), directions, shift)


@pytest.mark.parametrize("directions", [None, 1])
def test_one_unit_is_refused(directions):
    with pytest.raises(InputError, match="at least two rows"):
        gz.entropy_weights(RAW.iloc[:1], directions)


def test_numbers_of_any_kind_are_read():
    kinds = {"n": pd.array([1, 2, 4], dtype="Int64"), "f": np.float32([0.5, 1.5, 1.0])}
    same = {"n": [1.0, 2.0, 4.0], "f": [0.5, 1.5, 1.0]}
    weights = gz.entropy_weights(pd.DataFrame(kinds))
    pd.testing.assert_series_equal(weights, gz.entropy_weights(pd.DataFrame(same)))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (RAW.iloc[:0], "X has 0 rows and 2 columns"),
        (RAW[[]], "X has 3 rows and 0 columns"),
        (RAW[["a", "a"]], "X has more than one column called 'a'"),
    ],
)
def test_tables_that_are_none_are_refused(frame, message):
    with pytest.raises(InputError, match=message):
        gz.entropy_weights(frame)


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


@pytest.mark.parametrize("measure", [gz.composite_index, gz.obstacle_degree])
@pytest.mark.parametrize(
    ("frame", "weights", "message"),
    [
        (X * 100, None, "above 1 in column 'b', row 'u' .*from 0 to 1; give directions to rescale"),
        (-X, None, "below 0"),
        (X.where(X > 0), None, "missing in column 'a', row 'u'"),
        (X, {"a": 1, "ａ": 1}, "weights names 'ａ'; the columns are 'a' and 'b'"),
        (X, {"a": 1}, "weights lacks 1 column: 'b'"),
        (X, {"a": -1, "b": 2}, "weights is below 0 .*row 'a'; every .* at least 0\\.$"),
        (X, {"a": np.nan, "b": 1}, "must be a finite number, not nan"),
        (X, {"a": "1", "b": "2"}, "must be a finite number, not '1'"),
        (X, pd.Series([1, np.nan], ["a", "b"]), "weights is missing .*row 'b'"),
        (X, pd.Series([1, 2, 3], ["a", "b", "b"]), "weights names 'b' twice"),
        (X, {"a": 0, "b": 0}, "All weights are zero"),
    ],
)
def test_shares_and_weights_that_do_not_fit_are_refused(measure, frame, weights, message):
    with pytest.raises(InputError, match=message):
        measure(frame, weights)


SHORT = pd.DataFrame({"a": [0.2, 1.0], "b": [0.6, 1.0]}, index=["u", "best"])


def test_shares_and_shortfalls_by_hand():
    shares = gz.obstacle_degree(SHORT, {"a": 1, "b": 3})
    # Shortfalls 0.25 * 0.8 and 0.75 * 0.4.
    assert shares.loc["u"].to_dict() == pytest.approx({"a": 0.4, "b": 0.6})
    plain = gz.obstacle_degree(SHORT, {"a": 1, "b": 3}, share=False)
    assert plain.loc["u"].to_dict() == pytest.approx({"a": 0.2, "b": 0.3})
    assert plain.loc["best"].to_list() == [0, 0]


def test_a_unit_without_shortfall_has_no_shares_and_the_notes_say_so():
    shares = gz.obstacle_degree(SHORT)
    assert shares.loc["best"].isna().all()
    assert shares.attrs["notes"][1] == "1 unit without any shortfall: no shares."
    assert len(gz.obstacle_degree(SHORT.iloc[:1]).attrs["notes"]) == 1


def test_shares_sum_to_one_and_shortfalls_to_one_less_the_index():
    census = gz.load_census().query("year == 2020").set_index("adcode")
    raw = census[["schooling_years", "urban_share", "farm_share"]]
    weights = gz.entropy_weights(raw, [1, 1, -1])
    shares = gz.obstacle_degree(raw, weights, [1, 1, -1])
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    plain = gz.obstacle_degree(raw, weights, [1, 1, -1], share=False)
    index = gz.composite_index(raw, weights, [1, 1, -1])
    np.testing.assert_allclose(plain.sum(axis=1), 1 - index)


def table(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[f"s{j}" for j in range(len(rows[0]))], dtype=float)


def test_two_subsystems_by_hand():
    ours = gz.coupling_coordination(table([0.2, 0.8]), {"s0": 0.25, "s1": 0.75})
    assert ours.coupling[0] == pytest.approx(2 * np.sqrt(0.16) / 1.0)
    assert ours.development[0] == pytest.approx(0.65)
    assert ours.coordination[0] == pytest.approx(np.sqrt(0.8 * 0.65))
    corrected = gz.coupling_coordination(table([0.2, 0.8]), corrected=True)
    assert corrected.coupling[0] == pytest.approx(np.sqrt(0.4 * 0.25))


def test_corrected_coupling_against_its_formula_term_by_term():
    rows = np.random.default_rng(3).uniform(size=(20, 4))
    ours = gz.coupling_coordination(table(*rows), corrected=True).coupling
    for row, value in zip(rows, ours, strict=True):
        gaps = sum(np.sqrt((a - b) ** 2) for a, b in itertools.combinations(row, 2))
        product = np.prod(row / row.max())
        assert value == pytest.approx(np.sqrt((1 - gaps / 6) * product ** (1 / 3)))


def test_the_printed_formula_divides_every_subsystem_by_the_maximum():
    # Wang et al. (2021), table 8: Tianjin 2008 has C 0.9935 and corrected C 0.8660. Read with the
    # product divided by the maximum once, corrected C could not exceed 0.80 there.
    root = (1 - np.sqrt(1 - 0.9935**2)) / 0.9935
    larger = np.linspace(0.001, 1, 2000)
    U = pd.DataFrame({"a": larger, "b": larger * root**2})
    assert gz.coupling_coordination(U, corrected=True).coupling.max() > 0.8660
    once = np.sqrt((1 - (U.a - U.b)) * U.a * U.b / U.a)
    assert once.max() < 0.80


@pytest.mark.parametrize("corrected", [False, True])
def test_equal_subsystems_are_coupled_however_low(corrected):
    ours = gz.coupling_coordination(table([0.01] * 3, [1.0] * 3), corrected=corrected)
    assert ours.coupling.to_list() == pytest.approx([1, 1])
    assert ours.coordination.to_list() == pytest.approx([0.1, 1])


@pytest.mark.parametrize("corrected", [False, True])
def test_units_with_all_subsystems_zero_have_no_coupling(corrected):
    ours = gz.coupling_coordination(table([0, 0], [0, 1]), corrected=corrected)
    assert np.isnan(ours.coupling[0])
    assert ours.coupling[1] == 0
    assert ours.coordination.to_list() == [0, 0]
    assert ours.attrs["notes"][1] == "1 unit with every subsystem zero: C undefined, D = 0."


def test_levels_are_ten_steps_in_order_in_two_languages():
    degrees = np.arange(0.05, 1, 0.1)
    ours = gz.coupling_coordination(table(*[[d**2, d**2] for d in degrees]))
    assert ours.level.to_list() == list(LEVELS)
    assert ours.level_zh.to_list() == list(LEVELS.values())
    assert ours.level.min() == "extreme imbalance"
    assert gz.coupling_coordination(table([1, 1])).level_zh[0] == "优质协调"


scores = arrays(
    float,
    st.tuples(st.integers(1, 8), st.integers(2, 6)),
    elements=st.floats(0, 1, allow_subnormal=False),
)


@given(scores, st.booleans())
@settings(max_examples=100, deadline=None)
def test_everything_lies_between_zero_and_one(values, corrected):
    U = pd.DataFrame(values, columns=[f"s{j}" for j in range(values.shape[1])])
    ours = gz.coupling_coordination(U, corrected=corrected)
    valid = ours.coupling.dropna()
    assert valid.between(0, 1).all()
    assert ours.coordination.between(0, 1).all()
    # The order of subsystems does not matter.
    again = gz.coupling_coordination(U.iloc[:, ::-1], corrected=corrected)
    np.testing.assert_allclose(again.coupling, ours.coupling, atol=1e-7)


@given(arrays(float, (5, 2), elements=st.floats(0.001, 1)))
@settings(max_examples=60, deadline=None)
def test_corrected_coupling_of_two_is_never_above_the_standard_one(values):
    # (1 - d) r <= r <= 4 r / (1 + r)^2 for the ratio r; with three or more it can be above.
    U = table(*values)
    standard = gz.coupling_coordination(U).coupling
    assert (gz.coupling_coordination(U, corrected=True).coupling <= standard + 1e-9).all()


@pytest.mark.parametrize(
    ("U", "weights", "message"),
    [
        (table([0.5]), None, "at least two subsystems; U has one column"),
        (table([0.5, 1.2]), None, "U is above 1 in column 's1', row '0'"),
        (table([0.5, -0.1]), None, "U is below 0 in column 's1'"),
        (table([0.5, np.nan]), None, "U is missing in column 's1'"),
        (table([0.5, 0.5]), {"s0": 1}, "weights lacks 1 column: 's1'"),
    ],
)
def test_subsystems_that_cannot_be_coupled_are_refused(U, weights, message):
    with pytest.raises(InputError, match=message):
        gz.coupling_coordination(U, weights)
