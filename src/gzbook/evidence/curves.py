"""The specification curve behind claim 1-c: what goes with penetration in county economies.

Three parts, as each measure of penetration has its own counties: Guizhou's counties on the shares
of the census, Guizhou's panel on what varies by year, China's counties. Outcomes are in logs, so an
estimate is log points for one standard deviation more penetration.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gzbook.frames import PEOPLE, PLACE, county_frame, national_frame, year_frame
from gzcounty.data.counties import load_panel
from gzcounty.inference.specifications import SpecificationCurve, specification_curve
from gzcounty.measures.penetration import penetration

CENSUS = {
    "commerce 2020": "commerce_2020",
    "digital 2020": "digital_2020",
    "commerce 2010": "commerce_2010",
    "digital 2010": "digital_2010",
}
BEFORE = {label: column for label, column in CENSUS.items() if "2010" in label}
LEVELS = {
    "income 2020": "log_income",
    "GDP a resident 2020": "log_gdp",
    "lights 2020": "log_lights",
}
GROWTH = {
    "growth of income 2014-2023": ("income_2014", "income_2023"),
    "growth of lights 2013-2020": ("lights_2013", "lights_2020"),
}
NATIONAL = {
    "GDP a resident, China": "log_gdp",
    "savings a resident, China": "log_savings",
    "lights, China": "log_lights",
}
CHOICES = ["outcome", "exposure", "controls", "sample", "effects", "weights"]
SHUFFLES = 199


def guizhou_data() -> pd.DataFrame:
    """Return the 88 counties with outcomes in logs and the samples as columns."""
    data = county_frame()
    gdp = load_panel().query("year == 2020").set_index("adcode").gdp
    data["log_income"] = np.log(data.income_2020)
    data["log_gdp"] = np.log(1e6 * data.adcode.map(gdp) / data.population)
    data["log_lights"] = np.log(data.lights_2020)
    data["kept"], data["outside"] = ~data.territory_changed, data.unit_type != "district"
    return data


def _samples(data: pd.DataFrame) -> dict[str, Any]:
    return {"all": data.adcode > "", "borders kept": data.kept, "no districts": data.outside}


def levels(**more: Any) -> SpecificationCurve:  # noqa: ANN401 (arguments of the curve)
    """Return the levels of 2020 in Guizhou on the shares of the census: 216 specifications."""
    data = guizhou_data()
    return specification_curve(
        data,
        LEVELS,
        CENSUS,
        {"none": [], "people": PEOPLE, "people, place": [*PEOPLE, *PLACE]},
        effects=["none", "prefecture_en"],
        samples=_samples(data),
        standardise=True,
        **more,
    )


def growth(outcome: str, **more: Any) -> SpecificationCurve:  # noqa: ANN401
    """Return growth in Guizhou on the shares of 2010: 48 specifications an outcome."""
    data = guizhou_data()
    first, last = GROWTH[outcome]
    data["start"] = np.log(data[first])
    data["growth"] = np.log(data[last]) - data.start
    people = [f"{name}_2010" for name in PEOPLE]
    return specification_curve(
        data,
        {outcome: "growth"},
        BEFORE,
        {
            "none": [],
            "start": ["start"],
            "start, people": ["start", *people],
            "start, people, place": ["start", *people, *PLACE],
        },
        effects=["none", "prefecture_en"],
        samples=_samples(data),
        standardise=True,
        **more,
    )


def panel_data(name: str) -> pd.DataFrame:
    """Return log income or log lights by county and year, with both measures that vary by year."""
    out = year_frame(guizhou_data(), name)
    finance = penetration("finance").rename(columns={"penetration": "finance"})
    out = out.merge(finance[["adcode", "year", "finance"]], on=["adcode", "year"], how="left")
    # A county's own trend by where it started, so that poor and rich may converge.
    out["start_by_year"] = out.log_start * (out.year - out.year.min())
    return out


def panel(name: str, measure: str, **more: Any) -> SpecificationCurve:  # noqa: ANN401
    """Return the panel on one measure that varies by year: 12 specifications.

    Clustered by county, and for digital finance by prefecture: it has one value a prefecture.
    Effects of prefectures by year leave nothing of it, and those rows say so.
    """
    data = panel_data(name)
    column, cluster = {
        "shift-share": ("online", "adcode"),
        "digital finance": ("finance", "prefecture_en"),
    }[measure]
    return specification_curve(
        data,
        {f"yearly {name}": "log"},
        {measure: column},
        {"none": [], "start": ["start_by_year"]},
        entity="adcode",
        time="year",
        effects={
            "county, year": ["adcode", "year"],
            "county, prefecture by year": ["adcode", ("prefecture_en", "year")],
        },
        samples={
            "all": data.adcode > "",
            "borders kept": ~data.territory_changed,
            "until 2019": data.year < 2020,
        },
        cluster=cluster,
        standardise=True,
        **more,
    )


def china(**more: Any) -> SpecificationCurve:  # noqa: ANN401
    """Return China's counties in 2020 on villages and shares: 324 specifications."""
    data = national_frame()
    data["log_lights"] = np.log(data.lights_2020)
    people = ["urban_share", "schooling_years"]
    return specification_curve(
        data,
        NATIONAL,
        {
            "Taobao village rate": "village_rate",
            "any Taobao village": "any_village",
            "commerce share, China": "commerce_share",
            "digital share, China": "digital_share",
        },
        {
            "none": [],
            "people": people,
            "people, age, size": [*people, "minority_share", "age_65plus_share", "log_population"],
        },
        effects=["none", "province_en", "prefecture_adcode"],
        samples={
            "all": data.adcode > "",
            "no districts": ~data.district,
            "GDP not flagged": ~data.gdp_change_flagged,
        },
        cluster="prefecture_adcode",
        standardise=True,
        **more,
    )


