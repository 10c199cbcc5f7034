"""What a chart shows, counted from what it draws, for the descriptions that are read aloud."""

from collections.abc import Callable

import pandas as pd

from gzbook.tables import sides
from gzcounty.language import _
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
    across = len(table) - above - below
    parts = [
        *[_("{n} above zero", n=above)] * bool(above),
        *[_("{n} below zero", n=below)] * bool(below),
        *[_("{n} with zero inside", n=across)] * bool(across),
    ]
    words = counted(len(table), "interval")
    return _("{intervals}: {numbers}", intervals=words, numbers=_(", ").join(parts))


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

    def count(rows: pd.DataFrame) -> str:
        members = rows.value[rows.inside].dropna()
        return _("{part} of {n}", part=(members < rows.value.median()).sum(), n=len(members))

    return _by_variable(data, menu, count)


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

    def count(rows: pd.DataFrame) -> str:
        rise, fall = (rows.end > rows.start).sum(), (rows.end < rows.start).sum()
        return _("{rise} rise, {fall} fall", rise=rise, fall=fall)

    return _by_variable(changes, menu, count)


def _by_variable(
    data: pd.DataFrame, menu: pd.DataFrame, count: Callable[[pd.DataFrame], str]
) -> str:
    """Count the rows of each variable of a menu, behind its label."""
    return _("; ").join(
        _("{label}: {counts}", label=label, counts=count(data[data.variable == variable]))
        for variable, label in zip(menu.variable, menu.label, strict=True)
    )
