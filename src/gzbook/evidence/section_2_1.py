"""Tests of section 2.1, distinctive industries; 2.1-e stands with section 3.1."""

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence._games import CASES, RULE, comparisons
from gzbook.evidence._specialisation import pillars, specialisation_curve
from gzbook.tables import sides
from gzcounty.data.counties import load_census, load_panel
from gzcounty.data.guizhou import load_counties, load_events, load_geography
from gzcounty.measures.change import sample_name
from gzcounty.models.ols import ols

YEAR = 2020


def units_of_the_province() -> Evidence:
    """Count prefectures and county-level units."""
    counties = load_counties()
    found = [counties.prefecture_adcode.nunique(), counties.adcode.nunique()]
    evidence = pd.DataFrame({
        "what": ["prefecture-level units", "county-level units"],
        "stated": [9, 88],
        "found": found,
    })  # fmt: skip
    finding = (
        f"The county table holds {found[1]} county-level units in {found[0]} prefecture-level ones."
    )
    return Evidence(evidence, finding, sample_name(counties.adcode), "today")


OUTCOMES = {
    "GDP a resident": "log_gdp",
    "night lights": "log_lights",
    "rural income": "log_income",
}
PLACE = {"relief": "ruggedness", "distance_guiyang_km": "distance"}


def mountain_data() -> pd.DataFrame:
    """Return terrain, distance and three outcomes of 2020 for the 88 counties, in logs."""
    counties = load_counties()[["adcode", "name_en", "name_zh", "prefecture_en"]]
    panel, census = load_panel(), load_census()
    out = counties.merge(load_geography()[["adcode", *PLACE]], on="adcode", validate="1:1")
    out = out.merge(panel[panel.year == YEAR], on="adcode", how="left", validate="1:1")
    residents = census[census.year == YEAR].set_index("adcode").population
    out["log_gdp"] = np.log(1e6 * out.gdp / out.adcode.map(residents))
    out["log_lights"], out["log_income"] = np.log(out.lights), np.log(out.rural_income)
    return out


