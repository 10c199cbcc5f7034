"""The kinds of answer that an exercise may ask for, and how two of a kind are compared."""

from __future__ import annotations

import math
import numbers
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
import pandas as pd

from gzcounty.data.guizhou import load_counties
from gzcounty.words import counted, listed

OFF_BY_HUNDRED = "All are off by a factor of a hundred: shares or per cent?"


class WrongKindError(Exception):
    """The answer is of another kind than the exercise asks for; the message says how."""


class AnswerKind(Protocol):
    """A kind of answer: how it is described and read, and when two answers are the same."""

    @property
    def description(self) -> str:
        """What to give, such as ``"a number, in per cent"``."""

    def read(self, answer: object) -> Any:  # noqa: ANN401
        """Bring an answer into the form that is compared, or raise `WrongKindError`."""

    def same(self, answer: Any, right: Any) -> bool:  # noqa: ANN401
        """Say whether two answers that were read are the same."""
        return bool(answer == right)

    def hint(self, answer: Any, right: Any) -> str:  # noqa: ANN401
        """Say what a wrong answer looks like, as far as its form tells; may be empty."""
        return ""


@dataclass(frozen=True)
class Number(AnswerKind):
    """One number, right within a share of its size or within a fixed distance."""

    unit: str = ""
    relative: float = 0.005
    absolute: float = 0.0

    @property
    def description(self) -> str:
        """What to give."""
        return f"a number, {self.unit}" if self.unit else "a number"

    def read(self, answer: object) -> float:
        """Read a number, or the only one of an array or table."""
        if isinstance(answer, pd.Series | pd.DataFrame | np.ndarray):
            if answer.size != 1:
                values = counted(answer.size, "value")
                raise WrongKindError(f"This holds {values}; asked for is one number.")
            answer = np.asarray(answer).item()
        if isinstance(answer, bool | np.bool_):
            raise WrongKindError("This is true or false; asked for is a number.")
        if isinstance(answer, str):
            raise WrongKindError("This is text; asked for is a number, without quotation marks.")
        if not isinstance(answer, numbers.Real):
            raise WrongKindError(f"This is {type_in_words(answer)}; asked for is a number.")
        if not math.isfinite(answer):
            raise WrongKindError("This number is not finite: is something missing?")
        return float(answer)

    def same(self, answer: float, right: float) -> bool:
        """Say whether two numbers agree within the tolerance."""
        return abs(answer - right) <= max(self.relative * abs(right), self.absolute) + 1e-12

    def hint(self, answer: float, right: float) -> str:
        """Recognise a wrong unit, sign or direction, and answers that are nearly right."""
        if self.same(answer, 100 * right):
            return "This is a hundred times too large: in per cent where a share is asked for?"
        if self.same(100 * answer, right):
            return "This is a hundred times too small: a share where per cent are asked for?"
        if self.same(-answer, right):
            return "The size is right, the sign is not."
        if answer and self.same(1 / answer, right):
            return "This is the ratio upside down."
        if right and abs(answer / right - 1) < 0.05:
            return "Near, but further off than rounding explains: another sample or another year?"
        return ""


def type_in_words(answer: object) -> str:
    """Name the type of an object in words."""
    names = {
        "dict": "a dictionary", "list": "a list", "tuple": "a tuple", "set": "a set",
        "str": "text", "int": "a number", "float": "a number", "Series": "a Series",
        "DataFrame": "a table", "ndarray": "an array", "function": "a function not yet called",
    }  # fmt: skip
    return names.get(type(answer).__name__, f"an object of type {type(answer).__name__}")


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
    """Return what a name is compared by: a county's code for any of its names."""
    return _county_names().get(folded(name), folded(name))


@dataclass(frozen=True)
class Name(AnswerKind):
    """One name: of a county (English, Chinese or its code), a variable or a word."""

    of: str

    @property
    def description(self) -> str:
        """What to give."""
        return f"the name of {self.of}, as text"

    def read(self, answer: object) -> str:
        """Read a name, or the only one of a collection."""
        if isinstance(answer, pd.Series | pd.Index | np.ndarray | list | tuple | set):
            if len(answer) != 1:
                names = counted(len(answer), "entry", "entries")
                raise WrongKindError(f"This holds {names}; asked for is one name.")
            answer = next(iter(answer))
        if not isinstance(answer, str):
            raise WrongKindError(f"This is {type_in_words(answer)}; asked for is a name, as text.")
        if not answer.strip():
            raise WrongKindError("This text is empty; asked for is a name.")
        return canonical(answer)


