"""Exercises of chapter 3: how alike industries are, county towns, and the pace of incomes."""

import numpy as np
import pandas as pd

from gzbook.exercises import Exercise, Key
from gzbook.exercises.answers import Count, Name, Number
from gzbook.frames import china_employment
from gzcounty.data.guizhou import (
    load_counties,
    load_digital_finance,
    load_industry_employment,
    load_neighbours,
)
from gzcounty.language import N_, _
from gzcounty.measures.specialisation import krugman_dissimilarity

RONGJIANG = "522632"


def employment() -> pd.DataFrame:
    """Return employment by section of Guizhou's counties in 2020."""
    employed, units = china_employment()
    return employed[units.province == "Guizhou"]


def copies() -> Key:
    n = len(employment())
    mean = float(krugman_dissimilarity(employment()).attrs["mean"])
    mistakes = {
        _("Copies were left out or no county was drawn twice: draw with replacement."): 1.0,
        _("This is how far below, as a share; asked for is the factor."): 1 / n,
        _("This is the mean itself; divide it by that of the data."): mean * (1 - 1 / n),
        _("The sum is divided by n squared; the mean of the data has n (n - 1)."): (1 - 1 / n) ** 2,
    }
    return Key(1 - 1 / n, mistakes)


def like_rongjiang() -> Key:
    jobs = load_industry_employment().query("year == 2020")
    columns = ("adcode", "section", "employed")
    far = krugman_dissimilarity(jobs, columns=columns)[RONGJIANG].drop(RONGJIANG)
    near = load_neighbours().query("adcode_i == @RONGJIANG").adcode_j
    mistakes = {
        _("Every county is most like itself; leave the diagonal out."): RONGJIANG,
        _("This is the county least like it: the index is zero for the same mix."): far.idxmax(),
        _("This is the most alike of its neighbours; another county is nearer."): far[
            near
        ].idxmin(),
    }
    return Key(far.idxmin(), mistakes)


def coarser() -> Key:
    counties = employment()

    def mean(last_secondary: str) -> float:
        sector = [
            "1" if c[-1] == "A" else "2" if c[-1] <= last_secondary else "3" for c in counties
        ]
        joined = counties.T.groupby(sector).sum().T
        return float(krugman_dissimilarity(joined).attrs["mean"])

    fine, right = float(krugman_dissimilarity(counties).attrs["mean"]), mean("E")
    n = len(counties)
    mistakes = {
        _("This is the mean of the twenty sections; join them first."): fine,
        _("This is by how much it fell; asked for is the new mean."): fine - right,
        _("Copies of a county are no pair: divide by n (n - 1), not by n squared."): (
            right * (1 - 1 / n)
        ),
        _("Construction (F) is joined to the second sector; here it belongs to the rest."): mean(
            "F"
        ),
        _("This is the share in common; asked for is the index."): 1 - right / 2,
        _("Half of the index; it runs from 0 to 2."): right / 2,
    }
    return Key(right, mistakes)


ADDED, NOISE = 250.0, 0.7


def added() -> Key:
    start = load_digital_finance().query("year == 2011").set_index("adcode")["index"]
    start = start[start.index.isin(load_counties().prefecture_adcode)]
    later = start + ADDED
    right = float(np.log(later).std())
    mistakes = {
        _("This is the deviation before anything was added."): np.log(start).std(),
        _("This is the deviation in points; you forgot to take logs."): start.std(),
        _("These are logs to the base of ten; take natural ones."): right / np.log(10),
        _("This divides by n; the deviation of a sample divides by n - 1."): np.log(later).std(
            ddof=0
        ),
        _("This is the deviation over the mean; asked for is that of the logs."): (
            later.std() / later.mean()
        ),
    }
    return Key(right, mistakes)


def from_nothing() -> Key:
    share = NOISE**2 / (1 + NOISE**2)
    mistakes = {
        _("This is the slope on the second measurement; asked for is that on the first."): share,
        _("The same noise went into both measurements, so nothing changed: draw twice."): 0.0,
        _("This is the slope of the second measurement; asked for is that of the change."): 1
        - share,
    }
    return Key(-share, mistakes)


def lowest_fifth() -> Key:
    employed, units = china_employment()
    inside = units.province == "Guizhou"
    share = employed.employed_I / employed.sum(axis=1)
    place = share.rank(pct=True)
    right = int((place[inside] <= 0.2).sum())
    mistakes = {
        _("This counts the lowest tenth."): (place[inside] <= 0.1).sum(),
        _("This counts the lowest quarter."): (place[inside] <= 0.25).sum(),
        _("These are per cent of the counties; asked for is the count."): 100
        * right
        / inside.sum(),
        _("This is a share of the counties; asked for is the count."): right / inside.sum(),
        _("This ranks the counties among themselves; rank them in China."): (
            (share[inside].rank(pct=True) <= 0.2).sum()
        ),
        _("This ranks the number of workers; divide by all the employed first."): (
            (employed.employed_I.rank(pct=True)[inside] <= 0.2).sum()
        ),
    }
    return Key(right, mistakes)


HOUSEHOLDS, SPREAD, COUNTIES, STEPS = 400, 0.6, 400, 10


