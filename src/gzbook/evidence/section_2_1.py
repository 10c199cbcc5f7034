"""Evidence of section 2.1, distinctive industries; 2.1-e stands with section 3.1."""

import warnings
from functools import cache
from typing import Literal, cast

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import PLACE, county_frame, group_frame, group_workers, panel_wide
from gzbook.tables import find_row, span, tally, tally_and_range
from gzcounty.charts.coefficients import estimate_row
from gzcounty.data.counties import load_census, load_china_counties, load_panel
from gzcounty.data.guizhou import (
    load_counties,
    load_early_years,
    load_events,
    load_geographical_indications,
    load_industry_employment,
    load_registrations,
)
from gzcounty.extras import require_library
from gzcounty.inference.specifications import specification_curve
from gzcounty.language import N_, _, in_language
from gzcounty.measures.change import FIRST_DISPOSABLE_INCOME, GDP_BREAK, sample_name
from gzcounty.measures.specialisation import herfindahl, krugman_dissimilarity
from gzcounty.models.ols import ols
from gzcounty.words import in_a_row


def units_of_the_province() -> Evidence:
    """Count prefectures and county-level units."""
    counties = load_counties()
    facts = {"prefectures": counties.prefecture_adcode.nunique(), "units": len(counties)}
    table = pd.DataFrame({
        "what": [_("prefecture-level units"), _("county-level units")],
        "stated": [9, 88],
        "found": [facts["prefectures"], facts["units"]],
    })  # fmt: skip
    return Evidence(
        table,
        N_(
            "The county table holds {units} county-level units in {prefectures} prefecture-level "
            "ones."
        ),
        sample_name(counties.adcode),
        _("today"),
        facts,
    )


OUTCOMES = {
    N_("GDP a resident"): "gdp_resident",
    N_("night lights"): "lights_2020",
    N_("rural income"): "income_2020",
}
TERRAIN = {"relief": N_("ruggedness"), "distance_guiyang_km": N_("distance")}
EFFECTS = {"none": "", "prefecture": " + C(prefecture_en)"}


def mountain_data() -> pd.DataFrame:
    """Return `county_frame` with GDP a resident of 2020, in yuan (gdp_resident)."""
    counties = county_frame()
    gdp = counties.adcode.map(panel_wide("gdp")[2020])
    return counties.assign(gdp_resident=1e6 * gdp / counties.population)


def mountain_models(data: pd.DataFrame) -> pd.DataFrame:
    """Return the 12 coefficients of 2.1-b: % for one standard deviation, standard errors HC3."""
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
    return pd.DataFrame(rows)


def mountains() -> Evidence:
    """Regress three outcomes on relief and distance, with and without prefecture effects."""
    table = mountain_models(mountain_data())
    by_exposure = {name: tally(rows) for name, rows in table.groupby("exposure")}
    samples = table.drop_duplicates("outcome")
    return Evidence(
        table,
        N_(
            "Of {models} coefficients {below} lie wholly below zero ({ruggedness[below]} of "
            "{ruggedness[models]} for ruggedness, {distance[below]} of {distance[models]} for "
            "distance) and {above} above; for one standard deviation they run from {low:.0f} to "
            "{high:+.0f} %. An association: what roads, schools and towns do in between is part of "
            "it."
        ),
        _("; ").join(
            _("{outcome}: {sample}", outcome=_(outcome), sample=sample)
            for outcome, sample in zip(samples.outcome, samples["sample"], strict=True)
        ),
        "2020",
        {**tally_and_range(table), **by_exposure},
    )


SECTORS = ["gdp_primary", "gdp_secondary", "gdp_tertiary"]


def farm_leads() -> pd.DataFrame:
    """Return in how many counties farming leads, by each yardstick, one row each.

    By work it leads where it has more than half of the employed; by value added, where the primary
    sector is the largest of the three. `value` is the share of counties in which it leads, `median`
    that of farming, both in %.
    """
    work = load_census().query("year == 2010").set_index("adcode").farm_share
    parts = [(N_("work"), 2010, work, work > 50)]
    for year, accounts in ((2000, load_early_years()), (2010, load_panel())):
        sectors = accounts[accounts.year == year].set_index("adcode")[SECTORS].dropna()
        share = 100.0 * sectors.gdp_primary / sectors.sum(axis=1)
        parts.append((N_("value added"), year, share, sectors.idxmax(axis=1) == "gdp_primary"))
    return pd.DataFrame([
        {
            "what": _("{yardstick}, {year}", yardstick=_(yardstick), year=year),
            "yardstick": yardstick, "year": year,
            "counties": len(share), "leads": int(leads.sum()), "median": share.median(),
            "value": 100.0 * leads.mean(), "sample": sample_name(share.index),
        }
        for yardstick, year, share, leads in parts
    ])  # fmt: skip


