"""What is known of each of the 88 counties, for the county's own page.

`_items` gives each indicator with its values for all counties, `profiles` ranks them,
`county_profile` returns the rows of one county. `highest_and_lowest`, `changes`, `peers` and
`former_names` are the rules behind the page's sentences; `county_sheet` writes the page, and
`county_pictures` draws what stands in it.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from gzbook.frames import INDUSTRIES
from gzbook.tables import written
from gzcounty.data.counties import load_census, load_china_counties, load_panel
from gzcounty.data.guizhou import (
    PROVINCE,
    current_adcode,
    load_code_changes,
    load_counties,
    load_geographical_indications,
    load_geography,
    load_industry_employment,
    load_neighbours,
    load_registrations,
    load_sources,
)
from gzcounty.errors import InputError
from gzcounty.language import N_, _, cached, in_language
from gzcounty.measures.dimensions import DIMENSIONS, dimension_indices
from gzcounty.measures.indices import coupling_coordination
from gzcounty.measures.penetration import MEASURES, penetration
from gzcounty.measures.specialisation import location_quotient
from gzcounty.measures.validity import GRADES, grade_of

MAIN = {
    "population": N_("the number of residents"),
    "urban_share": N_("the share of residents who live in towns"),
    "age_65plus_share": N_("the share of residents aged 65 and over"),
    "schooling_years": N_("the years of schooling of those aged 15 and over"),
    "piped_water_share": N_("the share of households with piped water"),
    "car_share": N_("the share of households with a car"),
    "farm_share": N_("the share of the employed who farm"),
    "commerce": N_("trade employment, the share who work in trade, transport and information"),
    "minority_share": N_("the share of residents from ethnic minorities"),
    "gdp_per_resident": N_("GDP a resident"),
    "savings_per_resident": N_("savings a resident"),
    "own_revenue_share": N_("the share of spending that its own revenue covers"),
}
"""The main figures of 2020, in words: of these the page says where a county stands high and low."""


@dataclass(frozen=True, eq=False)
class Item:
    """One indicator in one year: `figures` by adcode, read with so many `decimals`.

    `china` has the same of China's county-level units, if we have it; `among` are the counties that
    are ranked, if not all with a value; `shared` is the larger unit that a value belongs to, which
    then is ranked instead. `missing` says why a county has no value, `note` goes with every value.
    Words are in the language in which the items are made.
    """

    indicator: str
    label: str
    group: str
    year: int
    unit: str
    decimals: int
    source: str
    figures: pd.Series
    china: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    among: frozenset[str] | None = None
    shared: pd.Series | None = None
    ranked: bool = True
    missing: str = ""
    note: str = ""


_MOVED = N_("the borders of 2010 were others")


def _without_moved(values: pd.Series) -> pd.Series:
    """Leave out the counties whose borders are not those of 2010."""
    counties = load_counties()
    return values.drop(counties.adcode[counties.territory_changed], errors="ignore")


def _items() -> Iterator[Item]:
    """Give all indicators, in the order of a profile."""
    china = load_china_counties().set_index("adcode")
    china["own_revenue_share"] = 100 * china.fiscal_revenue_2020 / china.fiscal_expenditure_2020
    guizhou = china[china.province_adcode == PROVINCE]
    yield from _before()
    for name, label, unit, decimals, source in _LIFE:
        yield Item(
            name.removesuffix("_2020"), _(label), "life", 2020, _(unit), decimals, source,
            guizhou[name].astype(float), china[name].astype(float),
            missing=_("not in the county yearbook, which leaves out most city districts"),
        )  # fmt: skip
    yield from _penetration(china)
    yield from _accounts()
    yield from _farming()
    yield from _industries()
    for year in range(2013, 2021):
        lights = f"lights_{year}"
        yield Item(
            "lights", _("Night lights"), "lights", year, "nW/cm²/sr", 2, "viirs",
            guizhou[lights], china[lights],
        )  # fmt: skip
    yield from _dimensions()


def _before() -> Iterator[Item]:
    """Give what the census of 2010 has of the main figures, where borders are today's."""
    census = load_census().query("year == 2010").set_index("adcode")
    for name, label, unit, decimals, __ in _LIFE:
        if name in census and not name.startswith("car"):
            yield Item(
                name, _(label), "life", 2010, _(unit), decimals, "census2010",
                _without_moved(census[name].astype(float)), missing=_(_MOVED),
            )  # fmt: skip


