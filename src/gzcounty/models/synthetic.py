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

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from ._matching import EXACT, IMPORTANCES, Importance, Match, Units, rmspe
from ._simplex import is_unique
from ._synthetic_data import read_units
from ._synthetic_result import Fit, SyntheticControl
from .sample import as_names

# One matrix problem a donor: far beyond this a pool is a choice not made (Abadie 2021, section 4).
MOST_DONORS = 1000


def synthetic_control(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    treated: object,
    start: object,
    donors: Sequence[Any] | None = None,
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
    if importance not in IMPORTANCES:
        raise InputError(f"importance must be one of {listed(IMPORTANCES)}, not {importance!r}.")
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
            f"{J:,} donors are too many to be comparable; name at most {MOST_DONORS:,} that "
            "resemble the treated unit."
        )
    match = units.match(0, np.arange(1, J + 1))
    weights = pd.Series(match.fit.weights, index=units.units[1:], name="weight")
    importances = (
        None if match.importance is None
        else pd.Series(match.importance, index=names, name="importance")
    )  # fmt: skip
    result = SyntheticControl(
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
    object.__setattr__(result, "notes", (*notes, *_explain(result)))
    return result


def _fit(units: Units, match: Match) -> Fit:
    early = units.centred()[: units.before]
    plain = rmspe(early[:, 0] - early[:, 1:].mean(axis=1))
    own, spread = rmspe(match.gaps[: units.before]), units.spread()
    # Units that do not differ at all leave nothing to compare with.
    relative = own / spread if spread > 0 else np.nan
    return Fit(own, relative, 1 - (own / plain) ** 2 if plain > 0 else np.nan)


def _explain(result: SyntheticControl) -> list[str]:
    """Say what was matched, what the match leaves open, and what must be assumed."""
    units, J = result.units, len(result.weights)
    after = len(units.times) - units.before
    span = f"{counted(units.before, 'period')} before {result.start}, from {units.times[0]}"
    if result.predictor_weights is not None:
        how = ("importance by inverse variance" if units.importance == "inverse_variance"
               else "importance chosen to fit y before the start")  # fmt: skip
        what = f"means of {listed(result.predictor_weights.index)} over the {span}; {how}"
    else:
        what = f"{result.outcome} in each of the {span}"
        what += ", less each unit's mean" if units.demean else ""
    notes = [f"Matched: {what}."]
    if not result.unique:
        ranges = result.gap_range()
        last = ranges.iloc[-1]
        rule = ("those with the smallest sum of squares were taken" if result.native.fit.least_norm
                else "one of them was taken")  # fmt: skip
        notes.append(
            f"The weights are not unique ({J} donors, {len(result.native.rows)} values to match): "
            f"{rule}. Others that match as well put the gap in {last['time']} anywhere from "
            f"{last['lowest']:.4g} to {last['highest']:.4g}."
        )
    if result.fit.relative <= EXACT:
        notes.append(
            "The match is exact, as it easily is where donors outnumber the periods: that is no "
            "evidence that it would have held."
        )
    notes += [
        f"p-values are ranks among {J} placebos, so none can be below {1 / (J + 1):.3f}; intervals "
        "assume an effect that is the same in every period from the start on.",
        f"{counted(after, 'period')} from the start on"
        + (": nothing can be said about whether the gap lasts." if after == 1 else "."),
        "The gap is an effect only if nothing else set the treated unit apart from then on, the "
        "donors were not touched, and the match would have held.",
    ]
    return notes