def parts(**more: Any) -> dict[str, SpecificationCurve]:  # noqa: ANN401
    """Return all curves by name; `more` goes to each, such as ``shuffles=199``."""
    found = {"Guizhou, levels": levels(**more)}
    found |= {f"Guizhou, {name}": growth(name, **more) for name in GROWTH}
    for name in ("income", "lights"):
        for measure in ("shift-share", "digital finance"):
            found[f"Guizhou, yearly {name}, {measure}"] = panel(name, measure, **more)
    return {**found, "China": china(**more)}


def table(curves: Mapping[str, SpecificationCurve]) -> pd.DataFrame:
    """Put curves under each other, with the columns `part` and `what`."""
    rows = pd.concat([c.table().assign(part=name) for name, c in curves.items()], ignore_index=True)
    for name in CHOICES:
        labels = rows[name].astype(str).replace({"prefecture_en": "prefecture"})
        labels = labels.replace({"province_en": "province", "prefecture_adcode": "prefecture"})
        rows[name] = pd.Categorical(labels, _in_order(labels))
    rows.insert(0, "what", rows[CHOICES[:-1]].astype(str).agg("; ".join, axis=1))
    return rows


def _in_order(labels: Sequence[str] | pd.Series) -> list[str]:
    return list(dict.fromkeys(labels))


def sides(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Count, by a column, the intervals above zero, below it and across it.

    Returns
    -------
    DataFrame
        One row a value of `by`: estimated, above, below, across (counts), median (log points x
        100).
    """
    known = rows.dropna(subset="estimate")
    flags = pd.DataFrame({
        by: known[by],
        "estimated": 1,
        "above": known.conf_low > 0,
        "below": known.conf_high < 0,
        "median": 100.0 * known.estimate,
    })  # fmt: skip
    how = {"estimated": "sum", "above": "sum", "below": "sum", "median": "median"}
    out = flags.groupby(by, observed=True, sort=False).agg(how).reset_index()
    out.insert(4, "across", out.estimated - out.above - out.below)
    return out
