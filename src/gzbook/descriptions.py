"""What a chart shows, counted from what it draws, for the descriptions that are read aloud."""

from __future__ import annotations

import pandas as pd

from gzbook.tables import sides
from gzcounty.words import counted


def describe_intervals(table: pd.DataFrame) -> str:
    """Count estimates by where their intervals lie.

    Parameters
    ----------
    table : DataFrame
        A row for each estimate: conf_low and conf_high.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> gzbook.describe_intervals(pd.DataFrame({"conf_low": [-2, -1], "conf_high": [-1, 3]}))
    '2 intervals: 1 below zero, 1 with zero inside'
    """
    above, below = sides(table)
    places = {"above zero": above, "below zero": below}
    places["with zero inside"] = len(table) - above - below
    said = ", ".join(f"{number} {place}" for place, number in places.items() if number)
    return f"{counted(len(table), 'interval')}: {said}"


def describe_dots(data: pd.DataFrame, menu: pd.DataFrame) -> str:
    """Count the units inside whose value is below the median of all units.

    Parameters
    ----------
    data : DataFrame
        variable, value, inside: as `gzcounty.distribution_chart` draws them.
    menu : DataFrame
        variable, label.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> data = pd.DataFrame({"variable": "x", "value": range(5), "inside": [1, 1, 0, 0, 1]})
    >>> gzbook.describe_dots(data.astype({"inside": bool}), pd.DataFrame([["x", "Lights"]],
    ...     columns=["variable", "label"]))
    'Lights: 2 of 3'
    """
    said = []
    for variable, label in zip(menu.variable, menu.label, strict=True):
        rows = data[data.variable == variable].dropna(subset="value")
        own = rows.value[rows.inside]
        said.append(f"{label}: {(own < rows.value.median()).sum()} of {len(own)}")
    return "; ".join(said)


def describe_changes(changes: pd.DataFrame, menu: pd.DataFrame) -> str:
    """Count the lines that rise and that fall.

    Parameters
    ----------
    changes : DataFrame
        variable, start, end: as `gzcounty.dumbbell_chart` draws them.
    menu : DataFrame
        variable, label.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> lines = pd.DataFrame({"variable": "x", "start": [1, 2, 3], "end": [2, 3, 1]})
    >>> gzbook.describe_changes(lines, pd.DataFrame([["x", "Farming"]],
    ...     columns=["variable", "label"]))
    'Farming: 2 rise, 1 fall'
    """
    said = []
    for variable, label in zip(menu.variable, menu.label, strict=True):
        rows = changes[changes.variable == variable]
        rise, fall = (rows.end > rows.start).sum(), (rows.end < rows.start).sum()
        said.append(f"{label}: {rise} rise, {fall} fall")
    return "; ".join(said)
