"""The picture that messengers show under a link to a county's page, 1200 x 630, as SVG.

The county's place is shown on the tile grid, not on a map: the picture travels without its page,
and a map of China's places would have to carry two lines on its borders.
"""

from html import escape

from gzbook.county_page import profiles
from gzbook.county_sheet import number, prefecture_of, said_sources
from gzcounty.charts import theme
from gzcounty.charts.frame import lines
from gzcounty.data.guizhou import load_counties, load_tile_grid
from gzcounty.language import N_, _, in_language

WIDTH, HEIGHT, MARGIN = 1200, 630, 56
TILE, PITCH = 36, 40
FIGURES = (
    ("population", 2020),
    ("gdp", 2023),
    ("rural_income", 2023),
    ("urban_share", 2020),
    ("age_65plus_share", 2020),
)
"""The first three that a county has are shown: the accounts leave out most city districts."""
HEIGHTS = (262, 362, 462)
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
    rows = [row for found in there for row in found.itertuples()][: len(HEIGHTS)]
    for y, row in zip(HEIGHTS, rows, strict=True):
        said = _(FIGURE, label=row.label, unit=row.unit, year=row.year)
        value = number(row.value, row.decimals)
        parts += [_words(said, y, 22), _words(value, y + 48, 46, theme.HEADING_FONT, theme.COUNTY)]
    small = lines(said_sources(rows), 17, WIDTH - 2 * MARGIN)
    parts += [_words(line, HEIGHT - 20 - 22 * i, 17) for i, line in enumerate(reversed(small))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'fill="{theme.INK}"><rect width="{WIDTH}" height="{HEIGHT}" fill="{theme.PAPER}"/>'
        f"{_tiles(adcode, county.prefecture_adcode)}{''.join(parts)}</svg>"
    )


def _tiles(adcode: str, prefecture: str) -> str:
    grid = load_tile_grid().merge(load_counties()[["adcode", "prefecture_adcode"]], on="adcode")
    left = WIDTH - MARGIN - PITCH * (grid.col.max() + 1)
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
