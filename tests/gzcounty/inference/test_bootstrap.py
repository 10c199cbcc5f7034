"""The wild cluster bootstrap: equal to refitting every draw, and to another library's draws."""

import dataclasses
import warnings

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.errors import InputError
from gzcounty.inference import bootstrap
from gzcounty.inference.bootstrap import WildBootstrap, wild_bootstrap

FORMULA = "y ~ x1 + x2"


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Return a SIMULATED unbalanced panel of 8 counties in 4 regions and 6 years."""
    rng = np.random.default_rng(7)
    data = pd.DataFrame({"county": np.repeat(np.arange(8), 6), "year": np.tile(np.arange(6), 8)})
    data = data.assign(region=data.county // 2, mixed=rng.integers(0, 5, 48))
    data[["x1", "x2"]] = rng.normal(size=(48, 2)) + 0.1 * data[["year"]].to_numpy()
    data["size"] = rng.uniform(1, 4, 48)
    data["y"] = 0.5 * data.x1 + rng.normal(size=8)[data.county] + rng.normal(size=48)
    return data.sample(frac=0.85, random_state=2)


def refitted(estimate, data, term, null, codes, v) -> float:
    """One draw as the textbook has it: new outcomes, the whole model again, its t statistic."""
    other = "x2" if term == "x1" else "x1"
    restricted = estimate(f"y ~ {other}", data.assign(y=data.y - null * data[term]))
    u = restricted.residuals
    drawn = data.assign(y=data.y - u + v[codes] * u)
    again = estimate(FORMULA, drawn).term(term)
    return (again.estimate - null) / again.std_error


@pytest.mark.parametrize("cluster", ["county", "region", "year", "mixed"])
@pytest.mark.parametrize("weights", [None, "size"])
@pytest.mark.parametrize(("entity", "time"), [(True, True), (True, False), (False, True)])
def test_every_draw_is_that_of_refitting_the_panel(panel, cluster, weights, entity, time):
    def estimate(formula, data):
        return gz.panel_ols(
            formula,
            data,
            "county",
            "year",
            cluster=cluster,
            weights=weights,
            entity_effects=entity,
            time_effects=time,
        )

    test = wild_bootstrap(estimate(FORMULA, panel), "x1", null=0.3)
    codes = pd.factorize(panel[cluster])[0]
    signs = bootstrap._every_sign(test.n_clusters, 0, test.draws)
    for place in (1, 3, 6, test.draws - 1):
        slow = refitted(estimate, panel, "x1", 0.3, codes, signs[place])
        assert test.native[place] == pytest.approx(slow, abs=1e-8)


@pytest.mark.parametrize("weights", [None, "size"])
def test_every_draw_is_that_of_refitting_least_squares(panel, weights):
    def estimate(formula, data):
        return gz.ols(formula, data, cluster="county", weights=weights)

    test = wild_bootstrap(estimate(FORMULA, panel), "x2", null=-0.2)
    codes = pd.factorize(panel.county)[0]
    signs = bootstrap._every_sign(8, 0, 256)
    for place in (1, 77, 200):
        slow = refitted(estimate, panel, "x2", -0.2, codes, signs[place])
        assert test.native[place] == pytest.approx(slow, abs=1e-8)


def test_event_studies_with_effects_of_years_by_region_are_redrawn_too(panel):
    data = panel.assign(dose=panel.county % 3, half=panel.county // 4)

    def estimate(frame):
        return gz.event_study(frame, "y", "dose", "county", "year", 2, year_effects_by="half")

    fit = estimate(data)
    test = wild_bootstrap(fit, "dose:5", null=0.0)
    native = fit.native
    column = list(fit.coefficients.index).index("dose:5")
    others = np.delete(native.X, column, axis=1)
    left = native.y - others @ np.linalg.lstsq(others, native.y, rcond=None)[0]
    u = pd.Series(left, index=data.index)
    signs = bootstrap._every_sign(8, 0, 256)
    codes = native.clusters[0][1]
    for place in (5, 100):
        again = estimate(data.assign(y=data.y - u + signs[place][codes] * u)).term("dose:5")
        assert test.native[place] == pytest.approx(again.estimate / again.std_error, abs=1e-8)


@pytest.mark.parametrize("term", ["x1", "x2"])
def test_all_256_draws_are_those_of_pyfixest(panel, term):
    import pyfixest as pf

    fit = gz.panel_ols(FORMULA, panel, "county", "year", cluster="county")
    test = wild_bootstrap(fit, term)
    other = pf.feols("y ~ x1 + x2 | county + year", panel, vcov={"CRV1": "county"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, draws = other.wildboottest(
            reps=9_999, cluster="county", param=term, return_bootstrapped_t_stats=True
        )
    # It counts the dummies of counties in K, so both t and its draws are smaller by one factor.
    factor = test.statistic / theirs["t value"]
    np.testing.assert_allclose(np.sort(test.native), np.sort(draws * factor), atol=1e-8)
    # It counts only |t*| > |t|, by rounding with or without the two draws that repeat the data.
    ties = round(256 * (test.p_value - theirs["Pr(>|t|)"]))
    assert 256 * (test.p_value - theirs["Pr(>|t|)"]) == pytest.approx(ties, abs=1e-9)
    assert ties in (0, 1, 2)


@pytest.mark.parametrize("weights", ["rademacher", "webb"])
def test_sampled_p_values_are_those_of_pyfixest_but_for_simulation_error(weights):
    import pyfixest as pf

    rng = np.random.default_rng(3)
    data = pd.DataFrame(rng.normal(size=(400, 3)), columns=["y", "x1", "x2"])
    data = data.assign(county=np.repeat(np.arange(40), 10), year=np.tile(np.arange(10), 40))
    data["y"] += 0.05 * data.x1
    fit = gz.panel_ols(FORMULA, data, "county", "year", cluster="county")
    ours = wild_bootstrap(fit, "x1", weights=weights).p_value
    other = pf.feols("y ~ x1 + x2 | county + year", data)
    theirs = other.wildboottest(
        reps=9_999, cluster="county", param="x1", weights_type=weights, seed=5
    )["Pr(>|t|)"]
    error = np.sqrt(2 * ours * (1 - ours) / 9_999)
    assert 0.05 < ours < 0.95
    assert abs(ours - theirs) < 4 * error


def test_signs_all_equal_give_the_data_back(panel):
    fit = gz.panel_ols(FORMULA, panel, "county", "year", cluster="county")
    test = wild_bootstrap(fit, "x1", null=0.1)
    assert test.exact
    assert test.draws == 256
    assert test.native[-1] == pytest.approx(test.statistic, abs=1e-10)
    assert test.native[0] == pytest.approx(-test.statistic, abs=1e-10)
    assert test.p_value >= 2 / 256
    assert any("All 256 combinations of signs" in note for note in test.notes)


@pytest.mark.parametrize("tails", ["symmetric", "equal"])
@pytest.mark.parametrize("level", [0.8, 0.9])
def test_the_interval_holds_the_nulls_that_are_not_rejected(panel, tails, level):
    fit = gz.panel_ols(FORMULA, panel, "county", "year", cluster="county")
    test = wild_bootstrap(fit, "x1", tails=tails)
    row = test.table(level).iloc[0]
    hair = 1e-6 * row.std_error
    assert row.conf_low < row.estimate < row.conf_high
    for end, inward in ((row.conf_low, hair), (row.conf_high, -hair)):
        inside = wild_bootstrap(fit, "x1", null=end + inward, tails=tails).p_value
        outside = wild_bootstrap(fit, "x1", null=end - inward, tails=tails).p_value
        assert inside > 1 - level + 1e-12 >= outside


def test_many_clusters_give_the_interval_of_the_t_test():
    rng = np.random.default_rng(11)
    data = pd.DataFrame(rng.normal(size=(3000, 2)), columns=["y", "x1"])
    data["place"] = np.repeat(np.arange(300), 10)
    fit = gz.ols("y ~ x1", data, cluster="place")
    test = wild_bootstrap(fit, "x1")
    ours, plain = test.table().iloc[0], fit.term("x1")
    assert not test.exact
    assert ours.conf_low == pytest.approx(plain.conf_low, abs=0.1 * plain.std_error)
    assert ours.conf_high == pytest.approx(plain.conf_high, abs=0.1 * plain.std_error)


def test_too_few_clusters_leave_the_interval_open(panel):
    fit = gz.ols("y ~ x1", panel, cluster="region")
    row = wild_bootstrap(fit, "x1").table().iloc[0]  # 2 of 16 patterns repeat the data: p >= 1/8
    assert (row.conf_low, row.conf_high) == (-np.inf, np.inf)
    assert row.p_value >= 2 / 16


def test_webb_has_draws_where_signs_run_out(panel):
    fit = gz.ols("y ~ x1", panel, cluster="region")
    signs = wild_bootstrap(fit, "x1")
    webb = wild_bootstrap(fit, "x1", weights="webb", draws=999)
    assert len(np.unique(np.abs(signs.native).round(8))) <= 8
    assert len(np.unique(np.abs(webb.native).round(8))) > 400
    assert any('weights="webb"' in note for note in signs.notes)


@pytest.mark.parametrize(("tails", "least"), [("symmetric", 1), ("equal", 2)])
def test_a_p_value_is_never_less_than_the_draws_can_say(tails, least):
    x = np.repeat(np.arange(20.0), 3)
    data = pd.DataFrame({"x": x, "place": x, "y": x + np.tile([0.0, 0.1, -0.1], 20)})
    data["y"] += 0.1 * np.sin(x)
    test = wild_bootstrap(gz.ols("y ~ x", data, cluster="place"), "x", draws=99, tails=tails)
    assert test.p_value == test.table().p_value[0] == least / 99
    assert f"the p-value is at most {least} in 99." in repr(test)
    assert test.p_value_at(1.0) > least / 99


def test_the_seed_decides_and_the_number_of_jobs_does_not():
    rng = np.random.default_rng(2)
    data = pd.DataFrame(rng.normal(size=(2000, 2)), columns=["y", "x1"])
    data["place"] = np.arange(2000) // 5
    fit = gz.ols("y ~ x1", data, cluster="place")
    one, two = (wild_bootstrap(fit, "x1", seed=4, draws=1_500, n_jobs=jobs) for jobs in (1, 2))
    np.testing.assert_allclose(one.native, two.native, rtol=1e-12)
    assert one.p_value == two.p_value
    other = wild_bootstrap(fit, "x1", seed=5, draws=1_500)
    assert not np.allclose(one.native, other.native)


def test_the_result_looks_like_every_other(panel):
    fit = gz.panel_ols(FORMULA, panel, "county", "year", cluster="county")
    test = wild_bootstrap(fit, "x1")
    assert isinstance(test, WildBootstrap)
    assert list(test.table()) == list(fit.table())
    assert "wild cluster bootstrap of x1, 8 clusters, 256 draws" in repr(test)
    assert "<table" in test._repr_html_()
    with pytest.raises(dataclasses.FrozenInstanceError):
        test.null = 1
    with pytest.raises(InputError, match=r"level must be a share"):
        test.table(95)


def test_results_that_have_no_clusters_are_refused_with_the_reason(panel):
    with pytest.raises(InputError, match=r"not clustered; estimate it with cluster="):
        wild_bootstrap(gz.ols(FORMULA, panel), "x1")
    with pytest.raises(InputError, match=r"not clustered"):
        wild_bootstrap(gz.panel_ols(FORMULA, panel, "county", "year"), "x1")
    both = ["county", "year"]
    with pytest.raises(InputError, match=r"clustered two ways \('county' and 'year'\)"):
        wild_bootstrap(gz.panel_ols(FORMULA, panel, "county", "year", cluster=both), "x1")
    with pytest.raises(InputError, match=r"clustered two ways"):
        wild_bootstrap(gz.ols(FORMULA, panel, cluster=both), "x1")
    with pytest.raises(InputError, match=r"takes a result of ols, panel_ols or event_study"):
        wild_bootstrap(panel, "x1")


def test_an_unknown_term_is_named(panel):
    fit = gz.panel_ols(FORMULA, panel, "county", "year", cluster="county")
    with pytest.raises(InputError, match=r"no term 'x9'; it has 'x1' and 'x2'"):
        wild_bootstrap(fit, "x9")


def test_a_coefficient_without_variance_is_refused(panel):
    named = panel.assign(县=panel.county.map({3: "榕江县"}).fillna("Ａ"))
    fit = gz.ols("y ~ 0 + C(县)", named, cluster="县")
    with pytest.raises(InputError, match=r"'C\(县\)\[榕江县\]' has a standard error of zero"):
        wild_bootstrap(fit, "C(县)[榕江县]")


@pytest.mark.simulation
def test_it_keeps_its_size_where_the_t_test_does_not():
    rng = np.random.default_rng(1)
    rejected = {"t": 0, "wild": 0}
    place = np.repeat(np.arange(10), 20)
    for _ in range(400):
        data = pd.DataFrame({"place": place, "x": rng.normal(size=10)[place] ** 3})
        data["y"] = rng.normal(size=10)[place] + rng.normal(size=200)
        fit = gz.ols("y ~ x", data, cluster="place")
        rejected["t"] += fit.term("x").p_value <= 0.05
        rejected["wild"] += wild_bootstrap(fit, "x").p_value <= 0.05
    assert rejected["t"] > 48  # more than 12 %
    assert rejected["wild"] < 36  # less than 9 %, two standard errors above 5 %


@pytest.mark.slow
def test_a_million_rows_and_three_thousand_clusters():
    rng = np.random.default_rng(9)
    county, year = (a.ravel() for a in np.mgrid[:50_000, :20])
    data = pd.DataFrame({"county": county, "year": year, "town": county % 3_000})
    data["x"] = rng.normal(size=len(data))
    data["y"] = 0.002 * data.x + rng.normal(size=3_000)[data.town] * (year > 9)
    data["y"] += rng.normal(size=len(data))
    fit = gz.panel_ols("y ~ x", data, "county", "year", cluster="town")
    test = wild_bootstrap(fit, "x", draws=999)
    assert fit.nobs == 1_000_000
    assert test.n_clusters == 3_000
    assert test.p_value == pytest.approx(fit.term("x").p_value, abs=0.05)
