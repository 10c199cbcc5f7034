"""What a check against a published number is, and how all of them are run.

A check is a function that returns our values by quantity. Its decorator states what was published,
with how many digits, where, and who has verified it there::

    @published(
        "R02",
        estimator="panel_ols",
        model="one-way fixed effects: invest ~ value + capital | firm",
        data="Grunfeld, 10 firms, 1935-1954 (statsmodels)",
        values={"value": "0.110124", "SE of value": "0.011857"},
        tolerance=Printed(),
        source="R package plm, inst/tests/test_Estimators.Rout.save (Baltagi 2013, table 3.1)",
        standing=Standing("read at its source"),
    )
    def one_way_effects() -> dict[str, float]: ...

Published values are written as text, digit by digit as they were printed, so that "printed digits"
has a meaning.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, get_args

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import listed

# Modules that hold checks, in the order in which the page shows them.
FAMILIES = ("regression", "staggered", "spatial", "distribution", "indices")


class DataUnavailableError(RuntimeError):
    """A check's data set is neither on this machine nor to be had: the message says which."""


@dataclass(frozen=True)
class Relative:
    """Agreement if the difference is at most `limit` of the published value."""

    limit: float

    def allowed(self, published: str) -> float:
        """Return the largest difference from this value that still agrees."""
        return self.limit * abs(float(published))

    def __str__(self) -> str:
        return f"{self.limit:.0e} of the value"


@dataclass(frozen=True)
class Absolute:
    """Agreement if the difference is at most `limit`."""

    limit: float

    def allowed(self, published: str) -> float:
        """Return the largest difference from this value that still agrees."""
        return self.limit

    def __str__(self) -> str:
        return f"{self.limit:.0e}"


@dataclass(frozen=True)
class Printed:
    """Agreement if our value rounds to the printed one (half a unit of its last digit)."""

    def allowed(self, published: str) -> float:
        """Return the largest difference from this value that still agrees."""
        mantissa, _, exponent = published.lower().partition("e")
        decimals = len(mantissa.partition(".")[2])
        # A hair more, for values that lie on the edge in binary.
        return 0.5 * 10.0 ** (int(exponent or 0) - decimals) * (1 + 1e-9)

    def __str__(self) -> str:
        return "printed digits"


@dataclass(frozen=True)
class PrintedDownTo(Printed):
    """Agreement to the printed digits, or to `limit` where more digits are printed."""

    limit: float

    def allowed(self, published: str) -> float:
        """Return the largest difference from this value that still agrees."""
        return max(super().allowed(published), self.limit)

    def __str__(self) -> str:
        return f"printed digits, at most to {self.limit:.0e}"


Tolerance = Relative | Absolute | Printed

Word = Literal["read at its source", "from memory", "another library", "consistency only"]
WORDS: tuple[Word, ...] = get_args(Word)


@dataclass(frozen=True)
class Standing:
    """How sure a published value is.

    Attributes
    ----------
    word : str
        "read at its source"; "from memory" (quoted from a well-known text that was not at hand);
        "another library" (the answer of a program, not of a publication); "consistency only" (the
        data behind it are not published).
    note : str
        What is to be said beyond the word: what confirms it, what the check can show.
    """

    word: Word = "read at its source"
    note: str = ""

    def __post_init__(self) -> None:
        if self.word not in WORDS:
            raise InputError(f"A standing is one of {listed(WORDS)}, not {self.word!r}.")


AT_SOURCE = Standing()


