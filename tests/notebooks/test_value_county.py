"""The numbers of notebooks/value-county by other libraries and from the stored tables."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from section_pages import check_verdicts

import gzbook
import gzcounty as gz
from gzcounty.data.store import read_table

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "value-county.md"


@pytest.fixture(scope="module")
def said(execute):
    return execute("value-county").published


@pytest.fixture(scope="module")
def lights() -> pd.DataFrame:
    table = gz.load_panel("long").query("variable == 'lights'")
    return np.log(table.pivot(index="adcode", columns="year", values="value"))


def test_moran_of_lights_is_that_of_esda(said, lights):
    from esda import Moran
    from libpysal.weights import W

    pairs = read_table("neighbours")
    near = pairs.groupby("adcode_i").adcode_j.agg(list).to_dict()
    weights = W(near, id_order=list(lights.index), silence_warnings=True)
    for key, year in (("lights_first", 2013), ("lights_last", 2020)):
        theirs = Moran(lights[year].to_numpy(), weights, transformation="R", permutations=0)
        assert said[key] == pytest.approx(theirs.I)
    assert said["lights_estimate"] == pytest.approx(said["lights_last"] - said["lights_first"])


def test_change_of_services_is_the_difference_and_its_interval_holds_it(said):
    for key in ("lights", "services"):
        low, middle, high = (said[f"{key}_{end}"] for end in ("conf_low", "estimate", "conf_high"))
        assert low < middle < high
        assert middle == pytest.approx(said[f"{key}_last"] - said[f"{key}_first"])


def test_models_of_capacity_are_those_of_statsmodels(said):
    index = gz.carrying_capacity().pivot(index="group", columns="year", values="capacity")
    census = gz.load_census(harmonised=True).query("year == 2010").set_index("group")
    x = census.commerce_share.reindex(index.index)
    rise = 100 * (index[2020] - index[2010])
    for key, X in {"naive": x.to_frame(), "held": pd.DataFrame({"x": x, "s": index[2010]})}.items():
        fit = sm.OLS(rise, sm.add_constant(X)).fit(cov_type="HC3", use_t=True)
        low, high = fit.conf_int().iloc[1] * x.std()
        found = [said[f"{key}_{end}"] for end in ("estimate", "conf_low", "conf_high")]
        assert found == pytest.approx([fit.params.iloc[1] * x.std(), low, high])
    assert said["tied"] == pytest.approx(np.corrcoef(x, index[2010])[0, 1])
    assert said["rise"] == pytest.approx(rise.median())


def test_swings_of_income_year_by_year(said):
    table = gz.load_panel("long").query("variable == 'rural_income' and 2014 <= year <= 2023")
    income = table.pivot(index="adcode", columns="year", values="value").dropna()
    growth = 100 * np.diff(np.log(income), axis=1)
    rest = np.delete(growth, 5, axis=1).mean(axis=1)
    assert said["slower"] == (growth[:, 5] < rest).sum()
    assert said["shrank"] == (growth[:, 5] < 0).sum()
    assert said["income_volatility"] == pytest.approx(np.median(growth.std(axis=1, ddof=1)))
    own = growth - growth.mean(axis=0)
    left = ((own.T - own.mean(axis=1)) ** 2).sum() / ((growth.T - growth.mean(axis=1)) ** 2).sum()
    assert said["shared"] == pytest.approx(100 * (1 - left))
    assert said["sample_income"] == "60 former poverty counties"


def test_what_pages_say_in_words_of_the_figures_holds(said, lights):
    # "rose everywhere", "No choice shows a clear gain", "those that do not lie below it"
    assert said["rising"] == said["n_groups"] == 80
    assert said["n_above"] == 0 < said["n_below"] < 5
    # "No year's likeness clearly differs from that of 2013", "every way includes zero"
    assert said["likeness_zero"] == said["n_likeness"]
    # "were not steadier", "none lies below it"
    assert said["swing_below"] == 0 < said["swing_above"] < 5
    assert said["n_models"] == said["n_swing"] == 48
    # "None leaves room for more than": the farthest ends of the judged intervals
    tables = {id: gzbook.examine(id).evidence.table for id in ("2.2-a", "2.2-b", "2.2-c")}
    assert said["rise_reach"] == pytest.approx(tables["2.2-a"].conf_high.max())
    assert said["nearer_reach"] == pytest.approx(-tables["2.2-b"].conf_low.min())
    for key in ("income", "lights"):
        own = tables["2.2-c"][tables["2.2-c"].outcome.str.endswith(key)]
        assert said[f"{key}_reach"] == pytest.approx(-own.conf_low.min())
    # "A bright cluster around Guiyang and a dark one in the south-east in every year"
    W = gz.neighbour_weights(gz.load_neighbours())
    place = gz.load_counties().set_index("adcode").prefecture_en
    for year in lights:
        kinds = gz.local_moran(lights[year], W).cluster
        assert set(place[kinds.index[kinds == "high-high"]]) == {"Guiyang"}
        dark = set(place[kinds.index[kinds == "low-low"]])
        assert "Qiandongnan" in dark <= {"Qiandongnan", "Qiannan"}


def test_every_year_of_the_path_includes_zero(execute):
    tags = [c.metadata.get("tags", []) for c in execute("value-county").cells]
    assert sum("gz-figure-path" in own for own in tags) == 1
    lights = np.log(gz.load_panel().pivot(index="adcode", columns="year", values="lights"))
    W = gz.neighbour_weights(gz.load_neighbours())
    for year in range(2014, 2021):
        row = gz.moran_change(lights[[2013, year]], W, draws=499).table().iloc[2]
        assert row.conf_low < 0 < row.conf_high


def test_verdicts_are_those_of_the_ledger(said):
    check_verdicts(said, "2.2")


def test_the_page_quotes_numbers_and_figures_that_exist(said, execute):
    page = PAGE.read_text(encoding="utf-8")
    quoted = re.findall(r"\{num\}`value-county:(\w+)(?:\|([^`]*))?`", page)
    assert len(quoted) > 30
    for key, spec in quoted:
        format(said[key], spec if not isinstance(said[key], str) else "")
    tags = {t for c in execute("value-county").cells for t in c.metadata.get("tags", [])}
    figures = re.findall(r"\{gz-figure\} value-county:([\w-]+)", page)
    assert len(figures) == 3
    assert {f"gz-figure-{name}" for name in figures} <= tags
