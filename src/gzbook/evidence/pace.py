"""How rural incomes grew year by year: the frames behind the claims of section 3.3."""

import numpy as np
import pandas as pd

from gzcounty.data.guizhou import load_counties
from gzcounty.data.panel import load_panel
from gzcounty.models.ols import ols

YEARS = range(2014, 2024)


def income_growth() -> pd.DataFrame:
    """Return yearly growth of rural income in %, current prices, one row a county.

    Returns
    -------
    DataFrame
        adcode by year 2015 to 2023: the counties with an income in every year from 2014 on.
    """
    income = load_panel().pivot(index="adcode", columns="year", values="rural_income")
    income = income.reindex(columns=YEARS).dropna()
    return 100.0 * income.pct_change(axis=1, fill_method=None).iloc[:, 1:]


def paces(grown: pd.DataFrame, year: int = 2020) -> pd.DataFrame:
    """Return what each county's growth was like, in percentage points.

    Parameters
    ----------
    grown : DataFrame
        As `income_growth` gives.
    year : int
        The year that is compared with the others.

    Returns
    -------
    DataFrame
        adcode, prefecture, mean, worst, worst_year, volatility (standard deviation over years),
        over_half (worst year less half of the mean), dip (`year` less the mean of the others).
    """
    out = pd.DataFrame({
        "mean": grown.mean(axis=1),
        "worst": grown.min(axis=1),
        "worst_year": grown.idxmin(axis=1),
        "volatility": grown.std(axis=1),
    })  # fmt: skip
    out["over_half"] = out.worst - out["mean"] / 2.0
    out["dip"] = grown[year] - grown.drop(columns=year).mean(axis=1)
    counties = load_counties().set_index("adcode")
    return out.assign(prefecture=counties.prefecture_en.reindex(out.index)).reset_index()


def mean_of(column: str, data: pd.DataFrame) -> pd.Series:
    """Return the mean of a column of `paces` with its interval, clustered by prefecture."""
    fit = ols(f"{column} ~ 1", data, cluster="prefecture")
    return fit.table().iloc[0]


def year_by_year(grown: pd.DataFrame) -> pd.DataFrame:
    """Return each year taken as 2020 was: its growth less the mean of the other years."""
    rows = [
        {"year": year, "mean": grown[year].mean(), **mean_of("dip", paces(grown, year))}
        for year in grown.columns
    ]
    return pd.DataFrame(rows).drop(columns=["term"])


def shares_of_variance(grown: pd.DataFrame) -> dict[str, float]:
    """Split the variance of growth over counties and years into three parts, in %.

    Years: what all counties had in common. Counties: lasting differences. Rest: what befell one
    county in one year. Population variances, so that they add up to 100.
    """
    values = grown.to_numpy()
    total = values.var()
    years = values.mean(axis=0).var()
    counties = values.mean(axis=1).var()
    parts = {"years": years, "counties": counties, "rest": total - years - counties}
    return {name: float(100.0 * part / total) for name, part in parts.items()}


SERIES = {
    "rural_income": "rural income",
    "urban_income": "urban income",
    "gdp_primary": "farm output",
    "gdp": "GDP",
    "household_savings": "savings",
    "fiscal_revenue": "own revenue",
    "lights": "night lights",
}


def own_movement(values: pd.DataFrame) -> float:
    """Return how far growth typically lies from the median of its year: a robust deviation.

    The median absolute distance times 1.4826, which is the standard deviation if distances are
    normal, and which a few misprinted years do not move.
    """
    off = values.sub(values.median()).abs().to_numpy()
    return float(1.4826 * np.nanmedian(off))


def movements(adcodes: pd.Index) -> pd.DataFrame:
    """Compare how much a county moves on its own in several series of the panel, 2014-2023.

    Returns
    -------
    DataFrame
        One row a series of `SERIES`: own movement (of yearly growth, log points), county-years,
        times rural income. GDP and farm output from 2019 on, as they were revised then.
    """
    panel = load_panel()
    panel = panel[panel.adcode.isin(adcodes) & panel.year.isin(YEARS)]
    rows = {}
    for column, name in SERIES.items():
        logs = np.log(panel.pivot(index="adcode", columns="year", values=column))
        if column.startswith("gdp"):
            logs = logs.loc[:, 2019:]
        steps = 100.0 * logs.diff(axis=1)
        rows[name] = {"own movement": own_movement(steps), "county-years": steps.count().sum()}
    out = pd.DataFrame(rows).T
    out["times rural income"] = out["own movement"] / out["own movement"].iloc[0]
    return out
