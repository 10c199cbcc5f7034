"""Estimators of staggered adoption: group-time effects, and effects by regression, and their sums.

Group-time average effects ATT(g, t)
------------------------------------
Callaway and Sant'Anna (2021, Journal of Econometrics 225, 200-230): for the cohort first treated in
g, the change of its outcome from a base period to t, less the same change among controls. The base
is the last period before treatment (g less anticipation); for periods before treatment it is the
period just before t ("varying"), or that same last period ("universal"). Periods are taken in the
order in which they were observed, so gaps between years do no harm.

Covariates are those of the base period, and a comparison given them is after Sant'Anna and Zhao
(2020, Journal of Econometrics 219, 101-122), for panel data. D marks the treated, d is the change
of the outcome, X the covariates with a constant, m(X) the least-squares fit of d among controls,
p(X) the logit propensity score, w = p/(1-p) the weight of a control.

- regression: mean of d - m(X) over the treated (their outcome-regression estimator);
- weighting: mean of d over the treated less the w-weighted mean of d over controls;
- doubly robust: mean of d - m(X) over the treated less its w-weighted mean over controls. It is
  right if either model is right.

Weights are divided by their own sum (Hajek), as the authors' library DRDID does. Influence
functions are scaled so that the variance of the estimate is the sum of their squares, and they
hold the uncertainty of m and p. Controls with p of 0.995 or more get no weight, as in DRDID.

Effects are summed up as in section 3 of Callaway and Sant'Anna. With p_g the share of entities in
cohort g, over effects after treatment (t >= g):

- simple: mean of ATT(g, t) weighted by p_g;
- group: mean over t for each g; overall their mean weighted by p_g;
- dynamic: for each e = t - g the mean weighted by p_g, before treatment too; overall the plain mean
  over e >= 0;
- calendar: for each t the mean weighted by p_g; overall the plain mean over t.

The shares p_g are estimated, which adds to the influence function (as R's did does). Imputed
effects are weighted by rows instead of entities; two-stage errors treat these weights as estimated,
imputation errors as given.

Imputation, two stages, Sun and Abraham
---------------------------------------
Imputation and two-stage difference-in-differences take effects as outcome less imputed outcome.

The outcome without treatment is fitted on untreated rows only,

    y[i, t] = entity[i] + period[t] + x[i, t]' d + error[i, t],

and imputed for treated rows; ATT(g, t) is the mean of what is left (Borusyak, Jaravel and Spiess
2024, Review of Economic Studies 91, 3253-3285; Gardner 2022, arXiv:2207.05943). Entities may share
an effect by groups, and groups of entities may have period effects of their own.

An estimate is a weighted sum of outcomes. Its influence function is, by entity, the sum of weight
times residual, where residuals of treated rows are taken from the mean of their cohort and period
(the conservative variance of Borusyak, Jaravel and Spiess) and, for two-stage sums of several
cohorts or periods, from the mean of the sum (Gardner's GMM variance). Both without a small-sample
factor.

Sun and Abraham's interaction-weighted estimator (2021, Journal of Econometrics 225, 175-199),
through the library diff-diff: a regression with entity and period effects and a dummy for every
cohort and time since treatment but the last one before it; effects by time since treatment are
means over cohorts, weighted by their sizes. Standard errors cluster, with the small-sample factor
of a regression; the weights are taken as given; t with G-1 degrees of freedom.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from gzcounty.errors import InputError, TrapError
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.words import counted, first_few, listed

from ._adoption import NEVER, Adoption
from ._arrays import Array, Codes, by_group
from ._effects import (
    AggregateResult,
    Aggregation,
    PreTest,
    StaggeredResult,
    level_labels,
    shared_fields,
    wald,
)
from .design import Design
from .nearness import ROUNDED
from .panel import drop_singletons
from .sample import take_sample
from .within import absorbed, but_for_rounding, fit_within, invert_laplacian

Adjustment = Literal["doubly-robust", "regression", "weighting"]
TRIM = 0.995
# Newton's method needs about eight steps. Where covariates separate, the fitted odds grow by a
# factor of e each step, until rounding makes it look as if it had converged, after 37.
_STEPS = 25


@dataclass(frozen=True)
class Propensity:
    """A logit fit: its coefficients, and the inverse of its information matrix, shape (k, k)."""

    coefficients: Array
    inverse: Array


def compare(
    treated: Array,
    control: Array,
    X_treated: Array,
    X_control: Array,
    adjustment: str,
    propensity: Propensity | None,
) -> tuple[float, Array, Array, int]:
    """Return the estimate, the influence of each treated and each control, and how many trimmed.

    Shapes: treated, control (n1,), (n0,); X_treated, X_control (n1, k), (n0, k).
    """
    n1 = len(treated)
    correction = 0.0
    if adjustment != "weighting":
        inverse = invert(X_control.T @ X_control, N_("among the controls"))
        beta = inverse @ (X_control.T @ control)
        control = control - X_control @ beta
        treated = treated - X_treated @ beta
        # Each control's part in the error of beta, as it moves a fit at a point x.
        scores = control[:, None] * (X_control @ inverse)
        correction = scores @ X_treated.mean(axis=0)
    level = treated.mean()
    of_treated = (treated - level) / n1
    if propensity is None:
        return float(level), of_treated, np.asarray(-correction), 0

    p_treated = _logistic(X_treated @ propensity.coefficients)
    p_control = _logistic(X_control @ propensity.coefficients)
    trimmed = p_control >= TRIM
    weight = np.where(trimmed, 0.0, p_control / (1 - np.minimum(p_control, TRIM)))
    weight /= weight.sum()
    base = float(weight @ control)
    apart = weight * (control - base)
    of_control = -apart - correction
    if adjustment == "doubly-robust":
        of_control += scores @ (weight @ X_control)
    tilt = propensity.inverse @ (apart @ X_control)
    of_treated = of_treated - (1 - p_treated) * (X_treated @ tilt)
    of_control = of_control + p_control * (X_control @ tilt)
    return float(level) - base, of_treated, of_control, int(trimmed.sum())


def fit_propensity(X_treated: Array, X_control: Array) -> Propensity:
    """Fit a logit of being treated by Newton's method.

    Shapes: X_treated, X_control (n1, k), (n0, k).
    """
    beta = np.zeros(X_treated.shape[1])
    beta[0] = np.log(len(X_treated) / len(X_control))  # the average chance for everybody
    X = np.concatenate([X_treated, X_control])
    total = X_treated.sum(axis=0)
    for __ in range(_STEPS):
        p = _logistic(X @ beta)
        information = (X * (p * (1 - p))[:, None]).T @ X
        inverse = invert(information, N_("in the propensity score"), separated=True)
        step = inverse @ (total - X.T @ p)
        beta = beta + step
        if np.abs(step).max() < 1e-10 * (1 + np.abs(beta).max()):
            return Propensity(beta, inverse)
    raise TrapError("the covariates separate treated from controls in the propensity score")


def invert(gram: Array, where: str, separated: bool = False) -> Array:
    """Invert a cross-product scaled to correlations, or say why it has no inverse."""
    scale = np.sqrt(np.diagonal(gram))
    if np.all(scale > 0):
        unit = gram / np.outer(scale, scale)
        try:
            inverse: Array = np.linalg.inv(unit)
        except np.linalg.LinAlgError:
            inverse = np.full_like(unit, np.inf)
        # The entries of a correlation matrix are at most one; those of its inverse tell the rest.
        if np.abs(inverse).max() < 1e11:
            return inverse / np.outer(scale, scale)
    if separated:
        raise TrapError(
            "the covariates separate treated from controls, or are collinear, {where}",
            where=_(where),
        )  # fmt: skip
    raise TrapError("the covariates are collinear {where}", where=_(where))


def _logistic(value: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(value, -500, 500)))


class Cell(NamedTuple):
    """One ATT(g, t), and how many are compared."""

    cohort: int
    time: int
    treated: int
    control: int
    estimate: float


@dataclass(frozen=True)
class GroupTime:
    """All cells that could be estimated."""

    cells: list[Cell]
    # (n, cells): contribution of each entity; the variance of an estimate is the sum of the squares
    # of its column if entities are independent.
    influence: Array
    panel: Adoption
    # (cells,): how much a cell counts when effects are summed up: entities of its cohort, or rows
    # treated.
    weights: Array
    members: list[slice | np.ndarray]  # Rows of the panel behind each weight
    # Whether those weights add to the variance of a sum, or are taken as given.
    shares_estimated: bool
    notes: tuple[str, ...]  # Cells without a comparison, and trimmed controls


def group_time(
    panel: Adoption, control: str, adjustment: str, base: str, anticipation: int
) -> GroupTime:
    """Estimate every ATT(g, t)."""
    panel.require_never_treated(control)
    X = _standardised(panel)
    scores: dict[tuple[int, ...], Propensity] = {}
    cells: list[Cell] = []
    empty: list[str] = []
    trimmed = 0
    comparisons = list(_comparisons(panel, base, anticipation))
    # Columns lie together in memory: each comparison fills one, each sum reads some.
    columns = np.zeros((len(panel.cohorts), len(comparisons)), order="F")
    for g, now, before in comparisons:
        t = int(panel.periods[now])
        if now == before:  # the base itself, under "universal"
            cells.append(Cell(g, t, panel.size(g), 0, 0.0))
            continue
        limit = max(now, before)
        mine, others = _rows(panel, g, int(panel.periods[limit]) + anticipation, control)
        change = panel.outcome[:, now] - panel.outcome[:, before]
        if not panel.balanced:
            mine, others = (rows[~np.isnan(change[rows])] for rows in (mine, others))
        if not mine.size or not others.size:
            empty.append(f"ATT({g}, {t})")
            continue
        influence = columns[:, len(cells)]
        if X is None:
            level, other = change[mine].mean(), change[others].mean()
            estimate = float(level - other)
            influence[mine] = (change[mine] - level) / mine.size
            influence[others] = (other - change[others]) / others.size
        else:
            at = X[:, before]
            try:
                propensity = None
                if adjustment != "regression":
                    # With never-treated controls and no gaps, one fit serves all later periods.
                    key = (g, before, int(others[0]), others.size, 0 if panel.balanced else now)
                    if key not in scores:
                        scores[key] = fit_propensity(at[mine], at[others])
                    propensity = scores[key]
                estimate, influence[mine], influence[others], cut = compare(
                    change[mine], change[others], at[mine], at[others], adjustment, propensity
                )
            except TrapError as trap:
                raise _explained(panel, adjustment, g=g, t=t, why=trap) from None
            trimmed += cut
        cells.append(Cell(g, t, mine.size, others.size, estimate))
    if not any(cell.control for cell in cells):
        raise TrapError(
            "No cohort can be compared with control={control!r}: in every period nobody seen in "
            "both periods of a comparison is left untreated.",
            control=control,
        )  # fmt: skip
    blocks: list[slice | np.ndarray] = [panel.blocks[cell.cohort] for cell in cells]
    sizes = np.array([panel.size(cell.cohort) for cell in cells], dtype=float)
    notes = _notes(panel, empty, trimmed)
    return GroupTime(cells, columns[:, : len(cells)], panel, sizes, blocks, True, notes)


def _comparisons(panel: Adoption, base: str, anticipation: int) -> Iterator[tuple[int, int, int]]:
    """Yield cohort, column of t, and column of its base."""
    for g in panel.groups.tolist():
        last_before = int(np.searchsorted(panel.periods, g - anticipation)) - 1
        for now, t in enumerate(panel.periods):
            if t >= g or base == "universal":
                yield g, now, last_before
            elif now > 0:
                yield g, now, now - 1


def _rows(panel: Adoption, g: int, until: int, control: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the cohort, and of those untreated through `until`."""
    block = panel.blocks[g]
    if control == "never":
        first = panel.blocks[NEVER].start
    else:
        first = int(np.searchsorted(panel.cohorts, until, "right"))
    others = np.arange(first, len(panel.cohorts))
    if first < block.stop:
        others = others[(others < block.start) | (others >= block.stop)]
    return np.arange(block.start, block.stop), others


