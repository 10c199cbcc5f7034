"""All names and codes by which a county of China can be meant, and what each of them says.

The list is that of the census of 2020, 2,948 units. For Guizhou it also knows names in English,
and the names and codes of 2010 that are gone; for other provinces old codes are not at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import pandas as pd

from gzcounty.data.china import load_china_counties
from gzcounty.data.guizhou import current_adcode, load_code_changes, load_counties

from .writing import letters, plain

_PEOPLES = [
    *"回藏苗彝壮满侗瑶白傣黎佤畲水土羌怒各",
    "蒙古", "维吾尔", "布依", "朝鲜", "土家", "哈尼", "哈萨克", "傈僳", "拉祜", "东乡", "纳西",
    "景颇", "柯尔克孜", "达斡尔", "仫佬", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米",
    "塔吉克", "鄂温克", "保安", "裕固", "独龙", "鄂伦春",
]  # fmt: skip
# Some are named without the word for people: 木垒哈萨克自治县.
_PEOPLE = [f"{p}族" for p in _PEOPLES]
_PEOPLE += ["维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "锡伯", "蒙古"]
_AUTONOMOUS = re.compile(rf"(?:{'|'.join(sorted(_PEOPLE, key=len, reverse=True))})*自治[县旗州区]$")
_ENDING = re.compile(r"(?:地区|林区|特区|[县区市旗盟省])$")
_ENGLISH_ENDING = re.compile(
    r"(?:autonomouscounty|specialdistrict|county|district|city|xian|shi|qu|prefecture|province)$"
)

FULL, FORMER, ENGLISH, SHORT = "full name", "former name", "English name", "short name"
TOTALS = {"合计", "总计", "小计", "全国", "全省", "全市", "全州", "全区", "中国", "total", "all"}


class Place(NamedTuple):
    """A county-level unit of today's list."""

    adcode: str
    name: str
    prefecture: str
    province: str
    residents: float

    def said(self) -> str:
        """Name it so that it cannot be mistaken: 榕江县 (522632)."""
        return f"{self.name} ({self.adcode})"


@dataclass(frozen=True)
class Gazetteer:
    """The list.

    Attributes
    ----------
    places : dict of str to Place
        By code of today.
    names : dict of str to dict of str to tuple of str
        By way of writing (full, former, English, short), then by name: codes.
    former_codes : dict of str to str
        Codes that are gone, and the code of today.
    regions : dict of str to frozenset of str
        Names and codes of provinces and prefectures: the codes of their counties.
    once : dict of str to str
        Names that were a county's and are a prefecture's: the county's code of then.
    """

    places: dict[str, Place]
    names: dict[str, dict[str, tuple[str, ...]]]
    former_codes: dict[str, str]
    regions: dict[str, frozenset[str]]
    once: dict[str, str]


def stem(name: str) -> str:
    """Return a name without its ending: 榕江 of 榕江县, 威宁 of 威宁彝族回族苗族自治县.

    A name that would keep fewer than two signs stays as it is: 赵县.

    Examples
    --------
    >>> from gzcounty.reading.gazetteer import stem
    >>> stem("榕江县"), stem("威宁彝族回族苗族自治县"), stem("黔东南苗族侗族自治州"), stem("赵县")
    ('榕江', '威宁', '黔东南', '赵县')
    """
    pattern = _AUTONOMOUS if "自治" in name else _ENDING
    short = pattern.sub("", name)
    return short if len(short) >= 2 else name


def english(name: str) -> str:
    """Return the letters of an English name without its ending."""
    whole = letters(name)
    return _ENGLISH_ENDING.sub("", whole) or whole


@cache
def gazetteer() -> Gazetteer:
    """Build the list from the package's tables, once."""
    china, counties, changes = load_china_counties(), load_counties(), load_code_changes()
    own = counties.set_index("adcode").name_zh
    places = {
        row.adcode: Place(
            row.adcode,
            own.get(row.adcode, row.name_zh),
            row.prefecture_zh,
            row.province_zh,
            float(row.population),
        )
        for row in china.itertuples()
    }
    regions = _regions(china, counties)
    # Of a county that was divided, most of it, as `current_adcode` has it.
    gone = changes[~changes.old_code.isin(places) & ~changes.old_code.str.endswith("00")]
    former_codes = dict(zip(gone.old_code, current_adcode(gone.old_code), strict=True))
    names = {
        FULL: _gather((place.name, code) for code, place in places.items()),
        FORMER: _gather(_former(china, counties, gone, former_codes, set(regions))),
        ENGLISH: _gather(
            (english(name), row.adcode)
            for row in counties.itertuples()
            for name in (row.name_en, row.pinyin)
        ),
        SHORT: _gather(_short(places)),
    }
    once = {row.old_name: row.old_code for row in gone.itertuples() if row.old_name in regions}
    return Gazetteer(places, names, former_codes, regions, once)


def _gather(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, code in pairs:
        found.setdefault(name, {})[code] = None
    return {name: tuple(codes) for name, codes in found.items()}


def _former(
    china: pd.DataFrame,
    counties: pd.DataFrame,
    gone: pd.DataFrame,
    former_codes: dict[str, str],
    regions: set[str],
) -> Iterable[tuple[str, str]]:
    today = counties.set_index("adcode").name_zh
    pairs = list(zip(china.name_zh, china.adcode, strict=True))
    pairs += zip(
        counties.name_zh_2010.dropna(), counties.adcode[counties.name_zh_2010.notna()], strict=True
    )
    pairs += [(row.old_name, former_codes[row.old_code]) for row in gone.itertuples()]
    for name, code in pairs:
        # 毕节市 was a county and is a prefecture: the name alone does not say which is meant.
        if name not in regions and today.get(code, name) != name:
            yield name, code


def _short(places: dict[str, Place]) -> Iterable[tuple[str, str]]:
    for code, place in places.items():
        short = stem(place.name)
        if short != place.name:
            yield short, code
            if "自治" in place.name:
                yield short + place.name[-1], code


def _regions(china: pd.DataFrame, counties: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return names and codes of provinces and prefectures with the codes of their counties."""
    pairs: list[tuple[str, str]] = []
    for row in china.itertuples():
        province = (row.province_zh, row.province_en, row.province_adcode, row.province_adcode[:2])
        # A prefecture that is itself a county, such as 东莞市, is no wider place.
        prefecture = () if row.prefecture_zh == row.name_zh else (row.prefecture_zh,)
        if prefecture:
            pairs.append((row.prefecture_adcode, row.adcode))
        for name in (*province, *prefecture):
            pairs += [(key, row.adcode) for key in _ways(name)]
    for row in counties.itertuples():
        pairs.append((english(row.prefecture_en), row.adcode))
    return {name: frozenset(codes) for name, codes in _gather(pairs).items()}


def _ways(name: str) -> set[str]:
    """Return the ways to write a province or prefecture."""
    if name.isascii():
        return {english(name)} if not name.isdigit() else {name}
    short = stem(name)
    return {name, short, short + "州"} if name.endswith("州") else {name, short}


def region(text: object) -> frozenset[str] | None:
    """Return the codes of the counties of a province or prefecture, or None if there is none.

    Examples
    --------
    >>> from gzcounty.reading.gazetteer import region
    >>> len(region("黔东南州")), len(region("Guizhou")), region("Atlantis")
    (16, 88, None)
    """
    name = plain(text)
    if re.fullmatch(r"\d+(?:\.0+)?", name):
        name = name.partition(".")[0]
    elif not re.search("[\u4e00-\u9fff]", name):
        name = english(str(text))
    return gazetteer().regions.get(name)
