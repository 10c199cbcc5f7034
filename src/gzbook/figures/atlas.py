"""The atlas: any variable, any year, the 88 counties on a map, on tiles and in order, linked.

One Vega-Lite specification that needs no kernel. How it works:

- Data: one row a county with all its values in one array ``v`` (see `atlas_data`). The chosen
  variable and year are a place in that array, so moving the slider recomputes 88 numbers.
- Choice: parameters ``variable``, ``year`` and ``search`` are bound to inputs; ``now`` is the
  catalogue's entry of the variable. A year without data shows the nearest one and says so.
- Focus: the county that the card describes, see `gzcounty.charts.focus`.
- Colour: values become a position from 0 to 1 between the variable's ends, so that one scale
  serves all variables; its colours and its legend's labels are expressions over ``now``.
"""

from __future__ import annotations

from typing import Any, Unpack

import altair as alt
import pandas as pd

from gzbook.figures import atlas_data
from gzbook.figures import atlas_panels as panels
from gzbook.figures import atlas_views as views
from gzcounty.charts import theme
from gzcounty.charts.frame import Words, finish
from gzcounty.charts.maps import geometry_ids
from gzcounty.charts.selection import focus, search_field, touches
from gzcounty.errors import InputError


def atlas(
    data: pd.DataFrame,
    boundaries: dict[str, Any],
    tiles: pd.DataFrame,
    names: pd.DataFrame,
    variables: pd.DataFrame,
    *,
    start: str | None = None,
    year: int | None = None,
    picked: str = "522632",
    **words: Unpack[Words],
) -> alt.VConcatChart:
    """Draw an atlas of the counties in which a reader chooses variable, year and county.

    Parameters
    ----------
    data : DataFrame
        adcode, year, variable, value: one row a county, year and variable; missing cells may be
        left out.
    boundaries : dict
        TopoJSON with the object ``counties`` (id = adcode) and, if there is one,
        ``prefecture_borders``.
    tiles : DataFrame
        adcode, col, row of every county of the map.
    names : DataFrame
        adcode, name_en, name_zh, prefecture_en, prefecture_zh; and, to be found by them too,
        pinyin and name_full_en.
    variables : DataFrame
        variable, label (up to 40 letters), unit, format (d3-format), kind (amount, share or
        difference), source; optional: sample ("60 former poverty counties") and hue (industry,
        county or people). Its order is that of the menu.
    start : str, optional
        Variable shown first; by default the first one.
    year : int, optional
        Year shown first; by default the last one of that variable.
    picked : str
        Adcode of the county described first.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample text
        must contain the number of counties on the map.

    Returns
    -------
    altair.VConcatChart
        Three rows: head and card, map and tiles, the strip of counties in order and the path of
        the county in focus over the years.

    Raises
    ------
    InputError
        See `atlas_data.check`; also if `start`, `year` or `picked` is not among the data.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> farming = gz.load_census()[["adcode", "year", "farm_share"]]
    >>> cells = farming.rename(columns={"farm_share": "value"}).assign(variable="farm_share")
    >>> variables = pd.DataFrame(
    ...     [
    ...         {
    ...             "variable": "farm_share",
    ...             "label": "Farming",
    ...             "unit": "%",
    ...             "format": ".0f",
    ...             "kind": "share",
    ...             "source": "population censuses",
    ...         }
    ...     ]
    ... )
    >>> chart = gzbook.atlas(
    ...     cells,
    ...     gz.load_boundaries(),
    ...     gz.load_tile_grid(),
    ...     gz.load_counties(),
    ...     variables,
    ...     title="The counties by farming",
    ...     unit="% of employed persons",
    ...     sample=gz.sample_name(gz.load_counties().adcode),
    ...     period="2010 and 2020",
    ...     source="population censuses",
    ...     description="Map, tiles and ranking of the counties by the share employed in farming.",
    ... )
    >>> len(chart.vconcat)
    3
    """
    known = geometry_ids(boundaries)
    atlas_data.check(data, variables, known)
    wide = atlas_data.columns(data, variables)
    catalogue = atlas_data.catalogue(wide, variables)
    rows = atlas_data.counties(wide, tiles, names)
    keys = atlas_data.keys(rows, names)
    start = start if start is not None else str(variables.variable.iloc[0])
    if start not in catalogue:
        raise InputError(f"the variable {start!r} to start with is not among the variables.")
    if picked not in known:
        raise InputError(f"the county {picked!r} to start with is not on the map.")
    every_year = [year for entry in catalogue.values() for year in entry["years"]]
    first, last = min(every_year), max(every_year)
    year = catalogue[start]["years"][-1] if year is None else year
    if not first <= year <= last:
        raise InputError(f"the year {year} to start with is not between {first} and {last}.")

    chart = alt.VConcatChart(
        data=alt.InlineData(values=rows),
        vconcat=[
            _row(panels.head(len(rows)), panels.card()),
            _row(views.map_view(boundaries), views.tile_view()),
            _row(views.strip_view(), panels.path()),
        ],
        spacing=16,
    ).resolve_scale(fill="independent")
    chart.params = [
        *_choices(catalogue, start, (first, last, year)),
        *touches(chart),
        *focus(keys, picked),
    ]
    notes = [
        f"{theme.NAMED_NOTE} Grey with a dotted outline: no data.",
        "Colours: 5th to 95th percentile of the year shown, capped beyond; "
        "changes evenly about zero, the fifth that changed most capped.",
    ]
    words["notes"] = [*notes, *words.get("notes", ())]
    finished = finish(chart, n=len(rows), **words)
    finished.usermeta["columns"] = atlas_data.in_full(wide)
    return finished


def _row(left: alt.LayerChart, right: alt.LayerChart) -> alt.HConcatChart:
    return alt.hconcat(left, right, spacing=20).resolve_scale(fill="independent")


def _choices(catalogue: dict[str, Any], start: str, years: tuple[int, int, int]) -> list[Any]:
    """Return what the reader chooses, and what follows from it."""
    first, last, year = years
    menu = alt.BindRadioSelect(
        input="select",
        options=list(catalogue),
        labels=[entry["label"] for entry in catalogue.values()],
        name="Show: ",
    )
    slider = alt.BindRange(input="range", min=first, max=last, step=1, name="Year: ")
    return [
        _param("catalogue", value=catalogue),
        _param("variable", value=start, bind=menu),
        _param("year", value=year, bind=slider),
        _param("search", value="", bind=search_field()),
        _param("now", expr="catalogue[variable]"),
        # The nearest year that the variable has: its place among the variable's own years.
        _param("nearest", expr=f"now.nearest[year - {first}]"),
        _param("shown", expr="now.years[nearest]"),
        _param("n", expr="now.n[nearest]"),
        _param("low", expr="now.low[nearest]"),
        _param("high", expr="now.high[nearest]"),
    ]


def _param(name: str, **what: Any) -> alt.VariableParameter:  # noqa: ANN401
    return alt.VariableParameter(name=name, **what)
