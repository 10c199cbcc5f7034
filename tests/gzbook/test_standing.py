"""Positions among China's counties, recomputed unit by unit."""

from statistics import median

import pandas as pd
import pytest

import gzcounty as gz
from gzbook.county.standing import MEASURES, china_standing

CHINA = gz.load_china_counties().set_index("adcode")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return china_standing()


@pytest.mark.parametrize("measure", ["schooling_years", "gdp_per_resident_2020"])
def test_counts_are_those_of_sorting_by_hand(table, measure):
    values = CHINA[measure].dropna()
    own = values[CHINA.province_zh[values.index] == "贵州省"]
    places = pd.Series(
        [100 * ((values < x).sum() + (values == x).sum() / 2) / len(values) for x in own]
    )
    # Ties aside, a rank counts the unit itself in full and this counts half of it.
    assert table.position[measure] == pytest.approx(places.median(), abs=0.1)
    assert table.of[measure] == len(own)
    assert table.low[measure] == pytest.approx((places < 25).sum(), abs=1)
    assert table.own[measure] == own.median()
    assert table.china[measure] == values.median()


def test_weights_by_residents_and_ranks_of_provinces(table):
    water = CHINA.piped_water_share
    county = CHINA.index[(CHINA.province_en == "Guizhou")]
    people = CHINA.population
    below = [100 * people[water < water[c]].sum() / people.sum() for c in county]
    assert table.by_residents["piped_water_share"] == pytest.approx(median(below), abs=0.5)
    medians = CHINA.groupby("province_en").schooling_years.median()
    assert table.rank_median["schooling_years"] == (medians >= medians["Guizhou"]).sum()
    assert table.rank_mean.between(1, 31).all()


def test_another_province_stands_elsewhere_and_an_unknown_one_is_refused(table):
    assert china_standing("Zhejiang").position["commerce_share"] > table.position["commerce_share"]
    assert list(table.index) == list(MEASURES.variable)
    with pytest.raises(gz.InputError, match="no province 'Guizho'"):
        china_standing("Guizho")
