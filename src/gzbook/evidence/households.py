"""The frames and models behind section 2.3 beside income: work, leaving, sources, the weak."""

import numpy as np
import pandas as pd

from gzbook.evidence import income
from gzbook.frames import MEASURES, PEOPLE, county_frame, with_every_income
from gzcounty.data.counties import load_census, load_china_counties, load_panel
from gzcounty.data.guizhou import load_counties
from gzcounty.inference.specifications import specification_curve
from gzcounty.models.differences import long_difference
from gzcounty.models.ols import ols
from gzcounty.models.result import Result

COMMERCE = {"commerce share of 2010": "commerce_share_2010"}
DIGITAL = {"digital share of 2010": "digital_share_2010"}
WORK = {
    "non-farm share": ("nonfarm_share", {**COMMERCE, **DIGITAL}),
    # A share on its own start would only measure convergence.
    "trade, transport and information share": ("commerce_share", DIGITAL),
}


def work_data() -> pd.DataFrame:
    """Return the change of shares employed 2010-2020 by group of constant borders, with starts.

    Returns
    -------
    DataFrame
        d_nonfarm_share, d_commerce_share and others (points),
        levels of 2010 with the suffix _2010, prefecture, outside (no member is a district).
    """
    census = load_census(harmonised=True)
    names = ["nonfarm_share", "commerce_share", "digital_share", *PEOPLE]
    out = long_difference(census, names, "group", "year", 2010, 2020)
    by_group = load_counties().groupby("group")
    out["prefecture"] = out.group.map(by_group.prefecture_en.first())
    district = by_group.unit_type.agg(lambda kinds: (kinds == "district").any())
    out["outside"] = ~out.group.map(district)
    return out


