"""How studies count."""

import math

import pandas as pd
import pytest

from .simulation_study import Finding, row, study, summarise


def coin(rng):
    """One finding whose interval covers its truth of zero half of the time, and one test."""
    estimate = rng.choice([0.5, -2.0])
    nothing = float("nan")
    return [
        Finding("coin", 0.0, estimate, 1.0, estimate - 1.0, estimate + 1.0, rng.uniform()),
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
    assert result.rejected == 0.5
    assert result.draws == 4


def test_terms_keep_their_order_and_lack_what_they_have_not():
    table = study(coin, 60, seed=1)
    assert table.term.tolist() == ["coin", "test"]
    assert 0.2 < row(table, "coin").coverage < 0.8
    assert math.isnan(row(table, "test").coverage)
    assert row(table, "test").rejected == 1.0
