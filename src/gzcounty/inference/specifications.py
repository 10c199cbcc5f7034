"""The specification curve: one question, every defensible way to ask it, all answers at once.

A regression of an outcome on an exposure embodies choices: which measure of either, which controls,
which sample, which fixed effects, which weights. The curve runs all combinations, sorts the
estimates, and shows which choices move them (Simonsohn, Simmons and Nelson 2020, Nature Human
Behaviour 4, 1208-1214).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gzcounty import parallel
from gzcounty.checks import require_columns
from gzcounty.errors import InputError, TrapError
from gzcounty.inference._spec_models import (
    CHOICES,
    Batch,
    Block,
    Choices,
    Columns,
    EffectOption,
    Group,
    Mask,
    SampleOption,
    estimate_all,
    read_choices,
    split,
)
from gzcounty.language import N_, _
from gzcounty.models import covariance
from gzcounty.models._arrays import Array, Codes
from gzcounty.models.nearness import ROUNDED, judge
from gzcounty.models.panel import refuse_duplicates
from gzcounty.models.prefectures import county_column, refuse_shared_values
from gzcounty.models.result import FEW_CLUSTERS, Estimate, Reported, t_critical, with_intervals
from gzcounty.models.sample import (
    as_numbers,
    require_positive_weights,
    take_sample,
)
from gzcounty.words import counted, data_notes, listed

STATISTICS = {
    "median": N_("median estimate"),
    "same_sign": N_("share with the dominant sign"),
    "significant": N_("share significant in one direction"),
}
CHUNK = 20
"""Shuffles a piece of work: enough columns for BLAS, few enough for a cache."""


@dataclass(frozen=True, eq=False, repr=False)
class JointTest:
    """How the curve compares with curves of shuffled exposure.

    Attributes
    ----------
    observed : dict of str to float
        median, same_sign, significant: see `table`.
    null : DataFrame
        The same statistics, one row a shuffle.
    shuffles, seed : int
    notes : tuple of str
    """

    observed: dict[str, float]
    null: pd.DataFrame
    shuffles: int
    seed: int
    notes: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row a statistic.

        Columns: statistic; observed; null_median, null_low, null_high (median and 95 % range of the
        shuffled curves); p_value, ``(1 + number at least as extreme) / (1 + shuffles)``. The median
        counts as extreme in either direction, as do the two shares: the dominant sign and the
        direction are those of each curve.
        """
        rows = []
        for name, words in STATISTICS.items():
            draws, value = self.null[name].to_numpy(), self.observed[name]
            # A share is a count over a count: equal ones must not differ by rounding.
            slack = 1e-12 * max(1.0, abs(value)) if name != "median" else 0.0
            extreme = int(np.sum(np.abs(draws) >= abs(value) - slack))
            low, middle, high = np.quantile(draws, [0.025, 0.5, 0.975])
            rows.append((words, value, middle, low, high, (1 + extreme) / (1 + self.shuffles)))
        names = ["statistic", "observed", "null_median", "null_low", "null_high", "p_value"]
        return pd.DataFrame(rows, columns=names)

    def __repr__(self) -> str:
        table = self.table()
        table["statistic"] = [_(name) for name in table["statistic"]]
        shown = table.to_string(index=False, float_format="{:.4g}".format)
        heading = _("Joint test, {shuffles}", shuffles=counted(self.shuffles, "shuffle"))
        return "\n".join([heading, "", shown, ""])


class Exchange(NamedTuple):
    """Units, and strata of units that can be exchanged."""

    unit: Codes  # (rows,): codes; unit is -1 where unknown
    time: Codes  # (rows,)
    position: Codes  # (units, times): row of each unit at each time, -1 if there is none
    strata: list[Codes]  # Units whose exposures are known at the same times

    def draw(self, generator: np.random.Generator) -> Codes:
        """Rows from which each row takes its exposures in one shuffle."""
        donor = np.arange(len(self.position))
        for members in self.strata:
            donor[members] = generator.permutation(members)
        source = self.position[donor[self.unit], self.time]
        stay = (source < 0) | (self.unit < 0)
        return np.where(stay, np.arange(len(source)), source)


