"""Exercises of section 3.1: how alike the counties are in industry."""

import pandas as pd

from gzbook.evidence.similarity import china_employment
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Name, Number
from gzcounty.data.guizhou import load_industry_employment, load_neighbours
from gzcounty.measures.specialisation import krugman_dissimilarity

RONGJIANG = "522632"


def employment() -> pd.DataFrame:
    """Return employment by section of Guizhou's counties in 2020."""
    employed, units = china_employment()
    return employed[units.province == "Guizhou"]


@exercise(
    "3.1-1",
    "By which factor do the means of the draws, copies included, lie below the mean of the data?",
    wanted=Number("the mean of the draws over the mean of the data", absolute=0.005),
    hint="Draw with replacement, sum the index over all ordered pairs of draws, and divide by "
    "n (n - 1); then divide the mean of the draws by the mean of the data.",
)
def copies() -> Key:
    """Return the chance that two draws are different counties, which is the expected factor."""
    n = len(employment())
    mean = float(krugman_dissimilarity(employment()).attrs["mean"])
    return Key(
        1 - 1 / n,
        {
            "Copies were left out or no county was drawn twice: draw with replacement.": 1.0,
            "This is how far below, as a share; asked for is the factor.": 1 / n,
            "This is the mean itself; divide it by that of the data.": mean * (1 - 1 / n),
            "The sum is divided by n squared; the mean of the data has n (n - 1).": (1 - 1 / n)
            ** 2,
        },
    )


@exercise(
    "3.1-2",
    "Which county is most like Rongjiang, by all industries?",
    wanted=Name("a county (English, Chinese or code)"),
    hint="Take Rongjiang's row of `gz.krugman_dissimilarity` and look for the smallest value.",
)
def like_rongjiang() -> Key:
    """Find the county with the smallest dissimilarity."""
    jobs = load_industry_employment().query("year == 2020")
    columns = ("adcode", "section", "employed")
    far = krugman_dissimilarity(jobs, columns=columns)[RONGJIANG].drop(RONGJIANG)
    near = load_neighbours().query("adcode_i == @RONGJIANG").adcode_j
    return Key(
        far.idxmin(),
        {
            "Every county is most like itself; leave the diagonal out.": RONGJIANG,
            "This is the county least like it: the index is zero for the same mix.": far.idxmax(),
            "This is the most alike of its neighbours; another county is nearer.": (
                far[near].idxmin()
            ),
        },
    )


@exercise(
    "3.1-3",
    "What is the mean Krugman dissimilarity of the pairs when the sections are joined to three "
    "sectors?",
    wanted=Number("an index from 0 to 2", absolute=0.001),
    hint="Sum A; B to E; and F to T, then compute the index and read `attrs['mean']`.",
)
def coarser() -> Key:
    """Join the sections to three sectors and average over pairs."""
    counties = employment()

    def mean(last_secondary: str) -> float:
        sector = [
            "1" if c[-1] == "A" else "2" if c[-1] <= last_secondary else "3" for c in counties
        ]
        joined = counties.T.groupby(sector).sum().T
        return float(krugman_dissimilarity(joined).attrs["mean"])

    fine, right = float(krugman_dissimilarity(counties).attrs["mean"]), mean("E")
    n = len(counties)
    return Key(
        right,
        {
            "This is the mean of the twenty sections; join them first.": fine,
            "This is by how much it fell; asked for is the new mean.": fine - right,
            "Copies of a county are no pair: divide by n (n - 1), not by n squared.": right
            * (1 - 1 / n),
            "Construction (F) is joined to the second sector; here it belongs to the rest.": mean(
                "F"
            ),
            "This is the share in common; asked for is the index.": 1 - right / 2,
            "Half of the index; it runs from 0 to 2.": right / 2,
        },
    )
