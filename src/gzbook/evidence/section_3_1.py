"""Tests of section 3.1, industries that stall, and of 2.1-e, which is the same comparison."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence.similarity import (
    Way,
    china_employment,
    counted_in,
    neighbour_similarity,
    provinces,
)
from gzbook.tables import sides
from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import load_counties, load_geography
from gzcounty.measures.change import growth, sample_name
from gzcounty.measures.specialisation import herfindahl
from gzcounty.models.ols import ols

CUTS: dict[str, Way] = {
    "all county-level units": "all units",
    "without districts": "no districts",
}


def much_the_same_industries() -> Evidence:
    """Rank the provinces by how alike the industries of their counties are."""
    rows = []
    for what, way in CUTS.items():
        table = provinces(way, draws=499)
        own, others = table.loc["Guizhou"], table.drop("Guizhou")
        rows.append({
            "what": what,
            "value": float((others.estimate > own.estimate).mean()),
            "provinces": len(table),
            **own[["rank", "rank_low", "rank_high", "estimate", "conf_low", "conf_high", "n"]],
            "median_of_others": others.estimate.median(),
            "most_alike": table.index[0],
        })  # fmt: skip
    evidence = pd.DataFrame(rows)
    whole, outside = evidence.itertuples(index=False)
    finding = (
        f"With districts, Guizhou's {whole.n:.0f} units are number {whole.rank:.0f} of "
        f"{whole.provinces} provinces from the most alike (95 % of draws: {whole.rank_low:.0f} to "
        f"{whole.rank_high:.0f}); mean Krugman dissimilarity {whole.estimate:.3f}, median of the "
        f"other provinces {whole.median_of_others:.3f}. Without districts it is number "
        f"{outside.rank:.0f} of {outside.provinces} ({outside.estimate:.3f} against "
        f"{outside.median_of_others:.3f})."
    )
    n = len(china_employment()[0])
    return Evidence(evidence, finding, f"{n:,} county-level units in 31 provinces", "2020")


def _against_china(measure: Callable[[pd.DataFrame], pd.Series], above: bool) -> pd.DataFrame:
    """Return the share of Guizhou's units beyond the median of China's, in two cuts."""
    rows = []
    for what, way in CUTS.items():
        values = measure(counted_in(way)[0]).dropna()
        median, own = values.median(), values[values.index.str.startswith("52")]
        beyond = own > median if above else own < median
        rows.append({
            "what": what,
            "value": float(beyond.mean()),
            "beyond": int(beyond.sum()),
            "n": len(own),
            "median_guizhou": own.median(),
            "median_china": median,
            "n_china": len(values),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _against_china_said(evidence: pd.DataFrame, side: str, what: str) -> str:
    whole, outside = evidence.itertuples(index=False)
    return (
        f"{whole.beyond} of Guizhou's {whole.n} units ({100 * whole.value:.0f} %) lie {side} the "
        f"median of China's {whole.n_china:,} in {what}: medians {whole.median_guizhou:.3f} and "
        f"{whole.median_china:.3f}; without districts {outside.beyond} of {outside.n} "
        f"({100 * outside.value:.0f} %), medians {outside.median_guizhou:.3f} and "
        f"{outside.median_china:.3f}."
    )


def narrow() -> Evidence:
    """Compare the concentration of employment with that of China's counties."""
    evidence = _against_china(herfindahl, above=True)
    finding = _against_china_said(evidence, "above", "Herfindahl's concentration")
    return Evidence(evidence, finding, _sample(evidence), "2020")


def shallow_processing() -> Evidence:
    """Compare manufacturing workers for each farm worker with China's counties."""
    evidence = _against_china(processing, above=False)
    what = "manufacturing workers for each farm worker"
    finding = _against_china_said(evidence, "below", what)
    return Evidence(evidence, finding, _sample(evidence), "2020")


def processing(employed: pd.DataFrame) -> pd.Series:
    """Return manufacturing workers for each farm worker; missing where there are neither."""
    farm = employed.employed_A
    # Without farm workers the ratio is infinite, which lies above any median, as it should.
    return (employed.employed_C / farm).where((farm > 0) | (employed.employed_C > 0))


def _sample(evidence: pd.DataFrame) -> str:
    whole = evidence.iloc[0]
    return f"{whole.n} counties of Guizhou among {whole.n_china:,} county-level units of China"


