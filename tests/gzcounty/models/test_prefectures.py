"""A prefecture's value is refused where errors take its counties as independent, and only there."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz

REFUSED = r"'index' has one value for all counties of a prefecture, in each of \d+ prefectures"


@pytest.fixture(scope="module")
def panel():
    """Guizhou's counties and their prefecture's index, joined as a user would."""
    counties = gz.load_panel().query("2014 <= year <= 2020")
    places = gz.load_counties()[["adcode", "prefecture_adcode", "prefecture_en"]]
    index = gz.load_digital_finance()[["adcode", "year", "index"]]
    index = index.rename(columns={"adcode": "prefecture_adcode"})
    out = counties.merge(places, on="adcode").merge(index, on=["prefecture_adcode", "year"])
    out["own"] = np.random.default_rng(1).normal(size=len(out))
    out["slow"] = out.adcode.map(out.groupby("adcode").own.first())
    out["post"] = (out.year > 2017).astype(float)
    out["western"] = out.prefecture_en.isin(["Liupanshui", "Qianxinan", "Bijie"]).astype(float)
    return out.assign(log=np.log(out.rural_income), trend=out.year - 2014.0)


@pytest.fixture(scope="module")
def cross(panel):
    return panel[panel.year == 2016].dropna(subset="log").reset_index(drop=True)


@pytest.mark.parametrize("cluster", ["adcode", ["adcode", "year"], None])
def test_index_in_a_panel_of_counties_with_errors_by_county_is_refused(panel, cluster):
    with pytest.raises(gz.TrapError, match=REFUSED):
        gz.panel_ols("log ~ index", panel, "adcode", "year", cluster=cluster)


@pytest.mark.parametrize("cov", ["HC3", "classical"])
def test_index_in_one_year_with_each_county_on_its_own_is_refused(cross, cov):
    with pytest.raises(gz.TrapError, match="without clusters, errors would be too small"):
        gz.ols("log ~ index + slow", cross, cov=cov)


@pytest.mark.parametrize("formula", ["log ~ log(index)", "log ~ I(index / 100) + C(year)"])
def test_index_in_pooled_years_and_other_units_is_refused(panel, formula):
    with pytest.raises(gz.TrapError, match="clustered by 'adcode'"):
        gz.ols(formula, panel, cluster="adcode")


def test_index_is_refused_when_half_of_the_counties_lack_some_years(panel):
    keep = np.random.default_rng(2).random(len(panel)) < 0.6
    with pytest.raises(gz.TrapError, match=REFUSED):
        gz.panel_ols("log ~ index", panel[keep], "adcode", "year", cluster="adcode")


def test_index_as_the_exposure_of_an_event_study_is_refused(panel):
    first = panel[panel.year == 2014].set_index("adcode")["index"]
    data = panel.assign(index=panel.adcode.map(first)).dropna(subset="log")
    with pytest.raises(gz.TrapError, match="'index:2015' has one value"):
        gz.event_study(data, "log", "index", "adcode", "year", 2014)
    fit = gz.event_study(data, "log", "index", "adcode", "year", 2014, cluster="prefecture_en")
    assert fit.n_clusters < 10


def test_index_among_the_exposures_of_a_specification_curve_is_refused(panel, cross):
    choices = {"outcomes": "log", "exposures": ["own", "index"]}
    with pytest.raises(gz.TrapError, match=REFUSED):
        gz.specification_curve(cross, **choices)
    more = {"entity": "adcode", "time": "year", "effects": {"both": ["adcode", "year"]}}
    with pytest.raises(gz.TrapError, match=REFUSED):
        gz.specification_curve(panel, **choices, **more, cluster="adcode")
    gz.specification_curve(panel, **choices, **more, cluster="prefecture_en")


@pytest.mark.parametrize(
    "cluster", ["prefecture_adcode", "prefecture_en", ["adcode", "prefecture_en"]]
)
def test_index_is_estimated_with_errors_by_prefecture(panel, cross, cluster):
    fit = gz.panel_ols("log ~ index", panel, "adcode", "year", cluster=cluster)
    assert fit.n_clusters < 10
    assert gz.ols("log ~ index", cross, cluster=cluster).n_clusters < 10


@pytest.mark.parametrize(
    "formula",
    [
        "log ~ own",
        "log ~ slow + own + C(year)",
        "log ~ post + trend + own",
        "log ~ own * western + C(year)",
        "log ~ own * index - index",
        "log ~ own + C(prefecture_en) + C(year)",
    ],
)
def test_what_differs_between_counties_or_nowhere_in_a_prefecture_is_not_refused(panel, formula):
    assert gz.ols(formula, panel, cluster="adcode").n_clusters > 50


def test_a_county_each_prefecture_and_other_codes_are_not_refused(cross, panel):
    assert gz.ols("log ~ index", cross.drop_duplicates("prefecture_en"), cov="HC1").nobs == 9
    # Names of counties, and numbers that are no codes of China's counties, carry no prefecture.
    firms = panel.assign(firm=panel.adcode.str.replace("52", "77").astype(int))
    fit = gz.panel_ols("log ~ index", firms.drop(columns="adcode"), "firm", "year", cluster="firm")
    assert fit.n_clusters > 50


def test_codes_as_whole_numbers_are_codes_too(panel):
    numbers = panel.assign(county=panel.adcode.astype(int)).drop(columns="adcode")
    with pytest.raises(gz.TrapError, match="clustered by 'county'"):
        gz.panel_ols("log ~ index", numbers, "county", "year", cluster="county")


def test_counties_that_a_province_runs_directly_are_prefectures_of_their_own():
    adcodes = [f"4290{n:02d}" for n in range(4, 24)] + [f"4201{n:02d}" for n in range(10, 20)]
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"adcode": adcodes, "y": rng.normal(size=30), "x": rng.normal(size=30)})
    assert gz.ols("y ~ x", data).nobs == 30
    shared = data.assign(x=[*data.x[:20], *[1.5] * 5, *[2.5] * 5])
    assert gz.ols("y ~ x", shared).nobs == 30
