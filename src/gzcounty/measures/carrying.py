"""What a county can carry: an index of town, homes, schooling and public services."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd

from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import load_counties, load_industry_employment
from gzcounty.errors import InputError
from gzcounty.measures.indices import composite_index, entropy_weights
from gzcounty.words import counted

Weights = Literal["entropy", "equal"]

INDICATORS: dict[str, tuple[str, str, str]] = {
    "urban_share": ("Urban share", "%", "how many live in towns"),
    "piped_water_share": ("Piped water", "% of households", "pipes that reach homes"),
    "bathing_share": ("Bathing facility", "% of households", "water and drains inside homes"),
    "floor_area": ("Floor area", "m2 a person", "room to live in"),
    "schooling_years": ("Schooling", "years", "what residents can do"),
    "college_share": ("College", "% of residents", "who can staff offices and firms"),
    "public_service_share": (
        "Public services",
        "% of employed persons",
        "schools, clinics, culture, water and waste",
    ),
}
"""Label, unit and meaning of each indicator. More of each is better."""

PUBLIC_SERVICES = ("N", "P", "Q", "R")
"""Water, environment and public facilities; education; health and social work; culture."""


def carrying_capacity(
    weights: Weights = "entropy", shift: float = 0.0, harmonised: bool = True
) -> pd.DataFrame:
    """Return an index of carrying capacity (承载能力) in 2010 and 2020.

    Seven census indicators (`INDICATORS` of this module) are rescaled by minimum and maximum over
    both years together and summed with one set of weights for both years, so that the index of
    2020 can be compared with that of 2010. Trade, transport and information are left out: they are
    what `penetration` counts, and an index that holds them would move with it by construction.

    Parameters
    ----------
    weights : {"entropy", "equal"}
        Entropy weights over both years stacked, or one seventh each.
    shift : float, default 0
        As in `entropy_weights`; it changes entropy weights.
    harmonised : bool, default True
        Groups of constant borders, which a change needs: 80, as the rates of one group in 2010 are
        not known. False: the counties of each census as they were, for rankings.

    Returns
    -------
    DataFrame
        ``group`` and ``group_name_en`` (or ``adcode``), ``year``, ``capacity`` (0 to 1), and the
        seven indicators. ``attrs["weights"]`` has the weights by indicator, ``attrs["notes"]`` what
        is left out and what it is not.

    Raises
    ------
    InputError
        If the weights have no such name, or the shift is not allowed.

    Notes
    -----
    A county is not its town: public tables know homes and schooling of the whole county only.
    Piped water came near to its ceiling by 2020, so counties that lacked it rose most.

    Examples
    --------
    >>> import gzcounty as gz
    >>> index = gz.carrying_capacity()
    >>> index.groupby("year").capacity.agg(["size", "median"]).round(2).values.tolist()
    [[80.0, 0.17], [80.0, 0.54]]
    >>> index.attrs["notes"][0]
    'Left out for missing rates of 2010: Huaxi.'
    """
    if weights not in get_args(Weights):
        raise InputError(f"weights must be 'entropy' or 'equal', not {weights!r}.")
    frame = _indicators(harmonised)
    names = list(INDICATORS)
    notes = []
    if harmonised:
        lacking = frame[frame[names].isna().any(axis=1)]
        notes.append(f"Left out for missing rates of 2010: {', '.join(lacking.group_name_en)}.")
        frame = frame[~frame.group.isin(lacking.group)].reset_index(drop=True)
    else:
        notes.append(f"{counted(int((frame.year == 2010).sum()), 'county')} in 2010.")
    up = dict.fromkeys(names, 1)
    by_entropy = entropy_weights(frame[names], up, shift)
    used = by_entropy if weights == "entropy" else None
    frame["capacity"] = composite_index(frame[names], used, up)
    frame.attrs["weights"] = (
        by_entropy.to_dict() if used is not None else dict.fromkeys(names, 1 / len(names))
    )
    frame.attrs["notes"] = [*notes, "Whole counties, not county towns; shares of a 10 % sample."]
    return frame


def _indicators(harmonised: bool) -> pd.DataFrame:
    unit = ["group", "group_name_en"] if harmonised else ["adcode"]
    census = load_census(harmonised=harmonised)
    homes = census.households_with_bathing_facility / census.households_long_form
    census["bathing_share"] = 100.0 * homes
    served = _public_services(harmonised)
    census = census.merge(served, on=[unit[0], "year"], how="left", validate="1:1")
    return census[[*unit, "year", *INDICATORS]].copy()


def _public_services(harmonised: bool) -> pd.DataFrame:
    jobs = load_industry_employment()
    unit = "adcode"
    if harmonised:
        unit = "group"
        groups = load_counties().set_index("adcode").group
        # Xiaohe, abolished in 2012, went to Huaxi.
        jobs["group"] = jobs.adcode.replace({"520114": "520111"}).map(groups)
    jobs["public"] = jobs.employed.where(jobs.section.isin(PUBLIC_SERVICES), 0)
    sums = jobs.groupby([unit, "year"])[["public", "employed"]].sum()
    return (100.0 * sums.public / sums.employed).rename("public_service_share").reset_index()
