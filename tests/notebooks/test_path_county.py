"""Numbers of the notebook on section 4.2, found in another way."""

import numpy as np
import pytest

import gzbook
import gzcounty as gz


@pytest.fixture(scope="module")
def notebook(execute):
    return execute("path-county")


def test_the_best_single_hub_by_trying_all(notebook):
    geography = gz.load_geography().set_index("adcode")
    people = gz.load_census().query("year == 2020").set_index("adcode").population
    # Straight through the earth and back to the arc: another way to the same distance.
    x, y = np.radians(geography.lon.to_numpy()), np.radians(geography.lat.to_numpy())
    points = np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])
    chord = np.linalg.norm(points[:, None] - points, axis=2)
    km = 2 * 6371.0088 * np.arcsin(chord / 2)
    means = np.average(km, axis=0, weights=people.loc[geography.index])
    assert notebook.published["km_1"] == pytest.approx(means.min(), rel=1e-9)
    codes = geography.index.get_indexer(
        ["520103", "520201", "520302", "520402", "520502", "520602", "522301", "522601", "522701"]
    )
    seats = np.average(km[:, codes].min(axis=1), weights=people.loc[geography.index])
    assert notebook.published["km_seats"] == pytest.approx(seats, rel=1e-9)


def test_urban_gap_and_steps(notebook):
    numbers = notebook.published
    china = gz.load_china_counties()
    sums = china.groupby(china.province_en == "Guizhou")[["population_urban", "population"]].sum()
    whole = sums.sum()
    gap = (
        whole.population_urban / whole.population
        - sums.population_urban[True] / sums.population[True]
    )
    assert numbers["urban_gap"] == pytest.approx(100 * gap)
    assert numbers["saved_10"] == pytest.approx(numbers["km_9"] - numbers["km_10"])
    assert numbers["share_10"] == pytest.approx(100 * (1 - numbers["km_10"] / numbers["km_9"]))
    assert sum(numbers[f"n_{w}"] for w in ("supported", "contradicted", "undecided")) == 2
    assert numbers["n_not_testable"] == 4


def test_figures_are_there(notebook):
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert {"gz-figure-hubs", "gz-figure-urban"} <= set(tags)


def test_without_one_prefecture_its_people_count_for_nothing(notebook):
    counties = gz.load_counties().set_index("adcode")
    out = counties.index[counties.prefecture_en == "Zunyi"]
    people = gz.load_census().query("year == 2020").set_index("adcode").population
    people[out] = 0
    km = gz.distance_matrix(gz.load_geography())
    seats = ["520103", "520201", "520402", "520502", "520602", "522301", "522601", "522701"]
    now = np.average(km[seats].min(axis=1), weights=people[km.index])
    hubs = list(gz.p_median(km, people, 8).hubs)
    further = 100 * (now / np.average(km[hubs].min(axis=1), weights=people[km.index]) - 1)
    numbers = notebook.published
    assert numbers["without_low"] <= further + 1e-9
    assert further - 1e-9 <= numbers["without_high"]
    assert 0 < numbers["bent_low"] <= numbers["bent_high"]


def test_land_of_the_rest_of_the_west_by_hand(notebook):
    land = gzbook.rural_life().land.dropna()
    west = {"15", "45", "50", "51", "53", "54", "61", "62", "63", "64", "65"}
    rest = land[land.index.str[:2].isin(west)]
    assert notebook.published["land_west"] == pytest.approx(rest.median())