def _standardised(panel: Adoption) -> Array | None:
    """Constant and covariates, shape (n, T, 1 + k), in units in which inverses keep their digits.

    Estimates do not depend on the units, as there is a constant.
    """
    if not panel.covariate_names:
        return None
    values = panel.covariates
    centre = np.nanmean(values, axis=(0, 1))
    spread = np.nanstd(values, axis=(0, 1))
    return np.concatenate([np.ones((*values.shape[:2], 1)), (values - centre) / spread], axis=2)


def _explained(panel: Adoption, adjustment: str, **fields: object) -> TrapError:
    fields["names"] = _(", ").join(panel.covariate_names)
    if adjustment == "regression":
        return TrapError(
            "ATT({g}, {t}) cannot be estimated given {names}: {why}; use fewer covariates, or "
            "leave out entities that have no counterpart.",
            **fields,
        )
    return TrapError(
        "ATT({g}, {t}) cannot be estimated given {names}: {why}; use fewer covariates or "
        "adjustment='regression', or leave out entities that have no counterpart.",
        **fields,
    )


def _notes(panel: Adoption, empty: list[str], trimmed: int) -> tuple[str, ...]:
    notes = []
    if not panel.balanced:
        notes.append(_("Each ATT(g, t) uses the entities seen in both of its periods."))
    if empty:
        notes.append(_(
            "{effects} without anybody to compare left out: {shown}.",
            effects=counted(len(empty), "group-time effect"), shown=first_few(empty, 5),
        ))  # fmt: skip
    # The size below which R's did warns.
    enough = 5 + len(panel.covariate_names)
    sizes = {g: panel.size(g) for g in panel.groups.tolist()}
    small = [f"{g} ({size})" for g, size in sizes.items() if size < enough]
    if small:
        notes.append(_(
            "Cohorts of fewer than {enough} entities: {cohorts}; their intervals tend to be "
            "too narrow.",
            enough=enough, cohorts=first_few(small, 5),
        ))  # fmt: skip
    if trimmed:
        notes.append(_(
            "{controls} (counted over all comparisons) with a propensity score of {trim} or "
            "more got no weight.",
            controls=counted(trimmed, "control"), trim=TRIM,
        ))  # fmt: skip
    return tuple(notes)


