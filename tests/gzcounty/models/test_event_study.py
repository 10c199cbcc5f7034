"""Exposure event studies: the right regression, a path that reads well, honest refusals."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError, TrapError
from gzcounty.models.event_study import event_study
from gzcounty.models.panel import panel_ols

from .conftest import errors


@pytest.fixture
def exposed(panel) -> pd.DataFrame:
    """SIMULATED: exposure bends the path by 0.5 a year after 2016, and income converges."""
    rng = np.random.default_rng(9)
    codes, names = pd.factorize(panel.county, sort=True)
    panel["exposure"] = rng.uniform(0, 4, len(names))[codes]
    panel["log_start"] = rng.normal(size=len(names))[codes]
    panel["y"] = (
        codes
        + 0.5 * panel.exposure * (panel.year - 2016).clip(lower=0)
        - 0.2 * panel.log_start * panel.year
        + 0.1 * rng.normal(size=len(panel))
    )
    return panel


def study(data, **changes):
    arguments = {"y": "y", "exposure": "exposure", "entity": "county", "time": "year"}
    return event_study(data, **(arguments | {"reference": 2016} | changes))


def test_it_is_the_regression_it_claims_to_be(exposed):
    years = [2013, 2014, 2015, 2017, 2018, 2019, 2020]
    for name in ("exposure", "log_start"):
        for year in years:
            exposed[f"{name}_{year}"] = exposed[name] * (exposed.year == year)
    terms = [f"{name}_{year}" for name in ("exposure", "log_start") for year in years] + ["z"]
    direct = panel_ols(f"y ~ {' + '.join(terms)}", exposed, "county", "year", cluster="county")
    fit = study(exposed, trends="log_start", controls=["z"])
    assert fit.table().term.to_list() == [term.replace("_20", ":20") for term in terms]
    np.testing.assert_allclose(
        fit.table().drop(columns="term"), direct.table().drop(columns="term"), rtol=1e-8
    )
    assert fit.nobs == direct.nobs
    assert fit.n_clusters == 30


def test_path_finds_the_simulated_effect(exposed):
    path = study(exposed, trends="log_start").path()
    assert path.columns.to_list() == [
        "year", "estimate", "std_error", "conf_low", "conf_high", "reference",
    ]  # fmt: skip
    assert path.year.to_list() == list(range(2013, 2021))
    truth = 0.5 * (path.year - 2016).clip(lower=0)
    assert path.estimate.to_numpy() == pytest.approx(truth.to_numpy(), abs=0.1)
    assert path[path.reference].year.to_list() == [2016]
    zero = path.loc[path.reference, ["estimate", "std_error", "conf_low", "conf_high"]]
    assert (zero == 0).all(axis=None)


def test_path_follows_the_level(exposed):
    fit = study(exposed)
    narrow, wide = fit.path(level=0.5), fit.path()
    others = ~wide.reference
    assert (narrow.conf_low > wide.conf_low)[others].all()
    row = fit.term("exposure:2020")
    assert wide.iloc[-1].conf_high == pytest.approx(row.conf_high)


def test_tests_are_wald_tests_with_clusters_less_one(exposed):
    fit = study(exposed, trends="log_start")
    pre, joint = fit.pre_test(), fit.joint_test()
    assert pre.terms == ("exposure:2013", "exposure:2014", "exposure:2015")
    assert (pre.df_num, pre.df_denom, joint.df_num) == (3, 29, 7)
    b = fit.coefficients[list(pre.terms)].to_numpy()
    V = fit.vcov.loc[list(pre.terms), list(pre.terms)].to_numpy()
    assert pre.statistic == pytest.approx(b @ np.linalg.inv(V) @ b / 3)
    assert pre.p_value > 0.01
    assert joint.p_value < 1e-10
    assert fit.joint_test([2013, 2014, 2015]) == pre


def test_no_year_before_the_reference_is_a_trap(exposed):
    fit = study(exposed, reference=2013)
    with pytest.raises(TrapError, match="No year lies before the reference 2013"):
        fit.pre_test()
    assert fit.joint_test().df_num == 7


def test_clusters_default_to_the_entity(exposed):
    assert errors(study(exposed)) == pytest.approx(errors(study(exposed, cluster="county")))
    assert study(exposed, cluster="region").n_clusters == 8
    assert study(exposed, cluster=["county", "year"]).n_clusters == 8


def test_year_effects_by_group_are_effects_of_group_and_year(exposed):
    exposed["region_year"] = exposed.region + exposed.year.astype(str)
    others = [year for year in range(2013, 2021) if year != 2016]
    for year in others:
        exposed[f"exposure_{year}"] = exposed.exposure * (exposed.year == year)
    terms = " + ".join(f"exposure_{year}" for year in others)
    direct = panel_ols(f"y ~ {terms}", exposed, "county", "region_year", cluster="county")
    fit = study(exposed, year_effects_by="region")
    assert fit.nobs == direct.nobs
    assert fit.table().estimate.to_numpy() == pytest.approx(direct.table().estimate.to_numpy())
    assert errors(fit) == pytest.approx(errors(direct))


def test_numbers_of_years_may_be_floats(exposed):
    as_floats = study(exposed.assign(year=exposed.year.astype(float)))
    assert as_floats.table().equals(study(exposed).table())
    assert as_floats.years == tuple(range(2013, 2021))


def test_entities_without_exposure_are_counted_and_named(exposed):
    exposed.loc[exposed.county.isin(["c03", "c04"]), "exposure"] = np.nan
    rows = int(exposed.exposure.isna().sum())
    fit = study(exposed)
    assert f"Left out {rows} of 192 rows for missing values: exposure {rows}." in fit.notes
    assert any(
        note.startswith("2 units of county without exposure left out altogether: 'c0")
        for note in fit.notes
    )
    assert fit.n_clusters == 28
    exposed.loc[exposed.county.isin(["c03", "c04"]) & (exposed.year > 2013), "exposure"] = 0.0
    assert not any("left out altogether" in note for note in study(exposed).notes)


def test_the_display_shows_the_path_and_counts_the_rest(exposed):
    fit = study(exposed, trends="log_start")
    assert "log_start:2014" not in repr(fit)
    assert "7 further terms in .table()." in repr(fit)
    assert "All rows share one scale" in fit._repr_html_()
    assert "Each row has its own scale" in study(exposed, controls="z")._repr_html_()
    assert any("Relative to 2016" in note for note in fit.notes)


@pytest.mark.parametrize(
    ("columns", "arguments", "message"),
    [
        ({"exposure": 3.0}, {}, "'exposure' is 3 in every county of the sample"),
        ({}, {"exposure": "z"}, "'z' must be constant within each county; it changes in 30 units"),
        ({}, {"trends": "z"}, "'z' must be constant within each county"),
        ({}, {"reference": 2030}, "The reference 2030 is no year of the sample, which has '2013'"),
        ({}, {"time": "z"}, "'z' must hold whole numbers, periods such as years"),
        ({}, {"trends": "exposure"}, "'exposure' may stand only once"),
        ({}, {"controls": "nothing"}, "lack the column 'nothing'"),
        ({}, {"trends": "region"}, "Column 'region' holds str values"),
        ({}, {"controls": "log_start"}, "absorb 'log_start'"),
    ],
)
def test_bad_input(exposed, columns, arguments, message):
    with pytest.raises(InputError, match=message):
        study(exposed.assign(**columns), **arguments)


def test_exposure_that_changes_is_named(exposed):
    exposed.loc[exposed.county == "c07", "exposure"] += exposed.year
    with pytest.raises(InputError, match="it changes in 1 unit: 'c07'"):
        study(exposed)


def test_exposure_the_same_within_each_group_is_absorbed(exposed):
    exposed["exposure"] = pd.factorize(exposed.region)[0].astype(float)
    with pytest.raises(InputError, match="absorb 'exposure:2013'"):
        study(exposed, year_effects_by="region")
