"""Section 2.3's two notebooks against other libraries, from other columns.

Nothing here calls a model or a measure of gzcounty. Penetration is computed from employment by
section, regressions by statsmodels and linearmodels. Coefficients agree to 1e-8 (relative), and
clustered standard errors under the conventions of `gzcounty.models.covariance`:

- least squares, and province effects as dummies: statsmodels' cluster covariance is the same, with
  G/(G-1) * (N-1)/(N-K) and t with G-1 degrees of freedom;
- county and year effects: linearmodels counts every county effect in K beside year effects, so its
  matrix is multiplied by (N-K there)/(N-K here), where K here leaves out the nested county effects;
  it takes G/(G-1) with ``group_debias=True``, and its t has other degrees of freedom.
"""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.panel import PanelOLS
from scipy import stats
from section_pages import check_verdicts, claims_of

import gzbook
import gzcounty as gz

ROOT = Path(__file__).resolve().parents[2]
TRADE, POST, INFORMATION = "F", "G", "I"


@pytest.fixture(scope="module")
def numbers(execute):
    # Where several have a name, that of the section is meant.
    others = (execute(name).published for name in ("value-people-robustness", "conclusion"))
    return {k: v for other in others for k, v in other.items()} | execute("value-people").published


def employment_share(sections: list[str], year: int) -> pd.Series:
    """Per cent of the employed who work in the sections, by adcode."""
    long = gz.load_industry_employment().query("year == @year")
    inside = long[long.section.isin(sections)].groupby("adcode").employed.sum()
    return 100 * inside / long.groupby("adcode").employed.sum()


@pytest.fixture(scope="module")
def counties() -> pd.DataFrame:
    """The 88 counties with every column that a model of Guizhou needs, by adcode."""
    frame = gz.load_counties().set_index("adcode")[["prefecture_en", "territory_changed"]]
    geography = gz.load_geography().set_index("adcode")
    census = gz.load_census().query("year == 2020").set_index("adcode")
    frame = frame.join(geography[["relief", "distance_guiyang_km"]])
    frame = frame.join(census[["schooling_years", "minority_share"]])
    frame["urban_share"] = 100 * census.population_urban / census.population
    for year in (2010, 2020):
        frame[f"commerce_{year}"] = employment_share([TRADE, POST, INFORMATION], year)
        frame[f"digital_{year}"] = employment_share([POST, INFORMATION], year)
    incomes = gz.load_panel("long").query("variable == 'rural_income'")
    wide = incomes.pivot(index="adcode", columns="year", values="value")
    return frame.join(np.log(wide).add_prefix("log_income_"))


def least_squares(y: pd.Series, X: pd.DataFrame, **cov):
    """Fit with statsmodels; the regressor of interest is the first column."""
    return sm.OLS(y, sm.add_constant(X.astype(float), prepend=False)).fit(use_t=True, **cov)


def check(numbers, key, estimate, std_error, df, step):
    """Compare a published estimate and its interval, in per cent for a step of exposure."""
    width = stats.t.ppf(0.975, df) * std_error
    for name, value in (("", 0.0), ("_low", -width), ("_high", width)):
        expected = 100 * np.expm1(step * (estimate + value))
        assert numbers[key + name] == pytest.approx(expected, rel=1e-8, abs=1e-8), key + name


CONTROLS = ["schooling_years", "minority_share", "urban_share"]
PLACE = [*CONTROLS, "relief", "distance_guiyang_km"]


@pytest.mark.parametrize(
    ("key", "outcome", "exposure", "controls", "prefectures"),
    [
        ("naive", 2020, "commerce_2020", [], False),
        ("people", 2020, "commerce_2020", CONTROLS, False),
        ("place", 2020, "commerce_2020", PLACE, False),
        ("full", 2020, "commerce_2020", PLACE, True),
        ("digital_full", 2020, "digital_2020", PLACE, True),
        ("placebo", 2014, "commerce_2020", [], False),
        ("early", 2020, "commerce_2010", PLACE, True),
        ("early_start", 2020, "commerce_2010", [*PLACE, "log_income_2014"], True),
    ],
)
def test_cross_section_is_that_of_statsmodels(
    numbers, counties, key, outcome, exposure, controls, prefectures
):
    sample = counties.dropna(subset="log_income_2020")
    X = sample[[exposure, *controls]]
    if prefectures:
        X = X.join(pd.get_dummies(sample.prefecture_en, drop_first=True))
    fit = least_squares(sample[f"log_income_{outcome}"], X, cov_type="HC3")
    step = sample[exposure].std()
    check(numbers, key, fit.params.iloc[0], fit.bse.iloc[0], fit.df_resid, step)


