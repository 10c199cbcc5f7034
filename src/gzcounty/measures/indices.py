"""Composite indices: indicators on one scale, weights, obstacle degree, coupling coordination."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.measures._matrix import as_matrix, as_weights, require_same_names
from gzcounty.models._arrays import Array
from gzcounty.words import counted, listed

Signs: TypeAlias = int | Mapping[str, int] | pd.Series | Sequence[int]
Directions: TypeAlias = Signs | None


def rescale(
    X: pd.DataFrame, directions: Directions, shift: float, high: float = np.inf
) -> pd.DataFrame:
    """Bring every indicator to [shift, 1 - shift], with 1 - shift the best unit.

    Without directions `X` is used as it is: its values must lie from 0 to `high`. Raise InputError
    as `as_matrix`, and for a constant indicator, which has no range to rescale by.
    """
    if directions is None:
        if shift:
            raise InputError("shift belongs to rescaling: give directions too, or leave it out.")
        hint = N_("give directions to rescale X")
        values = as_matrix(X, "X", low=0.0, high=high, hint=hint)
        return pd.DataFrame(values, index=X.index, columns=X.columns)
    values = as_matrix(X, "X")
    refuse_constant(X, values)
    signs = _signs(directions, X.columns)
    lowest, highest = values.min(axis=0), values.max(axis=0)
    # Halved first, so that a range of very large values does not overflow.
    scaled = (values / 2 - lowest / 2) / (highest / 2 - lowest / 2)
    scaled = np.where(signs > 0, scaled, 1 - scaled)
    return pd.DataFrame(shift + (1 - 2 * shift) * scaled, index=X.index, columns=X.columns)


def refuse_constant(X: pd.DataFrame, values: np.ndarray) -> None:
    """Raise `InputError` naming indicators that have one value in every unit."""
    if len(values) < 2:
        raise InputError("One unit has nothing to be compared with: X needs at least two rows.")
    constant = X.columns[values.max(axis=0) == values.min(axis=0)]
    if len(constant):
        raise InputError(_n(
            "Indicator {names} has the same value in every unit, and so cannot tell units apart; "
            "leave it out.",
            "Indicators {names} have the same value in every unit, and so cannot tell units "
            "apart; leave them out.",
            len(constant), names=listed(constant),
        ))  # fmt: skip


def scaling_note(directions: Directions, shift: float) -> str:
    """Return the note on what `rescale` did."""
    if directions is None:
        return _("Indicators used as they are, without rescaling.")
    return _(
        "Indicators rescaled to [{low:g}, {high:g}] by minimum and maximum, in their directions.",
        low=shift, high=1 - shift,
    )  # fmt: skip


def _signs(directions: Signs, names: pd.Index) -> np.ndarray:
    if isinstance(directions, (Mapping, pd.Series)):
        by_name = pd.Series(directions)
        require_same_names(by_name.index, names, "directions")
        signs = list(by_name.loc[names])
    elif isinstance(directions, int):
        signs = [directions] * len(names)
    else:
        signs = list(directions)
        if len(signs) != len(names):
            raise InputError(
                "directions has {values} for {columns} of X.",
                values=counted(len(signs), "value"), columns=counted(len(names), "column"),
            )  # fmt: skip
    for name, sign in zip(names, signs, strict=True):
        if isinstance(sign, (bool, np.bool_)) or sign not in (1, -1):
            raise InputError(
                "The direction of {name!r} is {sign!r}; it must be 1 (more is better) or -1 "
                "(less is better).",
                name=str(name), sign=sign,
            )  # fmt: skip
    return np.array(signs, dtype=float)


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
    X, directions, shift
        As in `entropy_weights`; without directions `X` must lie between 0 and 1.
    weights : dict or Series, optional
        One weight a column, by name, zero or more; they are divided by their sum. Equal if not
        given.

    Returns
    -------
    Series, shape (n,)
        Named "composite", on the index of `X`; between `shift` and 1 - `shift` if rescaled.
        ``attrs["notes"]`` says how indicators were scaled, ``attrs["weights"]`` has the weights.

    Raises
    ------
    InputError
        As `entropy_weights`; for weights that are negative, all zero, missing, or of other columns.

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
    how = _("Equal weights.") if weights is None else _("Weights divided by their sum.")
    index.attrs = {
        "weights": {str(name): float(value) for name, value in share.items()},
        "notes": [scaling_note(directions, shift), how],
    }
    return index


def entropy_weights(
    X: pd.DataFrame, directions: Directions = None, shift: float = 0.0
) -> pd.Series:
    r"""Entropy weights (熵权) of indicators, by their distribution over units.

    .. math::
        p_{ij} = \frac{r_{ij}}{\sum_i r_{ij}}, \qquad
        e_j = -\frac{1}{\ln n} \sum_i p_{ij} \ln p_{ij}, \qquad
        w_j = \frac{1 - e_j}{\sum_j (1 - e_j)}

    with :math:`0 \ln 0 = 0` (Shannon 1948, Bell System Technical Journal 27, 379-423, for the
    entropy). :math:`r` is `X` itself, or `X` rescaled by minimum and maximum to
    [shift, 1 - shift]: :math:`r = s + (1 - 2s)(x - \min)/(\max - \min)` where more is better, and
    :math:`1 - r` where less is.

    The weights measure spread, not importance: one county that stands out gives its indicator a
    large weight. They depend on the shift: many papers leave zeros (as here by default), some keep
    values off 0 and 1 as `shift` does, some add a constant after rescaling. Rankings can change
    with it; compare more than one. Stack several years in one `X`: weights of single years are not
    comparable.

    Parameters
    ----------
    X : DataFrame, shape (n, m)
        One row a unit, one column an indicator.
    directions : 1, -1, sequence or dict of them, optional
        1 if more is better, -1 if less is: one for all, one a column in order, or by column name.
        Without them `X` is used as it is: zero or more, all pointing the same way.
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
        For fewer than two units, a constant indicator, values that are missing, infinite, no
        numbers, or negative and used as they are, a column name twice, or directions of other
        columns; row and column are named.

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
        "notes": [
            _("Entropy weights from {units}.", units=counted(n, "unit")),
            scaling_note(directions, shift),
        ],
    }
    return weights


