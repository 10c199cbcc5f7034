"""The three dimensions of the paper, 业 industry, 县 county and 民 people, as census indices."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple, get_args

import pandas as pd

from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import XIAOHE, load_counties, load_industry_employment
from gzcounty.errors import InputError
from gzcounty.measures.indices import composite_index, entropy_weights
from gzcounty.words import listed

from .carrying import PUBLIC_SERVICES

Weights = Literal["entropy", "equal"]
DIMENSIONS = ("industry", "county", "people")


class Indicator(NamedTuple):
    """What an indicator is, and why it stands where it stands."""

    dimension: str
    label: str
    unit: str
    reason: str


INDICATORS: dict[str, Indicator] = {
    "nonfarm_share": Indicator(
        "industry",
        "Work outside farming",
        "% of employed persons",
        "the first step of an industry is out of farming",
    ),
    "manufacturing_share": Indicator(
        "industry",
        "Manufacturing",
        "% of employed persons",
        "what is grown or dug is worked up at home",
    ),
    "business_service_share": Indicator(
        "industry",
        "Finance, business services and research",
        "% of employed persons",
        "firms are there that buy such services",
    ),
    "urban_share": Indicator(
        "county", "Urban share", "% of residents", "how many people the towns carry"
    ),
    "public_service_share": Indicator(
        "county",
        "Public services",
        "% of employed persons",
        "schools, clinics, culture, water and waste",
    ),
    "piped_water_share": Indicator(
        "county", "Piped water", "% of households", "pipes that reach homes"
    ),
    "schooling_years": Indicator(
        "people", "Schooling", "years, aged 15 and over", "what people can do, and hand on"
    ),
    "floor_area": Indicator(
        "people", "Floor area", "m2 a person", "what households could afford to build or buy"
    ),
    "bathing_share": Indicator(
        "people", "Bathing facility", "% of households", "comfort inside the home"
    ),
}
"""Three indicators a dimension, each in one dimension only. More of each is better."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "manufacturing_share": ("C",),
    "business_service_share": ("J", "L", "M"),
    "public_service_share": PUBLIC_SERVICES,
}
"""Sections of GB/T 4754 that are counted in an indicator of employment."""


def dimension_indices(
    weights: Weights = "entropy",
    shift: float = 0.0,
    harmonised: bool = True,
    without: Collection[str] = (),
) -> pd.DataFrame:
    """Return an index of each of the three dimensions (业 industry, 县 county, 民 people).

    Each index is the weighted sum of three census indicators (`INDICATORS` of this module), which
    are rescaled by minimum and maximum. No indicator stands in two dimensions, as two indices that
    share one would move together by construction.

    Parameters
    ----------
    weights : {"entropy", "equal"}
        Entropy weights within each dimension, or one third each.
    shift : float, default 0
        As in `entropy_weights`; it changes entropy weights, not the rescaled values of the index.
    harmonised : bool, default True
        Groups of constant borders in 2010 and 2020, rescaled and weighted over both years stacked,
        so that the years can be compared: 80 of the 81, as rates of one in 2010 are not known.
        False: the 88 counties in 2020, rescaled and weighted among themselves.
    without : collection of str, default ()
        Indicators to leave out, to see what hangs on them. Without urban share and schooling all
        81 groups have what is needed.

    Returns
    -------
    DataFrame
        ``group`` and ``group_name_en`` (or ``adcode``), ``year``, ``industry``, ``county`` and
        ``people`` (0 to 1), and the nine indicators. ``attrs["weights"]`` has the weights by
        dimension and indicator, ``attrs["notes"]`` who is left out and what the indices are not.

    Raises
    ------
    InputError
        If the weights have no such name, the shift is not allowed, an indicator to leave out does
        not exist, or a dimension would have none left.

    See Also
    --------
    gzcounty.carrying_capacity : a fuller index of the second dimension. Its seven indicators are
        the three of county here, the three of people, and the share with college.

    Notes
    -----
    Nothing here counts e-commerce. Income, the plain sense of 富民, is not in a census; schooling
    and homes stand in for it. Trade, transport and information, which `penetration` counts, have
    no indicator of their own, but they are a part of work outside farming.

    Examples
    --------
    >>> import gzcounty as gz
    >>> index = gz.dimension_indices(harmonised=False).set_index("adcode")
    >>> list(index.columns[1:4]), len(index)
    (['industry', 'county', 'people'], 88)
    >>> index.attrs["notes"][-1]
    'Shares of employment and of households rest on a 10 % sample; nothing counts e-commerce.'
    """
    if weights not in get_args(Weights):
        raise InputError(f"weights must be 'entropy' or 'equal', not {weights!r}.")
    kept = _kept(without)
    frame, notes = _sample([name for names in kept.values() for name in names], harmonised)
    used: dict[str, dict[str, float]] = {}
    at = frame.columns.get_loc("year") + 1
    for place, (dimension, names) in enumerate(kept.items()):
        # Computed for equal weights too, so that a shift that is not allowed is always refused.
        found = entropy_weights(frame[names], 1, shift)
        if weights == "equal":
            found = pd.Series(1 / len(names), index=names)
        frame.insert(at + place, dimension, composite_index(frame[names], found, 1))
        used[dimension] = {name: float(value) for name, value in found.items()}
    frame.attrs = {"weights": used, "notes": notes}
    return frame


