"""The integer programme behind `gzcounty.p_median`."""

from typing import Any

import numpy as np

from gzcounty.errors import TrapError
from gzcounty.words import counted

from ._types import Array, Codes

# A first short list has so many times the sites that would be a unit's fair share, n / k.
FAIR_SHARES = 2


def solve(distance: Array, weights: Array, k: int, seconds: float) -> tuple[Codes, Any]:
    """Return the places of the best k sites, and the solver's answer.

    Few units are served by a far site. So each may go to the sites on its short list only, or
    "elsewhere", at the distance of the nearest site that is not on the list. That can only make
    things look better than they are. If nobody goes elsewhere in the best answer, it is the best of
    the full programme too; if some do, their lists are doubled and it is solved again. Most lists
    are long enough after that has been done with fractions of hubs, which costs next to nothing.

    Parameters
    ----------
    distance : ndarray, shape (units, sites)
    weights : ndarray, shape (units,), summing to one
    k : int
    seconds : float

    Raises
    ------
    TrapError
        If the best is not proven within `seconds`.
    """
    n, m = distance.shape
    order = np.argsort(distance, axis=1, kind="stable")
    reach = np.full(n, min(m, max(2, -(-FAIR_SHARES * m // k))))
    whole = False
    while True:
        answer, elsewhere = _solve_with_lists(distance, weights, k, order, reach, whole, seconds)
        if answer.status != 0:
            raise TrapError(
                f"HiGHS has not proven which {counted(k, 'site')} of {m} is best within "
                f"{seconds:g} seconds ({answer.message.strip()}); allow more, or take fewer sites."
            )
        if whole and not elsewhere.any():
            return np.flatnonzero(answer.x[-(m + n) : -n] > 0.5), answer
        whole = not elsewhere.any()
        reach[elsewhere] = np.minimum(m, 2 * reach[elsewhere])


def _solve_with_lists(
    distance: Array, weights: Array, k: int, order: Codes, reach: Codes, whole: bool, seconds: float
) -> tuple[Any, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Solve for x (unit and site of its list), y (site), z (unit goes elsewhere), in this order."""
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, m = distance.shape
    unit = np.repeat(np.arange(n), reach)
    site = np.concatenate([order[i, : reach[i]] for i in range(n)])
    pairs = len(unit)
    short = reach < m
    next_site = order[np.arange(n), np.minimum(reach, m - 1)]
    beyond = np.where(short, distance[np.arange(n), next_site], 0.0)
    cost = np.concatenate([weights[unit] * distance[unit, site], np.zeros(m), weights * beyond])

    def matrix(rows: Codes, columns: Codes, shape: tuple[int, int], value: float = 1.0) -> Any:  # noqa: ANN401
        return sparse.csr_matrix((np.full(len(rows), value), (rows, columns)), shape=shape)

    each = np.arange(pairs)
    served = sparse.hstack([
        matrix(unit, each, (n, pairs)), sparse.csr_matrix((n, m)), sparse.eye(n)
    ])  # fmt: skip
    only_hubs = sparse.hstack([
        sparse.eye(pairs), matrix(each, site, (pairs, m), -1.0), sparse.csr_matrix((pairs, n))
    ])  # fmt: skip
    hubs = np.concatenate([np.zeros(pairs), np.ones(m), np.zeros(n)])
    answer = milp(
        cost,
        constraints=[
            LinearConstraint(served.tocsr(), 1, 1),
            LinearConstraint(only_hubs.tocsr(), -np.inf, 0),
            LinearConstraint(sparse.csr_matrix(hubs[np.newaxis]), k, k),
        ],
        integrality=hubs if whole else np.zeros_like(hubs),
        bounds=Bounds(0, np.concatenate([np.ones(pairs + m), short.astype(float)])),
        # The default stops at a gap of 0.01 %, which is not a proof.
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    elsewhere = np.zeros(n, dtype=bool) if answer.x is None else answer.x[pairs + m :] > 1e-9
    return answer, elsewhere
