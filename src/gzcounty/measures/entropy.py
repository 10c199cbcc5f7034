"""Entropy weights (熵权): an indicator weighs more the more it tells units apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gzcounty.words import counted

from ._rescale import Directions, refuse_constant, rescale, said


def entropy_weights(
    X: pd.DataFrame, directions: Directions = None, shift: float = 0.0
) -> pd.Series:
    r"""Weights of indicators by the entropy of their distribution over units.

    .. math::
        p_{ij} = \frac{r_{ij}}{\sum_i r_{ij}}, \qquad
        e_j = -\frac{1}{\ln n} \sum_i p_{ij} \ln p_{ij}, \qquad
        w_j = \frac{1 - e_j}{\sum_j (1 - e_j)}

    with :math:`0 \ln 0 = 0` (Shannon 1948, Bell System Technical Journal 27, 379-423, for the
    entropy). :math:`r` is `X` itself, or `X` rescaled by minimum and maximum to
    [shift, 1 - shift]: :math:`r = s + (1 - 2s)(x - \min)/(\max - \min)` where more is better, and
    :math:`1 - r` where less is.

    The weights measure spread, not importance: one county that stands out gives its indicator a
    large weight. They also depend on the shift. Papers differ: many leave zeros (as here by
    default), some keep values off 0 and 1 as `shift` does, some add a constant such as 0.0001,
    0.01 or 1 after rescaling. Rankings can change with that choice; compare more than one.
    For several years stack them in one `X`; weights of single years are not comparable.

    Parameters
    ----------
    X : DataFrame, shape (n, m)
        One row a unit, one column an indicator.
    directions : 1, -1, sequence or dict of them, optional
        1 if more is better, -1 if less is: one for all, one a column in order, or by column name.
        If not given, `X` is used as it is: its values must then be zero or more, and point the
        same way. Weights do not depend on an indicator's unit either way.
    shift : float, default 0
        Distance that rescaled values keep from 0 and from 1; below 0.5.

    Returns
    -------
    Series, shape (m,)
        Weights by indicator, summing to one. ``attrs["entropy"]`` has each e by name,
        ``attrs["notes"]`` says how indicators were scaled.

    Raises
    ------
    InputError
        For fewer than two units, a constant indicator (named), missing or infinite values (row
        and column named), text or True/False, negative values used as they are, a column name
        twice, or directions of other columns.

    See Also
    --------
    gzcounty.composite_index : the index that the weights are for.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020").set_index("adcode")
    >>> X = census[["schooling_years", "urban_share", "farm_share"]]
    >>> weights = gz.entropy_weights(X, {"schooling_years": 1, "urban_share": 1, "farm_share": -1})
    >>> weights.round(3).to_dict()
    {'schooling_years': 0.351, 'urban_share': 0.433, 'farm_share': 0.216}
    """
    scaled = rescale(X, directions, shift)
    r = scaled.to_numpy()
    refuse_constant(scaled, r)
    n = len(r)
    p = r / r.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * np.log(p), 0.0)
    entropy = -terms.sum(axis=0) / np.log(n)
    # Rounding can put the entropy of an almost even indicator a hair above one.
    spread = np.maximum(1 - entropy, 0.0)
    weights = pd.Series(spread / spread.sum(), index=X.columns, name="weight")
    weights.attrs = {
        "entropy": {
            str(name): float(value) for name, value in zip(X.columns, entropy, strict=True)
        },
        "notes": [f"Entropy weights from {counted(n, 'unit')}.", said(directions, shift)],
    }
    return weights
