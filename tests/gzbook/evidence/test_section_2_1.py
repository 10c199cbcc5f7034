"""Section 2.1: each test's key number once more by hand, and verdicts that turn with the data."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from judging import judge

import gzbook
import gzcounty as gz
from gzbook.claims import WORDS
from gzbook.evidence import section_2_1

CLAIMS = gzbook.load_claims().query("section == '2.1'").set_index("id").rule
ELSEWHERE = "2.1-e"  # its test stands with section 3.1
TESTED = CLAIMS.index[CLAIMS != "none"].drop(ELSEWHERE)


@pytest.mark.parametrize("id", TESTED)
def test_every_verdict_is_one_of_the_four_words_and_says_its_numbers(id):
    verdict = gzbook.examine(id)
    assert verdict.word in WORDS
    assert verdict.word != "not testable"
    assert any(char.isdigit() for char in verdict.finding)
    assert verdict.evidence.table.what.is_unique
    assert verdict.evidence.sample
    assert verdict.evidence.period


@pytest.mark.parametrize("id", CLAIMS.index[CLAIMS == "none"])
def test_what_no_table_holds_is_not_testable(id):
    assert gzbook.examine(id).word == "not testable"
    assert gzbook.examine(id).needed


def test_units_are_counted_from_their_codes():
    # An adcode begins with that of its prefecture.
    codes = gz.load_counties().adcode
    assert gzbook.examine("2.1-a").evidence.table.found.tolist() == [codes.str[:4].nunique(), 88]
    assert judge("2.1-a", section_2_1.units_of_the_province().table.assign(stated=[9, 87])) == (
        "contradicted"
    )


def test_a_mountain_model_is_that_of_statsmodels():
    panel, geography = gz.load_panel().query("year == 2020"), gz.load_geography()
    data = panel.merge(geography, on="adcode").dropna(subset="rural_income")
    X = data[["relief", "distance_guiyang_km"]]
    X = sm.add_constant((X - X.mean()) / X.std())
    fit = sm.OLS(np.log(data.rural_income), X).fit(cov_type="HC3", use_t=True)
    expected = 100 * np.expm1([fit.params.relief, *fit.conf_int().loc["relief"]])
    table = gzbook.examine("2.1-b").evidence.table
    row = gzbook.find_row(table, outcome="rural income", exposure="ruggedness", effects="none")
    assert row[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(list(expected))
    assert row.nobs == len(data) == 61
    assert len(table) == 12


def test_the_verdict_on_mountains_turns_with_the_outcomes():
    data = section_2_1.mountain_data()
    remote = data.assign(**{
        outcome: level - 0.5 * data.relief - 0.05 * data.distance_guiyang_km
        for level, outcome in enumerate(section_2_1.OUTCOMES.values())
    })  # fmt: skip
    noise = np.random.default_rng(21).normal(0, 0.01, (88, 3))
    for sign, word in ((1, "supported"), (-1, "contradicted")):
        turned = remote.copy()
        for place, outcome in enumerate(section_2_1.OUTCOMES.values()):
            turned[outcome] = np.exp(sign * remote[outcome] + noise[:, place])
        assert judge("2.1-b", section_2_1.mountain_models(turned)) == word


def test_farm_shares_are_those_of_the_employment_table():
    long = gz.load_industry_employment().query("year == 2010")
    long = long[long.adcode.isin(gz.load_counties().adcode)]
    farm = long[long.section == "A"].set_index("adcode").employed
    share = 100 * farm / long.groupby("adcode").employed.sum()
    judged = gzbook.examine("2.1-c").evidence.table.set_index("adcode").value
    pd.testing.assert_series_equal(judged.sort_index(), share.sort_index(), check_names=False)


def test_pillars_are_counted_by_hand():
    long = gz.load_industry_employment().query("year == 2020")
    total = long.employed.sum()
    above = set()
    for section in ("B", "H"):
        whole = long[long.section == section].employed.sum() / total
        for adcode, jobs in long.groupby("adcode"):
            share = jobs[jobs.section == section].employed.sum() / jobs.employed.sum()
            if share > 2 * whole:
                above.add(adcode)
    last = gzbook.examine("2.1-d").evidence.table.set_index("year").loc[2020]
    assert last.value == last.specialised == len(above)
    assert section_2_1.pillars(1e6).specialised.tolist() == [0, 0]


def test_constant_borders_keep_every_worker_and_count_xiaohe_with_huaxi():
    long = gz.load_industry_employment()
    for year in (2010, 2020):
        table = gzbook.group_workers(year)
        jobs = long[(long.year == year) & long.section.isin(table.columns)]
        assert table.shape[0] == 81
        assert table.to_numpy().sum() == jobs.employed.sum()
    huaxi = long[(long.year == 2010) & long.adcode.isin(["520111", "520114"])].employed.sum()
    group = gz.load_counties().set_index("adcode").group["520111"]
    assert gzbook.group_workers(2010).loc[group].sum() == huaxi


def test_profiles_are_shares_over_the_provinces_shares():
    table = gzbook.industry_profiles()
    assert table.group.nunique() == 81
    meitan = table[table.group == "520328"].set_index("section").loc["A"]
    long = gz.load_industry_employment().query("year == 2020")
    whole = long[long.section == "A"].employed.sum() / long.employed.sum()
    jobs = long[long.adcode == "520328"]
    share = jobs[jobs.section == "A"].employed.sum() / jobs.employed.sum()
    assert meitan.share_2020 == pytest.approx(100 * share)
    assert meitan.quotient_2020 == pytest.approx(share / whole)
    assert "湄潭县" in meitan.search


def test_a_model_of_specialisation_is_that_of_statsmodels():
    shares = {}
    for year in (2010, 2020):
        kept = gzbook.group_workers(year).drop(columns="A")
        whole = kept.sum() / kept.to_numpy().sum()
        shares[year] = kept.div(kept.sum(axis=1), axis=0).sub(whole).abs().sum(axis=1)
    spread = shares[2010].std()
    census = gz.load_census(harmonised=True).query("year == 2010").set_index("group")
    commerce = census.commerce_share
    X = sm.add_constant(
        pd.DataFrame({"x": commerce / commerce.std(), "start": shares[2010] / spread})
    )
    fit = sm.OLS((shares[2020] - shares[2010]) / spread, X).fit(cov_type="HC3", use_t=True)
    table = gzbook.examine("2.1-f").evidence.table
    row = gzbook.find_row(
        table, sample="Krugman, without farming", exposure="commerce", controls="starting level"
    )
    expected = [fit.params.x, *fit.conf_int().loc["x"]]
    assert row[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(expected)
    assert len(table) == 32
    assert not table.problem.any()


def test_shift_share_is_commerce_times_a_constant():
    # Which is why it adds no model of its own.
    ratio = (
        gz.penetration("shift_share", 2020).set_index("adcode").penetration
        / gz.penetration("commerce", 2010).set_index("adcode").penetration
    )
    assert ratio.max() == pytest.approx(ratio.min())


def test_the_years_of_the_events_decide(monkeypatch):
    events = gz.load_events()
    monkeypatch.setattr(section_2_1, "load_events", lambda: events.assign(year=events.year - 1))
    assert judge("2.1-g", section_2_1.known_in_2023().table) == "contradicted"


def test_a_gap_is_the_case_less_its_weighted_donors():
    panel = section_2_1.games_panel("Rongjiang", "rural income", 2023)
    fit = gz.synthetic_control(panel, "value", "adcode", "year", "522632", 2023)
    wide = panel.pivot(index="year", columns="adcode", values="value")
    assert wide.shape == (10, 59)
    assert "522630" not in wide
    gap = wide["522632"] - wide[fit.weights.index] @ fit.weights
    table = gzbook.examine("2.1-h").evidence.table
    row = gzbook.find_row(table, case="Rongjiang", way="rural income")
    assert row.estimate == pytest.approx(gap[2023])
    # The interval by hand: with 59 units the two largest placebo ratios lie beyond it.
    units = fit.placebos_in_space().units
    ratios = units[~units.treated].ratio.sort_values(ascending=False)
    half = ratios.iloc[1] * units[units.treated].pre_rmspe.squeeze()
    assert [row.conf_low, row.conf_high] == pytest.approx([gap[2023] - half, gap[2023] + half])


def test_the_break_term_takes_any_revision_out(monkeypatch):
    before = section_2_1.games_panel("Taijiang", "GDP with a break term", 2022)
    revised = section_2_1.panel_wide("gdp")
    factor = revised.index.astype(int) % 7 + 1.0
    revised.loc[:, 2019:] = revised.loc[:, 2019:].mul(factor, axis=0)
    monkeypatch.setattr(section_2_1, "panel_wide", lambda variable: revised)
    after = section_2_1.games_panel("Taijiang", "GDP with a break term", 2022)
    pd.testing.assert_frame_equal(before, after)


def test_an_interval_without_bounds_is_undecided_and_gains_turn_the_verdict():
    table = gzbook.examine("2.1-h").evidence.table
    assert not np.isfinite(table.conf_low).all()
    assert judge("2.1-h", table) == "undecided"
    assert judge("2.1-h", table.assign(conf_low=1.0, conf_high=np.inf)) == "supported"
    assert judge("2.1-h", table.assign(conf_low=-np.inf, conf_high=-1.0)) == "contradicted"


def test_the_smallest_p_value_is_one_over_the_number_of_units():
    table = gzbook.examine("2.1-h").evidence.table
    assert table.smallest_p.tolist() == pytest.approx([1 / 59] * 4)
    steps = table.p_value * 59
    assert np.allclose(steps, steps.round())
