"""Exercises of the staggered lab, on SIMULATED counties."""

from functools import cache

import pandas as pd

from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number
from gzbook.labs.staggered import answer
from gzcounty.models.bacon import bacon_decomposition
from gzcounty.simulation.panel import simulate_panel

NAIVE, GROUP = "Two-way fixed effects", "Group-time effects"


@cache
def draws() -> pd.DataFrame:
    """Return the lab's tables of 20 draws in which gains grow."""
    tables = [answer(growth=0.5, seed=seed).table.assign(seed=seed) for seed in range(1, 21)]
    return pd.concat(tables)


@exercise(
    "lab-staggered-1",
    "How far off are two-way fixed effects on average, over the draws 1 to 20 with a growth of "
    "0.5?",
    wanted=Number("in log points x 100, estimate less truth", absolute=0.02),
    hint="The column `off` of the lab's table; its mean over the draws, for the first row.",
)
def bias() -> Key:
    """Average the distance from the truth."""
    found = draws()
    off = found.groupby("").off.mean()
    means = found.groupby("")[["estimate", "truth"]].mean().loc[NAIVE]
    return Key(
        float(off[NAIVE]),
        {
            "This is how far off the group-time effects are.": float(off[GROUP]),
            "This is the mean estimate; subtract the truth.": float(means.estimate),
            "This is the truth; asked for is the estimate less the truth.": float(means.truth),
            "This is a single draw; asked for is the mean of 20.": float(
                found[found.seed == 1].set_index("").off[NAIVE]
            ),
        },
    )


@exercise(
    "lab-staggered-2",
    "In how many of these 20 draws does the 95 % interval of the group-time effects cover the "
    "truth?",
    wanted=Number("a count", relative=0.0),
    hint="Count the draws in which the truth lies between `from` and `to`.",
)
def coverage() -> Key:
    """Count the intervals that cover."""
    found = draws()
    covers = found.truth.between(found["from"], found["to"]).groupby(found[""]).sum()
    counted = int(covers[GROUP])
    return Key(
        counted,
        {
            "This is the count of two-way fixed effects.": int(covers[NAIVE]),
            "This is the count of the draws whose interval misses the truth.": 20 - counted,
            "This is the share; asked for is the count.": counted / 20,
        },
    )


@exercise(
    "lab-staggered-3",
    "How much weight do comparisons with counties already inside carry when all counties enter?",
    wanted=Number("a share of 1", absolute=0.002),
    hint="`by_kind()` of `gz.bacon_decomposition`; they are called 'later vs earlier treated'.",
)
def forbidden() -> Key:
    """Decompose the two-way estimate with nobody left outside."""

    def weights(never: float) -> pd.Series:
        cohorts = dict.fromkeys((2016, 2018, 2021), (1 - never) / 3)
        panel = simulate_panel(cohorts=cohorts)
        found = bacon_decomposition(
            panel, "log_rural_income", "county", "year", cohort="first_year"
        )
        return found.by_kind().set_index("kind").weight

    kind = "later vs earlier treated"
    few, everyone = weights(0.6), weights(0.0)
    return Key(
        float(everyone[kind]),
        {
            "This is the weight when 60 % never enter.": float(few[kind]),
            "These are comparisons with counties not yet inside, which are allowed.": float(
                everyone.drop(kind).max()
            ),
            "This is by how much the weight grows from 60 % never entering to none.": float(
                everyone[kind] - few[kind]
            ),
        },
    )
