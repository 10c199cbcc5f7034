"""Draw the cover from the data: ``python tools/cover.py``; with ``--card`` the still picture too.

The cover is a batik cloth. Each tile is one of the 88 counties, in its place on the tile grid.
Indigo deepens with every dip into the vat: five dips for the fifth of the counties with the largest
commerce share of employment in 2020 (the measure that stands in for e-commerce penetration), one
dip for the fifth with the smallest. The wax drawing on a tile is that of its prefecture, nine in
all; the counties that the paper names carry a diamond in the colours of the three dimensions.

Nothing is typed from the tables: a test draws the cloth again and compares it with the file.
``--card`` has it photographed for README and link previews, see ``tools/card.py``.
"""

from __future__ import annotations

import argparse
import math
from html import escape
from pathlib import Path

import pandas as pd

import gzcounty as gz

ROOT = Path(__file__).resolve().parent.parent
COVER = ROOT / "book" / "_static" / "cover.svg"

YEAR = 2020
DIPS = 5
PITCH, TILE = 60, 54  # the gap between two tiles is the wax line
BAND, GAP = 56, 14  # the border, and the bare cloth between it and the tiles

CLOTH = "#FBFAF7"
VAT = "#0F3559"  # the border: more dips than any tile
DYE = ("#94B9D9", "#6496C3", "#3C76AC", "#1F5589", "#123C68")
INDUSTRY, COUNTY, PEOPLE = "#009E73", "#0072B2", "#D55E00"

# The counties the paper names: Meitan, Jinping, Taijiang, Rongjiang, Duyun.
NAMED = ("520328", "522628", "522630", "522632", "522701")


def number(value: float) -> str:
    """Write a coordinate: one decimal at most, no trailing zero, no minus zero."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def points(pairs: list[tuple[float, float]], closed: bool = True) -> str:
    """Write a polygon or a line as path data."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in pairs) + ("Z" if closed else "")


def polar(radius: float, turn: float) -> tuple[float, float]:
    """Give the point at ``turn`` (in turns, clockwise from the top)."""
    angle = 2 * math.pi * turn
    return radius * math.sin(angle), -radius * math.cos(angle)


def ring(radius: float, x: float = 0, y: float = 0) -> str:
    """Draw a circle as path data."""
    r = number(radius)
    step = number(2 * radius)
    return f"M{number(x - radius)} {number(y)}a{r} {r} 0 1 1 {step} 0a{r} {r} 0 1 1 -{step} 0Z"


def star(rays: int, outer: float, inner: float) -> str:
    """Draw a star with its first ray upwards."""
    corners = range(2 * rays)
    return points([polar(inner if i % 2 else outer, i / (2 * rays)) for i in corners])


def lozenge(radius: float) -> str:
    """Draw a square that stands on its corner."""
    return star(2, radius, radius)


def spiral(x: float, y: float, radius: float, sign: int = 1) -> str:
    """Draw a spiral of half circles inwards, beginning right (1) or left (-1) of its middle."""
    data = f"M{number(x + sign * radius)} {number(y)}"
    while radius > 1:
        data += f"a{number(radius)} {number(radius)} 0 0 1 {number(-2 * sign * radius)} 0"
        sign, radius = -sign, radius - 2.2
    return data


def leaf(turn: float, near: float, far: float, width: float) -> str:
    """Draw a leaf that points outwards, with its midrib."""
    (x0, y0), (x1, y1) = polar(near, turn), polar(far, turn)
    middle = (near + far) / 2
    bend = math.atan2(width, middle) / (2 * math.pi)
    curve = math.hypot(middle, width)
    (xa, ya), (xb, yb) = polar(curve, turn - bend), polar(curve, turn + bend)
    tip, root = f"{number(x1)} {number(y1)}", f"{number(x0)} {number(y0)}"
    return f"M{root}Q{number(xa)} {number(ya)} {tip}Q{number(xb)} {number(yb)} {root}M{root}L{tip}"


