"""The joint test of a specification curve: what the whole curve looks like if exposure is shuffled.

Each shuffle hands the exposures of one unit, its whole path with all exposures together, to another
unit, and runs every specification on it. Under the hypothesis that exposure has nothing to do with
outcomes (nor with controls), the curve as observed is one more draw from these curves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from gzcounty import parallel
from gzcounty.errors import InputError, TrapError
from gzcounty.models._types import Array, Codes
from gzcounty.words import counted

from ._spec_choices import Mask
from ._spec_group import COLLINEAR_SQUARED, Columns, Group
from ._spec_plan import Batch, Block

STATISTICS = {
    "median": "median estimate",
    "same_sign": "share with the dominant sign",
    "significant": "share significant in one direction",
}
CHUNK = 20
"""Shuffles a piece of work: enough columns for BLAS, few enough for a cache."""


@dataclass(frozen=True, eq=False, repr=False)
class JointTest:
    """How the curve compares with curves of shuffled exposure.

    Attributes
    ----------
    observed : dict of str to float
        median, same_sign, significant: see `table`.
    null : DataFrame
        The same statistics, one row a shuffle.
    shuffles, seed : int
    notes : tuple of str
    """

    observed: dict[str, float]
    null: pd.DataFrame
    shuffles: int
    seed: int
    notes: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row a statistic.

        Returns
        -------
        DataFrame
            statistic; observed; null_median, null_low, null_high (median and 95 % range of the
            shuffled curves); p_value, ``(1 + number at least as extreme) / (1 + shuffles)``. The
            median counts as extreme in either direction, as do the two shares: the dominant sign
            and the direction are those of each curve.
        """
        rows = []
        for name, words in STATISTICS.items():
            draws, value = self.null[name].to_numpy(), self.observed[name]
            # A share is a count over a count: equal ones must not differ by rounding.
            slack = 1e-12 * max(1.0, abs(value)) if name != "median" else 0.0
            extreme = int(np.sum(np.abs(draws) >= abs(value) - slack))
            low, middle, high = np.quantile(draws, [0.025, 0.5, 0.975])
            rows.append((words, value, middle, low, high, (1 + extreme) / (1 + self.shuffles)))
        names = ["statistic", "observed", "null_median", "null_low", "null_high", "p_value"]
        return pd.DataFrame(rows, columns=names)

    def __repr__(self) -> str:
        shown = self.table().to_string(index=False, float_format="{:.4g}".format)
        return "\n".join([f"Joint test, {counted(self.shuffles, 'shuffle')}", "", shown, ""])


class Exchange(NamedTuple):
    """Who can be exchanged with whom.

    Attributes
    ----------
    unit, time : ndarray of int, shape (rows,)
        Codes; unit is -1 where unknown.
    position : ndarray of int, shape (units, times)
        Row of each unit at each time, -1 if there is none.
    strata : list of ndarray of int
        Units whose exposures are known at the same times.
    """

    unit: Codes
    time: Codes
    position: Codes
    strata: list[Codes]

    def draw(self, generator: np.random.Generator) -> Codes:
        """Rows from which each row takes its exposures in one shuffle."""
        donor = np.arange(len(self.position))
        for members in self.strata:
            donor[members] = generator.permutation(members)
        source = self.position[donor[self.unit], self.time]
        stay = (source < 0) | (self.unit < 0)
        return np.where(stay, np.arange(len(source)), source)


def exchange(
    columns: Columns, exposures: list[str], entity: str | None, time: str | None, rows: int
) -> Exchange:
    """Find the units, and which may be exchanged.

    Raises
    ------
    InputError
        If an entity has several rows, no time is named, and an exposure varies within it.
    TrapError
        If no two units can be exchanged.
    """
    values = np.column_stack([columns.numbers[name] for name in exposures])
    unit = np.arange(rows) if entity is None else columns.keys[entity]
    by_time = entity is not None and time is not None
    when = columns.keys[time] if by_time and time is not None else np.zeros(rows, dtype=np.intp)
    known = (unit >= 0) & (when >= 0)
    units, times = int(unit.max()) + 1, int(when.max()) + 1
    position = np.full((units, times), -1, dtype=np.intp)
    position[unit[known], when[known]] = np.flatnonzero(known)
    if entity is not None and not by_time:
        _refuse_varying(values, position[unit, 0], unit, exposures, entity)
    seen = ~np.isnan(values)[position] & (position >= 0)[:, :, None]
    packed = np.packbits(seen.reshape(units, -1), axis=1)
    pattern = np.unique(packed, axis=0, return_inverse=True)[1].ravel()
    order = np.argsort(pattern, kind="stable")
    strata = np.split(order, np.flatnonzero(np.diff(pattern[order])) + 1)
    strata = [members for members in strata if len(members) > 1]
    if not strata:
        raise TrapError(
            "No two units have their exposures known at the same times, so none can be exchanged; "
            "a joint test needs a more regular panel."
        )
    return Exchange(unit, when, position, strata)


def _refuse_varying(
    values: Array, first: Codes, unit: Codes, exposures: list[str], entity: str
) -> None:
    other = values[first]
    same = (values == other) | (np.isnan(values) & np.isnan(other)) | (unit < 0)[:, None]
    if not same.all():
        name = exposures[int(np.argmin(same.all(axis=0)))]
        raise InputError(
            f"{name!r} varies within {entity!r}; to shuffle whole paths, name the column of time."
        )


