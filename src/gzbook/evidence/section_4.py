"""Evidence of section 4: what industry, county and people are advised, and what it rests on."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, cast

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence import among_china
from gzbook.frames import (
    PEOPLE,
    PLACE,
    beside_median,
    china_employment,
    county_frame,
    group_workers,
    in_cuts,
    with_every_income,
    with_income,
    year_frame,
)
from gzbook.tables import find_row, span, tally
from gzcounty.charts.coefficients import estimate_row
from gzcounty.data.counties import load_census, load_china_counties
from gzcounty.data.guizhou import current_adcode, load_counties, load_geography
from gzcounty.data.store import read_table
from gzcounty.inference.targeting import simulate_targeting
from gzcounty.language import N_, _
from gzcounty.measures.inequality import gini
from gzcounty.measures.specialisation import location_quotient, relatedness, relatedness_density
from gzcounty.models.event_study import event_study
from gzcounty.models.location import (
    HubPlan,
    assign_to_hubs,
    distance_matrix,
    p_median,
    proven_best,
)
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols
from gzcounty.models.result import Result

# ---- 4.1: whether what became specialities was related to what was there ------------------------

Proximity = Literal["China 2020", "Guizhou 2010"]
PROXIMITIES = cast("tuple[Proximity, ...]", (N_("China 2020"), N_("Guizhou 2010")))
ENTRY_CONTROLS = {"none": "", N_("share of 2010"): " + log_share"}
"""Who is just below a location quotient of 1 crosses it more easily, so its share may be held."""


def sections_of_groups(year: int) -> pd.DataFrame:
    """Return `group_workers` without international organisations (T), which hardly exist."""
    return group_workers(year).drop(columns="T")


@cache
def proximity(source: Proximity = "China 2020") -> pd.DataFrame:
    """Return which sections share places, section by section; see `gzcounty.relatedness`.

    China's are those of county-level units outside Guizhou, so that no county of Guizhou enters its
    own prediction; Guizhou's those of the 81 groups at the start.
    """
    if source == "Guizhou 2010":
        return relatedness(sections_of_groups(2010))
    employed = china_employment()[0].rename(columns=lambda name: name.removeprefix("employed_"))
    outside = employed[~employed.index.str.startswith("52")].drop(columns="T")
    return relatedness(outside[outside.sum(axis=1) > 0])


@cache
def entry_pairs(source: Proximity = "China 2020") -> pd.DataFrame:
    """Return every pair of a group and a section that it was not specialised in in 2010.

    entry is 1 if the location quotient against the province is 1 or more in 2020, else 0;
    density_raw is of 2010 (0 to 1), density the same in the standard deviations that section and
    group effects leave: most of it differs between counties, not within them; log_share is the log
    of the share of 2010, half a worker added.
    """
    first, last = sections_of_groups(2010), sections_of_groups(2020)
    parts = {
        "density_raw": relatedness_density(first, proximity(source)),
        "before": location_quotient(first),
        "after": location_quotient(last),
        "workers_2010": first,
        "log_share": np.log((first + 0.5).div(first.sum(axis=1), axis=0)),
    }
    pairs = pd.DataFrame({name: part.unstack() for name, part in parts.items()})
    pairs = pairs.rename_axis(["section", "group"]).reset_index()
    pairs = pairs[pairs.before < 1].reset_index(drop=True)
    pairs["entry"] = (pairs.after >= 1).astype(float)
    left = ols("density_raw ~ C(group) + C(section)", pairs).residuals
    return pairs.assign(density=pairs.density_raw / left.std()).drop(columns=["before", "after"])


def cuts(pairs: pd.DataFrame) -> dict[str, pd.Series]:
    """Return which pairs each sample of 4.1-a keeps."""
    counties = load_counties()
    towns = counties[counties.unit_type == "district"].group
    return {
        "all": pairs.entry.notna(),
        "no districts": ~pairs.group.isin(towns),
        N_("no farming"): pairs.section != "A",
    }


def entry_models() -> pd.DataFrame:
    """Return the twelve models of 4.1-a: points of 100 for one standard deviation of density.

    Entry is regressed on density with section and group effects, clustered by group. The standard
    deviation is that of all pairs in every sample.
    """
    rows = []
    for source in PROXIMITIES:
        pairs = entry_pairs(source)
        for cut, inside in cuts(pairs).items():
            for controls, terms in ENTRY_CONTROLS.items():
                kept, formula = pairs[inside], f"entry ~ density{terms}"
                fit = panel_ols(formula, kept, "group", "section", cluster="group")
                row = estimate_row(fit, "density", "", scale=100)
                rows.append({
                    "proximity": source, "cut": cut, "controls": controls,
                    **{name: row[name] for name in ("estimate", "conf_low", "conf_high", "nobs")},
                    "groups": kept.group.nunique(),
                })  # fmt: skip
    return pd.DataFrame(rows)


def related_specialities() -> Evidence:
    """Ask whether density of 2010 went with entry by 2020, with all and without parts."""
    table, pairs = entry_models(), entry_pairs()
    first = table[(table.proximity == "China 2020") & (table.controls == "none")]
    whole, districts, farming = (find_row(first, cut=cut) for cut in cuts(pairs))
    clear = {cut: tally(part) for cut, part in table.groupby("cut")}
    return Evidence(
        table,
        N_("Of {pairs:,} sections that a group was not specialised in, {entered:.0f} % became a "
        "speciality by 2020. One standard deviation of density (of what the effects leave of it) "
        "goes with, in percentage points, by the proximity of China: {whole[estimate]:+.1f} "
        "({whole[conf_low]:.1f} to {whole[conf_high]:.1f}); without groups that hold a city "
        "district {districts[estimate]:+.1f} ({districts[conf_low]:.1f} to "
        "{districts[conf_high]:.1f}); without farming {farming[estimate]:+.1f} "
        "({farming[conf_low]:.1f} to {farming[conf_high]:.1f}). Above zero lie {of_all[above]} of "
        "{of_all[models]} intervals with all, {of_districts[above]} of {of_districts[models]} "
        "without districts and {of_farming[above]} of {of_farming[models]} without farming; below "
        "zero {below} of {models}. A section of the census holds many crafts, and nothing here is "
        "digital."),
        _("{n} groups of counties", n=pairs.group.nunique()),
        span(2010, 2020),
        {
            "whole": whole, "districts": districts, "farming": farming,
            "of_all": clear["all"], "of_districts": clear["no districts"],
            "of_farming": clear["no farming"], **tally(table),
            "pairs": len(pairs), "entered": 100 * pairs.entry.mean(),
        },
    )  # fmt: skip


# ---- 4.2: urban and rural shares; its hubs judge no claim, labs ask about them ------------------

YEAR = 2020
MOST = 20
Weight = Literal["residents", "rural residents"]
_COLUMN: dict[Weight, str] = {"residents": "population", "rural residents": "population_rural"}


@cache
def kilometres() -> pd.DataFrame:
    """Return the distances between the middles of the 88 counties, in km; not to be changed."""
    return distance_matrix(load_geography())


@cache
def people(weight: Weight = "residents") -> pd.Series:
    """Return the residents of 2020, or the rural ones, by adcode; not to be changed."""
    census = load_census()
    weights = census[census.year == YEAR].set_index("adcode")[_COLUMN[weight]]
    return weights.rename(weight)


def seats() -> list[str]:
    """Return, for each of the nine prefecture seats, the unit whose centroid lies nearest to it."""
    away = load_geography().set_index("adcode").distance_seat_km
    prefecture = load_counties().set_index("adcode").prefecture_adcode
    return [str(code) for code in away.groupby(prefecture).idxmin()]


def today(weight: Weight = "residents") -> HubPlan:
    """Send every county to the nearest of the nine prefecture seats."""
    return assign_to_hubs(kilometres(), people(weight), seats())


def best(k: int, weight: Weight = "residents") -> HubPlan:
    """Return the best k hubs among the 88 centroids."""
    return replace(_solved(k, weight), notes=(proven_best(k),))


@cache
def _solved(k: int, weight: Weight) -> HubPlan:
    """Return a plan whose notes are in the language in which it was first asked for."""
    return p_median(kilometres(), people(weight), k)


def less_urban() -> Evidence:
    """Take the urban share of China from that of Guizhou."""
    china = load_china_counties().set_index("adcode")
    rows = []
    for cut, units in in_cuts(china).items():
        inside = units.index.str.startswith("52")
        here, there = (
            100.0 * part.population_urban.sum() / part.population.sum()
            for part in (units[inside], units)
        )
        rows.append({
            "cut": cut, "value": here - there, "guizhou": here, "china": there,
            "n": int(inside.sum()), "n_china": len(units),
            "median_guizhou": units.urban_share[inside].median(),
            "median_china": units.urban_share.median(),
        })  # fmt: skip
    return among_china(
        pd.DataFrame(rows),
        N_(
            "Urban share of all residents: {whole[guizhou]:.2f} % in Guizhou ({whole[n]} units), "
            "{whole[china]:.2f} % in China ({whole[n_china]:,} units); outside city districts: "
            "{outside[guizhou]:.2f} % in Guizhou ({outside[n]} units), {outside[china]:.2f} % in "
            "China ({outside[n_china]:,} units). The median unit has {whole[median_guizhou]:.1f} % "
            "in Guizhou and {whole[median_china]:.1f} % in China."
        ),
    )


def rural_life() -> pd.DataFrame:
    """Return how many of a unit's residents are rural, and how much land each of them has.

    Returns
    -------
    DataFrame by adcode
        rural_share (%), area_km2 of the yearbook of 2020 (missing where it has no such unit, as
        for most city districts), land (hectares for each rural resident; missing without any).

    Examples
    --------
    >>> import gzbook
    >>> life = gzbook.rural_life()
    >>> print(round(life.land["522632"], 2))
    1.69
    """
    china = load_china_counties().set_index("adcode")
    yearbook = read_table("china_economy").query("year == @YEAR")
    code, inside = yearbook.adcode.copy(), yearbook.adcode.str.startswith("52")
    code[inside] = current_adcode(yearbook.adcode[inside])
    area = yearbook.area_km2.set_axis(code).reindex(china.index)
    rural = china.population_rural
    return pd.DataFrame({
        "rural_share": 100.0 * rural / china.population,
        "area_km2": area,
        "land": (100.0 * area / rural).where(rural > 0),
    })  # fmt: skip


def many() -> Evidence:
    """Compare rural shares with the median of China's counties, with city districts and without."""
    units = load_china_counties().set_index("adcode")
    share = 100.0 * units.population_rural / units.population
    return among_china(
        beside_median(share, "above"),
        N_(
            "Above China's median in rural share lie {whole[beyond]} of {whole[n]} units (medians "
            "{whole[median_guizhou]:.0f} and {whole[median_china]:.0f} %), without city districts "
            "{outside[beyond]} of {outside[n]} ({outside[median_guizhou]:.0f} and "
            "{outside[median_china]:.0f} %)."
        ),
    )


