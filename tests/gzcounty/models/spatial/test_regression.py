"""Spatial regressions against direct maximisation, spreg, and their own promises."""

import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from gzcounty.errors import InputError, TrapError
from gzcounty.models.ols import ols
from gzcounty.models.spatial import lagrange_tests, neighbour_weights, spatial_model

from .shared import grid, grid_pairs, simulated

KINDS = ["lag", "error", "durbin", "durbin_error"]


@pytest.fixture
def data() -> pd.DataFrame:
    return simulated(grid(7))


def negative_log_likelihood(theta, y, X, W, kind) -> float:
    """Full likelihood in all parameters at once (Anselin 1988, chapter 6), by brute force."""
    *b, dependence, log_sigma = theta
    n = len(y)
    A = np.eye(n) - dependence * W
    e = A @ y - X @ b if kind in ("lag", "durbin") else A @ (y - X @ b)
    sigma2 = np.exp(2 * log_sigma)
    log_det = np.linalg.slogdet(A)[1]
    return n / 2 * np.log(2 * np.pi * sigma2) + e @ e / (2 * sigma2) - log_det


@pytest.mark.parametrize("standardise", ["row", "spectral"])
@pytest.mark.parametrize("kind", KINDS)
def test_estimates_maximise_the_likelihood(data, kind, standardise):
    weights = grid(7, standardise=standardise)
    fit = spatial_model("y ~ x + z", data, weights, kind=kind)
    W = weights.matrix.toarray()
    X = np.column_stack([np.ones(len(data)), data[["x", "z"]]])
    if "durbin" in kind:
        X = np.column_stack([X, W @ X[:, 1:]])
    ours = [*fit.coefficients, np.log(fit.sigma2) / 2]
    arguments = (data.y.to_numpy(), X, W, kind)
    assert -negative_log_likelihood(ours, *arguments) == pytest.approx(fit.log_likelihood)
    best = minimize(negative_log_likelihood, ours, arguments, method="BFGS")
    assert best.x == pytest.approx(ours, abs=2e-5)
    assert fit.vcov.to_numpy() == pytest.approx(information_inverse(fit, X, W), rel=1e-5, abs=1e-9)


def information_inverse(fit, X, W) -> np.ndarray:
    """Asymptotic covariance by the formulas of Anselin (1988, pages 64-65), variance left out."""
    n, k = X.shape
    *b, dependence = fit.coefficients
    s2, A = fit.sigma2, np.eye(n) - dependence * W
    G = W @ np.linalg.inv(A)
    information = np.zeros((k + 2, k + 2))
    traces = np.trace(G @ G) + np.trace(G.T @ G)
    if fit.kind in ("lag", "durbin"):
        moved = G @ X @ b
        information[:k, :k] = X.T @ X / s2
        information[:k, k] = information[k, :k] = X.T @ moved / s2
        information[k, k] = traces + moved @ moved / s2
    else:
        information[:k, :k] = X.T @ A.T @ A @ X / s2
        information[k, k] = traces
    information[k, k + 1] = information[k + 1, k] = np.trace(G) / s2
    information[k + 1, k + 1] = n / (2 * s2**2)
    return np.linalg.inv(information)[:-1, :-1]


def test_names_of_terms(data):
    fit = spatial_model("y ~ x + z", data, grid(7), kind="durbin")
    assert fit.table().term.to_list() == ["Intercept", "x", "z", "W x", "W z", "rho"]
    assert fit.regressors == ("x", "z")
    fit = spatial_model("y ~ x", data, grid(7), kind="error")
    assert fit.table().term.to_list() == ["Intercept", "x", "lambda"]


def test_result_carries_what_it_promises(data):
    fit = spatial_model("y ~ x + z", data, grid(7))
    assert fit.nobs == 49
    assert fit.dependent == "y"
    assert fit.aic == pytest.approx(2 * 5 - 2 * fit.log_likelihood)
    plain = ols("y ~ x + z", data, cov="classical").native
    assert fit.likelihood_ratio == pytest.approx(2 * (fit.log_likelihood - plain.llf))
    assert fit.native.rho == pytest.approx(fit.term("rho").estimate)
    assert list(fit.residuals.index) == list(data.index)
    W = grid(7)
    expected = data.y - fit.coefficients["rho"] * W.lag(data.y) - fit.coefficients["Intercept"]
    expected -= fit.coefficients["x"] * data.x + fit.coefficients["z"] * data.z
    assert fit.residuals.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-8)
    assert "spatial lag model, 49 units" in repr(fit)
    assert "<table" in fit._repr_html_()
    with pytest.raises(InputError, match="no term 'moon'; it has 'Intercept'"):
        fit.term("moon")
    with pytest.raises(InputError, match="level must be a share"):
        fit.table(95)


