"""The county page: the profile of each of the 88 counties, and what the page is made of.

`_items` gives each indicator with its values for all counties, `profiles` ranks them,
`county_profile` returns the rows of one county. `page_data` is what the page's script draws,
`table_rows` its plain table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gzbook.frames import panel_wide
from gzbook.groups import INDUSTRIES
from gzcounty.charts.selection import search_keys, short_chinese
from gzcounty.data.counties import load_china_counties
from gzcounty.data.guizhou import (
    PROVINCE,
    current_adcode,
    load_boundaries,
    load_counties,
    load_industry_employment,
    load_neighbours,
    load_poverty_exits,
    load_series,
    load_sources,
    reported,
)
from gzcounty.errors import InputError
from gzcounty.measures.dimensions import DIMENSIONS, dimension_indices
from gzcounty.measures.indices import coupling_coordination
from gzcounty.measures.penetration import MEASURES, penetration
from gzcounty.measures.specialisation import location_quotient
from gzcounty.measures.validity import GRADES, grade_of

GROUPS = {
    "dimensions": "Three dimensions",
    "penetration": "Trade employment, and other measures of penetration",
    "life": "People, homes and money",
    "industries": "Industries",
    "income": "Rural income",
    "lights": "Night lights",
}
"""The parts of a profile, in their order, with a title each."""


WIDTH = 600
"""Of the map, in its own units; a point of a border is a whole number of them."""
MIDDLE = 26.8
"""Degrees north, of Guizhou's middle: a degree of longitude is that much shorter there."""
COLUMNS = {
    "industry": "Industry 业",
    "county": "County 县",
    "people": "People 民",
    "coordination": "Coordi­nation",
    "commerce": "Trade, transport, information, %",
    "population": "Residents",
    "urban_share": "Urban, %",
    "schooling_years": "Schooling, years",
}
"""Indicators of the plain table, all of 2020."""


@dataclass(frozen=True, eq=False)
class Item:
    """One indicator in one year: `figures` by adcode, read with so many `decimals`.

    `china` has the same of China's county-level units; `among` are the counties that are ranked, if
    not all with a value; `shared` is the larger unit that a value belongs to, which then is ranked
    instead. `missing` says why a county has no value, `note` goes with every value.
    """

    indicator: str
    label: str
    group: str
    year: int
    unit: str
    decimals: int
    source: str
    figures: pd.Series
    china: pd.Series | None = None
    among: frozenset[str] | None = None
    shared: pd.Series | None = None
    ranked: bool = True
    missing: str = "no figure at hand"
    note: str = ""


_MOVED = "the borders of 2010 were others"


def _without_moved(values: pd.Series) -> pd.Series:
    """Leave out the counties whose borders are not those of 2010."""
    counties = load_counties()
    return values.drop(counties.adcode[counties.territory_changed], errors="ignore")


def _items() -> Iterator[Item]:
    """Give all indicators, in the order of a profile."""
    china = load_china_counties().set_index("adcode")
    guizhou = china[china.province_adcode == PROVINCE]
    yield from _dimensions()
    yield from _penetration(china)
    for name, label, unit, decimals, source in _LIFE:
        yield Item(
            name.removesuffix("_2020"), label, "life", 2020, unit, decimals, source,
            guizhou[name].astype(float), china[name].astype(float),
            missing="not in the county yearbook, which leaves out most city districts",
        )  # fmt: skip
    yield from _industries()
    yield from _income()
    for year in range(2013, 2021):
        lights = f"lights_{year}"
        yield Item(
            "lights", "Night lights", "lights", year, "nW/cm2/sr", 2, "viirs",
            guizhou[lights], china[lights],
        )  # fmt: skip


def _dimensions() -> Iterator[Item]:
    index = dimension_indices(harmonised=False).set_index("adcode")[list(DIMENSIONS)]
    table = index.assign(coordination=coupling_coordination(index).coordination)
    labels = ("Industry 业", "County 县", "People 民", "Coupling coordination 耦合协调度")
    for name, label in zip(table, labels, strict=True):
        yield Item(
            str(name), label, "dimensions", 2020, "index, 0 to 1", 2, "census2020", table[name]
        )


