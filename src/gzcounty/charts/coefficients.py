"""Estimates side by side: dots with intervals, what they rule out, and paths of an event study."""

import math
from collections.abc import Mapping
from typing import Any, Unpack

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import (
    HUES,
    axis_format,
    axis_words,
    estimate_tooltip,
    grouped,
    legend,
    value_axis,
    whole_steps,
    written,
    zero_line,
)
from gzcounty.charts.frame import (
    ESTIMATE,
    Words,
    finish,
    flags,
    plain_name,
    require_estimates,
    take,
    text_width,
)
from gzcounty.charts.results import (
    by_label,
    estimates_in_words,
    estimates_of,
    in_words,
    outcome,
    period_of,
    require_result,
    size_of,
    span,
    units_of,
)
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.models.result import number as rounded
from gzcounty.words import counted, in_a_row

ROW = 56  # pixels a row: label and numbers above the dot, a finger high
_EDGE = 0.15  # of a row, above the first and below the last
_LABEL_WIDTH = 240  # pixels a phone leaves to a label of the legend


def estimate_row(
    result: Any,  # noqa: ANN401  (anything with .term and .nobs)
    term: str,
    label: str,
    group: str = "",
    scale: float = 1.0,
    *,
    per_cent: bool = False,
) -> dict[str, Any]:
    """Return one row for `coefficient_plot` from a model's result.

    Parameters
    ----------
    result : model result
        With ``.term(name)`` and ``.nobs``; and ``.n_clusters`` where errors are clustered.
    term : str
        Which estimate.
    label, group : str
        What the row is called, and the model family it belongs to.
    scale : float
        Factor that brings the estimate to the unit of the plot, such as one standard deviation of
        the regressor.
    per_cent : bool
        For an outcome in logs: the difference in per cent, ``100 * (exp(scale * b) - 1)``.

    Returns
    -------
    dict
        label, group, estimate, conf_low, conf_high, nobs, clusters.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020")
    >>> fit = gz.ols("schooling_years ~ urban_share", census)
    >>> row = gz.estimate_row(fit, "urban_share", "Urban share, ten points", scale=10)
    >>> {name: row[name] for name in ("label", "nobs", "clusters")}
    {'label': 'Urban share, ten points', 'nobs': 88, 'clusters': None}
    >>> round(row["estimate"], 2), round(row["conf_low"], 2), round(row["conf_high"], 2)
    (0.55, 0.47, 0.62)
    >>> logs = gz.ols("log(schooling_years) ~ urban_share", census)
    >>> row = gz.estimate_row(logs, "urban_share", "Ten points", scale=10, per_cent=True)
    >>> f"{row['estimate']:.1f} % ({row['conf_low']:.1f} to {row['conf_high']:.1f})"
    '6.5 % (5.6 to 7.3)'
    """
    fitted = result.term(term)
    values = [scale * value for value in (fitted.estimate, fitted.conf_low, fitted.conf_high)]
    if per_cent:
        values = [100.0 * math.expm1(value) for value in values]
    return {
        "label": label,
        "group": group,
        "estimate": values[0],
        "conf_low": min(values[1:]),
        "conf_high": max(values[1:]),
        "nobs": result.nobs,
        "clusters": getattr(result, "n_clusters", None),
    }