def exchange(
    columns: Columns, exposures: list[str], entity: str | None, time: str | None, rows: int
) -> Exchange:
    """Read the units and their strata; raise TrapError if none can be exchanged."""
    values = np.column_stack([columns.numbers[name] for name in exposures])
    unit = np.arange(rows) if entity is None else columns.keys[entity]
    by_time = entity is not None and time is not None
    when = columns.keys[time] if by_time and time is not None else np.zeros(rows, dtype=np.intp)
    complete = (unit >= 0) & (when >= 0)
    units, times = int(unit.max()) + 1, int(when.max()) + 1
    position = np.full((units, times), -1, dtype=np.intp)
    position[unit[complete], when[complete]] = np.flatnonzero(complete)
    if entity is not None and not by_time:
        _refuse_varying(values, position[unit, 0], unit, exposures, entity)
    seen = ~np.isnan(values)[position] & (position >= 0)[:, :, None]
    packed = np.packbits(seen.reshape(units, -1), axis=1)
    pattern = np.unique(packed, axis=0, return_inverse=True)[1].ravel()
    strata = [members for members in split(pattern, np.arange(units)) if len(members) > 1]
    if not strata:
        raise TrapError(
            "No two units have their exposures known at the same times, so none can be exchanged; "
            "a joint test needs a more regular panel."
        )
    return Exchange(unit, when, position, strata)


def _refuse_varying(
    values: Array, first: Codes, unit: Codes, exposures: list[str], entity: str
) -> None:
    other = values[first]
    same = (values == other) | (np.isnan(values) & np.isnan(other)) | (unit < 0)[:, None]
    if not same.all():
        name = exposures[int(np.argmin(same.all(axis=0)))]
        raise InputError(
            "{name!r} varies within {entity!r}; to shuffle whole paths, name the column of time.",
            name=name, entity=entity,
        )  # fmt: skip


def joint_test(
    batch: Batch,
    columns: Columns,
    swap: Exchange,
    *,
    critical: Array,
    standardise: bool,
    shuffles: int,
    seed: int,
    n_jobs: int | None,
    progress: bool | None,
) -> JointTest:
    """Run every specification on shuffled exposures; see `specification_curve`."""
    pieces = [
        (batch, columns, swap, critical, standardise, size, draw)
        for draw, size in parallel.seeded(shuffles, CHUNK, seed)
    ]
    curves = parallel.run(
        _shuffled_curves, pieces, n_jobs=n_jobs, progress=progress, label=_("shuffles")
    )
    null = pd.DataFrame(np.concatenate([part for part, __ in curves]), columns=list(STATISTICS))
    failed = sum(count for __, count in curves)
    good = batch.estimated
    observed = curve_statistics(
        batch.estimate[good][None, :], batch.std_error[good][None, :], critical[good]
    )[0]
    return JointTest(
        observed=dict(zip(STATISTICS, map(float, observed), strict=True)),
        null=null,
        shuffles=shuffles,
        seed=seed,
        notes=_notes(swap, shuffles, failed),
    )


