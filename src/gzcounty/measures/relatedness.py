"""Relatedness of industries: which ones are found in the same places."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from ._employment import Columns, as_employment
from ._matrix import as_matrix, require_same_names
from .specialisation import location_quotient

# A quotient of one comes out a hair below it when shares are rounded.
_HAIR = 1e-12


def relatedness(
    employment: pd.DataFrame,
    reference: pd.Series | None = None,
    columns: Columns | None = None,
) -> pd.DataFrame:
    r"""Proximity of industries: how often units that specialise in one specialise in the other.

    .. math:: \phi_{ij} = \min\{P(LQ_i \ge 1 \mid LQ_j \ge 1),\; P(LQ_j \ge 1 \mid LQ_i \ge 1)\}

    (Hidalgo, Klinger, Barabasi and Hausmann 2007, Science 317, 482-487, who take exports of
    countries; here employment of places.) The smaller of the two, so that an industry found almost
    everywhere is not close to all.

    With the 20 sections of the census this is coarse: one section holds many crafts, being found
    together may mean no more than both being urban, and there are only 190 pairs. Read it as a
    description of which sections share places, not as shared know-how.

    Parameters
    ----------
    employment : DataFrame
        As for `gzcounty.location_quotient`.
    reference : Series, optional
        As there.
    columns : (unit, industry, employed), optional
        As there.

    Returns
    -------
    DataFrame, industries by industries
        Symmetric, from 0 to 1, with 1 in the diagonal. An industry that no unit specialises in
        (possible with a `reference`) has proximities missing, and ``attrs["notes"]`` names it.

    Raises
    ------
    InputError
        As for `gzcounty.location_quotient`; for one unit or one industry only.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_industry_employment().query("year == 2020")
    >>> proximity = gz.relatedness(census, columns=("adcode", "section", "employed"))
    >>> round(float(proximity.loc["G", "I"]), 3)
    0.48
    """
    special = _specialised(employment, reference, columns)
    return _proximity(special)


def relatedness_density(
    employment: pd.DataFrame,
    proximity: pd.DataFrame | None = None,
    reference: pd.Series | None = None,
    columns: Columns | None = None,
) -> pd.DataFrame:
    r"""Density: how much of what is related to an industry a unit already specialises in.

    .. math:: \omega_{ci} = \frac{\sum_{j \ne i} \phi_{ij}\, 1\{LQ_{cj} \ge 1\}}
                                 {\sum_{j \ne i} \phi_{ij}}

    (Hidalgo, Klinger, Barabasi and Hausmann 2007, Science 317, 482-487.) The industry itself is
    left out of both sums, so that its presence does not count towards its own density.

    Proximities from the same units as the densities make the two agree in part by construction;
    take them from elsewhere, such as from all of China's counties, where a prediction is meant.

    Parameters
    ----------
    employment : DataFrame
        As for `gzcounty.location_quotient`.
    proximity : DataFrame, optional
        From `relatedness`, with the same industries; from `employment` itself if not given.
    reference : Series, optional
        As for `gzcounty.location_quotient`.
    columns : (unit, industry, employed), optional
        As for `gzcounty.location_quotient`.

    Returns
    -------
    DataFrame, units by industries
        From 0 to 1; missing for an industry that is related to no other.

    Raises
    ------
    InputError
        As for `relatedness`; for a proximity that has other industries, is not symmetric, or has
        values outside 0 to 1.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_industry_employment().query("year == 2020")
    >>> density = gz.relatedness_density(census, columns=("adcode", "section", "employed"))
    >>> round(float(density.loc["522632", "G"]), 3)
    0.142
    """
    special = _specialised(employment, reference, columns)
    phi = (_proximity(special) if proximity is None else _read(proximity, special)).to_numpy(
        copy=True
    )
    np.fill_diagonal(phi, 0.0)
    phi = np.nan_to_num(phi)
    with np.errstate(invalid="ignore"):
        density = special.to_numpy(dtype=float) @ phi / phi.sum(axis=0)
    return pd.DataFrame(density, index=special.index, columns=special.columns)


def _specialised(
    employment: pd.DataFrame, reference: pd.Series | None, columns: Columns | None
) -> pd.DataFrame:
    quotients = location_quotient(as_employment(employment, columns), reference)
    if min(quotients.shape) < 2:
        raise InputError(
            "Relatedness needs at least two units and two industries, not "
            f"{counted(len(quotients), 'unit')} and "
            f"{counted(quotients.shape[1], 'industry', 'industries')}."
        )
    return quotients >= 1 - _HAIR


def _proximity(special: pd.DataFrame) -> pd.DataFrame:
    ones = special.to_numpy(dtype=float)
    together = ones.T @ ones
    count = np.diagonal(together)
    with np.errstate(invalid="ignore"):
        phi = together / np.maximum.outer(count, count)
    lone = count == 0
    phi[lone, :] = phi[:, lone] = np.nan
    result = pd.DataFrame(phi, index=special.columns, columns=special.columns)
    if lone.any():
        names = listed(special.columns[lone])
        result.attrs = {"notes": [f"No unit specialises in {names}: proximities missing."]}
    return result


def _read(proximity: pd.DataFrame, special: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(proximity, pd.DataFrame):
        raise InputError(f"proximity must be a DataFrame, not {type(proximity).__name__}.")
    require_same_names(proximity.columns, special.columns, "proximity")
    require_same_names(proximity.index, special.columns, "proximity")
    table = proximity.loc[special.columns, special.columns]
    values = as_matrix(table.fillna(0.0), "proximity", low=0.0, high=1.0)
    if not np.allclose(values, values.T, rtol=0, atol=1e-9):
        raise InputError("proximity must be symmetric: as near from j to i as from i to j.")
    return pd.DataFrame(values, index=table.index, columns=table.columns)
