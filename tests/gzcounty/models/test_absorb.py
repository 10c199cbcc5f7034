"""The within transformation against regressions on explicit dummies."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.models.within import Absorber, Effect, singletons


def effect(name: str, values) -> Effect:
    return Effect(name, pd.factorize(np.asarray(values))[0])


def by_dummies(values, effects, weights=None):
    """Return the residual of a regression on all dummies, by pseudo-inverse, and their rank."""
    D = np.column_stack([np.eye(e.levels)[e.codes] for e in effects])
    root = np.ones(len(D)) if weights is None else np.sqrt(weights)
    beta = np.linalg.lstsq(D * root[:, None], values * root, rcond=None)[0]
    return values - D @ beta, int(np.linalg.matrix_rank(D))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 100_000),
    entities=st.integers(2, 9),
    years=st.integers(2, 9),
    density=st.floats(0.15, 1.0),
    weighted=st.booleans(),
)
def test_two_ways_on_any_unbalanced_panel(seed, entities, years, density, weighted):
    # Sparse ones fall into several components; more years than entities happen too.
    rng = np.random.default_rng(seed)
    cells = np.flatnonzero(rng.random(entities * years) < density)
    if cells.size < 2:
        cells = np.array([0, 1])
    effects = [effect("i", cells // years), effect("t", cells % years)]
    weights = rng.uniform(0.1, 10, cells.size) if weighted else None
    values = 1e3 + rng.normal(size=cells.size)
    expected, rank = by_dummies(values, effects, weights)
    absorber = Absorber(effects, weights)
    assert absorber.rank == rank
    assert absorber.demean(values) == pytest.approx(expected, abs=1e-8)
    stacked = absorber.demean(np.column_stack([values, 2 * values]))
    assert stacked == pytest.approx(np.column_stack([expected, 2 * expected]), abs=2e-8)


def test_a_long_chain_of_overlaps_stays_exact():
    # Each county shares one year with the next: the worst-conditioned connected panel.
    n = 300
    effects = [
        effect("i", np.repeat(np.arange(n), 2)),
        effect("t", np.ravel([[i, i + 1] for i in range(n)])),
    ]
    values = np.random.default_rng(1).normal(size=2 * n)
    expected, rank = by_dummies(values, effects)
    absorber = Absorber(effects)
    assert absorber.rank == rank
    assert absorber.demean(values) == pytest.approx(expected, abs=1e-9)


def test_singletons_are_found_until_none_is_left():
    # d is seen once; without it 2020 has one row, of c; without that c is seen once.
    county = effect("county", list("aabbccd"))
    year = effect("year", [2018, 2019, 2018, 2019, 2019, 2020, 2020])
    alone = singletons([county, year])
    assert alone.tolist() == [False] * 4 + [True] * 3
    assert singletons([county]).tolist() == [False] * 6 + [True]
