"""Pictures of counties as SVG: small charts, the map, and the card for messengers."""

import math
from collections.abc import Sequence
from functools import cache
from html import escape
from itertools import pairwise
from typing import Any

from gzbook.county_page import is_known, number, prefecture_of, profiles, said_sources
from gzcounty.charts import theme
from gzcounty.charts.frame import lines as broken
from gzcounty.charts.maps import origin_words
from gzcounty.data.guizhou import load_boundaries, load_counties, load_tile_grid
from gzcounty.language import N_, _, in_language


def text(words: str) -> str:
    """Return words as HTML; what is Chinese in a page the site marks itself."""
    return escape(words, quote=False)


# ---- small charts -------------------------------------------------------------------------------

WIDE, TALL, LEFT_EDGE, BOTTOM, TOP = 340, 170, 4, 22, 14
Series = tuple[str, str, Sequence[float]]  # name, class, a value a year


def _scale(most: float) -> tuple[float, list[float]]:
    """Return the end of an axis and its two ticks above zero."""
    size = 10 ** math.floor(math.log10(most / 2 or 1))
    step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n * 2 >= most)
    return 2 * step, [step, 2 * step]


def _frame(years: Sequence[int], most: float, right: float, said: str, marks: str) -> str:
    """Return a chart: ticks, the first and the last year, and what stands in it.

    `right` is where the last year ends.
    """
    end, ticks = _scale(most)
    heights = [(tick, _y(tick, end)) for tick in ticks]
    grid = "".join(f"M{LEFT_EDGE} {y:.1f}H{right:.0f}" for _, y in heights)
    scale = "".join(
        f'<text class="gz-county-tick" x="{LEFT_EDGE}" y="{y - 3:.1f}">{tick:,.10g}</text>'
        for tick, y in heights
    )
    return (
        f'<svg class="gz-county-chart" viewBox="0 0 {WIDE} {TALL}" role="img" '
        f'aria-label="{escape(said)}"><path class="gz-county-grid" d="{grid}"/>{marks}'
        f'<path class="gz-county-axis" d="M{LEFT_EDGE} {TALL - BOTTOM}H{right:.0f}"/>{scale}'
        f'<text x="{LEFT_EDGE}" y="{TALL - 6}">{years[0]}</text>'
        f'<text x="{right:.0f}" y="{TALL - 6}" text-anchor="end">{years[-1]}</text></svg>'
    )


def _y(value: float, end: float) -> float:
    return TALL - BOTTOM - value / end * (TALL - BOTTOM - TOP)


def _point(name: str, year: int, value: str) -> str:
    return _("{name}, {year}: {value}", name=name, year=year, value=value)


def columns(years: Sequence[int], parts: Sequence[Series], digits: int, said: str) -> str:
    """Return stacked columns, a column a year; a year without a figure is left empty."""
    totals = [
        math.fsum(v for v in year if v == v) for year in zip(*(p[2] for p in parts), strict=True)
    ]
    end = _scale(max(totals))[0]
    step = (WIDE - LEFT_EDGE - 4) / max(5, len(years))
    marks = []
    for i, year in enumerate(years):
        base = 0.0
        for name, style, values in parts:
            if not is_known(values[i]) or not values[i]:
                continue
            y, height = _y(base + values[i], end), values[i] / end * (TALL - BOTTOM - TOP)
            words = escape(_point(name, year, number(values[i], digits)))
            marks.append(
                f'<rect class="gz-county-{style}" x="{LEFT_EDGE + i * step + 1:.1f}" y="{y:.1f}" '
                f'width="{step - 2:.1f}" height="{height:.1f}"><title>{words}</title></rect>'
            )
            base += values[i]
    return _frame(years, max(totals), LEFT_EDGE + step * len(years), said, "".join(marks))


