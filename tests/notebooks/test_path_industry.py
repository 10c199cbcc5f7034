"""Numbers of the notebook on section 4.1, found in another way."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import gzbook
import gzcounty as gz
from gzbook import group_workers
from gzbook.evidence.section_4 import entry_pairs, proximity


@pytest.fixture(scope="module")
def notebook(execute):
    return execute("path-industry")


def test_estimates_are_those_of_dummies(notebook):
    pairs, counties = entry_pairs(), gz.load_counties()
    districts = counties[counties.unit_type == "district"].group
    parts = {
        "entry": pairs,
        "twoway": pairs,
        "farming": pairs[pairs.section != "A"],
        "districts": pairs[~pairs.group.isin(districts)],
        "workers": pairs[pairs.workers_2010 >= 30],
    }
    formula = "entry ~ density + C(group) + C(section)"
    for key, part in parts.items():
        slope = 100 * smf.ols(formula, part).fit().params.density
        assert notebook.published[f"{key}_estimate"] == pytest.approx(slope)
    without = {
        section: 100 * smf.ols(formula, pairs[pairs.section != section]).fit().params.density
        for section in pairs.section.unique()
    }
    assert notebook.published["out_low"] == pytest.approx(min(without.values()))
    assert notebook.published["out_high"] == pytest.approx(max(without.values()))
    assert notebook.published["entered"] == pytest.approx(100 * pairs.entry.mean())


def test_odds_have_the_sign_of_the_linear_model(notebook):
    low, middle, high = (notebook.published[key] for key in ("odds_low", "odds", "odds_high"))
    assert 1 < low < middle < high


def test_nearest_and_farthest_by_sorting(notebook):
    ordered = entry_pairs().sort_values(
        ["group", "density"], ascending=[True, False], kind="stable"
    )
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
    assert notebook.published["meitan_factory"] == pytest.approx(
        quotient["manufacturing"], abs=2e-3
    )


def test_words_and_figures(notebook):
    words = pd.Series({k: v for k, v in notebook.published.items() if k.startswith("verdict_")})
    assert len(words) == 5
    assert words["verdict_4_1_c"] == gzbook.examine("4.1-c").word
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert {"gz-figure-finder", "gz-figure-entry"} <= set(tags)


def test_farm_businesses_by_hand(notebook):
    first, phi = group_workers(2010).drop(columns="T"), proximity("China 2020")
    shares = first.div(first.sum(axis=1), axis=0)
    special = (shares >= first.sum() / first.sum().sum()).astype(float)
    data = gzbook.group_frame()
    for name, section in {"own": "A", "made": "C", "money": "J"}.items():
        near = phi[section].drop(section)
        density = (special[near.index] * near).sum(axis=1) / near.sum()
        data[name] = (density - density.mean()) / density.std()
    group = gz.load_counties().set_index("adcode").group
    table = gz.load_registrations().query("year <= 2021")
    rows = table.groupby([table.adcode.map(group), "year"]).agg({"new": "sum", "flagged": "max"})
    logs = np.log(rows.new[~rows.flagged.astype(bool)]).unstack()
    data["before"], data["later"] = (
        logs[list(years)].mean(axis=1) for years in (range(2010, 2016), range(2016, 2022))
    )
    data["workers"], data["farming"] = np.log(first.A), shares.A
    held = "before + workers + farming + schooling_years + relief + distance_guiyang_km"
    for name in ("own", "made", "money"):
        fit = smf.ols(f"later ~ {name} + {held}", data).fit(cov_type="HC3", use_t=True)
        ends = [fit.params[name], *fit.conf_int().loc[name]]
        keys = [f"new_{name}", f"new_{name}_low", f"new_{name}_high"]
        assert [notebook.published[key] for key in keys] == pytest.approx(100 * np.expm1(ends))
    assert notebook.published["near_town"] == pytest.approx(data.own.corr(data.urban_share))
    given = gz.load_geographical_indications()
    rows = given.groupby([given.adcode.map(group), given.year >= 2016]).size()
    brands = rows.unstack(fill_value=0).reindex(data.index, fill_value=0)
    data["before"], data["later"] = brands[False], brands[True]
    assert notebook.published["n_brands"] == len(given)
    for name in ("own", "made", "money"):
        fit = smf.ols(f"later ~ {name} + {held}", data).fit(cov_type="HC3", use_t=True)
        ends = [fit.params[name], *fit.conf_int().loc[name]]
        keys = [f"brands_{name}", f"brands_{name}_low", f"brands_{name}_high"]
        assert [notebook.published[key] for key in keys] == pytest.approx(ends)
    # Beyond the wider end of the interval of 90 %: two one-sided tests at 5 %.
    fit = smf.ols(f"later ~ own + {held}", data).fit(cov_type="HC3", use_t=True)
    beyond = fit.conf_int(0.1).loc["own"].abs().max()
    assert notebook.published["brands_beyond"] == pytest.approx(beyond)