class Mean(NamedTuple):
    """A mean of effects and its influence function, shape (n,)."""

    level: int | None
    estimate: float
    influence: Array


def aggregate(effects: GroupTime, kind: Aggregation) -> list[Mean]:
    """Return the overall mean first, then the mean of each level."""
    cohort = np.array([cell.cohort for cell in effects.cells])
    time = np.array([cell.time for cell in effects.cells])
    after = time >= cohort
    if not after.any():
        raise TrapError("No effect after treatment could be estimated: there is nothing to sum up.")
    if kind == "simple":
        return [_weighted(effects, after, None)]
    label = {"group": cohort, "dynamic": time - cohort, "calendar": time}[kind]
    shown = np.ones(len(label), dtype=bool) if kind == "dynamic" else after
    means = [
        _weighted(effects, shown & (label == level), level)
        for level in np.unique(label[shown]).tolist()
    ]
    counted = [mean for mean in means if kind != "dynamic" or (mean.level or 0) >= 0]
    values = np.array([mean.estimate for mean in counted])
    influence = np.column_stack([mean.influence for mean in counted])
    if kind != "group":
        return [Mean(None, float(values.mean()), influence.mean(axis=1)), *means]
    blocks: list[slice | np.ndarray] = [effects.panel.blocks[mean.level or 0] for mean in counted]
    sizes = np.array([effects.panel.size(mean.level or 0) for mean in counted], dtype=float)
    estimate, score = _mean(values, influence, sizes, blocks, effects.shares_estimated)
    return [Mean(None, estimate, score), *means]


