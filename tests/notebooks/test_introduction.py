"""The introduction's published numbers, computed again from the stored tables by other means."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from section_pages import check_verdicts, claims_of, figure

import gzbook
import gzcounty as gz
from gzcounty.data.store import read_table

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "introduction.md"
XIAOHE = "520114"


@pytest.fixture(scope="module")
def numbers(execute):
    return execute("introduction").published


@pytest.fixture(scope="module")
def atlas(execute):
    """Return the atlas's specification as the notebook shows it."""
    return figure(execute("introduction"), "atlas")


def test_population_is_the_published_total_of_both_censuses(numbers):
    # Communiqués of the sixth and the seventh census, Guizhou.
    assert numbers["residents_2010"] == 34_748_556
    assert numbers["residents_2020"] == 38_562_148


def test_farm_shares_agree_with_the_provincial_row_of_the_census(numbers):
    province = read_table("industry_employment").query("adcode == '520000'")
    for year in (2010, 2020):
        jobs = province[province.year == year].set_index("section").employed
        assert numbers[f"farm_{year}"] == pytest.approx(100 * jobs["A"] / jobs.sum(), abs=1e-9)
    assert (round(numbers["farm_2010"]), round(numbers["farm_2020"])) == (69, 27)


def test_turn_against_households_from_the_provincial_rows(numbers):
    work = read_table("industry_employment").query("adcode == '520000'")
    homes = read_table("census").query("adcode == '520000'").set_index("year").households_long_form
    count = work.assign(farm=work.section == "A").groupby(["year", "farm"]).employed.sum().unstack()
    rate = count.div(homes, axis=0)
    change = 100 * (rate.loc[2020] / rate.loc[2010] - 1)
    assert numbers["farm_per_household_fall"] == pytest.approx(-change[True])
    assert numbers["other_per_household_rise"] == pytest.approx(change[False])
    fall = 100 * (1 - count.loc[2020].sum() / count.loc[2010].sum())
    assert numbers["employed_fall"] == pytest.approx(fall)


def test_groups_that_shrank_from_the_raw_census(numbers):
    groups = read_table("counties").set_index("adcode").group.to_dict()
    groups[XIAOHE] = groups["520111"]
    raw = read_table("census")
    raw = raw[raw.adcode.isin(groups)]
    sums = raw.population.groupby([raw.adcode.map(groups), raw.year]).sum().unstack()
    assert numbers["groups"] == len(sums) == 81
    assert numbers["groups_shrank"] == int((sums[2020] < sums[2010]).sum())
    gain = sums[2020] - sums[2010]
    guiyang = gain[sorted({g for code, g in groups.items() if code.startswith("5201")})]
    assert numbers["guiyang_share"] == pytest.approx(100 * guiyang.sum() / gain.sum())


def test_units_and_former_poverty_counties(numbers):
    assert (numbers["units"], numbers["poor_units"]) == (88, 66)
    assert numbers["poor_units"] == len(read_table("poverty_exit").adcode.unique())
    names = read_table("counties").name_zh
    special = names == "六枝特区"
    endings = {
        "district": names.str.endswith("区") & ~special,
        "special_district": special,
        "county_level_city": names.str.endswith("市"),
        "autonomous_county": names.str.endswith("自治县"),
        "county": names.str.endswith("县") & ~names.str.endswith("自治县"),
    }
    assert {k: numbers[f"type_{k}"] for k in endings} == {k: v.sum() for k, v in endings.items()}


def test_positions_are_shares_of_china_below(numbers):
    china = gz.load_china_counties()
    for name in ("schooling_years", "piped_water_share", "gdp_per_resident_2020"):
        values = china[name].dropna()
        guizhou = values[china.province_zh[values.index] == "贵州省"]
        # A place counts the units below and half of those that are equal, plus half of itself.
        places = [
            ((values < x).sum() + ((values == x).sum() + 1) / 2) / len(values) for x in guizhou
        ]
        assert numbers[f"position_{name}"] == pytest.approx(100 * pd.Series(places).median())
    assert numbers["units_china"] == 2948


def test_only_piped_water_stands_above_the_middle(numbers):
    above = {k for k, v in numbers.items() if k.startswith("position_") and v > 50}
    assert above == {"position_piped_water_share"}  # the page says: with one exception


def test_shares_of_provincial_gdp(numbers):
    series = read_table("series")
    bulletin = series[(series.adcode == "520000") & (series.variable == "gdp")]
    provincial = bulletin.set_index("year").value.to_dict()
    assert provincial[2023] == 20913.25  # 100 million yuan
    long = read_table("panel").query("variable == 'gdp'")
    gdp = long[long.year == 2023].set_index("adcode").value / 100
    counties = read_table("counties").set_index("adcode")
    without = counties.name_zh.drop(gdp.index)
    assert len(without) == numbers["gdp_units_missing"]
    assert without.str.endswith("区").all()  # the page says: all of them city districts
    outside = gdp[~counties.name_zh[gdp.index].str.endswith("区") | (gdp.index == "520203")]
    poor = gdp[gdp.index.isin(read_table("poverty_exit").adcode)]
    top = outside.nlargest(numbers["gdp_leave_out"])
    assert numbers["gdp_all"] == pytest.approx(100 * gdp.sum() / 20913.25)
    assert numbers["gdp_county"] == pytest.approx(100 * outside.sum() / 20913.25)
    assert numbers["gdp_less"] == pytest.approx(100 * (outside.sum() - outside.max()) / 20913.25)
    assert numbers["gdp_poor"] == pytest.approx(100 * poor.sum() / 20913.25)
    assert outside.sum() - top.sum() < 20913.25 / 2 <= outside.sum() - top.iloc[:-1].sum()
    assert numbers["gdp_largest"] == counties.name_en[outside.idxmax()]
    before = long[long.year == 2020].value.sum() / 100 / provincial[2020]
    assert numbers["share_2020"] == pytest.approx(100 * before)


