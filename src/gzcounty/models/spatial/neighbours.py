"""Spatial weights from a table of neighbours, or from coordinates by great-circle distance."""

from collections.abc import Hashable, Iterable
from typing import Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp

from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
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
    if kind == "knn" and km is not None:
        raise InputError("km is for the kinds band and inverse; knn takes k alone.")
    if kind != "knn" and k is not None:
        raise InputError("k is for the kind knn; {kind} takes km.", kind=kind)
    k = 5 if k is None else k
    require_columns(data, [id, lon, lat])
    ids = pd.Index(data[id])
    refuse_twins(ids)
    n = len(ids)
    if kind == "knn" and k >= n:
        raise InputError("k must be below the number of units, {n}, not {k}.", n=n, k=k)
    if n < 2:
        raise InputError(
            "Weights need at least two units; the data have {rows}.", rows=counted(n, "row")
        )
    points = on_sphere(degrees(data, lon, ids, 180), degrees(data, lat, ids, 90))

    notes: list[str] = []
    if kind == "knn":
        matrix = _nearest(points, k)
        words = _n("{n} nearest neighbour", "{n} nearest neighbours", k)
    else:
        if kind == "band" and km is None:
            from scipy.spatial import cKDTree

            chord, __ = cKDTree(points).query(points, k=2)
            km = float(_to_km(chord[:, 1]).max()) * (1 + 1e-9)
            notes.append(_("Radius {km:.1f} km, the smallest that leaves no unit alone.", km=km))
        matrix = within_km(points, km)
        if kind == "band":
            words = _("everyone within {km:,.1f} km", km=km)
            matrix.data[:] = 1.0
        else:
            _refuse_one_place(ids, matrix)
            matrix.data[:] = matrix.data**-power
            everyone = N_("inverse distance to the power {power:g}")
            near = N_("inverse distance to the power {power:g} within {km:,.1f} km")
            words = _(everyone if km is None else near, power=power, km=km)
    return make_weights(ids, matrix, words, standardise, islands, notes)


def degrees(data: pd.DataFrame, column: str, ids: pd.Index, limit: int) -> Array:
    """Return a column of degrees; refuse missing ones and those beyond the limit."""
    values = as_numbers(data[column])
    wrong = np.flatnonzero(np.isnan(values) | (np.abs(values) > limit))
    if wrong.size:
        missing = N_("{column!r} is missing for {names}; degrees lie between {low} and {high}.")
        beyond = N_(
            "{column!r} is {value:g} for {names}; degrees lie between {low} and {high}; are "
            "longitude and latitude swapped, or in metres?"
        )
        first = values[wrong[0]]
        raise InputError(
            missing if np.isnan(first) else beyond,
            column=column, value=first, names=listed(ids[wrong]), low=-limit, high=limit,
        )  # fmt: skip
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
    __, nearest = cKDTree(points).query(points, k=k + 1)
    # A unit finds itself, but not always first where two stand in one place.
    strangers = nearest != np.arange(n)[:, None]
    strangers &= np.cumsum(strangers, axis=1) <= k
    columns = nearest[strangers]
    rows = np.repeat(np.arange(n), k)
    return sp.csr_array((np.ones(n * k), (rows, columns)), shape=(n, n))


def within_km(points: Array, km: float | None) -> sp.csr_array:
    """Distances in km to everyone within a radius, or to everyone."""
    from scipy.spatial import cKDTree

    n = len(points)
    if km is None:
        if n > MOST_PAIRED:
            raise InputError(
                "Weights between all of {units} would be too many (at most {most:,}); give km.",
                units=counted(n, "unit"), most=MOST_PAIRED,
            )  # fmt: skip
        pairs = np.column_stack(np.triu_indices(n, 1))
    else:
        reach = 2 * np.sin(min(km / (2 * EARTH), np.pi / 2))
        tree = cKDTree(points)
        if tree.count_neighbors(tree, reach) > MOST_PAIRED**2:
            raise InputError(
                "Within {km:g} km of each other lie too many pairs of places (at most "
                "{most:,}); take a smaller radius.",
                km=km, most=MOST_PAIRED**2 // 2,
            )  # fmt: skip
        pairs = tree.query_pairs(reach, output_type="ndarray")
    distance = _to_km(np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1))
    rows, columns = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    return sp.csr_array((np.r_[distance, distance], (rows, columns)), shape=(n, n))


