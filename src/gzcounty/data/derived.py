"""Columns that loaders compute from stored counts, each with its label and formula in one place.

Shares are computed after counts are summed, so that they stay right when counties are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from gzcounty.errors import InputError

COMMERCE_SECTIONS = ("F", "G", "I")
"""Wholesale and retail; transport, storage and post; information."""
DIGITAL_SECTIONS = ("G", "I")
"""Transport, storage and post; information."""


@dataclass(frozen=True)
class Derived:
    """One computed column: labels, unit and the formula that makes it."""

    label: str
    label_zh: str
    unit: str
    formula: Callable[[pd.DataFrame], pd.Series]
    note: str = ""


def add_derived(frame: pd.DataFrame, columns: Mapping[str, Derived]) -> pd.DataFrame:
    """Return ``frame`` with the computed columns added at the end."""
    return frame.assign(**{name: spec.formula(frame) for name, spec in columns.items()})


def employment_shares(employed: pd.DataFrame) -> pd.DataFrame:
    """Return shares of employment in % from counts by section.

    Parameters
    ----------
    employed : DataFrame
        One row a unit, one column a section ``A`` .. ``T``, persons in the long form (a 10 %
        sample). An empty section counts as none reported.

    Returns
    -------
    DataFrame
        ``farm_share``, ``nonfarm_share``, ``commerce_share`` (F, G, I), ``digital_share`` (G, I),
        in % of all employed; empty where nobody is reported employed.
    """
    absent = sorted(set("ABCDEFGHIJKLMNOPQRST") - set(employed.columns))
    if absent:
        raise InputError(f"Employment lacks the sections {', '.join(absent)}.")
    counts = employed.fillna(0.0)
    total = counts.sum(axis=1)
    share = counts.mul(100.0).div(total.where(total > 0), axis=0)
    return pd.DataFrame(
        {
            "farm_share": share["A"],
            "nonfarm_share": 100.0 - share["A"],
            "commerce_share": share[list(COMMERCE_SECTIONS)].sum(axis=1, min_count=1),
            "digital_share": share[list(DIGITAL_SECTIONS)].sum(axis=1, min_count=1),
        },
        index=employed.index,
    )


_SAMPLE = "Long form of the census, a 10 % sample."

EMPLOYMENT = {
    "farm_share": ("Employed in agriculture", "农林牧渔业就业比重", _SAMPLE),
    "nonfarm_share": ("Employed outside agriculture", "非农就业比重", _SAMPLE),
    "commerce_share": (
        "Employed in trade, transport and post, and information",
        "批发零售、交通仓储邮政和信息业就业比重",
        _SAMPLE,
    ),
    "digital_share": (
        "Employed in transport and post, and information",
        "交通仓储邮政和信息业就业比重",
        _SAMPLE,
    ),
}
"""Labels of the columns of `employment_shares`: label, Chinese label, note. Unit: %."""


def _percent(part: str, whole: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda d: 100.0 * d[part] / d[whole].where(d[whole] > 0)


URBAN = Derived("Urban share", "城镇化率", "%", _percent("population_urban", "population"))
PIPED_WATER = Derived(
    "Households with piped water",
    "有管道自来水户比重",
    "%",
    _percent("households_with_piped_water", "households_long_form"),
    _SAMPLE,
)
CAR = Derived(
    "Households with a car",
    "有家用汽车户比重",
    "%",
    _percent("households_with_car", "households_long_form"),
    _SAMPLE,
)
COLLEGE = Derived(
    "Residents with junior college or more",
    "大专及以上人口占常住人口比重",
    "%",
    lambda d: (
        100.0
        * (d["education_junior_college"] + d["education_university_and_above"])
        / d["population"].where(d["population"] > 0)
    ),
    "Of all residents, so that the two censuses compare.",
)

CENSUS = {
    "urban_share": URBAN,
    "piped_water_share": PIPED_WATER,
    "car_share": CAR,
    "college_share": COLLEGE,
}
CHINA = {"urban_share": URBAN, "piped_water_share": PIPED_WATER, "car_share": CAR}
