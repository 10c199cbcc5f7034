"""Exercises of chapter 4: paths of industry, of county towns and of people."""

import numpy as np
import pandas as pd

from gzbook.evidence import section_4
from gzbook.exercises import Exercise, Key
from gzbook.exercises.answers import Count, Name, Names, Number
from gzbook.frames import county_frame, with_income
from gzcounty.data.guizhou import load_geography
from gzcounty.inference.targeting import simulate_targeting
from gzcounty.language import N_, _
from gzcounty.measures.inequality import gini
from gzcounty.measures.specialisation import location_quotient
from gzcounty.models.location import assign_to_hubs, distance_matrix, p_median
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols

JINPING = "522628"


def density() -> Key:
    work = section_4.sections_of_groups(2010)
    quotient, phi = location_quotient(work).loc[JINPING], section_4.proximity().loc["A"]
    held = quotient >= 1
    others, weights = held.drop("A"), phi.drop("A")
    whole = phi.where(phi.index != "A", 1.0)
    mistakes = {
        _("Farming counts itself; leave it out above and below the line."): (
            whole[held].sum() / whole.sum()
        ),
        _("This is the plain share of sections; weigh them by proximity."): others.mean(),
        _("This is the sum of proximities; divide it by that of all others."): weights[
            others
        ].sum(),
        _("These are the sections that Jinping is not specialised in."): (
            weights[~others].sum() / weights.sum()
        ),
    }
    return Key(weights[others].sum() / weights.sum(), mistakes)


def only_groups() -> Key:
    pairs = section_4.entry_pairs()

    def points(**how: bool) -> float:
        fit = panel_ols("entry ~ density", pairs, "group", "section", cluster="group", **how)  # type: ignore[arg-type]
        return float(100 * fit.term("density").estimate)

    mistakes = {
        _("The section effects are still in it."): points(),
        _("This leaves out the effects of groups instead of those of sections."): (
            points(entity_effects=False)
        ),
    }
    return Key(points(time_effects=False), mistakes)


def few() -> Key:
    pairs = section_4.entry_pairs()
    small, entered = pairs.workers_2010 < 30, pairs.entry == 1
    right = int((small & entered).sum())
    mistakes = {
        _("These are all pairs with fewer than 30 workers, entered or not."): small.sum(),
        _("These are all entries, from whatever number of workers."): entered.sum(),
        _("These are the entries from 30 workers or more."): (entered & ~small).sum(),
        _("This is a share of the entries; asked for is the count."): right / entered.sum(),
    }
    return Key(right, mistakes)


NINE = 9


def one_at_a_time() -> Key:
    distance, residents = distance_matrix(load_geography()), section_4.people()

    def greedy(weights: pd.Series) -> float:
        chosen: list[str] = []
        for __ in range(NINE):
            rest = distance.columns.difference(chosen)
            way = {c: (weights * distance[[*chosen, c]].min(axis=1)).sum() for c in rest}
            chosen.append(min(way, key=way.__getitem__))
        return float(assign_to_hubs(distance, residents, chosen).mean_distance)

    best = section_4.best(NINE).mean_distance
    longer = greedy(residents[distance.index]) / best
    mistakes = {
        _("This is the ratio; take one off and give per cent."): longer,
        _("This is the difference in km; divide it by the best nine's."): (longer - 1) * best,
        _("This is the mean distance itself, in km."): longer * best,
        _("The counties were not weighted by residents when hubs were chosen."): (
            100 * (greedy(pd.Series(1.0, distance.index)) / best - 1)
        ),
    }
    shown = round(longer * best, 1) / round(best, 1)
    return Key(100 * (longer - 1), mistakes, read_off=(100 * (shown - 1),))


def furthest() -> Key:
    nine, now = section_4.best(NINE), section_4.today()
    order = nine.distance.sort_values(ascending=False).index
    mistakes = {
        _("This county is a hub itself: its way is zero."): nine.hubs[0],
        _("Nearly: one county has a longer way."): order[1],
        _("Its way is long, but two counties have longer ones."): order[2],
    }
    if now.distance.idxmax() not in (*order[:3], nine.hubs[0]):
        mistakes[_("With the seats, yes; asked for are the best nine.")] = now.distance.idxmax()
    return Key(order[0], mistakes)


def one_voice() -> Key:
    distance, nine = distance_matrix(load_geography()), section_4.best(NINE)
    equal = p_median(distance, pd.Series(1, distance.index), NINE)
    stay = set(equal.hubs) & set(nine.hubs)
    mistakes = {
        _("These are all nine hubs with equal weights; keep those that are in both plans."): (
            set(equal.hubs)
        ),
        _("These are the best nine by residents; keep those that are in both plans."): set(
            nine.hubs
        ),
        _("These are the hubs that go; asked for are those that stay."): set(nine.hubs) - stay,
        _("These are the hubs that are new; asked for are those that stay."): set(equal.hubs)
        - stay,
    }
    return Key(stay, mistakes)


FIRST, LARGEST = "2020, commerce share", "2020, commerce share of 2010"


