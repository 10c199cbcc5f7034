"""Randomisation tests: how usual would the estimate be, had others been assigned.

Under the sharp null that the assignment changed no unit's outcome, any other assignment would have
met the same outcomes; the statistic under all of them is its exact distribution (Fisher 1935, The
Design of Experiments; Imbens and Rubin 2015, Causal Inference, chapter 5). Nothing is assumed
about errors; what is assumed is that every assignment drawn was as likely as the real one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.models._types import Array, Codes
from gzcounty.models.result import Reported
from gzcounty.parallel import chunks, generators, run
from gzcounty.words import counted

from ._assignments import Assignments, read_assignments, require_known
from ._checks import require, require_draws
from ._coefficient import Coefficient, read_coefficient

Alternative = Literal["two-sided", "greater", "less"]
Statistic = Callable[[pd.DataFrame], float]
# Calls of a user's function in one piece of work; numbers held at once by the fast way.
CALLS, NUMBERS = 50, 400_000
# Statistics that differ by less than this share of their spread are tied.
SAME = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RandomisationTest(Reported):
    """A randomisation test of one statistic.

    Attributes
    ----------
    term : str
        The assignment column.
    estimate : float
        The statistic under the real assignment.
    p_value : float
    alternative : str
    nobs, n_units, draws : int
    exact : bool
        Whether the draws are all assignments there are.
    notes : tuple of str
    native : ndarray, shape (draws,)
        The statistic under each assignment drawn.
    """

    term: str
    estimate: float
    p_value: float
    alternative: Alternative
    nobs: int
    n_units: int
    draws: int
    exact: bool
    notes: tuple[str, ...]
    native: Array

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """One row: term, estimate, p_value; the other columns are missing.

        The test has no standard error or interval of its own: `level` changes nothing.
        """
        nothing = float("nan")
        row = {
            "term": self.term,
            "estimate": self.estimate,
            "std_error": nothing,
            "statistic": nothing,
            "p_value": self.p_value,
            "conf_low": nothing,
            "conf_high": nothing,
        }
        return pd.DataFrame([row])

    def _heading(self) -> str:
        how = "all" if self.exact else "sampled"
        return (
            f"Randomisation test of {self.term}, {counted(self.n_units, 'unit')}, "
            f"{counted(self.draws, 'assignment')} ({how})"
        )


def randomisation_test(
    data: pd.DataFrame,
    statistic: str | Statistic,
    assign: str,
    *,
    unit: str | None = None,
    time: str | None = None,
    strata: str | None = None,
    draws: int = 9_999,
    alternative: Alternative = "two-sided",
    seed: int = 20_260,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> RandomisationTest:
    """Test that an assignment changed nothing, by assigning it again in other ways.

    Parameters
    ----------
    data : DataFrame
        One row a unit, or a panel.
    statistic : str or callable
        A formula such as ``"y ~ treated + x"``: the least-squares coefficient of `assign` (with
        no other term the difference in means), for all draws at once. Or a function of the data
        that gives a number, called once a draw with the column `assign` replaced.
    assign : str
        Column that says who got what: 0 and 1, a dose, or names.
    unit : str, optional
        Column of units that keep one assignment, such as the county of a panel. Each row by
        itself if not given.
    time : str, optional
        Column of years; needed if the assignment changes within units. Whole paths then move from
        unit to unit.
    strata : str, optional
        Column of groups, constant within units, inside which the assignment is shuffled.
    draws : int, default 9999
        Assignments to draw. If there are no more than this, each is taken once.
    alternative : {"two-sided", "greater", "less"}
        Two-sided compares sizes, so the statistic should be one whose value without effect is
        around zero, such as a difference, a coefficient or a t.
    seed : int
    n_jobs, progress
        As in `gzcounty.parallel.run`; the same seed gives the same numbers for any number of jobs.

    Returns
    -------
    RandomisationTest
        ``p_value`` is the share of assignments at least as extreme as the real one if all were
        taken, and ``(1 + number) / (1 + draws)`` if they were drawn (Phipson and Smyth 2010,
        Statistical Applications in Genetics and Molecular Biology 9, article 39).

    Raises
    ------
    InputError
        If columns are missing or have missing values, the assignment changes within a unit and
        paths cannot be compared (the unit is named), there is no other assignment, or the
        statistic is no finite number (the draw is named).

    Examples
    --------
    The lady tasting tea (Fisher 1935): four cups of eight had milk first, and she named all four.

    >>> import pandas as pd, gzcounty as gz
    >>> cups = pd.DataFrame({"said": [1, 1, 1, 1, 0, 0, 0, 0], "milk": [1, 1, 1, 1, 0, 0, 0, 0]})
    >>> test = gz.randomisation_test(cups, "said ~ milk", "milk", alternative="greater")
    >>> test.draws, test.exact, round(test.p_value, 4)
    (70, True, 0.0143)
    """
    require(
        alternative in get_args(Alternative),
        f"alternative must be one of {', '.join(get_args(Alternative))}, not {alternative!r}.",
    )
    require_draws(draws)
    require_known(data, [name for name in (assign, unit, time, strata) if name is not None])
    notes: tuple[str, ...] = ()
    task: Coefficient | _Call
    if isinstance(statistic, str):
        task, notes = read_coefficient(statistic, data, assign, unit, time, strata)
        who = task.assignments
        width = who.units if who.constant else len(who.unit_of_row)
        size = max(1, NUMBERS // width)
    elif callable(statistic):
        who = read_assignments(data, assign, unit, time, strata)
        task, size = _Call(statistic, data, assign, who), CALLS
    else:
        raise InputError(
            "statistic must be a formula such as 'y ~ treated' or a function of the data, not "
            f"{type(statistic).__name__}."
        )

    real = float(task.of(who.labels[None])[0])
    require(
        bool(np.isfinite(real)), f"The statistic under the real assignment is {real}, no number."
    )
    possible = who.count()
    exact = possible <= draws
    if exact:
        draws, every = possible, who.every()
        starts = range(0, draws, size)
        listed = [(task, every[start : start + size], start) for start in starts]
        parts = run(_given, listed, n_jobs=n_jobs, progress=progress, label="assignments")
    else:
        counts = chunks(draws, size)
        own = generators(seed, len(counts))
        drawn = [
            (task, who, part, count, place * size)
            for place, (part, count) in enumerate(zip(own, counts, strict=True))
        ]
        parts = run(_drawn, drawn, n_jobs=n_jobs, progress=progress, label="assignments")
    found = np.concatenate(parts)
    beyond = _beyond(found, real, alternative)
    return RandomisationTest(
        term=assign,
        estimate=real,
        p_value=beyond / draws if exact else (1 + beyond) / (1 + draws),
        alternative=alternative,
        nobs=len(who.unit_of_row),
        n_units=who.units,
        draws=int(draws),
        exact=exact,
        notes=(*notes, *_notes(who, unit, strata, possible, int(draws), exact, alternative)),
        native=found,
    )


@dataclass(frozen=True)
class _Call:
    """A user's function, with what its calls need."""

    function: Statistic
    data: pd.DataFrame
    assign: str
    assignments: Assignments

    def of(self, labels: Codes) -> Array:
        return np.array([self._one(row) for row in labels])

    def _one(self, labels: Codes) -> float:
        dtype = self.data[self.assign].dtype
        column = pd.Series(self.assignments.column(labels), index=self.data.index, dtype=dtype)
        value = self.function(self.data.assign(**{self.assign: column}))
        try:
            return float(value)
        except (TypeError, ValueError):
            raise InputError(
                f"The statistic must give a number, not {type(value).__name__}."
            ) from None


