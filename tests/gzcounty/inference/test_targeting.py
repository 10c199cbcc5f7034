"""Targeting simulations: algebra by hand, uncertainty that is the model's, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.errors import InputError


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    """SIMULATED: 40 units whose log income follows exposure."""
    rng = np.random.default_rng(3)
    p = rng.uniform(2, 20, 40)
    poor = rng.normal(size=40)
    y = 1e4 * np.exp(0.02 * p - 0.1 * poor + rng.normal(0, 0.15, 40))
    return pd.DataFrame(
        {"unit": [f"榕江Ａ{i}" for i in range(40)], "p": p, "poor": poor, "y": y,
         "people": rng.integers(1, 9, 40)}
    )  # fmt: skip


@pytest.fixture(scope="module")
def fit(data):
    return gz.ols("log(y) ~ p + poor", data)


def simulate(data, fit, terms="p", **more):
    arguments = {
        "y": "y",
        "exposure": "p",
        "measures": {"gini": gz.gini, "theil": gz.theil},
        "draws": 49,
    }
    return gz.simulate_targeting(data, fit, terms, **{**arguments, **more})


def test_dose_and_change_by_hand(data, fit):
    result = simulate(data, fit, weights="people")
    dose = np.maximum(0, data.p.median() - data.p)
    assert result.dose.to_numpy() == pytest.approx(dose.to_numpy())
    after = data.y * np.exp(fit.coefficients["p"] * dose)
    table = result.table().set_index("term")
    change = np.average(after, weights=data.people) / np.average(data.y, weights=data.people) - 1
    assert table.estimate["mean"] == pytest.approx(100 * change)
    gap = gz.gini(after, data.people) - gz.gini(data.y, data.people)
    assert table.estimate["gini"] == pytest.approx(gap)
    assert table.after["theil"] == pytest.approx(float(gz.theil(after, weights=data.people)))
    assert table.after["gini"] - table.before["gini"] == pytest.approx(table.estimate["gini"])


def test_interval_of_the_mean_is_that_of_the_model_carried_through(data, fit):
    result = simulate(data, fit, spread=True, measures=None, draws=1_999)
    row, term = result.table().iloc[0], fit.term("p")
    dose = result.dose.iloc[0]
    assert np.ptp(result.dose) == 0
    assert dose == pytest.approx(np.maximum(0, data.p.median() - data.p).mean())
    ends = 100 * np.expm1(dose * np.array([term.conf_low, term.conf_high]))
    # Drawn against exact: a hundredth of the interval's length.
    assert [row.conf_low, row.conf_high] == pytest.approx(ends, abs=0.01 * np.ptp(ends))


def test_interval_of_each_unit_is_that_of_the_model(data, fit):
    units, term = simulate(data, fit).units(), fit.term("p")
    at = data.p.idxmin()
    for column, slope in (("change", term.estimate), ("conf_low", term.conf_low)):
        by_hand = data.y[at] * np.expm1(slope * units.dose[at])
        assert units[column][at] == pytest.approx(by_hand)
    untouched = units[data.p > data.p.median()]
    assert (untouched[["dose", "change", "conf_low", "conf_high"]] == 0).all(axis=None)


def test_interval_holds_zero_where_the_models_does(data):
    rng = np.random.default_rng(5)
    for seed in range(6):
        noisy = data.assign(y=1e4 * np.exp(0.006 * data.p + rng.normal(0, 0.2, len(data))))
        model = gz.ols("log(y) ~ p", noisy)
        term = model.term("p")
        row = simulate(noisy, model, seed=seed).table().set_index("term").loc["mean"]
        assert (row.conf_low <= 0 <= row.conf_high) == (term.conf_low <= 0 <= term.conf_high)


def test_the_same_for_all_leaves_relative_inequality_alone(data, fit):
    table = simulate(data, fit, spread=True).table().set_index("term")
    ends = table.loc[["gini", "theil"], ["estimate", "conf_low", "conf_high"]]
    assert ends.to_numpy() == pytest.approx(0, abs=1e-12)


def test_interactions_move_each_unit_by_its_own_slope(data):
    model = gz.ols("log(y) ~ p * poor", data)
    result = simulate(data, model, {"p": None, "p:poor": "poor"})
    slope = model.coefficients["p"] + model.coefficients["p:poor"] * data.poor
    by_hand = data.y * np.expm1(slope * result.dose)
    assert result.units().change.to_numpy() == pytest.approx(by_hand.to_numpy())
    # Drawn standard error of the mean's change against the delta method.
    share = data.y / data.y.sum()
    gradient = 100 * np.array([
        (share * (1 + by_hand / data.y) * result.dose * m).sum() for m in (1.0, data.poor)
    ])  # fmt: skip
    vcov = model.vcov.loc[["p", "p:poor"], ["p", "p:poor"]].to_numpy()
    drawn = simulate(data, model, {"p": None, "p:poor": "poor"}, measures=None, draws=4_000).table()
    assert drawn.std_error[0] == pytest.approx(np.sqrt(gradient @ vcov @ gradient), rel=0.1)


def test_levels_instead_of_logs(data):
    model = gz.ols("y ~ p", data)
    result = simulate(data, model, log=False)
    by_hand = model.coefficients["p"] * result.dose
    assert result.units().change.to_numpy() == pytest.approx(by_hand.to_numpy())


def test_size_is_a_share_of_the_way(data, fit):
    whole, half = simulate(data, fit), simulate(data, fit, size=0.5)
    assert half.dose.to_numpy() == pytest.approx(whole.dose.to_numpy() / 2)
    quarter = simulate(data, fit, quantile=0.25)
    assert (quarter.dose > 0).sum() == 10


def test_same_seed_same_numbers_and_notes_that_say_if(data, fit):
    first, again = simulate(data, fit), simulate(data, fit)
    pd.testing.assert_frame_equal(first.native, again.native)
    assert any(note.startswith("If the association were causal") for note in first.notes)
    assert "if the association were causal" in repr(first)
    assert "gini" in first._repr_html_()


def test_rows_left_out_are_counted(data, fit):
    holed = data.assign(y=data.y.where(data.index > 2))
    result = simulate(holed, fit)
    assert result.nobs == 37
    assert "3" in result.notes[0]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"terms": "q"}, "no term 'q'"),
        ({"terms": {}}, "at least one"),
        ({"exposure": "penetration"}, "penetration"),
        ({"quantile": 1.0}, "quantile"),
        ({"size": 0.0}, "size"),
        ({"size": 1.1}, "size"),
        ({"draws": 1}, "2 draws"),
        ({"draws": 2.5}, "whole number"),
        ({"draws": 10**9}, "at most"),
        ({"measures": {"mean": gz.gini}}, "'mean'"),
        ({"measures": {"gini": 3}}, "must be a function, not 3"),
    ],
)
def test_refusals_of_arguments(data, fit, more, words):
    with pytest.raises(InputError, match=words):
        simulate(data, fit, **more)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("y", 0.0, "row 4"),
        ("y", np.inf, "y"),
        ("people", -1, "not negative"),
        ("p", "twelve", "p"),
    ],
)
def test_refusals_of_data(data, fit, column, value, words):
    bad = data.astype({column: object})
    bad.loc[4, column] = value
    bad = bad if isinstance(value, str) else bad.astype({column: float})
    with pytest.raises(InputError, match=words):
        simulate(bad, fit, weights="people")


def test_nothing_to_raise_and_no_weights(data, fit):
    with pytest.raises(InputError, match="nothing is raised"):
        simulate(data.assign(p=7.0), fit)
    with pytest.raises(InputError, match="all zero"):
        simulate(data.assign(people=0), fit, weights="people")
    with pytest.raises(InputError, match="a result of ols or panel_ols"):
        simulate(data, {"p": 1.0})


def test_level_of_the_interval(data, fit):
    result = simulate(data, fit, draws=499)
    narrow, wide = result.table(0.5).iloc[0], result.table(0.99).iloc[0]
    assert wide.conf_low < narrow.conf_low < narrow.conf_high < wide.conf_high
    with pytest.raises(InputError, match="level"):
        result.table(95)


@settings(max_examples=15, deadline=None)
@given(scale=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_units_of_exposure_do_not_matter(scale, shift):
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"p": rng.normal(size=12), "y": rng.uniform(1, 2, 12)})
    other = data.assign(p=scale * data.p + shift)
    tables = [simulate(d, gz.ols("log(y) ~ p", d), draws=19).table() for d in (data, other)]
    assert tables[0].estimate.to_numpy() == pytest.approx(tables[1].estimate.to_numpy(), abs=1e-9)
