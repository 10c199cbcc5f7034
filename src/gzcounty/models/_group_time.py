"""Group-time average effects ATT(g, t), and what each entity contributes to their errors.

Callaway and Sant'Anna (2021, Journal of Econometrics 225, 200-230): for the cohort first treated in
g, the change of its outcome from a base period to t, less the same change among controls. The base
is the last period before treatment (g less anticipation); for periods before treatment it is the
period just before t ("varying"), or that same last period ("universal"). Periods are taken in the
order in which they were observed, so gaps between years do no harm.

The covariates of a comparison are those of its base period.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gzcounty.errors import TrapError
from gzcounty.words import counted

from ._adoption import NEVER, Adoption
from ._doubly_robust import TRIM, Propensity, compare, fit_propensity
from ._types import Array


class Cell(NamedTuple):
    """One ATT(g, t): who is compared, over which periods (columns of the panel)."""

    cohort: int
    time: int
    base: int
    treated: int
    control: int
    estimate: float


@dataclass(frozen=True)
class GroupTime:
    """All cells that could be estimated.

    Attributes
    ----------
    cells : list of Cell
    influence : ndarray, shape (n, cells)
        Contribution of each entity; the variance of an estimate is the sum of the squares of its
        column if entities are independent.
    panel : Adoption
    weights : ndarray, shape (cells,)
        How much a cell counts when effects are summed up: entities of its cohort, or rows treated.
    members : list of (slice or array of int)
        Rows of the panel behind each weight.
    shares_estimated : bool
        Whether those weights add to the variance of a sum, or are taken as given.
    notes : tuple of str
        Cells without a comparison, and trimmed controls.
    """

    cells: list[Cell]
    influence: Array
    panel: Adoption
    weights: Array
    members: list[slice | np.ndarray]
    shares_estimated: bool
    notes: tuple[str, ...]


def group_time(
    panel: Adoption, control: str, adjustment: str, base: str, anticipation: int
) -> GroupTime:
    """Estimate every ATT(g, t).

    Raises
    ------
    TrapError
        If nobody is left to compare with, or the covariates cannot carry a comparison.
    """
    if control == "never" and not np.isinf(panel.cohorts[-1]):
        raise TrapError(
            f"No {panel.names['entity']} is never treated, so control='never' leaves nobody to "
            "compare with; use control='not_yet'."
        )
    X = _standardised(panel)
    scores: dict[tuple[int, ...], Propensity] = {}
    near: Propensity | None = None
    cells: list[Cell] = []
    empty: list[str] = []
    trimmed = 0
    comparisons = list(_comparisons(panel, base, anticipation))
    # Columns lie together in memory: each comparison fills one, each sum reads some.
    columns = np.zeros((len(panel.cohorts), len(comparisons)), order="F")
    for g, now, before in comparisons:
        t = int(panel.periods[now])
        if now == before:  # the base itself, under "universal"
            rows = panel.block(g)
            cells.append(Cell(g, t, before, rows.stop - rows.start, 0, 0.0))
            continue
        limit = max(now, before)
        mine, others = _rows(panel, g, int(panel.periods[limit]) + anticipation, control)
        change = panel.outcome[:, now] - panel.outcome[:, before]
        if not panel.balanced:
            mine, others = (rows[~np.isnan(change[rows])] for rows in (mine, others))
        if not mine.size or not others.size:
            empty.append(f"ATT({g}, {t})")
            continue
        influence = columns[:, len(cells)]
        if X is None:
            level, other = change[mine].mean(), change[others].mean()
            estimate = float(level - other)
            influence[mine] = (change[mine] - level) / mine.size
            influence[others] = (other - change[others]) / others.size
        else:
            at = X[:, before]
            try:
                propensity = None
                if adjustment != "regression":
                    # With never-treated controls and no gaps, one fit serves all later periods.
                    key = (g, before, int(others[0]), others.size, 0 if panel.balanced else now)
                    if key not in scores:
                        scores[key] = fit_propensity(at[mine], at[others], near)
                    propensity = near = scores[key]
                estimate, influence[mine], influence[others], cut = compare(
                    change[mine], change[others], at[mine], at[others], adjustment, propensity
                )
            except TrapError as trap:
                raise TrapError(_explained(panel, g, t, str(trap), adjustment)) from None
            trimmed += cut
        cells.append(Cell(g, t, before, mine.size, others.size, estimate))
    if not any(cell.control for cell in cells):
        raise TrapError(
            f"No cohort can be compared with control={control!r}: in every period nobody seen "
            "in both periods of a comparison is left untreated."
        )
    blocks: list[slice | np.ndarray] = [panel.block(cell.cohort) for cell in cells]
    size = {g: int(np.sum(panel.cohorts == g)) for g in panel.groups.tolist()}
    sizes = np.array([size[cell.cohort] for cell in cells], dtype=float)
    notes = _notes(panel, empty, trimmed)
    return GroupTime(cells, columns[:, : len(cells)], panel, sizes, blocks, True, notes)


def _comparisons(panel: Adoption, base: str, anticipation: int) -> Iterator[tuple[int, int, int]]:
    """Yield cohort, column of t, and column of its base."""
    for g in panel.groups.tolist():
        last_before = int(np.searchsorted(panel.periods, g - anticipation)) - 1
        for now, t in enumerate(panel.periods):
            if t >= g or base == "universal":
                yield g, now, last_before
            elif now > 0:
                yield g, now, now - 1


def _rows(panel: Adoption, g: int, until: int, control: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the cohort, and of those untreated through `until`."""
    block = panel.block(g)
    if control == "never":
        first = panel.block(NEVER).start
    else:
        first = int(np.searchsorted(panel.cohorts, until, "right"))
    others = np.arange(first, len(panel.cohorts))
    if first < block.stop:
        others = others[(others < block.start) | (others >= block.stop)]
    return np.arange(block.start, block.stop), others


