"""Exercises of the two studies of staggered entry, and of the methods course (SIMULATED)."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from gzbook.evidence.programme import Study, programme_study
from gzbook.evidence.roster import load_roster
from gzbook.exercises import Exercise, Key
from gzbook.exercises.answers import Count, Number
from gzcounty.data.counties import load_china_counties
from gzcounty.inference.bootstrap import wild_bootstrap
from gzcounty.language import N_, _
from gzcounty.models.panel import panel_ols
from gzcounty.models.result import Estimate
from gzcounty.models.staggered import staggered_did
from gzcounty.simulation import simulate_panel


@cache
def listings() -> pd.DataFrame:
    """Return log lights by county and year, with the year of the first listing (0: never)."""
    china = load_china_counties()
    years = (2014, 2015, 2016)
    china["first_year"] = np.select([china[f"taobao_{y}"] > 0 for y in years], years, 0)
    panel = china.melt(
        ["adcode", "prefecture_adcode", "first_year"],
        [f"lights_{year}" for year in range(2013, 2021)],
        var_name="year",
        value_name="lights",
    ).dropna(subset="lights")
    panel["year"] = panel.year.str[-4:].astype(int)
    panel["log_lights"] = 100 * np.log(panel.lights)
    return panel


@cache
def group_time_effects(**how: Any) -> Any:  # noqa: ANN401
    """Return the group-time effects of lights by the year of listing."""
    panel = listings()
    if "covariates" in how:
        start = panel[panel.year == 2013].set_index("adcode").log_lights
        panel = panel.assign(start=panel.adcode.map(start))
    return staggered_did(
        panel, y="log_lights", entity="adcode", time="year", cohort="first_year",
        cluster="prefecture_adcode", **how,
    )  # fmt: skip


def overall(**how: Any) -> float:  # noqa: ANN401
    """Return the overall estimate."""
    return float(group_time_effects(**how).aggregate("simple").overall.estimate)


def move_of_controls() -> Key:
    new, old = overall(control="not_yet"), overall()
    mistakes = {
        _("This is the new estimate; subtract the old one."): new,
        _("This is the old estimate; subtract it from the new one."): old,
        _("This is the move as a share of the estimate; asked for is the difference."): new / old
        - 1,
    }
    return Key(new - old, mistakes)


def universal_base() -> Key:
    plain, base = group_time_effects(), group_time_effects(base="universal")
    steps = [float(plain.term(f"ATT(2016, {year})").estimate) for year in (2014, 2015)]
    right = float(base.term("ATT(2016, 2013)").estimate)
    mistakes = {
        _("These are the two yearly steps forwards; seen from 2015 they run backwards."): -right,
        _("This is one of the two yearly steps, from 2013 to 2014."): steps[0],
        _("This is one of the two yearly steps, from 2014 to 2015."): steps[1],
        _("This is one of the two steps backwards; there are two."): -steps[1],
    }
    return Key(right, mistakes)


def with_start() -> Key:
    how: dict[str, Any] = {"covariates": "start", "adjustment": "regression"}
    ahead = group_time_effects(**how).aggregate("dynamic").term("event time -1")
    fit = group_time_effects(**how).aggregate("simple").overall
    mistakes = {
        _("This is the estimate without the covariate."): overall(),
        _("This is the year before listing; asked for is the overall estimate."): ahead.estimate,
        _("This is the lower end of the interval."): fit.conf_low,
        _("This is the standard error."): fit.std_error,
    }
    return Key(fit.estimate, mistakes)


YEAR = 2018


@cache
def lights() -> Study:
    """Return the study of night lights."""
    return programme_study("lights", load_roster().in_use())


@cache
def entry_effect(**choices: Any) -> Estimate:  # noqa: ANN401
    """Return the change of lights from entry on, with other choices than the study's."""
    fit = staggered_did(lights().panel, "y", "adcode", "year", "entry_year", **choices)
    return fit.aggregate("simple").overall


