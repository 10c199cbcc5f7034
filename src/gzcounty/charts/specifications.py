"""A specification curve: every estimate in order, and below it the choices that made it.

One Vega-Lite specification that needs no kernel, light enough for a thousand regressions:

- Data: one row a specification, its numbers and in ``g`` the rows of the matrix in which it has a
  mark. Everything else (the order, the marks, medians by option) the browser works out.
- Menu: ``only`` keeps the specifications with one option; they are put in order and counted anew.
- Picked: a slider and the pointer both set ``pointed``, so a keyboard, a thumb and a mouse all read
  single specifications. What is drawn is not announced; the columns under the pointer are.
- Matrix: neighbours with the same option are drawn as one rectangle (`_runs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import axis_format, axis_words, in_vega, written
from gzcounty.charts.frame import ESTIMATE, Words, finish, plain_name, require_numbers, text_line
from gzcounty.charts.results import require_result, span, units_of
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.models.result import number as written_number
from gzcounty.words import counted, in_a_row

MOST_OPTIONS = 10  # control sets beyond this are shown by their columns
MOST_SPECIFICATIONS = 2_000
ALL = N_("all specifications")
_CHOICES = {
    "outcome": N_("Outcome"), "exposure": N_("Exposure"), "sample": N_("Sample"),
    "effects": N_("Effects"), "weights": N_("Weights"), "controls": N_("Controls"),
}  # fmt: skip
# Options whose names are not the user's.
_OPTIONS = {
    "effects": {
        "none": N_("none"), "entity": N_("entity"), "time": N_("time"), "two-way": N_("two-way"),
    },
    "weights": {"none": N_("none")},
    "controls": {"none": N_("none")},
}  # fmt: skip

WIDTH = 680  # pixels where nobody sets another width
LINE = 18
HEAD, CARD = 5 * LINE + 4, 46
LABEL = 260  # pixels a phone leaves to a label beside its median
CURVE = 260
KIND, OPTION, STRIP = 26, 34, 11  # heights: name of a choice; option with its strip; the strip
DENSE = 120  # more specifications than this are drawn without gaps

SIDES = (
    N_("{n} with an interval above zero"),
    N_("{n} with an interval that includes zero"),
    N_("{n} with an interval below zero"),
)
COLOURS = (theme.PEOPLE, theme.QUIET, theme.COUNTY)
# Looks of the specification picked: a line through both panels, and dots on it.
_NEEDLE: dict[str, Any] = {"strokeWidth": 1, "opacity": 0.35, "aria": False}
_DOT: dict[str, Any] = {
    "size": 110, "opacity": 1, "fill": theme.TEXT, "stroke": "white", "strokeWidth": 1,
    "aria": False,
}  # fmt: skip
# Vega expression that is true for the specification that slider or pointer has picked.
PICKED = "datum.place === min(datum.count, pointed.place ? pointed.place[0] : 1)"


def specification_plot(
    curve: Any,  # noqa: ANN401  (anything with .table() and .control_sets, or a table)
    *,
    scale: float = 1.0,
    number: str = "+.2f",
    axis_title: str = "",
    labels: Mapping[str, str] | None = None,
    **words: Unpack[Words],
) -> alt.VConcatChart:
    """Draw a specification curve: estimates in order, and the choices behind each.

    Parameters
    ----------
    curve : SpecificationCurve or DataFrame
        A result with ``.table()``, or its table: outcome, exposure, controls, sample, effects,
        weights, estimate, conf_low, conf_high, p_value, nobs. Specifications without an estimate
        are counted in the subtitle.
    scale, number, axis_title
        As in `event_study_plot`.
    labels : mapping of str to str, optional
        Readable names of options or columns, such as ``{"two-way": "county and year effects"}``.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.VConcatChart
        Counts; the curve, coloured by the side of zero on which the interval lies; the numbers of
        one specification; the matrix of choices, with the median of each option. A choice with
        a single option is not drawn. More than 10 control sets are drawn by their columns.

    Raises
    ------
    InputError
        If a column is missing, nothing was estimated, or there are more than 2,000 estimates.

    Examples
    --------
    >>> import gzcounty as gz
    >>> table = gz.specification_curve(
    ...     gz.load_china_counties().query("savings_per_resident_2020 > 0"),
    ...     "savings_per_resident_2020",
    ...     {"commerce": "commerce_share", "digital": "digital_share"},
    ...     ["schooling_years", "urban_share"],
    ... )
    >>> chart = gz.specification_plot(
    ...     table, title="Savings are higher where more people work in commerce",
    ...     unit="Yuan a resident for one percentage point of employment",
    ...     sample="2,069 counties of China", period="2020",
    ...     source="county statistics; population census 2020",
    ...     description="Eight estimates with intervals, sorted, and a matrix of their choices.",
    ... )
    >>> len(chart.vconcat)
    4
    """
    takes = N_("a result of specification_curve, or its table")
    if not isinstance(curve, pd.DataFrame):
        require_result(curve, "specification_plot", takes, ["table"])
    table = curve if isinstance(curve, pd.DataFrame) else curve.table()
    _check(table)
    estimated = table[table["estimate"].notna()]
    estimated = estimated.sort_values("estimate", ascending=scale > 0, kind="stable")
    matrix = _matrix(estimated, getattr(curve, "control_sets", {}), dict(labels or {}))
    data = _rows(estimated, matrix, scale)
    total = len(data)

    everything = _(ALL)
    options = [everything, *matrix.menu]
    params = [
        alt.VariableParameter(
            name="only",
            value=everything,
            bind=alt.BindRadioSelect(input="select", options=options, name=_("Show: ")),
        ),
        alt.VariableParameter(name="options", value=options),
        alt.VariableParameter(name="names", value=matrix.names),
        alt.VariableParameter(name="sets", value=matrix.sets),
        alt.VariableParameter(name="heights", value=matrix.heights),
    ]
    chart = alt.VConcatChart(
        vconcat=[
            _head(number),
            _curve(number, axis_title, matrix),
            _card(number, getattr(curve, "level", 0.95)),
            _choices(number, matrix),
        ],
        data=alt.InlineData(values=data),
        spacing=8,
        transform=_in_order(
            f"only === '{everything}' || indexof(datum.g, indexof(options, only) - 1) >= 0"
        ).transform,
    )
    chart.params = [*params, _pointer(chart, total)]
    failed = len(table) - total
    if failed:
        note = _(
            "{failed:,} of {n:,} specifications could not be estimated.",
            failed=failed, n=len(table),
        )  # fmt: skip
        words["notes"] = [*words.get("notes", ()), note]
    finished = finish(chart, made=_made(estimated, data, scale), **words)
    finished.usermeta["columns"] = _in_full(matrix)
    return finished


def _made(table: pd.DataFrame, data: Sequence[Mapping[str, Any]], scale: float) -> dict[str, str]:
    """Return the words of a curve."""
    names = [plain_name(name) for name in dict.fromkeys(table["outcome"].astype(str))]
    sides = [sum(row["d"] == side for row in data) for side in range(3)]
    above, across, below = (_(side, n=f"{many:,}") for many, side in zip(sides, SIDES, strict=True))
    estimates, outcomes = scale * table["estimate"], in_a_row(names)
    return {
        "title": _n(
            "{n:,} estimate for {outcomes}, in order", "{n:,} estimates for {outcomes}, in order",
            len(data), outcomes=outcomes,
        ),
        "unit": units_of(outcomes, scale),
        "sample": span([int(size) for size in table["nobs"]]),
        "description": _(
            "{size} from {low} to {high}, median {median}: {above}, {across}, {below}; below them, "
            "the choices behind each.",
            size=counted(len(data), "estimate"), low=written_number(estimates.min()),
            high=written_number(estimates.max()), median=written_number(estimates.median()),
            above=above, across=across, below=below,
        ),
    }  # fmt: skip


def _in_full(matrix: Matrix) -> dict[str, Any]:
    """Return what the short keys of a row stand for where a reader takes the data along."""
    names: dict[str, Any] = {
        "e": "estimate",
        "l": "conf_low",
        "h": "conf_high",
        "p": "p_value",
        "n": "nobs",
        "k": "n_clusters",
        "d": {"name": "interval", "words": [_("above zero"), _("includes zero"), _("below zero")]},
        "g": {"name": "choices", "words": matrix.menu},
    }
    return names | ({"s": {"name": "controls", "words": matrix.sets}} if matrix.sets else {})


def _pointer(chart: alt.VConcatChart, total: int) -> alt.TopLevelSelectionParameter:
    """Return the selection that the slider and the columns of both panels share."""
    # Altair adds a view's place to its name, so the names are read where they stand.
    layers = [layer.name for view in chart.vconcat for layer in view.layer]
    return alt.TopLevelSelectionParameter(
        name="pointed",
        select=alt.PointSelectionConfig(
            type="point", fields=["place"], on="pointerover", clear=False
        ),
        value=[{"place": (total + 1) // 2}],
        bind=alt.BindRange(input="range", min=1, max=total, step=1, name=_("Estimate: ")),
        views=[name for name in layers if name is not alt.Undefined],
    )


def _check(table: pd.DataFrame) -> None:
    what = N_("the table of specifications")
    require_numbers(table, [*ESTIMATE, "p_value", "nobs"], what)
    require_columns(table, _CHOICES, what)
    estimated = int(table["estimate"].notna().sum())
    if estimated == 0:
        raise InputError("the table of specifications has no estimate to draw.")
    if estimated > MOST_SPECIFICATIONS:
        raise InputError(
            "{n:,} specifications are more than a reader's browser should draw; at most {most:,} "
            "are allowed, so leave out a choice.",
            n=estimated, most=MOST_SPECIFICATIONS,
        )  # fmt: skip


def _matrix(
    table: pd.DataFrame, control_sets: Mapping[str, Sequence[str]], labels: Mapping[str, str]
) -> Matrix:
    matrix = Matrix(marks=[[] for _ in range(len(table))])
    for choice, message in _CHOICES.items():
        codes, shown = _options(table[choice])
        if len(shown) < 2:
            continue
        word = _(message)
        columns = list(dict.fromkeys(c for name in shown for c in control_sets.get(name, ())))
        if choice == "controls" and _by_column(shown, columns, control_sets):
            listing = [labels.get(column, column) for column in columns]
            start = matrix.add(_("Controls, one by one"), listing, _("With control"))
            members = [[start + columns.index(c) for c in control_sets[name]] for name in shown]
            matrix.sets = [
                " + ".join(labels.get(c, c) for c in control_sets[name]) or _("none")
                for name in shown
            ]
            matrix.set_of = [int(code) for code in codes]
            matrix.options[choice] = "sets[datum.s]"
        else:
            own = _OPTIONS.get(choice, {})
            called = [labels.get(name, _(own[name]) if name in own else name) for name in shown]
            start = matrix.add(word, called, word)
            members = [[start + place] for place in range(len(shown))]
            matrix.options[choice] = f"names[datum.g[{len(matrix.options)}]]"
        for row, code in zip(matrix.marks, codes, strict=True):
            row += members[code]
    matrix.height = max(matrix.height, 8.0)
    return matrix


def _by_column(
    shown: Sequence[str], columns: Sequence[str], control_sets: Mapping[str, Sequence[str]]
) -> bool:
    """Whether control sets are drawn by their columns: they have no names of their own, or many."""
    if not 1 < len(columns) < len(shown):
        return False
    plain = all(name in ("none", " + ".join(control_sets[name])) for name in shown)
    return plain or len(shown) > MOST_OPTIONS


def _options(column: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Codes and labels of the options that occur, in the order given."""
    values = column.astype("category")
    values = values.cat.remove_unused_categories()
    return values.cat.codes.to_numpy(), [str(name) for name in values.cat.categories]


