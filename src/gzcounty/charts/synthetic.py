"""A synthetic control: both paths, and the gap among those of units where nothing happened."""

from collections.abc import Mapping
from typing import Any, Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import axis_words, distinct_titles, require_format, zero_line
from gzcounty.charts.frame import Words, finish, flags, take, text_width
from gzcounty.charts.results import outcome, period_of, require_result, units_of
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.models.result import number as written

_WIDTH = 640  # pixels; a page gives both panels its own width
_LABEL_WIDTH = 150  # pixels a phone leaves to a label that begins early in the time
# The middle of its ramp is seen on dark paper too, broad and pale as the twin is drawn.
_TREATED, _SYNTHETIC = theme.PEOPLE, theme.SEQUENTIAL["county"][2]


def synthetic_plot(
    result: Any,  # noqa: ANN401  (anything with .path() and .placebos_in_space())
    *,
    label: str | None = None,
    names: Mapping[Any, str] | None = None,
    placebos: Any = None,  # noqa: ANN401
    scale: float = 1.0,
    axis_title: str = "",
    gap_title: str = N_("Gap"),
    number: str = ",.0f",
    height: int = 230,
    **words: Unpack[Words],
) -> alt.VConcatChart:
    """Draw a treated unit beside its synthetic twin, and below it the gap among placebo gaps.

    Parameters
    ----------
    result : result of `synthetic_control`
        With ``.path()`` (time, treated, synthetic, gap, after) and ``.treated``.
    label : str, optional
        What the treated unit is called; its entry in `names` if not given, or its own value.
    names : mapping, optional
        What units are called where a reader points at them.
    placebos : result of ``.placebos_in_space()``, optional
        To draw others than that call gives without arguments, such as without bad fits.
    axis_title, gap_title : str
        What the axes of the paths and of the gap measure.
    scale, number, height
        As in `event_study_plot`; gaps get a sign, and the height is that of each panel.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample must
        name the number of donors.

    Returns
    -------
    altair.VConcatChart

    Raises
    ------
    InputError
        If the path lacks a column, its times are not numbers, the label is too wide for a phone,
        or the sample text lacks the number of donors.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel().query("year >= 2014")
    >>> result = gz.synthetic_control(panel, "rural_income", "adcode", "year", "522632", 2022)
    >>> chart = gz.synthetic_plot(
    ...     result, label="Rongjiang", title="Rongjiang beside a weighted mean of other counties",
    ...     unit="Rural income, yuan a person",
    ...     sample="Rongjiang and 59 other former poverty counties", period="2014-2023",
    ...     source="county yearbooks", description="Two rising lines that lie close together.",
    ... )
    >>> len(chart.vconcat)
    2
    """
    require_format("number", number)
    takes = N_("a result of synthetic_control")
    require_result(result, "synthetic_plot", takes, ["path", "treated"])
    found = result.path()
    what = N_("the path")
    path = take(found, what, ["time", "treated", "synthetic", "gap"])
    path["after"] = flags(found, "after", what)
    called = dict(names or {})
    label = label or str(called.get(result.treated, result.treated))
    twin = _("synthetic {label}", label=label)
    if text_width(twin, theme.TEXT_SIZE) > _LABEL_WIDTH:
        raise InputError(
            "the label {label!r} is too wide for a phone; use about 15 letters.", label=label
        )
    placebos = result.placebos_in_space() if placebos is None else placebos
    path[["treated", "synthetic", "gap"]] *= scale
    gaps = placebos.gaps.assign(gap=placebos.gaps.gap * scale)
    others = gaps[~gaps.treated]
    others = others.assign(unit=[str(called.get(unit, unit)) for unit in others.unit])

    first_after = float(path.time[path.after].iloc[0])
    last_before = float(path.time[~path.after].iloc[-1])
    start = (last_before + first_after) / 2
    x = _time_axis(path.time)
    paths = _paths(path, x, label, twin, axis_title, number).properties(width=_WIDTH, height=height)
    below = _gaps(path, others, x, label, _(gap_title), number)
    below = below.properties(width=_WIDTH, height=height)
    rule = _start_rule(start, x, first_after, start > path.time.mean())
    chart = alt.VConcatChart(
        vconcat=[alt.layer(paths, *rule), alt.layer(below, rule[0])], spacing=24
    )
    donors, drawn = len(placebos.units) - 1, int(placebos.units.used.sum()) - 1
    each = N_(
        "Below: the gap of {label}, and in grey that of each of {donors} donors treated in its "
        "place, where nothing began."
    )
    some = N_(
        "Below: the gap of {label}, and in grey that of {drawn} of {donors} donors treated in its "
        "place, where nothing began; the others fit badly before."
    )
    message = each if drawn == donors else some
    below_note = _(message, label=label, drawn=drawn, donors=donors)
    name = outcome([result])
    mean, times = float(path.gap[path.after].mean()), period_of(path.time)
    made = {
        "title": _("{label} and its synthetic control: {name}", label=label, name=name),
        "unit": units_of(name, scale),
        "sample": _n("{label} and {n:,} donor", "{label} and {n:,} donors", donors, label=label),
        **times,
        "description": _(
            "Above, {name} of {label} and of its synthetic control, {period}; below, the gap "
            "between them. From {first:g} on the gap is {mean} on average.",
            name=name, label=label, first=first_after, mean=written(mean), **times,
        ),
    }  # fmt: skip
    return finish(chart, made=made, n=donors, lead=[below_note], **words)


