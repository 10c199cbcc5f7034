"""Which simulated counties lie side by side."""

import math
from typing import Literal, get_args

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.models._types import Array

Layout = Literal["ring", "grid"]
LAYOUTS: tuple[str, ...] = get_args(Layout)


def touching(count: int, layout: str) -> np.ndarray:
    """Pairs of places that touch: two neighbours each on a ring, up to four on a grid.

    The grid is as square as it can be, filled row by row; the last row may be short.

    Returns
    -------
    ndarray of int, shape (pairs, 2)
        Each pair once, the smaller number first, sorted.
    """
    place = np.arange(count)
    if layout == "ring":
        pairs = np.sort(np.column_stack([place, (place + 1) % count]))
    else:
        width = math.ceil(math.sqrt(count))
        beside = place[(place % width < width - 1) & (place + 1 < count)]
        above = place[place + width < count]
        pairs = np.vstack(
            [np.column_stack([beside, beside + 1]), np.column_stack([above, above + width])]
        )
    return np.unique(pairs, axis=0)


def share_of_neighbours(pairs: np.ndarray, flags: np.ndarray) -> Array:
    """Share of each place's neighbours for which a flag holds.

    Parameters
    ----------
    pairs : ndarray of int, shape (pairs, 2)
    flags : ndarray of bool, shape (n, T)
    """
    sums = np.zeros(flags.shape)
    for here, there in (pairs.T, pairs.T[::-1]):
        np.add.at(sums, here, flags[there])
    return sums / np.bincount(pairs.ravel(), minlength=len(flags))[:, None]


def neighbour_pairs(data: pd.DataFrame) -> pd.DataFrame:
    """Return the neighbours in a table drawn by `simulate_panel`, each pair once.

    Parameters
    ----------
    data : DataFrame
        As drawn, or rows of it: pairs of which one county is gone are left out.

    Returns
    -------
    DataFrame
        Columns county, neighbour.

    Raises
    ------
    InputError
        If the table was not drawn by `simulate_panel`, or has lost its ``attrs``.

    Examples
    --------
    >>> import gzcounty as gz
    >>> from gzcounty.simulation import neighbour_pairs
    >>> neighbour_pairs(gz.simulate_panel(n_counties=12, n_prefectures=3)).head(2)
      county neighbour
    0   S001      S002
    1   S001      S012
    """
    if not {"layout", "n_counties"} <= set(data.attrs):
        raise InputError(
            "The data do not say how the counties lie; pass the table that simulate_panel returned."
        )
    codes = pd.Series(data["county"].unique())
    place = codes.str.extract(r"(\d+)$")[0].astype(int).to_numpy() - 1
    code = dict(zip(place.tolist(), codes, strict=True))
    touch = touching(data.attrs["n_counties"], data.attrs["layout"]).tolist()
    pairs = [(code[i], code[j]) for i, j in touch if i in code and j in code]
    return pd.DataFrame(pairs, columns=["county", "neighbour"])
