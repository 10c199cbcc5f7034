"""Imputation, two stages, and Sun and Abraham: against regressions, and against another library."""

import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError, TrapError
from gzcounty.models.panel import panel_ols
from gzcounty.models.staggered import staggered_did

from .staggered_panels import COLUMNS, adoption


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    frame = adoption({0: 60, 2015: 25, 2016: 40, 2019: 15}).sample(frac=0.95, random_state=2)
    frame["w"] = np.random.default_rng(8).normal(size=len(frame)) + 0.1 * frame.y
    return frame


def fit(data, method="imputation", **choices):
    return staggered_did(data, **COLUMNS, method=method, **choices)


def quiet(estimator, data, **choices):
    frame = data.assign(county=data.county.astype("category").cat.codes.astype(int))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(frame, "y", "county", "year", "first", **choices)


def imputed_by_dummies(data, regressors: pd.DataFrame) -> pd.Series:
    """Return y less its imputation by least squares on dummies, for treated rows."""
    treated = (data["first"] > 0) & (data.year >= data["first"])
    X = regressors.to_numpy(dtype=float)
    b = np.linalg.lstsq(X[~treated], data.y[~treated], rcond=None)[0]
    return (data.y - X @ b)[treated]


def dummies(*columns: pd.Series) -> pd.DataFrame:
    return pd.concat([pd.get_dummies(column.astype(str)) for column in columns], axis=1)


def test_an_effect_is_what_the_imputation_leaves(data):
    X = dummies(data.county, data.year).assign(w=data.w)
    left = imputed_by_dummies(data, X)
    result = fit(data, covariates="w").table().set_index(["cohort", "time"]).estimate
    expected = left.groupby([data["first"], data.year]).mean()
    assert len(result) == len(expected) == 13
    np.testing.assert_allclose(result, expected, rtol=1e-8)


def test_years_of_provinces_are_dummies_of_both(data):
    X = dummies(data.county, data.province.astype(str) + "-" + data.year.astype(str))
    left = imputed_by_dummies(data, X)
    result = fit(data, year_effects_by="province")
    expected = left.groupby([data["first"], data.year]).mean()
    np.testing.assert_allclose(result.estimates, expected, rtol=1e-7)
    assert "effects of county and of year by province" in " ".join(result.notes)


@pytest.mark.parametrize("covariates", [None, ["w"]])
@pytest.mark.parametrize("method", ["imputation", "two-stage"])
@pytest.mark.parametrize("cluster", [None, "province"])
def test_diff_diff_finds_the_same(data, method, covariates, cluster):
    import diff_diff

    classes = {"imputation": diff_diff.ImputationDiD, "two-stage": diff_diff.TwoStageDiD}
    ours = fit(data, method, covariates=covariates, cluster=cluster)
    theirs = quiet(classes[method](cluster=cluster), data, covariates=covariates)
    # Their solver of the first stage stops at 1e-8 or so on unbalanced panels.
    near = {"rel": 2e-6, "abs": 1e-7}
    overall = ours.aggregate("simple").overall
    assert overall.estimate == pytest.approx(theirs.overall_att, **near)
    assert overall.std_error == pytest.approx(theirs.overall_se, **near)
    for kind, their_kind in {"dynamic": "event_study", "group": "group"}.items():
        path = ours.aggregate(kind).path()
        frame = theirs.aggregate(their_kind).to_dataframe()
        if kind == "dynamic":
            frame = frame[~frame.is_reference.astype(bool)]
        assert path.estimate.to_numpy() == pytest.approx(frame["att"].to_numpy(), **near)
        assert path.std_error.to_numpy() == pytest.approx(frame["se"].to_numpy(), **near)


def test_the_lead_test_is_a_regression_among_the_untreated(data):
    untreated = data[(data["first"] == 0) | (data.year < data["first"])].copy()
    since = untreated.year - untreated["first"].replace(0, 9999)
    leads = [f"lead{lead}" for lead in range(2, 7)]
    for lead in range(2, 7):
        untreated[f"lead{lead}"] = (since == -lead).astype(float)
    direct = panel_ols(f"y ~ {' + '.join(leads)}", untreated, "county", "year", cluster="county")
    expected, result = direct.wald(leads), fit(data).pre_test()
    assert result.statistic == pytest.approx(expected.statistic)
    assert (result.df, result.df_denom) == (5, expected.df_denom)
    assert result.p_value == pytest.approx(expected.p_value)


