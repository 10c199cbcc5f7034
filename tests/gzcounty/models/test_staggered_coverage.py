"""Intervals hold what they promise: SIMULATED samples with a known effect of zero."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.models.staggered import staggered_did

pytestmark = pytest.mark.simulation
DRAWS = 400
ADJUSTMENTS = ("doubly-robust", "regression", "weighting")


def sample(rng: np.random.Generator, cluster_noise: float = 0.0, n: int = 240) -> pd.DataFrame:
    """Draw n counties, 6 years: adoption and trends both depend on x, effects are zero."""
    years = np.arange(2013, 2019)
    x = rng.normal(size=n)
    adopts = rng.uniform(size=n) < 1 / (1 + np.exp(1 - 0.7 * x))
    first = np.where(adopts, rng.integers(2015, 2018, n), 0)
    county, year = (part.ravel() for part in np.mgrid[:n, : len(years)])
    walk = np.cumsum(rng.normal(size=(n, len(years))), axis=1)
    region = rng.integers(0, 40, n)
    shared = cluster_noise * rng.normal(size=(40, len(years)))
    y = walk + np.outer(0.5 * x, np.arange(len(years))) + shared[region]
    frame = pd.DataFrame({"county": county, "year": years[year], "y": y.ravel()})
    return frame.assign(first=first[county], x=x[county], region=region[county])


def coverage(covered) -> float:
    return float(np.mean(covered))


def test_given_covariates_intervals_cover_and_without_them_they_do_not():
    rng = np.random.default_rng(11)
    ways = {way: {"covariates": "x", "adjustment": way} for way in ADJUSTMENTS} | {"plain": {}}
    covered = {way: [] for way in ways}
    for _ in range(DRAWS):
        data = sample(rng)
        for way, options in ways.items():
            fit = staggered_did(data, "y", "county", "year", "first", **options)
            overall = fit.aggregate("simple").overall
            covered[way].append(overall.conf_low <= 0 <= overall.conf_high)
    shares = {way: coverage(each) for way, each in covered.items()}
    assert shares.pop("plain") < 0.8
    assert all(0.92 < share < 0.98 for share in shares.values()), shares


def test_bands_cover_the_whole_path_and_intervals_do_not():
    rng = np.random.default_rng(12)
    bands, intervals = [], []
    for draw in range(DRAWS):
        # Bands rest on the tails, which settle later than the middle: with 240 counties, cohorts of
        # 25 among them, they hold in about 91 of 100 samples.
        data = sample(rng, n=800)
        path = (
            staggered_did(data, "y", "county", "year", "first", covariates="x")
            .aggregate("dynamic")
            .bands(seed=draw, draws=400)
            .iloc[1:]
        )
        bands.append(((path.band_low <= 0) & (path.band_high >= 0)).all())
        intervals.append(((path.conf_low <= 0) & (path.conf_high >= 0)).all())
    assert 0.92 < coverage(bands) < 0.98
    assert coverage(intervals) < 0.9


def test_larger_clusters_cover_shared_shocks_and_entities_do_not():
    rng = np.random.default_rng(13)
    by_region, by_county = [], []
    for _ in range(DRAWS):
        data = sample(rng, cluster_noise=2.0)
        # Whole regions adopt together, so that shared shocks do not average out.
        data["first"] = data.groupby("region")["first"].transform("first")
        data["y"] -= 0.5 * data.x * (data.year - 2013)
        for cluster, covered in (("region", by_region), (None, by_county)):
            overall = (
                staggered_did(data, "y", "county", "year", "first", cluster=cluster)
                .aggregate("simple")
                .overall
            )
            covered.append(overall.conf_low <= 0 <= overall.conf_high)
    assert 0.9 < coverage(by_region) < 0.98
    assert coverage(by_county) < 0.8


@pytest.mark.parametrize("method", ["imputation", "two-stage"])
def test_imputation_covers(method):
    rng = np.random.default_rng(14)
    covered = []
    for _ in range(DRAWS):
        data = sample(rng)
        data["y"] -= 0.5 * data.x * (data.year - 2013)
        overall = (
            staggered_did(data, "y", "county", "year", "first", method=method)
            .aggregate("simple")
            .overall
        )
        covered.append(overall.conf_low <= 0 <= overall.conf_high)
    assert 0.92 < coverage(covered) < 0.98
