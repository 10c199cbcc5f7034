"""The joint test: exact counts on shuffled curves, the same numbers for any number of workers."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.inference.specifications import curve_statistics
from gzcounty.parallel import generators

from .test_specifications import SETS, simulated


def panel(effect: float, seed: int = 0) -> pd.DataFrame:
    """Draw a SIMULATED balanced panel in which x1 and x2 move y1 by `effect`."""
    data = simulated(seed, units=30, years=4, keep=1.0)
    data = data.drop(columns="size").fillna(0.5)
    return data.assign(y1=data.z2 + effect * (data.x1 + data.x2))


OPTIONS = {"entity": "county", "time": "year", "cluster": "county", "effects": ["none", "two-way"]}


def curve(data, shuffles=60, **more):
    options = {**OPTIONS, **more}
    return gz.specification_curve(data, "y1", ["x1", "x2"], SETS, shuffles=shuffles, **options)


def test_an_effect_is_found_and_none_is_not():
    result = curve(panel(0.8)).joint_test.table()
    assert (result.p_value == 1 / 61).sum() >= 2
    nothing = curve(panel(0.0)).joint_test.table()
    assert (nothing.p_value > 0.05).all()
    assert nothing.null_low.iloc[0] < 0 < nothing.null_high.iloc[0]


def test_observed_statistics_are_those_of_the_table():
    result = curve(panel(0.2))
    table, observed = result.table(), result.joint_test.observed
    assert observed["median"] == pytest.approx(table.estimate.median())
    above = (table.estimate > 0).mean()
    assert observed["same_sign"] == pytest.approx(max(above, 1 - above))
    clear = max((table.conf_low > 0).mean(), (table.conf_high < 0).mean())
    assert observed["significant"] == pytest.approx(clear)


@pytest.mark.parametrize("standardise", [False, True])
@pytest.mark.parametrize("cluster", ["county", None])
def test_each_shuffled_curve_is_the_curve_of_shuffled_data(cluster, standardise):
    # West alone, so that paths from outside a sample come into it.
    data = simulated(2, units=16, years=4, keep=1.0).assign(size=1.0).fillna(0.1)
    data = data.sort_values(["county", "year"]).reset_index(drop=True)
    more = {
        "samples": {"all": data.year >= 0, "west": data.west}, "weights": [None, "z_weight"],
        "cluster": cluster, "standardise": standardise,
    }  # fmt: skip
    data["z_weight"] = np.random.default_rng(1).uniform(1, 2, len(data))
    test = curve(data, shuffles=3, seed=11, **more).joint_test

    (generator,) = generators(11, 1)
    for shuffle in range(3):
        donor = generator.permutation(np.arange(16))
        paths = data.set_index(["county", "year"])[["x1", "x2"]]
        taken = paths.loc[list(zip(donor[data.county], data.year, strict=True))].to_numpy()
        moved = data.assign(x1=taken[:, 0], x2=taken[:, 1])
        table = curve(moved, shuffles=0, **more).table()
        drawn = test.null.iloc[shuffle]
        assert drawn["median"] == pytest.approx(table.estimate.median(), rel=1e-9)
        above = (table.estimate > 0).mean()
        assert drawn.same_sign == pytest.approx(max(above, 1 - above))
        clear = max((table.conf_low > 0).mean(), (table.conf_high < 0).mean())
        assert drawn.significant == pytest.approx(clear)


def test_the_numbers_depend_on_the_seed_alone():
    data = panel(0.1)
    one, two = curve(data, 45, n_jobs=1).joint_test, curve(data, 45, n_jobs=2).joint_test
    pd.testing.assert_frame_equal(one.null, two.null)
    other = curve(data, 45, seed=1).joint_test
    assert not one.null.equals(other.null)
    assert len(one.null) == other.shuffles == 45


def test_units_are_exchanged_only_with_units_known_at_the_same_times():
    data = panel(0.0)
    data.loc[data.county < 10, "x2"] = np.nan
    data = data[(data.county != 29) | (data.year > 0)]
    test = curve(data, 25).joint_test
    assert any("2 sets of units; 1 unit kept their own" in note for note in test.notes)
    assert np.isfinite(test.null.to_numpy()).all()


def test_in_a_cross_section_rows_are_exchanged():
    rng = np.random.default_rng(0)
    data = pd.DataFrame(rng.normal(size=(40, 4)), columns=["y1", "x1", "x2", "z1"])
    result = gz.specification_curve(data, "y1", ["x1", "x2"], ["z1"], shuffles=30)
    assert "40 units" in result.joint_test.notes[0]
    assert "p = " in repr(result)
    assert "null_median" in repr(result.joint_test)


def test_an_exposure_of_groups_is_exchanged_between_groups():
    rng = np.random.default_rng(0)
    data = pd.DataFrame(rng.normal(size=(60, 2)), columns=["y1", "z1"])
    data = data.assign(region=np.arange(60) // 5, x1=rng.normal(size=12)[np.arange(60) // 5])
    options = {"entity": "region", "cluster": "region", "effects": "none", "shuffles": 10}
    assert "12 units" in gz.specification_curve(data, "y1", "x1", **options).joint_test.notes[0]
    with pytest.raises(gz.InputError, match="'z1' varies within 'region'"):
        gz.specification_curve(data, "y1", "z1", **options)


def test_a_panel_in_which_nobody_can_be_exchanged_is_refused():
    data = panel(0.0)[["y1", "x1", "county", "year"]]
    data = data[data.county < 3]
    data = data[data.year >= data.county]  # three different spans
    with pytest.raises(gz.TrapError, match="none can be exchanged"):
        gz.specification_curve(data, "y1", "x1", **OPTIONS, shuffles=10)


def test_shuffled_exposures_that_do_not_vary_are_counted():
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"y": rng.normal(size=30), "x": (np.arange(30) < 2) * 1.0})
    samples = {"all": np.ones(30, dtype=bool), "first": np.arange(30) < 8}
    result = gz.specification_curve(data, "y", "x", samples=samples, shuffles=40, cov="HC1")
    assert any("could not be had" in note for note in result.joint_test.notes)
    assert np.isfinite(result.joint_test.null.to_numpy()).all()


def test_statistics_by_hand():
    estimates = np.array([[1.0, 2.0, -3.0, 4.0], [-1.0, -2.0, -3.0, np.nan]])
    errors = np.array([[1.0, 0.5, 1.0, 1.0], [0.1, 0.1, 9.0, np.nan]])
    result = curve_statistics(estimates, errors, np.full(4, 2.0))
    np.testing.assert_allclose(result, [[1.5, 0.75, 0.5], [-2.0, 0.75, 0.5]])


@pytest.mark.simulation
def test_without_an_effect_the_test_rejects_as_often_as_it_says():
    # 400 SIMULATED cross-sections in which exposure is independent of all else.
    rejected = np.zeros(3)
    for seed in range(400):
        rng = np.random.default_rng(seed)
        data = pd.DataFrame(rng.normal(size=(40, 4)), columns=["y", "x", "z1", "z2"])
        data["y"] += data.z1
        result = gz.specification_curve(data, "y", "x", ["z1", "z2"], shuffles=39, seed=seed)
        rejected += result.joint_test.table().p_value.to_numpy() <= 0.05
    # The median is exact at 5 %: 20 of 400, and three standard deviations are 13.
    assert 7 <= rejected[0] <= 33
    # Shares have ties, so they reject at most as often.
    assert (rejected[1:] <= 33).all()
