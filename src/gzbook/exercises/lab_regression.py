"""Exercises of the regression lab."""

from gzbook.evidence import income
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number
from gzbook.labs.regression import answer
from gzcounty.models.ols import ols


def per_cent(outcome: str = "income", controls: tuple[str, ...] = ()) -> float:
    """Return the association that the lab shows, with the controls if there are any."""
    # The exposure without controls comes first, then with them, then the controls themselves.
    found = answer(outcome=outcome, controls=list(controls)).table["%"]
    return float(found.iloc[1 if controls else 0])


@exercise(
    "lab-regression-1",
    "Which share of the association without controls is gone once schooling is held fixed?",
    wanted=Number("a share of 1", absolute=0.003),
    hint="Take the column `%` of the lab's table: what is left with schooling, over what there "
    "was without controls.",
)
def gone() -> Key:
    """Compare the association with and without schooling."""
    alone, held = per_cent(), per_cent(controls=("schooling_years",))
    table = answer(controls=["schooling_years"]).table["%"]
    both = per_cent(controls=("schooling_years", "C(prefecture_en)"))
    return Key(
        1 - held / alone,
        {
            "This is the share that stays; asked for is the share that goes.": held / alone,
            "This is the difference of the two; asked for is a share of the first.": alone - held,
            "This takes the row of schooling itself; take that of jobs with controls.": (
                1 - table.iloc[2] / alone
            ),
            "Prefecture is held fixed too; asked for is schooling alone.": 1 - both / alone,
        },
    )


@exercise(
    "lab-regression-2",
    "How large is the association with incomes of 2014, as a share of that with incomes of 2020?",
    wanted=Number("a share of 1", absolute=0.003),
    hint="No controls; the outcome is once `'income before'`, once `'income'`.",
)
def placebo() -> Key:
    """Divide the association of the placebo by that of the outcome."""
    before, after = per_cent("income before"), per_cent()
    growth = per_cent("growth")
    return Key(
        before / after,
        {
            "This is the association with incomes of 2014; divide it by that of 2020.": before,
            "This is the association with incomes of 2020; it is what to divide by.": after,
            "This is the difference of the two; asked for is a share.": after - before,
            "This divides by the association with growth; take that of incomes in 2020.": (
                before / growth
            ),
        },
    )


@exercise(
    "lab-regression-3",
    "What is the slope of income cleaned of schooling on jobs cleaned of schooling?",
    wanted=Number("in log points for one percentage point of jobs", absolute=0.00005),
    hint="Residuals of `log(income_2020) ~ schooling_years` and of `commerce_2020 ~ "
    "schooling_years`; then one regression of the first on the second.",
)
def by_hand() -> Key:
    """Regress what schooling leaves of income on what it leaves of jobs."""
    data = income.one_year(income.counties())
    left_y = ols("log(income_2020) ~ schooling_years", data).residuals
    left_x = ols("commerce_2020 ~ schooling_years", data).residuals
    jobs = data.commerce_2020 - data.commerce_2020.mean()
    raw = ols("log(income_2020) ~ commerce_2020", data).term("commerce_2020").estimate
    full = ols("log(income_2020) ~ commerce_2020 + schooling_years", data)
    return Key(
        float(left_x @ left_y / (left_x @ left_x)),
        {
            "Nothing is cleaned here: this is the slope without controls.": raw,
            "Income is cleaned and jobs are not: both need it.": float(
                left_y @ jobs.to_numpy() / (jobs @ jobs)
            ),
            "This is the slope of jobs on income; turn it round.": float(
                left_x @ left_y / (left_y @ left_y)
            ),
            "This is the coefficient of schooling.": full.term("schooling_years").estimate,
        },
    )
