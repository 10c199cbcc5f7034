"""What an estimate rules out, held to other programs and to other code; invented data SIMULATED."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import ttost_ind

import gzcounty as gz
from gzcounty.inference.bounds import minimum_detectable


def groups(seed: int = 4, n: int = 60) -> pd.DataFrame:
    """Two SIMULATED groups whose means differ by 0.1."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"x": np.arange(n) % 2, "z": rng.normal(size=n)})
    return data.assign(y=0.1 * data.x + data.z + rng.normal(size=n))


def test_margin_of_a_difference_of_means_has_the_p_value_of_statsmodels():
    data = groups()
    found = gz.bounds(gz.ols("y ~ x", data, cov="classical"), "x", margin=0.9).table()
    row = found[(found.kind == "ruled out") & (found["item"] == "margin")].iloc[0]
    a, b = data.y[data.x == 1], data.y[data.x == 0]
    assert row.p_value == pytest.approx(ttost_ind(a, b, -0.9, 0.9)[0], rel=1e-9)


def test_smallest_margin_is_where_statsmodels_rejects_at_exactly_five_per_cent():
    data = groups()
    margin = gz.bounds(gz.ols("y ~ x", data, cov="classical"), "x").value("ruled out")
    a, b = data.y[data.x == 1], data.y[data.x == 0]
    assert ttost_ind(a, b, -margin, margin)[0] == pytest.approx(0.05, abs=1e-9)


def test_minimum_detectable_effect_of_a_mean_is_that_of_statsmodels():
    n = 25
    effect = TTestPower().solve_power(nobs=n, power=0.8, alpha=0.05)
    assert minimum_detectable(1 / np.sqrt(n), n - 1, 0.8, 0.05) == pytest.approx(effect, rel=1e-6)
    normal = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert minimum_detectable(1.0, np.inf, 0.8, 0.05) == pytest.approx(normal, rel=1e-4)


def test_effects_on_a_logarithm_are_stated_in_per_cent_or_at_a_level():
    data = groups().assign(y=lambda frame: np.exp(frame.y))
    fit = gz.ols("log(y) ~ x", data)
    inner = fit.term("x", 0.9)
    per_cent, level = gz.bounds(fit, "x"), gz.bounds(fit, "x", at=8000.0)
    assert per_cent.value("estimate") == pytest.approx(100 * np.expm1(inner.estimate))
    assert per_cent.unit == "per cent"
    most = 8000 * np.abs(np.expm1([inner.conf_low, inner.conf_high])).max()
    assert level.value("ruled out") == pytest.approx(most)
    assert level.unit == "y"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"term": "w"}, "no term 'w'; it has 'Intercept', 'x' and 'z'"),
        ({"benchmarks": ["w"]}, "benchmarks\\['w'\\]: the model has no other term 'w'; it has 'z'"),
        ({"benchmarks": ["x"]}, "no other term 'x'"),
        ({"margin": 0.0}, "margin must be above 0, not 0"),
        ({"scale": 0.0}, "scale must not be 0"),
        ({"at": -5.0}, "at must be a level above 0"),
        ({"at": 5.0, "per_cent": False}, "effects are in units of the outcome already"),
        ({"level": 1.5}, "level must be a share above 0 and below 1"),
        ({"level": 0.4}, "level must be above 0.5"),
        ({"power": 1.2}, "power must lie above 1 - level"),
        ({"power": 0.01}, "power must lie above 1 - level"),
        ({"forms": {"other": 3}}, "forms\\['other'\\] must be a result"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(more, says):
    fit = gz.ols("y ~ x + z", groups())
    with pytest.raises(gz.InputError, match=says):
        gz.bounds(**{"fit": fit, "term": "x", **more})


def test_an_exact_fit_bounds_nothing_and_says_so():
    data = groups().assign(y=lambda frame: 1 + 2 * frame.x)
    with pytest.raises(gz.InputError, match="'x' has no standard error, so it bounds nothing"):
        gz.bounds(gz.ols("y ~ x", data), "x")


def test_a_result_without_estimates_by_term_is_refused():
    data = gz.simulate_panel(20, range(2014, 2018), cohorts={2016: 0.5}, seed=1)
    bacon = gz.bacon_decomposition(data, "log_rural_income", "county", "year", cohort="first_year")
    with pytest.raises(gz.InputError, match="not BaconDecomposition"):
        gz.bounds(bacon, "x")


def test_bounds_of_a_negative_effect_mirror_those_of_its_opposite():
    data = groups()
    up = gz.bounds(gz.ols("y ~ z + x", data), "z", benchmarks=["x"]).table()
    down = gz.bounds(gz.ols("y ~ w + x", data.assign(w=-data.z)), "w", benchmarks=["x"]).table()
    assert (up.value[up.kind == "estimate"] == -down.value[down.kind == "estimate"]).all()
    for kind in ("ruled out", "detectable", "overturned by"):
        assert up.value[up.kind == kind].to_numpy() == pytest.approx(
            down.value[down.kind == kind].to_numpy()
        )
    with_u = "with a confounder"
    assert up.value[up.kind == with_u].to_numpy() == pytest.approx(
        -down.value[down.kind == with_u].to_numpy()
    )


def test_rows_that_cannot_be_computed_are_named_in_the_notes():
    data = gz.simulate_panel(30, range(2014, 2019), cohorts={2016: 0.5}, seed=1)
    fit = gz.staggered_did(data, "log_rural_income", "county", "year", "first_year")
    found = gz.bounds(fit.aggregate("simple"), "overall", per_cent=True)
    assert any(note.startswith("No robustness value and no delta") for note in found.notes)
    assert "overturned by" not in set(found.table().kind)
    with pytest.raises(gz.InputError, match="Benchmarks need sums of squares, but Aggregate"):
        gz.bounds(fit.aggregate("simple"), "overall", benchmarks=["x"])