def _rows(table: pd.DataFrame, matrix: Matrix, scale: float) -> list[dict[str, Any]]:
    """One short record a specification; five digits are more than a screen can show."""
    ends = np.sort(scale * table[["conf_low", "conf_high"]].to_numpy(), axis=1)
    side = np.where(ends[:, 0] > 0, 0, np.where(ends[:, 1] < 0, 2, 1))
    numbers = np.column_stack([scale * table["estimate"].to_numpy(), ends])
    largest = float(np.max(np.abs(numbers[np.isfinite(numbers)]), initial=0.0)) or 1.0
    numbers = numbers.round(max(0, 4 - int(np.floor(np.log10(largest)))))
    clusters = table.get("n_clusters", pd.Series(0, index=table.index))
    records = zip(
        numbers.tolist(),
        table["p_value"],
        table["nobs"],
        side,
        pd.to_numeric(clusters).fillna(0),
        matrix.set_of or [-1] * len(table),
        matrix.marks,
        strict=True,
    )
    rows = []
    for (estimate, low, high), p_value, nobs, sign, groups, control_set, marks in records:
        row: dict[str, Any] = {"e": estimate, "l": low, "h": high, "p": float(f"{p_value:.2g}")}
        row |= {"n": int(nobs), "d": int(sign)}
        if groups:
            row["k"] = int(groups)
        if control_set >= 0:
            row["s"] = control_set
        rows.append({**row, "g": marks})
    return rows