def not_yet() -> Key:
    years = lights().roster.entries().to_numpy()
    entered = years > 0
    late = int((entered & (years > YEAR)).sum())
    mistakes = {
        _("Those that enter later are missing: they are controls until they do."): (~entered).sum(),
        _("Those that never enter are missing: they are written as 0."): late,
        _("This counts those that have entered."): (entered & (years <= YEAR)).sum(),
        _("Who enters in {year} itself has entered by its end.", year=YEAR): (
            (~entered).sum() + (years >= YEAR).sum()
        ),
    }
    return Key(int((~entered).sum()) + late, mistakes)


def imputed() -> Key:
    imputation = entry_effect(method="imputation")
    mistakes = {
        _("These are the group-time effects; asked for is imputation."): lights().overall.estimate,
        _("This is the lower end of the interval."): imputation.conf_low,
        _("This is the upper end of the interval."): imputation.conf_high,
        _("This is the standard error."): imputation.std_error,
    }
    return Key(imputation.estimate, mistakes)


def clustered() -> Key:
    wide = entry_effect(control="not_yet", cluster="prefecture_adcode")
    by_county = lights().overall
    mistakes = {
        _("This is the standard error clustered by county."): by_county.std_error,
        _("This is the estimate; asked for is its standard error."): by_county.estimate,
        _("This is the variance; take its square root."): np.square(wide.std_error),
        _("This is half the interval; the standard error is smaller."): (
            (wide.conf_high - wide.conf_low) / 2
        ),
    }
    return Key(wide.std_error, mistakes)


WORLDS = 40
FORMULA = "log_rural_income ~ inside"


def two_way(panel: pd.DataFrame) -> float:
    """Return the two-way estimate."""
    fit = panel_ols(FORMULA, panel, "county", "year", cluster="county")
    return float(fit.term("inside").estimate)


@cache
def mean_from(year: int) -> float:
    """Return the mean two-way estimate over the worlds in which bad years decide who enters."""
    worlds = [simulate_panel(selection=2.0, noise=0.12, seed=s) for s in range(WORLDS)]
    return float(np.mean([two_way(w[w.year >= year]) for w in worlds]))


def bad_years() -> Key:
    mean, later = mean_from(2014), mean_from(2015)
    mistakes = {
        _("This is the mean without the first year; keep it in the sample."): later,
        _("This is the sum over the worlds, not the mean."): WORLDS * mean,
    }
    return Key(mean, mistakes)


def no_forbidden() -> Key:
    world = simulate_panel(growth=0.5, cohorts={2016: 0.45, 2020: 0.45}, seed=1)
    clean = world[world.first_year.isin([0, 2016])]
    mistakes = {
        _("This is the estimate with all counties, forbidden comparison included."): two_way(world),
        _("Here the cohort of 2020 is kept instead of that of 2016."): (
            two_way(world[world.first_year.isin([0, 2020])])
        ),
        _("The counties that never enter are missing: they are the comparison."): (
            two_way(world[world.first_year > 0])
        ),
        _("This is the truth of the cohort; asked for is the estimate."): (
            world.attrs["truth"]["group"][2016]
        ),
    }
    return Key(two_way(clean), mistakes)


@cache
def rejections(worlds: int, seed: int) -> pd.Series:
    """Return the share of worlds without effect in which each test rejects: one of 8 inside."""
    p_values = []
    for rng in np.random.default_rng(seed).spawn(worlds):
        panel = simulate_panel(88, seed=rng, cohorts=[], n_prefectures=8, prefecture_noise=0.04)
        chosen = rng.permutation(panel.prefecture.unique())[:1]
        panel["treated"] = (panel.prefecture.isin(chosen) & (panel.year >= 2019)).astype(float)
        formula = "log_rural_income ~ treated"
        fit = panel_ols(formula, panel, "county", "year", cluster="prefecture")
        wild = wild_bootstrap(fit, "treated", seed=int(rng.integers(2**31)))
        p_values.append({"t test": fit.term("treated").p_value, "wild bootstrap": wild.p_value})
    return (pd.DataFrame(p_values) <= 0.05).mean()


