"""Clustered inference as other software printed it: t, p-values, intervals, absorbed effects.

Estimates and standard errors of published examples are in `gzbook.published.models`.
"""

import pytest

from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols


def test_clustered_errors_of_stata(grunfeld):
    # Stata: regress invest mvalue kstock, vce(cluster company); output kept by statsmodels in
    # regression/tests/results/results_grunfeld_ols_robust_cluster.py.
    table = ols("invest ~ value + capital", grunfeld, cluster="firm").table()
    assert table.std_error.to_numpy() == pytest.approx(
        [20.425202580078, 0.01589433647768, 0.08496711097464], rel=1e-6
    )
    assert table.statistic.to_numpy() == pytest.approx(
        [-2.0912580352272, 7.2706499090564, 2.7149150406994], rel=1e-6
    )
    assert table.p_value.to_numpy() == pytest.approx(
        [0.06604843284516, 0.00004710548549, 0.02380515903536], rel=1e-6
    )
    assert table.conf_low.to_numpy() == pytest.approx(
        [-88.919387334862, 0.07960666895505, 0.03846952885627], rel=1e-6
    )


@pytest.mark.parametrize(
    ("entity_effects", "time_effects", "cluster", "std_error", "p_value"),
    [
        # pyfixest 0.60.0, feols with vcov={"CRV1": ...}; "pair" puts two firms in one cluster.
        (True, False, "firm", [0.0151944939427, 0.0527517717588], [4.82866548e-5, 2.35464986e-4]),
        (True, True, "pair", [0.0133192632733, 0.0297825826922], [9.04785713e-4, 2.74845716e-4]),
        (False, True, "firm", [0.0180385491146, 0.1039342245756], [1.14756491e-4, 6.36652716e-2]),
        (
            True,
            False,
            ["pair", "year"],
            [0.0175841342653, 0.0504164580125],
            [3.31645625e-3, 3.54576708e-3],
        ),
    ],
)
def test_clustered_errors_of_fixest(
    grunfeld, entity_effects, time_effects, cluster, std_error, p_value
):
    grunfeld["pair"] = grunfeld.index // 40
    fit = panel_ols(
        "invest ~ value + capital",
        grunfeld,
        "firm",
        "year",
        cluster=cluster,
        entity_effects=entity_effects,
        time_effects=time_effects,
    )
    table = fit.table()
    assert table.std_error.to_numpy() == pytest.approx(std_error, rel=1e-7)
    assert table.p_value.to_numpy() == pytest.approx(p_value, rel=1e-6)


def test_two_way_clusters_of_fixest_without_effects(grunfeld):
    # pyfixest 0.60.0: feols("invest ~ value + capital", vcov={"CRV1": "firm + year"}).
    fit = ols("invest ~ value + capital", grunfeld, cluster=["firm", "year"])
    assert fit.table().std_error.to_numpy() == pytest.approx(
        [19.505607735739, 0.0163517539920, 0.0784739139921], rel=1e-8
    )
    assert fit.n_clusters == 10
    assert fit.df == 9
