"""Draws for the methods course: three tests of one programme, few clusters.

Each function draws one SIMULATED sample, tests it and returns findings for `study.study`.
"""

import numpy as np

from gzcounty.errors import InputError
from gzcounty.inference.bootstrap import wild_bootstrap
from gzcounty.models.panel import panel_ols

from .panel import simulate_panel
from .resampling import own_seed
from .study import Finding, findings


def prefecture_programme(
    rng: np.random.Generator, inside: int = 4, prefectures: int = 8, effect: float = 0.0
) -> list[Finding]:
    """Test a programme of whole prefectures, with shocks that their counties share.

    Three ways: clustered by county, which takes neighbours for news of their own; clustered by
    prefecture with the t distribution; and the wild cluster bootstrap with the null imposed.

    Parameters
    ----------
    rng : numpy.random.Generator
    inside : int, default 4
        How many prefectures enter, in the middle of the period.
    prefectures : int, default 8
        How many there are, of eleven counties each.
    effect : float, default 0
        Gain in log points.

    Returns
    -------
    list of Finding
        "by county", "by prefecture" and "wild bootstrap".

    Raises
    ------
    InputError
        If no prefecture or every one is inside.

    Examples
    --------
    >>> from gzcounty.simulation.lessons import prefecture_programme
    >>> from gzcounty.simulation.study import study
    >>> table = study(prefecture_programme, draws=2, seed=1, inside=2)
    >>> table["term"].tolist()
    ['by county', 'by prefecture', 'wild bootstrap']
    """
    if not 0 < inside < prefectures:
        raise InputError(
            f"inside must be from 1 to {prefectures - 1}, so that there is something to compare, "
            f"not {inside!r}."
        )
    panel = simulate_panel(
        11 * prefectures, seed=rng, cohorts=[], n_prefectures=prefectures, prefecture_noise=0.04
    )
    chosen = rng.permutation(panel["prefecture"].unique())[:inside]
    enters = panel["prefecture"].isin(chosen) & (panel["year"] >= 2019)
    panel["treated"] = enters.astype(float)
    panel["log_rural_income"] += effect * panel["treated"]
    formula = "log_rural_income ~ treated"
    by_county = panel_ols(formula, panel, "county", "year", cluster="county")
    by_prefecture = panel_ols(formula, panel, "county", "year", cluster="prefecture")
    wild = wild_bootstrap(by_prefecture, "treated", seed=own_seed(rng))
    tested = {"by county": by_county, "by prefecture": by_prefecture, "wild bootstrap": wild}
    return [
        finding._replace(term=name)
        for name, result in tested.items()
        for finding in findings(result, {"treated": effect})
    ]
