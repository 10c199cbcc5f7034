"""Where the counties of a province stand among all county-level units of China."""

from __future__ import annotations

import pandas as pd

from gzcounty.data.china import load_china_counties
from gzcounty.errors import InputError
from gzcounty.words import listed

MEASURES = pd.DataFrame(
    [
        ("schooling_years", "Schooling", "years", ".1f"),
        ("urban_share", "Urban residents", "%", ".0f"),
        ("commerce_share", "Trade, transport, information", "%", ".1f"),
        ("digital_share", "Transport, information", "%", ".1f"),
        ("gdp_per_resident_2020", "GDP a resident", "yuan", ",.0f"),
        ("savings_per_resident_2020", "Savings a resident", "yuan", ",.0f"),
        ("car_share", "Car in the household", "%", ".0f"),
        ("piped_water_share", "Piped water", "%", ".0f"),
        ("lights_2020", "Night lights", "nW/cm2/sr", ".2f"),
    ],
    columns=["variable", "label", "unit", "format"],
)
"""The measures compared: columns of the table of China's counties, all of 2020."""
_DISTRICTS_BY_NAME_ONLY = ("六枝特区", "神农架林区")


def china_standing(province: str = "Guizhou") -> pd.DataFrame:
    """Say where the counties of a province stand among all county-level units of China in 2020.

    A position is the share of units at or below a county, in per cent: 50 is the middle.

    Parameters
    ----------
    province : str
        English name, as in the column ``province_en`` of `load_china_counties`.

    Returns
    -------
    DataFrame
        One row a measure of `MEASURES`. ``china``, ``own``: medians, in the measure's unit.
        ``position``: median position, %. ``low``, ``high``: counties in China's lowest quarter and
        above its middle, of ``of`` with a value. Then other ways to look: ``no_districts``,
        position without city districts; ``by_residents``, the share of China's people who live in
        units below; ``rank_median``, ``rank_mean``, the province's rank among provinces (1 is the
        highest) by the median of its counties and by the mean over its residents.

    Raises
    ------
    InputError
        If there is no such province.

    Examples
    --------
    >>> from gzbook.county.standing import china_standing
    >>> china_standing().loc["schooling_years", ["position", "low", "of"]].round(1).to_list()
    [12.6, 67.0, 88.0]
    """
    china = load_china_counties().set_index("adcode")
    known = set(china.province_en)
    if province not in known:
        raise InputError(f"There is no province {province!r}; there are {listed(known, 31)}.")
    rows = {name: _standing(china, name, province) for name in MEASURES.variable}
    return pd.DataFrame(rows).T


def _standing(china: pd.DataFrame, measure: str, province: str) -> dict[str, float]:
    known = china.dropna(subset=measure).sort_values(measure)
    values, own = known[measure], known.province_en == province
    district = known.name_zh.str.endswith("区") & ~known.name_zh.isin(_DISTRICTS_BY_NAME_ONLY)
    position = 100.0 * values.rank(pct=True)
    outside = 100.0 * values[~district].rank(pct=True)
    people = known.population
    below = 100.0 * (people.cumsum() - people / 2) / people.sum()
    by_province = known.groupby("province_en")
    mean = (values * people).groupby(known.province_en).sum() / by_province.population.sum()
    return {
        "china": values.median(),
        "own": values[own].median(),
        "position": position[own].median(),
        "low": (position[own] < 25).sum(),
        "high": (position[own] > 50).sum(),
        "of": own.sum(),
        "no_districts": outside[own[~district]].median(),
        "by_residents": below[own].median(),
        "rank_median": by_province[measure].median().rank(ascending=False)[province],
        "rank_mean": mean.rank(ascending=False)[province],
    }