def _weighted(effects: GroupTime, pick: np.ndarray, level: int | None) -> Mean:
    """Mean of the cells picked."""
    rows = np.flatnonzero(pick)
    estimate, score = _mean(
        np.array([effects.cells[row].estimate for row in rows]),
        effects.influence[:, rows],
        effects.weights[rows],
        [effects.members[row] for row in rows],
        effects.shares_estimated,
    )
    return Mean(level, estimate, score)


def _mean(
    estimates: Array,
    influence: Array,
    sizes: Array,
    members: list[slice | np.ndarray],
    shares_estimated: bool,
) -> tuple[float, Array]:
    """Mean by size, and its influence function."""
    total = sizes.sum()
    weight = sizes / total
    estimate = float(weight @ estimates)
    score = influence @ weight
    if shares_estimated:
        # One member more raises the weight of its effect.
        for rows, value in zip(members, estimates, strict=True):
            score[rows] += (value - estimate) / total
    return estimate, score


class TwoEffects:
    """Least squares on two sets of effects, through their cross-product."""

    def __init__(self, first: Codes, second: Codes, sizes: tuple[int, int]) -> None:
        """Prepare the effects of rows with these levels; some levels may have no row."""
        # Rows in each pair of levels, shape (U, S), and in each level of the first set, (U, 1).
        self.cells = sparse.csr_matrix((np.ones(len(first)), (first, second)), shape=sizes)
        self.mass = np.maximum(np.bincount(first, minlength=sizes[0]), 1)[:, None]
        shared = (self.cells.T @ self.cells.multiply(1 / self.mass)).toarray()
        # Effects of different components cannot be compared; a level without rows has -1.
        of_second = np.bincount(second, minlength=sizes[1]).astype(float)
        self.of_second, free, inverse = invert_laplacian(of_second, shared)
        self.of_first = np.full(sizes[0], -1)
        self.of_first[first] = self.of_second[second]
        # Of the second set less what the first explains, one level a component left at zero.
        self.inverse = np.zeros((sizes[1], sizes[1]))
        self.inverse[np.ix_(free, free)] = inverse

    def solve(self, of_first: Array, of_second: Array) -> tuple[Array, Array]:
        """Return the effects whose sums over the rows are those given, shapes (U, m) and (S, m)."""
        second = self.inverse @ (of_second - self.cells.T @ (of_first / self.mass))
        return (of_first - self.cells @ second) / self.mass, second


