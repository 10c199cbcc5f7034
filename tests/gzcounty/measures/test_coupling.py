"""Coupling coordination; its published numbers are in gzbook.published.measures."""

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
        (table([0.5, 0.5]), {"s0": -1, "s1": 2}, "weights is below 0"),
    ],
)
def test_bad_input_is_refused(U, weights, message):
    with pytest.raises(InputError, match=message):
        gz.coupling_coordination(U, weights)