def _dimensions() -> Iterator[Item]:
    index = dimension_indices(harmonised=False).set_index("adcode")[list(DIMENSIONS)]
    table = index.assign(coordination=coupling_coordination(index).coordination)
    labels = (
        N_("Industry 业"), N_("County 县"), N_("People 民"),
        N_("Coupling coordination 耦合协调度"),
    )  # fmt: skip
    for name, label in zip(table, labels, strict=True):
        yield Item(
            str(name), _(label), "dimensions", 2020, _("index, 0 to 1"), 2, "census2020",
            table[name],
        )  # fmt: skip


def _penetration(china: pd.DataFrame) -> Iterator[Item]:
    def item(name: str, label: str, year: int, decimals: int, source: str, **more: Any) -> Item:  # noqa: ANN401
        table = penetration(name)
        values = table[table.year == year].set_index("adcode").penetration
        if year == 2010:
            values = _without_moved(values)
        grade = grade_of(name)
        note = _(
            "{is_not} Grade: {grade}, for {meaning}.",
            is_not=_(MEASURES[name].is_not), grade=_(grade), meaning=_(GRADES[grade]),
        )  # fmt: skip
        return Item(
            name, label, "penetration", year, _(MEASURES[name].unit), decimals, source, values,
            note=note, **more,
        )  # fmt: skip

    trade, digital = _("Trade employment"), _("Work in transport and information")
    yield item("commerce", trade, 2010, 1, "census2010", missing=_(_MOVED))
    yield item("commerce", trade, 2020, 1, "census2020", china=china.commerce_share)
    yield item("digital", digital, 2020, 1, "census2020", china=china.digital_share)
    prefectures = load_counties().set_index("adcode").prefecture_adcode
    for year in penetration("finance").year.unique():
        yield item(
            "finance", _("Digital finance, prefecture"), int(year), 0, "pku_dfiic",
            shared=prefectures,
        )  # fmt: skip
    villages = penetration("taobao", year=2016).set_index("adcode").penetration
    yield item(
        "taobao", _("Taobao villages 淘宝村"), 2016, 1, "aliresearch;census2020",
        # Where nobody is on the lists, all share the last place, which tells nothing.
        ranked=bool((villages[villages.index.isin(prefectures.index)] > 0).any()),
        missing=_("nobody lives in the countryside"),
    )  # fmt: skip


_LIFE = (
    ("population", N_("Residents"), N_("persons"), 0, "census2020"),
    ("urban_share", N_("Urban residents"), "%", 0, "census2020"),
    ("age_65plus_share", N_("Aged 65 and over"), "%", 1, "census2020"),
    ("schooling_years", N_("Schooling, aged 15 and over"), N_("years"), 1, "census2020"),
    ("piped_water_share", N_("Households with piped water"), "%", 0, "census2020"),
    ("car_share", N_("Households with a car"), "%", 0, "census2020"),
    ("farm_share", N_("Employed in farming"), "%", 0, "census2020"),
    ("minority_share", N_("Ethnic minorities"), "%", 0, "census2020"),
    ("gdp_per_resident_2020", N_("GDP a resident"), N_("yuan"), 0, "yearbook2020;census2020"),
    ("savings_per_resident_2020", N_("Savings a resident"), N_("yuan"), 0,
     "yearbook2020;census2020"),
    ("own_revenue_share", N_("Own revenue, of spending"), "%", 1, "yearbook2020"),
)  # fmt: skip

_ACCOUNTS = (
    ("gdp", N_("GDP"), "gdp"),
    ("gdp_primary", N_("GDP: farming (primary sector)"), "gdp"),
    ("gdp_secondary", N_("GDP: industry and building (secondary)"), "gdp"),
    ("gdp_tertiary", N_("GDP: services (tertiary)"), "gdp"),
    ("rural_income", N_("Rural income a person"), "income"),
    ("urban_income", N_("Urban income a person"), "income"),
    ("fiscal_revenue", N_("Own revenue 一般公共预算收入"), "budget"),
    ("fiscal_expenditure", N_("Spending 一般公共预算支出"), "budget"),
)
_WHOLE = 75
"""A year of the panel that fewer counties have is one of former poverty counties: no rank then."""


