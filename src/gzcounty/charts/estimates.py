"""What charts of estimates share: the words of a tooltip, and an axis of whole steps."""

from __future__ import annotations

import altair as alt


def told_estimate(number: str, share: str = "95 %") -> list[alt.Tooltip]:
    """Return the tooltip's lines of an estimate and its interval.

    Parameters
    ----------
    number : str
        How numbers are written (d3-format).
    share : str
        Coverage of the interval.
    """
    return [
        alt.Tooltip("estimate:Q", format=number),
        alt.Tooltip("conf_low:Q", title=f"{share} from", format=number),
        alt.Tooltip("conf_high:Q", title="to", format=number),
    ]


def whole_steps(field: str, first: int, last: int, margin: float, title: str = "") -> alt.X:
    """Return a horizontal axis of years, or of years since an event, each with a tick.

    Parameters
    ----------
    field : str
        Column of the steps.
    first, last : int
        Ends of the axis.
    margin : float
        Room beyond the ends, in steps.
    title : str
        Title of the axis.
    """
    return alt.X(
        f"{field}:Q",
        title=title or None,
        scale=alt.Scale(domain=[first - margin, last + margin], nice=False, zero=False),
        axis=alt.Axis(
            values=list(range(first, last + 1)), format="d", grid=False, labelOverlap=True
        ),
    )
