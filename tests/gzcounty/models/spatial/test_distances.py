"""Weights from coordinates."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.models.spatial import distance_weights
from gzcounty.models.spatial.weights import EARTH


@pytest.fixture
def places() -> pd.DataFrame:
    """Return SIMULATED places."""
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "adcode": [f"u{i:02d}" for i in range(40)],
            "lon": rng.uniform(103, 110, 40),
            "lat": rng.uniform(24, 30, 40),
        }
    )


def haversine(data: pd.DataFrame) -> np.ndarray:
    """Great-circle distances in km, by the formula of textbooks."""
    lon, lat = np.radians(data.lon.to_numpy()), np.radians(data.lat.to_numpy())
    h = np.sin((lat[:, None] - lat) / 2) ** 2
    h += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    return 2 * EARTH * np.arcsin(np.sqrt(h))


def test_nearest_are_nearest_by_the_haversine(places):
    W = distance_weights(places, k=4)
    distance = haversine(places) + np.diag(np.full(40, np.inf))
    for i in range(40):
        assert set(W.matrix[[i]].indices) == set(np.argsort(distance[i])[:4])


def test_band_holds_whoever_is_near(places):
    W = distance_weights(places, kind="band", km=200, standardise="none", islands="keep")
    near = (haversine(places) <= 200) & ~np.eye(40, dtype=bool)
    assert (W.matrix.toarray() == near).all()


def test_band_without_radius_leaves_nobody_alone_but_only_just(places):
    W = distance_weights(places, kind="band")
    radius = (haversine(places) + np.diag(np.full(40, np.inf))).min(axis=1).max()
    assert not W.islands
    assert f"Radius {radius:.1f} km" in W.notes[0]
    with pytest.raises(InputError, match="without a neighbour"):
        distance_weights(places, kind="band", km=radius * 0.999)


@pytest.mark.parametrize("km", [None, 300.0])
def test_inverse_distances(places, km):
    W = distance_weights(places, kind="inverse", power=2, km=km, standardise="none")
    distance = haversine(places) + np.diag(np.full(40, np.inf))
    expected = np.where(distance <= (km or np.inf), distance**-2.0, 0)
    assert W.matrix.toarray() == pytest.approx(expected, rel=1e-9)


def test_a_quarter_of_the_globe():
    data = pd.DataFrame({"adcode": ["pole", "equator"], "lon": [0.0, 50.0], "lat": [90.0, 0.0]})
    W = distance_weights(data, kind="inverse", standardise="none")
    assert 1 / W.matrix[0, 1] == pytest.approx(np.pi / 2 * 6371.0088)


def test_across_the_date_line():
    data = pd.DataFrame({"adcode": list("abc"), "lon": [179.9, -179.9, 170.0], "lat": 0.0})
    assert distance_weights(data, k=1).matrix[0, 1] == 1


def test_two_in_one_place_still_find_each_other():
    data = pd.DataFrame({"adcode": list("abcd"), "lon": [100.0, 100.0, 100.0, 101.0], "lat": 25.0})
    W = distance_weights(data, k=2)
    assert np.diff(W.matrix.indptr).tolist() == [2, 2, 2, 2]
    assert W.matrix.diagonal().tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"lat": 106.0}, {}, "'lat' is 106 for .* swapped"),
        ({"lon": np.nan}, {}, "'lon' is missing for 'u00'"),
        ({"lon": np.inf}, {}, "'lon' holds"),
        ({"lon": "east"}, {}, "where numbers are needed"),
        ({"adcode": "u00"}, {}, "'u00' is twice"),
        ({"adcode": None}, {}, "An id of the weights is missing"),
        ({"lon": 105.0, "lat": 25.0}, {"kind": "inverse"}, "'u00' and 'u01' stand in one place"),
        ({}, {"k": 40}, "k must be below the number of units, 40"),
        ({}, {"k": 3, "km": 10}, "km is for the kinds"),
        ({}, {"kind": "band", "k": 3}, "k is for the kind knn"),
        ({}, {"lon": "longitude"}, "lack the column 'longitude'"),
    ],
)
def test_bad_places_are_refused_by_name(places, change, options, message):
    places = places.astype({"lon": object, "lat": object}) if "east" in change.values() else places
    for column, value in change.items():
        places.loc[[0, 1], column] = value
    with pytest.raises(InputError, match=message):
        distance_weights(places, **options)


def test_all_pairs_of_too_many_are_refused():
    n = 6_000
    data = pd.DataFrame({"adcode": range(n), "lon": np.linspace(0, 90, n), "lat": 0.0})
    with pytest.raises(InputError, match=r"6,000 units would be too many.*give km"):
        distance_weights(data, kind="inverse")
    assert distance_weights(data, kind="inverse", km=5).links > n
