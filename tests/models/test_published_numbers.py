"""Numbers that somebody else computed and printed."""

import pytest

from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols


def test_pooled_ols_of_grunfeld(grunfeld):
    # Baltagi 2013, tables 2.1 and 3.1, as printed with all digits by R package plm,
    # inst/tests/test_Estimators.Rout.save.
    table = ols("invest ~ value + capital", grunfeld, cov="classical").table()
    assert table.term.tolist() == ["Intercept", "value", "capital"]
    assert table.estimate.to_numpy() == pytest.approx([-42.7143694, 0.1155622, 0.2306785], rel=1e-6)
    assert table.std_error.to_numpy() == pytest.approx([9.5116760, 0.0058357, 0.0254758], rel=5e-6)


def test_firm_effects_of_grunfeld(grunfeld):
    # Same source, "within" model.
    fit = panel_ols("invest ~ value + capital", grunfeld, "firm", "year", time_effects=False)
    table = fit.table()
    assert table.estimate.to_numpy() == pytest.approx([0.110124, 0.310065], abs=1e-6)
    assert table.std_error.to_numpy() == pytest.approx([0.011857, 0.017355], abs=1e-6)


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


def test_two_way_effects_of_the_wage_panel():
    # Wooldridge, Introductory Econometrics, Example 14.4: printed digits, quoted from memory and
    # only partly confirmed by a public transcript; agreement with linearmodels is tested apart.
    from linearmodels.datasets import wage_panel

    data = wage_panel.load()
    fit = panel_ols("lwage ~ expersq + married + union", data, "nr", "year")
    assert fit.nobs == 4360
    table = fit.table()
    assert table.estimate.to_numpy() == pytest.approx([-0.0052, 0.0467, 0.0800], abs=5e-5)
    assert table.std_error.to_numpy() == pytest.approx([0.0007, 0.018, 0.019], abs=5e-4)
    assert table.std_error[0] == pytest.approx(0.0007, abs=5e-5)


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