def motifs() -> dict[str, str]:
    """Give the wax drawing of each prefecture, by its code, centred on the tile."""
    around = [i / 8 for i in range(8)]
    corners = [(sx * 11, sy * 11) for sx in (-1, 1) for sy in (-1, 1)]
    waves = (
        "".join(
            f"M{x - 7} {y}a7 7 0 0 1 14 0M{number(x - 3.5)} {y}a3.5 3.5 0 0 1 7 0"
            for y, row in ((-11, (-14, 0, 14)), (-3, (-7, 7)), (5, (-14, 0, 14)), (13, (-7, 7)))
            for x in row
        )
        + "M-21 18H21"
    )
    hills = "".join(points([(-20, y), (-10, y - 11), (0, y), (10, y - 11), (20, y)], closed=False)
                    for y in (-4, 4, 12, 20))  # fmt: skip
    return {
        "520100": star(12, 21, 12) + ring(8) + ring(3),  # Guiyang: a sun
        "520200": hills + ring(3, 0, -18),  # Liupanshui: ridges
        "520300": "".join(leaf(t, 4, 22, 7) for t in around[1::2])
        + "".join(leaf(t, 5, 17, 4) for t in around[::2]),  # Zunyi: leaves
        "520400": "".join(spiral(x, y, 9, 1 if x > 0 else -1) for x, y in corners),  # Anshun
        "520500": "".join(ring(6.5, *polar(11, i / 5)) for i in range(5))
        + ring(3)
        + ring(21),  # Bijie: a blossom
        "520600": lozenge(21) + lozenge(14) + lozenge(7) + "".join(ring(2, 1.55 * x, 1.55 * y)
                                                                    for x, y in corners),
        "522300": waves,  # Qianxinan
        "522600": spiral(-10.5, 0, 10.5) + spiral(10.5, 0, 10.5, -1)
        + ring(2.5, 8, -17) + ring(2.5, -8, 17),  # Qiandongnan
        "522700": star(8, 21, 13) + star(8, 12, 6) + ring(2),  # Qiannan: an eight-pointed star
    }  # fmt: skip


def counties() -> pd.DataFrame:
    """Put together what a tile needs: place, names, prefecture, share and number of dips."""
    share = gz.penetration("commerce", YEAR)[["adcode", "penetration"]]
    names = gz.load_counties()[["adcode", "name_en", "name_zh", "prefecture_adcode"]]
    tiles = gz.load_tile_grid()[["adcode", "col", "row"]]
    frame = tiles.merge(names, on="adcode", validate="1:1").merge(share, on="adcode")
    order = frame.penetration.rank(method="first").astype(int)
    frame["dips"] = (order - 1) * DIPS // len(frame) + 1
    return frame.sort_values(["row", "col"])


def tile(county: pd.Series, x: float, y: float) -> str:
    """Draw one county: dyed cloth, its prefecture's drawing, or the diamond of a named one."""
    label = f"{county.name_en} {county.name_zh}: {county.penetration:.1f} %"
    mark = "named" if county.adcode in NAMED else county.prefecture_adcode
    return (
        f'<g transform="translate({number(x)} {number(y)})"><title>{escape(label)}</title>'
        f'<use href="#gzc-tile" fill="{DYE[county.dips - 1]}"/><use href="#gzc-{mark}"/></g>'
    )


def border(length: float) -> str:
    """Draw one side of the border: teeth on the outer edge, running spirals on the inner one."""
    data = f"M0 7H{number(length)}M0 49H{number(length)}"
    teeth = round(length / 13)
    step = length / teeth
    zigzag = [(i * step / 2, 12 if i % 2 else 20) for i in range(2 * teeth + 1)]
    data += points(zigzag, closed=False)
    waves = round(length / 38)
    step = length / waves
    for i in range(waves):
        middle, left = (i + 0.6) * step, (i + 0.6) * step - 9.5
        foot = max(0, left - 0.45 * step)
        data += f"M{number(foot)} 44Q{number(left)} 44 {number(left)} 34"
        data += spiral(middle, 34, 9.5, -1)
    return data


