"""Weights and SIMULATED data that several tests share."""

import numpy as np
import pandas as pd

from gzcounty.models.spatial import SpatialWeights, neighbour_weights


def grid_pairs(rows: int, columns: int | None = None) -> pd.DataFrame:
    """Return neighbours on a grid, each pair once; ids such as "03-11"."""
    columns = rows if columns is None else columns
    pairs = []
    for r in range(rows):
        for c in range(columns):
            if r + 1 < rows:
                pairs.append((f"{r:02d}-{c:02d}", f"{r + 1:02d}-{c:02d}"))
            if c + 1 < columns:
                pairs.append((f"{r:02d}-{c:02d}", f"{r:02d}-{c + 1:02d}"))
    return pd.DataFrame(pairs, columns=["adcode_i", "adcode_j"])


def grid(rows: int, columns: int | None = None, **options) -> SpatialWeights:
    return neighbour_weights(grid_pairs(rows, columns), **options)


def simulated(weights: SpatialWeights, rho: float = 0.5, seed: int = 1) -> pd.DataFrame:
    """SIMULATED: y = rho W y + 1 + 2 x - z + 0.5 W x + e."""
    rng = np.random.default_rng(seed)
    n = len(weights)
    data = pd.DataFrame(rng.normal(size=(n, 2)), columns=["x", "z"], index=weights.ids)
    W = weights.matrix.toarray()
    signal = 1 + 2 * data.x - data.z + 0.5 * (W @ data.x) + rng.normal(size=n)
    return data.assign(y=np.linalg.solve(np.eye(n) - rho * W, signal))
