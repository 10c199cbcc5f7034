"""Exercises of the methods course, all on SIMULATED worlds with a truth that is known."""

import numpy as np
import pandas as pd

from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number
from gzcounty.models.panel import panel_ols
from gzcounty.simulation import simulate_panel
from gzcounty.simulation.lessons import prefecture_programme
from gzcounty.simulation.study import study

WORLDS = 40
FORMULA = "log_rural_income ~ inside"


def two_way(panel: pd.DataFrame) -> float:
    """Return the two-way estimate."""
    fit = panel_ols(FORMULA, panel, "county", "year", cluster="county")
    return float(fit.term("inside").estimate)


@exercise(
    "methods-1",
    "What is the mean of the two-way estimates over forty worlds with `noise=0.12` and "
    "`selection=2.0` (SIMULATED)?",
    wanted=Number("in log points, such as 0.1", absolute=0.004),
    hint="Draw `gz.simulate_panel(selection=2.0, noise=0.12, seed=s)` for forty seeds and average "
    "the terms `inside`.",
)
def bad_years() -> Key:
    """Average the two-way estimate over worlds with large shocks."""
    worlds = [simulate_panel(selection=2.0, noise=0.12, seed=s) for s in range(WORLDS)]
    found = float(np.mean([two_way(w) for w in worlds]))
    later = float(np.mean([two_way(w[w.year > 2014]) for w in worlds]))
    return Key(
        found,
        {
            "This is the mean without the first year; keep it in the sample.": later,
            "These are per cent (log points times a hundred); give the mean as it is.": 100 * found,
            "This is the sum over the worlds, not the mean.": WORLDS * found,
        },
    )


@exercise(
    "methods-2",
    "What is the two-way estimate with only the cohort of 2016 and the counties that never enter "
    "(SIMULATED)?",
    wanted=Number("in log points", absolute=0.0005),
    hint="In the world of lesson three (`growth=0.5`, seed 1), keep `first_year` 0 and 2016.",
)
def no_forbidden() -> Key:
    """Leave the later cohort out and estimate again."""
    world = simulate_panel(growth=0.5, cohorts={2016: 0.45, 2020: 0.45}, seed=1)
    clean = world[world.first_year.isin([0, 2016])]
    right = two_way(clean)
    return Key(
        right,
        {
            "This is the estimate with all counties, forbidden comparison included.": two_way(
                world
            ),
            "Here the cohort of 2020 is kept instead of that of 2016.": two_way(
                world[world.first_year.isin([0, 2020])]
            ),
            "The counties that never enter are missing: they are the comparison.": two_way(
                world[world.first_year > 0]
            ),
            "This is the truth of the cohort; asked for is the estimate.": (
                world.attrs["truth"]["group"][2016]
            ),
            "These are log points times a hundred; give the estimate as it is.": 100 * right,
        },
    )


@exercise(
    "methods-3",
    "In what share of 60 worlds does the test clustered by prefecture reject, with one of eight "
    "prefectures inside and no effect (SIMULATED)?",
    wanted=Number("a share between 0 and 1", absolute=0.12),
    hint="`study(prefecture_programme, 60, seed=1, inside=1)`, row 'by prefecture', column "
    "`rejected`.",
)
def one_prefecture() -> Key:
    """Count how often a t test with one treated cluster sees what is not there."""
    table = study(prefecture_programme, 60, 1, progress=False, n_jobs=1, inside=1)
    shares = table.set_index("term").rejected
    return Key(
        shares["by prefecture"],
        {
            "This is (nearly) never: the wild bootstrap's share. Take the t test's.": (
                shares["wild bootstrap"]
            ),
            "This is a count of worlds; divide it by their number.": 60 * shares["by prefecture"],
            "These are per cent; asked for is a share.": 100 * shares["by prefecture"],
        },
    )
