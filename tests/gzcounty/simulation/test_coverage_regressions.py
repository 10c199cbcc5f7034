"""Least squares and fixed effects against a known truth.

Each test repeats an estimate on many SIMULATED samples. The seeds are fixed, so a test passes or
fails for good.
"""

import pytest

from gzcounty.simulation import cross_section, fixed_effects
from gzcounty.simulation.study import study

from .conftest import assert_recovers, row

pytestmark = pytest.mark.simulation


def test_hc3_covers_where_the_classical_error_does_not():
    table = study(cross_section.ols_robust, 1000, seed=1, n_jobs=-1)
    assert_recovers(table, ["HC3: x"])
    assert row(table, "classical: x").coverage < 0.92


def test_long_differences():
    table = study(cross_section.change_on_exposure, 1000, seed=2, n_jobs=-1)
    assert_recovers(table)


def test_selection_on_income_ruins_the_comparison_of_one_year_but_not_of_changes():
    table = study(cross_section.naive_comparison, 600, seed=3, n_jobs=-1, selection=1.0)
    naive = row(table, "last year: inside")
    # By the formula in the docstring of simulate_panel: 0.272 in large samples.
    assert naive.bias == pytest.approx(-0.27, abs=0.02)
    assert naive.coverage < 0.01
    assert_recovers(table, ["change: ever"])


def test_without_selection_the_comparison_of_one_year_holds():
    table = study(cross_section.naive_comparison, 600, seed=4, n_jobs=-1, selection=0.0)
    assert_recovers(table, ["last year: inside"])


def test_two_way_effects_clustered_by_county():
    table = study(fixed_effects.two_way_effects, 1000, seed=5, n_jobs=-1)
    assert_recovers(table, ["clustered: inside", "clustered: exposure_after"])
    # Errors that take lasting shocks for fresh ones are far too small.
    assert row(table, "classical: inside").coverage < 0.85
    assert row(table, "classical: exposure_after").coverage < 0.80


def test_event_study_and_its_test_of_parallel_paths():
    table = study(fixed_effects.exposure_path, 1000, seed=6, n_jobs=-1)
    assert_recovers(table, [term for term in table.term if term != "pre_test"])
    # Four restrictions and 88 clusters: CR1 rejects somewhat more often than in one of twenty.
    assert 0.03 < row(table, "pre_test").rejected < 0.09


def test_beta_convergence():
    table = study(cross_section.catching_up, 1000, seed=7, n_jobs=-1)
    assert_recovers(table)


def test_error_in_the_first_year_passes_for_convergence():
    table = study(cross_section.catching_up, 500, seed=8, n_jobs=-1, misread=0.15)
    assert row(table, "speed").mean_estimate > 2 * row(table, "speed").truth
    assert row(table, "speed").coverage < 0.2
