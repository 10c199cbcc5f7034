"""Penetration: by hand, and refused where it means nothing."""

import pytest

import gzcounty as gz
from gzcounty.measures.penetration import MEASURES


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_says_what_it_is_and_is_not(measure):
    frame = gz.penetration(measure)
    assert list(frame.columns) == ["adcode", "year", "penetration"]
    assert not frame.isna().any(axis=None)
    assert not frame.duplicated(["adcode", "year"]).any()
    assert frame.attrs["unit"]
    assert frame.attrs["is"].endswith(".")
    assert frame.attrs["is_not"].startswith("Not ")


@pytest.mark.parametrize(("measure", "sections"), [("commerce", "FGI"), ("digital", "GI")])
def test_census_shares_by_hand(measure, sections):
    table = gz.load_industry_employment().query("adcode == '522632' and year == 2020")
    hand = 100 * table[table.section.isin(list(sections))].employed.sum() / table.employed.sum()
    frame = gz.penetration(measure, year=2020).set_index("adcode")
    assert frame.penetration["522632"] == pytest.approx(hand)
    assert len(frame) == 88


def test_shift_share_is_the_2010_share_times_a_published_national_figure():
    share = gz.penetration("commerce", year=2010).set_index("adcode").penetration["522632"]
    series = gz.load_series()
    national = series[(series.variable == "online_retail") & (series.year == 2015)].value.iloc[0]
    frame = gz.penetration("shift_share", year=2015).set_index("adcode")
    assert frame.penetration["522632"] == pytest.approx(share / 100 * national / 1e4)


def test_shift_share_has_only_years_that_a_source_gives():
    series = gz.load_series()
    valid = series[(series.variable == "online_retail") & (series.adcode == "100000")].year
    assert sorted(gz.penetration("shift_share").year.unique()) == sorted(valid.astype(int))


def test_finance_gives_every_county_its_prefecture():
    frame = gz.penetration("finance", year=2020)
    assert len(frame) == 88
    assert frame.penetration.nunique() == 9


def test_taobao_is_zero_in_guizhou():
    frame = gz.penetration("taobao", year=2016)
    inside = frame[frame.adcode.isin(gz.load_counties().adcode)]
    # Nanming and Yunyan have no rural residents, so no rate; all others have none.
    assert (inside.penetration == 0).all()
    assert (frame.penetration > 0).sum() > 200


def test_constant_borders():
    frame = gz.penetration("commerce", harmonised=True)
    assert frame.group.nunique() == 81
    with pytest.raises(gz.TrapError, match="no version on constant borders"):
        gz.penetration("finance", harmonised=True)


def test_unknown_measure_and_year_are_named():
    with pytest.raises(
        gz.InputError, match=r"measure must be 'commerce', .* or 'taobao', not 'clicks'"
    ):
        gz.penetration("clicks")
    with pytest.raises(gz.InputError, match="has no year 2015; it has 2010, 2020"):
        gz.penetration("commerce", year=2015)
