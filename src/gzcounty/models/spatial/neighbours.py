"""Weights from a table of neighbours."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from ..sample import as_numbers, require_columns
from .ids import refuse_twins
from .standards import Standard
from .weights import Islands, SpatialWeights, make_weights


def neighbour_weights(
    pairs: pd.DataFrame,
    i: str = "adcode_i",
    j: str = "adcode_j",
    ids: Iterable[Any] | None = None,
    values: str | None = None,
    standardise: Standard = "row",
    islands: Islands = "refuse",
    symmetric: bool = True,
) -> SpatialWeights:
    """Spatial weights from pairs of neighbours.

    Parameters
    ----------
    pairs : DataFrame
        Either one row a pair, in any order; or two rows a pair, one for each direction.
    i, j : str
        Columns with the ids of the two units.
    ids : iterable, optional
        All units, in the order wanted; needed if some have no neighbour. Not given: the units of
        the pairs, sorted.
    values : str, optional
        Column of weights, such as the length of the shared border. Not given: each pair counts 1.
    standardise : {"row", "spectral", "none"}
        Divide each row by its sum, so that a lag is a mean over neighbours; or all weights by the
        largest eigenvalue (Kelejian and Prucha 2010, Journal of Econometrics 157, 53-67), which
        keeps them symmetric; or nothing.
    islands : {"refuse", "keep"}
        What to do with units without neighbours.
    symmetric : bool, default True
        Whether i is j's neighbour whenever j is i's. False takes each row as i giving a weight to
        j, and nothing else.

    Returns
    -------
    SpatialWeights

    Raises
    ------
    InputError
        If a column is missing; an id is missing or not in `ids`; a unit is its own neighbour; a
        pair is repeated, or given both ways only for some pairs, or with unlike values; a weight
        is negative, missing or infinite, or all are zero; a unit has no neighbour.

    Examples
    --------
    >>> import gzcounty as gz
    >>> W = gz.neighbour_weights(gz.load_neighbours())
    >>> W
    Spatial weights: 88 units, 456 links, 5.18 neighbours on average, 0 islands
    - pairs of neighbours; rows sum to one.
    """
    require_columns(pairs, [i, j, *([values] if values else [])])
    for column in (i, j):
        lost = np.flatnonzero(pairs[column].isna())
        if lost.size:
            raise InputError(
                f"{column!r} is missing in {counted(lost.size, 'row')} of the pairs (first at "
                f"index {pairs.index[lost[0]]})."
            )
    units = _units(pairs, i, j, ids)
    rows, columns = units.get_indexer(pairs[i]), units.get_indexer(pairs[j])
    for column, places in ((i, rows), (j, columns)):
        if (places < 0).any():
            unknown = pairs.loc[places < 0, column].unique()
            raise InputError(f"Column {column!r} has {listed(unknown)}, not among the ids given.")
    selves = units[np.unique(rows[rows == columns])]
    if len(selves):
        raise InputError(f"{listed(selves)} would be a neighbour of itself; remove that row.")

    weight = np.ones(len(pairs)) if values is None else as_numbers(pairs[values])
    bad = np.flatnonzero(np.isnan(weight) | (weight < 0))
    if bad.size:
        pair = listed([units[rows[bad[0]]], units[columns[bad[0]]]])
        raise InputError(
            f"Column {values!r} is {weight[bad[0]]:g} for the pair {pair}; weights must be known "
            "and not negative."
        )
    _refuse_repeated(units, rows, columns)
    shape = (len(units), len(units))
    matrix = sp.csr_array((weight, (rows, columns)), shape=shape)
    if symmetric:
        matrix = _both_ways(units, matrix, rows, columns)
    notes = []
    zeros = int(np.sum(weight == 0))
    if zeros and zeros < len(weight):
        notes.append(f"{counted(zeros, 'row')} with weight zero: no neighbours.")
    kind = "pairs of neighbours" if values is None else f"pairs of neighbours weighted by {values}"
    return make_weights(units, matrix, kind, standardise, islands, notes)


def _units(pairs: pd.DataFrame, i: str, j: str, ids: Iterable[Any] | None) -> pd.Index:
    if ids is not None:
        units = pd.Index(list(ids))
        refuse_twins(units)
        return units
    units = pd.Index(pd.unique(pd.concat([pairs[i], pairs[j]], ignore_index=True)))
    try:
        return units.sort_values()
    except TypeError:
        raise InputError(
            f"Columns {i!r} and {j!r} mix text and numbers; write all ids as text."
        ) from None


def _refuse_repeated(units: pd.Index, rows: np.ndarray, columns: np.ndarray) -> None:
    code = rows.astype(np.int64) * len(units) + columns
    repeated = np.flatnonzero(pd.Series(code).duplicated())
    if repeated.size:
        pair = listed([units[rows[repeated[0]]], units[columns[repeated[0]]]])
        raise InputError(
            f"The pair {pair} stands more than once in the same order "
            f"({counted(repeated.size, 'such row')}); each may be given once."
        )


def _both_ways(
    units: pd.Index, matrix: sp.csr_array, rows: np.ndarray, columns: np.ndarray
) -> sp.csr_array:
    """Mirror pairs that are given once; check pairs that are given both ways."""
    n = len(units)
    there = rows.astype(np.int64) * n + columns
    back = columns.astype(np.int64) * n + rows
    single = np.flatnonzero(~np.isin(back, there))
    if single.size == len(rows):
        return sp.csr_array(matrix + matrix.T)
    if single.size:
        pair = listed([units[rows[single[0]]], units[columns[single[0]]]])
        raise InputError(
            f"The pair {pair} is given one way only, others both ways "
            f"({counted(single.size, 'such pair')}); give all once, all both ways, or say "
            "symmetric=False."
        )
    gap = abs(matrix - matrix.T).tocoo()
    unlike = np.flatnonzero(gap.data > 1e-9 * abs(matrix).max())
    if unlike.size:
        a, b = int(gap.row[unlike[0]]), int(gap.col[unlike[0]])
        raise InputError(
            f"The pair {listed([units[a], units[b]])} has the weight {matrix[a, b]:g} one way and "
            f"{matrix[b, a]:g} the other; make them equal, or say symmetric=False."
        )
    return matrix
