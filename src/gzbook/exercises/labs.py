"""Exercises of the four labs; those of the staggered lab are on SIMULATED counties."""

from functools import cache

import numpy as np
import pandas as pd

from gzbook.evidence.section_4 import best, kilometres, people
from gzbook.exercises import Exercise, Key
from gzbook.exercises.answers import Count, Labelled, Name, Number, Numbers
from gzbook.frames import county_frame, with_income
from gzbook.labs import hubs as hub_lab
from gzbook.labs import regression as regression_lab
from gzbook.labs import staggered as staggered_lab
from gzbook.labs.weights import INDICATORS, entropy_points
from gzcounty.charts.coefficients import estimate_row
from gzcounty.data.guizhou import load_counties
from gzcounty.language import N_, _
from gzcounty.measures.dimensions import dimension_indices
from gzcounty.measures.indices import composite_index, entropy_weights
from gzcounty.models.bacon import bacon_decomposition
from gzcounty.models.ols import ols
from gzcounty.simulation import simulate_panel


def per_cent(outcome: str = "income", controls: tuple[str, ...] = ()) -> float:
    """Return the association that the lab shows, with the controls if there are any."""
    table = regression_lab.answer(outcome=outcome, controls=list(controls)).table
    row = "Commerce jobs 2020, with controls" if controls else "Commerce jobs 2020, no controls"
    return float(table.set_index("")["%"][row])


def share_gone() -> Key:
    alone, held = per_cent(), per_cent(controls=("schooling_years",))
    table = regression_lab.answer(controls=["schooling_years"]).table.set_index("")["%"]
    both = per_cent(controls=("schooling_years", "C(prefecture_en)"))
    mistakes = {
        _("This is the share that stays; asked for is the share that goes."): held / alone,
        _("This is the difference of the two; asked for is a share of the first."): alone - held,
        _("This takes the row of schooling itself; take that of jobs with controls."): (
            1 - table["Schooling"] / alone
        ),
        _("Prefecture is held fixed too; asked for is schooling alone."): 1 - both / alone,
    }
    return Key(1 - held / alone, mistakes, read_off=(1 - round(held, 1) / round(alone, 1),))


def placebo() -> Key:
    before, after = per_cent("income before"), per_cent()
    data = county_frame()
    step = data.dropna(subset="income_2014").commerce_2020.std()
    fit = ols("log(income_2014) ~ commerce_2020", data)
    apart = estimate_row(fit, "commerce_2020", "", scale=step, per_cent=True)["estimate"]
    mistakes = {
        _(
            "Other counties stand behind the two: {before} have an income of 2014 and {here} one "
            "of 2020. Estimate both on those that have both.",
            before=fit.nobs, here=len(with_income(data)),
        ): apart / after,
        _("This is the association with incomes of 2014; divide it by that of 2020."): before,
        _("This is the association with incomes of 2020; it is what to divide by."): after,
        _("This is the difference of the two; asked for is a share."): after - before,
        _("This divides by the association with growth; take that of incomes in 2020."): (
            before / per_cent("growth")
        ),
    }  # fmt: skip
    return Key(before / after, mistakes, read_off=(round(before, 1) / round(after, 1),))


def partial_slope() -> Key:
    data = with_income(county_frame())
    left_y = ols("log(income_2020) ~ schooling_years", data).residuals
    left_x = ols("commerce_2020 ~ schooling_years", data).residuals
    jobs = data.commerce_2020 - data.commerce_2020.mean()
    raw = ols("log(income_2020) ~ commerce_2020", data).term("commerce_2020").estimate
    full = ols("log(income_2020) ~ commerce_2020 + schooling_years", data)
    mistakes = {
        _("Nothing is cleaned here: this is the slope without controls."): raw,
        _("Income is cleaned and jobs are not: both need it."): (
            left_y @ jobs.to_numpy() / (jobs @ jobs)
        ),
        _("This is the slope of jobs on income; turn it round."): (
            left_x @ left_y / (left_y @ left_y)
        ),
        _("This is the coefficient of schooling."): full.term("schooling_years").estimate,
    }
    return Key(left_x @ left_y / (left_x @ left_x), mistakes)


