"""Concentration of a place's employment in few industries."""

from __future__ import annotations

import pandas as pd

from ._employment import Columns, as_employment


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
    employment : DataFrame
        One row a unit, one column an industry: counts, zero or more. Or a long table with
        `columns`.
    columns : (unit, industry, employed), optional
        Names of these three columns of a long table with one row a unit and industry.

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