def curve_statistics(estimates: Array, std_errors: Array, critical: Array) -> Array:
    """Statistics of curves, shape (curves, 3), in the order of `STATISTICS`.

    Shapes: estimates, std_errors (curves, specifications); critical (specifications,).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        clear = np.abs(estimates) > critical * std_errors
    total = estimates.shape[1]
    above, below = estimates > 0, estimates < 0
    sign = np.maximum(above.sum(axis=1), below.sum(axis=1)) / total
    one_way = np.maximum((clear & above).sum(axis=1), (clear & below).sum(axis=1)) / total
    return np.column_stack([np.nanmedian(estimates, axis=1), sign, one_way])


def _shuffled_curves(
    batch: Batch,
    columns: Columns,
    swap: Exchange,
    critical: Array,
    standardise: bool,
    size: int,
    generator: np.random.Generator,
) -> tuple[Array, int]:
    """Statistics of `size` shuffled curves, and how many estimates could not be had."""
    sources = [swap.draw(generator) for __ in range(size)]
    shape = (size, len(batch.estimate))
    estimates, errors = np.full(shape, np.nan), np.full(shape, np.nan)
    good = batch.estimated
    group, place = None, -1
    for block in batch.blocks:
        if not good[block.members].any():
            continue
        if block.group != place:
            place, group = block.group, _Shuffled(batch, columns, block.group, sources)
        assert group is not None
        fits = group.fit(block, standardise)
        estimates[:, block.members], errors[:, block.members] = fits
    estimates, errors = estimates[:, good], errors[:, good]
    failed = int(np.isnan(estimates).sum())
    return curve_statistics(estimates, errors, critical[good]), failed


class _Shuffled:
    """A group with shuffled exposures in the place of its own."""

    def __init__(self, batch: Batch, columns: Columns, place: int, sources: list[Codes]) -> None:
        self.group: Group = batch.groups[place]
        names = [name for block in batch.blocks if block.group == place for name in block.exposures]
        self.names = list(dict.fromkeys(names))
        self.size = len(sources)
        values = np.column_stack([columns.numbers[name] for name in self.names])
        raw = np.hstack([values[source[self.group.rows]] for source in sources])
        self.spread = raw.std(axis=0, ddof=1)
        self.unit, self.norms, self.length, gone = self.group.demeaned(raw)
        self.gone: Mask = gone

    def fit(self, block: Block, standardise: bool) -> tuple[Array, Array]:
        """Estimates and standard errors, shape (shuffles, members of the block)."""
        group = self.group
        exposures = np.array([self.names.index(name) for name in block.exposures])
        at = (np.arange(self.size)[:, None] * len(self.names) + exposures).ravel()
        y = [group.place[name] for name in block.outcomes]
        Q, __ = group.basis(block.controls)
        fits = group.fit(Q, self.unit[:, at], group.unit[:, y])
        scale = 1 / self.norms[at]
        if standardise:
            scale = scale * self.spread[at]
        # A shuffled exposure that a sample does not vary in, or that controls add up to.
        taken = judge(np.sqrt(fits.left), 1.0, self.length[at]) >= ROUNDED
        scale[self.gone[at] | taken] = np.nan
        full = scale[:, None] * group.norms[y]
        shape = (self.size, len(exposures), len(y))
        x_at, y_at = block.pairs
        estimates = (fits.estimates * full).reshape(shape)[:, x_at, y_at]
        return estimates, (fits.std_errors * full).reshape(shape)[:, x_at, y_at]


def _notes(swap: Exchange, shuffles: int, failed: int) -> tuple[str, ...]:
    units = sum(len(members) for members in swap.strata)
    fixed = len(swap.position) - units
    notes = [_(
        "Joint test: {shuffles} of exposure over {units}, whole paths and all exposures together, "
        "the same shuffle for every specification (Simonsohn, Simmons and Nelson 2020). Shuffling "
        "also breaks the tie between exposure and controls: a small p-value says that the curve "
        "is more than chance, not that exposure is the cause.",
        shuffles=counted(shuffles, "shuffle"), units=counted(units, "unit"),
    )]  # fmt: skip
    if len(swap.strata) > 1 or fixed:
        notes.append(_(
            "Units were exchanged only with units whose exposures are known at the same times: "
            "{sets} of units; {units} kept their own.",
            sets=counted(len(swap.strata), "set"), units=counted(fixed, "unit"),
        ))  # fmt: skip
    if failed:
        notes.append(_(
            "{estimates} could not be had (the shuffled exposure did not vary in the sample) and "
            "count as not significant, without a sign.",
            estimates=counted(failed, "shuffled estimate"),
        ))  # fmt: skip
    return tuple(notes)


def curve_notes(
    data: pd.DataFrame, batch: Batch, columns: Columns, entity: str | None, standardise: bool
) -> tuple[str, ...]:
    """Return notes on what was left out, assumed, and not estimable."""
    notes = data_notes(data)
    good = batch.estimated
    total = len(good)
    specifications, sizes = counted(total, "specification"), batch.choices.sizes()
    if sizes:
        notes.append(_(
            "{specifications} ({sizes}): all combinations. They share data, so their number says "
            "nothing about precision.",
            specifications=specifications, sizes=sizes,
        ))  # fmt: skip
    else:
        notes.append(_(
            "{specifications}: all combinations. They share data, so their number says nothing "
            "about precision.",
            specifications=specifications,
        ))  # fmt: skip
    if batch.choices.subsets:
        notes.append(_(
            "The {n:,} control sets are all subsets of one list.", n=len(batch.choices.controls)
        ))  # fmt: skip
    rows = batch.nobs[good]
    span = f"{rows.min():,}"
    if rows.min() < rows.max():
        span = _("{low:,} to {high:,}", low=rows.min(), high=rows.max())
    notes.append(_(
        "Each uses the rows in which all of its columns are known: {span} rows of {all:,}; what "
        "its sample loses is in the column left_out.",
        span=span, all=len(data),
    ))  # fmt: skip
    lone = batch.lone[good]
    if lone.any():
        notes.append(_(
            "{specifications} left out singletons, the only rows of a level of their effects "
            "(up to {rows}).",
            specifications=counted(int((lone > 0).sum()), "specification"),
            rows=counted(int(lone.max()), "row"),
        ))  # fmt: skip
    if columns.cluster is not None:
        clusters = batch.n_clusters[good]
        few, many = int(clusters.min()), int(clusters.max())
        size = counted(many, "cluster")
        if few < many:
            size = _("{low:,} to {high:,} clusters", low=few, high=many)
        notes.append(_(
            "Standard errors clustered by {cluster} ({size}): CR1 with factor G/(G-1) * "
            "(N-1)/(N-K), where K counts no effects nested in the clusters; t with G-1 degrees "
            "of freedom.",
            cluster=columns.cluster, size=size,
        ))  # fmt: skip
        if few < FEW_CLUSTERS:
            notes.append(_(
                "Only {clusters} in some: these intervals tend to be too narrow; a wild cluster "
                "bootstrap is safer.",
                clusters=counted(few, "cluster"),
            ))  # fmt: skip
    else:
        kind = str(columns.cov)
        if kind == "classical":
            kind = _("classical (errors independent, of equal variance)")
        repeated = entity is not None and bool(pd.Series(columns.keys[entity]).duplicated().any())
        if repeated:
            notes.append(_(
                "Standard errors {kind}; t with N-K degrees of freedom. They are not clustered: "
                "they take the errors of a {entity} as independent, which they seldom are.",
                kind=kind, entity=entity,
            ))  # fmt: skip
        else:
            notes.append(_("Standard errors {kind}; t with N-K degrees of freedom.", kind=kind))
    if standardise:
        notes.append(_(
            "Estimates are for one standard deviation of the exposure in the rows used "
            "(unweighted); outcomes are in their own units."
        ))  # fmt: skip
    if not good.all():
        notes.append(_problem_note(batch.problem[~good], total))
    return tuple(notes)


def _problem_note(problems: np.ndarray, total: int) -> str:
    sentences = pd.Series(problems).value_counts()
    first, times = str(sentences.index[0]), int(sentences.iloc[0])
    if len(sentences) == 1:
        return _(
            "{failed:,} of {total:,} specifications could not be estimated, see the column "
            "problem; most often ({times:,}): {first}",
            failed=len(problems), total=total, times=times, first=first,
        )  # fmt: skip
    return _(
        "{failed:,} of {total:,} specifications could not be estimated, see the column problem; "
        "most often ({times:,}): {first} Besides, there are {others}.",
        failed=len(problems), total=total, times=times, first=first,
        others=counted(len(sentences) - 1, "other problem"),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SpecificationCurve(Reported):
    """All estimates of a specification curve.

    Attributes
    ----------
    level : float
        Coverage of the intervals; an estimate is significant if its interval excludes zero.
    nobs : int
        Rows of the largest sample; `table` has the rows of each.
    joint_test : JointTest or None
        The curve against curves of shuffled exposure; None without shuffles.
    control_sets : dict of str to tuple of str
        Columns of each control set, by label.
    notes : tuple of str
    native : Batch
        Arrays with one value a specification, and the work they share.
    """

    level: float
    nobs: int
    joint_test: JointTest | None
    control_sets: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    native: Batch

    def table(self, level: float | None = None) -> pd.DataFrame:
        """One row a specification, in the order of the choices; by default with the curve's level.

        Returns
        -------
        DataFrame
            outcome, exposure, controls, sample, effects, weights (categories, in the order given);
            term (the column of the exposure); estimate, std_error, statistic (t), p_value,
            conf_low, conf_high (NaN where there is a problem); nobs; left_out (rows of the sample
            that were not used, for missing values or as singletons); n_clusters (missing without
            clusters); problem (empty, or why there is no estimate).
        """
        level = self.level if level is None else level
        batch = self.native
        columns: dict[str, Any] = {
            name: pd.Categorical.from_codes(batch.codes[name], labels)
            for name, labels in batch.choices.labels.items()
        }
        columns["term"] = np.array(list(batch.choices.exposure.values()), dtype=object)[
            batch.codes["exposure"]
        ]
        columns |= with_intervals(batch.estimate, batch.std_error, batch.df, level)
        columns |= {
            "nobs": batch.nobs,
            "left_out": batch.left_out,
            "n_clusters": pd.arrays.IntegerArray(
                batch.n_clusters.astype(np.int64), batch.n_clusters < 0
            ),
            "problem": batch.problem,
        }
        return pd.DataFrame(columns)

    def summary(self) -> pd.DataFrame:
        """Return counts and the range of estimates: of all specifications, and by option.

        Returns
        -------
        DataFrame
            choice ("all", then each choice with more than one option), option, specifications,
            estimated, positive, significant_positive, significant_negative, median, lowest,
            highest.
        """
        table = self.table()
        flags = table[list(CHOICES)].assign(
            specifications=1,
            estimated=table["estimate"].notna(),
            positive=table["estimate"] > 0,
            significant_positive=table["conf_low"] > 0,
            significant_negative=table["conf_high"] < 0,
            median=table["estimate"],
            lowest=table["estimate"],
            highest=table["estimate"],
        )
        how = dict.fromkeys(list(flags.columns[len(CHOICES) : -3]), "sum")
        how |= {"median": "median", "lowest": "min", "highest": "max"}
        parts = [flags.agg(how).to_frame().T.assign(choice="all", option="")]
        for name in CHOICES:
            if len(flags[name].cat.categories) > 1:
                by_option = flags.groupby(name, observed=True).agg(how).reset_index(names="option")
                parts.append(by_option.assign(choice=name, option=by_option["option"].astype(str)))
        counts = list(how)[:5]
        whole = pd.concat(parts, ignore_index=True)[["choice", "option", *how]]
        return whole.astype(dict.fromkeys(counts, int))

    def _heading(self) -> str:
        labels = self.native.choices.labels
        return _(
            "Specification curve: {specifications} of {outcomes} on {exposures}",
            specifications=counted(len(self.native.estimate), "specification"),
            outcomes=listed(labels["outcome"], 3), exposures=listed(labels["exposure"], 3),
        )  # fmt: skip

    def _shown_rows(self) -> list[Estimate]:
        """Return the estimates at the quartiles of the curve, with the choices that make them."""
        table = self.table().dropna(subset="estimate").sort_values("estimate", kind="stable")
        varying = [name for name in CHOICES if len(table[name].cat.categories) > 1]
        places = {_("lowest"): 0.0, _("lower quarter"): 0.25, _("middle"): 0.5}
        places |= {_("upper quarter"): 0.75, _("highest"): 1.0}
        rows = []
        for place, share in places.items():
            row = table.iloc[round(share * (len(table) - 1))]
            options = _("; ").join(str(row[name]) for name in varying)
            numbers = (float(row[field]) for field in Estimate._fields[1:])
            name = _("{place}: {options}", place=place, options=options) if options else place
            rows.append(Estimate(name, *numbers))
        return rows

    def _lines(self) -> list[str]:
        whole = self.summary().iloc[0]
        lines = [_(
            "Of {estimates}, {positive:,} are above zero; {above:,} have an interval above zero, "
            "{below:,} one below. Median {median:.4g}, from {lowest:.4g} to {highest:.4g}.",
            estimates=counted(int(whole["estimated"]), "estimate"), positive=whole["positive"],
            above=whole["significant_positive"], below=whole["significant_negative"],
            median=whole["median"], lowest=whole["lowest"], highest=whole["highest"],
        )]  # fmt: skip
        if self.joint_test is not None:
            results = [
                _(
                    "{statistic} {observed:.3g} (shuffled {low:.3g} to {high:.3g}, p = {p:.3g})",
                    statistic=_(row.statistic), observed=row.observed, low=row.null_low,
                    high=row.null_high, p=row.p_value,
                )
                for row in self.joint_test.table().itertuples()
            ]  # fmt: skip
            lines.append(_("Joint test: {results}.", results=_("; ").join(results)))
        return lines

    def _hidden_line(self, shown: int) -> list[str]:
        return [_("All {rows} in .table().", rows=counted(len(self.native.estimate), "row"))]


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
        list means every subset of its columns (at most 12), from none to all. Beside columns they
        take terms of a formula: ``"C(prefecture)"``, ``"age:schooling"``, ``"log(area)"``.
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
    choices = read_choices(
        data, outcomes, exposures, controls, samples, effects, weights, entity, time
    )
    columns, usable = _read_columns(data, choices, entity, time, cluster, cov)
    batch = estimate_all(choices, columns, usable, standardise)
    if not batch.estimated.any():
        first = str(batch.problem[0])
        many = counted(len(batch.problem), "specification")
        raise InputError(
            "None of {specifications} can be estimated. The first: {first}",
            specifications=many, first=first,
        )  # fmt: skip
    test = None
    if shuffles:
        swap = exchange(columns, list(choices.exposure.values()), entity, time, len(data))
        test = joint_test(
            batch,
            columns,
            swap,
            critical=t_critical(batch.df, level),
            standardise=standardise,
            shuffles=shuffles,
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
    identifiers = [name for name in (entity, time, cluster) if name is not None]
    require_columns(data, identifiers)
    columns = Columns(
        numbers={name: as_numbers(data[name]) for name in choices.numeric},
        keys={
            name: pd.factorize(data[name])[0]
            for name in dict.fromkeys([*choices.keys, *identifiers])
        },
        categories=data[choices.categorical],
        cluster=cluster,
        cov=cov,
    )
    usable = np.ones(len(data), dtype=bool)
    for name in identifiers:
        usable &= columns.keys[name] >= 0
    if not usable.any():
        if identifiers and len(data):
            raise InputError(
                "The data have no row in which {columns} are known.", columns=listed(identifiers)
            )
        raise InputError("The data have no row.")
    if entity is not None and time is not None:
        refuse_duplicates(take_sample(data, [], keys=[entity, time]), entity, time)
    keys = take_sample(data[usable], [], keys=identifiers or county_column(data)).keys
    exposures = {x: columns.numbers[x][usable] for x in choices.exposure.values()}
    refuse_shared_values(exposures, keys, [] if cluster is None else [cluster])
    for weight in filter(None, choices.weights.values()):
        require_positive_weights(pd.Series(columns.numbers[weight], data.index, name=weight))
    return columns, usable