def mountain_models(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the 12 coefficients of 2.1-b: % for one standard deviation, standard errors HC3."""
    data = mountain_data() if data is None else data
    rows = []
    for name, outcome in OUTCOMES.items():
        own = data.dropna(subset=outcome).copy()
        own[list(PLACE)] = (own[list(PLACE)] - own[list(PLACE)].mean()) / own[list(PLACE)].std()
        for effects, more in (("", ""), (", within prefectures", " + C(prefecture_en)")):
            table = ols(f"{outcome} ~ {' + '.join(PLACE)}{more}", own).table().set_index("term")
            for column, label in PLACE.items():
                found = table.loc[column, ["estimate", "conf_low", "conf_high"]].astype(float)
                rows.append({
                    "what": f"{name} on {label}{effects}", "outcome": name, "exposure": label,
                    "effects": "prefecture" if more else "none",
                    **(100.0 * np.expm1(found)), "p_value": table.p_value[column],
                    "nobs": len(own), "sample": sample_name(own.adcode),
                })  # fmt: skip
    return pd.DataFrame(rows)


def mountains() -> Evidence:
    """Regress three outcomes on relief and distance, with and without prefecture effects."""
    evidence = mountain_models()
    below = evidence[evidence.conf_high < 0]
    parts = [
        f"{int((below.exposure == label).sum())} of {int((evidence.exposure == label).sum())} for "
        f"{label}"
        for label in PLACE.values()
    ]
    finding = (
        f"Of {len(evidence)} coefficients {len(below)} lie wholly below zero ({', '.join(parts)}) "
        f"and {int((evidence.conf_low > 0).sum())} above; for one standard deviation they run from "
        f"{evidence.estimate.min():.0f} to {evidence.estimate.max():+.0f} %. An association: what "
        "roads, schools and towns do in between is part of it."
    )
    return Evidence(evidence, finding, _samples(evidence), str(YEAR))


def _samples(evidence: pd.DataFrame) -> str:
    named = evidence.drop_duplicates("outcome")
    return "; ".join(f"{row.outcome}: {row.sample}" for row in named.itertuples())


def mainly_farming() -> Evidence:
    """Take the share of farm workers in 2010, county by county."""
    census = load_census()
    own = census[census.year == 2010].merge(load_counties()[["adcode", "name_en"]], on="adcode")
    evidence = pd.DataFrame({"what": own.name_en, "adcode": own.adcode, "value": own.farm_share})
    evidence = evidence.sort_values("value", ignore_index=True)
    above = int((evidence.value > 50).sum())
    finding = (
        f"In {above} of {len(evidence)} counties ({100 * above / len(evidence):.0f} %) more than "
        f"half of the employed worked in farming; the median is {evidence.value.median():.0f} %. "
        "That the farms lay in the mountains is not in the census."
    )
    return Evidence(evidence, finding, sample_name(own.adcode), "2010")


def single_pillars() -> Evidence:
    """Count counties specialised in mining or in hotels and catering."""
    evidence = pillars()
    evidence.insert(0, "what", "location quotient above 2, " + evidence.year.astype(str))
    evidence["value"] = evidence.specialised
    parts = [
        f"{row.specialised} of {row.counties} counties in {row.year} ({row.mining} in mining, "
        f"{row.hotels} in hotels and catering)"
        for row in evidence.itertuples()
    ]
    finding = (
        f"More than twice the province's share in one of the two: {' and '.join(parts)}. That is "
        "specialisation, not a living: in no county and year did mining employ more than "
        f"{evidence.mining_highest.max():.0f} %, or hotels and catering more than "
        f"{evidence.hotels_highest.max():.0f} %."
    )
    first, last = evidence.counties
    return Evidence(evidence, finding, f"{last} counties of Guizhou, {first} in 2010", "2010, 2020")


def new_momentum() -> Evidence:
    """Regress the change of specialisation on penetration in 2010."""
    table = specialisation_curve().table()
    what = table["sample"].astype(str) + "; " + table["exposure"].astype(str)
    evidence = table.assign(what=what + "; controls: " + table["controls"].astype(str))
    above, below = sides(table)
    finding = (
        f"Of {len(table)} models {above} find that specialisation grew more where penetration was "
        f"higher in 2010, {below} that it grew less; for one standard deviation the estimates run "
        f"from {table.estimate.min():.2f} to {table.estimate.max():+.2f} standard deviations. "
        "Penetration is who works in trade, transport and information, not what is sold online."
    )
    n, fewer = table.nobs.max(), table.nobs.min()
    sample = f"{n} groups of constant borders ({fewer} with schooling and urban share)"
    return Evidence(evidence, finding, sample, "2010-2020")


def known_in_2023() -> Evidence:
    """Look up the year of both counties' events."""
    events = load_events()
    rows = []
    for case, (adcode, _) in CASES.items():
        for event in events[(events.adcode == adcode) & (events.kind == "event")].itertuples():
            rows.append({
                "what": f"{case}: {event.event}", "stated": 2023, "found": int(event.year),
                "date": event.date, "source": event.source,
            })  # fmt: skip
    evidence = pd.DataFrame(rows)
    years = ", ".join(map(str, sorted(set(evidence.found))))
    finding = (
        f"Both counties' events are dated {years} in our table. How widely they were known is not "
        "in it; for Taijiang it names the final only, and earlier rounds are not listed."
    )
    return Evidence(evidence, finding, "2 of the 88 counties", "2023")


def lasting_growth() -> Evidence:
    """Compare both counties with synthetic twins, in rural income and GDP."""
    evidence = comparisons(RULE)
    parts = []
    for row in evidence.itertuples():
        ends = f"{row.conf_low:,.1f} to {row.conf_high:,.1f}"
        interval = ends if np.isfinite(row.conf_low) else "interval without bounds"
        parts.append(
            f"{row.case}, {row.way}: {row.estimate:+,.1f} {row.unit} ({interval}; "
            f"p = {row.p_value:.2f})"
        )
    years = " and ".join(map(str, sorted(set(evidence.years_after))))
    finding = (
        f"Average gap to the synthetic county: {'; '.join(parts)}. With {evidence.donors.min()} "
        f"placebos no p-value can be below {evidence.smallest_p.max():.3f}, and "
        f"{years} years after the start cannot show that growth lasts."
    )
    n = evidence.donors.min()
    sample = f"2 cases, each with {n} other former poverty counties"
    return Evidence(evidence, finding, sample, "2014-2023")


TESTS = {
    "2.1-a": units_of_the_province,
    "2.1-b": mountains,
    "2.1-c": mainly_farming,
    "2.1-d": single_pillars,
    "2.1-f": new_momentum,
    "2.1-g": known_in_2023,
    "2.1-h": lasting_growth,
}
