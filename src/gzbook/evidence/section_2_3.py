"""Evidence of section 2.3: jobs, income, leaving and coming back, and the weak.

An income model's estimate is the difference in rural income, in per cent, that goes with one
standard deviation more of the measure: 100 (exp(b s) - 1), s the standard deviation in the model's
sample, or for the index of digital finance between counties of one year. Only models that compare
like with like are judged; the notebook shows the others too.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import (
    MEASURES,
    PEOPLE,
    county_frame,
    group_frame,
    with_every_income,
    with_income,
    with_neighbours,
    year_frame,
)
from gzbook.tables import find_row, quoted, span, tally, tally_and_range
from gzcounty.charts.coefficients import estimate_row
from gzcounty.data.counties import load_census, load_panel, load_poor_counties
from gzcounty.data.guizhou import (
    load_digital_finance,
    load_literature,
    load_neighbours,
    load_registrations,
)
from gzcounty.errors import InputError
from gzcounty.inference.specifications import specification_curve
from gzcounty.language import N_, _, in_language
from gzcounty.measures.change import sample_name
from gzcounty.models.event_study import event_study
from gzcounty.models.ols import ols
from gzcounty.models.panel import long_difference, panel_ols
from gzcounty.models.result import Reported, Result
from gzcounty.words import listed
from gzcounty.words import years as years_in_words

CONTROLS = " + schooling_years + minority_share + urban_share + relief + distance_guiyang_km"
FINANCE_YEARS = range(2014, 2023)
"""Years of rural income as it is defined today in `load_poor_counties`, but for 2023."""
MEASURED = {
    "finance": N_("Digital finance"),
    "commerce": N_("Trade employment"),
    "digital": N_("Transport, information"),
    "villages": N_("Taobao villages"),
}
WORDS = {
    "outcome": {"savings": N_("savings"), "gdp": N_("GDP"), "cars": N_("cars")},
    "controls": {
        N_("county and year effects"): N_("against its other years"),
        N_("county and province-by-year effects"): N_("against its province"),
        "none": N_("as it looks"),
    },
}
# Short enough for one line on a phone. Controls that all models of a kind share are not named.
LABELS = {
    "index": N_("{measure}: {controls}"),
    "cross-section": N_("{measure}: like counties, share of {year}"),
    "long difference": N_("{measure}: growth by share of {year}"),
    "change on change": N_("{measure}: growth by growth of share"),
    "path": N_("{measure}: path from 2014 to 2023"),
    "online retail": N_("{measure}: with online retail of China"),
    "spatial lag": N_("{measure}: with incomes next door"),
    "spatial error": N_("{measure}: with shocks next door"),
    "national": N_("{measure}: {outcome}, {controls}"),
}
COMPLETE = N_("{measure}: {controls}, no gaps")
AS_IT_LOOKS = N_("{measure}: as it looks, {year}")
# Without controls these share a measure and a year with the cross-section, and with each other.
MODEL_AS_IT_LOOKS = {
    "long difference": N_("{measure}: growth, as it looks"),
    "path": N_("{measure}: path, as it looks"),
    "online retail": N_("{measure}: online retail, as it looks"),
}
NAIVE = N_("as it looks (naive)")
ALIKE = N_("like compared with like")
FAMILIES = {
    "online retail": "growth",
    "path": "growth",
    "long difference": "growth",
    "spatial lag": "neighbours",
    "spatial error": "neighbours",
}
"""Models that are variants of one; the others are a family each."""
ENDS = ("estimate", "conf_low", "conf_high")
SUB_INDICES = (
    "coverage_breadth", "usage_depth", "digitization_level", "payment", "credit", "insurance",
)  # fmt: skip


def label_models(models: pd.DataFrame) -> pd.DataFrame:
    """Return income models of section 2.3 with their words, which are made of their columns.

    Parameters
    ----------
    models : DataFrame
        model (one of those of claim 2.3-b, or national), measure (finance, commerce, digital,
        villages), outcome, year (of the exposure), sample, controls ("none" is naive).

    Returns
    -------
    DataFrame
        With label and group for `gzcounty.coefficient_plot`, in front, in the reader's language.

    Raises
    ------
    InputError
        If a column is missing, or a model or measure is not one of these.

    Examples
    --------
    >>> import gzbook
    >>> judged = gzbook.examine("2.3-b").evidence.table
    >>> models = gzbook.label_models(judged.query("model == 'cross-section'"))
    >>> print(models.label.iloc[0])
    Trade employment: like counties, share of 2020
    """
    columns = ("model", "measure", "outcome", "year", "sample", "controls")
    if missing := [name for name in columns if name not in models]:
        raise InputError("The table of models has no {missing}.", missing=listed(missing))
    for column, allowed in (("model", LABELS), ("measure", MEASURED)):
        if unknown := sorted(set(models[column].astype(str)) - set(allowed)):
            raise InputError(
                "{column} is one of {allowed}, not {unknown}.",
                column=column, allowed=listed(allowed), unknown=listed(unknown),
            )  # fmt: skip
    labels = []
    for row in models.to_dict("records"):
        words = LABELS[row["model"]]
        if row["controls"] == "none" and "controls" not in words:
            words = MODEL_AS_IT_LOOKS.get(row["model"], AS_IT_LOOKS)
        elif row["model"] == "index" and row["sample"] == "complete 2015-22":
            words = COMPLETE
        measure = MEASURED[row["measure"]]
        fields = {"measure": _(measure), "year": row["year"]}
        for name, known in WORDS.items():
            fields[name] = _(str(known.get(row[name], row[name])))
        labels.append(_(words, **fields))
    rest = models.drop(columns=["label", "group"], errors="ignore")
    rest.insert(0, "label", labels)
    rest.insert(1, "group", np.where(models.controls == "none", _(NAIVE), _(ALIKE)))
    return rest


YEAR, BOTH = "county and year effects", "county and province-by-year effects"
CELLS = {"naive": "none", "province": "province effects", "controls": "controls", "both": "both"}
QUOTED: dict[str, dict[str, dict[str, object]]] = {
    "finance": {
        f"finance{end}_{key}": {"sample": sample, "controls": controls}
        for end, sample in {"": "all counties", "_complete": "complete 2015-22"}.items()
        for key, controls in {
            "naive": "none", "provinces": "province-by-year effects", "year": YEAR, "both": BOTH,
        }.items()
    },
    "checks": {
        f"{name}_{key}": {"check": check, "x": x, "controls": controls}
        for key, controls in {"year": YEAR, "both": BOTH}.items()
        for name, check, x in [
            ("lead", "lead", "index_next"),
            ("lead_later", "lead", "index_later"),
            ("wild", "bootstrap", "index"),
            *[(part, "part", part) for part in SUB_INDICES],
        ]
    },
    "by_province": {
        name.lower(): {"check": "alone", "province": name}
        for name in ("Guizhou", "Yunnan", "Gansu")
    },
    "section": {
        key: {"measure": "commerce", "year": 2020, "controls": controls}
        for key, controls in {
            "naive": "none", "people": "people", "place": "people and place",
            "full": "all controls",
        }.items()
    } | {"digital_full": {"measure": "digital", "controls": "all controls"}},
    "placebos": {
        "placebo": {"income": 2014, "controls": "none"},
        "early": {"year": 2010, "controls": "all controls"},
        "early_start": {"year": 2010, "controls": "all controls, income 2014"},
    },
    "growth": {
        key: {"model": model, "measure": measure, "controls": controls}
        for key, model, measure, controls in [
            ("difference_plain", "long difference", "commerce", "none"),
            ("difference", "long difference", "commerce", "convergence"),
            ("difference_digital", "long difference", "digital", "convergence"),
            ("change", "change on change", "commerce", "convergence"),
            ("event_plain", "path", "commerce", "none"),
            ("event", "path", "commerce", "convergence"),
            ("online", "online retail", "commerce", "convergence"),
            ("lag", "spatial lag", "commerce", "people and place"),
            ("error", "spatial error", "commerce", "people and place"),
        ]
    },
    "national": {
        f"{name}_{key}": {"outcome": outcome, "x": x, "controls": controls}
        for key, controls in CELLS.items()
        for name, outcome, x in [
            ("savings", "savings", "any_village"),
            ("gdp", "gdp", "any_village"),
            ("savings_rate", "savings", "village_rate"),
            ("gdp_rate", "gdp", "village_rate"),
            ("trade_gdp", "gdp", "commerce_share"),
            ("trade_savings", "savings", "commerce_share"),
            ("digital_cars", "cars", "digital_share"),
        ]
    },
    "jobs": {
        "jobs": {
            "outcome": "non-farm share", "exposure": "commerce", "controls": "start",
            "effects": "none", "sample": "all groups",
        }
    },
    "businesses": {"new": {"exposure": "commerce", "controls": "start", "years": "no jumps"}},
}  # fmt: skip
"""By table of the notebook: the rows that the pages quote, by the names they quote them under."""


def quoted_models(**tables: pd.DataFrame) -> dict[str, float]:
    """Return the estimates of section 2.3 that pages quote, by the names they quote them under.

    Parameters
    ----------
    **tables : DataFrame
        finance, checks, by_province, section, placebos, growth, national, jobs, businesses: the
        tables of the section's notebook, with estimate, conf_low, conf_high and the columns that
        say what a row is.

    Returns
    -------
    dict
        As of `quoted`.

    Raises
    ------
    InputError
        If no row is quoted of a table of this name, or a row that is quoted is not in its table.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> row = {"exposure": "commerce", "controls": "start", "years": "no jumps"}
    >>> new = pd.DataFrame([row | {"estimate": 1.5, "conf_low": -0.5, "conf_high": 3.5}])
    >>> gzbook.quoted_models(businesses=new)
    {'new': 1.5, 'new_low': -0.5, 'new_high': 3.5}
    """
    if unknown := sorted(set(tables) - set(QUOTED)):
        raise InputError(
            "A table is one of {quoted}, not {unknown}.",
            quoted=listed(QUOTED), unknown=listed(unknown),
        )  # fmt: skip
    return {
        name: value
        for table, rows in tables.items()
        for name, value in quoted(rows, QUOTED[table]).items()
    }


def _row(fit: Reported, term: str, step: float) -> dict[str, Any]:
    row = estimate_row(fit, term, "", scale=step, per_cent=True)
    return {name: row[name] for name in (*ENDS, "nobs", "clusters")}


def finance_years() -> pd.DataFrame:
    """Return rural income of former poverty counties with the index of their prefecture, 2014-2022.

    A row has log (of rural income), index, province_year, and complete (the county has every year
    from 2015 on). Counties under no prefecture with an index, and units with an older name, are
    not in it.
    """
    poor = load_poor_counties()
    poor = poor[poor.rural_income.notna() & poor.year.isin(FINANCE_YEARS)]
    index = load_digital_finance(china=True).rename(columns={"adcode": "prefecture_adcode"})
    place = ["prefecture_adcode", "year"]
    placed = poor.dropna(subset=["adcode", "prefecture_adcode"])
    placed = placed[["adcode", *place, "province_zh", "rural_income"]]
    out = placed.merge(index[[*place, "index"]], on=place, validate="m:1")
    out["log"] = np.log(out.rural_income)
    out["province_year"] = out.province_zh + " " + out.year.astype(str)
    since = out.year >= min(FINANCE_YEARS) + 1
    out["complete"] = since.groupby(out.adcode).transform("sum") == len(FINANCE_YEARS) - 1
    return out


def yearly_sd(years: pd.DataFrame) -> float:
    """Return the index's standard deviation between counties of one year, year means taken out."""
    return float((years["index"] - years.groupby("year")["index"].transform("mean")).std())


