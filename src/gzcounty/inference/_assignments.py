"""What could have been assigned to whom: the assignments of a randomisation test.

Each unit holds one label, the number of its value or of its whole path over time. An assignment is
the row of labels of all units; another one puts the same labels in another order, within strata.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import factorial, prod
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.models._types import Codes
from gzcounty.models.sample import require_columns
from gzcounty.words import counted, listed


@dataclass(frozen=True)
class Assignments:
    """All assignments that the test could draw.

    Attributes
    ----------
    labels : ndarray of int, shape (units,)
        The assignment that took place.
    strata : ndarray of int, shape (units,)
    paths : ndarray, shape (labels, times)
        What each label stands for, in the column's own type; one time unless paths change.
    unit_of_row, time_of_row : ndarray of int, shape (rows,)
    """

    labels: Codes
    strata: Codes
    paths: np.ndarray[Any, Any]
    unit_of_row: Codes
    time_of_row: Codes

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.labels)

    @property
    def constant(self) -> bool:
        """Whether each unit has one value at all times."""
        return self.paths.shape[1] == 1

    def column(self, labels: Codes) -> np.ndarray[Any, Any]:
        """Write the assignment column, row by row of the data, that belongs to `labels`."""
        return self.paths[labels[self.unit_of_row], self.time_of_row]

    def count(self) -> int:
        """How many different assignments there are, the real one among them."""
        ways = 1
        for stratum in range(int(self.strata.max()) + 1):
            own = Counter(self.labels[self.strata == stratum].tolist())
            ways *= factorial(own.total()) // prod(map(factorial, own.values()))
        return ways

    def every(self) -> Codes:
        """All different assignments, shape (count, units)."""
        places = [np.flatnonzero(self.strata == s) for s in range(int(self.strata.max()) + 1)]
        orders = [list(_orders(tuple(self.labels[place]))) for place in places]
        found = np.empty((self.count(), self.units), dtype=np.intp)
        for row, chosen in zip(found, product(*orders), strict=True):
            for place, labels in zip(places, chosen, strict=True):
                row[place] = labels
        return found

    def draw(self, generator: np.random.Generator, count: int) -> Codes:
        """Shuffle the labels within strata, shape (count, units)."""
        drawn = np.tile(self.labels, (count, 1))
        for stratum in range(int(self.strata.max()) + 1):
            place = np.flatnonzero(self.strata == stratum)
            drawn[:, place] = generator.permuted(drawn[:, place], axis=1)
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
                f"{name!r} is missing in {counted(missing, 'row')}; a randomisation test must know "
                "it for every row (leave such rows out first)."
            )


def read_assignments(
    data: pd.DataFrame, assign: str, unit: str | None, time: str | None, strata: str | None
) -> Assignments:
    """Find units, their labels and their strata.

    Raises
    ------
    InputError
        If the assignment changes within a unit and no time is named, or units have different
        times, or a unit two rows at one time; if a unit lies in two strata; if every assignment
        would be the same.
    """
    rows = len(data)
    units, unit_names = np.arange(rows), data.index
    if unit is not None:
        units, unit_names = _codes(data[unit])
    codes, kinds = _codes(data[assign])
    times = np.zeros(rows, dtype=np.intp)
    first = np.empty(len(unit_names), dtype=np.intp)
    first[units] = codes
    changing = np.unique(units[first[units] != codes])
    if changing.size == 0:
        labels, paths = first, np.arange(len(kinds))[:, None]
    else:
        if time is None:
            raise InputError(
                f"{assign!r} changes within {listed(unit_names[changing])} of {unit!r}; name the "
                "column of years by time=..., so that whole paths can move from unit to unit."
            )
        times, time_names = _codes(data[time])
        _require_same_times(units, unit_names, times, time_names, unit, time)
        grid = np.empty((len(unit_names), len(time_names)), dtype=np.intp)
        grid[units, times] = codes
        paths, labels = np.unique(grid, axis=0, return_inverse=True)
    found = Assignments(
        labels=labels.reshape(-1),
        strata=_strata(data, units, unit_names, strata, unit),
        paths=kinds.to_numpy()[paths],
        unit_of_row=units,
        time_of_row=times,
    )
    if found.count() < 2:
        where = " within each stratum" if strata else ""
        raise InputError(
            f"{assign!r} is the same for every unit{where}, so there is no other assignment to "
            "compare with."
        )
    return found


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
            f"{unit} {str(unit_names[who])!r} has more than one row at {time} {time_names[when]}."
        )
    lacking = np.argwhere(cells == 0)
    if lacking.size:
        who, when = lacking[0]
        others = len(np.unique(lacking[:, 0])) - 1
        more = f" ({counted(others, 'other unit')} lack some too)" if others else ""
        raise InputError(
            f"{unit} {str(unit_names[who])!r} has no row at {time} {time_names[when]}{more}; paths "
            "can move from unit to unit only if all have the same times."
        )


def _strata(
    data: pd.DataFrame, units: Codes, unit_names: pd.Index, strata: str | None, unit: str | None
) -> Codes:
    own = np.zeros(len(unit_names), dtype=np.intp)
    if strata is None:
        return own
    codes, names = _codes(data[strata])
    own[units] = codes
    moving = np.flatnonzero(own[units] != codes)
    if moving.size:
        who = units[moving[0]]
        seen = names[np.unique(codes[units == who])]
        raise InputError(
            f"{unit} {str(unit_names[who])!r} lies in more than one of {strata!r}: {listed(seen)}."
        )
    return own
