"""Evidence of section 4.2: urban and rural shares. Its hubs judge no claim; labs ask about them."""

from functools import cache
from typing import Literal

import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import beside_median, by_cut, in_cuts, sample_in_china
from gzcounty.data.counties import load_census, load_china_counties
from gzcounty.data.guizhou import current_adcode, load_counties, load_geography
from gzcounty.data.store import read_table
from gzcounty.language import N_, cached
from gzcounty.models.location import HubPlan, assign_to_hubs, distance_matrix, p_median

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


@cached
def best(k: int, weight: Weight = "residents") -> HubPlan:
    """Return the best k hubs among the 88 centroids."""
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
    table = pd.DataFrame(rows)
    facts = by_cut(table)
    return Evidence(
        table,
        N_(
            "Urban share of all residents: {whole[guizhou]:.2f} % in Guizhou ({whole[n]} units), "
            "{whole[china]:.2f} % in China ({whole[n_china]:,} units); outside city districts: "
            "{outside[guizhou]:.2f} % in Guizhou ({outside[n]} units), {outside[china]:.2f} % in "
            "China ({outside[n_china]:,} units). The median unit has {whole[median_guizhou]:.1f} % "
            "in Guizhou and {whole[median_china]:.1f} % in China."
        ),
        sample_in_china(facts["whole"]),
        str(YEAR),
        facts,
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
    table = beside_median(share, "above")
    facts = by_cut(table)
    return Evidence(
        table,
        N_(
            "Above China's median in rural share lie {whole[beyond]} of {whole[n]} units (medians "
            "{whole[median_guizhou]:.0f} and {whole[median_china]:.0f} %), without city districts "
            "{outside[beyond]} of {outside[n]} ({outside[median_guizhou]:.0f} and "
            "{outside[median_china]:.0f} %)."
        ),
        sample_in_china(facts["whole"]),
        str(YEAR),
        facts,
    )


TESTS = {"4.2-a": less_urban, "4.2-b": many}
