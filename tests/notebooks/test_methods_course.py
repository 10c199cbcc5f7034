"""The course on SIMULATED data: its numbers recomputed, its figures marked, nothing real in it."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

import gzcounty as gz

PATH = Path(__file__).resolve().parents[2] / "notebooks" / "methods-course.ipynb"
NOTEBOOK = nbformat.read(PATH, as_version=4)
FIGURES = ["naive", "common", "bacon", "path", "power", "clusters"]


@pytest.fixture(scope="module")
def published(execute):
    return execute("methods-course").published


def test_figures_exist_and_every_title_says_simulated():
    tags = [tag for cell in NOTEBOOK.cells for tag in cell.metadata.get("tags", [])]
    figures = [tag.removeprefix("gz-figure-") for tag in tags if tag.startswith("gz-figure-")]
    assert figures == FIGURES
    source = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code")
    titles = re.findall(r'^\s*title=gz\.say\(\s*"(.*)', source, flags=re.MULTILINE)
    assert len(titles) == len(FIGURES)
    assert all(title.startswith("SIMULATED: ") for title in titles)
    assert "SIMULATED" in NOTEBOOK.cells[0].source.splitlines()[0]


def test_nothing_real_is_loaded():
    source = "\n".join(cell.source for cell in NOTEBOOK.cells)
    assert not re.search(r"gz\.(load_|penetration|growth|census_change)", source)


def test_charts_are_drawn(execute):
    kinds = [
        next(iter(output.data))
        for cell in execute("methods-course").cells
        if any(tag.startswith("gz-figure-") for tag in cell.metadata.get("tags", []))
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    assert len(kinds) == len(FIGURES)


def test_naive_difference_is_one_of_means(published):
    panel = gz.simulate_panel(selection=1.0, seed=7)
    last = panel[panel.year == 2023]
    means = last.groupby(last.first_year > 0).log_rural_income.mean()
    assert published["naive_size"] == pytest.approx(100 * (means[False] - means[True]))
    assert published["truth"] == pytest.approx(5)
    assert published["wrong_sign"] <= published["worlds_naive"]


def test_two_way_estimate_by_demeaning(published):
    """Balanced panel: take means of county and year out of both sides."""
    panel = gz.simulate_panel(growth=0.5, cohorts={2016: 0.45, 2020: 0.45}, seed=1)
    wide = {name: panel.pivot(index="county", columns="year", values=name).to_numpy(float)
            for name in ("log_rural_income", "inside")}  # fmt: skip
    y, x = (
        w - w.mean(axis=0) - w.mean(axis=1, keepdims=True) + w.mean()
        for w in (wide["log_rural_income"], wide["inside"])
    )
    assert published["twfe"] == pytest.approx(100 * np.sum(x * y) / np.sum(x * x))
    inside = panel[panel.inside == 1]
    assert published["grown"] == pytest.approx(100 * inside.true_effect.mean())
    assert published["twfe"] < published["grown"] / 2 < published["staggered"]


def test_what_the_course_says_of_clusters_and_trends_holds(published):
    assert published["alarms_county"] > published["alarms_prefecture"] > published["alarms_wild"]
    assert published["trend_bias"] > 1
    assert published["trend_seen"] < 50


def test_many_effects_at_once_reject_parallel_trends_too_often(published):
    assert published["crowded_effects"] > 2 * published["sparse_effects"]
    assert published["crowded_clusters"] == 88
    assert published["crowded_rejected"] > 10 > published["sparse_rejected"]
    world = gz.simulate_panel(cohorts={2017: 0.3, 2019: 0.3, 2021: 0.2}, seed=1_000)
    # Effects before entry, from the second year on, of each cohort.
    before = sum(range(2015, 2024).index(year) for year in (2017, 2019, 2021))
    test = gz.staggered_did(
        world, "log_rural_income", "county", "year", "first_year"
    ).pre_test()  # fmt: skip
    assert test.df == before == published["crowded_effects"]
    assert test.notes