def before_2022() -> Key:
    from gzbook.evidence.section_3_3 import income_growth

    grown = income_growth()
    early = grown.loc[:, :2021]
    right = int((early.idxmin(axis=1) == 2020).sum())
    mistakes = {
        _("This takes the years after 2021, too."): (grown.idxmin(axis=1) == 2020).sum(),
        _("These are county-years; count each county once."): early.size,
        _("This is a share of the counties; asked for is the count."): right / len(early),
    }
    return Key(right, mistakes)


def survey() -> Key:
    rng = np.random.default_rng(3)
    incomes = np.exp(rng.normal(0, SPREAD, (COUNTIES, STEPS, HOUSEHOLDS)))
    logs = np.log(incomes.mean(axis=2))
    right = 100 * np.diff(logs, axis=1).std()
    mistakes = {
        _("This is how far the mean of one year lies off; growth has two of them."): 100
        * logs.std(),
        _("This is how far one household lies off; a county's figure is a mean of 400."): 100
        * SPREAD,
        _("This is the variance; take the root."): right**2,
    }
    return Key(right, mistakes)


def real_terms() -> Key:
    from gzbook.evidence.section_3_3 import income_growth

    grown = income_growth()

    def slow(inflation: float) -> int:
        real = grown - inflation
        return int(real.lt(real.mean(axis=1) / 2, axis=0).to_numpy().sum())

    real = grown - 4
    mistakes = {
        _("This is the count with less inflation, or none."): slow(2),
        _("The mean is still that of nominal growth: take 4 % off it, too."): (
            real.lt(grown.mean(axis=1) / 2, axis=0).to_numpy().sum()
        ),
        _("This compares with the mean itself; take half of it."): (
            real.lt(real.mean(axis=1), axis=0).to_numpy().sum()
        ),
    }
    return Key(slow(4), mistakes)


EXERCISES = {
    "3.1-1": Exercise(
        question=N_(
            "By which factor do the means of the draws, copies included, lie below the mean "
            "of the data?"
        ),
        answer=Number(N_("the mean of the draws over the mean of the data"), decimals=2),
        hint=N_(
            "Draw with replacement, sum the index over all ordered pairs of draws, and divide by "
            "n (n - 1); then divide the mean of the draws by the mean of the data."
        ),
        key=copies,
    ),
    "3.1-2": Exercise(
        question=N_("Which county is most like Rongjiang, by all industries?"),
        answer=Name(N_("a county (English, Chinese or code)")),
        hint=N_(
            "Take Rongjiang's row of `gz.krugman_dissimilarity` and look for the smallest value."
        ),
        key=like_rongjiang,
    ),
    "3.1-3": Exercise(
        question=N_(
            "What is the mean Krugman dissimilarity of the pairs when the sections are "
            "joined to three sectors?"
        ),
        answer=Number(N_("an index from 0 to 2"), decimals=3),
        hint=N_("Sum A; B to E; and F to T, then compute the index and read `attrs['mean']`."),
        key=coarser,
    ),
    "3.2-1": Exercise(
        question=N_(
            "What is the standard deviation of the logarithms of the nine indices of 2011 "
            "after 250 points were added to each?"
        ),
        answer=Number(scale="log points", decimals=3),
        hint=N_(
            "`np.log(index[2011] + 250).std()`: add first, then take logs, then the deviation."
        ),
        key=added,
    ),
    "3.2-2": Exercise(
        question=N_(
            "What slope has the change on the first measurement, if the noise has a standard "
            "deviation of 0.7 times that of the true level (SIMULATED)?"
        ),
        answer=Number(within=0.09),
        hint=N_(
            "Change is second less first. Regress it on the first measurement, with noise drawn "
            "anew for each of the two."
        ),
        key=from_nothing,
    ),
    "3.2-3": Exercise(
        question=N_(
            "How many of Guizhou's counties are in China's lowest fifth by the share "
            "employed in information?"
        ),
        answer=Count(N_("a count of counties")),
        hint=N_(
            "Rank the share of section I over all county-level units of China with "
            "`rank(pct=True)` and count those of Guizhou at 0.2 or below."
        ),
        key=lowest_fifth,
    ),
    "3.3-1": Exercise(
        question=N_(
            "In how many counties is 2020 the worst year if growth up to 2021 is taken only?"
        ),
        answer=Count(N_("a count of counties")),
        hint=N_(
            "Keep the columns up to 2021, and find each county's column with the lowest growth."
        ),
        key=before_2022,
    ),
    "3.3-2": Exercise(
        question=N_(
            "By how many points does a county's growth lie off by chance in a survey of 400 "
            "new households each year whose incomes have a log standard deviation of 0.6 "
            "(SIMULATED)?"
        ),
        answer=Number(N_("a standard deviation of growth"), "points", decimals=1, within=0.5),
        hint=N_(
            "The mean of each year is off by chance, growth is the difference of two such logs; "
            "times a hundred, these are points."
        ),
        key=survey,
    ),
    "3.3-3": Exercise(
        question=N_(
            "In how many county-years does growth fall below half of the county's own mean "
            "if 4 % are taken off every year?"
        ),
        answer=Count(N_("a count of county-years")),
        hint=N_(
            "Take 4 off the whole table, then compare each value with half of its own row's "
            "mean, which fell by 4, too."
        ),
        key=real_terms,
    ),
}
