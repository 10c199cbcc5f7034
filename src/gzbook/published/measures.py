"""Published numbers of inequality and of composite indices."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from gzbook.published import PRINTED, Check, Tolerance
from gzcounty.extras import require_library
from gzcounty.language import N_
from gzcounty.measures.indices import (
    composite_index,
    coupling_coordination,
    entropy_weights,
    obstacle_degree,
)
from gzcounty.measures.inequality import gini, theil

_WEIGHTS = N_(
    "R package mathmodels, documentation (zhjx19/mathmodels, docs/reference/entropy_weight.md)"
)
_SYSTEMS = N_(
    "R package mathmodels, documentation (zhjx19/mathmodels, docs/reference/system_evaluation.md)"
)
_INEQUALITY = N_(
    "R package mathmodels, documentation of its inequality indices "
    "(zhjx19/mathmodels, docs/reference/inequality.md)"
)
_SUBSYSTEMS = N_("typed: three subsystems of six units (A-F) of the source")


def _mexico_by_decade() -> dict[str, float]:
    examples = require_library("libpysal.examples", "spatial", "The table of Mexico's states")
    states = pd.read_csv(examples.get_path("mexico.csv"))
    return {f"T {year}": theil(states[f"pcgdp{year}"]).total for year in range(1940, 2001, 10)}


def _theil_in_two_groups() -> dict[str, float]:
    incomes = [10, 10, *[8] * 4, *[6] * 6, *[4] * 4, 2, 2]
    parts = theil(incomes, groups=["A", "A", *["B"] * 10, *["A"] * 6])
    return {
        "T": parts.total,
        "between": parts.between,
        "within": parts.within,
        "between / T": parts.between / parts.total,
        "within / T": parts.within / parts.total,
    }


def _theil_in_nested_groups() -> dict[str, float]:
    cells = pd.DataFrame(
        {
            "province": list("AAAABB"),
            "city": ["A1", "A1", "A2", "A2", "B1", "B1"],
            "y": [50000, 45000, 60000, 55000, 70000, 65000],
            "people": [10000, 8000, 15000, 12000, 10000, 8000],
        }
    )
    parts = theil(cells.y, groups=cells[["province", "city"]], weights=cells.people)
    part = parts.levels.set_index("level")["part"]
    return {
        "T": parts.total,
        "between provinces": float(part["province"]),
        "between cities": float(part["city"]),
        "within cities": float(part["within"]),
    }


def _gini_of_five() -> dict[str, float]:
    income = np.array([10.0, 20, 30, 40, 100])
    people = np.array([100.0, 150, 200, 250, 300])
    # The source reads `income` as totals of the groups; ours takes income per head.
    return {"individual": gini(income), "grouped": gini(income / people, weights=people)}


_DISTRIBUTION = {
    "R28": Check(
        estimator="theil",
        model=N_("Theil's T of output per head, each state counted once"),
        data=N_("32 states of Mexico, 1940-2000 (libpysal, mexico.csv)"),
        values={
            "T 1940": "0.20894344",
            "T 1950": "0.15222451",
            "T 1960": "0.10472941",
            "T 1970": "0.10194725",
            "T 1980": "0.09560113",
            "T 1990": "0.10511256",
            "T 2000": "0.10660832",
        },
        tolerance=Tolerance(absolute=1e-8),
        source=N_("PySAL, docstring of inequality.theil.Theil"),
        compute=_mexico_by_decade,
    ),
    "R30": Check(
        estimator="theil",
        model=N_("Theil's T of 18 incomes, between and within two groups"),
        data=N_("typed: 18 incomes of the source"),
        values={
            "T": "0.07907822",
            "between": "0.01127992",
            "within": "0.06779830",
            "between / T": "0.14264257",
            "within / T": "0.85735743",
        },
        tolerance=Tolerance(absolute=1e-8),
        source=_INEQUALITY,
        compute=_theil_in_two_groups,
    ),
    "R31": Check(
        estimator="theil",
        model=N_("Theil's T between provinces, between cities within them, and within cities"),
        data=N_("typed: six industries in three cities of two provinces of the source"),
        values={
            "T": "0.0095463309",
            "between provinces": "0.0058045406",
            "between cities": "0.0027974591",
            "within cities": "0.0009443311",
        },
        tolerance=Tolerance(absolute=1e-9),
        source=_INEQUALITY,
        compute=_theil_in_nested_groups,
    ),
    "R32": Check(
        estimator="gini",
        model=N_("five incomes; and as totals of five groups of people"),
        data=N_("typed: five incomes and populations of the source"),
        values={"individual": "0.4", "grouped": "0.225"},
        tolerance=Tolerance(absolute=1e-12),
        source=_INEQUALITY,
        compute=_gini_of_five,
    ),
}


def _subsystems() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "s1": [0.0162, 0.1782, 0.5490, 0.6730, 0.0207, 0.9875],
            "s2": [0.2720, 0.6824, 0.0593, 0.4812, 0.8891, 0.5573],
            "s3": [0.2655, 0.3721, 0.5729, 0.9082, 0.2017, 0.8984],
        },
        index=list("ABCDEF"),
    )


def _by_unit(units: Iterable[str], columns: dict[str, str]) -> dict[str, str]:
    """Name published columns by quantity: ``{"C": "0.571"}`` of A as ``{"C, A": "0.571"}``."""
    return {
        f"{name}, {unit}": value
        for name, column in columns.items()
        for unit, value in zip(units, column.split(), strict=True)
    }


def _cells(frame: pd.DataFrame, names: dict[str, str]) -> dict[str, float]:
    """Name our columns in the same way."""
    return {
        f"{name}, {unit}": float(value)
        for column, name in names.items()
        for unit, value in frame[column].items()
    }


def _entropy_with_shift() -> dict[str, float]:
    X = pd.DataFrame({"X1": [3, 5, 2, 7], "X2": [10, 20, 15, 25]}, index=[1, 2, 3, 4])
    directions = {"X1": 1, "X2": -1}
    weights = entropy_weights(X, directions, shift=0.002)
    index = composite_index(X, weights, directions, shift=0.002)
    ours = {f"weight of {name}": float(value) for name, value in weights.items()}
    return ours | {f"100 x index, unit {unit}": 100 * float(s) for unit, s in index.items()}


def _entropy_without_rescaling() -> dict[str, float]:
    weights = entropy_weights(pd.DataFrame({"1": [1, 4], "2": [2, 16]}))
    return {f"weight {name}": float(value) for name, value in weights.items()}


_COUPLING = {"coupling": "C", "development": "T", "coordination": "D"}


def _corrected_coupling() -> dict[str, float]:
    weights = {"s1": 0.4, "s2": 0.3, "s3": 0.3}
    return _cells(coupling_coordination(_subsystems(), weights, corrected=True), _COUPLING)


def _shortfalls() -> dict[str, float]:
    ours = obstacle_degree(_subsystems(), share=False).loc[["A", "F"]]
    return _cells(ours, {name: name for name in ours})


def _consistency_with_wang() -> dict[str, float]:
    """Both C of the indices that solve for them, if there are any between 0 and 1."""
    published = pd.DataFrame(
        {"C": [0.9989, 0.9935, 0.8868], "corrected": [0.9404, 0.8660, 0.5440]},
        index=["Beijing", "Tianjin", "Shijiazhuang"],
    )
    # C = 2 sqrt(r) / (1 + r) depends on the ratio r of the smaller to the larger index only;
    # corrected C squared = r (1 - larger (1 - r)) then gives the larger.
    root = (1 - np.sqrt(1 - published.C**2)) / published.C
    ratio = root**2
    larger = (1 - published.corrected**2 / ratio) / (1 - ratio)
    # Held to [0, 1]: without a solution there, the values that come out are other ones.
    larger = larger.clip(0, 1)
    U = pd.DataFrame({"ecology": larger, "economy": larger * ratio})
    standard = coupling_coordination(U)
    corrected = coupling_coordination(U, corrected=True)
    return _cells(standard, {"coupling": "C"}) | _cells(corrected, {"coupling": "corrected C"})


_INDICES = {
    "R38": Check(
        estimator="entropy_weights, composite_index",
        model=N_("entropy weights of values rescaled to [0.002, 0.998], one indicator reversed"),
        data=N_("typed: two indicators of four units of the source"),
        values={
            "weight of X1": "0.5452618",
            "weight of X2": "0.4547382",
            "100 x index, unit 1": "56.35354",
            "100 x index, unit 2": "47.88215",
            "100 x index, unit 3": "30.39461",
            "100 x index, unit 4": "54.50808",
        },
        # Indices are printed with five decimals: half a unit of that is above the weights' 1e-6.
        tolerance=PRINTED,
        source=_WEIGHTS,
        compute=_entropy_with_shift,
    ),
    "R39": Check(
        estimator="entropy_weights",
        model=N_("entropy weights of values as they are"),
        data=N_("typed: two indicators of two units of the source"),
        values={"weight 1": "0.358889", "weight 2": "0.641111"},
        tolerance=Tolerance(absolute=1e-5),
        source="scikit-criteria, tests/preprocessing/test_weighters.py",
        compute=_entropy_without_rescaling,
    ),
    "R41": Check(
        estimator="coupling_coordination",
        model=N_("standard coupling C, development T, coordination D; equal weights"),
        data=_SUBSYSTEMS,
        values=_by_unit(
            "ABCDEF",
            {
                "C": "0.571 0.867 0.674 0.967 0.418 0.971",
                "T": "0.185 0.411 0.394 0.687 0.370 0.814",
                "D": "0.325 0.597 0.515 0.815 0.393 0.889",
            },
        ),
        source=_SYSTEMS,
        compute=lambda: _cells(coupling_coordination(_subsystems()), _COUPLING),
    ),
    "R42": Check(
        estimator="coupling_coordination",
        model=N_("corrected coupling C, development T, coordination D; weights 0.4, 0.3, 0.3"),
        data=_SUBSYSTEMS,
        values=_by_unit(
            "ABCDEF",
            {
                "C": "0.447 0.501 0.455 0.669 0.175 0.715",
                "T": "0.168 0.388 0.409 0.686 0.336 0.832",
                "D": "0.274 0.440 0.432 0.678 0.242 0.771",
            },
        ),
        source=_SYSTEMS,
        standing="another library",
        compute=_corrected_coupling,
    ),
    "R43": Check(
        estimator="obstacle_degree",
        model=N_("obstacle degree as shortfall (not as a share); equal weights"),
        data=_SUBSYSTEMS,
        values=_by_unit("AF", {"s1": "0.328 0.00417", "s2": "0.243 0.148", "s3": "0.245 0.0339"}),
        source=_SYSTEMS,
        compute=_shortfalls,
    ),
    "R45": Check(
        estimator="coupling_coordination",
        model=N_("standard and corrected C of two subsystems"),
        data=N_(
            "13 cities of Beijing-Tianjin-Hebei in 2008; the subsystems' indices are not published"
        ),
        values=_by_unit(
            ("Beijing", "Tianjin", "Shijiazhuang"),
            {"C": "0.9989 0.9935 0.8868", "corrected C": "0.9404 0.8660 0.5440"},
        ),
        source=N_(
            "Wang, Kong, Ren, Zhi and Dai (2021, Journal of Natural Resources 36, 793-810), table 8"
        ),
        standing="consistency only",
        remark=N_(
            "Two indices from 0 to 1 are sought that give a city's pair of values; "
            "that they exist is the check. It tells the formula from its other reading, divided by "
            "the maximum once: under that reading none exist for any of the three cities."
        ),
        compute=_consistency_with_wang,
    ),
}

CHECKS = {"distribution": _DISTRIBUTION, "indices": _INDICES}
