"""The best hubs against all choices, distances against known arcs, and every kind of bad input."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.models import location


def best_of_all(distance: pd.DataFrame, weights: pd.Series, k: int) -> float:
    """Try every choice of k sites."""
    D, w = distance.to_numpy(), (weights / weights.sum()).to_numpy()
    return min(
        float(w @ D[:, list(chosen)].min(axis=1)) for chosen in combinations(range(D.shape[1]), k)
    )


@pytest.fixture(scope="module")
def guizhou():
    residents = gz.load_census().query("year == 2020").set_index("adcode").population
    return gz.distance_matrix(gz.load_geography()), residents


@pytest.mark.parametrize("k", [1, 2])
def test_the_best_of_guizhou_is_the_best_of_all_choices(guizhou, k):
    assert gz.p_median(*guizhou, k).mean_distance == pytest.approx(best_of_all(*guizhou, k))


def test_nine_hubs_cannot_be_bettered_by_moving_one(guizhou):
    distance, residents = guizhou
    plan = gz.p_median(distance, residents, 9)
    assert plan.native.status == 0
    assert plan.native.mip_gap == 0
    assert plan.native.fun == pytest.approx(plan.mean_distance, rel=1e-9)
    for out in plan.hubs:
        for into in distance.columns.difference(plan.hubs):
            moved = [into, *(hub for hub in plan.hubs if hub != out)]
            other = gz.assign_to_hubs(distance, residents, moved)
            assert other.mean_distance >= plan.mean_distance - 1e-9


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_small_tables_are_solved_as_by_trying_everything(data):
    n, m = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 7))
    k = data.draw(st.integers(1, m))
    # Whole numbers make ties, which must not disturb.
    cells = st.lists(st.integers(0, 9), min_size=n * m, max_size=n * m)
    distance = pd.DataFrame(np.reshape(data.draw(cells), (n, m)), columns=list("abcdefg")[:m])
    drawn = data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any))
    weights = pd.Series(drawn)
    plan = gz.p_median(distance, weights, k)
    assert len(set(plan.hubs)) == k
    assert plan.mean_distance == pytest.approx(best_of_all(distance, weights, k))


def test_every_unit_goes_to_its_nearest_hub(guizhou):
    distance, residents = guizhou
    plan = gz.p_median(distance, residents, 5)
    hubs = list(plan.hubs)
    pd.testing.assert_series_equal(plan.distance, distance[hubs].min(axis=1), check_names=False)
    assert plan.assignment[hubs].tolist() == hubs
    by_hand = np.average(plan.distance, weights=residents.loc[plan.distance.index])
    assert plan.mean_distance == pytest.approx(by_hand)


def test_order_and_scale_of_weights_do_not_matter(guizhou):
    distance, residents = guizhou
    again = gz.p_median(distance, 1000 * residents.sample(frac=1, random_state=1), 4)
    assert again.hubs == gz.p_median(distance, residents, 4).hubs


def test_table_and_display(guizhou):
    plan = gz.p_median(*guizhou, 3)
    table = plan.table()
    assert table.columns.to_list() == ["hub", "mean_distance", "units", "weight"]
    assert set(table.hub) == set(plan.hubs)
    assert table.units.sum() == plan.nobs == 88
    assert table.weight.sum() == pytest.approx(1)
    assert table.mean_distance @ table.weight == pytest.approx(plan.mean_distance)
    assert "3 hubs for 88 units" in repr(plan)
    assert "Proven best" in plan._repr_html_()


def test_a_hub_that_serves_nobody_stays_in_the_table():
    distance = pd.DataFrame({"近": [1.0, 2.0], "Ａ": [9.0, 9.0]}, index=["榕江县", "台江县"])
    plan = gz.assign_to_hubs(distance, pd.Series(1, distance.index), ["近", "Ａ"])
    table = plan.table().set_index("hub")
    assert table.units.to_dict() == {"近": 2, "Ａ": 0}
    assert np.isnan(table.mean_distance["Ａ"])


SQUARE = pd.DataFrame([[0.0, 2.0], [2.0, 0.0]], index=["榕江县", "Ａ县"], columns=["x", "y"])
ONES = pd.Series(1.0, SQUARE.index)


@pytest.mark.parametrize(
    ("distance", "weights", "k", "problem"),
    [
        (SQUARE.iloc[:0], ONES, 1, "no rows"),
        (SQUARE.set_axis(["a", "a"]), ONES, 1, "units of distance name 'a' twice"),
        (SQUARE.set_axis(["a", "a"], axis=1), ONES, 1, "sites of distance name 'a' twice"),
        (SQUARE.set_axis(["a", None]), ONES, 1, "label among the units of distance is missing"),
        (SQUARE, ONES.iloc[:1], 1, "weights lack 1 unit: 'Ａ县'"),
        (SQUARE, pd.concat([ONES, pd.Series({"台江县": 1.0})]), 1, "no row for 1 unit: '台江县'"),
        (SQUARE.replace(2.0, np.nan), ONES, 1, "distance of 'x' is nan for 'Ａ县'"),
        (SQUARE.replace(2.0, np.inf), ONES, 1, "distance of 'x' is inf"),
        (-SQUARE, ONES, 1, "distance of 'x' is -2"),
        (SQUARE.astype(str), ONES, 1, "where numbers are needed"),
        (SQUARE, ONES.astype(bool), 1, "weights holds bool values"),
        (SQUARE, -ONES, 1, "weights is -1 for '榕江县' and 'Ａ县'"),
        (SQUARE, 0 * ONES, 1, "All weights are zero"),
        (SQUARE, ONES, 3, "k must lie between"),
    ],
)
def test_bad_input_is_refused_with_its_place(distance, weights, k, problem):
    with pytest.raises(gz.InputError, match=problem):
        gz.p_median(distance, weights, k)


def test_too_many_pairs_are_refused(monkeypatch):
    monkeypatch.setattr(location, "MOST_PAIRS", 3)
    with pytest.raises(gz.InputError, match="2 units and 2 sites are 4 pairs; at most 3"):
        gz.p_median(SQUARE, ONES, 1)


def test_what_is_not_proven_is_not_given_out(guizhou):
    with pytest.raises(gz.TrapError, match="not proven which 9 sites of 88"):
        gz.p_median(*guizhou, 9, seconds=1e-6)


@pytest.mark.parametrize(
    ("hubs", "problem"),
    [
        ([], "At least one hub"),
        (["x", "x"], "'x' is named twice"),
        (["z"], "No site is called 'z'"),
    ],
)
def test_bad_hubs_are_refused(hubs, problem):
    with pytest.raises(gz.InputError, match=problem):
        gz.assign_to_hubs(SQUARE, ONES, hubs)


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
