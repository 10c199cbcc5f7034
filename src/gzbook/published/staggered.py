"""Published numbers of staggered adoption."""

from pathlib import Path
from typing import Any, Literal

import pandas as pd

from gzbook.published.reference_data import reference_file
from gzbook.published.registry import Absolute, Printed, Standing, published
from gzbook.published.shapes import computed, printed
from gzcounty.extras import require
from gzcounty.models._effects import StaggeredResult
from gzcounty.models.bacon import EARLIER, LATER, NEVER_TREATED, bacon_decomposition
from gzcounty.models.staggered import staggered_did

_R_DID = (
    "output of the R package did, kept in the repository d2cml-ai/csdid, commit ca91c1fe, "
    "csdid/test_csdid/r_ref"
)
_MPDTA = "mpdta: county teen employment, 500 counties, 2003-2007 (csdid)"
# Cohorts, each in all years; the order in which every source prints them.
_CELLS = [f"ATT({cohort}, {year})" for cohort in (2004, 2006, 2007) for year in range(2004, 2008)]
_SUMS: tuple[Literal["simple", "group", "dynamic", "calendar"], ...] = (
    "simple", "group", "dynamic", "calendar",
)  # fmt: skip


def _mpdta(**choices: Any) -> StaggeredResult:  # noqa: ANN401
    data = pd.read_csv(reference_file("mpdta.csv"))
    return staggered_did(data, "lemp", "countyreal", "year", "first.treat", **choices)


def _event_times(*times: int) -> list[str]:
    return [f"event time {time}" for time in times]


@published(
    "R07",
    estimator="staggered_did",
    model="group-time effects on lemp, never-treated controls, no covariates",
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
    tolerance=Absolute(1e-10),
    source=_R_DID + "/ref_attgt.csv; the estimates also in the README of bcallaway11/did",
)
def group_time_effects() -> dict[str, float]:
    """Effects of minimum wages by cohort and year, with analytic errors."""
    return computed(_mpdta().table())


@published(
    "R07-covariates",
    estimator="staggered_did",
    model="group-time effects on lemp given lpop, outcome regression, never-treated controls",
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
    tolerance=Absolute(1e-10),
    source=_R_DID + "/ref_attgt.csv",
)
def group_time_effects_given_population() -> dict[str, float]:
    """Effects adjusted by a regression among controls."""
    return computed(_mpdta(covariates="lpop", adjustment="regression").table())


@published(
    "R08",
    estimator="staggered_did",
    model="simple mean of the effects of R07",
    data=_MPDTA,
    values=printed(["overall"], "-0.0399512751551763", "0.0120340127701854"),
    tolerance=Absolute(1e-12),
    source=_R_DID + "/ref_aggte.csv",
)
def simple_mean() -> dict[str, float]:
    """All effects after treatment, weighted by the sizes of the cohorts."""
    return computed(_mpdta().aggregate("simple").table())


@published(
    "R08-not-yet",
    estimator="staggered_did",
    model="overall effects against counties not yet treated, four ways of summing up",
    data=_MPDTA,
    values=printed(
        _SUMS,
        "-0.0397636256230437 -0.030462228112565 -0.0773993139705847 -0.0442670834758837",
        "0.0120524247873419 0.0125751201316818 0.0195601769463944 0.0155709044211449",
    ),
    tolerance=Absolute(1e-12),
    source=_R_DID + "/ref_aggte.csv",
)
def overall_not_yet() -> dict[str, float]:
    """Overall rows of the four aggregations."""
    fit = _mpdta(control="not_yet")
    values: dict[str, float] = {}
    for kind in _SUMS:
        overall = fit.aggregate(kind).overall
        values |= {kind: overall.estimate, f"SE of {kind}": overall.std_error}
    return values


