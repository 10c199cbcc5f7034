"""Tests by resampling reject what is true as often as they say, where usual tests do not."""

import pytest

from gzcounty.simulation import resampling
from gzcounty.simulation.study import study

from .conftest import row

pytestmark = pytest.mark.simulation


def assert_size(table, *terms):
    """A test at 5 % rejects in 3 to 7 % of samples."""
    for term in terms:
        assert row(table, term).draws >= 500
        assert 0.03 <= row(table, term).rejected <= 0.07, table.to_string()


def test_wild_bootstrap_holds_with_twelve_clusters_where_the_t_test_does_not():
    table = study(resampling.few_clusters, 1000, seed=21, n_jobs=-1)
    assert_size(table, "wild: inside")
    wild, clustered = row(table, "wild: inside"), row(table, "CR1: inside")
    # The interval is the test turned over, so it covers as often as the test does not reject.
    assert wild.coverage == pytest.approx(1 - wild.rejected, abs=0.005)
    assert 0.93 <= wild.coverage <= 0.97
    assert abs(wild.bias) <= 3 * wild.bias_error
    assert clustered.rejected > 0.09


def test_randomisation_test_holds_whatever_the_errors():
    table = study(resampling.shuffled, 1000, seed=22, n_jobs=-1)
    assert_size(table, "randomisation")
    assert row(table, "HC1").rejected > 0.08


def test_joint_test_of_a_specification_curve():
    table = study(resampling.every_way_to_ask, 1000, seed=23, n_jobs=-1)
    assert_size(table, "median estimate", "share significant in one direction")
    # So many curves have all their estimates on one side that ties make this one cautious.
    assert row(table, "share with the dominant sign").rejected <= 0.07
    # Whoever reports the best of 32 specifications finds something in one sample of three.
    assert row(table, "best specification").rejected > 0.25


def test_synthetic_control_ranked_among_its_placebos():
    table = study(resampling.twin, 500, seed=24, n_jobs=-1, effect=0.0)
    gap = row(table, "average gap from 2020")
    assert_size(table, "average gap from 2020", "rank of RMSPE")
    assert 0.93 <= gap.coverage <= 0.97
    assert abs(gap.bias) <= 3 * gap.bias_error


def test_synthetic_control_with_an_effect():
    table = study(resampling.twin, 500, seed=25, n_jobs=-1, effect=0.2)
    gap = row(table, "average gap from 2020")
    assert 0.93 <= gap.coverage <= 0.97
    assert abs(gap.bias) <= 3 * gap.bias_error
    assert gap.rejected > 0.3
