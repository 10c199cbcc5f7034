"""The profile of one county: what is known of it, and where that puts it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from gzbook.county._profile_items import Item, items
from gzcounty.data.guizhou import current_adcode, load_counties, load_neighbours
from gzcounty.errors import InputError

GROUPS = {
    "dimensions": "Three dimensions",
    "penetration": "E-commerce penetration",
    "life": "People, homes and money",
    "industries": "Industries",
    "income": "Rural income",
    "lights": "Night lights",
}
"""The parts of a profile, in their order, with a title each."""


def county_profile(adcode: str) -> pd.DataFrame:
    r"""Return what is known of one county of Guizhou, with its ranks.

    Parameters
    ----------
    adcode : str
        Six-digit code of one of the 88 county-level units; a code in use since 2010 is followed
        to today's.

    Returns
    -------
    DataFrame
        One row an indicator and year:

        - ``indicator``, ``label``, ``group`` (dimensions, penetration, life, industries, income,
          lights) and ``year``;
        - ``value`` and ``unit``. A value that is not known is NaN, and ``note`` says why;
        - ``rank`` among the ``of`` counties of Guizhou that have a value, and their ``median``.
          1 is the highest value, which is not always the best; equal values share the better
          rank. Rural income is ranked among the former poverty counties that have all years, an
          index of prefectures among prefectures;
        - ``rank_china`` among the ``of_china`` county-level units of China that have a value,
          where the measure is at hand for them;
        - ``decimals``, ``source`` (keys of `load_sources`) and ``note``.

        ``attrs`` has ``county``, the row of `load_counties` as a dict, and ``neighbours``, their
        codes, longest common border first.

    Raises
    ------
    InputError
        If the code is none of the 88 and never was one of theirs.

    See Also
    --------
    gzcounty.dimension_indices, gzcounty.penetration, gzcounty.location_quotient : the measures.

    Notes
    -----
    Indices are those of 2020, the 88 counties rescaled among themselves, with entropy weights;
    coordination is the standard form. A location quotient is the share of an industry in the
    county's employment over that in the province's, in the census of the same year; values of
    2010 are left out where borders have changed since. Census employment is a 10 % sample.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> profile = gzbook.county_profile("522632")
    >>> profile.attrs["county"]["name_en"]
    'Rongjiang'
    >>> schooling = profile[profile.indicator == "schooling_years"]
    >>> schooling[["year", "value", "rank", "of", "rank_china", "of_china"]]
        year  value  rank  of  rank_china  of_china
    11  2020   7.31  75.0  88      2790.0      2948
    """
    counties = load_counties().set_index("adcode", drop=False)
    if not isinstance(adcode, str):
        raise InputError(f"adcode must be text such as '522632', not {adcode!r}.")
    code = _today(adcode, counties.index)
    table = profiles()
    profile = table[table.adcode == code].drop(columns="adcode").reset_index(drop=True)
    border = load_neighbours().query("adcode_i == @code").sort_values("shared_border_km")
    profile.attrs = {
        "county": counties.loc[code].to_dict(),
        "neighbours": border.adcode_j.to_list()[::-1],
    }
    return profile


def profiles() -> pd.DataFrame:
    """Return the profiles of all 88 counties below each other, with ``adcode`` as first column."""
    return _profiles().copy()


@cache
def _profiles() -> pd.DataFrame:
    codes = pd.Index(load_counties().adcode, name="adcode")
    return pd.concat([ranked(item, codes) for item in items()], ignore_index=True)


def ranked(item: Item, codes: pd.Index) -> pd.DataFrame:
    """Return the rows of one indicator: value, rank and median for each code."""
    values = item.known.astype(float).reindex(codes)
    compared = values[codes.isin(item.among)] if item.among is not None else values
    if item.shared is not None:
        # One value a larger unit: each is counted once.
        unit = item.shared.reindex(codes)
        compared = values.groupby(unit).first()
        rank = unit.map(_rank(compared))
    else:
        rank = _rank(compared).reindex(codes)
    rows = pd.DataFrame(
        {
            "adcode": codes,
            "indicator": item.indicator,
            "label": item.label,
            "group": item.group,
            "year": item.year,
            "value": values.to_numpy(),
            "unit": item.unit,
            "rank": rank.to_numpy() if item.ranked else np.nan,
            "of": int(compared.notna().sum()) if item.ranked else 0,
            "median": compared.median(),
            "rank_china": np.nan,
            "of_china": 0,
            "decimals": item.decimals,
            "source": item.source,
            "note": [item.missing if missing else item.note for missing in values.isna()],
        }
    )
    if item.china is not None:
        rows["rank_china"] = _rank(item.china).reindex(codes).to_numpy()
        rows["of_china"] = int(item.china.notna().sum())
    return rows


def _rank(values: pd.Series) -> pd.Series:
    return values.rank(ascending=False, method="min")


def _today(adcode: str, known: pd.Index) -> str:
    try:
        code = str(current_adcode(pd.Series([adcode])).iloc[0])
    except InputError:
        code = ""
    if code not in known:
        raise InputError(
            f"{adcode!r} is no county of Guizhou; load_counties() lists the 88 codes, such as "
            "'522632' for Rongjiang."
        )
    return code