@pytest.mark.parametrize(
    ("key", "outcome", "exposure"),
    [
        ("full_2010", 2020, "commerce_2020"),
        ("digital_full_2010", 2020, "digital_2020"),
        ("early_2010", 2020, "commerce_2010"),
        ("early_2014_2010", 2014, "commerce_2010"),
    ],
)
def test_cross_section_with_controls_of_2010(numbers, counties, key, outcome, exposure):
    census = gz.load_census().query("year == 2010").set_index("adcode")
    before = census[["schooling_years", "minority_share"]].assign(
        urban=100 * census.population_urban / census.population
    )
    sample = counties.dropna(subset="log_income_2020")
    X = sample[[exposure, "relief", "distance_guiyang_km"]].join(before)
    X = X.join(pd.get_dummies(sample.prefecture_en, drop_first=True))
    fit = least_squares(sample[f"log_income_{outcome}"], X, cov_type="HC3")
    check(numbers, key, fit.params.iloc[0], fit.bse.iloc[0], fit.df_resid, sample[exposure].std())


@pytest.mark.parametrize(
    ("key", "exposure", "convergence"),
    [
        ("difference_plain", "commerce_2010", False),
        ("difference", "commerce_2010", True),
        ("difference_digital", "digital_2010", True),
    ],
)
def test_long_difference_is_that_of_statsmodels(numbers, counties, key, exposure, convergence):
    sample = counties.dropna(subset=["log_income_2014", "log_income_2023"])
    X = sample[[exposure, "log_income_2014"] if convergence else [exposure]]
    fit = least_squares(sample.log_income_2023 - sample.log_income_2014, X, cov_type="HC3")
    step = sample[exposure].std()
    check(numbers, key, fit.params.iloc[0], fit.bse.iloc[0], fit.df_resid, step)


def test_change_on_change_is_that_of_statsmodels(numbers, counties):
    groups = gz.load_counties().set_index("adcode")["group"]
    alone = groups.index[groups.map(groups.value_counts()) == 1]
    sample = counties.loc[alone].dropna(subset=["log_income_2014", "log_income_2023"])
    assert len(sample) == numbers["n_change"]
    sample["change"] = sample.commerce_2020 - sample.commerce_2010
    X = sample[["change", "log_income_2014"]]
    fit = least_squares(sample.log_income_2023 - sample.log_income_2014, X, cov_type="HC3")
    step = sample.change.std()
    check(numbers, "change", fit.params.iloc[0], fit.bse.iloc[0], fit.df_resid, step)


def test_upper_and_lower_third_by_trade_employment(numbers, counties):
    sample = counties.dropna(subset=[f"log_income_{year}" for year in range(2014, 2024)])
    sample = sample.sort_values("commerce_2010", kind="stable")
    third = len(sample) // 3
    ends = {"few": sample[:third], "many": sample[-third:]}
    for name, rows in ends.items():
        first, last = (np.exp(rows[f"log_income_{year}"]).mean() for year in (2014, 2023))
        assert numbers[f"rose_{name}"] == pytest.approx(100 * (last / first - 1))
    both = pd.concat(ends.values())
    X = both[["log_income_2014"]].assign(upper=[0.0] * third + [1.0] * third)
    X = X[["upper", "log_income_2014"]]
    fit = least_squares(both.log_income_2023 - both.log_income_2014, X, cov_type="HC3")
    check(numbers, "gap", fit.params.iloc[0], fit.bse.iloc[0], fit.df_resid, 1.0)
    assert numbers["gain_shows"] == "no gain shows"


