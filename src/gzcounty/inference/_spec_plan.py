"""Which specifications share work, and the estimates of all of them.

Every specification uses the rows in which all of its columns are known. Many have the same rows,
effects and weights (a `Group`), and of these many the same controls (a `Block`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gzcounty.models._types import Array, Codes

from ._spec_choices import Choices, Mask
from ._spec_group import COLLINEAR_SQUARED, Columns, Group
from ._spec_rows import row_masks


@dataclass(frozen=True)
class Block:
    """Specifications of one group with the same controls.

    Attributes
    ----------
    group : int
        Place of the group in the plan.
    controls : tuple of str
    exposures, outcomes : tuple of str
        Columns that occur.
    members : ndarray of int
        Places of the specifications in the curve.
    pairs : tuple of two ndarray of int
        Exposure and outcome of each, as places in `exposures` and `outcomes`.
    """

    group: int
    controls: tuple[str, ...]
    exposures: tuple[str, ...]
    outcomes: tuple[str, ...]
    members: Codes
    pairs: tuple[Codes, Codes]


@dataclass(frozen=True)
class Batch:
    """What has been estimated: arrays with one value a specification, in the order of the curve.

    Attributes
    ----------
    choices : Choices
    codes : dict of ndarray of int
        Option of each choice.
    estimate, std_error : ndarray
        NaN where there is a problem.
    df : ndarray
        Degrees of freedom of t.
    nobs, left_out, lone, n_clusters : ndarray of int
        Rows used; rows of the sample not used; of these, singletons; clusters (-1 without).
    problem : ndarray of str
    groups : list of Group
    blocks : list of Block
    """

    choices: Choices
    codes: dict[str, Codes]
    estimate: Array
    std_error: Array
    df: Array
    nobs: Codes
    left_out: Codes
    lone: Codes
    n_clusters: Codes
    problem: np.ndarray
    groups: list[Group]
    blocks: list[Block]

    @property
    def estimated(self) -> Mask:
        """Specifications without a problem."""
        return self.problem == ""


def estimate_all(choices: Choices, columns: Columns, usable: Mask, standardise: bool) -> Batch:
    """Estimate every specification.

    Parameters
    ----------
    choices : Choices
    columns : Columns
    usable : ndarray of bool
        Rows in which entity, time and cluster are known.
    standardise : bool
        Multiply by the standard deviation of the exposure in the rows used.
    """
    codes = choices.codes()
    total = len(codes["outcome"])
    problem = np.full(total, "", dtype=object)
    _refuse_overlaps(choices, codes, problem)

    masks, which = row_masks(choices, columns, usable, codes)
    groups, blocks = _arrange(choices, columns, codes, masks, which, np.flatnonzero(problem == ""))
    estimate, std_error = np.full(total, np.nan), np.full(total, np.nan)
    df = np.full(total, np.nan)
    n_clusters = np.full(total, -1, dtype=np.intp)
    sizes = np.array([int(mask.sum()) for mask in masks], dtype=np.intp)
    nobs, lone = sizes[which], np.zeros(total, dtype=np.intp)
    spreads: dict[int, Array] = {}
    for block in blocks:
        group, members = groups[block.group], block.members
        nobs[members], lone[members] = group.nobs, group.lone
        if group.clusters is not None:
            n_clusters[members] = group.clusters.number
        if group.problem:
            problem[members] = group.problem
            continue
        found, errors = _estimate_block(group, block, problem)
        if standardise:
            if block.group not in spreads:
                spreads[block.group] = _spreads(group, choices.exposure.values(), columns)
            spread = spreads[block.group][codes["exposure"][members]]
            found, errors = found * spread, errors * spread
        estimate[members], std_error[members] = found, errors
        df[members] = group.t_degrees(len(block.controls))
    bad = problem != ""
    estimate[bad] = std_error[bad] = df[bad] = np.nan
    in_sample = np.array([int(mask.sum()) for mask in choices.sample.values()], dtype=np.intp)
    return Batch(
        choices=choices,
        codes=codes,
        estimate=estimate,
        std_error=std_error,
        df=df,
        nobs=nobs,
        left_out=in_sample[codes["sample"]] - nobs,
        lone=lone,
        n_clusters=n_clusters,
        problem=problem,
        groups=groups,
        blocks=blocks,
    )


def _refuse_overlaps(choices: Choices, codes: dict[str, Codes], problem: np.ndarray) -> None:
    """Give a problem to specifications in which one column has two parts."""
    outcomes, exposures = list(choices.outcome.values()), list(choices.exposure.values())
    sets = list(choices.controls.values())
    for parts, first, second, words in (
        (("outcome", "exposure"), outcomes, [(name,) for name in exposures], "exposure"),
        (("outcome", "controls"), outcomes, sets, "a control"),
        (("exposure", "controls"), exposures, sets, "a control"),
    ):
        for i, name in enumerate(first):
            for j, others in enumerate(second):
                if name in others:
                    both = (codes[parts[0]] == i) & (codes[parts[1]] == j) & (problem == "")
                    problem[both] = f"{name!r} is both the {parts[0]} and {words}."


def _arrange(
    choices: Choices,
    columns: Columns,
    codes: dict[str, Codes],
    masks: Sequence[Mask],
    which: Codes,
    members: Codes,
) -> tuple[list[Group], list[Block]]:
    """Gather specifications into groups and blocks."""
    n_effects, n_weights = len(choices.effects), len(choices.weights)
    effects, weights = list(choices.effects.values()), list(choices.weights.values())
    outcomes, exposures = list(choices.outcome.values()), list(choices.exposure.values())
    sets = list(choices.controls.values())
    group_of = (which * n_effects + codes["effects"]) * n_weights + codes["weights"]
    groups: list[Group] = []
    blocks: list[Block] = []
    for own in _split(group_of, members):
        gathered = []
        for block in _split(codes["controls"], own):
            x, x_place = np.unique(codes["exposure"][block], return_inverse=True)
            y, y_place = np.unique(codes["outcome"][block], return_inverse=True)
            gathered.append(
                Block(
                    group=len(groups),
                    controls=sets[codes["controls"][block[0]]],
                    exposures=tuple(exposures[i] for i in x),
                    outcomes=tuple(outcomes[i] for i in y),
                    members=block,
                    pairs=(x_place, y_place),
                )
            )
        first = own[0]
        names = [
            name
            for block in gathered
            for name in (*block.controls, *block.exposures, *block.outcomes)
        ]
        groups.append(
            Group(
                columns,
                masks[which[first]],
                effects[codes["effects"][first]],
                weights[codes["weights"][first]],
                list(dict.fromkeys(names)),
            )
        )
        blocks += gathered
    return groups, blocks


def _split(keys: Codes, members: Codes) -> list[Codes]:
    """Members with the same key, together."""
    if not members.size:
        return []
    own = keys[members]
    order = np.argsort(own, kind="stable")
    return np.split(members[order], np.flatnonzero(np.diff(own[order])) + 1)


def _estimate_block(group: Group, block: Block, problem: np.ndarray) -> tuple[Array, Array]:
    """Estimates and standard errors of the members; writes down their problems."""
    members, (x_at, y_at) = block.members, block.pairs
    nothing = np.full(len(members), np.nan)
    Q, wrong = group.basis(block.controls)
    if wrong:
        problem[members] = wrong
        return nothing, nothing
    x_place = [group.place[name] for name in block.exposures]
    y_place = [group.place[name] for name in block.outcomes]
    fits = group.fit(Q, group.unit[:, x_place], group.unit[:, y_place])
    scale = group.norms[y_place] / group.norms[x_place][:, None]
    if group.absorbed:
        for at, names in ((x_at, block.exposures), (y_at, block.outcomes)):
            for i, name in enumerate(names):
                if name in group.absorbed:
                    problem[members[at == i]] = group.absorbed[name]
    for j in np.flatnonzero(fits.left <= COLLINEAR_SQUARED):
        own = members[x_at == j]
        if not problem[own[0]]:
            problem[own] = group.exposure_problem(block.exposures[j], block.controls)
    for j in np.flatnonzero(fits.unexplained <= COLLINEAR_SQUARED):
        own = members[(y_at == j) & (problem[members] == "")]
        problem[own] = (
            f"The controls explain {block.outcomes[j]!r} exactly: nothing is left to explain."
        )
    estimates, errors = (fits.estimates * scale)[x_at, y_at], (fits.std_errors * scale)[x_at, y_at]
    undefined = np.isnan(errors)
    if undefined.any():
        undefined &= problem[members] == ""
        problem[members[undefined]] = (
            f"{group.cov} is not defined here: some rows are fitted exactly (leverage one); use "
            "HC1 or leave these rows out."
        )
    return estimates, errors


def _spreads(group: Group, exposures: Iterable[str], columns: Columns) -> Array:
    """Return the standard deviation of each exposure in the rows of a group."""
    values = np.column_stack([columns.numbers[name][group.rows] for name in exposures])
    # An exposure that is not known in all of these rows has no specification here.
    return values.std(axis=0, ddof=1) if len(values) > 1 else np.full(values.shape[1], np.nan)
