"""Estimators of staggered adoption by regression: imputation, two stages, Sun and Abraham.

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
through the library diff-diff: a regression with entity and period
effects and a dummy for every cohort and time since treatment but the last one before it; effects by
time since treatment are means over cohorts, weighted by their sizes. Standard errors cluster, with
the small-sample factor of a regression; the weights are taken as given; t with G-1 degrees of
freedom.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from gzcounty.errors import InputError, TrapError
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.words import counted, listed

from ._adoption import Adoption
from ._arrays import Array, Codes, by_group
from ._effects import AggregateResult, PreTest, StaggeredResult, level_labels, shared_fields, wald
from ._group_time import Aggregation, Cell, GroupTime, invert
from .design import Design
from .nearness import ROUNDED
from .panel import drop_singletons
from .sample import take_sample
from .within import absorbed, but_for_rounding, fit_within, invert_laplacian


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
    notes = _notes(panel, int(treated.sum()) - len(chosen))
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


def _notes(panel: Adoption, lost: int) -> tuple[str, ...]:
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
        n_entities=len(panel.entities),
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