# ---- 4.3: whether raising penetration where it lags brings counties closer together -------------

INCOME_CONTROLS = " + ".join([*PEOPLE, *PLACE, "C(prefecture_en)"])
QUANTILES = {N_("to the 25th percentile"): 0.25, N_("to the median"): 0.5}
"""Rules: counties whose penetration lies below the quantile are raised to it."""


@dataclass(frozen=True, eq=False)
class IncomeModel:
    """An income model, and what `simulate_targeting` needs besides.

    Attributes
    ----------
    data : DataFrame
        The counties of the model, as of `gzbook.county_frame`.
    fit : Result
    term : str
        Coefficient of penetration.
    exposure, income : str
        Columns of `data`: penetration as the model has it, income a person in yuan.
    """

    data: pd.DataFrame
    fit: Result
    term: str
    exposure: str
    income: str


@cache
def income_models() -> dict[str, IncomeModel]:
    """Return the six models of section 2.3 that are simulated, by name.

    The others of that section either hold nothing equal, or are not about these counties' incomes.
    """
    cross = with_income(county_frame())
    wide = cross.dropna(subset="income_2014").reset_index(drop=True)
    balanced = with_every_income(cross)
    single = balanced.dropna(subset="change").reset_index(drop=True)
    path = event_study(
        year_frame(balanced), "log", "commerce_2010", "adcode", "year", 2014, trends="log_start"
    )

    def cross_section(x: str, data: pd.DataFrame) -> IncomeModel:
        fit = ols(f"log(income_2020) ~ {x} + {INCOME_CONTROLS}", data)
        return IncomeModel(data, fit, x, x, "income_2020")

    def difference(x: str, data: pd.DataFrame, exposure: str) -> IncomeModel:
        return IncomeModel(data, ols(f"growth ~ {x} + log_start", data), x, exposure, "income_2023")

    return {
        N_("2020, commerce share"): cross_section("commerce_2020", cross),
        N_("2020, digital share"): cross_section("digital_2020", cross),
        N_("2020, commerce share of 2010"): cross_section("commerce_2010", wide),
        N_("growth to 2023, commerce share"): IncomeModel(
            balanced, path, "commerce_2010:2023", "commerce_2010", "income_2023"
        ),
        N_("growth to 2023, digital share"): difference("digital_2010", balanced, "digital_2010"),
        N_("growth to 2023, change of commerce share"): difference(
            "change", single, "commerce_2020"
        ),
    }


