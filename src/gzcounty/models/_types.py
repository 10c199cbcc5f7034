"""Array types, named once, and the one sum that everything here takes."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Codes = np.ndarray[Any, np.dtype[np.intp]]


def dot(a: Array, b: Array) -> float:
    """Sum of products of two vectors, on one core.

    ``a @ b`` would share long vectors out among all cores, and on a busy machine wait for them a
    hundred times longer than the sum takes.
    """
    return float(np.einsum("i,i->", a, b))
