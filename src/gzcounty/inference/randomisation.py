"""Randomisation tests: how usual would the estimate be, had others been assigned.

Under the sharp null that the assignment changed no unit's outcome, any other assignment would have
met the same outcomes; the statistic under all of them is its exact distribution (Fisher 1935, The
Design of Experiments; Imbens and Rubin 2015, Causal Inference, chapter 5). Nothing is assumed
about errors; what is assumed is that every assignment drawn was as likely as the real one.

Each unit holds one label, the number of its value or of its whole path over time. An assignment is
the row of labels of all units; another one puts the same labels in another order, within strata.

With W the other regressors, e = M y what they leave of the dependent variable and x an assignment,

    b = x'e / (x'x - |Q'x|^2),

where Q is an orthonormal basis of W (Frisch, Waugh and Lovell). If each unit has one value, x'e,
x'x and Q'x are sums over units of that value times numbers that stay the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import factorial, prod
from typing import Any, Literal

import numpy as np
import pandas as pd

from gzcounty.checks import require, require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.models._arrays import Array, Codes, apply, by_group, times
from gzcounty.models.design import materialise, refuse_unusable
from gzcounty.models.formula import read_formula
from gzcounty.models.nearness import refuse_exact_fit
from gzcounty.models.result import ABSENT, Estimate, Reported
from gzcounty.models.sample import take_sample, value_of_each
from gzcounty.parallel import run, seeded
from gzcounty.words import counted, listed


@dataclass(frozen=True)
class Assignments:
    """All assignments that the test could draw."""

    labels: Codes  # (units,): the assignment that took place
    strata: list[Codes]  # Units of each stratum
    # (labels, times): what each label stands for, in the column's own type; one time unless paths
    # change.
    paths: np.ndarray[Any, Any]
    unit_of_row: Codes  # (rows,)
    time_of_row: Codes  # (rows,)

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.labels)

    @property
    def constant(self) -> bool:
        """True if each unit has one value at all times."""
        return self.paths.shape[1] == 1

    def count(self) -> int:
        """Return the number of different assignments, the real one among them."""
        ways = 1
        for members in self.strata:
            sizes = Counter(self.labels[members].tolist())
            ways *= factorial(sizes.total()) // prod(map(factorial, sizes.values()))
        return ways

    def every(self) -> Codes:
        """All different assignments, shape (count, units)."""
        orders = [list(_orders(tuple(self.labels[members]))) for members in self.strata]
        rows = np.empty((self.count(), self.units), dtype=np.intp)
        for row, chosen in zip(rows, product(*orders), strict=True):
            for members, labels in zip(self.strata, chosen, strict=True):
                row[members] = labels
        return rows

    def draw(self, generator: np.random.Generator, count: int) -> Codes:
        """Shuffle the labels within strata, shape (count, units)."""
        drawn = np.tile(self.labels, (count, 1))
        for members in self.strata:
            drawn[:, members] = generator.permuted(drawn[:, members], axis=1)
        return drawn


def _orders(labels: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """All different orders of labels of which some are equal."""
    size = len(labels)

    def fill(row: list[int], free: tuple[int, ...], kinds: list[tuple[int, int]]) -> Iterator[Any]:
        if len(kinds) == 1:
            for place in free:
                row[place] = kinds[0][0]
            yield tuple(row)
            return
        label, number = kinds[0]
        for chosen in combinations(free, number):
            for place in chosen:
                row[place] = label
            rest = tuple(place for place in free if place not in chosen)
            yield from fill(row, rest, kinds[1:])

    yield from fill([0] * size, tuple(range(size)), sorted(Counter(labels).items()))


def require_known(data: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise `InputError` unless the columns exist and have no missing value."""
    require_columns(data, names)
    if data.empty:
        raise InputError("The data have no rows.")
    for name in names:
        missing = int(data[name].isna().sum())
        if missing:
            raise InputError(
                "{name!r} is missing in {rows}; a randomisation test must know it for every "
                "row (leave such rows out first).",
                name=name, rows=counted(missing, "row"),
            )  # fmt: skip