@dataclass(frozen=True)
class Check:
    """A published set of numbers and the function that computes ours.

    Attributes
    ----------
    id : str
        Such as ``"R02"``.
    estimator : str
        The public name it checks, or several with commas.
    model, data : str
        What was estimated, on what.
    values : mapping of str to str
        Published values by quantity, digit by digit.
    tolerance : how near is near
    source : str
        Where the values were published.
    standing : Standing
        How sure the values are.
    compute : callable
        Returns our values by the same quantities. Raises `DataUnavailableError` or
        ``ModuleNotFoundError`` if it cannot run here.
    """

    id: str
    estimator: str
    model: str
    data: str
    values: Mapping[str, str]
    tolerance: Tolerance
    source: str
    standing: Standing
    compute: Callable[[], Mapping[str, float]]

    @property
    def family(self) -> str:
        """Such as ``"regression"``: the module that holds the check."""
        return self.compute.__module__.rpartition(".")[2]

    def run(self) -> pd.DataFrame:
        """Compute ours and compare, one row a quantity; see `check_published` for the columns."""
        try:
            ours = dict(self.compute())
            remark = self.standing.note
        except (DataUnavailableError, ModuleNotFoundError) as error:
            ours, remark = {}, f"Not run here: {error} {self.standing.note}".rstrip()
        if ours and set(ours) != set(self.values):
            raise RuntimeError(
                f"Check {self.id} returns {listed(ours, 20)}, not {listed(self.values, 20)}."
            )
        rows = []
        for quantity, published in self.values.items():
            value = ours.get(quantity, float("nan"))
            difference = value - float(published)
            agrees = abs(difference) <= self.tolerance.allowed(published) if ours else pd.NA
            rows.append(
                {
                    "id": self.id,
                    "family": self.family,
                    "estimator": self.estimator,
                    "model": self.model,
                    "data": self.data,
                    "quantity": quantity,
                    "ours": value,
                    "published": published,
                    "difference": difference,
                    "tolerance": str(self.tolerance),
                    "agrees": agrees,
                    "source": self.source,
                    "standing": self.standing.word,
                    "remark": remark,
                }
            )
        return pd.DataFrame(rows).astype({"agrees": "boolean"})


_CHECKS: dict[str, Check] = {}


def published(
    id: str,
    *,
    estimator: str,
    model: str,
    data: str,
    values: Mapping[str, str],
    tolerance: Tolerance,
    source: str,
    standing: Standing = AT_SOURCE,
) -> Callable[[Callable[[], Mapping[str, float]]], Callable[[], Mapping[str, float]]]:
    """Register a function as the check of published values; fields as in `Check`."""

    def register(compute: Callable[[], Mapping[str, float]]) -> Callable[[], Mapping[str, float]]:
        if id in _CHECKS and _CHECKS[id].compute.__module__ != compute.__module__:
            raise RuntimeError(f"Two checks are called {id}.")
        _CHECKS[id] = Check(
            id, estimator, model, data, dict(values), tolerance, source, standing, compute
        )
        return compute

    return register


def all_checks() -> list[Check]:
    """Every check, family by family, in the order in which their modules write them."""
    for family in FAMILIES:
        import_module(f"gzbook.published.{family}")
    own = [check for check in _CHECKS.values() if check.family in FAMILIES]
    return sorted(own, key=lambda check: FAMILIES.index(check.family))


def check_published(ids: str | Iterable[str] | None = None) -> pd.DataFrame:
    """Compute published numbers again and compare.

    Parameters
    ----------
    ids : str or iterable of str, optional
        Checks to run, such as ``"R07"``; all of them if not given.

    Returns
    -------
    DataFrame
        One row a quantity: id, family, estimator, model, data, quantity, ours, published (text, as
        printed), difference, tolerance, agrees (missing if the check could not run here), source,
        standing (how sure the published value is: "read at its source", "from memory", "another
        library" or "consistency only"), remark (what is to be said of that, and why the check
        could not run).

    Raises
    ------
    InputError
        If there is no such check.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> table = gzbook.check_published("R02")
    >>> table[["quantity", "ours", "published", "agrees"]].round(6)
            quantity      ours published  agrees
    0          value  0.110124  0.110124    True
    1        capital  0.310065  0.310065    True
    2    SE of value  0.011857  0.011857    True
    3  SE of capital  0.017355  0.017355    True
    >>> table.source[0]
    'R package plm, inst/tests/test_Estimators.Rout.save (Baltagi 2013, tables 2.1 and 3.1)'
    """
    checks = {check.id: check for check in all_checks()}
    wanted = list(checks) if ids is None else [ids] if isinstance(ids, str) else list(ids)
    unknown = [id for id in wanted if id not in checks]
    if unknown or not wanted:
        asked = listed(unknown) if wanted else "in an empty list"
        raise InputError(f"There is no check {asked}; there are {listed(checks, 99)}.")
    return pd.concat([checks[id].run() for id in wanted], ignore_index=True)