@dataclass
class Matrix:
    """The rows of the matrix of choices."""

    marks: list[list[int]]  # rows in which each specification has a mark
    names: list[str] = field(default_factory=list)  # option of each row
    menu: list[str] = field(default_factory=list)  # the same with the choice before it
    heights: list[float] = field(default_factory=list)  # pixels from the top to a row's strip
    kinds: list[tuple[str, float]] = field(default_factory=list)  # name and place of each choice
    height: float = 0.0
    options: dict[str, str] = field(default_factory=dict)  # expression of an option by choice
    sets: list[str] = field(default_factory=list)  # control sets, if shown by their columns
    set_of: list[int] = field(default_factory=list)  # that of each specification, if so

    def add(self, kind: str, shown: Sequence[str], word: str) -> int:
        """Add the rows of a choice below the others; return the number of the first."""
        self.kinds.append((kind, self.height + 13))
        self.height += KIND
        start = len(self.names)
        for name in shown:
            self.names.append(name)
            self.menu.append(_("{choice}: {option}", choice=word, option=name))
            self.heights.append(self.height + OPTION - STRIP / 2 - 4)
            self.height += OPTION
        self.height += 4
        return start


def _head(number: str) -> alt.LayerChart:
    """Return the counts: how many estimates, their middle, and on which side of zero they lie."""
    whole = alt.Chart().transform_aggregate(
        count="count()", median="median(e)", low="q1(e)", high="q3(e)"
    )
    middle = in_vega(
        N_("Median {median}, middle half {low} to {high}"),
        **{name: written(name, number) for name in ("median", "low", "high")},
    )
    n = "format(datum.count, ',')"
    one, several = in_vega(N_("{n} estimate"), n=n), in_vega(N_("{n} estimates"), n=n)
    many = f"datum.count === 1 ? {one} : {several}"
    by_side = ", ".join(in_vega(side, n=n) for side in SIDES)
    sides = (
        alt.Chart()
        .transform_aggregate(count="count()", groupby=["d"])
        .transform_impute("count", key="d", keyvals=[0, 1, 2], value=0)
        .transform_calculate(text=f"[{by_side}][datum.d]")
    )
    down = alt.Scale(domain=[0, 2], range=[2.6 * LINE, 4.6 * LINE], nice=False, zero=False)
    y = alt.Y("d:Q", axis=None, scale=down)
    return alt.LayerChart(
        layer=[
            text_line(many, 0, weight="bold", of=whole),
            text_line(middle, LINE, of=whole),
            sides.mark_point(shape="square", size=110, opacity=1, aria=False).encode(
                x=alt.value(6), y=y, color=_colour()
            ),
            sides.mark_text(align="left", baseline="middle").encode(
                x=alt.value(18), y=y, text="text:N"
            ),
        ],
        name="head",
        width=WIDTH,
        height=HEAD,
    )