def test_bands_and_all_sums_work_here_too(data):
    result = fit(data, "two-stage")
    assert result.bands().attrs["critical"] > 1.96
    for kind in ("simple", "group", "dynamic", "calendar"):
        assert np.isfinite(result.aggregate(kind).table().std_error).all()


def test_what_nobody_can_stand_in_for_is_left_out_and_counted():
    data = adoption({2015: 20, 2018: 20})
    result = fit(data)
    assert result.table().time.max() == 2017  # from 2018 on nobody is untreated
    assert any("Left out 120 treated rows that cannot be imputed" in n for n in result.notes)
    with pytest.raises(TrapError, match="No treated row can be imputed"):
        fit(adoption({2015: 20}))


def test_entities_seen_only_once_treated_cannot_be_imputed(data):
    gone = data[(data.county != "县070") | (data.year >= 2017)]
    assert any("cannot be imputed" in note for note in fit(gone).notes)


def test_no_lead_no_test():
    with pytest.raises(TrapError, match="single period before its treatment"):
        fit(adoption({0: 20, 2014: 20})).pre_test()
    with pytest.raises(TrapError, match="The leads cannot be tested"):
        fit(adoption({2016: 20, 2018: 20})).pre_test()


def test_collinear_covariates_are_refused(data):
    with pytest.raises(TrapError, match="collinear once the effects are taken out"):
        fit(data.assign(twice=2 * data.w), covariates=["w", "twice"])


def test_covariates_that_the_effects_absorb_are_named(data):
    # z is a level by county and a common trend.
    with pytest.raises(InputError, match="The effects absorb 'z' and 'x' among untreated rows"):
        fit(data, covariates=["w", "z", "x"])


def test_choices_that_belong_to_other_methods_are_refused(data):
    with pytest.raises(InputError, match="choices of method='group-time' only"):
        fit(data, base="universal")
    with pytest.raises(InputError, match="year_effects_by are choices of method='imputation'"):
        fit(data, "group-time", year_effects_by="province")
    with pytest.raises(InputError, match="Each county must stay in one year_group"):
        fit(data.assign(year_group=data.year % 2), year_effects_by="year_group")


class TestSunAbraham:
    @pytest.fixture
    def balanced(self):
        return adoption({0: 60, 2015: 25, 2016: 40})

    def test_on_a_balanced_panel_it_is_group_time_with_a_universal_base(self, balanced):
        ours = fit(balanced, "sun-abraham")
        other = fit(balanced, "group-time", base="universal")
        path, same = (f.aggregate("dynamic").path().set_index("level") for f in (ours, other))
        for level in path.index.intersection([-2, 0, 1, 4, 5]):
            assert path.estimate[level] == pytest.approx(same.estimate[level])
        cells = ours.table().set_index("term").estimate
        assert cells["ATT(2015, 2018)"] == pytest.approx(other.term("ATT(2015, 2018)").estimate)
        assert ours.aggregate("dynamic").overall.estimate == pytest.approx(
            other.aggregate("dynamic").overall.estimate
        )
        simple = ours.aggregate("simple").overall
        assert simple.estimate == pytest.approx(other.aggregate("simple").overall.estimate)
        assert ours.pre_test().df == 2

    def test_what_it_cannot_give_is_refused(self, balanced):
        result = fit(balanced, "sun-abraham")
        with pytest.raises(InputError, match="'simple' or 'dynamic', not 'calendar'"):
            result.aggregate("calendar")
        with pytest.raises(TrapError, match="Simultaneous bands need influence functions"):
            result.bands()
        with pytest.raises(TrapError, match="never treated"):
            fit(balanced[balanced["first"] > 0], "sun-abraham")

    def test_its_warnings_become_notes(self, balanced, monkeypatch, recwarn):
        import diff_diff

        original = diff_diff.SunAbraham.fit

        def warned(self, *args, **kwargs):
            warnings.warn("something to know", UserWarning, stacklevel=2)
            warnings.warn("of no concern", FutureWarning, stacklevel=2)
            return original(self, *args, **kwargs)

        monkeypatch.setattr(diff_diff.SunAbraham, "fit", warned)
        notes = fit(balanced, "sun-abraham").notes
        assert "diff-diff says: something to know" in notes
        assert not any("of no concern" in note for note in notes)
        assert not recwarn.list

    def test_without_the_library_it_says_how_to_get_it(self, balanced, monkeypatch):
        monkeypatch.setitem(sys.modules, "diff_diff", None)
        with pytest.raises(ModuleNotFoundError, match=r'pip install "gzcounty\[did\]"'):
            fit(balanced, "sun-abraham")
        fit(balanced, "two-stage")  # needs no library