def lines(years: Sequence[int], series: Sequence[Series], digits: int, said: str) -> str:
    """Return lines with their names at their ends; a gap in the figures is a gap in the line."""
    most = max(v for _, _, values in series for v in values if is_known(v))
    end = _scale(most)[0]
    right = 140
    step = (WIDE - LEFT_EDGE - right) / max(1, len(years) - 1)
    marks, ends = [], []
    for name, style, values in series:
        known = [i for i, value in enumerate(values) if is_known(value)]
        if not known:
            continue
        path = "".join(
            f"{'L' if i - 1 in known else 'M'}{LEFT_EDGE + i * step:.1f} {_y(values[i], end):.1f}"
            for i in known
        )
        marks.append(f'<path class="gz-county-line gz-county-line-{style}" d="{path}"/>')
        marks += [
            f'<circle class="gz-county-{style}" cx="{LEFT_EDGE + i * step:.1f}" '
            f'cy="{_y(values[i], end):.1f}" r="{3.5 if i == known[-1] else 2}">'
            f"<title>{escape(_point(name, years[i], number(values[i], digits)))}</title></circle>"
            for i in known
        ]
        last = known[-1]
        label = f"{name} {number(values[last], digits)}"
        ends.append((_y(values[last], end), LEFT_EDGE + last * step, label))
    below = -math.inf
    labels = []
    for y, x, words in sorted(ends):
        below = max(y, below + 14)
        labels.append((below, x, words))
    excess = max(0.0, below - (TALL - BOTTOM)) if labels else 0.0
    marks += [
        f'<text x="{x + 7:.1f}" y="{y + 4 - excess:.1f}">{text(words)}</text>'
        for y, x, words in labels
    ]
    return _frame(years, most, WIDE - right, said, "".join(marks))


@cache
def _strip_of(indicator: str, year: int) -> tuple[str, float, float]:
    """Return the ticks of all counties in one measure as a path, and the ends of its scale."""
    table = profiles()
    values = table.value[(table.indicator == indicator) & (table.year == year)].dropna()
    low, high = min(values), max(values)
    places = sorted({round(200 * (value - low) / (high - low or 1)) for value in values})
    return "".join(f"M{place} 2V8" for place in places), low, high


def strip(row: Any) -> str:  # noqa: ANN401
    """Return where a county stands among all, by a row of `profiles`."""
    if not is_known(row.value):
        return ""
    path, low, high = _strip_of(row.indicator, row.year)
    x = 200 * (row.value - low) / (high - low or 1)
    return (
        '<svg class="gz-county-strip" viewBox="-5 0 210 10" preserveAspectRatio="none" '
        f'aria-hidden="true"><path class="gz-county-ticks" d="{path}"/>'
        f'<rect class="gz-county-here" x="{x - 2:.0f}" y="0" width="4" height="10"/></svg>'
    )


# ---- the map ------------------------------------------------------------------------------------

MAP_WIDTH = 600
"""Of the map, in its own units; a point of a border is a whole number of them."""
MIDDLE = 26.8
"""Degrees north, of Guizhou's middle: a degree of longitude is that much shorter there."""
MAP_HEIGHT = 572
"""Of the map with the words below it."""
BOX = f"-4 -4 {MAP_WIDTH + 8} {MAP_HEIGHT}"


@cache
def outlines() -> dict[str, str]:
    """Return the outline of each county as an SVG path, `MAP_WIDTH` units wide all together."""
    topology = load_boundaries()
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
    scale = MAP_WIDTH / (max(x for arc in arcs for x, _ in arc) - west)
    grid = [[(round((x - west) * scale), round((y - north) * scale)) for x, y in a] for a in arcs]

    def path(ring: list[int]) -> str:
        points = [p for i in ring for p in (grid[i] if i >= 0 else grid[~i][::-1])]
        kept = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
        moves = "".join(f"l{x - a} {y - b}" for (a, b), (x, y) in pairwise(kept))
        return f"M{kept[0][0]} {kept[0][1]}{moves}z"

    out = {}
    for shape in topology["objects"]["counties"]["geometries"]:
        parts = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        out[shape["id"]] = "".join(path(ring) for part in parts for ring in part)
    return out


def province_map() -> str:
    """Return the map of the province that the pages of counties share, as a file."""
    paths = "".join(f'<path d="{shape}"/>' for shape in outlines().values())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{BOX}" '
        f'fill="#8a94a0" fill-opacity=".3" stroke="#8a94a0" stroke-opacity=".6">{paths}</svg>'
    )


