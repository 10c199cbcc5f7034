"""What the county page is made of: the data that its script draws, and the rows of its table."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

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


@cache
def profiles() -> pd.DataFrame:
    """Return all profiles, computed once a build."""
    from gzbook.county.profile import profiles

    return profiles()


def page_data() -> dict[str, Any]:
    """Return what the script draws: counties, indicators, reports, and what the sources are."""
    import gzcounty as gz
    from gzbook.county.profile import GROUPS

    table = profiles()
    keys = {key for text in table.source.unique() for key in text.split(";")}
    sources = gz.load_sources().set_index("source_key")
    shapes = outlines(gz.load_boundaries())
    return {
        "groups": GROUPS,
        "counties": [row | {"shape": shapes.get(row["code"], "")} for row in counties()],
        "items": list(indicators(table)),
        "reports": reports(),
        "sources": {key: cited(sources.loc[key], key) for key in sorted(keys)},
    }


def cited(source: pd.Series, key: str) -> str:
    """Return what a source is, and which copy of it was read."""
    import gzcounty as gz

    if key != "press":
        return f"{source.original_publication}. Copy used: {source.citation}"
    # Of what the press reported, the profile holds national online retail in one year.
    series = gz.load_series()
    year = gz.penetration("shift_share").year.max()
    of_china = (series.variable == "online_retail") & (series.adcode == "100000")
    row = series[of_china & (series.year == year)].iloc[0]
    return f"Online retail of China in {year}: {row.source}"


def counties() -> list[dict[str, Any]]:
    """Return names, place and neighbours of each county."""
    import gzcounty as gz
    from gzcounty.charts.selection import search_keys

    table = gz.load_counties()
    keys = search_keys(table)
    exits = gz.load_poverty_exits().set_index("adcode").exit_year
    borders = gz.load_neighbours().sort_values("shared_border_km", ascending=False)
    near = borders.groupby("adcode_i", sort=False).adcode_j.agg(list)
    index = gz.dimension_indices(harmonised=False).set_index("adcode")
    level = gz.coupling_coordination(index[["industry", "county", "people"]])
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
        known = rows.value.notna()
        item = {
            "id": name,
            "label": first.label,
            "group": first.group,
            "year": int(year),
            "unit": first.unit,
            "digits": int(first.decimals),
            "source": first.source,
            "median": rounded(first["median"], first.decimals + 2),
            "note": next(iter(rows.note[known]), ""),
            "missing": next(iter(rows.note[~known]), ""),
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
    from gzcounty.data.reported import reported

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
    import gzcounty as gz
    from gzcounty.charts.selection import short_chinese

    table = profiles()
    wanted = table[table.indicator.isin(COLUMNS) & (table.year == 2020)]
    cells = {(r.adcode, r.indicator): f"{r.value:,.{r.decimals}f}" for r in wanted.itertuples()}
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in COLUMNS.values())
    head = f'<tr><th scope="col">County</th><th scope="col">Prefecture</th>{head}</tr>'
    rows = []
    for row in gz.load_counties().itertuples():
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
