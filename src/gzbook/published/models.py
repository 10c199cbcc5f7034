"""Published numbers of regressions, staggered adoption and space."""

import json
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from gzbook.published import (
    PRINTED,
    Check,
    DataUnavailableError,
    Tolerance,
    computed,
    printed,
)
from gzbook.published.reference_data import reference_file
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.models._effects import StaggeredResult
from gzcounty.models.bacon import EARLIER, LATER, NEVER_TREATED, bacon_decomposition
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols
from gzcounty.models.spatial import (
    SpatialWeights,
    lagrange_tests,
    morans_i,
    neighbour_weights,
    spatial_model,
)
from gzcounty.models.spatial.regression import SpatialResult
from gzcounty.models.staggered import staggered_did

# Regression

_PLM = N_("R package plm, inst/tests/test_Estimators.Rout.save (Baltagi 2013, tables 2.1 and 3.1)")
_GRUNFELD = N_("Grunfeld, 10 firms, 1935-1954 (statsmodels, without American Steel)")
_INVEST = "invest ~ value + capital"
_CONSTANT_LAST = {"value": "value", "capital": "capital", "Intercept": "const"}


def _grunfeld() -> pd.DataFrame:
    from statsmodels.datasets import grunfeld

    data = grunfeld.load_pandas().data
    return data[data.firm != "American Steel"].reset_index(drop=True)


def _two_way_effects() -> dict[str, float]:
    require_library("linearmodels", "test", "The wage panel")
    from linearmodels.datasets import wage_panel

    fit = panel_ols("lwage ~ expersq + married + union", wage_panel.load(), "nr", "year")
    return computed(fit.table(), ["expersq", "married", "union"])


def _active_choice() -> dict[str, float]:
    """California asked for a choice from the third quarter of 2011 on."""
    data = require_library("causaldata", "test", "The data set organ_donations")
    rates = data.organ_donations.load_pandas().data
    rates["treated"] = 1.0 * ((rates.State == "California") & (rates.Quarter_Num > 3))
    fit = panel_ols("Rate ~ treated", rates, "State", "Quarter", cluster="State")
    return computed(fit.table(), ["treated"])


_REGRESSION = {
    "R01": Check(
        estimator="ols",
        model=N_("least squares: invest ~ value + capital; classical standard errors"),
        data=_GRUNFELD,
        values=printed(
            ["const", "value", "capital"],
            "-42.7143694 0.1155622 0.2306785",
            "9.5116760 0.0058357 0.0254758",
        ),
        # Errors are printed with five digits, so that no relative limit suits all six values; half
        # a unit of the last digit is narrower than a millionth of every estimate.
        tolerance=PRINTED,
        source=_PLM,
        compute=lambda: computed(
            ols(_INVEST, _grunfeld(), cov="classical").table(), _CONSTANT_LAST
        ),
    ),
    "R02": Check(
        estimator="panel_ols",
        model=N_(
            "fixed effects of firms: invest ~ value + capital | firm; classical standard errors"
        ),
        data=_GRUNFELD,
        values=printed(["value", "capital"], "0.110124 0.310065", "0.011857 0.017355"),
        tolerance=Tolerance(absolute=1e-6),
        source=_PLM,
        compute=lambda: computed(
            panel_ols(_INVEST, _grunfeld(), "firm", "year", time_effects=False).table()
        ),
    ),
    "R05": Check(
        estimator="ols",
        model=N_("least squares: invest ~ value + capital; standard errors clustered by firm"),
        data=_GRUNFELD,
        values=printed(
            ["value", "capital", "const"],
            errors="0.01589433647768 0.08496711097464 20.425202580078",
        ),
        tolerance=Tolerance(relative=1e-6),
        source=N_(
            "Stata regress, vce(cluster company), as kept by statsmodels 0.15.0 in "
            "regression/tests/results/results_grunfeld_ols_robust_cluster.py"
        ),
        compute=lambda: computed(
            ols(_INVEST, _grunfeld(), cluster="firm").table(), _CONSTANT_LAST, estimates=False
        ),
    ),
    "R06": Check(
        estimator="panel_ols",
        model=N_("two-way fixed effects: lwage ~ expersq + married + union | nr + year"),
        data=N_("wage panel, 545 men, 1980-1987 (linearmodels)"),
        values=printed(
            ["expersq", "married", "union"], "-0.0052 0.0467 0.0800", "0.0007 0.018 0.019"
        ),
        source=N_("Wooldridge, Introductory Econometrics, Example 14.4"),
        standing="from memory",
        remark=N_("A public R transcript confirms part of the digits."),
        compute=_two_way_effects,
    ),
    "R46": Check(
        estimator="panel_ols",
        model=N_("two-way fixed effects: Rate ~ treated | State + Quarter; clustered by state"),
        data=N_("organ donations, 27 states of the US, 2010-2012 (causaldata)"),
        values=printed(["treated"], "-0.022", "0.006"),
        source=N_("Huntington-Klein, The Effect, table 18.3"),
        standing="from memory",
        remark=N_("The number of the table is confirmed by the book's repository."),
        compute=_active_choice,
    ),
}

