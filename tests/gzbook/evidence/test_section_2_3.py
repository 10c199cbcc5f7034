"""Tests of section 2.3's claims: key numbers found in another way, verdicts that can turn.

The regressions of income, lights and China's counties are compared with other libraries, one by
one, in tests/notebooks/test_value_people.py.
"""

import numpy as np
import pandas as pd
import pytest
from judging import ENDS, by_statsmodels, judge
from scipy import stats

import gzbook
import gzcounty as gz
from gzbook.evidence import section_2_3
from gzbook.frames import (
    PEOPLE,
    PLACE,
    YEARS,
    county_frame,
    with_income,
    with_neighbours,
)


def test_first_model_of_work_is_that_of_statsmodels():
    census = gz.load_census(harmonised=True)
    wide = census.pivot(index="group", columns="year", values=["farm_share", "commerce_share"])
    X = pd.DataFrame({
        "commerce": wide["commerce_share", 2010], "start": 100 - wide["farm_share", 2010]
    })  # fmt: skip
    y = wide["farm_share", 2010] - wide["farm_share", 2020]
    table = gzbook.examine("2.3-a").evidence.table
    row = gzbook.find_row(
        table, outcome="non-farm share", exposure="commerce", controls="start",
        effects="none", sample="all groups",
    )  # fmt: skip
    assert len(table) == 24
    expected = by_statsmodels(y, X, "commerce")
    assert (row[ENDS] / X.commerce.std()).tolist() == pytest.approx(expected)
    assert row.nobs == 81


def test_work_turns_if_it_grew_with_penetration():
    data = section_2_3.work_frame()
    words = []
    for sign in (1, -1):
        turned = data.copy()
        for outcome in ("nonfarm", "commerce"):
            # Both shares, as digital work is a part of commerce; one alone leaves the other wide.
            own = data.digital_share_2010 + data.commerce_share_2010 * (outcome == "nonfarm")
            turned[f"d_{outcome}_share"] += sign * 500 * own
        table = section_2_3.work_models(turned)
        words.append(judge("2.3-a", table[table.exposure == "digital"]))
    assert words == ["supported", "contradicted"]


def test_models_of_rural_income_are_judged_by_measure_and_variants_share_a_family():
    table = gzbook.examine("2.3-b").evidence.table
    assert table.groupby("measure").size().to_dict() == {"commerce": 7, "digital": 4, "finance": 4}
    assert (table.outcome == "income").all()
    families = table.groupby("family").model.unique()
    assert set(families["neighbours"]) == {"spatial lag", "spatial error"}
    assert set(families["growth"]) == {"path", "online retail", "long difference"}
    assert not table.duplicated(["measure", "model", "year", "sample", "controls"]).any()
    assert not gzbook.label_models(table).label.duplicated().any()
    assert (table.conf_low < table.estimate).all()
    assert (table.estimate < table.conf_high).all()


def finance_by_hand() -> pd.DataFrame:
    """Merge income and index from the files, without a loader's own columns."""
    poor = gz.load_poor_counties().dropna(subset=["rural_income", "adcode"])
    poor = poor[poor.year.between(2014, 2022)]
    at = poor.adcode.str[:4].where(poor.adcode.str[:2] != "50", "5000") + "00"
    index = gz.load_digital_finance(china=True).set_index(["adcode", "year"])
    where = pd.MultiIndex.from_arrays([at, poor.year])
    out = poor.assign(
        prefecture=at, **index.drop(columns="source_key").reindex(where).set_index(poor.index)
    )
    return out.dropna(subset="index").assign(cell=out.province_zh + out.year.astype(str))


@pytest.mark.parametrize("time", ["year", "cell"])
@pytest.mark.parametrize("sample", ["all counties", "complete 2015-22"])
def test_income_on_the_index_is_that_of_least_squares_with_dummies(time, sample):
    data = finance_by_hand()
    step = (data["index"] - data.groupby("year")["index"].transform("mean")).std()
    if sample != "all counties":
        data = data[data.year >= 2015]
        data = data[data.groupby("adcode").year.transform("size") == 8]
    # A county seen once, and a province and year with one county, hold nothing to compare.
    while True:
        alone = data.groupby("adcode").year.transform("size") == 1
        alone |= data.groupby(time).year.transform("size") == 1
        if not alone.any():
            break
        data = data[~alone]
    effects = pd.concat([pd.get_dummies(data.adcode), pd.get_dummies(data[time])], axis=1)
    both = np.column_stack([data["index"], np.log(data.rural_income)])
    effects = effects.to_numpy(float)
    x, y = (both - effects @ np.linalg.lstsq(effects, both, rcond=None)[0]).T
    slope = x @ y / (x @ x)
    score = pd.Series(x * (y - slope * x)).groupby(data.prefecture.to_numpy()).sum()
    n, g = len(data), len(score)
    # Effects of counties lie within prefectures and are not counted, those of years are.
    k = 1 + data[time].nunique()
    error = np.sqrt(score @ score * g / (g - 1) * (n - 1) / (n - k)) / (x @ x)
    width = stats.t.ppf(0.975, g - 1) * error
    table = gzbook.examine("2.3-b").evidence.table
    words = "county and year" if time == "year" else "county and province-by-year"
    row = gzbook.find_row(table, measure="finance", sample=sample, controls=f"{words} effects")
    expected = 100 * np.expm1(step * np.array([slope, slope - width, slope + width]))
    assert row[ENDS].tolist() == pytest.approx(expected, rel=1e-6)
    assert [row.nobs, row.clusters] == [data.adcode.nunique(), g]


