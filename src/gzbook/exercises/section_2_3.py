"""Exercises of section 2.3: people."""

from typing import Any

import pandas as pd

from gzbook.evidence import income
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Name, Number
from gzcounty.models.event_study import event_study
from gzcounty.models.ols import ols

NAIVE = "log(income_2020) ~ commerce_2020"


@exercise(
    "2.3-1",
    "Which one control alone brings the naive estimate nearest to zero: schooling_years, "
    "minority_share or urban_share?",
    wanted=Name("one control (its column)"),
    hint="Add one control at a time and compare the absolute sizes of the three estimates.",
)
def which_control() -> Key:
    """Add the controls one at a time."""
    cross = income.one_year(income.counties())
    found = pd.Series({
        name: ols(f"{NAIVE} + {name}", cross).term("commerce_2020").estimate
        for name in income.PEOPLE
    })  # fmt: skip
    order = list(found.abs().sort_values().index)
    return Key(
        order[0],
        {
            "With this one the estimate stays further from zero than with another.": order[1],
            "With this one the estimate stays furthest from zero of all three.": order[2],
            "This is the measure of penetration itself; asked for is a control.": "commerce_2020",
        },
    )


@exercise(
    "2.3-2",
    "What is the estimate of 2023 with convergence and year effects of each prefecture?",
    wanted=Number("in log points x 100 for one point of penetration", absolute=0.005),
    hint="Give `gz.event_study` both `trends='log_start'` and `year_effects_by='prefecture_en'`, "
    "and read the last row of `path()`.",
)
def own_paths() -> Key:
    """Run the event study with year effects of each prefecture."""
    years = income.yearly(income.counties(), "income", income.YEARS)

    def last(column: str = "estimate", **how: Any) -> float:  # noqa: ANN401
        fit = event_study(years, "log", "commerce_2010", "adcode", "year", 2014, **how)
        return float(100 * fit.path()[column].iloc[-1])

    both = {"trends": "log_start", "year_effects_by": "prefecture_en"}
    return Key(
        last(**both),
        {
            "The year effects are those of all counties; let each prefecture have its own.": last(
                trends="log_start"
            ),
            "Convergence is missing: `trends='log_start'`.": last(year_effects_by="prefecture_en"),
            "This is the standard error; asked for is the estimate.": last("std_error", **both),
            "This is the lower end of the interval; asked for is the estimate.": last(
                "conf_low", **both
            ),
        },
    )


@exercise(
    "2.3-3",
    "At which gain does the naive interval begin: its lower end, for one point of penetration?",
    wanted=Number("in log points x 100", absolute=0.005),
    hint="Take `conf_low` of the term `commerce_2020` in the model without controls, times 100.",
)
def promise() -> Key:
    """Return the lower end of the naive interval."""
    cross = income.one_year(income.counties())
    term = ols(NAIVE, cross).term("commerce_2020")
    held = ols(f"{NAIVE}{income.LADDER['people']}", cross).term("commerce_2020")
    return Key(
        100 * term.conf_low,
        {
            "This is the estimate; its interval begins below it.": 100 * term.estimate,
            "This is the upper end.": 100 * term.conf_high,
            "This is the lower end with people's traits held equal; the naive model has no "
            "controls.": 100 * held.conf_low,
        },
    )