# Staggered adoption

_R_ATTGT = N_(
    "output of the R package did, kept in the repository d2cml-ai/csdid, commit ca91c1fe, "
    "csdid/test_csdid/r_ref/ref_attgt.csv"
)
_R_AGGTE = N_(
    "output of the R package did, kept in the repository d2cml-ai/csdid, commit ca91c1fe, "
    "csdid/test_csdid/r_ref/ref_aggte.csv"
)
_MPDTA = N_("mpdta: county teen employment, 500 counties, 2003-2007 (csdid)")
# Cohorts, each in all years; the order in which every source prints them.
_CELLS = [f"ATT({cohort}, {year})" for cohort in (2004, 2006, 2007) for year in range(2004, 2008)]
_SUMS: tuple[Literal["simple", "group", "dynamic", "calendar"], ...] = (
    "simple", "group", "dynamic", "calendar",
)  # fmt: skip
_LEADS = [f"event time {time}" for time in (-4, -3, -2)]
_LAGS = [f"event time {time}" for time in (0, 1, 2, 3)]


def _mpdta(**choices: Any) -> StaggeredResult:  # noqa: ANN401
    data = pd.read_csv(reference_file("mpdta.csv"))
    return staggered_did(data, "lemp", "countyreal", "year", "first.treat", **choices)


_given_population = partial(_mpdta, covariates="lpop", adjustment="regression")


def _overall_not_yet() -> dict[str, float]:
    """Overall rows of the four aggregations."""
    fit = _mpdta(control="not_yet")
    values: dict[str, float] = {}
    for kind in _SUMS:
        overall = fit.aggregate(kind).overall
        values |= {kind: overall.estimate, f"SE of {kind}": overall.std_error}
    return values


def _tests_before_treatment() -> dict[str, float]:
    fits = {
        "never": _mpdta(),
        "not yet": _mpdta(control="not_yet"),
        "given lpop, regression": _given_population(),
    }
    return {name: fit.pre_test().statistic for name, fit in fits.items()}


def _doubly_robust() -> dict[str, float]:
    """Effects by regression and propensity score; the printed errors are bootstrapped."""
    fit = _mpdta(covariates="lpop")
    return {**computed(fit.table(), errors=False), "p before treatment": fit.pre_test().p_value}


def _two_stages() -> dict[str, float]:
    """Mean effect over all treated rows."""
    package = require_library("pyfixest", "test", "This check")
    data = pd.read_csv(Path(package.__path__[0]) / "did" / "data" / "df_het.csv")
    overall = (
        staggered_did(
            data, "dep_var", "unit", "year", "g",
            method="two-stage", cluster="state", entity_effects_by="state",
        )
        .aggregate("simple")
        .overall
    )  # fmt: skip
    return {"ATT": overall.estimate, "SE of ATT": overall.std_error}


