"""Two-way fixed effects, beside linearmodels and pyfixest, on SIMULATED panels of several sizes.

Goal for 2,800 counties x 20 years: at least ten times faster than linearmodels, and no slower than
pyfixest.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

import gzcounty as gz
from benchmarks.measure import begin, peak_memory, seconds, table

FORMULA = "y ~ x1 + x2 + x3"
SIZES = ((88, 10), (500, 10), (2800, 20))


def simulated(counties: int, years: int, seed: int = 1) -> pd.DataFrame:
    """Draw a SIMULATED panel with county and year effects and three regressors."""
    rng = np.random.default_rng(seed)
    county, year = (a.ravel() for a in np.mgrid[:counties, :years])
    frame = pd.DataFrame(rng.standard_normal((county.size, 3)), columns=["x1", "x2", "x3"])
    effects = rng.standard_normal(counties)[county] + rng.standard_normal(years)[year]
    frame["y"] = frame.sum(axis=1) + effects + rng.standard_normal(county.size)
    return frame.assign(county=county, year=year)


def ours(data: pd.DataFrame) -> pd.Series:
    """Estimates of this package by term."""
    fit = gz.panel_ols(FORMULA, data, entity="county", time="year", cluster="county")
    return fit.table().set_index("term").estimate


def linearmodels(data: pd.DataFrame) -> pd.Series:
    """Estimates of linearmodels by term."""
    from linearmodels import PanelOLS

    panel = data.set_index(["county", "year"])
    model = PanelOLS(panel.y, panel[["x1", "x2", "x3"]], entity_effects=True, time_effects=True)
    return model.fit(cov_type="clustered", cluster_entity=True).params


def pyfixest(data: pd.DataFrame) -> pd.Series:
    """Estimates of pyfixest by term."""
    import pyfixest as pf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it still calls pandas in a way that pandas gives up
        return pf.feols(f"{FORMULA} | county + year", data, vcov={"CRV1": "county"}).coef()


def run() -> None:
    """Print the tables; all must agree, or the comparison means nothing."""
    others = {"linearmodels": linearmodels, "pyfixest": pyfixest}
    head = ["panel", "gz.panel_ols, ms", *(f"{name}, ms" for name in others)]
    head += [f"times faster than {name}" for name in others] + ["largest difference"]
    title = "Two-way fixed effects, 3 regressors, clustered by county (SIMULATED data)"
    row = begin(title, head, (12,))
    for counties, years in SIZES:
        data = simulated(counties, years)
        base = ours(data)
        times = [
            seconds(lambda call=call, data=data: call(data)) for call in (ours, *others.values())
        ]
        apart = max(float((call(data) - base).abs().max()) for call in others.values())
        ratios = [f"{time / times[0]:.1f}" for time in times[1:]]
        row(f"{counties:,} x {years}", *(1e3 * time for time in times), *ratios, apart)

    data = simulated(*SIZES[-1])
    calls = {"gz.panel_ols": ours, **others}
    peaks = [(name, peak_memory(lambda call=call: call(data))) for name, call in calls.items()]
    table("Peak memory of the largest of them", ("call", "MB"), peaks)
