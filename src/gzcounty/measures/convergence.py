"""Sigma convergence: whether units grow more alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gzcounty.errors import InputError, TrapError
from gzcounty.words import counted, listed, told

from ._matrix import as_matrix
from .inequality import gini, theil


def sigma_convergence(data: pd.DataFrame, y: str, entity: str, time: str) -> pd.DataFrame:
    r"""Dispersion of a variable over units, year by year, over the same units throughout.

    Sigma convergence is a fall of the standard deviation of :math:`\ln y` over time (Barro and
    Sala-i-Martin 1992, Journal of Political Economy 100, 223-251). Units that lack a year would
    change the dispersion by coming and going, so only those with every year count.

    No interval goes with it: these are all the units, and the same ones every year, so that years
    are not independent. Incomes of survey averages also carry error, which adds to the dispersion.

    Parameters
    ----------
    data : DataFrame
        One row a unit and year; choose the years before.
    y : str
        Column of values above zero, such as income per head. A row without a value is like no row.
    entity, time : str
        Columns that identify a row.

    Returns
    -------
    DataFrame
        One row a year: `time`, ``units``, ``sd_log`` (standard deviation of the logarithm, with
        n - 1), ``cv`` (standard deviation over mean, with n - 1), ``gini`` and ``theil`` (each
        unit once, as in `gzcounty.gini`). ``attrs["notes"]`` names the units left out.

    Raises
    ------
    InputError
        For columns that are missing or not numeric, values not above zero or infinite (row
        named), an entity with two rows in one year, or missing identifiers.
    TrapError
        If fewer than two units have every year: there is no constant sample to compare.

    See Also
    --------
    gzcounty.beta_convergence : whether poorer units grow faster.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel().query("year in (2014, 2023)")
    >>> table = gz.sigma_convergence(panel, "rural_income", "adcode", "year")
    >>> table.round(3)
       year  units  sd_log     cv   gini  theil
    0  2014     60   0.114  0.119  0.063  0.007
    1  2023     60   0.106  0.110  0.059  0.006
    """
    known = _known(data, y, entity, time)
    wide = known.pivot(index=time, columns=entity, values=y).sort_index()
    full = wide.columns[wide.notna().all()]
    if len(full) < 2:
        raise TrapError(
            f"{counted(len(full), 'unit')} of {entity} has {y!r} in all of {listed(wide.index, 20)}"
            ", so that no two can be followed throughout; choose fewer years."
        )
    kept = wide[full]
    rows = []
    for year, values in zip(kept.index, kept.to_numpy(), strict=True):
        rows.append(
            {
                time: year,
                "units": len(values),
                "sd_log": np.log(values).std(ddof=1),
                "cv": values.std(ddof=1) / values.mean(),
                "gini": gini(values),
                "theil": theil(values).total,
            }
        )
    table = pd.DataFrame(rows)
    every = pd.Index(data[entity].unique())
    left = every.difference(full, sort=False)
    notes = told(data)
    notes.append(f"{counted(len(full), 'unit')} with {y} in each of {len(kept)} years.")
    if len(left):
        notes.append(f"Left out {counted(len(left), 'unit')} without every year: {listed(left)}.")
    table.attrs = {"notes": notes}
    return table


def _known(data: pd.DataFrame, y: str, entity: str, time: str) -> pd.DataFrame:
    """Rows with a value, checked."""
    if not isinstance(data, pd.DataFrame):
        raise InputError(f"data must be a pandas DataFrame, not {type(data).__name__}.")
    names = [y, entity, time]
    if len(set(names)) < 3:
        raise InputError(f"y, entity and time must be three different columns, not {names!r}.")
    absent = [name for name in names if name not in data.columns]
    if absent:
        raise InputError(
            f"The data have no column {listed(absent)}; there are {listed(data.columns, 12)}."
        )
    for name in names:
        if isinstance(data[name], pd.DataFrame):
            raise InputError(f"The data have more than one column called {name!r}.")
    for name in (entity, time):
        if data[name].isna().any():
            count = int(data[name].isna().sum())
            raise InputError(f"{name!r} is missing in {counted(count, 'row')}.")
    again = data.duplicated([entity, time])
    if again.any():
        row = data.loc[again].iloc[0]
        raise InputError(
            f"Each {entity} and {time} may have one row; {str(row[entity])!r} has more than one "
            f"in {row[time]}."
        )
    known = data.loc[data[y].notna(), names]
    if known.empty:
        raise InputError(f"No row has a value of {y!r}.")
    values = as_matrix(known[[y]], "data")[:, 0]
    wrong = np.flatnonzero(values <= 0)
    if wrong.size:
        row = known.iloc[wrong[0]]
        raise InputError(
            f"{y!r} is {values[wrong[0]]:g} for {str(row[entity])!r} in {row[time]} (and "
            f"{wrong.size - 1} more); logarithms need values above zero."
        )
    return known.assign(**{y: values})
