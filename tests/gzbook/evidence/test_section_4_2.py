"""Section 4.2: key numbers once more by hand, and verdicts that turn with the data."""

import numpy as np
import pandas as pd
import pytest
from judging import judge

import gzbook
import gzcounty as gz
from gzbook.evidence import section_4


@pytest.fixture
def china() -> pd.DataFrame:
    return gz.load_china_counties()


def test_urban_shares_are_those_that_the_census_published():
    # Communiques of the seventh census: China 63.89 % with the armed forces and development zones
    # that our table lacks, Guizhou 53.15 %.
    evidence = gzbook.examine("4.2-a").evidence
    row = evidence.table.iloc[0]
    assert evidence.period == "2020"
    assert row.guizhou == pytest.approx(53.15, abs=0.005)
    assert row.china == pytest.approx(63.89, abs=0.15)
    own = gz.load_census().query("year == 2020")
    assert row.guizhou == pytest.approx(100 * own.population_urban.sum() / own.population.sum())


def test_the_verdict_on_towns_turns_when_towns_and_villages_change_places(monkeypatch, china):
    turned = china.rename(
        columns={"population_urban": "population_rural", "population_rural": "population_urban"}
    )
    monkeypatch.setattr(section_4, "load_china_counties", lambda: turned)
    assert judge("4.2-a", section_4.less_urban().table) == "contradicted"


def test_land_is_area_over_rural_residents(china):
    life = section_4.rural_life()
    units = china.set_index("adcode")
    # Rongjiang: the yearbook's area is the map's, but for rounding.
    geography = gz.load_geography().set_index("adcode").area_km2["522632"]
    by_hand = 100 * geography / units.population_rural["522632"]
    assert life.land["522632"] == pytest.approx(by_hand, rel=0.01)


def test_rural_shares_above_the_median_are_those_of_the_census(china):
    table = gzbook.examine("4.2-b").evidence.table.set_index("cut")
    for cut, units in (("all units", china), ("no districts", china[~china.district])):
        rural = 100 - units.set_index("adcode").urban_share
        ours = rural[rural.index.str.startswith("52")]
        assert table.n[cut] == len(ours)
        assert table.value[cut] == pytest.approx((ours > rural.median()).mean())


def test_the_verdict_on_many_turns_with_the_provinces(monkeypatch, china):
    # Everybody outside Guizhou moves to the country.
    outside = ~china.adcode.str.startswith("52")
    turned = china.astype({"population_rural": float})
    turned.loc[outside, "population_rural"] = turned.population[outside]
    turned.loc[~outside, "population_rural"] = 0.9 * turned.population[~outside]
    monkeypatch.setattr(section_4, "load_china_counties", lambda: turned)
    assert judge("4.2-b", section_4.many().table) == "contradicted"


def test_many_asks_both_samples():
    table = gzbook.examine("4.2-b").evidence.table
    assert judge("4.2-b", table) == "supported"
    one = table.assign(value=table.value.where(table.cut == "all units", 0.4))
    assert judge("4.2-b", one) == "undecided"


def test_seats_lie_in_their_prefecture_and_nearest_to_it():
    seats = section_4.seats()
    geography = gz.load_geography().set_index("adcode").distance_seat_km
    assert len(seats) == len({code[:4] for code in seats}) == 9
    for code in seats:
        assert geography[code] == geography[geography.index.str[:4] == code[:4]].min()


def test_twelve_hubs_by_hand():
    plan, people = section_4.best(12), section_4.people()
    geography = gz.load_geography().set_index("adcode")
    x = np.radians(geography.lon.to_numpy())
    y = np.radians(geography.lat.to_numpy())
    cosine = np.sin(y[:, None]) * np.sin(y) + np.cos(y[:, None]) * np.cos(y) * np.cos(
        x[:, None] - x
    )
    km = pd.DataFrame(
        6371.0088 * np.arccos(np.clip(cosine, -1, 1)), geography.index, geography.index
    )
    nearest = km[list(plan.hubs)].min(axis=1)
    by_hand = np.average(nearest, weights=people.loc[geography.index])
    # Arccos loses digits near zero, so a hub is not quite at zero distance from itself.
    assert plan.mean_distance == pytest.approx(by_hand, abs=1e-3)
