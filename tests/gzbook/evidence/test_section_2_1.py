"""Section 2.1: each test's key number once more by hand, and verdicts that turn with the data."""

import numpy as np
import pandas as pd
import pytest
from judging import ENDS, by_statsmodels, judge

import gzbook
import gzcounty as gz
from gzbook.evidence import section_2_1
from gzcounty.models._matching import simplex_weights


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
    logs = by_statsmodels(np.log(data.rural_income), (X - X.mean()) / X.std(), "relief")
    table = gzbook.examine("2.1-b").evidence.table
    row = gzbook.find_row(table, outcome="rural income", exposure="ruggedness", effects="none")
    assert row[ENDS].tolist() == pytest.approx(list(100 * np.expm1(logs)))
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


def test_counties_in_which_farming_leads_are_counted_from_raw_tables():
    long = gz.load_industry_employment().query("year == 2010")
    long = long[long.adcode.isin(gz.load_counties().adcode)]
    farm = long[long.section == "A"].set_index("adcode").employed
    table = gzbook.examine("2.1-c").evidence.table.set_index(["yardstick", "year"])
    leads = table.leads
    assert leads["work", 2010] == (farm / long.groupby("adcode").employed.sum() > 0.5).sum()
    for year, source in ((2000, gz.load_early_years()), (2010, gz.load_panel())):
        rows = source[(source.year == year) & source.gdp_primary.notna()]
        first = rows.gdp_primary > rows[["gdp_secondary", "gdp_tertiary"]].max(axis=1)
        assert leads["value added", year] == first.sum()
        assert len(rows) == table.counties["value added", year] == 62
    assert table.value["work", 2010] == pytest.approx(100 * 78 / 87)
    # The yardsticks disagree; agreeing ones would decide either way.
    for value, word in ((60.0, "supported"), (40.0, "contradicted")):
        assert judge("2.1-c", table.assign(value=value)) == word


def test_pillars_are_counted_by_hand_and_a_province_can_fail_the_rule():
    long = gz.load_industry_employment().query("year == 2020")
    mining = long[long.section == "B"].set_index("adcode").employed
    share = 100 * mining / long.groupby("adcode").employed.sum()
    table = gzbook.examine("2.1-d").evidence.table
    assert gzbook.find_row(table, year=2020).value == (share >= 8).sum()
    assert gzbook.find_row(table, year=2020).highest == pytest.approx(share.max())
    provinces = section_2_1.pillars_by_province()
    assert provinces.pillars["Guizhou"] == (share >= 8).sum()
    assert provinces.counties.sum() == len(gz.load_china_counties())
    # A bar that every province clears would say nothing; most of the others do not clear it.
    words = [judge("2.1-d", pd.DataFrame({"value": [n]})) for n in provinces.pillars]
    assert 10 < words.count("contradicted") < 21
    assert judge("2.1-d", section_2_1.pillars(50.0)) == "contradicted"


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
    X = pd.DataFrame({"x": commerce / commerce.std(), "start": shares[2010] / spread})
    table = gzbook.examine("2.1-f").evidence.table
    row = gzbook.find_row(
        table, sample="Krugman, without farming", exposure="commerce", controls="starting level"
    )
    expected = by_statsmodels((shares[2020] - shares[2010]) / spread, X, "x")
    assert row[ENDS].tolist() == pytest.approx(expected)
    assert len(table) == 36
    assert not table.problem.any()


def test_new_businesses_leave_out_jumps_and_the_years_that_are_not_whole():
    new = gz.load_registrations()
    group = gz.load_counties().set_index("adcode").group
    alone = group.index[~group.duplicated(keep=False)]
    county = new[new.flagged & new.adcode.isin(alone) & new.year.between(2016, 2021)].adcode.iloc[0]
    own = new[(new.adcode == county) & new.year.between(2016, 2021)]
    assert 0 < own.flagged.sum() < len(own)
    _, last = section_2_1.new_businesses()
    assert last[group[county]] == pytest.approx(np.log(own.new[~own.flagged]).mean())


def test_indications_are_all_of_the_table():
    first, last = section_2_1.indications()
    table = gz.load_geographical_indications()
    assert len(first) == len(last) == 81
    assert first.sum() + last.sum() == len(table)
    assert first.sum() == (table.year < 2016).sum()


def test_the_verdict_on_momentum_turns_with_what_grew():
    data = section_2_1.momentum_data()
    noise = np.random.default_rng(3).normal(0, 0.05, len(data))
    for sign, word in ((1, "supported"), (-1, "contradicted")):
        grew = data[["commerce", "digital"]].sum(axis=1)
        turned = data.assign(change=sign * grew / grew.std() + noise)
        assert judge("2.1-f", section_2_1.momentum_models(turned)) == word


def test_shift_share_is_commerce_times_a_constant():
    # Which is why it adds no model of its own.
    ratio = (
        gz.penetration("shift_share", 2020).set_index("adcode").penetration
        / gz.penetration("commerce", 2010).set_index("adcode").penetration
    )
    assert ratio.max() == pytest.approx(ratio.min())