def read_assignments(
    data: pd.DataFrame, assign: str, unit: str | None, time: str | None, strata: str | None
) -> Assignments:
    """Read the units, their labels and their strata."""
    rows = len(data)
    units, unit_names = np.arange(rows), data.index
    if unit is not None:
        units, unit_names = _codes(data[unit])
    codes, kinds = _codes(data[assign])
    times = np.zeros(rows, dtype=np.intp)
    first, changing = value_of_each(units, codes, len(unit_names))
    if changing.size == 0:
        labels, paths = first, np.arange(len(kinds))[:, None]
    else:
        if time is None:
            raise InputError(
                "{assign!r} changes within {names} of {unit!r}; name the column of years by "
                "time=..., so that whole paths can move from unit to unit.",
                assign=assign, names=listed(unit_names[changing]), unit=unit,
            )  # fmt: skip
        times, time_names = _codes(data[time])
        _require_same_times(units, unit_names, times, time_names, unit, time)
        grid = np.empty((len(unit_names), len(time_names)), dtype=np.intp)
        grid[units, times] = codes
        paths, labels = np.unique(grid, axis=0, return_inverse=True)
    assignments = Assignments(
        labels=labels.reshape(-1),
        strata=_strata(data, units, unit_names, strata, unit),
        paths=kinds.to_numpy()[paths],
        unit_of_row=units,
        time_of_row=times,
    )
    if assignments.count() < 2:
        if strata:
            raise InputError(
                "{assign!r} is the same for every unit within each stratum, so there is no other "
                "assignment to compare with.",
                assign=assign,
            )  # fmt: skip
        raise InputError(
            "{assign!r} is the same for every unit, so there is no other assignment to compare "
            "with.",
            assign=assign,
        )  # fmt: skip
    return assignments


def _codes(column: pd.Series) -> tuple[Codes, pd.Index]:
    """Codes and levels, in the order of the levels: the order of rows must change no draw."""
    try:
        codes, levels = pd.factorize(column, sort=True)
    except TypeError:  # of types that have no common order
        codes, levels = pd.factorize(column)
    return codes, pd.Index(levels)


def _require_same_times(
    units: Codes,
    unit_names: pd.Index,
    times: Codes,
    time_names: pd.Index,
    unit: str | None,
    time: str,
) -> None:
    cells = np.zeros((len(unit_names), len(time_names)), dtype=int)
    np.add.at(cells, (units, times), 1)
    twice = np.argwhere(cells > 1)
    if twice.size:
        who, when = twice[0]
        raise InputError(
            "{unit} {name!r} has more than one row at {time} {when}.",
            unit=unit, name=str(unit_names[who]), time=time, when=time_names[when],
        )  # fmt: skip
    lacking = np.argwhere(cells == 0)
    if lacking.size:
        who, when = lacking[0]
        others = len(np.unique(lacking[:, 0])) - 1
        if others:
            raise InputError(
                "{unit} {name!r} has no row at {time} {when} ({others} lack some too); paths can "
                "move from unit to unit only if all have the same times.",
                unit=unit, name=str(unit_names[who]), time=time, when=time_names[when],
                others=counted(others, "other unit"),
            )  # fmt: skip
        raise InputError(
            "{unit} {name!r} has no row at {time} {when}; paths can move from unit to unit only if "
            "all have the same times.",
            unit=unit, name=str(unit_names[who]), time=time, when=time_names[when],
        )  # fmt: skip


def _strata(
    data: pd.DataFrame, units: Codes, unit_names: pd.Index, strata: str | None, unit: str | None
) -> list[Codes]:
    """Return the units of each stratum."""
    if strata is None:
        return [np.arange(len(unit_names))]
    codes, names = _codes(data[strata])
    result, moving = value_of_each(units, codes, len(unit_names))
    if moving.size:
        who = moving[0]
        seen = names[np.unique(codes[units == who])]
        raise InputError(
            "{unit} {name!r} lies in more than one of {strata!r}: {seen}.",
            unit=unit, name=str(unit_names[who]), strata=strata, seen=listed(seen),
        )  # fmt: skip
    return [np.flatnonzero(result == stratum) for stratum in range(len(names))]


