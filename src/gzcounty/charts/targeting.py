"""A policy simulator: who would be raised by a rule, and what models imply for inequality."""

from __future__ import annotations

from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.checks import require_columns, require_numbers
from gzcounty.charts.dose import IF_CAUSAL
from gzcounty.charts.frame import Words, finish
from gzcounty.errors import InputError

ROW, FIRST = 36, 26  # pixels a model, and where its first whisker stands
UNIT = 8  # pixels a unit
GAP = 62  # pixels between the models and the units, for two lines of text
CHOSEN = "datum.rule === rule && datum.size === size"


def targeting_chart(
    changes: pd.DataFrame,
    units: pd.DataFrame,
    *,
    measure: str = "Change of the Gini, thousandths",
    exposure: str = "Penetration, % of the employed",
    order: str = "lowest income on top",
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw what raising exposure would imply, by a rule and a size that the reader chooses.

    Parameters
    ----------
    changes : DataFrame
        Tidy: model, rule, size (% of the way), estimate, conf_low, conf_high; one row for each
        combination, as many models as should be seen at once.
    units : DataFrame
        Tidy: adcode, name_en, name_zh, exposure, level (what units are ordered by, the lowest on
        top), rule, dose (the whole way); one row a unit and rule.
    measure, exposure, order : str
        Titles of the two axes, and in words how units are ordered.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        Above, every model's change with its interval; below, each unit's exposure as it is (ring)
        and raised (dot). A menu of rules and a slider of sizes; nothing is estimated in the
        browser.

    Raises
    ------
    InputError
        If a column is missing or not numeric, a combination of model, rule and size is missing or
        doubled, an interval does not hold its estimate, or the tables have different rules.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> changes = pd.DataFrame(
    ...     [
    ...         ("cross-section", "to the median", 50, -0.1, -0.4, 0.3),
    ...         ("cross-section", "to the median", 100, -0.2, -0.8, 0.6),
    ...     ],
    ...     columns=["model", "rule", "size", "estimate", "conf_low", "conf_high"],
    ... )
    >>> units = pd.DataFrame(
    ...     [("522632", "Rongjiang", "榕江县", 14.1, 10200, 1.2)],
    ...     columns=["adcode", "name_en", "name_zh", "exposure", "level", "dose"],
    ... ).assign(rule="to the median")
    >>> chart = gz.targeting_chart(
    ...     changes,
    ...     units,
    ...     title="What numbers typed by hand would mean",
    ...     unit="thousandths of the Gini",
    ...     sample="1 county",
    ...     period="2020",
    ...     source="made up",
    ...     description="One model and one county.",
    ... )
    >>> [param.name for param in chart.params]
    ['rule', 'size']
    """
    changes, units, sizes = _checked(changes, units)
    rules = list(changes["rule"].unique())
    params = [
        alt.param(
            name="rule",
            value=rules[0],
            bind=alt.binding_select(options=rules, name="Raise: "),
        ),
        alt.param(
            name="size",
            value=sizes[-1],
            bind=alt.binding_range(
                min=sizes[0],
                max=sizes[-1],
                step=sizes[1] - sizes[0] if len(sizes) > 1 else 1,
                name="How far, %: ",
            ),
        ),
    ]
    models = changes["model"].nunique()
    top = FIRST + ROW * models + GAP
    n = units["adcode"].nunique()
    layered = alt.LayerChart(
        layer=[*_models(changes, models, measure), *_units(units, top, n, exposure, order)],
        width="container",
        height=top + UNIT * n,
    )
    layered = layered.resolve_scale(x="independent", y="independent").add_params(*params)
    words["notes"] = [
        IF_CAUSAL,
        "Above, open dots: the 95 % interval includes zero. Below, rings: as it is; dots: raised.",
        *words.get("notes", []),
    ]
    return finish(layered, n=n, **words)


def _checked(
    changes: pd.DataFrame, units: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[int]]:
    """Return the rows of the chart and the sizes in order."""
    ends = ["estimate", "conf_low", "conf_high"]
    what = "the table of changes"
    require_numbers(changes, ["size", *ends], what)
    require_columns(changes, ["model", "rule"], what)
    require_numbers(units, ["exposure", "level", "dose"], "the table of units")
    require_columns(units, ["adcode", "name_en", "name_zh", "rule"], "the table of units")
    keys = ["model", "rule", "size"]
    whole = int(np.prod([changes[key].nunique() for key in keys]))
    if changes.duplicated(keys).any() or len(changes) != whole:
        raise InputError(
            f"{what} must have one row for each model, rule and size: {whole:,} rows, not "
            f"{len(changes):,}."
        )
    # Rounded before, or a change of nothing lies outside its interval by the last bit.
    changes = changes[[*keys, *ends]].round(dict.fromkeys(ends, 4))
    inside = changes.estimate.between(changes.conf_low, changes.conf_high)
    astray = changes[~inside]
    if len(astray):
        row = astray.iloc[0]
        raise InputError(
            f"the estimate {row.estimate:g} of {row.model!r}, {row['rule']!r}, {row['size']:g} % "
            f"lies outside its interval [{row.conf_low:g}, {row.conf_high:g}]."
        )
    if set(changes["rule"]) != set(units["rule"]):
        raise InputError("the tables of changes and of units must have the same rules.")
    sizes = sorted(int(size) for size in changes["size"].unique())
    if len(set(np.diff(sizes))) > 1:
        raise InputError(f"the sizes must be evenly spaced for a slider; they are {sizes}.")
    changes["row"] = changes["model"].map({m: k for k, m in enumerate(changes["model"].unique())})
    lowest = units.drop_duplicates("adcode").sort_values("level")["adcode"]
    units = units[["adcode", "name_en", "name_zh", "exposure", "level", "rule", "dose"]].copy()
    units["order"] = units["adcode"].map({code: k for k, code in enumerate(lowest)})
    return changes, units.round({"exposure": 3, "dose": 3, "level": 1}), sizes


def _models(changes: pd.DataFrame, models: int, title: str) -> list[alt.Chart]:
    """Return a row for each model: its name, and its change with the interval."""
    low, high = min(0.0, changes.conf_low.min()), max(0.0, changes.conf_high.max())
    across = alt.Scale(domain=[low * 1.05, high * 1.05], nice=False, zero=False)
    axis = alt.Axis(orient="top", tickCount=5, grid=False, title=title, format="~g")
    x = alt.X("conf_low:Q", scale=across, axis=axis)
    plain = alt.X("estimate:Q", scale=across, axis=None)
    down = alt.Scale(domain=[0, models], range=[FIRST, FIRST + ROW * models], nice=False)
    y = alt.Y("row:Q", scale=down, axis=None)
    told = [
        alt.Tooltip("model:N", title="model"),
        alt.Tooltip("estimate:Q", title="change", format="+.2f"),
        alt.Tooltip("conf_low:Q", title="95 % from", format="+.2f"),
        alt.Tooltip("conf_high:Q", title="to", format="+.2f"),
    ]
    base = alt.Chart(changes).transform_filter(CHOSEN)
    # A piece of the zero line for each row, so that it crosses no name.
    zero = base.mark_tick(orient="vertical", thickness=1.2, size=22, color=theme.TEXT, opacity=0.6)
    open_dot = "datum.conf_low <= 0 && datum.conf_high >= 0"
    return [
        zero.encode(x=alt.X(datum=0, scale=across, axis=None), y=y),
        base.mark_text(align="left", baseline="bottom", dy=-12).encode(
            x=alt.value(0), y=y, text="model:N"
        ),
        base.mark_rule(strokeWidth=2, color=theme.PEOPLE).encode(
            x=x, x2="conf_high:Q", y=y, tooltip=told
        ),
        base.mark_point(size=70, strokeWidth=2, stroke=theme.PEOPLE, opacity=1).encode(
            x=plain,
            y=y,
            tooltip=told,
            fill=alt.condition(open_dot, alt.value(theme.PAPER), alt.value(theme.PEOPLE)),
        ),
    ]


def _units(units: pd.DataFrame, top: int, n: int, title: str, order: str) -> list[alt.Chart]:
    """Return a row for each unit: its exposure as it is and raised, the named ones by name."""
    raised = units.exposure + units.dose
    span = raised.max() - units.exposure.min() or 1.0
    # Room at the right for names.
    domain = [units.exposure.min() - 0.03 * span, raised.max() + 0.2 * span]
    across = alt.Scale(domain=domain, nice=False, zero=False)
    axis = alt.Axis(orient="bottom", tickCount=5, grid=False, title=title)
    down = alt.Scale(domain=[-0.5, n - 0.5], range=[top, top + UNIT * n], nice=False)
    y = alt.Y("order:Q", scale=down, axis=None)
    told = [
        alt.Tooltip("name_en:N", title="county"),
        alt.Tooltip("name_zh:N", title="县"),
        alt.Tooltip("level:Q", title="income, yuan", format=",.0f"),
        alt.Tooltip("exposure:Q", title="penetration", format=".1f"),
        alt.Tooltip("raised:Q", title="raised to", format=".1f"),
    ]
    base = (
        alt.Chart(units)
        .transform_filter("datum.rule === rule")
        .transform_calculate(step="datum.dose * size / 100")
        .transform_calculate(raised="datum.exposure + datum.step")
    )
    named = alt.condition(
        theme.named_test(), alt.value(theme.NAMED_COLOUR), alt.value(theme.PEOPLE)
    )
    x = alt.X("exposure:Q", scale=across, axis=axis)
    after = alt.X("raised:Q", scale=across, axis=None)
    moved = base.transform_filter("datum.step > 0")
    said = f"datum.units + ' of {n} counties raised, by ' + format(datum.mean, '.2f') + ' points'"
    total = (
        moved.transform_aggregate(units="count()", mean="mean(step)", groupby=["rule"])
        .transform_calculate(line=said)
        .mark_text(align="left", baseline="top", fontWeight="bold")
        .encode(x=alt.value(0), y=alt.value(top - GAP + 14), text="line:N")
    )
    ordered = (
        alt.Chart(pd.DataFrame({"line": [f"Counties, {order}"]}))
        .mark_text(align="left", baseline="top")
        .encode(x=alt.value(0), y=alt.value(top - GAP + 32), text="line:N")
    )
    return [
        total,
        ordered,
        moved.mark_rule(strokeWidth=1.5, opacity=0.7).encode(
            x=x, x2="raised:Q", y=y, color=named, tooltip=told
        ),
        base.mark_point(filled=False, size=26, strokeWidth=1.2, opacity=1).encode(
            x=alt.X("exposure:Q", scale=across, axis=None),
            y=y,
            stroke=alt.condition(
                theme.named_test(), alt.value(theme.NAMED_COLOUR), alt.value(theme.QUIET)
            ),
            tooltip=told,
        ),
        moved.mark_point(size=26, opacity=1).encode(x=after, y=y, fill=named, tooltip=told),
        base.transform_filter(theme.named_test())
        .mark_text(align="left", dx=8, fontSize=11, fontWeight="bold")
        .encode(x=after, y=y, text="name_en:N"),
    ]
