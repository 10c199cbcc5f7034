"""The index of carrying capacity: its parts by hand, one scale for both years, weights."""

import numpy as np
import pytest

import gzcounty as gz
from gzcounty.measures.carrying import INDICATORS

NAMES = list(INDICATORS)


@pytest.fixture(scope="module")
def index():
    return gz.carrying_capacity()


def test_groups_of_both_years_without_huaxi(index):
    assert index.groupby("year").size().to_dict() == {2010: 80, 2020: 80}
    assert "Huaxi" not in set(index.group_name_en)
    assert index.attrs["notes"][0] == "Left out for missing rates of 2010: Huaxi."


def test_counties_of_each_census():
    counties = gz.carrying_capacity(harmonised=False)
    assert counties.groupby("year").size().to_dict() == {2010: 87, 2020: 88}
    assert counties[NAMES].notna().all().all()


def test_indicators_of_one_county_by_hand():
    census = gz.load_census().query("adcode == '522632' and year == 2020").iloc[0]
    jobs = gz.load_industry_employment().query("adcode == '522632' and year == 2020")
    public = jobs.employed[jobs.section.isin(["N", "P", "Q", "R"])].sum() / jobs.employed.sum()
    own = gz.carrying_capacity(harmonised=False)
    own = own[(own.adcode == "522632") & (own.year == 2020)].iloc[0]
    assert own.public_service_share == pytest.approx(100 * public)
    baths = census.households_with_bathing_facility / census.households_long_form
    assert own.bathing_share == pytest.approx(100 * baths)
    assert own.urban_share == census.urban_share


def test_xiaohe_counts_in_its_group():
    jobs = gz.load_industry_employment().query("year == 2010")
    jobs = jobs[jobs.adcode.isin(["520111", "520114"])]
    public = jobs.employed[jobs.section.isin(["N", "P", "Q", "R"])].sum() / jobs.employed.sum()
    from gzcounty.measures.carrying import _indicators

    huaxi = _indicators(True).query("group == '520111' and year == 2010").iloc[0]
    assert huaxi.public_service_share == pytest.approx(100 * public)


@pytest.mark.parametrize("weights", ["entropy", "equal"])
def test_one_scale_and_one_set_of_weights_for_both_years(weights):
    index = gz.carrying_capacity(weights)
    X = index[NAMES]
    scaled = (X - X.min()) / (X.max() - X.min())
    if weights == "entropy":
        p = scaled / scaled.sum()
        terms = (p * np.log(p.where(p > 0))).fillna(0)
        spread = 1 + terms.sum() / np.log(len(X))
        own = spread / spread.sum()
    else:
        own = X.iloc[0] * 0 + 1 / 7
    assert index.attrs["weights"] == pytest.approx(own.to_dict())
    assert index.capacity.to_numpy() == pytest.approx((scaled * own).sum(axis=1).to_numpy())


def test_shift_moves_the_weights(index):
    shifted = gz.carrying_capacity(shift=0.1)
    assert shifted.attrs["weights"] != pytest.approx(index.attrs["weights"])


def test_sections_of_penetration_are_not_in_it():
    from gzcounty.measures.carrying import PUBLIC_SERVICES

    assert not set(PUBLIC_SERVICES) & set("FGI")


@pytest.mark.parametrize("bad", [{"weights": "expert"}, {"shift": 0.7}])
def test_bad_input(bad):
    with pytest.raises(gz.InputError):
        gz.carrying_capacity(**bad)
