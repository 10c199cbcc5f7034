"""Great-circle distances against arcs that are known, and bad coordinates."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz

DEGREE = np.pi * 6371.0088 / 180


def places(**columns) -> pd.DataFrame:
    return pd.DataFrame({"adcode": ["榕江县", "Ａ", "c"], **columns})


def test_arcs_along_the_equator_and_a_meridian():
    result = gz.distance_matrix(places(lon=[0.0, 90.0, 180.0], lat=[0.0, 0.0, 0.0]))
    assert result.loc["榕江县"].tolist() == pytest.approx([0, 90 * DEGREE, 180 * DEGREE])
    poles = gz.distance_matrix(places(lon=[10.0, 10.0, 10.0], lat=[-90.0, 0.0, 90.0]))
    assert poles.to_numpy()[0].tolist() == pytest.approx([0, 90 * DEGREE, 180 * DEGREE])


def test_guizhou_agrees_with_the_ellipsoid_of_the_geography_table():
    # The table measures to the seat, a point near the middle of Yunyan, on the ellipsoid.
    geography = gz.load_geography().set_index("adcode")
    result = gz.distance_matrix(gz.load_geography())
    far = result["520103"] - geography.distance_guiyang_km
    assert far.abs().max() < 5
    assert np.array_equal(result, result.T)
    assert (np.diagonal(result) == 0).all()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (places(lon=[0.0, 1.0, 2.0]), "lat"),
        (places(lon=[0.0, 1.0, 181.0], lat=0.0), "'lon' is 181 for 'c'"),
        (places(lon=0.0, lat=[0.0, 91.0, 0.0]), "'lat' is 91 for 'Ａ'"),
        (places(lon=0.0, lat=[np.nan, 0.0, 0.0]), "'lat' is missing for '榕江县'"),
        (places(lon=0.0, lat=0.0).assign(adcode="a"), "a"),
    ],
)
def test_bad_places_are_refused(data, problem):
    with pytest.raises(gz.InputError, match=problem):
        gz.distance_matrix(data)


def test_too_many_places_are_refused():
    many = pd.DataFrame({"adcode": np.arange(1_000_000), "lon": 0.0, "lat": 0.0})
    with pytest.raises(gz.InputError, match="1,000,000 places are too many"):
        gz.distance_matrix(many)