def event_study(frame: pd.DataFrame, y: str, reference: int, trends: list[str]):
    """Fit with linearmodels: estimates, standard errors of our convention, and G."""
    others = [year for year in sorted(frame.year.unique()) if year != reference]
    names = ["exposure", *trends]
    X = pd.DataFrame({
        f"{name}:{year}": frame[name].where(frame.year == year, 0.0)
        for name in names for year in others
    })  # fmt: skip
    data = pd.concat([frame[["adcode", "year", y]], X], axis=1).set_index(["adcode", "year"])
    model = PanelOLS(data[y], data[X.columns], entity_effects=True, time_effects=True)
    fit = model.fit(cov_type="clustered", cluster_entity=True, group_debias=True)
    n, clusters, k = len(data), frame.adcode.nunique(), X.shape[1]
    theirs = k + clusters + len(others)  # rank of the effects: counties + years - 1
    ours = k + len(others) + 1  # the effects of years, not those of counties
    return fit.params, fit.std_errors * np.sqrt((n - theirs) / (n - ours)), clusters


@pytest.mark.parametrize(("key", "trends"), [("event_plain", []), ("event", ["start"])])
def test_event_study_of_income_is_that_of_linearmodels(numbers, counties, key, trends):
    columns = [f"log_income_{year}" for year in range(2014, 2024)]
    sample = counties.dropna(subset=columns)
    assert len(sample) == numbers["n_panel"] == 60
    frame = sample.reset_index().melt(
        id_vars=["adcode", "commerce_2010"], value_vars=columns, var_name="year", value_name="y"
    )
    frame["year"] = frame.year.str[-4:].astype(int)
    frame["exposure"] = frame.commerce_2010
    frame["start"] = frame.adcode.map(sample.log_income_2014)
    params, errors, clusters = event_study(frame, "y", 2014, trends)
    step = sample.commerce_2010.std()
    check(numbers, key, params["exposure:2023"], errors["exposure:2023"], clusters - 1, step)


@pytest.mark.parametrize(
    ("key", "reference", "trends", "steady"),
    [
        ("lights_plain", 2013, [], False),
        ("lights_convergence", 2013, ["start"], False),
        ("lights_steady_plain", 2013, [], True),
        ("lights_steady", 2013, ["start"], True),
        ("lights_later", 2014, ["start"], False),
    ],
)
def test_event_study_of_lights_is_that_of_linearmodels(
    numbers, counties, key, reference, trends, steady
):
    lights = gz.load_panel("long").query("variable == 'lights'").merge(counties, on="adcode")
    assert lights.adcode.nunique() == numbers["n_lights_all"] == 88
    frame = lights.dropna(subset="commerce_2010").reset_index(drop=True)
    assert frame.adcode.nunique() == numbers["n_lights"] == 87
    step = frame.drop_duplicates("adcode").commerce_2010.std()
    if steady:
        frame = frame[~frame.territory_changed].reset_index(drop=True)
        assert frame.adcode.nunique() == numbers["n_steady"]
    frame["y"], frame["exposure"] = np.log(frame.value), frame.commerce_2010
    frame["start"] = frame.adcode.map(frame[frame.year == 2013].set_index("adcode").y)
    params, errors, clusters = event_study(frame, "y", reference, trends)
    check(numbers, key, params["exposure:2020"], errors["exposure:2020"], clusters - 1, step)


@pytest.fixture(scope="module")
def china() -> pd.DataFrame:
    frame = gz.load_china_counties()
    frame = frame[frame.gdp_2020.notna()].reset_index(drop=True)
    frame["urban"] = 100 * frame.population_urban / frame.population
    frame["people"] = np.log(frame.population)
    frame["rate"] = 1e5 * frame.taobao_2016 / frame.population_rural.replace(0, np.nan)
    frame["any"] = (frame.taobao_2016 > 0).astype(float)
    frame["savings"] = np.log(1e6 * frame.household_savings_2020 / frame.population)
    frame["gdp"] = np.log(1e6 * frame.gdp_2020 / frame.population)
    return frame


