"""Evidence of section 2.1, distinctive industries; 2.1-e stands with section 3.1."""

from typing import Literal

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import PLACE, county_frame, panel_wide
from gzbook.groups import group_frame, group_workers
from gzbook.tables import find_row, tally, tally_and_range
from gzcounty.charts.coefficients import estimate_row
from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import load_counties, load_events, load_industry_employment
from gzcounty.inference.specifications import specification_curve
from gzcounty.measures.change import FIRST_DISPOSABLE_INCOME, GDP_BREAK, sample_name
from gzcounty.measures.specialisation import herfindahl, krugman_dissimilarity, location_quotient
from gzcounty.models.ols import ols
from gzcounty.models.synthetic import synthetic_control


def units_of_the_province() -> Evidence:
    """Count prefectures and county-level units."""
    counties = load_counties()
    facts = {"prefectures": counties.prefecture_adcode.nunique(), "units": len(counties)}
    table = pd.DataFrame({
        "what": ["prefecture-level units", "county-level units"],
        "stated": [9, 88],
        "found": [facts["prefectures"], facts["units"]],
    })  # fmt: skip
    return Evidence(
        table,
        "The county table holds {units} county-level units in {prefectures} prefecture-level ones.",
        sample_name(counties.adcode),
        "today",
        facts,
    )


OUTCOMES = {
    "GDP a resident": "gdp_resident",
    "night lights": "lights_2020",
    "rural income": "income_2020",
}
TERRAIN = {"relief": "ruggedness", "distance_guiyang_km": "distance"}
EFFECTS = {"none": "", "prefecture": " + C(prefecture_en)"}


def mountain_data() -> pd.DataFrame:
    """Return `county_frame` with GDP a resident of 2020, in yuan (gdp_resident)."""
    counties = county_frame()
    gdp = counties.adcode.map(panel_wide("gdp")[2020])
    return counties.assign(gdp_resident=1e6 * gdp / counties.population)


