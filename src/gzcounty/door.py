"""The check of arguments at the public door: what a signature says is what a function takes.

`gzcounty.__getattr__` puts every public function behind `checked`, and `checked_methods` the public
methods of every result. Calls of functions inside the package go past it. Types come from the
annotations; `RANGES` holds the limits of arguments that mean the same wherever they stand. What
needs the data or another argument to be judged stays with the function.
"""
# ruff: noqa: ANN401 (any value may come in, and any type may be stated)

import functools
import inspect
import io
import math
import os
import reprlib
import types
import typing
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar, Union

import numpy as np
import pandas as pd

from gzcounty.checks import NoColumnError
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import in_a_row

# What a number must be besides its type, by the argument's name.
RANGES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "seed": (lambda value: value >= 0, N_("a whole number of at least 0")),
    "draws": (lambda value: value > 0, N_("a whole number above 0")),
    "permutations": (lambda value: value > 0, N_("a whole number above 0")),
    "shuffles": (lambda value: value >= 0, N_("a whole number of at least 0")),
    "n_jobs": (
        lambda value: value != 0,
        N_("a whole number other than 0 (-1: one process a core)"),
    ),
    "anticipation": (lambda value: value >= 0, N_("a whole number of periods, 0 or more")),
    "k": (lambda value: value > 0, N_("a whole number above 0")),
    "km": (lambda value: value > 0, N_("a distance above 0")),
    "power": (lambda value: value > 0, N_("a number above 0")),
    "seconds": (lambda value: value > 0, N_("a number above 0")),
    "digits": (lambda value: 1 <= value <= 8, N_("a whole number from 1 to 8")),
    "quantile": (lambda value: 0 < value < 1, N_("a share above 0 and below 1, such as 0.5")),
    "size": (lambda value: 0 < value <= 1, N_("a share above 0, up to 1")),
    "shift": (lambda value: 0 <= value < 0.5, N_("at least 0 and below 0.5")),
    "level": (lambda value: 0 < value < 1, N_("a share above 0 and below 1, such as 0.95")),
    "alpha": (lambda value: 0 < value < 1, N_("a share above 0 and below 1, such as 0.05")),
    "height": (lambda value: value > 0, N_("a whole number of pixels above 0")),
}

_NAMES: dict[Any, str] = {
    type(None): "None",
    str: N_("a text"),
    bool: N_("True or False"),
    int: N_("a whole number"),
    float: N_("a finite number"),
    os.PathLike: N_("a path"),
    typing.IO: N_("an open file"),
    Hashable: N_("one label, such as a text or a number"),
    pd.DataFrame: N_("a pandas DataFrame"),
    pd.Series: N_("a pandas Series"),
    np.ndarray: N_("a numpy array"),
    np.random.Generator: N_("a numpy Generator"),
}
# By their names, as whoever loads a table need not load the models.
_RESULTS = {"Reported": N_("a result of a model"), "Result": N_("a result of ols or panel_ols")}
_LISTS = (list, Sequence, Collection, Iterable, tuple)
# What pandas and numpy make of plain values.
_PLAIN: dict[type, tuple[type, ...]] = {
    bool: (bool, np.bool_),
    int: (int, np.integer),
    float: (int, float, np.integer, np.floating),
}


C = TypeVar("C")


