"""Staggered adoption against a known truth, and what breaks it."""

import pytest

from gzcounty.simulation import staggered
from gzcounty.simulation.study import study

from .conftest import assert_recovers, row

pytestmark = pytest.mark.simulation

EFFECTS = ["simple", *(f"event time {e}" for e in range(4))]


@pytest.mark.parametrize("control", ["never", "not_yet"])
def test_group_time_effects_hold_where_effects_vary_and_two_way_effects_do_not(control):
    table = study(
        staggered.programme, 1000, seed=11, n_jobs=-1, control=control, **staggered.VARYING
    )
    assert_recovers(table, EFFECTS)
    naive = row(table, "two-way fixed effects")
    # It misses more than a quarter of the average gain, in nearly every sample.
    assert naive.bias < -0.25 * naive.truth
    assert naive.coverage < 0.25
    # Four restrictions and a normal approximation.
    assert 0.03 < row(table, "pre_test").rejected < 0.09


def test_two_way_effects_hold_where_the_effect_is_one():
    table = study(staggered.programme, 1000, seed=12, n_jobs=-1)
    assert_recovers(table, [*EFFECTS, "two-way fixed effects"])


def test_imputation_where_effects_vary():
    table = study(
        staggered.programme, 1000, seed=13, n_jobs=-1, method="imputation", **staggered.VARYING
    )
    assert_recovers(table, EFFECTS)


def test_a_steeper_path_is_taken_for_an_effect_and_the_pre_test_sees_it_if_it_is_steep():
    gentle, steep = (
        study(staggered.programme, 500, seed=14, n_jobs=-1, pre_trend=pre_trend)
        for pre_trend in (0.01, 0.03)
    )
    for table, pre_trend in ((gentle, 0.01), (steep, 0.03)):
        found = row(table, "simple")
        expected = staggered.bias_of_trend(pre_trend)
        assert abs(found.bias - expected) <= 3 * found.bias_error
    assert row(gentle, "simple").coverage < 0.65
    # Power: a path that adds 0.02 to the effect is seen in a quarter of samples only.
    assert 0.15 < row(gentle, "pre_test").rejected < 0.35
    assert row(steep, "pre_test").rejected > 0.95


def test_spillovers_bias_towards_zero():
    table = study(staggered.programme, 500, seed=15, n_jobs=-1, spillover=0.05)
    for term in (*EFFECTS, "two-way fixed effects"):
        found = row(table, term)
        assert 0.2 * found.truth < found.mean_estimate < 0.7 * found.truth
    assert row(table, "simple").coverage < 0.7
    # Nothing shows before entry: the test of parallel paths cannot see it.
    assert row(table, "pre_test").rejected < 0.10


def test_selection_on_lasting_income_does_no_harm_but_on_passing_shocks_it_does():
    lasting = study(staggered.programme, 1000, seed=17, n_jobs=-1, selection=1.0, noise=0.02)
    assert_recovers(lasting, EFFECTS)
    # Shocks of 0.3 that fade: who enters in 2016 was low by chance in 2014 and recovers anyway.
    shocks = {"noise": 0.3, "autocorrelation": 0.8, "selection": 1.0}
    passing = study(staggered.programme, 500, seed=16, n_jobs=-1, **shocks)
    found = row(passing, "simple")
    assert found.bias > 10 * found.bias_error
    assert found.coverage < 0.9