@pytest.mark.parametrize("outcome", ["savings", "gdp"])
@pytest.mark.parametrize("exposure", ["any", "rate"])
@pytest.mark.parametrize("step", ["naive", "controls", "province", "both"])
def test_national_model_is_that_of_statsmodels(numbers, china, outcome, exposure, step):
    sample = china.dropna(subset=[outcome, exposure])
    controls = ["urban", "schooling_years", "minority_share", "age_65plus_share", "people"]
    X = sample[[exposure, *(controls if step in ("controls", "both") else [])]]
    if step in ("province", "both"):
        X = X.join(pd.get_dummies(sample.province_adcode, drop_first=True))
    codes = pd.factorize(sample.prefecture_adcode)[0]
    fit = least_squares(sample[outcome], X, cov_type="cluster", cov_kwds={"groups": codes})
    size = 1.0 if exposure == "any" else sample.rate.std()
    key = outcome + ("" if exposure == "any" else "_rate") + f"_{step}"
    check(numbers, key, fit.params.iloc[0], fit.bse.iloc[0], codes.max(), size)


@pytest.mark.parametrize("key", ["trimmed", "log_rate", "by_province"])
def test_the_rate_that_is_nearly_always_zero(numbers, china, key):
    sample = china.dropna(subset=["savings", "rate"])
    size = sample.rate.std()
    if key == "trimmed":
        sample = sample[sample.rate < china.rate.nlargest(10).min()]
    if key == "log_rate":
        size = np.log1p(sample.rate).std()
        sample = sample.assign(rate=np.log1p(sample.rate))
    controls = ["urban", "schooling_years", "minority_share", "age_65plus_share", "people"]
    X = sample[["rate", *controls]]
    X = X.join(pd.get_dummies(sample.province_adcode, drop_first=True))
    unit = "province_adcode" if key == "by_province" else "prefecture_adcode"
    codes = pd.factorize(sample[unit])[0]
    fit = least_squares(sample.savings, X, cov_type="cluster", cov_kwds={"groups": codes})
    # Effects of provinces lie within clusters of provinces and are then not counted in K: dummies
    # count them, so the matrix is scaled.
    scale = 1.0
    if key == "by_province":
        scale = np.sqrt((len(sample) - X.shape[1] - 1) / (len(sample) - len(controls) - 2))
    check(numbers, f"savings_{key}", fit.params.iloc[0], scale * fit.bse.iloc[0], codes.max(), size)


def test_sample_sizes_are_those_of_the_data(numbers, china, counties):
    assert numbers["n_china"] == len(china) == 2069
    assert numbers["n_savings"] == int(china.household_savings_2020.notna().sum()) == 2048
    assert numbers["n_no_rate"] == int((china.population_rural == 0).sum())
    assert numbers["n_villages"] == int((china.taobao_2016 > 0).sum())
    guizhou = china[china.adcode.str.startswith("52")]
    assert numbers["n_guizhou"] == len(guizhou)
    assert guizhou.taobao_2016.sum() == 0
    assert numbers["sample_cross"] == f"{counties.log_income_2020.count()} former poverty counties"
    assert numbers["sample_panel"] == "60 former poverty counties"


def test_people_who_moved_within_the_province_by_hand(numbers):
    census = gz.load_census().set_index(["year", "adcode"])
    moved = census.migrants_from_other_county_in_province
    assert numbers["moved_2020"] == pytest.approx(moved[2020].sum() / 1e6)
    assert numbers["moved_2010"] == pytest.approx(1.841377)
    assert numbers["n_moved"] == numbers["n_groups"] == 81


@pytest.mark.parametrize("key", ["loo", "loo_event"])
def test_each_county_left_out_in_turn(numbers, counties, key):
    if key == "loo":
        sample = counties.dropna(subset="log_income_2020")
        X = sample[["commerce_2020", *PLACE]].join(pd.get_dummies(sample.prefecture_en))
        X, y = X.to_numpy(float), sample.log_income_2020.to_numpy()
    else:
        sample = counties.dropna(subset=["log_income_2014", "log_income_2023"])
        X = sm.add_constant(sample[["commerce_2010", "log_income_2014"]], prepend=False).to_numpy()
        y = (sample.log_income_2023 - sample.log_income_2014).to_numpy()
    each = [
        np.linalg.lstsq(np.delete(X, i, 0), np.delete(y, i), rcond=None)[0][0]
        for i in range(len(y))
    ]
    ends = 100 * np.expm1(X[:, 0].std(ddof=1) * np.array([min(each), max(each)]))
    assert [numbers[f"{key}_low"], numbers[f"{key}_high"]] == pytest.approx(ends, rel=1e-7)