def mountain_models(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the 12 coefficients of 2.1-b: % for one standard deviation, standard errors HC3."""
    data = mountain_data() if data is None else data
    rows = []
    for outcome, column in OUTCOMES.items():
        part = data.dropna(subset=column)
        for effects, dummies in EFFECTS.items():
            fit = ols(f"log({column}) ~ {' + '.join(TERRAIN)}{dummies}", part)
            for term, exposure in TERRAIN.items():
                row = estimate_row(fit, term, "", scale=part[term].std(), per_cent=True)
                rows.append({
                    "outcome": outcome, "exposure": exposure, "effects": effects,
                    **{name: row[name] for name in ("estimate", "conf_low", "conf_high", "nobs")},
                    "sample": sample_name(part.adcode),
                })  # fmt: skip
    table = pd.DataFrame(rows)
    within = table.effects.map({"none": "", "prefecture": ", within prefectures"})
    table.insert(0, "what", table.outcome + " on " + table.exposure + within)
    return table


def mountains() -> Evidence:
    """Regress three outcomes on relief and distance, with and without prefecture effects."""
    table = mountain_models()
    by_exposure = {name: tally(rows) for name, rows in table.groupby("exposure")}
    samples = table.drop_duplicates("outcome")
    return Evidence(
        table,
        "Of {models} coefficients {below} lie wholly below zero ({ruggedness[below]} of "
        "{ruggedness[models]} for ruggedness, {distance[below]} of {distance[models]} for "
        "distance) and {above} above; for one standard deviation they run from {low:.0f} to "
        "{high:+.0f} %. An association: what roads, schools and towns do in between is part of it.",
        "; ".join(samples.outcome + ": " + samples["sample"]),
        "2020",
        {**tally_and_range(table), **by_exposure},
    )


def mainly_farming() -> Evidence:
    """Take the share of farm workers in 2010, county by county."""
    census = load_census().query("year == 2010")
    data = census.merge(load_counties()[["adcode", "name_en"]], on="adcode")
    table = pd.DataFrame({"what": data.name_en, "adcode": data.adcode, "value": data.farm_share})
    table = table.sort_values("value", ignore_index=True)
    above = int((table.value > 50).sum())
    return Evidence(
        table,
        "In {above} of {counties} counties ({share:.0f} %) more than half of the employed worked "
        "in farming; the median is {median:.0f} %. That the farms lay in the mountains is not in "
        "the census.",
        sample_name(data.adcode),
        "2010",
        {
            "above": above, "counties": len(table),
            "share": 100 * above / len(table), "median": table.value.median(),
        },
    )  # fmt: skip


def pillars(quotient: float = 2.0) -> pd.DataFrame:
    """Count counties specialised in mining or in hotels and catering, one row a census.

    Counties as they were in the year: a level is counted, not a change.

    Parameters
    ----------
    quotient : float
        Location quotient against the province above which a county counts.

    Returns
    -------
    DataFrame
        what, year, counties, specialised (in either), mining and hotels (in each), the highest
        share of the employed of one county in % (mining_highest, hotels_highest), and value
        (specialised).
    """
    rows = []
    jobs = load_industry_employment()
    for year, long in jobs[jobs.adcode.isin(load_counties().adcode)].groupby("year"):
        workers = long.pivot(index="adcode", columns="section", values="employed")
        workers = workers.loc[:, workers.sum() > 0]
        high = location_quotient(workers)[["B", "H"]] > quotient
        shares = 100.0 * workers.div(workers.sum(axis=1), axis=0)
        rows.append({
            "what": f"location quotient above {quotient:g}, {year}",
            "year": int(year), "counties": len(workers),
            "specialised": int(high.any(axis=1).sum()),
            "mining": int(high.B.sum()), "hotels": int(high.H.sum()),
            "mining_highest": float(shares.B.max()), "hotels_highest": float(shares.H.max()),
        })  # fmt: skip
    table = pd.DataFrame(rows)
    return table.assign(value=table.specialised)


def single_pillars() -> Evidence:
    """Count counties specialised in mining or in hotels and catering."""
    table = pillars()
    census = {f"census_{row['year']}": row for row in table.to_dict("records")}
    return Evidence(
        table,
        "More than twice the province's share in one of the two: {census_2010[specialised]} of "
        "{census_2010[counties]} counties in 2010 ({census_2010[mining]} in mining, "
        "{census_2010[hotels]} in hotels and catering) and {census_2020[specialised]} of "
        "{census_2020[counties]} counties in 2020 ({census_2020[mining]} in mining, "
        "{census_2020[hotels]} in hotels and catering). That is specialisation, not a living: in "
        "no county and year did mining employ more than {mining:.0f} %, or hotels and catering "
        "more than {hotels:.0f} %.",
        f"{census['census_2020']['counties']} counties of Guizhou, "
        f"{census['census_2010']['counties']} in 2010",
        "2010, 2020",
        {**census, "mining": table.mining_highest.max(), "hotels": table.hotels_highest.max()},
    )


def specialisation(year: int) -> pd.DataFrame:
    """Return four measures of specialisation by group, Krugman's against the sum of the groups.

    Farm work fell everywhere and most where there was most of it; and what penetration counts
    (trade, transport, information) should not be found again in what it is to explain.
    """
    workers = group_workers(year)
    outside = workers.drop(columns="A")
    rest = outside.drop(columns=["F", "G", "I"])
    krugman = {
        "Krugman, all sections": workers,
        "Krugman, without farming": outside,
        "Krugman, without farming and penetration": rest,
    }
    table = {name: krugman_dissimilarity(part, part.sum()) for name, part in krugman.items()}
    return pd.DataFrame({**table, "Herfindahl, without farming": herfindahl(outside)})


def specialisation_models() -> pd.DataFrame:
    """Return the 32 models of 2.1-f: change 2010-2020 on one standard deviation of penetration.

    Start and change are in standard deviations of the groups in 2010. The measures are rows of one
    table, and each is a sample of the curve, so that every one has its own starting level.
    """
    first, last = specialisation(2010), specialisation(2020)
    spread = first.std()
    parts = {"start": (first - first.mean()) / spread, "change": (last - first) / spread}
    long = pd.DataFrame({name: part.unstack() for name, part in parts.items()})
    long = long.rename_axis(["measure", "group"]).reset_index()
    data = long.merge(group_frame().reset_index(), on="group", validate="m:1")
    people = ["urban_share", "schooling_years"]
    table = specification_curve(
        data,
        outcomes={"change 2010-2020": "change"},
        exposures={"commerce": "commerce", "digital": "digital"},
        controls={
            "none": [],
            "starting level": ["start"],
            "starting level, people": ["start", *people],
            "starting level, people, place": ["start", *people, *PLACE],
        },
        entity="group",
        time="measure",
        effects="none",
        samples={name: data.measure == name for name in first},
        standardise=True,
    ).table()
    names = table[["sample", "exposure", "controls"]].astype(str)
    what = names["sample"] + "; " + names.exposure + "; controls: " + names.controls
    return table.assign(what=what)


def new_momentum() -> Evidence:
    """Regress the change of specialisation on penetration in 2010."""
    table = specialisation_models()
    return Evidence(
        table,
        "Of {models} models {above} find that specialisation grew more where penetration was "
        "higher in 2010, {below} that it grew less; for one standard deviation the estimates run "
        "from {low:.2f} to {high:+.2f} standard deviations. Penetration is who works in trade, "
        "transport and information, not what is sold online.",
        f"{table.nobs.max()} groups of constant borders ({table.nobs.min()} with schooling and "
        "urban share)",
        "2010-2020",
        tally_and_range(table),
    )


Case = Literal["Rongjiang", "Taijiang"]
Way = Literal["rural income", "GDP with a break term"]
GAMES: dict[Case, tuple[str, int]] = {"Rongjiang": ("522632", 2023), "Taijiang": ("522630", 2022)}
"""Counties of the village games: adcode, and the first year in which the games drew crowds."""
UNITS: dict[Way, str] = {
    "rural income": "yuan a person",
    "GDP with a break term": "log points x 100",
}


def known_in_2023() -> Evidence:
    """Look up the year of both counties' events."""
    events = load_events().query("kind == 'event'")
    rows = []
    for case, (adcode, _) in GAMES.items():
        for event in events[events.adcode == adcode].itertuples():
            rows.append({
                "what": f"{case}: {event.event}", "case": case, "stated": 2023,
                "found": int(event.year), "date": event.date, "source": event.source,
            })  # fmt: skip
    table = pd.DataFrame(rows)
    return Evidence(
        table,
        "Both counties' events are dated {years} in our table. How widely they were known is not "
        "in it; for Taijiang it names the final only, and earlier rounds are not listed.",
        "2 of the 88 counties",
        "2023",
        {"years": ", ".join(map(str, sorted(set(table.found))))},
    )


def games_panel(case: Case, way: Way, start: int) -> pd.DataFrame:
    """Return the balanced panel of one comparison: adcode, year, value.

    It holds the case and the other former poverty counties with the outcome in every year, without
    the other case. GDP is in logs; each county's level before `start` is taken out of both bases,
    because the revision of 2019 moved them one by one.
    """
    counties = load_counties()
    poor = counties.adcode[counties.former_poverty_county]
    others = [adcode for name, (adcode, _) in GAMES.items() if name != case]
    wide = panel_wide("rural_income" if way == "rural income" else "gdp")
    wide = wide.loc[wide.index.isin(set(poor) - set(others)), FIRST_DISPOSABLE_INCOME:].dropna()
    if way == "GDP with a break term":
        wide = 100.0 * np.log(wide)
        base = wide.columns >= GDP_BREAK
        for years in (wide.columns[~base], wide.columns[base]):
            level = wide[years[years < start]].mean(axis=1)
            wide[years] = wide[years].sub(level, axis=0)
    return wide.melt(ignore_index=False).reset_index()


def comparison(case: Case, way: Way, start: int | None = None) -> dict[str, object]:
    """Compare a county of the village games with its synthetic twin, as a row.

    Returns
    -------
    dict
        what, case, way, unit, start, years_after, donors, estimate (average gap from the start
        on), conf_low, conf_high (without bound where the ranks rule nothing out), p_value (rank of
        the ratio of the misfit after the start to that before), smallest_p.
    """
    adcode, usual = GAMES[case]
    start = usual if start is None else start
    panel = games_panel(case, way, start)
    fit = synthetic_control(panel, "value", "adcode", "year", adcode, start)
    placebos = fit.placebos_in_space()
    gap = find_row(fit.table(), term=f"average gap from {start}")
    bounded = np.isfinite([gap.conf_low, gap.conf_high]).all()
    return {
        "what": f"{case}, {way}, from {start}",
        "case": case,
        "way": way,
        "unit": UNITS[way],
        "start": start,
        "years_after": int(fit.path().after.sum()),
        "donors": len(fit.weights),
        "estimate": gap.estimate,
        "conf_low": gap.conf_low if bounded else -np.inf,
        "conf_high": gap.conf_high if bounded else np.inf,
        "p_value": placebos.p_ratio,
        "smallest_p": placebos.smallest_p,
    }


def lasting_growth() -> Evidence:
    """Compare both counties with synthetic twins, in rural income and GDP."""
    table = pd.DataFrame([comparison(case, way) for way in UNITS for case in GAMES])
    bounds = table[["conf_low", "conf_high"]].map("{:,.1f}".format).agg(" to ".join, axis=1)
    rows = table.assign(
        interval=bounds.where(np.isfinite(table.conf_low), "interval without bounds")
    )
    return Evidence(
        table,
        "Average gap to the synthetic county: Rongjiang, rural income: "
        "{rongjiang[estimate]:+,.1f} yuan a person ({rongjiang[interval]}; "
        "p = {rongjiang[p_value]:.2f}); Taijiang, rural income: {taijiang[estimate]:+,.1f} yuan a "
        "person ({taijiang[interval]}; p = {taijiang[p_value]:.2f}); Rongjiang, GDP with a break "
        "term: {rongjiang_gdp[estimate]:+,.1f} log points x 100 ({rongjiang_gdp[interval]}; "
        "p = {rongjiang_gdp[p_value]:.2f}); Taijiang, GDP with a break term: "
        "{taijiang_gdp[estimate]:+,.1f} log points x 100 ({taijiang_gdp[interval]}; "
        "p = {taijiang_gdp[p_value]:.2f}). With {donors} placebos no p-value can be below "
        "{smallest_p:.3f}, and {years} years after the start cannot show that growth lasts.",
        f"2 cases, each with {table.donors.min()} other former poverty counties",
        "2014-2023",
        {
            "rongjiang": find_row(rows, case="Rongjiang", way="rural income"),
            "taijiang": find_row(rows, case="Taijiang", way="rural income"),
            "rongjiang_gdp": find_row(rows, case="Rongjiang", way="GDP with a break term"),
            "taijiang_gdp": find_row(rows, case="Taijiang", way="GDP with a break term"),
            "donors": table.donors.min(),
            "smallest_p": table.smallest_p.max(),
            "years": " and ".join(map(str, sorted(set(table.years_after)))),
        },
    )


TESTS = {
    "2.1-a": units_of_the_province,
    "2.1-b": mountains,
    "2.1-c": mainly_farming,
    "2.1-d": single_pillars,
    "2.1-f": new_momentum,
    "2.1-g": known_in_2023,
    "2.1-h": lasting_growth,
}