def finance_panels(years: pd.DataFrame) -> pd.DataFrame:
    """Return income on the index with county effects: clustered by prefecture.

    With effects of each year and with effects of each year in each province, for all counties, and
    for those with every year from 2015 on. All are for the standard deviation of the whole.
    """
    step, rows = yearly_sd(years), []
    for time, controls in (("year", YEAR), ("province_year", BOTH)):
        for sample, data in (
            ("all counties", years),
            ("complete 2015-22", years[years.complete & (years.year > min(FINANCE_YEARS))]),
        ):
            fit = panel_ols("log ~ index", data, "adcode", time, cluster="prefecture_adcode")
            row = _row(fit, "index", step)
            rows.append({
                "controls": controls, "sample": sample, "family": controls, **row,
                "nobs": data.adcode.nunique(),
            })  # fmt: skip
    table = pd.DataFrame(rows).assign(model="index", measure="finance", exposure="index")
    return table.assign(year=max(FINANCE_YEARS))


def cross_sections(counties: pd.DataFrame) -> pd.DataFrame:
    """Return the models of income in 2020 with all controls: standard errors HC3."""
    sample, rows = with_income(counties), []
    for exposure, year in (("commerce", 2020), ("digital", 2020), ("commerce", 2010)):
        x = f"{exposure}_{year}"
        fit = ols(f"log(income_2020) ~ {x}{CONTROLS} + C(prefecture_en)", sample, cov="HC3")
        rows.append({"exposure": exposure, "year": year, **_row(fit, x, sample[x].std())})
    return pd.DataFrame(rows).assign(model="cross-section", controls="all controls")


