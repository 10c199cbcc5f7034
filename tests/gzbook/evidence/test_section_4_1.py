"""Section 4.1: key numbers once more by hand, and verdicts that turn with the data."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from judging import judge
from scipy import stats

import gzbook
import gzcounty as gz
from gzbook.evidence import section_4


def quotients(year: int) -> pd.DataFrame:
    """Location quotients against the province, by plain division."""
    work = gzbook.group_workers(year).drop(columns="T")
    shares = work.div(work.sum(axis=1), axis=0)
    return shares / (work.sum() / work.to_numpy().sum())


def test_pairs_are_the_sections_without_a_speciality():
    before, after = quotients(2010), quotients(2020)
    pairs = section_4.entry_pairs()
    assert len(pairs) == (before < 1).to_numpy().sum()
    entered = ((before < 1) & (after >= 1)).to_numpy().sum()
    assert pairs.entry.sum() == entered
    assert pairs.group.nunique() == 81
    assert "T" not in set(pairs.section)


def test_density_by_plain_loops():
    phi, special = section_4.proximity(), quotients(2010) >= 1
    pairs = section_4.entry_pairs().set_index(["group", "section"])
    for group, section in [("522628", "D"), ("520328", "C"), ("522632", "H")]:
        if (group, section) not in pairs.index:
            continue
        others = [s for s in phi.columns if s != section]
        top = sum(phi.loc[section, s] for s in others if special.loc[group, s])
        expected = top / sum(phi.loc[section, s] for s in others)
        assert pairs.density_raw[group, section] == pytest.approx(expected)


def test_no_county_of_guizhou_is_in_the_proximity_of_china(monkeypatch):
    employed, units = section_4.china_employment()
    outside = employed[~employed.index.str.startswith("52")]
    expected = section_4.proximity()
    monkeypatch.setattr(section_4, "china_employment", lambda: (outside, units))
    section_4.proximity.cache_clear()
    pd.testing.assert_frame_equal(section_4.proximity(), expected)


def test_a_model_is_that_of_statsmodels_with_dummies():
    pairs = section_4.entry_pairs()
    fit = smf.ols("entry ~ density + log_share + C(group) + C(section)", pairs).fit(
        cov_type="cluster", cov_kwds={"groups": pairs.group.astype("category").cat.codes}
    )
    table = gzbook.examine("4.1-a").evidence.table
    row = gzbook.find_row(table, proximity="China 2020", cut="all", controls="share of 2010")
    assert row.estimate == pytest.approx(100 * fit.params.density)
    # Statsmodels counts the group effects, which are nested in the clusters, in K; we do not.
    n, k, ours = len(pairs), len(fit.params), 2 + 18 + 1
    error = 100 * fit.bse.density * np.sqrt((n - k) / (n - ours))
    half = stats.t(pairs.group.nunique() - 1).ppf(0.975) * error
    assert (row.conf_high - row.conf_low) / 2 == pytest.approx(half, rel=0.01)


def test_supported_asks_that_every_cut_agrees():
    table = gzbook.examine("4.1-a").evidence.table
    assert table.groupby("cut").size().to_dict() == {"all": 4, "no districts": 4, "no farming": 4}
    assert not (table.conf_low > 0).all()
    assert gzbook.examine("4.1-a").word == "undecided"
    agree = table.assign(conf_low=table.conf_low.clip(lower=0.1))
    assert judge("4.1-a", agree) == "supported"
    one_cut = agree.conf_low.where(agree.cut != "no farming", -0.1)
    assert judge("4.1-a", agree.assign(conf_low=one_cut)) == "undecided"


def test_the_cut_without_districts_by_statsmodels():
    counties, pairs = gz.load_counties(), section_4.entry_pairs("Guizhou 2010")
    kept = pairs[~pairs.group.isin(counties.group[counties.unit_type == "district"])]
    fit = smf.ols("entry ~ density + C(group) + C(section)", kept).fit()
    table = gzbook.examine("4.1-a").evidence.table
    row = gzbook.find_row(table, proximity="Guizhou 2010", cut="no districts", controls="none")
    assert row.estimate == pytest.approx(100 * fit.params.density)
    assert row.groups == kept.group.nunique()


def test_the_unit_is_what_the_effects_leave():
    pairs = section_4.entry_pairs()
    left = smf.ols("density ~ C(group) + C(section)", pairs).fit().resid
    assert left.std() == pytest.approx(1)


def test_the_verdict_on_specialities_turns_when_entry_does(monkeypatch):
    made = {}
    for source in section_4.PROXIMITIES:
        pairs = section_4.entry_pairs(source).copy()
        noise = np.random.default_rng(41).normal(0, 0.1, len(pairs))
        made[source] = pairs.assign(entry=pairs.density + noise)
    for sign, word in ((1, "supported"), (-1, "contradicted")):
        monkeypatch.setattr(
            section_4,
            "entry_pairs",
            lambda source, sign=sign: made[source].assign(entry=sign * made[source].entry),
        )
        assert judge("4.1-a", section_4.entry_models()) == word
