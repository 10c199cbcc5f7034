"""Test of section 2's claim: key numbers found in another way, a verdict that can turn."""

import numpy as np
import pandas as pd
import pytest
from judging import ENDS, by_statsmodels, judge

import gzbook
import gzcounty as gz
from gzbook.evidence import section_2


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return gzbook.dimension_gains()


def test_verdict_is_called_an_association_and_names_its_groups():
    verdict = gzbook.examine("2-a")
    assert "association" in verdict.finding
    assert "80 of 81 groups" in verdict.evidence.sample
    assert verdict.evidence.table.driver.is_unique


def test_gains_are_differences_of_the_index_in_points(data):
    index = gz.dimension_indices().set_index(["group", "year"])
    row = data.set_index("group").loc["522632"]
    change = index.people["522632", 2020] - index.people["522632", 2010]
    assert row.people_gain == pytest.approx(100 * change)
    assert row.prefecture == "Qiandongnan"
    assert data.district.sum() < len(data) == 80


def test_model_is_that_of_statsmodels(data):
    X = data[["industry_gain", "county_gain", "industry_2010", "county_2010", "people_2010"]]
    X = X.join(pd.get_dummies(data.prefecture, drop_first=True, dtype=float))
    table = gzbook.examine("2-a").evidence.table.set_index("driver")
    for driver in ("industry", "county"):
        expected = by_statsmodels(data.people_gain, X, f"{driver}_gain")
        assert table.loc[driver, ENDS].tolist() == pytest.approx(expected)


def test_verdict_turns_with_the_data(data):
    rng = np.random.default_rng(5)
    driven = data.industry_gain + data.county_gain + rng.normal(0, 0.5, len(data))
    words = [
        judge("2-a", section_2.gain_model(data.assign(people_gain=s * driven))) for s in (1, -1)
    ]
    assert words == ["supported", "contradicted"]
    one = data.assign(people_gain=data.county_gain - data.industry_gain + 0.1 * driven)
    assert judge("2-a", section_2.gain_model(one)) == "undecided"
