"""The draws of the methods course show what the course says of them."""

import numpy as np
import pytest

from gzcounty.errors import InputError
from gzcounty.simulation.lessons import prefecture_programme
from gzcounty.simulation.study import study

from .conftest import row


def test_three_tests_of_one_estimate():
    found = prefecture_programme(np.random.default_rng(3), inside=3, effect=0.5)
    assert len({round(f.estimate, 10) for f in found}) == 1
    assert [f.truth for f in found] == [0.5] * 3
    assert found[0].estimate == pytest.approx(0.5, abs=0.1)  # several standard errors of 0.02


def test_the_same_seed_gives_the_same_sample():
    twice = [prefecture_programme(np.random.default_rng(4)) for _ in range(2)]
    assert twice[0] == twice[1]


@pytest.mark.parametrize("inside", [0, 8, 9])
def test_there_must_be_something_to_compare(inside):
    with pytest.raises(InputError, match=f"inside must be from 1 to 7.*not {inside}"):
        prefecture_programme(np.random.default_rng(1), inside=inside)


@pytest.mark.simulation
def test_false_alarms_with_two_of_eight_prefectures():
    table = study(prefecture_programme, 500, seed=8, n_jobs=-1, inside=2)
    county, prefecture, wild = (row(table, term).rejected for term in table.term)
    assert county > prefecture > 0.1
    assert wild < 0.07


@pytest.mark.simulation
def test_one_prefecture_of_eight_can_hardly_be_told_from_chance():
    alarms = study(prefecture_programme, 200, seed=9, n_jobs=-1, inside=1)
    assert row(alarms, "by prefecture").rejected > 0.3
    assert row(alarms, "wild bootstrap").rejected < 0.05