def impute(panel: Adoption, anticipation: int, conservative: bool) -> GroupTime:
    """Estimate every ATT(g, t) from t = g less `anticipation` on."""
    rows = panel.long()
    unit, period = rows["unit"].to_numpy(), np.searchsorted(panel.periods, rows["time"].to_numpy())
    n, length = panel.outcome.shape
    first = unit if panel.families is None else panel.families[unit]
    second = period if panel.regions is None else panel.regions[unit] * length + period
    sizes = int(first.max()) + 1, int(second.max()) + 1
    treated = rows["time"].to_numpy() >= panel.cohorts[unit] - anticipation
    free = ~treated
    effects = TwoEffects(first[free], second[free], sizes)
    linked = effects.of_first[first]
    imputable = treated & (linked >= 0) & (linked == effects.of_second[second])
    if not imputable.any():
        raise TrapError(
            "No treated row can be imputed: in each of its periods nobody is left untreated."
        )
    names = [f"x{place}" for place in range(len(panel.covariate_names))]
    left = rows[["y", *names]].to_numpy()
    # The second pass removes the rounding of the first.
    for __ in range(2):
        of_first = by_group(first[free], left[free], sizes[0])
        of_second = by_group(second[free], left[free], sizes[1])
        alpha, beta = effects.solve(of_first, of_second)
        left = left - alpha[first] - beta[second]
    gap, X = left[:, 0], left[:, 1:]
    _refuse_absorbed(panel, rows.loc[free, names].to_numpy(), X[free])
    bread = invert(X[free].T @ X[free], N_("once the effects are taken out")) if names else None
    if bread is not None:
        gap = gap - X @ (bread @ (X[free].T @ gap[free]))

    # Cells are numbered by cohort and period, as np.unique sorts them.
    chosen = np.flatnonzero(imputable)
    pairs = np.column_stack([panel.cohorts[unit[chosen]].astype(int), rows["time"].iloc[chosen]])
    cohort_times, number, count = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    number = number.ravel()
    estimates = np.bincount(number, weights=gap[chosen]) / count
    weights = sparse.csr_matrix(
        (1 / count[number], (np.arange(len(chosen)), number)), shape=(len(chosen), len(count))
    )
    weight_first, weight_second = effects.solve(
        _gather(first[chosen], weights, sizes[0]), _gather(second[chosen], weights, sizes[1])
    )
    row_weight = weight_first[first[free]] + weight_second[second[free]]
    if bread is not None:
        row_weight = row_weight + X[free] @ (bread @ (weights.T @ X[chosen]).T)
    influence = -by_group(unit[free], row_weight * gap[free][:, None], n)
    apart = weights.multiply((gap[chosen] - estimates[number])[:, None])
    influence += _gather(unit[chosen], apart.tocsr(), n)

    cells = [
        Cell(int(g), int(t), int(size), int(free.sum()), float(estimate))
        for (g, t), size, estimate in zip(cohort_times, count, estimates, strict=True)
    ]
    members = [unit[chosen[number == place]] for place in range(len(cells))]
    notes = _imputed_notes(panel, int(treated.sum()) - len(chosen))
    return GroupTime(cells, influence, panel, count.astype(float), members, not conservative, notes)


