"""Keep simulated counties apart from real ones."""

import re

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import MARK


def is_simulated(data: pd.DataFrame) -> bool:
    """Whether any row of a table was drawn by `simulate_panel`.

    The mark is a column as well as an entry of ``attrs``: pandas forgets ``attrs`` when tables with
    different ones are put together, the column stays.

    Parameters
    ----------
    data : DataFrame

    Examples
    --------
    >>> import gzcounty as gz
    >>> from gzcounty.simulation import is_simulated
    >>> is_simulated(gz.simulate_panel(n_counties=12, n_prefectures=3))
    True
    >>> is_simulated(gz.load_counties())
    False
    """
    if data.attrs.get(MARK):
        return True
    return MARK in data.columns and bool((data[MARK] == True).any())  # noqa: E712 (may hold NaN)


def require_prefix(prefix: str) -> None:
    """Raise `InputError` unless codes with this prefix can be told from adcodes."""
    # \d knows full-width digits too: "５２" must not pass for letters.
    if not re.fullmatch(r"[^\W\d_]+", prefix):
        raise InputError(
            f"prefix must be one or more letters, such as 'S', not {prefix!r}: codes of simulated "
            "counties must never look like adcodes, which are six digits."
        )
