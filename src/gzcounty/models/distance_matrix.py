"""Distances between all pairs of places."""

import numpy as np
import pandas as pd

from gzcounty.errors import InputError

from .sample import require_columns
from .spatial.distances import EARTH, MOST_PAIRED, _degrees
from .spatial.ids import refuse_twins


def distance_matrix(
    data: pd.DataFrame, id: str = "adcode", lon: str = "lon", lat: str = "lat"
) -> pd.DataFrame:
    r"""Great-circle distance between every pair of places, in km.

    .. math:: d = 2 R \arcsin \sqrt{\sin^2 \tfrac{\Delta\phi}{2}
              + \cos\phi_1 \cos\phi_2 \sin^2 \tfrac{\Delta\lambda}{2}}

    (the haversine formula: Sinnott 1984, Sky and Telescope 68, 159) on a sphere of radius
    6,371.0088 km. Straight lines over the ground, not roads: in mountains a road is longer.

    Parameters
    ----------
    data : DataFrame
        One row a place.
    id, lon, lat : str
        Columns with the id, and with coordinates in degrees.

    Returns
    -------
    DataFrame, places by places
        Symmetric, zero in the diagonal.

    Raises
    ------
    InputError
        If a column is missing, an id is missing or repeated, a coordinate is missing or outside
        the globe, or there are more than 5,000 places.

    Examples
    --------
    >>> import gzcounty as gz
    >>> kilometres = gz.distance_matrix(gz.load_geography())
    >>> round(kilometres.loc["522632", "522630"])  # Rongjiang to Taijiang
    69
    """
    require_columns(data, [id, lon, lat])
    ids = pd.Index(data[id], name=id)
    refuse_twins(ids)
    if len(ids) > MOST_PAIRED:
        raise InputError(f"{len(ids):,} places are too many for a matrix; at most {MOST_PAIRED:,}.")
    x = np.radians(_degrees(data, lon, ids, 180))
    y = np.radians(_degrees(data, lat, ids, 90))
    half = np.sin((y[:, None] - y) / 2) ** 2
    half += np.cos(y[:, None]) * np.cos(y) * np.sin((x[:, None] - x) / 2) ** 2
    # Rounding can lift the half-chord of opposite points above one.
    kilometres = 2 * EARTH * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return pd.DataFrame(kilometres, index=ids, columns=ids.rename(None))
