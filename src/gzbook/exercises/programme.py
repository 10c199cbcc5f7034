"""Exercises on entry into the demonstration programme, by the roster in use."""

from functools import cache

import numpy as np

from gzbook.evidence.programme import roster_in_use
from gzbook.evidence.programme_study import Study, estimate, study
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number

YEAR = 2018


@cache
def lights() -> Study:
    """Return the study of night lights."""
    return study("lights", roster_in_use())


@exercise(
    "programme-1",
    f"How many of the counties have not entered by the end of {YEAR}?",
    wanted=Number("a count", relative=0.0),
    hint="`roster.entries()` has a year for each county, and 0 for those that never entered.",
)
def not_yet() -> Key:
    """Count who can be a control after a year."""
    years = roster_in_use().entries().to_numpy()
    entered = years > 0
    late = int((entered & (years > YEAR)).sum())
    return Key(
        int((~entered).sum()) + late,
        {
            "Those that enter later are missing: they are controls until they do.": int(
                (~entered).sum()
            ),
            "Those that never enter are missing: they are written as 0.": late,
            "This counts those that have entered.": int((entered & (years <= YEAR)).sum()),
            f"Who enters in {YEAR} itself has entered by its end.": int(
                (~entered).sum() + (years >= YEAR).sum()
            ),
        },
    )


@exercise(
    "programme-2",
    "What does imputation say of the lights from entry on?",
    wanted=Number("in log points x 100", absolute=0.02),
    hint="`estimate(lights.panel, method='imputation')` and its `simple` aggregate.",
)
def imputed() -> Key:
    """Estimate with every year before entry as the base."""
    found = estimate(lights().panel, method="imputation").aggregate("simple").overall
    return Key(
        found.estimate,
        {
            "These are the group-time effects; asked for is imputation.": lights().overall.estimate,
            "This is the lower end of the interval.": found.conf_low,
            "This is the upper end of the interval.": found.conf_high,
            "This is the standard error.": found.std_error,
        },
    )


@exercise(
    "programme-3",
    "What is the standard error of the change in lights, clustered by prefecture?",
    wanted=Number("in log points x 100", absolute=0.01),
    hint="`estimate(lights.panel, cluster='prefecture_adcode')`; the `simple` "
    "aggregate has a standard error.",
)
def clustered() -> Key:
    """Cluster by nine prefectures instead of counties."""
    wide = estimate(lights().panel, cluster="prefecture_adcode").aggregate("simple").overall
    own = lights().overall
    return Key(
        wide.std_error,
        {
            "This is the standard error clustered by county.": own.std_error,
            "This is the estimate; asked for is its standard error.": own.estimate,
            "This is the variance; take its square root.": float(np.square(wide.std_error)),
            "This is half the interval; the standard error is smaller.": float(
                (wide.conf_high - wide.conf_low) / 2
            ),
        },
    )