def _card(number: str, level: float) -> alt.LayerChart:
    """Return the numbers of the specification picked."""
    estimate = in_vega(
        N_("{estimate}  ({share} % interval {low} to {high})"),
        estimate=written("e", number), share=f"'{100 * level:g}'", low=written("l", number),
        high=written("h", number),
    )  # fmt: skip
    parts = {name: f"format(datum.{name}, ',')" for name in ("place", "count", "n", "k")}
    parts["p"] = "(datum.p < 0.001 ? '< 0.001' : '= ' + format(datum.p, '.2~g'))"
    alone = in_vega(N_("Estimate {place} of {count}: p {p}, n {n}"), **parts)
    clustered = in_vega(N_("Estimate {place} of {count}: p {p}, n {n}, {k} clusters"), **parts)
    size = f"datum.k ? {clustered} : {alone}"
    one = alt.Chart().transform_filter(PICKED)
    return alt.LayerChart(
        layer=[text_line(estimate, 4, 14, "bold", of=one), text_line(size, 25, of=one)],
        name="card",
        width=WIDTH,
        height=CARD,
    )


def _colour() -> alt.Color:
    """Return the colour of the side of zero on which an interval lies."""
    scale = alt.Scale(domain=[0, 1, 2], range=list(COLOURS))
    return alt.Color("d:O", scale=scale, legend=None)