class _WrongError(Exception):
    """A value that does not fit: the name of the place, the value, and the types allowed."""


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with its arguments checked and brought to the types it states."""
    signature = inspect.signature(function)

    @functools.cache
    def hints() -> dict[str, Any]:
        stated = typing.get_type_hints(function)
        for name, parameter in signature.parameters.items():
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                known = typing.get_args(stated[name])  # of Unpack; others take any word
                stated[name] = typing.get_type_hints(known[0]) if known else {}
        return stated

    @functools.wraps(function)
    def door(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind_partial(*args, **kwargs)  # TypeError for unknown names
        for name, value in given.arguments.items():
            if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                words = hints()[name]
                given.arguments[name] = {
                    word: admit(word, one, words.get(word, Any)) for word, one in value.items()
                }
            else:
                given.arguments[name] = admit(name, value, hints().get(name, Any))
        try:
            return function(*given.args, **given.kwargs)
        except NoColumnError as error:
            error.find_arguments(given.arguments)
            raise

    return door


def checked_methods(cls: type[C]) -> type[C]:
    """Put the public methods that a class defines behind `checked`."""
    for name, method in list(vars(cls).items()):
        is_method = isinstance(method, types.FunctionType) and not hasattr(method, "__wrapped__")
        if is_method and not name.startswith("_"):
            setattr(cls, name, checked(method))
    return cls


def admit(name: str, value: object, hint: Any) -> Any:
    """Return an argument as the type it is to be, or raise `InputError`."""
    try:
        return _fit(name, value, hint)
    except _WrongError as wrong:
        place, found, options = wrong.args
        raise InputError(
            "{place} must be {allowed}, not {shown}.",
            place=place, allowed=_allowed(place, options), shown=shown(found),
        ) from None  # fmt: skip


def shown(value: object) -> str:
    """Return a value as a message names it: short ones as they are, tables by their type."""
    kind = type(value)
    if value is None or value is pd.NA or isinstance(value, str | bytes | int | float | np.generic):
        return reprlib.repr(value.item() if isinstance(value, np.generic) else value)
    if kind in (list, tuple, dict, set, range):
        return _("an empty {kind}", kind=kind.__name__) if not value else reprlib.repr(value)
    if isinstance(value, type):
        return _("the class {name}", name=value.__name__)
    if inspect.isroutine(value):
        return _("the function {name}", name=value.__name__)
    home = kind.__module__.partition(".")[0]
    article = N_("an {kind}") if home[0] in "aeiou" else N_("a {kind}")
    return _(article, kind=f"{home} {kind.__name__}")


def _fit(name: str, value: object, hint: Any) -> Any:
    options = _options(hint)
    deepest: _WrongError | None = None
    for option in options:
        try:
            return _as(name, value, option)
        except _WrongError as wrong:
            # One that fits but for a part of it says more than that nothing fits.
            if wrong.args[0] != name and deepest is None:
                deepest = wrong
    raise deepest or _WrongError(name, value, options)


def _options(hint: Any) -> list[Any]:
    """Return what a hint allows, one by one."""
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        # A number is a whole number before it is any number.
        return [one for part in typing.get_args(hint) for one in _options(part)]
    if origin in (typing.NotRequired, typing.Required):
        return _options(typing.get_args(hint)[0])
    return [hint]


def _as(name: str, value: Any, hint: Any) -> Any:
    """Return the value as one type, or raise `_WrongError`."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    wrong = _WrongError(name, value, [hint])
    if hint is Any or hint is object or isinstance(hint, typing.TypeVar):
        return value
    if origin is Literal:
        # 1 is not True here, and a list is no choice.
        if any(type(value) in (type(one), np.str_) and value == one for one in parts):
            return value
        raise wrong
    if hint in _PLAIN:
        flag = isinstance(value, bool | np.bool_)
        if not isinstance(value, _PLAIN[hint]) or flag is not (hint is bool):
            raise wrong
        number: Any = value.item() if isinstance(value, np.generic) else value
        good, __ = RANGES.get(name, (lambda number: True, ""))
        if hint is not bool and not (math.isfinite(number) and good(number)):
            raise wrong
        return number
    if hint is Hashable:
        try:
            hash(value)
        except TypeError:
            raise wrong from None
        return value
    if origin is Callable or hint is Callable:
        if not callable(value) or isinstance(value, type):
            raise wrong
        return value
    if origin is Mapping or origin is dict:
        if not isinstance(value, Mapping):
            raise wrong
        key, item = parts
        return {
            _fit(_("a key of {name}", name=name), k, key): _fit(f"{name}[{k!r}]", v, item)
            for k, v in value.items()
        }
    if origin in _LISTS:
        return _as_list(name, value, origin, parts, wrong)
    kind = origin or hint
    # What `open` returns is no instance of typing's own class of files.
    if not (hasattr(value, "read") if kind is typing.IO else isinstance(value, kind)):
        raise wrong
    return value


def _as_list(name: str, value: Any, origin: Any, parts: tuple[Any, ...], wrong: _WrongError) -> Any:
    """Return a list of what the parts allow; a single text is a list of one."""
    if isinstance(value, str):
        if origin is tuple or not any(one in (str, Any, Hashable) for one in _options(parts[0])):
            raise wrong
        return [value]
    table = isinstance(value, pd.DataFrame | Mapping | io.IOBase)
    if table or not pd.api.types.is_list_like(value):
        raise wrong
    members = list(value)
    if origin is tuple:
        if len(members) != len(parts):
            raise wrong
        return tuple(
            _fit(f"{name}[{at}]", one, hint)
            for at, (one, hint) in enumerate(zip(members, parts, strict=True))
        )
    return [_fit(f"{name}[{at}]", one, parts[0]) for at, one in enumerate(members)]


def _allowed(name: str, options: Iterable[Any]) -> str:
    """Say what is allowed, "a text, a list of texts or None"."""
    words = list(dict.fromkeys(word for option in options for word in _words(name, option)))
    return in_a_row(words, "or")


def _words(name: str, hint: Any) -> list[str]:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return [repr(part) for part in parts]
    if hint in (int, float) and name in RANGES:
        return [_(RANGES[name][1])]
    if hint is Any:
        return [_("anything")]
    if (origin or hint) in _NAMES:
        return [_(_NAMES[origin or hint])]
    if origin is Mapping or origin is dict:
        return [_("a dict")]
    if origin is tuple:
        return [_("a tuple of {number} values", number=len(parts))]
    if origin in _LISTS:
        return [_("a list of texts") if parts[0] is str else _("a list")]
    if origin is Callable or hint is Callable:
        return [_("a function")]
    home = hint.__module__.partition(".")[0]
    own = _(_RESULTS.get(hint.__name__, f"gz.{hint.__name__}"))
    return [_("an altair chart") if home == "altair" else own]