@published(
    "R08-pre-test",
    estimator="staggered_did",
    model="Wald tests of the effects before treatment (chi-squared, and p as printed)",
    data=_MPDTA,
    values={
        "never": "7.79123662720035",
        "not yet": "7.79092771882739",
        "given lpop, regression": "6.8612749537136",
    },
    tolerance=Absolute(1e-9),
    source=_R_DID + "/ref_pretest.csv",
)
def tests_before_treatment() -> dict[str, float]:
    """Chi-squared with five degrees of freedom."""
    return {
        "never": _mpdta().pre_test().statistic,
        "not yet": _mpdta(control="not_yet").pre_test().statistic,
        "given lpop, regression": _mpdta(covariates="lpop", adjustment="regression")
        .pre_test()
        .statistic,
    }


@published(
    "R08-doubly-robust",
    estimator="staggered_did",
    model="group-time effects on lemp given lpop, doubly robust; p of the test before treatment",
    data=_MPDTA,
    values=printed(
        [*_CELLS, "p before treatment"],
        "-0.0145 -0.0764 -0.1404 -0.1069 "
        "-0.0005 -0.0062 0.0010 -0.0413 "
        "0.0267 -0.0046 -0.0284 -0.0288 "
        "0.23267",
    ),
    tolerance=Printed(),
    source="R package did, vignette on multiple periods (att_gt with xformla = ~lpop)",
)
def doubly_robust() -> dict[str, float]:
    """Effects by regression and propensity score; the printed errors are bootstrapped."""
    fit = _mpdta(covariates="lpop")
    return {**computed(fit.table(), errors=False), "p before treatment": fit.pre_test().p_value}


@published(
    "R13",
    estimator="staggered_did",
    model="two-stage difference-in-differences: dep_var, effects of state and year, by state",
    data="df_het: 46,500 rows of simulated data (did2s; ships with pyfixest)",
    values=printed(["ATT"], "2.152", "0.0476"),
    tolerance=Printed(),
    source="kylebutts/did2s, commit 8228c158, README.md",
)
def two_stages() -> dict[str, float]:
    """Mean effect over all treated rows."""
    package = require("pyfixest", "test", "This check")
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


@published(
    "R14",
    estimator="bacon_decomposition, panel_ols",
    model="two-way fixed effects of the castle doctrine on log homicide, decomposed",
    data="castle.rda of bacondecomp: 50 states, 2000-2010",
    values={
        "two-way fixed effects": "0.0818116169306475",
        "weight of earlier vs later": "0.05976325",
        "weight of later vs earlier": "0.03189818",
        "weight of treated vs never": "0.90833857",
        "2006 vs never": "0.06823587",
        "weight of 2006 vs never": "0.5923947",
    },
    tolerance=Absolute(1e-7),
    source="evanjflack/bacondecomp, commit ec99dd07, index.ipynb",
)
def castle() -> dict[str, float]:
    """Weights of the kinds of comparison, and the heaviest comparison."""
    data = pd.read_csv(reference_file("castle_bacondecomp.csv"))
    found = bacon_decomposition(data, "l_homicide", "state", "year", treatment="post")
    weight = found.by_kind().set_index("kind")["weight"]
    top = found.table().iloc[0]
    return {
        "two-way fixed effects": found.estimate,
        "weight of earlier vs later": weight[EARLIER],
        "weight of later vs earlier": weight[LATER],
        "weight of treated vs never": weight[NEVER_TREATED],
        str(top["term"]): top["estimate"],
        f"weight of {top['term']}": top["weight"],
    }


@published(
    "R48",
    estimator="staggered_did",
    model="Sun and Abraham on lemp, never-treated controls, by time since treatment",
    data=_MPDTA,
    values={
        **printed(_event_times(-4, -3, -2), ".003306 .025022 .024459"),
        **printed(
            _event_times(0, 1, 2, 3),
            "-0.019932 -0.050957 -0.137259 -0.100811",
            ".011858 .016871 .036589 .034504",
        ),
    },
    tolerance=Absolute(1e-5),
    source="pyfixest 0.60, saturated event study",
    standing=Standing("another library"),
)
def interaction_weighted() -> dict[str, float]:
    """Effects by time since treatment, relative to the year before it."""
    found = computed(_mpdta(method="sun-abraham").aggregate("dynamic").table())
    before = [f"SE of {name}" for name in _event_times(-4, -3, -2)]
    unpublished = {"overall", "SE of overall", *before}
    return {name: value for name, value in found.items() if name not in unpublished}