def _accounts() -> Iterator[Item]:
    """Give the panel's accounts by year; money in 100 million yuan (亿元), as budgets have it."""
    panel = load_panel("long")
    counties = load_counties()
    poor = counties.adcode[counties.former_poverty_county]
    rural = panel[(panel.variable == "rural_income") & panel.adcode.isin(poor)]
    years = rural.groupby("adcode").year.nunique()
    always = frozenset(years.index[years == years.max()])
    for name, label, group in _ACCOUNTS:
        table = panel[panel.variable == name]
        income = group == "income"
        for year in range(2014 if income else 2010, 2024):
            rows = table[table.year == year].set_index("adcode")
            if rows.empty:
                continue
            sources = sorted({key for text in rows.source_key for key in text.split(";")})
            yield Item(
                name, _(label), group, year,
                _("yuan, current prices") if income
                else _("100 million yuan 亿元, current prices"),
                0 if income else 2, ";".join(sources), rows.value / (1 if income else 100),
                among=always if income else None, ranked=income or len(rows) >= _WHOLE,
                missing=_(
                    "not in our sources, which in most years have former poverty counties and no "
                    "others"
                ),
                note=_("ranked among the former poverty counties that have all years")
                if income else "",
            )  # fmt: skip


def _farming() -> Iterator[Item]:
    new = load_registrations()
    for year, rows in new.groupby("year"):
        # 2022 jumps in the whole province and 2023 is a part of a year: no rank.
        usual = year <= 2021
        yield Item(
            "registrations", _("New agricultural businesses"), "farming", int(year),
            _("businesses"), 0, "xinruhan_agrifirms", rows.set_index("adcode").new.astype(float),
            ranked=usual,
            note=_("entries of all legal forms, no exits: not e-commerce") if usual else
            _("2022 jumps in the whole province, 2023 is a part of a year"),
        )  # fmt: skip
    products = load_geographical_indications()
    count = products.groupby("adcode").size().reindex(load_counties().adcode, fill_value=0)
    yield Item(
        "indications", _("Geographical indications 农产品地理标志"), "farming",
        int(products.year.max()), _("products since 2010"), 0, "xinruhan_gi", count.astype(float),
        note=_("those held above the county are not in it"),
    )  # fmt: skip


def _industries() -> Iterator[Item]:
    jobs = load_industry_employment(extra=True)
    for year in (2010, 2020):
        table = jobs[jobs.year == year].pivot(index="adcode", columns="section", values="employed")
        counties = table.drop(index=[PROVINCE, "100000"], errors="ignore")
        shares = 100.0 * counties.div(counties.sum(axis=1), axis=0)
        quotients = location_quotient(counties, reference=table.loc[PROVINCE])
        if year == 2010:
            shares, quotients = _without_moved(shares), _without_moved(quotients)
        kinds = (
            ("quotient", _("times the province's share"), 2, quotients),
            ("share", _("% of employed persons"), 1, shares),
        )
        for letter, label in INDUSTRIES.items():
            for name, unit, decimals, values in kinds:
                yield Item(
                    f"{name}_{letter}", _(label), "industries", year, unit, decimals,
                    f"census{year}", values[letter], missing=_(_MOVED), note=_("10 % sample"),
                )  # fmt: skip


def county_profile(adcode: str) -> pd.DataFrame:
    r"""Return the figures of one county of Guizhou, with its ranks.

    Parameters
    ----------
    adcode : str
        Six-digit code of one of the 88 county-level units; a code in use since 2010 is followed
        to today's.

    Returns
    -------
    DataFrame
        One row an indicator and year:

        - ``indicator``, ``label``, ``group`` (life, penetration, gdp, income, budget, farming,
          industries, lights or dimensions) and ``year``;
        - ``value`` and ``unit``. A value that is not known is NaN, and ``note`` says why;
        - ``rank`` among the ``of`` counties of Guizhou that have a value, and their ``median``.
          1 is the highest value, which is not always the best; equal values share the better
          rank. Rural income is ranked among the former poverty counties that have all years, an
          index of prefectures among prefectures;
        - ``rank_china`` among the ``of_china`` county-level units of China that have a value, and
          their ``median_china``, where we have the measure for them;
        - ``decimals``, ``source`` (keys of `load_sources`) and ``note``.

        ``attrs`` has ``county``, the row of `load_counties` as a dict, and ``neighbours``, their
        codes, longest common border first.

    Raises
    ------
    InputError
        If the code is none of the 88 and never was one of theirs.

    See Also
    --------
    gzcounty.dimension_indices, gzcounty.penetration, gzcounty.location_quotient : the measures.

    Notes
    -----
    Indices are those of 2020, the 88 counties rescaled among themselves, with entropy weights;
    coordination is the standard form. A location quotient is the share of an industry in the
    county's employment over that in the province's, in the census of the same year; values of
    2010 are left out where borders have changed since. Census employment is a 10 % sample.

    Examples
    --------
    >>> import gzbook
    >>> profile = gzbook.county_profile("522632")
    >>> profile.attrs["county"]["name_en"]
    'Rongjiang'
    >>> schooling = profile[profile.indicator == "schooling_years"]
    >>> schooling[["year", "value", "rank", "of", "rank_china", "of_china"]]
        year  value  rank  of  rank_china  of_china
    3   2010   6.78  55.0  75         NaN         0
    10  2020   7.31  75.0  88      2790.0      2948
    """
    counties = load_counties().set_index("adcode", drop=False)
    if not isinstance(adcode, str):
        raise InputError("adcode must be text such as '522632', not {adcode!r}.", adcode=adcode)
    code = _current_code(adcode, counties.index)
    table = profiles()
    profile = table[table.adcode == code].drop(columns="adcode").reset_index(drop=True)
    border = load_neighbours().query("adcode_i == @code").sort_values("shared_border_km")
    profile.attrs = {
        "county": counties.loc[code].to_dict(),
        "neighbours": border.adcode_j.to_list()[::-1],
    }
    return profile