@dataclass(frozen=True)
class Coefficient:
    """Arrays for the coefficient of an assignment, summed by unit where paths are constant."""

    assignments: Assignments  # Of the rows that the formula uses
    values: Array  # (labels, times): what labels stand for, as numbers
    # (cells,): the dependent variable less what the other regressors explain, by cell: a unit, or a
    # row.
    e: Array
    Q: Array  # (cells, regressors): orthonormal basis of the other regressors, summed by cell
    rows: Array  # (cells,): rows in each cell

    def of(self, labels: Codes) -> Array:
        """Coefficients under many assignments, labels of shape (draws, units)."""
        who = self.assignments
        if who.constant:
            x = self.values[labels, 0]
        else:
            x = self.values[labels[:, who.unit_of_row], who.time_of_row]
        sums = times(x, np.column_stack([self.Q, self.e]))
        size, explained = apply(x * x, self.rows), sums[:, :-1]
        left = size - np.einsum("ij,ij->i", explained, explained)
        # Nothing left of x: the other regressors explain this assignment entirely.
        defined = left > 1e-10 * size
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(defined, sums[:, -1] / left, np.nan)


def read_coefficient(
    formula: str,
    data: pd.DataFrame,
    assign: str,
    unit: str | None,
    time: str | None,
    strata: str | None,
) -> tuple[Coefficient, tuple[str, ...]]:
    """Prepare the coefficient of `assign` in a formula; also returns the notes of the sample."""
    data = data.reset_index(drop=True)
    parsed = read_formula(formula)
    keys = [name for name in (unit, time, strata) if name is not None]
    sample = take_sample(data, parsed.numeric, parsed.categorical, keys)
    used = data.loc[sample.numbers.index]
    design = materialise(parsed, sample)
    uses = parsed.uses(assign)
    if assign not in design.terms or uses != [assign]:
        if uses:
            raise InputError(
                "{assign!r} must be one term of the formula by itself; it stands in {terms}. For "
                "another statistic give a function of the data.",
                assign=assign, terms=listed(uses),
            )  # fmt: skip
        raise InputError(
            "{assign!r} must be one term of the formula by itself; there are {terms}. For another "
            "statistic give a function of the data.",
            assign=assign, terms=listed(design.terms, 12),
        )  # fmt: skip
    near = refuse_unusable(design)
    column = design.terms.index(assign)
    W = np.delete(design.X, column, axis=1)
    others = _("the terms beside {assign!r}", assign=assign)
    near += refuse_exact_fit(design.dependent, design.y, W, others)
    Q = np.linalg.qr(W)[0] if W.shape[1] else np.zeros((len(W), 0))
    e = design.y - Q @ (Q.T @ design.y)
    who = read_assignments(used, assign, unit, time, strata)
    values = who.paths.astype(float)
    sums = np.column_stack([e, np.ones(len(e)), Q])
    if who.constant:
        sums = by_group(who.unit_of_row, sums, who.units)
    e, rows, Q = sums[:, 0], sums[:, 1], sums[:, 2:]
    return Coefficient(who, values, e, Q, rows), (*sample.notes, *near)