def joint_test(
    batch: Batch,
    columns: Columns,
    swap: Exchange,
    *,
    critical: Array,
    standardise: bool,
    shuffles: int,
    seed: int,
    n_jobs: int | None,
    progress: bool | None,
) -> JointTest:
    """Run every specification on shuffled exposures; see `specification_curve`."""
    sizes = parallel.chunks(shuffles, CHUNK)
    draws = parallel.generators(seed, len(sizes))
    pieces = [
        (batch, columns, swap, critical, standardise, size, draw)
        for size, draw in zip(sizes, draws, strict=True)
    ]
    found = parallel.run(
        _shuffled_curves, pieces, n_jobs=n_jobs, progress=progress, label="shuffles"
    )
    null = pd.DataFrame(np.concatenate([part for part, _ in found]), columns=list(STATISTICS))
    failed = sum(count for _, count in found)
    good = batch.estimated
    observed = curve_statistics(
        batch.estimate[good][None, :], batch.std_error[good][None, :], critical[good]
    )[0]
    return JointTest(
        observed=dict(zip(STATISTICS, map(float, observed), strict=True)),
        null=null,
        shuffles=shuffles,
        seed=seed,
        notes=_notes(swap, shuffles, failed),
    )


def curve_statistics(estimates: Array, std_errors: Array, critical: Array) -> Array:
    """Statistics of curves, shape (curves, 3), in the order of `STATISTICS`.

    Parameters
    ----------
    estimates, std_errors : ndarray, shape (curves, specifications)
    critical : ndarray, shape (specifications,)
        Critical value of |t|.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        clear = np.abs(estimates) > critical * std_errors
    total = estimates.shape[1]
    above, below = estimates > 0, estimates < 0
    sign = np.maximum(above.sum(axis=1), below.sum(axis=1)) / total
    one_way = np.maximum((clear & above).sum(axis=1), (clear & below).sum(axis=1)) / total
    return np.column_stack([np.nanmedian(estimates, axis=1), sign, one_way])


def _shuffled_curves(
    batch: Batch,
    columns: Columns,
    swap: Exchange,
    critical: Array,
    standardise: bool,
    size: int,
    generator: np.random.Generator,
) -> tuple[Array, int]:
    """Statistics of `size` shuffled curves, and how many estimates could not be had."""
    sources = [swap.draw(generator) for _ in range(size)]
    shape = (size, len(batch.estimate))
    estimates, errors = np.full(shape, np.nan), np.full(shape, np.nan)
    good = batch.estimated
    group, place = None, -1
    for block in batch.blocks:
        if not good[block.members].any():
            continue
        if block.group != place:
            place, group = block.group, _Shuffled(batch, columns, block.group, sources)
        assert group is not None
        found = group.fit(block, standardise)
        estimates[:, block.members], errors[:, block.members] = found
    estimates, errors = estimates[:, good], errors[:, good]
    failed = int(np.isnan(estimates).sum())
    return curve_statistics(estimates, errors, critical[good]), failed


class _Shuffled:
    """A group with shuffled exposures in the place of its own."""

    def __init__(self, batch: Batch, columns: Columns, place: int, sources: list[Codes]) -> None:
        self.group: Group = batch.groups[place]
        names = [name for block in batch.blocks if block.group == place for name in block.exposures]
        self.names = list(dict.fromkeys(names))
        self.size = len(sources)
        values = np.column_stack([columns.numbers[name] for name in self.names])
        raw = np.hstack([values[source[self.group.rows]] for source in sources])
        self.spread = raw.std(axis=0, ddof=1)
        self.unit, self.norms, gone = self.group.demeaned(raw)
        self.gone: Mask = gone

    def fit(self, block: Block, standardise: bool) -> tuple[Array, Array]:
        """Estimates and standard errors, shape (shuffles, members of the block)."""
        group = self.group
        own = np.array([self.names.index(name) for name in block.exposures])
        at = (np.arange(self.size)[:, None] * len(self.names) + own).ravel()
        y = [group.place[name] for name in block.outcomes]
        Q, _ = group.basis(block.controls)
        fits = group.fit(Q, self.unit[:, at], group.unit[:, y])
        scale = 1 / self.norms[at]
        if standardise:
            scale = scale * self.spread[at]
        # A shuffled exposure that a sample does not vary in, or that controls add up to.
        scale[self.gone[at] | (fits.left <= COLLINEAR_SQUARED)] = np.nan
        full = scale[:, None] * group.norms[y]
        shape = (self.size, len(own), len(y))
        x_at, y_at = block.pairs
        estimates = (fits.estimates * full).reshape(shape)[:, x_at, y_at]
        return estimates, (fits.std_errors * full).reshape(shape)[:, x_at, y_at]


def _notes(swap: Exchange, shuffles: int, failed: int) -> tuple[str, ...]:
    units = sum(len(members) for members in swap.strata)
    fixed = len(swap.position) - units
    notes = [
        f"Joint test: {counted(shuffles, 'shuffle')} of exposure over {counted(units, 'unit')}, "
        "whole paths and all exposures together, the same shuffle for every specification "
        "(Simonsohn, Simmons and Nelson 2020). Shuffling also breaks the tie between exposure and "
        "controls: a small p-value says that the curve is more than chance, not that exposure is "
        "the cause."
    ]
    if len(swap.strata) > 1 or fixed:
        notes.append(
            "Units were exchanged only with units whose exposures are known at the same times: "
            f"{counted(len(swap.strata), 'set')} of units; {counted(fixed, 'unit')} kept their own."
        )
    if failed:
        notes.append(
            f"{counted(failed, 'shuffled estimate')} could not be had (the shuffled exposure did "
            "not vary in the sample) and count as not significant, without a sign."
        )
    return tuple(notes)