def same_for_all() -> Key:
    def mean(name: str) -> pd.Series:
        model = section_4.income_models()[name]
        table = simulate_targeting(
            model.data, model.fit, model.term, y=model.income, exposure=model.exposure,
            spread=True, weights="rural", draws=19,
        ).table()  # fmt: skip
        return table.set_index("term").loc["mean"]

    right, largest = mean(LARGEST), section_4.income_models()[LARGEST]
    mistakes = {
        _("This is the first model; another one has a larger estimate."): mean(FIRST).estimate,
        _("This is the upper end of the interval; asked for is the estimate."): right.conf_high,
        _(
            "This is one more point for every county; the rule gives each what raising the last to "
            "the median takes, spread over all."
        ): 100 * np.expm1(largest.fit.term(largest.term).estimate),
    }
    return Key(right.estimate, mistakes)


def in_yuan() -> Key:
    data = with_income(county_frame())
    yuan = ols("income_2020 ~ commerce_2020", data)

    def change(weights: str | None, log: bool) -> float:
        fit = ols("log(income_2020) ~ commerce_2020", data) if log else yuan
        table = simulate_targeting(
            data, fit, "commerce_2020", y="income_2020", exposure="commerce_2020", log=log,
            spread=True, weights=weights, measures={"gini": gini}, draws=19,
        ).table().set_index("term")  # fmt: skip
        return float(table.estimate["gini"])

    right = change("rural", log=False)
    mistakes = {
        _("This is the model of logarithms, in which all gain the same share."): (
            change("rural", log=True)
        ),
        _("The counties are not weighted by rural residents."): change(None, log=False),
        _("This is the Gini as it is; asked for is its change."): (
            1000 * gini(data.income_2020, data.rural)
        ),
    }
    return Key(right, mistakes)


def lowest_gini() -> Key:
    first = section_4.income_models()[FIRST]
    exposure = first.data[first.exposure]
    dose = (exposure.median() - exposure).clip(lower=0)
    grid = np.linspace(0, 0.03, 301)

    def best(weights: pd.Series | None) -> float:
        income = first.data.income_2020
        after = [gini(income * np.exp(effect * dose), weights) for effect in grid]
        return float(100 * grid[int(np.argmin(after))])

    right, term = best(first.data.rural), first.fit.term(first.term)
    mistakes = {
        _("This is the end of the grid; the Gini turns before it."): 3.0,
        _("The counties are not weighted by rural residents."): best(None),
        _("This is the upper end of the model's interval; the Gini is lowest elsewhere."): (
            100 * term.conf_high
        ),
        _("This is the estimate of the model; the Gini is lowest elsewhere."): 100 * term.estimate,
    }
    return Key(right, mistakes)


EXERCISES = {
    "4.1-1": Exercise(
        question=N_("What is the density of farming in Jinping in 2010?"),
        answer=Number(scale="share", decimals=3),
        hint=N_(
            "Sum the proximities of farming to the sections in which the quotient is 1 or more, "
            "and divide by the sum of its proximities to all others; farming itself is in neither."
        ),
        key=density,
    ),
    "4.1-2": Exercise(
        question=N_(
            "What is the estimate for one standard deviation of density without section effects?"
        ),
        answer=Number(scale="points", decimals=1),
        hint=N_(
            "`gz.panel_ols` with group effects only (`time_effects=False`), clustered by group, "
            "times a hundred."
        ),
        key=only_groups,
    ),
    "4.1-3": Exercise(
        question=N_("How many of the entries started from fewer than 30 workers in the sample?"),
        answer=Count(N_("a count of pairs")),
        hint=N_("Count the rows with `entry == 1` and `workers_2010 < 30`."),
        key=few,
    ),
    "4.2-1": Exercise(
        question=N_(
            "By how many per cent is the mean distance longer with nine hubs chosen one at a "
            "time than with the best nine?"
        ),
        answer=Number(scale="per cent", decimals=1),
        hint=N_(
            "Add the county that shortens the mean distance, weighted by residents, the most, "
            "until there are nine; divide by the best nine's mean distance and take one off."
        ),
        key=one_at_a_time,
    ),
    "4.2-2": Exercise(
        question=N_("Which county is furthest from its hub with the best nine hubs?"),
        answer=Name(N_("a county (English, Chinese or code)")),
        hint=N_("The plan's `distance` holds each county's way to its hub; look for the largest."),
        key=furthest,
    ),
    "4.2-3": Exercise(
        question=N_("Which of the best nine hubs stay if every county has the same weight?"),
        answer=Names(N_("the hubs that stay")),
        hint=N_(
            "Solve `gz.p_median` again with a weight of one for each county, and keep the hubs "
            "that both plans have."
        ),
        key=one_voice,
    ),
    "4.3-1": Exercise(
        question=N_(
            "By how many per cent does the mean income rise by the rule 'the same for all' "
            "and the model with the largest estimate?"
        ),
        answer=Number(scale="per cent"),
        hint=N_("The term `mean` of the simulation 'the same for all' with the third model."),
        key=same_for_all,
    ),
    "4.3-2": Exercise(
        question=N_(
            "By how much does the Gini change if all get the same by the naive model in yuan?"
        ),
        answer=Number(N_("with its sign"), decimals=5),
        hint=N_(
            "Estimate `income_2020 ~ commerce_2020` and simulate with `log=False`, weighted by "
            "rural residents; the change of the Gini."
        ),
        key=in_yuan,
    ),
    "4.3-3": Exercise(
        question=N_(
            "At which effect of one point is the Gini lowest, if the last are raised to the median?"
        ),
        answer=Number(N_("between 0 and 3"), "log points x 100", within=0.015),
        hint=N_(
            "Multiply each income by exp(effect times its dose), for effects from 0 to 0.03, and "
            "take the Gini weighted by rural residents."
        ),
        key=lowest_gini,
    ),
}
