"""Coupling coordination degree (耦合协调度) of several subsystems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted

from ._matrix import Array, as_matrix, as_weights

LEVELS = {
    "extreme imbalance": "极度失调",
    "severe imbalance": "严重失调",
    "moderate imbalance": "中度失调",
    "mild imbalance": "轻度失调",
    "near imbalance": "濒临失调",
    "bare coordination": "勉强协调",
    "primary coordination": "初级协调",
    "intermediate coordination": "中级协调",
    "good coordination": "良好协调",
    "superior coordination": "优质协调",
}
"""The ten conventional classes of the degree, a tenth each, in English and Chinese."""


def coupling_coordination(
    U: pd.DataFrame,
    weights: Mapping[Any, float] | pd.Series | None = None,
    corrected: bool = False,
) -> pd.DataFrame:
    r"""Coupling C, development T and coordination D of k subsystems.

    .. math::
        C = \frac{(\prod_i U_i)^{1/k}}{\frac{1}{k} \sum_i U_i}, \qquad
        T = \sum_i w_i U_i, \qquad D = \sqrt{C\,T}

    The k-th root is the form in which C runs from 0 to 1; papers that leave out the root or the k
    have another range. C is 1 where all subsystems are equal, however low, and close to 1 in most
    data. The corrected C of Wang, Kong, Ren, Zhi and Dai (2021, Journal of Natural Resources 36,
    793-810) spreads over the whole range:

    .. math::
        C = \sqrt{\left(1 - \frac{\sum_{i>j} |U_i - U_j|}{k(k-1)/2}\right)
            \left(\prod_i \frac{U_i}{\max U}\right)^{1/(k-1)}}

    D describes; it has no sampling error and tests nothing. It depends on how the subsystems were
    scaled, and so on the units compared.

    Parameters
    ----------
    U : DataFrame, shape (n, k), k at least 2
        One row a unit, one column a subsystem's index, each from 0 to 1.
    weights : dict or Series, optional
        Weights of the subsystems in T, by name, divided by their sum; equal if not given.
    corrected : bool, default False
        Use the corrected C.

    Returns
    -------
    DataFrame
        ``coupling`` (C), ``development`` (T), ``coordination`` (D), and D's class in ten steps
        of 0.1, the lower end included: ``level`` (ordered categorical) and ``level_zh``. Other
        papers include the upper end. A unit with all subsystems zero has no C, and D = 0.

    Raises
    ------
    InputError
        For fewer than two subsystems, values missing or outside 0 to 1 (row and column named), or
        weights that are negative, all zero or of other columns.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> U = pd.DataFrame({"economy": [0.2, 0.6], "ecology": [0.8, 0.6]}, index=["a", "b"])
    >>> gz.coupling_coordination(U).round(3).iloc[:, :4]
       coupling  development  coordination                      level
    a       0.8          0.5         0.632       primary coordination
    b       1.0          0.6         0.775  intermediate coordination
    >>> gz.coupling_coordination(U, corrected=True).coupling.round(3).to_list()
    [0.316, 1.0]
    """
    values = as_matrix(U, "U", low=0.0, high=1.0)
    if values.shape[1] < 2:
        raise InputError("Coupling needs at least two subsystems; U has one column.")
    coupling = np.clip(_corrected(values) if corrected else _standard(values), 0.0, 1.0)
    development = values @ as_weights(weights, U.columns).to_numpy()
    # Weights that sum to one only up to rounding must not put T above one.
    coordination = np.sqrt(np.nan_to_num(coupling) * np.minimum(development, 1.0))
    steps = np.minimum((coordination * 10).astype(int), 9)
    result = pd.DataFrame(
        {
            "coupling": coupling,
            "development": development,
            "coordination": coordination,
            "level": pd.Categorical.from_codes(steps, list(LEVELS), ordered=True),
            "level_zh": pd.Categorical.from_codes(steps, list(LEVELS.values()), ordered=True),
        },
        index=U.index,
    )
    how = "corrected (Wang et al. 2021)" if corrected else "standard (k-th root)"
    notes = [f"Coupling degree {how}."]
    empty = int(np.isnan(coupling).sum())
    if empty:
        notes.append(f"{counted(empty, 'unit')} with every subsystem zero: C undefined, D = 0.")
    result.attrs = {"notes": notes}
    return result


def _standard(U: Array) -> Array:
    """Geometric over arithmetic mean; NaN where all are zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.exp(np.log(U).mean(axis=1)) / U.mean(axis=1)


def _corrected(U: Array) -> Array:
    k = U.shape[1]
    # Sum of |U_i - U_j| over pairs from the ordered values: each is ahead of those below it.
    gaps = np.sort(U, axis=1) @ (2.0 * np.arange(k) - k + 1)
    distance = np.clip(gaps / (k * (k - 1) / 2), 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.exp(np.log(U / U.max(axis=1, keepdims=True)).sum(axis=1) / (k - 1))
    return np.sqrt((1 - distance) * ratio)
