"""Staggered adoption: effects by cohort and period, free of forbidden comparisons.

Two-way fixed effects with a treatment dummy also compare entities that adopt late with entities
treated before them (`gzcounty.bacon_decomposition` shows how much). The estimators here do not.

Standard errors
---------------
Group-time, imputation and two-stage errors come from influence functions: the sum of squares by
entity, no small-sample factor, normal distribution, as the R packages did and did2s compute them.
With a larger `cluster` the influence is summed by cluster. For group-time effects it is then taken
times G/(G-1), and tests use t with G-1 degrees of freedom, as in diff-diff (R's did clusters only
in its bootstrap); for imputation and two stages it is taken as it is, as in did2s and diff-diff.
Sun and Abraham's come from diff-diff's saturated regression, with the usual small-sample factor.

Where others differ
-------------------
- diff-diff's doubly robust estimate divides the reweighted residuals of controls by the number of
  treated; here, and in R's DRDID, by the sum of their weights. It also raises propensity scores
  below 0.01 to 0.01, which is not done here.
- On unbalanced panels, R's did keeps complete entities only, unless told otherwise; here each
  ATT(g, t) uses the entities seen in both of its periods, and a cohort counts with all its
  entities when effects are summed up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import counted

from ._adoption import Adoption, read_adoption
from ._arrays import Array, by_group
from ._effects import (
    AggregateResult,
    Aggregation,
    PreTest,
    StaggeredResult,
    level_labels,
    shared_fields,
    wald,
)
from ._estimators import (
    Adjustment,
    Cell,
    GroupTime,
    aggregate,
    group_time,
    impute,
    lead_test,
    sun_abraham,
)
from .nearness import norms
from .result import FEW_CLUSTERS

Method = Literal["group-time", "imputation", "two-stage", "sun-abraham"]
METHODS = {
    "imputation": N_("imputation difference-in-differences"),
    "two-stage": N_("two-stage difference-in-differences"),
}
AGAINST = {
    "never": N_("group-time effects against never treated"),
    "not_yet": N_("group-time effects against not yet treated"),
}
ADJUSTMENTS = {
    "doubly-robust": N_("doubly-robust"), "regression": N_("regression"),
    "weighting": N_("weighting"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GroupTimeResult(StaggeredResult):
    """A `StaggeredResult` from influence functions; ``native`` is a `GroupTime`.

    Attributes
    ----------
    method : {"group-time", "imputation", "two-stage"}
    anticipation : int
    """

    method: str
    anticipation: int
    native: GroupTime

    def aggregate(self, kind: Aggregation = "dynamic") -> AggregateResult:
        """Sum the effects up; see `StaggeredResult.aggregate`."""
        means = aggregate(self.native, kind)
        influence = np.column_stack([mean.influence for mean in means])
        factor = self.method == "group-time"
        scores, std_errors = _by_cluster(self.native.panel, influence, factor)
        return AggregateResult(
            **shared_fields(self),
            kind=kind,
            labels=level_labels(kind, [mean.level for mean in means]),
            estimates=np.array([mean.estimate for mean in means]),
            std_errors=std_errors,
            scores=scores,
            native=means,
        )

    def pre_test(self) -> PreTest:
        """Test the effects before treatment; see `StaggeredResult.pre_test`.

        Group-time effects by chi-squared, as R's did reports it. Imputation and two stages by the F
        test of the leads in a regression on untreated rows (Borusyak, Jaravel and Spiess 2024,
        equation 9), with the conventions of `gzcounty.panel_ols`.
        """
        if self.method != "group-time":
            return lead_test(self.native.panel, self.anticipation)
        rows = (self.labels["time"] < self.labels["cohort"]) & (self.std_errors > 0)
        pick = np.flatnonzero(rows)
        assert self.scores is not None
        return wald(
            self.estimates[pick],
            self.scores[:, pick].T @ self.scores[:, pick],
            self.labels["term"].iloc[pick],
            self.n_clusters,
        )


def staggered_did(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    cohort: str,
    control: Literal["never", "not_yet"] = "never",
    covariates: str | Sequence[str] | None = None,
    method: Method = "group-time",
    cluster: str | None = None,
    base: Literal["varying", "universal"] = "varying",
    anticipation: int = 0,
    adjustment: Adjustment = "doubly-robust",
    entity_effects_by: str | None = None,
    year_effects_by: str | None = None,
) -> StaggeredResult:
    """Estimate effects of a treatment that entities adopt at different times and then keep.

    Parameters
    ----------
    data : DataFrame
        One row an entity and period; may be unbalanced, in any order.
    y : str
        Column explained; take logarithms before.
    entity, time : str
        Columns that identify a row; `time` holds whole numbers such as years.
    cohort : str
        First period treated, constant within each entity; infinity if never, or 0 where all
        periods lie above 0. A missing value is refused, as it could mean never or unknown.
    control : {"never", "not_yet"}
        Who is compared with: entities never treated, or also those not yet treated.
    covariates : str or list of str, optional
        Numeric columns given which trends are parallel. Group-time effects take their values in the
        base period of each comparison.
    method : {"group-time", "imputation", "two-stage", "sun-abraham"}
        Callaway and Sant'Anna (2021, Journal of Econometrics 225, 200-230); Borusyak, Jaravel and
        Spiess (2024, Review of Economic Studies 91, 3253-3285); Gardner (2022, arXiv:2207.05943);
        Sun and Abraham (2021, Journal of Econometrics 225, 175-199), which needs diff-diff.
        Imputation and two stages always use every untreated row, whatever `control` says.
    cluster : str, optional
        Column to cluster by, the entity if not given; an entity may not move between clusters.
    base : {"varying", "universal"}
        What effects before treatment are relative to: the period before each, or the last one
        before treatment. For group-time effects only.
    anticipation : int, default 0
        Periods before treatment in which it may be felt already.
    adjustment : {"doubly-robust", "regression", "weighting"}
        How group-time effects use covariates; see `gzcounty.models._estimators`.
    entity_effects_by : str, optional
        For imputation and two stages: groups of entities that share one effect, as in did2s with
        ``first_stage = ~ 0 | state + year``.
    year_effects_by : str, optional
        For imputation and two stages: groups of entities with period effects of their own, such as
        the province.

    Returns
    -------
    StaggeredResult
        ``.table()``, ``.bands()``, ``.aggregate(kind)``, ``.pre_test()``, ``.notes``, ``.native``.

    Raises
    ------
    InputError
        For unusable columns, duplicated rows, times or cohorts that are not whole numbers, cohorts
        that change within an entity, constant covariates, a single cluster.
    TrapError
        If nobody is treated, followed from before treatment, or left to compare with; if covariates
        separate treated from controls.

    Notes
    -----
    Entities treated from the first period on have no period before treatment; they are left out and
    counted. Those first treated after the last period count as never treated.

    Examples
    --------
    Three counties adopt in 2015, three never do (SIMULATED):

    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> lights = {2014: [1, 2, 3, 1, 2, 3], 2015: [4, 5, 6, 2, 3, 4], 2016: [6, 8, 7, 2, 3, 4]}
    >>> data = pd.DataFrame(lights).assign(county=list("abcdef"), first=[2015] * 3 + [0] * 3)
    >>> data = data.melt(["county", "first"], var_name="year", value_name="lights")
    >>> data["year"] = data["year"].astype(int)
    >>> fit = gz.staggered_did(data, "lights", "county", "year", "first")
    >>> fit.table()[["term", "estimate"]].round(3).values.tolist()
    [['ATT(2015, 2015)', 2.0], ['ATT(2015, 2016)', 4.0]]
    >>> round(fit.aggregate("simple").overall.estimate, 3)
    3.0
    """
    imputed = method in ("imputation", "two-stage")
    if method != "group-time" and (base, adjustment) != ("varying", "doubly-robust"):
        raise InputError("base and adjustment are choices of method='group-time' only.")
    if not imputed and (entity_effects_by or year_effects_by):
        raise InputError(
            "entity_effects_by and year_effects_by are choices of method='imputation' and "
            "'two-stage' only."
        )
    panel = read_adoption(
        data, y, entity, time, cohort, covariates, cluster, anticipation,
        entity_effects_by, year_effects_by,
    )  # fmt: skip
    if method == "sun-abraham":
        return sun_abraham(panel, control, anticipation)
    notes = list(panel.notes)
    if imputed:
        effects = impute(panel, anticipation, method == "imputation")
        name = _(METHODS[method])
        if panel.covariate_names:
            name = _("{estimator} given {covariates}", estimator=name, covariates=_given(panel))
    else:
        effects = group_time(panel, control, adjustment, base, anticipation)
        name = _(AGAINST[control])
        if panel.covariate_names:
            how, given = _(ADJUSTMENTS[adjustment]), _given(panel)
            said = N_("{estimator}, {how} given {covariates}")
            name = _(said, estimator=name, how=how, covariates=given)
    notes += [*effects.notes, *_error_notes(panel, imputed), *_design_notes(base, anticipation)]
    scores, std_errors = _by_cluster(panel, effects.influence, not imputed)
    terms = [f"ATT({cell.cohort}, {cell.time})" for cell in effects.cells]
    columns = dict(zip(Cell._fields, map(np.array, zip(*effects.cells, strict=True)), strict=True))
    estimates = columns.pop("estimate")
    return GroupTimeResult(
        estimator=name,
        dependent=y,
        labels=pd.DataFrame({"term": terms, **columns}),
        estimates=estimates,
        std_errors=std_errors,
        scores=scores,
        df=np.inf if panel.clusters is None or imputed else float(panel.n_clusters - 1),
        nobs=panel.nobs,
        n_entities=len(panel.cohorts),
        n_clusters=panel.n_clusters,
        notes=tuple(notes),
        native=effects,
        method=method,
        anticipation=anticipation,
    )


def _given(panel: Adoption) -> str:
    """Return the names of the covariates, or their number if there are many."""
    names = panel.covariate_names
    if len(names) <= 4:
        return _(", ").join(names)
    return _("{n} covariates", n=len(names))


def _by_cluster(panel: Adoption, influence: Array, factor: bool) -> tuple[Array, Array]:
    """Influence by cluster, and the standard errors it implies."""
    scores = influence
    if panel.clusters is not None:
        scores = by_group(panel.clusters, influence, panel.n_clusters)
        if factor:
            scores *= np.sqrt(len(scores) / (len(scores) - 1))
    return scores, norms(scores)


def _error_notes(panel: Adoption, imputed: bool) -> list[str]:
    by, number = panel.names["cluster"], panel.n_clusters
    plain = N_(
        "Standard errors from influence functions, clustered by {by} ({clusters}), no small-sample "
        "factor; normal distribution."
    )
    factor = N_(
        "Standard errors from influence functions, clustered by {by} ({clusters}), factor G/(G-1); "
        "t with {df} degrees of freedom."
    )
    clusters = counted(number, "cluster")
    said = plain if panel.clusters is None or imputed else factor
    notes = [_(said, by=by, clusters=clusters, df=number - 1)]
    if number < FEW_CLUSTERS:
        notes.append(
            _("Only {clusters}: these intervals tend to be too narrow.", clusters=clusters)
        )
    return notes


def _design_notes(base: str, anticipation: int) -> list[str]:
    notes = [_(
        "Assumes that without treatment the outcome would have changed alike in treated and "
        "controls, and that treatment is not undone."
    )]  # fmt: skip
    if base == "universal":
        notes.append(_("All effects are relative to the last period before treatment."))
    if anticipation:
        notes.append(
            _("Treatment may be felt {periods} ahead.", periods=counted(anticipation, "period"))
        )
    return notes
