"""Exercises of section 3.2: county towns."""

import numpy as np

from gzbook.evidence import finance
from gzbook.evidence.similarity import china_employment
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number

ADDED, NOISE = 250.0, 0.7


@exercise(
    "3.2-1",
    "What is the standard deviation of the logarithms of the nine indices of 2011 after 250 points "
    "were added to each?",
    wanted=Number("in log points", absolute=0.0005),
    hint="`np.log(index[2011] + 250).std()`: add first, then take logs, then the deviation.",
)
def added() -> Key:
    """Add a constant and take the deviation of logs."""
    start = finance.prefectures().query("year == 2011").set_index("adcode")["index"]
    later = start + ADDED
    right = float(np.log(later).std())
    return Key(
        right,
        {
            "This is the deviation before anything was added.": np.log(start).std(),
            "This is the deviation in points; you forgot to take logs.": start.std(),
            "These are logs to the base of ten; take natural ones.": right / np.log(10),
            "This divides by n; the deviation of a sample divides by n - 1.": np.log(later).std(
                ddof=0
            ),
            "This is the deviation over the mean; asked for is that of the logs.": later.std()
            / later.mean(),
        },
    )


@exercise(
    "3.2-2",
    "What slope has the change on the first measurement, if the noise has a standard deviation of "
    "0.7 times that of the true level (SIMULATED)?",
    wanted=Number(absolute=0.09),
    hint="Change is second less first. Regress it on the first measurement, with noise drawn "
    "anew for each of the two.",
)
def from_nothing() -> Key:
    """Return the slope that noise alone makes: minus its share of the variance."""
    share = NOISE**2 / (1 + NOISE**2)
    return Key(
        -share,
        {
            "This is the slope on the second measurement; asked for is that on the first.": share,
            "The same noise went into both measurements, so nothing changed: draw twice.": 0.0,
            "This is the slope of the second measurement; asked for is that of the change.": 1
            - share,
        },
    )


@exercise(
    "3.2-3",
    "How many of Guizhou's counties are in China's lowest fifth by the share employed in "
    "information?",
    wanted=Number("a count of counties", relative=0),
    hint="Rank the share of section I over all county-level units of China with `rank(pct=True)` "
    "and count those of Guizhou at 0.2 or below.",
)
def lowest_fifth() -> Key:
    """Count the counties at or below a fifth of the ranks."""
    employed, units = china_employment()
    inside = units.province == "Guizhou"
    share = employed.employed_I / employed.sum(axis=1)
    place = share.rank(pct=True)
    right = int((place[inside] <= 0.2).sum())
    return Key(
        right,
        {
            "This counts the lowest tenth.": int((place[inside] <= 0.1).sum()),
            "This counts the lowest quarter.": int((place[inside] <= 0.25).sum()),
            "These are per cent of the counties; asked for is the count.": 100
            * right
            / inside.sum(),
            "This is a share of the counties; asked for is the count.": right / inside.sum(),
            "This ranks the counties among themselves; rank them in China.": int(
                (share[inside].rank(pct=True) <= 0.2).sum()
            ),
            "This ranks the number of workers; divide by all the employed first.": int(
                (employed.employed_I.rank(pct=True)[inside] <= 0.2).sum()
            ),
        },
    )
