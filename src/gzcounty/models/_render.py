"""How a result looks: a plain table, and an HTML table with a dot and whisker in each row.

The HTML carries its styles inline (notebook viewers strip style sheets), takes its colour from
the page (`currentColor`), and so reads on light and dark paper alike.
"""

from collections.abc import Sequence
from html import escape

import pandas as pd

from .estimates import Estimate

WIDTH, HEIGHT, MARGIN = 180, 22, 6


def number(value: float) -> str:
    """Write a number with four significant digits, without an exponent where it can be read."""
    if value != value:  # NaN
        return "not defined"
    if value == 0:
        return "0"
    if 1e4 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    return f"{value:#.4g}".removesuffix(".")


def probability(value: float) -> str:
    """Write a p-value; below 0.001 only that."""
    if value != value:
        return "not defined"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def interval(low: float, high: float) -> str:
    """Write the ends of an interval; one that does not exist is said once."""
    if low != low and high != high:
        return "not defined"
    return f"{number(low)} to {number(high)}"


def plain(heading: str, rows: Sequence[Estimate], notes: Sequence[str]) -> str:
    """Return the plain-text table."""
    frame = pd.DataFrame(
        {
            "term": [row.term for row in rows],
            "estimate": [number(row.estimate) for row in rows],
            "std_error": [number(row.std_error) for row in rows],
            "95 % interval": [interval(row.conf_low, row.conf_high) for row in rows],
            "p_value": [probability(row.p_value) for row in rows],
        }
    )
    lines = [heading, "", frame.to_string(index=False), ""]
    return "\n".join([*lines, *(f"- {note}" for note in notes)])


def html(
    heading: str, rows: Sequence[Estimate], notes: Sequence[str], *, shared_scale: bool
) -> str:
    """Return the HTML table.

    Parameters
    ----------
    shared_scale : bool
        True if all rows have one unit and share an axis; False gives each row its own.
    """
    cell = "padding:0.25em 0.7em;border-bottom:1px solid rgba(128,128,128,0.35)"
    right = f"{cell};text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap"
    left = f"{cell};text-align:left;font-weight:normal"
    overall = _domain(rows) if shared_scale else None
    body = "".join(
        f'<tr><th scope="row" style="{left}">{escape(row.term)}</th>'
        f'<td style="{right}">{number(row.estimate)}</td>'
        f'<td style="{cell}">{whisker(row, overall or _own_domain(row))}</td>'
        f'<td style="{right}">{interval(row.conf_low, row.conf_high)}</td>'
        f'<td style="{right}">{number(row.std_error)}</td>'
        f'<td style="{right}">{escape(probability(row.p_value))}</td></tr>'
        for row in rows
    )
    titles = ["term", "estimate", "dot and whisker", "95 % interval", "std. error", "p-value"]
    sides = ["left", "right", "left", "right", "right", "right"]
    head = "".join(
        f'<th scope="col" style="{cell};text-align:{side}">{title}</th>'
        for title, side in zip(titles, sides, strict=True)
    )
    axis = "All rows share one scale" if shared_scale else "Each row has its own scale"
    items = "".join(
        f"<li>{escape(note)}</li>"
        for note in [*notes, f"{axis}; the thin upright line marks zero."]
    )
    return (
        '<div class="gz-result" style="color:inherit;overflow-x:auto">'
        '<table style="border-collapse:collapse;background:transparent;color:inherit">'
        f'<caption style="caption-side:top;text-align:left;color:inherit;padding:0.3em 0.7em">'
        f"{escape(heading)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f'<ul style="font-size:0.9em;margin:0.4em 0 0 0;padding-left:1.8em">{items}</ul></div>'
    )


def whisker(row: Estimate, domain: tuple[float, float]) -> str:
    """Draw one estimate and its interval as an inline SVG, on a scale that includes zero."""
    words = f"{number(row.estimate)}, interval {interval(row.conf_low, row.conf_high)}"
    opening = (
        f'<svg role="img" aria-label="{words}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" style="vertical-align:middle">'
    )
    low, high = domain
    if not (low < high and row.conf_low == row.conf_low):  # nothing that could be drawn
        return opening + "</svg>"

    def x(value: float) -> str:
        return f"{MARGIN + (value - low) / (high - low) * (WIDTH - 2 * MARGIN):.1f}"

    middle = HEIGHT / 2
    return (
        f'{opening}<g stroke="currentColor" fill="currentColor">'
        f'<line x1="{x(0)}" x2="{x(0)}" y1="1" y2="{HEIGHT - 1}" stroke-width="1" opacity="0.45"/>'
        f'<line x1="{x(row.conf_low)}" x2="{x(row.conf_high)}" y1="{middle}" y2="{middle}" '
        'stroke-width="1.5"/>'
        f'<circle cx="{x(row.estimate)}" cy="{middle}" r="3.5" stroke="none"/></g></svg>'
    )


def _domain(rows: Sequence[Estimate]) -> tuple[float, float]:
    """Smallest range that holds zero and every interval."""
    ends = [end for row in rows for end in (row.conf_low, row.conf_high) if end == end]
    return min([0.0, *ends]), max([0.0, *ends])


def _own_domain(row: Estimate) -> tuple[float, float]:
    """Range of one row with zero in its middle, so that zero lines up from row to row."""
    reach = max(map(abs, _domain([row])))
    return -reach, reach
