"""China's 2,948 county-level units in one wide table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gzcounty.data.derived import CHINA, add_derived, employment_shares
from gzcounty.data.guizhou import current_adcode
from gzcounty.data.store import read_table

ECONOMY = (
    "area_km2",
    "gdp",
    "population_registered",
    "household_savings",
    "loans",
    "fiscal_revenue",
    "fiscal_expenditure",
)


def load_china_counties() -> pd.DataFrame:
    """Return China's county-level units: census, economy, night lights, Taobao villages.

    Returns
    -------
    DataFrame
        2,948 rows keyed by ``adcode`` (for Guizhou the code of today, elsewhere that of the 2020
        census; ``adcode_2020_census`` keeps the latter). Census 2020; shares of employment in %;
        ``gdp_2020`` and so on in million yuan for the 2,069 units of the yearbook (2,086 in
        2023; those whose code is newer than the census are left out and named in ``.attrs``);
        ``area_km2_2020`` and ``area_km2_2023`` as the same yearbooks print them;
        ``gdp_per_resident_2020`` and ``savings_per_resident_2020`` in yuan;
        ``lights_2013`` .. ``lights_2020``; ``taobao_2014`` .. ``taobao_2016`` (0 where a county
        is not on the list); ``gdp_change_flagged``: GDP 2020-2023 more than doubles or falls by
        40 % or more, which tells of zones moved in or out of a county's accounts.

    Notes
    -----
    The yearbook's volume covers counties and county-level cities: most districts of cities are
    empty there. A head means a resident of the 2020 census, not a registered person. Areas are
    administrative figures: in 48 units those of the two years differ by more than a tenth; the
    tables do not say where borders moved and where a figure was revised.

    Examples
    --------
    >>> import gzcounty as gz
    >>> china = gz.load_china_counties()
    >>> len(china)
    2948
    >>> int((china.taobao_2016 > 0).sum())
    217
    >>> china[china.adcode == "522632"][["name_zh", "population", "gdp_2020"]]
         name_zh  population  gdp_2020
    2358     榕江县      297572   8461.76
    """
    census = read_table("china_census").rename(columns={"adcode": "adcode_2020_census"})
    frame = census.set_index("adcode_2020_census")
    economy, unplaced = _economy(frame.index)
    blocks = [frame, economy, _lights(), _taobao(frame.index)]
    frame = pd.concat(blocks, axis=1).reindex(frame.index).reset_index()

    sections = [c for c in frame if c.startswith("employed_")]
    shares = employment_shares(
        frame[sections].rename(columns=lambda c: c.removeprefix("employed_"))
    )
    frame = pd.concat([add_derived(frame, CHINA), shares], axis=1)
    frame["gdp_per_resident_2020"] = 1e6 * frame.gdp_2020 / frame.population
    frame["savings_per_resident_2020"] = 1e6 * frame.household_savings_2020 / frame.population
    ratio = frame.gdp_2023 / frame.gdp_2020
    frame["gdp_change_flagged"] = (ratio > 2.0) | (ratio <= 0.6)

    guizhou = frame.province_adcode == "520000"
    code = frame.adcode_2020_census.where(~guizhou, other=np.nan)
    code[guizhou] = current_adcode(frame.adcode_2020_census[guizhou])
    frame.insert(0, "adcode", code)
    frame.attrs["notes"] = [
        "21 development zones without a code (1.4 million people) are not in the census table.",
        f"{len(unplaced)} units of the 2023 yearbook have a code newer than the 2020 census and "
        f"are left out: {', '.join(unplaced)}.",
    ]
    return frame


def _economy(codes: pd.Index) -> tuple[pd.DataFrame, list[str]]:
    """Spread the two yearbooks over columns; return them and the codes that have no place."""
    long = read_table("china_economy")
    inside = long.adcode.str.startswith("52")
    # Qianxi became a city in 2021: its yearbook code of 2023 is newer than its census code.
    census = read_table("counties").set_index("adcode")["adcode_2020_census"]
    long.loc[inside, "adcode"] = current_adcode(long.adcode[inside]).map(census)
    wide = long.pivot(index="adcode", columns="year", values=list(ECONOMY))
    wide.columns = [f"{name}_{year}" for name, year in wide.columns]
    unplaced = sorted(set(wide.index) - set(codes))
    return wide[wide.index.isin(codes)], unplaced


def _lights() -> pd.DataFrame:
    long = read_table("china_lights")
    return long.pivot(index="adcode", columns="year", values="lights").add_prefix("lights_")


def _taobao(codes: pd.Index) -> pd.DataFrame:
    """Return villages by year; a county that the lists do not name has none."""
    long = read_table("china_taobao")
    wide = long.pivot(index="adcode", columns="year", values="villages").add_prefix("taobao_")
    return wide.reindex(codes).fillna(0).astype("int64")
