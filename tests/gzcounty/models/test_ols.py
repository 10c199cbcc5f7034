"""Least squares: what results carry and predict, collinear columns, what holds for any data."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.errors import InputError
from gzcounty.models.design import least_squares
from gzcounty.models.nearness import judge_collinearity
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols


def simulated(seed: int, n: int = 25) -> pd.DataFrame:
    """SIMULATED."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.normal(size=(n, 2)), columns=["x", "z"])
    data["g"] = rng.permutation(np.arange(n) % 6)
    return data.assign(y=1 + data.x - data.z + rng.normal(size=n))


def numbers(fit) -> np.ndarray:
    return fit.table().drop(columns="term").to_numpy(dtype=float)


COVARIANCES = st.sampled_from([{"cov": "classical"}, {"cov": "HC3"}, {"cluster": "g"}])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), kind=COVARIANCES)
def test_row_order_changes_nothing(seed, kind):
    data = simulated(seed)
    shuffled = data.sample(frac=1, random_state=seed)
    original = numbers(ols("y ~ x + z", data, **kind))
    assert numbers(ols("y ~ x + z", shuffled, **kind)) == pytest.approx(original, rel=1e-8)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000), factor=st.sampled_from([1e-6, 0.01, 7.0, 1e5]), kind=COVARIANCES
)
def test_units_of_a_regressor_change_only_its_own_row(seed, factor, kind):
    data = simulated(seed)
    original = ols("y ~ x + z", data, **kind)
    scaled = ols("y ~ x + z", data.assign(x=data.x * factor), **kind)
    assert scaled.term("z")[1:] == pytest.approx(original.term("z")[1:], rel=1e-8)
    assert scaled.term("x").estimate * factor == pytest.approx(original.term("x").estimate)
    assert scaled.term("x").std_error * factor == pytest.approx(original.term("x").std_error)
    assert scaled.term("x").p_value == pytest.approx(original.term("x").p_value)


def test_result_carries_what_it_promises(grunfeld):
    fit = ols("invest ~ value + capital", grunfeld)
    assert (fit.nobs, fit.n_clusters, fit.df) == (200, None, 197)
    assert fit.dependent == "invest"
    assert fit.estimator == "least squares"
    assert fit.r_squared == pytest.approx(0.8124080178314147)  # Stata, e(r2) of the same model
    assert fit.r_squared_within is None
    assert fit.native.params["value"] == pytest.approx(fit.term("value").estimate)
    assert fit.native.bse["value"] == pytest.approx(fit.term("value").std_error)
    assert fit.notes == ("Standard errors HC3; t with 197 degrees of freedom.",)
    fitted = grunfeld.invest - fit.residuals
    assert np.corrcoef(fitted, grunfeld.invest)[0, 1] ** 2 == pytest.approx(fit.r_squared)


def test_clusters_take_the_place_of_cov(grunfeld):
    one = ols("invest ~ value", grunfeld, cov="HC0", cluster="firm")
    other = ols("invest ~ value", grunfeld, cluster="firm")
    assert one.table().equals(other.table())
    assert any("K = 2 counts the terms" in note for note in one.notes)


def test_no_intercept_is_said(grunfeld):
    fit = ols("invest ~ 0 + value", grunfeld)
    assert fit.table().term.to_list() == ["value"]
    assert any("No intercept" in note for note in fit.notes)


def test_too_few_rows_are_refused(grunfeld):
    with pytest.raises(InputError, match="3 rows cannot carry 3 terms"):
        ols("invest ~ value + capital", grunfeld.head(3))


def test_constant_outcome_is_refused(grunfeld):
    with pytest.raises(InputError, match="'flat' has the same value in every row"):
        ols("flat ~ value", grunfeld.assign(flat=2.0))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(1e-6, 1e6))
def test_solution_meets_the_normal_equations_at_any_scale(seed, scale):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(20, 3)) * [1, scale, 1]
    y = rng.normal(size=20)
    coefficients, root, _ = least_squares(X, y, ["a", "b", "c"])
    unit = X / [1, scale, 1]
    assert unit.T @ (y - X @ coefficients) == pytest.approx(0, abs=1e-12)
    inverse = root @ root.T @ (X.T @ X)
    assert inverse * [[1, 1 / scale, 1], [scale, 1, scale], [1, 1 / scale, 1]] == pytest.approx(
        np.eye(3), abs=1e-9
    )


def test_collinear_columns_are_named_with_their_partners():
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 30))
    X = np.column_stack([a, b, c, 2 * a - 3e6 * c])
    with pytest.raises(InputError, match="'d' is an exact linear combination of 'a' and 'c'; leav"):
        judge_collinearity(X, ["a", "b", "c", "d"])
    judge_collinearity(X[:, :3], ["a", "b", "c"])


