"""The column of counties: every way of writing is looked up once, and noted.

The list is that of the census of 2020, 2,948 units. For Guizhou it also knows names in English,
and the names and codes of 2010 that are gone; for other provinces there are no old codes here.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from gzcounty.data.counties import load_china_counties
from gzcounty.data.guizhou import WITHIN, current_adcode, load_code_changes, load_counties
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.reading.cells import blank, distinct, letters, plain
from gzcounty.reading.problems import Advice, Argument, Problems, Wording, as_text
from gzcounty.words import first_few, without_peoples

_ENDING = re.compile(r"(?:地区|林区|特区|[县区市旗盟省])$")
# Endings of English names, each with the Chinese one that it stands for.
_PEOPLES = "(?:(?:bouyei|bu[iy]?yi|buyei|dong|gelao|hui|miao|sui|shui|tujia|yi|zhuang)(?:zu)?|and)*"
_ENGLISH_ENDINGS = {
    "县": f"{_PEOPLES}(?:autonomouscounty|zizhixian)|county|cty|co|xian",
    "区": "specialdistrict|district|dist|tequ|qu",
    "市": "countylevelcity|city|shi",
    "州": f"{_PEOPLES}(?:autonomous(?:prefecture|region)|zizhizhou)|prefecture|province",
}
_ENGLISH_ENDING = re.compile(
    f"(?:{'|'.join(f'({endings})' for endings in _ENGLISH_ENDINGS.values())})$"
)
# Stems of former names that no table has in English.
_FORMER_ENGLISH = {"盘县": "Pan", "小河": "Xiaohe"}
FULL, FORMER = N_("full name"), N_("former name")
ENGLISH, SHORT = N_("English name"), N_("short name")
_TOTAL = re.compile(
    "(?:.*(?:合计|总计|小计|共计|汇总|总和|平均|市辖区|[省市州地]本?级|[省市州地]直))"
    "|全[国省市州区县]|中国|其中:?|(?:grand|sub)?total.*|.*(?:total|average|mean)|sum|all(?:counties)?|ofwhich.*"
)
_OF_WHICH = re.compile("^其中:?")


class Place(NamedTuple):
    """A county-level unit of today's list."""

    adcode: str
    name: str
    prefecture: str
    province: str
    residents: float

    def label(self) -> str:
        """Name it so that it cannot be mistaken: 榕江县 (522632)."""
        return _("{county} ({code})", county=self.name, code=self.adcode)


@dataclass(frozen=True)
class Gazetteer:
    """The list of counties.

    `places` are by code of today; `names` by way of writing (full, former, English, short), then by
    name; `former_codes` lead to those of today; `regions` are the codes of the counties of
    provinces and prefectures, by name and code; `once` has names that were a county's and are a
    prefecture's, with the county's code of then.
    """

    places: dict[str, Place]
    names: dict[str, dict[str, tuple[str, ...]]]
    former_codes: dict[str, str]
    regions: dict[str, frozenset[str]]
    once: dict[str, str]


def stem(name: str) -> str:
    """Return a name without its ending; one that would keep fewer than two signs stays: 赵县.

    >>> stem("榕江县"), stem("威宁彝族回族苗族自治县"), stem("黔东南苗族侗族自治州"), stem("赵县")
    ('榕江', '威宁', '黔东南', '赵县')
    """
    if "自治" in name:
        return without_peoples(name)
    short = _ENDING.sub("", name)
    return short if len(short) >= 2 else name


def english(name: str) -> str:
    """Return the letters of an English name, and the Chinese sign for its ending if it has one.

    >>> english("Zheng'an County"), english("Songtao Miao Autonomous County"), english("Wanshan")
    ('zhengan县', 'songtao县', 'wanshan')
    """
    whole = letters(name)
    found = _ENGLISH_ENDING.search(whole)
    if found is None or not found.start():
        return whole
    return whole[: found.start()] + [*_ENGLISH_ENDINGS][(found.lastindex or 1) - 1]