def differences(counties: pd.DataFrame) -> pd.DataFrame:
    """Return growth 2014-2023 on the digital share and on the change of commerce: HC3.

    The long difference on commerce is not among them: it is the path of 2023.
    """
    rows = []
    for model, exposure, year, x in (
        ("long difference", "digital", 2010, "digital_2010"),
        ("change on change", "commerce", 2020, "change"),
    ):
        sample = with_every_income(counties).dropna(subset=x)
        fit = ols(f"growth ~ {x} + log_start", sample, cov="HC3")
        row = _row(fit, x, sample[x].std())
        rows.append({"model": model, "exposure": exposure, "year": year, **row})
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
        {"model": "path", **_row(path, "commerce_2010:2023", share)},
        {"model": "online retail", **_row(online_panel(years), "online", last)},
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
        error = spatial_model(formula, sample, W, id="adcode", kind="error")
        same = {"exposure": exposure}
        rows.append({"model": "spatial lag", **same, **_row(lag, f"{x}: total", step)})
        rows.append({"model": "spatial error", **same, **_row(error, x, step)})
    return pd.DataFrame(rows).assign(year=2020, controls="people and place")


def incomes() -> Evidence:
    """Gather the models of rural income that compare like with like, by measure."""
    counties, years = county_frame(), finance_years()
    parts = [part(counties) for part in (cross_sections, differences, paths, neighbours)]
    shares = pd.concat(parts).assign(sample="former poverty counties")
    shares["measure"] = shares.exposure
    shares["family"] = shares.model.map(FAMILIES).fillna(shares.model)
    table = pd.concat([finance_panels(years), shares], ignore_index=True).assign(outcome="income")
    what = ["measure", "family", "model", "outcome", "exposure", "year", "controls", "sample"]
    by_measure = {name: tally_and_range(rows) for name, rows in table.groupby("measure")}
    return Evidence(
        table[[*what, *ENDS, "nobs", "clusters"]].astype({"clusters": float}),
        N_("Of {models} models with controls, {above} find more rural income where the measure is "
        "higher and {below} find less. One standard deviation more digital finance ({step:.1f} "
        "points of the index) goes with {finance[low]:+.1f} to {finance[high]:+.1f} % of rural "
        "income in former poverty counties of {provinces} provinces ({finance[above]} of "
        "{finance[models]} intervals above zero). In Guizhou, one more of trade employment goes "
        "with {commerce[low]:+.1f} to {commerce[high]:+.1f} % ({commerce[above]} of "
        "{commerce[models]}), of transport and information employment with {digital[low]:+.1f} to "
        "{digital[high]:+.1f} % ({digital[above]} of {digital[models]})."),
        _(
            "{counties} former poverty counties of {provinces} provinces; {guizhou} of Guizhou in "
            "2020, {path} of them over time",
            counties=years.adcode.nunique(), provinces=years.province_zh.nunique(),
            guizhou=shares.nobs.max(), path=find_row(shares, model="path").nobs,
        ),
        _(
            "{first}-{last}; Guizhou 2014-2023", first=years.year.min(), last=years.year.max()
        ),
        {
            **tally(table), **by_measure, "step": yearly_sd(years),
            "provinces": years.province_zh.nunique(),
        },
    )  # fmt: skip


