"""Colour scales whose domain one extreme county cannot stretch."""

from __future__ import annotations

from math import floor, log10

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.errors import InputError

LOW, HIGH = 0.05, 0.95
EXTREME = 0.8
DOMAIN_NOTES = {
    "amount": "Colours: 5th to 95th percentile, capped beyond.",
    "share": "Colours: 5th to 95th percentile, capped beyond.",
    "difference": "Colours: evenly about zero, capped for the fifth that changed most.",
}
"""Notes on colours that run over `robust_domain`, by kind."""


def axis_format(number: str) -> str:
    """Return the format of an axis from that of its values: +.1f is .1~f, written 60 and 62.5."""
    bare = number.removeprefix("+")
    return bare if "~" in bare or not bare[-1:].isalpha() else f"{bare[:-1]}~{bare[-1]}"


def written(field: str, number: str) -> str:
    """Return the Vega expression that writes a number, and a rounded zero without a sign."""
    return f"replace(format(datum.{field}, '{number}'), /^[\u2212+-](0[.]?0*)$/, '$1')"


def _round(value: float, digits: int = 2) -> float:
    if value == 0:
        return 0.0
    return round(value, digits - 1 - floor(log10(abs(value))))


def robust_domain(values: pd.Series, kind: theme.Kind = "amount") -> tuple[float, float]:
    """Return the lower and the upper end of colours, rounded to two digits.

    The 5th to the 95th percentile, so that Guiyang's districts do not wash out the other
    eighty. For a difference, symmetric about zero, and the fifth that changed most is capped:
    growth has a long tail, which would leave all others the colour of no change.

    Raises
    ------
    InputError
        If there is no number, or the kind is unknown.
    """
    if kind not in ("amount", "share", "difference"):
        raise InputError(f"kind must be amount, share or difference, not {kind!r}.")
    values = values.dropna()
    if values.empty:
        raise InputError("a colour scale needs at least one value; all are missing.")
    if kind == "difference":
        end = _round(float(values.abs().quantile(EXTREME))) or 1.0
        return -end, end
    low, high = (_round(float(values.quantile(q))) for q in (LOW, HIGH))
    if low >= high:
        low, high = float(values.min()), float(values.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def fill(
    field: str, domain: tuple[float, float], kind: theme.Kind, hue: theme.Hue, number: str
) -> alt.Fill:
    """Return the fill encoding of a field; the legend below the chart says where it is capped."""
    low, high = domain
    # Ends are capped, so they are "or less", "or more".
    text = (
        f"(datum.value <= {low} ? '≤ ' : datum.value >= {high} ? '≥ ' : '')"
        f" + format(datum.value, '{number}')"
    )
    legend = alt.Legend(
        title=None,
        values=[low, (low + high) / 2, high],
        labelExpr=text,
        gradientLength=220,
        gradientThickness=10,
        orient="bottom",
    )
    return alt.Fill(
        f"{field}:Q",
        # Vega's own interpolation runs through other hues between grey and orange.
        scale=alt.Scale(
            domain=[low, high], range=theme.ramp(kind, hue), clamp=True, interpolate="rgb"
        ),
        legend=legend,
    )


def ink_on(field: str, domain: tuple[float, float], kind: theme.Kind) -> str:
    """Return the Vega expression for the colour of text on a field that is filled by `fill`."""
    low, high = domain
    return ink_at(f"(datum['{field}'] - ({low})) / ({high} - ({low}))", field, kind)


def ink_at(position: str, field: str, kind: theme.Kind) -> str:
    """Return `ink_on` for an expression that gives the position from 0 to 1."""
    # Diverging scales are deep at both ends, the others at the upper one.
    deep = f"{position} > 0.58"
    if kind == "difference":
        deep = f"abs({position} - 0.5) > 0.36"
    return f"!isValid(datum['{field}']) ? 'currentColor' : {deep} ? 'white' : '{theme.INK}'"
