"""Differences over time within units: over many years at once, or from each year to the next.

`long_difference` makes a table of changes for `ols`; `first_difference` is an estimator.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from .design import Design, materialise, read_formula
from .panel import refuse_duplicates
from .result import Result
from .sample import Sample, as_names, as_numbers, require_columns, take_sample
from .within import Effect, fit_within


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
        raise InputError(f"start must lie before end, not {start} and {end}.")
    chosen = data.loc[data[time].isin([start, end])]
    if chosen.empty:
        raise InputError(f"{time!r} has neither {start} nor {end}.")
    # Only the identifiers must be known; take_sample also notes rows without them.
    sample = take_sample(chosen, numeric=[], keys=[entity, time])
    refuse_duplicates(sample, entity, time)
    chosen = chosen.assign(**{name: as_numbers(chosen[name]) for name in names})
    chosen = chosen.loc[chosen[entity].notna()].set_index(entity)
    first = chosen[chosen[time] == start]
    last = chosen[chosen[time] == end]
    both = first.index.intersection(last.index).sort_values()
    if both.empty:
        raise InputError(f"No {entity} has both {start} and {end}.")
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
            notes.append(
                f"{counted(len(lacking), 'unit')} of {entity} without {year} left out of the "
                f"change {start}-{end}: {listed(lacking)}."
            )
    result = result.reset_index()
    result.attrs = {"notes": notes}
    return result


def first_difference(
    formula: str,
    data: pd.DataFrame,
    entity: str,
    time: str,
    cluster: str | Sequence[str] | None = None,
    time_effects: bool = True,
) -> Result:
    """Estimate a linear model in changes from each period to the next.

    The model is ``y[i, t] - y[i, t-1] = (x[i, t] - x[i, t-1])' b + year[t] + error``. What does
    not change in an entity drops out, as with entity effects; with two periods the estimates are
    the same. With more, the two differ unless regressors are strictly exogenous, and a large
    difference is a warning (Wooldridge 2010, Econometric Analysis of Cross Section and Panel Data,
    2nd edition, sections 10.6 and 10.7).

    Parameters
    ----------
    formula : str
        In levels, such as ``"log(rural_income) ~ loans"``; it is computed first, then differenced.
    data : DataFrame
        One row an entity and period; the panel may be unbalanced, in any order.
    entity, time : str
        Columns that together identify a row; `time` holds whole numbers. A change is taken only
        from one period to the next: gaps are not bridged, and the notes count them.
    cluster : str or list of two str, optional
        Column or columns to cluster by, constant within each entity; the entity if not given,
        because neighbouring changes share an error.
    time_effects : bool, default True
        Whether each period has an effect of its own on the change. Without, there is no intercept:
        levels have no trend.

    Returns
    -------
    Result
        ``nobs`` counts changes; ``native`` is a `gzcounty.models.within.WithinFit`.

    Raises
    ------
    InputError
        As in `panel_ols`; also if no entity is seen in two periods in a row, or a regressor never
        changes (named).

    Examples
    --------
    >>> import gzcounty as gz
    >>> fit = gz.first_difference(
    ...     "log(gdp) ~ log(loans)", gz.load_panel().query("year < 2019"), "adcode", "year"
    ... )
    >>> fit.dependent, fit.n_clusters
    ('log(gdp)', 61)
    """
    parsed = read_formula(formula)
    names = [entity] if cluster is None else as_names(cluster)
    sample = take_sample(
        data,
        numeric=[*parsed.numeric, time],
        categories=parsed.categorical,
        keys=[entity, time, *names],
    )
    refuse_duplicates(sample, entity, time)
    levels = materialise(parsed, sample).without("Intercept")
    earlier, later = _consecutive(sample, entity, time)
    for name in names:
        codes = sample.keys[name].codes
        moved = np.flatnonzero(codes[earlier] != codes[later])
        if moved.size:
            key = sample.keys[entity]
            raise InputError(
                f"{name!r} must be constant within each {entity} to cluster changes by it; it "
                f"changes in {listed(key.levels[np.unique(key.codes[later[moved]])])}."
            )
    changes = Design(
        levels.y[later] - levels.y[earlier],
        levels.X[later] - levels.X[earlier],
        levels.terms,
        levels.dependent,
    )
    still = [
        term for term, column in zip(levels.terms, changes.X.T, strict=True) if not column.any()
    ]
    if still:
        verb = "does" if len(still) == 1 else "do"
        raise InputError(
            f"{listed(still)} {verb} not change in any {entity} from one {time} to the next, so "
            "changes say nothing about it."
        )
    kept = np.zeros(len(sample), dtype=bool)
    kept[later] = True
    order = np.argsort(later)
    changes = Design(changes.y[order], changes.X[order], changes.terms, changes.dependent)
    lost = len(sample) - len(later)
    starts = len(sample.keys[entity].levels)
    sample = sample.keep(kept).noting(
        f"{counted(len(later), 'change')} from one {time} to the next; {starts:,} rows are the "
        f"first of their {entity}"
        + (f", {lost - starts:,} follow a gap." if lost > starts else ".")
    )
    effects = [Effect(time, sample.keys[time].codes)] if time_effects else []
    result = fit_within(changes, sample, effects, cluster=names, weights=None)
    fields = {name: getattr(result, name) for name in Result.__dataclass_fields__}
    fields["estimator"] = "first differences" + (", effects of " + time if time_effects else "")
    return Result(**fields)


def _consecutive(sample: Sample, entity: str, time: str) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all pairs of rows of an entity that are one period apart."""
    period = sample.numbers[time].to_numpy()
    if np.any(period != np.round(period)):
        raise InputError(f"{time!r} must hold whole numbers; it holds {listed(np.unique(period))}.")
    codes = sample.keys[entity].codes
    order = np.lexsort((period, codes))
    first, second = order[:-1], order[1:]
    pair = (codes[first] == codes[second]) & (period[second] - period[first] == 1)
    if not pair.any():
        raise InputError(f"No {entity} is seen in two {time}s in a row, so there is no change.")
    return first[pair], second[pair]
