"""Spatial weights: what they hold, and what they refuse."""

import sys

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.errors import InputError
from gzcounty.models.spatial import as_weights, neighbour_weights

from .shared import grid, grid_pairs


def test_rows_sum_to_one_and_a_lag_is_the_mean_of_neighbours():
    W = grid(3)
    assert np.asarray(W.matrix.sum(axis=1)) == pytest.approx(1)
    y = pd.Series(np.arange(9.0), index=W.ids, name="y")
    assert W.lag(y)["01-01"] == pytest.approx((1 + 3 + 5 + 7) / 4)
    assert W.lag(y).name == "W y"


def test_a_lag_goes_by_id_and_never_by_position():
    W = grid(4)
    y = pd.Series(np.random.default_rng(1).normal(size=16), index=W.ids)
    shuffled = y.sample(frac=1, random_state=1)
    assert list(W.lag(shuffled).index) == list(shuffled.index)
    assert W.lag(shuffled)[y.index].to_numpy() == pytest.approx(W.lag(y).to_numpy())


def test_spectral_standard_has_largest_eigenvalue_one_and_stays_symmetric():
    for side in (4, 11):  # dense and sparse
        W = grid(side, standardise="spectral").matrix.toarray()
        assert pytest.approx(W) == W.T
        assert np.linalg.eigvalsh(W).max() == pytest.approx(1)


def test_values_weigh_the_pairs():
    pairs = pd.DataFrame({"adcode_i": ["a", "a"], "adcode_j": ["b", "c"], "km": [1.0, 3.0]})
    W = neighbour_weights(pairs, values="km", standardise="none")
    assert W.matrix.toarray().tolist() == [[0, 1, 3], [1, 0, 0], [3, 0, 0]]
    assert neighbour_weights(pairs, values="km").matrix[0].toarray() == pytest.approx(
        np.array([0, 0.25, 0.75])
    )


def test_pairs_once_or_both_ways_are_the_same_weights():
    once = grid_pairs(3)
    turned = once.rename(columns={"adcode_i": "adcode_j", "adcode_j": "adcode_i"})
    both = pd.concat([once, turned], ignore_index=True)
    assert (neighbour_weights(both).matrix != neighbour_weights(once).matrix).nnz == 0


def test_one_way_weights_when_asked():
    pairs = pd.DataFrame({"adcode_i": ["a", "b", "c"], "adcode_j": ["b", "c", "a"]})
    W = neighbour_weights(pairs, symmetric=False)
    assert W.matrix.toarray().tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_a_subset_is_standardised_anew():
    W = grid(3).subset(["01-01", "00-01", "00-00"])
    assert list(W.ids) == ["01-01", "00-01", "00-00"]
    assert W.matrix.toarray().tolist() == [[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]]


def test_a_subset_names_units_that_lose_every_neighbour():
    with pytest.raises(InputError, match="'02-02' would have no neighbour"):
        grid(3).subset(["00-00", "00-01", "02-02"])
    kept = grid(3).subset(["00-00", "00-01", "02-02"], islands="keep")
    assert kept.islands == ["02-02"]


def test_representation_counts():
    assert repr(grid(3)) == (
        "Spatial weights: 9 units, 24 links, 2.67 neighbours on average, 0 islands\n"
        "- pairs of neighbours; rows sum to one."
    )


def pairs_of(*pairs: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(pairs), columns=["adcode_i", "adcode_j", "km"][: len(pairs[0])])


@pytest.mark.parametrize(
    ("pairs", "options", "message"),
    [
        (pairs_of(("a", "b"), ("a", "b")), {}, "'a' and 'b' stands more than once"),
        (pairs_of(("a", "b"), ("b", "a"), ("b", "c")), {}, "'b' and 'c' is given one way only"),
        (pairs_of(("a", "b"), ("c", "c")), {}, "'c' would be a neighbour of itself"),
        (pairs_of(("a", "b")), {"ids": ["a"]}, "Column 'adcode_j' has 'b', not among"),
        (pairs_of(("a", "b")), {"ids": ["a", "b", "榕江县"]}, "without a neighbour: '榕江县'"),
        (pairs_of(("a", "b")), {"ids": ["a", "b", "a"]}, "'a' is twice among the ids"),
        (pairs_of(("a", None)), {}, "'adcode_j' is missing in 1 row .*index 0"),
        (pairs_of(("a", 1)), {}, "mix text and numbers"),
        (pairs_of(("A区", "b"), ("Ａ区", "b")), {}, "'A区' and 'Ａ区' differ only in the width"),
        (pairs_of(("a", "b"), ("a ", "c")), {}, "'a' and 'a ' differ only"),
        (pairs_of(("a", "b", -1.0)), {"values": "km"}, "'km' is -1 for the pair 'a' and 'b'"),
        (pairs_of(("a", "b", np.nan)), {"values": "km"}, "'km' is nan for the pair"),
        (pairs_of(("a", "b", np.inf)), {"values": "km"}, "'km' holds 1 infinite value"),
        (pairs_of(("a", "b", "far")), {"values": "km"}, "'km' holds .* where numbers are needed"),
        (pairs_of(("a", "b", 0.0)), {"values": "km"}, "All weights are zero"),
        (
            pairs_of(("a", "b", 1.0), ("b", "a", 2.0)),
            {"values": "km"},
            "the weight 1 one way and 2 the other",
        ),
        (pairs_of(("a", "b")), {"values": "km"}, "lack the column 'km'"),
        (pairs_of(("a", "b")), {"standardise": "rows"}, "standardise must be 'row'"),
        (pairs_of(("a", "b")), {"islands": "drop"}, "islands must be 'refuse' or 'keep'"),
        ([("a", "b")], {}, "pairs must be a pandas DataFrame, not"),
        (pairs_of(("a", "b")).iloc[:0], {}, "need one id a unit, not none"),
    ],
)
def test_bad_pairs_are_refused_by_name(pairs, options, message):
    with pytest.raises(InputError, match=message):
        gz.neighbour_weights(pairs, **options)


