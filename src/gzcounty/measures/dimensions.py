"""Indices from the censuses: 业 industry, 县 county and 民 people, and what a county can carry."""

from collections.abc import Collection
from typing import Literal, NamedTuple

import pandas as pd

from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import XIAOHE, load_counties, load_industry_employment
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.measures.change import named_groups
from gzcounty.measures.indices import composite_index, entropy_weights
from gzcounty.words import listed

Weights = Literal["entropy", "equal"]
DIMENSIONS = ("industry", "county", "people")


class Indicator(NamedTuple):
    """What an indicator is, and why it stands where it stands, in English."""

    dimension: str
    label: str
    unit: str
    reason: str


_EMPLOYED, _HOUSEHOLDS = N_("% of employed persons"), N_("% of households")
INDICATORS = {
    name: Indicator(dimension, label, unit, reason)
    for dimension, name, label, unit, reason in [
        ("industry", "nonfarm_share", N_("Work outside farming"), _EMPLOYED,
         N_("the first step of an industry is out of farming")),
        ("industry", "manufacturing_share", N_("Manufacturing"), _EMPLOYED,
         N_("what is grown or dug is worked up at home")),
        ("industry", "business_service_share", N_("Finance, business services and research"),
         _EMPLOYED, N_("firms are there that buy such services")),
        ("county", "urban_share", N_("Urban share"), N_("% of residents"),
         N_("how many people the towns carry")),
        ("county", "public_service_share", N_("Public services"), _EMPLOYED,
         N_("schools, clinics, culture, water and waste")),
        ("county", "piped_water_share", N_("Piped water"), _HOUSEHOLDS,
         N_("pipes that reach homes")),
        ("people", "schooling_years", N_("Schooling"), N_("years, aged 15 and over"),
         N_("what people can do, and hand on")),
        ("people", "floor_area", N_("Floor area"), N_("m2 a person"),
         N_("what households could afford to build or buy")),
        ("people", "bathing_share", N_("Bathing facility"), _HOUSEHOLDS,
         N_("comfort inside the home")),
    ]
}  # fmt: skip
"""Three indicators a dimension, each in one dimension only. More of each is better."""

CAPACITY = {
    "urban_share": (N_("Urban share"), "%", N_("how many live in towns")),
    "piped_water_share": (N_("Piped water"), _HOUSEHOLDS, N_("pipes that reach homes")),
    "bathing_share": (N_("Bathing facility"), _HOUSEHOLDS, N_("water and drains inside homes")),
    "floor_area": (N_("Floor area"), N_("m2 a person"), N_("room to live in")),
    "schooling_years": (N_("Schooling"), N_("years"), N_("what residents can do")),
    "college_share": (
        N_("College"), N_("% of residents"), N_("who can staff offices and firms")
    ),
    "public_service_share": (
        N_("Public services"), _EMPLOYED, N_("schools, clinics, culture, water and waste")
    ),
}  # fmt: skip
"""Label, unit and meaning of each indicator of carrying capacity, in English. More is better."""

SECTIONS = {
    "manufacturing_share": ("C",),
    "business_service_share": ("J", "L", "M"),
    # Water, environment and public facilities; education; health and social work; culture.
    "public_service_share": ("N", "P", "Q", "R"),
}
"""Sections of GB/T 4754 that are counted in an indicator of employment."""


