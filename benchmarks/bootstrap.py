"""Wild cluster bootstrap, beside pyfixest (its extension wildboottest), on SIMULATED panels.

Goal: at least twice as fast with 9,999 draws and 88 clusters, and the same draws where all sign
patterns are taken. pyfixest's clock runs for the bootstrap alone; ours too.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

import gzcounty as gz
from benchmarks.measure import begin, peak_memory, seconds, table
from benchmarks.panels import simulated

FORMULA = "y ~ x1 + x2 + x3"
DRAWS = 9_999
CASES = (("rademacher", 88, 10), ("webb", 88, 10), ("rademacher", 8, 10))


def weak(counties: int, years: int) -> pd.DataFrame:
    """Draw a SIMULATED panel in which x1 has almost no effect, so that p-values say something."""
    data = simulated(counties, years)
    return data.assign(y=data.y - 0.95 * data.x1)


def our_fit(data: pd.DataFrame) -> Any:
    """Fit the model with this package."""
    return gz.panel_ols(FORMULA, data, entity="county", time="year", cluster="county")


def their_fit(data: pd.DataFrame) -> Any:
    """Fit the model with pyfixest."""
    import pyfixest as pf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pf.feols(f"{FORMULA} | county + year", data, vcov={"CRV1": "county"})


def ours(fit: Any, weights: str) -> tuple[float, float, np.ndarray]:
    """T statistic, p-value and draws of this package."""
    test = gz.wild_bootstrap(fit, "x1", draws=DRAWS, weights=weights, seed=1)
    return test.statistic, test.p_value, test.native


def theirs(fit: Any, weights: str) -> tuple[float, float, np.ndarray]:
    """T statistic, p-value and draws of pyfixest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result, draws = fit.wildboottest(
            reps=DRAWS,
            cluster="county",
            param="x1",
            weights_type=weights,
            seed=1,
            return_bootstrapped_t_stats=True,
        )
    return float(result["t value"]), float(result["Pr(>|t|)"]), draws


def apart(data: pd.DataFrame) -> float:
    """Largest difference of all draws when every sign pattern is taken.

    pyfixest counts all dummies in the factor of the variance, which scales t and its draws alike;
    ours are brought to its scale.
    """
    t, _, our_peak = ours(our_fit(data), "rademacher")
    their_t, _, others = theirs(their_fit(data), "rademacher")
    return float(np.abs(np.sort(our_peak * their_t / t) - np.sort(others)).max())


def run() -> None:
    """Print the tables."""
    head = (
        "draws", "gz.wild_bootstrap, ms", "pyfixest, ms", "times faster", "p-value", "its p-value",
    )  # fmt: skip
    row = begin(f"Wild cluster bootstrap, at most {DRAWS:,} draws (SIMULATED data)", head)
    peaks = []
    for weights, counties, years in CASES:
        data = weak(counties, years)
        fit, other = our_fit(data), their_fit(data)
        a = seconds(lambda fit=fit, weights=weights: ours(fit, weights))
        b = seconds(lambda other=other, weights=weights: theirs(other, weights))
        p, q = ours(fit, weights)[1], theirs(other, weights)[1]
        case = f"{weights}, {counties} clusters"
        row(case, 1e3 * a, 1e3 * b, f"{b / a:.1f}", f"{p:.4f}", f"{q:.4f}")
        our_peak = peak_memory(lambda fit=fit, weights=weights: ours(fit, weights))
        its = peak_memory(lambda other=other, weights=weights: theirs(other, weights))
        peaks.append((case, our_peak, its))
    table("Peak memory", ("draws", "gz, MB", "pyfixest, MB"), peaks)
    print(f"\nAll 256 draws of 8 clusters: largest difference {apart(weak(8, 10)):.1e}.")