def test_counties_under_no_prefecture_and_of_an_older_name_are_left_out_of_the_index():
    poor = gz.load_poor_counties().query("2014 <= year <= 2022").dropna(subset="rural_income")
    out = poor.adcode.isna() | poor.prefecture_adcode.isna()
    years = section_2_3.finance_years()
    assert len(years) == (~out).sum() == 3_987
    assert years["index"].notna().all()
    assert years.province_zh.nunique() == 17
    assert "海南省" not in set(years.province_zh)
    complete = years[years.complete & (years.year > 2014)]
    assert complete.groupby("adcode").size().eq(8).all()


def test_spatial_models_use_every_county_with_an_income():
    sample = with_income(county_frame())
    assert len(with_neighbours(sample)) == len(sample) == 61
    alone = sample[sample.adcode.isin(["520329", "522632"])]  # Yuqing and Rongjiang: far apart
    assert with_neighbours(alone).empty


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_lag_model_is_that_of_spreg():
    spreg = pytest.importorskip("spreg")
    sample = with_income(county_frame())
    W = gz.neighbour_weights(gz.load_neighbours()).subset(sample.adcode)
    names = ["digital_2020", *PEOPLE, *PLACE]
    y = np.log(sample[["income_2020"]].to_numpy())
    fit = spreg.ML_Lag(y, sample[names].to_numpy(), w=W.native(), method="full")
    slope, rho = float(fit.betas[1, 0]), float(fit.rho)
    table = gzbook.examine("2.3-b").evidence.table
    row = gzbook.find_row(table, model="spatial lag", exposure="digital")
    # Rows of W sum to one: the total impact is b / (1 - rho).
    expected = 100 * np.expm1(sample.digital_2020.std() * slope / (1 - rho))
    assert row.estimate == pytest.approx(expected, rel=1e-4)


def test_clusters_are_counted_where_errors_are_clustered():
    table = gzbook.examine("2.3-b").evidence.table
    clustered = table[table.model.isin(["path", "online retail"])]
    assert clustered.clusters.tolist() == clustered.nobs.tolist() == [60, 60]
    by_model = table.groupby("model").clusters.count()
    assert by_model.index[by_model == 0].tolist() == [
        "change on change", "cross-section", "long difference", "spatial error", "spatial lag"
    ]  # fmt: skip


def test_income_turns_if_it_followed_the_measures():
    counties, poor, words = county_frame(), section_2_3.finance_years(), []
    for sign in (1, -1, 0):
        data = counties.copy()
        for year in YEARS["income"]:
            noise = 0.01 * np.random.default_rng(year).normal(size=len(data))
            moved = 0.1 * sign * counties.commerce_2010 * (year - 2014) + noise
            data[f"income_{year}"] = counties.income_2014 * np.exp(moved)
        noise = 0.01 * np.random.default_rng(0).normal(size=len(poor))
        log = 0.1 * sign * poor["index"] + noise
        paths = section_2_3.paths(data).assign(measure="commerce", family="growth")
        panels = section_2_3.finance_panels(poor.assign(log=log))
        words.append(judge("2.3-b", pd.concat([panels, paths], ignore_index=True)))
    assert words == ["supported", "contradicted", "ruled out"]


def test_a_label_is_made_of_the_columns_of_its_row():
    row = {"model": "national", "measure": "villages", "outcome": "gdp", "sample": "China"}
    row |= {"year": 2016, "controls": "none", "label": ""}
    labelled = gzbook.label_models(pd.DataFrame([row]))
    assert labelled.label.tolist() == ["Taobao villages: GDP, as it looks"]
    assert labelled.group.tolist() == ["as it looks (naive)"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "ladder"}, "model is one of .*, not 'ladder'"),
        ({"measure": "lights"}, "measure is one of .*, not 'lights'"),
        ({"controls": None}, "has no 'controls'"),
    ],
)
def test_a_model_that_has_no_words_is_refused(change, message):
    row = {"model": "path", "outcome": "income", "year": 2010, "sample": "former poverty counties"}
    row |= {"measure": "commerce", "controls": "none", **change}
    models = pd.DataFrame([row]).dropna(axis=1)
    with pytest.raises(gz.InputError, match=message):
        gzbook.label_models(models)


