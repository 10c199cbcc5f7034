"""The lower part of the policy simulator: every unit as it is, and as a rule would raise it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from gzcounty.charts import theme

UNIT = 8  # pixels a unit
GAP = 80  # pixels above the units, for three lines of text


def _by_measure(values: Mapping[Any, float]) -> alt.ExprRef:
    """Return an expression for the value that belongs to the chosen measure."""
    return alt.expr(f"{json.dumps(dict(values), ensure_ascii=False)}[measure]")


def unit_rows(units: pd.DataFrame, top: int, n: int, order: str) -> list[alt.Chart]:
    """Return a row for each unit: its exposure as it is and raised, the named ones by name.

    Parameters
    ----------
    units : DataFrame
        As `targeting_chart` has checked them, with ``order``.
    top : int
        Where the first unit stands, in pixels.
    n : int
        Rows: units of the measure that has most.
    order : str
        In words, how units are ordered.
    """
    ends = units.assign(raised=units.exposure + units.dose).groupby("measure")
    least, most = ends.exposure.min(), ends.raised.max()
    span = (most - least).where(most > least, 1.0)
    # Room at the right for names.
    low, high = (least - 0.03 * span).round(4), (most + 0.2 * span).round(4)
    across = alt.Scale(
        domain=[_by_measure(low.to_dict()), _by_measure(high.to_dict())], nice=False, zero=False
    )
    axis = alt.Axis(orient="bottom", tickCount=5, grid=False, title=None, format="~g")
    down = alt.Scale(domain=[-0.5, n - 0.5], range=[top, top + UNIT * n], nice=False)
    y = alt.Y("order:Q", scale=down, axis=None)
    told = [
        alt.Tooltip("name_en:N", title="county"),
        alt.Tooltip("name_zh:N", title="县"),
        alt.Tooltip("level:Q", title="income, yuan", format=",.0f"),
        alt.Tooltip("exposure:Q", title="penetration", format=".3~g"),
        alt.Tooltip("raised:Q", title="raised to", format=".3~g"),
    ]
    base = (
        alt.Chart(units)
        .transform_filter("datum.measure === measure && datum.rule === rule")
        .transform_calculate(step="datum.dose * size / 100")
        .transform_calculate(raised="datum.exposure + datum.step")
    )
    named = alt.condition(
        theme.named_test(), alt.value(theme.NAMED_COLOUR), alt.value(theme.PEOPLE)
    )
    x = alt.X("exposure:Q", scale=across, axis=axis)
    after = alt.X("raised:Q", scale=across, axis=None)
    moved = base.transform_filter("datum.step > 0")
    return [
        *_said(base, units, top, order),
        moved.mark_rule(strokeWidth=1.5, opacity=0.7).encode(
            x=x, x2="raised:Q", y=y, color=named, tooltip=told
        ),
        base.mark_point(filled=False, size=26, strokeWidth=1.2, opacity=1).encode(
            x=alt.X("exposure:Q", scale=across, axis=None),
            y=y,
            stroke=alt.condition(
                theme.named_test(), alt.value(theme.NAMED_COLOUR), alt.value(theme.QUIET)
            ),
            tooltip=told,
        ),
        moved.mark_point(size=26, opacity=1).encode(x=after, y=y, fill=named, tooltip=told),
        base.transform_filter(theme.named_test())
        .mark_text(align="left", dx=8, fontSize=11, fontWeight="bold")
        .encode(x=after, y=y, text="name_en:N"),
    ]


def _said(rows: alt.Chart, units: pd.DataFrame, top: int, order: str) -> list[alt.Chart]:
    """Return three lines above the units: how many are raised, by what measure, in what order."""
    said = (
        "datum.lifted + ' of ' + datum.all + ' counties raised, on average by ' + "
        "format(datum.step / datum.lifted, '.2~f')"
    )
    total = (
        rows.transform_calculate(moved="datum.step > 0 ? 1 : 0")
        .transform_aggregate(
            lifted="sum(moved)", all="count()", step="sum(step)", groupby=["measure"]
        )
        .transform_calculate(line=said)
    )
    table = units[["measure", "unit"]].drop_duplicates()
    # An axis cannot change its title with the menu.
    table["line"] = table["measure"] + ", " + table["unit"]
    shown = alt.Chart(table).transform_filter("datum.measure === measure")
    ordered = alt.Chart(pd.DataFrame({"line": [f"Counties, {order}"]}))
    return [
        layer.mark_text(
            align="left", baseline="top", fontWeight="normal" if place else "bold"
        ).encode(x=alt.value(0), y=alt.value(top - GAP + 14 + 18 * place), text="line:N")
        for place, layer in enumerate([total, shown, ordered])
    ]
