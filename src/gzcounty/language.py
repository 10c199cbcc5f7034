"""The language in which tables, charts and messages are said: English, or Chinese.

Text that somebody reads stands in the code in English, in whole sentences with named fields, and
goes through `_` where it is shown; errors do so themselves (``InputError("... {name}", name=x)``).
A catalog beside the package (``locale/zh_CN.po``, gettext's format, which translators' tools open)
has the Chinese of each; a test holds it complete. The catalog is read as it is, without a compiled
copy that could be older than what it was made from.
"""

import ast
import os
import re
from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from string import Formatter
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# The variable of the environment holds the choice, so that other processes share it.
VARIABLE = "GZCOUNTY_LANGUAGE"
LANGUAGES = ("en", "zh")

# Other packages that say things through `_` add theirs, with `add_catalog`.
_catalogs = [Path(__file__).with_name("locale") / "zh_CN.po"]
_ENTRY = re.compile(
    r'^msgid (?P<id>".*"\n(?:".*"\n)*)(?:msgid_plural ".*"\n(?:".*"\n)*)?'
    r'msgstr(?:\[0\])? (?P<text>".*"\n(?:".*"\n)*)',
    re.MULTILINE,
)


def current_language() -> str:
    """Return "en" or "zh"; raise ValueError if the environment asks for another one."""
    language = os.environ.get(VARIABLE) or "en"
    if language not in LANGUAGES:
        raise ValueError(f"{VARIABLE} in the environment must be 'en' or 'zh', not {language!r}.")
    return language


class _Quoting(Formatter):
    """Puts a text that a message quotes (``{name!r}``) in Chinese quotation marks."""

    def convert_field(self, value: Any, conversion: Any) -> Any:  # noqa: ANN401
        if conversion == "r" and isinstance(value, str):
            return f"“{value}”"
        return super().convert_field(value, conversion)


_QUOTING = _Quoting()


def _filled(text: str, fields: Mapping[str, object]) -> str:
    """Fill in a Chinese message; only one that quotes takes the formatter written in Python."""
    return _QUOTING.vformat(text, (), fields) if "!r" in text else text.format(**fields)


def in_language(english: T, chinese: T) -> T:
    """Return the one of two things, such as columns of names, that is in the current language.

    Parameters
    ----------
    english, chinese : object
        The same thing for readers of either language.

    Examples
    --------
    >>> import gzcounty as gz
    >>> gz.in_language("name_en", "name_zh")
    'name_en'
    """
    return english if current_language() == "en" else chinese


def cached(function: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function returns, as `functools.cache` does, for each language apart.

    For results that hold sentences.
    """

    @cache
    def keep(_language: str, *args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    @wraps(function)
    def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        return keep(current_language(), *args, **kwargs)  # type: ignore[arg-type]  # as cache asks

    return ask


def add_catalog(path: Path) -> None:
    """Let `_` find messages of another package in its own catalog, too."""
    if path not in _catalogs:
        _catalogs.append(path)
        _chinese.cache_clear()


def say(message: str, /, **fields: object) -> str:
    """Say a message in the current language, with its fields filled in as `str.format` does.

    In the packages it is called ``_``, a name that notebooks have for the last output.

    Parameters
    ----------
    message : str
        A whole sentence, in English. Chinese is said if a catalog has it, else English.
    **fields : object
        What stands in its braces, which mean fields only where there are any.

    Examples
    --------
    >>> import gzcounty as gz
    >>> gz.say("{n} of {all:,} counties", n=3, all=2843)
    '3 of 2,843 counties'
    """
    if current_language() == "en":
        return message.format(**fields) if fields else message
    text = _chinese().get(message, message)
    return _filled(text, fields) if fields else text


_ = say


def _n(one: str, many: str, n: int, /, **fields: object) -> str:
    """Say one message for a single thing and another for several; both may name ``{n}``.

    >>> _n("{n} row", "{n:,} rows", 1200)
    '1,200 rows'
    """
    if current_language() == "en":
        text = one if n == 1 else many
        return text.format(n=n, **fields)
    text = _chinese().get(one, one if n == 1 else many)  # which has no plural
    return _filled(text, {"n": n, **fields})


def N_(message: str) -> str:  # noqa: N802  (gettext's name)
    """Mark a message that is said later, by `_`: a constant of a module."""
    return message


def read_catalog(path: Path) -> dict[str, str]:
    """Return the translations in a catalog, by message.

    >>> read_catalog(Path("no-such-file"))
    {}
    """
    if not path.is_file():
        return {}
    found = _ENTRY.finditer(path.read_text(encoding="utf-8"))
    texts = ((_unquoted(entry["id"]), _unquoted(entry["text"])) for entry in found)
    return {message: text for message, text in texts if message and text}


def _unquoted(quoted: str) -> str:
    return "".join(ast.literal_eval(line) for line in quoted.splitlines())


@cache
def _chinese() -> dict[str, str]:
    return {message: text for path in _catalogs for message, text in read_catalog(path).items()}
