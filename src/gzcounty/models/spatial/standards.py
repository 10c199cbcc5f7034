"""Ways to scale weights."""

from typing import Literal, get_args

import numpy as np
import scipy.sparse as sp

from gzcounty.errors import InputError

from .._types import Array

Standard = Literal["row", "spectral", "none"]
STANDARDS: tuple[str, ...] = get_args(Standard)


def check_standard(standard: str) -> None:
    """Raise `InputError` if there is no such way."""
    if standard not in STANDARDS:
        raise InputError(f"standardise must be one of {', '.join(STANDARDS)}, not {standard!r}.")


def standardise(matrix: sp.csr_array, standard: Standard) -> sp.csr_array:
    """Scale weights so that rows sum to one, or so that the largest eigenvalue is one."""
    if standard == "row":
        sums = np.asarray(matrix.sum(axis=1))
        factors = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
        return sp.csr_array(sp.diags_array(factors) @ matrix)
    if standard == "spectral":
        return matrix / _largest_eigenvalue(matrix)
    return matrix


def _largest_eigenvalue(matrix: sp.csr_array) -> float:
    """Perron root: for weights that are not negative, the largest eigenvalue is real."""
    n = matrix.shape[0]
    if n < 100:
        return float(np.linalg.eigvals(matrix.toarray()).real.max())
    from scipy.sparse.linalg import eigs

    start: Array = np.ones(n)  # ARPACK would else draw one, and the last digits with it
    return float(eigs(matrix, k=1, which="LR", v0=start, return_eigenvectors=False)[0].real)
