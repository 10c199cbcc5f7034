"""The controls that charts share: a menu of measures, and a search for a county by any name."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from gzcounty.charts.names import plain_expression

CHOSEN = "datum.label === measure"
"""Vega expression: the row belongs to the measure that the menu shows."""


def measure_menu(labels: Sequence[str]) -> alt.Parameter:
    """Return the menu of measures; it stands at the first. See `CHOSEN`."""
    return alt.param(
        name="measure",
        value=labels[0],
        bind=alt.binding_select(options=list(labels), name="Measure: "),
    )


def search_field() -> alt.BindInput:
    """Return the input in which a reader types a county's name."""
    return alt.BindInput(input="search", name="Find a county: ", placeholder="Rongjiang, 榕江")


def county_search() -> tuple[alt.Parameter, alt.Parameter]:
    """Return the search field, and what is typed as the names are compared (``folded``)."""
    typed = alt.param(name="wanted", value="", bind=search_field())
    return typed, alt.param(name="folded", expr=plain_expression("wanted"))
