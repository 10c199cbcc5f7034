"""The units that a column can be declared to have, and how large its values can be.

Nothing is converted because it looks wrong. A column whose values do not fit the declared unit is
a problem that the user decides: another unit, or the word that the values are right.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import UNITS_ZH, in_a_row, unit_name

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
    kind: str, usual: tuple[float, float], units: dict[str, float], a_resident: bool = True
) -> list[Unit]:
    return [Unit(name, kind, f, usual=usual, a_resident=a_resident) for name, f in units.items()]


_MONEY = {
    "yuan": 1.0, "thousand yuan": 1e3, "10k yuan": 1e4, "million yuan": 1e6,
    "100m yuan": 1e8,
}  # fmt: skip
_INCOME = {"yuan a person": 1.0, "10k yuan a person": 1e4}
_PEOPLE = {"persons": 1.0, "10k persons": 1e4}
_HOUSEHOLDS = {"households": 1.0, "10k households": 1e4}
_OTHERS = [
    Unit("%", "share", 0.01, high=100.0, aliases=("percent", "per cent", "百分比")),
    Unit("share", "share", 1.0, high=1.0, aliases=("fraction",)),
    Unit("% change", "change", low=-100.0, aliases=("growth in %",)),
    Unit("km2", "area", usual=(1.0, 3e5)),
    Unit("km", "length"),
    Unit("count", "count", aliases=("number of",)),
    Unit("index", "index"),
    Unit("flag", "flag", high=1.0, aliases=("0/1", "dummy")),
    Unit("year or 0", "year", high=2100.0, aliases=("first year",)),
    Unit("number", "number", low=-np.inf, aliases=("any",)),
    Unit("text", "text", aliases=("label",)),
]
UNITS = {
    unit.name: unit
    for unit in [
        *_scale("money", (10.0, 1e6), _MONEY),
        *_scale("money a person", (300.0, 1e6), _INCOME, a_resident=False),
        *_scale("people", (5e-4, 3.0), _PEOPLE),
        *_scale("households", (1e-4, 1.0), _HOUSEHOLDS),
        *_OTHERS,
    ]
}
"""All units by name; ``number`` may be anything, and ``text`` is kept as it is."""

_ALIASES = {alias: unit for unit in UNITS.values() for alias in (unit.name, *unit.aliases)}
# Messages name units in the reader's language: each is taken in Chinese, too.
_ALIASES |= {UNITS_ZH[name]: unit for name, unit in UNITS.items()}
# The units that texts state: how many (10,000, 百万, million) of what, and whether for each person.
_TIMES = {
    "十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8,
    "十亿": 1e9, "百亿": 1e10, "k": 1e3, "thousand": 1e3, "tenthousand": 1e4, "10^4": 1e4,
    "m": 1e6, "mn": 1e6, "million": 1e6, "hundredmillion": 1e8, "10^8": 1e8, "bn": 1e9,
    "billion": 1e9,
}  # fmt: skip
_BASES = {
    ("money", 1.0): "元 yuan rmb cny renminbi",
    ("people", 1.0): "人 person persons people inhabitants residents",
    ("households", 1.0): "户 household households",
    ("area", 1.0): "平方公里 平方千米 km2 km^2 sqkm squarekilometres squarekilometers",
    ("area", 0.01): "公顷 ha hectare hectares",
    ("area", 1 / 1500): "亩 mu",
    ("length", 1.0): "公里 千米 km kilometres kilometers",
    ("share", 0.01): "% percent",
    ("share", 0.001): "‰ permille",
    ("count", 1.0): "个",
    ("weight", 1.0): "吨 tons tonnes",
    ("foreign money", 1.0): "美元 dollars usd us$",
}
_BASE = {word: base for base, words in _BASES.items() for word in words.split()}


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_STATED = re.compile(
    rf"([0-9][0-9,]*)?({_one_of(_TIMES)})?({_one_of(_BASE)})(?:人民币|rmb)?"
    r"(/人|/person|aperson|perperson|percapita|每人)?"
)
# What stands side by side in brackets; the sign between thousands parts nothing.
_PARTS = re.compile(r"[、;:]|,(?!\d{3}(?!\d))|(?<!\d),")
_ORDINARY = str.maketrans("（）［］，；：／｜％＿　", "()[],;:/|%_ ")
_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
# "Share of households" and "grain/人" do not say that the column counts households or persons.
_OF_EACH = re.compile(
    r"(?:(?<=\bof )|(?<=\bper )|(?<=\ba )|(?<=\beach )|(?<=/))(?:[人户]|person|people|household)",
    re.IGNORECASE,
)
_FREE = ("number", "text", "index", "flag", "year")
# A check of a whole column needs a few values to speak of.
_ENOUGH = 5


def find_unit(name: str) -> Unit:
    """Return a unit by its name or one of its other names; raise InputError if there is none.

    >>> find_unit("万元").name
    '10k yuan'
    """
    text = " ".join(str(name).replace("％", "%").split())
    unit = _ALIASES.get(text) or _ALIASES.get(text.lower()) or _named(_meaning(text))
    if unit is None:
        near = difflib.get_close_matches(text.lower(), _ALIASES, n=1)
        units = _(", ").join(map(unit_name, UNITS))
        if not near:
            raise InputError(
                "There is no unit {name!r}. The units are: {units}.", name=name, units=units
            )
        raise InputError(
            "There is no unit {name!r}. Did you mean {near!r}? The units are: {units}.",
            name=name, near=near[0], units=units,
        )  # fmt: skip
    return unit


def _meaning(text: str) -> tuple[str, float] | None:
    """Return the kind and size of the unit that a text is, "" if unclear, None if it is none."""
    text = "".join(unicodedata.normalize("NFKC", text).lower().split())
    text = re.sub("^(rmb|cny|人民币)(.+)", r"\2\1", text)
    found = _STATED.fullmatch(text)
    if found is None:
        first, slash, __ = text.partition("/")
        is_unclear = text in _TIMES or (slash and _STATED.fullmatch(first))
        return ("", 0.0) if is_unclear else None
    many, times, base, each = found.groups()
    kind, size = _BASE[base]
    kind = f"{kind} a person" if each else kind
    return kind, float((many or "1").replace(",", "")) * _TIMES.get(times, 1.0) * size


def _named(meaning: tuple[str, float] | None) -> Unit | None:
    return next((unit for unit in UNITS.values() if (unit.kind, unit.factor) == meaning), None)


def stated_units(heading: str) -> dict[str, tuple[str, float]]:
    """Return the units that a heading states, as written: kind and size, "" if it is not clear.

    A unit stands in brackets, after 单位：, or at the end after a space or sign.

    >>> stated_units("财政收入（百万元）"), stated_units("GDP, 10,000 yuan")
    ({'百万元': ('money', 1000000.0)}, {'10,000 yuan': ('money', 10000.0)})
    """
    ordinary = heading.translate(_ORDINARY)
    outside = _BRACKETS.sub(" ", ordinary).strip()
    # From the left, so that "yuan a person" is found before "person".
    starts = [0, *(found.end() for found in re.finditer(r"[\s/_,、;:|-]+", outside))]
    tails = ["" if _OF_EACH.match(outside, start) else outside[start:] for start in starts]
    inside = _BRACKETS.findall(ordinary)
    stated: dict[str, tuple[str, float]] = {}
    for texts in (tails, *([text, *_PARTS.split(text)] for text in inside)):
        meanings = ((text.strip(), _meaning(text)) for text in texts)
        stated |= next(({text: meaning} for text, meaning in meanings if meaning), {})
    return stated


def misstated(heading: str, unit: Unit) -> tuple[str, str] | None:
    """Return what a heading states against the declared unit, and what to declare; or None.

    The second is empty where the heading is not clear: that is no problem, but is noted.
    """
    if unit.kind in _FREE:
        return None
    stated = stated_units(heading)
    others = [text for text, meaning in stated.items() if not _agrees(meaning, unit)]
    if not others:
        return None
    reason = _(
        "the heading states {stated}, and {unit} is declared",
        stated=in_a_row(list(stated)), unit=unit_name(unit.name),
    )  # fmt: skip
    if len(others) < len(stated) or not all(kind for kind, __ in stated.values()):
        return reason, ""
    right = _named(stated[others[0]])
    if right is None:
        return reason, _("convert it to a unit that can be declared")
    return reason, _("declare {unit!r}", unit=unit_name(right.name))


def _agrees(meaning: tuple[str, float], unit: Unit) -> bool:
    # Growth is in %, an income a person is often stated in yuan alone, and anything is counted.
    wider = {"change": ("share", 0.01), "money a person": ("money", unit.factor)}
    is_count = unit.kind == "count" and meaning in (("people", 1.0), ("households", 1.0))
    return is_count or meaning in ((unit.kind, unit.factor), wider.get(unit.kind))


def allowed(unit: Unit) -> str:
    """Say which values the unit allows."""
    if unit.name == "flag":
        return _("0 or 1")
    if unit.name == "year or 0":
        return _("a year from 1949 to 2100, or 0 for never")
    if np.isfinite(unit.low) and np.isfinite(unit.high):
        return _("{low:g} to {high:g}", low=unit.low, high=unit.high)
    return _("{low:g} or more", low=unit.low) if np.isfinite(unit.low) else _("a finite number")


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
    a_head = N_(
        "the median value would be {median} {unit} for each resident of its county, which is hard "
        "to believe"
    )
    alone = N_("the median value would be {median} {unit}, which is hard to believe")
    reason = _(a_head if unit.a_resident else alone, median=_short(median), unit=unit_name(base))
    fitting = [
        unit_name(u.name)
        for u in UNITS.values()
        if u.kind == unit.kind and low <= median * u.factor / unit.factor <= high
    ]
    fits = _("units that would fit: {units}", units=_(", ").join(fitting)) if fitting else ""
    return reason, fits


def _doubt_of_share(sizes: Array, unit: Unit) -> tuple[str, str] | None:
    median, largest = float(np.median(sizes)), float(sizes.max())
    if unit.name == "share" and median > 1.0:
        reason = _("the median value is {median}, no share", median=_short(median))
        return reason, _("fits: %")
    if unit.name == "%" and largest <= 1.0:
        reason = _("no value is above {largest} %", largest=_short(largest))
        return reason, _("would fit: share")
    if unit.name == "% change" and largest < 1.0:
        reason = _("no value is further from zero than {largest} %", largest=_short(largest))
        return reason, ""
    return None


def out_of_line(values: Array, counties: Array, unit: Unit, times: float = 50.0) -> Array:
    """Return which values are `times` above or below the median of their county: another unit.

    Units of a kind are steps of 10, 100 or more apart, and a county may double in between. Only for
    money, people and households. Of two values so far apart, either may be wrong.
    """
    none = np.zeros(len(values), dtype=bool)
    if unit.kind not in ("money", "money a person", "people", "households"):
        return none
    usable = np.isfinite(values) & (values > 0) & (counties >= 0)
    groups = pd.Series(values[usable]).groupby(counties[usable])
    median = groups.transform("median").to_numpy()
    ratio = values[usable] / median
    pair = groups.transform("size").to_numpy() == 2
    apart = (groups.transform("max") / groups.transform("min")).to_numpy() > times
    none[usable] = np.where(pair, apart, (ratio > times) | (ratio < 1.0 / times))
    return none


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
