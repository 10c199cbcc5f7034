"""Every covariance against an independent calculation, and as other software printed it."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.errors import InputError
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols

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


def exact_errors(X, y, clusters, cov):
    """Standard errors in exact fractions, from the normal equations; only the root is rounded."""
    n, k = X.shape
    X, y = ([[Fraction(value) for value in row] for row in part] for part in (X, y[:, None]))
    rows = [
        [sum(row[i] * row[j] for row in X) for j in range(k)]
        + [Fraction(i == j) for j in range(k)]
        + [sum(row[i] * value for row, [value] in zip(X, y, strict=True))]
        for i in range(k)
    ]
    for i in range(k):  # Gauss and Jordan
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in set(range(k)) - {i}:
            rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i], strict=True)]
    bread, beta = [row[k:-1] for row in rows], [row[-1] for row in rows]
    influence = [
        [sum(a * b for a, b in zip(line, row, strict=True)) for line in bread] for row in X
    ]
    fitted = [sum(a * b for a, b in zip(beta, row, strict=True)) for row in X]
    left = [value - fit for [value], fit in zip(y, fitted, strict=True)]
    leverage = [
        sum(a * b for a, b in zip(*pair, strict=True)) for pair in zip(X, influence, strict=True)
    ]
    by = range(n) if clusters is None else clusters
    sums = {group: [Fraction(0)] * k for group in by}
    for group, row, e, h in zip(by, influence, left, leverage, strict=True):
        scaled = e / (1 - h) if cov == "HC3" and clusters is None else e
        sums[group] = [
            total + scaled * value for total, value in zip(sums[group], row, strict=True)
        ]
    factor = Fraction(n, n - k) if cov == "HC1" else Fraction(1)
    if clusters is not None:
        factor = Fraction(len(sums) * (n - 1), (len(sums) - 1) * (n - k))
    totals = [factor * sum(part[i] ** 2 for part in sums.values()) for i in range(k)]
    if cov == "classical" and clusters is None:
        totals = [bread[i][i] * sum(e**2 for e in left) / (n - k) for i in range(k)]
    return np.array([float(total) ** 0.5 for total in totals])


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    digits=st.integers(0, 9),
    cov=st.sampled_from(["classical", "HC0", "HC1", "HC3"]),
    clustered=st.booleans(),
)
def test_errors_keep_their_digits_where_columns_vary_little(seed, digits, cov, clustered):
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((2, 30))
    data = pd.DataFrame({"a": 10.0**digits + a, "b": b, "y": a + b + rng.standard_normal(30)})
    data["g"] = rng.permutation(np.arange(30) % 6)
    X = np.column_stack([np.ones(30), data.a, data.b])
    exact = exact_errors(X, data.y.to_numpy(), data.g.tolist() if clustered else None, cov)
    found = errors(ols("y ~ a + b", data, cov=cov, cluster="g" if clustered else None))
    np.testing.assert_allclose(found, exact, rtol=1e-13 * 10**digits + 1e-12)


@pytest.mark.parametrize(("degree", "tolerance"), [(5, 1e-12), (7, 1e-9)])
@pytest.mark.parametrize("cov", ["classical", "HC1", "HC3"])
def test_errors_of_polynomials_keep_their_digits(degree, tolerance, cov):
    # As in the Wampler sets of NIST: powers of 0, 1, ..., 20.
    x = np.arange(21.0)
    data = pd.DataFrame({"x": x, "y": (x + 1) ** 2 + 100 * np.cos(5 * x)})
    powers = [f"I(x**{power})" for power in range(2, degree + 1)]
    X = np.vander(x, degree + 1, increasing=True)
    found = errors(ols(" + ".join(["y ~ x", *powers]), data, cov=cov))
    exact = exact_errors(X, data.y.to_numpy(), None, cov)
    np.testing.assert_allclose(found, exact, rtol=tolerance)