def _refuse_one_place(ids: pd.Index, matrix: sp.csr_array) -> None:
    same = np.flatnonzero(matrix.data < 1e-6)
    if same.size:
        row = np.searchsorted(matrix.indptr, same[0], side="right") - 1
        raise InputError(
            "{names} stand in one place, where inverse distance has no value; move one, or use knn "
            "or band.",
            names=listed([ids[row], ids[matrix.indices[same[0]]]]),
        )  # fmt: skip


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
                "{column!r} is missing in {rows} of the pairs (first at index {index}).",
                column=column, rows=counted(lost.size, "row"), index=pairs.index[lost[0]],
            )  # fmt: skip
    units = _units(pairs, i, j, ids)
    rows, columns = units.get_indexer(pairs[i]), units.get_indexer(pairs[j])
    for column, places in ((i, rows), (j, columns)):
        if (places < 0).any():
            unknown = pairs.loc[places < 0, column].unique()
            raise InputError(
                "Column {column!r} has {names}, not among the ids given.",
                column=column, names=listed(unknown),
            )  # fmt: skip
    selves = units[np.unique(rows[rows == columns])]
    if len(selves):
        raise InputError(
            "{names} would be a neighbour of itself; remove that row.", names=listed(selves)
        )

    weight = np.ones(len(pairs)) if values is None else as_numbers(pairs[values])
    bad = np.flatnonzero(np.isnan(weight) | (weight < 0))
    if bad.size:
        pair = _pair(units, rows, columns, bad[0])
        raise InputError(
            "Column {column!r} is {value:g} for the pair {pair}; weights must be known and not "
            "negative.",
            column=values, value=weight[bad[0]], pair=pair,
        )  # fmt: skip
    repeated = np.flatnonzero(pd.DataFrame({"i": rows, "j": columns}).duplicated())
    if repeated.size:
        pair = _pair(units, rows, columns, repeated[0])
        raise InputError(
            "The pair {pair} stands more than once in the same order ({rows}); each may "
            "be given once.",
            pair=pair, rows=counted(repeated.size, "such row"),
        )  # fmt: skip
    shape = (len(units), len(units))
    matrix = sp.csr_array((weight, (rows, columns)), shape=shape)
    if symmetric:
        matrix = _both_ways(units, matrix, rows, columns)
    notes = []
    zeros = int(np.sum(weight == 0))
    if zeros and zeros < len(weight):
        notes.append(_("{rows} with weight zero: no neighbours.", rows=counted(zeros, "row")))
    kind = _("pairs of neighbours")
    if values is not None:
        kind = _("pairs of neighbours weighted by {column}", column=values)
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
            "Columns {i!r} and {j!r} mix text and numbers; write all ids as text.", i=i, j=j
        ) from None


def _pair(units: pd.Index, rows: np.ndarray, columns: np.ndarray, at: int) -> str:
    """Name the units of one pair."""
    return listed([units[rows[at]], units[columns[at]]])


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
        pair = _pair(units, rows, columns, single[0])
        raise InputError(
            "The pair {pair} is given one way only, others both ways ({pairs}); give all "
            "once, all both ways, or say symmetric=False.",
            pair=pair, pairs=counted(single.size, "such pair"),
        )  # fmt: skip
    gap = abs(matrix - matrix.T).tocoo()
    unlike = np.flatnonzero(gap.data > 1e-9 * abs(matrix).max())
    if unlike.size:
        at = unlike[0]
        a, b = int(gap.row[at]), int(gap.col[at])
        raise InputError(
            "The pair {pair} has the weight {one:g} one way and {other:g} the other; make "
            "them equal, or say symmetric=False.",
            pair=_pair(units, gap.row, gap.col, at), one=matrix[a, b], other=matrix[b, a],
        )  # fmt: skip
    return matrix
