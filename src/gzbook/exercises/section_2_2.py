"""Exercises of section 2.2: county."""

import numpy as np

from gzbook.evidence import county_checks
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number
from gzcounty.data.guizhou import load_neighbours
from gzcounty.measures.change import census_change
from gzcounty.models.ols import ols
from gzcounty.models.spatial import neighbour_weights

SHUFFLES = 1999


@exercise(
    "2.2-1",
    "What is the slope of the change of the piped-water share on its level in 2010?",
    wanted=Number(absolute=0.005),
    hint="Regress `change` on `value_2010` of `gz.census_change('piped_water_share')`.",
)
def ceiling() -> Key:
    """Regress the change on the start."""
    water = census_change("piped_water_share")
    slope = float(ols("change ~ value_2010", water).coefficients["value_2010"])
    return Key(
        slope,
        {
            "This explains the level of 2020; asked for is the change.": 1 + slope,
            "This is the correlation; asked for is the slope.": water.change.corr(water.value_2010),
            "The two sides are exchanged: the change stands on the left.": float(
                ols("value_2010 ~ change", water).coefficients["change"]
            ),
            "This is the slope on the level of 2020; asked for is that of 2010.": float(
                ols("change ~ value_2020", water).coefficients["value_2020"]
            ),
        },
    )


@exercise(
    "2.2-2",
    "What is the standard deviation of the change of Moran's I when the counties are shuffled over "
    "the map, both years together?",
    wanted=Number(relative=0.1),
    hint="One permutation of the counties for both columns, Moran's I of each, last less first, "
    "some hundred times.",
)
def shuffled_maps() -> Key:
    """Shuffle counties over the map, both years together."""
    lights = county_checks.log_lights()[[2013, 2020]]
    near = neighbour_weights(load_neighbours())
    rng, matrix = np.random.default_rng(1), near.matrix
    z = (lights - lights.mean()).reindex(near.ids).to_numpy()

    def likeness(values: np.ndarray) -> np.ndarray:
        return (values * (matrix @ values)).sum(axis=0) / (values**2).sum(axis=0)

    together = np.array([likeness(rng.permutation(z)) for _ in range(SHUFFLES)])
    apart = np.array([likeness(rng.permuted(z, axis=0)) for _ in range(SHUFFLES)])
    change = together[:, 1] - together[:, 0]
    return Key(
        change.std(),
        {
            "Each year was shuffled by itself; a county keeps both of its values.": np.std(
                apart[:, 1] - apart[:, 0]
            ),
            "This is the spread of Moran's I in one year; asked for is that of its change.": (
                together[:, 0].std()
            ),
            "This is the variance; take the root.": change.var(),
        },
    )


@exercise(
    "2.2-3",
    "What is the volatility of income growth in the median county after each year's mean was taken "
    "out?",
    wanted=Number("in log points x 100", absolute=0.005),
    hint="Subtract from each column of growth its mean over counties, take the standard deviation "
    "of each row, then the median.",
)
def alone() -> Key:
    """Take the common path out of growth."""
    logs = np.log(county_checks.incomes())
    growth = 100 * logs.diff(axis=1).iloc[:, 1:]
    own = growth - growth.mean()
    return Key(
        own.std(axis=1).median(),
        {
            "The common path is still in it: subtract each year's mean first.": growth.std(
                axis=1
            ).median(),
            "You forgot to take logs before the difference.": (
                (d := county_checks.incomes().diff(axis=1).iloc[:, 1:]) - d.mean()
            )
            .std(axis=1)
            .median(),
            "Each county's own mean was taken out; take out each year's.": growth.sub(
                growth.mean(axis=1), axis=0
            )
            .std(axis=0)
            .median(),
            "This is the mean over counties; asked for is the median.": own.std(axis=1).mean(),
        },
    )
