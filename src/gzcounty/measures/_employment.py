"""Employment by unit and industry, read from a wide or a long table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from ._matrix import as_matrix, require_same_names

Columns = tuple[str, str, str]


def as_employment(employment: pd.DataFrame, columns: Columns | None) -> pd.DataFrame:
    """Read counts as floats, one row a unit, one column an industry; no unit empty or twice.

    Parameters
    ----------
    employment : DataFrame
    columns : (unit, industry, employed), optional
        Names of the columns of a long table.
    """
    table = employment if columns is None else _widened(employment, columns)
    values = as_matrix(table, "employment", low=0.0, hint="write 0 where nobody is employed")
    twice = table.index[table.index.duplicated()].unique()
    if len(twice):
        raise InputError(f"employment has {listed(twice)} in more than one row.")
    empty = table.index[values.sum(axis=1) == 0]
    if len(empty):
        noun = "unit" if len(empty) == 1 else "units"
        raise InputError(
            f"Nobody is employed in {noun} {listed(empty)}, which so has no shares; leave it out."
        )
    return pd.DataFrame(values, index=table.index, columns=table.columns)


def as_reference(reference: pd.Series | None, table: pd.DataFrame) -> np.ndarray:
    """Return totals by industry: given, or the sum of the units."""
    if reference is None:
        return table.to_numpy().sum(axis=0)
    if not isinstance(reference, pd.Series):
        raise InputError(f"reference must be a Series by industry, not {type(reference).__name__}.")
    require_same_names(reference.index, table.columns, "reference")
    row = reference.loc[table.columns].to_frame("reference").T
    totals = as_matrix(row, "reference", low=0.0)[0]
    if totals.sum() == 0:
        raise InputError("The reference is zero in every industry.")
    return totals


def _widened(employment: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    if not isinstance(employment, pd.DataFrame):
        raise InputError(f"employment must be a pandas DataFrame, not {type(employment).__name__}.")
    if isinstance(columns, str) or len(columns) != 3:
        raise InputError("columns must name three columns: unit, industry and employed.")
    absent = [name for name in columns if name not in employment.columns]
    if absent:
        raise InputError(
            f"employment has no column {listed(absent)}; it has {listed(employment.columns, 12)}."
        )
    unit, industry, employed = columns
    for name in (unit, industry):
        unlabelled = int(employment[name].isna().sum())
        if unlabelled:
            raise InputError(f"{name!r} is missing in {counted(unlabelled, 'row')}.")
    again = employment.duplicated([unit, industry])
    if again.any():
        row = employment.loc[again].iloc[0]
        raise InputError(
            f"employment has {counted(int(again.sum()), 'row')} too many: {unit} "
            f"{str(row[unit])!r} has industry {str(row[industry])!r} more than once. Choose one "
            "year first."
        )
    table = employment.pivot(index=unit, columns=industry, values=employed)
    holes = int(table.size - len(employment))
    if holes:
        where = np.argwhere(table.isna().to_numpy())[0]
        raise InputError(
            f"employment lacks {counted(holes, 'row')}: {unit} {str(table.index[where[0]])!r} has "
            f"none for industry {str(table.columns[where[1]])!r}. Write 0 where nobody is employed."
        )
    return table
