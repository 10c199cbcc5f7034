"""The units that a column can be declared to have, and how large its values can be.

Nothing is converted because it looks wrong. A column whose values do not fit the declared unit is
a problem that the user decides: another unit, or the word that the values are right.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import numpy as np

from gzcounty.errors import InputError

Array = np.ndarray


@dataclass(frozen=True)
class Unit:
    """A unit; those of one kind can be converted, `factor` is relative to the kind's first unit.

    Values from `low` to `high` are possible at all. A column's median lies in the range `usual` in
    the kind's first unit, a resident of the county if `a_resident`: wide, so that only a wrong unit
    leaves it.
    """

    name: str
    kind: str
    factor: float = 1.0
    low: float = 0.0
    high: float = np.inf
    usual: tuple[float, float] = (0.0, np.inf)
    a_resident: bool = False
    aliases: tuple[str, ...] = ()


def _scale(
    kind: str, usual: tuple[float, float], *units: tuple[str, float, str], a_resident: bool = False
) -> list[Unit]:
    return [
        Unit(name, kind, factor, usual=usual, a_resident=a_resident, aliases=(alias,))
        for name, factor, alias in units
    ]


_MONEY = _scale(
    "money",
    (10.0, 1e6),
    ("yuan", 1.0, "元"),
    ("thousand yuan", 1e3, "千元"),
    ("10k yuan", 1e4, "万元"),
    ("million yuan", 1e6, "百万元"),
    ("100m yuan", 1e8, "亿元"),
    a_resident=True,
)
_INCOME = _scale(
    "money a person",
    (300.0, 1e6),
    ("yuan a person", 1.0, "元/人"),
    ("10k yuan a person", 1e4, "万元/人"),
)
_PEOPLE = _scale(
    "people", (5e-4, 3.0), ("persons", 1.0, "人"), ("10k persons", 1e4, "万人"), a_resident=True
)
_HOUSEHOLDS = _scale(
    "households",
    (1e-4, 1.0),
    ("households", 1.0, "户"),
    ("10k households", 1e4, "万户"),
    a_resident=True,
)
_OTHERS = [
    Unit("%", "share", 0.01, high=100.0, aliases=("percent", "per cent", "百分比")),
    Unit("share", "share", 1.0, high=1.0, aliases=("fraction", "比例")),
    Unit("% change", "change", low=-100.0, aliases=("growth in %", "增长率")),
    Unit("km2", "area", usual=(1.0, 3e5), aliases=("平方公里", "square kilometres")),
    Unit("km", "length", aliases=("公里",)),
    Unit("count", "count", aliases=("number of", "个")),
    Unit("index", "index", aliases=("指数",)),
    Unit("flag", "flag", high=1.0, aliases=("0/1", "dummy")),
    Unit("year or 0", "year", high=2100.0, aliases=("first year",)),
    Unit("number", "number", low=-np.inf, aliases=("any",)),
    Unit("text", "text", aliases=("label",)),
]
UNITS = {u.name: u for u in [*_MONEY, *_INCOME, *_PEOPLE, *_HOUSEHOLDS, *_OTHERS]}
"""All units by name; ``number`` may be anything, and ``text`` is kept as it is."""

_ALIASES = {alias: unit for unit in UNITS.values() for alias in (unit.name, *unit.aliases)}
# A check of a whole column needs a few values to speak of.
_ENOUGH = 5


def find_unit(name: str) -> Unit:
    """Return a unit by its name or one of its other names; raise InputError if there is none.

    >>> from gzcounty.reading.units import find_unit
    >>> find_unit("万元").name
    '10k yuan'
    """
    text = " ".join(str(name).replace("％", "%").split())
    unit = _ALIASES.get(text) or _ALIASES.get(text.lower())
    if unit is None:
        near = difflib.get_close_matches(text.lower(), _ALIASES, n=1)
        did = f" Did you mean {near[0]!r}?" if near else ""
        raise InputError(f"There is no unit {name!r}.{did} The units are: {', '.join(UNITS)}.")
    return unit


def allowed(unit: Unit) -> str:
    """Say which values the unit allows."""
    if unit.name == "flag":
        return "0 or 1"
    if unit.name == "year or 0":
        return "a year from 1949 to 2100, or 0 for never"
    if np.isfinite(unit.low) and np.isfinite(unit.high):
        return f"{unit.low:g} to {unit.high:g}"
    return f"{unit.low:g} or more" if np.isfinite(unit.low) else "a finite number"


def impossible(values: Array, unit: Unit) -> Array:
    """Return which values the unit does not allow. Missing ones are no problem here."""
    if unit.name == "flag":
        return np.isfinite(values) & (values != 0) & (values != 1)
    if unit.name == "year or 0":
        year = (values >= 1949) & (values <= unit.high) & (values == np.round(values))
        return np.isfinite(values) & (values != 0) & ~year
    with np.errstate(invalid="ignore"):
        return (values < unit.low) | (values > unit.high)


def doubt(values: Array, unit: Unit, residents: Array) -> tuple[str, str] | None:
    """Return what makes the declared unit of a whole column doubtful, and what would fit, or None.

    `residents` are those of each row's county, NaN where unknown.
    """
    positive = np.isfinite(values) & ((values > 0) | ((unit.kind == "change") & (values != 0)))
    if int(positive.sum()) < _ENOUGH:
        return None
    if unit.kind in ("share", "change"):
        return _doubt_of_share(np.abs(values[positive]), unit)
    low, high = unit.usual
    if (low, high) == (0.0, np.inf):
        return None
    scaled = values * unit.factor / (residents if unit.a_resident else 1.0)
    sizes = scaled[positive & np.isfinite(scaled)]
    if len(sizes) < _ENOUGH:
        return None
    median = float(np.median(sizes))
    if low <= median <= high:
        return None
    base = next(u.name for u in UNITS.values() if u.kind == unit.kind)
    a_head = " for each resident of its county" if unit.a_resident else ""
    reason = f"the median value would be {_short(median)} {base}{a_head}, which is hard to believe"
    fitting = [
        u.name
        for u in UNITS.values()
        if u.kind == unit.kind and low <= median * u.factor / unit.factor <= high
    ]
    return reason, f"units that would fit: {', '.join(fitting)}" if fitting else ""


def _doubt_of_share(sizes: Array, unit: Unit) -> tuple[str, str] | None:
    if unit.name == "share" and float(np.median(sizes)) > 1.0:
        return f"the median value is {_short(float(np.median(sizes)))}, no share", "fits: %"
    if unit.name == "%" and float(sizes.max()) <= 1.0:
        return f"no value is above {_short(float(sizes.max()))} %", "would fit: share"
    if unit.name == "% change" and float(sizes.max()) < 1.0:
        return f"no value is further from zero than {_short(float(sizes.max()))} %", ""
    return None


def out_of_line(values: Array, counties: Array, unit: Unit, times: float = 100.0) -> Array:
    """Return which values are `times` above or below the median of their county: another unit.

    Only for money, people and households, and for counties with three values or more.
    """
    none = np.zeros(len(values), dtype=bool)
    if unit.kind not in ("money", "money a person", "people", "households"):
        return none
    import pandas as pd

    usable = np.isfinite(values) & (values > 0) & (counties >= 0)
    groups = pd.Series(values[usable]).groupby(counties[usable])
    median = groups.transform("median").to_numpy()
    enough = groups.transform("size").to_numpy() >= 3
    ratio = values[usable] / median
    none[usable] = enough & ((ratio > times) | (ratio < 1.0 / times))
    return none


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
