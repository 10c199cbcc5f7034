"""The numbers of notebooks/staggered-adoption by other libraries and from the stored tables.

Nothing here calls an estimator of gzcounty: group-time effects and imputation come from diff-diff,
fixed effects from linearmodels, province-by-year effects from scipy.
"""

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from gzcounty.data.store import read_table

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "staggered-adoption.md"


@pytest.fixture(scope="module")
def said(execute):
    return execute("staggered-adoption").published


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    lights = read_table("china_lights")[["adcode", "year", "lights"]].dropna()
    lights = lights[lights.year.between(2013, 2020)]
    villages = read_table("china_taobao").query("villages > 0")
    first = villages.groupby("adcode").year.min()
    census = read_table("china_census").set_index("adcode")
    frame = lights[lights.adcode.isin(census.index)].copy()
    frame["first"] = frame.adcode.map(first).fillna(0).astype(int)
    for name in ("province_en", "prefecture_adcode"):
        frame[name] = frame.adcode.map(census[name])
    frame["y"] = 100 * np.log(frame.lights)
    frame["listed"] = ((frame["first"] > 0) & (frame.year >= frame["first"])).astype(float)
    frame["unit"] = frame.adcode.astype("category").cat.codes.astype(int)
    return frame.reset_index(drop=True)


def by_diff_diff(estimator, panel):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(panel, "y", "unit", "year", "first")


def test_counts_are_those_of_the_tables(said, panel):
    first = panel.drop_duplicates("adcode")["first"].value_counts()
    assert said["n_lights"] == panel.adcode.nunique() == 2838
    assert {said[f"n_{year}"] for year in (2014, 2015, 2016)} == set(first.drop(0))
    assert (said["n_never"], said["n_ever"]) == (first[0], first.drop(0).sum())
    assert said["zeros"] == (panel.lights <= 0).sum() == 0
    villages = read_table("china_taobao").pivot(index="adcode", columns="year", values="villages")
    villages = villages.fillna(0)
    assert said["n_left_again"] == ((villages[2015] > 0) & (villages[2016] == 0)).sum()
    treated = panel[panel["first"] > 0]
    active = panel[panel.province_en.isin(treated.province_en)]
    assert said["n_near"] == active.adcode.nunique()
    assert said["n_active"] == treated.province_en.nunique()
    leaders = treated.drop_duplicates("adcode").province_en.value_counts()
    assert said["leaders_share"] == pytest.approx(100 * leaders.nlargest(5).sum() / leaders.sum())


@pytest.mark.parametrize(
    ("key", "control"), [("plain", "never_treated"), ("not_yet", "not_yet_treated")]
)
def test_group_time_effects_are_those_of_diff_diff(said, panel, key, control):
    import diff_diff

    theirs = by_diff_diff(
        diff_diff.CallawaySantAnna(control_group=control, cluster="prefecture_adcode"), panel
    )
    found = [said[key], said[f"{key}_low"], said[f"{key}_high"]]
    assert found == pytest.approx([theirs.overall_att, *theirs.overall_conf_int], rel=1e-6)
    if key == "plain":
        frame = theirs.aggregate("event_study").to_dataframe().set_index("event_time")
        assert said["ahead"] == pytest.approx(frame["att"][-1], rel=1e-8)


def test_imputation_is_that_of_diff_diff(said, panel):
    import diff_diff

    theirs = by_diff_diff(diff_diff.ImputationDiD(cluster="prefecture_adcode"), panel)
    found = [said["imputed"], said["imputed_low"], said["imputed_high"]]
    assert found == pytest.approx([theirs.overall_att, *theirs.overall_conf_int], rel=1e-5)


def test_two_way_fixed_effects_are_those_of_linearmodels(said, panel):
    from linearmodels.panel import PanelOLS

    indexed = panel.set_index(["adcode", "year"])
    fit = PanelOLS(indexed.y, indexed[["listed"]], entity_effects=True, time_effects=True).fit()
    assert said["twfe"] == pytest.approx(fit.params["listed"], rel=1e-8)


