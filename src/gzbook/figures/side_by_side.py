"""Two lines that rise side by side, for a reader who has never seen a regression."""

from typing import Literal, Unpack

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import in_vega
from gzcounty.charts.frame import Words, finish, require_single, take
from gzcounty.errors import InputError
from gzcounty.language import N_, _

NUMBER = ".0f"  # how values are written


def side_by_side(data: pd.DataFrame, **words: Unpack[Words]) -> alt.LayerChart:
    """Draw two groups over the years, each named at the end of its line.

    Parameters
    ----------
    data : DataFrame
        group, year, value; two groups, one row a group and year.
    **words
        title, unit, sample, period, source, description, notes: see `gzcounty.charts.frame.finish`.

    Returns
    -------
    altair.LayerChart
        One line solid and one dashed, so that no colour is needed to tell them apart.

    Raises
    ------
    InputError
        If a column is missing, a group has two values in a year, or there are not two groups.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> made_up = pd.DataFrame({
    ...     "group": ["many", "many", "few", "few"], "year": [2014, 2023] * 2,
    ...     "value": [100.0, 229.0, 100.0, 232.0],
    ... })
    >>> chart = gzbook.side_by_side(
    ...     made_up, title="Both rose", unit="2014 = 100", sample="2 groups, made up",
    ...     period="2014-2023", source="none, typed by hand", description="Two lines rise alike.",
    ... )
    >>> chart.description
    'Two lines rise alike.'
    """
    rows = take(data, N_("the table of lines"), ["year", "value"], ["group"])
    require_single(rows, ["group", "year"], N_("{group!r} has two values in {year}."))
    last = rows[rows.year == rows.year.max()].sort_values("value", ascending=False)
    if rows.group.nunique() != 2 or len(last) != 2:
        raise InputError(
            "two groups with a value in the last year can be drawn side by side, not {group}.",
            group=rows.group.nunique(),
        )  # fmt: skip
    names = last.group.tolist()
    x = alt.X(
        "year:Q",
        title=None,
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=5, grid=False),
        scale=alt.Scale(zero=False, nice=False),
    )
    y = alt.Y(
        "value:Q",
        title=None,
        axis=alt.Axis(tickCount=4, format=NUMBER),
        scale=alt.Scale(zero=False, padding=6),
    )
    hues = alt.Scale(domain=names, range=[theme.PEOPLE, theme.COUNTY])
    colour = alt.Color("group:N", scale=hues, legend=None)
    dashes = alt.Scale(domain=names, range=[[1, 0], [6, 4]])
    dash = alt.StrokeDash("group:N", scale=dashes, legend=None)
    tooltip = [
        alt.Tooltip("group:N", title=_("group")),
        alt.Tooltip("year:Q", title=_("year"), format="d"),
        alt.Tooltip("value:Q", title=_("value"), format=NUMBER),
    ]
    base = alt.Chart(rows).encode(x=x, y=y)
    layers: list[alt.Chart] = [
        base.mark_line(strokeWidth=3).encode(color=colour, strokeDash=dash),
        base.mark_point(filled=True, size=50, opacity=1).encode(color=colour, tooltip=tooltip),
    ]
    # The higher line is named above its end, the lower one below its middle: both rise away.
    years = sorted(rows.year.unique())
    places: list[tuple[str, float, Literal["left", "right"], int, str]] = [
        (names[0], years[-1], "right", -14, N_("{group}: {value}")),
        (names[1], years[len(years) // 4], "left", 34, N_("{group} (dashed): {value}")),
    ]
    for name, year, align, dy, message in places:
        value = last.set_index("group").value[name]
        place = rows[(rows.group == name) & (rows.year == year)].assign(last=value)
        parts = {"group": "datum.group", "value": f"format(datum.last, '{NUMBER}')"}
        text = alt.Chart(place).transform_calculate(text=in_vega(message, **parts))
        layers.append(
            text.mark_text(align=align, dy=dy, fontWeight="bold", fontSize=12).encode(
                x=x, y=y, text="text:N"
            )
        )
    chart = alt.LayerChart(layer=layers, width="container", height=170)
    return finish(chart, **words)
