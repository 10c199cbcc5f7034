"""Published numbers of inequality, of the whole distribution, and of what lies behind gaps."""

from pathlib import Path

import numpy as np
import pandas as pd

from gzbook.published.registry import Absolute, DataUnavailableError, Relative, Standing, published
from gzcounty.extras import require
from gzcounty.measures.inequality import gini, theil
from gzcounty.models.decomposition import oaxaca_decomposition
from gzcounty.models.mediation import mediation
from gzcounty.models.quantile import quantile_regression

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


@published(
    "R33",
    estimator="quantile_regression",
    model="median regression: foodexp ~ income",
    data="Engel, 235 households (statsmodels)",
    values={"income": "0.5601805", "Intercept": "81.48233"},
    tolerance=Relative(1e-5),
    source="statsmodels, tests of quantile regression (results_quantile_regression.py, Stata 12)",
)
def food_at_the_median() -> dict[str, float]:
    """Median food expenditure by income."""
    from statsmodels.datasets import engel

    fit = quantile_regression("foodexp ~ income", engel.load_pandas().data, 0.5)
    return fit.coefficients[0.5].to_dict()


@published(
    "R35",
    estimator="oaxaca_decomposition",
    model="three-fold: AVGEXP ~ AGE + INCOME + INCOMESQ, owners less renters (OWNRENT)",
    data="credit card spending of 72 households (statsmodels, ccard)",
    values={
        "endowments": "321.7482",
        "coefficients": "75.45371",
        "interaction": "-238.4515",
        "gap": "158.7504",
    },
    tolerance=Absolute(1e-3),
    source="statsmodels, stats/tests/test_oaxaca.py (Stata, oaxaca)",
)
def spending_of_owners_and_renters() -> dict[str, float]:
    """Split the difference in spending between owners and renters."""
    from statsmodels.datasets import ccard

    found = oaxaca_decomposition(
        "AVGEXP ~ AGE + INCOME + INCOMESQ",
        ccard.load_pandas().data,
        by="OWNRENT",
        first=1.0,
        repetitions=0,
    )
    return found.parts.to_dict()


@published(
    "R37",
    estimator="mediation",
    model="framing of news on a message to Congress (probit) through emotion; seed 4231, 100 draws",
    data="framing experiment, 265 persons (tests of statsmodels, framing.csv)",
    values={"ACME": "0.075938", "ADE": "0.021798", "total effect": "0.097736"},
    tolerance=Absolute(1e-6),
    source="statsmodels, stats/tests/test_mediation.py (framing_para_4231)",
    standing=Standing(
        "another library", "Its file compares these draws with the vignette of R's mediation."
    ),
)
def framing_through_emotion() -> dict[str, float]:
    """Effects of framing through emotion and around it, with the draws of the source."""
    import statsmodels

    path = Path(statsmodels.__file__).parent / "stats" / "tests" / "results" / "framing.csv"
    if not path.is_file():
        raise DataUnavailableError(
            "framing.csv is part of statsmodels' tests, which this installation left out."
        )
    # The order of terms decides which draw each coefficient gets: that of the source.
    covariates = "C(educ) + C(gender) + {} + age + income"
    found = mediation(
        f"cong_mesg ~ {covariates.format('emo + treat')}",
        f"emo ~ {covariates.format('treat')}",
        pd.read_csv(path),
        treatment="treat",
        mediator="emo",
        outcome_family="probit",
        repetitions=100,
        seed=4231,
    )
    effects = found.table().set_index("term")["estimate"]
    return effects[["ACME", "ADE", "total effect"]].to_dict()