@dataclass(frozen=True)
class Names(AnswerKind):
    """A set of names, in any order."""

    of: str

    @property
    def description(self) -> str:
        """What to give."""
        return f"the names of {self.of}, as a list or set"

    def read(self, answer: object) -> frozenset[str]:
        """Read names from any collection."""
        if isinstance(answer, str):
            raise WrongKindError("This is one text; asked for is a list or set of names.")
        if isinstance(answer, Mapping | pd.DataFrame) or not isinstance(answer, Iterable):
            raise WrongKindError(
                f"This is {type_in_words(answer)}; asked for is a list or set of names."
            )
        names = list(answer)
        if others := [n for n in names if not isinstance(n, str)]:
            kind = type_in_words(others[0])
            raise WrongKindError(f"Names are text; {listed(others, 1)} is {kind}.")
        return frozenset(map(canonical, names))

    def hint(self, answer: frozenset[str], right: frozenset[str]) -> str:
        """Count what is missing and what is too much."""
        missing = counted(len(right - answer), "name is", "names are")
        extra = counted(len(answer - right), "name does", "names do")
        parts = [f"{missing} missing"] * (not right <= answer)
        parts += [f"{extra} not belong there"] * (not answer <= right)
        return " and ".join(parts) + "."


@dataclass(frozen=True)
class _Several(AnswerKind):
    """Several numbers of one unit and tolerance."""

    of: Any
    unit: str = ""
    relative: float = 0.005
    absolute: float = 0.0

    @property
    def number(self) -> Number:
        """The kind of each number."""
        return Number(self.unit, self.relative, self.absolute)

    @property
    def in_unit(self) -> str:
        """The unit, as a description ends with it."""
        return f", {self.unit}" if self.unit else ""


@dataclass(frozen=True)
class Numbers(_Several):
    """Several numbers in a given order, such as the ends of an interval."""

    of: tuple[str, ...]

    @property
    def description(self) -> str:
        """What to give."""
        return f"{len(self.of)} numbers in this order: {', '.join(self.of)}{self.in_unit}"

    def read(self, answer: object) -> list[float]:
        """Read numbers from a collection that has an order."""
        if isinstance(answer, str | Mapping | set) or not isinstance(answer, Iterable):
            raise WrongKindError(
                f"This is {type_in_words(answer)}; asked for are {self.description}."
            )
        values = list(answer.to_numpy().ravel() if isinstance(answer, pd.DataFrame) else answer)
        if len(values) != len(self.of):
            count = counted(len(values), "value")
            raise WrongKindError(f"This holds {count}; asked for are {self.description}.")
        return [self.number.read(value) for value in values]

    def same(self, answer: list[float], right: list[float]) -> bool:
        """Say whether each number agrees with the one at its place."""
        return all(map(self.number.same, answer, right))

    def hint(self, answer: list[float], right: list[float]) -> str:
        """Say which of the numbers are wrong, or that they change places."""
        if self.same(answer[::-1], right):
            return "The numbers are right, their order is not."
        if self.same(answer, [100 * value for value in right]) or self.same(
            [100 * value for value in answer], right
        ):
            return OFF_BY_HUNDRED
        agree = map(self.number.same, answer, right)
        wrong = [name for name, good in zip(self.of, agree, strict=True) if not good]
        return f"Look again at {' and '.join(wrong)}."


@dataclass(frozen=True)
class Labelled(_Several):
    """One number for each label: a Series, a dictionary, or a table of one column."""

    of: str

    @property
    def description(self) -> str:
        """What to give."""
        one = f"a number for each {self.of}{self.in_unit}"
        return f"a Series, dictionary or table of one column with {one}"

    def read(self, answer: object) -> dict[str, float]:
        """Read numbers with their labels."""
        if isinstance(answer, pd.DataFrame):
            answer = self._column(answer)
        if not isinstance(answer, Mapping | pd.Series):
            kind = type_in_words(answer)
            raise WrongKindError(f"This is {kind}; asked for is {self.description}.")
        pairs = [(canonical(label), self.number.read(value)) for label, value in answer.items()]
        if len(dict(pairs)) < len(pairs):
            raise WrongKindError("A label stands there twice.")
        return dict(pairs)

    def _column(self, table: pd.DataFrame) -> pd.Series:
        """Return the only column of numbers, labelled by the column of text or by the rows."""
        figures = table.select_dtypes("number").columns
        if len(figures) != 1:
            columns = counted(len(figures), "column")
            raise WrongKindError(
                f"This table has {columns} of numbers; asked for is {self.description}."
            )
        texts = table.columns.difference(figures)
        rows = table.set_index(texts[0]) if len(texts) == 1 else table
        return rows[figures[0]]

    def same(self, answer: dict[str, float], right: dict[str, float]) -> bool:
        """Say whether the labels are the same and all numbers agree."""
        return answer.keys() == right.keys() and all(
            self.number.same(answer[label], right[label]) for label in right
        )

    def hint(self, answer: dict[str, float], right: dict[str, float]) -> str:
        """Compare the labels, then count the wrong numbers."""
        if strange := [label for label in answer if label not in right]:
            return f"{listed(strange)} {'is' if len(strange) == 1 else 'are'} not asked for."
        if len(answer) < len(right):
            return f"{counted(len(right) - len(answer), 'label is', 'labels are')} missing."
        for factor in (100, 0.01):
            if self.same(answer, {label: factor * value for label, value in right.items()}):
                return OFF_BY_HUNDRED
        wrong = sum(not self.number.same(answer[label], right[label]) for label in right)
        return f"{wrong} of {len(right)} numbers are wrong."
