"""How measures of penetration go with Taobao villages: again with statsmodels, and their grades."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import gzcounty as gz
from gzcounty.measures import validity

CONTROLS = " + urban_share + schooling_years + minority_share + age_65plus_share + people"
DESIGNS = {
    "naive": "",
    "controls": CONTROLS,
    "province effects": " + C(province_en)",
    "both": CONTROLS + " + C(province_en)",
}


@pytest.fixture(scope="module")
def table():
    return gz.penetration_validity().set_index(["measure", "outcome", "design"])


@pytest.fixture(scope="module")
def counties():
    china = gz.load_china_counties()
    china = china[china.gdp_2020.notna()].copy()
    employed = {s: china[f"employed_{s}"].fillna(0) for s in "ABCDEFGHIJKLMNOPQRST"}
    everybody = sum(employed.values())
    for name, sections in {"commerce": "FGI", "digital": "GI", "manufacturing": "C"}.items():
        china[name] = sum(employed[s] for s in sections) / everybody
    china["people"] = np.log(china.population)
    china["any village"] = np.where(china.taobao_2016 > 0, 1.0, 0.0)
    china["villages per million"] = china.taobao_2016 / china.population * 1e6
    return china


@pytest.fixture(scope="module")
def prefectures(counties):
    index = gz.load_digital_finance(china=True)
    index = index[index.year == 2016].set_index("adcode")["index"]
    rows = []
    counties = counties.copy()
    counties["home"] = [
        own if own in index.index else province
        for own, province in zip(counties.prefecture_adcode, counties.province_adcode, strict=True)
    ]
    for home, part in counties[counties.home.isin(index.index)].groupby("home"):
        row = {
            name: np.average(part[name], weights=part.population)
            for name in ("urban_share", "schooling_years", "minority_share", "age_65plus_share")
        }
        row |= {"people": np.log(part.population.sum()), "finance": index[home]}
        row |= {"any village": part["any village"].mean(), "prefecture_adcode": home}
        row |= {"villages per million": part.taobao_2016.sum() / part.population.sum() * 1e6}
        rows.append(row | {"province_en": part.province_en.iloc[0]})
    return pd.DataFrame(rows)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("outcome", ["any village", "villages per million"])
@pytest.mark.parametrize("measure", ["commerce", "digital", "manufacturing", "finance"])
def test_intervals_are_those_of_statsmodels_with_dummies(
    measure, outcome, design, table, counties, prefectures
):
    data = prefectures if measure == "finance" else counties
    if measure == "manufacturing":
        data = data[data.employed_C.notna()]
    data = data.assign(step=data[measure] / data[measure].std(), outcome=data[outcome])
    groups = data.prefecture_adcode.astype("category").cat.codes.to_numpy()
    fit = smf.ols(f"outcome ~ step{DESIGNS[design]}", data).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
    )
    row = table.loc[(measure, outcome, design)]
    expected = [fit.params["step"], *fit.conf_int().loc["step"]]
    assert [row.estimate, row.conf_low, row.conf_high] == pytest.approx(expected, abs=1e-8)
    assert (row.nobs, row.clusters) == (len(data), len(set(groups)))


@pytest.mark.parametrize(
    ("measure", "design", "interval"),
    [
        ("commerce", "naive", (0.060, 0.041, 0.078)),
        ("commerce", "controls", (0.003, -0.019, 0.026)),
        ("commerce", "both", (0.008, -0.011, 0.026)),
        ("digital", "naive", (0.000, -0.015, 0.015)),
        ("digital", "controls", (-0.029, -0.049, -0.010)),
        ("digital", "both", (-0.020, -0.035, -0.006)),
        ("manufacturing", "both", (0.092, 0.065, 0.120)),
    ],
)
def test_any_village_on_shares_meets_figures_reckoned_elsewhere(measure, design, interval, table):
    row = table.loc[(measure, "any village", design)]
    assert (row.estimate, row.conf_low, row.conf_high) == pytest.approx(interval, abs=6e-4)


def test_grade_follows_from_the_intervals_that_compare_like_with_like():
    def grade(*intervals):
        rows = [
            {"design": design, "conf_low": low, "conf_high": high}
            for design, (low, high) in zip(["controls", "both"] * 2, intervals, strict=True)
        ]
        # What is naive, or within provinces alone, makes no grade.
        rows += [
            {"design": d, "conf_low": 5, "conf_high": 6} for d in ("naive", "province effects")
        ]
        return validity.grade_from(pd.DataFrame(rows))

    above, below, open_ = (1, 2), (-2, -1), (-1, 1)
    assert grade(above, above, above, above) == "confirmed"
    assert grade(above, open_, above, above) == "partly confirmed"
    assert grade(open_, open_, open_, open_) == "unconfirmed"
    assert grade(open_, open_, below, open_) == "contrary"
    assert grade(above, open_, below, open_) == "mixed"


def test_every_measure_carries_its_grade_and_a_measure_times_a_national_figure_inherits(table):
    grades = table.groupby("measure").grade.agg(["first", "nunique"])
    assert (grades["nunique"] == 1).all()
    for measure in ("commerce", "digital", "shift_share", "finance", "taobao"):
        attrs = gz.penetration(measure).attrs
        expected = "direct" if measure == "taobao" else grades["first"][measure]
        assert attrs["grade"] == expected == validity.grade_of(measure)
        assert attrs["validity"].startswith(expected.capitalize() + ": ")
        assert validity.GRADES[expected] in attrs["validity"]
    pd.testing.assert_frame_equal(table.loc["commerce"], table.loc["shift_share"])
    assert set(grades["first"]) | {"direct", "mixed"} == set(validity.GRADES)


def test_sentence_gives_the_numbers_of_its_table(table):
    row = table.loc[("digital", "any village", "both")]
    said = gz.penetration("digital").attrs["validity"]
    numbers = [f"{100 * row[end]:.1f}" for end in ("estimate", "conf_low", "conf_high")]
    assert f"{numbers[0]} points ({numbers[1]} to {numbers[2]}) with both" in said


def test_grade_of_an_unknown_measure_names_those_there_are():
    with pytest.raises(gz.InputError, match=r"measure must be 'taobao', .*, not 'clicks'"):
        validity.grade_of("clicks")
