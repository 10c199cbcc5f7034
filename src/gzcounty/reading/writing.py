"""How things are written: full-width digits, stray spaces, and marks that spreadsheets leave."""

from __future__ import annotations

import re
import unicodedata

_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_NOT_LETTER = re.compile(r"[^a-z]+")


def plain(text: object) -> str:
    """Return a text without any white space, full-width signs as ordinary ones.

    A leading apostrophe, by which spreadsheets mark numbers kept as text, goes too.

    Examples
    --------
    >>> from gzcounty.reading.writing import plain
    >>> plain(" ５２２６３２\u3000"), plain("'522632")
    ('522632', '522632')
    """
    return _BLANK.sub("", unicodedata.normalize("NFKC", str(text))).lstrip("'‘’")


def letters(text: str) -> str:
    """Return the Latin letters of a text in lower case, without accents or tones.

    Examples
    --------
    >>> from gzcounty.reading.writing import letters
    >>> letters("Róngjiāng County")
    'rongjiangcounty'
    """
    return _NOT_LETTER.sub("", unicodedata.normalize("NFKD", text).lower())
