"""The controls that charts share: a menu of measures, and a search for a county by any name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.frame import lines
from gzcounty.charts.names import plain_expression
from gzcounty.charts.scales import PLAIN_NUMBERS

CHOSEN = "datum.label === measure"
"""Vega expression: the row belongs to the measure that the menu shows."""


def measure_menu(labels: Sequence[str]) -> alt.Parameter:
    """Return the menu of measures; it stands at the first. See `CHOSEN`."""
    return alt.param(
        name="measure",
        value=labels[0],
        bind=alt.binding_select(options=list(labels), name="Measure: "),
    )


def measure_axis(**more: Any) -> alt.Axis:  # noqa: ANN401
    """Return an axis for a measure that the menu chooses: its numbers suit any size."""
    return alt.Axis(labelExpr=PLAIN_NUMBERS, **more)


def measure_said(variables: pd.DataFrame, above: int = 8) -> alt.Chart:
    """Return the words that say which measure an axis shows, and in what unit.

    An axis cannot change its title with the menu, so these words are a mark.

    Parameters
    ----------
    variables : DataFrame
        label, unit.
    above : int
        Pixels above the plot's upper edge.
    """
    said = pd.DataFrame(
        {
            "label": variables["label"],
            # Left of it there may be an axis: a line must fit what that leaves of a phone.
            "said": [
                lines(f"{label}, {unit}", theme.TEXT_SIZE, theme.PHONE_WIDTH - 40)
                for label, unit in zip(variables["label"], variables["unit"], strict=True)
            ],
        }
    )
    words = alt.Chart(said).transform_filter(CHOSEN)
    return words.mark_text(
        text={"expr": "datum.said"}, align="left", baseline="bottom", lineHeight=15
    ).encode(x=alt.value(0), y=alt.value(-above))


def search_field() -> alt.BindInput:
    """Return the input in which a reader types a county's name."""
    return alt.BindInput(input="search", name="Find a county: ", placeholder="Rongjiang, 榕江")


def county_search() -> tuple[alt.Parameter, alt.Parameter]:
    """Return the search field, and what is typed as the names are compared (``folded``)."""
    typed = alt.param(name="wanted", value="", bind=search_field())
    return typed, alt.param(name="folded", expr=plain_expression("wanted"))
