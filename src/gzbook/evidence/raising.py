"""What income models imply at each step of a rule, for the simulator of section 4.3."""

from collections.abc import Iterable

import pandas as pd

from gzbook.evidence.targeting import (
    CONTROLS,
    MEASURES,
    PENETRATION,
    RULES,
    IncomeModel,
    income_models,
    online_model,
    simulate,
)
from gzcounty.inference.targeting import Targeting, simulate_targeting
from gzcounty.measures.inequality import gini
from gzcounty.models.ols import ols

_ENDS = ["estimate", "conf_low", "conf_high"]
OUTCOMES = {
    "mean": "Mean income, %",
    "gini": "Gini, thousandths",
    "theil": "Theil, thousandths",
}
"""What a simulation changes, and how a chart calls it."""
SIZES = tuple(range(10, 101, 10))
"""Steps of the simulator, % of the way."""


def simulated() -> tuple[IncomeModel, ...]:
    """Return the models of the simulator: the six of the claim, and the panel on online retail."""
    return (*income_models(), online_model())


def slopes() -> pd.DataFrame:
    """Return the six estimates: % of income for one percentage point of penetration.

    Returns
    -------
    DataFrame
        model, estimate, conf_low, conf_high, counties, clear (whether the interval leaves zero
        out).
    """
    rows = []
    for model in income_models():
        term = model.fit.term(model.term)
        rows.append({
            "model": model.name, "estimate": 100.0 * term.estimate,
            "conf_low": 100.0 * term.conf_low, "conf_high": 100.0 * term.conf_high,
            "counties": len(model.data),
        })  # fmt: skip
    table = pd.DataFrame(rows)
    return table.assign(clear=(table.conf_low > 0) | (table.conf_high < 0))


def changes(sizes: Iterable[int] = SIZES, draws: int = 199) -> pd.DataFrame:
    """Return the change of mean income, Gini and Theil by model, rule and step.

    Parameters
    ----------
    sizes : iterable of int
        How far a rule goes, in % of the way.
    draws : int
        Draws of each estimate.

    Returns
    -------
    DataFrame
        The columns of `Targeting.table`, and measure, model, rule, size, outcome: mean income in
        per cent, Gini and Theil in thousandths.
    """
    sizes, parts = list(sizes), []
    for model in simulated():
        for rule in RULES:
            for size in sizes:
                found = simulate(model, rule, size / 100, draws=draws).table()
                found[["measure", "model", "rule"]] = model.measure, model.name, rule
                parts.append(found.assign(size=size, outcome=found.term.map(OUTCOMES)))
    table = pd.concat(parts, ignore_index=True)
    table.loc[table.term != "mean", _ENDS] *= 1000.0
    return table


def raised() -> pd.DataFrame:
    """Return whom each rule raises by each measure, and by how much.

    Returns
    -------
    DataFrame
        The units of `Targeting` of each measure's first model, adcode, names, rule, measure, unit.
    """
    parts = []
    for measure, unit in PENETRATION.items():
        first = next(model for model in simulated() if model.measure == measure)
        names = first.data[["adcode", "name_en", "name_zh"]].assign(measure=measure, unit=unit)
        for rule in RULES:
            found = simulate(first, rule, measures={}, draws=2).units()
            parts.append(found.join(names).assign(rule=rule))
    return pd.concat(parts, ignore_index=True)


def one_vote_each(draws: int = 199) -> pd.DataFrame:
    """Return the change of the Gini to the median if every county counts the same, by model."""
    rows = {}
    for model in income_models():
        found = simulate_targeting(
            model.data, model.fit, model.term, y=model.income, exposure=model.exposure,
            measures={"gini": gini}, draws=draws,
        )  # fmt: skip
        rows[model.name] = 1000.0 * found.table().set_index("term").loc["gini", _ENDS]
    return pd.DataFrame(rows).T.rename_axis(index="model")


def with_income_of_2014(draws: int = 199) -> Targeting:
    """Simulate the cross-section on penetration of 2010 with income of 2014 held equal."""
    early = income_models()[2]
    fit = ols(f"log(income_2020) ~ commerce_2010 + {CONTROLS} + log_start", early.data)
    return simulate_targeting(
        early.data, fit, "commerce_2010", y="income_2020", exposure="commerce_2010",
        weights="rural", measures=MEASURES, draws=draws,
    )  # fmt: skip


def more_for_the_weak(draws: int = 199) -> Targeting:
    """Simulate the model of 2.3-h, in which a point may do more for the weak.

    Growth of income 2014-2023 on penetration of 2010, and on its products with low income of 2014
    and with the share of minority people, all centred.
    """
    data = income_models()[4].data
    own = data.assign(
        poorer=data.log_start.mean() - data.log_start,
        minority=data.minority_share - data.minority_share.mean(),
        lead=data.commerce_2010 - data.commerce_2010.mean(),
    )
    fit = ols("growth ~ lead + poorer + minority + lead:poorer + lead:minority", own)
    terms = {"lead": None, "lead:poorer": "poorer", "lead:minority": "minority"}
    return simulate_targeting(
        own, fit, terms, y="income_2023", exposure="commerce_2010",
        weights="rural", measures=MEASURES, draws=draws,
    )  # fmt: skip
