"""What an estimate rules out, held to other programs and to other code; invented data SIMULATED."""

import sys

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import ttost_ind

import gzcounty as gz
from gzcounty.inference.bounds import (
    _adjusted,
    _honest_at,
    _multi_period,
    _Path,
    minimum_detectable,
    robustness_value,
)
from gzcounty.models.event_study import EventStudyResult
from gzcounty.models.result import Estimate


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
    with pytest.raises(gz.InputError, match="Benchmarks need sums of squares, but this is"):
        gz.bounds(fit.aggregate("simple"), "overall", benchmarks=["x"])


def test_robustness_of_the_darfur_estimate_is_that_printed_by_sensemakr():
    # Cinelli and Hazlett 2020, section 5, as summary(sensemakr(...)) prints it: estimate 0.097,
    # standard error 0.023, t 4.18, 783 degrees of freedom; female as benchmark, whose partial R2
    # are 0.9 % with the exposure and 10.9 % with the outcome given it.
    slope, std_error, df = 0.0973158, 0.0232566, 783
    f = slope / std_error / np.sqrt(df)
    assert f**2 / (1 + f**2) == pytest.approx(0.022, abs=5e-4)
    assert robustness_value(f) == pytest.approx(0.139, abs=5e-4)
    critical = stats.t.ppf(0.975, df - 1)
    assert robustness_value(f, critical, df) == pytest.approx(0.076, abs=5e-4)
    with_d, with_y = 0.0090811, 0.1090339
    for times, adjusted in ((1, 0.0752), (2, 0.0529), (3, 0.0304)):
        moved = _adjusted(slope, std_error, df, with_d, with_y, times)
        assert moved is not None
        assert moved[0] == pytest.approx(adjusted, abs=6e-5)


def test_a_confounder_of_the_robustness_value_brings_a_regression_to_zero():
    """The omitted variable is made: it explains just that share of what is left of both."""
    rng = np.random.default_rng(8)
    n = 400
    d, other, noise = np.linalg.qr(rng.normal(size=(n, 3)))[0].T
    y = 0.4 * d + noise
    f = 0.4 / np.sqrt(1 / (n - 1)) / np.sqrt(n - 1)
    share = robustness_value(f)
    # z has the correlation sqrt(share) with d, and the same with y given d.
    left = np.sqrt(share) * noise + np.sqrt(1 - share) * other
    z = np.sqrt(share) * d + np.sqrt(1 - share) * left
    X = np.column_stack([d, z])
    assert np.linalg.lstsq(X, y)[0][0] == pytest.approx(0, abs=1e-12)


def test_an_omitted_variable_of_osters_delta_brings_the_estimate_to_zero():
    """Oster's own model: seen and unseen index, independent, of which one is left out."""
    rng = np.random.default_rng(3)
    n = 200_000
    seen, unseen = rng.normal(size=(2, n))
    # cov(d, unseen) / var(unseen) = delta * cov(d, seen) / var(seen), and no effect of d.
    data = pd.DataFrame({"seen": seen, "d": 0.3 * seen + 0.6 * unseen + rng.normal(size=n)})
    data["y"] = seen + unseen
    from gzcounty.inference.bounds import _read_model, oster_delta

    model = _read_model(gz.ols("y ~ d + seen", data, cov="classical"), "d")
    assert oster_delta(model, 10.0) == pytest.approx(2.0, rel=0.02)  # R2 up to 1


# SIMULATED effects around a reference. The numbers below were made by another program:
#   compute_flci(beta_hat=BETA, sigma=SIGMA, smoothness_bound=M, n_pre_periods=3,
#                n_post_periods=3, post_period_weights=WEIGHTS)
# of moderndid 0.2.0, which carries the R package HonestDiD over.
BETA = np.array([0.5, -0.2, 0.3, 1.2, 1.6, 2.4])
ERRORS = np.array([0.4, 0.35, 0.3, 0.35, 0.4, 0.5])
SIGMA = np.outer(ERRORS, ERRORS) * 0.4 ** np.abs(np.subtract.outer(range(6), range(6)))
FIRST, MEAN = np.array([1.0, 0, 0]), np.full(3, 1 / 3)


@pytest.mark.parametrize(
    ("weights", "m", "low", "high"),
    [
        (FIRST, 0.0, 0.503421, 1.945464),
        (FIRST, 0.1, 0.370871, 2.016504),
        (FIRST, 0.5, -0.026996, 2.743958),
        (MEAN, 0.0, 1.108439, 2.708329),
        (MEAN, 0.5, -0.850221, 4.830426),
    ],
)
def test_smooth_trends_give_the_intervals_of_honest_did(weights, m, low, high):
    results = _multi_period(_Path(BETA, SIGMA, 3, weights), 1.0)
    found = _honest_at(results, "smoothness", weights, 0.95)(m)
    assert found == pytest.approx((low, high), abs=1e-3)


def study() -> EventStudyResult:
    data = gz.simulate_panel(60, range(2013, 2019), effect=0.1, cohorts={2016: 0.5}, seed=2)
    data["ever"] = (data.first_year > 0).astype(float)
    return gz.event_study(data, "log_rural_income", "ever", "county", "year", 2015)


@pytest.mark.slow
def test_honest_intervals_of_an_event_study_reach_zero_at_the_breakdown():
    fit = study()
    found = gz.bounds(fit, "ever:2016", honest=True)
    names = [f"ever:{year}" for year in (2013, 2014, 2016, 2017, 2018)]
    path = _Path(
        fit.coefficients[names].to_numpy(), fit.vcov.loc[names, names].to_numpy(), 2, FIRST
    )
    m = found.value("overturned by", "breakdown M, relative magnitudes")
    at = _honest_at(_multi_period(path, 1.0), "relative magnitudes", FIRST, 0.95)
    assert m > 0
    assert at(1.02 * m)[0] <= 0 <= at(1.02 * m)[1]
    assert at(0.98 * m)[0] > 0