def work_frame() -> pd.DataFrame:
    """Return the change of shares employed 2010-2020 by group of constant borders, with starts.

    Returns
    -------
    DataFrame
        d_nonfarm_share, d_commerce_share and others (points), levels of 2010 with the suffix
        _2010, commerce and digital (standard deviations of the share of 2010), prefecture, outside
        (no member is a district).

    Examples
    --------
    >>> import gzbook
    >>> len(gzbook.work_frame())
    81
    """
    census = load_census(harmonised=True)
    names = ["nonfarm_share", "commerce_share", "digital_share", *PEOPLE]
    out = long_difference(census, names, "group", "year", 2010, 2020)
    for measure in MEASURES:
        out[measure] = out[f"{measure}_share_2010"] / out[f"{measure}_share_2010"].std()
    groups = group_frame()
    out["prefecture"] = out.group.map(groups.prefecture)
    out["outside"] = ~out.group.map(groups.district)
    return out


def work_models(data: pd.DataFrame) -> pd.DataFrame:
    """Return the 24 models of 2.3-a: points of the outcome for one standard deviation more."""
    parts = []
    for outcome, column, exposures in (
        (N_("non-farm share"), "nonfarm_share", MEASURES),
        # A share on its own start would only measure convergence.
        (N_("trade, transport and information share"), "commerce_share", ["digital"]),
    ):
        start = [f"{column}_2010"]
        curve = specification_curve(
            data,
            {outcome: f"d_{column}"},
            {name: name for name in exposures},
            {"start": start, "start, people": [*start, *(f"{name}_2010" for name in PEOPLE)]},
            effects=["none", "prefecture"],
            samples={"all groups": data.group != "", "no districts": data.outside},
        )
        parts.append(curve.table())
    table = pd.concat(parts, ignore_index=True)
    return table.assign(measure=table.exposure, family=table.outcome)


