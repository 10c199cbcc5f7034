"""Rows of a forest plot, put below each other: what is written where, in pixels from the top."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.coefficients import size_label
from gzcounty.charts.frame import lines

LINE = 15  # pixels a line of text
GAP = 14  # pixels between rows
INDENT = 22  # pixels a published row leaves to its sign
LEAST = 44  # pixels a row: a finger high
SMALL = 11  # pixels of type below a row's name
ESTIMATE = ["estimate", "conf_low", "conf_high"]


@dataclass
class Sheet:
    """Lines of text, signs and rows, each with its place."""

    top: float = 0.0
    text: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    bands: list[dict[str, Any]] = field(default_factory=list)

    def write(self, text: str, kind: str, size: float, indent: float = 0.0) -> None:
        """Add a text, broken to the width of a phone."""
        wide = 1.0 if kind in ("plain", "found") else 1.18  # bold type
        for line in lines(text, size * wide, theme.PHONE_WIDTH - indent):
            place = {"x": indent, "y": self.top + LINE / 2}
            self.text.append({**place, "text": line, "kind": kind})
            self.top += LINE

    def close(self, start: float, told: dict[str, str]) -> None:
        """End a row: make it a finger high, and let it be touched anywhere."""
        self.top = max(self.top + GAP / 2, start + LEAST)
        self.bands.append({"y": start - GAP / 2, "y2": self.top, **told})
        self.top += GAP / 2


def our_row(sheet: Sheet, row: dict[str, Any], number: str) -> None:
    """Add one of our estimates: its name, and below it the place of its interval."""
    start = sheet.top
    estimate, low, high = (written(row[name], number) for name in ESTIMATE)
    size = size_label(row)
    sheet.write(row["label"], "name", theme.TEXT_SIZE)
    place = {name: float(row[name]) for name in ESTIMATE}
    sheet.marks.append({"y": sheet.top + LINE / 2, **place, "shape": "ours"})
    sheet.top += LINE
    told = {"what": row["label"], "found": f"{estimate}, 95 % {low} to {high}", "apart": size}
    sheet.close(start, told)


def published_row(sheet: Sheet, row: dict[str, Any], shared: bool) -> None:
    """Add a published result, with what keeps it off the axis unless its group shares that."""
    start = sheet.top
    found, significant = row["finding"], row["significant"]
    # A study that does not say is told by its hollow sign; another word each would be noise.
    stated = not pd.isna(significant)
    if stated:
        found += ", called significant" if significant else ", called not significant"
    filled = stated and bool(significant)
    sign = {"y": sheet.top + LINE / 2, "shape": row["direction"], "filled": filled}
    sheet.marks.append(sign)
    sheet.write(row["study"], "name", theme.TEXT_SIZE, INDENT)
    sheet.write(row["about"], "plain", SMALL, INDENT)
    sheet.write(f"{found[:1].upper()}{found[1:]}.", "found", SMALL, INDENT)
    if not shared:
        sheet.write(f"Not on the axis: {row['apart']}.", "plain", SMALL, INDENT)
    sheet.close(start, {"what": row["study"], "found": found, "apart": row["apart"]})


def written(value: float, number: str) -> str:
    """Write a number with a true minus, and a rounded zero without a sign."""
    text = format(value, number)
    if not any(digit in text for digit in "123456789"):
        return text.lstrip("+-")
    return text.replace("-", "\u2212")
