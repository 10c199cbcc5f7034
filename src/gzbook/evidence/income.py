"""The income models of section 2.3 in Guizhou: one year, growth, paths, and neighbours.

Every estimate is the difference in rural income, in per cent, that goes with one standard
deviation more penetration: 100 (exp(b s) - 1), s the standard deviation in the model's sample.
"""

from typing import Any

import numpy as np
import pandas as pd

from gzbook.frames import (
    MEASURES,
    county_frame,
    with_every_income,
    with_income,
    with_neighbours,
    year_frame,
)
from gzcounty.data.guizhou import load_neighbours
from gzcounty.models.event_study import EventStudyResult, event_study
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols

LADDER = {
    "naive": "",
    "people": " + schooling_years + minority_share + urban_share",
    "people, place": " + schooling_years + minority_share + urban_share + relief"
    " + distance_guiyang_km",
}
LADDER["all controls"] = LADDER["people, place"] + " + C(prefecture_en)"


def per_cent(found: Any, step: float) -> dict[str, float]:  # noqa: ANN401 (an estimate or a row)
    """Turn an estimate in logs and its interval into per cent for a step of exposure."""
    ends = ("estimate", "conf_low", "conf_high")
    return {name: float(100.0 * np.expm1(step * getattr(found, name))) for name in ends}


def path(data: pd.DataFrame, reference: int, *, convergence: bool) -> EventStudyResult:
    """Return the exposure event study of a frame that `year_frame` gives."""
    trends = "log_start" if convergence else None
    return event_study(data, "log", "commerce_2010", "adcode", "year", reference, trends=trends)


def cross_sections(data: pd.DataFrame) -> pd.DataFrame:
    """Return the models of income in 2020, step by step: standard errors HC3."""
    rows = []
    sample = with_income(data)
    asked = [(m, "2020", step) for m in MEASURES for step in LADDER]
    asked += [("commerce", "2010", "naive"), ("commerce", "2010", "all controls")]
    for measure, year, step in asked:
        x = f"{measure}_{year}"
        fit = ols(f"log(income_2020) ~ {x}{LADDER[step]}", sample)
        rows.append({
            "what": f"Cross-section 2020, {measure} share of {year}, {step}",
            "family": "cross-section", "exposure": x, "controls": step,
            **per_cent(fit.term(x), sample[x].std()), "nobs": fit.nobs,
            "counts": step == "all controls",
        })  # fmt: skip
    return pd.DataFrame(rows)


def differences(data: pd.DataFrame) -> pd.DataFrame:
    """Return the long differences 2014-2023 and change on change: standard errors HC3."""
    rows = []
    sample = with_every_income(data)
    for what, x, rest in (
        ("Long difference, commerce, naive", "commerce_2010", ""),
        ("Long difference, commerce, convergence", "commerce_2010", " + log_start"),
        ("Long difference, digital, naive", "digital_2010", ""),
        ("Long difference, digital, convergence", "digital_2010", " + log_start"),
        ("Change on change, convergence", "change", " + log_start"),
    ):
        own = sample.dropna(subset=x)
        fit = ols(f"growth ~ {x}{rest}", own)
        rows.append({
            "what": what, "family": "long difference", "exposure": x,
            "controls": "convergence" if rest else "naive",
            **per_cent(fit.term(x), own[x].std()), "nobs": fit.nobs,
            # The path of 2023 is the long difference on commerce: one of them counts.
            "counts": bool(rest) and x != "commerce_2010",
        })  # fmt: skip
    return pd.DataFrame(rows)


def paths(data: pd.DataFrame) -> pd.DataFrame:
    """Return what the paths of income come to in 2023, and the panel with online retail."""
    years = year_frame(data)
    exposure = years.drop_duplicates("adcode").commerce_2010.std()
    rows = []
    for words, convergence in (("naive", False), ("convergence", True)):
        fit = path(years, 2014, convergence=convergence)
        rows.append({
            "what": f"Path to 2023, {words}", "exposure": "commerce_2010", "controls": words,
            **per_cent(fit.term("commerce_2010:2023"), exposure), "counts": convergence,
            "nobs": years.adcode.nunique(),
        })  # fmt: skip
    for words, convergence in (("naive", False), ("convergence", True)):
        fit = online_panel(years, convergence=convergence)
        # One standard deviation of the share, at the online retail of the last year.
        last = years.dropna(subset="online").query("year == year.max()")
        rows.append({
            "what": f"Share of 2010 x online retail, {words}", "exposure": "shift_share",
            "controls": words, **per_cent(fit.term("online"), last.online.std()),
            "counts": convergence, "nobs": years.adcode.nunique(),
        })  # fmt: skip
    return pd.DataFrame(rows).assign(family="path")


def online_panel(years: pd.DataFrame, *, convergence: bool) -> Any:  # noqa: ANN401 (Result)
    """Regress log income on the shift-share: county and year effects, clustered by county."""
    known = years.dropna(subset="online")
    start = known.groupby("adcode").log_start.transform("first")
    trends = [f"start_{year}" for year in sorted(known.year.unique())[1:]]
    more = pd.DataFrame({name: start.where(known.year == int(name[6:]), 0.0) for name in trends})
    formula = "log ~ online" + "".join(f" + {name}" for name in trends if convergence)
    return panel_ols(formula, known.join(more), "adcode", "year", cluster="adcode")


def neighbours(data: pd.DataFrame) -> pd.DataFrame:
    """Return spatial models of income in 2020 with people and place as controls.

    The estimate of a lag model is the total impact: own penetration and that of neighbours. For
    the error model it is the coefficient. Counties without a neighbour in the sample cannot
    take part.
    """
    from gzcounty.models.spatial.neighbours import neighbour_weights
    from gzcounty.models.spatial.regression import spatial_model

    sample = with_neighbours(with_income(data))
    W = neighbour_weights(load_neighbours()).subset(sample.adcode)
    rows = []
    for measure in MEASURES:
        x = f"{measure}_2020"
        formula = f"log(income_2020) ~ {x}{LADDER['people, place']}"
        for kind in ("lag", "error"):
            fit = spatial_model(formula, sample, W, id="adcode", kind=kind)
            found = fit.term(x) if kind == "error" else total_impact(fit, x)
            dependence = fit.term("rho" if kind == "lag" else "lambda")
            rows.append({
                "what": f"Spatial {kind} 2020, {measure} share, people, place",
                "family": "spatial", "exposure": x, "controls": "people, place",
                **per_cent(found, sample[x].std()), "nobs": fit.nobs, "counts": True,
                "dependence": dependence.estimate, "dependence_p": dependence.p_value,
            })  # fmt: skip
    return pd.DataFrame(rows)


def total_impact(fit: Any, x: str) -> Any:  # noqa: ANN401 (a result; a row of its impacts)
    """Return the total impact of a regressor in a spatial lag model."""
    table = fit.impacts().table()
    return next(table[(table.regressor == x) & (table.effect == "total")].itertuples())


def guizhou_models(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every income model of Guizhou; `counts` marks those that 2.3-b judges.

    Returns
    -------
    DataFrame
        what, family, exposure, controls, estimate, conf_low, conf_high (% of income for one
        standard deviation more), nobs (counties), counts, dependence (rho or lambda).
    """
    data = county_frame() if data is None else data
    parts = [part(data) for part in (cross_sections, differences, paths, neighbours)]
    return pd.concat(parts, ignore_index=True)