def mainly_farming() -> Evidence:
    """Count the counties in which farming leads, by work and by value added."""
    table = farm_leads()
    work, early, late = table.to_dict("records")
    return Evidence(
        table,
        N_(
            "By work farming led in {work[leads]} of {work[counties]} counties in {work[year]}: "
            "more than half of the employed farmed. By value added it was the largest sector in "
            "{early[leads]} of {early[counties]} in {early[year]} and in {late[leads]} of "
            "{late[counties]} in {late[year]}. That the farms lay in the mountains is in neither "
            "table."
        ),
        _("{work} (work); {accounts} (value added)", work=work["sample"], accounts=late["sample"]),
        "2000, 2010",
        {"work": work, "early": early, "late": late},
    )


PILLAR = 8.0
"""% of the jobs from which the US Department of Agriculture calls a county mining-dependent (2015).

By earnings it asks for 13 %, but no public table has value added, or earnings, by industry and
county here. The threshold is set at the mean of rural counties and one standard deviation more.
"""
SOME = 2
"""The claim says "some" counties: more than one."""


def pillars(threshold: float = PILLAR) -> pd.DataFrame:
    """Count counties in which mining employs at least `threshold` % of the employed.

    Counties as they were in the year: a level is counted, not a change. `highest` is the share of
    one county in %, `value` how many reach the threshold.
    """
    rows = []
    jobs = load_industry_employment()
    for year, long in jobs[jobs.adcode.isin(load_counties().adcode)].groupby("year"):
        workers = long.pivot(index="adcode", columns="section", values="employed")
        share = 100.0 * workers.B / workers.sum(axis=1)
        rows.append({
            "year": int(year), "counties": len(share), "highest": share.max(),
            "value": int((share >= threshold).sum()),
        })  # fmt: skip
    return pd.DataFrame(rows)


def pillars_by_province() -> pd.DataFrame:
    """Return how many counties of each province live on mining, in 2020.

    share is in % of its counties, rank by share (1 is the highest).
    """
    china = load_china_counties()
    employed = china.filter(like="employed_")
    high = 100.0 * employed.employed_B / employed.sum(axis=1) >= PILLAR
    by_province = high.groupby(china.province_en)
    table = pd.DataFrame({"counties": by_province.size(), "pillars": by_province.sum()})
    table["share"] = 100.0 * table.pillars / table.counties
    return table.assign(rank=table.share.rank(ascending=False))


def single_pillars() -> Evidence:
    """Count counties in which mining employs as many as elsewhere makes a county depend on it."""
    table = pillars()
    provinces = pillars_by_province()
    own = provinces.loc["Guizhou"]
    first, last = table.to_dict("records")
    return Evidence(
        table,
        N_("Mining employed at least {threshold:g} % of the employed in {first[value]} of "
        "{first[counties]} counties in {first[year]} and in {last[value]} of {last[counties]} in "
        "{last[year]}, at most {highest:.0f} %. In China it was {china:.1f} % of the counties in "
        "{last[year]}, in Guizhou {share:.1f} %, rank {rank:.0f} of {provinces}; {pass_too} "
        "provinces have as many as the rule asks for. Of tourism, nothing: hotels and catering "
        "serve towns as well."),
        _(
            "{n} counties of Guizhou, {before} in {year}",
            n=last["counties"], before=first["counties"], year=first["year"],
        ),
        "2010, 2020",
        {
            "threshold": PILLAR, "first": first, "last": last, "highest": table.highest.max(),
            "china": 100.0 * provinces.pillars.sum() / provinces.counties.sum(),
            "share": own["share"], "rank": own["rank"], "provinces": len(provinces),
            "pass_too": int((provinces.pillars >= SOME).sum()),
        },
    )  # fmt: skip


