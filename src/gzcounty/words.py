"""The reader's language; names, counts and units in sentences; what is known of data passed on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gzcounty.errors import InputError
from gzcounty.language import LANGUAGES, N_, VARIABLE, _, _n, current_language, in_language

if TYPE_CHECKING:
    import pandas as pd

# The column by which `gzcounty.simulation` marks the rows it draws.
MARK = "simulated"

_PEOPLES = [
    *"回藏苗彝壮满侗瑶白傣黎佤畲水土羌怒各",
    "蒙古", "维吾尔", "布依", "朝鲜", "土家", "哈尼", "哈萨克", "傈僳", "拉祜", "东乡", "纳西",
    "景颇", "柯尔克孜", "达斡尔", "仫佬", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米",
    "塔吉克", "鄂温克", "保安", "裕固", "独龙", "鄂伦春",
]  # fmt: skip
# Some are named without the word for people: 木垒哈萨克自治县.
_PEOPLE = [f"{p}族" for p in _PEOPLES]
_PEOPLE += ["维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "锡伯", "蒙古"]
_YEAR = r"(?:1[89]|20)\d\d"
_YEARS = re.compile(rf"{_YEAR}(?:(?:, |-|\N{{EN DASH}}| and | to ){_YEAR})*")
_AUTONOMOUS = re.compile(rf"(?:{'|'.join(sorted(_PEOPLE, key=len, reverse=True))})*自治[县旗州区]$")


def set_language(language: str) -> None:
    """Say tables, charts and messages in another language from now on.

    What is made already stays as it is. Names of columns and of functions are English in both.
    The variable ``GZCOUNTY_LANGUAGE`` of the environment chooses before Python starts.

    Parameters
    ----------
    language : {"en", "zh"}
        English, or Chinese as it is written in mainland China.

    Raises
    ------
    InputError
        If it is another one.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020")
    >>> gz.set_language("zh")
    >>> gz.sample_name(census.adcode)
    '贵州88个县'
    >>> gz.growth("gdp", 2020, 2010)
    Traceback (most recent call last):
        ...
    gzcounty.errors.InputError: start（2020）必须早于end（2010）。
    >>> gz.set_language("en")
    """
    if language not in LANGUAGES:
        raise InputError("language must be 'en' or 'zh', not {language!r}.", language=language)
    os.environ[VARIABLE] = language


def listed(names: Iterable[object], limit: int = 5, last: str = "and") -> str:
    """Name things in a row: ``'a', 'b' and 'c'``, or ``'a', 'b' and 7 more`` beyond `limit`.

    `last` is "or" where one of them may be chosen.
    """
    return in_a_row(cut_short([_quoted(str(name)) for name in names], limit), last)


def _quoted(name: str) -> str:
    written = repr(name)  # with what cannot be seen spelt out
    return in_language(written, _("'{name}'", name=written[1:-1]))


def years(period: str) -> str:
    """Return a period as it is, but in Chinese one of bare years with 年.

    >>> years("2010-2020"), years("2000, 2010")
    ('2010-2020', '2000, 2010')

    In Chinese these are 2010—2020年 and 2000年、2010年; "2018年起" stays.
    """
    if current_language() == "en" or not _YEARS.fullmatch(period):
        return period
    parts = re.split("(, | and )", re.sub("-|\N{EN DASH}| to ", "—", period))
    signs = {", ": "、", " and ": "和"}
    return "".join(signs.get(part, f"{part}年") for part in parts)


def first_few(words: Iterable[str], limit: int) -> str:
    """Name the first of some things as they are, and how many more there are.

    >>> first_few("abc", 3), first_few("abcde", 3)
    ('a, b, c', 'a, b, c and 2 more')
    """
    words = list(words)
    return _(", ").join(words) if len(words) <= limit else in_a_row(cut_short(words, limit))


def cut_short(words: Sequence[str], limit: int) -> list[str]:
    """Return words, or the first few of them and how many more there are."""
    more = len(words) - limit
    return [*words[:limit], _("{n:,} more", n=more)] if more > 0 else list(words)


def in_a_row(words: Sequence[str], last: str = "and") -> str:
    """Put words in a row: ``a, b and c``; with `last` "or": ``a, b or c``."""
    if len(words) < 2:
        return "".join(words)
    head = _(", ").join(words[:-1])
    both = N_("{head} and {end}") if last == "and" else N_("{head} or {end}")
    return _(both, head=head, end=words[-1])


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Write a number with its noun: ``1 row``, ``1,200 rows``.

    The catalog has the noun with its number: ``{n:,} row``.
    """
    if current_language() == "en":
        return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
    message = f"{{n:,}} {singular}"
    return _(message, n=number)


