"""How studies count: on findings whose summary is known."""

import math

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.simulation import cross_section
from gzcounty.simulation.study import Finding, study, summarise

from .conftest import row


def coin(rng, low=-1.0):
    """One finding whose interval covers its truth of zero half of the time, and one test."""
    estimate = rng.choice([0.5, -2.0])
    nothing = float("nan")
    return [
        Finding("coin", 0.0, estimate, 1.0, estimate + low, estimate + 1.0, rng.uniform()),
        Finding("test", nothing, nothing, nothing, nothing, nothing, 0.04),
    ]


def test_summary_worked_by_hand():
    rows = [
        Finding("x", 1.0, 1.5, 0.5, 0.5, 2.5, 0.01),
        Finding("x", 1.0, 2.5, 0.7, 1.1, 3.9, 0.05),
        Finding("x", 1.0, 0.5, 0.6, -0.7, 1.7, 0.40),
        Finding("x", 1.0, 1.5, 0.6, 1.0, 2.7, 0.051),
    ]
    found = row(summarise(pd.DataFrame(rows, columns=Finding._fields)), "x")
    assert found.mean_estimate == pytest.approx(1.5)
    assert found.bias == pytest.approx(0.5)
    assert found.sd_estimate == pytest.approx(math.sqrt(2 / 3))
    assert found.bias_error == pytest.approx(math.sqrt(2 / 3) / 2)
    assert found.mean_std_error == pytest.approx(0.6)
    # An end that meets the truth covers it; a p-value of 0.05 rejects.
    assert found.coverage == 0.75
    assert found.coverage_error == pytest.approx(math.sqrt(0.75 * 0.25 / 4))
    assert found.rejected == 0.5
    assert found.draws == 4


def test_terms_keep_their_order_and_lack_what_they_have_not():
    table = study(coin, 60, seed=1)
    assert table.term.tolist() == ["coin", "test"]
    assert 0.2 < row(table, "coin").coverage < 0.8
    assert math.isnan(row(table, "test").coverage)
    assert row(table, "test").rejected == 1.0
    assert "SIMULATED" in table.attrs["title"]


def test_options_reach_the_draw():
    # An interval from the estimate upwards misses zero if the estimate is above it.
    narrow, wide = (row(study(coin, 30, seed=1, low=low), "coin") for low in (0.0, -1.0))
    assert narrow.coverage == 0
    assert wide.coverage > 0


def test_the_number_of_workers_changes_nothing():
    alone, shared = (study(cross_section.ols_robust, 60, seed=2, n_jobs=n) for n in (1, 2))
    pd.testing.assert_frame_equal(alone, shared, check_exact=True)


def test_seeds_differ():
    first, second = (study(cross_section.ols_robust, 20, seed=seed) for seed in (1, 2))
    assert not np.isclose(first.mean_estimate, second.mean_estimate).any()


def test_one_draw_is_no_study():
    with pytest.raises(InputError, match="at least two draws, not 1"):
        study(coin, 1, seed=1)