def _castle() -> dict[str, float]:
    """Weights of the kinds of comparison, and one comparison."""
    data = pd.read_csv(reference_file("castle_bacondecomp.csv"))
    decomposition = bacon_decomposition(data, "l_homicide", "state", "year", treatment="post")
    weight = decomposition.by_kind().set_index("kind")["weight"]
    pairs = decomposition.comparisons.set_index(["treated", "control"])
    return {
        "two-way fixed effects": decomposition.estimate,
        "weight of earlier vs later": weight[EARLIER],
        "weight of later vs earlier": weight[LATER],
        "weight of treated vs never": weight[NEVER_TREATED],
        "2006 vs never": pairs["estimate"][2006, "never"],
        "weight of 2006 vs never": pairs["weight"][2006, "never"],
    }


def _interaction_weighted() -> dict[str, float]:
    """Effects by time since treatment, relative to the year before it."""
    table = _mpdta(method="sun-abraham").aggregate("dynamic").table()
    return computed(table, _LEADS, errors=False) | computed(table, _LAGS)


_STAGGERED = {
    "R07": Check(
        estimator="staggered_did",
        model=N_("group-time effects on lemp, never-treated controls, no covariates"),
        data=_MPDTA,
        values=printed(
            _CELLS,
            "-0.0105032462209624 -0.0704231581031467 -0.137258738889403 -0.100811363085404 "
            "0.00652011242423301 -0.00275081875051882 -0.00459460695286304 -0.0412244715462175 "
            "0.0305066555832928 -0.00272589288611625 -0.0310871193896889 -0.0260544107191966",
            "0.0232510363681664 0.0309847667572767 0.0364356642876865 0.0343592258346732 "
            "0.0233268051418047 0.0195585610358817 0.0177551966592763 0.0202291807041068 "
            "0.01503356028013 0.0163958328955344 0.0178775113133435 0.0166554353492522",
        ),
        tolerance=Tolerance(absolute=1e-10),
        source=N_(
            "output of the R package did, kept in the repository d2cml-ai/csdid, commit ca91c1fe, "
            "csdid/test_csdid/r_ref/ref_attgt.csv; the estimates also in the README of "
            "bcallaway11/did"
        ),
        compute=lambda: computed(_mpdta().table()),
    ),
    "R07-covariates": Check(
        estimator="staggered_did",
        model=N_(
            "group-time effects on lemp given lpop, outcome regression, never-treated controls"
        ),
        data=_MPDTA,
        values=printed(
            _CELLS,
            "-0.014911237790361 -0.0769963229660512 -0.141080104628588 -0.107544274673046 "
            "-0.0020660581184395 -0.00696828306727072 0.000765525026395888 -0.0415356365293253 "
            "0.0263658317469803 -0.00475983533866949 -0.028502106413859 -0.0287894881938243",
            "0.0220556930763195 0.0283597455101496 0.0348362869536185 0.0327376926434119 "
            "0.022122286483578 0.0183457856293695 0.0191959070328785 0.0197168736453729 "
            "0.0140189493226751 0.0156699660373289 0.0181320658924703 0.0161678672536918",
        ),
        tolerance=Tolerance(absolute=1e-10),
        source=_R_ATTGT,
        compute=lambda: computed(_given_population().table()),
    ),
    "R08": Check(
        estimator="staggered_did",
        model=N_("simple mean of the effects of R07"),
        data=_MPDTA,
        values=printed(["overall"], "-0.0399512751551763", "0.0120340127701854"),
        tolerance=Tolerance(absolute=1e-12),
        source=_R_AGGTE,
        compute=lambda: computed(_mpdta().aggregate("simple").table()),
    ),
    "R08-not-yet": Check(
        estimator="staggered_did",
        model=N_("overall effects against counties not yet treated, four ways of summing up"),
        data=_MPDTA,
        values=printed(
            _SUMS,
            "-0.0397636256230437 -0.030462228112565 -0.0773993139705847 -0.0442670834758837",
            "0.0120524247873419 0.0125751201316818 0.0195601769463944 0.0155709044211449",
        ),
        tolerance=Tolerance(absolute=1e-12),
        source=_R_AGGTE,
        compute=_overall_not_yet,
    ),
    "R08-pre-test": Check(
        estimator="staggered_did",
        model=N_("Wald tests of the effects before treatment (chi-squared, and p as printed)"),
        data=_MPDTA,
        values={
            "never": "7.79123662720035",
            "not yet": "7.79092771882739",
            "given lpop, regression": "6.8612749537136",
        },
        tolerance=Tolerance(absolute=1e-9),
        source=N_(
            "output of the R package did, kept in the repository d2cml-ai/csdid, commit ca91c1fe, "
            "csdid/test_csdid/r_ref/ref_pretest.csv"
        ),
        compute=_tests_before_treatment,
    ),
    "R08-doubly-robust": Check(
        estimator="staggered_did",
        model=N_(
            "group-time effects on lemp given lpop, doubly robust; p of the test before treatment"
        ),
        data=_MPDTA,
        values=printed(
            [*_CELLS, "p before treatment"],
            "-0.0145 -0.0764 -0.1404 -0.1069 "
            "-0.0005 -0.0062 0.0010 -0.0413 "
            "0.0267 -0.0046 -0.0284 -0.0288 "
            "0.23267",
        ),
        source=N_("R package did, vignette on multiple periods (att_gt with xformla = ~lpop)"),
        compute=_doubly_robust,
    ),
    "R13": Check(
        estimator="staggered_did",
        model=N_(
            "two-stage difference-in-differences: dep_var, effects of state and year, by state"
        ),
        data=N_("df_het: 46,500 rows of simulated data (did2s; ships with pyfixest)"),
        values=printed(["ATT"], "2.152", "0.0476"),
        source=N_("kylebutts/did2s, commit 8228c158, README.md"),
        compute=_two_stages,
    ),
    "R14": Check(
        estimator="bacon_decomposition, panel_ols",
        model=N_("two-way fixed effects of the castle doctrine on log homicide, decomposed"),
        data=N_("castle.rda of bacondecomp: 50 states, 2000-2010"),
        values={
            "two-way fixed effects": "0.0818116169306475",
            "weight of earlier vs later": "0.05976325",
            "weight of later vs earlier": "0.03189818",
            "weight of treated vs never": "0.90833857",
            "2006 vs never": "0.06823587",
            "weight of 2006 vs never": "0.5923947",
        },
        tolerance=Tolerance(absolute=1e-7),
        source=N_("evanjflack/bacondecomp, commit ec99dd07, index.ipynb"),
        compute=_castle,
    ),
    "R48": Check(
        estimator="staggered_did",
        model=N_("Sun and Abraham on lemp, never-treated controls, by time since treatment"),
        data=_MPDTA,
        values={
            **printed(_LEADS, ".003306 .025022 .024459"),
            **printed(
                _LAGS, "-0.019932 -0.050957 -0.137259 -0.100811", ".011858 .016871 .036589 .034504"
            ),
        },
        tolerance=Tolerance(absolute=1e-5),
        source=N_("pyfixest 0.60, saturated event study"),
        standing="another library",
        compute=_interaction_weighted,
    ),
}

