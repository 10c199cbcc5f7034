"""Whether sections related to what a county had became its specialities: behind 4.1-a."""

from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

from gzcounty.measures.relatedness import relatedness, relatedness_density
from gzcounty.measures.specialisation import location_quotient
from gzcounty.models.panel import panel_ols
from gzcounty.models.result import Result

from ._specialisation import employment_by_group, profiles
from .similarity import china_employment

Proximity = Literal["China 2020", "Guizhou 2010"]
PROXIMITIES: tuple[Proximity, ...] = ("China 2020", "Guizhou 2010")


@cache
def proximity(source: Proximity = "China 2020") -> pd.DataFrame:
    """Return which sections share places.

    Parameters
    ----------
    source : {"China 2020", "Guizhou 2010"}
        China's county-level units outside Guizhou, so that no county of Guizhou enters its own
        prediction; or the 81 groups at the start.

    Returns
    -------
    DataFrame, sections by sections
        See `gzcounty.relatedness`. Without T, in which next to nobody works.
    """
    start = employment_by_group(2010)
    if source == "Guizhou 2010":
        return relatedness(_without_t(start))
    employed = china_employment()[0].rename(columns=lambda name: name.removeprefix("employed_"))
    employed = _without_t(employed[~employed.index.str.startswith("52")])
    return relatedness(employed.loc[employed.sum(axis=1) > 0])


def _long(wide: pd.DataFrame) -> pd.Series:
    """Return the cells of a table by group and section."""
    long = wide.rename_axis(index="group", columns="section").melt(ignore_index=False)
    return long.set_index("section", append=True)["value"]


def _without_t(employed: pd.DataFrame) -> pd.DataFrame:
    return employed.drop(columns="T", errors="ignore")


@cache
def chances(source: Proximity = "China 2020") -> pd.DataFrame:
    """Return every pair of a group and a section that it was not specialised in in 2010.

    Returns
    -------
    DataFrame
        group, section, entry (1 if the location quotient against the province is 1 or more in
        2020, else 0), density in 2010 in standard deviations of these pairs, density_raw (0 to 1),
        log_share (log of the share of 2010, with half a worker added), workers_2010.
    """
    first, last = (_without_t(employment_by_group(year)) for year in (2010, 2020))
    density = relatedness_density(first, proximity(source))
    parts = {
        "density_raw": density,
        "before": location_quotient(first),
        "after": location_quotient(last),
        "workers_2010": first,
        "log_share": np.log((first + 0.5).div(first.sum(axis=1), axis=0)),
    }
    table = pd.DataFrame({name: _long(part) for name, part in parts.items()}).reset_index()
    table = table[table.before < 1].reset_index(drop=True)
    table["entry"] = (table.after >= 1).astype(float)
    table["density"] = (table.density_raw - table.density_raw.mean()) / table.density_raw.std()
    return table.drop(columns=["before", "after"])


def entry_model(data: pd.DataFrame, start: bool = False) -> Result:
    """Regress entry on density with section and group effects, clustered by group.

    Parameters
    ----------
    data : DataFrame
        As from `chances`.
    start : bool
        Hold the log share of 2010 equal: who is just below the line crosses it more easily.
    """
    formula = "entry ~ density + log_share" if start else "entry ~ density"
    return panel_ols(formula, data, "group", "section", cluster="group")


def entry_models() -> pd.DataFrame:
    """Return the four models of 4.1-a: percentage points for a standard deviation of density."""
    rows = []
    for source in PROXIMITIES:
        for start in (False, True):
            data = chances(source)
            fit = entry_model(data, start)
            found = fit.table().set_index("term").loc["density"]
            rows.append({
                "what": f"proximity of {source}" + (", share of 2010 held equal" if start else ""),
                **(100.0 * found[["estimate", "std_error", "conf_low", "conf_high"]]),
                "p_value": found.p_value, "nobs": fit.nobs, "groups": data.group.nunique(),
            })  # fmt: skip
    return pd.DataFrame(rows)


def opportunities(source: Proximity = "China 2020") -> pd.DataFrame:
    """Return the sections of every group in 2020, with how related they are to what it has.

    Returns
    -------
    DataFrame
        The columns of `_specialisation.profiles`, and density (%, of what is related to a section
        the group is specialised in) and specialised (True or False), both in 2020.
    """
    employed = _without_t(employment_by_group(2020))
    density = 100.0 * relatedness_density(employed, proximity(source))
    long = _long(density).rename("density").reset_index()
    table = profiles().merge(long, on=["group", "section"], validate="1:1")
    return table.assign(specialised=table.quotient_2020 >= 1)