def profiles() -> pd.DataFrame:
    """Return the profiles of all 88 counties below each other, with ``adcode`` as first column."""
    return _profiles().copy()


@cached
def _profiles() -> pd.DataFrame:
    codes = pd.Index(load_counties().adcode, name="adcode")
    return pd.concat([ranked(item, codes) for item in _items()], ignore_index=True)


def ranked(item: Item, codes: pd.Index) -> pd.DataFrame:
    """Return the rows of one indicator: value, rank and median for each code."""
    values = item.figures.astype(float).reindex(codes)
    compared = values[codes.isin(item.among)] if item.among is not None else values
    if item.shared is not None:
        # One value a larger unit: each is counted once.
        unit = item.shared.reindex(codes)
        compared = values.groupby(unit).first()
        rank = unit.map(_rank(compared))
    else:
        rank = _rank(compared).reindex(codes)
    missing = item.missing or _("no figure at hand")
    return pd.DataFrame(
        {
            "adcode": codes,
            "indicator": item.indicator,
            "label": item.label,
            "group": item.group,
            "year": item.year,
            "value": values.to_numpy(),
            "unit": item.unit,
            "rank": rank.to_numpy() if item.ranked else np.nan,
            "of": int(compared.notna().sum()) if item.ranked else 0,
            "median": compared.median(),
            "rank_china": _rank(item.china).reindex(codes).to_numpy(),
            "of_china": int(item.china.notna().sum()),
            "median_china": item.china.median(),
            "decimals": item.decimals,
            "source": item.source,
            "note": [missing if gap else item.note for gap in values.isna()],
        }
    )


def _rank(values: pd.Series) -> pd.Series:
    return values.rank(ascending=False, method="min")


def _current_code(adcode: str, codes: pd.Index) -> str:
    try:
        code = str(current_adcode(pd.Series([adcode])).iloc[0])
    except InputError:
        code = ""
    if code not in codes:
        raise InputError(
            "{adcode!r} is no county of Guizhou; load_counties() lists the 88 codes, such as "
            "'522632' for Rongjiang.",
            adcode=adcode,
        )  # fmt: skip
    return code


def slug(name: str) -> str:
    """Return how the address of a county's page calls it: book/county/SLUG.html.

    >>> slug("Rongjiang"), slug("Zheng'an")
    ('rongjiang', 'zhengan')
    """
    return re.sub("[^a-z]", "", name.lower())


