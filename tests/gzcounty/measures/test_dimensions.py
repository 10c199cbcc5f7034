"""The three dimensions and carrying capacity: their indicators, and the indices by hand."""

import numpy as np
import pytest

import gzcounty as gz
from gzcounty.measures.dimensions import (
    CAPACITY,
    DIMENSIONS,
    INDICATORS,
    SECTIONS,
    _indicators,
)


@pytest.fixture(scope="module")
def groups():
    return gz.dimension_indices()


@pytest.fixture(scope="module")
def counties():
    return gz.dimension_indices(harmonised=False)


def test_sample_is_80_groups_twice_or_88_counties_once(groups, counties):
    assert groups.groupby("year").size().to_dict() == {2010: 80, 2020: 80}
    assert groups.attrs["notes"][0].endswith("Huaxi.")
    assert len(counties) == counties.adcode.nunique() == 88
    assert set(counties.year) == {2020}


def test_no_indicator_stands_in_two_dimensions():
    by_dimension = [
        sorted(n for n, i in INDICATORS.items() if i.dimension == d) for d in DIMENSIONS
    ]
    assert [len(names) for names in by_dimension] == [3, 3, 3]
    assert len({name for names in by_dimension for name in names}) == 9


def test_county_and_people_are_carrying_capacity_without_college(groups):
    ours = {name for name, about in INDICATORS.items() if about.dimension != "industry"}
    assert set(CAPACITY) - {"college_share"} == ours
    theirs = gz.carrying_capacity().set_index(["group", "year"])
    expected = groups.set_index(["group", "year"])
    for name in ours:
        assert expected[name].to_numpy() == pytest.approx(
            theirs[name].reindex(expected.index).to_numpy()
        )


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_index_by_hand(groups, dimension):
    names = [name for name, about in INDICATORS.items() if about.dimension == dimension]
    X = groups[names].to_numpy()
    r = (X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0))
    p = r / r.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = 1 + np.nansum(p * np.log(p), axis=0) / np.log(len(p))
    weights = spread / spread.sum()
    assert list(groups.attrs["weights"][dimension].values()) == pytest.approx(weights)
    assert groups[dimension].to_numpy() == pytest.approx(r @ weights)


def test_shares_of_employment_by_hand(counties):
    jobs = gz.load_industry_employment().query("year == 2020 and adcode == '522632'")
    counts = jobs.set_index("section").employed
    row = counties.set_index("adcode").loc["522632"]
    for name, letters in SECTIONS.items():
        assert row[name] == pytest.approx(100 * counts[list(letters)].sum() / counts.sum())


def test_equal_weights_are_a_plain_mean_and_shift_moves_entropy_weights_only(groups):
    equal = gz.dimension_indices("equal", harmonised=False)
    r = equal[["schooling_years", "floor_area", "bathing_share"]]
    r = (r - r.min()) / (r.max() - r.min())
    assert equal.people.to_numpy() == pytest.approx(r.mean(axis=1).to_numpy())
    shifted = gz.dimension_indices(shift=0.1)
    assert shifted.attrs["weights"] != groups.attrs["weights"]
    assert shifted.industry.max() <= 1


def test_without_the_two_rates_all_groups_are_there():
    index = gz.dimension_indices(without=["urban_share", "schooling_years"])
    assert index.groupby("year").size().to_dict() == {2010: 81, 2020: 81}
    assert "urban_share" not in index
    assert list(index.attrs["weights"]["county"]) == ["public_service_share", "piped_water_share"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"without": ["income"]}, "'income'"),
        (
            {"without": ["urban_share", "public_service_share", "piped_water_share"]},
            "No indicator is left for 'county'",
        ),
    ],
)
def test_bad_choices_are_refused(arguments, says):
    with pytest.raises(gz.InputError, match=says):
        gz.dimension_indices(**arguments)


@pytest.fixture(scope="module")
def capacity():
    return gz.carrying_capacity()


def test_capacity_of_groups_of_both_years_without_huaxi(capacity):
    assert capacity.groupby("year").size().to_dict() == {2010: 80, 2020: 80}
    assert "Huaxi" not in set(capacity.group_name_en)
    assert capacity.attrs["notes"][0] == "Left out for missing rates of 2010: Huaxi."


def test_capacity_of_counties_of_each_census():
    counties = gz.carrying_capacity(harmonised=False)
    assert counties.groupby("year").size().to_dict() == {2010: 87, 2020: 88}
    assert counties[list(CAPACITY)].notna().all().all()


def test_indicators_of_capacity_in_one_county_by_hand():
    census = gz.load_census().query("adcode == '522632' and year == 2020").iloc[0]
    jobs = gz.load_industry_employment().query("adcode == '522632' and year == 2020")
    public = jobs.employed[jobs.section.isin(["N", "P", "Q", "R"])].sum() / jobs.employed.sum()
    row = gz.carrying_capacity(harmonised=False)
    row = row[(row.adcode == "522632") & (row.year == 2020)].iloc[0]
    assert row.public_service_share == pytest.approx(100 * public)
    baths = census.households_with_bathing_facility / census.households_long_form
    assert row.bathing_share == pytest.approx(100 * baths)
    assert row.urban_share == census.urban_share


def test_xiaohe_counts_in_its_group():
    jobs = gz.load_industry_employment().query("year == 2010")
    jobs = jobs[jobs.adcode.isin(["520111", "520114"])]
    public = jobs.employed[jobs.section.isin(["N", "P", "Q", "R"])].sum() / jobs.employed.sum()
    huaxi = _indicators("group").query("group == '520111' and year == 2010").iloc[0]
    assert huaxi.public_service_share == pytest.approx(100 * public)


@pytest.mark.parametrize("weights", ["entropy", "equal"])
def test_capacity_has_one_scale_and_one_set_of_weights_for_both_years(weights):
    index = gz.carrying_capacity(weights)
    X = index[list(CAPACITY)]
    scaled = (X - X.min()) / (X.max() - X.min())
    if weights == "entropy":
        p = scaled / scaled.sum()
        terms = (p * np.log(p.where(p > 0))).fillna(0)
        spread = 1 + terms.sum() / np.log(len(X))
        expected = spread / spread.sum()
    else:
        expected = X.iloc[0] * 0 + 1 / 7
    assert index.attrs["weights"] == pytest.approx(expected.to_dict())
    assert index.capacity.to_numpy() == pytest.approx((scaled * expected).sum(axis=1).to_numpy())


def test_shift_moves_the_weights_of_capacity(capacity):
    shifted = gz.carrying_capacity(shift=0.1)
    assert shifted.attrs["weights"] != pytest.approx(capacity.attrs["weights"])


def test_sections_of_penetration_are_not_in_capacity():
    assert not set(SECTIONS["public_service_share"]) & set("FGI")


@pytest.mark.parametrize("bad", [{"weights": "expert"}, {"shift": 0.7}])
def test_bad_choices_of_capacity_are_refused(bad):
    with pytest.raises(gz.InputError):
        gz.carrying_capacity(**bad)
