"""Exercises of chapter 2: the three dimensions, industry, county and people."""

from typing import Any

import numpy as np
import pandas as pd

from gzbook.evidence import section_2_1, section_2_2
from gzbook.evidence.section_2 import dimension_gains
from gzbook.exercises import Exercise, Key
from gzbook.exercises.answers import Count, Name, Number, Numbers
from gzbook.frames import PEOPLE, county_frame, with_income, year_frame
from gzcounty.data.guizhou import load_counties, load_industry_employment, load_neighbours
from gzcounty.language import N_, _
from gzcounty.measures.change import census_change
from gzcounty.measures.dimensions import DIMENSIONS, INDICATORS, dimension_indices
from gzcounty.measures.indices import coupling_coordination, entropy_weights
from gzcounty.models.event_study import event_study
from gzcounty.models.ols import ols
from gzcounty.models.spatial import neighbour_weights
from gzcounty.models.synthetic import synthetic_control


def districts_weight() -> Key:
    now = dimension_indices(harmonised=False).set_index("adcode")
    parts = [name for name in INDICATORS if INDICATORS[name].dimension == "industry"]
    counties = load_counties()
    districts = counties.adcode[counties.unit_type == "district"]
    before = entropy_weights(now[parts], directions=1)
    after = entropy_weights(now.drop(index=districts)[parts], directions=1)
    only = entropy_weights(now.loc[districts, parts], directions=1)
    name = before.idxmax()
    mistakes = {
        _("This is the weight with the districts; subtract the one without them."): before[name],
        _("This is the weight that is left; asked for is what was lost."): after[name],
        _("This is the loss as a share of the weight; asked for is the difference."): (
            1 - after[name] / before[name]
        ),
        _("Here only the districts are kept; leave them out instead."): before[name] - only[name],
    }
    return Key(before[name] - after[name], mistakes)


def coordination() -> Key:
    two = pd.DataFrame([[0.1] * 3, [0.3, 0.6, 0.9]], columns=list(DIMENSIONS))
    plain, better = (coupling_coordination(two, corrected=c) for c in (False, True))
    mistakes = {
        _("These are coupling degrees C; D also asks how high the indices are."): list(
            plain.coupling
        ),
        _("These are the means T; D is the root of C times T."): list(two.mean(axis=1)),
        _("These are the corrected degrees; asked for are the standard ones."): (
            list(better.coordination)
        ),
        _("The root is missing: D is the root of C times T."): list(plain.coordination**2),
    }
    return Key(list(plain.coordination), mistakes)


def same_start() -> Key:
    data = dimension_gains()
    fit = ols("people_gain ~ people_2010", data)
    corr = data.people_gain.corr(data.people_2010)
    levels = data.people_2020.corr(data.people_2010) ** 2
    mistakes = {
        _("This is the slope; asked for is the share that is explained, R squared."): (
            fit.coefficients["people_2010"]
        ),
        _("This is the correlation; square it."): corr,
        _("Nearly: the correlation without its sign is still to be squared."): abs(corr),
        _("This explains the level of 2020; asked for is the gain."): levels,
    }
    return Key(corr**2, mistakes)


MEITAN, RONGJIANG, STEP = "520328", "522632", 100


def farming_by_hand() -> Key:
    jobs = load_industry_employment()
    table = jobs.pivot_table(
        index=["year", "adcode"], columns="section", values="employed", aggfunc="sum"
    )
    now, past = table.loc[2020], table.loc[2010]
    share, mean_share = now.A / now.sum(axis=1), now.A.sum() / now.to_numpy().sum()
    then = past.A[MEITAN] / past.loc[MEITAN].sum() / (past.A.sum() / past.to_numpy().sum())
    right = share[MEITAN] / mean_share
    mistakes = {
        _("This is Meitan's share of farming; divide it by the province's."): share[MEITAN],
        _("This is the province's share of farming; it belongs below the line."): mean_share,
        _(
            "The province's share is that of all its workers together, not the mean of the "
            "counties' shares."
        ): share[MEITAN] / share.mean(),
        _(
            "This is Meitan's part of the province's farmers; divide it by its part of all workers."
        ): now.A[MEITAN] / now.A.sum(),
        _("This is the quotient of 2010."): then,
        _("This is the logarithm of the quotient."): np.log(right),
    }
    return Key(right, mistakes)


def smallest_visible_gain() -> Key:
    panel = section_2_1.games_panel("Rongjiang", "rural income", 2023)
    panel["value"] = np.exp(panel.value / 100)  # yuan
    here = (panel.adcode == RONGJIANG) & (panel.year == 2023)
    gain, p = 0, 1.0
    while p > 0.05:
        gain += STEP
        raised = panel.assign(value=panel.value + gain * here)
        fit = synthetic_control(raised, "value", "adcode", "year", RONGJIANG, 2023)
        p = fit.placebos_in_space().p_ratio
    mistakes = {
        _("With this gain p is still above 0.05."): gain - STEP,
        _("A smaller one will do; go up in steps of 100 yuan from zero."): gain + STEP,
        _("This is its share of the income; asked for is the gain itself, in yuan."): (
            100 * gain / panel.value[here].iloc[0]
        ),
    }
    return Key(gain, mistakes)


