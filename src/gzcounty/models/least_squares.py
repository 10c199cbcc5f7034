"""Least squares by QR, and a refusal that names collinear columns.

The QR decomposition works on X itself, not on X'X, and so keeps twice the digits. Its triangle
also shows collinearity: column j stands at an angle to the columns before it whose sine is
``|R[j, j]| / norm(R[:, j])``; an exact linear combination has angle zero.
"""

from collections.abc import Sequence

import numpy as np

from gzcounty.errors import InputError
from gzcounty.words import listed

from ._sums import triangle
from ._types import Array

# Far above rounding (1e-16), far below the angle of any two variables worth telling apart.
COLLINEAR = 1e-9


def least_squares(X: Array, y: Array, terms: Sequence[str], after: str = "") -> tuple[Array, Array]:
    """Coefficients and ``inv(X'X)``.

    Parameters
    ----------
    X : ndarray, shape (n, k), n >= k
    y : ndarray, shape (n,)
    terms, after : as in `refuse_collinear`

    Returns
    -------
    coefficients : ndarray, shape (k,)
    bread : ndarray, shape (k, k)

    Raises
    ------
    InputError
        If columns of X are collinear.
    """
    # With y as a last column, the triangle holds Q'y as well, and Q need not be formed.
    k = X.shape[1]
    both = triangle(np.vstack([X.T, y]).T)
    R = both[:k, :k]
    refuse_collinear(X, terms, after, R)
    inverse = np.linalg.inv(R)
    coefficients: Array = np.asarray(np.linalg.solve(R, both[:k, k]), dtype=float)
    return coefficients, inverse @ inverse.T


def refuse_collinear(
    X: Array, terms: Sequence[str], after: str = "", R: Array | None = None
) -> None:
    """Raise `InputError` naming the first column that others add up to, and those others.

    Parameters
    ----------
    X : ndarray, shape (n, k), n >= k
    terms : names of the columns
    after : opening words of the message, such as "After the effects are taken out, "
    R : triangle of the QR decomposition of X, if at hand
    """
    R = triangle(X) if R is None else R
    norms = np.linalg.norm(R, axis=0)
    dependent = np.flatnonzero(np.abs(np.diagonal(R)) <= COLLINEAR * norms)
    if dependent.size == 0:
        return
    j = int(dependent[0])
    name = terms[j]
    if norms[j] == 0:
        raise InputError(f"{after}{name!r} is zero in every row; leave it out.")
    unit = X[:, : j + 1] / norms[: j + 1]
    shares = np.linalg.lstsq(unit[:, :j], unit[:, j], rcond=None)[0]
    partners = [term for term, share in zip(terms, shares, strict=False) if abs(share) > 1e-7]
    if partners == ["Intercept"]:
        raise InputError(
            f"{name!r} has the same value in every row, which the intercept already stands for; "
            "leave it out."
        )
    raise InputError(
        f"{after}{name!r} is an exact linear combination of {listed(partners)}; leave one of "
        "them out."
    )
