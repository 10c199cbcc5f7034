"""Whether the answer to 4.1-a hangs on districts, farming, one section, or the linear model."""

import numpy as np
import pandas as pd

from gzbook.evidence.entry import chances, entry_model, entry_models
from gzcounty.data.guizhou import load_counties
from gzcounty.measures.specialisation import INDUSTRIES
from gzcounty.models.panel import panel_ols

_ENDS = ["estimate", "conf_low", "conf_high"]


def entry_checks() -> pd.DataFrame:
    """Return the first model of 4.1-a on four other terms.

    Returns
    -------
    DataFrame, one row a check
        key (districts, farming, workers, twoway), what, estimate, conf_low, conf_high (percentage
        points for one standard deviation of density), nobs.
    """
    pairs, counties = chances(), load_counties()
    districts = counties[counties.unit_type == "district"].group
    both = panel_ols("entry ~ density", pairs, "group", "section", cluster=["group", "section"])
    fits = [
        ("districts", "without groups that hold a city district",
         entry_model(pairs[~pairs.group.isin(districts)])),
        ("farming", "without farming", entry_model(pairs[pairs.section != "A"])),
        ("workers", "at least 30 workers in the sample in 2010",
         entry_model(pairs[pairs.workers_2010 >= 30])),
        ("twoway", "clustered by section too", both),
    ]  # fmt: skip
    rows = []
    for key, what, fit in fits:
        found = fit.table().set_index("term").loc["density", _ENDS]
        rows.append({"key": key, "what": what, **(100.0 * found), "nobs": fit.nobs})
    return pd.DataFrame(rows)


def entry_lines() -> pd.DataFrame:
    """Return the models of the rule and the checks below them, as `coefficient_plot` takes them."""
    rule = entry_models().assign(group="the four models of the rule")
    lines = pd.concat([rule, entry_checks().assign(group="checks, China's proximity")])
    return lines.rename(columns={"what": "label"})[["label", "group", *_ENDS, "nobs"]].reset_index(
        drop=True
    )


def without_each_section() -> pd.Series:
    """Return the estimate with each section left out in turn, in points, by industry."""
    pairs = chances()
    return pd.Series({
        INDUSTRIES[section]: 100.0
        * entry_model(pairs[pairs.section != section]).term("density").estimate
        for section in sorted(pairs.section.unique())
    })  # fmt: skip


def entry_odds() -> pd.Series:
    """Return the odds ratio of a conditional logit within groups, with section dummies.

    Returns
    -------
    Series
        estimate, conf_low, conf_high: what one standard deviation of density multiplies the odds
        of entry by. Groups that entered nothing tell such a model nothing and are left out.
    """
    from statsmodels.discrete.conditional_models import ConditionalLogit

    pairs = chances()
    moved = pairs[pairs.groupby("group").entry.transform("max") > 0]
    columns = pd.get_dummies(moved.section, drop_first=True, dtype=float)
    model = ConditionalLogit(moved.entry, columns.assign(density=moved.density), groups=moved.group)
    fit = model.fit(disp=0, maxiter=1_000)
    values = [fit.params.density, *fit.conf_int().loc["density"]]
    return pd.Series(np.exp(values), index=_ENDS)