def origin() -> str:
    """Return what is said of the borders, below the map."""
    return "".join(
        f'<text x="0" y="{MAP_HEIGHT - 35 + 24 * i}">{words}</text>'
        for i, words in enumerate(origin_words(load_boundaries()))
    )


# ---- the card -----------------------------------------------------------------------------------

# What messengers show under a link to a county's page. The county's place is shown on the tile
# grid, not on a map: the picture travels without its page, and a map of China's places would have
# to carry two lines on its borders.
CARD_WIDTH, CARD_HEIGHT, MARGIN = 1200, 630, 56
TILE, PITCH = 36, 40
FIGURES = (
    ("population", 2020),
    ("gdp", 2023),
    ("rural_income", 2023),
    ("urban_share", 2020),
    ("age_65plus_share", 2020),
)
"""The first three that a county has are shown: the accounts leave out most city districts."""
FIGURE_TOPS = (262, 362, 462)
PLACE = N_("{prefecture}, Guizhou 贵州")
FIGURE = N_("{label} ({unit}, {year})")
HERE, SAME, OTHER = theme.PEOPLE, theme.SEQUENTIAL["county"][2], theme.SEQUENTIAL["county"][0]
"""The county's tile, those of its prefecture, those of the rest of the province."""


def card(adcode: str) -> str:
    """Return the picture of a county: its names, three figures, its place, the sources.

    In English it has the English and the Chinese name, in Chinese the Chinese one alone.
    """
    county = load_counties().set_index("adcode").loc[adcode]
    place = _(PLACE, prefecture=prefecture_of(county))
    english = [(county.name_en, 92, 58), (county.name_zh, 150, 46)]
    names = in_language(english, [(county.name_zh, 128, 58)])
    parts = [_words(name, y, size, theme.HEADING_FONT) for name, y, size in names]
    parts.append(_words(place, 196, 26))
    table = profiles()
    known = table[(table.adcode == adcode) & table.value.notna()]
    there = [known[(known.indicator == name) & (known.year == year)] for name, year in FIGURES]
    rows = [row for found in there for row in found.itertuples()][: len(FIGURE_TOPS)]
    for y, row in zip(FIGURE_TOPS, rows, strict=True):
        said = _(FIGURE, label=row.label, unit=row.unit, year=row.year)
        value = number(row.value, row.decimals)
        parts += [_words(said, y, 22), _words(value, y + 48, 46, theme.HEADING_FONT, theme.COUNTY)]
    small = broken(said_sources(rows), 17, CARD_WIDTH - 2 * MARGIN)
    parts += [_words(line, CARD_HEIGHT - 20 - 22 * i, 17) for i, line in enumerate(reversed(small))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{CARD_WIDTH}" height="{CARD_HEIGHT}" '
        f'fill="{theme.INK}"><rect width="{CARD_WIDTH}" height="{CARD_HEIGHT}" '
        f'fill="{theme.PAPER}"/>'
        f"{_tiles(adcode, county.prefecture_adcode)}{''.join(parts)}</svg>"
    )


def _tiles(adcode: str, prefecture: str) -> str:
    grid = load_tile_grid().merge(load_counties()[["adcode", "prefecture_adcode"]], on="adcode")
    left = CARD_WIDTH - MARGIN - PITCH * (grid.col.max() + 1)
    out = ""
    for tile in grid.itertuples():
        fill = SAME if tile.prefecture_adcode == prefecture else OTHER
        if tile.adcode == adcode:
            fill = HERE
        out += (
            f'<rect x="{left + PITCH * tile.col}" y="{48 + PITCH * tile.row}" width="{TILE}" '
            f'height="{TILE}" rx="3" fill="{fill}"/>'
        )
    return out


def _words(words: str, y: int, size: int, font: str = theme.FONT, fill: str = theme.INK) -> str:
    weight = "bold" if font == theme.HEADING_FONT else "normal"
    return (
        f'<text x="{MARGIN}" y="{y}" font-size="{size}" font-family="{escape(font)}" '
        f'font-weight="{weight}" fill="{fill}">{escape(words)}</text>'
    )