def test_a_quoted_table_or_row_that_is_not_there_is_refused():
    with pytest.raises(gz.InputError, match=r"A table is one of 'finance', .*, not 'villages'"):
        gzbook.quoted_models(villages=pd.DataFrame())
    row = {"exposure": "digital", "controls": "start", "years": "no jumps"}
    new = pd.DataFrame([row | {"estimate": 1.5, "conf_low": -0.5, "conf_high": 3.5}])
    with pytest.raises(gz.InputError):
        gzbook.quoted_models(businesses=new)


def test_people_away_in_2010_county_by_county():
    census = gz.load_census().query("year == 2010")
    both = census[census.population_registered.notna()]
    fewer = sum(a < b for a, b in zip(both.population, both.population_registered, strict=True))
    table = gzbook.examine("2.3-c").evidence.table
    assert [(table.value > 0).sum(), len(table)] == [fewer, len(both)]


def test_people_from_other_counties_of_the_province_are_those_of_the_census():
    counties = gz.load_census(extra=True)
    column = "migrants_from_other_county_in_province"
    published = counties[(counties.adcode == "520000") & (counties.year == 2010)][column].item()
    evidence = gzbook.examine("2.3-d").evidence
    # Published for the province in 2010; the sum of 88 counties in 2020, where it is not.
    assert evidence.table.moved_2010.sum() == published == 1_841_377
    assert evidence.table.moved_2020.sum() == 4_876_051
    assert "from 1.84 to 4.88 million" in evidence.finding


@pytest.mark.parametrize(("factor", "word"), [(0.1, "contradicted"), (1.0, "supported")])
def test_moving_within_the_province_turns_with_the_migrants_of_2020(monkeypatch, factor, word):
    census = gz.load_census(harmonised=True)
    moved = census.migrants_from_other_county_in_province.astype(float)
    moved = moved.where(census.year == 2010, factor * moved)
    census["migrants_from_other_county_in_province"] = moved
    monkeypatch.setattr(section_2_3, "load_census", lambda harmonised: census.copy())
    assert judge("2.3-d", section_2_3.work_sought_at_home().table) == word


def test_new_businesses_are_regressed_on_trade_employment_with_their_start():
    new = gz.load_registrations().query("year <= 2021 and not flagged")
    mean = new.assign(late=new.year >= 2018, early=new.year <= 2013)
    early = np.log(mean[mean.early].groupby("adcode").new.mean())
    late = np.log(mean[mean.late].groupby("adcode").new.mean())
    census = gz.load_census().query("year == 2010").set_index("adcode")
    data = pd.DataFrame({"x": census.commerce_share, "early": early, "y": late - early}).dropna()
    row = gzbook.find_row(
        section_2_3.business_models(), years="no jumps", exposure="commerce", controls="start"
    )
    slopes = by_statsmodels(data.y, data[["x", "early"]], "x")
    expected = 100 * np.expm1(data.x.std() * np.array(slopes))
    assert row[ENDS].tolist() == pytest.approx(expected)
    flagged = gz.load_registrations().query("year <= 2021").flagged.sum()
    assert flagged > 0


def test_ratio_of_incomes_is_that_of_the_long_table():
    long = gz.load_panel("long")
    wide = long[long.variable.isin(["urban_income", "rural_income"])].pivot(
        index=["adcode", "year"], columns="variable", values="value"
    )
    table = gzbook.examine("2.3-f").evidence.table
    assert table.groupby("adcode").size().eq(10).all()
    assert table.adcode.nunique() == 60
    by_hand = wide.urban_income / wide.rural_income
    ratios = table.set_index(["adcode", "year"]).value
    assert np.allclose(ratios, by_hand[ratios.index])


def test_interaction_is_that_of_statsmodels():
    data = section_2_3.inclusion_data()
    X = data[["commerce", "poorer", "minority"]]
    X = X.assign(cp=X.commerce * X.poorer, cm=X.commerce * X.minority)
    table = gzbook.examine("2.3-h").evidence.table
    for trait, term, step in (("poorer", "cp", -np.log(0.9)), ("minority", "cm", 10)):
        row = gzbook.find_row(table, exposure="commerce", trait=trait)
        logs = np.log1p(row[ENDS].astype(float) / 100) / step
        assert logs.tolist() == pytest.approx(by_statsmodels(data.growth, X, term))


def test_inclusion_turns_with_growth():
    data, words = section_2_3.inclusion_data(), []
    for sign in (1, -1):
        helped = sign * data.commerce * (data.poorer + data.minority / 10)
        table = section_2_3.inclusion_models(data.assign(growth=helped + data.growth / 1000))
        words.append(judge("2.3-h", table[table.exposure == "commerce"]))
    assert words == ["supported", "contradicted"]
