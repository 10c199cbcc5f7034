"""Numbers of the notebook on section 4.1, found in another way."""

import pandas as pd
import pytest
import statsmodels.formula.api as smf

import gzbook
import gzcounty as gz
from gzbook.evidence.entry import chances


@pytest.fixture(scope="module")
def notebook(execute):
    return execute("path-industry")


def test_estimates_are_those_of_dummies(notebook):
    pairs = chances()
    formula = "entry ~ density + C(group) + C(section)"
    whole = smf.ols(formula, pairs).fit().params.density
    assert notebook.published["entry_estimate"] == pytest.approx(100 * whole)
    farming = smf.ols(formula, pairs[pairs.section != "A"]).fit().params.density
    assert notebook.published["farming_estimate"] == pytest.approx(100 * farming)
    assert notebook.published["entered"] == pytest.approx(100 * pairs.entry.mean())


def test_nearest_and_farthest_by_sorting(notebook):
    ordered = chances().sort_values(["group", "density"], ascending=[True, False], kind="stable")
    by_group = ordered.groupby("group").entry
    assert notebook.published["near"] == pytest.approx(100 * by_group.head(3).mean())
    assert notebook.published["far"] == pytest.approx(100 * by_group.tail(3).mean())


def test_meitan_has_one_speciality(notebook):
    work = gz.load_industry_employment().query("year == 2020 and section != 'T'")
    wide = work.pivot(index="adcode", columns="industry", values="employed")
    shares = wide.div(wide.sum(axis=1), axis=0)
    quotient = shares.loc["520328"] / (wide.sum() / wide.to_numpy().sum())
    assert quotient.index[quotient >= 1].tolist() == ["agriculture"]
    assert notebook.published["meitan"] == "farming"
    found = notebook.published["meitan_factory"]
    assert found == pytest.approx(quotient["manufacturing"], abs=2e-3)


def test_words_and_figures(notebook):
    words = pd.Series({k: v for k, v in notebook.published.items() if k.startswith("verdict_")})
    assert len(words) == 5
    assert words["verdict_4_1_c"] == gzbook.examine("4.1-c").word
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert {"gz-figure-finder", "gz-figure-entry"} <= set(tags)
