"""The income models looked at again: placebos, single counties and prefectures, few clusters."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gzbook.evidence import nation
from gzbook.evidence.income import LADDER, per_cent
from gzbook.frames import with_every_income, with_income
from gzcounty.data.guizhou import load_anomalies
from gzcounty.inference.bootstrap import wild_bootstrap
from gzcounty.inference.influence import LeaveOneOut, leave_one_out
from gzcounty.models.ols import ols
from gzcounty.models.result import Result

EVERYTHING = LADDER["all controls"]
EARLIER = (
    " + schooling_years_2010 + minority_share_2010 + urban_share_2010 + relief"
    " + distance_guiyang_km + C(prefecture_en)"
)
PLACEBOS = {
    "Income 2020 on penetration 2020": ("2020", "commerce_2020", ""),
    "Income 2014 on penetration 2020": ("2014", "commerce_2020", ""),
    "Income 2020 on penetration 2010": ("2020", "commerce_2010", ""),
    "with all controls": ("2020", "commerce_2010", EVERYTHING),
    "with all controls and income 2014": (
        "2020", "commerce_2010", EVERYTHING + " + log(income_2014)"
    ),
}  # fmt: skip
CONTROLS_OF_2010 = {
    "Income 2020 on commerce 2020": ("2020", "commerce_2020", EARLIER),
    "Income 2020 on digital 2020": ("2020", "digital_2020", EARLIER),
    "Income 2020 on commerce 2010": ("2020", "commerce_2010", EARLIER),
    "Income 2014 on commerce 2010": ("2014", "commerce_2010", EARLIER),
}


def again(data: pd.DataFrame, asked: Mapping[str, tuple[str, str, str]]) -> pd.DataFrame:
    """Return cross-sections of another year's income, exposure or controls.

    Parameters
    ----------
    data : DataFrame
        As `county_frame` gives.
    asked : mapping of str to (year of income, exposure, controls)
        Such as `PLACEBOS`.
    """
    sample = with_income(data).dropna(subset="income_2014")
    rows = []
    for what, (year, x, more) in asked.items():
        fit = ols(f"log(income_{year}) ~ {x}{more}", sample)
        rows.append({"what": what, **per_cent(fit.term(x), sample[x].std()), "nobs": fit.nobs})
    return pd.DataFrame(rows)


def _long(data: pd.DataFrame) -> Result:
    return ols("growth ~ commerce_2010 + log_start", data)


def _section(data: pd.DataFrame) -> Result:
    # HC3 does not exist where a prefecture keeps a single county.
    return ols(f"log(income_2020) ~ commerce_2020{EVERYTHING}", data, cov="HC1")


def _bare(data: pd.DataFrame) -> Result:
    return ols("log(income_2020) ~ commerce_2020", data)


def _savings(data: pd.DataFrame) -> Result:
    return nation.within_provinces(f"log_savings ~ any_village{nation.CONTROLS}", data)


def runs(data: pd.DataFrame, china: pd.DataFrame) -> dict:
    """Return the four models that are run again: estimator, data, term, one step of exposure."""
    now, grown = with_income(data), with_every_income(data)
    steady = china[~china.gdp_change_flagged]
    step, early = now.commerce_2020.std(), grown.commerce_2010.std()
    return {
        "Cross-section, naive": (_bare, now, "commerce_2020", step),
        "Cross-section, all controls": (_section, now, "commerce_2020", step),
        "Long difference, convergence": (_long, grown, "commerce_2010", early),
        "Savings, any village, province effects": (_savings, steady, "any_village", 1.0),
    }


def unflagged(data: pd.DataFrame, china: pd.DataFrame) -> pd.DataFrame:
    """Return the four models without any county that has an unusual jump in any series."""
    marked = load_anomalies().adcode
    rows = []
    for what, (estimate, own, term, step) in runs(data, china).items():
        fit = estimate(own[~own.adcode.isin(marked)])
        rows.append({"what": what, **per_cent(fit.term(term), step), "nobs": fit.nobs})
    return pd.DataFrame(rows)


def left_out(data: pd.DataFrame, china: pd.DataFrame) -> pd.DataFrame:
    """Leave out each county, each prefecture, and in China each province: the range of estimates.

    Returns
    -------
    DataFrame
        what, by, all, lowest, highest (%), most (what moves the estimate most when left out), runs,
        failed.
    """
    rows = []
    for what, (estimate, own, term, step) in runs(data, china).items():
        units = ["province_en"] if what.startswith("Savings") else ["adcode", "prefecture_en"]
        for by in units:
            found = leave_one_out(estimate, own, by, term=term, progress=False)
            rows.append({"what": what, "by": by, **_range(found, step)})
    return pd.DataFrame(rows)


def _range(found: LeaveOneOut, step: float) -> dict[str, object]:
    values = 100.0 * np.expm1(step * found.table().estimate)
    return {
        "all": float(100.0 * np.expm1(step * found.full.estimate)),
        "lowest": float(values.min()),
        "highest": float(values.max()),
        "most": found.most_influential,
        "runs": len(values),
        "failed": len(found.failures),
    }


def few_clusters(data: pd.DataFrame, draws: int = 1999) -> pd.DataFrame:
    """Cluster by the nine prefectures or fewer, and test by the wild bootstrap.

    With so few clusters the usual t test rejects too often. The bootstrap flips the signs of the
    residuals of whole prefectures, with the null imposed, and takes each pattern of signs once.

    Returns
    -------
    DataFrame
        what, estimate (%), clusters, p_usual (t with one degree of freedom less than clusters),
        p_wild, conf_low, conf_high (%: nulls that the bootstrap does not reject), draws.
    """
    now, grown = with_income(data), with_every_income(data)
    people = LADDER["people"]
    rows = []
    for what, formula, own, term in (
        ("Cross-section, naive", "log(income_2020) ~ commerce_2020", now, "commerce_2020"),
        (
            "Cross-section, people", f"log(income_2020) ~ commerce_2020{people}", now,
            "commerce_2020",
        ),
        (
            "Long difference, convergence", "growth ~ commerce_2010 + log_start", grown,
            "commerce_2010",
        ),
    ):  # fmt: skip
        fit = ols(formula, own, cluster="prefecture_en")
        test = wild_bootstrap(fit, term, draws=draws)
        found, ends = fit.term(term), test.table().iloc[0]
        rows.append({
            "what": what, **per_cent(ends, own[term].std()), "clusters": fit.n_clusters,
            "p_usual": found.p_value, "p_wild": test.p_value, "draws": test.draws,
        })  # fmt: skip
    return pd.DataFrame(rows)
