"""Tests of section 4.2, county towns as smart hubs; 4.1-c, on nodes of logistics, is with 4.1."""

import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence.hubs import MOST, YEAR, ladder
from gzbook.evidence.similarity import china_employment
from gzcounty.data.china import load_china_counties
from gzcounty.data.guizhou import current_adcode, load_counties
from gzcounty.data.store import read_table
from gzcounty.measures.sample import sample_name

SEATS = 9


def less_urban() -> Evidence:
    """Take the urban share of China from that of Guizhou."""
    china = load_china_counties().set_index("adcode")
    # Who is a district is worked out with the employment tables, which cover all units with jobs.
    district = china_employment()[1].district.reindex(china.index, fill_value=False)
    rows = []
    for what, own in (("all residents", china), ("outside city districts", china[~district])):
        inside = own.index.str.startswith("52")
        here, there = (
            100.0 * part.population_urban.sum() / part.population.sum()
            for part in (own[inside], own)
        )
        rows.append({
            "what": what, "value": here - there, "guizhou": here, "china": there,
            "n": int(inside.sum()), "n_china": len(own),
            "median_guizhou": own.urban_share[inside].median(),
            "median_china": own.urban_share.median(),
        })  # fmt: skip
    evidence = pd.DataFrame(rows)
    parts = [
        f"{row.what}: {row.guizhou:.2f} % in Guizhou ({row.n} units), {row.china:.2f} % in China "
        f"({row.n_china:,} units)"
        for row in evidence.itertuples()
    ]
    whole = evidence.iloc[0]
    finding = (
        f"Urban share of {'; '.join(parts)}. The median unit has {whole.median_guizhou:.1f} % in "
        f"Guizhou and {whole.median_china:.1f} % in China."
    )
    sample = f"{whole.n} counties of Guizhou among {whole.n_china:,} county-level units of China"
    return Evidence(evidence, finding, sample, str(YEAR))


def rural_life() -> pd.DataFrame:
    """Return how many of a unit's residents are rural, and how much land each of them has.

    Returns
    -------
    DataFrame by adcode
        rural_share (%), area_km2 of the yearbook of 2020 (missing where it has no such unit, as
        for most city districts), land (hectares for each rural resident; missing without any).
    """
    china = load_china_counties().set_index("adcode")
    yearbook = read_table("china_economy").query("year == @YEAR")
    code, inside = yearbook.adcode.copy(), yearbook.adcode.str.startswith("52")
    code[inside] = current_adcode(yearbook.adcode[inside])
    area = yearbook.area_km2.set_axis(code).reindex(china.index)
    rural = china.population_rural
    return pd.DataFrame({
        "rural_share": 100.0 * rural / china.population,
        "area_km2": area,
        "land": (100.0 * area / rural).where(rural > 0),
    })  # fmt: skip


def many_and_scattered() -> Evidence:
    """Compare rural shares, and land for each rural resident, with China's counties."""
    units = rural_life()
    yearbook = units[units.land.notna()]
    rows = []
    for what, values in (
        ("rural share, all units", units.rural_share),
        ("rural share, units of the yearbook", yearbook.rural_share),
        ("land for each rural resident, units of the yearbook", yearbook.land),
    ):
        own = values[values.index.str.startswith("52")]
        rows.append({
            "what": what, "value": float((own > values.median()).mean()),
            "above": int((own > values.median()).sum()), "n": len(own), "n_china": len(values),
            "median_guizhou": own.median(), "median_china": values.median(),
        })  # fmt: skip
    evidence = pd.DataFrame(rows)
    every, same, land = evidence.itertuples(index=False)
    finding = (
        f"Above China's median in rural share lie {every.above} of {every.n} units (medians "
        f"{every.median_guizhou:.0f} and {every.median_china:.0f} %), of those in the yearbook "
        f"{same.above} of {same.n}. In land for each rural resident it is {land.above} of "
        f"{land.n}: {land.median_guizhou:.2f} hectares against {land.median_china:.2f}. That is "
        "room, mountains and forest included; how far apart the villages lie is in no table."
    )
    sample = (
        f"{every.n} counties of Guizhou among {every.n_china:,} county-level units of China; land: "
        f"{land.n} among {land.n_china:,}"
    )
    return Evidence(evidence, finding, sample, str(YEAR))


def further_hubs() -> Evidence:
    """Ask what each hub saves from the tenth on."""
    table = ladder(first=SEATS + 1)
    what = table.hubs.astype(str) + " hubs instead of " + (table.hubs - 1).astype(str)
    evidence = table.rename(columns={"share": "value"}).assign(what=what)
    first, last = evidence.iloc[0], evidence.iloc[-1]
    above = int((evidence.value > 0.05).sum())
    finding = (
        f"The best {SEATS} hubs leave {first.mean_distance + first.saved:.1f} km on average. Hub "
        f"number {first.hubs:.0f} saves {first.saved:.1f} km ({100 * first.value:.1f} % of that), "
        f"number {last.hubs:.0f} saves {last.saved:.1f} km ({100 * last.value:.1f} %); {above} of "
        f"{len(evidence)} save more than 5 %. With {MOST} hubs {last.mean_distance:.1f} km are "
        "left. Straight lines between the middles of counties: roads, costs, flows of parcels and "
        "what is smart about a hub are not in it."
    )
    return Evidence(evidence, finding, sample_name(load_counties().adcode), str(YEAR))


TESTS = {
    "4.2-a": less_urban,
    "4.2-b": many_and_scattered,
    "4.2-c": further_hubs,
}
