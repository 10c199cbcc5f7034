"""The parts of the index explorer: the tiles, the card of one county, and the bars of all."""

from __future__ import annotations

import json
from typing import Any, Literal

import altair as alt
import pandas as pd

from gzcounty.charts import scales, theme
from gzcounty.charts.maps import edge, tile_labels, tile_marks
from gzcounty.charts.selection import IN_FOCUS

# The place in a ranking belongs to no dimension, so it has no hue.
GREYS = ["#414B56", "#626D79", "#8A94A0", "#B3BBC3", "#DDE1E5"]
# Pixels from the top: tiles, then three lines about a county, then the bars of all counties.
TILES, CARD, BARS, FOOT = 330, 348, (425, 545), 563
LEGEND = 92  # pixels from the right


def _told() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name_en:N", title="County"),
        alt.Tooltip("name_zh:N", title="县"),
        alt.Tooltip("rank:Q", title="number"),
        alt.Tooltip("value:Q", title="index", format=".0f"),
    ]


def tiles(frame: pd.DataFrame, picks: list[alt.Parameter]) -> list[alt.Chart]:
    """Return the tile grid, coloured by the place in the ranking."""
    n = len(frame)
    # Stated, as a layer of some tiles would else have a grid of its own.
    cols, rows = (list(range(int(frame[side].max()) + 1)) for side in ("col", "row"))
    # Bands, also for the diamonds, which would else stand at a tile's centre.
    bands: dict[str, Any] = {"type": "band", "paddingInner": 0.06, "paddingOuter": 0}
    across = alt.Scale(domain=cols, **bands)
    down = alt.Scale(domain=rows, range=[0, TILES], **bands)
    where: dict[str, Any] = {
        "x": alt.X("col:O", axis=None, scale=across),
        "y": alt.Y("row:O", axis=None, scale=down),
    }
    base = alt.Chart().encode(**where, tooltip=_told())
    squares = base.mark_rect(
        cornerRadius=2, cursor="pointer", **edge("value", "hover.adcode", "datum.adcode")
    ).encode(
        fill=alt.Fill(
            "rank:Q",
            scale=alt.Scale(domain=[1, n], range=GREYS, interpolate="rgb"),
            legend=None,
        )
    )
    outline = [
        base.transform_filter(IN_FOCUS).mark_rect(
            filled=False, cornerRadius=2, stroke=stroke, strokeWidth=width, aria=False
        )
        for stroke, width in ((theme.INK, 5), ("white", 2))
    ]
    ink = scales.ink_at(f"({n} - datum.rank) / {max(n - 1, 1)}", "rank", "share")
    marks = tile_marks(frame, _told())
    marks.encoding.x.scale, marks.encoding.y.scale = across, down
    named = alt.Chart().transform_filter(theme.named_test())
    named = named.properties(mark=marks.mark, encoding=marks.encoding)
    return [squares.add_params(*picks), *outline, *tile_labels(base, "width", ink), named]


def card(n: int, labels: list[str]) -> list[alt.Chart]:
    """Return three lines about the county in focus."""
    indices = " + ', ' + ".join(
        f"{json.dumps(label + ' ')} + format(datum.u[{k}], '.0f')" for k, label in enumerate(labels)
    )
    said = [
        f"datum.name_en + ' ' + datum.name_zh + ': number ' + datum.rank + ' of {n}'",
        "'Equal weights: ' + datum.equal + '. Any weights: ' + datum.best + ' to ' + datum.worst",
        f"{indices} + ' of 100'",
    ]
    about = alt.Chart().transform_filter(IN_FOCUS)
    return [
        about.transform_calculate(line=line)
        .mark_text(
            align="left",
            baseline="top",
            fontSize=12 if k else 14,
            fontWeight="normal" if k else "bold",
        )
        .encode(x=alt.value(0), y=alt.value(CARD + 18 * k), text="line:N")
        for k, line in enumerate(said)
    ]


def bars(n: int, labels: list[str]) -> list[alt.Chart]:
    """Return the counties in order, number 1 at the left, and what stands around them."""
    top, bottom = BARS
    across = alt.Scale(domain=[0.5, n + 0.5], nice=False, zero=False)
    up = alt.Scale(domain=[0, 100], range=[bottom, top], nice=False)
    base = (
        alt.Chart()
        .transform_calculate(left="datum.order - 0.44", right="datum.order + 0.44", foot="0")
        .encode(x=alt.X("left:Q", axis=None, scale=across), x2="right:Q", tooltip=_told())
    )
    hues = list(theme.DIMENSIONS.values())
    ends = ["foot", *(f"end{k}" for k in range(len(labels)))]
    parts = [
        base.mark_rect(color=hues[k], cursor="pointer").encode(
            y=alt.Y(f"{ends[k]}:Q", axis=None, scale=up), y2=f"{ends[k + 1]}:Q"
        )
        for k in range(len(labels))
    ]
    chosen = alt.Chart().transform_filter(IN_FOCUS)
    pointer = chosen.mark_point(
        shape="triangle-down", filled=True, size=70, color=theme.TEXT, opacity=1, yOffset=-7
    ).encode(x=alt.X("order:Q", axis=None, scale=across), y=alt.Y("value:Q", axis=None, scale=up))
    # One row carries each text: its own words stand at a fixed place.
    one = alt.Chart().transform_filter("datum.order === 1")
    # The square alone is coloured: no hue of text reads well on light and on dark paper.
    legend = [
        one.mark_text(text=text, align="left", baseline="top", color=colour).encode(
            x=alt.value({"expr": f"width - {x}"}), y=alt.value(top - 18 + 16 * k)
        )
        for k, label in enumerate(labels)
        for text, colour, x in (("■", hues[k], LEGEND), (label, theme.TEXT, LEGEND - 14))
    ]
    last = alt.Chart().transform_filter(f"datum.order === {n}")
    ends_said: list[tuple[alt.Chart, int, Literal["left", "right"], int | str]] = [
        (one, 1, "left", 0),
        (last, n, "right", "width"),
    ]
    feet = [
        end.mark_text(
            text={"expr": f"'{number}: ' + datum.name_en"}, align=align, baseline="bottom"
        ).encode(x=alt.value(x), y=alt.value(FOOT))
        for end, number, align, x in ends_said
    ]
    return [*parts, pointer, *legend, *feet]
