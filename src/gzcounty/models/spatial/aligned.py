"""A variable and its weights, brought to the same units in the same order."""

from typing import Any

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, told

from .._types import Array
from ..sample import as_numbers
from .ids import require_same_ids
from .reading import as_weights
from .weights import SpatialWeights


def keep_units(
    W: SpatialWeights, units: pd.Index, kept: pd.Index, where: str
) -> tuple[SpatialWeights, list[str]]:
    """Bring the weights into the order of `kept`, and say what leaving units out has done.

    Parameters
    ----------
    units : Index
        All units of the data; they must be those of the weights.
    kept : Index
        Units that have no missing value.

    Raises
    ------
    InputError
        If units of data and weights differ, or leaving units out strands a neighbour.
    """
    require_same_ids(units, W.ids, where)
    smaller = W.subset(kept)
    notes = list(W.notes)
    lost = len(W) - len(kept)
    if lost:
        scaled = {
            "row": "; the rows left sum to one again",
            "spectral": "; the largest eigenvalue is one again",
        }
        links = counted(W.links - smaller.links, "link")
        notes.append(
            f"Weights without {counted(lost, 'unit')} and {links} of missing values"
            f"{scaled.get(W.standardised, '')}."
        )
    return smaller, notes


def align(
    y: pd.Series,
    W: Any,  # noqa: ANN401 (see as_weights)
    least: int = 4,
) -> tuple[pd.Series, Array, SpatialWeights, list[str]]:
    """Read a variable for Moran's statistics.

    Returns
    -------
    y : Series
        Known values, float64, in the user's order.
    z : ndarray
        Deviations from their mean.
    W : SpatialWeights
        In the same order.
    notes : list of str
    """
    if not isinstance(y, pd.Series):
        raise InputError(
            f"y must be a pandas Series indexed by the ids of the units, not {type(y).__name__}; "
            "such as data.set_index('adcode')['income']."
        )
    weights = as_weights(W)
    name = "y" if y.name is None else str(y.name)
    values = pd.Series(as_numbers(y.rename(name)), index=y.index, name=name)
    known = values.dropna()
    notes = told(y)
    if len(known) < len(values):
        notes.append(
            f"Left out {len(values) - len(known):,} of {counted(len(values), 'unit')} for missing "
            f"values of {name}."
        )
    if len(known) < least:
        raise InputError(
            f"{name!r} is known for {counted(len(known), 'unit')}; at least {least} are needed."
        )
    weights, more = keep_units(
        weights, pd.Index(values.index), pd.Index(known.index), f"the index of {name!r}"
    )
    if np.ptp(known) == 0:
        raise InputError(f"{name!r} has the same value in every unit.")
    return known, (known - known.mean()).to_numpy(), weights, [*notes, *more]
