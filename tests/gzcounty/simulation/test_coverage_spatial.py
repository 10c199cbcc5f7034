"""Spatial regressions against a known truth."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from gzcounty.models.ols import ols
from gzcounty.models.spatial import neighbour_weights, spatial_model
from gzcounty.models.spatial.weights import SpatialWeights
from gzcounty.simulation import neighbour_pairs, simulate_panel

from .simulation_study import Finding, assert_recovers, findings, row, study

pytestmark = pytest.mark.simulation


@cache
def neighbourhood(n: int, rho: float) -> tuple[SpatialWeights, np.ndarray]:
    """Return the neighbours on a square grid, and what a shock comes to after all its echoes."""
    grid = simulate_panel(n, range(2014, 2016), cohorts=[], layout="grid", seed=1)
    W = neighbour_weights(neighbour_pairs(grid), i="county", j="neighbour")
    return W, np.linalg.inv(np.eye(n) - rho * W.matrix.toarray())


def spatial_lag(
    rng: np.random.Generator, n: int = 169, rho: float = 0.5, draws: int = 400
) -> list[Finding]:
    """Spatial lag model ``y = rho W y + 1 + x + 0.5 e`` on a square grid.

    A change of x by one in every county changes y by ``1 / (1 - rho)``, the total impact. Least
    squares without the lag also counts what comes back from neighbours as the effect of a county's
    own x.

    Parameters
    ----------
    draws : int
        Of the coefficients, from which the intervals of the impacts come.
    """
    W, passed_on = neighbourhood(n, rho)
    x = rng.standard_normal(n)
    y = passed_on @ (1 + x + 0.5 * rng.standard_normal(n))
    data = pd.DataFrame({"county": W.ids, "x": x, "y": y})
    fit = spatial_model("y ~ x", data, W, id="county")
    impacts = fit.impacts(draws=draws, seed=int(rng.integers(2**31)))
    return [
        *findings(fit, {"x": 1.0, "rho": rho}),
        *findings(impacts, {"x: total": 1 / (1 - rho)}),
        *findings(ols("y ~ x", data), {"x": 1.0}, "least squares: "),
    ]


def test_spatial_lag_and_its_total_impact():
    pytest.importorskip("spreg")
    table = study(spatial_lag, 500, seed=31)
    assert_recovers(table, ["x", "rho", "x: total"])
    # Least squares takes what comes back from neighbours for a county's own effect, and sees only
    # half of the total.
    alone = row(table, "least squares: x")
    assert alone.bias > 0.05
    assert alone.coverage < 0.8
    assert alone.mean_estimate < 0.6 * row(table, "x: total").truth