def lead_test(panel: Adoption, anticipation: int) -> PreTest:
    """Test parallel trends apart from the imputation, by leads among untreated rows."""
    rows = panel.long()
    unit = rows["unit"].to_numpy()
    event = rows["time"].to_numpy() - panel.cohorts[unit]
    keep = event < -anticipation
    rows, unit, event = rows[keep].copy(), unit[keep], event[keep]
    # The last lead before treatment is what the others are relative to.
    leads = np.unique(event[np.isfinite(event)]).astype(int)[:-1].tolist()
    if not leads:
        raise TrapError(
            "Every cohort has a single period before its treatment, so these data cannot show "
            "whether trends were parallel; earlier periods would be needed."
        )
    terms = [f"lead_{-lead}" for lead in leads]
    for term, lead in zip(terms, leads, strict=True):
        rows[term] = (event == lead).astype(float)
    rows["first"] = unit if panel.families is None else panel.families[unit]
    region = 0 if panel.regions is None else panel.regions[unit]
    rows["second"] = rows["time"] + (np.ptp(panel.periods) + 1) * region
    covariates = [f"x{place}" for place in range(len(panel.covariate_names))]
    sample = take_sample(
        rows, numeric=["y", *terms, *covariates], keys=["first", "second", "cluster"]
    )
    sample, effects = drop_singletons(sample, [("first",), ("second",)])
    design = Design(
        sample.numbers["y"].to_numpy(),
        sample.numbers[[*terms, *covariates]].to_numpy(),
        (*terms, *covariates),
        "y",
    )
    try:
        fit = fit_within(design, sample, effects, cluster="cluster", weights=None)
    except InputError as error:
        raise TrapError("The leads cannot be tested: {error}", error=error) from None
    test = fit.wald(terms)
    return PreTest(test.statistic, test.df_num, test.df_denom, test.p_value, test.terms)


def _refuse_absorbed(panel: Adoption, before: Array, after: Array) -> None:
    """Raise `InputError` if the effects leave only rounding of a covariate."""
    verdicts = absorbed(before, after)
    gone = verdicts >= ROUNDED
    if gone.any():
        names = [name for name, flag in zip(panel.covariate_names, gone, strict=True) if flag]
        raise InputError(
            "The effects absorb {names} among untreated rows{rounding}: imputation can "
            "only use covariates that vary within entities in ways of their own.",
            names=listed(names), rounding=but_for_rounding(verdicts),
        )  # fmt: skip


