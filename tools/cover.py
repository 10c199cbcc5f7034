"""Draw the cover from the data: ``python tools/cover.py``; with ``--card`` the still picture too.

The cover is a batik cloth. Each tile is one of the 88 counties, in its place on the tile grid.
Indigo deepens with every dip into the vat: five dips for the fifth of the counties with the largest
commerce share of employment in 2020 (the measure that stands in for e-commerce penetration), one
dip for the fifth with the smallest. The wax drawing on a tile is that of its prefecture, nine in
all; the counties that the paper names carry a diamond in the colours of the three dimensions.

The front page shows it with a link on each tile (``book/_ext/gz_county.py``), by the tile's id.

Nothing is typed from the tables: a test draws the cloth again and compares it with the file.
``--card`` photographs it for README and link previews: Chromium sets the cloth and the name side by
side at 1280 x 640 pixels. The picture has a palette of 256 colours, a third of the size, and
carries the hash of the cloth it shows: a test finds a card that was not made from this cover.
"""

import argparse
import hashlib
import math
from html import escape
from io import BytesIO
from pathlib import Path

import pandas as pd

import gzcounty as gz
from gzbook.frames import NAMED
from gzcounty.charts.theme import COUNTY, INDUSTRY, PEOPLE
from gzcounty.charts.theme import PAPER as CLOTH

ROOT = Path(__file__).resolve().parent.parent
COVER = ROOT / "book" / "_static" / "cover.svg"
CARD = COVER.with_name("card.png")

YEAR = 2020
DIPS = 5
PITCH, TILE = 60, 54  # the gap between two tiles is a line of wax
BAND, GAP = 56, 14  # the border, and the bare cloth between it and the tiles

DYE = ("#94B9D9", "#6496C3", "#3C76AC", "#1F5589", "#123C68")
VAT = "#0F3559"  # the border: one dip more than any tile

# ---- lines of wax: SVG path data, centred on (0, 0) ---------------------------------------------
# Turns are counted clockwise from the top: 0.25 points to the right.


def number(value: float) -> str:
    """Write a coordinate: one decimal at most, no trailing zero, no minus zero."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def points(pairs: list[tuple[float, float]], closed: bool = True) -> str:
    """Draw a polygon, or an open line."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in pairs) + ("Z" if closed else "")


def polar(radius: float, turn: float) -> tuple[float, float]:
    """Return the point at a distance and a turn."""
    angle = 2 * math.pi * turn
    return radius * math.sin(angle), -radius * math.cos(angle)


def ring(radius: float, x: float = 0, y: float = 0) -> str:
    """Draw a circle."""
    r, across = number(radius), number(2 * radius)
    return f"M{number(x - radius)} {number(y)}a{r} {r} 0 1 1 {across} 0a{r} {r} 0 1 1 -{across} 0Z"


def star(rays: int, outer: float, inner: float) -> str:
    """Draw a star with its first ray upwards."""
    return points([polar(inner if i % 2 else outer, i / (2 * rays)) for i in range(2 * rays)])


def lozenge(radius: float) -> str:
    """Draw a square that stands on its corner."""
    return star(2, radius, radius)


def spiral(x: float, y: float, radius: float, side: int = 1) -> str:
    """Draw a spiral of half circles inwards, from the right (1) or left (-1) of its middle."""
    data = f"M{number(x + side * radius)} {number(y)}"
    while radius > 1:
        data += f"a{number(radius)} {number(radius)} 0 0 1 {number(-2 * side * radius)} 0"
        side, radius = -side, radius - 2.2
    return data


def leaf(turn: float, near: float, far: float, width: float) -> str:
    """Draw a leaf that points outwards, with its midrib."""
    root, tip = (" ".join(map(number, polar(radius, turn))) for radius in (near, far))
    middle = (near + far) / 2
    bend = math.atan2(width, middle) / (2 * math.pi)
    bulge = math.hypot(middle, width)
    one, other = (" ".join(map(number, polar(bulge, turn + b))) for b in (-bend, bend))
    return f"M{root}Q{one} {tip}Q{other} {root}M{root}L{tip}"


def ridges() -> str:
    """Draw four mountain ridges under a sun."""
    slopes = [(-20, 0), (-10, -11), (0, 0), (10, -11), (20, 0)]
    lines = [points([(x, y + top) for x, y in slopes], closed=False) for top in (-4, 4, 12, 20)]
    return "".join(lines) + ring(3, 0, -18)


def scales() -> str:
    """Draw rows of double arcs, each between two of the row below."""
    rows = ((-11, (-14, 0, 14)), (-3, (-7, 7)), (5, (-14, 0, 14)), (13, (-7, 7)))
    arcs = [
        f"M{x - 7} {y}a7 7 0 0 1 14 0M{number(x - 3.5)} {y}a3.5 3.5 0 0 1 7 0"
        for y, row in rows
        for x in row
    ]
    return "".join(arcs) + "M-21 18H21"