def work_models(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the 24 models of 2.3-a: points of the outcome for one point of penetration."""
    data = work_data() if data is None else data
    parts = []
    for outcome, (column, exposures) in WORK.items():
        start = [f"{column}_2010"]
        curve = specification_curve(
            data,
            {outcome: f"d_{column}"},
            exposures,
            {"start": start, "start, people": [*start, *(f"{name}_2010" for name in PEOPLE)]},
            effects=["none", "prefecture"],
            samples={"all groups": data.group != "", "no districts": data.outside},
        )
        parts.append(curve.table())
    table = pd.concat(parts, ignore_index=True)
    words = ["outcome", "exposure", "controls", "effects", "sample"]
    table.insert(0, "what", table[words].astype(str).agg("; ".join, axis=1))
    return table


def registered_2010() -> pd.DataFrame:
    """Return residents and registered people of 2010 by county (borders of 2010), and `value`.

    The value is the share of the registered, in %, by which residents fall short of them.
    """
    census = load_census().query("year == 2010")
    out = census.dropna(subset=["population", "population_registered"])
    out = out[["adcode", "population", "population_registered"]].reset_index(drop=True)
    out["value"] = 100.0 * (1.0 - out.population / out.population_registered)
    return out


def gaps() -> pd.DataFrame:
    """Return people away by group of constant borders, 2010 and 2020.

    Registered people of 2010 are those of the census, of 2020 those of the county yearbook, which
    lacks most city districts. A group is known if all of its members are.

    Returns
    -------
    DataFrame
        group, resident_2010, resident_2020, registered_2010, registered_2020, gap_2010, gap_2020 (%
        of the registered), value (gap_2020 - gap_2010, points), known.
    """
    census = load_census(harmonised=True)
    wide = census.pivot(index="group", columns="year", values="population")
    out = wide[[2010, 2020]].set_axis(["resident_2010", "resident_2020"], axis=1)
    before = census[census.year == 2010].set_index("group").population_registered
    out["registered_2010"] = before
    yearbook = load_china_counties().set_index("adcode").population_registered_2020
    counties = load_counties()
    own = counties.adcode.map(yearbook).groupby(counties.group)
    out["registered_2020"] = own.agg(lambda people: people.sum(min_count=len(people)))
    for year in (2010, 2020):
        out[f"gap_{year}"] = 100.0 * (1.0 - out[f"resident_{year}"] / out[f"registered_{year}"])
    out["value"] = out.gap_2020 - out.gap_2010
    out["known"] = out.value.notna()
    return out.reset_index()


def ratios() -> pd.DataFrame:
    """Return urban over rural income, one row a county and year 2014-2023, counties with all ten.

    Returns
    -------
    DataFrame
        adcode, year, value.
    """
    panel = load_panel().query("2014 <= year <= 2023").dropna(
        subset=["urban_income", "rural_income"]
    )  # fmt: skip
    years = panel.groupby("adcode").year.transform("nunique")
    out = panel[years == years.max()]
    return out[["adcode", "year"]].assign(value=out.urban_income / out.rural_income)


def inclusion_data() -> pd.DataFrame:
    """Return growth of income 2014-2023 with penetration, poverty and minorities from their means.

    Returns
    -------
    DataFrame
        As `with_every_income`, and commerce, digital (standard deviations of the share of 2010),
        poorer (log points below the mean of log income 2014), minority (points above the mean).
    """
    out = with_every_income(county_frame())
    for measure in MEASURES:
        own = out[f"{measure}_2010"]
        out[measure] = (own - own.mean()) / own.std()
    out["poorer"] = out.log_start.mean() - out.log_start
    out["minority"] = out.minority_share_2010 - out.minority_share_2010.mean()
    return out


def inclusion(data: pd.DataFrame, measure: str) -> Result:
    """Return growth on penetration, poverty, minorities, and both interactions: HC3."""
    return ols(f"growth ~ {measure} * poorer + {measure} * minority", data)


def inclusion_models(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the four interactions of 2.3-h, in per cent of income.

    For one standard deviation more penetration, together with an income a tenth lower or a minority
    share ten points higher.
    """
    data = inclusion_data() if data is None else data
    rows = []
    for measure in MEASURES:
        fit = inclusion(data, measure)
        for name, step, words in (
            ("poorer", -np.log(0.9), "an income a tenth lower"),
            ("minority", 10.0, "ten points more minority people"),
        ):
            found = fit.term(f"{measure}:{name}")
            rows.append({
                "what": f"{measure} share x {words}",
                **income.per_cent(found, step),
                "p_value": found.p_value,
                "nobs": fit.nobs,
            })  # fmt: skip
    return pd.DataFrame(rows)


CHANNELS = {
    "share of non-farm work": "nonfarm_share",
    "years of schooling": "schooling_years",
    "share from other counties": "incomers",
    "residents, log points x 100": "log_residents",
}


def channel_models() -> pd.DataFrame:
    """Return what changed 2010-2020 where penetration was higher: work, schooling, people.

    Changes on groups of constant borders on the commerce share of 2010 with the starting level and
    the urban share of 2010, for one standard deviation. A channel that does not move cannot carry
    an effect; one that moves may have other causes.

    Returns
    -------
    DataFrame
        what, estimate, conf_low, conf_high (units of the outcome), nobs.
    """
    census = load_census(harmonised=True)
    moved = census.migrants_from_other_county_in_province + census.migrants_from_other_province
    census["incomers"] = 100.0 * moved / census.population
    census["log_residents"] = 100.0 * np.log(census.population)
    columns = [*CHANNELS.values(), "commerce_share", "urban_share"]
    data = long_difference(census, columns, "group", "year", 2010, 2020)
    rows = []
    for label, column in CHANNELS.items():
        fit = ols(f"d_{column} ~ commerce_share_2010 + {column}_2010 + urban_share_2010", data)
        found = fit.term("commerce_share_2010")
        step = data.commerce_share_2010.std()
        ends = {name: step * getattr(found, name) for name in ("estimate", "conf_low", "conf_high")}
        rows.append({"what": f"Change in {label}", **ends, "nobs": fit.nobs})
    return pd.DataFrame(rows)
