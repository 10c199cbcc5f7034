"""Every covariance against an independent calculation."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from gzcounty.errors import InputError
from gzcounty.models.ols import ols

from .conftest import errors

FORMULA = "invest ~ value + capital"


def plain_fit(data, **kwargs):
    return sm.OLS(data.invest, sm.add_constant(data[["value", "capital"]])).fit(**kwargs)


@pytest.mark.parametrize("cov", ["HC0", "HC1", "HC2", "HC3"])
def test_robust_errors_are_those_of_statsmodels(grunfeld, cov):
    theirs = plain_fit(grunfeld, cov_type=cov, use_t=True)
    table = ols(FORMULA, grunfeld, cov=cov).table()
    assert table.std_error.to_numpy() == pytest.approx(theirs.bse.to_numpy(), rel=1e-10)
    assert table.p_value.to_numpy() == pytest.approx(theirs.pvalues.to_numpy(), rel=1e-9)


def test_clustered_errors_are_those_of_statsmodels(grunfeld):
    groups = pd.factorize(grunfeld.firm)[0]
    theirs = plain_fit(grunfeld, cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    fit = ols(FORMULA, grunfeld, cluster="firm")
    assert errors(fit) == pytest.approx(theirs.bse.to_numpy(), rel=1e-10)
    assert fit.table().p_value.to_numpy() == pytest.approx(theirs.pvalues.to_numpy(), rel=1e-9)
    assert fit.vcov.loc["value", "capital"] == pytest.approx(
        theirs.cov_params().loc["value", "capital"], rel=1e-9
    )


@pytest.mark.parametrize("cluster", [None, "firm"])
@pytest.mark.parametrize("cov", ["classical", "HC1", "HC3"])
def test_weighted_errors_are_those_of_statsmodels(grunfeld, cov, cluster):
    model = sm.WLS(
        grunfeld.invest,
        sm.add_constant(grunfeld[["value", "capital"]]),
        weights=grunfeld.capital,
    )
    groups = pd.factorize(grunfeld.firm)[0]
    kind = "nonrobust" if cov == "classical" else cov
    theirs = (
        model.fit(cov_type=kind)
        if cluster is None
        else model.fit(cov_type="cluster", cov_kwds={"groups": groups})
    )
    fit = ols(FORMULA, grunfeld, cov=cov, cluster=cluster, weights="capital")
    assert fit.table().estimate.to_numpy() == pytest.approx(theirs.params.to_numpy(), rel=1e-9)
    assert errors(fit) == pytest.approx(theirs.bse.to_numpy(), rel=1e-9)
    assert "Weighted by capital (analytic weights)." in fit.notes


def test_hand_calculation_of_four_rows():
    # y = a + b x by hand: b = 3/4, a = -1/4, residuals 1/4, 1/2, -7/4, 1; clusters {1, 2}, {3, 4}.
    data = pd.DataFrame({"y": [0, 1, -0.5, 3.0], "x": [0, 1, 2, 3.0], "g": [1, 1, 2, 2]})
    e = data.y.to_numpy() - (-0.25 + 0.75 * data.x.to_numpy())
    X = np.array([[1, 0], [1, 1], [1, 2], [1, 3.0]])
    bread = np.array([[14, -6], [-6, 4]]) / 20
    first, second = X[:2].T @ e[:2], X[2:].T @ e[2:]
    meat = np.outer(first, first) + np.outer(second, second)
    by_hand = 2 / 1 * 3 / 2 * bread @ meat @ bread
    fit = ols("y ~ x", data, cluster="g")
    assert fit.table().estimate.to_numpy() == pytest.approx([-0.25, 0.75])
    assert fit.vcov.to_numpy() == pytest.approx(by_hand)
    assert fit.df == 1


def test_two_way_clusters_are_inclusion_and_exclusion_with_the_smallest_g(grunfeld):
    # Without factors V = V_firm + V_year - V_cell; each cell of this panel is one row.
    n, k = 200, 3
    raw = [
        np.asarray(ols(FORMULA, grunfeld, cluster=name).vcov) / (g / (g - 1) * (n - 1) / (n - k))
        for name, g in (("firm", 10), ("year", 20))
    ]
    raw.append(np.asarray(ols(FORMULA, grunfeld, cov="HC0").vcov))
    expected = (raw[0] + raw[1] - raw[2]) * 10 / 9 * (n - 1) / (n - k)
    fit = ols(FORMULA, grunfeld, cluster=["firm", "year"])
    assert fit.vcov.to_numpy() == pytest.approx(expected, rel=1e-9)
    assert (fit.df, fit.n_clusters) == (9, 10)
    assert any("firm (10 clusters) and by year (20 clusters)" in note for note in fit.notes)
    reverse = ols(FORMULA, grunfeld, cluster=["year", "firm"])
    assert reverse.vcov.to_numpy() == pytest.approx(expected, rel=1e-9)


def test_two_way_clusters_where_one_contains_the_other_are_the_larger(grunfeld):
    grunfeld["pair"] = grunfeld.index // 40
    nested = ols(FORMULA, grunfeld, cluster=["firm", "pair"])
    assert errors(nested) == pytest.approx(errors(ols(FORMULA, grunfeld, cluster="pair")))


def test_negative_eigenvalues_are_set_to_zero_and_noted(grunfeld):
    fit = ols(FORMULA + " + C(firm)", grunfeld, cluster=["firm", "year"])
    assert "The two-way covariance matrix had negative eigenvalues; they were set to zero." in (
        fit.notes
    )
    assert np.linalg.eigvalsh(fit.vcov)[0] >= -1e-9 * np.linalg.eigvalsh(fit.vcov)[-1]
    assert np.isfinite(errors(fit)).all()


def test_every_row_its_own_cluster_is_hc1(grunfeld):
    grunfeld["row"] = range(len(grunfeld))
    n, k = 200, 3
    ratio = (n / (n - 1) * (n - 1) / (n - k)) / (n / (n - k))
    alone = ols(FORMULA, grunfeld, cluster="row").vcov.to_numpy()
    assert alone == pytest.approx(ratio * ols(FORMULA, grunfeld, cov="HC1").vcov.to_numpy())


def test_few_clusters_are_noted(panel):
    assert any("Only 8 clusters" in note for note in ols("y ~ x", panel, cluster="region").notes)
    assert not any("Only" in note for note in ols("y ~ x", panel, cluster="county").notes)


@pytest.mark.parametrize("cov", ["HC2", "HC3"])
def test_leverage_of_one_is_refused_where_it_divides_by_zero(grunfeld, cov):
    grunfeld["only_one"] = (grunfeld.index == 5).astype(float)
    with pytest.raises(InputError, match=f"{cov} is not defined here: 1 of 200 rows"):
        ols(FORMULA + " + only_one", grunfeld, cov=cov)
    assert ols(FORMULA + " + only_one", grunfeld, cov="HC1").nobs == 200
