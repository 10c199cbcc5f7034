"""Published numbers of least squares and of panels with fixed effects."""

import pandas as pd

from gzbook.published.registry import Absolute, Printed, Relative, Standing, published
from gzbook.published.shapes import computed, printed
from gzcounty.extras import require
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols

_PLM = "R package plm, inst/tests/test_Estimators.Rout.save (Baltagi 2013, tables 2.1 and 3.1)"
_GRUNFELD = "Grunfeld, 10 firms, 1935-1954 (statsmodels, without American Steel)"


def _grunfeld() -> pd.DataFrame:
    from statsmodels.datasets import grunfeld

    data = grunfeld.load_pandas().data
    return data[data.firm != "American Steel"].reset_index(drop=True)


@published(
    "R01",
    estimator="ols",
    model="least squares: invest ~ value + capital; classical standard errors",
    data=_GRUNFELD,
    values=printed(
        ["const", "value", "capital"],
        "-42.7143694 0.1155622 0.2306785",
        "9.5116760 0.0058357 0.0254758",
    ),
    # Errors are printed with five digits, so that no relative limit suits all six values; half a
    # unit of the last digit is narrower than a millionth of every estimate.
    tolerance=Printed(),
    source=_PLM,
)
def pooled() -> dict[str, float]:
    """Least squares that ignores the panel."""
    table = ols("invest ~ value + capital", _grunfeld(), cov="classical").table()
    return computed(table, {"Intercept": "const", "value": "value", "capital": "capital"})


@published(
    "R02",
    estimator="panel_ols",
    model="fixed effects of firms: invest ~ value + capital | firm; classical standard errors",
    data=_GRUNFELD,
    values=printed(["value", "capital"], "0.110124 0.310065", "0.011857 0.017355"),
    tolerance=Absolute(1e-6),
    source=_PLM,
)
def one_way_effects() -> dict[str, float]:
    """Effects of firms alone."""
    fit = panel_ols("invest ~ value + capital", _grunfeld(), "firm", "year", time_effects=False)
    return computed(fit.table(), {"value": "value", "capital": "capital"})


@published(
    "R05",
    estimator="ols",
    model="least squares: invest ~ value + capital; standard errors clustered by firm",
    data=_GRUNFELD,
    values=printed(
        ["value", "capital", "const"],
        errors="0.01589433647768 0.08496711097464 20.425202580078",
    ),
    tolerance=Relative(1e-6),
    source="Stata regress, vce(cluster company), as kept by statsmodels 0.15.0 in "
    "regression/tests/results/results_grunfeld_ols_robust_cluster.py",
)
def clustered_errors() -> dict[str, float]:
    """Cluster by firm."""
    table = ols("invest ~ value + capital", _grunfeld(), cluster="firm").table()
    names = {"value": "value", "capital": "capital", "Intercept": "const"}
    return computed(table, names, estimates=False)


@published(
    "R06",
    estimator="panel_ols",
    model="two-way fixed effects: lwage ~ expersq + married + union | nr + year",
    data="wage panel, 545 men, 1980-1987 (linearmodels)",
    values=printed(["expersq", "married", "union"], "-0.0052 0.0467 0.0800", "0.0007 0.018 0.019"),
    tolerance=Printed(),
    source="Wooldridge, Introductory Econometrics, Example 14.4",
    standing=Standing("from memory", "A public R transcript confirms part of the digits."),
)
def two_way_effects() -> dict[str, float]:
    """Effects of men and of years."""
    require("linearmodels", "test", "The wage panel")
    from linearmodels.datasets import wage_panel

    fit = panel_ols("lwage ~ expersq + married + union", wage_panel.load(), "nr", "year")
    return computed(fit.table(), {name: name for name in ("expersq", "married", "union")})


@published(
    "R46",
    estimator="panel_ols",
    model="two-way fixed effects: Rate ~ treated | State + Quarter; clustered by state",
    data="organ donations, 27 states of the US, 2010-2012 (causaldata)",
    values=printed(["treated"], "-0.022", "0.006"),
    tolerance=Printed(),
    source="Huntington-Klein, The Effect, table 18.3",
    standing=Standing(
        "from memory", "The number of the table is confirmed by the book's repository."
    ),
)
def active_choice() -> dict[str, float]:
    """California asked for a choice from the third quarter of 2011 on."""
    data = require("causaldata", "test", "The data set organ_donations")
    rates = data.organ_donations.load_pandas().data
    rates["treated"] = 1.0 * ((rates.State == "California") & (rates.Quarter_Num > 3))
    fit = panel_ols("Rate ~ treated", rates, "State", "Quarter", cluster="State")
    return computed(fit.table(), {"treated": "treated"})
