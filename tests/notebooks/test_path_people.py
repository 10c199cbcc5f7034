"""Numbers of the notebook on section 4.3, found in another way."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from section_pages import check_page, check_verdicts, figure

import gzbook
import gzcounty as gz

ONLINE = "Commerce share x online retail"


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
    """By all pairs of counties."""
    y, w = np.asarray(y), np.asarray(w)
    gaps = np.abs(np.subtract.outer(y, y))
    return (np.outer(w, w) * gaps).sum() / (2 * w.sum() ** 2 * np.average(y, weights=w))


def test_gini_over_the_years_by_all_pairs(numbers, own):
    balanced = own.dropna(subset=["y2014", "y2023"])
    assert numbers["gini_2014"] == pytest.approx(gini(balanced.y2014, balanced.rural))
    assert numbers["gini_2023"] == pytest.approx(gini(balanced.y2023, balanced.rural))
    assert numbers["gini_plain"] == pytest.approx(gini(own.y2020, own.rural))


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


def test_verdicts_and_page_follow_the_notebook(numbers, execute):
    check_verdicts(numbers, "4.3")
    check_page("path-people", execute("path-people"))


def test_five_models_are_called_five(numbers):
    table = gzbook.gini_changes()
    clear = table[table.conf_high < 0]
    assert table.model.nunique() == 6
    assert set(clear.model) == {"2020, commerce share of 2010"}


def test_small_models_are_counted_from_the_evidence(numbers):
    table = gzbook.gini_changes()
    small = table[table.model != "2020, commerce share of 2010"]
    assert numbers["n_models"] == table.model.nunique()
    assert numbers["n_small"] == small.model.nunique()
    assert numbers["n_small_intervals"] == len(small)
    ends = [numbers[f"small_reach_{end}"] for end in ("low", "high")]
    # The notebook draws the estimates less often.
    assert ends == pytest.approx([small.conf_low.min(), small.conf_high.max()], rel=0.05)
    assert numbers["n_rules"] == table.rule.nunique()


@pytest.fixture(scope="module")
def simulator(execute) -> dict[str, pd.DataFrame]:
    """The data of the simulator: changes by model, and counties raised."""
    chart = figure(execute("path-people"), "simulator")
    tables = [pd.DataFrame(rows) for rows in chart["datasets"].values()]
    names = {"changes": "estimate", "units": "dose"}
    return {name: next(t for t in tables if column in t) for name, column in names.items()}


def test_half_way_to_the_median_by_the_panel_equals_dummies(simulator):
    penetration = gz.penetration("shift_share").rename(columns={"penetration": "online"})
    income = gz.load_panel().query("year >= 2014").dropna(subset="rural_income")
    income = income[income.groupby("adcode").year.transform("size") == 10]
    long = income.merge(penetration, on=["adcode", "year"]).dropna(subset="online")
    start = income[income.year == 2014].set_index("adcode").rural_income
    long["log"], long["start"] = np.log(long.rural_income), np.log(long.adcode.map(start))
    fit = smf.ols("log ~ online + C(adcode) + C(year) + C(year):start", long).fit()
    last = long[long.year == 2023].set_index("adcode")
    rural = gz.load_census().query("year == 2020").set_index("adcode").population_rural[last.index]
    dose = 0.5 * np.maximum(0, last.online.median() - last.online)
    before, after = last.rural_income, last.rural_income * np.exp(fit.params["online"] * dose)
    mean = np.average(after, weights=rural) / np.average(before, weights=rural) - 1
    parts = [gz.theil(y, weights=rural).total for y in (after, before)]
    by_hand = {
        "Mean income, %": 100 * mean,
        "Gini": gini(after, rural) - gini(before, rural),
        "Theil": parts[0] - parts[1],
    }
    rows = simulator["changes"]
    rows = rows[(rows.measure == ONLINE) & (rows.rule == "to the median") & (rows["size"] == 50)]
    assert rows.set_index("outcome").estimate.to_dict() == pytest.approx(by_hand, abs=1e-6)


def test_units_below_the_median_are_raised(simulator):
    units = simulator["units"]
    assert list(units.measure.unique()) == ["Commerce share", "Digital share", ONLINE]
    for _, part in units[units.rule == "to the median"].groupby("measure"):
        assert part.adcode.is_unique
        assert ((part.dose > 0) <= (part.exposure <= part.exposure.median())).all()