def _region_key(name: str) -> str:
    """Return the letters of a province's or prefecture's English name: Guizhou Province."""
    return english(name).rstrip("市州")


@cache
def gazetteer() -> Gazetteer:
    """Build the list from the package's tables, once."""
    china, counties, changes = load_china_counties(), load_counties(), load_code_changes()
    names_zh = counties.set_index("adcode").name_zh
    china["name"] = china.adcode.map(names_zh).fillna(china.name_zh)
    fields = china[["adcode", "name", "prefecture_zh", "province_zh", "population"]].astype(object)
    places = {code: Place(code, *others) for code, *others in fields.to_numpy()}
    regions = _regions(china, counties)
    # Of a county that was divided, most of it, as `current_adcode` has it.
    gone = changes[~changes.old_code.isin(places) & ~changes.old_code.str.endswith("00")]
    former_codes = dict(zip(gone.old_code, current_adcode(gone.old_code), strict=True))
    names = {
        FULL: _gather((place.name, code) for code, place in places.items()),
        FORMER: _gather(_former(china, counties, gone, former_codes, set(regions))),
        ENGLISH: _gather(_english(counties, gone, former_codes, set(regions))),
        SHORT: _gather(_short(places)),
    }
    once = {row.old_name: row.old_code for row in gone.itertuples() if row.old_name in regions}
    heads = counties.drop_duplicates("prefecture_zh").set_index("prefecture_zh").prefecture_en
    for name, code in list(once.items()):
        bare = letters(heads[name])
        once |= dict.fromkeys((stem(name), bare, f"{bare}市"), code)
    return Gazetteer(places, names, former_codes, regions, once)


def residents_of(codes: np.ndarray) -> np.ndarray:
    """Return the residents of 2020 of each row's county; NaN where the county is unknown."""
    places = gazetteer().places
    residents = {code: place.residents for code, place in places.items()}
    return pd.Series(codes, dtype=object).map(residents).to_numpy(dtype=float, na_value=np.nan)


def _gather(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, dict[str, None]] = {}
    for name, code in pairs:
        grouped.setdefault(name, {})[code] = None
    return {name: tuple(codes) for name, codes in grouped.items()}


def _former(
    china: pd.DataFrame,
    counties: pd.DataFrame,
    gone: pd.DataFrame,
    former_codes: dict[str, str],
    regions: set[str],
) -> Iterable[tuple[str, str]]:
    today, before = counties.set_index("adcode").name_zh, counties.dropna(subset="name_zh_2010")
    pairs = list(zip(china.name_zh, china.adcode, strict=True))
    pairs += zip(before.name_zh_2010, before.adcode, strict=True)
    pairs += [(row.old_name, former_codes[row.old_code]) for row in gone.itertuples()]
    for name, code in pairs:
        # 毕节市 was a county and is a prefecture: the name alone does not say which is meant.
        if name not in regions and today.get(code, name) != name:
            yield name, code


def _english(
    counties: pd.DataFrame, gone: pd.DataFrame, former_codes: dict[str, str], regions: set[str]
) -> Iterable[tuple[str, str]]:
    """Return English names of today and before, with the ending that each has and without."""
    spelt = {stem(row.prefecture_zh): row.prefecture_en for row in counties.itertuples()}
    spelt |= {stem(row.name_zh): row.name_en for row in counties.itertuples()} | _FORMER_ENGLISH
    named = [
        (name, row.adcode)
        for row in counties.itertuples()
        for name in (row.name_zh, row.name_zh_2010, row.name_zh_2020)
        if isinstance(name, str)
    ]
    named += [(row.old_name, former_codes[row.old_code]) for row in gone.itertuples()]
    for name, code in named:
        # 遵义县 is no more: Zunyi alone is the prefecture.
        if name not in regions and stem(name) in spelt:
            bare = letters(spelt[stem(name)])
            yield bare + name[-1], code
            if bare not in regions:
                yield bare, code


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
            pairs += [(key, row.adcode) for key in _ways_of_writing(name)]
    for row in counties.itertuples():
        pairs.append((_region_key(row.prefecture_en), row.adcode))
    return {name: frozenset(codes) for name, codes in _gather(pairs).items()}


