"""Obstacle degree (障碍度): which indicators hold a unit's index down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.words import counted

from ._matrix import as_weights
from ._rescale import Directions, rescale, said


def obstacle_degree(
    X: pd.DataFrame,
    weights: Mapping[Any, float] | pd.Series | None = None,
    directions: Directions = None,
    share: bool = True,
) -> pd.DataFrame:
    r"""Shortfall of each indicator from its best, weighted.

    .. math::
        O_{ij} = w_j (1 - x_{ij}), \qquad
        \text{as a share: } \frac{w_j (1 - x_{ij})}{\sum_j w_j (1 - x_{ij})}

    The share is what papers call obstacle degree: of all that keeps this unit's index from 1, the
    part that this indicator accounts for. It is arithmetic, not cause. Obstacle degrees of a
    subsystem are the sums over its indicators.

    Parameters
    ----------
    X : DataFrame, shape (n, m)
        One row a unit, one column an indicator: values from 0 to 1 with 1 the best, or raw values
        with `directions`.
    weights : dict or Series, optional
        One weight a column, by name, such as from `entropy_weights`; divided by their sum. Equal
        if not given.
    directions : 1, -1, sequence or dict of them, optional
        As in `entropy_weights`: rescales `X` by minimum and maximum first.
    share : bool, default True
        Each row as shares that sum to one. False gives the shortfalls themselves, which sum to
        one less the composite index.

    Returns
    -------
    DataFrame, shape (n, m)
        On the index and columns of `X`. A unit that is best in everything has no shortfall, so
        its shares are missing. ``attrs["notes"]`` counts such units.

    Raises
    ------
    InputError
        As `composite_index`.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020").set_index("adcode")
    >>> X = census[["schooling_years", "urban_share", "farm_share"]]
    >>> gz.obstacle_degree(X, directions=[1, 1, -1]).loc["522632"].round(3).to_dict()
    {'schooling_years': 0.386, 'urban_share': 0.409, 'farm_share': 0.205}
    """
    values = rescale(X, directions, 0.0, high=1.0).to_numpy()
    shortfall = (1 - values) * as_weights(weights, X.columns).to_numpy()
    notes = [said(directions, 0.0)]
    if share:
        total = shortfall.sum(axis=1, keepdims=True)
        perfect = int((total == 0).sum())
        with np.errstate(invalid="ignore"):
            shortfall = shortfall / total
        if perfect:
            notes.append(f"{counted(perfect, 'unit')} without any shortfall: no shares.")
    result = pd.DataFrame(shortfall, index=X.index, columns=X.columns)
    result.attrs = {"notes": notes}
    return result
