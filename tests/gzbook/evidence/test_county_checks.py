"""The answers of section 2.2 looked at again."""

import numpy as np
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.evidence import county_checks as checks


def test_swings_by_hand():
    growth = [0.10, 0.12, -0.02]
    logs = pd.DataFrame([np.cumsum([0.0, *growth])], columns=[2018, 2019, 2020, 2021])
    logs.columns = [2017, 2018, 2019, 2020]
    found = checks.swings(logs).iloc[0]
    assert found.volatility == pytest.approx(100 * np.std(growth, ddof=1))
    assert found.fall == pytest.approx(100 * (0.11 - -0.02))


def test_four_ways_to_weigh_rank_the_same_counties():
    ranks = checks.ranks()
    assert list(ranks) == list(checks.WEIGHTS)
    assert (ranks.max() == len(ranks)).all()
    index = gz.carrying_capacity("equal", harmonised=False).query("year == 2020")
    best = index.set_index("adcode").capacity.idxmax()
    assert ranks.equal.idxmin() == best


def test_each_group_left_out_moves_the_model_shown():
    data = checks.rises()
    rows, left = checks.rise_models(data), checks.without_each(data)
    assert len(left) == rows.nobs[1] == 80
    assert left.min() < rows.estimate[1] < left.max()


def test_likeness_holds_the_two_rows_of_the_claim():
    table = checks.likeness(draws=99).set_index("what")
    claim = gzbook.examine("2.2-b").evidence.table
    assert table.loc["Lights, logs", "estimate"] == pytest.approx(claim.estimate[0])
    assert table.loc["Services", "estimate"] == pytest.approx(claim.estimate[1])


def test_ends_of_the_chart_are_those_of_the_index():
    ends, menu = checks.capacity_ends()
    assert set(ends.variable) == set(menu.variable)
    rises = ends[ends.variable == "capacity"].set_index("unit")
    own = checks.rises().set_index("group").rise
    assert (100 * (rises.end - rises.start)).loc[own.index].to_numpy() == pytest.approx(own)
