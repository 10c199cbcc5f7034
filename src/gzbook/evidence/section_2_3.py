"""Evidence of section 2.3: jobs, income, leaving and coming back, and the weak.

An income model's estimate is the difference in the outcome, in per cent, that goes with one
standard deviation more penetration: 100 (exp(b s) - 1), s the standard deviation in the model's
sample. Only models that compare like with like are judged; the notebook shows the others too.
"""

from typing import Any

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import (
    MEASURES,
    PEOPLE,
    county_frame,
    national_frame,
    with_every_income,
    with_income,
    with_neighbours,
    year_frame,
)
from gzbook.groups import group_frame
from gzbook.tables import find_row, tally, tally_and_range
from gzcounty.charts.coefficients import estimate_row
from gzcounty.data.counties import load_census, load_china_counties, load_panel
from gzcounty.data.guizhou import load_counties, load_neighbours
from gzcounty.errors import InputError
from gzcounty.inference.specifications import specification_curve
from gzcounty.measures.change import sample_name
from gzcounty.models.differences import long_difference
from gzcounty.models.event_study import event_study
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols
from gzcounty.models.result import Reported, Result
from gzcounty.words import listed

CONTROLS = " + schooling_years + minority_share + urban_share + relief + distance_guiyang_km"
NATIONAL = " + urban_share + schooling_years + minority_share + age_65plus_share + log_population"
# Savings and cars are people's; what a county makes is not what its people have.
OUTCOMES = {"savings": "log_savings", "cars": "log_cars"}
EXPOSURES = {"village_rate": "village_rate", **{name: f"{name}_share" for name in MEASURES}}
GROUPS = {
    "income": "Rural income, Guizhou",
    "savings": "Savings in China",
    "gdp": "GDP in China",
    "cars": "Cars in China",
}
WORDS = {
    "outcome": {"savings": "Savings", "gdp": "GDP", "cars": "Cars"},
    "exposure": {"village_rate": "Taobao village rate", "any_village": "any Taobao village"},
}
# Controls that all models of a family share are not named.
LABELS = {
    "cross-section": "Cross-section 2020, {exposure} of {year}, {controls}",
    "long difference": "Long difference, {exposure}, {controls}",
    "change on change": "Change on change, {controls}",
    "path": "Path to 2023, {controls}",
    "online retail": "Share of {year} x online retail, {controls}",
    "spatial lag": "Spatial lag 2020, {exposure}",
    "spatial error": "Spatial error 2020, {exposure}",
    "national": "{outcome}, {exposure}, {controls}",
    "within provinces": "{outcome}, {exposure}",
}
ENDS = ("estimate", "conf_low", "conf_high")


def label_models(models: pd.DataFrame) -> pd.DataFrame:
    """Return income models of section 2.3 with their words, which are made of their columns.

    Parameters
    ----------
    models : DataFrame
        family (one of those of claim 2.3-b, or national), outcome (income, savings, gdp, cars),
        exposure (commerce, digital, village_rate, any_village), year (of the exposure), controls.

    Returns
    -------
    DataFrame
        With label and group for `gzcounty.coefficient_plot`, in front.

    Raises
    ------
    InputError
        If a column is missing, or a family or outcome is not one of these.

    Examples
    --------
    >>> import gzbook
    >>> judged = gzbook.examine("2.3-b").evidence.table
    >>> models = gzbook.label_models(judged.query("family == 'cross-section'"))
    >>> print(models.label.iloc[0])
    Cross-section 2020, commerce of 2020, all controls
    """
    columns = ("family", "outcome", "exposure", "year", "controls")
    if missing := [name for name in columns if name not in models]:
        raise InputError(f"The table of models has no {listed(missing)}.")
    for column, allowed in (("family", LABELS), ("outcome", GROUPS)):
        if unknown := sorted(set(models[column].astype(str)) - set(allowed)):
            raise InputError(f"{column} is one of {listed(allowed)}, not {listed(unknown)}.")
    labels = []
    for row in models.to_dict("records"):
        fields = {name: WORDS.get(name, {}).get(value, value) for name, value in row.items()}
        labels.append(LABELS[row["family"]].format(**fields))
    rest = models.drop(columns=["label", "group"], errors="ignore")
    rest.insert(0, "label", labels)
    rest.insert(1, "group", models.outcome.map(GROUPS))
    return rest


def _row(fit: Reported, term: str, step: float) -> dict[str, Any]:
    row = estimate_row(fit, term, "", scale=step, per_cent=True)
    return {name: row[name] for name in (*ENDS, "nobs", "clusters")}


