"""Draws for studies of panels with county and year effects.

Each function draws one SIMULATED sample, estimates it and returns findings for `study.study`.
"""

import numpy as np

from gzcounty.models.event_study import event_study
from gzcounty.models.panel import panel_ols

from .panel import simulate_panel
from .study import Finding, findings, p_value_of

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
