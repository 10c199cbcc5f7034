"""Least squares: what the result carries, and properties that hold whatever the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.errors import InputError
from gzcounty.models.ols import ols


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
