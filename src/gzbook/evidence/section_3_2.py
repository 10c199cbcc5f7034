"""Evidence of section 3.2: roads, terrain, digital work, budgets, weak county towns."""

from functools import cache

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import SEED, by_cut, china_cuts, sample_in_china
from gzbook.groups import group_workers
from gzbook.tables import tally
from gzcounty.data.counties import load_census, load_china_counties, load_panel
from gzcounty.data.guizhou import (
    load_counties,
    load_geography,
    load_industry_employment,
    load_series,
)
from gzcounty.inference.specifications import specification_curve
from gzcounty.measures.change import growth
from gzcounty.measures.dimensions import carrying_capacity
from gzcounty.measures.inequality import gini
from gzcounty.measures.penetration import penetration
from gzcounty.models.ols import ols

DRAWS = 499
TERRAIN = {
    "relief": "relief",
    "distance to seat": "distance_seat_km",
    "distance to Guiyang": "distance_guiyang_km",
}
EXPOSURES = ("commerce", "digital")
GROWTH = {"rural income": ("rural_income", 2014, 2023), "night lights": ("lights", 2013, 2020)}
CONTROLS = {"start": "start", "start, place": "start + minority + relief + distance"}


def expressway_to_every_county() -> Evidence:
    """Compare the provincial count of counties on an expressway with the number of counties."""
    series = load_series().query("adcode == '520000'")
    counts = series[series.variable == "counties_with_expressway"].set_index("year").value
    units = int((load_china_counties().province_en == "Guizhou").sum())
    first, last = int(counts.index.min()), int(counts.index.max())
    table = pd.DataFrame({"year": [last], "stated": [units], "found": [int(counts[last])]})
    return Evidence(
        table,
        "{lowest:.0f} counties had an expressway in {first} and {count:.0f} in {last}, of {units}. "
        "The count is the province's own announcement, made days before the end of that year; it "
        "tells of roads, not of what a parcel costs.",
        f"{units} counties of Guizhou",
        str(last),
        {"lowest": counts.min(), "first": first, "count": counts[last], "last": last,
         "units": units},
    )  # fmt: skip


def terrain_data() -> pd.DataFrame:
    """Return 2020 by county: terrain, transport (% of employed), log income x 100, controls."""
    jobs = load_industry_employment().query("year == 2020")
    wide = jobs.pivot(index="adcode", columns="section", values="employed")
    census = load_census().query("year == 2020").set_index("adcode")
    income = load_panel().query("year == 2020").set_index("adcode").rural_income
    counties = load_counties().set_index("adcode")
    out = load_geography().set_index("adcode")[list(TERRAIN.values())]
    out = out.join(census[["schooling_years", "minority_share", "urban_share"]])
    out["transport"] = 100.0 * wide.G / wide.sum(axis=1)
    out["log_income"] = 100.0 * np.log(income)
    out["prefecture"] = counties.prefecture_en
    out["outside_districts"] = counties.unit_type != "district"
    return out.reset_index()