def _ways_of_writing(name: str) -> set[str]:
    """Return the ways to write a province or prefecture."""
    if name.isascii():
        return {_region_key(name)} if not name.isdigit() else {name}
    short = stem(name)
    return {name, short, short + ("州" if name.endswith("州") else "地区")}


def region(text: object) -> frozenset[str] | None:
    """Return the codes of the counties of a province or prefecture, or None if there is none.

    >>> len(region("黔东南州")), len(region("Guizhou")), region("Atlantis")
    (16, 88, None)
    """
    name = plain(text)
    if re.fullmatch(r"\d+(?:\.0+)?", name):
        name = name.partition(".")[0]
    elif not re.search("[\u4e00-\u9fff]", name):
        name = _region_key(str(text))
    return gazetteer().regions.get(name)


_HAN = re.compile("[\u4e00-\u9fff]")
_CODE = re.compile(r"(\d+)(?:\.0*)?")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")

EXACT, DECIMAL, LONG, FORMER_CODE, WHOLE, ALIAS = (
    N_("as it stands"),
    N_("code written as a decimal number"),
    N_("longer code"),
    N_("former code"),
    N_("name with its province or prefecture"),
    N_("the user's own list"),
)
"""How a county was found, beside the ways of `gazetteer.Gazetteer.names`."""

ALLOWED = N_("a county-level unit of China, by its code or its name")


class Found(NamedTuple):
    """A county that was found, and how."""

    adcode: str
    how: str


class Lost(NamedTuple):
    """Why a county was not found, and what would do; whether a wider place or total stands there.

    Where the user's own list says that it is no county, there is no problem.
    """

    problem: str
    suggestion: Wording = ""
    allowed: str = ALLOWED
    wider: bool = False