def specialisation(year: int) -> pd.DataFrame:
    """Return four measures of specialisation by group, Krugman's against the sum of the groups.

    Farm work fell everywhere and most where there was most of it; and what penetration counts
    (trade, transport, information) should not be found again in what it is to explain.
    """
    workers = group_workers(year)
    outside = workers.drop(columns="A")
    rest = outside.drop(columns=["F", "G", "I"])
    krugman = {
        N_("Krugman, all sections"): workers,
        N_("Krugman, without farming"): outside,
        N_("Krugman, without farming and penetration"): rest,
    }
    table = {name: krugman_dissimilarity(part, part.sum()) for name, part in krugman.items()}
    return pd.DataFrame({**table, N_("Herfindahl, without farming"): herfindahl(outside)})


FAMILIES = {
    "Krugman, all sections": "Krugman",
    "Krugman, without farming": "Krugman",
    "Krugman, without farming and penetration": "Krugman",
    "Herfindahl, without farming": "Herfindahl",
    N_("new agricultural businesses"): "new businesses",
    N_("geographical indications"): "indications",
}
"""What 2.1-f looks at, and what is nearly the same and counts once."""
FIRST_HALF = range(2010, 2016)


def new_businesses() -> tuple[pd.Series, pd.Series]:
    """Return log yearly registrations of agricultural businesses by group: 2010-15, 2016-21.

    Years that jump more than fourfold (campaigns, batches), 2022 (a jump everywhere) and 2023 (a
    part year) are left out. A group's year needs all its members.
    """
    table = load_registrations().query("year <= 2021")
    group = load_counties().set_index("adcode").group
    by_year = table.assign(group=table.adcode.map(group)).groupby(["group", "year"])
    logs = np.log(by_year.new.sum()).where(~by_year.flagged.any()).unstack()
    early = logs.columns.isin(FIRST_HALF)
    return logs.loc[:, early].mean(axis=1), logs.loc[:, ~early].mean(axis=1)


def indications() -> tuple[pd.Series, pd.Series]:
    """Return geographical indications newly registered by group: 2010-15, 2016-22."""
    table = load_geographical_indications()
    group = load_counties().set_index("adcode").group
    early = table.year.isin(FIRST_HALF)
    counts = [table[part].adcode.map(group).value_counts() for part in (early, ~early)]
    first, last = (count.reindex(group.unique(), fill_value=0) for count in counts)
    return first, last


