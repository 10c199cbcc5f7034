"""Group-time effects: what they are by hand, what another library says, how they sum up."""

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError, TrapError
from gzcounty.models.bacon import bacon_decomposition
from gzcounty.models.staggered import staggered_did

from .staggered_panels import COLUMNS, adoption

SIZES = {0: 60, 2015: 25, 2016: 40, 2019: 15}
KINDS = {"simple": "simple", "group": "group", "dynamic": "event_study"}


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return adoption(SIZES)


def fit(data, **choices):
    return staggered_did(data, **COLUMNS, **choices)


def library(data, **choices):
    """Return diff-diff's result on the same data."""
    import diff_diff

    frame = data.astype({"county": "category"})
    frame["county"] = frame.county.cat.codes.astype(int)
    covariates = choices.pop("covariates", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return diff_diff.CallawaySantAnna(**choices).fit(
            frame, "y", "county", "year", "first", covariates=covariates
        )


def test_an_effect_is_a_difference_of_mean_changes(data):
    wide = data.pivot(index="county", columns="year", values="y")
    first = data.groupby("county")["first"].first()
    change = wide[2018] - wide[2015]
    by_hand = change[first == 2016].mean() - change[first == 0].mean()
    result = fit(data).term("ATT(2016, 2018)")
    assert result.estimate == pytest.approx(by_hand, rel=1e-12)
    # Not yet treated in 2018: never, and those of 2019.
    others = change[(first == 0) | (first == 2019)].mean()
    later = fit(data, control="not_yet").term("ATT(2016, 2018)")
    assert later.estimate == pytest.approx(change[first == 2016].mean() - others, rel=1e-12)
    variance = change[first == 2016].var(ddof=0) / 40 + change[first == 0].var(ddof=0) / 60
    assert result.std_error == pytest.approx(np.sqrt(variance), rel=1e-12)


def test_before_treatment_the_base_varies_or_is_the_last_year(data):
    wide = data.pivot(index="county", columns="year", values="y")
    first = data.groupby("county")["first"].first()

    def gap(now, before):
        change = wide[now] - wide[before]
        return change[first == 2016].mean() - change[first == 0].mean()

    varying, universal = fit(data), fit(data, base="universal")
    assert varying.term("ATT(2016, 2014)").estimate == pytest.approx(gap(2014, 2013))
    assert universal.term("ATT(2016, 2014)").estimate == pytest.approx(gap(2014, 2015))
    reference = universal.term("ATT(2016, 2015)")
    assert (reference.estimate, reference.std_error) == (0, 0)
    assert np.isnan(reference.p_value)
    early = fit(data, anticipation=1)
    assert early.term("ATT(2016, 2017)").estimate == pytest.approx(gap(2017, 2014))


@pytest.mark.parametrize(
    ("control", "covariates", "adjustment"),
    [
        *itertools.product(["never", "not_yet"], [None], ["doubly-robust"]),
        *itertools.product(["never", "not_yet"], [["x", "z"]], ["regression", "weighting"]),
    ],
)
def test_diff_diff_finds_the_same(data, control, covariates, adjustment):
    ours = fit(data, control=control, covariates=covariates, adjustment=adjustment)
    theirs = library(
        data,
        control_group="never_treated" if control == "never" else "not_yet_treated",
        estimation_method={"regression": "reg", "weighting": "ipw"}.get(adjustment, "dr"),
        covariates=covariates,
    )
    cells = theirs.group_time_effects
    table = ours.table().set_index(["cohort", "time"])
    assert len(table) == len(cells) == 21
    for pair, cell in cells.items():
        row = table.loc[pair]
        assert row.estimate == pytest.approx(cell["effect"], rel=1e-8, abs=1e-10)
        assert row.std_error == pytest.approx(cell["se"], rel=1e-8)
    overall = ours.aggregate("simple").overall
    assert overall.estimate == pytest.approx(theirs.overall_att, rel=1e-8)
    assert overall.std_error == pytest.approx(theirs.overall_se, rel=1e-8)
    dynamic = ours.aggregate("dynamic").path().set_index("level")
    frame = theirs.aggregate("event_study").to_dataframe().set_index("event_time")
    np.testing.assert_allclose(dynamic.estimate, frame["att"], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(dynamic.std_error, frame["se"], rtol=1e-8)
    group = ours.aggregate("group").path()
    frame = theirs.aggregate("group").to_dataframe()
    np.testing.assert_allclose(group.estimate, frame["att"], rtol=1e-8)
    np.testing.assert_allclose(group.std_error, frame["se"], rtol=1e-8)


def test_larger_clusters_are_those_of_diff_diff(data):
    ours = fit(data, cluster="province")
    theirs = library(data, cluster="province")
    overall = ours.aggregate("simple").overall
    assert overall.std_error == pytest.approx(theirs.overall_se, rel=1e-8)
    assert overall.p_value == pytest.approx(theirs.overall_p_value, rel=1e-6)
    assert (ours.n_clusters, ours.df) == (6, 5)
    assert any("Only 6 clusters" in note for note in ours.notes)


def test_calendar_is_the_mean_over_cohorts_of_each_year(data):
    result = fit(data)
    effects = result.table()
    year = effects[(effects.time == 2017) & (effects.cohort <= 2017)]
    expected = np.average(year.estimate, weights=year.cohort.map(SIZES))
    calendar = result.aggregate("calendar")
    assert calendar.term("period 2017").estimate == pytest.approx(expected)
    assert calendar.overall.estimate == pytest.approx(calendar.path().estimate.mean())
    assert calendar.path().level.to_list() == list(range(2015, 2021))


def test_doubly_robust_weights_are_divided_by_their_own_sum(data):
    """By hand, with scipy's optimiser in place of Newton's method."""
    from scipy.optimize import minimize

    wide = {name: data.pivot(index="county", columns="year", values=name) for name in "yxz"}
    first = data.groupby("county")["first"].first()
    use = first.isin([0, 2016])
    change = (wide["y"][2018] - wide["y"][2015])[use].to_numpy()
    X = np.column_stack([np.ones(use.sum()), wide["x"][2015][use], wide["z"][2015][use]])
    treated = (first[use] == 2016).to_numpy()

    def loss(b):
        return np.logaddexp(0, X @ b).sum() - (X @ b)[treated].sum()

    b = minimize(loss, np.zeros(3), tol=1e-12).x
    odds = np.exp(X[~treated] @ b)
    left = change - X @ np.linalg.lstsq(X[~treated], change[~treated], rcond=None)[0]
    by_hand = left[treated].mean() - np.average(left[~treated], weights=odds)
    result = fit(data, covariates=["x", "z"]).term("ATT(2016, 2018)")
    assert result.estimate == pytest.approx(by_hand, rel=1e-5)


def test_units_of_covariates_do_not_matter(data):
    plain = fit(data, covariates=["x", "z"]).table()
    scaled = data.assign(x=1e6 * data.x + 1e7, z=1e-5 * data.z)
    other = fit(scaled, covariates=["x", "z"]).table()
    np.testing.assert_allclose(other.estimate, plain.estimate, rtol=1e-6)
    np.testing.assert_allclose(other.std_error, plain.std_error, rtol=1e-6)


def test_pairs_are_used_where_the_panel_has_gaps(data):
    gone = data.sample(frac=0.9, random_state=1)
    result = fit(gone)
    wide = gone.pivot(index="county", columns="year", values="y")
    first = gone.groupby("county")["first"].first()
    change = (wide[2018] - wide[2015]).dropna()
    treated, control = (change[first[change.index] == cohort] for cohort in (2016, 0))
    row = result.table().set_index("term").loc["ATT(2016, 2018)"]
    assert row.estimate == pytest.approx(treated.mean() - control.mean())
    assert (row.treated, row.control) == (len(treated), len(control))
    lacking = int(wide.isna().any(axis=1).sum())
    assert f"Unbalanced: {lacking} of 140 units of county lack some of the 8 periods." in (
        result.notes
    )
    theirs = library(gone)
    for pair, cell in theirs.group_time_effects.items():
        term = result.term(f"ATT({pair[0]}, {pair[1]})")
        assert term.estimate == pytest.approx(cell["effect"], rel=1e-8, abs=1e-10)
        assert term.std_error == pytest.approx(cell["se"], rel=1e-8)


def test_years_may_have_gaps(data):
    gap = data[~data.year.isin([2015, 2017])]
    result = fit(gap).table()
    assert result[result.cohort == 2015].time.to_list() == [2014, 2016, 2018, 2019, 2020]
    wide = gap.pivot(index="county", columns="year", values="y")
    first = gap.groupby("county")["first"].first()
    change = wide[2016] - wide[2014]
    by_hand = change[first == 2015].mean() - change[first == 0].mean()
    assert fit(gap).term("ATT(2015, 2016)").estimate == pytest.approx(by_hand)


def test_the_simulated_effect_is_found(data):
    path = fit(adoption({0: 400, 2015: 200, 2017: 200})).aggregate("dynamic").path()
    truth = np.where(path.level >= 0, 0.3 * (path.level + 1), 0)
    # Trends depend on x, of which the treated have 0.2 more: 0.01 a year.
    assert np.abs(path.estimate - truth).max() < 0.2
    assert np.abs(path.estimate[path.level < 0]).max() < 0.12


def test_bands_hold_all_at_once_and_follow_the_seed(data):
    result = fit(data)
    bands = result.bands(seed=1)
    assert (bands.band_low <= bands.conf_low).all()
    assert 1.96 < bands.attrs["critical"] < 4
    assert bands.equals(result.bands(seed=1, n_jobs=2))
    assert not bands.band_low.equals(result.bands(seed=2).band_low)
    dynamic = result.aggregate("dynamic").bands(level=0.9)
    assert dynamic.band_low[0] == dynamic.conf_low[0]  # the overall row is no part of the path
    assert (dynamic.band_low[1:] < dynamic.conf_low[1:]).all()
    single = result.aggregate("simple").bands()
    assert single.attrs["critical"] == pytest.approx(1.96, abs=0.25)


def test_the_critical_value_of_independent_effects_is_known():
    """Of k independent normals, the maximum is below c with chance (2 Phi(c) - 1)^k."""
    from scipy import stats

    from gzcounty.models._effects import critical_value

    scores = np.kron(np.eye(5), np.ones((400, 1)) / 20)
    result = critical_value(scores, np.ones(5), 0.95, 20_000, seed=4)
    assert result == pytest.approx(stats.norm.ppf((1 + 0.95**0.2) / 2), abs=0.04)


def test_pre_test_is_the_wald_statistic(data):
    result = fit(data)
    rows = result.table().query("time < cohort").index
    b = result.estimates[rows]
    V = result.scores[:, rows].T @ result.scores[:, rows]
    test = result.pre_test()
    assert test.statistic == pytest.approx(b @ np.linalg.inv(V) @ b)
    assert (test.df, len(test.terms)) == (8, 8)
    assert test.p_value > 0.001


def test_many_effects_with_few_clusters_get_a_note():
    cohorts = {0: 40, 2017: 20, 2019: 20}
    crowded = fit(adoption(cohorts)).pre_test()
    few = fit(adoption({0: 40, 2016: 40})).pre_test()
    assert crowded.df > few.df
    assert few.notes == ()
    (note,) = crowded.notes
    assert note.startswith(f"{crowded.df} effects tested with 80 clusters")
    # The same effects with ten times the counties need no note.
    assert fit(adoption({c: 10 * n for c, n in cohorts.items()})).pre_test().notes == ()


@pytest.mark.parametrize(("effects", "clusters"), [(3, 30), (12, 88)])
def test_false_alarms_are_as_often_as_in_draws(effects, clusters):
    """The share of normal samples in which the chi-squared test of true zeros rejects."""
    from scipy import stats

    from gzcounty.models._effects import false_alarms

    rng = np.random.default_rng(3)
    draws = rng.normal(size=(4_000, clusters, effects))
    mean = draws.mean(axis=1)
    centred = draws - mean[:, None]
    matrix = np.einsum("dgi,dgj->dij", centred, centred) / (clusters * (clusters - 1))
    statistic = np.einsum("di,di->d", mean, np.linalg.solve(matrix, mean[..., None])[..., 0])
    rejected = (statistic > stats.chi2.ppf(0.95, effects)).mean()
    assert false_alarms(effects, clusters) == pytest.approx(rejected, abs=0.02)
    assert false_alarms(effects, effects) == 1.0


def test_without_a_year_to_spare_there_is_no_pre_test():
    result = fit(adoption({0: 20, 2014: 20}))
    with pytest.raises(TrapError, match="cannot show whether trends were parallel"):
        result.pre_test()


def test_too_few_clusters_cannot_test_so_many(data):
    with pytest.raises(TrapError, match="8 effects before treatment cannot be tested together"):
        fit(data, cluster="province").pre_test()


def test_display_shows_the_path_and_says_where_the_rest_is(data):
    text = repr(fit(data))
    assert text.startswith("y: group-time effects against never treated, 1,120 rows, 140 entities")
    assert "event time -2" in text
    assert "all ATT(g, t) in .table()" in text
    assert "<svg" in fit(data)._repr_html_()


METHODS = ["group-time", "imputation", "two-stage", "sun-abraham"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("origin", [2016, 2015, 2100])
def test_periods_counted_from_any_year_give_the_same_and_zero_is_one_of_them(data, origin, method):
    moved = data.assign(
        year=data.year - origin, first=np.where(data["first"] > 0, data["first"] - origin, np.inf)
    )
    fits = [staggered_did(panel, **COLUMNS, method=method) for panel in (data, moved)]
    for kind in (None, "dynamic"):
        tables = [(fit if kind is None else fit.aggregate(kind)).table() for fit in fits]
        columns = ["estimate", "std_error"]
        np.testing.assert_allclose(tables[0][columns], tables[1][columns], rtol=1e-7, atol=1e-9)
    assert fits[1].labels["cohort"].min() == fits[0].labels["cohort"].min() - origin
    assert any("begins in period 0" in note for note in fits[1].notes) == (origin in {2015, 2016})


@pytest.mark.parametrize("estimate", [staggered_did, bacon_decomposition])
def test_zero_is_refused_where_it_may_mean_the_first_period_or_never(data, estimate):
    moved = data.assign(
        year=data.year - 2013, first=np.where(data["first"] > 0, data["first"] - 2013, 0)
    )
    with pytest.raises(InputError, match="may mean the first period or never"):
        estimate(moved, **COLUMNS)


def test_bacon_takes_zero_for_a_period_where_periods_begin_below_it(data):
    moved = data.assign(
        year=data.year - 2016, first=np.where(data["first"] > 0, data["first"] - 2016, np.inf)
    )
    one, other = (bacon_decomposition(panel, **COLUMNS) for panel in (data, moved))
    assert one.estimate == pytest.approx(other.estimate, rel=1e-9)
    assert len(one.table()) == len(other.table())


def test_row_order_types_and_infinity_do_not_matter(data):
    plain = fit(data).table()
    other = data.sample(frac=1, random_state=9).astype({"year": float, "first": float})
    other["first"] = other["first"].replace(0, np.inf)
    pd.testing.assert_frame_equal(fit(other).table(), plain)
    pd.testing.assert_frame_equal(fit(data.astype({"first": "Int64"})).table(), plain)


def test_an_aggregation_that_there_is_not(data):
    with pytest.raises(InputError, match="kind must be 'simple', 'group', 'dynamic' or"):
        fit(data).aggregate("yearly")
    with pytest.raises(InputError, match="The model has no term 'ATT\\(2015, 2030\\)'"):
        fit(data).term("ATT(2015, 2030)")


def test_a_million_rows_work():
    data = adoption({0: 30_000, 2015: 10_000, 2018: 10_000}, range(2010, 2030))
    result = fit(data, control="not_yet")
    assert result.nobs == 1_000_000
    assert result.term("ATT(2015, 2016)").estimate == pytest.approx(0.6, abs=0.05)