def leaves() -> str:
    """Draw four long leaves to the corners and four short ones between them."""
    eighths = [i / 8 for i in range(8)]
    long = [leaf(turn, 4, 22, 7) for turn in eighths[1::2]]
    return "".join(long + [leaf(turn, 5, 17, 4) for turn in eighths[::2]])


def blossom() -> str:
    """Draw five petals in a ring."""
    petals = [ring(6.5, *polar(11, i / 5)) for i in range(5)]
    return "".join(petals) + ring(3) + ring(21)


def lozenges() -> str:
    """Draw three lozenges, one in the other, and a bead in each corner."""
    beads = [ring(2, x, y) for x in (-17, 17) for y in (-17, 17)]
    return lozenge(21) + lozenge(14) + lozenge(7) + "".join(beads)


def four_spirals() -> str:
    """Draw a spiral in each quarter."""
    return "".join(spiral(x, y, 9, 1 if x > 0 else -1) for x in (-11, 11) for y in (-11, 11))


def double_spiral() -> str:
    """Draw two spirals that grow out of one line, and two beads."""
    beads = ring(2.5, 8, -17) + ring(2.5, -8, 17)
    return spiral(-10.5, 0, 10.5) + spiral(10.5, 0, 10.5, -1) + beads


def sun() -> str:
    """Draw a sun with twelve rays."""
    return star(12, 21, 12) + ring(8) + ring(3)


def eight_rays() -> str:
    """Draw an eight-pointed star in another."""
    return star(8, 21, 13) + star(8, 12, 6) + ring(2)


def border(length: float) -> str:
    """Draw one side of the border: teeth on the outer edge, running spirals on the inner one."""
    data = f"M0 7H{number(length)}M0 49H{number(length)}"
    teeth = round(length / 13)
    step = length / teeth
    data += points([(i * step / 2, 12 if i % 2 else 20) for i in range(2 * teeth + 1)], False)
    waves = round(length / 38)
    step = length / waves
    for i in range(waves):
        middle = (i + 0.6) * step
        left = middle - 9.5
        foot = max(0, left - 0.45 * step)
        data += f"M{number(foot)} 44Q{number(left)} 44 {number(left)} 34"
        data += spiral(middle, 34, 9.5, -1)
    return data


# ---- the cloth ---------------------------------------------------------------------------------

MOTIFS = {
    "520100": sun(),  # Guiyang
    "520200": ridges(),  # Liupanshui
    "520300": leaves(),  # Zunyi
    "520400": four_spirals(),  # Anshun
    "520500": blossom(),  # Bijie
    "520600": lozenges(),  # Tongren
    "522300": scales(),  # Qianxinan
    "522600": double_spiral(),  # Qiandongnan
    "522700": eight_rays(),  # Qiannan
}


def counties() -> pd.DataFrame:
    """Put together what a tile needs: place, names, prefecture, share and number of dips."""
    share = gz.penetration("commerce", YEAR)[["adcode", "penetration"]]
    names = gz.load_counties()[["adcode", "name_en", "name_zh", "prefecture_adcode"]]
    frame = gz.load_tile_grid()[["adcode", "col", "row"]]
    for part in (names, share):
        frame = frame.merge(part, on="adcode", how="left", validate="1:1")
    order = frame.penetration.rank(method="first").astype(int)
    frame["dips"] = (order - 1) * DIPS // len(frame) + 1
    return frame.sort_values(["row", "col"])


def description(frame: pd.DataFrame) -> str:
    """Say in words what the cloth shows, with the limits of the five shades."""
    limits = frame.groupby("dips").penetration.agg(["min", "max"])
    shades = "; ".join(
        f"{dip}: {low:.1f} to {high:.1f} %" for dip, low, high in limits.itertuples()
    )
    named = ", ".join(frame.set_index("adcode").loc[list(NAMED)].name_en)
    return (
        f"A batik cloth of {len(frame)} tiles, one a county-level unit of Guizhou, each roughly in "
        "its place. The deeper the indigo, the larger the share of employed people who work in "
        f"trade, transport and post, or information (census {YEAR}, long form): {DIPS} shades, "
        f"about a fifth of the counties each ({shades}). The line drawing tells the prefecture. "
        f"Diamonds: the counties that the paper names ({named})."
    )


def definitions(length: int, height: int) -> str:
    """Define every drawing once; ``length`` and ``height`` are those of the inner cloth."""
    colours = (CLOTH, INDUSTRY, CLOTH, COUNTY, CLOTH, PEOPLE)
    diamond = zip((25, 21, 15, 12.5, 7.5, 5.5), colours, strict=True)
    named = "".join(f'<path d="{lozenge(r)}" fill="{colour}"/>' for r, colour in diamond)
    half = number(TILE / 2)
    paths = MOTIFS | {
        "bare": lozenge(7) + ring(1.5),
        "across": border(length),
        "down": border(height),
    }
    return "\n".join(
        [
            f'<rect id="gzc-tile" x="-{half}" y="-{half}" width="{TILE}" height="{TILE}" rx="3" '
            'stroke="none"/>',
            f'<g id="gzc-named" stroke="none">{named}</g>',
            *(f'<path id="gzc-{name}" d="{data}"/>' for name, data in paths.items()),
        ]
    )


