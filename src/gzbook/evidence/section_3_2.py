"""Tests of section 3.2: roads, terrain, digital work, budgets, and what the county town carries."""

import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence import similarity, town
from gzcounty.data.china import load_china_counties
from gzcounty.data.guizhou import load_counties, load_series

CUTS: dict[str, similarity.Way] = {
    "all county-level units": "all units",
    "without districts": "no districts",
}
INFORMATION = "employed_I"


def expressway_to_every_county() -> Evidence:
    """Compare the provincial count of counties on an expressway with the number of counties."""
    series = load_series().query("adcode == '520000'")
    counted = series[series.variable == "counties_with_expressway"].set_index("year").value
    units = int((load_china_counties().province_en == "Guizhou").sum())
    last = int(counted.index.max())
    evidence = pd.DataFrame({
        "what": [f"counties with an expressway, end of {last}"],
        "stated": [units],
        "found": [int(counted[last])],
    })  # fmt: skip
    finding = (
        f"{counted.min():.0f} counties had an expressway in {counted.index.min():.0f} and "
        f"{counted[last]:.0f} in {last}, of {units}. The count is the province's own announcement, "
        "made days before the end of that year; it tells of roads, not of what a parcel costs."
    )
    return Evidence(evidence, finding, f"{units} counties of Guizhou", str(last))


def terrain_and_transport() -> Evidence:
    """Regress transport employment and rural income on relief and distance, within prefectures."""
    table = town.terrain_models()
    below, above = int((table.conf_high < 0).sum()), int((table.conf_low > 0).sum())
    ranges = table.groupby("outcome").estimate.agg(["min", "max"])
    transport, income = ranges.loc["transport employment"], ranges.loc["rural income"]
    finding = (
        f"Of {len(table)} models within prefectures, {below} find less transport employment or "
        f"income where a county is more rugged or more distant, and {above} find more; one "
        f"standard deviation goes with {transport['min']:+.2f} to {transport['max']:+.2f} points "
        f"of transport employment and {income['min']:+.2f} to {income['max']:+.2f} % of income. "
        "What transport costs is in no public county table."
    )
    sizes = table.groupby("sample").nobs.max().astype(int)
    sample = (
        f"{sizes['all']} counties of Guizhou, {sizes['no districts']} without districts; income of "
        f"{sizes['former poverty counties']} former poverty counties"
    )
    return Evidence(table, finding, sample, "2020")


def digital_blind_spots() -> Evidence:
    """Count Guizhou's counties in China's lowest tenth by information employment."""
    evidence = information_tenth()
    whole, outside = evidence.itertuples(index=False)
    finding = (
        f"{whole.lowest} of Guizhou's {whole.n} units ({100 * whole.value:.0f} %) are in the "
        f"lowest tenth of China's {whole.n_china:,} by the share employed in information; without "
        f"districts {outside.lowest} of {outside.n} ({100 * outside.value:.0f} %). Work is not "
        "coverage: no public table has networks by county."
    )
    sample = f"{whole.n} counties of Guizhou among {whole.n_china:,} county-level units of China"
    return Evidence(evidence, finding, sample, "2020")


def information_tenth(section: str = INFORMATION) -> pd.DataFrame:
    """Return the share of Guizhou's units in China's lowest tenth, with districts and without."""
    rows = []
    for what, way in CUTS.items():
        employed, units = similarity.counted_in(way)
        place = (employed[section] / employed.sum(axis=1)).rank(pct=True)
        own = place[units.province == "Guizhou"]
        rows.append({
            "what": what,
            "value": float((own <= 0.1).mean()),
            "lowest": int((own <= 0.1).sum()),
            "n": len(own),
            "median_place": 100.0 * own.median(),
            "n_china": len(place),
        })  # fmt: skip
    return pd.DataFrame(rows)


def digital_work_in_few_places() -> Evidence:
    """Compare how information workers and all workers are spread over Guizhou."""
    rows = []
    for year in (2010, 2020):
        found = town.concentration("I", year)
        rows.append({"what": str(year), "value": found["section"] - found["by_chance"], **found})
    evidence = pd.DataFrame(rows)
    first, last = evidence.itertuples(index=False)
    finding = (
        "Over groups of counties the Gini coefficient of information workers was "
        f"{first.section:.3f} in 2010 and {last.section:.3f} in 2020, of all workers "
        f"{first.all:.3f} and {last.all:.3f}; as many workers drawn from all would have "
        f"{first.by_chance:.3f} and {last.by_chance:.3f}. Phone shops and programmers count alike."
    )
    sample = f"{len(town.workers(2020))} groups that hold the 88 counties on constant borders"
    return Evidence(evidence, finding, sample, "2010 and 2020")


def thin_budgets() -> Evidence:
    """Divide each county's own revenue by what it spends, in the latest year."""
    every = town.self_sufficiency()
    year = int(every.year.max())
    own = every[every.year == year]
    evidence = pd.DataFrame({
        "what": own.adcode,
        "value": own.share / 100.0,
        "flagged": own.flagged,
    })  # fmt: skip
    below = int((evidence.value < 0.5).sum())
    finding = (
        f"{below} of {len(own)} counties raise less than half of what they spend; the median "
        f"raises {own.share.median():.0f} %, the range is {own.share.min():.0f} to "
        f"{own.share.max():.0f} %. "
        "Thin budgets are a fact of transfers between governments; that a policy for e-commerce "
        "failed for want of money is not seen here."
    )
    types = load_counties().set_index("adcode").unit_type
    without = types.drop(own.adcode)
    districts = "all" if (without == "district").all() else "most"
    sample = (
        f"{len(own)} counties of Guizhou in the yearbook; {districts} of the {len(without)} others "
        "are urban districts"
    )
    return Evidence(evidence, finding, sample, str(year))


def weak_towns_hold_it_back() -> Evidence:
    """Ask whether growth goes with penetration more where carrying capacity was high."""
    data = town.capacity_data()
    table = town.capacity_models(data)
    below, above = int((table.conf_high < 0).sum()), int((table.conf_low > 0).sum())
    said = "; ".join(
        f"{name}: {own.estimate.min():+.2f} to {own.estimate.max():+.2f}"
        for name, own in table.groupby("outcome", sort=False)
    )
    finding = (
        f"Of {len(table)} interactions of penetration with carrying capacity, {above} lie above "
        f"zero and {below} below (log points x 100, about %, for one standard deviation of each: "
        f"{said})."
    )
    sizes = data.groupby("outcome").size()
    sample = (
        f"{sizes['rural income']} former poverty counties (income) and {sizes['night lights']} "
        "counties (lights) that kept their borders"
    )
    return Evidence(table, finding, sample, "income 2014-2023, lights 2013-2020")


TESTS = {
    "3.2-a": expressway_to_every_county,
    "3.2-b": terrain_and_transport,
    "3.2-c": digital_blind_spots,
    "3.2-d": digital_work_in_few_places,
    "3.2-e": thin_budgets,
    "3.2-g": weak_towns_hold_it_back,
}
