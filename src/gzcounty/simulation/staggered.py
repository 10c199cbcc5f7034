"""Draws for studies of staggered adoption: where estimators hold, and what breaks them.

Each function draws one SIMULATED sample, estimates it and returns findings for `study.study`.
"""

from typing import Any, Literal

import numpy as np
import pandas as pd

from gzcounty.models.panel import panel_ols
from gzcounty.models.staggered import Method, staggered_did

from .panel import simulate_panel
from .study import Finding, findings, p_value_of

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
    control: Literal["never", "not_yet"] = "never",
    **process: Any,  # noqa: ANN401
) -> list[Finding]:
    """Estimate the effect of a programme that counties enter in turn.

    Findings are the overall effect ("simple"), the effects by time since entry, the test of
    parallel paths ("pre_test"; group-time only), and two-way fixed effects on the dummy of being
    inside.

    Parameters
    ----------
    method, control
        As in `staggered_did`.
    **process
        Arguments of `simulate_panel`, on top of `DESIGN`.
    """
    panel = simulate_panel(seed=rng, **(DESIGN | process))
    truth = panel.attrs["truth"]
    fit = staggered_did(
        panel, "log_rural_income", "county", "year", "first_year",
        method=method, control=control,
    )  # fmt: skip
    by_time = {f"event time {e}": value for e, value in truth["dynamic"].items()}
    naive = panel_ols("log_rural_income ~ inside", panel, "county", "year", cluster="county")
    found = [
        *_renamed(findings(fit.aggregate("simple"), {"overall": truth["simple"]}), "simple"),
        *findings(fit.aggregate("dynamic"), by_time),
        *_renamed(findings(naive, {"inside": truth["simple"]}), "two-way fixed effects"),
    ]
    if method == "group-time":
        found.append(p_value_of("pre_test", fit.pre_test().p_value))
    return found


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


def _renamed(found: list[Finding], term: str) -> list[Finding]:
    return [finding._replace(term=term) for finding in found]
