"""Synthetic controls: one unit compared with a weighted mean of others that moved like it before.

For the treated unit 1 and donors j with outcomes y[j, t], weights w on the simplex (not negative,
adding up to one) make ``sum_j w[j] y[j, t]`` follow ``y[1, t]`` in the periods before the start.
What they miss after it is the gap.

References
----------
Abadie, A. (2021). Using synthetic controls: feasibility, data requirements, and methodological
aspects. Journal of Economic Literature 59(2), 391-425.
Abadie, A., Diamond, A. and Hainmueller, J. (2010). Synthetic control methods for comparative case
studies. Journal of the American Statistical Association 105(490), 493-505.
Doudchenko, N. and Imbens, G. W. (2016). Balancing, regression, difference-in-differences and
synthetic control methods: a synthesis. NBER Working Paper 22791.
Ferman, B. and Pinto, C. (2021). Synthetic controls with imperfect pretreatment fit. Quantitative
Economics 12(4), 1197-1221.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.errors import InputError, TrapError
from gzcounty.language import N_, _
from gzcounty.words import counted, listed

from ._matching import EXACT, Importance, Match, Units, is_unique, rmspe
from ._synthetic_result import Fit, SyntheticControl
from ._types import Array
from .nearness import SINGLE, constant
from .panel import refuse_duplicates
from .sample import Sample, as_names, take_sample


def read_units(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    treated: Hashable,
    start: Hashable,
    donors: Sequence[Hashable] | None,
    predictors: Sequence[str],
    importance: Importance,
    demean: bool,
) -> tuple[Units, list[str]]:
    """Return the units, the treated one first, and notes on what was left out."""
    sample = take_sample(data, numeric=[y], keys=[entity, time])
    refuse_duplicates(sample, entity, time)
    units, times = sample.keys[entity].levels, _in_order(sample, time)
    place = _find(units, treated, entity)
    chosen = _pool(units, place, entity, donors)
    wide = _wide(sample, y, entity, time, units, times)
    notes = list(sample.notes)

    observed = ~np.isnan(wide[:, place])
    lost = times[~observed & ~np.isnan(wide[:, chosen]).all(axis=1)]
    if len(lost):
        notes.append(_(
            "{periods} left out because {treated!r} has no {y} then: {names}.",
            periods=counted(len(lost), "period"), treated=str(treated), y=y,
            names=listed(lost, 12),
        ))  # fmt: skip
    wide, times = wide[observed], times[observed]
    before = _periods_before(times, start, time, treated)
    stacked = np.empty((len(predictors), *wide.shape))
    for place_of_name, name in enumerate(predictors):
        known = take_sample(data, [name], keys=[entity, time])
        stacked[place_of_name] = _wide(known, name, entity, time, units, times)

    whole = ~np.isnan(wide[:, chosen]).any(axis=0)
    lacking = units[chosen[~whole]]
    if len(lacking):
        notes.append(_(
            "{donors} left out for missing {y} in some of the {periods}: {names}.",
            donors=counted(len(lacking), "donor"), y=y, periods=counted(len(times), "period"),
            names=listed(lacking, 12),
        ))  # fmt: skip
    chosen = chosen[whole]
    everyone = np.append(place, chosen).astype(np.intp)
    panel = Units(
        wide[:, everyone], times, units[everyone], before, stacked[:, :, everyone],
        importance, demean, sample.notes,
    )  # fmt: skip
    if predictors:
        panel, more = _with_predictors(panel, predictors)
        notes += more
    left = len(panel.units) - 1
    if left < 2:
        one = N_(
            "A synthetic control needs at least two donors with {y} in all {periods} of the "
            "treated unit; there is 1."
        )
        none = N_(
            "A synthetic control needs at least two donors with {y} in all {periods} of the "
            "treated unit; there are none."
        )
        raise InputError(one if left else none, y=y, periods=counted(len(times), "period"))
    return panel, notes


def _in_order(sample: Sample, time: str) -> pd.Index:
    levels = sample.keys[time].levels
    try:
        return levels.sort_values()
    except TypeError:
        raise InputError(
            "The values of {time!r} cannot be put in order: {values}.",
            time=time, values=listed(levels),
        ) from None  # fmt: skip


def _find(units: pd.Index, treated: Hashable, entity: str) -> int:
    if treated in units:
        return int(units.get_loc(treated))
    alike = [unit for unit in units if str(unit) == str(treated)]
    if not alike:
        raise InputError(
            "{entity!r} has no unit {treated!r} with a known outcome. It has {units}.",
            entity=entity, treated=treated, units=listed(units),
        )  # fmt: skip
    raise InputError(
        "{entity!r} has no unit {treated!r} with a known outcome. It has {unit!r}, of type {kind}.",
        entity=entity, treated=treated, unit=alike[0], kind=type(alike[0]).__name__,
    )  # fmt: skip


def _pool(
    units: pd.Index, place: int, entity: str, donors: Sequence[Hashable] | None
) -> np.ndarray:
    """Positions of the donors: those named, or everybody but the treated unit."""
    if donors is None:
        return np.delete(np.arange(len(units)), place)
    names: list[Any] = list(donors)
    if units[place] in names:
        raise InputError(
            "The treated unit {treated!r} cannot be its own donor.", treated=str(units[place])
        )
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise InputError(
            "Each donor may be named once; {names} stand more often.", names=listed(repeated)
        )
    absent = [name for name in names if name not in units]
    if absent:
        raise InputError(
            "{entity!r} has no unit {names} with a known outcome to serve as a donor.",
            entity=entity, names=listed(absent),
        )  # fmt: skip
    return np.array([units.get_loc(name) for name in names], dtype=np.intp)


def _wide(
    sample: Sample, column: str, entity: str, time: str, units: pd.Index, times: pd.Index
) -> Array:
    """Values by period and unit, NaN where there is no row."""
    wide = np.full((len(times), len(units)), np.nan)
    rows = times.get_indexer(sample.keys[time].levels)[sample.keys[time].codes]
    columns = units.get_indexer(sample.keys[entity].levels)[sample.keys[entity].codes]
    inside = (rows >= 0) & (columns >= 0)
    wide[rows[inside], columns[inside]] = sample.numbers[column].to_numpy()[inside]
    return wide


def _periods_before(times: pd.Index, start: Any, time: str, treated: Hashable) -> int:  # noqa: ANN401
    if start not in times:
        raise InputError(
            "start must be one of the periods in which {treated!r} has an outcome, {times}, not "
            "{start!r}.",
            treated=str(treated), times=listed(times, 30), start=start,
        )  # fmt: skip
    before = int(times.get_loc(start))
    if before == 0:
        raise TrapError(
            "No period of {time!r} lies before {start!r}, so there is no path to match; choose a "
            "later start if the question allows it.",
            time=time, start=start,
        )  # fmt: skip
    if before == 1:
        raise TrapError(
            "Only one period of {time!r} lies before {start!r}: a level can be matched but no "
            "path, so nothing would show whether the match holds; at least two are needed.",
            time=time, start=start,
        )  # fmt: skip
    return before


def _with_predictors(panel: Units, names: Sequence[str]) -> tuple[Units, list[str]]:
    """Leave out donors without a predictor; refuse one that the treated unit lacks."""
    means = panel.means()
    for name, row in zip(names, means, strict=True):
        if np.isnan(row[0]):
            raise InputError(
                "The treated unit {treated!r} has no {name!r} before the start.",
                treated=str(panel.units[0]), name=name,
            )  # fmt: skip
    whole = ~np.isnan(means).any(axis=0)
    notes = []
    if not whole.all():
        notes.append(_(
            "{donors} left out for predictors unknown in every period before the start: {names}.",
            donors=counted(int((~whole).sum()), "donor"), names=listed(panel.units[~whole], 12),
        ))  # fmt: skip
        panel = replace(
            panel,
            outcomes=panel.outcomes[:, whole],
            units=panel.units[whole],
            predictors=panel.predictors[:, :, whole],
        )
    for name, row in zip(names, panel.means(), strict=True):
        if constant(row, SINGLE):
            raise InputError(
                "The predictor {name!r} has the same mean in every unit; leave it out.", name=name
            )
    return panel, notes


# One matrix problem a donor: far beyond this a pool is a choice not made (Abadie 2021, section 4).
MOST_DONORS = 1000


def synthetic_control(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    treated: Hashable,
    start: Hashable,
    donors: Sequence[Hashable] | None = None,
    predictors: str | Sequence[str] | None = None,
    importance: Importance = "inverse_variance",
    demean: bool = False,
) -> SyntheticControl:
    """Compare one treated unit with a weighted mean of donors that moved like it before.

    Weights solve ``minimise sum_t (y[1, t] - sum_j w[j] y[j, t])^2`` over the periods before the
    start, with w not negative and adding up to one (Abadie, Diamond and Hainmueller 2010). The
    solution is exact. Where several weights fit equally, those with the smallest sum of squares
    are taken; `SyntheticControl.gap_range` shows what the others would say.

    Parameters
    ----------
    data : DataFrame
        One row an entity and time, in any order.
    y : str
        Outcome; take logarithms before.
    entity, time : str
        Columns that identify a row; the values of `time` can be put in order.
    treated : value of `entity`
        One unit.
    start : value of `time`
        The first period in which it is treated.
    donors : sequence of values of `entity`, optional
        Untreated units; all others if not given. Those that lack y in a period of the treated
        unit are left out and named in the notes. At most 1,000.
    predictors : str or list of str, optional
        Match the means of these columns before the start in place of y in every period; y may be
        one of them. Each is measured in standard deviations of the pool.
    importance : {"inverse_variance", "fitted"}
        Weigh predictors equally (that is, by inverse variance), or so that the squared gaps in y
        before the start become smallest (Nelder and Mead search, again for each placebo).
    demean : bool, default False
        Take each unit's mean before the start out first, which matches movements and not levels
        (Doudchenko and Imbens 2016; Ferman and Pinto 2021). Not with predictors.

    Returns
    -------
    SyntheticControl

    Raises
    ------
    InputError
        For unusable columns or duplicated rows; if the treated unit, the start or a donor is not
        in the data, the treated unit is its own donor, or fewer than two donors are left.
    TrapError
        If fewer than two periods lie before the start.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel().query("year >= 2014")
    >>> found = gz.synthetic_control(panel, "rural_income", "adcode", "year", "522632", 2022)
    >>> found.weights.sum().round(6), (found.weights >= 0).all()
    (np.float64(1.0), np.True_)
    >>> found.path().columns.to_list()
    ['time', 'treated', 'synthetic', 'gap', 'after']
    """
    names = as_names(predictors)
    if demean and names:
        raise InputError(
            "demean matches movements of y in every period and predictors match levels; ask for "
            "one of them."
        )
    units, notes = read_units(
        data, y, entity, time, treated, start, donors, names, importance, demean
    )
    J = len(units.units) - 1
    if J > MOST_DONORS:
        raise InputError(
            "{donors:,} donors are too many to be comparable; name at most {most:,} that "
            "resemble the treated unit.",
            donors=J, most=MOST_DONORS,
        )  # fmt: skip
    match = units.match(0, np.arange(1, J + 1))
    weights = pd.Series(match.fit.weights, index=units.units[1:], name="weight")
    importances = (
        None if match.importance is None
        else pd.Series(match.importance, index=names, name="importance")
    )  # fmt: skip
    fit = SyntheticControl(
        outcome=y,
        treated=units.units[0],
        start=units.times[units.before],
        weights=weights.sort_values(ascending=False, kind="stable"),
        predictor_weights=importances,
        fit=_fit(units, match),
        unique=is_unique(match.fit, match.rows),
        nobs=int(units.outcomes.size),
        notes=(),
        native=match,
        units=units,
    )
    return replace(fit, notes=(*notes, *_explain(fit)))


def _fit(units: Units, match: Match) -> Fit:
    early = units.centred()[: units.before]
    plain = rmspe(early[:, 0] - early[:, 1:].mean(axis=1))
    misfit, spread = rmspe(match.gaps[: units.before]), units.spread()
    # Units that do not differ at all leave nothing to compare with.
    relative = misfit / spread if spread > 0 else np.nan
    return Fit(misfit, relative, 1 - (misfit / plain) ** 2 if plain > 0 else np.nan)


def _explain(result: SyntheticControl) -> list[str]:
    """Return notes on what was matched, what that leaves open, and what is assumed."""
    units, J = result.units, len(result.weights)
    after = len(units.times) - units.before
    if result.predictor_weights is not None and units.importance == "inverse_variance":
        what = N_(
            "Matched: means of {columns} over the {periods} before {start}, from {first}; "
            "importance by inverse variance."
        )
    elif result.predictor_weights is not None:
        what = N_(
            "Matched: means of {columns} over the {periods} before {start}, from {first}; "
            "importance chosen to fit y before the start."
        )
    elif units.demean:
        what = N_(
            "Matched: {columns} in each of the {periods} before {start}, from {first}, less each "
            "unit's mean."
        )
    else:
        what = N_("Matched: {columns} in each of the {periods} before {start}, from {first}.")
    predictors = result.predictor_weights
    notes = [_(
        what, columns=result.outcome if predictors is None else listed(predictors.index),
        periods=counted(units.before, "period"), start=result.start, first=units.times[0],
    )]  # fmt: skip
    if not result.unique:
        last = result.gap_range().iloc[-1]
        least = N_("those with the smallest sum of squares were taken")
        rule = least if result.native.fit.least_norm else N_("one of them was taken")
        notes.append(_(
            "The weights are not unique ({donors} donors, {values} values to match): {rule}. "
            "Others that match as well put the gap in {time} anywhere from {low:.4g} to "
            "{high:.4g}.",
            donors=J, values=len(result.native.rows), rule=_(rule), time=last["time"],
            low=last["lowest"], high=last["highest"],
        ))  # fmt: skip
    if result.fit.relative <= EXACT:
        notes.append(_(
            "The match is exact, as it easily is where donors outnumber the periods: that is no "
            "evidence that it would have held."
        ))  # fmt: skip
    notes += [
        _(
            "p-values are ranks among {placebos} placebos, so none can be below {least:.3f}; "
            "intervals assume an effect that is the same in every period from the start on.",
            placebos=J, least=1 / (J + 1),
        ),
        _("1 period from the start on: nothing can be said about whether the gap lasts.")
        if after == 1
        else _("{n:,} periods from the start on.", n=after),
        _(
            "The gap is an effect only if nothing else set the treated unit apart from then on, "
            "the donors were not touched, and the match would have held."
        ),
    ]  # fmt: skip
    return notes
