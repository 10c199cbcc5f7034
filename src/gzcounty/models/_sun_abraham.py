"""Sun and Abraham's interaction-weighted estimator, through the library diff-diff.

Sun and Abraham (2021, Journal of Econometrics 225, 175-199): a regression with entity and period
effects and a dummy for every cohort and time since treatment but the last one before it; effects by
time since treatment are means over cohorts, weighted by their sizes. Standard errors cluster, with
the small-sample factor of a regression; the weights are taken as given; t with G-1 degrees of
freedom.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.errors import TrapError
from gzcounty.extras import require

from ._adoption import Adoption
from ._aggregate import Aggregation, require_kind
from ._effects import AggregateResult, PreTest, StaggeredResult, level_labels, shared_fields, wald


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SunAbrahamResult(StaggeredResult):
    """A `StaggeredResult` from diff-diff; ``native`` is its ``SunAbrahamResults``."""

    def aggregate(self, kind: Aggregation = "dynamic") -> AggregateResult:
        """Sum the effects up: "simple" or "dynamic" only.

        As for group-time effects, the overall row of "dynamic" is the plain mean from the period of
        treatment on.
        """
        require_kind(kind, ("simple", "dynamic"), " with method='sun-abraham'")
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
    """Run diff-diff's estimator on a checked panel.

    Raises
    ------
    TrapError
        If nobody is left to compare with.
    ModuleNotFoundError
        If diff-diff is not installed.
    """
    library = require("diff_diff", "did", "Sun and Abraham's estimator")
    if control == "never" and not np.isinf(panel.cohorts[-1]):
        raise TrapError(
            f"No {panel.names['entity']} is never treated, so control='never' leaves nobody to "
            "compare with; use control='not_yet'."
        )
    estimator = library.SunAbraham(
        control_group="never_treated" if control == "never" else "not_yet_treated",
        anticipation=anticipation,
        cluster="cluster",
        df_convention="cluster",
    )
    covariates = [f"x{place}" for place in range(len(panel.covariate_names))]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = estimator.fit(panel.long(), "y", "unit", "time", "cohort", covariates or None)
    # What the library warns its user of becomes a note; its own deprecations do not concern the
    # estimate.
    told = dict.fromkeys(
        str(w.message) for w in caught if w.category in (UserWarning, RuntimeWarning)
    )
    effects = {(int(g), int(g) + int(e)): effect for (g, e), effect in found.cohort_effects.items()}
    effects = dict(sorted(effects.items()))
    number = panel.n_clusters
    labels = pd.DataFrame(
        {
            "term": [f"ATT({g}, {t})" for g, t in effects],
            "cohort": [g for g, _ in effects],
            "time": [t for _, t in effects],
        }
    )
    given = f" given {', '.join(panel.covariate_names)}" if covariates else ""
    return SunAbrahamResult(
        estimator=f"Sun and Abraham's interaction-weighted estimator{given}",
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
            *(f"diff-diff says: {text}" for text in told),
            f"Standard errors of diff-diff {library.__version__}, clustered by "
            f"{panel.names['cluster']} ({number:,} clusters), with the small-sample factor of a "
            f"regression; t with {number - 1:,} degrees of freedom.",
            "Relative to the last period before treatment. Assumes that without treatment the "
            "outcome would have changed alike in treated and controls.",
        ),
        native=found,
    )