def obstacle_degree(
    X: pd.DataFrame,
    weights: Mapping[Any, float] | pd.Series | None = None,
    directions: Directions = None,
    share: bool = True,
) -> pd.DataFrame:
    r"""Obstacle degree (障碍度): the weighted shortfall of each indicator from its best.

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
    weights, directions
        As in `composite_index`; directions rescale `X` by minimum and maximum first.
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
    notes = [scaling_note(directions, 0.0)]
    if share:
        total = shortfall.sum(axis=1, keepdims=True)
        perfect = int((total == 0).sum())
        with np.errstate(invalid="ignore"):
            shortfall = shortfall / total
        if perfect:
            units = counted(perfect, "unit")
            notes.append(_("{units} without any shortfall: no shares.", units=units))
    result = pd.DataFrame(shortfall, index=X.index, columns=X.columns)
    result.attrs = {"notes": notes}
    return result


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
    U: pd.DataFrame, weights: Mapping[Any, float] | pd.Series | None = None, corrected: bool = False
) -> pd.DataFrame:
    r"""Coupling coordination (耦合协调度): coupling C, development T, coordination D.

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
    notes = [_("Coupling degree standard (k-th root).")]
    if corrected:
        notes = [_("Coupling degree corrected (Wang et al. 2021).")]
    empty = int(np.isnan(coupling).sum())
    if empty:
        notes.append(_(
            "{units} with every subsystem zero: C undefined, D = 0.", units=counted(empty, "unit")
        ))  # fmt: skip
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