def _kept(without: Collection[str]) -> dict[str, list[str]]:
    """Return the indicators of each dimension that are not left out."""
    strangers = [name for name in without if name not in INDICATORS]
    if isinstance(without, str) or strangers:
        raise InputError(
            f"without must be a list of indicators, not {without!r}; there are "
            f"{listed(INDICATORS, 9)}."
        )
    kept = {
        dimension: [
            name
            for name, about in INDICATORS.items()
            if about.dimension == dimension and name not in without
        ]
        for dimension in DIMENSIONS
    }
    empty = [dimension for dimension, names in kept.items() if not names]
    if empty:
        raise InputError(f"No indicator is left for {listed(empty)}; each dimension needs one.")
    return kept


def _sample(names: list[str], harmonised: bool) -> tuple[pd.DataFrame, list[str]]:
    """Return the indicators of all units that have them, and what to say of the others."""
    frame = _indicators(harmonised)
    frame = frame[[*frame.columns[: frame.columns.get_loc("year") + 1], *names]]
    if harmonised:
        lacking = frame[frame[names].isna().any(axis=1)]
        left = ", ".join(lacking.group_name_en) or "none"
        notes = [f"Left out for missing rates of 2010: {left}."]
        notes.append("Rescaled and weighted over 2010 and 2020 together.")
        frame = frame[~frame.group.isin(lacking.group)]
    else:
        frame = frame[frame.year == 2020]
        notes = [f"{len(frame)} counties in 2020, rescaled and weighted among themselves."]
    notes.append(
        "Shares of employment and of households rest on a 10 % sample; nothing counts e-commerce."
    )
    return frame.reset_index(drop=True), notes


def _indicators(harmonised: bool) -> pd.DataFrame:
    unit = ["group", "group_name_en"] if harmonised else ["adcode"]
    census = load_census(harmonised=harmonised)
    bathing = census.households_with_bathing_facility / census.households_long_form
    census["bathing_share"] = 100.0 * bathing
    census = census.merge(_shares(unit[0]), on=[unit[0], "year"], how="left", validate="1:1")
    return census[[*unit, "year", *INDICATORS]].copy()


def _shares(unit: str) -> pd.DataFrame:
    """Return the indicators of employment, in %, by unit (group or adcode) and year."""
    jobs = load_industry_employment()
    if unit == "group":
        groups = load_counties().set_index("adcode").group
        # Xiaohe, abolished in 2012, went to Huaxi.
        jobs["group"] = jobs.adcode.replace({XIAOHE: "520111"}).map(groups)
    counts = jobs.groupby([unit, "year", "section"]).employed.sum().unstack(fill_value=0)
    shares = {name: counts[list(letters)].sum(axis=1) for name, letters in SECTIONS.items()}
    return (100.0 * pd.DataFrame(shares).div(counts.sum(axis=1), axis=0)).reset_index()
