"""Differences between two years within units: a table of changes, for `ols`."""

from collections.abc import Sequence

import pandas as pd

from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import _
from gzcounty.words import counted, listed

from .panel import refuse_duplicates
from .sample import as_names, as_numbers, take_sample


def long_difference(
    data: pd.DataFrame,
    y: str | Sequence[str],
    entity: str,
    time: str,
    start: int,
    end: int,
    keep: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Change of one or several columns between two years, one row an entity.

    Parameters
    ----------
    data : DataFrame
        One row an entity and year.
    y : str or list of str
        Numeric columns to take differences of; take logarithms before.
    entity, time : str
        Columns that identify a row.
    start, end : int
        The two years, start before end.
    keep : str or list of str, optional
        Columns to carry along as they are in the start year, such as the prefecture or an
        exposure measured then.

    Returns
    -------
    DataFrame
        Columns `entity`, those of `keep`, and for each column of `y` its change (end less start)
        as ``d_<name>`` and its level in the start year as ``<name>_<start>``, sorted by entity.
        A value missing in either year leaves the change missing. ``attrs["notes"]`` names the
        units that lack one of the years; `ols` repeats it in its own notes.

    Raises
    ------
    InputError
        If columns are missing or not numeric, an entity has two rows in one year, `start` is not
        before `end`, or no entity has both years.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel()
    >>> change = gz.long_difference(panel, "rural_income", "adcode", "year", 2014, 2023)
    >>> change.dropna().head(2).round()
       adcode  d_rural_income  rural_income_2014
    4  520203          8476.0             6404.0
    6  520281          9120.0             6933.0
    >>> print(change.attrs["notes"][0])
    9 units of adcode without 2023 left out of the change 2014-2023: ...
    """
    names = as_names(y)
    carried = [name for name in as_names(keep) if name != entity]
    require_columns(data, [entity, time, *names, *carried])
    if not start < end:
        raise InputError("start must lie before end, not {start} and {end}.", start=start, end=end)
    chosen = data.loc[data[time].isin([start, end])]
    if chosen.empty:
        raise InputError("{time!r} has neither {start} nor {end}.", time=time, start=start, end=end)
    # Only the identifiers must be known; take_sample also notes rows without them.
    sample = take_sample(chosen, numeric=[], keys=[entity, time])
    refuse_duplicates(sample, entity, time)
    chosen = chosen.assign(**{name: as_numbers(chosen[name]) for name in names})
    chosen = chosen.loc[chosen[entity].notna()].set_index(entity)
    first = chosen[chosen[time] == start]
    last = chosen[chosen[time] == end]
    both = first.index.intersection(last.index).sort_values()
    if both.empty:
        raise InputError(
            "No {entity} has both {start} and {end}.", entity=entity, start=start, end=end
        )
    result = first.loc[both, carried].copy()
    for name in names:
        result[f"d_{name}"] = last.loc[both, name] - first.loc[both, name]
        result[f"{name}_{start}"] = first.loc[both, name]

    notes = list(sample.notes)
    for year, lacking in (
        (start, last.index.difference(both)),
        (end, first.index.difference(both)),
    ):
        if len(lacking):
            notes.append(_(
                "{units} of {entity} without {year} left out of the change {start}-{end}: {names}.",
                units=counted(len(lacking), "unit"), entity=entity, year=year, start=start,
                end=end, names=listed(lacking),
            ))  # fmt: skip
    result = result.reset_index()
    result.attrs = {"notes": notes}
    return result
