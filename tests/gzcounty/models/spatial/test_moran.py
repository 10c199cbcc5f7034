"""Moran's I against esda, brute force, and its own promises."""

import subprocess
import sys
from itertools import permutations as every_order

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.errors import InputError
from gzcounty.models.spatial import as_weights, morans_i, neighbour_weights

from .shared import grid, simulated


@pytest.fixture
def y() -> pd.Series:
    return simulated(grid(6))["y"]


@pytest.mark.parametrize("standardise", ["row", "none", "spectral"])
def test_esda_agrees(y, standardise):
    from esda import Moran

    W = grid(6, standardise=standardise)
    theirs = Moran(y.to_numpy(), W.native(), transformation="O", permutations=0)
    ours = morans_i(y, W)
    pairs = [
        (ours.I, theirs.I),
        (ours.expectation, theirs.EI),
        (ours.variance_normality, theirs.VI_norm),
        (ours.variance_randomisation, theirs.VI_rand),
        (ours.z_normality, theirs.z_norm),
        (ours.z_randomisation, theirs.z_rand),
        (ours.p_normality, theirs.p_norm),
        (ours.p_randomisation, theirs.p_rand),
    ]
    for our, their in pairs:
        assert our == pytest.approx(their, rel=1e-10)


def test_every_permutation_of_five_values_has_the_moments_of_randomisation():
    """The analytic moments are exact over all 120 orders (Cliff and Ord 1981)."""
    W = grid(1, 5)
    values = np.array([1.0, 5.0, 2.0, 2.5, 9.0])
    all_i = [
        morans_i(pd.Series(order, index=W.ids), W, permutations=1).I
        for order in every_order(values)
    ]
    result = morans_i(pd.Series(values, index=W.ids), W, permutations=20_000)
    assert np.mean(all_i) == pytest.approx(result.expectation)
    assert np.var(all_i) == pytest.approx(result.variance_randomisation)
    # Simulated ones come near: four standard errors of a mean and of a variance.
    assert abs(result.simulated.mean() - np.mean(all_i)) < 4 * np.std(all_i) / 20_000**0.5
    assert result.simulated.var() == pytest.approx(np.var(all_i), rel=0.05)
    assert set(np.round(result.simulated, 9)) == set(np.round(all_i, 9))


def test_permutation_p_counts_both_tails_and_the_observed(y):
    result = morans_i(y, grid(6), permutations=199)
    above = (result.simulated >= result.I).sum()
    assert result.p_permutation == pytest.approx(min(1, 2 * (1 + above) / 200))
    greater = morans_i(y, grid(6), permutations=199, alternative="greater")
    assert greater.p_permutation == pytest.approx((1 + above) / 200)
    less = morans_i(y, grid(6), permutations=199, alternative="less")
    assert less.p_permutation == pytest.approx((1 + 199 - above) / 200)
    assert greater.p_normality + less.p_normality == pytest.approx(1)
    assert result.p_normality == pytest.approx(2 * greater.p_normality)


def test_a_tie_in_every_permutation_counts_as_extreme():
    """On a complete graph I is -1/(n-1) whatever the order, but for rounding."""
    ids = list("abcdefg")
    pairs = pd.DataFrame(
        [(a, b) for a in ids for b in ids if a < b], columns=["adcode_i", "adcode_j"]
    )
    values = pd.Series([0.1, 0.7, 0.2, 1.9, 3.3, 0.31, 5.7], index=ids)
    result = morans_i(values, neighbour_weights(pairs))
    assert pytest.approx(-1 / 6) == result.I
    assert result.p_permutation == 1


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-100, 100), scale=st.floats(0.01, 1000))
def test_order_and_units_change_nothing(seed, shift, scale):
    W = grid(4)
    rng = np.random.default_rng(seed)
    y = pd.Series(rng.normal(size=16), index=W.ids)
    other = (shift + scale * y).sample(frac=1, random_state=seed)
    one, two = morans_i(y, W, permutations=1), morans_i(other, W, permutations=1)
    assert pytest.approx(one.I, abs=1e-8) == two.I
    assert two.variance_randomisation == pytest.approx(one.variance_randomisation, rel=1e-7)


