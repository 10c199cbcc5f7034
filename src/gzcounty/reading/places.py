"""What a user calls a county, turned into its six-digit code, or the reason why it cannot be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .gazetteer import ENGLISH, FORMER, FULL, SHORT, TOTALS, Place, english, gazetteer, stem
from .writing import plain

_HAN = re.compile("[\u4e00-\u9fff]")
_CODE = re.compile(r"(\d+)(?:\.0*)?")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")

EXACT, DECIMAL, LONG, FORMER_CODE, WHOLE, OWN = (
    "as it stands",
    "code written as a decimal number",
    "longer code",
    "former code",
    "name with its province or prefecture",
    "the user's own list",
)
"""How a county was found, beside the ways of `gazetteer.Gazetteer.names`."""

ALLOWED = "a county-level unit of China, by its code or its name"


class Found(NamedTuple):
    """A county that was found, and how."""

    adcode: str
    how: str


class Lost(NamedTuple):
    """Why a county was not found, and what would do."""

    problem: str
    suggestion: str = ""
    allowed: str = ALLOWED


class Finder:
    """Finds counties; asked once for every way a file writes one.

    Parameters
    ----------
    own : mapping of str to str
        The user's own names or codes and the codes of today that they mean.
    """

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._own = {plain(name): code for name, code in (own or {}).items()}
        self._list = gazetteer()

    def find(self, text: object, within: frozenset[str] | None = None) -> Found | Lost:
        """Return the county that a name or code means.

        Parameters
        ----------
        text : object
            A name in Chinese or English, or a code; numbers are read as codes.
        within : frozenset of str, optional
            Codes among which it must be: those of a province or prefecture.
        """
        name = plain(text)
        if name in self._own:
            return Found(self._own[name], OWN)
        digits = _CODE.fullmatch(name)
        if digits:
            found = self._by_code(digits[1], "." in name)
            if isinstance(found, Found) and within is not None and found.adcode not in within:
                place = self._list.places[found.adcode]
                return Lost(f"{place.said()} is not in the province or prefecture of this row")
            return found
        if _ROUNDED.fullmatch(name):
            return Lost("a spreadsheet has rounded this code", "format the column as text there")
        return self._by_name(name, str(text), within)

    def _by_code(self, code: str, decimal: bool) -> Found | Lost:
        places, former, regions = self._list.places, self._list.former_codes, self._list.regions
        how = DECIMAL if decimal else EXACT
        if len(code) in (9, 12):
            if code[6:].strip("0"):
                return Lost("this is the code of a township or village, not of a county")
            code, how = code[:6], LONG
        if len(code) != 6:
            return Lost(f"a code of {len(code)} digits", allowed="6, 9 or 12 digits")
        if code in places:
            return Found(code, how)
        if code in former:
            return Found(former[code], FORMER_CODE)
        if code in regions or code == "100000":
            return Lost("this is a province or prefecture, not a county", _LEAVE)
        if code.endswith("01") and f"{code[:4]}00" in regions:
            return Lost("this stands for all districts of a city together", _LEAVE)
        beyond = "" if code.startswith("52") else "; codes before 2020 are known for Guizhou only"
        return Lost(f"no county has this code in the list of the 2020 census{beyond}", _OWN_LIST)

    def _by_name(self, name: str, text: str, within: frozenset[str] | None) -> Found | Lost:
        """Look under full names first, then under those that say less."""
        regions = self._list.regions
        is_english = not _HAN.search(name)
        for how in (ENGLISH,) if is_english else (FULL, FORMER, SHORT):
            key = english(text) if is_english else name
            codes = self._list.names[how].get(key, ())
            known = [code for code in codes if within is None or code in within]
            if is_english and len(known) == 1 and within is None:
                # Elsewhere English names are not known, but a shared Chinese name is.
                known = list(self._list.names[FULL][self._list.places[known[0]].name])
            if how == SHORT and known and key in regions and within is None:
                return Lost(
                    "this is the name of a prefecture or province too",
                    f"write {_several(self._list.places[c] for c in known)} if the county is meant",
                )
            if len(known) == 1:
                return Found(known[0], how)
            if known:
                places = [self._list.places[code] for code in known]
                return Lost(
                    f"{len(places)} counties have this name",
                    f"give province= or prefecture=, or the code: {_several(places, True)}",
                )
        if not is_english:
            whole = self._with_region(name, within)
            if whole is not None:
                return whole
        total = name.lower() in TOTALS or "市辖区" in name
        if total or name in regions or (is_english and english(text) in regions):
            once = self._list.once.get(name)
            other = f"; for the county of that name until 2011 give its code, {once}"
            wide = "this is not a county but a wider place or a total"
            return Lost(wide, _LEAVE + other if once else _LEAVE)
        return self._unknown(name, is_english, within)

    def _with_region(self, name: str, within: frozenset[str] | None) -> Found | None:
        """Read 贵州省榕江县 or 黔东南州榕江县: what is left of a region before it."""
        hits = set()
        for cut in range(2, len(name) - 1):
            inside = self._list.regions.get(name[:cut])
            if inside is not None:
                inside = inside if within is None else inside & within
                rest = self._by_name_within(name[cut:], inside)
                hits |= rest
        return Found(hits.pop(), WHOLE) if len(hits) == 1 else None

    def _by_name_within(self, name: str, within: frozenset[str]) -> set[str]:
        for how in (FULL, FORMER, SHORT):
            codes = within & set(self._list.names[how].get(name, ()))
            if codes:
                return set(codes)
        deeper = self._with_region(name, within) if within else None
        return {deeper.adcode} if deeper else set()

    def _unknown(self, name: str, is_english: bool, within: frozenset[str] | None) -> Lost:
        known = (self._list.names[how].get(name) for how in (FULL, FORMER, SHORT))
        if within is not None and any(known):
            return Lost("no county of this province or prefecture has this name")
        allowed = f"{ALLOWED}; English names for Guizhou only" if is_english else ALLOWED
        return Lost(NOBODY, _OWN_LIST, allowed)

    def near(self, text: object, among: Iterable[str]) -> str:
        """Return the counties among some codes whose names are close to a text, as a sentence."""
        name, places = plain(text), self._list.places
        if _HAN.search(name):
            pool = {places[code].name: code for code in sorted(among)}
            short = {stem(full): code for full, code in pool.items()}
            close = [pool[m] for m in difflib.get_close_matches(name, pool, n=5)]
            close = close or [short[m] for m in difflib.get_close_matches(stem(name), short, n=5)]
        else:
            pool = {key: codes[0] for key, codes in self._list.names[ENGLISH].items()}
            close = [pool[m] for m in difflib.get_close_matches(english(str(text)), pool, n=3)]
        return f"near: {_several(places[code] for code in close)}" if close else ""


NOBODY = "no county has this name"
_LEAVE = "leave such rows out"
_OWN_LIST = "if you know the county, say places={'...': 'its code'}"


def _several(places: Iterable[Place], with_region: bool = False) -> str:
    """Name counties in a row, with their prefecture if it is needed to tell them apart."""
    told = []
    for place in places:
        wider = place.prefecture if place.prefecture != place.name else place.province
        told.append(f"{place.said()} in {wider}" if with_region else place.said())
    return ", ".join(told[:6]) + (f" and {len(told) - 6} more" if len(told) > 6 else "")
