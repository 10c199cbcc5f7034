"""The parts of the atlas that speak: what is shown, and the county in focus."""

from __future__ import annotations

from typing import Literal

import altair as alt

from gzbook.figures.atlas_views import SIDE, STRIP_HEIGHT, fill, measured
from gzcounty.charts import theme
from gzcounty.charts.selection import IN_FOCUS

HEAD_HEIGHT = 124
CARD_HEIGHT = 90
LABEL_LINE = 20
PATH_WIDTH = 2 * SIDE - 400


def head(total: int) -> alt.LayerChart:
    """Return the words that say what is shown: variable, unit, year, sample, source.

    Parameters
    ----------
    total : int
        Number of counties on the map.
    """
    sample = f"now.sample !== '' ? now.sample : n + ' of {total} counties with data'"
    snapped = (
        "query !== '' && at < 0 ? 'No county is called ' + search"
        " : (shown === year ? '' : 'No data for ' + year + '. ') + 'Years with data: ' + now.span"
    )
    # A long label takes two lines and pushes the others down.
    down = f"{LABEL_LINE} * (length(now.head) - 1)"
    texts = [
        _line("now.head", 0, 15, "bold"),
        _line("now.unit + ', ' + shown", 22, down=down),
        _line(sample, 40, down=down),
        _line(snapped, 58, down=down),
        _line("now.source", 80, 11, down=down),
    ]
    return alt.LayerChart(
        layer=texts,
        data=alt.InlineData(values=[{}]),
        name="head",
        width=SIDE,
        height=HEAD_HEIGHT,
    )


def card() -> alt.LayerChart:
    """Return the card of the county in focus: names, prefecture, value, rank."""
    swatch = (
        measured()
        .transform_filter(IN_FOCUS)
        .mark_rect(cornerRadius=2, stroke=theme.TEXT, strokeOpacity=0.35, invalid="show")
        .encode(x=alt.value(0), x2=alt.value(8), y=alt.value(1), y2=alt.value(84), fill=fill())
    )
    rank = "isValid(datum.value) ? ': rank ' + datum.rank + ' of ' + n + ', 1 is the highest' : ''"
    lines = [
        _line("datum.en + '  ' + datum.zh", 0, 17, "bold", x=18),
        _line("datum.pref", 25, x=18),
        _line("datum.said", 46, 16, "bold", x=18),
        _line(f"shown + ({rank})", 69, x=18),
    ]
    for line in lines:
        line.transform = swatch.transform
    return alt.LayerChart(layer=[swatch, *lines], name="card", width=SIDE, height=CARD_HEIGHT)


def path() -> alt.LayerChart:
    """Return the county in focus over the years, beside the median of all with data."""
    own = (
        alt.Chart()
        .transform_filter(IN_FOCUS)
        .transform_calculate(
            year="now.years",
            median="now.median",
            value="slice(datum.v, now.from, now.from + length(now.years))",
        )
        .transform_flatten(["year", "value", "median"])
        .transform_calculate(
            end="datum.year === now.years[0] ? 'left' : 'right'",
            rising="datum.v[now.from + length(now.years) - 1] >= datum.v[now.from]",
        )
    )
    ends_of = [alt.ExprRef("now.years[0]"), alt.ExprRef("now.years[length(now.years) - 1]")]
    x = alt.X("year:Q", axis=None, scale=alt.Scale(domain=ends_of, nice=False, padding=12))
    up = alt.Scale(range=[STRIP_HEIGHT - 52, 48], zero=False, nice=False)
    county = own.encode(x=x, y=alt.Y("value:Q", scale=up, axis=None))
    median = own.encode(x=x, y=alt.Y("median:Q", scale=up, axis=None))
    told = [
        alt.Tooltip("year:Q", title="Year", format="d"),
        alt.Tooltip("en:N", title="County"),
        alt.Tooltip("value:Q", title="Value"),
        alt.Tooltip("median:Q", title="Median"),
    ]
    last_or_first = "datum.year === now.years[0] || datum.year === now.years[length(now.years) - 1]"
    ends = own.transform_filter(last_or_first).encode(x=x)
    years = ends.mark_text(
        text={"expr": "format(datum.year, 'd')"},
        align={"expr": "datum.end"},
        baseline="bottom",
        fontSize=11,
    ).encode(y=alt.value(STRIP_HEIGHT - 4))
    values = county.transform_filter(last_or_first).mark_text(
        text={"expr": "isValid(datum.value) ? format(datum.value, now.format) : ''"},
        align={"expr": "datum.end"},
        # On the side of the point that the line leaves free.
        dy={"expr": "datum.rising === (datum.end === 'right') ? -13 : 15"},
        fontSize=11,
        fontWeight="bold",
    )
    said = [
        _line("datum.en + ' over the years'", 0, 12, "bold"),
        _line("'dashed: median of the counties with data'", 17, 11),
    ]
    for line in said:
        line.transform = own.transform[:1]
    layers = [
        median.mark_line(strokeDash=[4, 3], stroke=theme.TEXT, strokeOpacity=0.7, strokeWidth=1.5),
        county.mark_line(stroke=theme.COUNTY, strokeWidth=2.5),
        county.mark_point(
            fill=theme.COUNTY,
            opacity=1,
            stroke=theme.TEXT,
            strokeWidth={"expr": "datum.year === shown ? 2 : 0"},
            size={"expr": "datum.year === shown ? 90 : 36"},
        ).encode(tooltip=told),
        years,
        values,
        *said,
    ]
    return alt.LayerChart(layer=layers, name="path", width=PATH_WIDTH, height=STRIP_HEIGHT)


def _line(
    text: str,
    y: float,
    size: int = 12,
    weight: Literal["normal", "bold"] = "normal",
    x: int = 0,
    down: str = "0",
) -> alt.Chart:
    """Return one line of text, or several if the expression gives an array."""
    return (
        alt.Chart()
        .mark_text(
            text={"expr": text},
            align="left",
            baseline="top",
            dy={"expr": down},
            fontSize=size,
            fontWeight=weight,
            lineHeight=round(size * 1.3),
        )
        .encode(x=alt.value(x), y=alt.value(y))
    )
