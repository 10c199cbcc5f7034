"""The kinds of answer that an exercise may ask for, and how two of a kind are compared."""

import math
import numbers
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import starmap
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from gzcounty.data.guizhou import load_counties
from gzcounty.language import N_, _, _n
from gzcounty.measures.dimensions import INDICATORS
from gzcounty.words import counted, in_a_row, listed


class Scale(NamedTuple):
    """A unit with another one a hundred times as fine or coarse, for which it is often taken."""

    unit: str
    factor: int
    mistaken: str


SCALES = {
    "share": Scale(
        N_("a share of 1"), 100,
        N_("This is in per cent; asked for is a share of 1: divide by 100."),
    ),
    "per cent": Scale(
        N_("in per cent"), -100,
        N_("This is a share of 1; asked for are per cent: multiply by 100."),
    ),
    "points": Scale(
        N_("in percentage points"), -100,
        N_("This is a share of 1; asked for are percentage points: multiply by 100."),
    ),
    "log points": Scale(
        N_("in log points"), 100,
        N_("These are log points x 100; asked for are log points themselves: divide by 100."),
    ),
    "log points x 100": Scale(
        N_("in log points x 100"), -100,
        N_("These are log points; asked for are log points x 100: multiply by 100."),
    ),
}  # fmt: skip
"""Scales by name; the factor is that of the mistaken answer, negative where it divides."""


class WrongKindError(Exception):
    """The answer is of another kind than the exercise asks for; the message says how."""


class AnswerKind(Protocol):
    """A kind of answer: how it is described and read, and when two answers are the same."""

    @property
    def description(self) -> str:
        """What to give, such as ``"a number, in per cent"``."""

    @property
    def in_a_form(self) -> str:
        """What to type into a form of the website, which has a field for each number."""
        return self.description

    def read(self, answer: object) -> Any:  # noqa: ANN401
        """Bring an answer into the form that is compared, or raise `WrongKindError`."""

    def same(self, answer: Any, right: Any) -> bool:  # noqa: ANN401
        """Say whether two answers that were read are the same."""
        return bool(answer == right)

    def rounded(self, answer: Any, right: Any) -> bool:  # noqa: ANN401
        """Say whether an answer is the right one with a digit less than it is shown with."""
        return False

    def rounded_too_far(self) -> str:
        """Say how many digits are asked for."""
        return ""

    def matches(self, answer: Any, wrong: Any) -> bool:  # noqa: ANN401
        """Say whether an answer is a certain wrong one, and no other number beside it."""
        return bool(answer == wrong)

    def slip(self, answer: Any, right: Any) -> str:  # noqa: ANN401
        """Say what was done to the right answer to make this one of it; may be empty."""
        return ""

    def difference(self, answer: Any, right: Any) -> str:  # noqa: ANN401
        """Say how a wrong answer differs, as far as its form tells; may be empty."""
        return ""