def dimension_indices(
    weights: Weights = "entropy",
    shift: float = 0.0,
    harmonised: bool = True,
    without: Collection[str] = (),
) -> pd.DataFrame:
    """Return an index of each of the three dimensions (业 industry, 县 county, 民 people).

    Each index is the weighted sum of three census indicators, rescaled by minimum and maximum. No
    indicator stands in two dimensions: two indices that share one move together by construction.

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
        dimension and indicator, ``attrs["indicators"]`` the dimension, label, unit and reason of
        each indicator, ``attrs["notes"]`` who is left out and what the indices are not.

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
    kept = _kept(without)
    frame, notes = _sample([name for names in kept.values() for name in names], harmonised)
    if harmonised:
        notes.append(_("Rescaled and weighted over 2010 and 2020 together."))
    else:
        frame = frame[frame.year == 2020].reset_index(drop=True)
        notes.append(_(
            "{n} counties in 2020, rescaled and weighted among themselves.", n=len(frame)
        ))  # fmt: skip
    notes.append(_(
        "Shares of employment and of households rest on a 10 % sample; nothing counts e-commerce."
    ))  # fmt: skip
    used: dict[str, dict[str, float]] = {}
    at = frame.columns.get_loc("year") + 1
    for place, (dimension, names) in enumerate(kept.items()):
        index, used[dimension] = _index(frame[names], weights, shift)
        frame.insert(at + place, dimension, index)
    about = {
        name: Indicator(dimension, *map(_, INDICATORS[name][1:]))
        for dimension, names in kept.items()
        for name in names
    }
    frame.attrs = {"indicators": about, "weights": used, "notes": notes}
    return frame


def carrying_capacity(
    weights: Weights = "entropy", shift: float = 0.0, harmonised: bool = True
) -> pd.DataFrame:
    """Return an index of carrying capacity (承载能力) in 2010 and 2020.

    Seven census indicators are rescaled by minimum and maximum over both years together and summed
    with one set of weights for both years, so that the index of 2020 can be compared with that of
    2010. Trade, transport and information are left out: they are what `penetration` counts, and an
    index that holds them would move with it by construction.

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
        seven indicators. ``attrs["indicators"]`` has label, unit and meaning of each indicator,
        ``attrs["weights"]`` its weight, ``attrs["notes"]`` what is left out and what it is not.

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
    frame, notes = _sample(list(CAPACITY), harmonised)
    if not harmonised:
        notes.append(_("{n} counties in 2010.", n=int((frame.year == 2010).sum())))
    frame["capacity"], used = _index(frame[list(CAPACITY)], weights, shift)
    notes.append(_("Whole counties, not county towns; shares of a 10 % sample."))
    about = {name: tuple(map(_, texts)) for name, texts in CAPACITY.items()}
    frame.attrs = {"indicators": about, "weights": used, "notes": notes}
    return frame


def _kept(without: Collection[str]) -> dict[str, list[str]]:
    """Return the indicators of each dimension that are not left out."""
    unknown = [name for name in without if name not in INDICATORS]
    if unknown:
        raise InputError(
            "without names {unknown}; the indicators are {indicators}.",
            unknown=listed(unknown), indicators=listed(INDICATORS, 9),
        )  # fmt: skip
    names = [name for name in INDICATORS if name not in without]
    kept = {d: [name for name in names if INDICATORS[name].dimension == d] for d in DIMENSIONS}
    empty = [dimension for dimension, names in kept.items() if not names]
    if empty:
        raise InputError(
            "No indicator is left for {empty}; each dimension needs one.", empty=listed(empty)
        )
    return kept


def _sample(names: list[str], harmonised: bool) -> tuple[pd.DataFrame, list[str]]:
    """Return the indicators of all units that have them, and a note on the groups left out."""
    unit = ["group", "group_name_en"] if harmonised else ["adcode"]
    frame = _indicators(unit[0])[[*unit, "year", *names]]
    if not harmonised:
        return frame.copy(), []
    lacking = frame[frame[names].isna().any(axis=1)]
    kept = frame[~frame.group.isin(lacking.group)].reset_index(drop=True)
    left = named_groups(lacking)
    return kept, [_("Left out for missing rates of 2010: {names}.", names=left)]


def _index(X: pd.DataFrame, weights: Weights, shift: float) -> tuple[pd.Series, dict[str, float]]:
    """Return the index of some indicators, and their weights."""
    used = pd.Series(1 / X.shape[1], index=X.columns)
    if weights == "entropy":
        used = entropy_weights(X, directions=1, shift=shift)
    return composite_index(X, used, directions=1), used.to_dict()


def _indicators(unit: str) -> pd.DataFrame:
    """Return the census with the indicators computed here, by unit (group or adcode) and year."""
    census = load_census(harmonised=unit == "group")
    bathing = census.households_with_bathing_facility / census.households_long_form
    census["bathing_share"] = 100.0 * bathing
    jobs = load_industry_employment()
    if unit == "group":
        groups = load_counties().set_index("adcode").group
        # Xiaohe, abolished in 2012, went to Huaxi.
        jobs["group"] = jobs.adcode.replace({XIAOHE: "520111"}).map(groups)
    counts = jobs.groupby([unit, "year", "section"]).employed.sum().unstack(fill_value=0)
    shares = {name: counts[list(letters)].sum(axis=1) for name, letters in SECTIONS.items()}
    shares = (100.0 * pd.DataFrame(shares).div(counts.sum(axis=1), axis=0)).reset_index()
    return census.merge(shares, on=[unit, "year"], how="left", validate="1:1")
