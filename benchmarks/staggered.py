"""Staggered adoption, beside diff-diff, on a simulated panel of China's size."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

import gzcounty as gz
from benchmarks import measure

KINDS = ("simple", "group", "dynamic")
"""Aggregations that both offer; ours has "calendar" besides."""


def simulated(counties: int, years: int, seed: int = 1) -> pd.DataFrame:
    """Draw a SIMULATED panel: a third of the counties adopt, between a quarter and three quarters.

    Columns county, year, first (0 if never), y, and two covariates that vary by county and year.
    """
    rng = np.random.default_rng(seed)
    first = np.where(
        rng.uniform(size=counties) < 1 / 3,
        rng.integers(years // 4, 3 * years // 4, counties) + 1,
        0,
    )
    county, year = (part.ravel() for part in np.mgrid[:counties, 1 : years + 1])
    frame = pd.DataFrame({"county": county, "year": year, "first": first[county]})
    for name in ("x", "z"):
        frame[name] = rng.normal(size=counties)[county] + 0.1 * rng.normal(size=county.size)
    since = np.where(frame["first"] > 0, year - frame["first"], -1)
    frame["y"] = (
        rng.normal(size=counties)[county]
        + 0.02 * year * (1 + frame.x)
        + np.where(since >= 0, 0.1 * (since + 1), 0)
        + rng.normal(size=county.size)
    )
    return frame


def ours(data: pd.DataFrame, covariates: Sequence[str] | None = None) -> pd.DataFrame:
    """Return group-time effects and their sums by gzcounty."""
    fit = gz.staggered_did(
        data, "y", "county", "year", "first",
        control="not_yet",
        covariates=covariates,
        adjustment="regression" if covariates else "doubly-robust",
    )  # fmt: skip
    sums = pd.concat([fit.aggregate(kind).table() for kind in KINDS[1:]])
    sums = sums[sums.term != "overall"]
    whole = fit.aggregate("simple").table()
    return pd.concat([fit.table(), whole, sums])[["estimate", "std_error"]].reset_index(drop=True)


def theirs(data: pd.DataFrame, covariates: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the same by diff-diff, in the same order."""
    import diff_diff

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = diff_diff.CallawaySantAnna(
            control_group="not_yet_treated", estimation_method="reg" if covariates else "dr"
        )
        fit = model.fit(
            data, "y", "county", "year", "first", covariates=list(covariates or []) or None
        )
        sums = [fit.aggregate(level).to_dataframe() for level in ("group", "event_study")]
    cells = fit.group_time_effects
    rows = [(cells[pair]["effect"], cells[pair]["se"]) for pair in sorted(cells)]
    rows.append((fit.overall_att, fit.overall_se))
    rows += [row for frame in sums for row in frame[["att", "se"]].itertuples(index=False)]
    return pd.DataFrame(rows, columns=["estimate", "std_error"]).astype(float)


def run() -> None:
    """Print the table; both must agree, or the comparison means nothing."""
    data = simulated(2800, 20)
    head = (
        "covariates", "gz.staggered_did, ms", "diff-diff, ms", "times faster",
        "peak MB", "peak MB diff-diff", "largest difference",
    )  # fmt: skip
    title = "Group-time effects and three aggregations, 2,800 x 20, not-yet-treated controls"
    row = measure.begin(f"{title} (SIMULATED data)", head, (16,))
    for label, covariates in (("none", None), ("x, z (regression)", ("x", "z"))):
        mine, other = ours(data, covariates), theirs(data, covariates)
        difference = float((mine - other).abs().to_numpy().max())
        a = measure.seconds(lambda c=covariates: ours(data, c))
        b = measure.seconds(lambda c=covariates: theirs(data, c))
        peaks = [
            f"{measure.peak_memory(lambda f=f, c=covariates: f(data, c)):.0f}"
            for f in (ours, theirs)
        ]
        row(label, 1e3 * a, 1e3 * b, f"{b / a:.1f}", *peaks, difference)
    doubly = measure.seconds(
        lambda: gz.staggered_did(
            data, "y", "county", "year", "first", control="not_yet", covariates=["x", "z"]
        )
    )
    imputed = measure.seconds(
        lambda: gz.staggered_did(data, "y", "county", "year", "first", method="imputation")
    )
    print(
        f"\nDoubly robust given x and z: {1e3 * doubly:.0f} ms. Imputation: {1e3 * imputed:.0f} ms."
    )