def one_prefecture() -> Key:
    shares = rejections(60, seed=1)
    mistakes = {
        _("This is (nearly) never: the wild bootstrap's share. Take the t test's."): (
            shares["wild bootstrap"]
        ),
        _("This is a count of worlds; divide it by their number."): 60 * shares["t test"],
    }
    return Key(shares["t test"], mistakes)


EXERCISES = {
    "staggered-1": Exercise(
        question=N_(
            "By how much does the overall estimate move if counties not yet listed may be controls?"
        ),
        answer=Number(N_("new less old"), "log points x 100"),
        hint=N_(
            "Take the `simple` aggregate with `control='not_yet'`, less that with the default."
        ),
        key=move_of_controls,
    ),
    "staggered-2": Exercise(
        question=N_("What is ATT(2016, 2013) with `base='universal'`?"),
        answer=Number(scale="log points x 100"),
        hint=N_(
            "It is the gap of 2013 seen from 2015, the last year before listing; "
            "`term('ATT(2016, 2013)')` of a fit with that base has it."
        ),
        key=universal_base,
    ),
    "staggered-3": Exercise(
        question=N_("What is the overall estimate with the log lights of 2013 as a covariate?"),
        answer=Number(scale="log points x 100", decimals=1),
        hint=N_("`covariates` and `adjustment='regression'`; the `simple` aggregate."),
        key=with_start,
    ),
    "programme-1": Exercise(
        question=N_("How many of the counties have not entered by the end of 2018?"),
        answer=Count(N_("a count")),
        hint=N_(
            "`roster.entries()` has a year for each county, and 0 for those that never entered."
        ),
        key=not_yet,
    ),
    "programme-2": Exercise(
        question=N_("What does imputation say of the lights from entry on?"),
        answer=Number(scale="log points x 100", decimals=1),
        hint=N_(
            "`gz.staggered_did` on `lights.panel` with `method='imputation'`, and its `simple` "
            "aggregate."
        ),
        key=imputed,
    ),
    "programme-3": Exercise(
        question=N_("What is the standard error of the change in lights, clustered by prefecture?"),
        answer=Number(scale="log points x 100", decimals=1),
        hint=N_(
            "`gz.staggered_did` on `lights.panel` with `control='not_yet'` and "
            "`cluster='prefecture_adcode'`; the `simple` aggregate has a standard error."
        ),
        key=clustered,
    ),
    "methods-1": Exercise(
        question=N_(
            "What is the mean of the two-way estimates over forty worlds with `noise=0.12` "
            "and `selection=2.0` (SIMULATED)?"
        ),
        answer=Number(N_("such as 0.1"), "log points", decimals=3, within=0.004),
        hint=N_(
            "Draw `gz.simulate_panel(selection=2.0, noise=0.12, seed=s)` for forty seeds and "
            "average the terms `inside`."
        ),
        key=bad_years,
    ),
    "methods-2": Exercise(
        question=N_(
            "What is the two-way estimate with only the cohort of 2016 and the counties that "
            "never enter (SIMULATED)?"
        ),
        answer=Number(scale="log points", decimals=3),
        hint=N_(
            "In the world of lesson three (`growth=0.5`, seed 1), keep `first_year` 0 and 2016."
        ),
        key=no_forbidden,
    ),
    "methods-3": Exercise(
        question=N_(
            "In what share of 60 worlds does the test clustered by prefecture reject, with "
            "one of eight prefectures inside and no effect (SIMULATED)?"
        ),
        answer=Number(scale="share", within=0.12),
        hint=N_("`rejections(60, seed=1, inside=1)` of lesson five; take 'by prefecture'."),
        key=one_prefecture,
    ),
}