@dataclass(frozen=True)
class Number(AnswerKind):
    """One number.

    It is right if it rounds to what is shown, with the `decimals` that the project shows it with.
    A digit less is enough where two significant ones are left, unless a usual mistake rounds to
    the same (`gzbook.exercises.check`). What hangs on a reader's own random draws may lie `within`
    a distance beside.
    """

    unit: str = ""
    scale: str = ""
    decimals: int = 2
    within: float = 0.0

    @property
    def description(self) -> str:
        return _("a number, {units}", units=self.units) if self.units else _("a number")

    @property
    def units(self) -> str:
        """The scale and the unit, as a description ends with them."""
        scale = _(SCALES[self.scale].unit) if self.scale else ""
        unit = _(self.unit) if self.unit else ""
        return _("{scale}, {unit}", scale=scale, unit=unit) if scale and unit else scale or unit

    def read(self, answer: object) -> float:
        """Read a number, or the only one of an array or table."""
        if isinstance(answer, pd.Series | pd.DataFrame | np.ndarray):
            if answer.size != 1:
                values = counted(answer.size, "value")
                raise WrongKindError(
                    _("This holds {values}; asked for is one number.", values=values)
                )
            answer = np.asarray(answer).item()
        if isinstance(answer, bool | np.bool_):
            raise WrongKindError(_("This is true or false; asked for is a number."))
        if isinstance(answer, str):
            raise WrongKindError(_("This is text; asked for is a number, without quotation marks."))
        if not isinstance(answer, numbers.Real):
            kind = type_in_words(answer)
            raise WrongKindError(_("This is {kind}; asked for is a number.", kind=kind))
        if not math.isfinite(answer):
            raise WrongKindError(_("This number is not finite: is something missing?"))
        return float(answer)

    def same(self, answer: float, right: float) -> bool:
        """Say whether an answer rounds to the right one as it is shown."""
        return _rounds_to(answer, right, self.decimals) or abs(answer - right) <= self.within

    def rounded(self, answer: float, right: float) -> bool:
        """Say whether an answer is the right one with a digit less."""
        coarse = self.decimals - 1
        return abs(right) >= 10.0 ** (1 - coarse) and _is_rounding(answer, right, coarse)

    def rounded_too_far(self) -> str:
        if self.decimals < 1:
            return _("This is rounded too far; give it to the nearest whole number.")
        return _n(
            "This is rounded too far; give {n} digit after the decimal point.",
            "This is rounded too far; give {n} digits after the decimal point.",
            self.decimals,
        )

    def matches(self, answer: float, wrong: float) -> bool:
        """Say whether an answer rounds to a wrong one, in two significant digits or more."""
        if self.within:  # of a reader's own draws
            return abs(answer - wrong) <= 0.05 * abs(wrong)
        return _rounds_to(answer, wrong, max(self.decimals, two_digits(wrong)))

    def slip(self, answer: float, right: float) -> str:
        """Recognise a wrong unit, sign or direction."""
        if self.same(answer, right) or not answer or not right:
            return ""
        if self.scale and self._off_by(SCALES[self.scale].factor, answer, right):
            return _(SCALES[self.scale].mistaken)
        if self._off_by(100, answer, right):
            return _("This is a hundred times too large.")
        if self._off_by(-100, answer, right):
            return _("This is a hundred times too small.")
        if self.same(-answer, right):
            return _("The size is right, the sign is not.")
        if self.same(1 / answer, right):
            return _("This is one divided by the right number.")
        return ""

    def _off_by(self, factor: int, answer: float, right: float) -> bool:
        """Say whether an answer is a multiple of the right one, rounded as finely or typed so."""
        expected = right * factor if factor > 0 else right / -factor
        decimals, two = self.decimals + (-2 if factor > 0 else 2), two_digits(expected)
        return (
            _rounds_to(answer, expected, max(decimals, two))
            or _is_rounding(answer, expected, two)
            or abs(answer - expected) <= abs(self.within * expected / right)
        )

    def difference(self, answer: float, right: float) -> str:
        """Recognise what is rounded too far, or nearly right."""
        finest = self.decimals - 1
        if answer and any(_is_rounding(answer, right, finest - less) for less in range(3)):
            return self.rounded_too_far()
        if right and abs(answer / right - 1) < 0.05:
            return _("Near, but further off than rounding explains.")
        return ""


def _rounds_to(answer: float, number: float, decimals: int) -> bool:
    """Say whether an answer rounds to what a number is shown as; halves go either way."""
    half = 0.5 * 10.0**-decimals * (1 + 1e-9) + 1e-12
    return abs(answer - number) <= half or abs(answer - round(number, decimals)) <= half


def _is_rounding(answer: float, number: float, decimals: int) -> bool:
    """Say whether an answer is a number rounded to so many decimals; halves go either way."""
    half = 0.5 * 10.0**-decimals * (1 + 1e-9)
    return abs(answer - number) <= half and abs(answer - round(answer, decimals)) <= 1e-9 * half


def two_digits(number: float) -> int:
    """Return how many decimals show two significant digits of a number; many of zero."""
    return 1 - math.floor(math.log10(abs(number))) if abs(number) > 1e-9 else 9


@dataclass(frozen=True)
class Count(Number):
    """A whole number, or a multiple of a step, exact."""

    decimals: int = 0
    step: int = 1

    def same(self, answer: float, right: float) -> bool:
        return answer == right

    def rounded(self, answer: float, right: float) -> bool:
        """Say no: a count is exact."""
        return False

    def matches(self, answer: float, wrong: float) -> bool:
        """Say whether an answer is a wrong count, or rounds to a number that is no count."""
        if float(wrong).is_integer():
            return answer == wrong
        return _rounds_to(answer, wrong, max(1, two_digits(wrong)))

    def slip(self, answer: float, right: float) -> str:
        """Say nothing: a count has no other unit."""
        return ""

    def difference(self, answer: float, right: float) -> str:
        """Recognise what is no count at all; the neighbour of a count is just another count."""
        if not answer % self.step:
            return ""
        return _("Asked for is {unit}, and this is none.", unit=_(self.unit))


def type_in_words(answer: object) -> str:
    """Name the type of an object in words."""
    names = {
        "dict": _("a dictionary"), "list": _("a list"), "tuple": _("a tuple"), "set": _("a set"),
        "str": _("text"), "int": _("a number"), "float": _("a number"), "Series": _("a Series"),
        "DataFrame": _("a table"), "ndarray": _("an array"),
        "function": _("a function not yet called"),
    }  # fmt: skip
    name = type(answer).__name__
    return names.get(name) or _("an object of type {name}", name=name)


