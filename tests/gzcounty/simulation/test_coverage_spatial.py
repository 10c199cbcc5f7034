"""Spatial regressions against a known truth."""

import pytest

from gzcounty.simulation import spatial
from gzcounty.simulation.study import study

from .conftest import assert_recovers, row

pytestmark = pytest.mark.simulation


def test_spatial_lag_and_its_total_impact():
    pytest.importorskip("spreg")
    table = study(spatial.spatial_lag, 600, seed=31, n_jobs=-1)
    assert_recovers(table, ["x", "rho", "x: total"])
    # Least squares takes what comes back from neighbours for a county's own effect, and sees only
    # half of the total.
    alone = row(table, "least squares: x")
    assert alone.bias > 0.05
    assert alone.coverage < 0.8
    assert alone.mean_estimate < 0.6 * row(table, "x: total").truth
