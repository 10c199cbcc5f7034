"""Local Moran's I against esda, brute force, and its own promises."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from gzcounty.errors import InputError
from gzcounty.models.spatial import local_moran, morans_i, neighbour_weights

from .shared import grid, simulated


@pytest.fixture
def y() -> pd.Series:
    return simulated(grid(8))["y"]


def test_esda_agrees(y):
    from esda import Moran_Local

    theirs = Moran_Local(y.to_numpy(), grid(8).native(), permutations=0)
    ours = local_moran(y, grid(8), permutations=9)
    n = len(y)
    assert ours.local_i.to_numpy() * (n - 1) / n == pytest.approx(theirs.Is, rel=1e-10)
    names = {1: "high-high", 2: "low-high", 3: "low-low", 4: "high-low"}
    assert ours.quadrant.to_list() == [names[q] for q in theirs.q]


@pytest.mark.filterwarnings("ignore:The alternative hypothesis:DeprecationWarning")
def test_p_values_are_twice_those_of_esda(y, monkeypatch):
    from esda import Moran_Local, crand, moran

    # As they are written: compiling them takes ten times as long as running them.
    for module in (crand, moran):
        for name, function in list(vars(module).items()):
            if hasattr(function, "py_func"):
                monkeypatch.setattr(module, name, function.py_func)
    monkeypatch.setattr(crand, "boolean", bool)
    theirs = Moran_Local(y.to_numpy(), grid(8).native(), permutations=9_999, seed=1)
    ours = local_moran(y, grid(8), permutations=9_999)
    # Theirs is the smaller tail; both are simulated, so four standard errors of their difference.
    tail = ours.p_value.to_numpy() / 2
    error = np.sqrt(2 * tail * (1 - tail) / 9_999)
    assert (np.abs(tail - theirs.p_sim) < 4.5 * error + 3e-4).all()


def test_each_unit_is_permuted_with_its_own_value_in_place():
    """Against all arrangements of the others, for unequal weights."""
    pairs = pd.DataFrame(
        {"adcode_i": list("aabc"), "adcode_j": list("bccd"), "km": [1.0, 3.0, 2.0, 5.0]}
    )
    W = neighbour_weights(pairs, values="km", standardise="none")
    y = pd.Series([1.0, 4.0, 2.0, 7.0], index=list("abcd"))
    from itertools import permutations

    z, m2 = (y - y.mean()).to_numpy(), y.var(ddof=0)
    dense = W.matrix.toarray()
    draws = 20_000
    result = local_moran(y, W, permutations=draws, correction=None)
    for i in range(4):
        others = [j for j in range(4) if j != i]
        exact = []
        for order in permutations(others):
            moved = z.copy()
            moved[others] = z[list(order)]
            exact.append(z[i] * (dense[i] @ moved) / m2)
        observed = z[i] * (dense[i] @ z) / m2
        tails = [np.mean(np.array(exact) >= observed - 1e-9)]
        tails.append(np.mean(np.array(exact) <= observed + 1e-9))
        row = result.iloc[i]
        assert row.expected == pytest.approx(np.mean(exact), abs=4 * np.std(exact) / draws**0.5)
        assert row.sd == pytest.approx(np.std(exact), rel=0.05)
        assert row.p_value == pytest.approx(min(1, 2 * min(tails)), abs=0.03)


def test_mean_of_local_is_global(y):
    W = grid(8)
    local = local_moran(y, W, permutations=9)
    assert local.local_i.mean() == pytest.approx(morans_i(y, W, permutations=1).I)


def test_lag_is_the_mean_of_neighbours_scores(y):
    local = local_moran(y, grid(8), permutations=9)
    score = (y - y.mean()) / y.std(ddof=0)
    assert local.z.to_numpy() == pytest.approx(score.to_numpy())
    assert local.lag.to_numpy() == pytest.approx(grid(8).lag(score).to_numpy())


def test_a_hot_corner_is_found_and_named():
    W = grid(12)
    y = pd.Series(np.random.default_rng(0).normal(size=144), index=W.ids, name="y")
    hot = {name for name in W.ids if name[:2] < "04" and name[3:] < "04"}
    y[list(hot)] += 6
    result = local_moran(y, W, permutations=4_999)
    inside = {name for name in hot if "00" < name[:2] < "03" and "00" < name[3:] < "03"}
    high = set(result.index[result.cluster == "high-high"])
    assert inside <= high <= hot
    assert set(result.cluster_zh[result.cluster == "high-high"]) == {"高-高"}
    assert (result.cluster[~result.significant] == "not significant").all()
    assert "144 tests corrected by Benjamini and Hochberg" in result.attrs["notes"][0]


def test_correction_makes_no_p_value_smaller(y):
    plain = local_moran(y, grid(8), correction=None)
    fdr = local_moran(y, grid(8), correction="fdr")
    strict = local_moran(y, grid(8), correction="bonferroni", permutations=4_999)
    assert (plain.p_corrected == plain.p_value).all()
    assert (fdr.p_corrected >= fdr.p_value).all()
    assert (fdr.p_corrected == false_discovery_control(fdr.p_value)).all()
    assert (fdr.p_value == plain.p_value).all()
    assert fdr.significant.sum() <= plain.significant.sum()
    assert (strict.p_corrected == np.minimum(1, strict.p_value * 64)).all()


def test_too_few_permutations_for_bonferroni_are_refused(y):
    with pytest.raises(InputError, match=r"take at least 2,560 permutations"):
        local_moran(y, grid(8), correction="bonferroni")
    assert local_moran(y, grid(8), correction="bonferroni", permutations=2_560).p_corrected.min()


def test_the_seed_alone_decides(y, monkeypatch):
    monkeypatch.setattr("gzcounty.models.spatial.moran.PIECE", 2_000)
    one = local_moran(y, grid(8), seed=4, n_jobs=1)
    two = local_moran(y, grid(8), seed=4)
    pd.testing.assert_frame_equal(one, two)
    assert not one.p_value.equals(local_moran(y, grid(8), seed=5).p_value)


def test_few_permutations_are_said(y):
    assert "fewer than 3 clusters" in local_moran(y, grid(8)).attrs["notes"][-1]
    assert "unseen" not in local_moran(y, grid(8), permutations=2_999).attrs["notes"][-1]


def test_islands_have_no_test():
    pairs = pd.DataFrame({"adcode_i": list("abcd"), "adcode_j": list("bcde")})
    W = neighbour_weights(pairs, ids="abcdef", islands="keep")
    y = pd.Series([1.0, 2, 3, 4, 5, 6], index=list("abcdef"))
    result = local_moran(y, W)
    assert np.isnan(result.p_value["f"])
    assert not result.significant["f"]
    assert result.cluster_zh["f"] == "无邻居"
    assert "5 tests" in result.attrs["notes"][-1]


def test_ties_count_as_extreme():
    """Neighbours of equal value: every arrangement of the others gives the same lag."""
    W = grid(4)
    y = pd.Series(0.1, index=W.ids)
    y["00-00"] = 0.7
    assert local_moran(y, W, correction=None).p_value["00-00"] == 1


def test_missing_values_are_noted(y):
    y["03-03"] = np.nan
    result = local_moran(y, grid(8))
    assert "03-03" not in result.index
    assert result.attrs["notes"][0] == "Left out 1 of 64 units for missing values of y."