def _standardised(panel: Adoption) -> Array | None:
    """Constant and covariates, shape (n, T, 1 + k), in units in which inverses keep their digits.

    Estimates do not depend on the units, as there is a constant.
    """
    if not panel.covariate_names:
        return None
    values = panel.covariates
    centre = np.nanmean(values, axis=(0, 1))
    spread = np.nanstd(values, axis=(0, 1))
    return np.concatenate([np.ones((*values.shape[:2], 1)), (values - centre) / spread], axis=2)


def _explained(panel: Adoption, g: int, t: int, why: str, adjustment: str) -> str:
    names = ", ".join(panel.covariate_names)
    other = "" if adjustment == "regression" else " or adjustment='regression'"
    return (
        f"ATT({g}, {t}) cannot be estimated given {names}: {why}; use fewer covariates{other}, or "
        "leave out entities that have no counterpart."
    )


def _notes(panel: Adoption, empty: list[str], trimmed: int) -> tuple[str, ...]:
    notes = []
    if not panel.balanced:
        notes.append("Each ATT(g, t) uses the entities seen in both of its periods.")
    if empty:
        shown = ", ".join(empty[:5]) + (f" and {len(empty) - 5} more" if len(empty) > 5 else "")
        notes.append(
            f"{counted(len(empty), 'group-time effect')} without anybody to compare left out: "
            f"{shown}."
        )
    # The size below which R's did warns.
    enough = 5 + len(panel.covariate_names)
    sizes = {g: int(np.sum(panel.cohorts == g)) for g in panel.groups.tolist()}
    small = [f"{g} ({size})" for g, size in sizes.items() if size < enough]
    if small:
        notes.append(
            f"Cohorts of fewer than {enough} entities: {', '.join(small[:5])}"
            f"{f' and {len(small) - 5} more' if len(small) > 5 else ''}; their intervals tend to "
            "be too narrow."
        )
    if trimmed:
        notes.append(
            f"{counted(trimmed, 'control')} (counted over all comparisons) with a propensity score "
            f"of {TRIM} or more got no weight."
        )
    return tuple(notes)
