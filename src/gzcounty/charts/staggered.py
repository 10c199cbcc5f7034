"""Staggered adoption: paths of effects, and what two-way fixed effects are made of."""

from typing import Any, Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import (
    axis_words,
    distinct_titles,
    estimate_tooltip,
    legend,
    value_axis,
    whole_steps,
    zero_line,
)
from gzcounty.charts.frame import ESTIMATE, Words, finish, require_numbers, take
from gzcounty.charts.results import (
    estimates_in_words,
    in_words,
    outcome,
    period_of,
    require_result,
    size_of,
    units_of,
)
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.models.result import number as written

_BARS = ("conf_low", "conf_high", "band_low", "band_high")
_BEFORE, _AFTER = "before treatment", "from treatment on"
_X_TITLE = {
    "dynamic": N_("Years since treatment"), "group": N_("First year treated"),
    "calendar": N_("Year"),
}  # fmt: skip
_BY = {
    "dynamic": N_("time since treatment"), "group": N_("first year treated"),
    "calendar": N_("year"),
}  # fmt: skip
# Never-treated controls first; comparisons with those already treated in the warning colour.
_KINDS = {
    N_("treated vs never treated"): (theme.COUNTY, "circle"),
    N_("earlier vs later treated"): (theme.INDUSTRY, "square"),
    N_("later vs earlier treated"): (theme.PEOPLE, "triangle-up"),
    N_("later vs always treated"): (theme.QUIET, "diamond"),
}


def group_time_plot(
    result: Any,  # noqa: ANN401  (a result with .table(), and .bands() where it has scores)
    *,
    scale: float = 1.0,
    level: float = 0.95,
    axis_title: str = "",
    number: str = "+.2f",
    height: int | None = None,
    **words: Unpack[Words],
) -> alt.LayerChart | alt.VConcatChart:
    """Draw effects of staggered adoption with intervals one at a time and all at once.

    Parameters
    ----------
    result : result of `gzcounty.staggered_did`, or of its ``.aggregate("dynamic")`` and others
        An aggregation is drawn as one path; a result as one panel a cohort.
    level : float, default 0.95
        Coverage of the intervals and of the bands.
    scale, axis_title, number, height
        As in `event_study_plot`; the height is that of each panel.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart or altair.VConcatChart
        Grey dots before treatment, coloured dots from treatment on. Thick bars are intervals that
        hold one at a time, thin bars bands that hold for the whole path (or for all panels) at
        once; methods without influence functions have none.

    Raises
    ------
    InputError
        If there is no path to draw, as in an aggregation to a single number.

    Examples
    --------
    SIMULATED counties:

    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> lights = {2014: [1, 2, 3, 1, 2, 4], 2015: [4, 5, 6, 2, 4, 4], 2016: [6, 8, 7, 2, 3, 4]}
    >>> data = pd.DataFrame(lights).assign(county=list("abcdef"), first=[2015] * 3 + [0] * 3)
    >>> data = data.melt(["county", "first"], var_name="year", value_name="lights")
    >>> data["year"] = data["year"].astype(int)
    >>> fit = gz.staggered_did(data, "lights", "county", "year", "first")
    >>> chart = gz.group_time_plot(
    ...     fit.aggregate("dynamic"), title="SIMULATED: lights rise with treatment",
    ...     unit="nW/cm2/sr", sample="6 simulated counties", period="2014-2016",
    ...     source="drawn for an example", description="Two effects above zero.",
    ... )
    >>> chart.description
    'Two effects above zero.'
    """
    takes = N_("a result of staggered_did, or one of its aggregations")
    require_result(result, "group_time_plot", takes, ["table"])
    table = result.table(level) if getattr(result, "scores", None) is None else result.bands(level)
    require_numbers(table, ESTIMATE, N_("the table of effects"))
    bars = [bar for bar in _BARS if bar in table]
    rows = table.assign(term=in_words(result, table["term"]), estimate=scale * table["estimate"])
    for ends in (list(_BARS[:2]), list(_BARS[2:])):
        if ends[0] in table:  # a scale below zero turns them over
            rows[ends] = np.sort(scale * table[ends].to_numpy(float), axis=1)
    words["notes"] = [*words.get("notes", ()), _reading(bars, level)]
    kind = getattr(result, "kind", None)
    if kind is not None:
        if kind not in _X_TITLE:
            raise InputError(
                "the aggregation {kind!r} is one number; there is no path to draw.", kind=kind
            )
        path = rows[rows["level"].notna()].assign(at=lambda frame: frame["level"].astype(int))
        path["when"] = np.where((path["at"] < 0) & (kind == "dynamic"), _BEFORE, _AFTER)
        chart = _panel(path, _(_X_TITLE[kind]), axis_title, number, level, line=kind != "group")
        chart = chart.properties(width="container", height=height or 320)
        return finish(chart, made=_made(result, path, _BY[kind], scale), **words)

    require_columns(rows, ["cohort", "time"], N_("the table of effects"))
    rows = rows.assign(at=rows["time"], when=np.where(rows.time < rows.cohort, _BEFORE, _AFTER))
    panels = [
        _panel(
            rows[rows["cohort"] == cohort],
            _("Year") if cohort == rows["cohort"].max() else "",
            axis_title,
            number,
            level,
            line=True,
            domain=(int(rows["at"].min()), int(rows["at"].max())),
            reach=(float(rows[bars].min().min()), float(rows[bars].max().max())),
        ).properties(
            width=620,
            height=height or 150,
            title=alt.TitleParams(
                text=_("First treated in {cohort}", cohort=cohort), anchor="start", fontSize=13
            ),
        )
        for cohort in sorted(rows["cohort"].unique())
    ]
    made = _made(result, rows, N_("first year treated and year"), scale) | period_of(rows["time"])
    return finish(alt.VConcatChart(vconcat=panels, spacing=18), made=made, **words)


