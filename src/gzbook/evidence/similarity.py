"""How alike the industries of counties are: the comparisons behind 2.1-e and 3.1-c."""

from typing import Literal

import numpy as np
import pandas as pd

from gzcounty.data.counties import load_china_counties
from gzcounty.data.guizhou import load_counties, load_industry_employment, load_neighbours
from gzcounty.inference.pairs import pair_mean
from gzcounty.measures.specialisation import krugman_dissimilarity

Way = Literal["all units", "no districts", "no farming", "no farming, no districts", "equal noise"]
WAYS: tuple[Way, ...] = (
    "all units",
    "no districts",
    "no farming",
    "no farming, no districts",
    "equal noise",
)
SEED = 20_260
WORKERS = 1_000
"""Workers drawn from every county where sampling noise is made equal."""

_NOT_DISTRICTS = ("520203", "429021")  # Liuzhi and Shennongjia: districts by their last character
# Districts and a zone by their code of 2020, listed under the name they had before.
_DISTRICTS = ("130672", "320614", "340210", "340212", "520204")


def china_employment() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return employment by section, and who its units are, on one index.

    Returns
    -------
    employed : DataFrame
        One row a county-level unit with anybody employed, one column a section.
    units : DataFrame
        province, and whether the unit is a district of a city (or a zone).

    Examples
    --------
    >>> import gzbook
    >>> employed, units = gzbook.china_employment()
    >>> int((units.province == "Guizhou").sum()), employed.shape[1]
    (88, 20)
    """
    china = load_china_counties().set_index("adcode")
    # An empty section counts as none reported, as in the shares of the loaders.
    employed = china.filter(regex="^employed_").fillna(0.0)
    employed = employed[employed.sum(axis=1) > 0]
    named = china.loc[employed.index]
    district = named.name_zh.str.endswith("区") & ~named.index.isin(_NOT_DISTRICTS)
    district |= named.index.isin(_DISTRICTS)
    return employed, pd.DataFrame({"province": named.province_en, "district": district})


def counted_in(way: Way) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the employment and units that one way of looking compares.

    Parameters
    ----------
    way : str
        One of `WAYS`. ``"equal noise"`` draws 1,000 workers from each county's shares, so that
        small samples of workers make no province look more varied than another.
    """
    employed, units = china_employment()
    if way.endswith("no districts"):
        employed = employed[~units.district]
    if way.startswith("no farming"):
        employed = employed.drop(columns="employed_A")
        employed = employed[employed.sum(axis=1) > 0]
    if way == "equal noise":
        shares = employed.div(employed.sum(axis=1), axis=0)
        drawn = np.random.default_rng(SEED).multinomial(WORKERS, shares.to_numpy())
        employed = pd.DataFrame(drawn, index=employed.index, columns=employed.columns)
    return employed, units.loc[employed.index]


def provinces(way: Way = "all units", draws: int = 999) -> pd.DataFrame:
    """Return how unlike the counties of each province are, most alike first.

    Parameters
    ----------
    way : str
        One of `WAYS`.
    draws : int
        Of counties, with replacement: see `gzcounty.pair_mean`.

    Returns
    -------
    DataFrame by province
        estimate, std_error, conf_low, conf_high (mean Krugman dissimilarity over pairs), n,
        rank (1 is the most alike), rank_low, rank_high (95 % of the draws). Provinces with fewer
        than 3 units are left out: Beijing, Shanghai and Tianjin have districts only.
    """
    employed, units = counted_in(way)
    rows, samples = [], {}
    for place, (name, own) in enumerate(employed.groupby(units.province)):
        if len(own) < 3:
            continue
        found = pair_mean(krugman_dissimilarity(own), draws=draws, seed=SEED + place)
        samples[name] = found.native
        rows.append({"province": name, "n": found.nobs, **found.table().iloc[0]})
    table = pd.DataFrame(rows).set_index("province")
    table["rank"] = table.estimate.rank().astype(int)
    ranks = pd.DataFrame(samples).rank(axis=1)
    ends = ranks.quantile([0.025, 0.975], interpolation="nearest").astype(int)
    table["rank_low"], table["rank_high"] = ends.iloc[0], ends.iloc[1]
    return table.drop(columns=["term", "statistic", "p_value"]).sort_values("estimate")


