"""Fitted values and predictions of results."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import gzcounty as gz
from gzcounty.errors import InputError


@pytest.fixture
def data() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.uniform(1, 9, 60), "g": list("abcd") * 15})
    frame["id"] = np.arange(60) % 12
    frame["year"] = np.arange(60) // 12
    frame["y"] = np.exp(0.2 * frame.x + (frame.g == "b") + rng.normal(0, 0.3, 60))
    frame["w"] = rng.uniform(1, 2, 60)
    return frame


@pytest.mark.parametrize("right", ["x + C(g)", "log(x) * C(g)", "I(x**2) + C(g) + x:C(g)"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_predictions_are_those_of_statsmodels(data, right, weights):
    new = pd.DataFrame({"x": [2.0, 5.5, 8.0], "g": ["d", "a", "d"]}, index=[7, 7, "z"])
    fit = gz.ols(f"log(y) ~ {right}", data, weights=weights)
    formula = f"np.log(y) ~ {right.replace('log', 'np.log')}"
    model = smf.ols(formula, data) if weights is None else smf.wls(formula, data, weights=data.w)
    theirs = model.fit()
    assert fit.predict(new).to_numpy() == pytest.approx(theirs.predict(new).to_numpy(), rel=1e-9)
    assert fit.predict(new).index.tolist() == [7, 7, "z"]
    assert fit.fitted.to_numpy() == pytest.approx(theirs.fittedvalues.to_numpy(), rel=1e-9)
    pd.testing.assert_series_equal(fit.predict(), fit.fitted)
    assert (fit.fitted + fit.residuals).to_numpy() == pytest.approx(np.log(data.y).to_numpy())


@pytest.mark.parametrize("term", ["center(x)", "scale(x)", "poly(x, 2)", "bs(x, df=4)"])
def test_transforms_keep_what_they_learned_from_the_sample(data, term):
    fit = gz.ols(f"y ~ {term} + C(g)", data)
    few = data.iloc[[3, 11, 12]]
    assert fit.predict(few).to_numpy() == pytest.approx(fit.fitted.loc[few.index].to_numpy())


def test_rows_that_lack_a_value_have_no_prediction(data):
    new = pd.DataFrame({"x": [2.0, np.nan, 3.0], "g": ["a", "b", None]})
    fit = gz.ols("y ~ x + C(g)", data)
    assert fit.predict(new).isna().tolist() == [False, True, True]
    assert fit.predict(new.iloc[1:]).isna().all()


def test_new_rows_that_cannot_be_predicted_are_refused(data):
    fit = gz.ols("log(y) ~ log(x) + C(g)", data)
    with pytest.raises(InputError, match="no estimate for 'q' of 'g'; it knows 'a', 'b', 'c' and"):
        fit.predict(pd.DataFrame({"x": [2.0], "g": ["q"]}))
    with pytest.raises(InputError, match="lack the column 'g'"):
        fit.predict(data[["x"]])
    with pytest.raises(InputError, match=r"'log\(x\)' is not a finite number in 1 row"):
        fit.predict(data[["x", "g"]].assign(x=0.0).head(1))
    with pytest.raises(InputError, match="new_data must be a pandas DataFrame or None, not"):
        fit.predict([1, 2])


def test_absorbed_effects_are_in_fitted_values_and_not_in_new_rows(data):
    fit = gz.panel_ols("y ~ x", data, "id", "year")
    dummies = gz.ols("y ~ x + C(id) + C(year)", data)
    assert fit.fitted.to_numpy() == pytest.approx(dummies.fitted.to_numpy(), rel=1e-9)
    pd.testing.assert_series_equal(fit.predict(), fit.fitted)
    with pytest.raises(InputError, match="cannot be predicted by two-way fixed effects of id and"):
        fit.predict(data)
    pooled = gz.panel_ols("y ~ x", data, "id", "year", entity_effects=False, time_effects=False)
    assert pooled.predict(data).to_numpy() == pytest.approx(pooled.fitted.to_numpy())