def _in_order(chosen: str) -> alt.Chart:
    """Return a chart with the transforms of all views: the chosen ones, places and number."""
    return (
        alt.Chart()
        .transform_filter(chosen)
        .transform_window(place="row_number()", sort=[alt.SortField("e")])
        .transform_joinaggregate(count="count()")
        .transform_calculate(half=f"datum.count > {DENSE} ? 0.5 : 0.38")
        .transform_calculate(left="datum.place - datum.half", right="datum.place + datum.half")
    )


def _curve(number: str, axis_title: str, matrix: Matrix) -> alt.LayerChart:
    """Return the estimates in order with their intervals."""
    x, x2 = _across("left"), alt.X2("right:Q")
    scale = alt.Scale(nice=True, zero=True)
    axis = alt.Axis(
        format=axis_format(number),
        tickCount=6,
        titleAngle=0,
        titleAnchor="end",
        titleAlign="left",
        titleBaseline="bottom",
        titleX=0,
        titleY=-8,
    )

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title=axis_words(axis_title), scale=scale, axis=axis)

    base = alt.Chart()
    bars = base.mark_rect(opacity=0.5, aria=False).encode(
        x=x, x2=x2, y=y("l"), y2="h:Q", color=_colour()
    )
    zero = base.mark_rule(strokeDash=[3, 3], opacity=0.7, aria=False).encode(y=alt.datum(0.0))
    estimates = base.mark_rule(strokeWidth=2.2, aria=False).encode(x=x, x2=x2, y=y("e"))
    picked = _picked()
    whisker = picked.mark_rule(strokeWidth=2.5, aria=False).encode(y=y("l"), y2="h:Q")
    dot = picked.mark_point(**_DOT).encode(y=y("e"))
    return alt.LayerChart(
        layer=[
            bars, zero, estimates, picked.mark_rule(**_NEEDLE), whisker, dot,
            _columns("in_curve", number, matrix, CURVE),
        ],
        name="curve",
        width=WIDTH,
        height=CURVE,
    )  # fmt: skip


