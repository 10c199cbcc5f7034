"""Weights from whatever people keep them in."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from gzcounty.errors import InputError

from ..sample import as_numbers
from .ids import require_same_ids
from .weights import SpatialWeights, make_weights


def as_weights(W: Any) -> SpatialWeights:  # noqa: ANN401 (whatever people keep weights in)
    """Read weights from a `SpatialWeights`, a libpysal ``W`` or ``Graph``, or a square DataFrame.

    Rows of a DataFrame give weights to its columns; both carry the same ids. Islands are kept, as
    whoever made the object kept them, and named in the notes.

    Raises
    ------
    InputError
        If it is none of these, or the weights are refused as in `neighbour_weights`.

    Examples
    --------
    >>> import pandas as pd
    >>> from gzcounty.models.spatial import as_weights
    >>> line = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], list("abc"), list("abc"))
    >>> as_weights(line)
    Spatial weights: 3 units, 4 links, 1.33 neighbours on average, 0 islands
    - a square table of weights; not standardised.
    """
    if isinstance(W, SpatialWeights):
        return W
    if isinstance(W, pd.DataFrame):
        require_same_ids(pd.Index(W.columns), pd.Index(W.index), "the columns of W")
        square = W[W.index]
        values = np.column_stack([as_numbers(square[name]) for name in square])
        ids, matrix, kind = W.index, sp.csr_array(values), "a square table of weights"
    elif hasattr(W, "id_order") and hasattr(W, "sparse"):
        ids, matrix, kind = pd.Index(list(W.id_order)), W.sparse, "weights of libpysal"
    elif hasattr(W, "unique_ids") and hasattr(W, "sparse"):
        ids, matrix, kind = pd.Index(W.unique_ids), W.sparse, "a graph of libpysal"
    else:
        raise InputError(
            "W must come from neighbour_weights or distance_weights, or be a libpysal W or a "
            f"square DataFrame, not {type(W).__name__}."
        )
    weights = make_weights(ids, matrix, kind, "none", islands="keep")
    sums = np.asarray(weights.matrix.sum(axis=1))
    rows_to_one = np.allclose(sums[sums > 0], 1, rtol=0, atol=1e-9)
    return replace(weights, standardised="row") if rows_to_one else weights
