"""Exercises of the how-to on staggered adoption: Taobao villages and night lights."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number
from gzcounty.data.china import load_china_counties
from gzcounty.models.staggered import staggered_did


@cache
def lights() -> pd.DataFrame:
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
def fitted(**how: Any) -> Any:  # noqa: ANN401
    """Return the group-time effects of lights by the year of listing."""
    panel = lights()
    if "covariates" in how:
        start = panel[panel.year == 2013].set_index("adcode").log_lights
        panel = panel.assign(start=panel.adcode.map(start))
    return staggered_did(
        panel, y="log_lights", entity="adcode", time="year", cohort="first_year",
        cluster="prefecture_adcode", **how,
    )  # fmt: skip


def overall(**how: Any) -> float:  # noqa: ANN401
    """Return the overall estimate."""
    return float(fitted(**how).aggregate("simple").overall.estimate)


@exercise(
    "staggered-1",
    "By how much does the overall estimate move if counties not yet listed may be controls?",
    wanted=Number("in log points x 100, new less old", absolute=0.006),
    hint="Take the `simple` aggregate with `control='not_yet'`, less that with the default.",
)
def not_yet() -> Key:
    """Subtract the overall estimates of two kinds of controls."""
    new, old = overall(control="not_yet"), overall()
    return Key(
        new - old,
        {
            "This is the new estimate; subtract the old one.": new,
            "This is the old estimate; subtract it from the new one.": old,
            "This is the move as a share of the estimate; asked for is the difference.": (
                new / old - 1
            ),
        },
    )


@exercise(
    "staggered-2",
    "What is ATT(2016, 2013) with `base='universal'`?",
    wanted=Number("in log points x 100", absolute=0.01),
    hint="It is the gap of 2013 seen from 2015, the last year before listing; "
    "`term('ATT(2016, 2013)')` of a fit with that base has it.",
)
def universal() -> Key:
    """Read the effect with a universal base."""
    plain, base = fitted(), fitted(base="universal")
    steps = [float(plain.term(f"ATT(2016, {year})").estimate) for year in (2014, 2015)]
    right = float(base.term("ATT(2016, 2013)").estimate)
    return Key(
        right,
        {
            "These are the two yearly steps forwards; seen from 2015 they run backwards.": -right,
            "This is one of the two yearly steps, from 2013 to 2014.": steps[0],
            "This is one of the two yearly steps, from 2014 to 2015.": steps[1],
            "This is one of the two steps backwards; there are two.": -steps[1],
        },
    )


@exercise(
    "staggered-3",
    "What is the overall estimate with the log lights of 2013 as a covariate?",
    wanted=Number("in log points x 100", absolute=0.05),
    hint="`covariates` and `adjustment='regression'`; the `simple` aggregate.",
)
def levelled() -> Key:
    """Hold the starting level equal."""
    how: dict[str, Any] = {"covariates": "start", "adjustment": "regression"}
    ahead = fitted(**how).aggregate("dynamic").term("event time -1")
    fit = fitted(**how).aggregate("simple").overall
    return Key(
        float(fit.estimate),
        {
            "This is the estimate without the covariate.": overall(),
            "This is the year before listing; asked for is the overall estimate.": ahead.estimate,
            "This is the lower end of the interval.": fit.conf_low,
            "This is the standard error.": fit.std_error,
        },
    )
