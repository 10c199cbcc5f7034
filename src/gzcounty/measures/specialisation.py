"""Specialisation of places: location quotients, and Krugman's dissimilarity of two places."""

from __future__ import annotations

from typing import overload

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from ._employment import Columns, as_employment, as_reference

LARGEST = 10_000
"""Units beyond which the matrix of all pairs is refused: it would take more than 0.8 GB."""


def location_quotient(
    employment: pd.DataFrame,
    reference: pd.Series | None = None,
    columns: Columns | None = None,
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
        noun = "Industry" if len(empty) == 1 else "Industries"
        raise InputError(f"{noun} {listed(empty)}: nobody is employed in the whole; leave it out.")
    shares = table.div(table.sum(axis=1), axis=0)
    return shares / (whole / whole.sum())


@overload
def krugman_dissimilarity(
    employment: pd.DataFrame, reference: None = None, columns: Columns | None = None
) -> pd.DataFrame: ...
@overload
def krugman_dissimilarity(
    employment: pd.DataFrame, reference: pd.Series, columns: Columns | None = None
) -> pd.Series: ...
def krugman_dissimilarity(
    employment: pd.DataFrame,
    reference: pd.Series | None = None,
    columns: Columns | None = None,
) -> pd.DataFrame | pd.Series:
    r"""Krugman's dissimilarity of the industries of places.

    .. math:: K_{jk} = \sum_i |s_{ij} - s_{ik}|

    with :math:`s_{ij}` the share of industry i in the employment of unit j (Krugman 1991,
    Geography and Trade, MIT Press). 0 if two places have the same shares, 2 if they have no
    industry in common. Half of it is the share of workers who would have to change industry. It
    grows with the number of industries that are told apart, and sampling error alone makes it
    positive, most in small units.

    Parameters
    ----------
    employment : DataFrame
        As for `location_quotient`.
    reference : Series, optional
        Employment by industry of a whole, such as the nation. With it each unit is compared with
        the whole instead of with every other unit.
    columns : (unit, industry, employed), optional
        As for `location_quotient`.

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
            f"All pairs of {counted(n, 'unit')} cannot be compared: it takes 2 to {LARGEST:,}. "
            "Give a reference to compare each unit with."
        )
    from scipy.spatial.distance import cdist

    # Shares that sum to one only up to rounding can lie a hair more than 2 apart.
    pairs = np.minimum(cdist(shares, shares, "cityblock"), 2.0)
    matrix = pd.DataFrame(pairs, index=table.index, columns=table.index)
    matrix.attrs = {"mean": float(pairs.sum() / (n * (n - 1)))}
    return matrix
