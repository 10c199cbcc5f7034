"""Relatedness of industries and its density."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import gzcounty as gz
from gzcounty.errors import InputError

# Beside a whole with equal shares, 1 marks a quotient of at least one:
#        a  b  c
# north  1  1  0
# south  1  0  1
# west   0  1  0
JOBS = pd.DataFrame(
    {"a": [50, 50, 5], "b": [45, 5, 90], "c": [5, 45, 5]}, index=["north", "south", "west"]
)
EQUAL = pd.Series({"a": 1, "b": 1, "c": 1})


def test_the_example_is_as_drawn():
    special = gz.location_quotient(JOBS, EQUAL) >= 1
    assert special.to_numpy().astype(int).tolist() == [[1, 1, 0], [1, 0, 1], [0, 1, 0]]


def test_proximity_by_hand():
    phi = gz.relatedness(JOBS, EQUAL)
    # a: north, south. b: north, west. c: south. Together: a and b in north, a and c in south.
    expected = [[1, 1 / 2, 1 / 2], [1 / 2, 1, 0], [1 / 2, 0, 1]]
    np.testing.assert_allclose(phi, expected)
    density = gz.relatedness_density(JOBS, reference=EQUAL)
    # North has a and b. For a, of b and c (1/2 each) it has b: 1/2. For b, of a and c it has a: 1.
    np.testing.assert_allclose(density.loc["north"], [1 / 2, 1, 1])
    np.testing.assert_allclose(density.loc["west"], [1 / 2, 0, 0])


def test_proximity_from_elsewhere_in_another_order():
    phi = gz.relatedness(JOBS, EQUAL)
    computed = gz.relatedness_density(JOBS, reference=EQUAL)
    data = gz.relatedness_density(JOBS, phi.loc[["c", "a", "b"], ["b", "c", "a"]], EQUAL)
    pd.testing.assert_frame_equal(computed, data)


def test_an_industry_that_nobody_specialises_in():
    nation = pd.Series({"a": 30, "b": 30, "c": 300})
    phi = gz.relatedness(JOBS, nation)
    assert phi["c"].isna().all()
    assert phi.loc["a", "b"] == pytest.approx(1 / 2)
    assert phi.attrs["notes"] == ["No unit specialises in 'c': proximities missing."]
    density = gz.relatedness_density(JOBS, phi, nation)
    assert density["c"].isna().all()
    assert density["a"].notna().all()


@given(arrays(float, st.tuples(st.integers(2, 10), st.integers(2, 6)), elements=st.integers(1, 99)))
@settings(max_examples=60, deadline=None)
def test_bounds_and_symmetry(values):
    jobs = pd.DataFrame(values)
    phi = gz.relatedness(jobs).to_numpy()
    np.testing.assert_array_equal(phi, phi.T)
    np.testing.assert_array_equal(np.diagonal(phi), 1)
    assert ((phi >= 0) & (phi <= 1)).all()
    density = gz.relatedness_density(jobs).to_numpy()
    valid = density[~np.isnan(density)]
    assert ((valid >= 0) & (valid <= 1 + 1e-12)).all()


def test_equal_shares_are_quotients_of_one_despite_rounding():
    jobs = pd.DataFrame({"a": [0.1, 0.3, 0.7], "b": [0.2, 0.6, 1.4], "c": [0.3, 0.9, 2.1]})
    assert (gz.relatedness(jobs) == 1).all(axis=None)


def test_sections_of_the_census():
    census = gz.load_industry_employment().query("year == 2020")
    names = ("adcode", "section", "employed")
    phi = gz.relatedness(census, columns=names)
    special = gz.location_quotient(census, columns=names) >= 1
    both = (special["G"] & special["I"]).sum()
    assert phi.loc["G", "I"] == both / max(special["G"].sum(), special["I"].sum())


PHI = gz.relatedness(JOBS, EQUAL)


@pytest.mark.parametrize(
    ("jobs", "proximity", "message"),
    [
        (JOBS.iloc[:1], None, "at least two units and two industries, not 1 unit and 3 industries"),
        (JOBS[["a"]], None, "3 units and 1 industry"),
        (JOBS, PHI[["a", "b"]], "proximity lacks 1 column: 'c'"),
        (JOBS, PHI.rename(index={"c": "ｃ"}), "proximity names 'ｃ'"),
        (JOBS, PHI * 2, "proximity is above 1"),
        (JOBS, PHI * np.array([[1, 0.1, 1], [1, 1, 1], [1, 1, 1]]), "proximity must be symmetric"),
    ],
)
def test_bad_input_is_refused(jobs, proximity, message):
    with pytest.raises(InputError, match=message):
        gz.relatedness_density(jobs, proximity)
