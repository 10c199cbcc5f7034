"""A panel in which entities adopt something at different times, as wide arrays.

Rows are entities, sorted by cohort so that every cohort is one block and entities never treated
come last. All estimators of staggered adoption start from here, so all refuse and report alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from gzcounty.checks import require_columns
from gzcounty.errors import InputError, TrapError
from gzcounty.language import _
from gzcounty.words import counted, listed

from ._arrays import Array, Codes
from .nearness import constant
from .panel import refuse_duplicates
from .sample import (
    Sample,
    as_names,
    as_numbers,
    constant_within,
    read_clusters,
    require_whole_numbers,
    take_sample,
    value_of_each,
)

NEVER = np.inf
# Never, in a column of finite numbers: later than any period that float64 can tell from the next.
_AFTER_ALL = 2.0**53


@dataclass(frozen=True)
class Adoption:
    """A panel of n entities and T periods, sorted by cohort."""

    names: dict[str, str]  # The user's columns: y, entity, time, cohort, cluster
    covariate_names: tuple[str, ...]
    periods: np.ndarray  # (T,), ascending
    cohorts: Array  # (n,), ascending: first period treated; infinite if never within the panel
    outcome: Array  # (n, T): NaN where an entity was not seen
    covariates: Array  # (n, T, k)
    clusters: Codes | None  # (n,) or None if every entity is a cluster of its own
    # (n,) or None: groups of entities that share one entity effect; None if each has its own.
    families: Codes | None
    # (n,) or None: groups of entities with period effects of their own; None if all share them.
    regions: Codes | None
    nobs: int  # Rows used
    notes: tuple[str, ...]

    @cached_property
    def groups(self) -> np.ndarray:
        """Cohorts treated within the panel, ascending integers."""
        treated = np.array([*self.blocks])
        return treated[treated <= self.periods[-1]].astype(int)

    @property
    def balanced(self) -> bool:
        """True if every entity was seen in every period."""
        return self.nobs == self.outcome.size

    @property
    def n_clusters(self) -> int:
        """Number of clusters: entities, unless the user named larger ones."""
        return len(self.cohorts) if self.clusters is None else int(self.clusters.max()) + 1

    @cached_property
    def blocks(self) -> dict[float, slice]:
        """Rows of each cohort."""
        cohorts, first = np.unique(self.cohorts, return_index=True)
        rows = pairwise([*first.tolist(), len(self.cohorts)])
        return dict(zip(cohorts.tolist(), (slice(*ends) for ends in rows), strict=True))

    def size(self, cohort: float) -> int:
        """Return the number of entities of a cohort."""
        return int(self.blocks[cohort].stop - self.blocks[cohort].start)

    def require_never_treated(self, control: str) -> None:
        """Raise `TrapError` if controls shall be never treated and nobody is."""
        if control == "never" and not np.isinf(self.cohorts[-1]):
            raise TrapError(
                "No {entity} is never treated, so control='never' leaves nobody to compare with; "
                "use control='not_yet'.",
                entity=self.names["entity"],
            )  # fmt: skip

    def long(self) -> pd.DataFrame:
        """One row an entity and period, with columns unit, time, y, x0, x1, ..., cluster."""
        unit, period = np.nonzero(~np.isnan(self.outcome))
        columns = {"unit": unit, "time": self.periods[period], "y": self.outcome[unit, period]}
        for place in range(len(self.covariate_names)):
            columns[f"x{place}"] = self.covariates[unit, period, place]
        columns["cluster"] = unit if self.clusters is None else self.clusters[unit]
        return pd.DataFrame(columns)


def read_adoption(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    cohort: str,
    covariates: str | Sequence[str] | None = None,
    cluster: str | None = None,
    anticipation: int = 0,
    families: str | None = None,
    regions: str | None = None,
) -> Adoption:
    """Check a long panel and lay it out; see `gzcounty.staggered_did` for what is refused."""
    covariate_names = as_names(covariates)
    columns = [y, entity, time, cohort, *covariate_names]
    others = [name for name in (families, regions) if name is not None]
    require_columns(data, [*columns, *as_names(cluster), *others])
    twice = [name for name in dict.fromkeys(columns) if columns.count(name) > 1]
    if twice:
        raise InputError(
            "{columns} may stand only once among y, entity, time, cohort and covariates.",
            columns=listed(twice),
        )  # fmt: skip
    bare = pd.DataFrame(data)  # without attrs, which pandas copies with each column
    first_treated, cohort_notes = read_cohort(bare[cohort], bare[time])
    data = data.assign(**{cohort: first_treated})
    cluster = None if cluster == entity else cluster
    sample = take_sample(
        data, [y, time, cohort, *covariate_names], keys=[entity, time, *as_names(cluster), *others]
    )
    require_whole_numbers(sample, time)
    refuse_duplicates(sample, entity, time)
    for note in cohort_notes:
        sample = sample.noting(note)
    first_treated = constant_within(sample, cohort, entity)
    sample, first_treated = _settle(sample, first_treated, cohort, entity, time, anticipation)
    for name in covariate_names:
        values = sample.numbers[name].to_numpy()
        if constant(values):
            raise InputError(
                "The covariate {name!r} is {value:g} in every row; leave it out.",
                name=name, value=values[0],
            )  # fmt: skip
    names = {"y": y, "entity": entity, "time": time, "cohort": cohort}
    read_clusters(sample, cluster)  # refuses a single one
    names["cluster"] = cluster or entity
    names |= {"families": families or entity, "regions": regions or ""}
    return _widen(sample, first_treated, names, tuple(covariate_names))


def read_cohort(column: pd.Series, periods: pd.Series) -> tuple[Array, list[str]]:
    """First period treated by row, `_AFTER_ALL` for never, and notes; unknown ones are refused.

    Infinity says never. So does 0, as in much of the literature, where all periods lie above it.
    Where they begin below, 0 is a period like any other. Where they begin at 0, it is refused
    unless infinity says who is never treated.
    """
    name = str(column.name)
    infinite = np.zeros(len(column), dtype=bool)
    if pd.api.types.is_float_dtype(column):
        infinite = np.isposinf(column.to_numpy(dtype=float, na_value=np.nan))
        column = column.mask(infinite, _AFTER_ALL)
    values = as_numbers(column)
    start = np.nanmin(as_numbers(periods), initial=np.inf)
    never = _("0 or infinity") if start > 0 else _("infinity")
    missing = np.flatnonzero(np.isnan(values))
    if missing.size:
        raise InputError(
            "{name!r} is missing in {rows} (first at index {index}); code entities never "
            "treated as {never}, and leave out those whose first period is unknown.",
            name=name, rows=counted(missing.size, "row"), index=column.index[missing[0]],
            never=never,
        )  # fmt: skip
    notes, zeros = [], np.flatnonzero(values == 0)
    if start > 0:
        values = np.where(values == 0, _AFTER_ALL, values)
    elif zeros.size and start == 0 and not infinite.any():
        raise InputError(
            "{name!r} is 0 at index {index}, and {time!r} begins at 0: that may mean the "
            "first period or never. Code entities never treated as infinity, and leave out those "
            "treated from the first period on.",
            name=name, index=column.index[zeros[0]], time=str(periods.name),
        )  # fmt: skip
    elif zeros.size:
        notes.append(_(
            "Where {name} is 0, treatment begins in period 0, as {time} begins at {start:g}; "
            "infinity would say never.",
            name=name, time=periods.name, start=start,
        ))  # fmt: skip
    wrong = np.flatnonzero((values != np.round(values)) | ((values < 0) & (start > 0)))
    if wrong.size:
        raise InputError(
            "{name!r} must hold the first period treated as a whole number, and {never} for "
            "never; it is {value:g} at index {index}.",
            name=name, never=never, value=values[wrong[0]], index=column.index[wrong[0]],
        )  # fmt: skip
    return values, notes


def _settle(
    sample: Sample, cohorts: Array, cohort: str, entity: str, time: str, anticipation: int
) -> tuple[Sample, Array]:
    """Mark who is never treated, and leave out those without a period before treatment."""
    times = sample.numbers[time].to_numpy()
    start, end = int(times.min()), int(times.max())
    if start == end:
        raise InputError(
            "{time!r} is always {start}; differences need two periods.", time=time, start=start
        )
    never = cohorts == _AFTER_ALL
    late = (cohorts > end + anticipation) & ~never
    if late.any():
        sample = sample.noting(_(
            "{units} of {entity} first treated after {end}, the last period: they count as never "
            "treated.",
            units=counted(int(late.sum()), "unit"), entity=entity, end=end,
        ))  # fmt: skip
    cohorts = np.where(late | never, NEVER, cohorts)
    early = cohorts - anticipation <= start
    if early.any():
        first = cohort
        if anticipation:
            first = _("{cohort} less {n} of anticipation", cohort=cohort, n=anticipation)
        if early.all() or np.isinf(cohorts[~early]).all():
            raise TrapError(
                "No {entity} can be followed from before its treatment: every {first} "
                "is {start}, the first period, or earlier; add earlier periods.",
                entity=entity, first=first, start=start,
            )  # fmt: skip
        codes = sample.keys[entity].codes
        sample = sample.noting(_(
            "Left out {units} of {entity} without a period before treatment ({first} is {start} "
            "or earlier): {names}.",
            units=counted(int(early.sum()), "unit"), entity=entity, first=first, start=start,
            names=listed(sample.keys[entity].levels[early]),
        )).keep(~early[codes])  # fmt: skip
        cohorts = cohorts[~early]
    if np.isinf(cohorts).all():
        raise TrapError(
            "No {entity} is treated between {start} and {end}: see {cohort!r}.",
            entity=entity, start=start, end=end, cohort=cohort,
        )  # fmt: skip
    if not np.any(cohorts <= end):
        raise TrapError(
            "No {entity} is treated by {end}, the last period: see {cohort!r}.",
            entity=entity, end=end, cohort=cohort,
        )  # fmt: skip
    return sample, cohorts


def _widen(
    sample: Sample, cohorts: Array, names: dict[str, str], covariate_names: tuple[str, ...]
) -> Adoption:
    key = sample.keys[names["entity"]]
    order = np.argsort(cohorts, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    rows = place[key.codes]
    periods, columns = np.unique(sample.numbers[names["time"]].to_numpy(), return_inverse=True)
    shape = (len(order), len(periods))
    outcome = np.full(shape, np.nan)
    outcome[rows, columns] = sample.numbers[names["y"]].to_numpy()
    covariates = np.full((*shape, len(covariate_names)), np.nan)
    for k, name in enumerate(covariate_names):
        covariates[rows, columns, k] = sample.numbers[name].to_numpy()
    by_entity: dict[str, Codes | None] = {}
    for role in ("cluster", "families", "regions"):
        column = names[role]
        unused = column in ("", names["entity"])
        by_entity[role] = None if unused else _of_entities(sample, column, names["entity"])[order]
    notes = sample.notes
    lacking = int(np.isnan(outcome).any(axis=1).sum())
    if lacking:
        said = _(
            "Unbalanced: {lacking:,} of {units} of {entity} lack some of the {periods} periods.",
            lacking=lacking, units=counted(len(order), "unit"), entity=names["entity"],
            periods=len(periods),
        )  # fmt: skip
        notes = (*notes, said)
    return Adoption(
        names,
        covariate_names,
        periods.astype(int),
        cohorts[order],
        outcome,
        covariates,
        by_entity["cluster"],
        by_entity["families"],
        by_entity["regions"],
        len(sample),
        notes,
    )


def _of_entities(sample: Sample, column: str, entity: str) -> Codes:
    """Return the group of each entity; it may have only one."""
    key, members = sample.keys[column], sample.keys[entity]
    group, moving = value_of_each(members.codes, key.codes, len(members.levels))
    if moving.size:
        raise InputError(
            "Each {entity} must stay in one {column}; {units} move: {names}.",
            entity=entity, column=column, units=counted(moving.size, "unit"),
            names=listed(members.levels[moving]),
        )  # fmt: skip
    return group
