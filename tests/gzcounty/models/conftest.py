"""Panels that several tests of the models share."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def grunfeld() -> pd.DataFrame:
    """Return the 10 firms x 20 years of the published tables: American Steel left out."""
    from statsmodels.datasets import grunfeld as dataset

    data = dataset.load_pandas().data
    return data[data.firm != "American Steel"].reset_index(drop=True)


@pytest.fixture
def panel() -> pd.DataFrame:
    """Return a SIMULATED unbalanced panel: 30 counties in 8 regions, 8 years, rows shuffled."""
    rng = np.random.default_rng(5)
    counties, years = 30, 8
    data = pd.DataFrame(
        {
            "county": np.repeat([f"c{i:02d}" for i in range(counties)], years),
            "region": np.repeat([f"r{i // 4}" for i in range(counties)], years),
            "year": np.tile(np.arange(2013, 2013 + years), counties),
        }
    )
    county = np.repeat(rng.normal(size=counties), years)
    data["x"] = county + rng.normal(size=len(data))
    data["z"] = rng.normal(size=len(data)) + 0.1 * data.year
    data["size"] = rng.uniform(1, 5, len(data))
    data["y"] = 0.4 * data.x - 0.2 * data.z + county + rng.normal(size=len(data))
    return data.sample(frac=0.8, random_state=3)


def errors(result) -> np.ndarray:
    """Return the standard errors of a result, in the order of its terms."""
    return result.table().std_error.to_numpy()
