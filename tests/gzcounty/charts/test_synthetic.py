"""A treated unit beside its synthetic twin, and its gap among placebos."""

import numpy as np
import pandas as pd
import pytest
from words import chart_words, rows, subtitle

import gzcounty as gz
from gzcounty.charts.synthetic import synthetic_plot

WORDS = chart_words("a treated county and 6 simulated donors")


@pytest.fixture(scope="module")
def result():
    """Return a synthetic control of SIMULATED paths that part in 2018."""
    rng = np.random.default_rng(2)
    years = np.arange(2010, 2020)
    paths = 100 + np.cumsum(rng.normal(2, 1, (10, 7)), axis=0)
    paths[:, 0] = paths[:, 1:4].mean(axis=1) + rng.normal(0, 0.1, 10)
    paths[8:, 0] += 5
    data = pd.DataFrame(paths, years, ["榕江县", *"abcdef"]).rename_axis("year").reset_index()
    data = data.melt("year", var_name="county", value_name="income")
    return gz.synthetic_control(data, "income", "county", "year", "榕江县", 2018)


def drawn(chart) -> pd.DataFrame:
    return pd.DataFrame(rows(chart))


def panels(chart) -> list[dict]:
    return chart.to_dict()["vconcat"]


def test_it_draws_the_path_and_every_placebo(result):
    chart = synthetic_plot(result, scale=10, **WORDS)
    table = drawn(chart).dropna(subset="treated").drop_duplicates("time")
    path = result.path()
    assert table.treated.to_numpy() == pytest.approx(10 * path.treated.to_numpy())
    assert table.synthetic.to_numpy() == pytest.approx(10 * path.synthetic.to_numpy())
    gaps = drawn(chart).dropna(subset=["unit", "gap"])
    expected = result.placebos_in_space().gaps
    for unit in "abcdef":
        computed = gaps[gaps.unit == unit].sort_values("time").gap.to_numpy()
        assert computed == pytest.approx(10 * expected[expected.unit == unit].gap.to_numpy())
    treated = gaps[gaps.unit == "榕江县"].sort_values("time").gap.to_numpy()
    assert treated == pytest.approx(10 * path.gap.to_numpy())
    assert result.path().treated.equals(path.treated)  # the result is not rescaled with it


def test_notes_say_which_placebos_are_drawn(result):
    chart = synthetic_plot(result, label="Rongjiang", **WORDS)
    text = subtitle(chart)
    assert "in grey that of each of 6 donors treated in its place" in text
    assert chart.to_dict()["description"] == WORDS["description"]
    marks = [layer["mark"] for layer in _units(panels(chart)[0])]
    texts = {mark["text"] for mark in marks if "text" in mark}
    assert texts == {"Rongjiang", "synthetic Rongjiang", "from 2018"}


def _units(view: dict) -> list[dict]:
    return [unit for part in view["layer"] for unit in _units(part)] if "layer" in view else [view]


def test_the_start_stands_between_the_last_period_before_and_the_first_after(result):
    for panel in panels(synthetic_plot(result, **WORDS)):
        datasets = synthetic_plot(result, **WORDS).to_dict()["datasets"]
        rules = [
            unit for unit in _units(panel)
            if unit["mark"]["type"] == "rule" and unit.get("data")
            and datasets[unit["data"]["name"]] == [{"time": 2017.5}]
        ]  # fmt: skip
        assert len(rules) == 1


def test_names_of_units_stand_in_tooltips(result):
    chart = synthetic_plot(result, names={"榕江县": "Rongjiang", "a": "Anshun"}, **WORDS)
    units = set(drawn(chart).unit.dropna())
    assert units == {"Rongjiang", "Anshun", *"bcdef"}


def test_placebos_that_fit_badly_can_be_left_out(result):
    every = result.placebos_in_space().units
    others = every[~every.treated].pre_rmspe / every.pre_rmspe[0]
    few = result.placebos_in_space(largest_misfit=float(others.median()))
    chart = synthetic_plot(result, placebos=few, **WORDS)
    kept = int(few.units.used.sum()) - 1
    assert 0 < kept < 6
    assert f"in grey that of {kept} of 6 donors" in subtitle(chart)
    assert "fit badly before" in subtitle(chart)
    assert drawn(chart).unit.nunique() == kept + 1


def test_both_panels_share_their_time_axis(result):
    domains = []
    for panel in panels(synthetic_plot(result, **WORDS)):
        scales = [unit["encoding"]["x"]["scale"]["domain"] for unit in _units(panel)
                  if "scale" in unit.get("encoding", {}).get("x", {})]  # fmt: skip
        domains += scales
    assert domains
    assert all(domain == [2010.0, 2019.0] for domain in domains)


def test_bad_input_is_refused(result):
    with pytest.raises(gz.InputError, match="draws 6 units"):
        synthetic_plot(result, **chart_words("a county and its donors"))
    with pytest.raises(gz.InputError, match="too wide for a phone"):
        synthetic_plot(result, label="A county with a very long name", **WORDS)

    class Broken:
        treated = "a"

        def path(self):
            return result.path().drop(columns="gap")

    class Worded(Broken):
        def path(self):
            return result.path().assign(time="2010")

    with pytest.raises(gz.InputError, match="The path lacks the column 'gap'"):
        synthetic_plot(Broken(), **WORDS)
    with pytest.raises(gz.InputError, match="column 'time' of the path must be numeric"):
        synthetic_plot(Worded(), **WORDS)
