"""Least squares with a category of many levels, beside statsmodels and pyfixest (SIMULATED data).

Goal: no slower than pyfixest, which absorbs the category and reports none of its levels, and memory
in proportion to the rows. statsmodels spreads the dummies out, so it is run where they fit.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import gzcounty as gz
from benchmarks.measure import begin, peak_memory, seconds

SIZES = ((20_000, 100), (200_000, 100), (20_000, 2_800), (200_000, 2_800))
SPREAD = 5_000_000  # dummies that statsmodels is given at most


def simulated(rows: int, levels: int, seed: int = 1) -> pd.DataFrame:
    """Draw SIMULATED rows with two regressors and the effect of a group."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((rows, 2)), columns=["x1", "x2"])
    frame["g"] = rng.permutation(np.arange(rows) % levels)
    effects = rng.standard_normal(levels)[frame.g]
    return frame.assign(y=frame.x1 + frame.x2 + effects + rng.standard_normal(rows))


def fit_alone(data: pd.DataFrame) -> object:
    """Fit with this package, standard errors not asked for."""
    return gz.ols("y ~ x1 + x2 + C(g)", data, cov="HC1")


def ours(data: pd.DataFrame) -> pd.DataFrame:
    """Estimates and standard errors of this package by term, those of the levels too."""
    fit = gz.ols("y ~ x1 + x2 + C(g)", data, cov="HC1")
    return fit.table().set_index("term")[["estimate", "std_error"]]


def statsmodels(data: pd.DataFrame) -> pd.DataFrame:
    """Estimates and standard errors of statsmodels by term."""
    import statsmodels.formula.api as smf

    fit = smf.ols("y ~ x1 + x2 + C(g)", data).fit(cov_type="HC1")
    return pd.DataFrame({"estimate": fit.params, "std_error": fit.bse})


def pyfixest(data: pd.DataFrame) -> pd.DataFrame:
    """Estimates and standard errors of pyfixest by term, the levels absorbed."""
    import pyfixest as pf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it still calls pandas in a way that pandas gives up
        fit = pf.feols("y ~ x1 + x2 | g", data, vcov="HC1")
        return pd.DataFrame({"estimate": fit.coef(), "std_error": fit.se()})


def run() -> None:
    """Print the table; all must agree, or the comparison means nothing."""
    head = ("rows x levels", "call", "ms", "times as long as gz", "peak MB")
    row = begin("Two regressors and a category, HC1 (SIMULATED data)", head, (20, 13, 5))
    for size, levels in SIZES:
        data = simulated(size, levels)
        calls: dict[str, Callable[[pd.DataFrame], Any]] = {
            "gz": ours,
            "gz, fit alone": fit_alone,
            "pyfixest": pyfixest,
        }
        if size * levels <= SPREAD:
            calls["statsmodels"] = statsmodels
        base = ours(data)
        for call in list(calls.values())[2:]:
            other = call(data)
            # All count the same terms in N - K.
            np.testing.assert_allclose(other, base.loc[other.index], rtol=1e-6, atol=1e-8)
        times = {
            name: seconds(lambda call=call, data=data: call(data), 9)
            for name, call in calls.items()
        }
        for name, call in calls.items():
            ratio = f"{times[name] / times['gz']:.2f}"
            peak = peak_memory(lambda call=call, data=data: call(data))
            row(f"{size:,} x {levels:,}", name, 1e3 * times[name], ratio, peak)