def cross_sections(counties: pd.DataFrame) -> pd.DataFrame:
    """Return the models of income in 2020 with all controls: standard errors HC3."""
    sample, rows = with_income(counties), []
    for exposure, year in (("commerce", 2020), ("digital", 2020), ("commerce", 2010)):
        x = f"{exposure}_{year}"
        fit = ols(f"log(income_2020) ~ {x}{CONTROLS} + C(prefecture_en)", sample, cov="HC3")
        rows.append({"exposure": exposure, "year": year, **_row(fit, x, sample[x].std())})
    return pd.DataFrame(rows).assign(family="cross-section", controls="all controls")


def differences(counties: pd.DataFrame) -> pd.DataFrame:
    """Return growth 2014-2023 on the digital share and on the change of commerce: HC3.

    The long difference on commerce is not among them: it is the path of 2023.
    """
    rows = []
    for family, exposure, year, x in (
        ("long difference", "digital", 2010, "digital_2010"),
        ("change on change", "commerce", 2020, "change"),
    ):
        sample = with_every_income(counties).dropna(subset=x)
        fit = ols(f"growth ~ {x} + log_start", sample, cov="HC3")
        row = _row(fit, x, sample[x].std())
        rows.append({"family": family, "exposure": exposure, "year": year, **row})
    return pd.DataFrame(rows).assign(controls="convergence")


def paths(counties: pd.DataFrame) -> pd.DataFrame:
    """Return what the path of income comes to in 2023, and the panel with online retail."""
    years = year_frame(counties)
    share = years.drop_duplicates("adcode").commerce_2010.std()
    path = event_study(
        years, "log", "commerce_2010", "adcode", "year", 2014, trends="log_start"
    )  # fmt: skip
    # One standard deviation of the share, at the online retail of the last year.
    last = years.dropna(subset="online").query("year == year.max()").online.std()
    table = pd.DataFrame([
        {"family": "path", **_row(path, "commerce_2010:2023", share)},
        {"family": "online retail", **_row(online_panel(years), "online", last)},
    ])  # fmt: skip
    same = {"exposure": "commerce", "year": 2010, "controls": "convergence"}
    # Counties, as in the other families; the rows of the panel are not so many observations.
    return table.assign(**same, nobs=years.adcode.nunique())


def online_panel(years: pd.DataFrame) -> Result:
    """Regress log income on the shift-share: county and year effects, clustered by county.

    Income of 2014 is held equal in each year.
    """
    sample = years.dropna(subset="online")
    start = pd.get_dummies(sample.year, prefix="start", dtype=float).iloc[:, 1:]
    start = start.mul(sample.log_start, axis=0)
    formula = "log ~ online + " + " + ".join(start)
    return panel_ols(formula, sample.join(start), "adcode", "year", cluster="adcode")


def neighbours(counties: pd.DataFrame) -> pd.DataFrame:
    """Return spatial models of income in 2020 with people and place as controls.

    The estimate of a lag model is the total impact: own penetration and that of neighbours. For
    the error model it is the coefficient. Counties without a neighbour in the sample cannot
    take part.
    """
    from gzcounty.models.spatial import neighbour_weights, spatial_model

    sample = with_neighbours(with_income(counties))
    W = neighbour_weights(load_neighbours()).subset(sample.adcode)
    rows = []
    for exposure in MEASURES:
        x = f"{exposure}_2020"
        formula, step = f"log(income_2020) ~ {x}{CONTROLS}", sample[x].std()
        lag = spatial_model(formula, sample, W, id="adcode", kind="lag").impacts()
        rows.append(
            {
                "family": "spatial lag",
                "exposure": exposure,
                **_row(lag, f"{x}: total", step),
            }
        )
        error = spatial_model(formula, sample, W, id="adcode", kind="error")
        rows.append({"family": "spatial error", "exposure": exposure, **_row(error, x, step)})
    return pd.DataFrame(rows).assign(year=2020, controls="people, place")


def within_provinces(china: pd.DataFrame) -> pd.DataFrame:
    """Return savings and cars of China's counties with an effect for each province.

    A province is read as an entity with counties as its members; clustered by prefecture.
    """
    rows = []
    for outcome, y in OUTCOMES.items():
        for exposure, x in EXPOSURES.items():
            fit = panel_ols(
                f"{y} ~ {x}{NATIONAL}", china, "province_en", "adcode",
                cluster="prefecture_adcode", time_effects=False,
            )  # fmt: skip
            year = 2016 if exposure == "village_rate" else 2020
            row = _row(fit, x, china[x][fit.residuals.index].std())
            rows.append({"outcome": outcome, "exposure": exposure, "year": year, **row})
    return pd.DataFrame(rows).assign(family="within provinces", controls="controls")