def late_start() -> Key:
    late = pd.Series(section_2_1.comparison("Taijiang", "rural income", 2023))
    gap, low, high = map(float, late[["estimate", "conf_low", "conf_high"]])
    mistakes = {
        _("This is the interval around zero: the gap itself is still to be added."): (
            [low - gap, high - gap]
        ),
        _("The lower end is the gap itself; the interval begins below it."): [gap, high],
        _("The upper end is the gap itself; the interval ends above it."): [low, gap],
    }
    return Key([low, high], mistakes)


SHUFFLES = 1999


def ceiling() -> Key:
    water = census_change("piped_water_share")
    slope = float(ols("change ~ value_2010", water).coefficients["value_2010"])
    mistakes = {
        _("This explains the level of 2020; asked for is the change."): 1 + slope,
        _("This is the correlation; asked for is the slope."): water.change.corr(water.value_2010),
        _("The two sides are exchanged: the change stands on the left."): (
            ols("value_2010 ~ change", water).coefficients["change"]
        ),
        _("This is the slope on the level of 2020; asked for is that of 2010."): (
            ols("change ~ value_2020", water).coefficients["value_2020"]
        ),
    }
    return Key(slope, mistakes)


def shuffled_maps() -> Key:
    lights = section_2_2.log_lights()[[2013, 2020]]
    near = neighbour_weights(load_neighbours())
    rng, matrix = np.random.default_rng(1), near.matrix
    z = (lights - lights.mean()).reindex(near.ids).to_numpy()

    def likeness(values: np.ndarray) -> np.ndarray:
        return (values * (matrix @ values)).sum(axis=0) / (values**2).sum(axis=0)

    together = np.array([likeness(rng.permutation(z)) for __ in range(SHUFFLES)])
    apart = np.array([likeness(rng.permuted(z, axis=0)) for __ in range(SHUFFLES)])
    change = together[:, 1] - together[:, 0]
    mistakes = {
        _("Each year was shuffled by itself; a county keeps both of its values."): (
            np.std(apart[:, 1] - apart[:, 0])
        ),
        _("This is the spread of Moran's I in one year; asked for is that of its change."): (
            together[:, 0].std()
        ),
        _("This is the variance; take the root."): change.var(),
    }
    return Key(change.std(), mistakes)


def volatility_alone() -> Key:
    logs = section_2_2.log_income()
    growth = 100 * logs.diff(axis=1).iloc[:, 1:]
    apart = growth - growth.mean()
    mistakes = {
        _("The common path is still in it: subtract each year's mean first."): (
            growth.std(axis=1).median()
        ),
        _("You forgot to take logs before the difference."): (
            ((d := np.exp(section_2_2.log_income()).diff(axis=1).iloc[:, 1:]) - d.mean())
            .std(axis=1)
            .median()
        ),
        _("Each county's own mean was taken out; take out each year's."): (
            growth.sub(growth.mean(axis=1), axis=0).std(axis=0).median()
        ),
        _("This is the mean over counties; asked for is the median."): apart.std(axis=1).mean(),
    }
    return Key(apart.std(axis=1).median(), mistakes)


NAIVE = "log(income_2020) ~ commerce_2020"


def which_control() -> Key:
    cross = with_income(county_frame())
    estimates = pd.Series({
        name: ols(f"{NAIVE} + {name}", cross).term("commerce_2020").estimate
        for name in PEOPLE
    })  # fmt: skip
    order = list(estimates.abs().sort_values().index)
    mistakes = {
        _("With this one the estimate stays further from zero than with another."): order[1],
        _("With this one the estimate stays furthest from zero of all three."): order[2],
        _("This is the measure of penetration itself; asked for is a control."): "commerce_2020",
    }
    return Key(order[0], mistakes)


def own_paths() -> Key:
    years = year_frame(county_frame())

    def last(column: str = "estimate", **how: Any) -> float:  # noqa: ANN401
        fit = event_study(years, "log", "commerce_2010", "adcode", "year", 2014, **how)
        return float(100 * fit.path()[column].iloc[-1])

    both = {"trends": "log_start", "year_effects_by": "prefecture_en"}
    mistakes = {
        _("The year effects are those of all counties; let each prefecture have its own."): (
            last(trends="log_start")
        ),
        _("Convergence is missing: `trends='log_start'`."): last(year_effects_by="prefecture_en"),
        _("This is the standard error; asked for is the estimate."): last("std_error", **both),
        _("This is the lower end of the interval; asked for is the estimate."): (
            last("conf_low", **both)
        ),
    }
    return Key(last(**both), mistakes)