def _penetration(china: pd.DataFrame) -> Iterator[Item]:
    def item(name: str, label: str, year: int, decimals: int, source: str, **more: Any) -> Item:  # noqa: ANN401
        table = penetration(name)
        values = table[table.year == year].set_index("adcode").penetration
        if name == "shift_share":
            values = _without_moved(values)
        unit = MEASURES[name].unit
        note = f"{MEASURES[name].is_not} Grade: {grade_of(name)}, for {GRADES[grade_of(name)]}."
        return Item(
            name, label, "penetration", year, unit, decimals, source, values, note=note, **more
        )

    def last(name: str) -> int:
        return int(penetration(name).year.max())

    commerce, digital = (
        "Work in trade, transport and information",
        "Work in transport and information",
    )
    yield item("commerce", commerce, 2020, 1, "census2020", china=china.commerce_share)
    yield item("digital", digital, 2020, 1, "census2020", china=china.digital_share)
    tide = "Trade share of 2010 × national online retail"
    yield item("shift_share", tide, last("shift_share"), 2, "census2010;press", missing=_MOVED)
    prefectures = load_counties().set_index("adcode").prefecture_adcode
    finance = "Digital finance, prefecture"
    yield item("finance", finance, last("finance"), 0, "pku_dfiic", shared=prefectures)
    villages = penetration("taobao", year=2016).set_index("adcode").penetration
    yield item(
        "taobao", "Taobao villages 淘宝村", 2016, 1, "aliresearch;census2020",
        # Where nobody is on the lists, all share the last place, which tells nothing.
        ranked=bool((villages[villages.index.isin(prefectures.index)] > 0).any()),
        missing="nobody lives in the countryside",
    )  # fmt: skip


_LIFE = (
    ("population", "Residents", "persons", 0, "census2020"),
    ("urban_share", "Urban residents", "%", 0, "census2020"),
    ("schooling_years", "Schooling, aged 15 and over", "years", 1, "census2020"),
    ("piped_water_share", "Households with piped water", "%", 0, "census2020"),
    ("car_share", "Households with a car", "%", 0, "census2020"),
    ("farm_share", "Employed in farming", "%", 0, "census2020"),
    ("minority_share", "Ethnic minorities", "%", 0, "census2020"),
    ("gdp_per_resident_2020", "GDP a resident", "yuan", 0, "yearbook2020;census2020"),
    ("savings_per_resident_2020", "Savings a resident", "yuan", 0, "yearbook2020;census2020"),
)


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
            ("quotient", "times the province's share", 2, quotients),
            ("share", "% of employed persons", 1, shares),
        )
        for letter, label in INDUSTRIES.items():
            for name, unit, decimals, values in kinds:
                yield Item(
                    f"{name}_{letter}", label, "industries", year, unit, decimals, f"census{year}",
                    values[letter], missing=_MOVED, note="10 % sample",
                )  # fmt: skip


