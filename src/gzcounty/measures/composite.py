"""A composite index: one number a unit from several indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ._matrix import as_weights
from ._rescale import Directions, rescale, said


def composite_index(
    X: pd.DataFrame,
    weights: Mapping[Any, float] | pd.Series | None = None,
    directions: Directions = None,
    shift: float = 0.0,
) -> pd.Series:
    r"""Weighted sum of indicators, unit by unit.

    .. math:: S_i = \sum_j w_j r_{ij}, \qquad \sum_j w_j = 1

    with :math:`r` the indicators as they are, or rescaled as in `entropy_weights`; use the same
    `directions` and `shift` for both. Some papers print 100 times this index.

    An index rescaled over one set of units and years says nothing about another set: add a county
    and every value can move. A high value of one indicator makes up for a low one of another.

    Parameters
    ----------
    X : DataFrame, shape (n, m)
        One row a unit, one column an indicator.
    weights : dict or Series, optional
        One weight a column, by name, zero or more; they are divided by their sum. Equal if not
        given.
    directions : 1, -1, sequence or dict of them, optional
        As in `entropy_weights`; without it `X` is used as it is and must lie between 0 and 1.
    shift : float, default 0
        As in `entropy_weights`.

    Returns
    -------
    Series, shape (n,)
        Named "composite", on the index of `X`; between `shift` and 1 - `shift` if rescaled.
        ``attrs["notes"]`` says how indicators were scaled, ``attrs["weights"]`` has the weights.

    Raises
    ------
    InputError
        As `entropy_weights` for `X`; for values outside 0 to 1 without `directions`; for weights
        that are negative, all zero, missing, or of other columns.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020").set_index("adcode")
    >>> X = census[["schooling_years", "urban_share", "farm_share"]]
    >>> directions = {"schooling_years": 1, "urban_share": 1, "farm_share": -1}
    >>> index = gz.composite_index(X, gz.entropy_weights(X, directions), directions)
    >>> index.round(3).nlargest(2).to_dict()
    {'520103': 0.987, '520102': 0.95}
    """
    scaled = rescale(X, directions, shift, high=1.0)
    share = as_weights(weights, X.columns)
    index = pd.Series(scaled.to_numpy() @ share.to_numpy(), index=X.index, name="composite")
    how = "Equal weights." if weights is None else "Weights divided by their sum."
    index.attrs = {
        "weights": {str(name): float(value) for name, value in share.items()},
        "notes": [said(directions, shift), how],
    }
    return index