def incomes() -> Evidence:
    """Gather the income models that compare like with like."""
    counties = county_frame()
    parts = [part(counties) for part in (cross_sections, differences, paths, neighbours)]
    guizhou = pd.concat(parts).assign(outcome="income", sample="Guizhou")
    china = within_provinces(national_frame()).assign(sample="China")
    what = ["family", "outcome", "exposure", "year", "controls", "sample"]
    table = pd.concat([guizhou, china], ignore_index=True)
    return Evidence(
        table[[*what, *ENDS, "nobs", "clusters"]].astype({"clusters": float}),
        "Of {models} models with controls, {above} find more income, savings or cars where "
        "penetration is higher and {below} find less. One standard deviation goes with "
        "{guizhou[low]:+.1f} to {guizhou[high]:+.1f} % of rural income in Guizhou's former poverty "
        "counties ({guizhou[above]} of {guizhou[models]} intervals above zero), and with "
        "{china[low]:+.1f} to {china[high]:+.1f} % of savings or cars in China within provinces "
        "({china[above]} of {china[models]}).",
        f"{guizhou.nobs.max()} former poverty counties in 2020, "
        f"{find_row(guizhou, family='path').nobs} of them over time; "
        f"{china.nobs.max():,} counties of China",
        "2014-2023; China 2020",
        {**tally(table), "guizhou": tally_and_range(guizhou), "china": tally_and_range(china)},
    )


def work_data() -> pd.DataFrame:
    """Return the change of shares employed 2010-2020 by group of constant borders, with starts.

    Returns
    -------
    DataFrame
        d_nonfarm_share, d_commerce_share and others (points), levels of 2010 with the suffix
        _2010, prefecture, outside (no member is a district).
    """
    census = load_census(harmonised=True)
    names = ["nonfarm_share", "commerce_share", "digital_share", *PEOPLE]
    out = long_difference(census, names, "group", "year", 2010, 2020)
    groups = group_frame()
    out["prefecture"] = out.group.map(groups.prefecture)
    out["outside"] = ~out.group.map(groups.district)
    return out


def work_models(data: pd.DataFrame) -> pd.DataFrame:
    """Return the 24 models of 2.3-a: points of the outcome for one point of penetration."""
    parts = []
    for outcome, column, exposures in (
        ("non-farm share", "nonfarm_share", MEASURES),
        # A share on its own start would only measure convergence.
        ("trade, transport and information share", "commerce_share", ["digital"]),
    ):
        start = [f"{column}_2010"]
        curve = specification_curve(
            data,
            {outcome: f"d_{column}"},
            {f"{name} share of 2010": f"{name}_share_2010" for name in exposures},
            {"start": start, "start, people": [*start, *(f"{name}_2010" for name in PEOPLE)]},
            effects=["none", "prefecture"],
            samples={"all groups": data.group != "", "no districts": data.outside},
        )
        parts.append(curve.table())
    return pd.concat(parts, ignore_index=True)


def jobs() -> Evidence:
    """Regress the growth of work outside farming on penetration ten years before."""
    table = work_models(work_data())
    return Evidence(
        table,
        "Of {models} models with starting levels, {above} find that work outside farming, or in "
        "trade, transport and information, grew more where penetration was higher, and {below} "
        "that it grew less; one point more goes with {low:+.2f} to {high:+.2f} points. A share is "
        "not a number of jobs: it also rises when farm workers leave.",
        f"{table.nobs.max()} groups of counties on constant borders",
        "2010-2020",
        tally_and_range(table),
    )


def labour_sent_away() -> Evidence:
    """Compare residents with registered people in 2010, county by county.

    The value is the share of the registered, in %, by which residents fall short of them.
    """
    census = load_census().query("year == 2010")
    table = census.dropna(subset=["population", "population_registered"])
    table = table[["adcode", "population", "population_registered"]].reset_index(drop=True)
    table["value"] = 100.0 * (1.0 - table.population / table.population_registered)
    away = 100.0 * (1.0 - table.population.sum() / table.population_registered.sum())
    return Evidence(
        table,
        "In 2010, {fewer} of {counties} counties had fewer residents than registered people; in "
        "all of them together {away:.1f} % fewer. Families and students are among those away.",
        f"{len(table)} counties of Guizhou, borders of 2010",
        "2010",
        {"fewer": int((table.value > 0).sum()), "counties": len(table), "away": away},
    )


