"""Two-way fixed effects, beside linearmodels, on simulated panels of several sizes."""

from __future__ import annotations

import numpy as np
import pandas as pd

import gzcounty as gz
from benchmarks.measure import seconds, table

FORMULA = "y ~ x1 + x2 + x3"


def simulated(counties: int, years: int, seed: int = 1) -> pd.DataFrame:
    """Draw a SIMULATED panel with county and year effects and three regressors."""
    rng = np.random.default_rng(seed)
    county, year = (a.ravel() for a in np.mgrid[:counties, :years])
    frame = pd.DataFrame(rng.standard_normal((county.size, 3)), columns=["x1", "x2", "x3"])
    effects = rng.standard_normal(counties)[county] + rng.standard_normal(years)[year]
    frame["y"] = frame.sum(axis=1) + effects + rng.standard_normal(county.size)
    return frame.assign(county=county, year=year)


def run() -> None:
    """Print the table; both must agree, or the comparison means nothing."""
    from linearmodels import PanelOLS

    rows = []
    for counties, years in ((88, 10), (500, 10), (2800, 20)):
        data = simulated(counties, years)
        indexed = data.set_index(["county", "year"])

        def ours(data: pd.DataFrame = data) -> pd.Series:
            fit = gz.panel_ols(FORMULA, data, entity="county", time="year", cluster="county")
            return fit.table().set_index("term").estimate

        def theirs(indexed: pd.DataFrame = indexed) -> pd.Series:
            model = PanelOLS(
                indexed.y, indexed[["x1", "x2", "x3"]], entity_effects=True, time_effects=True
            )
            return model.fit(cov_type="clustered", cluster_entity=True).params

        difference = float((ours() - theirs()).abs().max())
        a, b = seconds(ours), seconds(theirs)
        rows.append((f"{counties:,} x {years}", 1e3 * a, 1e3 * b, f"{b / a:.1f}", difference))
    head = ("panel", "gz.panel_ols, ms", "linearmodels, ms", "times faster", "largest difference")
    table("Two-way fixed effects, 3 regressors, clustered by county (SIMULATED data)", head, rows)