def test_nearly_collinear_columns_are_estimated():
    rng = np.random.default_rng(0)
    a = rng.normal(size=50)
    data = pd.DataFrame({"a": a, "b": a + 1e-6 * rng.normal(size=50)})
    data["y"] = data.a + 2 * data.b
    table = ols("y ~ a + b", data, cov="HC1").table()
    assert table.estimate.to_numpy() == pytest.approx([0, 1, 2], abs=1e-7)


@pytest.mark.parametrize(
    ("columns", "formula", "message"),
    [
        ({"v": 3.0}, "y ~ x + v", "'v' has the same value in every row, which the intercept"),
        ({"v": 0.0}, "y ~ x + v", "'v' is zero in every row; leave it out"),
        ({}, "y ~ x + I(2 * x + 1)", r"'I\(2 \* x \+ 1\)' is an exact linear combination of 'Inte"),
        ({}, "y ~ 0 + C(g) + one", "'one' is an exact linear combination of .C.g..a.. and .C.g..b"),
    ],
)
def test_models_judge_collinearity_terms(columns, formula, message):
    data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4, 7], "x": [1.0, 2, 4, 3, 6, 8], "g": list("ababab")})
    with pytest.raises(InputError, match=message):
        ols(formula, data.assign(one=1.0, **columns))


@pytest.fixture
def groups() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.uniform(1, 9, 60), "g": list("abcd") * 15})
    frame["id"] = np.arange(60) % 12
    frame["year"] = np.arange(60) // 12
    frame["y"] = np.exp(0.2 * frame.x + (frame.g == "b") + rng.normal(0, 0.3, 60))
    frame["w"] = rng.uniform(1, 2, 60)
    return frame


@pytest.mark.parametrize("right", ["x + C(g)", "log(x) * C(g)", "I(x**2) + C(g) + x:C(g)"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_predictions_are_those_of_statsmodels(groups, right, weights):
    new = pd.DataFrame({"x": [2.0, 5.5, 8.0], "g": ["d", "a", "d"]}, index=[7, 7, "z"])
    fit = ols(f"log(y) ~ {right}", groups, weights=weights)
    formula = f"np.log(y) ~ {right.replace('log', 'np.log')}"
    weight = 1.0 if weights is None else groups.w
    theirs = smf.wls(formula, groups, weights=weight).fit()
    assert fit.predict(new).to_numpy() == pytest.approx(theirs.predict(new).to_numpy(), rel=1e-9)
    assert fit.predict(new).index.tolist() == [7, 7, "z"]
    assert fit.fitted.to_numpy() == pytest.approx(theirs.fittedvalues.to_numpy(), rel=1e-9)
    pd.testing.assert_series_equal(fit.predict(), fit.fitted)
    assert (fit.fitted + fit.residuals).to_numpy() == pytest.approx(np.log(groups.y).to_numpy())


@pytest.mark.parametrize("term", ["center(x)", "scale(x)", "poly(x, 2)", "bs(x, df=4)"])
def test_transforms_keep_what_they_learned_from_the_sample(groups, term):
    fit = ols(f"y ~ {term} + C(g)", groups)
    few = groups.iloc[[3, 11, 12]]
    assert fit.predict(few).to_numpy() == pytest.approx(fit.fitted.loc[few.index].to_numpy())


def test_rows_that_lack_a_value_have_no_prediction(groups):
    new = pd.DataFrame({"x": [2.0, np.nan, 3.0], "g": ["a", "b", None]})
    fit = ols("y ~ x + C(g)", groups)
    assert fit.predict(new).isna().tolist() == [False, True, True]
    assert fit.predict(new.iloc[1:]).isna().all()


def test_new_rows_that_cannot_be_predicted_are_refused(groups):
    fit = ols("log(y) ~ log(x) + C(g)", groups)
    with pytest.raises(InputError, match="no estimate for 'q' of 'g'; it knows 'a', 'b', 'c' and"):
        fit.predict(pd.DataFrame({"x": [2.0], "g": ["q"]}))
    with pytest.raises(InputError, match="lack the column 'g'"):
        fit.predict(groups[["x"]])
    with pytest.raises(InputError, match=r"'log\(x\)' is not a finite number in 1 row"):
        fit.predict(groups[["x", "g"]].assign(x=0.0).head(1))
    with pytest.raises(InputError, match="new_data must be a pandas DataFrame or None, not"):
        fit.predict([1, 2])


def test_absorbed_effects_are_in_fitted_values_and_not_in_new_rows(groups):
    fit = panel_ols("y ~ x", groups, "id", "year")
    dummies = ols("y ~ x + C(id) + C(year)", groups)
    assert fit.fitted.to_numpy() == pytest.approx(dummies.fitted.to_numpy(), rel=1e-9)
    pd.testing.assert_series_equal(fit.predict(), fit.fitted)
    with pytest.raises(InputError, match="cannot be predicted by two-way fixed effects of id and"):
        fit.predict(groups)
    pooled = panel_ols("y ~ x", groups, "id", "year", entity_effects=False, time_effects=False)
    assert pooled.predict(groups).to_numpy() == pytest.approx(pooled.fitted.to_numpy())
