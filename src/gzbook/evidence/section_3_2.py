"""Evidence of section 3.2: roads, terrain, blind spots, budgets, weak county towns."""

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import beside_median, by_cut, china_cuts, sample_in_china
from gzbook.tables import tally, tally_and_range
from gzcounty.data.counties import load_census, load_china_counties, load_panel
from gzcounty.data.guizhou import (
    load_counties,
    load_geography,
    load_industry_employment,
    load_series,
)
from gzcounty.inference.specifications import specification_curve
from gzcounty.language import N_, _
from gzcounty.measures.change import growth
from gzcounty.measures.dimensions import carrying_capacity
from gzcounty.measures.penetration import penetration
from gzcounty.models.ols import ols

TERRAIN = {
    N_("relief"): "relief",
    N_("distance to seat"): "distance_seat_km",
    N_("distance to Guiyang"): "distance_guiyang_km",
}
BUDGET_YEAR = 2023
EXPOSURES = ("commerce", "digital")
GROWTH = {
    N_("rural income"): ("rural_income", 2014, 2023),
    N_("night lights"): ("lights", 2013, 2020),
}
CONTROLS = {N_("start"): "start", N_("start, place"): "start + minority + relief + distance"}


def expressway_to_every_county() -> Evidence:
    """Compare the provincial count of counties on an expressway with the number of counties."""
    series = load_series().query("adcode == '520000'")
    counts = series[series.variable == "counties_with_expressway"].set_index("year").value
    units = int((load_china_counties().province_en == "Guizhou").sum())
    first, last = int(counts.index.min()), int(counts.index.max())
    table = pd.DataFrame({"year": [last], "stated": [units], "found": [int(counts[last])]})
    return Evidence(
        table,
        N_(
            "{lowest:.0f} counties had an expressway in {first} and {count:.0f} in {last}, of "
            "{units}. The count is the province's own announcement, made days before the end of "
            "that year; it speaks of roads, not of what a parcel costs."
        ),
        _("{n} counties of Guizhou", n=units),
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
    out = out.join(census[["schooling_years", "minority_share"]])
    out["transport"] = 100.0 * wide.G / wide.sum(axis=1)
    out["log_income"] = 100.0 * np.log(income)
    out["prefecture"] = counties.prefecture_en
    out["outside_districts"] = counties.unit_type != "district"
    return out.reset_index()


def terrain_models() -> pd.DataFrame:
    """Return 18 models, one row each, for one standard deviation of terrain.

    Those of income decide 3.2-b; those of transport employment stand beside them.
    """
    data = terrain_data()
    every = {"all": data.adcode > "", "no districts": data.outside_districts}
    poor = {N_("former poverty counties"): data.log_income.notna()}
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
            (N_("transport employment"), "transport", every),
            ("rural income", "log_income", poor),
        )
    ]
    return pd.concat(parts, ignore_index=True)


def terrain_and_transport() -> Evidence:
    """Regress rural income on relief and distance, within prefectures."""
    every = terrain_models()
    income = every.outcome == "rural income"
    table, work = every[income].reset_index(drop=True), every[~income]
    return Evidence(
        table,
        N_(
            "Of {models} models of income within prefectures, {below} find less income where a "
            "county is more rugged or more distant, and {above} find more; one standard deviation "
            "goes with {low:+.1f} to {high:+.1f} % of income. Of {work[models]} models of "
            "transport employment, which has no sign that the claim fixes, {work[below]} find less "
            "and {work[above]} more. What transport costs is in no public county table."
        ),
        _("{n:.0f} former poverty counties", n=table.nobs.max()),
        "2020",
        {**tally_and_range(table), "work": tally(work)},
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
        N_(
            "{whole[lowest]} of Guizhou's {whole[n]} units ({whole[share]:.0f} %) are in the "
            "lowest tenth of China's {whole[n_china]:,} by the share employed in information; "
            "without districts {outside[lowest]} of {outside[n]} ({outside[share]:.0f} %). Work is "
            "not coverage: no public table has networks by county."
        ),
        sample_in_china(facts["whole"]),
        "2020",
        facts,
    )


def thin_budgets() -> Evidence:
    """Compare own revenue over expenditure with the median of China's counties."""
    china = load_china_counties().set_index("adcode")
    raised = (
        100.0 * china[f"fiscal_revenue_{BUDGET_YEAR}"] / china[f"fiscal_expenditure_{BUDGET_YEAR}"]
    )
    table = beside_median(raised, "below")
    inside = raised.index.str.startswith("52")
    half = {
        name: 100.0 * (part.dropna() < 50).mean()
        for name, part in (("guizhou", raised[inside]), ("china", raised))
    }
    facts = by_cut(table)
    return Evidence(
        table,
        N_(
            "{whole[beyond]} of {whole[n]} counties of Guizhou raise a smaller part of what they "
            "spend than the median of China's {whole[n_china]:,} counties in the yearbook: medians "
            "{whole[median_guizhou]:.0f} and {whole[median_china]:.0f} %; without districts "
            "{outside[beyond]} of {outside[n]}. Less than half is raised by {half[guizhou]:.0f} % "
            "of Guizhou's counties and by {half[china]:.0f} % of China's. That a policy for "
            "e-commerce failed for lack of money is not seen here."
        ),
        _(
            "{n} counties of Guizhou among {n_china:,} of China in the yearbook, which leaves out "
            "most urban districts",
            n=facts["whole"]["n"],
            n_china=facts["whole"]["n_china"],
        ),
        str(BUDGET_YEAR),
        {**facts, "half": half},
    )


def capacity_data() -> pd.DataFrame:
    """Return growth, penetration and capacity of 2010 for the models of 3.2-g, by outcome.

    growth (log points x 100), start (log of the first year), commerce, digital, capacity (standard
    deviations from the mean of the outcome's sample), controls. Only counties that kept their
    borders since 2010.
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


def capacity_models(data: pd.DataFrame) -> pd.DataFrame:
    """Return the 8 interactions of 3.2-g, standard errors HC3."""
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
        N_(
            "Of {models} interactions of penetration with carrying capacity, {above} lie above "
            "zero and {below} below. In log points x 100, about %, for one standard deviation of "
            "each: rural income {income[min]:+.2f} to {income[max]:+.2f}, night lights "
            "{lights[min]:+.2f} to {lights[max]:+.2f}."
        ),
        _(
            "{incomes} former poverty counties (income) and {lights} counties (lights) that kept "
            "their borders",
            incomes=sizes["rural income"],
            lights=sizes["night lights"],
        ),
        _("income 2014-2023, lights 2013-2020"),
        {**tally(table), "income": ranges["rural income"], "lights": ranges["night lights"]},
    )


TESTS = {
    "3.2-a": expressway_to_every_county,
    "3.2-b": terrain_and_transport,
    "3.2-c": digital_blind_spots,
    "3.2-e": thin_budgets,
    "3.2-g": weak_towns_hold_it_back,
}
