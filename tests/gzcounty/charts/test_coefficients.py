"""Estimates side by side, and event-study paths."""

import numpy as np
import pandas as pd
import pytest
from words import chart_words, rows, subtitle

import gzcounty as gz

ESTIMATES = pd.DataFrame(
    {
        "label": ["naive", "controls"],
        "group": ["a", "b"],
        "estimate": [1.9, -0.4],
        "conf_low": [0.8, -1.1],
        "conf_high": [3.0, 0.4],
        "nobs": [61, 61],
        "clusters": [None, 9],
    }
)
WORDS = chart_words("61 simulated counties")


def path(shift: float = 0.0) -> pd.DataFrame:
    years = np.arange(2014, 2018)
    estimate = shift + 0.1 * (years - 2014)
    frame = pd.DataFrame({"year": years, "estimate": estimate, "reference": years == 2014})
    return frame.assign(conf_low=estimate - 0.2, conf_high=estimate + 0.2)


def test_draws_the_estimates_as_given_with_their_size():
    chart = gz.coefficient_plot(ESTIMATES, axis_title="%", **WORDS)
    drawn = pd.DataFrame(rows(chart)).dropna(subset="label")
    assert drawn.estimate.tolist() == [1.9, -0.4]
    assert drawn.conf_high.tolist() == [3.0, 0.4]
    assert drawn["size"].tolist() == ["n 61", "n 61, 9 clusters"]
    assert chart.to_dict()["description"] == WORDS["description"]
    assert "61 simulated counties" in subtitle(chart)


def test_estimate_row_turns_an_interval_over_with_a_negative_scale():
    rng = np.random.default_rng(1)
    data = pd.DataFrame(rng.standard_normal((50, 2)), columns=["y", "x"])
    fit = gz.ols("y ~ x", data)
    row = gz.estimate_row(fit, "x", "turned", scale=-100)
    result = fit.term("x")
    assert row["estimate"] == pytest.approx(-100 * result.estimate)
    assert row["conf_low"] == pytest.approx(-100 * result.conf_high)
    assert row["nobs"] == 50
    assert row["clusters"] is None


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (ESTIMATES.drop(columns="conf_low"), "lacks the column 'conf_low'"),
        (ESTIMATES.iloc[:0], "no row"),
        (ESTIMATES.assign(conf_low=5.0), "'naive' misses its estimate"),
        (ESTIMATES.assign(estimate=["1", "2"]), "must be numeric"),
    ],
)
def test_bad_tables_are_refused(frame, says):
    with pytest.raises(gz.InputError, match=says):
        gz.coefficient_plot(frame, **WORDS)


def test_paths_are_drawn_side_by_side_and_scaled():
    chart = gz.event_study_plot({"plain": path(), "other": path(0.5)}, scale=100, **WORDS)
    drawn = pd.DataFrame(rows(chart)).dropna(subset="path")
    plain = drawn[drawn.path == "plain"].set_index("year")
    assert plain.estimate[2016] == pytest.approx(20.0)
    shift = drawn[drawn.path == "other"].set_index("year")["at"] - plain["at"]
    assert shift.tolist() == pytest.approx([0.16] * 4)


def test_paths_come_from_results_too():
    class Found:
        def path(self):
            return path()

    chart = gz.event_study_plot({"plain": Found()}, **WORDS)
    assert len(pd.DataFrame(rows(chart)).dropna(subset="path")) == 4


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        ({}, "one to 4 paths"),
        ({"plain": path().drop(columns="reference")}, "'plain' lacks the column 'reference'"),
        ({"a label that no phone can show on one line of its own": path()}, "too wide"),
    ],
)
def test_bad_paths_are_refused(paths, says):
    with pytest.raises(gz.InputError, match=says):
        gz.event_study_plot(paths, **WORDS)
