"""One unit among many: the reader picks it from a menu or types its name."""

from __future__ import annotations

import altair as alt
import pandas as pd

from gzcounty.charts.names import match_expression, unit_keys
from gzcounty.errors import InputError


def units_to_choose(data: pd.DataFrame, first: str | None) -> pd.DataFrame:
    """Return the units of a tidy table, with what a search finds each by.

    Parameters
    ----------
    data : DataFrame
        unit, name; and ``search`` where there are other names.
    first : str or None
        Name of the unit that is shown first.

    Returns
    -------
    DataFrame
        unit, name, keys.

    Raises
    ------
    InputError
        If two units share a name, or no unit is called `first`.
    """
    units = data.drop_duplicates("unit").reset_index(drop=True)
    if units["name"].duplicated().any():
        twice = units["name"][units["name"].duplicated()].iloc[0]
        raise InputError(f"two units are called {twice!r}; the menu could not tell them apart.")
    if first is not None and first not in set(units["name"]):
        raise InputError(f"no unit is called {first!r}.")
    return units[["unit", "name"]].assign(keys=unit_keys(units))


def place_menu(units: pd.DataFrame, first: str | None) -> alt.Parameter:
    """Return the menu of units, called ``place``; it stands at `first`, else at the first row."""
    return alt.param(
        name="place",
        value=first or units["name"].iloc[0],
        bind=alt.binding_select(options=sorted(units["name"]), name="County: "),
    )


def of_the_chosen(rows: pd.DataFrame, units: pd.DataFrame) -> alt.Chart:
    """Return the rows of one unit: the first whose name is typed, else the one of the menu.

    Parameters
    ----------
    rows : DataFrame
        With a column ``unit``; several rows a unit.
    units : DataFrame
        See `units_to_choose`.
    """
    return (
        alt.Chart(rows)
        .transform_lookup("unit", alt.LookupData(units, "unit", ["name", "keys"]))
        .transform_calculate(hit=f"{match_expression('folded', 'datum.keys')} ? 1 : 0")
        .transform_joinaggregate(hits="max(hit)")
        .transform_calculate(chosen="datum.hits ? datum.hit : (datum.name === place ? 1 : 0)")
        .transform_filter("datum.chosen")
        .transform_window(of="dense_rank()", sort=[alt.SortField("name")], frame=[None, None])
        .transform_filter("datum.of === 1")
    )
