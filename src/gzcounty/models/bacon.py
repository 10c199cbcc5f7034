"""What a two-way fixed-effects estimate of a staggered treatment is made of.

Goodman-Bacon (2021, Journal of Econometrics 225, 254-277, theorem 1): with a treatment that
entities adopt and keep, the two-way fixed-effects estimate is a weighted mean of all comparisons of
two cohorts before and after. With n the share of a cohort in all entities, D its share of periods
treated, and V the sum of all numerators,

- cohort k against never treated u:  (n_k n_u) D_k (1 - D_k) / V,
- earlier k against later l, before l is treated:  (n_k n_l) (D_k - D_l) (1 - D_k) / V,
- later l against earlier k, after k is treated:  (n_k n_l) D_l (D_k - D_l) / V.

The last kind takes entities already treated as controls: if effects grow over time, their growth
is taken off ("forbidden" comparisons). Entities treated from the first period on are such controls
for everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.checks import require_columns
from gzcounty.errors import InputError, TrapError
from gzcounty.language import N_, _, _n
from gzcounty.words import counted, listed

from ._adoption import NEVER, read_cohort
from ._arrays import Array
from .panel import refuse_duplicates
from .result import ABSENT, Estimate, Reported
from .sample import (
    Sample,
    constant_within,
    require_whole_numbers,
    take_sample,
)

NEVER_TREATED = N_("treated vs never treated")
EARLIER = N_("earlier vs later treated")
LATER = N_("later vs earlier treated")
ALWAYS = N_("later vs always treated")
KINDS = (NEVER_TREATED, EARLIER, LATER, ALWAYS)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BaconDecomposition(Reported):
    """The comparisons behind a two-way fixed-effects estimate.

    Attributes
    ----------
    dependent : str
    comparisons : DataFrame
        One row a comparison: kind, treated (cohort), control (cohort, or "never"), estimate,
        weight. Weights sum to one.
    estimate : float
        The two-way fixed-effects estimate, the sum of weight times estimate.
    nobs, n_entities : int
    notes : tuple of str
    native : ndarray, shape (cohorts, periods)
        Means of the outcome by cohort and period, never treated last.
    """

    dependent: str
    comparisons: pd.DataFrame
    estimate: float
    nobs: int
    n_entities: int
    notes: tuple[str, ...]
    native: Array

    def table(self) -> pd.DataFrame:
        """All comparisons, the heaviest first: term, kind, treated, control, estimate, weight."""
        rows = self.comparisons.sort_values("weight", ascending=False, ignore_index=True)
        rows.insert(0, "term", rows["treated"].astype(str) + " vs " + rows["control"].astype(str))
        return rows

    def by_kind(self) -> pd.DataFrame:
        """Sum up: kind, weight (sum), estimate (mean by weight), comparisons (how many)."""
        rows = []
        for kind in KINDS:
            part = self.comparisons[self.comparisons["kind"] == kind]
            weight = part["weight"].sum()
            if weight > 0:
                mean = float(part["weight"] @ part["estimate"] / weight)
                rows.append((kind, float(weight), mean, len(part)))
        return pd.DataFrame(rows, columns=["kind", "weight", "estimate", "comparisons"])

    def _heading(self) -> str:
        return _(
            "{dependent}: two-way fixed effects {estimate:.4g}, decomposed; {rows}, {entities:,} "
            "entities",
            dependent=self.dependent, estimate=self.estimate, rows=counted(self.nobs, "row"),
            entities=self.n_entities,
        )  # fmt: skip

    def _shown_rows(self) -> list[Estimate]:
        rows = list(self.by_kind().itertuples())
        said = N_("{kind} (weight {weight:.3f})")
        terms = [_(said, kind=_(row.kind), weight=row.weight) for row in rows]
        return [Estimate(t, row.estimate, *ABSENT) for t, row in zip(terms, rows, strict=True)]

    def _hidden_line(self, shown: int) -> list[str]:
        n = len(self.comparisons)
        return [_n("{n:,} comparison in .table().", "{n:,} comparisons in .table().", n)]


def bacon_decomposition(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    cohort: str | None = None,
    treatment: str | None = None,
) -> BaconDecomposition:
    """Decompose a two-way fixed-effects estimate into comparisons of two cohorts.

    Parameters
    ----------
    data : DataFrame
        One row an entity and period; every entity in every period.
    y, entity, time : str
        As in `gzcounty.staggered_did`.
    cohort : str, optional
        First period treated, constant within each entity; infinity if never, or 0 where all
        periods lie above 0.
    treatment : str, optional
        Instead of `cohort`: 0 before treatment, 1 from then on.

    Returns
    -------
    BaconDecomposition
        ``.estimate`` equals `gzcounty.panel_ols` of y on the treatment dummy.

    Raises
    ------
    InputError
        For unusable columns as in `gzcounty.staggered_did`; if not exactly one of cohort and
        treatment is given; if the treatment is not 0 and 1, or is ever undone.
    TrapError
        If the panel is not balanced, nobody is treated after the first period, or all are at once.

    Examples
    --------
    Two counties adopt in 2015, one in 2016, one never (SIMULATED):

    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> lights = {2014: [1, 2, 3, 1], 2015: [4, 5, 4, 2], 2016: [6, 8, 9, 2]}
    >>> data = pd.DataFrame(lights).assign(county=list("abcd"), first=[2015, 2015, 2016, 0])
    >>> data = data.melt(["county", "first"], var_name="year", value_name="lights")
    >>> data["year"] = data["year"].astype(int)
    >>> found = gz.bacon_decomposition(data, "lights", "county", "year", cohort="first")
    >>> found.by_kind()[["kind", "weight", "estimate"]].round(3).values.tolist()
    [['treated vs never treated', 0.6, 3.833], ['earlier vs later treated', 0.2, 2.0],\
 ['later vs earlier treated', 0.2, 2.5]]
    >>> round(found.estimate, 3)
    3.2
    """
    if (cohort is None) == (treatment is None):
        raise InputError("Give either cohort, the first period treated, or treatment, 0 and 1.")
    named = cohort if cohort is not None else str(treatment)
    require_columns(data, [y, entity, time, named])
    cohort_notes: list[str] = []
    if cohort is not None:
        values, cohort_notes = read_cohort(data[cohort], data[time])
        data = data.assign(**{cohort: values})
    sample = take_sample(data, numeric=[y, time, named], keys=[entity, time])
    require_whole_numbers(sample, time)
    refuse_duplicates(sample, entity, time)
    if cohort is not None:
        first = constant_within(sample, cohort, entity)
    else:
        first = _first_treated(sample, named, entity, time)
    key = sample.keys[entity]
    periods, column = np.unique(sample.numbers[time].to_numpy(), return_inverse=True)
    if len(sample) < len(key.levels) * len(periods):
        seen = np.bincount(key.codes)
        lacking = key.levels[seen < len(periods)]
        raise TrapError(
            "The decomposition needs every {entity} in every {time}; {units} lack some: {names}.",
            entity=entity, time=time, units=counted(len(lacking), "unit"), names=listed(lacking),
        )  # fmt: skip
    first = np.where(first > periods[-1], NEVER, first)
    late = int(np.isinf(first).sum())
    cohorts, group = np.unique(np.maximum(first, periods[0]), return_inverse=True)
    if len(cohorts) < 2 or not np.any((first > periods[0]) & np.isfinite(first)):
        raise TrapError(
            "In no {time} are some treated anew and others to compare with (see {column!r}): "
            "there is nothing to decompose.",
            time=time, column=named,
        )  # fmt: skip
    size = np.bincount(group)
    cell = group[key.codes] * len(periods) + column
    sums = np.bincount(
        cell, weights=sample.numbers[y].to_numpy(), minlength=size.size * periods.size
    )
    means = sums.reshape(size.size, periods.size) / size[:, None]
    rows = pd.DataFrame(
        _comparisons(cohorts, size / size.sum(), periods, means),
        columns=["kind", "treated", "control", "estimate", "weight"],
    )
    rows = rows[rows["weight"] > 0].reset_index(drop=True)
    rows["weight"] /= rows["weight"].sum()
    always = int(size[0]) if cohorts[0] == periods[0] else 0
    notes = [
        *sample.notes,
        *cohort_notes,
        _(
            "{late:,} of {units} of {entity} never treated by {end:.0f}, {always:,} treated in all "
            "periods.",
            late=late, units=counted(len(first), "unit"), entity=entity, end=periods[-1],
            always=always,
        ),
        _(
            "Comparisons with entities already treated take off their growth since: they are right "
            "only if effects do not change over time."
        ),
    ]  # fmt: skip
    return BaconDecomposition(
        dependent=y,
        comparisons=rows,
        estimate=float(rows["weight"] @ rows["estimate"]),
        nobs=len(sample),
        n_entities=len(key.levels),
        notes=tuple(notes),
        native=means,
    )


def _comparisons(
    cohorts: Array, share: Array, periods: Array, means: Array
) -> Iterator[tuple[str, int, int | str, float, float]]:
    """Yield every comparison with its weight times V; cohorts ascend, never treated last."""
    after = [periods >= cohort for cohort in cohorts]
    treated = [rows.mean() for rows in after]

    def difference(one: int, other: int, post: np.ndarray, pre: np.ndarray) -> float:
        gap = means[one] - means[other]
        return float(gap[post].mean() - gap[pre].mean())

    for k, cohort in enumerate(cohorts[:-1]):
        for j in range(k + 1, len(cohorts)):
            mass, head, tail = share[k] * share[j], treated[k], treated[j]
            early, late = int(cohort), cohorts[j]
            if head < 1:
                middle = after[k] & ~after[j]
                kind, name = (EARLIER, int(late)) if np.isfinite(late) else (NEVER_TREATED, "never")
                estimate = difference(k, j, middle, ~after[k])
                yield kind, early, name, estimate, mass * (head - tail) * (1 - head)
            if tail > 0:
                kind = LATER if head < 1 else ALWAYS
                estimate = difference(j, k, after[j], after[k] & ~after[j])
                yield kind, int(late), early, estimate, mass * tail * (head - tail)


def _first_treated(sample: Sample, treatment: str, entity: str, time: str) -> Array:
    """First period with treatment 1 by entity, infinity if none; refused if undone."""
    status = sample.numbers[treatment].to_numpy()
    wrong = np.flatnonzero((status != 0) & (status != 1))
    if wrong.size:
        raise InputError(
            "{column!r} must be 0 or 1; it is {value:g} at index {index}.",
            column=treatment, value=status[wrong[0]], index=sample.numbers.index[wrong[0]],
        )  # fmt: skip
    key, times = sample.keys[entity], sample.numbers[time].to_numpy()
    first = np.full(len(key.levels), np.inf)
    np.minimum.at(first, key.codes[status == 1], times[status == 1])
    undone = np.unique(key.codes[(status == 0) & (times > first[key.codes])])
    if undone.size:
        raise InputError(
            "{column!r} must stay 1 once it is 1; it is undone in {units}: {names}.",
            column=treatment, units=counted(undone.size, "unit"), names=listed(key.levels[undone]),
        )  # fmt: skip
    return first