def test_jobs_are_those_of_statsmodels(numbers):
    census = gz.load_census(harmonised=True)
    wide = census.pivot(index="group", columns="year", values=["farm_share", "commerce_share"])
    X = pd.DataFrame({
        "commerce": wide["commerce_share", 2010], "start": 100 - wide["farm_share", 2010]
    })  # fmt: skip
    change = wide["farm_share", 2010] - wide["farm_share", 2020]
    fit = least_squares(change, X, cov_type="HC3")
    low, high = X.commerce.std() * fit.conf_int().iloc[0]
    estimate = X.commerce.std() * fit.params.iloc[0]
    published = [numbers[key] for key in ("jobs", "jobs_low", "jobs_high", "n_groups")]
    assert published == pytest.approx([estimate, low, high, 81], rel=1e-8)


def test_verdicts_are_those_of_the_ledger(numbers):
    check_verdicts(numbers, "2.3")


def test_models_that_count_are_counted_by_their_intervals(numbers):
    table = gzbook.examine("2.3-b").evidence.table
    assert numbers["n_counting"] == len(table) == 15
    assert numbers["n_above"] == (table.conf_low > 0).sum()
    assert numbers["n_below"] == (table.conf_high < 0).sum()


def test_four_cells_of_gdp_on_trade_employment_are_those_of_least_squares(numbers, china):
    controls = ["urban", "schooling_years", "minority_share", "age_65plus_share", "people"]
    provinces = pd.get_dummies(china.province_adcode)
    one = pd.DataFrame({"one": 1.0}, index=china.index)
    cells = {
        "naive": one,
        "controls": china[controls].join(one),
        "province": provinces,
        "both": china[controls].join(provinces),
    }
    share = china.commerce_share
    found = {}
    for name, held in cells.items():
        X = np.column_stack([share, held.to_numpy(float)])
        slope = np.linalg.lstsq(X, china.gdp.to_numpy(), rcond=None)[0][0]
        found[name] = 100 * np.expm1(share.std() * slope)
        assert numbers[f"trade_gdp_{name}"] == pytest.approx(found[name], rel=1e-7)
    # What page and notebook say of the two: controls take the lead away, province effects do not.
    assert found["naive"] > found["province"] > 10 > abs(found["controls"])
    assert numbers["trade_gdp_naive_low"] > 0 > numbers["trade_gdp_both_high"]


def test_pairs_are_counted(numbers):
    assert numbers["n_pairs_naive"] == numbers["n_pairs"] == 9
    assert numbers["n_pairs_above"] + numbers["n_pairs_below"] < 9


@pytest.fixture(scope="module")
def poor() -> pd.DataFrame:
    """Rural income 2014-2022 with the index of the prefecture, merged from the codes."""
    frame = gz.load_poor_counties().dropna(subset=["rural_income", "adcode"])
    frame = frame[frame.year.between(2014, 2022)].drop(columns="source_key")
    # Chongqing's counties have the index of the municipality.
    frame["prefecture"] = frame.adcode.str[:4].where(frame.province_zh != "重庆市", "5000") + "00"
    index = gz.load_digital_finance(china=True).rename(columns={"adcode": "prefecture"})
    frame = frame.merge(index, on=["prefecture", "year"])
    values = index.set_index(["prefecture", "year"])["index"]
    for name, ahead in (("next_one", 1), ("later_one", 2)):
        places = pd.MultiIndex.from_arrays([frame.prefecture, frame.year + ahead])
        frame[name] = values.reindex(places).to_numpy()
    frame["cell"] = frame.province_zh + frame.year.astype(str)
    frame["log"] = np.log(frame.rural_income)
    return frame.rename(columns={"index": "idx"})