def draw() -> str:
    """Draw the cloth and return it as SVG."""
    frame = counties()
    columns, rows = frame.col.max() + 1, frame.row.max() + 1
    inner_width, inner_height = columns * PITCH + 2 * GAP, rows * PITCH + 2 * GAP
    width, height = inner_width + 2 * BAND, inner_height + 2 * BAND
    centre = BAND + GAP + PITCH / 2

    limits = frame.groupby("dips").penetration.agg(["min", "max"])
    scale = "; ".join(f"{dip}: {low:.1f} to {high:.1f} %" for dip, low, high in limits.itertuples())
    named = ", ".join(frame.set_index("adcode").loc[list(NAMED)].name_en)
    description = (
        f"A batik cloth of {len(frame)} tiles, one a county-level unit of Guizhou, each roughly in "
        "its place. The deeper the indigo, the larger the share of employed people who work in "
        f"trade, transport and post, or information ({YEAR} census, long form): {DIPS} dips of "
        f"dye, a fifth of the counties each ({scale}). The line drawing tells the prefecture. "
        f"Diamonds: the counties that the paper names ({named})."
    )

    drawings = "".join(f'<path id="gzc-{k}" d="{d}"/>' for k, d in motifs().items())
    half = TILE / 2
    named_mark = (
        f'<g id="gzc-named" stroke="none"><path d="{lozenge(25)}" fill="{CLOTH}"/>'
        f'<path d="{lozenge(21)}" fill="{INDUSTRY}"/><path d="{lozenge(15)}" fill="{CLOTH}"/>'
        f'<path d="{lozenge(12.5)}" fill="{COUNTY}"/><path d="{lozenge(7.5)}" fill="{CLOTH}"/>'
        f'<path d="{lozenge(5.5)}" fill="{PEOPLE}"/></g>'
    )
    taken = set(zip(frame.col, frame.row, strict=True))
    bare = "".join(
        f'<use href="#gzc-bare" x="{number(centre + c * PITCH)}" y="{number(centre + r * PITCH)}"/>'
        for r in range(rows)
        for c in range(columns)
        if (c, r) not in taken
    )
    tiles = "\n".join(
        tile(county, centre + county.col * PITCH, centre + county.row * PITCH)
        for _, county in frame.iterrows()
    )
    corner = BAND / 2
    sides = (
        f'<use href="#gzc-h" transform="translate({BAND} 0)"/>'
        f'<use href="#gzc-h" transform="translate({width - BAND} {height}) rotate(180)"/>'
        f'<use href="#gzc-v" transform="translate({width} {BAND}) rotate(90)"/>'
        f'<use href="#gzc-v" transform="translate(0 {height - BAND}) rotate(-90)"/>'
    )
    suns = "".join(
        f'<use href="#gzc-520100" x="{number(x)}" y="{number(y)}"/>'
        for x in (corner, width - corner)
        for y in (corner, height - corner)
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" \
aria-labelledby="gzc-title gzc-desc">
<title id="gzc-title">The 88 counties of Guizhou as a batik cloth</title>
<desc id="gzc-desc">{escape(description)}</desc>
<defs>
<rect id="gzc-tile" x="-{number(half)}" y="-{number(half)}" width="{TILE}" height="{TILE}" \
rx="3" stroke="none"/>
<path id="gzc-bare" d="{lozenge(7)}{ring(1.5)}"/>
{named_mark}
{drawings}
<path id="gzc-h" d="{border(inner_width)}"/>
<path id="gzc-v" d="{border(inner_height)}"/>
</defs>
<rect width="{width}" height="{height}" rx="6" fill="{VAT}"/>
<rect x="{BAND}" y="{BAND}" width="{inner_width}" height="{inner_height}" fill="{CLOTH}"/>
<g fill="none" stroke="{CLOTH}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">
<g>{sides}{suns}</g>
<g stroke="{DYE[0]}" stroke-width="1.2">{bare}</g>
<g stroke-width="1.7">
{tiles}
</g>
</g>
</svg>
"""


def main() -> None:
    """Write the cover, and the card if it is asked for."""
    parser = argparse.ArgumentParser(description="Draw the cover from the data.")
    parser.add_argument("--card", action="store_true", help="photograph it as card.png too")
    options = parser.parse_args()
    svg = draw()
    COVER.write_text(svg, encoding="utf-8", newline="\n")
    print(f"{COVER.relative_to(ROOT).as_posix()}: {COVER.stat().st_size / 1000:.1f} kB")
    if options.card:
        import card

        card.write(svg)


if __name__ == "__main__":
    main()