def _made(result: Any, rows: pd.DataFrame, by: str, scale: float) -> dict[str, str]:  # noqa: ANN401
    """Return the words of estimates of staggered adoption."""
    if not hasattr(result, "n_entities"):  # a table by another hand
        return {}
    name = outcome([result])
    return {
        "title": _("Estimates for {name} by {by}", name=name, by=_(by)),
        "unit": units_of(name, scale),
        "sample": _rows_of_units(result),
        "description": _(
            "Estimates with intervals by {by}. {said}.",
            by=_(by), said=estimates_in_words(rows, "term"),
        ),
    }  # fmt: skip


def _rows_of_units(result: Any) -> str:  # noqa: ANN401
    return _n(
        "{size} of {n:,} unit", "{size} of {n:,} units", result.n_entities, size=size_of([result])
    )


def _reading(bars: list[str], level: float) -> str:
    alone = N_("Thick bars: {share:g} % intervals, one at a time. Grey dots: before treatment.")
    both = N_(
        "Thick bars: {share:g} % intervals, one at a time; thin bars: all at once. Grey dots: "
        "before treatment."
    )
    message = both if "band_low" in bars else alone
    return _(message, share=100 * level)


def _panel(
    path: pd.DataFrame,
    x_title: str,
    y_title: str,
    number: str,
    level: float,
    *,
    line: bool,
    domain: tuple[int, int] | None = None,
    reach: tuple[float, float] | None = None,
) -> alt.LayerChart:
    """Return one path: dots, bars, a line at zero and one where treatment begins."""
    columns = ["term", "at", "when", "estimate", *(bar for bar in _BARS if bar in path)]
    data = path[columns].reset_index(drop=True)
    first, last = domain or (int(data["at"].min()), int(data["at"].max()))
    x = whole_steps("at", first, last, 0.5, x_title)
    # Panels side by side share the scale, and zero is on it.
    ends: Any = alt.Undefined if reach is None else [min(0.0, reach[0]), max(0.0, reach[1])]
    y = value_axis(y_title, number, 5, scale=alt.Scale(domain=ends))
    tooltip = [alt.Tooltip("term:N", title=_("effect")), *estimate_tooltip(number, level)]
    if "band_low" in data:
        tooltip += [
            alt.Tooltip("band_low:Q", title=_("all at once from"), format=number),
            alt.Tooltip("band_high:Q", title=_("to"), format=number),
        ]
    tooltip = distinct_titles(*tooltip)
    base = alt.Chart(data).encode(x=x, tooltip=tooltip)
    layers: list[Any] = [zero_line()]
    before, after = data.loc[data.when == _BEFORE, "at"], data.loc[data.when == _AFTER, "at"]
    if len(before) and len(after):
        start = float(before.max() + after.min()) / 2
        rule = alt.Chart().mark_rule(opacity=0.25)
        layers.append(rule.encode(x=alt.XDatum(start, scale=x["scale"])))
    if line:
        layers.append(base.mark_line(strokeWidth=1.5, opacity=0.7, color=theme.QUIET).encode(y=y))
    for low, high, width in (("band_low", "band_high", 1.2), ("conf_low", "conf_high", 4)):
        if low in data:
            layers.append(
                base.mark_rule(strokeWidth=width, color=theme.COUNTY).encode(
                    y=alt.Y(f"{low}:Q", title=axis_words(y_title)), y2=f"{high}:Q"
                )
            )
    dots = base.encode(y=y)
    later, earlier = (dots.transform_filter(alt.datum.when == w) for w in (_AFTER, _BEFORE))
    ringed: dict[str, Any] = {"color": theme.QUIET, "stroke": theme.COUNTY, "strokeWidth": 1.5}
    return alt.LayerChart(
        layer=[
            *layers,
            later.mark_point(size=80, opacity=1, color=theme.COUNTY),
            earlier.mark_point(size=80, opacity=1, **ringed),
            dots.mark_point(size=theme.TOUCH_AREA, opacity=0),
        ]
    )