PEOPLE = ["schooling_years", "floor_area", "bathing_share"]


@cache
def indicators() -> pd.DataFrame:
    """Return the nine indicators by county."""
    return dimension_indices(harmonised=False).set_index("adcode")[list(INDICATORS)]


def rescaled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each column from 0 to 1."""
    return (frame - frame.min()) / (frame.max() - frame.min())


def spread(frame: pd.DataFrame) -> pd.Series:
    """Return one less the entropy of each column's shares."""
    shares = frame / frame.sum()
    logs = np.log(shares.where(shares > 0, 1.0))
    return 1 + (shares * logs).sum() / np.log(len(frame))


def entropy_weights_by_hand() -> Key:
    three = indicators()[PEOPLE]
    entropy, raw = 1 - spread(rescaled(three)), spread(three)
    mistakes = {
        _("These are equal weights."): dict.fromkeys(PEOPLE, 1 / 3),
        _("The indicators are not yet rescaled from 0 to 1."): raw / raw.sum(),
        _("These are shares of the entropies; weights are shares of one less the entropy."): (
            entropy / entropy.sum()
        ),
        _("These do not add up to one yet: divide by their sum."): spread(rescaled(three)),
    }
    return Key(entropy_weights(three, directions=1), mistakes)


def any_weights() -> Key:
    frame = indicators()
    usual = composite_index(frame, entropy_points(), directions=1)
    equal = composite_index(frame, dict.fromkeys(frame, 1), directions=1)
    rng = np.random.default_rng(2020)
    drawn = [
        composite_index(
            frame, dict(zip(frame, rng.dirichlet(np.ones(9)), strict=True)), directions=1
        )
        for __ in range(200)
    ]
    first = [index.idxmax() for index in drawn]
    same = float(np.mean([place == usual.idxmax() for place in first]))
    second = usual.drop(usual.idxmax()).idxmax()
    mistakes = {
        _("This is how often another county comes first."): 1 - same,
        _("This is the lowest rank correlation."): (
            min(index.corr(usual, method="spearman") for index in drawn)
        ),
        _("This counts the county that is second with entropy weights."): (
            np.mean([place == second for place in first])
        ),
        _("This is the mean rank correlation with equal weights."): (
            np.mean([index.corr(equal, method="spearman") for index in drawn])
        ),
    }
    return Key(same, mistakes)


def spread_is_not_importance() -> Key:
    points = pd.Series(entropy_points()).sort_values(ascending=False)
    mistakes = {
        _("This one has the second largest weight."): points.index[1],
        _("This one has the third largest weight."): points.index[2],
        _("This one has the smallest weight of all nine."): points.index[-1],
    }
    return Key(points.index[0], mistakes)


NAIVE, GROUP = "Two-way fixed effects", "Group-time effects"


@cache
def draws() -> pd.DataFrame:
    """Return the lab's tables of 20 draws in which gains grow."""
    tables = [
        staggered_lab.answer(growth=0.5, seed=seed).table.assign(seed=seed) for seed in range(1, 21)
    ]
    return pd.concat(tables)


def bias() -> Key:
    table = draws()
    off = table.groupby("").off.mean()
    means = table.groupby("")[["estimate", "truth"]].mean().loc[NAIVE]
    mistakes = {
        _("This is how far off the group-time effects are."): off[GROUP],
        _("This is the mean estimate; subtract the truth."): means.estimate,
        _("This is the truth; asked for is the estimate less the truth."): means.truth,
        _("This is a single draw; asked for is the mean of 20."): (
            table[table.seed == 1].set_index("").off[NAIVE]
        ),
    }
    return Key(off[NAIVE], mistakes)