def test_province_by_year_effects_are_those_of_sparse_least_squares(said, panel):
    from scipy import sparse
    from scipy.sparse.linalg import lsqr

    cell = (panel.province_en + panel.year.astype(str)).astype("category").cat.codes.to_numpy()
    rows = np.arange(len(panel))
    dummies = [
        sparse.csr_matrix((np.ones(len(rows)), (rows, codes)))
        for codes in (panel.unit.to_numpy(), cell)
    ]
    X = sparse.hstack(dummies).tocsr()
    free = panel.listed.to_numpy() == 0
    y = panel.y.to_numpy()
    b = lsqr(X[free], y[free], atol=1e-14, btol=1e-14, iter_lim=20_000)[0]
    assert said["within_imputed"] == pytest.approx((y - X @ b)[~free].mean(), rel=1e-6)


def test_within_provinces_is_the_mean_of_differences_to_the_own_province(said, panel):
    wide = panel.pivot(index="adcode", columns="year", values="y")
    county = panel.drop_duplicates("adcode").set_index("adcode")
    total, rows = 0.0, 0
    for g in (2014, 2015, 2016):
        for t in range(g, 2021):
            change = wide[t] - wide[g - 1]
            never = change[county["first"] == 0].groupby(county.province_en).mean()
            own = change[county["first"] == g]
            gap = own - county.province_en[own.index].map(never)
            total, rows = total + gap.sum(), rows + len(gap)
    assert said["within"] == pytest.approx(total / rows, rel=1e-7)


def test_what_pages_say_in_words_of_the_figures_holds(said, panel):
    # "Counties with Taobao villages brightened in 2014, listed or not yet"; "2016 less clearly"
    wide = panel.pivot(index="adcode", columns="year", values="y")
    change = (wide[2014] - wide[2013]).groupby(panel.groupby("adcode")["first"].first()).mean()
    gain = change - change[0]
    assert 0 < gain[2016] < gain[2014] < gain[2015]
    # "They gained as much before listing as after it", "not parallel"
    assert said["ahead"] > 0.8 * said["plain"] > 0
    assert said["plain_p"] < 0.01
    # "Nearly all the weight lies on comparisons with counties never listed"
    assert said["weight_never"] > 95
    # "Neither can be distinguished from zero. What they do exclude is more than the comparison with
    # all of China says."
    for key in ("within", "within_imputed"):
        assert said[f"{key}_low"] < 0 < said["plain"] < said[f"{key}_beyond"]
        assert said[key] < said["plain"]
    # "If trends may part, little is excluded": more than twice what parallel trends leave
    assert said["honest_mean_within_m_1_high"] > 2 * said["within_beyond"]


def test_the_verdict_follows_its_rule(said):
    keys = ("within", "within_imputed")
    above = all(said[f"{key}_low"] > 0 for key in keys)
    below = all(said[f"{key}_high"] < 0 for key in keys)
    parallel = all(said[f"{key}_p"] > 0.05 for key in keys)
    word = "supported" if above and parallel else "contradicted" if below else "undecided"
    assert said["verdict"] == word


def test_leaving_a_province_out_is_checked_once_by_hand(said, panel):
    import diff_diff

    rest = panel[panel.province_en != said["loo_china_most"]]
    theirs = by_diff_diff(diff_diff.CallawaySantAnna(), rest)
    assert theirs.overall_att in (
        pytest.approx(said["loo_china_low"], rel=1e-8),
        pytest.approx(said["loo_china_high"], rel=1e-8),
    )


def test_solutions_ran_and_check_themselves(execute):
    cells = [c for c in execute("staggered-adoption").cells if c.cell_type == "code"]
    solutions = [c for c in cells if "hide-cell" in c.metadata.get("tags", [])]
    assert len(solutions) == 3
    assert all(c.execution_count and "assert " in c.source for c in solutions)


def test_the_page_quotes_numbers_and_figures_that_exist(said, execute):
    page = PAGE.read_text(encoding="utf-8")
    quoted = re.findall(r"\{num\}`staggered-adoption:(\w+)(?:\|([^`]*))?`", page)
    assert len(quoted) > 30
    for key, spec in quoted:
        format(said[key], spec if not isinstance(said[key], str) else "")
    tags = {t for c in execute("staggered-adoption").cells for t in c.metadata.get("tags", [])}
    figures = re.findall(r"\{gz-figure\} staggered-adoption:([\w-]+)", page)
    assert len(figures) == 6
    assert {f"gz-figure-{name}" for name in figures} <= tags


