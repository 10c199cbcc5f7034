"""Our estimates beside published results, on one axis where they share a unit, and beside it else.

A published result without a number, or in another unit, has no place on the axis. It gets a row of
its own that says what the result is, on what, and what keeps it apart; nothing is rescaled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Unpack

import altair as alt
import pandas as pd

from gzbook.tables import written
from gzcounty.charts import theme
from gzcounty.charts.coefficients import size_label
from gzcounty.charts.frame import ESTIMATE, Words, finish, lines, refuse, require_estimates
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import listed

LINE = 15  # pixels a line of text
GAP = 14  # pixels between rows
INDENT = 22  # pixels a published row leaves to its sign
LEAST = 44  # pixels a row: a finger high
SMALL = 11  # pixels of type below a row's name

# The sign of each direction: a shape, so that no colour is needed to tell them apart.
SIGNS = {"more": "triangle-up", "less": "triangle-down", "none": "stroke", "turns": "circle"}
_KEY = N_(
    "Below the line: triangles point to more or to less of the outcome; a bar: no difference "
    "found; a circle: the sign turns. Filled: the study calls it significant; hollow: it does not "
    "say so."
)
_APART = N_("Not on the axis: {reason}.")
_PUBLISHED = ["group", "study", "about", "direction", "significant", "finding", "apart"]


def forest_plot(
    ours: pd.DataFrame,
    published: pd.DataFrame,
    *,
    axis_title: str = "",
    heading: str = N_("Our estimates"),
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw our estimates with intervals, and below them what others published.

    Parameters
    ----------
    ours : DataFrame
        label, estimate, conf_low, conf_high; and where there are: nobs, clusters. See
        `estimate_row`. Numbers stand in the tooltip.
    published : DataFrame
        One row a result: group (the heading it stands under), study, about (outcome, exposure,
        sample, period), direction (of the outcome: "more", "less", "none" or "turns"), significant
        (True or False as the study says, missing if it does not), finding (in words, with the
        number in its own unit if one is printed), apart (why it is not on the axis; written once
        under the heading where a group shares it).
    axis_title : str
        What the axis of our estimates measures.
    heading : str
        What stands above our estimates.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        Two stacked panels that read on a phone; direction is shown by shape and by word.

    Raises
    ------
    InputError
        If a column is missing, a table is empty, an interval does not hold its estimate, or a
        direction is unknown.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> census = gz.load_census().query("year == 2020")
    >>> fit = gz.ols("schooling_years ~ urban_share", census)
    >>> row = gz.estimate_row(fit, "urban_share", "Ten points more urban", scale=10)
    >>> others = pd.DataFrame(
    ...     {
    ...         "group": ["For"], "study": ["Nobody, made up for this example"],
    ...         "about": ["schooling on urban share; no sample"], "direction": ["more"],
    ...         "significant": [pd.NA], "finding": ["longer at school"],
    ...         "apart": ["no number printed"],
    ...     }
    ... )
    >>> chart = gzbook.forest_plot(
    ...     pd.DataFrame([row]), others, axis_title="years of schooling",
    ...     title="Ten points more urban, longer at school", unit="years, with 95 % intervals",
    ...     sample=gz.sample_name(census.adcode), period="2020", source="population census 2020",
    ...     description="One estimate above zero, and one result without a number.",
    ... )
    >>> chart.description
    'One estimate above zero, and one result without a number.'
    """
    _check(ours, published)
    sheet = Sheet(top=GAP / 2)  # off the axis
    sheet.write(_(heading), "heading")
    sheet.top += GAP / 2
    for row in ours.to_dict("records"):
        _our_row(sheet, row)
    border = sheet.top
    for group, rows in published.groupby("group", sort=False):
        sheet.top += GAP
        sheet.write(str(group), "heading")
        # A reason that holds for all is given once.
        shared = bool((rows.apart == rows.apart.iloc[0]).all())
        if shared:
            sheet.write(_(_APART, reason=rows.apart.iloc[0]), "plain")
        sheet.top += GAP / 2
        for row in rows.to_dict("records"):
            _published_row(sheet, row, shared)
    chart = alt.LayerChart(
        layer=list(_layers(sheet, border, _domain(ours), axis_title)),
        width="container",
        height=round(sheet.top),
    )
    words["notes"] = [*words.get("notes", ()), _(_KEY)]
    return finish(chart, **words)


def _check(ours: pd.DataFrame, published: pd.DataFrame) -> None:
    require_estimates(ours, N_("the table of our estimates"))
    require_columns(published, _PUBLISHED, N_("the table of published results"))
    if published.empty:
        raise InputError("the table of published results has no row to draw.")
    refuse(
        published[~published.direction.isin(SIGNS)],
        N_("the direction of {study!r} must be {signs}, not {direction!r}."),
        signs=listed(SIGNS, last="or"),
    )
    refuse(
        published[~published.significant.map(lambda v: pd.isna(v) or v in (True, False))],
        N_("significant of {study!r} must be true, false or missing, not {significant!r}."),
    )
    for name in ("group", "study", "about", "finding", "apart"):
        empty = published[name].map(lambda text: not isinstance(text, str) or not text.strip())
        if empty.any():
            raise InputError(
                "row {index!r} of published results: no {name}.",
                index=published.index[empty][0], name=name,
            )  # fmt: skip


def _domain(ours: pd.DataFrame) -> list[float]:
    low, high = min(0.0, ours.conf_low.min()), max(0.0, ours.conf_high.max())
    pad = 0.04 * (high - low) or 1.0
    return [float(low - pad), float(high + pad)]