def highest_and_lowest(adcode: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the main figures of 2020 in which a county stands high, and low: at most two each.

    High is the upper third of Guizhou's counties with a figure, low the lower third. Of several
    those are taken above or below which the fewest stand, as a share of the counties; of equal ones
    the first in the order of `MAIN`. Rows of `profiles`.
    """
    rows = main_figures(adcode)
    above, below = ((rows[rank] - 1) / rows["of"] for rank in ("rank", "rank_below"))
    best, worst = (part[part < 1 / 3].sort_values(kind="stable").index for part in (above, below))
    return rows.loc[best[:2]], rows.loc[worst[:2]]


def main_figures(adcode: str) -> pd.DataFrame:
    """Return the rows of `profiles` with a county's main figures of 2020, in their order.

    ``rank_below`` is the rank from the lowest value.
    """
    return _main()[adcode]


@cached
def _main() -> dict[str, pd.DataFrame]:
    table = _profiles()
    table = table[table.indicator.isin(MAIN) & (table.year == 2020)]
    table = table.assign(rank_below=table.groupby("indicator").value.rank(method="min"))
    order = {name: i for i, name in enumerate(MAIN)}
    table = table.sort_values("indicator", key=lambda names: names.map(order), kind="stable")
    return {str(code): rows for code, rows in table.groupby("adcode")}


def changes(adcode: str) -> pd.Series:
    """Return what changed between the censuses, on the borders that both years share.

    For a county whose borders moved it is the group of counties that exchanged territory;
    ``members`` are their codes. ``population_change`` is in %, ``median`` that of all groups.
    """
    return _changes()[adcode]


@cache
def _changes() -> dict[str, pd.Series]:
    census = load_census(harmonised=True).set_index(["group", "year"])
    wide = census[["population", "urban_share", "commerce_share"]].unstack("year")
    wide.columns = [f"{name}_{year}" for name, year in wide.columns]
    wide["population_change"] = 100 * (wide.population_2020 / wide.population_2010 - 1)
    counties = load_counties()
    wide = wide.assign(
        median=wide.population_change.median(),
        groups=len(wide),
        members=counties.groupby("group").adcode.agg(list),
    ).astype(object)
    return {
        code: wide.loc[group] for code, group in zip(counties.adcode, counties.group, strict=True)
    }


PEERS = 5


def peers(adcode: str) -> list[str]:
    """Return the counties nearest in size and terrain, nearest first.

    Size is residents of 2020 and area, in logarithms, terrain the relief index; each counts in
    standard deviations of the 88, and the straight distance decides.
    """
    traits = _traits()
    distance = ((traits - traits.loc[adcode]) ** 2).sum(axis=1) ** 0.5
    return distance.drop(adcode).sort_values(kind="stable").index[:PEERS].to_list()


@cache
def _traits() -> pd.DataFrame:
    table = profiles().query("indicator == 'population' and year == 2020").set_index("adcode")
    land = load_geography().set_index("adcode")
    traits = pd.DataFrame(
        {"people": np.log(table.value), "area": np.log(land.area_km2), "relief": land.relief}
    )
    return (traits - traits.mean()) / traits.std()


@cache
def former_names() -> pd.DataFrame:
    """Return what counties were called, or had in them whole, since 2011: a row a name.

    ``adcode`` is today's code; ``old_name``, ``old_code`` and ``year`` (of the change), ``merged``
    if the unit was joined to a county that was there already.
    """
    table = load_code_changes()
    table = table[~table.change_type.str.startswith(("part", "prefecture"))]
    table = table.assign(
        adcode=current_adcode(table.new_code), merged=table.change_type == "merged"
    )
    today = load_counties().set_index("adcode").name_zh
    table = table[table.old_name != table.adcode.map(today)]
    table = table.drop_duplicates(["adcode", "old_name"], keep="last")
    return table[["adcode", "old_name", "old_code", "year", "merged"]].reset_index(drop=True)


# ---- how they are said --------------------------------------------------------------------------


def called(names: Any) -> str:  # noqa: ANN401
    """Return what a county is called where it is named once: 湄潭县, in English after Meitan."""
    return in_language(f"{names.name_en} {names.name_zh}", names.name_zh)


def name_of(names: Any) -> str:  # noqa: ANN401
    """Return the name of a county in a sentence."""
    return in_language(names.name_en, names.name_zh)


def prefecture_of(names: Any) -> str:  # noqa: ANN401
    """Return what a county's prefecture is called where it is named once."""
    return in_language(f"{names.prefecture_en} {names.prefecture_zh}", names.prefecture_zh)


def prefecture_in(names: Any) -> str:  # noqa: ANN401
    """Return the name of a county's prefecture in a sentence."""
    return in_language(names.prefecture_en, names.prefecture_zh)


def number(value: float, digits: int = 0) -> str:
    """Return a number as it is read, with a minus sign."""
    return written(value, f",.{digits}f")


def is_known(value: float) -> bool:
    """Return whether there is a figure."""
    return not math.isnan(value)


def said_sources(rows: Iterable[Any]) -> str:
    """Return a sentence that names the publications behind some figures."""
    keys = sorted({key for row in rows if is_known(row.value) for key in row.source.split(";")})
    return source_words(keys) if keys else ""


def source_words(keys: Iterable[str]) -> str:
    """Return a sentence that names publications."""
    publications = _("; ").join(_(_publications()[key]) for key in keys)
    return _("Source: {source}.", source=publications)


@cache
def _publications() -> dict[str, str]:
    table = load_sources()
    return dict(zip(table.source_key, table.original_publication, strict=True))