def coverage() -> Key:
    table = draws()
    covers = table.truth.between(table["from"], table["to"]).groupby(table[""]).sum()
    counted = int(covers[GROUP])
    mistakes = {
        _("This is the count of two-way fixed effects."): covers[NAIVE],
        _("This is the count of the draws whose interval misses the truth."): 20 - counted,
        _("This is the share; asked for is the count."): counted / 20,
    }
    return Key(counted, mistakes)


def forbidden_weight() -> Key:
    def weights(never: float) -> pd.Series:
        cohorts = dict.fromkeys((2016, 2018, 2021), (1 - never) / 3)
        panel = simulate_panel(cohorts=cohorts)
        parts = bacon_decomposition(
            panel, "log_rural_income", "county", "year", cohort="first_year"
        )
        return parts.by_kind().set_index("kind").weight

    kind = "later vs earlier treated"
    few, everyone = weights(0.6), weights(0.0)
    mistakes = {
        _("This is the weight when 60 % never enter."): few[kind],
        _("These are comparisons with counties not yet inside, which are allowed."): (
            everyone.drop(kind).max()
        ),
        _("This is by how much the weight grows from 60 % never entering to none."): (
            everyone[kind] - few[kind]
        ),
    }
    return Key(everyone[kind], mistakes)


def one_hub() -> Key:
    residents = people()
    mean = kilometres().mul(residents / residents.sum(), axis=0).sum().sort_values()
    order = list(mean.index)
    mistakes = {
        _("Here it is the second smallest."): order[1],
        _("Here it is largest."): order[-1],
        _("Most residents live here; asked for is the smallest mean distance."): (
            str(residents.idxmax())
        ),
    }
    return Key(order[0], mistakes)


def closing() -> Key:
    table = hub_lab.answer(9).table.set_index("hub")
    name = load_counties().set_index("adcode").name_en
    nine = best(9)
    closed = next(hub for hub in nine.hubs if name[hub] == table["saves, km"].idxmax())
    served = nine.assignment.index[nine.assignment == closed]
    others = [hub for hub in nine.hubs if hub != closed]
    way, residents = kilometres()[others].min(axis=1), people()
    weight = residents[served] / residents[served].sum()
    open_ = kilometres().loc[served, closed]
    mistakes = {
        _("This is how far they have to go now, with their hub open."): open_ @ weight,
        _("This is how much further they have to go; asked for is the whole way."): (
            (way[served] - open_) @ weight
        ),
        _("This is the mean of the whole province; asked for are the people of that hub."): (
            way @ (residents / residents.sum())
        ),
        _("Each county counts alike here; weight them by residents."): way[served].mean(),
    }
    return Key(way[served] @ weight, mistakes)


def each_saves_less() -> Key:
    length = {k: best(k).mean_distance for k in (1, 2, 4, 5, 9, 10)}
    mistakes = {
        _("These are the mean distances; asked for is what a hub saves."): (
            [length[k] for k in (2, 5, 10)]
        ),
        _("This is what all hubs after the first save together."): (
            [length[1] - length[k] for k in (2, 5, 10)]
        ),
        _("This is the saving as a share of the way; asked for are kilometres."): (
            [1 - length[k] / length[k - 1] for k in (2, 5, 10)]
        ),
    }
    shown = [round(length[k - 1], 1) - round(length[k], 1) for k in (2, 5, 10)]
    return Key([length[k - 1] - length[k] for k in (2, 5, 10)], mistakes, read_off=(shown,))


