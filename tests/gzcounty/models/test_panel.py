"""Panel regressions: exact on unbalanced panels, one convention of errors, honest refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.errors import InputError
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols

from .conftest import errors

FORMULA = "y ~ x + z"


def theirs(panel, entity, time, weights=None, **fit):
    from linearmodels import PanelOLS

    data = panel.set_index(["county", "year"])
    weights = None if weights is None else data[weights]
    model = PanelOLS(
        data.y, data[["x", "z"]], entity_effects=entity, time_effects=time, weights=weights
    )
    return model.fit(**fit)


@pytest.mark.parametrize("weights", [None, "size"])
@pytest.mark.parametrize(("entity", "time"), [(True, True), (True, False), (False, True)])
def test_classical_estimates_are_those_of_linearmodels(panel, entity, time, weights):
    fit = panel_ols(
        FORMULA,
        panel,
        "county",
        "year",
        entity_effects=entity,
        time_effects=time,
        weights=weights,
    )
    other = theirs(panel, entity, time, weights)
    assert fit.table().estimate.to_numpy() == pytest.approx(other.params.to_numpy(), abs=1e-10)
    assert errors(fit) == pytest.approx(other.std_errors.to_numpy(), rel=1e-9)
    assert fit.table().p_value.to_numpy() == pytest.approx(other.pvalues.to_numpy(), rel=1e-7)
    assert fit.df == other.df_resid
    assert fit.r_squared_within == pytest.approx(other.rsquared)


@pytest.mark.parametrize(
    ("entity", "time", "cluster", "our_k", "their_k"),
    [
        # 2 regressors; 30 counties, 8 years.
        (True, False, "county", 2 + 1, 2),
        (True, True, "county", 2 + 8, 2 + 37),
        (False, True, "county", 2 + 8, 2 + 8),
        (True, True, "region", 2 + 8, 2 + 37),
        (True, False, "year", 2 + 30, 2 + 30),
        (True, True, "year", 2 + 30, 2 + 37),
    ],
)
def test_clustered_errors_differ_from_linearmodels_only_by_k(
    panel, entity, time, cluster, our_k, their_k
):
    fit = panel_ols(
        FORMULA,
        panel,
        "county",
        "year",
        cluster=cluster,
        entity_effects=entity,
        time_effects=time,
    )
    groups = panel.assign(group=pd.factorize(panel[cluster])[0])
    groups = groups.set_index(["county", "year"])[["group"]]
    other = theirs(panel, entity, time, cov_type="clustered", clusters=groups, group_debias=True)
    n = len(panel)
    factor = np.sqrt((n - their_k) / (n - our_k))
    assert errors(fit) == pytest.approx(other.std_errors.to_numpy() * factor, rel=1e-9)
    assert any(f"K = {our_k} counts 2 regressors" in note for note in fit.notes)
    assert fit.n_clusters == panel[cluster].nunique()
    assert fit.df == fit.n_clusters - 1


@pytest.mark.parametrize("cluster", ["county", "region", "year"])
@pytest.mark.parametrize("weights", [None, "size"])
def test_explicit_dummies_give_the_same(panel, cluster, weights):
    fit = panel_ols(FORMULA, panel, "county", "year", cluster=cluster, weights=weights)
    dummies = ols(f"{FORMULA} + C(county) + C(year)", panel, cluster=cluster, weights=weights)
    ours, full = fit.table(), dummies.table().set_index("term").loc[["x", "z"]]
    assert ours.estimate.to_numpy() == pytest.approx(full.estimate.to_numpy(), abs=1e-11)
    n, all_k = len(panel), 2 + 30 + 8 - 1
    our_k = {"county": 10, "region": 10, "year": 32}[cluster]
    factor = np.sqrt((n - all_k) / (n - our_k))
    assert ours.std_error.to_numpy() == pytest.approx(full.std_error.to_numpy() * factor, rel=1e-9)
    assert fit.df == dummies.df
    assert fit.r_squared == pytest.approx(dummies.r_squared)
    assert fit.residuals.to_numpy() == pytest.approx(dummies.residuals.to_numpy(), abs=1e-9)
    assert fit.residuals.index.equals(panel.index)


def test_without_effects_it_is_pooled_least_squares(panel):
    pooled = {"entity_effects": False, "time_effects": False}
    fit = panel_ols(FORMULA, panel, "county", "year", cluster="county", **pooled)
    plain = ols(FORMULA, panel, cluster="county")
    np.testing.assert_allclose(
        fit.table().drop(columns="term"), plain.table().drop(columns="term"), rtol=1e-9
    )
    assert fit.estimator == "pooled least squares"
    assert fit.r_squared_within is None


def test_parts_that_share_no_level_are_counted_in_the_rank(panel):
    early = panel.county < "c15"
    split = panel[early == (panel.year < 2017)]
    fit = panel_ols(FORMULA, split, "county", "year")
    columns = split[["x", "z", "county", "year"]].astype({"year": str})
    with pytest.warns(match="rank-deficient"):  # on purpose: statsmodels finds the rank itself
        dummies = sm.OLS(split.y, pd.get_dummies(columns, dtype=float)).fit()
    assert fit.native.absorber.components == 2
    assert fit.df == dummies.df_resid
    assert errors(fit) == pytest.approx(dummies.bse[["x", "z"]].to_numpy(), rel=1e-8)
    assert any("falls into 2 parts" in note for note in fit.notes)


def test_classical_errors_come_with_a_warning(panel):
    notes = panel_ols(FORMULA, panel, "county", "year").notes
    assert any(note.startswith("Standard errors classical, not clustered") for note in notes)


def test_native_carries_the_demeaned_arrays(panel):
    fit = panel_ols(FORMULA, panel, "county", "year", cluster="region")
    native = fit.native
    again = np.linalg.lstsq(native.X, native.y, rcond=None)[0]
    assert again == pytest.approx(fit.table().estimate.to_numpy())
    assert native.residuals == pytest.approx(native.y - native.X @ again)
    assert native.root @ native.root.T == pytest.approx(np.linalg.inv(native.X.T @ native.X))
    assert [name for name, _ in native.clusters] == ["region"]
    np.testing.assert_allclose(native.absorber.demean(panel.y.to_numpy()), native.y)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 1000), shift=st.floats(-1e4, 1e4), factor=st.floats(0.001, 1000))
def test_what_must_not_matter_does_not(seed, shift, factor):
    rng = np.random.default_rng(seed)
    cells = rng.choice(60, size=45, replace=False)
    data = pd.DataFrame(rng.normal(size=(45, 3)), columns=["y", "x", "z"])
    data = data.assign(county=cells // 6, year=cells % 6)

    def fit(frame):
        return panel_ols(FORMULA, frame, "county", "year", cluster="county").table()

    base = fit(data).drop(columns="term").to_numpy(dtype=float)

    def same(frame):
        result = fit(frame).drop(columns="term").to_numpy(dtype=float)
        return result == pytest.approx(base, rel=1e-6, abs=1e-9)

    lifted = data.y + shift * (data.county == data.county.iloc[0])
    assert same(data.assign(y=lifted)), "a constant added to one entity"
    assert same(data.assign(y=data.y + shift * (data.year == 3))), "a constant added to one year"
    assert same(data.assign(x=data.x + data.county)), "an entity constant added to a regressor"
    assert same(data.sample(frac=1, random_state=seed)), "the order of the rows"
    assert same(data.assign(county=data.county.map("county {}".format))), "the names of entities"
    scaled = fit(data.assign(y=data.y * factor))
    assert scaled.estimate.to_numpy() == pytest.approx(base[:, 0] * factor, rel=1e-6)
    assert scaled.std_error.to_numpy() == pytest.approx(base[:, 1] * factor, rel=1e-6)
    assert scaled.p_value.to_numpy() == pytest.approx(base[:, 3], rel=1e-6)


def test_singletons_are_left_out_and_named(panel):
    once = panel.iloc[[0, 1]].assign(county=["lone", "solo"])
    fit = panel_ols(FORMULA, pd.concat([panel, once]), "county", "year", cluster="county")
    plain = panel_ols(FORMULA, panel, "county", "year", cluster="county")
    assert fit.table().equals(plain.table())
    assert fit.nobs == len(panel)
    assert fit.notes[0] == (
        "Left out 2 rows as singletons, the only ones of their county or year: "
        "county 'lone' and 'solo'."
    )


def test_a_cross_section_is_refused(panel):
    one_year = panel.drop_duplicates("county")
    with pytest.raises(InputError, match="Every county is seen only once"):
        panel_ols(FORMULA, one_year, "county", "year", time_effects=False)


def test_duplicates_are_named(panel):
    first = panel.iloc[0]
    with pytest.raises(
        InputError,
        match=rf"1 pair appears more than once: '\({first.county}, {first.year}\)'",
    ):
        panel_ols(FORMULA, pd.concat([panel, panel.iloc[[0]]]), "county", "year")
    with pytest.raises(InputError, match=f"{len(panel)} pairs appear more than once.* more"):
        panel_ols(FORMULA, pd.concat([panel, panel]), "county", "year")


def test_absorbed_regressors_are_named(panel):
    panel["relief"] = pd.factorize(panel.county)[0] * 1.7
    panel["price"] = 1e6 + panel.year**0.5
    with pytest.raises(InputError, match="effects of county and year absorb 'relief' and 'price'"):
        panel_ols("y ~ x + relief + price", panel, "county", "year")
    with pytest.raises(InputError, match="effects of county absorb 'relief', which does not vary"):
        panel_ols("y ~ x + relief", panel, "county", "year", time_effects=False)
    with pytest.raises(InputError, match=r"absorb 'I\(relief \+ price\)'"):
        panel_ols("y ~ x + I(relief + price)", panel, "county", "year")
    with pytest.raises(InputError, match=r"absorb 'relief:price', .* but for rounding to about s"):
        panel_ols("y ~ x + relief:price", panel, "county", "year")
    panel["price"] -= 1e6
    assert panel_ols("y ~ x + relief:price", panel, "county", "year").nobs == len(panel)
    with pytest.raises(InputError, match="absorb 'relief': nothing is left to explain"):
        panel_ols("relief ~ x", panel, "county", "year")


def test_collinear_after_the_effects_is_named(panel):
    panel["w"] = panel.x + pd.factorize(panel.county)[0]
    with pytest.raises(
        InputError,
        match="After the effects are taken out, 'w' is an exact linear combination of 'x'",
    ):
        panel_ols("y ~ x + z + w", panel, "county", "year")


def test_other_bad_input(panel):
    with pytest.raises(InputError, match="two different columns, not both 'county'"):
        panel_ols(FORMULA, panel, "county", "county")
    with pytest.raises(InputError, match="no regressor beside the effects"):
        panel_ols("y ~ 1", panel, "county", "year")
    small = panel[panel.county.isin(["c00", "c01"]) & panel.year.isin([2014, 2015, 2016])]
    with pytest.raises(InputError, match="cannot carry 2 regressors and fixed effects of rank"):
        panel_ols(FORMULA, small, "county", "year")
    with pytest.raises(InputError, match="in this sample 'region' is always 'r0'"):
        panel_ols(FORMULA, panel[panel.region == "r0"], "county", "year", cluster="region")


def test_rows_without_an_identifier_are_counted(panel):
    panel.iloc[0, panel.columns.get_loc("county")] = None
    fit = panel_ols(FORMULA, panel, "county", "year")
    assert fit.nobs == len(panel) - 1
    assert f"Left out 1 of {len(panel)} rows for missing values: county 1." in fit.notes