def ways_of_looking(province: str = "Guizhou", draws: int = 199) -> pd.DataFrame:
    """Return a province's place by every way of looking, one row each.

    Returns
    -------
    DataFrame
        way, and the province's row of `provinces`, with the number of provinces, the most alike
        province and the median of the others.
    """
    rows = []
    for way in WAYS:
        table = provinces(way, draws)
        others = table.drop(province).estimate
        rows.append({
            "way": way,
            **table.loc[province],
            "provinces": len(table),
            "median_of_others": others.median(),
            "most_alike": table.index[0],
        })  # fmt: skip
    return pd.DataFrame(rows)


def members_by_chance(
    province: str = "Guizhou", draws: int = 999, seed: int = SEED
) -> list[np.ndarray]:
    """Draw the members of made-up provinces from all of China's county-level units.

    Each has as many districts and as many other units as the real province; the real counties
    may be drawn too.

    Returns
    -------
    list of ndarray
        Positions in the rows of `china_employment`, one array a draw.

    Examples
    --------
    >>> import gzbook
    >>> len(gzbook.members_by_chance(draws=2)[0])
    88
    """
    _, units = china_employment()
    generator = np.random.default_rng(seed)
    own = units.province == province
    pools = [np.flatnonzero(units.district == kind) for kind in (True, False)]
    sizes = [int((own & (units.district == kind)).sum()) for kind in (True, False)]
    return [
        np.concatenate([
            generator.choice(p, s, replace=False) for p, s in zip(pools, sizes, strict=True)
        ])
        for _ in range(draws)
    ]  # fmt: skip


def random_provinces(province: str = "Guizhou", draws: int = 999, seed: int = SEED) -> np.ndarray:
    """Return the mean dissimilarity of each province of `members_by_chance`."""
    pairs = krugman_dissimilarity(china_employment()[0]).to_numpy()
    members = members_by_chance(province, draws, seed)
    return np.array([pairs[np.ix_(m, m)].sum() / (len(m) * (len(m) - 1)) for m in members])


def weighted_by_workers() -> pd.Series:
    """Return the mean dissimilarity of each province's pairs, weighted by workers.

    A pair counts as often as two workers, drawn from two different units, come from it.
    """
    employed, units = china_employment()
    means = {}
    for province, own in employed.groupby(units.province):
        w = own.sum(axis=1).to_numpy()
        pairs = krugman_dissimilarity(own).to_numpy()
        means[province] = float(w @ pairs @ w / (w.sum() ** 2 - (w**2).sum()))
    return pd.Series(means)


def beside_china(measures: pd.DataFrame) -> pd.DataFrame:
    """Return measures of China's units in long form, with the names of Guizhou's counties.

    Parameters
    ----------
    measures : DataFrame
        adcode by measure.

    Returns
    -------
    DataFrame
        adcode, inside (of Guizhou), variable, value, name_en, name_full_en, name_zh, pinyin; names
        are empty elsewhere. As `gzcounty.distribution_chart` takes it.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> china = gz.load_china_counties().set_index("adcode")
    >>> int(gzbook.beside_china(china[["schooling_years"]]).inside.sum())
    88
    """
    names = load_counties().set_index("adcode")[["name_en", "name_full_en", "name_zh", "pinyin"]]
    long = measures.rename_axis("adcode").reset_index().melt("adcode")
    long["inside"] = long.adcode.str.startswith("52")
    return long.join(names, on="adcode").fillna(dict.fromkeys(names, ""))


def neighbour_similarity(year: int) -> pd.Series:
    """Return the share of workers that a county of Guizhou has in common with its neighbours.

    Parameters
    ----------
    year : {2010, 2020}
        Of the census.

    Returns
    -------
    Series by adcode
        Mean over land neighbours of ``100 (1 - K / 2)``, in %, with K Krugman's dissimilarity.
    """
    employment = load_industry_employment().query("year == @year")
    known = employment[employment.adcode.isin(load_counties().adcode)]
    matrix = krugman_dissimilarity(known, columns=("adcode", "section", "employed"))
    alike = 100.0 * (1.0 - matrix / 2.0)
    pairs = load_neighbours()[["adcode_i", "adcode_j"]]
    pairs = pairs[pairs.adcode_i.isin(alike.index) & pairs.adcode_j.isin(alike.index)]
    rows, columns = (alike.index.get_indexer(pairs[side]) for side in ("adcode_i", "adcode_j"))
    values = pd.Series(alike.to_numpy()[rows, columns], index=pairs.adcode_i)
    return values.groupby(level=0).mean().rename("similarity").rename_axis("adcode")
