"""Whether a likelihood climbs to the edge, where rho or lambda is one or minus one.

spreg would look for the maximum there all the same, and then expand ``inv(I - rho W)`` in powers
that hardly shrink, for minutes. So the two ends are looked at first.
"""

import numpy as np
import scipy.sparse as sp

from gzcounty.errors import TrapError

from .._types import Array

EDGE = 0.999


def refuse_edge(y: Array, X: Array, matrix: sp.csr_array, parameter: str) -> None:
    """Raise `TrapError` if the likelihood still rises at the edge.

    Parameters
    ----------
    y : ndarray, shape (n,)
    X : ndarray, shape (n, k)
    matrix : csr_array, shape (n, n)
    parameter : {"rho", "lambda"}
    """
    for end in (EDGE, -EDGE):
        inside = _log_likelihood(end * (1 - 1e-5), y, X, matrix, parameter)
        if _log_likelihood(end, y, X, matrix, parameter) > inside:
            raise TrapError(
                f"The likelihood has its maximum at the edge, {parameter} beyond {end:g}: these "
                "data cannot tell dependence on neighbours from a trend; take fewer regressors, "
                "or differences."
            )


def _log_likelihood(
    value: float, y: Array, X: Array, matrix: sp.csr_array, parameter: str
) -> float:
    """Concentrated log likelihood but for a constant (Anselin 1988, pages 181-182)."""
    from scipy.sparse.linalg import splu

    n = len(y)
    filtered = y - value * (matrix @ y)
    explained = X if parameter == "rho" else X - value * (matrix @ X)
    e = filtered - explained @ np.linalg.lstsq(explained, filtered, rcond=None)[0]
    factors = splu(sp.csc_array(sp.eye_array(n) - value * matrix))
    log_determinant = float(np.log(np.abs(factors.U.diagonal())).sum())
    return log_determinant - n / 2 * float(np.log(e @ e / n))
