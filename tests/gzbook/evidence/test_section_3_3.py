"""Tests of section 3.3's claims: key numbers found in another way, verdicts that can turn."""

import numpy as np
import pytest
from judging import judge
from scipy import stats

import gzbook
import gzcounty as gz
from gzbook import frames
from gzbook.evidence import section_3_3


def test_schooling_below_chinas_median_county_by_county():
    china = gz.load_china_counties()
    work = china.filter(regex="^employed_").fillna(0).sum(axis=1)
    china = china[work > 0]
    middle = sorted(china.schooling_years)[len(china) // 2]  # an odd number of units
    own = china[china.province_en == "Guizhou"].schooling_years
    row = gzbook.examine("3.3-a").evidence.table.iloc[0]
    assert len(china) % 2
    assert [row.beyond, row.n, row.median_china] == [sum(x < middle for x in own), 88, middle]


def test_talent_turns_if_everybody_in_guizhou_is_schooled_and_digital(monkeypatch):
    employed, units = gzbook.china_employment()
    own = units.province == "Guizhou"
    turned = employed.copy()
    turned.loc[own, "employed_I"] = 1e6
    china = gz.load_china_counties()
    china.loc[china.province_en == "Guizhou", "schooling_years"] = 16.0
    monkeypatch.setattr(frames, "china_employment", lambda: (turned, units))
    assert judge("3.3-a", section_3_3.talent()) == "undecided"  # one of the two measures
    monkeypatch.setattr(section_3_3, "load_china_counties", lambda: china)
    assert judge("3.3-a", section_3_3.talent()) == "contradicted"


def test_growth_is_of_the_60_counties_with_every_year():
    grown = section_3_3.income_growth()
    assert grown.shape == (60, 9)
    panel = gz.load_panel().query("adcode == '522632'").set_index("year").rural_income
    assert grown.loc["522632", 2020] == pytest.approx(100 * (panel[2020] / panel[2019] - 1))


def test_both_gaps_by_hand():
    grown = section_3_3.income_growth()
    worst, dip = [], []
    for row in grown.to_numpy():
        worst.append(row.min() - row.mean() / 2)
        dip.append(row[5] - np.delete(row, 5).mean())
    half, fall = gzbook.examine("3.3-c").evidence.table.itertuples(index=False)
    assert half.estimate == pytest.approx(np.mean(worst))
    assert fall.estimate == pytest.approx(np.mean(dip))


def test_a_year_is_the_unit_of_2020_and_a_county_that_of_the_worst_year():
    growth = section_3_3.income_growth()
    means = growth.mean()
    t, _ = stats.ttest_ind([means[2020]], means.drop(2020), equal_var=True)
    table = gzbook.examine("3.3-c").evidence.table
    row = gzbook.find_row(table, gap="dip")
    assert row.t == pytest.approx(t)
    assert row.nobs == 9
    assert row.conf_low < 0 < row.conf_high
    half = growth.min(axis=1) - growth.mean(axis=1) / 2
    prefecture = gz.load_counties().set_index("adcode").prefecture_en[growth.index]
    sums = (half - half.mean()).groupby(prefecture).sum()
    G, n = len(sums), len(half)
    # CR1 of a mean: G/(G-1), and (n-1)/(n-1) for one coefficient.
    se = np.sqrt((sums**2).sum() * G / (G - 1)) / n
    assert gzbook.find_row(table, gap="half").std_error == pytest.approx(se)


def test_fragility_turns_with_the_growth(monkeypatch):
    real = section_3_3.income_growth()
    crash = real.copy()
    crash[2020] = -20.0 + 0.01 * np.arange(len(crash))
    steady = real.copy()
    steady.loc[:, :] = 9.0
    steady += 0.01 * np.arange(9)  # years differ, or there would be nothing to compare with
    steady[2020] = 10.0 + 0.01 * np.arange(len(steady))
    for grown, word in ((crash, "supported"), (steady, "contradicted")):
        monkeypatch.setattr(section_3_3, "income_growth", lambda grown=grown: grown)
        assert judge("3.3-c", section_3_3.income_gains_are_fragile().table) == word
