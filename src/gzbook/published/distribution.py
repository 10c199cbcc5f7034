"""Published numbers of inequality."""

import numpy as np
import pandas as pd

from gzbook.published.registry import Absolute, published
from gzcounty.extras import require
from gzcounty.measures.inequality import gini, theil

_MATHMODELS = (
    "R package mathmodels, documentation of its inequality indices "
    "(zhjx19/mathmodels, docs/reference/inequality.md)"
)


@published(
    "R28",
    estimator="theil",
    model="Theil's T of output per head, each state counted once",
    data="32 states of Mexico, 1940-2000 (libpysal, mexico.csv)",
    values={
        "T 1940": "0.20894344",
        "T 1950": "0.15222451",
        "T 1960": "0.10472941",
        "T 1970": "0.10194725",
        "T 1980": "0.09560113",
        "T 1990": "0.10511256",
        "T 2000": "0.10660832",
    },
    tolerance=Absolute(1e-8),
    source="PySAL, docstring of inequality.theil.Theil",
)
def mexico_by_decade() -> dict[str, float]:
    """Theil's T of Mexico's states, by decade."""
    examples = require("libpysal.examples", "spatial", "The table of Mexico's states")
    states = pd.read_csv(examples.get_path("mexico.csv"))
    return {f"T {year}": theil(states[f"pcgdp{year}"]).total for year in range(1940, 2001, 10)}


@published(
    "R30",
    estimator="theil",
    model="Theil's T of 18 incomes, between and within two groups",
    data="typed: 18 incomes of the source",
    values={
        "T": "0.07907822",
        "between": "0.01127992",
        "within": "0.06779830",
        "between / T": "0.14264257",
        "within / T": "0.85735743",
    },
    tolerance=Absolute(1e-8),
    source=_MATHMODELS,
)
def theil_in_two_groups() -> dict[str, float]:
    """Theil's T of 18 incomes and its two parts."""
    incomes = [10, 10, *[8] * 4, *[6] * 6, *[4] * 4, 2, 2]
    parts = theil(incomes, groups=["A", "A", *["B"] * 10, *["A"] * 6])
    return {
        "T": parts.total,
        "between": parts.between,
        "within": parts.within,
        "between / T": parts.between / parts.total,
        "within / T": parts.within / parts.total,
    }


@published(
    "R31",
    estimator="theil",
    model="Theil's T between provinces, between cities within them, and within cities",
    data="typed: six industries in three cities of two provinces of the source",
    values={
        "T": "0.0095463309",
        "between provinces": "0.0058045406",
        "between cities": "0.0027974591",
        "within cities": "0.0009443311",
    },
    tolerance=Absolute(1e-9),
    source=_MATHMODELS,
)
def theil_in_nested_groups() -> dict[str, float]:
    """Theil's T in two nested levels, with people as weights."""
    cells = pd.DataFrame(
        {
            "province": list("AAAABB"),
            "city": ["A1", "A1", "A2", "A2", "B1", "B1"],
            "y": [50000, 45000, 60000, 55000, 70000, 65000],
            "people": [10000, 8000, 15000, 12000, 10000, 8000],
        }
    )
    parts = theil(cells.y, groups=cells[["province", "city"]], weights=cells.people)
    province, city, rest = parts.levels["part"]
    return {
        "T": parts.total,
        "between provinces": float(province),
        "between cities": float(city),
        "within cities": float(rest),
    }


@published(
    "R32",
    estimator="gini",
    model="five incomes; and as totals of five groups of people",
    data="typed: five incomes and populations of the source",
    values={"individual": "0.4", "grouped": "0.225"},
    tolerance=Absolute(1e-12),
    source=_MATHMODELS,
)
def gini_of_five() -> dict[str, float]:
    """Gini coefficient of persons, and of groups."""
    income = np.array([10.0, 20, 30, 40, 100])
    people = np.array([100.0, 150, 200, 250, 300])
    # The source reads `income` as totals of the groups; ours takes income per head.
    return {"individual": gini(income), "grouped": gini(income / people, weights=people)}
