"""Published numbers of Moran's I and of spatial regressions."""

import json
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from gzbook.published.reference_data import reference_file
from gzbook.published.registry import DataUnavailableError, PrintedDownTo, published
from gzbook.published.shapes import computed, printed
from gzcounty.models.ols import ols
from gzcounty.models.spatial import (
    SpatialWeights,
    lagrange_tests,
    morans_i,
    neighbour_weights,
    spatial_model,
)
from gzcounty.models.spatial.result import SpatialResult

_COLUMBUS = "Columbus, Ohio, 49 neighbourhoods (COL.OLD and COL.nb of spdep), rows sum to one"


def _columbus() -> tuple[pd.DataFrame, SpatialWeights]:
    data = pd.read_csv(reference_file("columbus_old.csv")).astype({"NEIGNO": int})
    text = reference_file("columbus_old_neighbours.json").read_text(encoding="utf-8")
    names = data["NEIGNO"]
    pairs = [(names[i], names[j - 1]) for i, near in enumerate(json.loads(text)) for j in near]
    table = pd.DataFrame(pairs, columns=["i", "j"])
    return data, neighbour_weights(table, "i", "j", ids=names)


def _lag() -> SpatialResult:
    data, weights = _columbus()
    return spatial_model("CRIME ~ INC + HOVAL", data, weights, id="NEIGNO", kind="lag")


@published(
    "R16",
    estimator="ols, lagrange_tests",
    model="least squares and score tests after it: CRIME ~ INC + HOVAL",
    data=_COLUMBUS,
    values={
        "const": "68.6190",
        "INC": "-1.5973",
        "HOVAL": "-0.2739",
        "RSerr": "5.723131",
        "RSlag": "9.363684",
    },
    tolerance=PrintedDownTo(1e-6),
    source="R package spdep, docs/reference/lm.RStests.md",
)
def score_tests() -> dict[str, float]:
    """Least squares and what it leaves between neighbours."""
    data, weights = _columbus()
    fit = ols("CRIME ~ INC + HOVAL", data).coefficients
    tests = lagrange_tests("CRIME ~ INC + HOVAL", data, weights, id="NEIGNO")
    statistics = tests.set_index("test")["statistic"]
    return {
        "const": float(fit["Intercept"]),
        "INC": float(fit["INC"]),
        "HOVAL": float(fit["HOVAL"]),
        "RSerr": float(statistics["error"]),
        "RSlag": float(statistics["lag"]),
    }


@published(
    "R18",
    estimator="morans_i, neighbour_weights",
    model="Moran's I of CRIME, variance under randomisation",
    data=_COLUMBUS,
    values={"I": "0.510951264", "E": "-0.020833333", "var": "0.008908762", "z": "5.6341"},
    tolerance=PrintedDownTo(1e-8),
    source="R package spdep, docs/reference/moran.test.md",
)
def moran_of_crime() -> dict[str, float]:
    """Moran's I under randomisation."""
    data, weights = _columbus()
    result = morans_i(data.set_index("NEIGNO")["CRIME"], weights, permutations=1)
    return {
        "I": result.I,
        "E": result.expectation,
        "var": result.variance_randomisation,
        "z": result.z_randomisation,
    }


@published(
    "R20",
    estimator="spatial_model",
    model="spatial lag model by maximum likelihood: CRIME ~ INC + HOVAL",
    data=_COLUMBUS,
    values={
        **printed(
            ["const", "INC", "HOVAL", "rho"],
            "45.079251 -1.031616 -0.265926 0.43102",
            "7.177347 0.305143 0.088499 0.11768",
        ),
        "logLik": "-182.3904",
    },
    tolerance=PrintedDownTo(1e-5),
    source="R package spatialreg, docs/reference/ML_models.md",
)
def lag_model() -> dict[str, float]:
    """Estimates, their standard errors and the log likelihood."""
    fit = _lag()
    names = {"Intercept": "const", "INC": "INC", "HOVAL": "HOVAL", "rho": "rho"}
    return computed(fit.table(), names) | {"logLik": fit.log_likelihood}


@published(
    "R22",
    estimator="spatial_model",
    model="impacts of INC in the spatial lag model, exact: CRIME ~ INC + HOVAL",
    data=_COLUMBUS,
    values={"direct": "-1.0860220", "indirect": "-0.7270849", "total": "-1.8131068"},
    tolerance=PrintedDownTo(1e-6),
    source="R package spatialreg, docs/reference/ML_models.md",
)
def lag_impacts() -> dict[str, float]:
    """Average direct, indirect and total impacts."""
    effects = _lag().impacts(draws=2).estimates.loc["INC"]
    return {str(name): float(value) for name, value in effects.items()}


@published(
    "R26",
    estimator="morans_i, neighbour_weights",
    model="Moran's I of the homicide rate 1988-93 (HR8893), two-sided under normality",
    data="78 counties around St Louis (stl.gal and stl_hom.txt of libpysal), rows sum to one",
    values={
        "I": "0.244",
        "E": "-0.012987012987012988",
        "p": "0.00027147862770937614",
    },
    tolerance=PrintedDownTo(1e-12),
    source="Python package esda, docstring of esda.Moran",
)
def moran_of_homicide() -> dict[str, float]:
    """Moran's I under normality."""
    folder = _stl()
    rates = pd.read_csv(folder / "stl_hom.txt", skiprows=1)["HR8893"]
    rates.index = pd.Index(range(1, len(rates) + 1))
    lines = (folder / "stl.gal").read_text(encoding="ascii").splitlines()[1:]
    # Two lines a unit: its number and how many neighbours; the neighbours.
    pairs = [
        (int(head.split()[0]), int(name))
        for head, near in zip(lines[::2], lines[1::2], strict=True)
        for name in near.split()
    ]
    weights = neighbour_weights(pd.DataFrame(pairs, columns=["i", "j"]), "i", "j", symmetric=False)
    result = morans_i(rates, weights, permutations=1)
    return {"I": result.I, "E": result.expectation, "p": result.p_normality}


def _stl() -> Path:
    """Folder of the data set inside libpysal, found without importing it."""
    found = find_spec("libpysal")
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / "examples" / "stl"
        if (folder / "stl_hom.txt").is_file() and (folder / "stl.gal").is_file():
            return folder
    raise DataUnavailableError(
        "The homicide rates around St Louis come with the library libpysal, which is not installed "
        "or came without its examples."
    )
