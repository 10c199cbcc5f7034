"""The names a county goes by in a chart: English, Chinese, short, and what a search finds."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from gzcounty.charts.checks import require_columns

# 自治县 names carry their peoples: 松桃苗族自治县 is 松桃 to everyone who lives there.
_PEOPLES = "苗族|布依族|侗族|土家族|彝族|仡佬族|水族|回族|瑶族|壮族|蒙古族|藏族|满族|白族|畲族"
_AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:{_PEOPLES})+自治[县旗州]$")


def short_chinese(name: str) -> str:
    """Return the name without its rank, as it stands on a road sign.

    Parameters
    ----------
    name : str
        Full Chinese name, such as 榕江县 or 松桃苗族自治县.

    Returns
    -------
    str
        Two or three characters, such as 榕江 or 松桃.
    """
    autonomous = _AUTONOMOUS.match(name)
    if autonomous:
        return autonomous.group(1)
    for rank in ("特区", "林区", "新区", "县", "区", "市", "旗"):
        if name.endswith(rank) and len(name) - len(rank) >= 2:
            return name[: -len(rank)]
    return name


def plain(text: str) -> str:
    """Return a text as a search compares it: lower case, no tone marks, no spaces.

    Parameters
    ----------
    text : str
        A name, such as "Róngjiāng Xiàn", "Pu'an" or 榕江县.

    Returns
    -------
    str
        For example "rongjiangxian", "puan", 榕江县.
    """
    bare = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in bare if char.isalnum())


def search_keys(names: pd.DataFrame) -> pd.Series:
    """Return what a search looks through, one string a county.

    Every form of a name stands behind a bar, so that a search for its beginning is a search
    for "|" and the beginning: "an" finds Anlong, not every county with an "an" in it.

    Parameters
    ----------
    names : DataFrame
        adcode, name_zh, name_en; and where there are: pinyin, name_full_en, prefecture_zh,
        prefecture_en.

    Returns
    -------
    Series of str
        Such as "|rongjiang|rongjiangxian|rongjiangcounty|榕江县|522632", on the index of `names`.
    """
    require_columns(names, ["adcode", "name_zh", "name_en"], "the table of names")
    forms = ["name_en", "pinyin", "name_full_en", "name_zh", "adcode"]
    forms += ["prefecture_en", "prefecture_zh"]
    parts = [names[form].map(plain) for form in forms if form in names.columns]
    # Songtao Miao Autonomous County is Songtao County, Songtao Xian or 松桃县 to most.
    parts += [names.name_en.map(plain) + rank for rank in ("xian", "county")]
    parts += [names.name_zh.map(short_chinese) + "县"]
    counties = names.name_zh.str.endswith("县")
    parts[-3:] = [part.where(counties, parts[0]) for part in parts[-3:]]
    return pd.Series(
        ["|" + "|".join(dict.fromkeys(row)) for row in zip(*parts, strict=True)],
        index=names.index,
    )


def unit_keys(units: pd.DataFrame) -> list[str]:
    """Return what a search looks through, one string a unit that need not be a county.

    Parameters
    ----------
    units : DataFrame
        name; and ``search`` where there are other names, divided by spaces.

    Returns
    -------
    list of str
        Such as "|nanmingyunyan|nanming|yunyan|南明区"; see `search_keys` for the bars.
    """
    more = units["search"] if "search" in units else units["name"]
    return [
        "|" + "|".join(dict.fromkeys(map(plain, [name, *f"{name} {words}".split()])))
        for name, words in zip(units["name"], more, strict=True)
    ]


# The same folding in Vega's expression language, which has no Unicode normalisation.
# Digits between letters are tone numbers (rong2jiang1); an adcode keeps its digits.
_TONES = {"a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔùüǖǘǚǜ"}


def plain_expression(signal: str) -> str:
    """Return the Vega expression that folds what a reader types as `plain` folds the names.

    Parameters
    ----------
    signal : str
        Name of the parameter bound to the input.

    Returns
    -------
    str
        Expression that yields a string, empty while nothing is typed.
    """
    out = f"lower(toString({signal}) || '')"
    for vowel, marked in _TONES.items():
        out = f"replace({out}, /[{marked}]/g, '{vowel}')"
    out = f"replace({out}, /[\\s'’`·.,-]/g, '')"
    # Combining tone marks, as some keyboards send them.
    out = f"replace({out}, /[\\u0300-\\u036f]/g, '')"
    return f"(test(/[a-z]/, {out}) ? replace({out}, /[0-9]/g, '') : {out})"


def match_expression(query: str, key: str) -> str:
    """Return the Vega expression that says whether a county's keys match a folded query.

    Latin letters and digits match at the beginning of a name, Chinese anywhere in it.

    Parameters
    ----------
    query : str
        Expression or parameter that holds the folded query.
    key : str
        Expression that holds the keys, see `search_keys`.

    Returns
    -------
    str
        Boolean expression, false while the query is empty.
    """
    beginning = f"(test(/^[a-z0-9]/, {query}) ? '|' : '') + {query}"
    return f"({query} !== '' && indexof({key}, {beginning}) >= 0)"
