"""Arrays: their types, and sums of products of long, narrow ones, on one core.

Linear algebra libraries share large products out among all cores. For arrays of many rows and few
columns that gains little on a quiet machine, and on a busy one each product waits for the slowest
core, a hundred times longer than it takes. So long arrays are taken in blocks, too small to be
shared out, which stay in the processor's cache as well. The sums are the same but for rounding.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Codes = np.ndarray[Any, np.dtype[np.intp]]


# Multiplications of matrices, and of a matrix and a vector, up to which OpenBLAS uses one core.
MATRIX, VECTOR = 250_000, 9_000


def dot(a: Array, b: Array) -> float:
    """Return ``a @ b`` for two vectors."""
    return float(np.einsum("i,i->", a, b))


def apply(A: Array, b: Array) -> Array:
    """Return ``A @ b`` for a vector b, shapes (n, k) and (k,)."""
    return np.einsum("ij,j->i", A, b)


def times(A: Array, B: Array) -> Array:
    """Return ``A @ B``, shapes (n, k) and (k, m), for a small B."""
    rows = max(32, MATRIX // max(1, B.size))
    if len(A) <= rows:
        return A @ B
    return np.concatenate([A[start : start + rows] @ B for start in range(0, len(A), rows)])


def cross(A: Array, B: Array) -> Array:
    """Return ``A.T @ B``, shapes (n, k) and (n, m)."""
    rows = max(32, MATRIX // max(1, A.shape[1] * B.shape[1]))
    total = np.zeros((A.shape[1], B.shape[1]))
    for start in range(0, len(A), rows):
        total += A[start : start + rows].T @ B[start : start + rows]
    return total


def by_group(codes: Codes, columns: Array, number: int) -> Array:
    """Sum rows by their code, shapes (n,), (n, k) and (number, k)."""
    sums = np.empty((number, columns.shape[1]))
    for place, column in enumerate(columns.T):
        sums[:, place] = np.bincount(codes, weights=column, minlength=number)
    return sums


def triangle(A: Array) -> Array:
    """Return R of the QR decomposition of A, shape (n, k), up to the signs of its rows.

    Each block of rows has its own R, and the R of those stacked is the R of all (Demmel, Grigori,
    Hoemmen and Langou 2012, SIAM Journal on Scientific Computing 34, A206-A239). It is as stable
    as that of A at once.
    """
    n, k = A.shape
    rows = max(4 * k, min(512, VECTOR // max(1, k)))
    if n <= 2 * rows or k == 0:
        return np.asarray(np.linalg.qr(A, mode="r"))
    blocks = np.zeros((-(-n // rows) * rows, k))  # rows of zeros change nothing
    blocks[:n] = A
    return triangle(np.asarray(np.linalg.qr(blocks.reshape(-1, rows, k), mode="r")).reshape(-1, k))