def gaps() -> pd.DataFrame:
    """Return people away by group of constant borders, 2010 and 2020.

    Registered people of 2010 are those of the census, of 2020 those of the county yearbook, which
    lacks most city districts. A group is complete if all of its members are there.

    Returns
    -------
    DataFrame
        group, resident_2010, resident_2020, registered_2010, registered_2020, gap_2010, gap_2020 (%
        of the registered), value (gap_2020 - gap_2010, points), complete.
    """
    census = load_census(harmonised=True)
    wide = census.pivot(index="group", columns="year", values="population")
    out = wide[[2010, 2020]].set_axis(["resident_2010", "resident_2020"], axis=1)
    before = census[census.year == 2010].set_index("group").population_registered
    out["registered_2010"] = before
    yearbook = load_china_counties().set_index("adcode").population_registered_2020
    counties = load_counties()
    members = counties.adcode.map(yearbook).groupby(counties.group)
    out["registered_2020"] = members.agg(lambda people: people.sum(min_count=len(people)))
    for year in (2010, 2020):
        out[f"gap_{year}"] = 100.0 * (1.0 - out[f"resident_{year}"] / out[f"registered_{year}"])
    out["value"] = out.gap_2020 - out.gap_2010
    out["complete"] = out.value.notna()
    return out.reset_index()


def work_sought_at_home() -> Evidence:
    """Compare the gap between registered and resident people in 2010 and 2020."""
    groups = gaps()
    table = groups[groups.complete].reset_index(drop=True)
    rest = groups[~groups.complete]
    sums = table.sum(numeric_only=True)
    return Evidence(
        table,
        "The gap narrowed in {narrowed} of {groups} groups and widened in the others; together it "
        "went from {before:.1f} to {after:.1f} % of the registered. The {rest} groups without "
        "figures, most of them city districts, gained {gained:.1f} million residents, so people "
        "who left may have gone to the cities of their own province.",
        f"{len(table)} of {len(groups)} groups of counties on constant borders",
        "2010 and 2020",
        {
            "narrowed": int((table.value < 0).sum()),
            "groups": len(table),
            "before": 100.0 * (1.0 - sums.resident_2010 / sums.registered_2010),
            "after": 100.0 * (1.0 - sums.resident_2020 / sums.registered_2020),
            "rest": len(rest),
            "gained": (rest.resident_2020 - rest.resident_2010).sum() / 1e6,
        },
    )


def little_income() -> Evidence:
    """Divide urban by rural income, by county and year 2014-2023, counties with all ten years."""
    panel = load_panel().query("2014 <= year <= 2023")
    panel = panel.dropna(subset=["urban_income", "rural_income"])
    years = panel.groupby("adcode").year.transform("nunique")
    table = panel.loc[years == years.max(), ["adcode", "year", "urban_income", "rural_income"]]
    table["value"] = table.urban_income / table.rural_income
    mean = table.groupby("year").value.mean()
    first, last = mean.index.min(), mean.index.max()
    return Evidence(
        table,
        "Urban residents had {before:.1f} times the rural income in {first} and {after:.1f} times "
        "in {last}; the ratio lies above two in {share:.0f} % of counties and years. That speaks "
        "to little income, not to few sources: no county table has income by source.",
        sample_name(table.adcode),
        f"{first}-{last}",
        {
            "before": mean[first],
            "after": mean[last],
            "first": first,
            "last": last,
            "share": 100.0 * table.value.gt(2).mean(),
        },
    )


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
        share = out[f"{measure}_2010"]
        out[measure] = (share - share.mean()) / share.std()
    out["poorer"] = out.log_start.mean() - out.log_start
    out["minority"] = out.minority_share_2010 - out.minority_share_2010.mean()
    return out


def inclusion_models(data: pd.DataFrame) -> pd.DataFrame:
    """Return the four interactions of 2.3-h, in per cent of income: HC3.

    For one standard deviation more penetration, together with an income a tenth lower or a minority
    share ten points higher.
    """
    rows = []
    for exposure in MEASURES:
        fit = ols(f"growth ~ {exposure} * poorer + {exposure} * minority", data, cov="HC3")
        for trait, step in (("poorer", -np.log(0.9)), ("minority", 10.0)):
            row = _row(fit, f"{exposure}:{trait}", step)
            rows.append({"exposure": exposure, "trait": trait, **row})
    return pd.DataFrame(rows)


def the_weak() -> Evidence:
    """Ask whether growth went with penetration more in poor and in minority counties."""
    data = inclusion_data()
    table = inclusion_models(data)
    return Evidence(
        table,
        "Of {models} interactions, {above} lie above zero and {below} below: one standard "
        "deviation more penetration goes, where income was a tenth lower or the minority share ten "
        "points higher, with {low:+.2f} to {high:+.2f} % more growth over nine years.",
        sample_name(data.adcode),
        "2014-2023",
        tally_and_range(table),
    )


TESTS = {
    "2.3-a": jobs,
    "2.3-b": incomes,
    "2.3-c": labour_sent_away,
    "2.3-d": work_sought_at_home,
    "2.3-f": little_income,
    "2.3-h": the_weak,
}
