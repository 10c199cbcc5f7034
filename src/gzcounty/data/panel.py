"""The county panel 2010-2023."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from gzcounty.data.store import read_table, resource
from gzcounty.errors import InputError


def panel_variables() -> list[str]:
    """Return the names of the panel's variables, in the order of the data package."""
    return [v["name"] for v in resource("panel")["variables"]]


def load_panel(form: Literal["wide", "long"] = "wide") -> pd.DataFrame:
    """Return the county panel of Guizhou, 2010-2023.

    Parameters
    ----------
    form : {"wide", "long"}
        ``"wide"``: one row a county and year, one column a variable. ``"long"``: one row a
        value, with ``flagged`` (an unusual jump, kept as it is), ``derived`` and ``source_key``.

    Returns
    -------
    DataFrame
        Money in million yuan and incomes in yuan a person, current prices; registered
        population in persons; night lights in nW/cm2/sr (masked annual mean).

    Notes
    -----
    From 2017 on, incomes and most GDP cover former poverty counties only: 60 of them have rural
    income in every year 2014-2023. Rural income before 2014 is another concept and is not here.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel()
    >>> panel[panel.adcode == "522632"].query("2018 <= year <= 2020")[["year", "rural_income"]]
         year  rural_income
    888  2018       8801.33
    889  2019       9760.67
    890  2020      10570.80
    >>> gz.load_panel("long").columns.tolist()
    ['adcode', 'year', 'variable', 'value', 'flagged', 'derived', 'source_key']
    """
    frame = read_table("panel")
    if form == "long":
        return frame
    if form != "wide":
        raise InputError(f"form is {form!r}; it can be 'wide' or 'long'.")
    wide = frame.pivot(index=["adcode", "year"], columns="variable", values="value")
    return wide[panel_variables()].reset_index().rename_axis(columns=None)