def momentum() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what 2.1-f looks at, before and after, by group; columns as in `FAMILIES`."""
    halves = []
    for half, year in enumerate((2010, 2020)):
        more = {
            "new agricultural businesses": new_businesses()[half],
            "geographical indications": indications()[half],
        }
        halves.append(specialisation(year).assign(**more))
    return halves[0], halves[1]


def momentum_models(data: pd.DataFrame) -> pd.DataFrame:
    """Return the 36 models of 2.1-f: change on one standard deviation of trade employment.

    Start and change are in standard deviations of the groups in the first year. What is looked at
    are rows of one table, and each is a sample of the curve with its own starting level.
    """
    people = ["urban_share", "schooling_years"]
    table = specification_curve(
        data,
        outcomes={"change": "change"},
        exposures={N_("commerce"): "commerce", N_("digital"): "digital"},
        controls={
            N_("starting level"): ["start"],
            N_("starting level, people"): ["start", *people],
            N_("starting level, people, place"): ["start", *people, *PLACE],
        },
        entity="group",
        time="looked_at",
        effects="none",
        samples={name: data.looked_at == name for name in FAMILIES},
        standardise=True,
    ).table()
    names = table[["exposure", "sample"]].astype(str)
    return table.assign(measure=names.exposure, family=names["sample"].map(FAMILIES))


def momentum_data() -> pd.DataFrame:
    """Return start and change by group and what is looked at, with exposures and controls."""
    first, last = momentum()
    spread = first.std()
    parts = {"start": (first - first.mean()) / spread, "change": (last - first) / spread}
    long = pd.DataFrame({name: part.unstack() for name, part in parts.items()})
    long = long.rename_axis(["looked_at", "group"]).reset_index()
    return long.merge(group_frame().reset_index(), on="group", validate="m:1")


def new_momentum() -> Evidence:
    """Regress the change of specialisation, new businesses and indications on trade employment."""
    table = momentum_models(momentum_data())
    by_family = {family.replace(" ", "_"): tally(rows) for family, rows in table.groupby("family")}
    return Evidence(
        table,
        N_(
            "Of {models} models that hold the start equal {above} find more of it where more "
            "people worked in trade, transport and information in 2010, {below} less. Of these, "
            "more and less are {Krugman[above]} and {Krugman[below]} of {Krugman[models]} for "
            "Krugman's measures, {Herfindahl[above]} and {Herfindahl[below]} of "
            "{Herfindahl[models]} for Herfindahl's, {new_businesses[above]} and "
            "{new_businesses[below]} of {new_businesses[models]} for new agricultural businesses, "
            "{indications[above]} and {indications[below]} of {indications[models]} for "
            "geographical indications; one standard deviation goes with {low:.2f} to {high:+.2f} "
            "standard deviations. This is trade employment, not what is sold online."
        ),
        _(
            "{n} groups of constant borders ({fewer} with schooling and urban share)",
            n=table.nobs.max(),
            fewer=table.nobs.min(),
        ),
        _("employment 2010-2020; registrations 2010-2021; indications 2010-2022"),
        {**tally_and_range(table), **by_family},
    )


Case = Literal["Rongjiang", "Taijiang"]
Way = Literal["rural income", "GDP"]
GAMES = cast(
    "dict[Case, tuple[str, int]]",
    {N_("Rongjiang"): ("522632", 2023), N_("Taijiang"): ("522630", 2022)},
)
"""Counties of the village games: adcode, and the first year in which the games drew crowds."""
WAYS = cast("tuple[Way, ...]", ("rural income", N_("GDP")))


def known_in_2023() -> Evidence:
    """Look up the first year in which each county's games are on record."""
    events = load_events().query("kind == 'event'").sort_values("year")
    rows = []
    for case, (adcode, __) in GAMES.items():
        event = events[events.adcode == adcode].iloc[0]
        rows.append({
            "what": _("{case}: {event}", case=_(case), event=_(event.event)), "case": case,
            "stated": 2023,
            "found": int(event.year), "date": event.date, "source": event.source,
        })  # fmt: skip
    table = pd.DataFrame(rows)
    return Evidence(
        table,
        N_(
            "The first report of each in our table of events: Rongjiang {Rongjiang}, Taijiang "
            "{Taijiang}. How widely the games were known is in no table."
        ),
        _("2 of the 88 counties"),
        span(table.found.min(), table.found.max()),
        dict(zip(table.case, table.found, strict=True)),
    )


def games_panel(case: Case, way: Way, start: int) -> pd.DataFrame:
    """Return the balanced panel of one comparison: adcode, year, value (log points x 100).

    It holds the case and the other former poverty counties with the outcome in every year, without
    the other case. Of GDP, each county's level before `start` is taken out of both bases, because
    the revision of 2019 moved them one by one.
    """
    counties = load_counties()
    poor = counties.adcode[counties.former_poverty_county]
    others = [adcode for name, (adcode, __) in GAMES.items() if name != case]
    wide = panel_wide("rural_income" if way == "rural income" else "gdp")
    wide = wide.loc[wide.index.isin(set(poor) - set(others)), FIRST_DISPOSABLE_INCOME:].dropna()
    wide = 100.0 * np.log(wide)
    if way == "GDP":
        base = wide.columns >= GDP_BREAK
        for years in (wide.columns[~base], wide.columns[base]):
            level = wide[years[years < start]].mean(axis=1)
            wide[years] = wide[years].sub(level, axis=0)
    return wide.melt(ignore_index=False).reset_index()


def gap(panel: pd.DataFrame, unit: int, start: int) -> float:
    """Return the synthetic difference in differences of one unit from `start` on.

    Arkhangelsky and others (2021): weights over units and over years before the start.
    """
    library = require_library("diff_diff", "did", "Synthetic difference in differences")
    with warnings.catch_warnings():
        # Its own standard error has no meaning for one treated unit; ranks among placebos do.
        warnings.simplefilter("ignore")
        fit = library.SyntheticDiD(variance_method="jackknife", n_bootstrap=0, seed=1).fit(
            panel.assign(treated=(panel.adcode == unit).astype(int)),
            "value", "treated", "adcode", "year",
            post_periods=sorted(panel.year[panel.year >= start].unique()),
        )  # fmt: skip
    return float(fit.att)


