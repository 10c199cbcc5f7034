"""Randomisation tests: exact by enumeration, the same fast and slow, honest about what moves."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.errors import InputError
from gzcounty.inference.randomisation import randomisation_test


def gap(data: pd.DataFrame) -> float:
    """Difference in mean y between treated and others."""
    return data.y[data.treated == 1].mean() - data.y[data.treated == 0].mean()


@pytest.fixture
def cross() -> pd.DataFrame:
    """Return ten SIMULATED counties, two of them treated."""
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"county": [f"c{i}" for i in range(10)], "y": rng.normal(size=10)})
    return data.assign(treated=[1, 0, 0, 1, 0, 0, 0, 0, 0, 0], x=rng.normal(size=10))


@pytest.fixture
def panel() -> pd.DataFrame:
    """Return a SIMULATED panel, 12 counties in 3 prefectures, 5 years, 4 treated from year 3."""
    rng = np.random.default_rng(8)
    data = pd.DataFrame({"county": np.repeat(np.arange(12), 5), "year": np.tile(np.arange(5), 12)})
    data = data.assign(prefecture=data.county // 4, y=rng.normal(size=60), x=rng.normal(size=60))
    data["treated"] = np.isin(data.county, [0, 3, 5, 9]).astype(int)
    data["post"] = data.treated * (data.year >= 3)
    return data.sample(frac=1, random_state=1)


def by_hand(cross, alternative) -> float:
    y = cross.y.to_numpy()
    every = []
    for pair in combinations(range(10), 2):
        inside = np.isin(np.arange(10), pair)
        every.append(y[inside].mean() - y[~inside].mean())
    every, real = np.array(every), gap(cross)
    hits = {
        "two-sided": np.abs(every) >= abs(real) - 1e-12,
        "greater": every >= real - 1e-12,
        "less": every <= real + 1e-12,
    }
    return hits[alternative].mean()


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("statistic", [gap, "y ~ treated"])
def test_2_of_10_are_45_assignments_each_taken_once(cross, statistic, alternative):
    test = randomisation_test(cross, statistic, "treated", alternative=alternative)
    assert test.exact
    assert test.draws == 45
    assert test.estimate == pytest.approx(gap(cross))
    assert test.p_value == pytest.approx(by_hand(cross, alternative))
    assert any("All 45 assignments were taken" in note for note in test.notes)


def test_the_lady_tasting_tea():
    # Fisher (1935, The Design of Experiments, chapter 2): 1 of 70; 17 of 70 with one pair wrong.
    cups = pd.DataFrame({"said": [1, 1, 1, 1, 0, 0, 0, 0], "milk": [1, 1, 1, 1, 0, 0, 0, 0]})
    right = randomisation_test(cups, "said ~ milk", "milk", alternative="greater")
    assert right.p_value == pytest.approx(1 / 70)
    cups["said"] = [1, 1, 1, 0, 1, 0, 0, 0]
    wrong = randomisation_test(cups, "said ~ milk", "milk", alternative="greater")
    assert wrong.p_value == pytest.approx(17 / 70)


def test_the_exact_p_value_is_that_of_scipy(cross):
    from scipy.stats import permutation_test

    ours = randomisation_test(cross, "y ~ treated", "treated")
    groups = [cross.y[cross.treated == 1], cross.y[cross.treated == 0]]
    theirs = permutation_test(groups, lambda a, b: abs(np.mean(a) - np.mean(b)), n_resamples=9_999)
    # Its two sides for a statistic that is a size already: the upper one.
    again = permutation_test(
        groups, lambda a, b: abs(np.mean(a) - np.mean(b)), alternative="greater", n_resamples=9_999
    )
    assert ours.p_value == pytest.approx(again.pvalue)
    assert theirs.statistic == pytest.approx(abs(ours.estimate))


@pytest.mark.parametrize("strata", [None, "prefecture"])
@pytest.mark.parametrize(
    ("formula", "assign", "time"),
    [
        ("y ~ treated", "treated", None),
        ("y ~ treated + x + C(year)", "treated", None),
        ("y ~ post + x + C(county) + C(year)", "post", "year"),
        ("y ~ 0 + treated", "treated", None),
    ],
)
def test_the_fast_way_gives_what_refitting_gives(panel, formula, assign, time, strata):
    def slow(data):
        return gz.ols(formula, data, cov="classical").term(assign).estimate

    options = {"unit": "county", "time": time, "strata": strata, "draws": 30, "seed": 3}
    fast = randomisation_test(panel, formula, assign, **options)
    called = randomisation_test(panel, slow, assign, **options)
    np.testing.assert_allclose(fast.native, called.native, rtol=1e-9, atol=1e-12)
    assert fast.estimate == pytest.approx(slow(panel))
    assert fast.p_value == called.p_value


def test_units_move_whole_and_within_strata(panel):
    seen = []

    def look(data):
        per_unit = data.groupby("county").treated.agg(["min", "max"])
        assert (per_unit["min"] == per_unit["max"]).all()
        counts = data[data.year == 0].groupby("prefecture").treated.sum()
        seen.append(tuple(counts))
        return float(data.treated @ data.y)

    test = randomisation_test(
        panel, look, "treated", unit="county", strata="prefecture", draws=95, n_jobs=1
    )
    assert not test.exact
    assert set(seen) == {(2, 1, 1)}
    assert any("within prefecture" in note for note in test.notes)
    assert any("95 of 96 assignments were drawn" in note for note in test.notes)  # 6 x 4 x 4
    everything = randomisation_test(
        panel, look, "treated", unit="county", strata="prefecture", draws=96, n_jobs=1
    )
    assert everything.exact
    assert len(np.unique(everything.native.round(10))) > 90


def test_paths_over_time_move_whole(panel):
    paths = {(0, 0, 0, 0, 0), (0, 0, 0, 1, 1)}

    def look(data):
        grid = data.pivot(index="county", columns="year", values="post")
        assert {tuple(row) for row in grid.to_numpy()} == paths
        return float(data.post @ data.y)

    test = randomisation_test(panel, look, "post", unit="county", time="year", draws=40)
    assert any("whole paths over time of 12 units of county" in note for note in test.notes)
    assert test.n_units == 12


def test_the_order_of_rows_changes_no_draw(panel):
    options = {"unit": "county", "draws": 40, "seed": 2}
    one = randomisation_test(panel, "y ~ treated", "treated", **options)
    two = randomisation_test(panel.sort_values("y"), "y ~ treated", "treated", **options)
    np.testing.assert_allclose(one.native, two.native, rtol=1e-12)


def test_names_can_be_assigned(cross):
    named = cross.assign(treated=np.where(cross.treated == 1, "榕江县", "Ａ"))

    def named_gap(data):
        return data.y[data.treated == "榕江县"].mean() - data.y[data.treated == "Ａ"].mean()

    test = randomisation_test(named, named_gap, "treated")
    assert test.p_value == randomisation_test(cross, gap, "treated").p_value


def test_sampled_p_values_count_the_real_assignment():
    data = pd.DataFrame({"y": np.arange(40.0), "treated": np.arange(40) >= 20})
    test = randomisation_test(data, "y ~ treated", "treated", draws=199)
    assert not test.exact
    assert test.p_value == 1 / 200


def test_rounding_does_not_split_ties():
    # Every difference of means is a multiple of 0.1, written so that rounding differs by order.
    data = pd.DataFrame({"y": [0.1, 0.2, 0.3, 0.1, 0.2, 0.3], "treated": [1, 1, 1, 0, 0, 0]})

    def shaky(frame):
        rng = np.random.default_rng(int(frame.treated.to_numpy() @ [1, 2, 4, 8, 16, 32]))
        return gap(frame) + 1e-13 * rng.normal()

    assert randomisation_test(data, shaky, "treated").p_value == 1.0


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-1e3, 1e3), scale=st.floats(0.01, 100))
def test_what_must_not_matter_does_not(seed, shift, scale):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"y": rng.normal(size=9), "treated": rng.permutation([1] * 3 + [0] * 6)})
    base = randomisation_test(data, "y ~ treated", "treated").p_value
    moved = data.assign(y=shift + scale * data.y).sample(frac=1, random_state=seed)
    assert randomisation_test(moved, "y ~ treated", "treated").p_value == pytest.approx(base)
    swapped = data.assign(treated=1 - data.treated)
    assert randomisation_test(swapped, "y ~ treated", "treated").p_value == pytest.approx(base)
    assert 1 / 84 <= base <= 1


@pytest.mark.simulation
def test_p_values_are_uniform_without_effect():
    rng = np.random.default_rng(6)
    data = pd.DataFrame({"treated": [1] * 10 + [0] * 10})
    result = [
        randomisation_test(
            data.assign(y=rng.standard_cauchy(20)), "y ~ treated", "treated", draws=199, seed=i
        ).p_value
        for i in range(400)
    ]
    for level in (0.05, 0.2, 0.5):
        error = np.sqrt(level * (1 - level) / 400)
        assert np.mean(np.array(result) <= level) == pytest.approx(level, abs=3.5 * error)


def test_lambdas_and_closures_run_in_other_processes(cross):
    scale = 3.0
    options = {"draws": 60, "seed": 1}
    data = cross.assign(treated=[1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    one = randomisation_test(data, lambda d: scale * gap(d), "treated", n_jobs=1, **options)
    two = randomisation_test(data, lambda d: scale * gap(d), "treated", n_jobs=2, **options)
    assert np.array_equal(one.native, two.native)
    assert one.estimate == pytest.approx(3 * gap(data))


def test_rows_without_an_outcome_are_left_out_and_noted(panel):
    holes = panel.copy()
    holes.loc[holes.index[:3], "y"] = np.nan
    test = randomisation_test(holes, "y ~ treated", "treated", unit="county", draws=50)
    assert test.nobs == 57
    assert any(note.startswith("Left out 3 of 60 rows") for note in test.notes)


def test_the_result_looks_like_every_other(cross):
    test = randomisation_test(cross, "y ~ treated", "treated")
    row = test.table().iloc[0]
    assert row.term == "treated"
    assert row.p_value == test.p_value
    assert np.isnan(row.std_error)
    assert "Randomisation test of treated, 10 units, 45 assignments (all)" in repr(test)
    assert "<table" in test._repr_html_()


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        ({}, {"assign": "treatd"}, r"lack the column 'treatd'.*Did you mean 'treated'"),
        ({"treated": np.nan}, {}, r"'treated' is missing in 60 rows"),
        ({"treated": 1}, {"statistic": gap}, r"'treated' is the same for every unit, so"),
        ({"county": None}, {}, r"'county' is missing in 60 rows"),
        ({}, {"statistic": gap, "assign": "post"}, r"'post' changes within '0', '3', '5' and '9'"),
        ({}, {"statistic": "y ~ post", "assign": "post"}, r"name the column of years by time="),
        ({}, {"strata": "year"}, r"county '\d+' lies in more than one of 'year'"),
        ({}, {"statistic": "y ~ x"}, r"'treated' must be one term of the formula by itself"),
        ({}, {"statistic": "y ~ treated * x"}, r"it stands in 'treated' and 'treated:x'"),
        ({}, {"statistic": "y ~ log(treated)"}, r"(?s)not a finite number|by itself"),
        ({}, {"statistic": lambda d: "many"}, r"must give a number, not str"),
        ({}, {"statistic": lambda d: np.nan}, r"under the real assignment is nan"),
        ({"y": np.inf}, {}, r"'y' holds 60 infinite values"),
        ({"y": np.nan}, {}, r"No row is left to estimate from"),
        ({"x": 2.0}, {"statistic": "y ~ treated + x"}, r"'x' has the same value in every row"),
    ],
)
def test_bad_input_is_named(panel, change, arguments, message):
    usual = {"statistic": "y ~ treated", "assign": "treated", "unit": "county"}
    with pytest.raises(InputError, match=message):
        randomisation_test(panel.assign(**change), **{**usual, **arguments})


def test_a_unit_with_other_times_is_named(panel):
    options = {"unit": "county", "time": "year"}
    short = panel[~((panel.county == 7) & (panel.year == 2))]
    with pytest.raises(InputError, match=r"county '7' has no row at year 2; paths can move"):
        randomisation_test(short, "y ~ post", "post", **options)
    twice = pd.concat([panel, panel[(panel.county == 7) & (panel.year == 2)]])
    with pytest.raises(InputError, match=r"county '7' has more than one row at year 2"):
        randomisation_test(twice, "y ~ post", "post", **options)


def test_the_draw_without_a_number_is_named():
    data = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0], "treated": [1, 1, 0, 0]})

    def sometimes(frame):
        return np.nan if list(frame.treated) == [1, 0, 0, 1] else 1.0

    with pytest.raises(InputError, match=r"The statistic is nan at draw 4"):
        randomisation_test(data, sometimes, "treated")


def test_an_assignment_that_the_controls_explain_is_named():
    data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "treated": [1, 0, 1, 0], "x": [1, 1, 0, 0]})
    with pytest.raises(InputError, match=r"The statistic is nan at draw \d"):
        randomisation_test(data, "y ~ treated + x", "treated")


@pytest.mark.slow
def test_a_million_rows():
    rng = np.random.default_rng(0)
    county = np.repeat(np.arange(50_000), 20)
    data = pd.DataFrame({"county": county, "y": rng.normal(size=county.size)})
    data["treated"] = (data.county % 100 == 0).astype(int)
    test = randomisation_test(data, "y ~ treated", "treated", unit="county", draws=199)
    assert test.nobs == 1_000_000
    assert test.n_units == 50_000
    assert test.p_value > 0.001
