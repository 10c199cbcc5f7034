"""Values dealt out anew to the places, as both of Moran's statistics need them.

Each draw is one permutation of all values. For the global statistic it is used as it is. For the
local statistic of unit i the value of i must stay in place; it is put back by exchanging it with
whatever value stands there. Exchanging turns n permutations of all values into each permutation
that keeps i, so the draws stay uniform, and one permutation serves every unit.
"""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from gzcounty.errors import InputError
from gzcounty.parallel import chunks, generators, run

from .._types import Array

# Values of one piece of work: some tens of MB.
PIECE = 2**20


def draw(
    piece: Callable[..., Array],
    z: Array,
    matrix: sp.csr_array,
    permutations: int,
    seed: int,
    n_jobs: int | None,
    progress: bool | None,
    label: str,
) -> list[Array]:
    """Call ``piece(z, matrix, size, generator)`` for pieces that add up to all permutations.

    Raises
    ------
    InputError
        If the number of permutations is not a whole number of at least 1, or the seed of at
        least 0.
    """
    for name, value, least in (("permutations", permutations, 1), ("seed", seed, 0)):
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or value < least:
            raise InputError(f"{name} must be a whole number of at least {least}, not {value!r}.")
    sizes = chunks(int(permutations), max(1, PIECE // len(z)))
    streams = generators(int(seed), len(sizes))
    pieces = [(z, matrix, size, rng) for size, rng in zip(sizes, streams, strict=True)]
    return run(piece, pieces, n_jobs=n_jobs, progress=progress, label=label)


def cross_products(z: Array, matrix: sp.csr_array, size: int, rng: np.random.Generator) -> Array:
    """``z'Wz`` of permuted values, shape (size,)."""
    permuted = z[_permutations(len(z), size, rng)]
    result: Array = np.einsum("rn,nr->r", permuted, matrix @ permuted.T)
    return result


def conditional_counts(
    z: Array, matrix: sp.csr_array, size: int, rng: np.random.Generator
) -> Array:
    """Compare each unit's lag with lags of permuted neighbours.

    Returns
    -------
    ndarray, shape (4, n)
        How many permuted local statistics are at least, and at most, the observed one; their sum;
        their sum of squares.
    """
    n = len(z)
    order = _permutations(n, size, rng)  # order[r, j]: whose value stands at place j
    draws = np.arange(size)[:, None]
    place = np.empty_like(order)  # place[r, i]: where the value of i stands
    place[draws, order] = np.arange(n)
    lags = (matrix @ z[order].T).T
    # The value of i goes home; the one that stood there takes its place among the neighbours.
    rows = np.broadcast_to(np.arange(n), order.shape).ravel()
    weight = np.asarray(matrix[rows, place.ravel()]).reshape(order.shape)
    simulated = z * (lags + weight * (z[order] - z))

    observed = z * (matrix @ z)
    # Equal sums in another order differ in their last digits.
    slack = 1e-12 * np.abs(z) * (matrix @ np.abs(z)).max()
    return np.array(
        [
            (simulated >= observed - slack).sum(axis=0),
            (simulated <= observed + slack).sum(axis=0),
            simulated.sum(axis=0),
            (simulated**2).sum(axis=0),
        ],
        dtype=float,
    )


def _permutations(n: int, size: int, rng: np.random.Generator) -> np.ndarray:
    return rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1)
