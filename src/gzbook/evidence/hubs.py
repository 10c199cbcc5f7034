"""Hubs for the 88 counties: behind 4.1-c and 4.2-c."""

from functools import cache
from typing import Literal

import pandas as pd

from gzcounty.data.census import load_census
from gzcounty.data.guizhou import load_counties, load_geography
from gzcounty.models.distance_matrix import distance_matrix
from gzcounty.models.location import HubPlan, assign_to_hubs, p_median

YEAR = 2020
MOST = 20
Weight = Literal["residents", "rural residents"]
Seats = Literal["nearest centroid", "government today"]
_COLUMN: dict[Weight, str] = {"residents": "population", "rural residents": "population_rural"}
# Both cities moved their government to a district beside the old centre.
_GOVERNMENT = {"520100": "520115", "520300": "520303"}


@cache
def kilometres() -> pd.DataFrame:
    """Return the distances between the middles of the 88 counties, in km; not to be changed."""
    return distance_matrix(load_geography())


def people(weight: Weight = "residents") -> pd.Series:
    """Return the residents of 2020, or the rural ones, by adcode."""
    census = load_census()
    own = census[census.year == YEAR].set_index("adcode")[_COLUMN[weight]]
    return own.rename(weight)


def seats(kind: Seats = "nearest centroid") -> pd.DataFrame:
    """Return the unit that stands for each of the nine prefecture seats.

    Parameters
    ----------
    kind : {"nearest centroid", "government today"}
        The unit of the prefecture whose centroid lies nearest to the seat; or the same, but for
        Guiyang and Zunyi the district where the city government sits today (Guanshanhu, Huichuan).

    Returns
    -------
    DataFrame
        prefecture_en, prefecture_zh, adcode, name_en, name_zh, distance_seat_km (from the unit's
        centroid to the seat).
    """
    columns = ["prefecture_adcode", "prefecture_en", "prefecture_zh", "adcode", "name_en"]
    units = load_counties()[[*columns, "name_zh"]]
    units = units.merge(load_geography()[["adcode", "distance_seat_km"]], on="adcode")
    nearest = units.loc[units.groupby("prefecture_adcode").distance_seat_km.idxmin()]
    if kind == "government today":
        moved = nearest.prefecture_adcode.isin(_GOVERNMENT)
        districts = units[units.adcode.isin(_GOVERNMENT.values())]
        nearest = pd.concat([nearest[~moved], districts]).sort_values("prefecture_adcode")
    return nearest.drop(columns="prefecture_adcode").reset_index(drop=True)


def today(weight: Weight = "residents", kind: Seats = "nearest centroid") -> HubPlan:
    """Send every county to the nearest of the nine prefecture seats."""
    return assign_to_hubs(kilometres(), people(weight), seats(kind).adcode.tolist())


@cache
def best(k: int, weight: Weight = "residents") -> HubPlan:
    """Return the best k hubs among the 88 centroids."""
    return p_median(kilometres(), people(weight), k)


def plans(weight: Weight = "residents", most: int = MOST) -> pd.DataFrame:
    """Return who goes where with 1, 2, ... hubs: hubs, adcode, hub, distance (km)."""
    parts = []
    for k in range(1, most + 1):
        plan = best(k, weight)
        part = pd.DataFrame({"hub": plan.assignment, "distance": plan.distance})
        parts.append(part.rename_axis("adcode").reset_index().assign(hubs=k))
    return pd.concat(parts, ignore_index=True)


def ladder(weight: Weight = "residents", first: int = 1, last: int = MOST) -> pd.DataFrame:
    """Return what each further hub saves.

    Returns
    -------
    DataFrame
        hubs, mean_distance (km, by weight), saved (by the last hub, km; missing for one hub), and
        share: saved over what the best nine leave.
    """
    start = max(first - 1, 1)
    rows = [
        {"hubs": k, "mean_distance": best(k, weight).mean_distance} for k in range(start, last + 1)
    ]
    table = pd.DataFrame(rows)
    table["saved"] = -table.mean_distance.diff()
    table["share"] = table.saved / best(9, weight).mean_distance
    return table[table.hubs >= first].reset_index(drop=True)