def test_the_first_report_of_each_countys_games_decides(monkeypatch):
    table = gzbook.examine("2.1-g").evidence.table.set_index("case")
    assert table.found.to_dict() == {"Rongjiang": 2023, "Taijiang": 2022}
    assert gzbook.examine("2.1-g").word == "contradicted"
    events = gz.load_events().query("not (adcode == '522630' and year == 2022)")
    monkeypatch.setattr(section_2_1, "load_events", lambda: events)
    assert judge("2.1-g", section_2_1.known_in_2023().table) == "supported"


def simplex(A, b, ridge):
    """Weights on the simplex, with an intercept, by our own solver; diff-diff has another."""
    A, b, n = A - A.mean(axis=0), b - b.mean(), A.shape[1]
    stacked = np.vstack([A, np.sqrt(ridge) * np.eye(n)])
    return simplex_weights(np.append(b, np.zeros(n)), stacked).weights


def synthetic_did(values, unit, post):
    """Arkhangelsky and others (2021), equation 2, for one unit; rows are years, columns units."""
    treated, donors = values[:, unit], np.delete(values, unit, axis=1)
    before, after = donors[:-post], donors[-post:].mean(axis=0)
    noise = np.diff(before, axis=0).std(ddof=1)
    units = simplex(before, treated[:-post], noise**2 * len(before))
    years = simplex(before.T, after, (1e-6 * noise) ** 2 * before.shape[1])
    return treated[-post:].mean() - years @ treated[:-post] - units @ (after - years @ before)


def test_a_gap_is_arkhangelskys_by_another_solver():
    panel = section_2_1.games_panel("Rongjiang", "rural income", 2023)
    wide = panel.pivot(index="year", columns="adcode", values="value")
    assert wide.shape == (10, 59)
    assert "522630" not in wide
    expected = synthetic_did(wide.to_numpy(), wide.columns.get_loc("522632"), 1)
    row = gzbook.find_row(
        gzbook.examine("2.1-h").evidence.table, case="Rongjiang", measure="rural income"
    )
    assert row.estimate == pytest.approx(expected, abs=0.01)


def test_intervals_are_ranks_among_placebos():
    gaps = section_2_1.gaps("Rongjiang", "rural income", 2023)
    own, others = gaps.iloc[0], gaps.iloc[1:]
    row = section_2_1.rank_interval(gaps)
    # An effect at either end has one placebo beyond it, one just outside has none but itself.
    for end in (row["conf_low"], row["conf_high"]):
        inside, outside = own + 0.999 * (end - own), own + 1.001 * (end - own)
        p = [(1 + (others.abs() >= abs(own - c)).sum()) / 59 for c in (inside, outside)]
        assert p[0] > 0.05 >= p[1]
    seen = (others + row["detectable"] + 1e-9).abs() > row["conf_high"] - own
    assert seen.mean() == pytest.approx(0.8, abs=0.02)
    assert section_2_1.rank_interval(gaps.iloc[:15])["conf_high"] == np.inf


def test_the_break_term_takes_any_revision_out(monkeypatch):
    before = section_2_1.games_panel("Taijiang", "GDP", 2022)
    revised = section_2_1.panel_wide("gdp")
    factor = revised.index.astype(int) % 7 + 1.0
    revised.loc[:, 2019:] = revised.loc[:, 2019:].mul(factor, axis=0)
    monkeypatch.setattr(section_2_1, "panel_wide", lambda variable: revised)
    after = section_2_1.games_panel("Taijiang", "GDP", 2022)
    pd.testing.assert_frame_equal(before, after)


def test_every_interval_has_bounds_and_gains_turn_the_verdict():
    table = gzbook.examine("2.1-h").evidence.table
    assert np.isfinite(table[["conf_low", "conf_high"]]).all(axis=None)
    assert judge("2.1-h", table) == "undecided"
    assert judge("2.1-h", table.assign(conf_low=3.0, conf_high=9.0)) == "supported"
    assert judge("2.1-h", table.assign(conf_low=-9.0, conf_high=-1.0)) == "contradicted"


@pytest.mark.simulation
def test_gaps_of_simulated_panels_are_seldom_told_from_zero_and_found_when_they_are_there():
    """SIMULATED: 21 units over 8 years that share two factors, and no effect, or one, on the last.

    With 20 placebos the case must lie beyond all of them, so the size is 1/21 exactly where it is
    any unit by chance.
    """
    rng, draws, units = np.random.default_rng(2026), 500, 21
    told = {0.0: 0, 3.0: 0}
    for _ in range(draws):
        common = rng.normal(0, 1, (8, 2)).cumsum(axis=0) @ rng.normal(1, 0.5, (2, units))
        values = common + 10 * rng.normal(0, 1, units) + rng.normal(0, 0.7, (8, units))
        own = synthetic_did(values, 0, 1)
        others = values[:, 1:]
        placebos = [synthetic_did(others, unit, 1) for unit in range(units - 1)]
        for effect in told:
            # The weights look at years before only, so an effect adds to the gap one for one.
            row = section_2_1.rank_interval(pd.Series([own + effect, *placebos]))
            told[effect] += row["conf_low"] > 0 or row["conf_high"] < 0
    error = np.sqrt(0.05 * 0.95 / draws)
    assert told[0.0] / draws == pytest.approx(1 / units, abs=3 * error)
    assert told[3.0] / draws > 0.6
