"""Staggered adoption against a known truth, and what breaks it."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

from gzcounty.models.panel import panel_ols
from gzcounty.models.staggered import Method, staggered_did
from gzcounty.simulation import simulate_panel

from .simulation_study import Finding, assert_recovers, findings, p_value_of, row, study

pytestmark = pytest.mark.simulation


# Half of the counties enter, in two cohorts; enough of them that normal intervals hold.
DESIGN: dict[str, Any] = {
    "n_counties": 200,
    "n_prefectures": 20,
    "years": range(2014, 2020),
    "cohorts": {2016: 0.25, 2018: 0.25},
    "noise": 0.08,
}
# Effects that differ by cohort and grow: the first cohort gains 7.5 %, and as much again in two
# years; the last gains 2.5 %.
VARYING = {"heterogeneity": 0.5, "growth": 0.5}


def programme(
    rng: np.random.Generator,
    method: Method = "group-time",
    controls: Sequence[Literal["never", "not_yet"]] = ("never",),
    naive: bool = False,
    **process: Any,
) -> list[Finding]:
    """Estimate the effect of a programme that counties enter in turn.

    Findings are the overall effect ("simple"), the effects by time since entry and the test of
    parallel paths ("pre_test"; group-time only), with the control in front if there are several;
    and, if asked for, naive two-way fixed effects on the dummy of being inside.

    Parameters
    ----------
    method, controls
        As in `staggered_did`.
    **process
        Arguments of `simulate_panel`, on top of `DESIGN`.
    """
    panel = simulate_panel(seed=rng, **(DESIGN | process))
    truth = panel.attrs["truth"]
    by_time = {f"event time {e}": value for e, value in truth["dynamic"].items()}
    results = []
    for control in controls:
        fit = staggered_did(
            panel, "log_rural_income", "county", "year", "first_year",
            method=method, control=control,
        )  # fmt: skip
        found = [
            *_renamed(findings(fit.aggregate("simple"), {"overall": truth["simple"]}), "simple"),
            *findings(fit.aggregate("dynamic"), by_time),
        ]
        if method == "group-time":
            found.append(p_value_of("pre_test", fit.pre_test().p_value))
        label = f"{control}: " if len(controls) > 1 else ""
        results += [one._replace(term=label + one.term) for one in found]
    if naive:
        fit = panel_ols("log_rural_income ~ inside", panel, "county", "year", cluster="county")
        results += _renamed(findings(fit, {"inside": truth["simple"]}), "two-way fixed effects")
    return results


def bias_of_trend(pre_trend: float) -> float:
    """Bias of the overall effect that a steeper path of those who enter leaves, in `DESIGN`.

    By cohort and year it is ``pre_trend * (t - g + 1)``: what the steeper path adds since the year
    before entry.
    """
    last = DESIGN["years"][-1]
    cells = pd.DataFrame(
        [(share, t - g + 1) for g, share in DESIGN["cohorts"].items() for t in range(g, last + 1)],
        columns=["share", "years"],
    )
    return float(pre_trend * np.average(cells["years"], weights=cells["share"]))


def _renamed(results: list[Finding], term: str) -> list[Finding]:
    return [finding._replace(term=term) for finding in results]


EFFECTS = ["simple", *(f"event time {e}" for e in range(4))]


def test_group_time_effects_hold_where_effects_vary_and_two_way_effects_do_not():
    controls = ("never", "not_yet")
    table = study(programme, 1000, seed=11, controls=controls, naive=True, **VARYING)
    for control in controls:
        assert_recovers(table, [f"{control}: {effect}" for effect in EFFECTS])
        # Four restrictions and a normal approximation.
        assert 0.03 < row(table, f"{control}: pre_test").rejected < 0.09
    naive = row(table, "two-way fixed effects")
    # It misses more than a quarter of the average gain, in nearly every sample.
    assert naive.bias < -0.25 * naive.truth
    assert naive.coverage < 0.25


def test_two_way_effects_hold_where_the_effect_is_one():
    table = study(programme, 1000, seed=12, naive=True)
    assert_recovers(table, [*EFFECTS, "two-way fixed effects"])


def test_imputation_where_effects_vary():
    table = study(programme, 500, seed=13, method="imputation", **VARYING)
    assert_recovers(table, EFFECTS)


def test_a_steeper_path_is_taken_for_an_effect_and_the_pre_test_sees_it_if_it_is_steep():
    gentle, steep = (
        study(programme, draws, seed=14, pre_trend=pre_trend)
        for pre_trend, draws in ((0.01, 500), (0.03, 200))
    )
    for table, pre_trend in ((gentle, 0.01), (steep, 0.03)):
        estimate = row(table, "simple")
        expected = bias_of_trend(pre_trend)
        assert abs(estimate.bias - expected) <= 3 * estimate.bias_error
    assert row(gentle, "simple").coverage < 0.65
    # Power: a path that adds 0.02 to the effect is seen in a quarter of samples only.
    assert 0.15 < row(gentle, "pre_test").rejected < 0.35
    assert row(steep, "pre_test").rejected > 0.95


def test_spillovers_bias_towards_zero():
    table = study(programme, 200, seed=15, naive=True, spillover=0.05)
    for term in (*EFFECTS, "two-way fixed effects"):
        estimate = row(table, term)
        assert 0.2 * estimate.truth < estimate.mean_estimate < 0.7 * estimate.truth
    assert row(table, "simple").coverage < 0.7
    # Nothing shows before entry: the test of parallel paths cannot see it.
    assert row(table, "pre_test").rejected < 0.10


def test_selection_on_lasting_income_does_no_harm_but_on_passing_shocks_it_does():
    lasting = study(programme, 500, seed=17, selection=1.0, noise=0.02)
    assert_recovers(lasting, EFFECTS)
    # Shocks of 0.3 that fade: who enters in 2016 was low by chance in 2014 and recovers anyway.
    shocks = {"noise": 0.3, "autocorrelation": 0.8, "selection": 1.0}
    passing = study(programme, 200, seed=16, **shocks)
    estimate = row(passing, "simple")
    assert estimate.bias > 10 * estimate.bias_error
    assert estimate.coverage < 0.9
