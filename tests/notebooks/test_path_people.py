"""Numbers of the notebook on section 4.3, found in another way."""

import re
from pathlib import Path

import numpy as np
import pytest
import statsmodels.formula.api as smf

import gzbook
import gzcounty as gz

ROOT = Path(__file__).resolve().parents[2]
IDS = ["4.3-a", "4.3-b", "4.3-c"]


@pytest.fixture(scope="module")
def numbers(execute) -> dict:
    return execute("path-people").published


@pytest.fixture(scope="module")
def own():
    """Rural income of 2014 and 2020, penetration and rural residents, from the loaders."""
    income = gz.load_panel().pivot(index="adcode", columns="year", values="rural_income")
    frame = income[[2014, 2020, 2023]].add_prefix("y").dropna(subset="y2020")
    census = gz.load_census().pivot(index="adcode", columns="year")
    frame["p2010"], frame["p2020"] = census.commerce_share[2010], census.commerce_share[2020]
    frame["rural"] = census.population_rural[2020]
    for name in ("schooling_years", "minority_share", "urban_share"):
        frame[name] = census[name][2020]
    place = gz.load_geography().set_index("adcode")
    frame["relief"], frame["far"] = place.relief, place.distance_guiyang_km
    frame["prefecture"] = gz.load_counties().set_index("adcode").prefecture_en
    return frame


def gini(y, w) -> float:
    """By all pairs of counties, in thousandths."""
    y, w = np.asarray(y), np.asarray(w)
    gaps = np.abs(np.subtract.outer(y, y))
    return 1000 * (np.outer(w, w) * gaps).sum() / (2 * w.sum() ** 2 * np.average(y, weights=w))


def test_gini_over_the_years_by_all_pairs(numbers, own):
    balanced = own.dropna(subset=["y2014", "y2023"])
    assert numbers["gini_2014"] == pytest.approx(gini(balanced.y2014, balanced.rural))
    assert numbers["gini_2023"] == pytest.approx(gini(balanced.y2023, balanced.rural))
    assert numbers["before"] == pytest.approx(gini(own.y2020, own.rural))


def test_the_model_that_agrees_and_what_is_left_with_income_of_2014(numbers, own):
    formula = (
        "np.log(y2020) ~ p2010 + schooling_years + minority_share + urban_share + relief + far"
        " + C(prefecture)"
    )
    dose = np.maximum(0, own.p2010.median() - own.p2010)
    for key, more in (("early", ""), ("held", " + np.log(y2014)")):
        slope = smf.ols(formula + more, own).fit().params["p2010"]
        after = own.y2020 * np.exp(slope * dose)
        change = gini(after, own.rural) - gini(own.y2020, own.rural)
        assert numbers[key] == pytest.approx(change)
    assert numbers["early_high"] < 0 < numbers["held_high"]


def test_those_who_lag_by_sorting(numbers, own):
    n = numbers["n_last"]
    last, poor = own.sort_values("p2020").index[:n], own.sort_values("y2020").index[:n]
    assert numbers["n_poor_and_last"] == len(set(last) & set(poor))
    assert numbers["raised"] == (own.p2020 < own.p2020.median()).sum()


def test_verdicts_are_those_of_the_ledger_and_are_counted(numbers):
    given = [numbers["verdict_" + re.sub(r"[.-]", "_", id)] for id in IDS]
    assert given == [gzbook.examine(id).word for id in IDS]
    for word in ("supported", "contradicted", "undecided", "not testable"):
        assert numbers[f"n_{word.replace(' ', '_')}"] == given.count(word)


def test_five_models_are_called_five(numbers):
    table = gzbook.examine("4.3-a").evidence.table
    clear = table[table.conf_high < 0]
    assert table.model.nunique() == 6
    assert set(clear.model) == {"2020, commerce share of 2010"}


def test_small_models_are_counted_from_the_evidence(numbers):
    table = gzbook.examine("4.3-a").evidence.table
    small = table[table.model != "2020, commerce share of 2010"]
    assert numbers["n_models"] == table.model.nunique()
    assert numbers["n_small"] == small.model.nunique()
    assert numbers["n_small_intervals"] == len(small)
    assert numbers["n_rules"] == table.rule.nunique()
    assert numbers["gini_plain"] == pytest.approx(numbers["before"] / 1000)


def test_the_page_quotes_numbers_and_figures_that_exist(numbers, execute):
    page = (ROOT / "book" / "path-people.md").read_text(encoding="utf-8")
    quoted = re.findall(r"\{num\}`path-people:(\w+)(?:\|([^`]*))?`", page)
    assert len(quoted) > 25
    for key, spec in quoted:
        format(numbers[key], spec if not isinstance(numbers[key], str) else "")
    tags = {tag for c in execute("path-people").cells for tag in c.metadata.get("tags", [])}
    figures = re.findall(r"\{gz-figure\} path-people:([\w-]+)", page)
    assert figures == ["simulator"]
    assert {f"gz-figure-{name}" for name in figures} <= tags