def gini_changes() -> pd.DataFrame:
    """Return the change of the Gini that each model implies by each rule.

    Returns
    -------
    DataFrame
        measure, family (levels of 2020, or growth), model, rule, the columns of `Targeting.table`
        (weighted by rural residents of 2020), nobs, raised (counties), dose (points,
        mean over rural residents).

    Notes
    -----
    They are the income models of section 2.3, and what these imply if they are causal. They judge
    no claim here.

    Examples
    --------
    >>> import gzbook
    >>> changes = gzbook.gini_changes()
    >>> len(changes), changes.model.nunique()
    (12, 6)
    """
    rows = []
    for name, model in income_models().items():
        for rule, quantile in QUANTILES.items():
            simulated = simulate_targeting(
                model.data, model.fit, model.term, y=model.income, exposure=model.exposure,
                quantile=quantile, weights="rural", measures={"gini": gini},
            )  # fmt: skip
            row = simulated.table().set_index("term").loc["gini"]
            rows.append({
                "measure": model.exposure.partition("_")[0].replace("change", "commerce"),
                "family": N_("growth") if model.income == "income_2023" else N_("levels of 2020"),
                "model": name, "rule": rule, **row, "nobs": simulated.nobs,
                "raised": int((simulated.dose > 0).sum()),
                "dose": np.average(simulated.dose, weights=model.data.rural),
            })  # fmt: skip
    return pd.DataFrame(rows)


# 4.3-a has no data of its own: its income models are judged by 2.3-b.
TESTS = {"4.1-a": related_specialities, "4.2-a": less_urban, "4.2-b": many}