def business_growth(flagged: bool = True) -> pd.DataFrame:
    """Return growth of new agricultural businesses a year, 2010-13 to 2018-21, in logs.

    Parameters
    ----------
    flagged : bool
        Whether years in which a county's registrations jump fourfold, up or down, are kept.

    Returns
    -------
    DataFrame
        As `county_frame`, and early (log of the yearly mean 2010-2013), more (growth of the log).

    Examples
    --------
    >>> import gzbook
    >>> len(gzbook.business_growth())
    87
    """
    new = load_registrations().query("year <= 2021")
    new = new if flagged else new[~new.flagged]
    early, late = (
        np.log(new[new.year.between(*span)].groupby("adcode").new.mean())
        for span in ((2010, 2013), (2018, 2021))
    )
    counties = county_frame().dropna(subset="commerce_2010")
    change = (late - early).rename("more")
    return counties.join(early.rename("early"), on="adcode").join(change, on="adcode")


def business_models() -> pd.DataFrame:
    """Return growth of new agricultural businesses on penetration of 2010, with the start: HC3.

    In per cent, for one standard deviation more.
    """
    people, rows = "".join(f" + {name}_2010" for name in PEOPLE), []
    for years in ("all years", "no jumps"):
        data = business_growth(flagged=years == "all years")
        for exposure in MEASURES:
            x = f"{exposure}_2010"
            for controls, held in (("start", ""), ("start, people", people)):
                fit = ols(f"more ~ {x} + early{held}", data, cov="HC3")
                row = _row(fit, x, data[x].std())
                rows.append({"years": years, "exposure": exposure, "controls": controls, **row})
    return pd.DataFrame(rows)


def jobs() -> Evidence:
    """Regress the growth of work outside farming on penetration ten years before."""
    table, new = work_models(work_frame()), business_models()
    return Evidence(
        table,
        N_(
            "Of {models} models with starting levels, {above} find that work outside farming, or "
            "in trade, transport and information, grew more where penetration was higher, and "
            "{below} that it grew less; one standard deviation more goes with {low:+.1f} to "
            "{high:+.1f} points. A share is not a number of jobs: it also rises when farm workers "
            "leave. New agricultural businesses, which are not jobs either and are not judged, "
            "grew by {new[low]:+.0f} to {new[high]:+.0f} % more ({new[above]} of {new[models]} "
            "intervals above zero, {new[below]} below)."
        ),
        _("{n} groups of counties on constant borders", n=table.nobs.max()),
        span(2010, 2020),
        {**tally_and_range(table), "new": tally_and_range(new)},
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
        N_(
            "In 2010, {fewer} of {counties} counties had fewer residents than registered people; "
            "in all of them together {away:.1f} % fewer. Families and students are among those "
            "away."
        ),
        _("{n} counties of Guizhou, borders of 2010", n=len(table)),
        "2010",
        {"fewer": int((table.value > 0).sum()), "counties": len(table), "away": away},
    )