@pytest.mark.slow  # starts processes
def test_the_seed_alone_decides(y):
    W = grid(6)
    one = morans_i(y, W, permutations=3000, seed=4, n_jobs=1)
    two = morans_i(y, W, permutations=3000, seed=4, n_jobs=2)
    assert (one.simulated == two.simulated).all()
    assert (one.simulated != morans_i(y, W, permutations=3000, seed=5).simulated).any()


def test_many_pieces_add_up(y, monkeypatch):
    monkeypatch.setattr("gzcounty.models.spatial.moran.PIECE", 500)
    result = morans_i(y, grid(6), permutations=101)
    assert len(result.simulated) == 101
    assert len(np.unique(result.simulated)) > 90  # pieces draw from streams of their own


def test_missing_values_leave_units_out_of_the_weights_too(y):
    holed = y.copy()
    holed["02-02"] = np.nan
    result = morans_i(holed, grid(6))
    rest = y.drop("02-02")
    assert result.nobs == 35
    assert pytest.approx(morans_i(rest, grid(6).subset(rest.index)).I) == result.I
    assert result.notes[0] == "Left out 1 of 36 units for missing values of y."
    assert result.notes[1] == (
        "Weights without 1 unit and 8 links of missing values; the rows left sum to one again."
    )


def test_missing_values_that_strand_a_unit_are_refused(y):
    y[["00-01", "01-00"]] = np.nan
    with pytest.raises(InputError, match="'00-00' would have no neighbour"):
        morans_i(y, grid(6))


def test_islands_count_but_add_nothing():
    from esda import Moran

    pairs = pd.DataFrame({"adcode_i": list("abc"), "adcode_j": list("bcd")})
    W = neighbour_weights(pairs, ids="abcde", islands="keep")
    y = pd.Series([1.0, 2.0, 4.0, 3.0, 9.0], index=list("abcde"))
    result = morans_i(y, W)
    assert pytest.approx(Moran(y.to_numpy(), W.native(), permutations=0).I) == result.I
    assert "island kept" in result.notes[0]


def test_table_and_display(y):
    result = morans_i(y, grid(6))
    table = result.table()
    assert table.term.to_list() == [
        "Moran's I (normality)",
        "Moran's I (randomisation)",
        "Moran's I (permutation)",
    ]
    assert (table.estimate == result.I).all()
    assert table.p_value.to_list() == [
        result.p_normality,
        result.p_randomisation,
        result.p_permutation,
    ]
    assert table.columns.to_list() == ["term", "estimate", "std_error", "statistic", "p_value"]
    assert "36 units" in repr(result)
    assert "<table" in result._repr_html_()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y: y * 0, "same value in every unit"),
        (lambda y: y.astype(str), "where numbers are needed"),
        (lambda y: y.replace(y.iloc[0], np.inf), "infinite"),
        (lambda y: y * np.nan, "known for 0 units"),
        (lambda y: y.rename({"00-00": "００-00"}), "It has '00-00', which differs in the width"),
        (lambda y: y.drop("00-00"), "1 unit of W not in the index of 'y': '00-00'"),
        (lambda y: pd.concat([y, y.iloc[:1]]), "'00-00' stands more than once"),
    ],
)
def test_bad_variables_are_refused(y, change, message):
    with pytest.raises(InputError, match=message):
        morans_i(change(y), grid(6))


def test_weights_may_come_from_elsewhere(y):
    W = grid(6)
    assert pytest.approx(morans_i(y, W).I) == morans_i(y, W.native()).I
    assert as_weights(W) is W


def test_no_library_of_pysal_is_imported():
    code = (
        "import sys, pandas as pd\n"
        "from gzcounty.models.spatial import local_moran, morans_i, neighbour_weights\n"
        "pairs = pd.DataFrame({'adcode_i': list('abcd'), 'adcode_j': list('bcde')})\n"
        "y = pd.Series([1.0, 2, 4, 3, 6], index=list('abcde'))\n"
        "morans_i(y, neighbour_weights(pairs)), local_moran(y, neighbour_weights(pairs))\n"
        "print(*{'libpysal', 'esda', 'spreg', 'geopandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")
