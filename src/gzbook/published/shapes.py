"""Estimates and their standard errors by quantity, as published and as computed here.

Both sides of a check name an estimate by its term and its standard error ``SE of`` that term.
"""

from collections.abc import Iterable, Mapping

import pandas as pd


def printed(names: Iterable[str], estimates: str = "", errors: str = "") -> dict[str, str]:
    """Name columns of published numbers, which are typed as they stand: text, split at spaces.

    Examples
    --------
    >>> from gzbook.published.shapes import printed
    >>> printed(["income", "price"], "0.50 -1.2", "0.01 0.3")
    {'income': '0.50', 'price': '-1.2', 'SE of income': '0.01', 'SE of price': '0.3'}
    """
    names = list(names)
    values: dict[str, str] = {}
    for before, column in [("", estimates), ("SE of ", errors)]:
        if column:
            values |= {
                f"{before}{name}": value for name, value in zip(names, column.split(), strict=True)
            }
    return values


def computed(
    table: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    *,
    estimates: bool = True,
    errors: bool = True,
) -> dict[str, float]:
    """Return a result's estimates and standard errors under the published names.

    Parameters
    ----------
    table : DataFrame
        As a result's ``.table()`` gives it.
    names : mapping of str to str, optional
        Published name of each term to return; all terms under their own names if not given.
    estimates, errors : bool, default True
        Which of the two to return.
    """
    rows = table.set_index("term")
    names = dict(zip(rows.index, rows.index, strict=True)) if names is None else names
    values: dict[str, float] = {}
    if estimates:
        values = {name: float(rows.estimate[term]) for term, name in names.items()}
    if errors:
        values |= {f"SE of {name}": float(rows.std_error[term]) for term, name in names.items()}
    return values