def _layers(
    sheet: Sheet, border: float, domain: list[float], axis_title: str
) -> Iterator[alt.Chart]:
    """Yield the marks from the back to the front."""
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[sheet.top, 0], nice=False, zero=False))
    axis = alt.Axis(orient="top", tickCount=5, format=".1f", grid=False)
    x = alt.X(
        "estimate:Q",
        title=lines(axis_title) if axis_title else None,
        axis=axis,
        scale=alt.Scale(domain=domain, nice=False, zero=False),
    )
    marks = pd.DataFrame(sheet.marks)
    dots, signs = marks[marks["shape"] == "ours"], marks[marks["shape"] != "ours"]
    base = alt.Chart(dots[["y", *ESTIMATE]]).encode(y=y)
    zero = alt.datum(0.0, type="quantitative")
    yield base.mark_tick(orient="vertical", size=14, thickness=1, opacity=0.7).encode(x=zero)
    yield (
        base.mark_rule(strokeWidth=2.5, color=theme.PEOPLE)
        .encode(x=x, x2="conf_high:Q")
        .transform_calculate(estimate="datum.conf_low")
    )
    yield base.mark_point(size=90, opacity=1, color=theme.PEOPLE).encode(x=x)
    # One line between the panels: above it there is an axis, below it there is none.
    yield alt.Chart(pd.DataFrame({"y": [border]})).mark_rule(opacity=0.35).encode(y=y)
    shape = alt.Shape(
        "shape:N", scale=alt.Scale(domain=list(SIGNS), range=list(SIGNS.values())), legend=None
    )
    fill = alt.condition("datum.filled", alt.value(theme.TEXT), alt.value("transparent"))
    sign = alt.Chart(signs[["y", "shape", "filled"]]).encode(y=y, x=alt.value(8))
    yield sign.mark_point(
        filled=False, size=70, strokeWidth=2, stroke=theme.TEXT, opacity=1
    ).encode(shape=shape, fill=fill)
    yield from _text(pd.DataFrame(sheet.text), y)
    tooltip = [
        alt.Tooltip("what:N", title=_("result")),
        alt.Tooltip("found:N", title=_("found")),
        alt.Tooltip("apart:N", title=_("note")),
    ]
    bands = alt.Chart(pd.DataFrame(sheet.bands)).mark_rect(opacity=0, fill="white")
    yield bands.encode(y=y, y2="y2:Q", tooltip=tooltip)


def _text(text: pd.DataFrame, y: alt.Y) -> Iterator[alt.Chart]:
    styles: dict[str, dict[str, Any]] = {
        "heading": {"font": theme.HEADING_FONT, "fontWeight": "bold", "fontSize": 14},
        "name": {"fontWeight": "bold", "fontSize": theme.TEXT_SIZE},
        "finding": {"fontSize": SMALL},
        "plain": {"fontSize": SMALL, "opacity": 0.8},
    }
    for kind, style in styles.items():
        for x, rows in text[text.kind == kind].groupby("x"):
            base = alt.Chart(rows[["y", "text"]]).encode(y=y, x=alt.value(x), text="text:N")
            yield base.mark_text(align="left", baseline="middle", **style)


@dataclass
class Sheet:
    """Lines of text, signs and rows, each with its place."""

    top: float = 0.0
    text: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    bands: list[dict[str, Any]] = field(default_factory=list)

    def write(self, text: str, kind: str, indent: float = 0.0) -> None:
        """Add a text, broken to the width of a phone."""
        size = SMALL if kind in ("plain", "finding") else 1.18 * theme.TEXT_SIZE  # bold type
        for line in lines(text, size, theme.PHONE_WIDTH - indent):
            place = {"x": indent, "y": self.top + LINE / 2}
            self.text.append({**place, "text": line, "kind": kind})
            self.top += LINE

    def close(self, start: float, tooltip: dict[str, str]) -> None:
        """End a row: make it a finger high, and let it be touched anywhere."""
        self.top = max(self.top + GAP / 2, start + LEAST)
        self.bands.append({"y": start - GAP / 2, "y2": self.top, **tooltip})
        self.top += GAP / 2


def _our_row(sheet: Sheet, row: dict[str, Any]) -> None:
    """Add one of our estimates: its name, and below it the place of its interval."""
    start = sheet.top
    estimate, low, high = (written(row[name], "+.1f") for name in ESTIMATE)
    size = size_label(row)
    sheet.write(row["label"], "name")
    place = {name: float(row[name]) for name in ESTIMATE}
    sheet.marks.append({"y": sheet.top + LINE / 2, **place, "shape": "ours"})
    sheet.top += LINE
    found = _("{estimate}, 95 % {low} to {high}", estimate=estimate, low=low, high=high)
    sheet.close(start, {"what": row["label"], "found": found, "apart": size})


def _published_row(sheet: Sheet, row: dict[str, Any], shared: bool) -> None:
    """Add a published result, with what keeps it off the axis unless its group shares that."""
    start = sheet.top
    finding, significant = row["finding"], row["significant"]
    # A study that does not say is known by its hollow sign; another word each would be noise.
    stated = not pd.isna(significant)
    if stated:
        yes, no = N_("{finding}, called significant"), N_("{finding}, called not significant")
        finding = _(yes if significant else no, finding=finding)
    filled = stated and bool(significant)
    sign = {"y": sheet.top + LINE / 2, "shape": row["direction"], "filled": filled}
    sheet.marks.append(sign)
    sheet.write(row["study"], "name", INDENT)
    sheet.write(row["about"], "plain", INDENT)
    sentence = _("{sentence}.", sentence=f"{finding[:1].upper()}{finding[1:]}")
    sheet.write(sentence, "finding", INDENT)
    if not shared:
        sheet.write(_(_APART, reason=row["apart"]), "plain", INDENT)
    sheet.close(start, {"what": row["study"], "found": finding, "apart": row["apart"]})