def lower_end() -> Key:
    cross = with_income(county_frame())
    term = ols(NAIVE, cross).term("commerce_2020")
    held = ols(f"{NAIVE} + {' + '.join(PEOPLE)}", cross).term("commerce_2020")
    mistakes = {
        _("This is the estimate; its interval begins below it."): 100 * term.estimate,
        _("This is the upper end."): 100 * term.conf_high,
        _(
            "This is the lower end with people's traits held equal; the naive model has no "
            "controls."
        ): 100 * held.conf_low,
    }
    return Key(100 * term.conf_low, mistakes)


EXERCISES = {
    "2-1": Exercise(
        question=N_(
            "How much entropy weight does finance, business services and research lose "
            "within industry when the city districts are left out?"
        ),
        answer=Number(N_("weight before less weight after"), "share"),
        hint=N_(
            "Compute `gz.entropy_weights` of the industry indicators of 2020 twice, with all 88 "
            "and without the units of type 'district', and subtract."
        ),
        key=districts_weight,
    ),
    "2-2": Exercise(
        question=N_(
            "What are the standard coordination degrees D of a county with indices 0.1, 0.1, "
            "0.1 and of one with 0.3, 0.6, 0.9?"
        ),
        answer=Numbers((N_("the low one"), N_("the uneven one")), Number(N_("between 0 and 1"))),
        hint=N_(
            "D is the root of C times T, where T is the mean of the three; "
            "`gz.coupling_coordination` has it in the column `coordination`."
        ),
        key=coordination,
    ),
    "2-3": Exercise(
        question=N_(
            "What share of the differences in gains of people does their own level of 2010 explain?"
        ),
        answer=Number(scale="share"),
        hint=N_("Regress `people_gain` on `people_2010` alone; the share is R squared."),
        key=same_start,
    ),
    "2.1-1": Exercise(
        question=N_("What is Meitan's location quotient in farming in 2020?"),
        answer=Number(),
        hint=N_(
            "Divide the share of farming among Meitan's employed by its share among all employed "
            "of the province."
        ),
        key=farming_by_hand,
    ),
    "2.1-2": Exercise(
        question=N_(
            "Which gain in Rongjiang's income of 2023, in steps of 100 yuan, is the smallest "
            "with a p-value of 0.05 or less?"
        ),
        answer=Count(N_("a multiple of 100 yuan"), step=100),
        hint=N_(
            "Add 100, 200, 300 yuan and so on to the income of 2023, run `gz.synthetic_control` "
            "each time, and read `placebos_in_space().p_ratio`."
        ),
        key=smallest_visible_gain,
    ),
    "2.1-3": Exercise(
        question=N_(
            "Between which ends lies the interval of Taijiang's income gap if its event is "
            "dated in 2023?"
        ),
        answer=Numbers(
            (N_("lower end"), N_("upper end")), Number(N_("in log points x 100"), decimals=2)
        ),
        hint=N_(
            "Call `did_gaps` for Taijiang's rural income with the start in 2023, and "
            "`rank_interval` on what it returns."
        ),
        key=late_start,
    ),
    "2.2-1": Exercise(
        question=N_(
            "What is the slope of the change of the piped-water share on its level in 2010?"
        ),
        answer=Number(),
        hint=N_("Regress `change` on `value_2010` of `gz.census_change('piped_water_share')`."),
        key=ceiling,
    ),
    "2.2-2": Exercise(
        question=N_(
            "What is the standard deviation of the change of Moran's I when the counties are "
            "shuffled over the map, both years together?"
        ),
        answer=Number(decimals=3, within=0.003),
        hint=N_(
            "One permutation of the counties for both columns, Moran's I of each, last less "
            "first, some hundred times."
        ),
        key=shuffled_maps,
    ),
    "2.2-3": Exercise(
        question=N_(
            "What is the volatility of income growth in the median county after each year's "
            "mean was taken out?"
        ),
        answer=Number(scale="log points x 100"),
        hint=N_(
            "Subtract from each column of growth its mean over counties, take the standard "
            "deviation of each row, then the median."
        ),
        key=volatility_alone,
    ),
    "2.3-1": Exercise(
        question=N_(
            "Which one control alone brings the naive estimate nearest to zero: "
            "schooling_years, minority_share or urban_share?"
        ),
        answer=Name(N_("one control (its column)")),
        hint=N_("Add one control at a time and compare the absolute sizes of the three estimates."),
        key=which_control,
    ),
    "2.3-2": Exercise(
        question=N_(
            "What is the estimate of 2023 with convergence and year effects of each prefecture?"
        ),
        answer=Number(N_("for one point of penetration"), "log points x 100"),
        hint=N_(
            "Give `gz.event_study` both `trends='log_start'` and "
            "`year_effects_by='prefecture_en'`, and read the last row of `path()`."
        ),
        key=own_paths,
    ),
    "2.3-3": Exercise(
        question=N_(
            "At which gain does the naive interval begin: its lower end, for one point of "
            "penetration?"
        ),
        answer=Number(scale="log points x 100"),
        hint=N_(
            "Take `conf_low` of the term `commerce_2020` in the model without controls, times 100."
        ),
        key=lower_end,
    ),
}