@cache
def gaps(case: Case, way: Way, start: int) -> pd.Series:
    """Return the gap of the case, and of each other county as if it had been the case, by adcode.

    The case is no donor of a placebo.
    """
    # The library pivots numbers faster than text.
    panel, own = games_panel(case, way, start).astype({"adcode": int}), int(GAMES[case][0])
    others = panel[panel.adcode != own]
    found = {own: gap(panel, own, start)}
    found |= {unit: gap(others, unit, start) for unit in others.adcode.unique().tolist()}
    return pd.Series(found, name="gap").rename(index=str)


def rank_interval(gaps: pd.Series) -> dict[str, float]:
    """Return estimate, 95 % interval, p-value and what is detectable, from ranks among placebos.

    The first gap is the case's. If it were one of the placebos but for a constant effect, its rank
    by size would be any with equal chance; the interval holds the effects that would not give it
    one of the first 5 %. Detectable is the smallest effect whose interval leaves zero out
    in 80 % of the placebos to which it is added.
    """
    own, others = gaps.iloc[0], gaps.iloc[1:]
    # The case and so many placebos beyond it are still a rank below the rest.
    beyond = int(np.floor(0.05 * len(gaps) + 1e-9)) - 1
    half = np.inf if beyond < 0 else float(others.abs().nlargest(beyond + 1).iloc[-1])
    return {
        "estimate": own,
        "conf_low": own - half,
        "conf_high": own + half,
        "p_value": float((gaps.abs() >= abs(own)).mean()),
        # An effect added to a placebo is seen if the sum is further from zero than half.
        "detectable": half - float(others.quantile(0.2)),
    }


def comparison(case: Case, way: Way, start: int | None = None) -> dict[str, object]:
    """Compare a county of the village games with others that moved like it before, as a row.

    It has what `rank_interval` gives, in log points x 100.
    """
    start = GAMES[case][1] if start is None else start
    found = gaps(case, way, start)
    last = games_panel(case, way, start).year.max()
    return {
        "case": case, "measure": way, "start": start,
        "years_after": int(last) - start + 1, "donors": len(found) - 1, **rank_interval(found),
    }  # fmt: skip


def lasting_growth() -> Evidence:
    """Compare both counties with others that moved like them before, in rural income and GDP."""
    table = pd.DataFrame([comparison(case, way) for way in WAYS for case in GAMES])
    rows = {
        f"{case}_{way.replace(' ', '_')}": find_row(table, case=case, measure=way)
        for case in GAMES
        for way in WAYS
    }
    years = [in_language(f"{n}", f"{n}年") for n in sorted(set(table.years_after))]
    return Evidence(
        table,
        N_(
            "Of {models} gaps to counties that moved alike before, {above} have an interval wholly "
            "above zero and {below} wholly below. In per cent (log points x 100): "
            "Rongjiang, rural income: {Rongjiang_rural_income[estimate]:+.1f} "
            "({Rongjiang_rural_income[conf_low]:+.1f} to {Rongjiang_rural_income[conf_high]:+.1f}; "
            "p = {Rongjiang_rural_income[p_value]:.2f}; detectable "
            "{Rongjiang_rural_income[detectable]:.1f}); "
            "Taijiang, rural income: {Taijiang_rural_income[estimate]:+.1f} "
            "({Taijiang_rural_income[conf_low]:+.2f} to {Taijiang_rural_income[conf_high]:+.1f}; "
            "p = {Taijiang_rural_income[p_value]:.2f}; detectable "
            "{Taijiang_rural_income[detectable]:.1f}); "
            "Rongjiang, GDP: {Rongjiang_GDP[estimate]:+.1f} "
            "({Rongjiang_GDP[conf_low]:+.1f} to {Rongjiang_GDP[conf_high]:+.1f}; "
            "p = {Rongjiang_GDP[p_value]:.2f}; detectable {Rongjiang_GDP[detectable]:.1f}); "
            "Taijiang, GDP: {Taijiang_GDP[estimate]:+.1f} "
            "({Taijiang_GDP[conf_low]:+.2f} to {Taijiang_GDP[conf_high]:+.1f}; "
            "p = {Taijiang_GDP[p_value]:.2f}; detectable {Taijiang_GDP[detectable]:.1f}). "
            "{years} years from the start on cannot show that growth lasts."
        ),
        _("2 cases, each with {n} other former poverty counties", n=table.donors.min()),
        span(2014, 2023),
        {**rows, **tally(table), "years": in_a_row(years)},
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