def coefficient_plot(
    rows: Any,  # noqa: ANN401  (a table or results)
    *,
    number: str = "+.2f",
    axis_title: str = "",
    height: int | None = None,
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw estimates as dots with whiskers, one row each, in the order given.

    Parameters
    ----------
    rows : result, list or dict of results, DataFrame or list of rows
        A model's result, all its terms but the intercept; several results in a list, or in a dict
        by label, one colour each. Or a table, or its rows from `estimate_row`: label, estimate,
        conf_low, conf_high; and where there are: group (one colour a group), nobs, clusters.
    number : str
        How estimates are written (d3-format).
    axis_title : str
        What the horizontal axis measures.
    height : int, optional
        Height in pixels; by default it follows the number of rows.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        Label above each dot, numbers beside it, a line at zero.

    Raises
    ------
    InputError
        If it is a result of another chart, a column is missing, there is no row, or an interval
        does not hold its estimate.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> census = gz.load_census().query("year == 2020")
    >>> fit = gz.ols("schooling_years ~ urban_share + minority_share", census)
    >>> gz.coefficient_plot(fit).description.split(";")[0]
    'Estimates with 95 % intervals. urban_share: 0.05455 (0.04677 to 0.06233)'

    A table, and words that say what was found:

    >>> models = {"Alone": "urban_share", "With minorities": "urban_share + minority_share"}
    >>> rows = [
    ...     gz.estimate_row(gz.ols(f"schooling_years ~ {x}", census), "urban_share", name, scale=10)
    ...     for name, x in models.items()
    ... ]
    >>> chart = gz.coefficient_plot(
    ...     pd.DataFrame(rows), axis_title="years of schooling",
    ...     title="Ten points more urban, longer at school", unit="years, with 95 % intervals",
    ...     sample=gz.sample_name(census.adcode), period="2020", source="population census 2020",
    ...     description="Two estimates, both above zero.",
    ... )
    >>> chart.description
    'Two estimates, both above zero.'
    """
    table, made, lead = _estimates(rows)
    data = take(table, N_("the table of estimates"), ESTIMATE, ["label"]).reset_index(drop=True)
    data["order"] = range(len(data))
    data["group"] = [str(group) for group in table.get("group", [""] * len(data))]
    data["size"] = [size_label(row) for row in table.to_dict("records")]
    groups = list(dict.fromkeys(data.group))
    if len(groups) > len(HUES):  # more than there are colours: the label says it
        pairs = zip(data["group"], data["label"], strict=True)
        data["label"] = [_("{group}: {label}", group=group, label=label) for group, label in pairs]
        data["group"] = ""
        groups = [""]

    low, high = min(0.0, data.conf_low.min()), max(0.0, data.conf_high.max())
    pad = 0.04 * (high - low)
    x = alt.X(
        "estimate:Q",
        title=axis_words(axis_title),
        scale=alt.Scale(domain=[low - pad, high + pad], nice=False),
        axis=alt.Axis(tickCount=5, format=axis_format(number)),
    )
    y = alt.Y("order:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=_EDGE))
    height = height or round(ROW * (len(data) + 2 * _EDGE))
    colour = grouped("group", groups, legend() if len(groups) > 1 else None)
    tooltip = [
        alt.Tooltip("label:N", title=_("model")),
        *estimate_tooltip(number),
        alt.Tooltip("size:N", title=_("sample")),
    ]
    base = alt.Chart(data).encode(y=y)
    # Zero is a mark in each row, under its whisker: a line from top to bottom would cross words.
    zero = base.mark_tick(orient="vertical", size=22, thickness=1, opacity=0.7, yOffset=17).encode(
        x=alt.datum(0.0, type="quantitative")
    )
    # Between two rows, so that an interval is read with the words above it.
    between = (
        base.transform_filter(f"datum.order < {len(data) - 1}")
        .mark_rule(opacity=0.15, yOffset=height / (len(data) + 2 * _EDGE) / 2, aria=False)
        .encode(x=alt.value(0), x2=alt.value("width"))
    )
    whisker = (
        base.mark_rule(strokeWidth=2.5, yOffset=17)
        .encode(x=x, x2="conf_high:Q", color=colour, tooltip=tooltip)
        .transform_calculate(estimate="datum.conf_low")
    )
    dot = base.mark_point(size=90, opacity=1, yOffset=17).encode(x=x, color=colour, tooltip=tooltip)
    label = base.mark_text(align="left", dy=-17, fontWeight="bold").encode(
        x=alt.value(0), text="label:N"
    )
    number_text = base.transform_calculate(
        text=(
            f"{written('estimate', number)} + (datum.conf_low == datum.conf_high ? '' : '  ['"
            f" + {written('conf_low', number)} + ', ' + {written('conf_high', number)} + ']')"
            " + '  ' + datum.size"
        )
    )
    numbers = number_text.mark_text(align="left", dy=-2, opacity=0.8, fontSize=11).encode(
        x=alt.value(0), text="text:N"
    )
    chart = alt.LayerChart(
        layer=[between, zero, whisker, dot, label, numbers],
        width="container",
        height=height,
    )
    return finish(chart, made=made, lead=lead, **words)


_TAKES = N_("a result with estimates, a list or dict of such results, or a table of estimates")


def _estimates(rows: Any) -> tuple[pd.DataFrame, dict[str, str], list[str]]:  # noqa: ANN401
    """Return the table that is drawn, the words that are made from it, and notes."""
    notes: list[str] = []
    many = isinstance(rows, list | tuple) and len(rows) > 0
    if many and all(isinstance(row, Mapping) for row in rows):
        rows = pd.DataFrame(list(rows))
    if isinstance(rows, pd.DataFrame):
        require_estimates(rows, N_("the table of estimates"))
        title = _n("{n:,} estimate with intervals", "{n:,} estimates with intervals", len(rows))
        sizes = [int(size) for size in rows.get("nobs", []) if not pd.isna(size)]
        sample = span(sizes) if sizes else counted(len(rows), "estimate")
        made = {"title": title, "sample": sample}
        table, message = rows, N_("Estimates with intervals. {said}.")
    else:
        results = by_label(rows, "coefficient_plot", _TAKES)
        if not results:
            raise InputError("coefficient_plot needs at least one result.")
        table, notes = estimates_of(results, _TAKES)
        require_estimates(table, N_("the table of estimates"))
        name, message = outcome(results.values()), N_("Estimates with 95 % intervals. {said}.")
        slopes = all(hasattr(result, "coefficients") for result in results.values())
        unit = units_of(name, per=_("each term") if slopes else "")
        made = {
            "title": _("Estimates for {name}", name=name),
            "unit": _("{unit}, with 95 % intervals", unit=unit),
            "sample": size_of(results.values()),
        }
    said = estimates_in_words(table, "label")
    return table, {**made, "description": _(message, said=said)}, notes


def size_label(row: Mapping[str, Any]) -> str:
    """Return "n 61, 9 clusters" from a row of estimates."""
    known = {name: row.get(name) for name in ("nobs", "clusters")}
    n = {name: int(size) for name, size in known.items() if size is not None and not pd.isna(size)}
    if len(n) == 2:
        return _("n {nobs:,}, {clusters:,} clusters", nobs=n["nobs"], clusters=n["clusters"])
    if "clusters" in n:
        return counted(n["clusters"], "cluster")
    return _("n {nobs:,}", nobs=n["nobs"]) if n else ""


def event_study_plot(
    paths: Any,  # noqa: ANN401  (a result, or several)
    *,
    scale: float = 1.0,
    axis_title: str = "",
    number: str = "+.2f",
    height: int = 320,
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw one or several event-study paths with their intervals.

    Parameters
    ----------
    paths : result of `gzcounty.event_study`, DataFrame, or list or dict of them
        One result or its path (year, estimate, conf_low, conf_high, reference), or up to four, in
        a dict by label.
    scale : float
        Factor that brings estimates to the unit of the axis.
    axis_title, number, height
        As in `coefficient_plot`; the axis is the vertical one.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        Paths side by side in each year; the reference year is an open dot at zero.

    Raises
    ------
    InputError
        If it is a result of another chart, there is no path or more than four, a label is too
        wide, or a column is missing.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> path = pd.DataFrame(
    ...     {
    ...         "year": [2013, 2014, 2015], "estimate": [0.1, 0.0, 0.3],
    ...         "conf_low": [-0.2, 0.0, 0.1], "conf_high": [0.4, 0.0, 0.5],
    ...         "reference": [False, True, False],
    ...     }
    ... )
    >>> chart = gz.event_study_plot(
    ...     {"Typed by hand": path}, axis_title="%", title="A path made up for this example",
    ...     unit="%, with 95 % intervals", sample="no county, 3 years", period="2013-2015",
    ...     source="none, typed by hand", description="A path that rises in its last year.",
    ... )
    >>> chart.description
    'A path that rises in its last year.'
    """
    takes = N_("a result of event_study, its path, or a list or dict of up to four of them")
    if isinstance(paths, pd.DataFrame) or hasattr(paths, "path"):
        paths = {str(getattr(paths, "exposure", _("estimate"))): paths}
    paths = by_label(paths, "event_study_plot", takes)
    if not 1 <= len(paths) <= len(HUES):
        raise InputError(
            "one to {most} paths can be drawn, not {n}.",
            most=len(HUES), n=len(paths),
        )  # fmt: skip
    long = [label for label in paths if text_width(label, theme.TEXT_SIZE) > _LABEL_WIDTH]
    if long:
        raise InputError(
            "the label {long!r} is too wide for a phone; use about 35 letters.", long=long[0]
        )
    frames = []
    for place, (label, result) in enumerate(paths.items()):
        what = _("the path {label!r}", label=label)
        if not isinstance(result, pd.DataFrame):
            require_result(result, "event_study_plot", takes, ["path"])
            result = result.path()
        path = take(result, what, ["year", *ESTIMATE])
        if path.empty or path.year.isna().any() or (path.year % 1 != 0).any():
            raise InputError(
                "{what} must have a whole year in every row, and at least one row.", what=what
            )
        path["reference"] = flags(result, "reference", what)
        shift = 0.16 * (place - (len(paths) - 1) / 2)
        frames.append(path.assign(path=label, at=path.year + shift))
    data = pd.concat(frames, ignore_index=True)
    data[ESTIMATE] *= scale

    x = whole_steps("at", int(data.year.min()), int(data.year.max()), 0.4)
    y = value_axis(axis_title, number)
    colour = grouped("path", list(paths), legend(symbolType="circle", symbolOpacity=1))
    tooltip = [
        alt.Tooltip("path:N", title=_("model")),
        alt.Tooltip("year:Q", title=_("year"), format="d"),
        *estimate_tooltip(number),
    ]
    base = alt.Chart(data).encode(x=x, color=colour, tooltip=tooltip)
    line = base.mark_line(strokeWidth=1.5, opacity=0.5).encode(y=y)
    whisker = (
        base.transform_filter("!datum.reference")
        .mark_rule(strokeWidth=2.5)
        .encode(y=alt.Y("conf_low:Q", title=axis_words(axis_title)), y2="conf_high:Q")
    )
    dot = base.transform_filter("!datum.reference").mark_point(size=70, opacity=1).encode(y=y)
    reference = (
        base.transform_filter("datum.reference")
        .mark_point(size=80, filled=False, strokeWidth=2, opacity=1)
        .encode(y=y)
    )
    chart = alt.LayerChart(
        layer=[zero_line(), line, whisker, dot, reference], width="container", height=height
    )
    return finish(chart, made=_path_words(paths, data, scale), **words)


def _path_words(paths: Mapping[str, Any], data: pd.DataFrame, scale: float) -> dict[str, str]:
    """Return the words of event-study paths."""
    of_path = {label: data[(data.path == label) & ~data.reference] for label in paths}
    shown = [
        _("{label}: {said}.", label=label, said=estimates_in_words(rows, "year"))
        for label, rows in of_path.items()
    ]
    years = period_of(data.year)
    made = {
        "title": _("Estimates by year"),
        "sample": counted(data.year.nunique(), "year"),
        **years,
    }
    if all(hasattr(result, "exposure") for result in paths.values()):
        name = outcome(paths.values())
        by = in_a_row([*dict.fromkeys(plain_name(one.exposure) for one in paths.values())])
        since = in_a_row([*dict.fromkeys(str(one.reference) for one in paths.values())])
        made |= {
            "title": _(
                "Differences in {name} by {by}, each year compared with {since}",
                name=name, by=by, since=since,
            ),
            "unit": _("{unit}, with 95 % intervals", unit=units_of(name, scale, by)),
            "sample": size_of(paths.values()),
        }  # fmt: skip
    text = _("Estimates with intervals by year, {period}.", **years)
    return {**made, "description": " ".join([text, *shown])}


# Kinds that have the unit of effects, and what a row of each is called.
_LABELS = {
    "estimate": N_("Estimate"),
    "ruled out": N_("Not ruled out"),
    "detectable": N_("Too small to be found"),
    "with a confounder": N_("With a confounder"),
    "honest": N_("Trends not parallel"),
    "form": N_("Another form"),
}


def _drawn(row: dict[str, Any], estimate: float, level: float) -> dict[str, Any] | None:
    """Return a row for `coefficient_plot`, or None if a bound is no effect."""
    name = _LABELS.get(row["kind"])
    if name is None:
        return None
    low, high, value = row["conf_low"], row["conf_high"], row["value"]
    if row["item"] == "smallest margin":
        value = estimate
    elif row["kind"] in ("ruled out", "detectable"):  # a stretch around zero
        value = 0.0
    elif value != value:  # an interval without an estimate
        value = (low + high) / 2
    if low != low:  # an estimate without an interval
        low = high = value
    label = _(name)
    if row["item"] == "smallest margin":
        label = _("Not ruled out by tests at {size:g} %", size=100 * (1 - level))
    elif row["kind"] != "estimate":
        label = _("{name}: {item}", name=label, item=row.get("label", row["item"]))
    return {"label": label, "estimate": value, "conf_low": low, "conf_high": high}


def bounds_plot(
    result: Any,  # noqa: ANN401
    *,
    number: str = "+.2f",
    axis_title: str = "",
    height: int | None = None,
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw what an estimate rules out, what could be found, and what other fits say.

    Parameters
    ----------
    result : result of `gzcounty.bounds`
    number, axis_title, height
        As in `coefficient_plot`.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        One row a bound in the unit of effects: estimate, what is ruled out, from minus to plus the
        minimum detectable effect, then confounders, honest intervals and other forms.

    Raises
    ------
    InputError
        If it is another result.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020")
    >>> fit = gz.ols("schooling_years ~ minority_share + urban_share", census)
    >>> chart = gz.bounds_plot(gz.bounds(fit, "minority_share", scale=10))
    >>> chart.description.split(";")[0]
    'Estimate -0.002676'
    """
    require_result(result, "bounds_plot", N_("a result of bounds"), ["rows", "unit", "term"])
    estimate = result.value("estimate")
    drawn = [_drawn(row, estimate, result.level) for row in result.rows.to_dict("records")]
    rows = pd.DataFrame([row for row in drawn if row is not None])
    margin, found = result.value("ruled out"), result.value("detectable")
    per_cent = result.unit == "per cent"
    size, name = rounded(margin), plain_name(*in_words(result, [result.term]))
    if per_cent:
        size = _("{size} per cent", size=size)
    made: Words = {
        "title": _("{name}: effects beyond {size} are ruled out", name=name, size=size),
        "unit": _("per cent") if per_cent else units_of(plain_name(result.unit)),
        "sample": counted(result.nobs, "observation"),
        "description": _(
            "Estimate {estimate}; effects beyond {size} are ruled out; {found} could have been "
            "found.",
            estimate=rounded(estimate), size=size, found=rounded(found),
        ),
    }  # fmt: skip
    words = {**made, **words}
    return coefficient_plot(rows, number=number, axis_title=axis_title, height=height, **words)