def work_sought_at_home() -> Evidence:
    """Compare residents from another county of the province in 2010 and 2020.

    The value is the change of their share in residents, in points, by group of constant borders.
    """
    census = load_census(harmonised=True)
    census["moved"] = census.migrants_from_other_county_in_province
    wide = census.pivot(index="group", columns="year", values=["moved", "population"])
    table = pd.DataFrame({
        f"{name}_{year}": wide[name, year]
        for name in ("moved", "population") for year in (2010, 2020)
    })  # fmt: skip
    for year in (2010, 2020):
        table[f"share_{year}"] = 100.0 * table[f"moved_{year}"] / table[f"population_{year}"]
    table["value"] = table.share_2020 - table.share_2010
    table = table.dropna(subset="value").reset_index()
    before, after = table.moved_2010.sum(), table.moved_2020.sum()
    return Evidence(
        table,
        N_(
            "Residents of Guizhou's counties who came from another county of the province went "
            "from {start} to {end}, and their share rose in {rose} of {groups} groups. That does "
            "not say that work outside the province became scarcer, and families, students and "
            "resettled households are among them."
        ),
        _("{n} groups of counties on constant borders", n=len(table)),
        _("{first} and {last}", first=2010, last=2020),
        {
            "start": in_language(f"{before / 1e6:.2f}", f"{before / 1e4:.0f}万"),
            "end": in_language(f"{after / 1e6:.2f} million", f"{after / 1e4:.0f}万"),
            "rose": int((table.value > 0).sum()),
            "groups": len(table),
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
        N_(
            "Urban residents had {before:.1f} times the rural income in {first} and {after:.1f} "
            "times in {last}; the ratio lies above two in {share:.0f} % of counties and years. "
            "That speaks to little income, not to few sources: no county table has income by "
            "source."
        ),
        sample_name(table.adcode),
        span(first, last),
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

    To `with_every_income` come commerce, digital (standard deviations of the share of 2010), poorer
    (log points below the mean of log income 2014) and minority (points above the mean).
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
    return pd.DataFrame(rows).assign(
        measure=lambda rows: rows.exposure, family=lambda rows: rows.trait
    )


def the_weak() -> Evidence:
    """Ask whether growth went with penetration more in poor and in minority counties."""
    data = inclusion_data()
    table = inclusion_models(data)
    return Evidence(
        table,
        N_(
            "Of {models} interactions, {above} lie above zero and {below} below: one standard "
            "deviation more penetration goes, where income was a tenth lower or the minority share "
            "ten points higher, with {low:+.2f} to {high:+.2f} % more growth over nine years."
        ),
        sample_name(data.adcode),
        span(2014, 2023),
        tally_and_range(table),
    )


# ---- what other studies print -------------------------------------------------------------------

# Why a result is not on our axis.
APART = {
    "no number": N_("no number is printed in the text that we have"),
    "other outcome": N_("another outcome, no number printed"),
    "no interval": N_("another outcome, no interval printed"),
}


class Stated(NamedTuple):
    """One printed result; `id` is that of the study in the table of the literature."""

    id: str
    side: str
    outcome: str
    exposure: str
    direction: str
    significant: bool | None
    finding: str
    apart: str = "no number"


_PROGRAMME = N_("national demonstration programme")
PRINTED_RESULTS = (
    Stated("L02", "for", N_("household income"), N_("taking part in e-commerce"), "more", None,
           N_("higher; participation is not random")),
    Stated("L07", "for", N_("farmers' income"), N_("Taobao villages"), "more", True,
           N_("higher, more so in the centre and west")),
    Stated("L08", "for", N_("farmers' income, developed counties"),
           N_("Taobao villages and towns"), "more", None, N_("higher")),
    Stated("L12", "for", "farmers' income", _PROGRAMME, "more", True,
           N_("higher, more so in counties that develop slowly")),
    Stated("L13", "for", N_("rural income"), N_("an index of rural e-commerce"), "more", True,
           N_("higher, in neighbouring provinces too")),
    Stated("L15", "for", "rural income", N_("policies for rural e-commerce"), "more", True,
           N_("higher, least in the west")),
    Stated("L20", "for", "rural income", N_("village involvement and demonstration policies"),
           "more", True, N_("higher; in poorer villages an inverted U")),
    Stated("L01", "against", N_("rural household income"),
           N_("e-commerce brought to villages, at random"), "none", None,
           N_("little evidence of gains")),
    Stated("L08", "against", N_("farmers' income, all counties"), "Taobao villages and towns",
           "none", None, N_("not higher; a U shape in their number")),
    Stated("L08", "against", N_("farmers' income, less developed counties"),
           "Taobao villages and towns", "less", None, N_("lower")),
    Stated("L01", "other", N_("cost of living"), "e-commerce brought to villages, at random",
           "less", None, N_("lower for a minority of households"), "other outcome"),
    Stated("L04", "other", N_("growth of consumption"), N_("county e-commerce"), "more", None,
           N_("higher, more so for rural and poor households"), "other outcome"),
    Stated("L05", "other", N_("leaving to work elsewhere"),
           N_("living in an agricultural Taobao village"), "less", None, N_("18 % less likely"),
           "no interval"),
    Stated("L19", "other", N_("online shopping of rural households"), _PROGRAMME, "more", None,
           N_("1.9 percentage points more"), "no interval"),
    Stated("L07", "other", N_("urban-rural income gap"), "Taobao villages", "turns", None,
           N_("an inverted U"), "other outcome"),
    Stated("L18", "other", "urban-rural income gap", _PROGRAMME, "less", True, N_("narrower"),
           "other outcome"),
)  # fmt: skip


SIDES = {
    "for": N_("Published on income: for"),
    "against": N_("Published on income: against, or none"),
    "other": N_("Published on other outcomes"),
}


def published_results() -> pd.DataFrame:
    """Return what other studies of rural e-commerce print, a row a result, for `forest_plot`.

    Returns
    -------
    DataFrame
        id (of the study in `gzcounty.load_literature`), side (of the claim that e-commerce raises
        income: for, against, or other for another outcome), group, study, about, direction,
        significant, finding, has_number (whether one is printed), apart. Words are in the reader's
        language; side and direction are keys.

    Notes
    -----
    They are read line by line from the table of the literature. Only studies that can be cited are
    read, and only what their public text says: a direction, whether it is called significant, and
    a number where there is one. Studies of other things (lists of villages, methods, digital
    finance) are left out.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.published_results().side.value_counts().to_dict()
    {'for': 7, 'other': 6, 'against': 3}
    """
    table = pd.DataFrame(PRINTED_RESULTS).astype({"significant": "boolean"})
    studies = load_literature().set_index("id").loc[table.id].reset_index()
    table["group"] = table.side.map(SIDES).map(_)
    table["has_number"] = table.apart == "no interval"
    table["apart"] = table.apart.map(APART).map(_)
    table["finding"] = table.finding.map(_)
    named = zip(studies.authors, studies.year, strict=True)
    table["study"] = [
        _("{authors} {year}", authors=said_authors(names), year=f"{year:.0f}")
        for names, year in named
    ]
    periods = studies.period.fillna(N_("years not stated"))
    about = zip(table.outcome, table.exposure, studies["sample"], periods, strict=True)
    table["about"] = [
        _(
            "{outcome}, by {exposure}; {sample}, {period}",
            outcome=_(row[0]), exposure=_(row[1]), sample=_(row[2]),
            period=years_in_words(_(row[3])),
        )
        for row in about
    ]  # fmt: skip
    columns = ["id", "side", "group", "study", "about", "direction", "significant", "finding"]
    return table[[*columns, "has_number", "apart"]]


def said_authors(authors: str) -> str:
    """Return a study's authors as they are read: Chinese ones are told apart by 、 in Chinese.

    >>> said_authors("王淑佳, 孔伟")
    '王淑佳, 孔伟'
    """
    return _(authors).replace(", ", _(", "))


TESTS = {
    "2.3-a": jobs,
    "2.3-b": incomes,
    "2.3-c": labour_sent_away,
    "2.3-d": work_sought_at_home,
    "2.3-f": little_income,
    "2.3-h": the_weak,
}
