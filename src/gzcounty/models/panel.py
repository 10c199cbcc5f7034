"""Panel regressions with entity and time effects.

Entities seen only once are kept out: their effect fits them exactly, they do not touch the
coefficients, and counting them would make clustered standard errors too small.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import _, _n
from gzcounty.words import counted, in_a_row, listed

from .dependence import HAC, Conley, columns_of, read_cov
from .design import materialise, predict
from .formula import read_formula
from .result import Result
from .sample import Sample, as_names, combined, take_sample
from .within import Effect, fit_within, singletons


def panel_ols(
    formula: str,
    data: pd.DataFrame,
    entity: str,
    time: str,
    cluster: str | Sequence[str] | None = None,
    entity_effects: bool = True,
    time_effects: bool = True,
    weights: str | None = None,
    cov: HAC | Conley | None = None,
) -> Result:
    """Estimate a linear panel model with entity and time effects.

    Parameters
    ----------
    formula : str
        Such as ``"log(rural_income) ~ penetration + loans"``; the effects take the place of the
        intercept.
    data : DataFrame
        One row an entity and time; the panel may be unbalanced, in any order.
    entity, time : str
        Columns that together identify a row.
    cluster : str or list of two str, optional
        Column or columns to cluster by, as a rule the entity or something larger. Without it
        standard errors are classical, and the notes say so.
    entity_effects, time_effects : bool, default True
        Which effects to take out.
    weights : str, optional
        Column of analytic weights, above zero.
    cov : HAC or Conley, optional
        `gzcounty.HAC` (Driscoll and Kraay) or `gzcounty.Conley`, in place of `cluster`.

    Returns
    -------
    Result
        ``native`` is a `gzcounty.models.within.WithinFit`.

    Raises
    ------
    InputError
        For unusable columns as in `ols`; for duplicated entity-time rows; for regressors that the
        effects absorb (named); if every entity is seen only once.
    TrapError
        If a regressor is a prefecture's and errors take its counties as independent, as in `ols`.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel()
    >>> fit = gz.panel_ols(
    ...     "log(rural_income) ~ log(household_savings)", panel, "adcode", "year", cluster="adcode"
    ... )
    >>> fit.table()[["term", "estimate", "std_error", "p_value"]].round(3)
                         term  estimate  std_error  p_value
    0  log(household_savings)     0.015      0.006    0.012
    >>> fit.n_clusters
    61
    >>> print(fit.notes[0])
    Left out 645 of 1,108 rows for missing values: household_savings 378, rural_income 465 (a row
    can lack several).
    """
    read_cov(cov, cluster)
    parsed = read_formula(formula)
    sample = take_sample(
        data,
        numeric=[*parsed.numeric, *as_names(weights), *columns_of(cov)],
        categories=parsed.categorical,
        keys=[entity, time, *as_names(cluster)],
    )
    refuse_duplicates(sample, entity, time)
    names = [(entity,)] * entity_effects + [(time,)] * time_effects
    sample, effects = drop_singletons(sample, names)
    design = materialise(parsed, sample)
    if effects:
        design = design.without("Intercept")
    fit = fit_within(design, sample, effects, cluster=cluster, weights=weights, cov=cov)
    return fit if effects else replace(fit, predictor=partial(predict, parsed, sample))


def refuse_duplicates(sample: Sample, entity: str, time: str) -> None:
    """Raise `InputError` if an entity has two rows at one time."""
    if entity == time:
        raise InputError(
            "entity and time must be two different columns, not both {entity!r}.", entity=entity
        )
    entities, times = sample.keys[entity], sample.keys[time]
    period = len(times.levels)
    cells = pd.Series(entities.codes * period + times.codes)
    repeated = cells[cells.duplicated()].unique()
    if repeated.size:
        pairs = [
            f"({entities.levels[cell // period]}, {times.levels[cell % period]})"
            for cell in repeated
        ]
        raise InputError(_n(
            "Each {entity} and {time} may have one row; {n} pair appears more than once: {pairs}.",
            "Each {entity} and {time} may have one row; {n} pairs appear more than once: {pairs}.",
            repeated.size, entity=entity, time=time, pairs=listed(pairs, 3),
        ))  # fmt: skip


def drop_singletons(
    sample: Sample, effects: Sequence[tuple[str, ...]]
) -> tuple[Sample, list[Effect]]:
    """Leave out rows that are alone in a level of an effect, and note which."""
    fixed_effects = [_effect(sample, columns) for columns in effects]
    if not fixed_effects:
        return sample, []
    alone = singletons(fixed_effects)
    if not alone.any():
        return sample, fixed_effects
    names = in_a_row([effect.name for effect in fixed_effects], "or")
    count = int(alone.sum())
    if count == len(sample):
        raise InputError(
            "Every {names} is seen only once, so the effects leave nothing to estimate from.",
            names=names,
        )  # fmt: skip
    first = fixed_effects[0]
    lone = np.bincount(first.codes)[first.codes] == 1
    key = sample.keys[effects[0][0]]
    rows = counted(count, "row")
    if lone.any():
        note = _(
            "Left out {rows} as singletons, the only ones of their {names}: {first} {levels}.",
            rows=rows, names=names, first=first.name, levels=listed(key.levels[key.codes[lone]]),
        )  # fmt: skip
    else:
        note = _(
            "Left out {rows} as singletons, the only ones of their {names}.", rows=rows, names=names
        )
    sample = sample.keep(~alone).noting(note)
    return sample, [_effect(sample, columns) for columns in effects]


def _effect(sample: Sample, columns: Sequence[str]) -> Effect:
    name, *rest = columns
    for other in rest:
        name = _("{first} by {second}", first=name, second=other)
    return Effect(name, combined([sample.keys[name].codes for name in columns]))
