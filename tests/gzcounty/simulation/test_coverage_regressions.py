"""Least squares and fixed effects against a known truth.

Each test repeats an estimate on many SIMULATED samples. The seeds are fixed, so a test passes or
fails for good.
"""

import numpy as np
import pandas as pd
import pytest

from gzcounty.models.convergence import INITIAL, beta_convergence
from gzcounty.models.event_study import event_study
from gzcounty.models.ols import ols
from gzcounty.models.panel import long_difference, panel_ols
from gzcounty.simulation import simulate_panel

from .simulation_study import Finding, assert_recovers, findings, p_value_of, row, study

pytestmark = pytest.mark.simulation


def ols_robust(rng: np.random.Generator, n: int = 88) -> list[Finding]:
    """Least squares with errors whose spread grows with x: HC3 holds, the classical error fails.

    ``y = 1 + 0.5 x + (0.2 + x) e`` with x uniform between 0 and 1 and e standard normal.
    """
    x = rng.uniform(0, 1, n)
    data = pd.DataFrame({"x": x, "y": 1 + 0.5 * x + (0.2 + x**2) * rng.standard_normal(n)})
    truth = {"x": 0.5}
    return [
        *findings(ols("y ~ x", data, cov="HC3"), truth, "HC3: "),
        *findings(ols("y ~ x", data, cov="classical"), truth, "classical: "),
    ]


def change_on_exposure(rng: np.random.Generator) -> list[Finding]:
    """Long difference of log income on exposure, HC3; the programme goes to anybody."""
    panel = simulate_panel(seed=rng, exposure_effect=0.4, autocorrelation=0.5)
    change = long_difference(
        panel, "log_rural_income", "county", "year", 2016, 2021, keep="exposure"
    )
    fit = ols("d_log_rural_income ~ exposure", change)
    return findings(fit, {"exposure": 0.4})


def naive_comparison(rng: np.random.Generator, selection: float = 1.0) -> list[Finding]:
    """Compare counties inside and outside in the last year, though the poor entered first.

    Beside it the long difference of the same counties, which takes out what stays.
    """
    panel = simulate_panel(seed=rng, selection=selection)
    last = panel[panel["year"] == 2023]
    change = long_difference(
        panel.assign(ever=(panel["first_year"] > 0).astype(float)),
        "log_rural_income", "county", "year", 2016, 2023, keep="ever",
    )  # fmt: skip
    return [
        *findings(ols("log_rural_income ~ inside", last), {"inside": 0.05}, "last year: "),
        *findings(ols("d_log_rural_income ~ ever", change), {"ever": 0.05}, "change: "),
    ]


def catching_up(rng: np.random.Generator, misread: float = 0.0, n: int = 88) -> list[Finding]:
    """Beta convergence at 2 % a year over ten years, towards one long run.

    Log income of the first year is normal with standard deviation 0.3; after ten years
    ``exp(-0.2)`` of each gap is left, plus a shock of 0.1.

    Parameters
    ----------
    misread : float, default 0
        Standard deviation of an error in the first year's log income. It makes those who only seem
        poor seem to catch up.
    """
    years, speed = 10, 0.02
    first = 8.8 + 0.3 * rng.standard_normal(n)
    last = 9.7 + np.exp(-speed * years) * (first - 8.8) + 0.1 * rng.standard_normal(n)
    first = first + misread * rng.standard_normal(n)
    data = pd.DataFrame(
        {
            "county": np.tile(np.arange(n), 2),
            "year": np.repeat([2010, 2010 + years], n),
            "income": np.exp(np.concatenate([first, last])),
        }
    )
    fit = beta_convergence(data, "income", "county", "year", 2010, 2010 + years)
    slope = -(1 - np.exp(-speed * years)) / years
    implied = fit.implied().set_index("term").loc["speed"].astype(float)
    return [
        *findings(fit, {INITIAL: slope}),
        Finding("speed", speed, *implied[list(Finding._fields[2:])]),
    ]


PANEL = ("county", "year")


def two_way_effects(rng: np.random.Generator) -> list[Finding]:
    """Two-way fixed effects where they are right: one effect for all, shocks that last.

    Clustered by county, and with classical errors beside it, which take lasting shocks for fresh
    ones.
    """
    panel = simulate_panel(seed=rng, autocorrelation=0.7, exposure_effect=0.4, exposure_drift=0.01)
    formula = "log_rural_income ~ inside + exposure_after"
    truth = {"inside": 0.05, "exposure_after": 0.4}
    return [
        *findings(panel_ols(formula, panel, *PANEL, cluster="county"), truth, "clustered: "),
        *findings(panel_ols(formula, panel, *PANEL), truth, "classical: "),
    ]


def exposure_path(rng: np.random.Generator) -> list[Finding]:
    """Event study of exposure that matters from 2019 on, relative to 2018."""
    panel = simulate_panel(
        seed=rng, effect=0.0, cohorts=[], autocorrelation=0.5, exposure_effect=0.4
    )
    fit = event_study(panel, "log_rural_income", "exposure", *PANEL, reference=2018)
    truth = {f"exposure:{t}": 0.4 * (t >= 2019) for t in range(2014, 2024) if t != 2018}
    return [*findings(fit, truth), p_value_of("pre_test", fit.pre_test().p_value)]


def test_hc3_covers_where_the_classical_error_does_not():
    table = study(ols_robust, 500, seed=1)
    assert_recovers(table, ["HC3: x"])
    assert row(table, "classical: x").coverage < 0.92


def test_long_differences():
    table = study(change_on_exposure, 500, seed=2)
    assert_recovers(table)


def test_selection_on_income_ruins_the_comparison_of_one_year_but_not_of_changes():
    table = study(naive_comparison, 600, seed=3, selection=1.0)
    naive = row(table, "last year: inside")
    # By the formula in the docstring of simulate_panel: 0.272 in large samples.
    assert naive.bias == pytest.approx(-0.27, abs=0.02)
    assert naive.coverage < 0.01
    assert_recovers(table, ["change: ever"])


def test_without_selection_the_comparison_of_one_year_holds():
    table = study(naive_comparison, 600, seed=4, selection=0.0)
    assert_recovers(table, ["last year: inside"])


def test_two_way_effects_clustered_by_county():
    table = study(two_way_effects, 500, seed=5)
    assert_recovers(table, ["clustered: inside", "clustered: exposure_after"])
    # Errors that take lasting shocks for fresh ones are far too small.
    assert row(table, "classical: inside").coverage < 0.85
    assert row(table, "classical: exposure_after").coverage < 0.80


def test_event_study_and_its_test_of_parallel_paths():
    table = study(exposure_path, 1000, seed=6)
    assert_recovers(table, [term for term in table.term if term != "pre_test"])
    # Four restrictions and 88 clusters: CR1 rejects somewhat more often than in one of twenty.
    assert 0.03 < row(table, "pre_test").rejected < 0.09


def test_beta_convergence():
    table = study(catching_up, 500, seed=7)
    assert_recovers(table)


def test_error_in_the_first_year_passes_for_convergence():
    table = study(catching_up, 200, seed=8, misread=0.15)
    assert row(table, "speed").mean_estimate > 2 * row(table, "speed").truth
    assert row(table, "speed").coverage < 0.2