EXERCISES = {
    "lab-regression-1": Exercise(
        question=N_(
            "Which share of the association without controls is gone once schooling is held fixed?"
        ),
        answer=Number(scale="share"),
        hint=N_(
            "Take the column `%` of the lab's table: what is left with schooling, over what "
            "there was without controls."
        ),
        key=share_gone,
    ),
    "lab-regression-2": Exercise(
        question=N_(
            "How large is the association with incomes of 2014, as a share of that with "
            "incomes of 2020 in the same counties?"
        ),
        answer=Number(scale="share"),
        hint=N_(
            "No controls; the outcome is once `'income before'`, once `'income'`, and both times "
            "the counties are those that have both."
        ),
        key=placebo,
    ),
    "lab-regression-3": Exercise(
        question=N_(
            "What is the slope of income cleaned of schooling on jobs cleaned of schooling?"
        ),
        answer=Number(N_("for one percentage point of jobs"), "log points", decimals=4),
        hint=N_(
            "Residuals of `log(income_2020) ~ schooling_years` and of `commerce_2020 ~ "
            "schooling_years`; then one regression of the first on the second."
        ),
        key=partial_slope,
    ),
    "lab-weights-1": Exercise(
        question=N_(
            "What are the entropy weights of schooling, floor area and bathing facility among "
            "these three?"
        ),
        answer=Labelled(N_("indicator"), Number(scale="share", decimals=3)),
        hint=N_(
            "Rescale, divide by the column's sum, take the entropy over log n, subtract it from "
            "one, and divide by the sum of the three."
        ),
        key=entropy_weights_by_hand,
    ),
    "lab-weights-2": Exercise(
        question=N_(
            "In which share of the 200 drawn sets does the county come first that is first "
            "with entropy weights?"
        ),
        answer=Number(scale="share", decimals=3),
        hint=N_(
            "With `rng = np.random.default_rng(2020)`, draw `rng.dirichlet(np.ones(9))` 200 "
            "times; compare `idxmax()` of each index with that of the usual one."
        ),
        key=any_weights,
    ),
    "lab-weights-3": Exercise(
        question=N_(
            "Which of the nine indicators has the largest entropy weight within its dimension?"
        ),
        answer=Name(N_("an indicator (its label or column)")),
        hint=N_(
            "The sliders of a new lab stand at the entropy weights, in points of 100 within each "
            "dimension; `.choices` has them."
        ),
        key=spread_is_not_importance,
    ),
    "lab-staggered-1": Exercise(
        question=N_(
            "How far off are two-way fixed effects on average, over the draws 1 to 20 with a "
            "growth of 0.5?"
        ),
        answer=Number(N_("estimate less truth"), "log points x 100", decimals=1),
        hint=N_("The column `off` of the lab's table; its mean over the draws, for the first row."),
        key=bias,
    ),
    "lab-staggered-2": Exercise(
        question=N_(
            "In how many of these 20 draws does the 95 % interval of the group-time effects "
            "cover the truth?"
        ),
        answer=Count(N_("a count")),
        hint=N_("Count the draws in which the truth lies between `from` and `to`."),
        key=coverage,
    ),
    "lab-staggered-3": Exercise(
        question=N_(
            "How much weight do comparisons with counties already inside carry when all "
            "counties enter?"
        ),
        answer=Number(scale="share"),
        hint=N_(
            "`by_kind()` of `gz.bacon_decomposition`; they are called 'later vs earlier treated'."
        ),
        key=forbidden_weight,
    ),
    "lab-hubs-1": Exercise(
        question=N_("From which county is the mean distance of all residents smallest?"),
        answer=Name(N_("a county")),
        hint=N_(
            "Weight the rows of `gz.distance_matrix(gz.load_geography())` by the residents, and "
            "add them up for each column."
        ),
        key=one_hub,
    ),
    "lab-hubs-2": Exercise(
        question=N_(
            "With nine hubs, close the one that saves most: how far do its people have to go "
            "then, on average?"
        ),
        answer=Number(N_("in km"), decimals=0),
        hint=N_(
            "Of the counties that were assigned to it, take the way to the nearest of the other "
            "eight, and the mean weighted by residents."
        ),
        key=closing,
    ),
    "lab-hubs-3": Exercise(
        question=N_(
            "By how much do the second, the fifth and the tenth hub shorten the mean distance?"
        ),
        answer=Numbers((N_("second"), N_("fifth"), N_("tenth")), Number(N_("in km"), decimals=1)),
        hint=N_("Subtract the mean distance with k hubs from that with one hub less."),
        key=each_saves_less,
    ),
}
