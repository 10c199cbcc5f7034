"""The numbers of notebooks/value-industry once more, from the tables and from other libraries."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from section_pages import check_verdicts, claims_of

import gzbook
import gzcounty as gz
from gzcounty.data.store import read_table

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def numbers(execute):
    return execute("value-industry").published


def test_groups_that_became_more_like_the_province(numbers):
    long = gz.load_industry_employment().query("section != 'A'")
    groups = gz.load_counties().set_index("adcode").group.to_dict()
    groups["520114"] = groups["520111"]
    long["group"] = long.adcode.map(groups)
    distance = {}
    for year, jobs in long.groupby("year"):
        table = jobs.groupby(["group", "section"]).employed.sum().unstack()
        whole = table.sum() / table.sum().sum()
        distance[year] = (table.div(table.sum(axis=1), axis=0) - whole).abs().sum(axis=1)
    assert numbers["groups"] == len(distance[2010]) == 81
    assert numbers["fell"] == (distance[2020] < distance[2010]).sum()
    assert numbers["krugman_2020"] == pytest.approx(distance[2020].median())


def test_rongjiangs_gap_is_that_of_a_general_optimiser(numbers):
    poor = gz.load_counties().query("former_poverty_county").adcode
    panel = gz.load_panel().query("year >= 2014")
    panel = panel[panel.adcode.isin(set(poor) - {"522630"})]
    wide = panel.pivot(index="year", columns="adcode", values="rural_income").dropna(axis=1)
    treated, donors = wide["522632"], wide.drop(columns="522632")
    assert numbers["donors"] == donors.shape[1]
    early = donors.index < 2023
    a, b = donors[early].to_numpy() / 1e3, treated[early].to_numpy() / 1e3
    n = a.shape[1]
    weights = minimize(
        lambda w: np.sum((b - a @ w) ** 2),
        np.full(n, 1 / n),
        jac=lambda w: -2 * a.T @ (b - a @ w),
        bounds=[(0, 1)] * n,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
        options={"maxiter": 2000, "ftol": 1e-14},
    )
    gap = treated[2023] - donors.loc[2023] @ weights.x
    assert numbers["twin"] == pytest.approx(gap, abs=1.0)
    # One exact placebo in Rongjiang's pool, so ranks could not rule anything out in Taijiang's.
    assert numbers["exact_low"] < 2 <= numbers["exact_high"]


def test_what_the_page_says_of_the_games_holds(numbers):
    # Taijiang's gaps hang on logs and on the year; GDP fell the year before.
    assert numbers["taijiang_low"] > 0
    assert min(numbers["yuan_p"], numbers["late_p"]) > 0.05
    gdp = gz.load_panel().query("adcode == '522630'").set_index("year").gdp
    assert numbers["fall_2021"] == pytest.approx(100 * (1 - gdp[2021] / gdp[2020]))
    assert numbers["fall_2021"] > 0 < numbers["median_2021"]
    # Income can show little, GDP only much.
    assert max(numbers["rongjiang_detectable"], numbers["taijiang_detectable"]) < 2
    assert min(numbers["rongjiang_gdp_detectable"], numbers["taijiang_gdp_detectable"]) > 5
    assert numbers["pretended_clear"] == 0


def test_p_values_are_ranks_and_none_is_below_the_smallest(numbers):
    units = numbers["donors"] + 1
    assert numbers["smallest_p"] == pytest.approx(1 / units)
    for key in ("rongjiang_p", "taijiang_p", "rongjiang_gdp_p", "taijiang_gdp_p"):
        assert numbers[key] * units == pytest.approx(round(numbers[key] * units))


def test_press_figures_divide_as_stated(numbers):
    cases = gz.load_cases().set_index("variable").value
    may = 1e4 * cases["tourism_revenue_May"] / cases["tourist_visits_May"]
    assert numbers["visit_low"] <= may <= numbers["visit_high"]
    assert numbers["revenue"] == cases["tourism_revenue_2023_05_13_to_2024_06_30"]
    assert numbers["revenue"] > numbers["gdp"]
    # 55.16 million yuan by 181,900 visits.
    assert numbers["taijiang_visit"] == pytest.approx(55_160_000 / 181_900)
    assert numbers["tea_2022"] == pytest.approx(75.03 / 1.159)
    assert numbers["tea_2022"] < numbers["tea_2021"]


def test_every_claim_has_a_verdict_and_a_place_in_the_notebook(numbers, execute):
    cells = execute("value-industry").cells
    text = "\n".join(c.source for c in cells if c.cell_type == "markdown")
    check_verdicts(numbers, "2.1")
    for id in claims_of("2.1"):
        assert f"\n### {id} " in text, f"Give claim {id} its heading in value-industry.ipynb."
    # Each heading is followed by a cell that examines.
    for markdown, following in pairwise(cells):
        if markdown.cell_type == "markdown" and re.search(r"### 2\.1-[a-z]", markdown.source):
            assert "gzbook.examine(" in following.source


def test_the_page_quotes_numbers_and_figures_that_exist(numbers, execute):
    page = (ROOT / "book" / "value-industry.md").read_text(encoding="utf-8")
    quoted = re.findall(r"\{num\}`value-industry:(\w+)(?:\|([^`]*))?`", page)
    assert len(quoted) > 30
    for key, spec in quoted:
        format(numbers[key], spec if not isinstance(numbers[key], str) else "")
    tags = {tag for c in execute("value-industry").cells for tag in c.metadata.get("tags", [])}
    figures = re.findall(r"\{gz-figure\} value-industry:([\w-]+)", page)
    assert {"profile", "rongjiang", "games"} <= set(figures)
    assert {f"gz-figure-{name}" for name in figures} <= tags


def test_one_standard_deviation_of_distance_and_what_goes_with_it(numbers):
    assert numbers["distance_sd"] == pytest.approx(gz.load_geography().distance_guiyang_km.std())
    rows = gzbook.examine("2.1-b").evidence.table
    gdp = rows[(rows.outcome == "GDP a resident") & (rows.exposure == "distance")]
    gdp = gdp.set_index("effects")
    assert numbers["gdp_distance_size"] == pytest.approx(-gdp.estimate["none"])
    # The page says: GDP goes with distance, but not among counties of one prefecture; income never.
    assert gdp.conf_high["none"] < 0 < gdp.conf_high["prefecture"]
    assert (rows.conf_high[rows.outcome == "rural income"] > 0).all()
    assert (rows.estimate < 0).all()  # the page says: all signs are as the paper expects


def test_what_incomes_rule_out_in_the_mountains_is_that_of_statsmodels(numbers):
    import statsmodels.formula.api as smf

    incomes = read_table("panel").query("variable == 'rural_income' and year == 2020")
    data = gz.load_geography().set_index("adcode")[["relief", "distance_guiyang_km"]]
    data = data.join(gz.load_counties().set_index("adcode").prefecture_en)
    data = data.join(incomes.set_index("adcode").value.rename("income"), how="inner")
    data["log"], beyond = np.log(data.income), []
    for held in ("", " + C(prefecture_en)"):
        fit = smf.ols(f"log ~ relief + distance_guiyang_km{held}", data)
        # HC3 with t of the residual degrees of freedom: two one-sided tests at 5 %.
        ends = fit.fit(cov_type="HC3", use_t=True).conf_int(0.1)
        for x in ("relief", "distance_guiyang_km"):
            beyond += list(data.income.mean() * np.expm1(data[x].std() * ends.loc[x]))
    assert numbers["income_ruled"] == pytest.approx(np.abs(beyond).max(), rel=1e-6)
