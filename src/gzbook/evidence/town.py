"""The frames and models behind the claims of section 3.2: terrain, digital work, budgets."""

from functools import cache

import numpy as np
import pandas as pd

from gzcounty.data.census import load_census
from gzcounty.data.guizhou import load_counties, load_geography, load_industry_employment
from gzcounty.data.panel import load_panel
from gzcounty.inference.specifications import specification_curve
from gzcounty.measures.carrying import carrying_capacity
from gzcounty.measures.change import growth
from gzcounty.measures.inequality import gini
from gzcounty.measures.penetration import penetration
from gzcounty.models.ols import ols

SEED = 20_260
DRAWS = 499
TERRAIN = {
    "relief": "relief",
    "distance to seat": "distance_seat_km",
    "distance to Guiyang": "distance_guiyang_km",
}
EXPOSURES = ("commerce", "digital")
GROWTH = {"rural income": ("rural_income", 2014, 2023), "night lights": ("lights", 2013, 2020)}
CONTROLS = {"start": "start", "start, place": "start + minority + relief + distance"}


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
    table = pd.concat(parts, ignore_index=True)
    words = ["outcome", "exposure", "controls", "sample"]
    table.insert(0, "what", table[words].agg("; ".join, axis=1))
    return table


def workers(year: int) -> pd.DataFrame:
    """Return employed persons by group of constant borders and section, one census."""
    jobs = load_industry_employment().query("year == @year")
    member = load_counties().set_index("adcode").group
    # Xiaohe, abolished in 2012, belongs to Huaxi.
    group = jobs.adcode.replace({"520114": "520111"}).map(member).rename("group")
    return jobs.groupby([group, "section"]).employed.sum().unstack(fill_value=0)


def concentration(section: str, year: int, draws: int = DRAWS) -> dict[str, float]:
    """Compare how a section's workers and all workers are spread over the groups.

    Returns
    -------
    dict
        section, all: Gini of workers over groups. by_chance: mean Gini if as many workers were
        drawn from all workers, whatever their section: more than `all`, as few are drawn.
    """
    employed = workers(year)
    own, everyone = employed[section], employed.sum(axis=1)
    generator = np.random.default_rng(SEED)
    drawn = generator.multinomial(int(own.sum()), everyone / everyone.sum(), size=draws)
    return {
        "section": gini(own),
        "all": gini(everyone),
        "by_chance": float(np.mean([gini(row) for row in drawn])),
    }


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
    for outcome, own in data.groupby("outcome", sort=False):
        for measure in EXPOSURES:
            for name, controls in CONTROLS.items():
                fit = ols(f"growth ~ {measure} * capacity + {controls}", own)
                found = fit.table().set_index("term").loc[f"{measure}:capacity"]
                rows.append({
                    "what": f"{outcome}; {measure}; {name}",
                    "outcome": outcome,
                    "measure": measure,
                    "controls": name,
                    **found[["estimate", "conf_low", "conf_high", "p_value"]],
                    "nobs": fit.nobs,
                })  # fmt: skip
    return pd.DataFrame(rows)
