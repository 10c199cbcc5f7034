"""Spatial weights from a table of neighbours, or from coordinates by great-circle distance."""

from collections.abc import Hashable, Iterable
from typing import Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp

from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from .._types import Array
from ..sample import as_names, as_numbers
from .weights import Islands, SpatialWeights, Standard, make_weights, refuse_twins

DistanceKind = Literal["knn", "band", "inverse"]
# Mean radius of the earth in km (International Union of Geodesy and Geophysics).
EARTH = 6371.0088
# Every pair of more units than that would not fit into memory.
MOST_PAIRED = 5_000


def distance_weights(
    data: pd.DataFrame,
    id: str = "adcode",
    lon: str = "lon",
    lat: str = "lat",
    kind: DistanceKind = "knn",
    k: int | None = None,
    km: float | None = None,
    power: float = 1.0,
    standardise: Standard = "row",
    islands: Islands = "refuse",
) -> SpatialWeights:
    """Spatial weights from longitude and latitude.

    Distances are great-circle distances on a sphere of radius 6,371.0088 km.

    Parameters
    ----------
    data : DataFrame
        One row a unit.
    id, lon, lat : str
        Columns with the id, and with coordinates in degrees.
    kind : {"knn", "band", "inverse"}
        The k nearest neighbours; everyone within `km`; or everyone (within `km`, if given) with
        weight ``distance ** -power``.
    k : int, optional
        Number of neighbours with "knn"; 5 if not given.
    km : float, optional
        Radius. With "band" and none given, the smallest that leaves nobody alone.
    power : float, default 1
        With "inverse".
    standardise, islands
        As in `neighbour_weights`.

    Returns
    -------
    SpatialWeights
        Nearest neighbours are not mutual: those weights are not symmetric.

    Raises
    ------
    InputError
        If a column is missing, an id is missing or repeated, a coordinate is missing or outside
        the globe, arguments do not fit `kind`, a unit has no neighbour, or two units of "inverse"
        stand in one place.

    Examples
    --------
    >>> import gzcounty as gz
    >>> gz.distance_weights(gz.load_geography(), kind="knn", k=6)
    Spatial weights: 88 units, 528 links, 6.00 neighbours on average, 0 islands
    - 6 nearest neighbours; rows sum to one.
    """
    k = _check_arguments(kind, k, km)
    require_columns(data, [id, lon, lat])
    ids = pd.Index(data[id])
    refuse_twins(ids)
    n = len(ids)
    if kind == "knn" and k >= n:
        raise InputError(f"k must be below the number of units, {n}, not {k}.")
    if n < 2:
        raise InputError(f"Weights need at least two units; the data have {counted(n, 'row')}.")
    points = on_sphere(degrees(data, lon, ids, 180), degrees(data, lat, ids, 90))

    notes: list[str] = []
    if kind == "knn":
        matrix = _nearest(points, k)
        words = f"{k} nearest {'neighbour' if k == 1 else 'neighbours'}"
    else:
        if kind == "band" and km is None:
            km = float(_nearest_km(points).max()) * (1 + 1e-9)
            notes.append(f"Radius {km:.1f} km, the smallest that leaves no unit alone.")
        matrix = within_km(points, km)
        if kind == "band":
            words = f"everyone within {km:,.1f} km"
            matrix.data[:] = 1.0
        else:
            _refuse_one_place(ids, matrix)
            matrix.data[:] = matrix.data**-power
            words = f"inverse distance to the power {power:g}"
            words += "" if km is None else f" within {km:,.1f} km"
    return make_weights(ids, matrix, words, standardise, islands, notes)


def _check_arguments(kind: str, k: int | None, km: float | None) -> int:
    if kind == "knn" and km is not None:
        raise InputError("km is for the kinds band and inverse; knn takes k alone.")
    if kind != "knn" and k is not None:
        raise InputError(f"k is for the kind knn; {kind} takes km.")
    return 5 if k is None else k


def degrees(data: pd.DataFrame, column: str, ids: pd.Index, limit: int) -> Array:
    """Return a column of degrees; refuse missing ones and those beyond the limit."""
    values = as_numbers(data[column])
    wrong = np.flatnonzero(np.isnan(values) | (np.abs(values) > limit))
    if wrong.size:
        first = values[wrong[0]]
        fault = "missing" if np.isnan(first) else f"{first:g}"
        hint = "" if np.isnan(first) else "; are longitude and latitude swapped, or in metres?"
        raise InputError(
            f"{column!r} is {fault} for {listed(ids[wrong])}; degrees lie between {-limit} and "
            f"{limit}{hint}" + ("." if not hint else "")
        )
    return values


def on_sphere(lon: Array, lat: Array) -> Array:
    """Points on the unit sphere; straight lines between them rank like great circles."""
    lam, phi = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _to_km(chord: Array) -> Array:
    return 2 * EARTH * np.arcsin(np.minimum(chord / 2, 1))


def _nearest(points: Array, k: int) -> sp.csr_array:
    from scipy.spatial import cKDTree

    n = len(points)
    _, nearest = cKDTree(points).query(points, k=k + 1)
    # A unit finds itself, but not always first where two stand in one place.
    strangers = nearest != np.arange(n)[:, None]
    strangers &= np.cumsum(strangers, axis=1) <= k
    columns = nearest[strangers]
    rows = np.repeat(np.arange(n), k)
    return sp.csr_array((np.ones(n * k), (rows, columns)), shape=(n, n))


def _nearest_km(points: Array) -> Array:
    from scipy.spatial import cKDTree

    chord, _ = cKDTree(points).query(points, k=2)
    return _to_km(chord[:, 1])


def within_km(points: Array, km: float | None) -> sp.csr_array:
    """Distances in km to everyone within a radius, or to everyone."""
    from scipy.spatial import cKDTree

    n = len(points)
    if km is None:
        if n > MOST_PAIRED:
            raise InputError(
                f"Weights between all of {counted(n, 'unit')} would be too many (at most "
                f"{MOST_PAIRED:,}); give km."
            )
        pairs = np.column_stack(np.triu_indices(n, 1))
    else:
        reach = 2 * np.sin(min(km / (2 * EARTH), np.pi / 2))
        tree = cKDTree(points)
        if tree.count_neighbors(tree, reach) > MOST_PAIRED**2:
            raise InputError(
                f"Within {km:g} km of each other lie too many pairs of places (at most "
                f"{MOST_PAIRED**2 // 2:,}); take a smaller radius."
            )
        pairs = tree.query_pairs(reach, output_type="ndarray")
    distance = _to_km(np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1))
    rows, columns = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    return sp.csr_array((np.r_[distance, distance], (rows, columns)), shape=(n, n))


def _refuse_one_place(ids: pd.Index, matrix: sp.csr_array) -> None:
    same = np.flatnonzero(matrix.data < 1e-6)
    if same.size:
        row = np.searchsorted(matrix.indptr, same[0], side="right") - 1
        raise InputError(
            f"{listed([ids[row], ids[matrix.indices[same[0]]]])} stand in one place, where inverse "
            "distance has no value; move one, or use knn or band."
        )


def neighbour_weights(
    pairs: pd.DataFrame,
    i: str = "adcode_i",
    j: str = "adcode_j",
    ids: Iterable[Hashable] | None = None,
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
    require_columns(pairs, [i, j, *as_names(values)])
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


def _units(pairs: pd.DataFrame, i: str, j: str, ids: Iterable[Hashable] | None) -> pd.Index:
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
