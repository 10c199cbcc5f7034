"""A thousand specifications at once, beside loops over pyfixest and over statsmodels."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

import gzcounty as gz
from benchmarks.measure import peak_memory, seconds, table

OUTCOMES = [f"y{i}" for i in range(5)]
EXPOSURES = [f"x{i}" for i in range(5)]
CONTROLS = [f"z{i}" for i in range(6)]
SETS = {
    " + ".join(chosen) or "none": list(chosen)
    for chosen in [c for size in (0, 1, 2, 6) for c in combinations(CONTROLS, size)][:20]
}
EFFECTS = ["entity", "two-way"]
DUMMIES = {"entity": "C(county)", "two-way": "C(county) + C(year)"}
ABSORBED = {"entity": "county", "two-way": "county + year"}
SUBSAMPLE = 60


def simulated(counties: int = 88, years: int = 10, seed: int = 1) -> pd.DataFrame:
    """Draw a SIMULATED panel of five outcomes, five exposures and six controls."""
    rng = np.random.default_rng(seed)
    county, year = (a.ravel() for a in np.mgrid[:counties, :years])
    names = [*OUTCOMES, *EXPOSURES, *CONTROLS]
    values = (
        rng.standard_normal((county.size, len(names))) + rng.standard_normal(counties)[county, None]
    )
    frame = pd.DataFrame(values, columns=names)
    # pyfixest, unlike fixest, counts year effects in K only if the clusters go by another name than
    # the entities: so the clusters have a column of their own.
    return frame.assign(county=county, year=year, area=county)


def ours(data: pd.DataFrame, shuffles: int = 0) -> pd.DataFrame:
    """Estimate all 1,000 by gzcounty."""
    curve = gz.specification_curve(
        data, OUTCOMES, EXPOSURES, SETS, entity="county", time="year", effects=EFFECTS,
        cluster="area", shuffles=shuffles,
    )  # fmt: skip
    return curve.table()


def some(count: int = SUBSAMPLE) -> np.ndarray:
    """Places of specifications spread over the curve."""
    return np.linspace(0, 999, count).astype(int)


def by_pyfixest(data: pd.DataFrame, specifications: pd.DataFrame) -> np.ndarray:
    """Estimate specifications by ``feols``, one after the other: estimates and their errors."""
    import pyfixest as pf

    estimates = []
    for row in specifications.itertuples():
        right = " + ".join([row.exposure, *SETS[row.controls]])
        fit = pf.feols(
            f"{row.outcome} ~ {right} | {ABSORBED[row.effects]}", data, vcov={"CRV1": "area"}
        )
        estimates.append((fit.coef()[row.exposure], fit.se()[row.exposure]))
    return np.array(estimates)


def by_statsmodels(data: pd.DataFrame, specifications: pd.DataFrame) -> np.ndarray:
    """Estimate specifications by statsmodels with dummies, one after the other.

    Its factor counts every dummy; the errors returned have ours instead, so that they can be
    compared.
    """
    import statsmodels.formula.api as smf

    estimates = []
    for row in specifications.itertuples():
        right = " + ".join([row.exposure, *SETS[row.controls], DUMMIES[row.effects]])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # more dummies than clusters, which is as it must be
            fit = smf.ols(f"{row.outcome} ~ {right}", data).fit(
                cov_type="cluster", cov_kwds={"groups": data["area"]}
            )
        n, terms = int(fit.nobs), len(fit.params)
        k = (
            1
            + len(SETS[row.controls])
            + (data["year"].nunique() if row.effects == "two-way" else 1)
        )
        factor = np.sqrt((n - terms) / (n - k))
        estimates.append((fit.params[row.exposure], fit.bse[row.exposure] * factor))
    return np.array(estimates)


def largest_difference(specifications: pd.DataFrame, theirs: np.ndarray) -> float:
    """Return the largest relative difference of estimates and standard errors."""
    mine = specifications[["estimate", "std_error"]].to_numpy()
    return float(np.max(np.abs(theirs / mine - 1)))


def run() -> None:
    """Print the tables; all must agree, or the comparison means nothing."""
    data = simulated()
    full = ours(data)
    chosen = full.iloc[some()]
    times = {"gz.specification_curve, 1,000 with its table": seconds(partial(ours, data), 15)}
    rows: list[Iterable[object]] = [
        (name, 1e3 * taken, "1", 0.0, peak_memory(partial(ours, data)))
        for name, taken in times.items()
    ]
    base = next(iter(times.values()))
    for name, call in (("pyfixest feols", by_pyfixest), ("statsmodels, dummies", by_statsmodels)):
        theirs = partial(call, data, chosen)
        taken = seconds(theirs, 3) * len(full) / len(chosen)
        label = f"{name}, loop ({len(chosen)} timed, scaled to {len(full):,})"
        difference = largest_difference(chosen, theirs())
        # The peak of a loop is that of one fit; tracing memory makes fits slow, so a few will do.
        peak = peak_memory(partial(call, data, chosen.iloc[:3]))
        rows.append((label, 1e3 * taken, f"{taken / base:,.0f}", difference, peak))
    head = ("1,000 specifications", "ms", "times ours", "largest relative difference", "peak MB")
    table("Specification curve, 88 x 10, clustered by county (SIMULATED data)", head, rows)

    joint = [
        (f"{count} shuffles of 1,000 specifications", seconds(partial(ours, data, count), 1))
        for count in (100, 500)
    ]
    table("Joint test, one process", ("work", "seconds"), joint)