def test_honest_intervals_without_diff_diff_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "diff_diff", None)
    with pytest.raises(ModuleNotFoundError, match=r'diff-diff.*pip install "gzcounty\[did\]"'):
        gz.bounds(study(), "ever:2016", honest=True)
    assert any("honest=True adds" in note for note in gz.bounds(study(), "ever:2016").notes)


def test_honest_intervals_are_refused_with_the_reason():
    data = gz.simulate_panel(60, range(2013, 2019), cohorts={2016: 0.5}, seed=2)
    fit = gz.staggered_did(data, "log_rural_income", "county", "year", "first_year")
    with pytest.raises(gz.InputError, match=r"not relative to one period.*base='universal'"):
        gz.bounds(fit.aggregate("dynamic"), "overall", honest=True)
    with pytest.raises(gz.InputError, match=r"ask .aggregate\(\"dynamic\"\)"):
        gz.bounds(fit, "ATT(2016, 2017)", honest=True)
    with pytest.raises(gz.InputError, match="lies before the reference 2015"):
        gz.bounds(study(), "ever:2014", honest=True)
    with pytest.raises(gz.InputError, match="there is no path of effects"):
        gz.bounds(gz.ols("y ~ x", groups()), "x", honest=True)


def test_other_forms_are_read_from_every_library():
    import pyfixest as pf
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    data = groups().assign(y=lambda frame: np.exp(frame.y))
    fit = gz.ols("log(y) ~ x", data)
    forms = {
        "log(y + 1)": gz.ols("log(y + 1) ~ x", data),
        "Poisson": smf.glm("y ~ x", data, family=sm.families.Poisson()).fit(cov_type="HC0"),
        "pyfixest": pf.fepois("y ~ x", data, vcov="HC1"),
        "pair": (0.1, 0.05),
    }
    found = gz.bounds(fit, "x", forms=forms)
    assert found.value("form", "Poisson") == pytest.approx(found.value("form", "pyfixest"))
    means = data.groupby("x").y.mean()
    assert found.value("form", "Poisson") == pytest.approx(100 * (means[1] / means[0] - 1))
    assert found.value("form", "pair") == pytest.approx(100 * np.expm1(0.1))
    with pytest.raises(gz.InputError, match=r"forms\['Poisson'\] has no term 'z'"):
        gz.bounds(gz.ols("y ~ z", data), "z", forms={"Poisson": forms["Poisson"]})


def test_spatial_impacts_are_bound_by_their_draws():
    from gzcounty.simulation import neighbour_pairs

    panel = gz.simulate_panel(40, range(2018, 2020), seed=5)
    data = panel[panel.year == 2019].copy()
    data["x"], data["y"] = np.random.default_rng(5).normal(size=(2, len(data)))
    weights = gz.neighbour_weights(neighbour_pairs(panel), i="county", j="neighbour")
    impacts = gz.spatial_model("y ~ x", data, weights, "county", kind="lag").impacts(draws=400)
    margin = gz.bounds(impacts, "x: total").value("ruled out")
    draws = impacts.draws[:, 0, 2]
    assert margin == pytest.approx(np.abs(np.quantile(draws, [0.05, 0.95])).max())
    rows = gz.bounds(impacts, "x: total", margin=margin).table()
    assert rows.p_value[rows["item"] == "margin"].iloc[0] == pytest.approx(0.05, abs=0.005)


@pytest.mark.simulation
def test_intervals_cover_and_tests_find_and_reject_as_often_as_they_say():
    """SIMULATED samples of 25 with normal errors: coverage, power and size over 500 draws."""
    rng = np.random.default_rng(12)
    n, draws = 25, 500
    data = pd.DataFrame({"x": np.linspace(-1, 1, n)})
    std_error = 1 / np.sqrt(((data.x - data.x.mean()) ** 2).sum())
    effect, margin = minimum_detectable(std_error, n - 2, 0.8, 0.05), 4 * std_error
    covered, detected, equivalent = 0, 0, 0
    for _ in range(draws):
        noise = rng.normal(size=n)
        found: Estimate = gz.ols("y ~ x", data.assign(y=effect * data.x + noise), "classical").term(
            "x"
        )
        covered += found.conf_low <= effect <= found.conf_high
        detected += found.p_value < 0.05
        at_margin = gz.ols("y ~ x", data.assign(y=margin * data.x + noise), "classical")
        equivalent += gz.bounds(at_margin, "x").value("ruled out") < margin
    assert covered / draws == pytest.approx(0.95, abs=0.03)
    assert detected / draws == pytest.approx(0.80, abs=0.05)
    assert equivalent / draws == pytest.approx(0.05, abs=0.03)


@pytest.mark.simulation
@pytest.mark.parametrize("m", [0.5, 1.0])
def test_intervals_by_relative_magnitudes_cover_a_trend_that_bends_as_far_as_allowed(m):
    """SIMULATED paths, 500 draws: the trend after changes by m times the largest step before."""
    rng = np.random.default_rng(6)
    trend = np.array([0.0, -0.4, 0.0, 0, 0, 0]) + np.array([0, 0, 0, 1, 2, 3]) * 0.4 * m
    root, covered = np.linalg.cholesky(SIGMA), 0
    for _ in range(500):
        path = _Path(trend + root @ rng.normal(size=6), SIGMA, 3, FIRST)
        low, high = _honest_at(_multi_period(path, 1.0), "relative magnitudes", FIRST, 0.95)(m)
        covered += low <= 0 <= high
    assert covered / 500 >= 0.93