class Finder:
    """Finds counties, once for every way a file writes one; `aliases` are the user's own names."""

    def __init__(self, aliases: Mapping[str, str | None] | None = None) -> None:
        self._aliases = {plain(name): code for name, code in (aliases or {}).items()}
        self._list = gazetteer()

    def find(self, text: object, within: frozenset[str] | None = None) -> Found | Lost:
        """Return the county that a name or code means, which must be `within` some codes."""
        name = plain(text)
        if name in self._aliases:
            code = self._aliases[name]
            return Lost("", wider=True) if code is None else Found(code, ALIAS)
        name = _OF_WHICH.sub("", name) or name
        digits = _CODE.fullmatch(name)
        if digits:
            result = self._by_code(digits[1], "." in name)
            if isinstance(result, Found) and within is not None and result.adcode not in within:
                place = self._list.places[result.adcode]
                return Lost(_(
                    "{county} is not in the province or prefecture of this row",
                    county=place.label(),
                ))  # fmt: skip
            return result
        if _ROUNDED.fullmatch(name):
            advice = _("format the column as text there")
            return Lost(_("a spreadsheet has rounded this code"), advice)
        return self._by_name(name, str(text), within)

    def _by_code(self, code: str, decimal: bool) -> Found | Lost:
        places, former, regions = self._list.places, self._list.former_codes, self._list.regions
        how = DECIMAL if decimal else EXACT
        if len(code) in (9, 12):
            if code[6:].strip("0"):
                return Lost(_("this is the code of a township or village, not of a county"))
            code, how = code[:6], LONG
        if len(code) != 6:
            problem = _("a code of {digits} digits", digits=len(code))
            return Lost(problem, allowed=_("6, 9 or 12 digits"))
        if code in places:
            return Found(code, how)
        if code in former:
            return Found(former[code], FORMER_CODE)
        if code in regions or code == "100000":
            return Lost(_("this is a province or prefecture, not a county"), _LEAVE, wider=True)
        if code.endswith("01") and f"{code[:4]}00" in regions:
            return Lost(_("this stands for all districts of a city together"), _LEAVE, wider=True)
        none = N_("no county has this code in the list of the 2020 census")
        beyond = N_(
            "no county has this code in the list of the 2020 census; older and newer codes are "
            "known for Guizhou only"
        )
        return Lost(_(none if code.startswith(WITHIN) else beyond), _own_list())

    def _by_name(self, name: str, text: str, within: frozenset[str] | None) -> Found | Lost:
        """Look under full names first, then under those that say less."""
        regions = self._list.regions
        is_english = not _HAN.search(name)
        key = english(text) if is_english else name
        for how in (ENGLISH,) if is_english else (FULL, FORMER, SHORT):
            codes = self._list.names[how].get(key, ())
            candidates = [code for code in codes if within is None or code in within]
            if is_english and len(candidates) == 1 and within is None:
                # Elsewhere English names are not known, but a shared Chinese name is.
                candidates = list(self._list.names[FULL][self._list.places[candidates[0]].name])
            places = [self._list.places[code] for code in candidates]
            if how == SHORT and places and key in regions and within is None:
                return Lost(
                    _("this is the name of a prefecture or province too"),
                    _("write {counties} if the county is meant", counties=_several(places)),
                )
            if len(places) == 1:
                return Found(places[0].adcode, how)
            if places:
                wider = {name: Argument(name) for name in ("province", "prefecture")}
                advice = Advice("region", counties=_several(places, True), **wider)
                return Lost(_("{number} counties have this name", number=len(places)), advice)
        if not is_english:
            whole = self._with_region(name, within)
            if whole is not None:
                return whole
        head, __, last = text.rpartition(",")
        inside = region(last) if is_english and head else None
        if inside:
            answer = self.find(head, inside if within is None else inside & within)
            if isinstance(answer, Found):
                return Found(answer.adcode, WHOLE)
        wide = _("this is not a county but a wider place or a total")
        if key in self._list.once:
            none = Argument("places", {text.strip(): None})
            return Lost(wide, Advice("until 2011", code=self._list.once[key], places=none))
        is_region = name in regions
        if is_english:
            name = letters(text) or text
            is_region = key.rstrip("市州") in regions
        if is_region or _TOTAL.fullmatch(name):
            return Lost(wide, _LEAVE, wider=True)
        return self._unknown(name, is_english, within)

    def _with_region(self, name: str, within: frozenset[str] | None) -> Found | None:
        """Read 贵州省榕江县 or 黔东南州榕江县: what is left of a region before it."""
        hits = set()
        for cut in range(2, len(name) - 1):
            inside = self._list.regions.get(name[:cut])
            if inside is not None:
                inside = inside if within is None else inside & within
                hits |= self._by_name_within(name[cut:], inside)
        return Found(hits.pop(), WHOLE) if len(hits) == 1 else None

    def _by_name_within(self, name: str, within: frozenset[str]) -> set[str]:
        for how in (FULL, FORMER, SHORT):
            codes = within & set(self._list.names[how].get(name, ()))
            if codes:
                return set(codes)
        deeper = self._with_region(name, within) if within else None
        return {deeper.adcode} if deeper else set()

    def _unknown(self, name: str, is_english: bool, within: frozenset[str] | None) -> Lost:
        elsewhere = (self._list.names[how].get(name) for how in (FULL, FORMER, SHORT))
        if within is not None and any(elsewhere):
            return Lost(_("no county of this province or prefecture has this name"))
        allowed = ALLOWED
        if is_english:
            allowed = _(
                "a county-level unit of China, by its code or its name; English names for Guizhou "
                "only"
            )
        return Lost(_(NOBODY), _own_list(), allowed)

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
        counties = _several(places[code] for code in close)
        return _("near: {counties}", counties=counties) if close else ""


