"""Two measures against each other, with a line that a model drew, not the chart."""

from types import MappingProxyType
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import (
    axis_format,
    axis_words,
    county_tooltip,
    diamond,
    distinct_titles,
    marked_colour,
    require_format,
    shown_names,
    sized,
)
from gzcounty.charts.frame import Words, finish, first_free, plain_name, take, text_width
from gzcounty.charts.selection import (
    county_search,
    example_name,
    match_expression,
    search_keys,
    with_names,
)
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.models.result import number as written
from gzcounty.words import counted


def scatter_chart(
    data: pd.DataFrame,
    x: str,
    y: str,
    *,
    x_title: str | None = None,
    y_title: str | None = None,
    line: tuple[float, float] | None = None,
    log_y: bool = False,
    marked: theme.Marked = MappingProxyType({}),
    number_x: str = ".1f",
    number_y: str = ",.0f",
    hue: theme.Hue = "people",
    height: int = 340,
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw a county as a point, its names in the tooltip.

    Parameters
    ----------
    data : DataFrame
        adcode, name_en or name_zh or both, and the two columns; one row a county.
    x, y : str
        Numeric columns.
    x_title, y_title : str, optional
        What the axes measure, with units; the names of the columns if not given.
    line : tuple of float, optional
        Intercept and slope from a model. With `log_y` they belong to the natural logarithm of
        `y`, and the line bends accordingly.
    log_y : bool, default False
        Draw `y` on a log axis; the subtitle says so in words.
    marked : mapping of str to collection of str, optional
        As in `map_chart`; the names of marked counties stand beside their points.
    number_x, number_y : str
        How numbers are written (d3-format).
    hue, height
        As in `map_chart`: the colour of the points, and pixels.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        Points, the model's line, and a search by name.

    Raises
    ------
    InputError
        If a column is missing or not numeric, no row is complete, or a log axis meets values
        that are not positive.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020").merge(gz.load_counties(), on="adcode")
    >>> fit = gz.ols("schooling_years ~ urban_share", census)
    >>> chart = gz.scatter_chart(
    ...     census, "urban_share", "schooling_years", x_title="Urban share, %",
    ...     y_title="Years of schooling", number_y=".1f", line=tuple(fit.coefficients),
    ...     title="More urban, longer at school", unit="years, residents aged 15 and over",
    ...     sample=gz.sample_name(census.adcode), period="2020", source="population census 2020",
    ...     description="Counties as points: schooling rises with the urban share.",
    ... )
    >>> chart.description
    'Counties as points: schooling rises with the urban share.'
    """
    require_format("number_x", number_x)
    what = N_("the table of counties")
    data, known = with_names(data, what)
    points = take(data, what, {"x": x, "y": y}, ["adcode"], ["name_en", "name_zh"])
    points = points.dropna().reset_index(drop=True)
    shown = shown_names()[0]
    x_name, y_name = plain_name(x), plain_name(y)
    x_title, y_title = x_title or x_name, y_title or y_name
    if points.empty:
        raise InputError("no county has both {x} and {y}.", x=x_name, y=y_name)
    if log_y and (points.y <= 0).any():
        name = points[shown][points.y <= 0].iloc[0]
        raise InputError(
            "a log axis needs positive values; {y} of {name} is not.",
            y=y_name, name=name,
        )  # fmt: skip
    points["keys"] = search_keys(points)
    points["side"] = _sides(points, points[shown], height, theme.marked_codes(marked))
    # Room on the right, so that a county's name does not run off the page.
    x_scale = alt.Scale(zero=False, nice=False, padding=14)
    low, high = float(points.y.min()), float(points.y.max())
    if log_y:
        y_scale = alt.Scale(type="log", domain=[low * 0.97, high * 1.03], nice=False)
    else:
        y_scale = alt.Scale(zero=False, padding=10)
    x_axis = alt.X("x:Q", title=axis_words(x_title), scale=x_scale, axis=alt.Axis(tickCount=6))
    y_ticks = {"values": _ticks(low, high)} if log_y else {"tickCount": 5}
    y_numbers = alt.Axis(format=axis_format(number_y), **y_ticks)
    y_axis = alt.Y("y:Q", title=axis_words(y_title), scale=y_scale, axis=y_numbers)

    typed, folded = county_search(example_name(points))
    test = theme.marked_test(marked)
    base = (
        alt.Chart(points)
        .transform_calculate(hit=match_expression("folded", "datum.keys"), marked=test)
        .transform_calculate(shown=f"datum.hit || datum.marked ? datum.{shown} : ''")
        .encode(x=x_axis, y=y_axis)
    )
    tooltip = distinct_titles(
        *county_tooltip(known=known),
        alt.Tooltip("x:Q", title=x_title, format=number_x),
        alt.Tooltip("y:Q", title=y_title, format=number_y),
    )
    dots = base.mark_point(filled=True, opacity=0.8).encode(
        tooltip=tooltip,
        color=marked_colour(theme.DIMENSIONS[hue], "datum.marked"),
        shape=diamond("datum.marked"),
        size=sized(240, 130, 60),
    )
    touch = base.mark_point(filled=True, opacity=0, size=theme.TOUCH_AREA).encode(tooltip=tooltip)
    text = base.mark_text(
        align={"expr": "datum.side > 0 ? 'left' : 'right'"},
        dx={"expr": "9 * datum.side"},
        dy=-7,
        fontSize=11,
        fontWeight="bold",
    ).encode(text="shown:N")
    layers: list[alt.Chart] = [touch, dots, text]
    if line is not None:
        at = np.linspace(points.x.min(), points.x.max(), 40)
        fitted = line[0] + line[1] * at
        drawn = pd.DataFrame({"x": at, "y": np.exp(fitted) if log_y else fitted})
        layers.insert(0, alt.Chart(drawn).mark_line(strokeWidth=2, color=theme.TEXT).encode(
            x=x_axis, y=y_axis
        ))  # fmt: skip
    layered = alt.LayerChart(layer=[*layers], width="container", height=height)
    chart = layered.add_params(typed, folded)
    notes = theme.marked_note(marked, points["adcode"])
    if log_y:
        notes.append(_("The vertical axis is logarithmic: equal steps are equal ratios."))
    size = counted(len(points), "county", "counties")
    made = {
        "title": _("{y} and {x} by county", y=y_name, x=x_name),
        "sample": size,
        "description": _(
            "Scatter chart of {size}: across, {x} from {x_low} to {x_high}; upward, {y} from "
            "{y_low} to {y_high}.",
            size=size, x=x_name, x_low=written(points.x.min()), x_high=written(points.x.max()),
            y=y_name, y_low=written(low), y_high=written(high),
        ),
    }  # fmt: skip
    return finish(chart, made=made, n=len(points), lead=notes, **words)


def _sides(points: pd.DataFrame, names: pd.Series, height: int, marked: list[str]) -> list[int]:
    """Return the side of each point's name, 1 for the right: marked ones make way on a phone."""
    sides = [1] * len(points)
    across = (points["x"] - points["x"].min()) / (np.ptp(points["x"]) or 1.0) * theme.PHONE_WIDTH
    down = (points["y"] - points["y"].min()) / (np.ptp(points["y"]) or 1.0) * height
    labelled = sorted(points.index[points["adcode"].isin(marked)], key=lambda i: -across[i])
    boxes = []
    for at in labelled:
        x, y, width = across[at], down[at], 9 + text_width(names[at], 11)
        boxes.append([(x, y - 7, x + width, y + 7), (x - width, y - 7, x, y + 7)])
    for at, place in zip(labelled, first_free(boxes), strict=True):
        sides[at] = (1, -1)[place]
    return sides


def _ticks(low: float, high: float) -> list[float]:
    """Return round values for a log axis: few of them, also where it spans less than a decade."""
    if high / low > 30:
        first, last = np.floor(np.log10(low)), np.ceil(np.log10(high))
        return [float(10**power) for power in np.arange(first, last + 1)]
    rough = (high - low) / 5
    size = 10 ** np.floor(np.log10(rough))
    step = float(size * min((m for m in (1, 2, 5, 10) if m * size >= rough), default=10))
    return [float(v) for v in np.arange(np.ceil(low / step) * step, high, step)]
