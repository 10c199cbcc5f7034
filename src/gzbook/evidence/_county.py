"""The frames and models behind the claims of section 2.2: capacity, likeness, resilience."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from gzcounty.data.census import load_census
from gzcounty.data.guizhou import (
    load_counties,
    load_geography,
    load_industry_employment,
    load_neighbours,
)
from gzcounty.data.panel import load_panel
from gzcounty.inference.specifications import specification_curve
from gzcounty.measures.carrying import carrying_capacity
from gzcounty.measures.penetration import penetration

PLACE = ["relief", "distance_guiyang_km"]
SERVICES = tuple("FGHIJKLMNOPQRST")
EXPOSURES = {"commerce share 2010": "commerce", "digital share 2010": "digital"}


def groups() -> pd.DataFrame:
    """Return the 81 groups of constant borders.

    Returns
    -------
    DataFrame by group
        group_name_en, prefecture, district (any member is an urban district), commerce and digital
        (shares of 2010, %), controls of the census of 2010, relief and distance to Guiyang (means
        weighted by area), area_km2.
    """
    counties = load_counties().merge(load_geography().drop(columns="source_key"), on="adcode")
    by_group = counties.groupby("group")
    out = pd.DataFrame({
        "prefecture": by_group.prefecture_en.first(),
        "district": by_group.unit_type.agg(lambda kinds: (kinds == "district").any()),
        "area_km2": by_group.area_km2.sum(),
    })  # fmt: skip
    for name in PLACE:
        weighted = (counties[name] * counties.area_km2).groupby(counties.group).sum()
        out[name] = weighted / out.area_km2
    census = load_census(harmonised=True).query("year == 2010").set_index("group")
    people = ["schooling_years", "minority_share", "urban_share", "age_65plus_share"]
    out = out.join(census[["group_name_en", *people]])
    for measure in EXPOSURES.values():
        own = penetration(measure, 2010, harmonised=True).set_index("group").penetration
        out[measure] = own
    return out


def group_neighbours() -> pd.DataFrame:
    """Return pairs of groups that have neighbouring members, both ways: group_i, group_j."""
    member = load_counties().set_index("adcode").group
    pairs = load_neighbours()
    found = pd.DataFrame({
        "group_i": pairs.adcode_i.map(member),
        "group_j": pairs.adcode_j.map(member),
    })  # fmt: skip
    return found[found.group_i != found.group_j].drop_duplicates(ignore_index=True)


def log_lights(by_group: bool = False) -> pd.DataFrame:
    """Return log night lights 2013-2020, one column a year, by county or by group.

    Lights are means over land, so the mean of a group is that of its members weighted by area.
    """
    lights = load_panel().pivot(index="adcode", columns="year", values="lights")
    lights = lights.dropna(axis=1, how="all")
    if by_group:
        counties = load_counties().set_index("adcode")
        area = load_geography().set_index("adcode").area_km2.reindex(lights.index)
        member = counties.group.reindex(lights.index)
        total = lights.mul(area, axis=0).groupby(member).sum(min_count=1)
        lights = total.div(area.groupby(member).sum(), axis=0)
    return pd.DataFrame(np.log(lights))


def service_share() -> pd.DataFrame:
    """Return the share employed in services (sections F to T), in %, by group: 2010 and 2020."""
    jobs = load_industry_employment()
    member = load_counties().set_index("adcode").group
    jobs["group"] = jobs.adcode.replace({"520114": "520111"}).map(member)
    jobs["services"] = jobs.employed.where(jobs.section.isin(SERVICES), 0)
    sums = jobs.groupby(["group", "year"])[["services", "employed"]].sum()
    return (100.0 * sums.services / sums.employed).unstack()


def capacity_change() -> pd.DataFrame:
    """Return one row a group: start and change of both indices (points of 100) and `groups`."""
    parts = []
    for weights in ("entropy", "equal"):
        wide = carrying_capacity(weights).pivot(index="group", columns="year", values="capacity")
        parts.append(100.0 * wide[2010].rename(f"start_{weights}"))
        parts.append((100.0 * (wide[2020] - wide[2010])).rename(f"change_{weights}"))
    return pd.concat(parts, axis=1).join(groups()).reset_index()


def swings() -> dict[str, pd.DataFrame]:
    """Return volatility and the fall of 2020 by series, with exposure and controls.

    Returns
    -------
    dict of str to DataFrame
        "rural income" (by adcode) and "night lights" (by group): volatility (standard deviation of
        yearly log growth), fall (mean log growth of the other years less that of 2020), both in log
        points x 100; start (log of the first year); exposure and controls.
    """
    counties = load_counties().set_index("adcode")
    census = load_census().query("year == 2010").set_index("adcode")
    people = ["schooling_years", "minority_share", "urban_share"]
    own = census[people].join(counties.prefecture_en.rename("prefecture"))
    own = own.join(load_geography().set_index("adcode")[PLACE])
    for measure in EXPOSURES.values():
        own[measure] = penetration(measure, 2010).set_index("adcode").penetration
    income = load_panel().pivot(index="adcode", columns="year", values="rural_income")
    income = np.log(income.loc[:, 2014:2023].dropna())
    return {
        "rural income": _swings_of(income).join(own).reset_index(names="unit"),
        "night lights": _swings_of(log_lights(by_group=True)).join(groups()).reset_index(
            names="unit"
        ),
    }  # fmt: skip


def _swings_of(logs: pd.DataFrame) -> pd.DataFrame:
    growth = 100.0 * logs.diff(axis=1).iloc[:, 1:]
    return pd.DataFrame({
        "start": logs.iloc[:, 0],
        "volatility": growth.std(axis=1),
        "fall": growth.drop(columns=2020).mean(axis=1) - growth[2020],
    })  # fmt: skip


@cache
def capacity_models() -> pd.DataFrame:
    """Return the specifications of 2.2-a, one row each, for one standard deviation of exposure."""
    return capacity_models_of(capacity_change())


def capacity_models_of(data: pd.DataFrame) -> pd.DataFrame:
    """Return the specifications of 2.2-a for data as `capacity_change` gives."""
    parts = []
    for weights in ("entropy", "equal"):
        start = [f"start_{weights}"]
        people = ["minority_share", "age_65plus_share"]
        parts.append(
            specification_curve(
                data,
                outcomes={f"index, {weights} weights": f"change_{weights}"},
                exposures=EXPOSURES,
                controls=_control_sets(start, people),
                effects=["none", "prefecture"],
                samples={"all groups": data.group.notna(), "no districts": ~data.district},
                standardise=True,
            ).table()
        )
    return _named(parts)


@cache
def resilience_models() -> pd.DataFrame:
    """Return the specifications of 2.2-c, one row each, for one standard deviation of exposure."""
    return resilience_models_of(swings())


def resilience_models_of(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the specifications of 2.2-c for frames as `swings` gives.

    The column outcome_sd has the standard deviation of the outcome over all units.
    """
    people = ["schooling_years", "minority_share", "urban_share"]
    parts = []
    for series, data in frames.items():
        outcomes = {f"volatility, {series}": "volatility", f"fall of 2020, {series}": "fall"}
        table = specification_curve(
            data,
            outcomes=outcomes,
            exposures=EXPOSURES,
            controls=_control_sets(["start"], people),
            effects=["none", "prefecture"],
            standardise=True,
        ).table()
        table["outcome_sd"] = table.outcome.map(outcomes).map(data[["volatility", "fall"]].std())
        parts.append(table)
    return _named(parts)


def _control_sets(start: list[str], people: list[str]) -> dict[str, list[str]]:
    return {
        "start": start,
        "start, people": [*start, *people],
        "start, people, place": [*start, *people, *PLACE],
    }


def _named(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(parts, ignore_index=True)
    words = ["outcome", "exposure", "controls", "sample", "effects"]
    table.insert(0, "what", table[words].agg("; ".join, axis=1))
    return table