Alternative = Literal["two-sided", "greater", "less"]
ALTERNATIVES: dict[Alternative, str] = {
    "two-sided": N_("two-sided"), "greater": N_("greater"), "less": N_("less"),
}  # fmt: skip
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
        row = Estimate(self.term, self.estimate, *ABSENT)._replace(p_value=self.p_value)
        return pd.DataFrame([row])

    def _heading(self) -> str:
        units, draws = counted(self.n_units, "unit"), counted(self.draws, "assignment")
        if self.exact:
            return _(
                "Randomisation test of {term}, {units}, {draws} (all)",
                term=self.term, units=units, draws=draws,
            )  # fmt: skip
        return _(
            "Randomisation test of {term}, {units}, {draws} (sampled)",
            term=self.term, units=units, draws=draws,
        )  # fmt: skip


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
    require_known(data, [name for name in (assign, unit, time, strata) if name is not None])
    notes: tuple[str, ...] = ()
    task: Coefficient | _Call
    if isinstance(statistic, str):
        task, notes = read_coefficient(statistic, data, assign, unit, time, strata)
        who = task.assignments
        width = who.units if who.constant else len(who.unit_of_row)
        size = max(1, NUMBERS // width)
    else:
        who = read_assignments(data, assign, unit, time, strata)
        task, size = _Call(statistic, data, assign, who), CALLS

    real = float(task.of(who.labels[None])[0])
    require(
        bool(np.isfinite(real)),
        "The statistic under the real assignment is {real}, no number.",
        real=real,
    )  # fmt: skip
    possible = who.count()
    exact = possible <= draws
    if exact:
        draws, every = possible, who.every()
        starts = range(0, draws, size)
        listed = [(task, every[start : start + size], start) for start in starts]
        parts = run(_given, listed, n_jobs=n_jobs, progress=progress, label=_("assignments"))
    else:
        drawn = [
            (task, who, part, count, place * size)
            for place, (part, count) in enumerate(seeded(draws, size, seed))
        ]
        parts = run(_drawn, drawn, n_jobs=n_jobs, progress=progress, label=_("assignments"))
    statistics = np.concatenate(parts)
    beyond = _beyond(statistics, real, alternative)
    return RandomisationTest(
        term=assign,
        estimate=real,
        p_value=beyond / draws if exact else (1 + beyond) / (1 + draws),
        alternative=alternative,
        nobs=len(who.unit_of_row),
        n_units=who.units,
        draws=draws,
        exact=exact,
        notes=(*notes, *_notes(who, unit, strata, possible, draws, exact, alternative)),
        native=statistics,
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
        who, real = self.assignments, self.data[self.assign]
        column = who.paths[labels[who.unit_of_row], who.time_of_row]
        drawn = pd.Series(column, index=real.index, dtype=real.dtype)
        value = self.function(self.data.assign(**{self.assign: drawn}))
        try:
            return float(value)
        except (TypeError, ValueError):
            raise InputError(
                "The statistic must give a number, not {kind}.", kind=type(value).__name__
            ) from None


def _given(task: Coefficient | _Call, labels: Codes, start: int) -> Array:
    values = task.of(labels)
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        raise InputError(
            "The statistic is {value} at draw {draw}: the function or formula cannot be "
            "computed for every assignment.",
            value=values[wrong[0]], draw=start + wrong[0] + 1,
        )  # fmt: skip
    return values


def _drawn(
    task: Coefficient | _Call,
    who: Assignments,
    generator: np.random.Generator,
    count: int,
    start: int,
) -> Array:
    return _given(task, who.draw(generator, count), start)


def _beyond(statistics: Array, real: float, alternative: Alternative) -> int:
    """Return how many are at least as extreme; ties count, also those split by rounding."""
    if alternative == "two-sided":
        statistics, real = np.abs(statistics), abs(real)
    elif alternative == "less":
        statistics, real = -statistics, -real
    return int(np.sum(statistics >= real - SAME * max(abs(real), float(np.abs(statistics).max()))))


def _notes(
    who: Assignments,
    unit: str | None,
    strata: str | None,
    possible: int,
    draws: int,
    exact: bool,
    alternative: Alternative,
) -> list[str]:
    moved = _("values") if who.constant else _("whole paths over time")
    units = counted(who.units, "unit")
    if unit:
        units = _("{units} of {unit}", units=units, unit=unit)
    if strata:
        shuffled = _(
            "The {moved} of {units} were shuffled, within {strata}, as if each order had been "
            "equally likely; the null is that no unit was affected at all.",
            moved=moved, units=units, strata=strata,
        )  # fmt: skip
    else:
        shuffled = _(
            "The {moved} of {units} were shuffled, as if each order had been equally likely; the "
            "null is that no unit was affected at all.",
            moved=moved, units=units,
        )  # fmt: skip
    if exact:
        return [shuffled, _(
            "All {possible:,} assignments were taken: the {alternative} p-value is an exact share.",
            possible=possible, alternative=_(ALTERNATIVES[alternative]),
        )]  # fmt: skip
    # Beyond 10^15 only the order of magnitude is of use.
    many = f"{possible:,}"
    if possible >= 10**15:
        many = _("about 10^{power}", power=len(str(possible)) - 1)
    return [shuffled, _(
        "{draws:,} of {many} assignments were drawn: the {alternative} p-value is (1 + number at "
        "least as extreme) / (1 + draws).",
        draws=draws, many=many, alternative=_(ALTERNATIVES[alternative]),
    )]  # fmt: skip
