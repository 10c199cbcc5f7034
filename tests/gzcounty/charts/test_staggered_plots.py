"""Paths of staggered adoption, and what two-way fixed effects are made of."""

import numpy as np
import pandas as pd
import pytest
from words import chart_words, rows, subtitle

import gzcounty as gz

WORDS = chart_words("60 simulated counties")


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    first = np.repeat([0, 2015, 2016], 20)
    county, year = (part.ravel() for part in np.mgrid[:60, 2013:2019])
    frame = pd.DataFrame({"county": county, "year": year, "first": first[county]})
    frame["y"] = rng.normal(size=len(frame)) + (frame["first"] > 0) * (year >= frame["first"])
    return frame


@pytest.fixture(scope="module")
def fit(data):
    return gz.staggered_did(data, "y", "county", "year", "first")


def drawn(chart) -> pd.DataFrame:
    return pd.DataFrame(rows(chart)).dropna(subset="term")


def test_a_path_is_drawn_as_the_result_gives_it(fit):
    dynamic = fit.aggregate("dynamic")
    chart = gz.group_time_plot(dynamic, scale=100, **WORDS)
    points, bands = drawn(chart).set_index("term"), dynamic.bands().set_index("term")
    assert "overall" not in points.index
    for column in ("estimate", "conf_low", "conf_high", "band_low", "band_high"):
        expected = 100 * bands[column].drop("overall")
        assert points[column].to_numpy() == pytest.approx(expected.to_numpy())
    before = points[points.when == "before treatment"]
    assert before["at"].tolist() == [-2, -1]
    assert "Thick bars: 95 % intervals, one at a time; thin bars: all at once." in subtitle(chart)
    assert chart.to_dict()["description"] == WORDS["description"]


def test_a_line_marks_where_treatment_begins(fit):
    spec = gz.group_time_plot(fit.aggregate("dynamic"), **WORDS).to_dict()
    starts = [
        layer["encoding"]["x"]["datum"]
        for layer in spec["layer"]
        if "datum" in layer.get("encoding", {}).get("x", {})
    ]
    assert starts == [-0.5]


def test_a_result_is_drawn_as_one_panel_a_cohort(fit):
    chart = gz.group_time_plot(fit, **WORDS)
    spec = chart.to_dict()
    titles = [panel["title"]["text"] for panel in spec["vconcat"]]
    assert titles == ["First treated in 2015", "First treated in 2016"]
    points = drawn(chart)
    assert len(points) == len(fit.table()) == 10
    scales = [
        layer["encoding"][axis]["scale"]["domain"]
        for panel in spec["vconcat"]
        for layer in panel["layer"]
        for axis in ("x", "y")
        if "scale" in layer.get("encoding", {}).get(axis, {})
    ]
    assert len({tuple(domain) for domain in scales}) == 2  # one of x, one of y, in all panels


def test_cohorts_and_years_are_drawn_without_a_before(fit):
    for kind, title in (("group", "First year treated"), ("calendar", "Year")):
        chart = gz.group_time_plot(fit.aggregate(kind), **WORDS)
        assert set(drawn(chart).when) == {"from treatment on"}
        assert title in str(chart.to_dict())


def test_methods_without_influence_functions_have_intervals_only(data):
    result = gz.staggered_did(data, "y", "county", "year", "first", method="sun-abraham")
    chart = gz.group_time_plot(result.aggregate("dynamic"), level=0.9, **WORDS)
    assert "band_low" not in drawn(chart)
    assert "Thick bars: 90 % intervals, one at a time. Grey dots" in subtitle(chart)


def test_a_negative_scale_turns_the_ends_over(fit):
    points = drawn(gz.group_time_plot(fit.aggregate("dynamic"), scale=-1, **WORDS))
    assert (points.conf_low <= points.estimate).all()
    assert (points.band_low <= points.conf_low).all()
    assert (points.band_high >= points.conf_high).all()


def test_one_number_is_no_path(fit):
    with pytest.raises(gz.InputError, match="'simple' is one number; there is no path"):
        gz.group_time_plot(fit.aggregate("simple"), **WORDS)


def test_the_sample_must_be_said(fit, data):
    with pytest.raises(gz.InputError, match="names no number of units"):
        gz.group_time_plot(fit, **chart_words("some counties"))


def test_every_comparison_is_a_mark_and_the_kinds_are_told_apart(data):
    result = gz.bacon_decomposition(data, "y", "county", "year", cohort="first")
    chart = gz.bacon_plot(result, scale=100, **WORDS)
    points, table = drawn(chart), result.table()
    assert points.estimate.to_numpy() == pytest.approx(100 * table.estimate.to_numpy())
    assert points.percent.sum() == pytest.approx(100)
    spec = chart.to_dict()
    (marks,) = (layer for layer in spec["layer"] if "shape" in layer.get("encoding", {}))
    colours = marks["encoding"]["color"]["scale"]
    assert len(set(colours["range"])) == len(set(marks["encoding"]["shape"]["scale"]["range"])) == 3
    assert colours["domain"][0].startswith("treated vs never treated, weight ")
    means = [
        layer["encoding"]["y"]["datum"]
        for layer in spec["layer"]
        if "datum" in layer.get("encoding", {}).get("y", {})
    ]
    assert means == [0, pytest.approx(100 * result.estimate)]
    assert "Solid line: the two-way fixed-effects estimate" in subtitle(chart)
