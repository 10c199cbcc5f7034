"""Specialisation of places: location quotients, concentration, dissimilarity, relatedness."""

from typing import overload

import numpy as np
import pandas as pd

from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.measures._matrix import as_matrix, require_known, require_same_names
from gzcounty.words import counted, listed

Columns = tuple[str, str, str]


def as_employment(employment: pd.DataFrame, columns: Columns | None) -> pd.DataFrame:
    """Read counts as floats, one row a unit, one column an industry; no unit empty or twice."""
    table = employment if columns is None else _widened(employment, columns)
    values = as_matrix(table, "employment", low=0.0, hint=N_("write 0 where nobody is employed"))
    twice = table.index[table.index.duplicated()].unique()
    if len(twice):
        raise InputError("employment has {twice} in more than one row.", twice=listed(twice))
    empty = table.index[values.sum(axis=1) == 0]
    if len(empty):
        raise InputError(_n(
            "Nobody is employed in unit {names}, which so has no shares; leave it out.",
            "Nobody is employed in units {names}, which so have no shares; leave them out.",
            len(empty), names=listed(empty),
        ))  # fmt: skip
    return pd.DataFrame(values, index=table.index, columns=table.columns)


def as_reference(reference: pd.Series | None, table: pd.DataFrame) -> np.ndarray:
    """Return totals by industry: given, or the sum of the units."""
    if reference is None:
        return table.to_numpy().sum(axis=0)
    require_same_names(reference.index, table.columns, "reference")
    row = reference.loc[table.columns].to_frame("reference").T
    totals = as_matrix(row, "reference", low=0.0)[0]
    if totals.sum() == 0:
        raise InputError("The reference is zero in every industry.")
    return totals


