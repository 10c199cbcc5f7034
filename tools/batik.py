"""The batik drawings of the cover: lines of wax as SVG path data, centred on (0, 0).

Turns are counted clockwise from the top: 0.25 points to the right.
"""

import math


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