def terrain_models(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the 18 models of 3.2-b, one row each, for one standard deviation of terrain."""
    data = terrain_data() if data is None else data
    parts = [
        specification_curve(
            data,
            outcomes={label: column},
            exposures=TERRAIN,
            controls={"none": [], "people": ["schooling_years", "minority_share"]},
            effects=["prefecture"],
            samples=samples,
            standardise=True,
        ).table()
        for label, column, samples in (
            (
                "transport employment",
                "transport",
                {"all": data.adcode > "", "no districts": data.outside_districts},
            ),
            ("rural income", "log_income", {"former poverty counties": data.log_income.notna()}),
        )
    ]
    return pd.concat(parts, ignore_index=True)


def terrain_and_transport() -> Evidence:
    """Regress transport employment and rural income on relief and distance, within prefectures."""
    table = terrain_models()
    ranges = table.groupby("outcome").estimate.agg(["min", "max"]).to_dict("index")
    sizes = table.groupby("sample").nobs.max().astype(int)
    return Evidence(
        table,
        "Of {models} models within prefectures, {below} find less transport employment or income "
        "where a county is more rugged or more distant, and {above} find more; one standard "
        "deviation goes with {transport[min]:+.2f} to {transport[max]:+.2f} points of transport "
        "employment and {income[min]:+.2f} to {income[max]:+.2f} % of income. What transport costs "
        "is in no public county table.",
        f"{sizes['all']} counties of Guizhou, {sizes['no districts']} without districts; income of "
        f"{sizes['former poverty counties']} former poverty counties",
        "2020",
        {
            **tally(table),
            "transport": ranges["transport employment"],
            "income": ranges["rural income"],
        },
    )


def information_tenth() -> pd.DataFrame:
    """Return the share of Guizhou's units in China's lowest tenth, with districts and without."""
    rows = []
    for cut, (employed, units) in china_cuts().items():
        place = (employed.employed_I / employed.sum(axis=1)).rank(pct=True)
        lowest = place[units.province == "Guizhou"] <= 0.1
        rows.append({
            "cut": cut,
            "value": float(lowest.mean()),
            "lowest": int(lowest.sum()),
            "n": len(lowest),
            "n_china": len(place),
        })  # fmt: skip
    return pd.DataFrame(rows)


def digital_blind_spots() -> Evidence:
    """Count Guizhou's counties in China's lowest tenth by information employment."""
    table = information_tenth()
    facts = by_cut(table.assign(share=100 * table.value))
    return Evidence(
        table,
        "{whole[lowest]} of Guizhou's {whole[n]} units ({whole[share]:.0f} %) are in the lowest "
        "tenth of China's {whole[n_china]:,} by the share employed in information; without "
        "districts {outside[lowest]} of {outside[n]} ({outside[share]:.0f} %). Work is not "
        "coverage: no public table has networks by county.",
        sample_in_china(facts["whole"]),
        "2020",
        facts,
    )


def concentration(section: str, year: int, draws: int = DRAWS) -> dict[str, float]:
    """Compare how a section's workers and all workers are spread over the groups.

    Returns
    -------
    dict
        section, all: Gini of workers over groups. by_chance: mean Gini if as many workers were
        drawn from all workers, whatever their section: more than `all`, as few are drawn.
    """
    employed = group_workers(year)
    inside, everyone = employed[section], employed.sum(axis=1)
    generator = np.random.default_rng(SEED)
    drawn = generator.multinomial(int(inside.sum()), everyone / everyone.sum(), size=draws)
    return {
        "section": gini(inside),
        "all": gini(everyone),
        "by_chance": float(np.mean([gini(row) for row in drawn])),
    }


def digital_work_in_few_places() -> Evidence:
    """Compare how information workers and all workers are spread over Guizhou."""
    table = pd.DataFrame([{"year": year, **concentration("I", year)} for year in (2010, 2020)])
    table["value"] = table.section - table.by_chance
    rows = table.set_index("year").to_dict("index")
    return Evidence(
        table,
        "Over groups of counties the Gini coefficient of information workers was "
        "{first[section]:.3f} in 2010 and {last[section]:.3f} in 2020, of all workers "
        "{first[all]:.3f} and {last[all]:.3f}; as many workers drawn from all would have "
        "{first[by_chance]:.3f} and {last[by_chance]:.3f}. Phone shops and programmers count "
        "alike.",
        f"{len(group_workers(2020))} groups that hold the 88 counties on constant borders",
        "2010 and 2020",
        {"first": rows[2010], "last": rows[2020]},
    )


@cache
def self_sufficiency() -> pd.DataFrame:
    """Return own revenue over expenditure by county and year; `flagged` marks unusual jumps.

    Returns
    -------
    DataFrame
        adcode, year, share (%), flagged: revenue or expenditure of that year stands on either end
        of a jump that the panel flags.
    """
    long = load_panel("long")
    long = long[long.variable.isin(["fiscal_revenue", "fiscal_expenditure"])]
    wide = long.pivot(index=["adcode", "year"], columns="variable", values="value").dropna()
    flagged = long.groupby(["adcode", "year"]).flagged.any()
    out = pd.DataFrame({"share": 100.0 * wide.fiscal_revenue / wide.fiscal_expenditure})
    return out.assign(flagged=flagged.reindex(out.index)).reset_index()


def thin_budgets() -> Evidence:
    """Divide each county's own revenue by what it spends, in the latest year."""
    every = self_sufficiency()
    year = int(every.year.max())
    latest = every[every.year == year]
    table = latest[["adcode", "flagged"]].assign(value=latest.share / 100.0)
    types = load_counties().set_index("adcode").unit_type
    without = types.drop(latest.adcode)
    districts = "all" if (without == "district").all() else "most"
    return Evidence(
        table,
        "{below} of {counties} counties raise less than half of what they spend; the median raises "
        "{median:.0f} %, the range is {low:.0f} to {high:.0f} %. Thin budgets are a fact of "
        "transfers between governments; that a policy for e-commerce failed for want of money is "
        "not seen here.",
        f"{len(latest)} counties of Guizhou in the yearbook; {districts} of the {len(without)} "
        "others are urban districts",
        str(year),
        {
            "below": int((table.value < 0.5).sum()),
            "counties": len(latest),
            "median": latest.share.median(),
            "low": latest.share.min(),
            "high": latest.share.max(),
        },
    )


def capacity_data() -> pd.DataFrame:
    """Return growth, penetration and capacity of 2010 for the models of 3.2-g.

    Returns
    -------
    DataFrame
        outcome, adcode, growth (log points x 100), start (log of the first year), commerce,
        digital, capacity (standard deviations from the mean of the outcome's sample), controls.
        Only counties that kept their borders since 2010.
    """
    counties = load_counties().set_index("adcode")
    kept = counties.index[~counties.territory_changed]
    index = carrying_capacity(harmonised=False).query("year == 2010").set_index("adcode")
    census = load_census().query("year == 2010").set_index("adcode")
    place = load_geography().set_index("adcode")
    parts = []
    for outcome, (variable, first, last) in GROWTH.items():
        grown = growth(variable, first, last).set_index("adcode")
        part = pd.DataFrame({
            "outcome": outcome,
            "growth": 100.0 * grown.growth,
            "start": np.log(grown.start_value),
            "capacity": index.capacity.reindex(grown.index),
            "minority": census.minority_share.reindex(grown.index),
            "relief": place.relief.reindex(grown.index),
            "distance": place.distance_guiyang_km.reindex(grown.index),
            "prefecture": counties.prefecture_en.reindex(grown.index),
        })  # fmt: skip
        for measure in EXPOSURES:
            part[measure] = penetration(measure, 2010).set_index("adcode").penetration
        part = part[part.index.isin(kept)].dropna()
        scaled = part[[*EXPOSURES, "capacity"]]
        part[[*EXPOSURES, "capacity"]] = (scaled - scaled.mean()) / scaled.std()
        parts.append(part.rename_axis("adcode").reset_index())
    return pd.concat(parts, ignore_index=True)


def capacity_models(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the 8 interactions of 3.2-g, standard errors HC3."""
    data = capacity_data() if data is None else data
    rows = []
    for outcome, part in data.groupby("outcome", sort=False):
        for measure in EXPOSURES:
            for name, controls in CONTROLS.items():
                fit = ols(f"growth ~ {measure} * capacity + {controls}", part)
                row = fit.table().set_index("term").loc[f"{measure}:capacity"]
                rows.append({
                    "outcome": outcome,
                    "measure": measure,
                    "controls": name,
                    **row[["estimate", "conf_low", "conf_high", "p_value"]],
                    "nobs": fit.nobs,
                })  # fmt: skip
    return pd.DataFrame(rows)


def weak_towns_hold_it_back() -> Evidence:
    """Ask whether growth goes with penetration more where carrying capacity was high."""
    data = capacity_data()
    table = capacity_models(data)
    ranges = table.groupby("outcome").estimate.agg(["min", "max"]).to_dict("index")
    sizes = data.groupby("outcome").size()
    return Evidence(
        table,
        "Of {models} interactions of penetration with carrying capacity, {above} lie above zero "
        "and {below} below (log points x 100, about %, for one standard deviation of each: rural "
        "income: {income[min]:+.2f} to {income[max]:+.2f}; night lights: {lights[min]:+.2f} to "
        "{lights[max]:+.2f}).",
        f"{sizes['rural income']} former poverty counties (income) and {sizes['night lights']} "
        "counties (lights) that kept their borders",
        "income 2014-2023, lights 2013-2020",
        {**tally(table), "income": ranges["rural income"], "lights": ranges["night lights"]},
    )


TESTS = {
    "3.2-a": expressway_to_every_county,
    "3.2-b": terrain_and_transport,
    "3.2-c": digital_blind_spots,
    "3.2-d": digital_work_in_few_places,
    "3.2-e": thin_budgets,
    "3.2-g": weak_towns_hold_it_back,
}