def bacon_plot(
    decomposition: Any,  # noqa: ANN401  (anything with .table(), .by_kind() and .estimate)
    *,
    scale: float = 1.0,
    axis_title: str = "",
    number: str = "+.2f",
    height: int = 320,
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw every comparison behind a two-way fixed-effects estimate: estimate against weight.

    Parameters
    ----------
    decomposition : result of `gzcounty.bacon_decomposition`
    scale, axis_title, number, height
        As in `event_study_plot`.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        One mark a comparison, coloured and shaped by kind; a line at the estimate itself.

    Examples
    --------
    SIMULATED counties:

    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> lights = {2014: [1, 2, 3, 1], 2015: [4, 5, 4, 2], 2016: [6, 8, 9, 2]}
    >>> data = pd.DataFrame(lights).assign(county=list("abcd"), first=[2015, 2015, 2016, 0])
    >>> data = data.melt(["county", "first"], var_name="year", value_name="lights")
    >>> data["year"] = data["year"].astype(int)
    >>> chart = gz.bacon_plot(
    ...     gz.bacon_decomposition(data, "lights", "county", "year", cohort="first"),
    ...     title="SIMULATED: three kinds of comparison", unit="nW/cm2/sr",
    ...     sample="4 simulated counties", period="2014-2016", source="drawn for an example",
    ...     description="Four comparisons, all above zero.",
    ... )
    >>> chart.description
    'Four comparisons, all above zero.'
    """
    takes = N_("a result of bacon_decomposition")
    require_result(decomposition, "bacon_plot", takes, ["table", "by_kind", "estimate"])
    table, kinds = decomposition.table(), decomposition.by_kind()
    data = take(table, N_("the decomposition"), ["estimate", "weight"], ["term", "kind"])
    data = data.assign(estimate=scale * data["estimate"], percent=100 * data["weight"])
    if {"treated", "control"} <= set(table):
        never = {"never": _("never")}
        data["term"] = [
            _("{treated} vs {control}", treated=treated, control=never.get(control, control))
            for treated, control in zip(table["treated"], table["control"], strict=True)
        ]
    present = [kind for kind in _KINDS if kind in set(kinds["kind"])]
    weight = kinds.set_index("kind")["weight"]
    labels = {
        kind: _("{kind}, weight {weight:.1f} %", kind=_(kind), weight=100 * weight[kind])
        for kind in present
    }
    data["label"] = data["kind"].map(labels)
    data["kind"] = data["kind"].map(_)
    by_colour, by_shape = (
        alt.Scale(domain=list(labels.values()), range=[_KINDS[kind][look] for kind in present])
        for look in (0, 1)
    )
    shown = legend(symbolOpacity=1)
    tooltip = [
        alt.Tooltip("term:N", title=_("comparison")),
        alt.Tooltip("kind:N", title=_("kind")),
        alt.Tooltip("estimate:Q", title=_("estimate"), format=number),
        alt.Tooltip("percent:Q", title=_("weight, %"), format=".1f"),
    ]
    base = alt.Chart(data).encode(
        x=alt.X(
            "percent:Q",
            title=_("Weight, %"),
            # Light comparisons stand beside the axis, not on it.
            scale=alt.Scale(zero=True, padding=12, nice=False),
            axis=alt.Axis(tickCount=6),
        ),
        y=value_axis(axis_title, number),
        tooltip=tooltip,
    )
    marks = base.mark_point(size=110, filled=True, opacity=0.9).encode(
        color=alt.Color("label:N", scale=by_colour, legend=shown),
        shape=alt.Shape("label:N", scale=by_shape, legend=shown),
    )
    overall = scale * decomposition.estimate
    mean = alt.Chart().mark_rule(strokeWidth=2, opacity=0.5).encode(y=alt.datum(overall))
    touch = base.mark_point(size=theme.TOUCH_AREA, opacity=0)
    line = _("Solid line: the two-way fixed-effects estimate, the mean of all marks by weight.")
    words["notes"] = [*words.get("notes", ()), line]
    chart = alt.LayerChart(
        layer=[zero_line(), mean, marks, touch], width="container", height=height
    )
    name = outcome([decomposition])
    means = [
        _(
            "{kind}: weight {weight:.1f} %, mean {mean}",
            kind=_(row.kind), weight=100 * row.weight, mean=written(scale * row.estimate),
        )
        for row in kinds.itertuples()
    ]  # fmt: skip
    made = {
        "title": _("Comparisons behind the two-way fixed-effects estimate for {name}", name=name),
        "unit": units_of(name, scale),
        "sample": _rows_of_units(decomposition),
        "description": _n(
            "{n:,} comparison by weight and estimate; the two-way fixed-effects estimate is "
            "{overall}. {means}.",
            "{n:,} comparisons by weight and estimate; the two-way fixed-effects estimate is "
            "{overall}. {means}.",
            len(data), overall=written(overall), means=_("; ").join(means),
        ),
    }  # fmt: skip
    return finish(chart, made=made, **words)
