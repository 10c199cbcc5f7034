"""A result is all that its chart needs: the chart makes its own words, and says what it takes."""

import json

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.models.result import number

RNG = np.random.default_rng(0)
PANEL = pd.DataFrame(
    [(i, t, [3, 4, 0][i % 3], i % 2) for i in range(12) for t in range(1, 7)],
    columns=["id", "t", "g", "x"],
).assign(y=lambda frame: RNG.normal(size=len(frame)), z=lambda frame: RNG.normal(size=len(frame)))
FIT = gz.ols("y ~ z + t", PANEL)
STUDY = gz.event_study(PANEL, "y", "x", "id", "t", 3)
STAGGERED = gz.staggered_did(PANEL, "y", "id", "t", "g")
BACON = gz.bacon_decomposition(PANEL, "y", "id", "t", cohort="g")
CURVE = gz.specification_curve(PANEL, "y", "z", ["t"])
BOUNDS = gz.bounds(FIT, "z")
CHARTS = {
    "bounds": (
        gz.bounds_plot, BOUNDS,
        f"z: effects beyond {number(BOUNDS.value('ruled out'))} are ruled out",
    ),
    "coefficients": (gz.coefficient_plot, FIT, "Estimates for y"),
    "event study": (
        gz.event_study_plot, STUDY, "Differences in y by x, each year compared with 3",
    ),
    "cohorts": (
        gz.group_time_plot, STAGGERED, "Estimates for y by first year treated and year",
    ),
    "dynamic": (
        gz.group_time_plot, STAGGERED.aggregate("dynamic"),
        "Estimates for y by time since treatment",
    ),
    "bacon": (
        gz.bacon_plot, BACON, "Comparisons behind the two-way fixed-effects estimate for y",
    ),
    "curve": (gz.specification_plot, CURVE, "2 estimates for y, in order"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_a_result_alone_gives_a_chart_with_words_of_its_own(name):
    plot, result, title = CHARTS[name]
    chart = plot(result)
    json.dumps(chart.to_dict(validate=False), allow_nan=False)
    words = chart.usermeta["gzcounty"]
    assert words["title"] == title
    assert f"{result.nobs:,} observations" in words["sample"]
    assert words["source"] == "not stated"
    assert "in units of y" in words["unit"]
    assert plot(result, title="Mine").usermeta["gzcounty"]["title"] == "Mine"


@pytest.mark.parametrize(
    ("plot", "value", "says"),
    [
        (gz.coefficient_plot, BACON, "not BaconDecomposition; bacon_plot draws this result"),
        (gz.coefficient_plot, CURVE, "specification_plot draws this result"),
        (gz.coefficient_plot, "y ~ z", "coefficient_plot takes a result .* not str"),
        (gz.coefficient_plot, None, "not NoneType"),
        (gz.coefficient_plot, [], "at least one result"),
        (gz.event_study_plot, FIT, "not Result; coefficient_plot draws this result"),
        (gz.event_study_plot, STAGGERED.aggregate("dynamic"), "group_time_plot draws this"),
        (gz.bacon_plot, PANEL, "bacon_plot takes a result of bacon_decomposition, not DataFrame"),
        (gz.group_time_plot, STUDY, "event_study_plot draws this result"),
        (gz.synthetic_plot, FIT, "a result of synthetic_control, not Result"),
        (gz.specification_plot, FIT, "coefficient_plot draws this result"),
        (gz.bounds_plot, FIT, "coefficient_plot draws this result"),
        (gz.coefficient_plot, BOUNDS, "bounds_plot draws this result"),
    ],
)
def test_a_wrong_result_names_the_chart_that_takes_it(plot, value, says):
    with pytest.raises(gz.InputError, match=says):
        plot(value)


def test_several_results_are_drawn_side_by_side_by_label():
    chart = gz.coefficient_plot({"short": gz.ols("y ~ z", PANEL[:60]), "long": FIT})
    rows = next(iter(chart.to_dict(validate=False)["datasets"].values()))
    drawn = [(row["group"], row["label"]) for row in rows]
    assert drawn == [("short", "z"), ("long", "z"), ("long", "t")]
    words = chart.usermeta["gzcounty"]
    assert words["sample"] == "60 to 72 observations"
    assert "The intercept of short is not drawn." in words["notes"]


def test_a_description_states_the_numbers_of_the_result():
    row = FIT.term("z")
    assert f"z: {row.estimate:#.4g} (" in gz.coefficient_plot(FIT).description
