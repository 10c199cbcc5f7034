"""Quantile regression: the optimum of its own linear program, in any units, with clear refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from gzcounty.errors import InputError
from gzcounty.models.quantile import quantile_regression


@pytest.fixture
def engel() -> pd.DataFrame:
    from statsmodels.datasets import engel as dataset

    return dataset.load_pandas().data


@pytest.fixture
def simulated() -> pd.DataFrame:
    """Return a SIMULATED sample whose spread grows with x: slopes 1 + 0.5 * quantile of noise."""
    rng = np.random.default_rng(6)
    data = pd.DataFrame({"x": rng.uniform(0, 4, 300), "z": rng.normal(size=300)})
    data["group"] = np.where(np.arange(300) % 3 == 0, "榕江县", "Ａ县")
    data["y"] = 2 + data.x + (0.2 + 0.5 * data.x) * rng.normal(size=300)
    return data


def optimum(y, X, q):
    """Solve the linear program of Koenker and Bassett (1978)."""
    n, k = X.shape
    cost = np.concatenate([np.zeros(k), np.full(n, q), np.full(n, 1 - q)])
    equal = np.hstack([X, np.eye(n), -np.eye(n)])
    bounds = [(None, None)] * k + [(0, None)] * (2 * n)
    return linprog(cost, A_eq=equal, b_eq=y, bounds=bounds).x[:k]


@pytest.mark.parametrize("unit", [1e-5, 1.0, 1e6])
def test_estimates_are_the_optimum_in_any_unit(engel, unit):
    fit = quantile_regression("foodexp ~ income", engel * unit, quantiles=[0.1, 0.5, 0.9])
    X = np.column_stack([np.ones(len(engel)), engel.income])
    for q in fit.quantiles:
        best = optimum(engel.foodexp.to_numpy(), X, q)
        assert fit.coefficients[q].to_numpy() / [unit, 1] == pytest.approx(best, rel=1e-6)


def test_standard_errors_are_those_of_the_library(engel):
    from statsmodels.regression.quantile_regression import QuantReg

    X = np.column_stack([np.ones(len(engel)), engel.income])
    for errors, kernel, bandwidth in [
        ("robust", "epa", "hsheather"),
        ("iid", "biw", "bofinger"),
        ("robust", "gau", "chamberlain"),
    ]:
        direct = QuantReg(engel.foodexp.to_numpy(), X).fit(
            0.75, vcov=errors, kernel=kernel, bandwidth=bandwidth
        )
        ours = quantile_regression("foodexp ~ income", engel, 0.75, errors, kernel, bandwidth)
        table = ours.table()
        assert table.std_error.to_numpy() == pytest.approx(direct.bse, rel=1e-3)
        assert table.conf_low.to_numpy() == pytest.approx(direct.conf_int()[:, 0], rel=1e-3)
        assert table.p_value.to_numpy() == pytest.approx(direct.pvalues, rel=0.05)


def test_it_agrees_with_stata(engel):
    # Stata 12: qreg with biweight kernel and Hall-Sheather bandwidth, from statsmodels' tests
    # (results_quantile_regression.py, biweight_hsheather).
    fit = quantile_regression("foodexp ~ income", engel, 0.5, errors="iid", kernel="biw")
    table = fit.table().set_index("term")
    assert table.std_error["income"] == pytest.approx(0.0128449, rel=1e-3)
    assert table.conf_high["income"] == pytest.approx(0.5854875, abs=1e-5)
    assert fit.pseudo_r_squared[0.5] == pytest.approx(0.6206, abs=5e-5)


def test_slopes_differ_where_the_spread_grows(simulated):
    fit = quantile_regression("y ~ x + z", simulated, quantiles=[0.1, 0.5, 0.9])
    slopes = fit.coefficients.loc["x"]
    assert slopes.to_numpy() == pytest.approx([1 - 0.64, 1, 1 + 0.64], abs=0.25)
    table = fit.table()
    assert table.columns.to_list() == [
        "term", "quantile", "estimate", "std_error", "statistic", "p_value", "conf_low",
        "conf_high",
    ]  # fmt: skip
    assert table.term.to_list() == ["Intercept"] * 3 + ["x"] * 3 + ["z"] * 3
    assert table["quantile"].to_list() == [0.1, 0.5, 0.9] * 3
    narrow = fit.table(level=0.5)
    assert (narrow.conf_low > table.conf_low).all()


def test_deciles_are_the_default(simulated):
    fit = quantile_regression("y ~ C(group)", simulated)
    assert fit.quantiles == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    assert "C(group)[T.Ａ县] at 0.3" in repr(fit)
    assert "Intercept at 0.1" in fit._repr_html_()


def test_rows_left_out_are_counted(simulated):
    simulated.loc[3, "x"] = np.nan
    fit = quantile_regression("y ~ x", simulated, 0.5)
    assert fit.nobs == 299
    assert "Left out 1 of 300 rows for missing values: x 1." in fit.notes


def test_few_rows_beyond_a_quantile_are_said(simulated):
    fit = quantile_regression("y ~ x + z", simulated.head(60), quantiles=[0.05, 0.5])
    assert any("Fewer than 15 of 60 rows lie beyond '0.05'" in note for note in fit.notes)
    assert not any("Fewer than" in n for n in quantile_regression("y ~ x", simulated, 0.5).notes)


def test_no_density_no_standard_errors(simulated):
    simulated["y"] = (np.arange(300) % 10 == 0).astype(float)
    fit = quantile_regression("y ~ x", simulated, 0.5)
    assert fit.coefficients[0.5].to_numpy() == pytest.approx([0, 0], abs=1e-6)
    assert fit.table().std_error.isna().all()
    assert any("No standard errors at quantile 0.5" in note for note in fit.notes)


@pytest.mark.parametrize(
    ("columns", "arguments", "message"),
    [
        ({}, {"quantiles": 1.0}, "strictly between 0 and 1"),
        ({}, {"quantiles": []}, "strictly between 0 and 1"),
        ({}, {"quantiles": [0.5, 0.5]}, "different numbers"),
        ({}, {"quantiles": ["0.5"]}, "strictly between 0 and 1"),
        ({}, {"errors": "HC3"}, "errors must be one of 'robust' and 'iid'"),
        ({}, {"kernel": "magic"}, "kernel must be one of"),
        ({}, {"bandwidth": "magic"}, "bandwidth must be one of"),
        ({}, {"formula": "y ~ x + nothing"}, "no column 'nothing'"),
        ({}, {"formula": "y ~ group"}, "holds str values"),
        ({"z": np.inf}, {"formula": "y ~ z"}, "300 infinite values"),
        ({"y": 1.0}, {}, "'y' has the same value in every row"),
        ({"y": np.nan}, {}, "No row is left"),
        ({"twice": lambda data: 2 * data.x}, {"formula": "y ~ x + twice"}, "'twice' is an exact"),
    ],
)
def test_bad_input(simulated, columns, arguments, message):
    data = simulated.assign(**columns)
    with pytest.raises(InputError, match=message):
        quantile_regression(**({"formula": "y ~ x", "data": data} | arguments))


def test_more_terms_than_rows_are_refused(simulated):
    with pytest.raises(InputError, match="2 rows cannot carry 2 terms"):
        quantile_regression("y ~ x", simulated.head(2))
    with pytest.raises(InputError, match="level must lie"):
        quantile_regression("y ~ x", simulated, 0.5).table(level=2)