@cache
def _county_names() -> dict[str, str]:
    """Return each folded name or code of a county with the code."""
    return {
        folded(name): row.adcode
        for row in load_counties().itertuples()
        for name in (row.adcode, row.name_en, row.name_zh)
    }


def folded(name: object) -> str:
    """Make names comparable: no case, no full-width letters, no underscores or double blanks."""
    text = unicodedata.normalize("NFKC", str(name)).casefold().replace("_", " ")
    return re.sub(r"\s+", " ", text).strip()


def canonical(name: object) -> str:
    """Return what a name is compared by: a county's code, an indicator's column."""
    text = folded(name)
    return _county_names().get(text) or _indicator_labels().get(text, text)


def _indicator_labels() -> dict[str, str]:
    """Return each folded label of an indicator with its folded column."""
    return {
        folded(label): folded(column)
        for column, about in INDICATORS.items()
        for label in (about.label, _(about.label))
    }


def spellings(name: str) -> list[str]:
    """Return how a name that was read may be written: a county's in three ways."""
    every = _county_names() | _indicator_labels()
    return sorted({name, *(text for text, same in every.items() if same == name)})


@dataclass(frozen=True)
class Name(AnswerKind):
    """One name: of a county (English, Chinese or its code), a variable or a word."""

    of: str

    @property
    def description(self) -> str:
        return _("the name of {what}, as text", what=_(self.of))

    @property
    def in_a_form(self) -> str:
        return _(self.of)

    def read(self, answer: object) -> str:
        """Read a name, or the only one of a collection."""
        if isinstance(answer, pd.Series | pd.Index | np.ndarray | list | tuple | set):
            if len(answer) != 1:
                names = counted(len(answer), "entry", "entries")
                raise WrongKindError(_("This holds {names}; asked for is one name.", names=names))
            answer = next(iter(answer))
        if not isinstance(answer, str):
            kind = type_in_words(answer)
            raise WrongKindError(_("This is {kind}; asked for is a name, as text.", kind=kind))
        if not answer.strip():
            raise WrongKindError(_("This text is empty; asked for is a name."))
        return canonical(answer)


@dataclass(frozen=True)
class Names(AnswerKind):
    """A set of names, in any order."""

    of: str

    @property
    def description(self) -> str:
        return _("the names of {what}, as a list or set", what=_(self.of))

    def read(self, answer: object) -> frozenset[str]:
        if isinstance(answer, str):
            raise WrongKindError(_("This is one text; asked for is a list or set of names."))
        if isinstance(answer, Mapping | pd.DataFrame) or not isinstance(answer, Iterable):
            kind = type_in_words(answer)
            raise WrongKindError(
                _("This is {kind}; asked for is a list or set of names.", kind=kind)
            )
        names = list(answer)
        if others := [n for n in names if not isinstance(n, str)]:
            kind = type_in_words(others[0])
            name = listed(others, 1)
            raise WrongKindError(_("Names are text; {name} is {kind}.", name=name, kind=kind))
        return frozenset(map(canonical, names))

    def difference(self, answer: frozenset[str], right: frozenset[str]) -> str:
        missing, extra = len(right - answer), len(answer - right)
        lacks = _n("{n:,} name is missing", "{n:,} names are missing", missing)
        more = _n("{n:,} name does not belong there", "{n:,} names do not belong there", extra)
        if missing and extra:
            return _("{missing} and {extra}.", missing=lacks, extra=more)
        return _("{fault}.", fault=lacks if missing else more)


@dataclass(frozen=True)
class _Several(AnswerKind):
    """Several numbers of one kind."""

    of: Any
    number: Number = Number()

    def pairs(self, answer: Any, right: Any) -> list[tuple[float, float]]:  # noqa: ANN401
        """Return the numbers of two answers side by side; none if they have other labels."""
        raise NotImplementedError

    def same(self, answer: Any, right: Any) -> bool:  # noqa: ANN401
        pairs = self.pairs(answer, right)
        return bool(pairs) and all(starmap(self.number.same, pairs))

    def rounded(self, answer: Any, right: Any) -> bool:  # noqa: ANN401
        """Say whether some have a digit less, and the others agree."""
        pairs = self.pairs(answer, right)
        return bool(pairs) and all(
            self.number.same(*pair) or self.number.rounded(*pair) for pair in pairs
        )

    def rounded_too_far(self) -> str:
        return self.number.rounded_too_far()

    def matches(self, answer: Any, wrong: Any) -> bool:  # noqa: ANN401
        pairs = self.pairs(answer, wrong)
        return bool(pairs) and all(starmap(self.number.matches, pairs))

    def slip(self, answer: Any, right: Any) -> str:  # noqa: ANN401
        """Recognise one slip that was made in all of the numbers that are not zero."""
        pairs = self.pairs(answer, right)
        slips = {self.number.slip(*pair) for pair in pairs if any(pair)}
        return slips.pop() if len(slips) == 1 else ""


