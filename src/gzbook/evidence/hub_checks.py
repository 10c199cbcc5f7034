"""Whether the comparison of seats and hubs (4.1-c) hangs on straight lines or on one prefecture."""

import numpy as np
import pandas as pd

from gzbook.evidence.hubs import best, people, today
from gzcounty.data.guizhou import load_counties, load_geography
from gzcounty.models.distance_matrix import distance_matrix
from gzcounty.models.location import assign_to_hubs, p_median


def detours(
    draws: int = 10, low: float = 1.2, high: float = 1.8, seed: int = 20_260
) -> pd.DataFrame:
    """Make every way longer by a factor drawn by chance, and compare the seats again.

    SIMULATED: the factors are drawn, evenly between `low` and `high`, one for each pair of
    counties and the same both ways. They stand in for roads, which no public table measures.

    Returns
    -------
    DataFrame, one row a draw
        further (% by which the nine seats are further than the best nine), kept (how many of the
        best nine on straight lines are among the best nine of the draw).
    """
    straight, residents = distance_matrix(load_geography()), people()
    seats, nine = list(today().hubs), set(best(9).hubs)
    generator, rows = np.random.default_rng(seed), []
    for _ in range(draws):
        factor = np.triu(generator.uniform(low, high, straight.shape), 1)
        bent = straight * (factor + factor.T)
        plan = p_median(bent, residents, 9)
        ratio = assign_to_hubs(bent, residents, seats).mean_distance / plan.mean_distance
        rows.append({"further": 100.0 * (ratio - 1.0), "kept": len(nine & set(plan.hubs))})
    return pd.DataFrame(rows)


def without_each_prefecture() -> pd.Series:
    """Return by how many % eight seats are further than the best eight, one prefecture left out.

    Its people count for nothing and its seat is gone; its counties may still be hubs.
    """
    straight, residents = distance_matrix(load_geography()), people()
    further = {}
    for prefecture, codes in load_counties().groupby("prefecture_en").adcode:
        counted = residents.where(~residents.index.isin(codes), 0)
        seats = [hub for hub in today().hubs if hub not in set(codes)]
        now = assign_to_hubs(straight, counted, seats).mean_distance
        most = p_median(straight, counted, len(seats)).mean_distance
        further[prefecture] = 100.0 * (now / most - 1.0)
    return pd.Series(further, name="further")
