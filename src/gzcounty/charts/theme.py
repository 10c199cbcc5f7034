"""Colours, type and the fixed mark of the counties that a chart is asked to mark.

Every chart must read on light paper and on dark paper without knowing which it stands on.
So the background is transparent, text and axes take the CSS value ``currentColor``, and fills
stay clear of both papers: no ramp below is as light as the one or as dark as the other.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, Literal

from gzcounty.language import N_, _
from gzcounty.words import in_a_row

Hue = Literal["industry", "county", "people"]
Kind = Literal["amount", "share", "difference"]
Marked = Mapping[str, Collection[str]]
"""Adcodes by what these counties are called, such as {"home of the authors": ["530112"]}."""

# The three dimensions of the paper, in the colour-blind-safe values of Okabe and Ito (2008).
INDUSTRY: Final = "#009E73"
COUNTY: Final = "#0072B2"
PEOPLE: Final = "#D55E00"
INK: Final = "#1F2933"
PAPER: Final = "#FBFAF7"
QUIET: Final = "#8A94A0"
TEXT: Final = "currentColor"

FONT: Final = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
HEADING_FONT: Final = 'Georgia, "Songti SC", "Noto Serif CJK SC", serif'

TITLE_SIZE: Final = 16
TEXT_SIZE: Final = 12
PHONE_WIDTH: Final = 340  # pixels a phone of 390 leaves to a chart

DIMENSIONS: Final[dict[str, str]] = {"industry": INDUSTRY, "county": COUNTY, "people": PEOPLE}

# One hue each, pale to deep, the dimension's own colour near the middle.
SEQUENTIAL: Final[dict[str, list[str]]] = {
    "industry": ["#CDE8DC", "#85CBB0", "#33AC87", "#007F5D", "#00573F"],
    "county": ["#CFE2F0", "#86BADD", "#3B8FC4", "#00639B", "#00416B"],
    "people": ["#F8DCC8", "#F0AF85", "#E28044", "#BC5200", "#833800"],
}

# Below and above the middle; the middle is a grey that belongs to neither side.
DIVERGING: Final[list[str]] = ["#00507F", "#4E9ACB", "#CDD2D7", "#E58C4F", "#9C4200"]

# "No data" must not look like a low value: no hue, thin fill, dotted outline.
NO_DATA: Final[dict[str, Any]] = {"fill": QUIET, "opacity": 0.22, "dash": [1.5, 2.5]}

# Marked counties carry one symbol and one colour in every chart: a diamond in a reddish purple that
# no scale above contains and that keeps 4 : 1 on either paper.
MARKED_COLOUR: Final = "#B4568F"
DIAMOND: Final[dict[str, Any]] = {
    "shape": "diamond",
    "filled": True,
    "size": 90,
    "color": MARKED_COLOUR,
    "opacity": 1,
    "stroke": "white",
    "strokeWidth": 1,
}

# Touch needs 44 px; a point's invisible target is a circle of that width (size is an area).
TOUCH_AREA: Final = 1500


def ramp(kind: Kind = "amount", hue: Hue = "county") -> list[str]:
    """Return the five colours of a scale, lowest value first; differences take no hue."""
    return list(DIVERGING if kind == "difference" else SEQUENTIAL[hue])


def marked_codes(marked: Marked) -> list[str]:
    """Return the adcodes of the marked counties."""
    return [code for codes in marked.values() for code in codes]


def marked_test(marked: Marked, field: str = "adcode") -> str:
    """Return the Vega expression that is true where a field is the adcode of a marked county."""
    return f"indexof({json.dumps(marked_codes(marked))}, datum['{field}']) >= 0"


def marked_note(
    marked: Marked, drawn: Iterable[str] | None = None, message: str = N_("Diamonds: {names}.")
) -> list[str]:
    """Return the sentence that says what is marked, if any of it is among the codes `drawn`."""
    codes = set(marked_codes(marked) if drawn is None else drawn)
    names = [name for name, own in marked.items() if not codes.isdisjoint(own)]
    return [_(message, names=in_a_row(names))] if names else []


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration that all charts share."""
    line = {"domainColor": TEXT, "domainOpacity": 0.35, "tickColor": TEXT, "tickOpacity": 0.35}
    label = {"labelColor": TEXT, "labelFontSize": TEXT_SIZE, "labelFont": FONT}
    title = {"titleColor": TEXT, "titleFontSize": TEXT_SIZE, "titleFontWeight": "normal"}
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "font": HEADING_FONT,
            "fontSize": TITLE_SIZE,
            "fontWeight": "bold",
            "lineHeight": 21,
            "color": TEXT,
            "subtitleColor": TEXT,
            "subtitleFont": FONT,
            "subtitleFontSize": TEXT_SIZE,
            "subtitleLineHeight": 16,
            "subtitlePadding": 6,
            "offset": 14,
        },
        "axis": {**line, **label, **title, "gridColor": TEXT, "gridOpacity": 0.1, "tickSize": 4},
        "legend": {
            **label,
            **title,
            "orient": "bottom",
            "gradientStrokeWidth": 0,
            "symbolStrokeColor": TEXT,
        },
        "header": {**label, **title},
        # A colour for a missing value; Vega-Lite would take the lowest one.
        "scale": {"invalid": {"fill": {"value": NO_DATA["fill"]}}},
        "text": {"color": TEXT, "fontSize": TEXT_SIZE},
        "rule": {"color": TEXT},
        "point": {"filled": True},
    }