def yearly_sd(frame: pd.DataFrame, x: str) -> float:
    return (frame[x] - frame.groupby("year")[x].transform("mean")).std()


@pytest.mark.parametrize(
    ("key", "terms", "effects", "rows"),
    [
        ("finance_naive", "idx", "year", ""),
        ("finance_provinces", "idx", "cell", ""),
        ("finance_year", "idx", "adcode + year", ""),
        ("finance_both", "idx", "adcode + cell", ""),
        ("finance_complete_year", "idx", "adcode + year", "complete"),
        ("finance_complete_both", "idx", "adcode + cell", "complete"),
        ("lead_year", "next_one + idx", "adcode + year", ""),
        ("lead_both", "next_one + idx", "adcode + cell", ""),
        ("lead_later_both", "later_one + idx", "adcode + cell", ""),
        ("coverage_breadth_both", "coverage_breadth", "adcode + cell", ""),
        ("usage_depth_year", "usage_depth", "adcode + year", ""),
        ("digitization_level_year", "digitization_level", "adcode + year", ""),
        ("payment_both", "payment", "adcode + cell", ""),
        ("credit_both", "credit", "adcode + cell", ""),
        ("insurance_both", "insurance", "adcode + cell", ""),
        ("guizhou", "idx", "adcode + year", "province_zh == '贵州省'"),
        ("yunnan", "idx", "adcode + year", "province_zh == '云南省'"),
        ("gansu", "idx", "adcode + year", "province_zh == '甘肃省'"),
        ("pivotal_estimate", "idx", "adcode + cell", "province_zh != '山西省'"),
    ],
)
def test_income_on_digital_finance_is_that_of_pyfixest(numbers, poor, key, terms, effects, rows):
    pyfixest = pytest.importorskip("pyfixest")
    data, x = poor, terms.split(" ")[0]
    step = yearly_sd(poor, x if x in poor and x not in ("next_one", "later_one") else "idx")
    if rows == "complete":
        data = poor[poor.year >= 2015]
        data = data[data.groupby("adcode").year.transform("size") == 8]
    elif rows:
        data = poor.query(rows)
    fit = pyfixest.feols(f"log ~ {terms} | {effects}", data, vcov={"CRV1": "prefecture"})
    low, high = fit.confint().loc[x]
    expected = 100 * np.expm1(step * np.array([fit.coef()[x], low, high]))
    ends = ("", "_low", "_high")
    stem = key.removesuffix("_estimate")
    published = [numbers[key], *(numbers[stem + end] for end in ends[1:])]
    assert published == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_what_the_page_says_of_digital_finance_holds(numbers, poor):
    assert numbers["step_index"] == pytest.approx(yearly_sd(poor, "idx"))
    assert (
        numbers["sample_poor"] == f"{poor.adcode.nunique()} former poverty counties of 17 provinces"
    )
    assert numbers["mean_poor"] == pytest.approx(poor[poor.year == 2022].rural_income.mean())
    assert numbers["pivotal"] == "Shanxi"
    # "excludes more than": the upper end of the 90 % interval.
    for key in ("finance_year", "finance_both"):
        ends = np.log1p(np.array([numbers[key], numbers[f"{key}_high"]]) / 100)
        top = ends[0] + (ends[1] - ends[0]) * stats.t.ppf(0.95, 127) / stats.t.ppf(0.975, 127)
        yuan = numbers["mean_poor"] * np.expm1(top)
        assert numbers[f"{key}_yuan_high"] == pytest.approx(yuan, rel=1e-6)
    assert numbers["finance_both_yuan_high"] > numbers["finance_year_yuan_high"]
    # "about as wide": the placebo's interval beside that of the estimate.
    lead, own = (numbers[f"{k}_high"] - numbers[f"{k}_low"] for k in ("lead_both", "finance_both"))
    assert lead == pytest.approx(own, rel=0.1)


def test_curve_is_that_of_the_claim(numbers):
    table = gzbook.examine("1-c").evidence.table
    assert numbers["n_curve"] == len(table) > 500
    assert numbers["n_curve_above"] == (table.conf_low > 0).sum()
    assert numbers["n_curve_below"] == (table.conf_high < 0).sum()
    assert numbers["n_curve_levels"] + numbers["n_curve_growth"] == len(table)
    assert numbers["curve_levels"] + numbers["curve_growth"] == numbers["n_curve_above"]