@pytest.mark.parametrize("kind", KINDS)
def test_order_of_rows_and_of_weights_changes_nothing(data, kind):
    one = spatial_model("y ~ x + z", data, grid(7), kind=kind)
    shuffled = data.sample(frac=1, random_state=2)
    turned = grid(7).subset(data.index[::-1])
    two = spatial_model("y ~ x + z", shuffled, turned, kind=kind)
    numbers = [fit.table().drop(columns="term").to_numpy() for fit in (one, two)]
    assert numbers[1] == pytest.approx(numbers[0], rel=1e-5)
    assert list(two.residuals.index) == list(shuffled.index)


def test_twice_the_weights_are_the_same_weights_once_standardised(data):
    pairs = grid_pairs(7).assign(km=7.5)
    one = spatial_model("y ~ x", data, neighbour_weights(pairs))
    two = spatial_model("y ~ x", data, neighbour_weights(pairs, values="km"))
    assert two.coefficients.to_numpy() == pytest.approx(one.coefficients.to_numpy())


def test_ids_in_a_column_or_the_index(data):
    moved = data.rename_axis("adcode").reset_index()
    one = spatial_model("y ~ x", data, grid(7))
    two = spatial_model("y ~ x", moved, grid(7), id="adcode")
    assert one.table().equals(two.table())


def test_categories_and_transformations(data):
    data = data.assign(half=[name[:2] < "03" for name in data.index], positive=np.exp(data.z))
    fit = spatial_model("y ~ log(positive) + C(half)", data, grid(7), kind="durbin")
    assert list(fit.coefficients.index) == [
        "Intercept",
        "log(positive)",
        "C(half)[T.True]",
        "W log(positive)",
        "W C(half)[T.True]",
        "rho",
    ]


def test_rows_lost_are_lost_from_the_weights_and_said(data):
    holed = data.copy()
    holed.loc["03-03", "x"] = np.nan
    fit = spatial_model("y ~ x + z", holed, grid(7))
    rest = data.drop("03-03")
    by_hand = spatial_model("y ~ x + z", rest, grid(7).subset(rest.index))
    assert fit.nobs == 48
    assert fit.table().equals(by_hand.table())
    assert fit.notes[:2] == (
        "Left out 1 of 49 rows for missing values: x 1.",
        "Weights without 1 unit and 8 links of missing values; the rows left sum to one again.",
    )


def test_rows_lost_that_strand_a_unit_are_refused(data):
    data.loc[["00-01", "01-00"], "z"] = np.nan
    with pytest.raises(InputError, match="'00-00' would have no neighbour"):
        spatial_model("y ~ x + z", data, grid(7))


def test_dense_and_sparse_determinants_agree(data, monkeypatch):
    dense = [spatial_model("y ~ x", data, grid(7), kind=kind) for kind in KINDS]
    monkeypatch.setattr("gzcounty.models.spatial.regression.DENSE", 10)
    for one, kind in zip(dense, KINDS, strict=True):
        two = spatial_model("y ~ x", data, grid(7), kind=kind)
        assert two.coefficients.to_numpy() == pytest.approx(one.coefficients.to_numpy(), rel=1e-6)
        assert two.vcov.to_numpy() == pytest.approx(one.vcov.to_numpy(), rel=1e-5)


