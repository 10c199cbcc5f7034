"""Group-time effects summed up: by cohort, by time since treatment, by year, or all together.

Callaway and Sant'Anna (2021, Journal of Econometrics 225, 200-230, section 3). With p_g the share
of entities in cohort g, over effects after treatment (t >= g):

- simple: mean of ATT(g, t) weighted by p_g;
- group: mean over t for each g; overall their mean weighted by p_g;
- dynamic: for each e = t - g the mean weighted by p_g, before treatment too; overall the plain mean
  over e >= 0;
- calendar: for each t the mean weighted by p_g; overall the plain mean over t.

The shares p_g are estimated, which adds to the influence function (as R's did does). Imputed
effects are weighted by rows instead of entities; two-stage errors treat these weights as estimated,
imputation errors as given.
"""

from typing import Literal, NamedTuple, get_args

import numpy as np

from gzcounty.errors import InputError, TrapError
from gzcounty.words import listed

from ._group_time import GroupTime
from ._types import Array

Aggregation = Literal["simple", "group", "dynamic", "calendar"]
AGGREGATIONS: tuple[str, ...] = get_args(Aggregation)


class Mean(NamedTuple):
    """A mean of effects and its influence function, shape (n,)."""

    level: int | None
    estimate: float
    influence: Array


def require_kind(kind: str, allowed: tuple[str, ...] = AGGREGATIONS, why: str = "") -> None:
    """Refuse an aggregation that there is not."""
    if kind not in allowed:
        raise InputError(f"Effects are aggregated as {listed(allowed)}, not {kind!r}{why}.")


def aggregate(effects: GroupTime, kind: str) -> list[Mean]:
    """Return the overall mean first, then the mean of each level.

    Raises
    ------
    InputError
        If there is no such aggregation.
    TrapError
        If no effect after treatment could be estimated.
    """
    require_kind(kind)
    cohort = np.array([cell.cohort for cell in effects.cells])
    time = np.array([cell.time for cell in effects.cells])
    after = time >= cohort
    if not after.any():
        raise TrapError("No effect after treatment could be estimated: there is nothing to sum up.")
    if kind == "simple":
        return [_weighted(effects, after, None)]
    label = {"group": cohort, "dynamic": time - cohort, "calendar": time}[kind]
    shown = np.ones(len(label), dtype=bool) if kind == "dynamic" else after
    means = [
        _weighted(effects, shown & (label == level), level)
        for level in np.unique(label[shown]).tolist()
    ]
    counted = [mean for mean in means if kind != "dynamic" or (mean.level or 0) >= 0]
    values = np.array([mean.estimate for mean in counted])
    influence = np.column_stack([mean.influence for mean in counted])
    if kind != "group":
        return [Mean(None, float(values.mean()), influence.mean(axis=1)), *means]
    blocks: list[slice | np.ndarray] = [effects.panel.block(mean.level or 0) for mean in counted]
    sizes = np.array([np.sum(effects.panel.cohorts == mean.level) for mean in counted], dtype=float)
    estimate, own = _mean(values, influence, sizes, blocks, effects.shares_estimated)
    return [Mean(None, estimate, own), *means]


def _weighted(effects: GroupTime, pick: np.ndarray, level: int | None) -> Mean:
    """Mean of the cells picked."""
    rows = np.flatnonzero(pick)
    estimate, own = _mean(
        np.array([effects.cells[row].estimate for row in rows]),
        effects.influence[:, rows],
        effects.weights[rows],
        [effects.members[row] for row in rows],
        effects.shares_estimated,
    )
    return Mean(level, estimate, own)


def _mean(
    estimates: Array,
    influence: Array,
    sizes: Array,
    members: list[slice | np.ndarray],
    shares_estimated: bool,
) -> tuple[float, Array]:
    """Mean by size, and its influence function."""
    total = sizes.sum()
    weight = sizes / total
    estimate = float(weight @ estimates)
    own = influence @ weight
    if shares_estimated:
        # One member more raises the weight of its effect.
        for rows, value in zip(members, estimates, strict=True):
            own[rows] += (value - estimate) / total
    return estimate, own
