"""The three dimensions: what stands in them, and the index by hand."""

import numpy as np
import pytest

import gzcounty as gz
from gzcounty.measures import carrying
from gzcounty.measures.dimensions import DIMENSIONS, INDICATORS, SECTIONS


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
    assert set(carrying.INDICATORS) - {"college_share"} == ours
    theirs = gz.carrying_capacity().set_index(["group", "year"])
    own = groups.set_index(["group", "year"])
    for name in ours:
        assert own[name].to_numpy() == pytest.approx(theirs[name].reindex(own.index).to_numpy())


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
        ({"weights": "熵权"}, "weights must be 'entropy' or 'equal', not '熵权'"),
        ({"shift": 0.5}, "shift must be"),
        ({"weights": "equal", "shift": -1}, "shift must be"),
        ({"without": ["income"]}, "'income'"),
        ({"without": "urban_share"}, "list of indicators, not 'urban_share'"),
        (
            {"without": ["urban_share", "public_service_share", "piped_water_share"]},
            "No indicator is left for 'county'",
        ),
    ],
)
def test_bad_choices_are_refused(arguments, says):
    with pytest.raises(gz.InputError, match=says):
        gz.dimension_indices(**arguments)
