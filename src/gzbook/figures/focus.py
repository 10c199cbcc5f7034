"""The county in focus, in all views of a figure at once: pointed at, clicked or searched for."""

from collections.abc import Iterable

import altair as alt
import pandas as pd

from gzcounty.charts.selection import beginning, plain_expression, search_keys

FIRST = "522632"  # Rongjiang, in focus until a reader acts
ACTS = {"hover": ("pointerover", "pointerout"), "pick": ("click", "dblclick")}
"""What sets and what clears the selections of a county, by their names."""
IN_FOCUS = "datum.adcode === focus"
"""Vega expression that is true for a row of the county in focus, see `focus`."""


def touches(chart: alt.VConcatChart) -> list[alt.TopLevelSelectionParameter]:
    """Return the selections of pointer and finger that all views of a chart share.

    In each view of its rows, the layer that takes the pointer has a name.
    """
    # Altair adds a view's place to its name, so the names are read where they stand.
    targets = [
        layer.name
        for row in chart.vconcat
        for view in row.hconcat
        for layer in view.layer
        if layer.name is not alt.Undefined
    ]
    return [
        alt.TopLevelSelectionParameter(
            name=name,
            select=alt.PointSelectionConfig(
                type="point", fields=["adcode"], on=on, clear=clear, toggle=False
            ),
            views=targets,
        )
        for name, (on, clear) in ACTS.items()
    ]


def focus(names: pd.DataFrame, codes: Iterable[str]) -> list[alt.VariableParameter]:
    """Return the parameters that decide which county is in focus in all views of a chart.

    Pointing wins while it lasts; otherwise the last act decides, a click or a search. `names` is
    for `search_keys`, `codes` are the counties in the order of the rows. The parameters read
    ``search`` (bound to an input) and the selections of `touches`, and give ``query`` (what is
    typed, folded), ``at`` (below zero: nothing matches) and ``focus``.
    """
    by_code = search_keys(names).set_axis(names["adcode"])
    after = "indexof(slice(index, at), '#') + at + 1"
    act = (
        "query !== last.query && found !== '' ? found"
        " : clicked !== last.clicked && clicked !== '' ? clicked : last.focus"
    )
    parameter = alt.VariableParameter
    return [
        parameter(name="keys", value=[f"{by_code[code]}#{code}" for code in codes]),
        # One string, each county closed by "#adcode": the first match is found in one step.
        parameter(name="index", expr="join(keys, '')"),
        parameter(name="query", expr=plain_expression("search")),
        parameter(name="at", expr=f"query === '' ? -1 : indexof(index, {beginning('query')})"),
        parameter(name="found", expr=f"at < 0 ? '' : slice(index, {after}, {after} + 6)"),
        parameter(name="clicked", expr="isArray(pick.adcode) ? pick.adcode[0] : ''"),
        # Refers to its own former value: that is how it knows which of the two has changed.
        parameter(
            name="last",
            value={"query": "", "clicked": "", "focus": FIRST},
            expr=f"{{query: query, clicked: clicked, focus: {act}}}",
        ),
        parameter(
            name="focus", value=FIRST, expr="isArray(hover.adcode) ? hover.adcode[0] : last.focus"
        ),
    ]