def _given(task: Coefficient | _Call, labels: Codes, start: int) -> Array:
    values = task.of(labels)
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        raise InputError(
            f"The statistic is {values[wrong[0]]} at draw {start + wrong[0] + 1}: the function or "
            "formula cannot be computed for every assignment."
        )
    return values


def _drawn(
    task: Coefficient | _Call,
    who: Assignments,
    generator: np.random.Generator,
    count: int,
    start: int,
) -> Array:
    return _given(task, who.draw(generator, count), start)


def _beyond(found: Array, real: float, alternative: Alternative) -> int:
    """How many are at least as extreme; ties count, also those that rounding has split."""
    if alternative == "two-sided":
        found, real = np.abs(found), abs(real)
    elif alternative == "less":
        found, real = -found, -real
    return int(np.sum(found >= real - SAME * max(abs(real), float(np.abs(found).max()))))


def _notes(
    who: Assignments,
    unit: str | None,
    strata: str | None,
    possible: int,
    draws: int,
    exact: bool,
    alternative: Alternative,
) -> list[str]:
    moved = "values" if who.constant else "whole paths over time"
    units = counted(who.units, "unit") + (f" of {unit}" if unit else "")
    within = f", within {strata}" if strata else ""
    shares = f"{alternative} p-value"
    if exact:
        how = f"All {possible:,} assignments were taken: the {shares} is an exact share."
    else:
        # Beyond 10^15 only the order of magnitude is of use.
        many = f"{possible:,}" if possible < 10**15 else f"about 10^{len(str(possible)) - 1}"
        how = (
            f"{draws:,} of {many} assignments were drawn: the {shares} is (1 + number at least as "
            "extreme) / (1 + draws)."
        )
    return [
        f"The {moved} of {units} were shuffled{within}, as if each order had been equally likely; "
        "the null is that no unit was affected at all.",
        how,
    ]