def one_nationality_in_many_counties() -> Evidence:
    """Count the county-level units whose names carry a nationality."""
    names = nationalities()
    units = names.groupby("nationality").size().sort_values(ascending=False)
    shared = int((units > 1).sum())
    evidence = pd.DataFrame({
        "what": ["nationalities named by more than one unit, of all named"],
        "value": [shared / len(units)],
        "shared": [shared],
        "named": [len(units)],
    })  # fmt: skip
    listed = ", ".join(f"{name} {count}" for name, count in units.items())
    finding = (
        f"{shared} of {len(units)} nationalities in the names of Guizhou's units are in the names "
        f"of more than one ({listed}). Names are not residents: how many people of each "
        "nationality live in a county is not in our tables."
    )
    sample = f"{names.adcode.nunique()} autonomous counties among the 88 counties of Guizhou"
    return Evidence(evidence, finding, sample, "today's names")


def nationalities() -> pd.DataFrame:
    """Return one row for each nationality in the name of a unit: adcode, name_en, nationality."""
    counties = load_counties().dropna(subset="nationalities_en")
    each = counties.assign(nationality=counties.nationalities_en.str.split(";"))
    return each[["adcode", "name_en", "nationality"]].explode("nationality", ignore_index=True)


def competition_data() -> pd.DataFrame:
    """Return growth and similarity for the models of 3.1-c.

    Returns
    -------
    DataFrame
        outcome, adcode, growth (log points times 100), similarity (z-score within the outcome's
        sample, 2020 for GDP and 2010 for lights, before growth), start (log, first year), and
        controls of the same census. GDP is divided by residents of 2020 in both years, as later
        residents are not published. Lights: counties that kept their borders since 2010.
    """
    counties, census = load_counties().set_index("adcode"), load_census()
    place = load_geography().set_index("adcode")[["relief", "distance_guiyang_km"]]
    kept = counties.index[~counties.territory_changed]
    parts = []
    for outcome, variable, years, year in (
        ("GDP a resident 2020-2023", "gdp", (2020, 2023), 2020),
        ("night lights 2013-2020", "lights", (2013, 2020), 2010),
    ):
        grown = growth(variable, *years).set_index("adcode")
        before = census[census.year == year].set_index("adcode")
        if year == 2010:
            grown = grown[grown.index.isin(kept)]
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


CONTROLS = {
    "starting level": "start",
    "people and place": "start + urban_share + schooling_years + relief + distance_guiyang_km",
    "people, place, farming": "start + urban_share + schooling_years + relief"
    " + distance_guiyang_km + farm_share",
    "people and prefecture": "start + urban_share + schooling_years + relief + C(prefecture_en)",
}


def competition_models(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the models of 3.1-c, one row each: growth on similarity, standard errors HC3."""
    data = competition_data() if data is None else data
    rows = []
    for outcome, own in data.groupby("outcome", sort=False):
        for name, controls in CONTROLS.items():
            table = ols(f"growth ~ similarity + {controls}", own).table().set_index("term")
            found = table.loc["similarity", ["estimate", "conf_low", "conf_high", "p_value"]]
            rows.append({
                "what": f"{outcome}; {name}", "outcome": outcome, "controls": name, **found,
                "nobs": len(own), "sample": sample_name(own.adcode),
            })  # fmt: skip
    return pd.DataFrame(rows)


def alike_neighbours_compete() -> Evidence:
    """Regress growth on how alike the neighbours' industries are."""
    evidence = competition_models()
    above, below = sides(evidence)
    finding = (
        f"Slower growth where the neighbours' industries are more alike: {below} of "
        f"{len(evidence)} models with controls; faster growth: {above}. The estimates for one "
        f"standard deviation lie between {evidence.estimate.min():.1f} and "
        f"{evidence.estimate.max():.1f} log points x 100. Growth is not competition: sales lost to "
        "a neighbour show in it only if they are large."
    )
    each = evidence.drop_duplicates("outcome")
    samples = "; ".join(f"{row.outcome}: {row.sample}" for row in each.itertuples())
    return Evidence(evidence, finding, samples, "GDP 2020-2023, lights 2013-2020")


TESTS = {
    "2.1-e": much_the_same_industries,
    "3.1-a": narrow,
    "3.1-e": shallow_processing,
    "3.1-d": one_nationality_in_many_counties,
    "3.1-c": alike_neighbours_compete,
}