# Space

_COLUMBUS = N_("Columbus, Ohio, 49 neighbourhoods (COL.OLD and COL.nb of spdep), rows sum to one")


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


def _score_tests() -> dict[str, float]:
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


def _moran_of_crime() -> dict[str, float]:
    data, weights = _columbus()
    result = morans_i(data.set_index("NEIGNO")["CRIME"], weights, permutations=1)
    return {
        "I": result.I,
        "E": result.expectation,
        "var": result.variance_randomisation,
        "z": result.z_randomisation,
    }


def _lag_model() -> dict[str, float]:
    fit = _lag()
    names = {"Intercept": "const", "INC": "INC", "HOVAL": "HOVAL", "rho": "rho"}
    return computed(fit.table(), names) | {"logLik": fit.log_likelihood}


def _lag_impacts() -> dict[str, float]:
    effects = _lag().impacts(draws=2).estimates.loc["INC"]
    return {str(name): float(value) for name, value in effects.items()}


def _moran_of_homicide() -> dict[str, float]:
    folder = _st_louis()
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


def _st_louis() -> Path:
    """Folder of the data set inside libpysal, without importing it."""
    spec = find_spec("libpysal")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "examples" / "stl"
        if (folder / "stl_hom.txt").is_file() and (folder / "stl.gal").is_file():
            return folder
    raise DataUnavailableError(_(
        "The homicide rates around St Louis come with the library libpysal, which is not installed "
        "or came without its examples."
    ))  # fmt: skip


