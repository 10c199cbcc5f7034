"""Evidence of section 3.1, industries that stall, and of 2.1-e: how alike industries are."""

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence import among_china
from gzbook.frames import SEED, beside_median, by_cut, china_cuts
from gzbook.tables import tally_and_range
from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import (
    load_counties,
    load_geography,
    load_industry_employment,
    load_neighbours,
)
from gzcounty.inference.pairs import pair_mean
from gzcounty.language import N_, _
from gzcounty.measures.change import growth, sample_name
from gzcounty.measures.specialisation import herfindahl, krugman_dissimilarity
from gzcounty.models.ols import ols


def provinces(employed: pd.DataFrame, province: pd.Series, draws: int = 499) -> pd.DataFrame:
    """Return how unlike the counties of each province are, most alike first.

    `employed` has adcode by section; `draws` of counties are with replacement, see
    `gzcounty.pair_mean`. By province: estimate, conf_low, conf_high (mean Krugman dissimilarity
    over pairs), n, rank (1 is the most alike), rank_low, rank_high (95 % of the draws). Provinces
    with fewer than 3 units are left out: Beijing, Shanghai and Tianjin have districts only.
    """
    rows, samples = {}, {}
    for place, (name, members) in enumerate(employed.groupby(province)):
        if len(members) < 3:
            continue
        fit = pair_mean(krugman_dissimilarity(members), draws=draws, seed=SEED + place)
        samples[name] = fit.native
        rows[name] = {**fit.table().squeeze()[["estimate", "conf_low", "conf_high"]], "n": fit.nobs}
    table = pd.DataFrame.from_dict(rows, orient="index")
    table["rank"] = table.estimate.rank().astype(int)
    ranks = pd.DataFrame(samples).rank(axis=1)
    ends = ranks.quantile([0.025, 0.975], interpolation="nearest").astype(int)
    table["rank_low"], table["rank_high"] = ends.loc[0.025], ends.loc[0.975]
    return table.sort_values("estimate")


def much_the_same_industries() -> Evidence:
    """Rank the provinces by how alike the industries of their counties are."""
    rows = []
    for cut, (employed, units) in china_cuts().items():
        ranked = provinces(employed, units.province)
        guizhou, others = ranked.loc["Guizhou"], ranked.drop("Guizhou").estimate
        rows.append({
            "cut": cut,
            "value": float((others > guizhou.estimate).mean()),
            "provinces": len(ranked),
            **guizhou,
            "median_of_others": others.median(),
            "n_china": len(units),
        })  # fmt: skip
    table = pd.DataFrame(rows)
    facts = by_cut(table)
    return Evidence(
        table,
        N_(
            "With districts, Guizhou's {whole[n]:.0f} units are number {whole[rank]:.0f} of "
            "{whole[provinces]} provinces from the most alike (95 % of draws: "
            "{whole[rank_low]:.0f} to {whole[rank_high]:.0f}); mean Krugman dissimilarity "
            "{whole[estimate]:.3f}, median of the other provinces {whole[median_of_others]:.3f}. "
            "Without districts it is number {outside[rank]:.0f} of {outside[provinces]} "
            "({outside[estimate]:.3f} against {outside[median_of_others]:.3f})."
        ),
        _("{n:,} county-level units in 31 provinces", n=facts["whole"]["n_china"]),
        "2020",
        facts,
    )


def narrow() -> Evidence:
    """Compare the concentration of employment with that of China's counties."""
    return among_china(
        beside_median(herfindahl(china_cuts()["all units"][0]), "above"),
        N_(
            "{whole[beyond]} of Guizhou's {whole[n]} units ({whole[share]:.0f} %) lie above the "
            "median of China's {whole[n_china]:,} in Herfindahl's concentration: medians "
            "{whole[median_guizhou]:.3f} and {whole[median_china]:.3f}; without districts "
            "{outside[beyond]} of {outside[n]} ({outside[share]:.0f} %), medians "
            "{outside[median_guizhou]:.3f} and {outside[median_china]:.3f}."
        ),
    )


def shallow_processing() -> Evidence:
    """Compare manufacturing workers for each farm worker with China's counties."""
    return among_china(
        beside_median(processing(china_cuts()["all units"][0]), "below"),
        N_(
            "{whole[beyond]} of Guizhou's {whole[n]} units ({whole[share]:.0f} %) lie below the "
            "median of China's {whole[n_china]:,} in manufacturing workers for each farm worker: "
            "medians {whole[median_guizhou]:.3f} and {whole[median_china]:.3f}; without districts "
            "{outside[beyond]} of {outside[n]} ({outside[share]:.0f} %), medians "
            "{outside[median_guizhou]:.3f} and {outside[median_china]:.3f}."
        ),
    )


def processing(employed: pd.DataFrame) -> pd.Series:
    """Return manufacturing workers for each farm worker; missing where there are neither."""
    farm = employed.employed_A
    # Without farm workers the ratio is infinite, which lies above any median, as it should.
    return (employed.employed_C / farm).where((farm > 0) | (employed.employed_C > 0))


