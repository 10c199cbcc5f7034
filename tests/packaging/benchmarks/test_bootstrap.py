"""Both sides of the benchmarks compute the same numbers."""

import numpy as np
import pytest

from benchmarks import bootstrap, panels
from benchmarks.measure import peak_memory


def test_all_sign_patterns_give_the_draws_of_pyfixest():
    assert bootstrap.apart(bootstrap.weak(8, 6)) < 1e-8


@pytest.mark.parametrize("weights", ["rademacher", "webb"])
def test_p_values_agree_within_simulation_error(weights):
    data = bootstrap.weak(30, 6)
    _, p, draws = bootstrap.ours(bootstrap.our_fit(data), weights)
    _, other, _ = bootstrap.theirs(bootstrap.their_fit(data), weights)
    assert len(draws) == bootstrap.DRAWS
    assert abs(p - other) < 4 * np.sqrt(2 * p * (1 - p) / bootstrap.DRAWS)


def test_panel_estimates_are_those_of_both_libraries():
    data = panels.simulated(60, 7)
    base = panels.ours(data)
    for other in (panels.linearmodels, panels.pyfixest):
        assert other(data).loc[base.index].to_numpy() == pytest.approx(base.to_numpy(), abs=1e-8)


def test_peak_memory_counts_what_numpy_allocates_and_frees():
    def call():
        return float(np.ones(2_000_000).sum())

    assert peak_memory(call) == pytest.approx(16, rel=0.1)