def place(index: int) -> str:
    """Return the middle of a column or row."""
    return number(BAND + GAP + (index + 0.5) * PITCH)


def tile(county: pd.Series) -> str:
    """Draw one county: dyed cloth with its prefecture's drawing, or the diamond of a named one."""
    label = f"{county.name_en} {county.name_zh}: {county.penetration:.1f} %"
    mark = "named" if county.adcode in NAMED else county.prefecture_adcode
    return (
        f'<g id="gzc-{county.adcode}" '
        f'transform="translate({place(county.col)} {place(county.row)})">'
        f'<title>{escape(label)}</title><use href="#gzc-tile" fill="{DYE[county.dips - 1]}"/>'
        f'<use href="#gzc-{mark}"/></g>'
    )


def draw() -> str:
    """Draw the cloth and return it as SVG."""
    frame = counties()
    columns, rows = frame.col.max() + 1, frame.row.max() + 1
    length, depth = columns * PITCH + 2 * GAP, rows * PITCH + 2 * GAP
    width, height = length + 2 * BAND, depth + 2 * BAND
    sides = (
        f'<use href="#gzc-across" transform="translate({BAND} 0)"/>'
        f'<use href="#gzc-across" transform="translate({BAND + length} {height}) rotate(180)"/>'
        f'<use href="#gzc-down" transform="translate({width} {BAND}) rotate(90)"/>'
        f'<use href="#gzc-down" transform="translate(0 {BAND + depth}) rotate(-90)"/>'
    )
    corner = BAND / 2
    suns = "".join(
        f'<use href="#gzc-520100" x="{number(x)}" y="{number(y)}"/>'
        for x in (corner, width - corner)
        for y in (corner, height - corner)
    )
    taken = set(zip(frame.col, frame.row, strict=True))
    bare = "".join(
        f'<use href="#gzc-bare" x="{place(col)}" y="{place(row)}"/>'
        for row in range(rows)
        for col in range(columns)
        if (col, row) not in taken
    )
    tiles = "\n".join(tile(county) for _, county in frame.iterrows())
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" \
aria-labelledby="gzc-title gzc-desc">
<title id="gzc-title">The {len(frame)} counties of Guizhou as a batik cloth</title>
<desc id="gzc-desc">{escape(description(frame))}</desc>
<defs>
{definitions(length, depth)}
</defs>
<rect width="{width}" height="{height}" rx="6" fill="{VAT}"/>
<rect x="{BAND}" y="{BAND}" width="{length}" height="{depth}" fill="{CLOTH}"/>
<g fill="none" stroke="{CLOTH}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">
<g>{sides}{suns}</g>
<g stroke="{DYE[0]}" stroke-width="1.2">{bare}</g>
{tiles}
</g>
</svg>
"""


# The system's fonts, first those of a Linux machine that has the project's browser.
PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; width: 1280px; height: 640px; display: flex; align-items: center;
  background: #FBFAF7; color: #1F2933; font-family: "Noto Serif CJK SC", Georgia, serif }
svg { width: 670px; flex: none; margin: 0 48px 0 28px }
div { padding-right: 44px }
h1 { font-size: 68px; margin: 0 0 20px; color: #0F3559 }
p { font-size: 30px; line-height: 1.35; margin: 0 0 20px }
p + p { font-size: 26px; color: #44515C }
</style>COVER<div><h1>gzcounty</h1>
<p>Rural e-commerce and the county economy of Guizhou: evidence beside the claims</p>
<p lang="zh">农村电商与贵州县域经济：<br>论断旁边放上证据</p></div>"""


def photograph(svg: str) -> bytes:
    """Render the card in Chromium as PNG; raise SystemExit if there is none on this machine."""
    import browser
    from PIL import Image, PngImagePlugin

    with browser.opened() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 640})
        page.set_content(PAGE.replace("COVER", svg))
        picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    text = PngImagePlugin.PngInfo()
    text.add_text("cover", stamp(svg))
    out = BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(out, "png", optimize=True, pnginfo=text)
    return out.getvalue()


def stamp(svg: str) -> str:
    """Return the hash that says which cloth a card shows."""
    return hashlib.sha256(svg.encode()).hexdigest()


def main() -> None:
    """Write the cover, and the card if it is asked for."""
    parser = argparse.ArgumentParser(description="Draw the cover from the data.")
    parser.add_argument("--card", action="store_true", help="photograph it as card.png too")
    options = parser.parse_args()
    svg = draw()
    COVER.write_text(svg, encoding="utf-8", newline="\n")
    print(f"{COVER.relative_to(ROOT).as_posix()}: {COVER.stat().st_size / 1000:.1f} kB")
    if options.card:
        CARD.write_bytes(photograph(svg))
        print(f"{CARD.relative_to(ROOT).as_posix()}: {CARD.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