def neighbour_similarity(year: int) -> pd.Series:
    """Return the share of workers that a county of Guizhou has in common with its neighbours, in %.

    The mean over land neighbours of ``100 (1 - K / 2)``, with K Krugman's dissimilarity.
    """
    jobs = load_industry_employment().query("year == @year")
    jobs = jobs[jobs.adcode.isin(load_counties().adcode)]
    matrix = krugman_dissimilarity(jobs, columns=("adcode", "section", "employed"))
    alike = 100.0 * (1.0 - matrix / 2.0)
    pairs = load_neighbours()[["adcode_i", "adcode_j"]]
    pairs = pairs[pairs.adcode_i.isin(alike.index) & pairs.adcode_j.isin(alike.index)]
    rows, columns = (alike.index.get_indexer(pairs[side]) for side in ("adcode_i", "adcode_j"))
    values = pd.Series(alike.to_numpy()[rows, columns], index=pairs.adcode_i)
    return values.groupby(level=0).mean().rename("similarity").rename_axis("adcode")


GROWTH = {"gdp": ("gdp", 2020, 2023, 2020), "lights": ("lights", 2013, 2020, 2010)}
"""Of each outcome of 3.1-c: the variable, its first and last year, and the census before it."""

_PEOPLE_AND_PLACE = "start + urban_share + schooling_years + relief + distance_guiyang_km"
CONTROLS = {
    N_("starting level"): "start",
    N_("people and place"): _PEOPLE_AND_PLACE,
    N_("people, place, farming"): f"{_PEOPLE_AND_PLACE} + farm_share",
    N_(
        "people and prefecture"
    ): "start + urban_share + schooling_years + relief + C(prefecture_en)",
}


def competition_data() -> pd.DataFrame:
    """Return growth of counties and how alike their neighbours' industries are.

    Returns
    -------
    DataFrame
        outcome ("gdp", a resident, 2020-2023; "lights" 2013-2020), adcode, growth (log points times
        100), similarity (z-score within the outcome's sample, 2020 for GDP and 2010 for lights,
        before growth), start (log, first year), and controls of the same census. GDP is divided by
        residents of 2020 in both years, as later residents are not published. Lights: counties
        that kept their borders since 2010.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.competition_data().groupby("outcome").size().to_dict()
    {'gdp': 79, 'lights': 75}
    """
    counties, census = load_counties().set_index("adcode"), load_census()
    place = load_geography().set_index("adcode")[["relief", "distance_guiyang_km"]]
    unchanged = counties.index[~counties.territory_changed]
    parts = []
    for outcome, (variable, first, last, year) in GROWTH.items():
        grown = growth(variable, first, last).set_index("adcode")
        before = census[census.year == year].set_index("adcode")
        if year == 2010:
            grown = grown[grown.index.isin(unchanged)]
        scale = 1e6 / before.population.reindex(grown.index) if variable == "gdp" else 1.0
        part = pd.DataFrame({
            "outcome": outcome,
            "growth": 100.0 * grown.growth,
            "similarity": neighbour_similarity(year).reindex(grown.index),
            "start": np.log(grown.start_value * scale),
        }).join(before[["urban_share", "schooling_years", "farm_share"]]).join(place)  # fmt: skip
        part = part.join(counties.prefecture_en).dropna()
        part["similarity"] -= part.similarity.mean()
        part["similarity"] /= part.similarity.std()
        parts.append(part.reset_index(names="adcode"))
    return pd.concat(parts, ignore_index=True)


def competition_models(data: pd.DataFrame) -> pd.DataFrame:
    """Return the models of 3.1-c, one row each: growth on similarity, standard errors HC3."""
    rows = []
    for outcome, sample in data.groupby("outcome", sort=False):
        for controls, terms in CONTROLS.items():
            fit = ols(f"growth ~ similarity + {terms}", sample)
            rows.append({
                "outcome": outcome, "controls": controls, **fit.term("similarity")._asdict(),
                "nobs": fit.nobs, "sample": sample_name(sample.adcode),
            })  # fmt: skip
    return pd.DataFrame(rows)


def alike_neighbours_compete() -> Evidence:
    """Regress growth on how alike the neighbours' industries are."""
    table = competition_models(competition_data())
    sample = table.drop_duplicates("outcome").set_index("outcome")["sample"]
    return Evidence(
        table,
        N_(
            "Slower growth where the neighbours' industries are more alike: {below} of {models} "
            "models with controls; faster growth: {above}. The estimates for one standard "
            "deviation lie between {low:.1f} and {high:.1f} log points x 100. Growth is not "
            "competition: sales lost to a neighbour show in it only if they are large."
        ),
        _(
            "GDP a resident 2020-2023: {gdp}; night lights 2013-2020: {lights}",
            gdp=sample["gdp"],
            lights=sample["lights"],
        ),
        _("GDP 2020-2023, lights 2013-2020"),
        tally_and_range(table),
    )


TESTS = {
    "2.1-e": much_the_same_industries,
    "3.1-a": narrow,
    "3.1-c": alike_neighbours_compete,
    "3.1-e": shallow_processing,
}
