"""Section 2: published numbers found in another way, and what the page quotes exists."""

import re
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.claims import WORDS

ROOT = Path(__file__).resolve().parents[2]
DIMENSIONS = ["industry", "county", "people"]


@pytest.fixture(scope="module")
def numbers(execute):
    return execute("value").published


@pytest.fixture(scope="module")
def now():
    return gz.dimension_indices(harmonised=False).set_index("adcode")


def test_verdict_is_counted_once(numbers):
    words = set(WORDS)
    assert numbers["verdict_2_a"] == gzbook.examine("2-a").word
    assert {w: numbers["n_" + w.replace(" ", "_")] for w in words} == {
        w: int(w == numbers["verdict_2_a"]) for w in words
    }


def test_gains_are_those_of_least_squares(numbers):
    index = gz.dimension_indices().pivot(index="group", columns="year", values=DIMENSIONS)
    gain = {d: 100 * (index[d][2020] - index[d][2010]) for d in DIMENSIONS}
    start = [100 * index[d][2010] for d in DIMENSIONS]
    home = gz.load_counties().groupby("group").prefecture_en.first().reindex(index.index)
    X = np.column_stack([gain["industry"], gain["county"], *start, pd.get_dummies(home)])
    beta = np.linalg.lstsq(X.astype(float), gain["people"], rcond=None)[0]
    assert [numbers["industry"], numbers["county"]] == pytest.approx(beta[:2])
    assert numbers["groups"] == len(index) == 80
    rose = np.all([gain[d] > 0 for d in DIMENSIONS], axis=0)
    assert numbers["gained_all"] == rose.sum()


def test_model_without_two_indicators_covers_all_groups():
    indices = gz.dimension_indices(without=["urban_share", "schooling_years"])
    assert len(gzbook.dimension_gains(indices)) == 81


def test_range_of_places_over_all_positions_of_the_sliders(numbers, now):
    best, worst = np.full(len(now), 99), np.zeros(len(now))
    U = (100 * now[DIMENSIONS]).round(2).to_numpy()
    for weights in product(range(11), repeat=3):
        if not sum(weights):
            continue
        score = (U @ np.array(weights) / sum(weights)).round(9)
        place = 1 + (score[None, :] > score[:, None]).sum(axis=1)
        best, worst = np.minimum(best, place), np.maximum(worst, place)
    width = pd.Series(worst - best, now.index)
    assert numbers["width"] == width.median()
    assert numbers["width_top"] == width.max()
    name = gz.load_counties().set_index("adcode").name_en
    assert numbers["width_county"] == name[width.idxmax()]
    assert numbers["always_ten"] == (worst <= 10).sum()


def test_coordination_by_hand(numbers):
    index = gz.dimension_indices()
    U = index[DIMENSIONS].to_numpy()
    coupling = np.cbrt(U.prod(axis=1)) / U.mean(axis=1)
    D = pd.Series(np.sqrt(coupling * U.mean(axis=1)), index.year)
    for year in (2010, 2020):
        assert numbers[f"D_{year}"] == pytest.approx(D[year].median())


def test_obstacles_at_equal_weights_by_hand(numbers, now):
    r = now.drop(columns=["year", *DIMENSIONS])
    short = 1 - (r - r.min()) / (r.max() - r.min())
    first = short.idxmax(axis=1).value_counts()
    assert numbers["equal_first"] == first.iloc[0]
    assert numbers["equal_obstacle"].startswith("finance")
    assert first.index[0] == "business_service_share"


def test_solutions_ran_and_check_themselves(execute):
    cells = [c for c in execute("value").cells if c.cell_type == "code"]
    solutions = [c for c in cells if "hide-cell" in c.metadata.get("tags", [])]
    assert len(solutions) == 3
    assert all(c.execution_count and "assert " in c.source for c in solutions)


def test_the_page_quotes_numbers_figures_and_claims_that_exist(numbers, execute):
    page = (ROOT / "book" / "value.md").read_text(encoding="utf-8")
    quoted = re.findall(r"\{num\}`value:(\w+)(?:\|([^`]*))?`", page)
    assert len(quoted) > 30
    for key, spec in quoted:
        format(numbers[key], spec if not isinstance(numbers[key], str) else "")
    cells = execute("value").cells
    tags = {tag for c in cells for tag in c.metadata.get("tags", [])}
    figures = re.findall(r"\{gz-figure\} value:([\w-]+)", page)
    assert figures
    assert {f"gz-figure-{name}" for name in figures} <= tags
