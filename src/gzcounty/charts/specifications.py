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
from typing import Any, Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import specification_texts as texts
from gzcounty.charts import specification_views as views
from gzcounty.charts.checks import require_columns, require_numbers
from gzcounty.charts.frame import Words, finish
from gzcounty.charts.specification_views import KIND, OPTION, STRIP, Matrix
from gzcounty.errors import InputError

MOST_OPTIONS = 10  # control sets beyond this are shown by their columns
MOST_SPECIFICATIONS = 2_000
ALL = "all specifications"
_CHOICES = ("outcome", "exposure", "sample", "effects", "weights", "controls")
_NUMBERS = ["estimate", "conf_low", "conf_high", "p_value", "nobs"]


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
    scale : float
        Factor that brings estimates to the unit of the axis.
    number : str
        How estimates are written (d3-format).
    axis_title : str
        What the vertical axis measures.
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
    ...     table,
    ...     title="Savings are higher where more people work in commerce",
    ...     unit="Yuan a resident for one percentage point of employment",
    ...     sample="2,069 counties of China",
    ...     period="2020",
    ...     source="county statistics; population census 2020",
    ...     description="Eight estimates with intervals, sorted, and a matrix of their choices.",
    ... )
    >>> len(chart.vconcat)
    4
    """
    table = curve.table() if hasattr(curve, "table") else curve
    _check(table)
    interval = f"{100 * getattr(curve, 'level', 0.95):g} % interval"
    found = table[table["estimate"].notna()]
    found = found.sort_values("estimate", ascending=scale > 0, kind="stable")
    matrix = _matrix(found, getattr(curve, "control_sets", {}), dict(labels or {}))
    data = _rows(found, matrix, scale)
    total = len(data)

    options = [ALL, *matrix.menu]
    params = [
        alt.VariableParameter(
            name="only",
            value=ALL,
            bind=alt.BindRadioSelect(input="select", options=options, name="Show: "),
        ),
        alt.VariableParameter(name="options", value=options),
        alt.VariableParameter(name="names", value=matrix.names),
        alt.VariableParameter(name="sets", value=matrix.sets),
        alt.VariableParameter(name="heights", value=matrix.heights),
    ]
    chart = alt.VConcatChart(
        vconcat=[
            texts.head(number),
            views.curve(number, axis_title, matrix),
            texts.card(number, interval),
            views.choices(number, matrix),
        ],
        data=alt.InlineData(values=data),
        spacing=8,
        transform=views.in_order(
            f"only === '{ALL}' || indexof(datum.g, indexof(options, only) - 1) >= 0"
        ).transform,
    )
    chart.params = [*params, _pointer(chart, total)]
    failed = len(table) - total
    if failed:
        note = f"{failed:,} of {len(table):,} specifications could not be estimated."
        words["notes"] = [*words.get("notes", ()), note]
    finished = finish(chart, **words)
    finished.usermeta["columns"] = _in_full(matrix)
    return finished


def _in_full(matrix: Matrix) -> dict[str, Any]:
    """Return what the short keys of a row stand for where a reader takes the data along."""
    names: dict[str, Any] = {
        "e": "estimate",
        "l": "conf_low",
        "h": "conf_high",
        "p": "p_value",
        "n": "nobs",
        "k": "n_clusters",
        "d": {"name": "interval", "words": ["above zero", "includes zero", "below zero"]},
        "g": {"name": "choices", "words": matrix.menu},
    }
    return names | ({"s": {"name": "controls", "words": matrix.sets}} if matrix.sets else {})


def _pointer(chart: alt.VConcatChart, total: int) -> alt.TopLevelSelectionParameter:
    """Return the selection that the slider and the columns of both panels share."""
    # Altair adds a view's place to its name, so the names are read where they stand.
    found = [layer.name for view in chart.vconcat for layer in view.layer]
    return alt.TopLevelSelectionParameter(
        name="pointed",
        select=alt.PointSelectionConfig(
            type="point", fields=["place"], on="pointerover", clear=False
        ),
        value=[{"place": (total + 1) // 2}],
        bind=alt.BindRange(input="range", min=1, max=total, step=1, name="Estimate: "),
        views=[name for name in found if name is not alt.Undefined],
    )


def _check(table: pd.DataFrame) -> None:
    require_numbers(table, _NUMBERS, "the table of specifications")
    require_columns(table, _CHOICES, "the table of specifications")
    estimated = int(table["estimate"].notna().sum())
    if estimated == 0:
        raise InputError("the table of specifications has no estimate to draw.")
    if estimated > MOST_SPECIFICATIONS:
        raise InputError(
            f"{estimated:,} specifications are more than a reader's browser should draw; at most "
            f"{MOST_SPECIFICATIONS:,} are allowed, so leave out a choice."
        )


def _matrix(
    table: pd.DataFrame, control_sets: Mapping[str, Sequence[str]], labels: Mapping[str, str]
) -> Matrix:
    names: list[str] = []
    menu: list[str] = []
    heights: list[float] = []
    kinds: list[tuple[str, float]] = []
    marks: list[list[int]] = [[] for _ in range(len(table))]
    told: dict[str, str] = {}
    sets: list[str] = []
    set_of: list[int] = []
    top = 0.0

    def add(kind: str, shown: Sequence[str], word: str) -> int:
        nonlocal top
        kinds.append((kind, top + 13))
        top += KIND
        start = len(names)
        for name in shown:
            names.append(labels.get(name, name))
            menu.append(f"{word}: {names[-1]}")
            heights.append(top + OPTION - STRIP / 2 - 4)
            top += OPTION
        top += 4
        return start

    for choice in _CHOICES:
        codes, shown = _options(table[choice])
        if len(shown) < 2:
            continue
        word = choice.capitalize()
        columns = list(dict.fromkeys(c for name in shown for c in control_sets.get(name, ())))
        if choice == "controls" and _by_column(shown, columns, control_sets):
            start = add("Controls, one by one", columns, "With control")
            members = [[start + columns.index(c) for c in control_sets[name]] for name in shown]
            for own, code in zip(marks, codes, strict=True):
                own += members[code]
            sets = [" + ".join(labels.get(c, c) for c in control_sets[n]) or "none" for n in shown]
            set_of = [int(code) for code in codes]
            told[word] = "sets[datum.s]"
            continue
        told[word] = f"names[datum.g[{len(told)}]]"
        start = add(word, shown, word)
        for own, code in zip(marks, codes, strict=True):
            own.append(start + int(code))
    return Matrix(names, menu, heights, kinds, max(top, 8.0), marks, told, sets, set_of)


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
    for (estimate, low, high), p_value, nobs, sign, groups, own_set, marks in records:
        row: dict[str, Any] = {"e": estimate, "l": low, "h": high, "p": float(f"{p_value:.2g}")}
        row |= {"n": int(nobs), "d": int(sign)}
        if groups:
            row["k"] = int(groups)
        if own_set >= 0:
            row["s"] = own_set
        rows.append({**row, "g": marks})
    return rows
