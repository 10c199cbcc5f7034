"""Exercises of section 3.3: people."""

import numpy as np

from gzbook.evidence import pace
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number

HOUSEHOLDS, SPREAD, COUNTIES, STEPS = 400, 0.6, 400, 10


@exercise(
    "3.3-1",
    "In how many counties is 2020 the worst year if growth up to 2021 is taken only?",
    wanted=Number("a count of counties", relative=0),
    hint="Keep the columns up to 2021, and find each county's column with the lowest growth.",
)
def before_2022() -> Key:
    """Count the counties whose growth up to 2021 is lowest in 2020."""
    grown = pace.income_growth()
    early = grown.loc[:, :2021]
    right = int((early.idxmin(axis=1) == 2020).sum())
    return Key(
        right,
        {
            "This takes the years after 2021, too.": int((grown.idxmin(axis=1) == 2020).sum()),
            "These are county-years; count each county once.": early.size,
            "This is a share of the counties; asked for is the count.": right / len(early),
        },
    )


@exercise(
    "3.3-2",
    "By how many points does a county's growth lie off by chance in a survey of 400 new households "
    "each year whose incomes have a log standard deviation of 0.6 (SIMULATED)?",
    wanted=Number("a standard deviation in points of growth", relative=0.1),
    hint="The mean of each year is off by chance, growth is the difference of two such logs; times "
    "a hundred, these are points.",
)
def survey() -> Key:
    """Draw many surveys and take the deviation of growth."""
    rng = np.random.default_rng(3)
    asked = np.exp(rng.normal(0, SPREAD, (COUNTIES, STEPS, HOUSEHOLDS)))
    logs = np.log(asked.mean(axis=2))
    right = 100 * np.diff(logs, axis=1).std()
    return Key(
        right,
        {
            "This is a share; in points it is a hundred times as much.": right / 100,
            "This is how far the mean of one year lies off; growth has two of them.": 100
            * logs.std(),
            "This is how far one household lies off; a county's figure is a mean of 400.": 100
            * SPREAD,
            "This is the variance; take the root.": right**2,
        },
    )


@exercise(
    "3.3-3",
    "In how many county-years does growth fall below half of the county's own mean if 4 % are "
    "taken off every year?",
    wanted=Number("a count of county-years", relative=0),
    hint="Take 4 off the whole table, then compare each value with half of its own row's mean, "
    "which fell by 4, too.",
)
def real_terms() -> Key:
    """Count county-years of slow real growth."""
    grown = pace.income_growth()

    def slow(inflation: float) -> int:
        real = grown - inflation
        return int(real.lt(real.mean(axis=1) / 2, axis=0).to_numpy().sum())

    real = grown - 4
    return Key(
        slow(4),
        {
            "This is the count with less inflation, or none.": slow(2),
            "The mean is still that of nominal growth: take 4 % off it, too.": int(
                real.lt(grown.mean(axis=1) / 2, axis=0).to_numpy().sum()
            ),
            "This compares with the mean itself; take half of it.": int(
                real.lt(real.mean(axis=1), axis=0).to_numpy().sum()
            ),
        },
    )