def test_pilot_is_the_difference_of_means(numbers):
    gdp = gz.load_panel().pivot(index="adcode", columns="year", values="gdp")
    growth = np.log(gdp[2023] / gdp[2020]).dropna()
    named = growth.index.isin(["520122", "520329", "520523", "520581"])
    difference = growth[named].mean() - growth[~named].mean()
    assert numbers["pilot_gdp"] == pytest.approx(100 * np.expm1(difference))
    assert 0 < numbers["pilot_gdp_p"] <= 1
    assert numbers["pilot_gdp_low"] < 0 < numbers["pilot_gdp_high"]


def test_published_results_are_counted(numbers):
    results = gzbook.published_results()
    sides = ("n_results_for", "n_results_against", "n_results_other")
    assert sum(numbers[side] for side in sides) == len(results)
    # Leaving and shopping have a number; no income has one.
    assert numbers["n_results_with_number"] == 2
    assert numbers["n_incomes_with_number"] == 0
    # Six studies that can be cited are about lists of villages, partnerships, finance and methods.
    assert numbers["n_studies_shown"] + 6 == len(gz.load_literature())
    every = gz.load_literature(citable_only=False)
    assert numbers["n_entries_set_aside"] == len(every) - len(gz.load_literature())


NAMES = ["value-people", "value-people-robustness"]


@pytest.mark.parametrize("name", NAMES)
def test_solutions_ran_and_check_themselves(execute, name):
    cells = [c for c in execute(name).cells if c.cell_type == "code"]
    solutions = [c for c in cells if "hide-cell" in c.metadata.get("tags", [])]
    assert len(solutions) == 3
    assert all(c.execution_count and "assert " in c.source for c in solutions)


def test_every_claim_has_its_place_in_the_notebook(execute):
    cells = execute("value-people").cells
    code = "\n".join(c.source for c in cells if c.cell_type == "code")
    for id in [*claims_of("2.3"), "1-c"]:
        call = f'gzbook.examine("{id}")'
        assert call in code, f"Show the verdict on claim {id} in value-people.ipynb: {call}"


@pytest.mark.parametrize("name", NAMES)
def test_the_page_quotes_numbers_and_figures_that_exist(execute, name):
    page = (ROOT / "book" / "value-people.md").read_text(encoding="utf-8")
    published = execute(name).published
    quoted = re.findall(rf"\{{num\}}`{name}:(\w+)(?:\|([^`]*))?`", page)
    assert len(quoted) > (10 if name == "value-people" else 5)
    for key, spec in quoted:
        value = published[key]
        format(value, spec if not isinstance(value, str) else "")
    tags = {tag for c in execute(name).cells for tag in c.metadata.get("tags", [])}
    figures = re.findall(rf"\{{gz-figure\}} {name}:([\w-]+)", page)
    assert figures
    assert {f"gz-figure-{figure}" for figure in figures} <= tags


def test_published_results_stand_beside_ours_and_not_on_our_axis(execute):
    cells = execute("value-people-robustness").cells
    drawn = [c for c in cells if "gz-figure-literature" in c.metadata.get("tags", [])]
    assert len(drawn) == 1
    (html,) = [o.data["text/html"] for o in drawn[0].outputs if "data" in o]
    spec, _ = json.JSONDecoder().raw_decode(html, html.index('{"config"'))
    rows = pd.DataFrame([row for data in spec["datasets"].values() for row in data])
    on_axis, off_axis = rows.dropna(subset="estimate"), rows.dropna(subset="shape")
    assert len(on_axis) == 12
    assert off_axis.estimate.isna().all()
    texts = " ".join(rows["text"].dropna())
    # Typed from the table of the literature, also what must not be quoted from it.
    for finding in ("18 % less likely", "1.9 percentage points more", "Little evidence of gains"):
        assert finding in texts
    for barred in ("5.36", "8.86", "3.7", "0.237", "9.63"):
        assert barred not in texts