def without_peoples(name: str) -> str:
    """Return the short Chinese name of an autonomous unit: 松桃 of 松桃苗族自治县.

    A name of which fewer than two signs would be left stays as it is: 鄂温克族自治旗.
    """
    short = _AUTONOMOUS.sub("", name)
    return short if len(short) >= 2 else name


def data_notes(data: pd.DataFrame | pd.Series) -> list[str]:
    """Return the notes that come with a table, and one if only its rows say it is SIMULATED.

    Notes travel in ``attrs``, which pandas forgets when tables with different ones are put
    together; the column that marks rows stays.
    """
    notes = data.attrs.get("notes", ())
    # What a user keeps under this name may be anything: a text is one note, other things are none.
    notes = [notes] if isinstance(notes, str) else notes
    several = isinstance(notes, list | tuple) and all(isinstance(note, str) for note in notes)
    notes = list(notes) if several else []
    if MARK not in getattr(data, "columns", ()) or any(
        word in note for note in notes for word in ("SIMULATED", _("SIMULATED"))
    ):
        return notes
    # The column may hold NaN, or stand there twice.
    marked = int((data[[MARK]] == True).any(axis=1).sum())  # noqa: E712
    if marked:
        notes.append(_n(
            "SIMULATED data: {marked:,} of {n} row is marked so.",
            "SIMULATED data: {marked:,} of {n:,} rows are marked so.",
            len(data), marked=marked,
        ))  # fmt: skip
    return notes


UNITS_ZH = {
    # Of the data dictionary.
    "%": "%", "as in the panel": "同面板", "as the test's evidence": "同检验所用证据",
    "businesses": "家", "cell": "格", "counties": "个县", "degrees east": "东经度数",
    "degrees north": "北纬度数", "enterprises": "家企业", "households": "户",
    "households in the long form": "户（长表）", "index": "指数", "km": "公里", "km2": "平方公里",
    "lines": "户", "m": "米", "m2 a person": "平方米/人", "million yuan": "百万元",
    "nW/cm2/sr": "nW/cm²/sr", "persons": "人", "persons a household": "人/户",
    "persons in the long form": "人（长表）", "share": "比例", "villages": "个村", "year": "年份",
    "years": "年", "yuan a person": "元/人",
    # Of what was reported.
    "10k": "万", "100m": "亿", "accounts": "个", "county selections": "县次",
    "embroiderers": "名绣娘", "entities": "户", "firms": "家", "mu": "亩",
    "people": "人", "person-times": "人次", "times": "倍", "tonnes": "吨", "views": "次",
    "visits": "人次", "yuan": "元",
    # Of tables that are read: `gzcounty.reading.units.find_unit` takes these names too.
    "thousand yuan": "千元", "10k yuan": "万元", "100m yuan": "亿元",
    "10k yuan a person": "万元/人", "10k persons": "万人", "10k households": "万户",
    "% change": "增长率", "count": "个数", "flag": "0或1", "year or 0": "年份或0",
    "number": "数值", "text": "文本",
}  # fmt: skip


def unit_name(unit: str) -> str:
    """Return a unit as it is called in the current language; one that is unknown as it is.

    >>> unit_name("yuan a person")
    'yuan a person'
    """
    return UNITS_ZH.get(unit, unit) if current_language() == "zh" else unit
