"""What the notebooks of section 4 ask beside their claims, found in other ways."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

import gzbook
import gzcounty as gz
from gzbook.evidence import entry_checks, raising
from gzbook.evidence.entry import chances, entry_models
from gzbook.evidence.targeting import ONLINE, PENETRATION, income_models, online_model

FORMULA = "entry ~ density + C(group) + C(section)"


def test_checks_of_entry_are_those_of_dummies():
    found = entry_checks.entry_checks().set_index("key")
    pairs, counties = chances(), gz.load_counties()
    districts = counties[counties.unit_type == "district"].group
    parts = {
        "districts": pairs[~pairs.group.isin(districts)],
        "workers": pairs[pairs.workers_2010 >= 30],
        "twoway": pairs,
    }
    for key, part in parts.items():
        slope = smf.ols(FORMULA, part).fit().params.density
        assert found.estimate[key] == pytest.approx(100 * slope)
        assert found.nobs[key] == len(part)


def test_lines_hold_the_rule_first_and_then_the_checks():
    lines = entry_checks.entry_lines()
    rule = entry_models()
    assert lines.label.tolist()[: len(rule)] == rule.what.tolist()
    assert len(lines) == len(rule) + len(entry_checks.entry_checks())
    assert lines.notna().all(axis=None)


def test_every_section_is_left_out_once():
    found = entry_checks.without_each_section()
    pairs = chances()
    assert len(found) == pairs.section.nunique()
    slope = smf.ols(FORMULA, pairs[pairs.section != "B"]).fit().params.density
    assert found["Mining"] == pytest.approx(100 * slope)


def test_odds_have_the_sign_of_the_linear_model():
    odds = entry_checks.entry_odds()
    assert 1 < odds.conf_low < odds.estimate < odds.conf_high


def test_slopes_are_those_of_the_models():
    found = raising.slopes()
    for row, model in zip(found.itertuples(), income_models(), strict=True):
        assert row.estimate == pytest.approx(100 * model.fit.term(model.term).estimate)
        assert row.clear == (row.conf_low * row.conf_high > 0)


@pytest.mark.slow
def test_whole_steps_are_those_of_the_claim():
    found = raising.changes(sizes=[100], draws=19)
    whole = found[found.term == "gini"].set_index(["model", "rule"]).estimate
    judged = gzbook.examine("4.3-a").evidence.table.set_index(["model", "rule"]).estimate
    assert whole[judged.index].to_numpy() == pytest.approx(judged.to_numpy())


def test_a_step_of_the_panel_by_hand():
    found = raising.changes(sizes=[50], draws=19)
    found = found[(found.measure == ONLINE) & (found.rule == "to the median")].set_index("term")
    model = online_model()
    data, slope = model.data, model.fit.term("online").estimate
    after = data.income_2023 * np.exp(
        0.5 * slope * np.maximum(0, data.online.median() - data.online)
    )
    by_hand = {
        "mean": 100
        * (
            np.average(after, weights=data.rural) / np.average(data.income_2023, weights=data.rural)
            - 1
        ),
        "gini": 1000 * (gz.gini(after, data.rural) - gz.gini(data.income_2023, data.rural)),
        "theil": 1000
        * (
            gz.theil(after, weights=data.rural).total
            - gz.theil(data.income_2023, weights=data.rural).total
        ),
    }
    assert found.estimate.to_dict() == pytest.approx(by_hand)
    assert found.outcome.to_dict() == raising.OUTCOMES


def test_the_panel_is_two_way_effects_with_the_start_held_equal():
    model = online_model()
    online = gz.penetration("shift_share").rename(columns={"penetration": "online"})
    income = gz.load_panel()[["adcode", "year", "rural_income"]]
    long = income[income.adcode.isin(model.data.adcode)].merge(online, on=["adcode", "year"])
    long = long.dropna(subset=["online", "rural_income"])
    start = model.data.set_index("adcode").income_2014
    long["log"], long["start"] = np.log(long.rural_income), np.log(long.adcode.map(start))
    dummies = smf.ols("log ~ online + C(adcode) + C(year) + C(year):start", long).fit()
    assert model.fit.term("online").estimate == pytest.approx(dummies.params["online"])


def test_whom_a_rule_raises():
    found = raising.raised()
    assert list(found.measure.unique()) == list(PENETRATION)
    for _, own in found[found.rule == "to the median"].groupby("measure"):
        below = own.exposure < own.exposure.median()
        assert (own.dose > 0).tolist() == below.tolist()
        assert own.adcode.is_unique


def test_income_of_2014_by_statsmodels():
    early = income_models()[2].data
    formula = (
        "np.log(income_2020) ~ commerce_2010 + schooling_years + minority_share + urban_share"
        " + relief + distance_guiyang_km + C(prefecture_en) + np.log(income_2014)"
    )
    slope = smf.ols(formula, early).fit().params["commerce_2010"]
    dose = np.maximum(0, early.commerce_2010.median() - early.commerce_2010)
    income = early.income_2020
    change = gz.gini(income * np.exp(slope * dose), early.rural) - gz.gini(income, early.rural)
    found = raising.with_income_of_2014(draws=19).table().set_index("term")
    assert found.estimate["gini"] == pytest.approx(change)


def test_more_for_the_weak_starts_from_incomes_as_they_were():
    found = raising.more_for_the_weak(draws=19).table().set_index("term")
    assert found.conf_low["gini"] < found.conf_high["gini"]
    assert found.before["gini"] == pytest.approx(
        gz.gini(income_models()[4].data.income_2023, income_models()[4].data.rural)
    )


def test_one_vote_each_is_not_weighted():
    found = raising.one_vote_each(draws=19)
    model = income_models()[2]
    slope = model.fit.term(model.term).estimate
    own = model.data
    dose = np.maximum(0, own.commerce_2010.median() - own.commerce_2010)
    change = gz.gini(own.income_2020 * np.exp(slope * dose)) - gz.gini(own.income_2020)
    assert found.estimate[model.name] == pytest.approx(1000 * change)
