"""Whether sections related to what a county had became its specialities: behind 4.1-a."""

from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

from gzbook.evidence.similarity import china_employment
from gzbook.groups import group_workers, industry_profiles
from gzcounty.measures.specialisation import location_quotient, relatedness, relatedness_density
from gzcounty.models.panel import panel_ols
from gzcounty.models.result import Result

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
    start = group_workers(2010)
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
        2020, else 0), density_raw in 2010 (0 to 1), density (the same in the standard deviations
        that section and group effects leave: most of it differs between counties, not within
        them), log_share (log of the share of 2010, half a worker added), workers_2010.
    """
    first, last = (_without_t(group_workers(year)) for year in (2010, 2020))
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
    table["density"] = table.density_raw / _without(_effects(table), table.density_raw).std(ddof=1)
    return table.drop(columns=["before", "after"])


def _effects(pairs: pd.DataFrame) -> np.ndarray:
    """Return an orthonormal basis of the group and section dummies."""
    dummies = pd.get_dummies(pairs[["group", "section"]]).to_numpy(dtype=float)
    basis, sizes, _ = np.linalg.svd(dummies, full_matrices=False)
    return np.asarray(basis[:, sizes > 1e-9])


def _without(basis: np.ndarray, values: pd.Series | np.ndarray) -> np.ndarray:
    """Return what group and section effects leave of a column."""
    column = np.asarray(values, dtype=float)
    return column - basis @ (basis.T @ column)


def shuffled_proximity(
    source: Proximity = "China 2020", draws: int = 499, seed: int = 20_260
) -> np.ndarray:
    """Return the estimate as it would be if sections were related to each other at random.

    Sections change names in the table of proximities, so that its numbers stay and their places go.
    Each estimate is in percentage points for one standard deviation that the effects leave.
    """
    pairs, phi = chances(source), proximity(source)
    first = _without_t(group_workers(2010))
    at = (first.index.get_indexer(pairs.group), first.columns.get_indexer(pairs.section))
    basis = _effects(pairs)
    entry = _without(basis, pairs.entry)
    generator = np.random.default_rng(seed)
    found = np.empty(draws)
    for draw in range(draws):
        names = generator.permutation(phi.columns)
        turned = phi.set_axis(names).set_axis(names, axis=1)
        density = _without(basis, relatedness_density(first, turned).to_numpy()[at])
        found[draw] = 100.0 * (density @ entry) / (density @ density) * density.std(ddof=1)
    return found


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
    """Return the four models of 4.1-a: points of 100 for one standard deviation of density."""
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
        The columns of `gzbook.industry_profiles`, and density (%, of what is related to a section
        the group is specialised in) and specialised (True or False), both in 2020.
    """
    employed = _without_t(group_workers(2020))
    density = 100.0 * relatedness_density(employed, proximity(source))
    long = _long(density).rename("density").reset_index()
    table = industry_profiles().merge(long, on=["group", "section"], validate="1:1")
    return table.assign(specialised=table.quotient_2020 >= 1)
