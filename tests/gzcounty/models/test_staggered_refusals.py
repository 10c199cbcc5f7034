"""Data that cannot be used are refused in one sentence, or left out and counted."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.errors import InputError, TrapError
from gzcounty.models.staggered import staggered_did

from .staggered_panels import COLUMNS, adoption


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return adoption({0: 20, 2015: 10, 2017: 10})


def fit(data, **choices):
    return staggered_did(data, **(COLUMNS | choices))


def changed(data, column, value, rows=slice(0, 1)):
    other = data.astype({column: object if isinstance(value, str) else float})
    other.iloc[rows, other.columns.get_loc(column)] = value
    return other


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: changed(d, "first", np.nan, slice(0, 3)), "'first' is missing in 3 rows"),
        (lambda d: changed(d, "first", -1), "'first' must hold the first period .* is -1"),
        (lambda d: changed(d, "first", 2015.5), "as a whole number.* it is 2015.5"),
        (lambda d: changed(d, "year", 2014.5), "'year' must hold whole numbers"),
        (lambda d: d.assign(first=d["first"] * (d.year > 2014)), "constant within each county"),
        (lambda d: d[d.year == 2014], "'year' is always 2014"),
    ],
)
def test_unusable_data_are_refused(data, change, says):
    with pytest.raises(InputError, match=says):
        fit(change(data))


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"covariates": "y"}, "'y' may stand only once"),
        ({"covariates": ["x", "x"]}, "'x' may stand only once"),
        ({"covariates": "flat"}, "'flat' is 1 in every row"),
        ({"covariates": "county"}, "'county' may stand only once"),
        ({"cluster": "flat"}, "'flat' is always '1"),
        ({"cluster": "year"}, "Each county must stay in one year"),
    ],
)
def test_unusable_choices_are_refused(data, choices, says):
    with pytest.raises(InputError, match=says):
        fit(data.assign(flat=1.0), **choices)


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ({0: 10}, "No county is treated between 2013 and 2020"),
        ({0: 10, 2030: 10}, "No county is treated between"),
        ({0: 10, 2013: 10}, "every first is 2013, the first period, or earlier"),
        ({2013: 10, 2000: 10}, "every first is 2013, the first period, or earlier"),
        ({2015: 10, 2016: 10}, "No county is never treated, so control='never'"),
    ],
)
def test_questions_the_data_cannot_carry(sizes, says):
    with pytest.raises(TrapError, match=says):
        fit(adoption(sizes))


def test_nobody_left_to_compare_with():
    with pytest.raises(TrapError, match="No cohort can be compared with control='not_yet'"):
        fit(adoption({2015: 10}), control="not_yet")


def test_treated_from_the_start_are_left_out_counted_and_named(data):
    more = pd.concat([data, adoption({2013: 3}).assign(county=lambda d: "Ａ" + d.county)])
    result = fit(more)
    assert (
        "Left out 3 units of county without a period before treatment (first is 2013 or earlier): "
    ) in " ".join(result.notes)
    assert "Ａ县000" in " ".join(result.notes)
    pd.testing.assert_frame_equal(result.table(), fit(data).table())


def test_treated_after_the_end_count_as_never_treated(data):
    late = data.assign(first=data["first"].where(data["first"] > 0, 2025))
    result = fit(late)
    assert any("20 units of county first treated after 2020" in note for note in result.notes)
    pd.testing.assert_frame_equal(result.table(), fit(data).table())


def test_effects_without_a_comparison_are_named():
    result = fit(adoption({2015: 10, 2017: 10}), control="not_yet")
    assert any("without anybody to compare left out" in note for note in result.notes)
    assert result.table().query("time >= 2017").empty


def test_small_cohorts_are_named():
    result = fit(adoption({0: 20, 2015: 4, 2016: 5, 2017: 3}))
    assert any(
        "Cohorts of fewer than 5 entities: 2015 (4), 2017 (3); their intervals" in note
        for note in result.notes
    )


def test_separation_names_the_effect_and_what_to_do(data):
    apart = data.assign(treated=(data["first"] == 2015).astype(float))
    with pytest.raises(TrapError, match=r"ATT\(2015, 2014\) .* given treated: .* separate"):
        fit(apart, covariates="treated")
    slow = data.assign(far=data.x + 50.0 * (data["first"] > 0))
    with pytest.raises(TrapError, match="separate treated from controls"):
        fit(slow, covariates="far")


def test_collinear_covariates_are_refused(data):
    twice = data.assign(twice=3 - 2 * data.x)
    for adjustment in ("regression", "weighting", "doubly-robust"):
        with pytest.raises(TrapError, match="collinear"):
            fit(twice, covariates=["x", "twice"], adjustment=adjustment)


def test_controls_with_a_propensity_near_one_get_no_weight():
    from gzcounty.models._estimators import TRIM, compare, fit_propensity

    rng = np.random.default_rng(6)
    score = rng.normal(size=4000)
    treated = rng.uniform(size=4000) < 1 / (1 + np.exp(-4 * score))
    X = np.column_stack([np.ones(4000), score])
    change = rng.normal(size=4000)
    logit = fit_propensity(X[treated], X[~treated])
    estimate, _, of_control, trimmed = compare(
        change[treated], change[~treated], X[treated], X[~treated], "weighting", logit
    )
    p = 1 / (1 + np.exp(-X[~treated] @ logit.coefficients))
    keep = p < TRIM
    assert trimmed == (~keep).sum() > 0
    kept = np.average(change[~treated][keep], weights=(p / (1 - p))[keep])
    assert estimate == pytest.approx(change[treated].mean() - kept)
    assert len(of_control) == (~treated).sum()


def test_trimmed_controls_are_counted():
    from gzcounty.models._adoption import read_adoption
    from gzcounty.models._estimators import _notes

    panel = read_adoption(adoption({0: 5, 2015: 9}), **COLUMNS)
    assert _notes(panel, [], 2) == (
        "2 controls (counted over all comparisons) with a propensity score of 0.995 or more got "
        "no weight.",
    )


@given(seed=st.integers(0, 10_000), share=st.floats(0.5, 1))
@settings(max_examples=15, deadline=None)
def test_sums_stay_within_what_they_sum(seed, share):
    data = adoption({0: 12, 2015: 6, 2016: 8}, seed=seed).sample(frac=share, random_state=seed)
    result = fit(data)
    after = result.table().query("time >= cohort").estimate
    for kind in ("simple", "group", "dynamic", "calendar"):
        overall = result.aggregate(kind).overall
        assert after.min() - 1e-9 <= overall.estimate <= after.max() + 1e-9
        assert overall.std_error > 0
    # Each influence function sums to zero: estimates are means.
    assert np.abs(result.native.influence.sum(axis=0)).max() < 1e-9