_SPATIAL = {
    "R16": Check(
        estimator="ols, lagrange_tests",
        model=N_("least squares and score tests after it: CRIME ~ INC + HOVAL"),
        data=_COLUMBUS,
        values={
            "const": "68.6190",
            "INC": "-1.5973",
            "HOVAL": "-0.2739",
            "RSerr": "5.723131",
            "RSlag": "9.363684",
        },
        tolerance=Tolerance(absolute=1e-6, printed=True),
        source=N_("R package spdep, docs/reference/lm.RStests.md"),
        compute=_score_tests,
    ),
    "R18": Check(
        estimator="morans_i, neighbour_weights",
        model=N_("Moran's I of CRIME, variance under randomisation"),
        data=_COLUMBUS,
        values={"I": "0.510951264", "E": "-0.020833333", "var": "0.008908762", "z": "5.6341"},
        tolerance=Tolerance(absolute=1e-8, printed=True),
        source=N_("R package spdep, docs/reference/moran.test.md"),
        compute=_moran_of_crime,
    ),
    "R20": Check(
        estimator="spatial_model",
        model=N_("spatial lag model by maximum likelihood: CRIME ~ INC + HOVAL"),
        data=_COLUMBUS,
        values={
            **printed(
                ["const", "INC", "HOVAL", "rho"],
                "45.079251 -1.031616 -0.265926 0.43102",
                "7.177347 0.305143 0.088499 0.11768",
            ),
            "logLik": "-182.3904",
        },
        tolerance=Tolerance(absolute=1e-5, printed=True),
        source=N_("R package spatialreg, docs/reference/ML_models.md"),
        compute=_lag_model,
    ),
    "R22": Check(
        estimator="spatial_model",
        model=N_("impacts of INC in the spatial lag model, exact: CRIME ~ INC + HOVAL"),
        data=_COLUMBUS,
        values={"direct": "-1.0860220", "indirect": "-0.7270849", "total": "-1.8131068"},
        tolerance=Tolerance(absolute=1e-6, printed=True),
        source=N_("R package spatialreg, docs/reference/ML_models.md"),
        compute=_lag_impacts,
    ),
    "R26": Check(
        estimator="morans_i, neighbour_weights",
        model=N_("Moran's I of the homicide rate 1988-93 (HR8893), two-sided under normality"),
        data=N_(
            "78 counties around St Louis (stl.gal and stl_hom.txt of libpysal), rows sum to one"
        ),
        values={"I": "0.244", "E": "-0.012987012987012988", "p": "0.00027147862770937614"},
        tolerance=Tolerance(absolute=1e-12, printed=True),
        source=N_("Python package esda, docstring of esda.Moran"),
        compute=_moran_of_homicide,
    ),
}

CHECKS = {"regression": _REGRESSION, "staggered": _STAGGERED, "spatial": _SPATIAL}