@pytest.mark.parametrize(("where", "by"), [("all", "year"), ("within", "area")])
def test_the_poisson_gain_is_that_of_pyfixest_on_rows_not_listed(said, panel, by, where):
    import pyfixest as pf
    from scipy.sparse import coo_array, hstack
    from scipy.sparse.linalg import lsqr

    data = panel.assign(area=panel.province_en + panel.year.astype(str))
    if where == "within":
        data = data[data.groupby("province_en")["first"].transform("max") > 0]
    free = data[data.listed == 0]
    fit = pf.fepois(f"lights ~ 1 | adcode + {by}", free, fixef_rm="none")
    place = free.assign(lit=np.asarray(fit.predict(type="response")))
    log_effect = np.log(place.lit)
    unit, time = pd.factorize(place.adcode), pd.factorize(place[by])
    rows = np.arange(len(place))
    ones = np.ones(len(place))
    design = hstack([coo_array((ones, (rows, codes))) for codes in (unit[0], time[0])]).tocsr()
    effects = lsqr(design, log_effect.to_numpy(), atol=1e-12, btol=1e-12, iter_lim=5000)[0]
    county = pd.Series(effects[: len(unit[1])], unit[1])
    year = pd.Series(effects[len(unit[1]) :], time[1])
    listed = data[data.listed > 0]
    guess = np.exp(listed.adcode.map(county) + listed[by].map(year))
    gain = 100 * (listed.lights.sum() / guess.sum() - 1)
    assert said[f"form_{where}_poisson"] == pytest.approx(gain, abs=0.02)


def test_the_strip_of_forms_says_what_other_code_says(said):
    assert said["form_all_log"] == pytest.approx(100 * np.expm1(said["plain"] / 100))
    assert said["form_within_log"] == pytest.approx(100 * np.expm1(said["within_imputed"] / 100))
    ends = [said[f"within_imputed_{end}"] for end in ("low", "high")]
    se = (ends[1] - ends[0]) / 2 / 1.959964
    most = said["within_imputed"] + 1.644854 * se
    assert said["margin"] == pytest.approx(100 * np.expm1(most / 100), abs=1e-3)
    assert said["detectable"] == pytest.approx(100 * np.expm1(2.801585 * se / 100), abs=1e-3)


def test_honest_intervals_are_those_of_differences_to_the_own_province(said, panel):
    wide = panel.pivot(index="adcode", columns="year", values="y")
    county = panel.drop_duplicates("adcode").set_index("adcode")
    means = {}
    for event in (-3, -2, 0):
        gaps = []
        for g in (2014, 2015, 2016):
            if g + event not in wide:
                continue
            change = wide[g + event] - wide[g - 1]
            never = change[county["first"] == 0].groupby(county.province_en).mean()
            own = change[county["first"] == g]
            gaps += list(own - county.province_en[own.index].map(never))
        means[event] = np.mean(gaps)
    largest = max(abs(means[-2] - means[-3]), abs(means[-2]))  # relative to the year before: zero
    log = {
        end: 100 * np.log1p(said[f"honest_year_within_{end}"] / 100)
        for end in ("estimate", "conf_low", "conf_high", "m_half_low", "m_half_high", "m_1_high")
    }
    assert log["estimate"] == pytest.approx(means[0], rel=1e-6)
    df = panel[panel.province_en.isin(panel[panel["first"] > 0].province_en)]
    df = df.prefecture_adcode.nunique() - 1
    reach = 1.959964 * (log["conf_high"] - means[0]) / stats.t.ppf(0.975, df)
    found = [log["m_half_low"], log["m_half_high"], log["m_1_high"]]
    steps = [-0.5 * largest - reach, 0.5 * largest + reach, largest + reach]
    assert found == pytest.approx([means[0] + step for step in steps], abs=1e-3)
    breakdown = (means[0] - reach) / largest
    assert said["honest_year_within_breakdown"] == pytest.approx(breakdown, rel=0.02)
