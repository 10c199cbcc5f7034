"""Reading a panel for a synthetic control: whole paths or none, and every one left out is named."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.errors import InputError, TrapError
from gzcounty.words import counted, listed

from ._matching import Importance, Units
from ._types import Array
from .panel import refuse_duplicates
from .sample import Sample, take_sample


def read_units(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    treated: object,
    start: object,
    donors: Sequence[object] | None,
    predictors: Sequence[str],
    importance: Importance,
    demean: bool,
) -> tuple[Units, list[str]]:
    """Return the units, the treated one first, and notes on what was left out."""
    sample = take_sample(data, numeric=[y], keys=[entity, time])
    refuse_duplicates(sample, entity, time)
    units, times = sample.keys[entity].levels, _in_order(sample, time)
    place = _find(units, treated, entity)
    chosen = _pool(units, place, entity, donors)
    wide = _wide(sample, y, entity, time, units, times)
    notes = list(sample.notes)

    known = ~np.isnan(wide[:, place])
    lost = times[~known & ~np.isnan(wide[:, chosen]).all(axis=1)]
    if len(lost):
        notes.append(
            f"{counted(len(lost), 'period')} left out because {str(treated)!r} has no {y} then: "
            f"{listed(lost, 12)}."
        )
    wide, times = wide[known], times[known]
    before = _periods_before(times, start, time, treated)
    matrices = [_predictor(data, name, entity, time, units, times) for name in predictors]
    stacked = np.stack(matrices) if matrices else np.empty((0, *wide.shape))

    whole = ~np.isnan(wide[:, chosen]).any(axis=0)
    lacking = units[chosen[~whole]]
    if len(lacking):
        notes.append(
            f"{counted(len(lacking), 'donor')} left out for missing {y} in some of the "
            f"{counted(len(times), 'period')}: {listed(lacking, 12)}."
        )
    chosen = chosen[whole]
    everyone = np.append(place, chosen).astype(np.intp)
    found = Units(
        wide[:, everyone], times, units[everyone], before, stacked[:, :, everyone],
        importance, demean, sample.notes,
    )  # fmt: skip
    if predictors:
        found, more = _with_predictors(found, predictors)
        notes += more
    left = len(found.units) - 1
    if left < 2:
        raise InputError(
            f"A synthetic control needs at least two donors with {y} in all "
            f"{counted(len(times), 'period')} of the treated unit; there "
            f"{'is 1' if left else 'are none'}."
        )
    return found, notes


def _in_order(sample: Sample, time: str) -> pd.Index:
    levels = sample.keys[time].levels
    try:
        return levels.sort_values()
    except TypeError:
        raise InputError(
            f"The values of {time!r} cannot be put in order: {listed(levels)}."
        ) from None


def _find(units: pd.Index, treated: object, entity: str) -> int:
    if isinstance(treated, (list, tuple, set, np.ndarray, pd.Series, pd.Index)):
        raise InputError(
            f"treated must be one value of {entity!r}, not {len(treated)}: a synthetic control is "
            "made for one unit; for several, make one each."
        )
    if treated in units:
        return int(units.get_loc(treated))
    alike = [unit for unit in units if str(unit) == str(treated)]
    hint = (
        f" It has {alike[0]!r}, of type {type(alike[0]).__name__}."
        if alike
        else f" It has {listed(units)}."
    )
    raise InputError(f"{entity!r} has no unit {treated!r} with a known outcome.{hint}")


def _pool(units: pd.Index, place: int, entity: str, donors: Sequence[object] | None) -> np.ndarray:
    """Positions of the donors: those named, or everybody but the treated unit."""
    if donors is None:
        return np.delete(np.arange(len(units)), place)
    names: list[Any] = [donors] if isinstance(donors, str) else list(donors)
    if units[place] in names:
        raise InputError(f"The treated unit {str(units[place])!r} cannot be its own donor.")
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise InputError(f"Each donor may be named once; {listed(repeated)} stand more often.")
    absent = [name for name in names if name not in units]
    if absent:
        raise InputError(
            f"{entity!r} has no unit {listed(absent)} with a known outcome to serve as a donor."
        )
    return np.array([units.get_loc(name) for name in names], dtype=np.intp)


def _wide(
    sample: Sample, column: str, entity: str, time: str, units: pd.Index, times: pd.Index
) -> Array:
    """Values by period and unit, NaN where there is no row."""
    wide = np.full((len(times), len(units)), np.nan)
    rows = times.get_indexer(sample.keys[time].levels)[sample.keys[time].codes]
    columns = units.get_indexer(sample.keys[entity].levels)[sample.keys[entity].codes]
    inside = (rows >= 0) & (columns >= 0)
    wide[rows[inside], columns[inside]] = sample.numbers[column].to_numpy()[inside]
    return wide


def _predictor(
    data: pd.DataFrame, column: str, entity: str, time: str, units: pd.Index, times: pd.Index
) -> Array:
    return _wide(
        take_sample(data, [column], keys=[entity, time]), column, entity, time, units, times
    )


def _periods_before(times: pd.Index, start: Any, time: str, treated: object) -> int:  # noqa: ANN401
    if start not in times:
        raise InputError(
            f"start must be one of the periods in which {str(treated)!r} has an outcome, "
            f"{listed(times, 30)}, not {start!r}."
        )
    before = int(times.get_loc(start))
    if before == 0:
        raise TrapError(
            f"No period of {time!r} lies before {start!r}, so there is no path to match; choose a "
            "later start if the question allows it."
        )
    if before == 1:
        raise TrapError(
            f"Only one period of {time!r} lies before {start!r}: a level can be matched but no "
            "path, so nothing would show whether the match holds; at least two are needed."
        )
    return before


def _with_predictors(found: Units, names: Sequence[str]) -> tuple[Units, list[str]]:
    """Leave out donors without a predictor; refuse one that the treated unit lacks."""
    means = found.means()
    for name, row in zip(names, means, strict=True):
        if np.isnan(row[0]):
            raise InputError(
                f"The treated unit {str(found.units[0])!r} has no {name!r} before the start."
            )
    whole = ~np.isnan(means).any(axis=0)
    notes = []
    if not whole.all():
        notes.append(
            f"{counted(int((~whole).sum()), 'donor')} left out for predictors unknown in every "
            f"period before the start: {listed(found.units[~whole], 12)}."
        )
        found = Units(
            found.outcomes[:, whole], found.times, found.units[whole], found.before,
            found.predictors[:, :, whole], found.importance, found.demean, found.told,
        )  # fmt: skip
    for name, row in zip(names, found.means(), strict=True):
        if np.ptp(row) == 0:
            raise InputError(
                f"The predictor {name!r} has the same mean in every unit; leave it out."
            )
    return found, notes