def test_libraries_neither_print_nor_warn(data, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in KINDS:
            spatial_model("y ~ x + z", data, grid(7), kind=kind)
        lagrange_tests("y ~ x + z", data, grid(7))
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


@pytest.mark.parametrize(
    ("change", "formula", "options", "message"),
    [
        ({}, "y ~ x", {"id": "adcode"}, "lack the column 'adcode'"),
        ({}, "y ~ moon", {}, "lack the column 'moon'"),
        ({}, "y ~ 0 + x", {}, "has no intercept"),
        ({}, "y ~ 1", {}, "has no regressor"),
        ({"w": lambda d: 2 * d.x}, "y ~ x + w", {}, "'w' is an exact linear combination of 'x'"),
        ({"w": 1.0}, "y ~ w", {}, "same value in every row"),
        ({"y": 1.0}, "y ~ x", {}, "'y' has the same value in every row"),
        ({"x": np.inf}, "y ~ x", {}, "infinite"),
        ({"x": "a"}, "y ~ x", {}, "where numbers are needed"),
        ({"x": np.nan}, "y ~ x", {}, "No row is left"),
        ({"rho": lambda d: d.x}, "y ~ rho", {}, "'rho' is the name of a parameter"),
        ({"code": "00-00"}, "y ~ x", {"id": "code"}, "'00-00' stands more than once in the data"),
        (
            {"code": lambda d: [f"Ａ{name}" for name in d.index]},
            "y ~ x",
            {"id": "code"},
            "W has no 'Ａ00-00'",
        ),
    ],
)
def test_bad_input_is_refused(data, change, formula, options, message):
    with pytest.raises(InputError, match=message):
        spatial_model(formula, data.assign(**change), grid(7), **options)


def test_a_lagged_regressor_can_be_collinear_though_the_regressor_is_not():
    """On a ring of four, W x and W z are the same for these x and z."""
    pairs = pd.DataFrame({"adcode_i": range(12), "adcode_j": [*range(1, 12), 0]})
    W = neighbour_weights(pairs)
    rng = np.random.default_rng(0)
    data = pd.DataFrame(rng.normal(size=(12, 2)), columns=["x", "y"], index=W.ids)
    # The lag of this wave is zero in every unit.
    data["z"] = np.tile([1.0, 0, -1, 0], 3)
    spatial_model("y ~ x + z", data, W, kind="lag")
    with pytest.raises(InputError, match="'W z' is zero in every row"):
        spatial_model("y ~ x + z", data, W, kind="durbin")


def test_rows_and_units_must_be_the_same(data):
    with pytest.raises(InputError, match=r"1 unit of W not in the data: '00-00'.*W.subset"):
        spatial_model("y ~ x", data.drop("00-00"), grid(7))
    both = pd.concat([data, data.iloc[:1].set_axis(["07-07"])])
    with pytest.raises(InputError, match="W has no '06-06' and '07-07', which the data has"):
        spatial_model("y ~ x", both, grid(7).subset(data.index.drop("06-06")))


def test_unstandardised_weights_are_refused(data):
    W = grid(7, standardise="none")
    with pytest.raises(InputError, match=r"not standardised.*restandardise"):
        spatial_model("y ~ x", data, W)
    fit = spatial_model("y ~ x", data, W.restandardise("row"))
    assert fit.table().equals(spatial_model("y ~ x", data, grid(7)).table())


def test_too_few_rows_are_refused():
    W = grid(2)
    with pytest.raises(InputError, match="4 rows cannot carry 7 parameters"):
        spatial_model("y ~ x + z", simulated(W), W, kind="durbin")


def test_too_many_units_are_refused():
    n = 5_001
    pairs = pd.DataFrame({"adcode_i": np.arange(n), "adcode_j": (np.arange(n) + 1) % n})
    W = neighbour_weights(pairs)
    data = pd.DataFrame(np.random.default_rng(0).normal(size=(n, 2)), W.ids, ["x", "y"])
    with pytest.raises(InputError, match="5,001 units are too many"):
        spatial_model("y ~ x", data, W)


@pytest.mark.parametrize("kind", KINDS)
def test_a_maximum_at_the_edge_is_a_trap(kind):
    W = grid(8, standardise="spectral")
    data = simulated(W)
    # The eigenvector of eigenvalue one is its own lag; hardly anything else is in this y.
    own_lag = np.abs(np.linalg.eigh(W.matrix.toarray())[1][:, -1])
    data["y"] = 1e3 * own_lag + 1e-4 * data.z
    with pytest.raises(TrapError, match="maximum at the edge"):
        spatial_model("y ~ x", data, W, kind=kind)


def test_without_spreg_the_error_says_how_to_get_it(data, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "spreg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "spreg", None)
    for function in (spatial_model, lagrange_tests):
        with pytest.raises(ModuleNotFoundError, match=r"needs the library spreg.*\[spatial\]"):
            function("y ~ x", data, grid(7))


def test_islands_kept_are_said(data):
    W = neighbour_weights(grid_pairs(7), ids=[*grid(7).ids, "far"], islands="keep")
    far = pd.DataFrame({"x": [1.0], "z": [0.0], "y": [2.0]}, index=["far"])
    fit = spatial_model("y ~ x", pd.concat([data, far]), W)
    assert "1 island kept" in fit.notes[0]


def test_lagrange_tests_by_formula(data):
    """LM error and LM lag from their formulas (Anselin and others 1996, equations 9 and 13)."""
    result = lagrange_tests("y ~ x + z", data, grid(7)).set_index("test")
    W = grid(7).matrix.toarray()
    y = data.y.to_numpy()
    X = np.column_stack([np.ones(49), data[["x", "z"]]])
    hat = X @ np.linalg.pinv(X)
    e = y - hat @ y
    s2 = e @ e / 49
    T = np.trace(W.T @ W + W @ W)
    error = (e @ W @ e / s2) ** 2 / T
    wxb = W @ hat @ y
    lag = (e @ W @ y / s2) ** 2 / (T + wxb @ (wxb - hat @ wxb) / s2)
    assert result.statistic["error"] == pytest.approx(error)
    assert result.statistic["lag"] == pytest.approx(lag)
    both = result.statistic["error"] + result.statistic["lag, robust to an error"]
    assert result.statistic["lag and error"] == pytest.approx(both)
    assert result.df.to_list() == [1, 1, 1, 1, 2]
    assert result.p_value.between(0, 1).all()