NOBODY = N_("no county has this name")
_LEAVE = Advice("total", skip_totals=Argument("skip_totals", True))


def _own_list() -> Advice:
    places, none = {"...": _("its code")}, {"...": None}
    return Advice("own list", places=Argument("places", places), none=Argument("places", none))


def _several(places: Iterable[Place], with_region: bool = False) -> str:
    """Name counties in a row, with their prefecture if it is needed to tell them apart."""
    names = []
    for place in places:
        wider = place.prefecture if place.prefecture != place.name else place.province
        inside = _("{county} in {region}", county=place.label(), region=wider)
        names.append(inside if with_region else place.label())
    return first_few(names, 6)


_NOTES_BY_WAY = {
    FORMER_CODE: N_("Codes that are gone were read as those of today: {readings}."),
    FORMER: N_("Former names were read as: {readings}."),
    SHORT: N_("Names without their ending were read as: {readings}."),
    WHOLE: N_("Names with their province or prefecture were read as: {readings}."),
    ENGLISH: N_("English names were looked up among those of Guizhou: {readings}."),
    LONG: N_("Longer codes were cut to the six digits of the county: {readings}."),
}
# For names that nobody has, near ones are looked for, but not for thousands of them.
_GUESSES = 100
# Several ways of writing every county of China; more can only be another column.
_MOST = 20_000


@dataclass(frozen=True)
class Counties:
    """The counties of all rows: codes (None where there is none), how each was read, notes.

    `left_out` are rows of wider places that the user wants left out.
    """

    codes: np.ndarray
    table: pd.DataFrame
    notes: list[Wording]
    left_out: np.ndarray


def find_counties(
    frame: pd.DataFrame,
    county: str,
    regions: Mapping[str, frozenset[str] | str],
    aliases: Mapping[str, str | None],
    problems: Problems,
    skip_totals: bool = False,
) -> Counties:
    """Find the county of every row by the column `county` of names or codes.

    `regions` says what each county must lie in: by the argument's name (province, prefecture),
    codes of counties for all rows, or the column that names the region of each row.
    """
    columns = [county, *dict.fromkeys(r for r in regions.values() if isinstance(r, str))]
    everywhere = [r for r in regions.values() if not isinstance(r, str)]
    empty = blank(frame[county])
    problems.add(county, _("no county"), rows=np.flatnonzero(empty), allowed=_(ALLOWED))
    cells = frame[columns].astype(object)
    parts = pd.DataFrame({column: distinct(cells[column])[0] for column in columns})
    way = parts.groupby(columns).ngroup().to_numpy()
    first = np.unique(way, return_index=True)[1]
    if len(first) > _MOST:
        raise InputError(
            "Column {county!r} names counties in {ways:,} ways, and China has {counties:,} of "
            "them. Is it the column of counties?",
            county=county, ways=len(first), counties=len(gazetteer().places),
        )  # fmt: skip
    finder = Finder(aliases)
    answers: list[Found | None] = [None] * len(first)
    lost = []
    left_out = np.zeros(len(first), dtype=bool)
    for number, row in enumerate(first):
        if empty[row]:
            continue
        within, unknown = _within(cells, columns[1:], everywhere, int(row))
        if unknown is not None:
            column, value = unknown
            rows = np.flatnonzero(way == number)
            problems.add(
                column, _("no province or prefecture has this name"), rows=rows,
                values=[value] * len(rows), allowed=_("a province or prefecture of China"),
            )  # fmt: skip
            continue
        answer = finder.find(cells[county].iloc[row], within)
        if isinstance(answer, Found):
            answers[number] = answer
        elif answer.wider and (skip_totals or not answer.problem):
            left_out[number] = True
        else:
            lost.append((number, answer, within))
    written = cells[county].iloc[first].tolist()
    _report_lost(county, lost, answers, way, written, finder, problems)
    adcodes = np.array([answer.adcode if answer else None for answer in answers], dtype=object)
    table = _table(answers, written, way)
    return Counties(adcodes[way], table, _notes(table), left_out[way])


