"""Tests of section 2.3's claims: key numbers found in another way, verdicts that can turn.

The regressions of income, lights and China's counties are compared with other libraries, one by
one, in tests/notebooks/test_value_people.py.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from judging import judge

import gzbook
import gzcounty as gz
from gzbook.evidence import section_2_3
from gzbook.frames import (
    PEOPLE,
    PLACE,
    YEARS,
    county_frame,
    national_frame,
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
    fit = sm.OLS(y, sm.add_constant(X)).fit(cov_type="HC3", use_t=True)
    low, high = fit.conf_int().loc["commerce"]
    table = gzbook.examine("2.3-a").evidence.table
    row = gzbook.find_row(
        table, outcome="non-farm share", exposure="commerce share of 2010", controls="start",
        effects="none", sample="all groups",
    )  # fmt: skip
    assert len(table) == 24
    assert [row.estimate, row.conf_low, row.conf_high, row.nobs] == pytest.approx(
        [fit.params["commerce"], low, high, 81]
    )


def test_work_turns_if_it_grew_with_penetration():
    data = section_2_3.work_data()
    words = []
    for sign in (1, -1):
        turned = data.copy()
        for outcome in ("nonfarm", "commerce"):
            # Both shares, as digital work is a part of commerce; one alone leaves the other wide.
            own = data.digital_share_2010 + data.commerce_share_2010 * (outcome == "nonfarm")
            turned[f"d_{outcome}_share"] += sign * 500 * own
        table = section_2_3.work_models(turned)
        words.append(judge("2.3-a", table[table.exposure == "digital share of 2010"]))
    assert words == ["supported", "contradicted"]


def test_seventeen_models_are_judged_and_each_has_its_own_columns_and_label():
    table = gzbook.examine("2.3-b").evidence.table
    assert table.groupby("family").size().to_dict() == {
        "cross-section": 3, "long difference": 1, "change on change": 1, "path": 1,
        "online retail": 1, "spatial lag": 2, "spatial error": 2, "within provinces": 6,
    }  # fmt: skip
    assert not table.duplicated(["family", "outcome", "exposure", "year"]).any()
    assert gzbook.label_models(table).label.is_unique
    assert (table.conf_low < table.estimate).all()
    assert (table.estimate < table.conf_high).all()


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
    row = gzbook.find_row(table, family="spatial lag", exposure="digital")
    # Rows of W sum to one: the total impact is b / (1 - rho).
    expected = 100 * np.expm1(sample.digital_2020.std() * slope / (1 - rho))
    assert row.estimate == pytest.approx(expected, rel=1e-4)


def test_estimates_are_for_a_standard_deviation_of_the_sample_and_clusters_are_counted():
    data = national_frame()
    used = data.dropna(subset=["log_savings", "commerce_share"])
    assert len(used) < len(data)
    fit = gz.panel_ols(
        f"log_savings ~ commerce_share{section_2_3.NATIONAL}", data, "province_en", "adcode",
        cluster="prefecture_adcode", time_effects=False,
    )  # fmt: skip
    expected = 100 * np.expm1(used.commerce_share.std() * fit.coefficients["commerce_share"])
    table = gzbook.examine("2.3-b").evidence.table
    row = gzbook.find_row(table, outcome="savings", exposure="commerce")
    assert row.estimate == pytest.approx(expected, rel=1e-12)
    clustered = table[table.family.isin(["path", "online retail"])]
    assert clustered.clusters.tolist() == clustered.nobs.tolist() == [60, 60]
    by_family = table.groupby("family").clusters.count()
    unclustered = by_family.index[by_family == 0].tolist()
    assert unclustered == [
        "change on change", "cross-section", "long difference", "spatial error", "spatial lag"
    ]  # fmt: skip


def test_income_turns_if_it_followed_penetration():
    real, words = county_frame(), []
    for sign in (1, -1):
        data = real.copy()
        for year in YEARS["income"]:
            data[f"income_{year}"] *= np.exp(sign * real.commerce_2010 * (year - 2014))
        words.append(judge("2.3-b", section_2_3.paths(data)))
    assert words == ["supported", "contradicted"]


def test_savings_turn_with_their_sign():
    data = national_frame()
    data["log_savings"] = data["log_cars"] = 5 * data.village_rate + 5 * data.commerce_share
    table = section_2_3.within_provinces(data)
    assert judge("2.3-b", table[table.exposure != "digital"]) == "supported"


def test_a_label_is_made_of_the_columns_of_its_row():
    row = {"family": "national", "outcome": "gdp", "exposure": "any_village", "year": 2016}
    labelled = gzbook.label_models(pd.DataFrame([row | {"controls": "naive", "label": ""}]))
    assert labelled.label.tolist() == ["GDP, any Taobao village, naive"]
    assert labelled.group.tolist() == ["GDP in China"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"family": "ladder"}, "family is one of .*, not 'ladder'"),
        ({"outcome": "lights"}, "outcome is one of .*, not 'lights'"),
        ({"controls": None}, "has no 'controls'"),
    ],
)
def test_a_model_that_has_no_words_is_refused(change, message):
    row = {"family": "path", "outcome": "income", "exposure": "commerce", "year": 2010}
    row = {**row, "controls": "naive", **change}
    models = pd.DataFrame([row]).dropna(axis=1)
    with pytest.raises(gz.InputError, match=message):
        gzbook.label_models(models)


def test_people_away_in_2010_county_by_county():
    census = gz.load_census().query("year == 2010")
    both = census[census.population_registered.notna()]
    fewer = sum(a < b for a, b in zip(both.population, both.population_registered, strict=True))
    table = gzbook.examine("2.3-c").evidence.table
    assert [(table.value > 0).sum(), len(table)] == [fewer, len(both)]


def test_gap_of_one_county_by_hand():
    # Rongjiang kept its borders.
    code = "522632"
    census = gz.load_census().query("adcode == @code").set_index("year")
    china = gz.load_china_counties().set_index("adcode").loc[code]
    before = 1 - census.population[2010] / census.population_registered[2010]
    after = 1 - census.population[2020] / china.population_registered_2020
    group = gz.load_counties().set_index("adcode").group[code]
    row = gzbook.find_row(section_2_3.gaps(), group=group)
    assert row.value == pytest.approx(100 * (after - before))


def test_a_group_is_complete_only_with_all_its_members():
    yearbook = gz.load_china_counties().set_index("adcode").population_registered_2020
    counties = gz.load_counties()
    has = counties.adcode.map(yearbook).notna().groupby(counties.group).all()
    gaps = section_2_3.gaps().set_index("group")
    assert (gaps.complete <= has[gaps.index]).all()
    assert gaps.registered_2020.notna().equals(has[gaps.index].rename("registered_2020"))


@pytest.mark.parametrize(("factor", "word"), [(0.5, "supported"), (2.0, "contradicted")])
def test_gap_turns_with_the_registered_of_2020(monkeypatch, factor, word):
    china = gz.load_china_counties()
    china["population_registered_2020"] *= factor
    monkeypatch.setattr(section_2_3, "load_china_counties", lambda: china)
    assert judge("2.3-d", section_2_3.work_sought_at_home().table) == word


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
    fit = sm.OLS(data.growth, sm.add_constant(X)).fit(cov_type="HC3", use_t=True)
    table = gzbook.examine("2.3-h").evidence.table
    for trait, term, step in (("poorer", "cp", -np.log(0.9)), ("minority", "cm", 10)):
        row = gzbook.find_row(table, exposure="commerce", trait=trait)
        assert np.log1p(row.conf_high / 100) / step == pytest.approx(fit.conf_int()[1][term])


def test_inclusion_turns_with_growth():
    data, words = section_2_3.inclusion_data(), []
    for sign in (1, -1):
        helped = sign * data.commerce * (data.poorer + data.minority / 10)
        table = section_2_3.inclusion_models(data.assign(growth=helped + data.growth / 1000))
        words.append(judge("2.3-h", table[table.exposure == "commerce"]))
    assert words == ["supported", "contradicted"]