def test_islands_are_kept_on_request_and_said():
    W = neighbour_weights(pairs_of(("a", "b")), ids=["a", "b", "榕江县"], islands="keep")
    assert W.islands == ["榕江县"]
    assert W.notes == ("1 island kept without neighbours: '榕江县'; the lag of an island is zero.",)
    assert W.lag(pd.Series([1.0, 2.0, 3.0], index=["a", "b", "榕江县"])).to_list() == [2, 1, 0]


def test_pairs_of_weight_zero_are_counted():
    W = neighbour_weights(pairs_of(("a", "b", 1.0), ("b", "c", 1.0), ("a", "c", 0.0)), values="km")
    assert W.links == 4
    assert W.notes == ("1 row with weight zero: no neighbours.",)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (["a", "c"], "W has no 'c', which y has"),
        (["a"], "1 unit of W not in y: 'b'"),
        (["a", "a"], "'a' stands more than once in y"),
        (["a", "ｂ"], "It has 'b', which differs in the width of letters"),
        (["a", None], "An id in y is missing"),
        ([1, 2], "W has no '1' and '2'"),
    ],
)
def test_ids_that_do_not_meet_are_named(index, message):
    W = neighbour_weights(pairs_of(("a", "b")))
    with pytest.raises(InputError, match=message):
        W.lag(pd.Series(np.arange(float(len(index))), index=pd.Index(index, dtype=object)))


def test_codes_as_numbers_are_told_from_codes_as_text():
    W = neighbour_weights(pairs_of(("520102", "520103")))
    with pytest.raises(InputError, match="Its ids are text and these are numbers"):
        W.lag(pd.Series([1.0, 2.0], index=[520102, 520103]))


def test_a_lag_needs_every_value():
    W = neighbour_weights(pairs_of(("a", "b")))
    with pytest.raises(InputError, match="y is missing for 'b'"):
        W.lag(pd.Series([1.0, np.nan], index=["a", "b"]))


def test_libpysal_and_back():
    W = grid(4)
    native = W.native()
    assert native.transform == "R"
    back = as_weights(native)
    assert back.standardised == "row"
    assert list(back.ids) == list(W.ids)
    assert back.matrix.toarray() == pytest.approx(W.matrix.toarray())


def test_libpysal_graph_is_read():
    from libpysal.graph import Graph

    frame = pd.DataFrame({"focal": list("abbc"), "neighbor": list("baca"), "weight": 1.0})
    graph = Graph.from_adjacency(frame)
    assert as_weights(graph).matrix.toarray() == pytest.approx(graph.sparse.toarray())


def test_a_square_table_is_matched_by_name():
    W = grid(3)
    table = pd.DataFrame(W.matrix.toarray(), W.ids, W.ids)
    back = as_weights(table[list(table.columns[::-1])])
    assert back.standardised == "row"
    assert back.matrix.toarray() == pytest.approx(W.matrix.toarray())


@pytest.mark.parametrize(
    ("W", "message"),
    [
        (np.eye(3), "not ndarray"),
        (pd.DataFrame([[0, 1], [1, 0]], ["a", "b"], ["a", "c"]), "has no 'c'"),
        (pd.DataFrame([[0, -1.0], [1, 0]], ["a", "b"], ["a", "b"]), "'a' and 'b' is -1"),
        (pd.DataFrame([[1.0, 1], [1, 0]], ["a", "b"], ["a", "b"]), "'a' would be a neighbour"),
        (pd.DataFrame([[0, np.nan], [1, 0]], ["a", "b"], ["a", "b"]), "weights must be finite"),
    ],
)
def test_other_objects_are_refused(W, message):
    with pytest.raises(InputError, match=message):
        as_weights(W)


def test_without_libpysal_weights_work_and_native_says_what_is_missing(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "libpysal"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "libpysal", None)
    W = grid(3)
    assert len(W) == 9
    with pytest.raises(ModuleNotFoundError, match=r"needs the library libpysal.*gzcounty\[spatial"):
        W.native()


def test_a_million_pairs():
    n = 500_000
    names = np.arange(n)
    pairs = pd.DataFrame(
        {"adcode_i": np.r_[names, names], "adcode_j": np.r_[(names + 1) % n, (names + 2) % n]}
    )
    W = neighbour_weights(pairs)
    assert (len(W), W.links) == (n, 4 * n)
    assert W.lag(pd.Series(1.0, index=W.ids)).to_numpy() == pytest.approx(1)
