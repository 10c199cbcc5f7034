"""The specification curve: one question, every defensible way to ask it, all answers at once.

A regression of an outcome on an exposure embodies choices: which measure of either, which controls,
which sample, which fixed effects, which weights. The curve runs all combinations, sorts the
estimates, and shows which choices move them (Simonsohn, Simmons and Nelson 2020, Nature Human
Behaviour 4, 1208-1214).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.models import covariance
from gzcounty.models.panel import refuse_duplicates
from gzcounty.models.sample import as_numbers, require_columns, take_sample
from gzcounty.words import counted, listed

from ._spec_choices import Choices, EffectOption, SampleOption, read_choices
from ._spec_group import Columns
from ._spec_joint import JointTest, exchange, joint_test
from ._spec_notes import curve_notes
from ._spec_plan import estimate_all
from ._spec_result import SpecificationCurve, critical_values, read_level

__all__ = ["JointTest", "SpecificationCurve", "specification_curve"]


def specification_curve(
    data: pd.DataFrame,
    outcomes: str | Sequence[str] | Mapping[str, str],
    exposures: str | Sequence[str] | Mapping[str, str],
    controls: Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
    *,
    entity: str | None = None,
    time: str | None = None,
    effects: str | Sequence[str] | Mapping[str, EffectOption] | None = None,
    samples: Mapping[str, SampleOption] | None = None,
    weights: str | Sequence[str | None] | None = None,
    cluster: str | None = None,
    cov: covariance.CovKind = "HC3",
    standardise: bool = False,
    level: float = 0.95,
    shuffles: int = 0,
    seed: int = 2020,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> SpecificationCurve:
    """Estimate every combination of outcomes, exposures, controls, samples, effects and weights.

    Each specification is the regression

        y = b x + controls + effects + error,

    and gives b, as `panel_ols` (with effects) or `ols` (without) would give it: same estimate, same
    standard error by the conventions of `gzcounty.models.covariance`. It uses the rows in which
    all columns of its own are known, and drops singletons of its effects as `panel_ols` does.

    Parameters
    ----------
    data : DataFrame
        One row an observation: an entity, or an entity and time. Make logarithms, lags and dummies
        before.
    outcomes, exposures : str, list of str, or dict of label to column
    controls : dict of label to columns, or list of str, optional
        A dict names the control sets, such as ``{"none": [], "people": ["schooling", "age"]}``. A
        list means every subset of its columns (at most 12), from none to all.
    entity, time : str, optional
        Columns that together identify a row of a panel. Rows in which they are missing take no
        part.
    effects : str, list of str, or dict, optional
        Options among ``"none"`` (a constant), ``"entity"``, ``"time"``, ``"two-way"`` and columns
        such as ``"prefecture"``. A dict of label to columns gives other pairs; columns in a tuple
        stand for their combinations: ``{"province by year": ["county", ("province", "year")]}``.
        By default ``"two-way"`` if entity and time are named, else ``"none"``.
    samples : dict, optional
        Label to a boolean column, a boolean Series or array, or a function of the data that returns
        one. By default all rows.
    weights : str or list of str and None, optional
        Columns of analytic weights, above zero; None in the list is the option without.
    cluster : str, optional
        Column to cluster by, as a rule the entity or something larger: CR1, t with G-1 degrees of
        freedom.
    cov : {"HC3", "HC2", "HC1", "HC0", "classical"}
        Standard errors without `cluster`, as in `ols`; t with N-K degrees of freedom.
    standardise : bool, default False
        Give estimates for one standard deviation of the exposure (unweighted, in the rows that the
        specification uses), so that exposures of different units stand on one scale. Outcomes keep
        their own units: take logarithms if there are several.
    level : float, default 0.95
        Coverage of intervals, and what counts as significant.
    shuffles : int, default 0
        Shuffles of the joint test; 500 are enough for a p-value near 0.05.
    seed : int
    n_jobs, progress
        See `gzcounty.parallel.run`. The numbers do not depend on them.

    Returns
    -------
    SpecificationCurve
        ``.table()``, ``.summary()``, ``.joint_test``, ``.notes``. A specification that cannot be
        estimated keeps its row, with NaN and a sentence in ``problem`` that names the culprit.

    Raises
    ------
    InputError
        If the call itself is wrong (columns, labels, options, infinite values, weights not above
        zero, duplicated entity-time rows), or if no specification at all can be estimated.
    TrapError
        If a joint test is asked for and no two units can be exchanged.

    Notes
    -----
    The joint test shuffles exposure over units: the whole path of an entity, all exposures
    together, the same shuffle for every specification. Three statistics of the curve are compared
    with those of shuffled curves: the median estimate, the share of estimates with the dominant
    sign, and the share that is significant in the direction in which more of them are. That tests
    whether exposure has nothing to do with outcomes and controls. If it has something to do with
    controls, specifications that leave those out will not be zero either, so a small p-value is not
    evidence of an effect. (For observational data Simonsohn et al. also propose a bootstrap under
    the null, which is not done here.)

    Estimates of a curve share data, so their number says nothing about precision.

    References
    ----------
    Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis. Nature
    Human Behaviour 4, 1208-1214.

    Examples
    --------
    Is rural income higher where more people work in commerce? Sixteen ways to ask, in the former
    poverty counties whose income of 2020 is published:

    >>> import numpy as np
    >>> import gzcounty as gz
    >>> panel, census = gz.load_panel(), gz.load_census()
    >>> data = panel[panel.year == 2020].merge(census[census.year == 2020], on="adcode")
    >>> data["log_income"] = np.log(data.rural_income)
    >>> curve = gz.specification_curve(
    ...     data,
    ...     outcomes="log_income",
    ...     exposures={"commerce": "commerce_share", "digital": "digital_share"},
    ...     controls=["schooling_years", "urban_share"],
    ...     samples={"all": lambda d: d.adcode > "", "outside Bijie": lambda d: d.adcode < "5205"},
    ...     standardise=True,
    ... )
    >>> shown = ["option", "estimated", "positive", "significant_positive", "median"]
    >>> curve.summary().query("choice in ['all', 'exposure']")[shown].round(3)
         option  estimated  positive  significant_positive  median
    0                   16        14                     3   0.014
    1  commerce          8         6                     1   0.012
    2   digital          8         8                     2   0.014
    """
    level = read_level(level)
    choices = read_choices(
        data, outcomes, exposures, controls, samples, effects, weights, entity, time
    )
    columns, usable = _read_columns(data, choices, entity, time, cluster, cov)
    if shuffles and not (isinstance(shuffles, int | np.integer) and shuffles > 0):
        raise InputError(f"shuffles must be a whole number, zero or more, not {shuffles!r}.")
    batch = estimate_all(choices, columns, usable, standardise)
    if not batch.estimated.any():
        first = str(batch.problem[0])
        many = counted(len(batch.problem), "specification")
        raise InputError(f"None of {many} can be estimated. The first: {first}")
    test = None
    if shuffles:
        swap = exchange(columns, list(choices.exposure.values()), entity, time, len(data))
        test = joint_test(
            batch,
            columns,
            swap,
            critical=critical_values(batch.df, level),
            standardise=standardise,
            shuffles=int(shuffles),
            seed=seed,
            n_jobs=n_jobs,
            progress=progress,
        )
    notes = curve_notes(data, batch, columns, entity, standardise)
    return SpecificationCurve(
        level=level,
        nobs=int(batch.nobs[batch.estimated].max()),
        joint_test=test,
        control_sets=choices.controls,
        notes=(*notes, *(test.notes if test else ())),
        native=batch,
    )


def _read_columns(
    data: pd.DataFrame,
    choices: Choices,
    entity: str | None,
    time: str | None,
    cluster: str | None,
    cov: covariance.CovKind,
) -> tuple[Columns, np.ndarray]:
    """Columns as arrays, and the rows in which entity, time and cluster are known."""
    if cov not in covariance.COV_KINDS:
        raise InputError(f"cov must be one of {', '.join(covariance.COV_KINDS)}, not {cov!r}.")
    if cluster is not None and not isinstance(cluster, str):
        raise InputError(f"cluster takes one column, not {cluster!r}.")
    own = [name for name in (entity, time, cluster) if name is not None]
    require_columns(data, own)
    columns = Columns(
        numbers={name: as_numbers(data[name]) for name in choices.numeric},
        keys={name: pd.factorize(data[name])[0] for name in dict.fromkeys([*choices.keys, *own])},
        cluster=cluster,
        cov=cov,
    )
    usable = np.ones(len(data), dtype=bool)
    for name in own:
        usable &= columns.keys[name] >= 0
    if not usable.any():
        what = f" in which {listed(own)} are known" if own and len(data) else ""
        raise InputError(f"The data have no row{what}.")
    if entity is not None and time is not None:
        refuse_duplicates(take_sample(data, [], keys=[entity, time]), entity, time)
    for weight in filter(None, choices.weights.values()):
        _refuse_weights(weight, columns.numbers[weight], data.index)
    return columns, usable


def _refuse_weights(name: str, values: np.ndarray, index: pd.Index) -> None:
    wrong = np.flatnonzero(values <= 0)
    if wrong.size:
        raise InputError(
            f"Weights must be above zero; {name!r} is {values[wrong[0]]:g} in "
            f"{counted(wrong.size, 'row')} (first at index {index[wrong[0]]})."
        )