@dataclass(frozen=True)
class Numbers(_Several):
    """Several numbers in a given order, such as the ends of an interval."""

    of: tuple[str, ...]

    @property
    def description(self) -> str:
        plain = N_("{n} numbers in this order: {names}")
        with_units = N_("{n} numbers in this order: {names}, {units}")
        names = _(", ").join(map(_, self.of))
        units = self.number.units
        return _(with_units if units else plain, n=len(self.of), names=names, units=units)

    def read(self, answer: object) -> list[float]:
        """Read numbers from a collection that has an order."""
        if isinstance(answer, str | Mapping | set) or not isinstance(answer, Iterable):
            kind, what = type_in_words(answer), self.description
            raise WrongKindError(_("This is {kind}; asked for are {what}.", kind=kind, what=what))
        values = list(answer.to_numpy().ravel() if isinstance(answer, pd.DataFrame) else answer)
        if len(values) != len(self.of):
            count, what = counted(len(values), "value"), self.description
            raise WrongKindError(
                _("This holds {values}; asked for are {what}.", values=count, what=what)
            )
        return [self.number.read(value) for value in values]

    def pairs(self, answer: list[float], right: list[float]) -> list[tuple[float, float]]:
        return list(zip(answer, right, strict=True))

    def difference(self, answer: list[float], right: list[float]) -> str:
        """Say which of the numbers are wrong, or that they change places."""
        if self.same(answer[::-1], right):
            return _("The numbers are right, their order is not.")
        agree = starmap(self.number.same, self.pairs(answer, right))
        wrong = [_(name) for name, good in zip(self.of, agree, strict=True) if not good]
        return _("Look again at {names}.", names=in_a_row(wrong))


@dataclass(frozen=True)
class Labelled(_Several):
    """One number for each label: a Series, a dictionary, or a table of one column."""

    of: str

    @property
    def description(self) -> str:
        plain = N_("a Series, dictionary or table of one column with a number for each {what}")
        with_units = N_(
            "a Series, dictionary or table of one column with a number for each {what}, {units}"
        )
        units = self.number.units
        return _(with_units if units else plain, what=_(self.of), units=units)

    @property
    def in_a_form(self) -> str:
        plain, with_units = N_("a number for each {what}"), N_("a number for each {what}, {units}")
        units = self.number.units
        return _(with_units if units else plain, what=_(self.of), units=units)

    def read(self, answer: object) -> dict[str, float]:
        if isinstance(answer, pd.DataFrame):
            answer = self._column(answer)
        if not isinstance(answer, Mapping | pd.Series):
            kind = type_in_words(answer)
            what = self.description
            raise WrongKindError(_("This is {kind}; asked for is {what}.", kind=kind, what=what))
        pairs = [(canonical(label), self.number.read(value)) for label, value in answer.items()]
        if len(dict(pairs)) < len(pairs):
            raise WrongKindError(_("A label stands there twice."))
        return dict(pairs)

    def _column(self, table: pd.DataFrame) -> pd.Series:
        """Return the only column of numbers, labelled by the column of text or by the rows."""
        figures = table.select_dtypes("number").columns
        if len(figures) != 1:
            message = _n(
                "This table has {n:,} column of numbers; asked for is {what}.",
                "This table has {n:,} columns of numbers; asked for is {what}.",
                len(figures), what=self.description,
            )  # fmt: skip
            raise WrongKindError(message)
        texts = table.columns.difference(figures)
        rows = table.set_index(texts[0]) if len(texts) == 1 else table
        return rows[figures[0]]

    def pairs(self, answer: dict[str, float], right: dict[str, float]) -> list[tuple[float, float]]:
        if answer.keys() != right.keys():
            return []
        return [(answer[label], right[label]) for label in right]

    def difference(self, answer: dict[str, float], right: dict[str, float]) -> str:
        if strange := [label for label in answer if label not in right]:
            one, many = N_("{labels} is not asked for."), N_("{labels} are not asked for.")
            return _(one if len(strange) == 1 else many, labels=listed(strange))
        if len(answer) < len(right):
            lacks = len(right) - len(answer)
            return _n("{n:,} label is missing.", "{n:,} labels are missing.", lacks)
        wrong = sum(not agree for agree in starmap(self.number.same, self.pairs(answer, right)))
        return _("{wrong} of {n} numbers are wrong.", wrong=wrong, n=len(right))
