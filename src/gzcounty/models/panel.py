"""Panels: regressions with entity and time effects, and changes between two of their years.

In a regression, entities seen only once are kept out: their effect fits them exactly, they do not
touch the coefficients, and counting them would make clustered standard errors too small.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import _, _n
from gzcounty.words import counted, in_a_row, listed

from .dependence import HAC, Conley, columns_of, read_cov
from .design import materialise, predict
from .formula import read_formula
from .result import Result
from .sample import Sample, as_names, as_numbers, combined, take_sample
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
    again = cells.duplicated()
    if again.any():
        repeated = cells[again].unique()
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


def long_difference(
    data: pd.DataFrame,
    y: str | Sequence[str],
    entity: str,
    time: str,
    start: int,
    end: int,
    keep: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Change of one or several columns between two years, one row an entity.

    Parameters
    ----------
    data : DataFrame
        One row an entity and year.
    y : str or list of str
        Numeric columns to take differences of; take logarithms before.
    entity, time : str
        Columns that identify a row.
    start, end : int
        The two years, start before end.
    keep : str or list of str, optional
        Columns to carry along as they are in the start year, such as the prefecture or an
        exposure measured then.

    Returns
    -------
    DataFrame
        Columns `entity`, those of `keep`, and for each column of `y` its change (end less start)
        as ``d_<name>`` and its level in the start year as ``<name>_<start>``, sorted by entity.
        A value missing in either year leaves the change missing. ``attrs["notes"]`` names the
        units that lack one of the years; `ols` repeats it in its own notes.

    Raises
    ------
    InputError
        If columns are missing or not numeric, an entity has two rows in one year, `start` is not
        before `end`, or no entity has both years.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel()
    >>> change = gz.long_difference(panel, "rural_income", "adcode", "year", 2014, 2023)
    >>> change.dropna().head(2).round()
       adcode  d_rural_income  rural_income_2014
    4  520203          8476.0             6404.0
    6  520281          9120.0             6933.0
    >>> print(change.attrs["notes"][0])
    9 units of adcode without 2023 left out of the change 2014-2023: ...
    """
    names = as_names(y)
    carried = [name for name in as_names(keep) if name != entity]
    require_columns(data, [entity, time, *names, *carried])
    if not start < end:
        raise InputError("start must lie before end, not {start} and {end}.", start=start, end=end)
    chosen = data.loc[data[time].isin([start, end])]
    if chosen.empty:
        raise InputError("{time!r} has neither {start} nor {end}.", time=time, start=start, end=end)
    # Only the identifiers must be known; take_sample also notes rows without them.
    sample = take_sample(chosen, numeric=[], keys=[entity, time])
    refuse_duplicates(sample, entity, time)
    chosen = pd.DataFrame(chosen)  # without attrs, which pandas copies at each step
    chosen = chosen.assign(**{name: as_numbers(chosen[name]) for name in names})
    chosen = chosen.loc[chosen[entity].notna()].set_index(entity)
    first = chosen[chosen[time] == start]
    last = chosen[chosen[time] == end]
    both = first.index.intersection(last.index).sort_values()
    if both.empty:
        raise InputError(
            "No {entity} has both {start} and {end}.", entity=entity, start=start, end=end
        )
    result = first.loc[both, carried].copy()
    for name in names:
        result[f"d_{name}"] = last.loc[both, name] - first.loc[both, name]
        result[f"{name}_{start}"] = first.loc[both, name]

    notes = list(sample.notes)
    for year, lacking in (
        (start, last.index.difference(both)),
        (end, first.index.difference(both)),
    ):
        if len(lacking):
            notes.append(_(
                "{units} of {entity} without {year} left out of the change {start}-{end}: {names}.",
                units=counted(len(lacking), "unit"), entity=entity, year=year, start=start,
                end=end, names=listed(lacking),
            ))  # fmt: skip
    result = result.reset_index()
    result.attrs = {"notes": notes}
    return result
