"""The numbers of notebooks/another-province, from the stored census table and by hand."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.data.store import read_table

CODES = {"yunnan": "53", "zhejiang": "33"}


@pytest.fixture(scope="module")
def said(execute):
    return execute("another-province").published


@pytest.fixture(scope="module")
def census():
    frame = read_table("china_census").set_index("adcode")
    jobs = frame.filter(like="employed_").fillna(0)
    total = jobs.sum(axis=1)
    trade = jobs[["employed_F", "employed_G", "employed_I"]].sum(axis=1)
    frame["commerce"] = 100 * trade / total
    frame["nonfarm"] = 100 - 100 * jobs.employed_A / total
    frame["urban"] = 100 * frame.population_urban / frame.population
    for name in ("piped_water", "car"):
        frame[name] = 100 * frame[f"households_with_{name}"] / frame.households_long_form
    economy = read_table("china_economy").query("year == 2020").set_index("adcode")
    frame["savings"] = 1e6 * economy.household_savings.reindex(frame.index) / frame.population
    return frame


@pytest.mark.parametrize("name", CODES)
def test_savings_model(said, census, name):
    rows = census[census.index.str.startswith(CODES[name])].dropna(subset="savings")
    X = np.column_stack([np.ones(len(rows)), rows[["commerce", "urban", "schooling_years"]]])
    slope = np.linalg.lstsq(X, np.log(rows.savings), rcond=None)[0][1]
    assert said[f"{name}_nobs"] == len(rows)
    assert said[f"{name}_slope"] == pytest.approx(100 * slope)
    excludes = said[f"{name}_low"] > 0 or said[f"{name}_high"] < 0
    assert said[f"{name}_verdict"] == ("does" if excludes else "does not")


def degree(frame):
    """Compute the degree by the formulas alone: entropy weights, indices, C, T, D."""
    scores = []
    for part in (["nonfarm", "commerce"], ["urban", "piped_water"], ["schooling_years", "car"]):
        r = (frame[part] - frame[part].min()) / (frame[part].max() - frame[part].min())
        p = r / r.sum()
        entropy = -(p * np.log(p.where(p > 0, 1))).sum() / np.log(len(r))
        scores.append((r * (1 - entropy) / (1 - entropy).sum()).sum(axis=1))
    U = pd.concat(scores, axis=1)
    # C T is the geometric mean where the weights are equal.
    return np.sqrt(U.prod(axis=1) ** (1 / 3))


@pytest.mark.parametrize("name", CODES)
def test_degrees_within_and_together(said, census, name):
    own = census[census.index.str.startswith(CODES[name])]
    both = census[census.index.str[:2].isin(list(CODES.values()))]
    assert said[f"{name}_counties"] == len(own)
    assert said[f"{name}_within"] == pytest.approx(degree(own).median())
    assert said[f"{name}_together"] == pytest.approx(degree(both)[own.index].median())


def test_taobao_villages_by_county(said):
    lists = read_table("china_taobao").query("year == 2016 and villages > 0")
    for name, code in CODES.items():
        assert said[f"{name}_taobao"] == lists.adcode.str.startswith(code).sum()


def test_the_figure_is_there_and_the_notebook_is_short(execute):
    cells = execute("another-province").cells
    tags = [tag for cell in cells for tag in cell.metadata.get("tags", [])]
    assert "gz-figure-savings" in tags
    assert sum(cell.cell_type == "code" for cell in cells) <= 12
