"""The national models of section 2.3: China's counties in 2020, with and without province effects.

Every estimate is the difference in the outcome, in per cent, that goes with one standard deviation
more of the measure, or with any Taobao village instead of none.
"""

from typing import Any

import numpy as np
import pandas as pd

from gzbook.evidence.income import per_cent
from gzbook.frames import national_frame
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols
from gzcounty.models.result import Result

CONTROLS = " + urban_share + schooling_years + minority_share + age_65plus_share + log_population"
OUTCOMES = {"Savings": "log_savings", "GDP": "log_gdp", "Cars": "log_cars"}
MEASURES = {
    "village_rate": "Taobao village rate",
    "any_village": "any Taobao village",
    "commerce_share": "commerce share",
    "digital_share": "digital share",
}
STEPS = ("naive", "controls", "controls, province effects")
# Savings and cars are people's; what a county makes is not what its people have.
PEOPLES = ("Savings", "Cars")


def within_provinces(
    formula: str, data: pd.DataFrame, cluster: str = "prefecture_adcode"
) -> Result:
    """Regress with an effect for each province, read as an entity with counties as members."""
    return panel_ols(formula, data, "province_en", "adcode", cluster=cluster, time_effects=False)


def model(data: pd.DataFrame, outcome: str, measure: str, step: str) -> Result:
    """Return one national model: step is one of `STEPS`."""
    y, more = OUTCOMES[outcome], "" if step == "naive" else CONTROLS
    formula = f"{y} ~ {measure}{more}"
    if "province" in step:
        return within_provinces(formula, data)
    return ols(formula, data, cluster="prefecture_adcode")


def nation_models(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the 36 national models, clustered by prefecture; `counts` marks those 2.3-b judges.

    Returns
    -------
    DataFrame
        what, family, outcome, exposure, controls, estimate, conf_low, conf_high (%), nobs,
        clusters, counts.
    """
    data = national_frame() if data is None else data
    rows = []
    for outcome in OUTCOMES:
        for measure, label in MEASURES.items():
            step_size = 1.0 if measure == "any_village" else data[measure].std()
            for step in STEPS:
                fit = model(data, outcome, measure, step)
                rows.append({
                    "what": f"{outcome} in China, {label}, {step}",
                    "family": "China", "outcome": outcome, "exposure": measure, "controls": step,
                    **per_cent(fit.term(measure), step_size),
                    "nobs": fit.nobs, "clusters": fit.n_clusters,
                    # Any village is a near variant of the rate.
                    "counts": outcome in PEOPLES and "province" in step
                    and measure != "any_village",
                })  # fmt: skip
    return pd.DataFrame(rows)


def gap(data: pd.DataFrame, province: str = "Guizhou") -> float:
    """Return how far savings lie from what the controls without provinces lead to expect, in %."""
    residuals: Any = model(data, "Savings", "any_village", "controls").residuals
    return float(100.0 * np.expm1(residuals.groupby(data.province_en).mean()[province]))


def rates(data: pd.DataFrame) -> pd.DataFrame:
    """Return three other ways to run savings on the rate, which is nearly always zero.

    Without the ten highest rates; on log(1 + rate); clustered by province.
    """
    formula = f"log_savings ~ village_rate{CONTROLS}"
    step = data.village_rate.std()
    highest = data.nlargest(10, "village_rate").index
    logged = data.assign(log_rate=np.log1p(data.village_rate))
    runs = {
        "Without the ten highest rates": (
            within_provinces(formula, data.drop(highest)), "village_rate", step
        ),
        "Log of one plus the rate": (
            within_provinces(formula.replace("village_rate", "log_rate"), logged),
            "log_rate", logged.log_rate.std(),
        ),
        "Clustered by province": (
            within_provinces(formula, data, "province_en"), "village_rate", step
        ),
    }  # fmt: skip
    rows = [
        {"what": what, **per_cent(fit.term(term), size), "nobs": fit.nobs}
        for what, (fit, term, size) in runs.items()
    ]
    return pd.DataFrame(rows)


def villages(data: pd.DataFrame) -> dict[str, Any]:
    """Return where China's Taobao villages of 2016 lie, and how far Guizhou is from them.

    Returns
    -------
    dict
        leaders (the five provinces with most such counties), leaders_share (%), n_villages
        (counties with a village), n_without (provinces with none), n_guizhou (its counties in the
        data), gap_savings (%, as `gap` gives).
    """
    found = data.groupby("province_en").any_village.sum().sort_values(ascending=False)
    return {
        "leaders": list(found.index[:5]),
        "leaders_share": float(100.0 * found.iloc[:5].sum() / found.sum()),
        "n_villages": int(found.sum()),
        "n_without": int((found == 0).sum()),
        "n_guizhou": int((data.province_en == "Guizhou").sum()),
        "gap_savings": gap(data),
    }