def _within(
    cells: pd.DataFrame, columns: list[str], everywhere: list[frozenset[str]], row: int
) -> tuple[frozenset[str] | None, tuple[str, object] | None]:
    """Return where the county of a row must lie; second, a region that is unknown."""
    regions = list(everywhere)
    for column in columns:
        value = cells[column].iloc[row]
        if as_text(value) == "":
            continue
        inside = region(value)
        if inside is None:
            return None, (column, value)
        regions.append(inside)
    return (frozenset.intersection(*regions) if regions else None), None


def _report_lost(
    county: str,
    lost: list[tuple[int, Lost, frozenset[str] | None]],
    answers: list[Found | None],
    way: np.ndarray,
    written: list[object],
    finder: Finder,
    problems: Problems,
) -> None:
    """Add a problem for every row without a county, with near names of the file's own provinces."""
    about = {answer.adcode[:2] for answer in answers if answer}
    every = gazetteer().places
    pool = [code for code in every if code[:2] in about] or list(every)
    told: list[tuple[object, ...]] = []
    for number, answer, within in lost:
        suggestion = answer.suggestion
        if answer.problem == _(NOBODY) and len(told) < _GUESSES:
            suggestion = finder.near(written[number], within or pool) or suggestion
        told.append((answer.problem, written[number], _(answer.allowed), suggestion))
    if told:
        numbers = [number for number, *__ in lost]
        rows = np.flatnonzero(np.isin(way, numbers))
        columns = ["problem", "values", "allowed", "suggestion"]
        cases = pd.DataFrame(told, index=numbers, columns=columns, dtype=object).loc[way[rows]]
        problems.add(county, rows=rows, **{name: cases[name].tolist() for name in columns})


def _table(answers: list[Found | None], written: list, way: np.ndarray) -> pd.DataFrame:
    places, rows = gazetteer().places, np.bincount(way, minlength=len(answers))
    return pd.DataFrame(
        [
            (as_text(text), a.adcode, places[a.adcode].name, a.how, int(count))
            for text, a, count in zip(written, answers, rows, strict=True)
            if a is not None
        ],
        columns=["written", "adcode", "name_zh", "how", "rows"],
    )


def _notes(table: pd.DataFrame) -> list[Wording]:
    """Note every way of writing that was not a code or full name of today, by kind."""
    notes: list[Wording] = []
    for how in (*_NOTES_BY_WAY, ALIAS):
        some = table[table.how == how].drop_duplicates(["written", "adcode"])
        if len(some):
            pairs = zip(some.written, some.name_zh, some.adcode, strict=True)
            readings = _(", ").join(
                _("{text} = {county} ({code})", text=text.strip(), county=name, code=code)
                for text, name, code in pairs
            )
            if how == ALIAS:
                notes.append(Advice("read as", places=Argument("places"), readings=readings))
            else:
                notes.append(_(_NOTES_BY_WAY[how], readings=readings))
    decimal = table[table.how == DECIMAL]
    if len(decimal):
        notes.append(
            _("Codes written as decimal numbers, such as 522632.0, were read as whole ones.")
        )
    strange = table[table.how.isin([EXACT, FULL])]
    strange = strange[strange.written != strange.written.map(plain)]
    if len(strange):
        names = zip(strange.written, strange.name_zh, strict=True)
        readings = _(", ").join(f"{text!r} = {name}" for text, name in names)
        notes.append(_(
            "Read without stray spaces, full-width digits and apostrophes: {readings}.",
            readings=readings,
        ))  # fmt: skip
    return notes
