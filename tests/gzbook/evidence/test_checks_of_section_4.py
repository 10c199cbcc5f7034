"""What the notebooks of section 4 ask beside their claims, found in other ways."""

import pytest
import statsmodels.formula.api as smf

import gzcounty as gz
from gzbook.evidence import entry_checks
from gzbook.evidence.entry import chances, entry_models

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
