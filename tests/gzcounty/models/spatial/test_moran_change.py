"""The change of Moran's I: the numbers of `morans_i`, and intervals that keep their promise."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.models.spatial.moran import _autoregression, _moran
from gzcounty.models.spatial.weights import quiet
from gzcounty.parallel import generators

from .shared import grid

W = grid(9)
DENSE = W.matrix.toarray()


def two_times(rho: tuple[float, float], rng: np.random.Generator, shared: float = 0.9):
    """Return SIMULATED values at two times whose shocks share a part."""
    first = rng.normal(size=len(DENSE))
    second = shared * first + np.sqrt(1 - shared**2) * rng.normal(size=len(DENSE))
    eye = np.eye(len(DENSE))
    columns = [np.linalg.solve(eye - rho[0] * DENSE, first)]
    columns += [np.linalg.solve(eye - rho[1] * DENSE, second)]
    return pd.DataFrame(np.column_stack(columns), index=W.ids, columns=["before", "after"])


@pytest.fixture
def values() -> pd.DataFrame:
    return two_times((0.5, 0.7), np.random.default_rng(5))


def test_both_values_are_those_of_morans_i(values):
    result = gz.moran_change(values, W, draws=20)
    alone = [gz.morans_i(values[name], W, permutations=1).I for name in values]
    assert [result.before, result.after] == pytest.approx(alone)
    assert result.change == pytest.approx(alone[1] - alone[0])
    table = result.table().set_index("term")
    assert table.estimate["after less before"] == pytest.approx(result.change)
    assert (table.conf_low < table.estimate).all()
    assert (table.estimate < table.conf_high).all()


def test_autoregression_is_that_of_spreg(values):
    import spreg

    alone = np.linalg.eigvals(DENSE)
    z = values.after - values.after.mean()
    n = len(z)
    mine = _autoregression(z.to_numpy(), W.matrix, alone)
    # The error model with a constant alone has the same likelihood but for the mean.
    with quiet():
        theirs = spreg.ML_Error(z.to_numpy()[:, None], np.empty((n, 0)), W.native())
    assert mine == pytest.approx(float(theirs.lam), abs=0.02)


def test_same_seed_same_numbers_and_any_number_of_workers(values):
    once = gz.moran_change(values, W, draws=300, seed=3)
    again = gz.moran_change(values, W, draws=300, seed=3, n_jobs=2)
    assert np.array_equal(once.native, again.native)
    assert not np.array_equal(once.native, gz.moran_change(values, W, draws=300, seed=4).native)


def test_one_draw_by_hand(values):
    result = gz.moran_change(values, W, draws=20, seed=1)
    z = (values - values.mean()).to_numpy()
    e = np.column_stack([z[:, t] - result.rho[t] * DENSE @ z[:, t] for t in (0, 1)])
    e -= e.mean(axis=0)
    rng = next(iter(generators(1, 1)))
    picked = rng.integers(len(z), size=(20, len(z)))[7]
    for t in (0, 1):
        built = np.linalg.solve(np.eye(len(z)) - result.rho[t] * DENSE, e[picked, t])
        series = pd.Series(built, index=values.index)
        by_hand = gz.morans_i(series, W, permutations=1).I
        assert result.native[7, t] == pytest.approx(by_hand)


def test_what_both_times_share_cancels_out(values):
    same = values.assign(after=2 * values.before + 1)
    result = gz.moran_change(same, W, draws=50)
    assert result.table().iloc[2][["estimate", "conf_low", "conf_high"]].abs().max() < 1e-8


def test_missing_values_are_counted(values):
    values.iloc[3, 0] = np.nan
    result = gz.moran_change(values, W, draws=20)
    assert result.nobs == len(values) - 1
    assert result.notes[0].startswith("Left out 1 unit without a value at both times")


def test_level_widens(values):
    result = gz.moran_change(values, W, draws=200)
    wide, narrow = (result.table(level).iloc[2] for level in (0.99, 0.5))
    assert wide.conf_low < narrow.conf_low < narrow.conf_high < wide.conf_high
    with pytest.raises(gz.InputError, match="level must be a share"):
        result.table(95)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d[["before"]], "not 1 columns"),
        (lambda d: d[["before", "before"]], "both columns of y are called 'before'"),
        (lambda d: d.assign(after=1.0), "'after' has the same value in every unit"),
        (lambda d: d.assign(after="１"), "after"),
        (lambda d: d.assign(after=np.inf), "after"),
        (lambda d: d[:9].reindex(d.index), "known for 9 units; at least 10"),
        (lambda d: d.rename(index={d.index[0]: "榕江县"}), "榕江县"),
    ],
)
def test_bad_input(values, change, message):
    with pytest.raises(gz.InputError, match=message):
        gz.moran_change(change(values), W, draws=20)


def test_a_million_units_are_refused_at_once():
    many = pd.DataFrame(np.arange(2e6).reshape(-1, 2), columns=["before", "after"])
    with pytest.raises(gz.InputError, match=r"1,000,000 units are too many.*At most 4,000"):
        gz.moran_change(many, W)


def test_too_few_draws_are_refused(values):
    with pytest.raises(gz.InputError, match="draws must be a whole number of at least 20"):
        gz.moran_change(values, W, draws=5)


@pytest.mark.simulation
@pytest.mark.slow
@pytest.mark.parametrize("rho", [(0.6, 0.6), (0.3, 0.7)])
def test_intervals_cover(rho):
    """SIMULATED: the interval holds the true change about as often as it says."""
    rng = np.random.default_rng(11)
    samples = (two_times(rho, rng).to_numpy().T for __ in range(300))
    # The values are those of `morans_i`: see test_both_values_are_those_of_morans_i.
    truth = np.mean([np.diff(_moran(sample, W.matrix))[0] for sample in samples])
    held = []
    for seed in range(200):
        row = gz.moran_change(two_times(rho, rng), W, draws=199, seed=seed).table().iloc[2]
        held.append(row.conf_low <= truth <= row.conf_high)
    assert 0.88 <= np.mean(held) <= 0.99
