"""Weights from coordinates, by great-circle distance."""

from typing import Literal, get_args

import numpy as np
import pandas as pd
import scipy.sparse as sp

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from .._types import Array
from ..sample import as_numbers, require_columns
from .ids import refuse_twins
from .standards import Standard
from .weights import Islands, SpatialWeights, make_weights

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
    k = _check_arguments(kind, k, km, power)
    require_columns(data, [id, lon, lat])
    ids = pd.Index(data[id])
    refuse_twins(ids)
    n = len(ids)
    if kind == "knn" and k >= n:
        raise InputError(f"k must be below the number of units, {n}, not {k}.")
    if n < 2:
        raise InputError(f"Weights need at least two units; the data have {counted(n, 'row')}.")
    points = _on_sphere(_degrees(data, lon, ids, 180), _degrees(data, lat, ids, 90))

    notes: list[str] = []
    if kind == "knn":
        matrix = _nearest(points, k)
        words = f"{k} nearest {'neighbour' if k == 1 else 'neighbours'}"
    else:
        if kind == "band" and km is None:
            km = float(_nearest_km(points).max()) * (1 + 1e-9)
            notes.append(f"Radius {km:.1f} km, the smallest that leaves no unit alone.")
        matrix = _within(points, km)
        if kind == "band":
            words = f"everyone within {km:,.1f} km"
            matrix.data[:] = 1.0
        else:
            _refuse_one_place(ids, matrix)
            matrix.data[:] = matrix.data**-power
            words = f"inverse distance to the power {power:g}"
            words += "" if km is None else f" within {km:,.1f} km"
    return make_weights(ids, matrix, words, standardise, islands, notes)


def _check_arguments(kind: str, k: int | None, km: float | None, power: float) -> int:
    if kind not in get_args(DistanceKind):
        raise InputError(f"kind must be one of {', '.join(get_args(DistanceKind))}, not {kind!r}.")
    if kind == "knn" and km is not None:
        raise InputError("km is for the kinds band and inverse; knn takes k alone.")
    if kind != "knn" and k is not None:
        raise InputError(f"k is for the kind knn; {kind} takes km.")
    k = 5 if k is None else k
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 1:
        raise InputError(f"k must be a whole number of at least 1, not {k!r}.")
    if km is not None and not (np.isfinite(km) and km > 0):
        raise InputError(f"km must be a distance above zero, not {km!r}.")
    if not (np.isfinite(power) and power > 0):
        raise InputError(f"power must be above zero, not {power!r}.")
    return int(k)


def _degrees(data: pd.DataFrame, column: str, ids: pd.Index, limit: int) -> Array:
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


def _on_sphere(lon: Array, lat: Array) -> Array:
    """Points on the unit sphere; straight lines between them rank like great circles."""
    lam, phi = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _to_km(chord: Array) -> Array:
    return 2 * EARTH * np.arcsin(np.minimum(chord / 2, 1))


def _nearest(points: Array, k: int) -> sp.csr_array:
    from scipy.spatial import cKDTree

    n = len(points)
    _, found = cKDTree(points).query(points, k=k + 1)
    # A unit finds itself, but not always first where two stand in one place.
    strangers = found != np.arange(n)[:, None]
    strangers &= np.cumsum(strangers, axis=1) <= k
    columns = found[strangers]
    rows = np.repeat(np.arange(n), k)
    return sp.csr_array((np.ones(n * k), (rows, columns)), shape=(n, n))


def _nearest_km(points: Array) -> Array:
    from scipy.spatial import cKDTree

    chord, _ = cKDTree(points).query(points, k=2)
    return _to_km(chord[:, 1])


def _within(points: Array, km: float | None) -> sp.csr_array:
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
        pairs = cKDTree(points).query_pairs(reach, output_type="ndarray")
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
