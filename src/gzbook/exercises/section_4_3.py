"""Exercises of section 4.3: paths of people."""

import numpy as np
import pandas as pd

from gzbook.evidence.targeting import LAGGING, counties, income_models, simulate
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number
from gzcounty.inference.targeting import simulate_targeting
from gzcounty.measures.inequality import gini
from gzcounty.models.ols import ols


@exercise(
    "4.3-1",
    "By how many per cent does the mean income rise by the rule 'the same for all' and the model "
    "with the largest estimate?",
    wanted=Number("in per cent", absolute=0.005),
    hint="The term `mean` of the simulation 'the same for all' with the third model.",
)
def same_for_all() -> Key:
    """Raise penetration everywhere by one point."""
    models = income_models()
    term = models[2].fit.term(models[2].term)
    simulated = simulate(models[2], "the same for all", draws=19).table().set_index("term")
    other = simulate(models[0], "the same for all", draws=19).table().set_index("term")
    return Key(
        float(simulated.estimate["mean"]),
        {
            "This is the first model; another one has a larger estimate.": other.estimate["mean"],
            "This is the upper end of the interval; asked for is the estimate.": (
                simulated.conf_high["mean"]
            ),
            "This is one more point for every county; the rule gives each what raising the last to "
            "the median takes, spread over all.": 100 * np.expm1(term.estimate),
        },
    )


@exercise(
    "4.3-2",
    "By how many thousandths does the Gini change if all get the same by the naive model in yuan?",
    wanted=Number("in thousandths, with its sign", absolute=0.005),
    hint="Estimate `income_2020 ~ commerce_2020` and simulate with `log=False`, weighted by rural "
    "residents; the change of the Gini times a thousand.",
)
def in_yuan() -> Key:
    """Simulate the naive model in yuan."""
    data = counties()
    yuan = ols("income_2020 ~ commerce_2020", data)

    def change(weights: str | None, log: bool) -> float:
        fit = ols("log(income_2020) ~ commerce_2020", data) if log else yuan
        table = simulate_targeting(
            data, fit, "commerce_2020", y="income_2020", exposure="commerce_2020", log=log,
            spread=True, weights=weights, measures={"gini": gini}, draws=19,
        ).table().set_index("term")  # fmt: skip
        return float(1000 * table.estimate["gini"])

    right = change("rural", log=False)
    return Key(
        right,
        {
            "This is the model of logarithms, in which all gain the same share.": change(
                "rural", log=True
            ),
            "The counties are not weighted by rural residents.": change(None, log=False),
            "This is the Gini as it is; asked for is its change.": 1000
            * gini(data.income_2020, data.rural),
        },
    )


@exercise(
    "4.3-3",
    "At which effect of one point is the Gini lowest, if the last are raised to the median?",
    wanted=Number("in log points x 100, between 0 and 3", absolute=0.015),
    hint="Multiply each income by exp(effect times its dose), for effects from 0 to 0.03, and take "
    "the Gini weighted by rural residents.",
)
def lowest_gini() -> Key:
    """Search the effect with the lowest Gini."""
    first = income_models()[0]
    dose = simulate(first, LAGGING[1], measures={}, draws=2).dose
    grid = np.linspace(0, 0.03, 301)

    def best(weights: pd.Series | None) -> float:
        income = first.data.income_2020
        after = [gini(income * np.exp(effect * dose), weights) for effect in grid]
        return float(100 * grid[int(np.argmin(after))])

    right, term = best(first.data.rural), first.fit.term(first.term)
    return Key(
        right,
        {
            "This is the end of the grid; the Gini turns before it.": 3.0,
            "The counties are not weighted by rural residents.": best(None),
            "This is the upper end of the model's interval; the Gini is lowest elsewhere.": (
                100 * term.conf_high
            ),
            "This is the estimate of the model; the Gini is lowest elsewhere.": (
                100 * term.estimate
            ),
        },
    )
