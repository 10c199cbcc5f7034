"""How specialised the counties of Guizhou are, and what goes with it: behind 2.1-d and 2.1-f."""

from functools import cache

import pandas as pd

from gzbook.groups import group_workers
from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import load_counties, load_geography, load_industry_employment
from gzcounty.inference.specifications import SpecificationCurve, specification_curve
from gzcounty.measures.penetration import penetration
from gzcounty.measures.specialisation import INDUSTRIES as INDUSTRIES
from gzcounty.measures.specialisation import herfindahl, krugman_dissimilarity, location_quotient

FARMING, PENETRATION = ("A",), ("F", "G", "I")
# What is measured, with the sections that are left out before shares are taken. Farm work fell
# everywhere and most where there was most of it; and what penetration counts should not be found
# again in the specialisation that it is to explain.
MEASURES = {
    "Krugman, all sections": (krugman_dissimilarity, ()),
    "Krugman, without farming": (krugman_dissimilarity, FARMING),
    "Krugman, without farming and penetration": (krugman_dissimilarity, FARMING + PENETRATION),
    "Herfindahl, without farming": (herfindahl, FARMING),
}
EXPOSURES = {"commerce": "commerce_2010", "digital": "digital_2010"}
_PEOPLE, _PLACE = ["urban_share", "schooling_years"], ["relief", "distance_guiyang_km"]
CONTROLS = {
    "none": [],
    "starting level": ["start"],
    "starting level, people": ["start", *_PEOPLE],
    "starting level, people, place": ["start", *_PEOPLE, *_PLACE],
}


def employment_by_group(year: int) -> pd.DataFrame:
    """Return employed persons by section on constant borders.

    Parameters
    ----------
    year : {2010, 2020}

    Returns
    -------
    DataFrame
        One row for each of the 81 groups, one column a section in which somebody in Guizhou works
        in both years; persons in the long form, a 10 % sample. Xiaohe is counted with Huaxi.
    """
    totals = pd.concat([group_workers(2010).sum(), group_workers(2020).sum()], axis=1)
    return group_workers(year).filter(totals.index[(totals > 0).all(axis=1)])


def profiles() -> pd.DataFrame:
    """Return the industries of each group beside those of the province.

    Returns
    -------
    DataFrame
        group, group_name_en, group_name_zh, search (names of its members), section, industry (by
        `INDUSTRIES`, so without T); and for 2010 and 2020 the location quotient against the
        province (quotient_2010), the share of the employed in % (share_2010) and the persons in
        the sample (workers_2010).
    """
    parts = {}
    for year in (2010, 2020):
        employed = employment_by_group(year)
        parts[f"quotient_{year}"] = _long(location_quotient(employed), "section")
        shares = 100.0 * employed.div(employed.sum(axis=1), axis=0)
        parts[f"share_{year}"] = _long(shares, "section")
        parts[f"workers_{year}"] = _long(employed, "section")
    table = pd.DataFrame(parts).reset_index()
    counties = load_counties()
    forms = counties.name_en + " " + counties.name_zh + " " + counties.pinyin.str.replace(" ", "")
    named = (
        counties.assign(search=forms)
        .groupby("group")
        .agg(
            group_name_en=("name_en", " + ".join),
            group_name_zh=("name_zh", "+".join),
            search=("search", " ".join),
        )
    )
    table.insert(2, "industry", table.section.map(INDUSTRIES))
    return table.dropna(subset="industry").merge(named.reset_index(), on="group", validate="m:1")


def _long(wide: pd.DataFrame, what: str) -> pd.Series:
    """Return the cells of a table by group and column."""
    long = wide.rename_axis(index="group", columns=what).melt(ignore_index=False)
    return long.set_index(what, append=True)["value"]


def specialisation(year: int) -> pd.DataFrame:
    """Return the measures of `MEASURES` by group: Krugman's against the sum of the groups."""
    employed, columns = employment_by_group(year), {}
    for name, (measure, without) in MEASURES.items():
        kept = employed.drop(columns=list(without))
        if measure is krugman_dissimilarity:
            columns[name] = krugman_dissimilarity(kept, reference=kept.sum())
        else:
            columns[name] = herfindahl(kept)
    return pd.DataFrame(columns)


def specialisation_data() -> pd.DataFrame:
    """Return what the models of 2.1-f need, one row a group and measure.

    Returns
    -------
    DataFrame
        group, measure, start (2010) and change (2010-2020), both in standard deviations of the
        groups in 2010; penetration, urban share (%) and schooling (years) of 2010; relief and
        distance to Guiyang (km), means over the members weighted by area.
    """
    first, last = specialisation(2010), specialisation(2020)
    spread = first.std()
    start, change = (first - first.mean()) / spread, (last - first) / spread
    parts = {"start": _long(start, "measure"), "change": _long(change, "measure")}
    long = pd.DataFrame(parts).reset_index()
    census = load_census(harmonised=True)
    context = census[census.year == 2010].set_index("group")[_PEOPLE].join(_place())
    for name, column in EXPOSURES.items():
        values = penetration(name, 2010, harmonised=True).set_index("group").penetration
        context[column] = values
    return long.merge(context.reset_index(), on="group", validate="m:1")


def _place() -> pd.DataFrame:
    geography = load_geography().set_index("adcode")
    geography["group"] = load_counties().set_index("adcode")["group"]
    weighted = geography[_PLACE].mul(geography.area_km2, axis=0)
    sums = weighted.groupby(geography.group).sum()
    return sums.div(geography.groupby("group").area_km2.sum(), axis=0)


@cache
def specialisation_curve(shuffles: int = 0) -> SpecificationCurve:
    """Return the 32 models of 2.1-f: change on one standard deviation of penetration.

    The measures are rows of one table, and each is a sample of the curve, so that every one has
    its own starting level; a shuffle gives a group's penetration to another in all of them.
    """
    data = specialisation_data()
    return specification_curve(
        data,
        outcomes={"change 2010-2020": "change"},
        exposures=EXPOSURES,
        controls=CONTROLS,
        entity="group",
        time="measure",
        effects="none",
        samples={name: data["measure"] == name for name in MEASURES},
        standardise=True,
        shuffles=shuffles,
    )


def pillars(quotient: float = 2.0) -> pd.DataFrame:
    """Count counties specialised in mining or in hotels and catering, by year.

    Parameters
    ----------
    quotient : float
        Location quotient against the province above which a county counts.

    Returns
    -------
    DataFrame
        One row a year: counties, specialised (in either), mining and hotels (in each), and the
        highest share of the employed of one county, in %: mining_highest, hotels_highest. Counties
        as they were in the year: a level is counted here, not a change.
    """
    rows = []
    own = load_industry_employment()
    own = own[own.adcode.isin(load_counties().adcode)]
    for year, long in own.groupby("year"):
        employed = long.pivot(index="adcode", columns="section", values="employed")
        employed = employed.loc[:, employed.sum() > 0]
        high = location_quotient(employed)[["B", "H"]] > quotient
        shares = 100.0 * employed.div(employed.sum(axis=1), axis=0)
        rows.append({
            "year": int(year), "counties": len(employed),
            "specialised": int(high.any(axis=1).sum()),
            "mining": int(high.B.sum()), "hotels": int(high.H.sum()),
            "mining_highest": float(shares.B.max()), "hotels_highest": float(shares.H.max()),
        })  # fmt: skip
    return pd.DataFrame(rows)