def _time_axis(times: pd.Series) -> alt.X:
    whole = bool(np.all(times == times.round()))
    values = [int(time) for time in times] if whole else None
    return alt.X(
        "time:Q",
        title=None,
        scale=alt.Scale(domain=[float(times.min()), float(times.max())], nice=False, padding=8),
        axis=alt.Axis(values=values or alt.Undefined, format="d" if whole else "~g", grid=False),
    )


def _paths(
    path: pd.DataFrame, x: alt.X, label: str, twin: str, axis_title: str, number: str
) -> alt.LayerChart:
    """Both paths with their names beside the middle, where the lines leave room."""
    y = {
        name: alt.Y(
            f"{name}:Q",
            title=axis_words(axis_title),
            scale=alt.Scale(zero=False),
            axis=alt.Axis(format=number, tickCount=5),
        )
        for name in ("treated", "synthetic")
    }
    tooltip = distinct_titles(
        alt.Tooltip("time:Q", title=_("time"), format="~g"),
        alt.Tooltip("treated:Q", title=label, format=number),
        alt.Tooltip("synthetic:Q", title=twin, format=number),
        alt.Tooltip("gap:Q", title=_("gap"), format=f"+{number}"),
    )
    base = alt.Chart(path).encode(x=x, tooltip=tooltip)
    upper = "treated" if path.gap[path.after].mean() >= 0 else "synthetic"
    rising = bool(path.treated.iloc[-1] >= path.treated.iloc[0])
    layers: list[alt.Chart] = []
    # The twin is broad and pale, so that it is seen where the other lies upon it.
    looks: list[tuple[str, str, dict[str, Any]]] = [
        ("synthetic", twin, {"color": _SYNTHETIC, "strokeWidth": 6, "opacity": 0.75}),
        ("treated", label, {"color": _TREATED, "strokeWidth": 2}),
    ]
    for name, text, style in looks:
        # Above a rising line there is room to the left, below it to the right.
        left = (name == upper) == rising
        at = path.iloc[[len(path) // 2 if left else len(path) // 5]]
        layers.append(base.mark_line(**style).encode(y=y[name]))
        layers += _name(alt.Chart(at).encode(x=x, y=y[name]), text, left, name == upper, style)
    points = base.mark_point(size=40, color=_TREATED, opacity=1).encode(y=y["treated"])
    return alt.LayerChart(layer=[*layers, points])


def _name(
    anchor: alt.Chart, text: str, left: bool, above: bool, style: Mapping[str, Any]
) -> list[alt.Chart]:
    """Return a piece of a line and the line's name, in the ink of the page."""
    side, dy = (-1 if left else 1), (-14 if above else 18)
    swatch = anchor.mark_rule(xOffset=side * 8, x2Offset=side * 30, yOffset=dy, **style)
    words = anchor.mark_text(
        align="right" if left else "left", dx=side * 36, dy=dy, fontWeight="bold", text=text
    )
    return [swatch.encode(x2="time:Q"), words]


def _gaps(
    path: pd.DataFrame, others: pd.DataFrame, x: alt.X, label: str, title: str, number: str
) -> alt.LayerChart:
    y = alt.Y("gap:Q", title=axis_words(title), axis=alt.Axis(format=number, tickCount=5))
    tooltip = [
        alt.Tooltip("unit:N", title=_("placebo")),
        alt.Tooltip("time:Q", title=_("time"), format="~g"),
        alt.Tooltip("gap:Q", title=_("gap"), format=f"+{number}"),
    ]
    base = alt.Chart(others[["unit", "time", "gap"]]).encode(x=x, y=y, detail="unit:N")
    quiet = base.mark_line(strokeWidth=1, color=theme.QUIET, opacity=0.45)
    touch = base.mark_point(size=30, color=theme.QUIET, opacity=0).encode(tooltip=tooltip)
    treated = alt.Chart(path[["time", "gap"]].assign(unit=label)).encode(
        x=x, y=y, tooltip=[alt.Tooltip("unit:N", title=_("treated")), *tooltip[1:]]
    )
    line = treated.mark_line(strokeWidth=2.5, color=_TREATED)
    dots = treated.mark_point(size=40, color=_TREATED, opacity=1)
    return alt.LayerChart(layer=[quiet, touch, zero_line(), line, dots])


def _start_rule(start: float, x: alt.X, first: float, late: bool) -> list[alt.Chart]:
    """Return a vertical line between the last period before and the first after, and its name."""
    base = alt.Chart(pd.DataFrame({"time": [start]})).encode(x=x)
    rule = base.mark_rule(opacity=0.6, strokeWidth=1.5)
    text = base.mark_text(
        align="right" if late else "left",
        dx=-6 if late else 6,
        baseline="bottom",
        text=_("from {first:g}", first=first),
        opacity=0.85,
    ).encode(y=alt.value(-2))
    return [rule, text]