def test_verdicts_are_those_of_the_ledger(numbers):
    check_verdicts(numbers, "1")


def test_counties_decide_if_all_three_sums_do_in_both_years(numbers):
    last = [numbers[k] > 50 for k in ("gdp_all", "gdp_county", "gdp_less")]
    first = [numbers[k] > 50 for k in ("share_2020", "share_2020_county", "share_2020_less")]
    rule = {6: "supported", 0: "contradicted"}
    assert numbers["verdict_1_b"] == rule.get(sum(last + first), "undecided")
    assert all(last)  # the page says: in 2023 the counties held more than half


def test_every_claim_is_judged_in_the_notebook(execute):
    cells = execute("introduction").cells
    shown = [
        o.data.get("text/html", "") for c in cells for o in c.get("outputs", []) if "data" in o
    ]
    # 1-c is judged in the notebook of section 2.3.
    assert sum("gz-judged" in html for html in shown) == len(claims_of("1")) - 1


def test_documents_that_were_not_looked_up_are_called_so():
    claims = gzbook.load_claims().set_index("id")
    assert set(claims.untestable[["1-d", "1-e", "1-f"]]) == {"not looked up"}


def test_atlas_leaves_moved_borders_empty_in_2010(atlas):
    def find(node: object, name: str) -> object:
        if isinstance(node, dict):
            if node.get("name") == name and "value" in node:
                return node["value"]
            node = list(node.values())
        if isinstance(node, list):
            return next((x for x in (find(n, name) for n in node) if x is not None), None)
        return None

    catalogue = find(atlas.get("params"), "catalogue")
    moved = set(gz.load_counties().query("territory_changed").adcode)
    rows = next(v for v in atlas["datasets"].values() if len(v) == 88 and "v" in v[0])
    for name in ("farm_share", "population", "schooling_years", "shift_share"):
        entry = catalogue[name]
        place = entry["from"]  # of the variable's first year
        assert entry["years"][0] == (2014 if name == "shift_share" else 2010)
        empty = {row["adcode"] for row in rows if row["v"][place] is None}
        assert empty == moved, name
    income = catalogue["rural_income"]
    poor = set(gz.load_poverty_exits().adcode)
    for place in range(income["from"], income["from"] + len(income["years"])):
        assert {row["adcode"] for row in rows if row["v"][place] is not None} <= poor
    assert "former poverty" in income["label"]


def test_every_solution_ran(execute):
    cells = execute("introduction").cells
    solutions = [c for c in cells if "hide-cell" in c.metadata.get("tags", [])]
    assert len(solutions) == 3
    for cell in solutions:
        assert cell.execution_count is not None
        assert "assert " in cell.source
        assert cell.outputs


def test_figures_of_the_page_exist_and_numbers_are_published(execute, numbers):
    text = PAGE.read_text(encoding="utf-8")
    tags = {t for c in execute("introduction").cells for t in c.metadata.get("tags", [])}
    for name in re.findall(r"\{gz-figure\} introduction:([\w-]+)", text):
        assert f"gz-figure-{name}" in tags
    quoted = set(re.findall(r"\{num\}`introduction:(\w+)", text))
    assert quoted
    assert quoted <= set(numbers)


def test_where_growth_is_compared_and_what_it_leaves_room_for(numbers):
    table = gzbook.examine("1-c").evidence.table
    for kind in ("levels", "growth"):
        rows = table[table.compared == kind]
        found = [numbers[kind], numbers[f"{kind}_above"], numbers[f"{kind}_below"]]
        assert found == [len(rows), (rows.conf_low > 0).sum(), (rows.conf_high < 0).sum()]
    rows = table.query("compared == 'growth' and measure == 'commerce' and controls != 'none'")
    lights = rows[rows.outcome.str.contains("lights")]
    ends = 100 * np.expm1([lights.conf_low.min(), lights.conf_high.max()])
    assert [numbers[f"growth_lights_{end}"] for end in ("low", "high")] == pytest.approx(ends)
    # The model of income that leaves most room, by statsmodels.
    long = read_table("panel").query("variable == 'rural_income'")
    income = long.pivot(index="adcode", columns="year", values="value")
    work = gz.load_industry_employment().query("year == 2010")
    trade = work[work.section.isin(["F", "G", "I"])].groupby("adcode").employed.sum()
    census = gz.load_census().query("year == 2010").set_index("adcode")
    data = pd.DataFrame({
        "grown": np.log(income[2023] / income[2014]),
        "trade": trade / work.groupby("adcode").employed.sum(),
        "start": np.log(income[2014]),
        "towns": census.population_urban / census.population,
    })  # fmt: skip
    data = data.join(census[["schooling_years", "minority_share"]])
    data = data.join(gz.load_geography().set_index("adcode")[["relief", "distance_guiyang_km"]])
    data = data.join(gz.load_counties().set_index("adcode").prefecture_en).dropna()
    data["trade"] /= data.trade.std()
    held = "start + towns + schooling_years + minority_share + relief + distance_guiyang_km"
    fit = smf.ols(f"grown ~ trade + {held} + C(prefecture_en)", data)
    high = fit.fit(cov_type="HC3", use_t=True).conf_int().loc["trade", 1]
    assert numbers["growth_income_reach"] == pytest.approx(100 * np.expm1(high), rel=1e-6)
