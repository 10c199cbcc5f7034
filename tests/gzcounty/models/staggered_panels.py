"""SIMULATED panels with staggered adoption, for several tests."""

import numpy as np
import pandas as pd

COLUMNS = {"y": "y", "entity": "county", "time": "year", "cohort": "first"}


def adoption(
    sizes: dict[int, int], years: range = range(2013, 2021), seed: int = 3
) -> pd.DataFrame:
    """Draw counties of given cohorts; effects grow by 0.3 a year, trends depend on x and z."""
    rng = np.random.default_rng(seed)
    first = np.repeat(list(sizes), list(sizes.values()))
    n, length = len(first), len(years)
    frame = pd.DataFrame(
        {
            "county": np.repeat([f"县{i:03d}" for i in range(n)], length),
            "province": np.repeat(rng.integers(0, 6, n), length),
            "year": np.tile(np.arange(years.start, years.stop), n),
            "first": np.repeat(first, length),
        }
    )
    level = rng.normal(size=n)
    frame["x"] = np.repeat(rng.normal(size=n) + 0.2 * (first > 0), length)
    frame["z"] = np.repeat(rng.normal(size=n), length) + 0.1 * (frame.year - years.start)
    since = np.where(frame["first"] > 0, frame.year - frame["first"], -1)
    frame["y"] = (
        np.repeat(level, length)
        + 0.1 * (frame.year - years.start) * (1 + 0.5 * frame.x)
        + 0.05 * frame.z
        + np.where(since >= 0, 0.3 * (since + 1), 0.0)
        + rng.normal(scale=0.5, size=len(frame))
    )
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)