def _widened(employment: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    require_columns(employment, columns, "employment")
    unit, industry, employed = columns
    require_known(employment, [unit, industry])
    again = employment.duplicated([unit, industry])
    if again.any():
        row = employment.loc[again].iloc[0]
        raise InputError(
            "employment has {rows} too many: {unit} {name!r} has industry {industry!r} more than "
            "once. Choose one year first.",
            rows=counted(int(again.sum()), "row"), unit=unit, name=str(row[unit]),
            industry=str(row[industry]),
        )  # fmt: skip
    table = employment.pivot(index=unit, columns=industry, values=employed)
    holes = int(table.size - len(employment))
    if holes:
        where = np.argwhere(table.isna().to_numpy())[0]
        raise InputError(
            "employment lacks {rows}: {unit} {name!r} has none for industry {industry!r}. Write 0 "
            "where nobody is employed.",
            rows=counted(holes, "row"), unit=unit, name=str(table.index[where[0]]),
            industry=str(table.columns[where[1]]),
        )  # fmt: skip
    return table


def herfindahl(employment: pd.DataFrame, columns: Columns | None = None) -> pd.Series:
    r"""Herfindahl index of the industries of each unit.

    .. math:: H_j = \sum_i s_{ij}^2

    with :math:`s_{ij}` the share of industry i in the employment of unit j (Hirschman 1964, The
    American Economic Review 54, 761-762, on who thought of it first). 1 if everybody works in one
    industry, 1/n if n industries have equal shares; ``1 / H`` is the number of equally large
    industries that would be as concentrated. Sampling error makes it a little larger, by about
    ``(1 - H) / workers``.

    Parameters
    ----------
    employment, columns
        As for `location_quotient`.

    Returns
    -------
    Series by unit

    Raises
    ------
    InputError
        For counts that are missing, negative, infinite or no numbers; a unit twice or without any
        employment (named); in a long table missing or duplicated rows.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_industry_employment().query("year == 2020")
    >>> H = gz.herfindahl(census, columns=("adcode", "section", "employed"))
    >>> len(H), round(float(H["520328"]), 3)
    (88, 0.207)
    """
    table = as_employment(employment, columns)
    shares = table.div(table.sum(axis=1), axis=0)
    return (shares**2).sum(axis=1).rename("herfindahl")


# A quotient of one comes out a hair below it when shares are rounded.
_HAIR = 1e-12


def relatedness(
    employment: pd.DataFrame, reference: pd.Series | None = None, columns: Columns | None = None
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
    employment, reference, columns
        As for `gzcounty.location_quotient`.

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
    return _proximity(_specialised(employment, reference, columns))


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
    employment, reference, columns
        As for `gzcounty.location_quotient`.
    proximity : DataFrame, optional
        From `relatedness`, with the same industries; from `employment` itself if not given.

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
    table = _proximity(special) if proximity is None else _read(proximity, special)
    phi = np.nan_to_num(table.to_numpy())
    np.fill_diagonal(phi, 0.0)
    with np.errstate(invalid="ignore"):
        density = special.to_numpy(dtype=float) @ phi / phi.sum(axis=0)
    return pd.DataFrame(density, index=special.index, columns=special.columns)


def _specialised(
    employment: pd.DataFrame, reference: pd.Series | None, columns: Columns | None
) -> pd.DataFrame:
    quotients = location_quotient(employment, reference, columns)
    if min(quotients.shape) < 2:
        raise InputError(
            "Relatedness needs at least two units and two industries, not {units} and "
            "{industries}.",
            units=counted(len(quotients), "unit"),
            industries=counted(quotients.shape[1], "industry", "industries"),
        )  # fmt: skip
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
        note = _("No unit specialises in {names}: proximities missing.", names=names)
        result.attrs = {"notes": [note]}
    return result


def _read(proximity: pd.DataFrame, special: pd.DataFrame) -> pd.DataFrame:
    require_same_names(proximity.columns, special.columns, "proximity")
    require_same_names(proximity.index, special.columns, "proximity")
    table = proximity.loc[special.columns, special.columns]
    values = as_matrix(table.fillna(0.0), "proximity", low=0.0, high=1.0)
    if not np.allclose(values, values.T, rtol=0, atol=1e-9):
        raise InputError("proximity must be symmetric: as near from j to i as from i to j.")
    return pd.DataFrame(values, index=table.index, columns=table.columns)


LARGEST = 10_000
"""Units beyond which the matrix of all pairs is refused: it would take more than 0.8 GB."""


def location_quotient(
    employment: pd.DataFrame, reference: pd.Series | None = None, columns: Columns | None = None
) -> pd.DataFrame:
    r"""Location quotient: a unit's share of employment in an industry over the reference's share.

    .. math:: LQ_{ci} = \frac{E_{ci} / E_c}{E_i / E}

    Above 1 the industry weighs more here than in the whole. Where an industry is small in the
    whole, a handful of workers makes a large quotient, the more so in a 10 % sample of the census.

    Parameters
    ----------
    employment : DataFrame
        One row a unit, one column an industry: counts, zero or more. Or a long table with
        `columns`.
    reference : Series, optional
        Employment by industry of the whole, such as the nation. The sum of the units if not
        given; then the quotients of an industry have the weighted mean 1, with the units'
        employment as weights.
    columns : (unit, industry, employed), optional
        Names of these three columns of a long table with one row a unit and industry.

    Returns
    -------
    DataFrame, one row a unit, one column an industry

    Raises
    ------
    InputError
        For counts that are missing, negative, infinite or no numbers; a unit twice or without any
        employment (named); an industry that is zero in the whole (named); in a long table
        missing or duplicated rows; a reference of other industries.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_industry_employment().query("year == 2020")
    >>> quotients = gz.location_quotient(census, columns=("adcode", "industry", "employed"))
    >>> round(float(quotients.loc["520382", "manufacturing"]), 2)
    2.49
    """
    table = as_employment(employment, columns)
    whole = as_reference(reference, table)
    empty = table.columns[whole == 0]
    if len(empty):
        raise InputError(_n(
            "Industry {names}: nobody is employed in the whole; leave it out.",
            "Industries {names}: nobody is employed in the whole; leave them out.",
            len(empty), names=listed(empty),
        ))  # fmt: skip
    values = table.to_numpy()
    quotients = values / values.sum(axis=1, keepdims=True) / (whole / whole.sum())
    return pd.DataFrame(quotients, index=table.index, columns=table.columns)


@overload
def krugman_dissimilarity(
    employment: pd.DataFrame, reference: None = None, columns: Columns | None = None
) -> pd.DataFrame: ...
@overload
def krugman_dissimilarity(
    employment: pd.DataFrame, reference: pd.Series, columns: Columns | None = None
) -> pd.Series: ...
def krugman_dissimilarity(
    employment: pd.DataFrame, reference: pd.Series | None = None, columns: Columns | None = None
) -> pd.DataFrame | pd.Series:
    r"""Krugman's dissimilarity of the industries of places.

    .. math:: K_{jk} = \sum_i |s_{ij} - s_{ik}|

    with :math:`s_{ij}` the share of industry i in the employment of unit j (Krugman 1991,
    Geography and Trade, MIT Press). 0 if two places have the same shares, 2 if they have no
    industry in common. Half of it is the share of workers who would have to change industry. It
    grows with the number of industries that are distinguished, and sampling error alone makes it
    positive, most in small units.

    Parameters
    ----------
    employment, columns
        As for `location_quotient`.
    reference : Series, optional
        Employment by industry of a whole, such as the nation. With it each unit is compared with
        the whole instead of with every other unit.

    Returns
    -------
    DataFrame, units by units, or Series by unit with `reference`
        ``attrs["mean"]`` is the mean over all distinct pairs of units; with `reference`, over
        units.

    Raises
    ------
    InputError
        As for `location_quotient`; without `reference` for fewer than 2 or more than 10,000
        units, as pairs grow with their square.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_industry_employment().query("year == 2020")
    >>> K = gz.krugman_dissimilarity(census, columns=("adcode", "section", "employed"))
    >>> K.shape, round(K.attrs["mean"], 3)
    ((88, 88), 0.372)
    """
    table = as_employment(employment, columns)
    values = table.to_numpy()
    shares = values / values.sum(axis=1, keepdims=True)
    if reference is not None:
        whole = as_reference(reference, table)
        distance = np.abs(shares - whole / whole.sum()).sum(axis=1)
        against = pd.Series(np.minimum(distance, 2.0), index=table.index, name="krugman")
        against.attrs = {"mean": float(against.mean())}
        return against

    n = len(table)
    if not 2 <= n <= LARGEST:
        raise InputError(
            "All pairs of {units} cannot be compared: it takes 2 to {largest:,}. Give a reference "
            "to compare each unit with.",
            units=counted(n, "unit"), largest=LARGEST,
        )  # fmt: skip
    from scipy.spatial.distance import cdist

    # Shares that sum to one only up to rounding can lie a hair more than 2 apart.
    pairs = np.minimum(cdist(shares, shares, "cityblock"), 2.0)
    matrix = pd.DataFrame(pairs, index=table.index, columns=table.index)
    matrix.attrs = {"mean": float(pairs.sum() / (n * (n - 1)))}
    return matrix
