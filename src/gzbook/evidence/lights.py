"""Night lights beside income: the paths of all counties, and spatial models of lights."""

import numpy as np
import pandas as pd

from gzbook.evidence import income
from gzbook.evidence.income import per_cent
from gzbook.frames import year_frame
from gzcounty.data.guizhou import load_neighbours
from gzcounty.models.event_study import EventStudyResult

# What is asked: reference year, starting level held equal, only counties that kept their borders.
PATHS = {
    "As it is": (2013, False, False),
    "With convergence": (2013, True, False),
    "As it is, borders kept": (2013, False, True),
    "With convergence, borders kept": (2013, True, True),
    "With convergence, from 2014 on": (2014, True, False),
}


def frame(data: pd.DataFrame) -> pd.DataFrame:
    """Return lights by county and year, counties with a share of 2010: all but Guanshanhu."""
    known = data.dropna(subset="commerce_2010")
    return year_frame(known, "lights")


def paths(years: pd.DataFrame) -> dict[str, EventStudyResult]:
    """Return the five event studies of log lights, by name."""
    kept = years[~years.territory_changed]
    return {
        name: income.path(kept if steady else years, reference, convergence=convergence)
        for name, (reference, convergence, steady) in PATHS.items()
    }


def in_per_cent(fit: EventStudyResult, step: float) -> pd.DataFrame:
    """Return a path in per cent for a step of exposure."""
    path = fit.path()
    ends = ["estimate", "conf_low", "conf_high"]
    path[ends] = 100.0 * np.expm1(step * path[ends])
    return path


def lines(years: pd.DataFrame, fits: dict[str, EventStudyResult]) -> pd.DataFrame:
    """Return what each path comes to in 2020, and what it had reached in 2014.

    Returns
    -------
    DataFrame
        what, estimate, conf_low, conf_high (% for one standard deviation of the share of 2010 in
        all counties), first_year (% in 2014), nobs (counties).
    """
    step = years.drop_duplicates("adcode").commerce_2010.std()
    rows = []
    for name, fit in fits.items():
        first = fit.path().set_index("year").estimate[2014]
        rows.append({
            "what": name,
            **per_cent(fit.term("commerce_2010:2020"), step),
            "first_year": float(100.0 * np.expm1(step * first)),
            "nobs": fit.n_clusters,
        })  # fmt: skip
    return pd.DataFrame(rows)


def neighbours(data: pd.DataFrame) -> pd.DataFrame:
    """Return spatial models of the growth of lights 2013-2020 on penetration of 2010.

    All counties but Guanshanhu, which had no census of its own in 2010; nobody is left without a
    neighbour. The estimate of a lag model is the total impact.
    """
    from gzcounty.models.spatial.neighbours import neighbour_weights
    from gzcounty.models.spatial.regression import spatial_model

    sample = data.dropna(subset="commerce_2010").reset_index(drop=True)
    sample["start"] = np.log(sample.lights_2013)
    sample["growth"] = np.log(sample.lights_2020) - sample.start
    W = neighbour_weights(load_neighbours()).subset(sample.adcode)
    rows = []
    for more in ("", " + start"):
        for kind in ("lag", "error"):
            fit = spatial_model(f"growth ~ commerce_2010{more}", sample, W, id="adcode", kind=kind)
            found = (
                income.total_impact(fit, "commerce_2010")
                if kind == "lag"
                else fit.term("commerce_2010")
            )
            dependence = fit.term("rho" if kind == "lag" else "lambda")
            rows.append({
                "what": f"Spatial {kind}, growth of lights{', convergence' if more else ''}",
                **per_cent(found, sample.commerce_2010.std()), "nobs": fit.nobs,
                "dependence": dependence.estimate, "dependence_p": dependence.p_value,
            })  # fmt: skip
    return pd.DataFrame(rows)