def _income() -> Iterator[Item]:
    table = panel_wide("rural_income").loc[:, 2014:]
    counties = load_counties()
    poor = counties.adcode[counties.former_poverty_county]
    always = frozenset(table.dropna().index) & frozenset(poor)
    for year in table:
        source = "clebeech;pv" if year <= 2016 else "clebeech"
        yield Item(
            "rural_income", "Rural income a person", "income", int(year), "yuan, current prices", 0,
            source, table[year], among=always,
            missing="not in the sources at hand, which from 2017 on cover most former poverty "
            "counties and no others",
            note="ranked among the former poverty counties that have all years",
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

        - ``indicator``, ``label``, ``group`` (dimensions, penetration, life, industries, income,
          lights) and ``year``;
        - ``value`` and ``unit``. A value that is not known is NaN, and ``note`` says why;
        - ``rank`` among the ``of`` counties of Guizhou that have a value, and their ``median``.
          1 is the highest value, which is not always the best; equal values share the better
          rank. Rural income is ranked among the former poverty counties that have all years, an
          index of prefectures among prefectures;
        - ``rank_china`` among the ``of_china`` county-level units of China that have a value,
          where the measure is at hand for them;
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
    >>> import gzcounty as gz
    >>> profile = gzbook.county_profile("522632")
    >>> profile.attrs["county"]["name_en"]
    'Rongjiang'
    >>> schooling = profile[profile.indicator == "schooling_years"]
    >>> schooling[["year", "value", "rank", "of", "rank_china", "of_china"]]
        year  value  rank  of  rank_china  of_china
    11  2020   7.31  75.0  88      2790.0      2948
    """
    counties = load_counties().set_index("adcode", drop=False)
    if not isinstance(adcode, str):
        raise InputError(f"adcode must be text such as '522632', not {adcode!r}.")
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


@cache
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
    rows = pd.DataFrame(
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
            "rank_china": np.nan,
            "of_china": 0,
            "decimals": item.decimals,
            "source": item.source,
            "note": [item.missing if missing else item.note for missing in values.isna()],
        }
    )
    if item.china is not None:
        rows["rank_china"] = _rank(item.china).reindex(codes).to_numpy()
        rows["of_china"] = int(item.china.notna().sum())
    return rows


def _rank(values: pd.Series) -> pd.Series:
    return values.rank(ascending=False, method="min")


def _current_code(adcode: str, codes: pd.Index) -> str:
    try:
        code = str(current_adcode(pd.Series([adcode])).iloc[0])
    except InputError:
        code = ""
    if code not in codes:
        raise InputError(
            f"{adcode!r} is no county of Guizhou; load_counties() lists the 88 codes, such as "
            "'522632' for Rongjiang."
        )
    return code


def page_data() -> dict[str, Any]:
    """Return what the script draws: counties, indicators, reports, and what the sources are."""
    table = profiles()
    keys = {key for text in table.source.unique() for key in text.split(";")}
    sources = load_sources().set_index("source_key")
    shapes = outlines(load_boundaries())
    return {
        "groups": GROUPS,
        "counties": [row | {"shape": shapes.get(row["code"], "")} for row in counties()],
        "items": list(indicators(table)),
        "reports": reports(),
        "sources": {key: cited(sources.loc[key], key) for key in sorted(keys)},
    }


def cited(source: pd.Series, key: str) -> str:
    """Return what a source is, and which copy of it was read."""
    if key != "press":
        return f"{source.original_publication}. Copy used: {source.citation}"
    # Of what the press reported, the profile holds national online retail in one year.
    series = load_series()
    year = penetration("shift_share").year.max()
    of_china = (series.variable == "online_retail") & (series.adcode == "100000")
    row = series[of_china & (series.year == year)].iloc[0]
    return f"Online retail of China in {year}: {row.source}"


def counties() -> list[dict[str, Any]]:
    """Return names, place and neighbours of each county."""
    table = load_counties()
    keys = search_keys(table)
    exits = load_poverty_exits().set_index("adcode").exit_year
    borders = load_neighbours().sort_values("shared_border_km", ascending=False)
    near = borders.groupby("adcode_i", sort=False).adcode_j.agg(list)
    index = dimension_indices(harmonised=False).set_index("adcode")
    level = coupling_coordination(index[["industry", "county", "people"]])
    return [
        {
            "code": row.adcode,
            "en": row.name_en,
            "full": row.name_full_en,
            "zh": row.name_zh,
            "pinyin": row.pinyin,
            "kind": f"{row.unit_type} {row.unit_type_zh}",
            "prefecture": f"{row.prefecture_en} {row.prefecture_zh}",
            "pre": row.prefecture_adcode,
            "exit": int(exits[row.adcode]) if row.former_poverty_county else None,
            "level": f"{level.level[row.adcode]} {level.level_zh[row.adcode]}",
            "near": near[row.adcode],
            "keys": key,
        }
        for row, key in zip(table.itertuples(), keys, strict=True)
    ]


def indicators(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give each indicator and year, with values and ranks in the order of the counties."""
    for (name, year), rows in table.groupby(["indicator", "year"], sort=False):
        first = rows.iloc[0]
        has_value = rows.value.notna()
        item = {
            "id": name,
            "label": first.label,
            "group": first.group,
            "year": int(year),
            "unit": first.unit,
            "digits": int(first.decimals),
            "source": first.source,
            "median": rounded(first["median"], first.decimals + 2),
            "note": next(iter(rows.note[has_value]), ""),
            "missing": next(iter(rows.note[~has_value]), ""),
            "values": [rounded(value, first.decimals + 2) for value in rows.value],
        }
        # A rank that the page does not show need not be sent.
        if first.of and first.group != "industries":
            item |= {"of": int(first.of), "ranks": [rounded(rank) for rank in rows["rank"]]}
        if first.of_china:
            item |= {
                "ofChina": int(first.of_china),
                "china": [rounded(rank) for rank in rows.rank_china],
            }
        yield item


def rounded(value: float, digits: int = 0) -> float | int | None:
    """Return a number as short as it may be; None where there is none."""
    if math.isnan(value):
        return None
    short = round(float(value), int(digits))
    return int(short) if short == int(short) else short


def reports() -> dict[str, list[dict[str, str]]]:
    """Return what was reported, by code of county or prefecture."""
    out: dict[str, list[dict[str, str]]] = {}
    for row in reported().itertuples():
        when = row.date or ("" if pd.isna(row.year) else f"{row.year:.0f}")
        # An address within a note is no name of a source.
        note = re.sub(r"\s*\(https?://.*\)|;?\s*also https?://\S+", "", row.note)
        cells = {
            "when": when,
            "what": row.what,
            "amount": row.amount,
            "source": row.source,
            "url": row.url,
            "note": note,
        }
        out.setdefault(row.adcode, []).append({k: v for k, v in cells.items() if v})
    return out


def outlines(topology: dict[str, Any]) -> dict[str, str]:
    """Return the outline of each county as an SVG path, `WIDTH` units wide all together."""
    (sx, sy), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append(((x0 + x * sx) * math.cos(math.radians(MIDDLE)), -(y0 + y * sy)))
        arcs.append(points)
    west = min(x for arc in arcs for x, _ in arc)
    north = min(y for arc in arcs for _, y in arc)
    scale = WIDTH / (max(x for arc in arcs for x, _ in arc) - west)
    grid = [[(round((x - west) * scale), round((y - north) * scale)) for x, y in a] for a in arcs]

    def path(ring: list[int]) -> str:
        points = [p for i in ring for p in (grid[i] if i >= 0 else grid[~i][::-1])]
        kept = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
        steps = pairwise(kept)
        moves = "".join(f"l{x - a} {y - b}" for (a, b), (x, y) in steps)
        return f"M{kept[0][0]} {kept[0][1]}{moves}z"

    out = {}
    for shape in topology["objects"]["counties"]["geometries"]:
        parts = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        out[shape["id"]] = "".join(path(ring) for part in parts for ring in part)
    return out


class Row(NamedTuple):
    """A row of the plain table, and the names that the search finds it by."""

    adcode: str
    html: str
    names: list[str]


def table_rows() -> tuple[str, list[Row]]:
    """Return the head and the rows of the table of all counties."""
    table = profiles()
    selected = table[table.indicator.isin(COLUMNS) & (table.year == 2020)]
    cells = {(r.adcode, r.indicator): f"{r.value:,.{r.decimals}f}" for r in selected.itertuples()}
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in COLUMNS.values())
    head = f'<tr><th scope="col">County</th><th scope="col">Prefecture</th>{head}</tr>'
    rows = []
    for row in load_counties().itertuples():
        numbers = "\n".join(
            f'<td class="text-right">{cells[row.adcode, name]}</td>' for name in COLUMNS
        )
        html = (
            f'<tr id="{row.adcode}"><th scope="row"><a href="#{row.adcode}">{escape(row.name_en)} '
            f'<span lang="zh">{row.name_zh}</span></a></th>\n'
            f"<td>{escape(row.prefecture_en)}</td>\n{numbers}</tr>"
        )
        names = [row.name_full_en, row.name_en, row.name_zh, short_chinese(row.name_zh)]
        rows.append(Row(row.adcode, html, needed(names)))
    return head, rows


def needed(names: list[str]) -> list[str]:
    """Return the names that the search needs: it finds a title by half of its letters or more.

    >>> needed(["Rongjiang County", "Rongjiang", "威宁彝族回族苗族自治县", "威宁"])
    ['Rongjiang County', '威宁彝族回族苗族自治县', '威宁']
    """
    kept: list[str] = []
    for name in names:
        if not any(name in other and 2 * len(name) >= len(other) for other in kept):
            kept.append(name)
    return kept