def _choices(number: str, matrix: Matrix) -> alt.LayerChart:
    """Return the matrix: which options each specification takes, and each option's median."""
    down = alt.Scale(domain=[matrix.height, 0], nice=False, zero=False)

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", axis=None, scale=down)

    rows = [
        {"y": at, "name": name, "top": at - STRIP / 2, "end": at + STRIP / 2}
        for name, at in zip(matrix.names, matrix.heights, strict=True)
    ]
    kinds = [{"y": at, "name": name, "right": _("median")} for name, at in matrix.kinds]
    row_data, kind_data = alt.InlineData(values=rows), alt.InlineData(values=kinds)
    tracks = (
        alt.Chart(row_data)
        .mark_rect(fill=theme.TEXT, opacity=0.07, aria=False)
        .encode(x=alt.value(0), x2=alt.value("width"), y=y("top"), y2="end:Q")
    )
    names = (
        alt.Chart(row_data)
        .mark_text(align="left", baseline="bottom", dy=-STRIP / 2 - 2, limit=LABEL)
        .encode(x=alt.value(0), y=y("y"), text="name:N")
    )
    heads = (
        alt.Chart(kind_data)
        .mark_text(align="left", baseline="middle", fontWeight="bold")
        .encode(x=alt.value(0), y=y("y"), text="name:N")
    )
    titles = (
        alt.Chart(kind_data)
        .mark_text(align="right", baseline="middle", opacity=0.8)
        .encode(x=alt.value("width"), y=y("y"), text="right:N")
    )
    marks = (
        alt.Chart()
        .transform_flatten(["g"], ["row"])
        .transform_window(k="row_number()", groupby=["row", "d"], sort=[alt.SortField("place")])
        .transform_calculate(run=f"datum.count > {DENSE} ? datum.place - datum.k : datum.place")
        .transform_aggregate(start="min(left)", stop="max(right)", groupby=["row", "d", "run"])
        .transform_calculate(
            top=f"heights[datum.row] - {STRIP / 2}", end=f"heights[datum.row] + {STRIP / 2}"
        )
        .mark_rect(opacity=0.9, aria=False)
        .encode(x=_across("start"), x2="stop:Q", y=y("top"), y2="end:Q", color=_colour())
    )
    medians = (
        alt.Chart()
        .transform_flatten(["g"], ["row"])
        .transform_aggregate(median="median(e)", groupby=["row"])
        .transform_calculate(y="heights[datum.row]", text=written("median", number))
        .mark_text(align="right", baseline="bottom", dy=-STRIP / 2 - 2, opacity=0.8)
        .encode(x=alt.value("width"), y=y("y"), text="text:N")
    )
    picked = _picked()
    dots = (
        picked.transform_flatten(["g"], ["row"])
        .transform_calculate(y="heights[datum.row]")
        .mark_point(**_DOT)
        .encode(y=y("y"))
    )
    return alt.LayerChart(
        layer=[
            tracks, heads, titles, names, medians, marks, picked.mark_rule(**_NEEDLE), dots,
            _columns("in_choices", number, matrix, matrix.height),
        ],
        name="choices",
        width=WIDTH,
        height=matrix.height,
    )  # fmt: skip


def _columns(name: str, number: str, matrix: Matrix, height: float) -> alt.Chart:
    """Return one invisible column a specification: what the pointer finds, and what is announced.

    On the site what is not announced does not take the pointer, so the two must be the same mark.
    """
    named = {choice: _(_CHOICES[choice]) for choice in matrix.options}
    parts = [
        in_vega(N_("{choice}: {option}"), choice=f"'{named[choice]}'", option=option)
        for choice, option in matrix.options.items()
    ]
    numbers = in_vega(
        N_("{estimate} ({low} to {high})"),
        estimate=written("e", number), low=written("l", number), high=written("h", number),
    )  # fmt: skip
    first = in_vega(N_("Specification {n}: {numbers}"), n="datum.place", numbers=numbers)
    semicolon = _("; ")
    announced = f" + '{semicolon}' + ".join([first, *parts])
    return (
        alt.Chart()
        .transform_calculate(
            said=announced, numbers=numbers, start="datum.place - 0.5", stop="datum.place + 0.5",
            **matrix.options,
        )
        .mark_rect(opacity=0)
        .encode(
            x=_across("start"),
            x2="stop:Q",
            y=alt.value(0),
            y2=alt.value(height),
            description="said:N",
            tooltip=[
                alt.Tooltip("numbers:N", title=_("estimate")),
                *(alt.Tooltip(f"{name}:N", title=word.lower()) for name, word in named.items()),
            ],
        )
        .properties(name=name)
    )  # fmt: skip


def _picked() -> alt.Chart:
    """Return a chart of the specification picked, at its place."""
    return alt.Chart().transform_filter(PICKED).encode(x=_across("place"))


def _across(name: str) -> alt.X:
    scale = alt.Scale(nice=False, zero=False, padding=0)
    return alt.X(f"{name}:Q", axis=None, scale=scale)