def _gather(codes: Codes, weights: sparse.csr_matrix, size: int) -> Array:
    """Sum the rows of a sparse matrix by code."""
    spread = sparse.csr_matrix(
        (np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=(size, len(codes))
    )
    return (spread @ weights).toarray()


def _imputed_notes(panel: Adoption, lost: int) -> tuple[str, ...]:
    notes = []
    if lost:
        notes.append(_(
            "Left out {rows} that cannot be imputed: nobody comparable is untreated then.",
            rows=counted(lost, "treated row"),
        ))  # fmt: skip
    time = panel.names["time"]
    if panel.regions is not None:
        time = _("{first} by {second}", first=time, second=panel.names["regions"])
    notes.append(_(
        "Outcomes without treatment are imputed from the effects of {families} and of {time}, "
        "fitted on untreated rows.",
        families=panel.names["families"], time=time,
    ))  # fmt: skip
    return tuple(notes)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SunAbrahamResult(StaggeredResult):
    """A `StaggeredResult` from diff-diff; ``native`` is its ``SunAbrahamResults``."""

    def aggregate(self, kind: Aggregation = "dynamic") -> AggregateResult:
        """Sum the effects up: "simple" or "dynamic" only.

        As for group-time effects, the overall row of "dynamic" is the plain mean from the period of
        treatment on.
        """
        if kind not in ("simple", "dynamic"):
            raise InputError(
                "Effects are aggregated as {choices}, not {kind!r}{why}.",
                choices=listed(["simple", "dynamic"], last="or"), kind=kind,
                why=_(" with method='sun-abraham'"),
            )  # fmt: skip
        native = self.native
        levels: list[int | None] = [None]
        rows = [(native.overall_att, native.overall_se)]
        if kind == "dynamic":
            effects = dict(sorted(native.event_study_effects.items()))
            after = np.array([level >= 0 for level in native.event_study_vcov_index])
            mean = after / after.sum()
            values = [effects[level]["effect"] for level in native.event_study_vcov_index]
            rows = [(mean @ values, np.sqrt(mean @ native.event_study_vcov @ mean))]
            levels += [int(level) for level in effects]
            rows += [(effect["effect"], effect["se"]) for effect in effects.values()]
        estimates, std_errors = np.array(rows, dtype=float).T
        return AggregateResult(
            **shared_fields(self),
            kind=kind,
            labels=level_labels(kind, levels),
            estimates=estimates,
            std_errors=std_errors,
            scores=None,
            native=native,
        )

    def pre_test(self) -> PreTest:
        """Test the effects by time since treatment before it; chi-squared."""
        levels = [int(level) for level in self.native.event_study_vcov_index]
        pick = [place for place, level in enumerate(levels) if level < 0]
        effects = self.native.event_study_effects
        return wald(
            np.array([effects[levels[place]]["effect"] for place in pick], dtype=float),
            self.native.event_study_vcov[np.ix_(pick, pick)],
            [f"event time {levels[place]}" for place in pick],
            self.n_clusters,
        )


def sun_abraham(panel: Adoption, control: str, anticipation: int) -> SunAbrahamResult:
    """Run diff-diff's estimator on a checked panel."""
    library = require_library("diff_diff", "did", N_("Sun and Abraham's estimator"))
    panel.require_never_treated(control)
    estimator = library.SunAbraham(
        control_group="never_treated" if control == "never" else "not_yet_treated",
        anticipation=anticipation,
        cluster="cluster",
        df_convention="cluster",
    )
    covariates = [f"x{place}" for place in range(len(panel.covariate_names))]
    # The library takes a cohort of 0 for never treated: periods are moved above 0.
    shift = max(1 - int(panel.periods[0]), 0)
    cohorts = np.where(np.isinf(panel.cohorts), 0, panel.cohorts + shift).astype(int)
    rows = panel.long()
    rows = rows.assign(time=rows["time"] + shift, cohort=cohorts[rows["unit"]])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit = estimator.fit(rows, "y", "unit", "time", "cohort", covariates or None)
    # What the library warns its user of becomes a note; its own deprecations do not concern the
    # estimate.
    messages = dict.fromkeys(
        str(w.message) for w in caught if w.category in (UserWarning, RuntimeWarning)
    )
    found = sorted(fit.cohort_effects.items())
    effects = {(int(g) - shift, int(g + e) - shift): effect for (g, e), effect in found}
    number = panel.n_clusters
    labels = pd.DataFrame(list(effects), columns=["cohort", "time"])
    labels.insert(0, "term", [f"ATT({g}, {t})" for g, t in effects])
    name = _("Sun and Abraham's interaction-weighted estimator")
    if covariates:
        given = _(", ").join(panel.covariate_names)
        name = _("{estimator} given {covariates}", estimator=name, covariates=given)
    errors = _(
        "Standard errors of diff-diff {version}, clustered by {cluster} ({number:,} clusters), "
        "with the small-sample factor of a regression; t with {df:,} degrees of freedom.",
        version=library.__version__, cluster=panel.names["cluster"], number=number, df=number - 1,
    )  # fmt: skip
    return SunAbrahamResult(
        estimator=name,
        dependent=panel.names["y"],
        labels=labels,
        estimates=np.array([effect["effect"] for effect in effects.values()], dtype=float),
        std_errors=np.array([effect["se"] for effect in effects.values()], dtype=float),
        scores=None,
        df=float(number - 1),
        nobs=panel.nobs,
        n_entities=len(panel.cohorts),
        n_clusters=number,
        notes=(
            *panel.notes,
            *(_("diff-diff says: {text}", text=text) for text in messages),
            errors,
            _(
                "Relative to the last period before treatment. Assumes that without treatment the "
                "outcome would have changed alike in treated and controls."
            ),
        ),
        native=fit,
    )
