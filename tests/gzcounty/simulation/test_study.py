"""How studies count, and the study of the methods course."""

import math

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError

from .conftest import row
from .simulation_study import Finding, prefecture_programme, study, summarise


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
    result = row(summarise(pd.DataFrame(rows, columns=Finding._fields)), "x")
    assert result.mean_estimate == pytest.approx(1.5)
    assert result.bias == pytest.approx(0.5)
    assert result.sd_estimate == pytest.approx(math.sqrt(2 / 3))
    assert result.bias_error == pytest.approx(math.sqrt(2 / 3) / 2)
    assert result.mean_std_error == pytest.approx(0.6)
    # An end that meets the truth covers it; a p-value of 0.05 rejects.
    assert result.coverage == 0.75
    assert result.coverage_error == pytest.approx(math.sqrt(0.75 * 0.25 / 4))
    assert result.rejected == 0.5
    assert result.draws == 4


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
    alone, shared = (study(coin, 60, seed=2, n_jobs=n) for n in (1, 2))
    pd.testing.assert_frame_equal(alone, shared, check_exact=True)


def test_seeds_differ():
    first, second = (study(coin, 20, seed=seed) for seed in (1, 2))
    assert row(first, "coin").rejected != row(second, "coin").rejected


def test_one_draw_is_no_study():
    with pytest.raises(InputError, match="at least two draws, not 1"):
        study(coin, 1, seed=1)


def test_three_tests_of_one_estimate():
    results = prefecture_programme(np.random.default_rng(3), inside=3, effect=0.5)
    assert len({round(f.estimate, 10) for f in results}) == 1
    assert [f.truth for f in results] == [0.5] * 3
    assert results[0].estimate == pytest.approx(0.5, abs=0.1)  # several standard errors of 0.02


def test_the_same_seed_gives_the_same_sample():
    twice = [prefecture_programme(np.random.default_rng(4)) for _ in range(2)]
    assert twice[0] == twice[1]


@pytest.mark.parametrize("inside", [0, 8, 9])
def test_there_must_be_something_to_compare(inside):
    with pytest.raises(InputError, match=f"inside must be from 1 to 7.*not {inside}"):
        prefecture_programme(np.random.default_rng(1), inside=inside)


@pytest.mark.simulation
def test_false_alarms_with_two_of_eight_prefectures():
    table = study(prefecture_programme, 500, seed=8, inside=2)
    county, prefecture, wild = (row(table, term).rejected for term in table.term)
    assert county > prefecture > 0.1
    assert wild < 0.07


@pytest.mark.simulation
def test_one_prefecture_of_eight_can_hardly_be_told_from_chance():
    alarms = study(prefecture_programme, 200, seed=9, inside=1)
    assert row(alarms, "by prefecture").rejected > 0.3
    assert row(alarms, "wild bootstrap").rejected < 0.05
