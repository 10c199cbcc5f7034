"""What estimates would imply if penetration rose: by a chosen amount, or by a rule."""

import json
from collections.abc import Mapping
from typing import Any, Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzbook.frames import named_counties
from gzcounty.charts import theme
from gzcounty.charts.encodings import (
    county_tooltip,
    diamond,
    either,
    estimate_tooltip,
    in_vega,
    marked_colour,
    shown_names,
)
from gzcounty.charts.frame import (
    ESTIMATE,
    Words,
    astray,
    finish,
    lines,
    refuse,
    require_numbers,
    require_single,
)
from gzcounty.charts.selection import measure_menu
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _

ROW, FIRST = 36, 32  # pixels a model, and where its first whisker stands
BETWEEN = 16  # pixels between two outcomes
UNIT = 8  # pixels a unit
GAP = 80  # pixels above the units, for three lines of text
CHOSEN = "datum.measure === measure && datum.rule === rule && datum.size === size"
MOST = 5.0  # percentage points of penetration, where the slider of a dose ends
IF_CAUSAL = N_("If the association were causal, which these data cannot show.")
# What a label says of a county by its place among all.
PLACES = {
    "lowest": N_("{county}, lowest income"),
    "median": N_("{county}, median income"),
    "highest": N_("{county}, highest income"),
}


def dose_chart(
    counties: pd.DataFrame,
    slope: float,
    conf_low: float,
    conf_high: float,
    *,
    income: str = "rural_income",
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw the income change that a log-linear slope implies, with a slider for the dose.

    A slope b of log income means that d units of penetration go with a change of
    ``income * (exp(b * d) - 1)``; the interval carries the ends of b through the same formula.

    Parameters
    ----------
    counties : DataFrame
        adcode, name_en, name_zh and the income column, one row a county.
    slope, conf_low, conf_high : float
        Estimate and interval, in log income a unit of penetration.
    income : str
        Column of income, yuan a person.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        The counties of lowest, median and highest income and those the paper names, for one slope
        draws all the others alike; with the words "if the association were causal".

    Raises
    ------
    InputError
        If a column is missing, or the interval misses the slope.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> counties = gz.load_counties().merge(gz.load_panel().query("year == 2020"), on="adcode")
    >>> counties = counties.dropna(subset="rural_income")
    >>> chart = gzbook.dose_chart(
    ...     counties, slope=0.01, conf_low=-0.005, conf_high=0.025,
    ...     title="What a slope typed by hand would mean", unit="yuan a person and year",
    ...     sample=gz.sample_name(counties.adcode), period="2020",
    ...     source="county statistics; the slope is made up",
    ...     description="Counties by income, with the change that a slope of one per cent implies.",
    ... )
    >>> chart.params[0].name
    'dose'
    """
    what = N_("the table of counties")
    require_numbers(counties, [income], what)
    require_columns(counties, ["adcode", "name_en", "name_zh"], what)
    if not (np.isfinite([slope, conf_low, conf_high]).all() and conf_low <= slope <= conf_high):
        raise InputError(
            "the slope {slope} must lie in its interval [{conf_low}, {conf_high}].",
            slope=slope, conf_low=conf_low, conf_high=conf_high,
        )  # fmt: skip
    data = counties[["adcode", "name_en", "name_zh"]].assign(income=counties[income].round())
    data = data.dropna(subset="income").sort_values("income").reset_index(drop=True)
    n, test = len(data), theme.marked_test(named_counties())
    ranks = {0: "lowest", len(data) // 2: "median", len(data) - 1: "highest"}
    data["label"] = [
        _(PLACES[ranks[i]], county=name) if i in ranks else name
        for i, name in data[shown_names()[0]].items()
    ]
    named = data.adcode.isin(theme.marked_codes(named_counties()))
    data = data[named | data.index.isin(list(ranks))].reset_index(drop=True)
    data["order"] = data.index

    slider = _("Raise by ({unit}): ", unit=_("percentage points"))
    bind = alt.binding_range(min=0, max=MOST, step=0.5, name=slider)
    dose = alt.param(name="dose", value=1.0, bind=bind)
    ends = [np.expm1(b * MOST) * data.income.max() for b in (conf_low, conf_high)]
    x = alt.X(
        "change:Q",
        title=_("yuan a person and year"),
        scale=alt.Scale(domain=[min(0.0, ends[0]) * 1.04, max(0.0, ends[1]) * 1.04], nice=False),
        axis=alt.Axis(format=",.0f", tickCount=5),
    )
    y = alt.Y("order:O", axis=None)
    tooltip = [
        *county_tooltip(),
        alt.Tooltip("income:Q", title=_("income today, yuan"), format=",.0f"),
        alt.Tooltip("change:Q", title=_("change, yuan"), format="+,.0f"),
        alt.Tooltip("low:Q", title=_("{share:g} % from", share=95), format="+,.0f"),
        alt.Tooltip("high:Q", title=_("to"), format="+,.0f"),
    ]
    implied = alt.Chart(data).transform_calculate(
        change=f"datum.income * (exp({slope!r} * dose) - 1)",
        low=f"datum.income * (exp({conf_low!r} * dose) - 1)",
        high=f"datum.income * (exp({conf_high!r} * dose) - 1)",
    )
    base = implied.encode(y=y, color=marked_colour(theme.PEOPLE, test), tooltip=tooltip)
    zero = alt.Chart().mark_rule(strokeDash=[3, 3], opacity=0.6).encode(x=alt.datum(0))
    whisker = base.mark_rule(strokeWidth=1.5, opacity=0.75).encode(
        x=alt.X("low:Q", title=_("yuan a person and year")), x2="high:Q"
    )
    dot = base.mark_point(opacity=1).encode(x=x, size=either(test, 90, 28), shape=diamond(test))
    names = implied.mark_text(align="left", baseline="bottom", dy=-9, fontWeight="bold")
    layers = [zero, whisker, dot, names.encode(y=y, x=alt.value(0), text="label:N")]
    layered = alt.LayerChart(layer=layers, width="container", height=44 * len(data))
    return finish(layered.add_params(dose), n=n, lead=[_(IF_CAUSAL)], **words)


def targeting_chart(
    changes: pd.DataFrame,
    units: pd.DataFrame,
    *,
    order: str = N_("lowest income on top"),
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw what raising exposure would imply, by a measure, a rule and a size that readers choose.

    Parameters
    ----------
    changes : DataFrame
        Tidy: measure (of exposure), model, rule, size (% of the way), outcome (with its unit, such
        as "Mean income, %"), estimate, conf_low, conf_high. A measure has models of its own; a
        model has one row for each rule, size and outcome.
    units : DataFrame
        Tidy: adcode, name_en, name_zh, measure, unit (of the measure), exposure, level (what units
        are ordered by, the lowest on top), rule, dose (the whole way); one row a unit, measure and
        rule.
    order : str
        In words, how units are ordered.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample must name
        the number of units of each measure.

    Returns
    -------
    altair.LayerChart
        Above, each model of the measure with its change of every outcome side by side, with
        intervals; below, each unit's exposure as it is (ring) and raised (dot). Menus of measures
        and rules, and a slider of sizes; nothing is estimated in the browser.

    Raises
    ------
    InputError
        If a column is missing or not numeric, a combination of model, rule, size and outcome is
        missing or doubled, a model is in two measures, an interval does not hold its estimate, or
        the tables have different measures or rules.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> changes = pd.DataFrame(
    ...     [("cross-section", 50, -0.1, -0.4, 0.3), ("cross-section", 100, -0.2, -0.8, 0.6)],
    ...     columns=["model", "size", "estimate", "conf_low", "conf_high"],
    ... ).assign(rule="to the median", measure="Commerce share", outcome="Gini")
    >>> units = pd.DataFrame(
    ...     [("522632", "Rongjiang", "榕江县", 14.1, 10200, 1.2)],
    ...     columns=["adcode", "name_en", "name_zh", "exposure", "level", "dose"],
    ... ).assign(rule="to the median", measure="Commerce share", unit="% of the employed")
    >>> chart = gzbook.targeting_chart(
    ...     changes, units, title="What numbers typed by hand would mean",
    ...     unit="Gini of rural income", sample="1 county", period="2020", source="made up",
    ...     description="One model and one county.",
    ... )
    >>> [param.name for param in chart.params]
    ['measure', 'rule', 'size']
    """
    changes, units, sizes = _checked(changes, units)
    changes, units = _said(changes), _said(units)
    rules = list(changes["rule"].unique())
    params = [
        measure_menu(list(changes["measure"].unique())),
        alt.param(
            name="rule", value=rules[0], bind=alt.binding_select(options=rules, name=_("Raise: "))
        ),
        alt.param(
            name="size",
            value=sizes[-1],
            bind=alt.binding_range(
                min=sizes[0],
                max=sizes[-1],
                step=sizes[1] - sizes[0] if len(sizes) > 1 else 1,
                name=_("How far, %: "),
            ),
        ),
    ]
    most = int(changes.groupby("measure")["model"].nunique().max())
    top = FIRST + ROW * most + GAP
    counts = units.groupby("measure")["adcode"].nunique()
    n = int(counts.max())
    layered = alt.LayerChart(
        layer=[*_models(changes, most), *_unit_rows(units, top, n, _(order))],
        width="container",
        height=top + UNIT * n,
    )
    layered = layered.resolve_scale(x="independent", y="independent").add_params(*params)
    notes = [
        _(IF_CAUSAL),
        _(
            "Intervals hold what is not known about an estimate, not whether it is an effect at "
            "all."
        ),
        _("Open dots above: the 95 % interval includes zero."),
        _("Each measure has its own models: {models}.", models=_listed(changes)),
    ]
    return finish(layered, n=counts.tolist(), lead=notes, **words)


def _said(table: pd.DataFrame) -> pd.DataFrame:
    """Say the words of a table in the reader's language; the rest stays."""
    texts = [name for name in ("measure", "model", "rule", "outcome", "unit") if name in table]
    return table.assign(**{name: table[name].map(_) for name in texts})


def _listed(changes: pd.DataFrame) -> str:
    """Return how many models each measure has, for the menu shows those of one."""
    models = changes.groupby("measure", sort=False)["model"].nunique()
    return _(", ").join(
        _("{measure} {models}", measure=name.lower(), models=n) for name, n in models.items()
    )


def _checked(
    changes: pd.DataFrame, units: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[int]]:
    """Return the rows of the chart and the sizes in order."""
    what, of_units = N_("the table of changes"), N_("the table of units")
    require_numbers(changes, ["size", *ESTIMATE], what)
    require_columns(changes, ["measure", "model", "rule", "outcome"], what)
    require_numbers(units, ["exposure", "level", "dose"], of_units)
    named = ["adcode", "name_en", "name_zh", "measure", "unit", "rule"]
    require_columns(units, named, of_units)
    keys = ["model", "rule", "size", "outcome"]
    whole = int(np.prod([changes[key].nunique() for key in keys]))
    if changes.duplicated(keys).any() or len(changes) != whole:
        raise InputError(
            "{what} must have one row for each model, rule, size and outcome: {whole:,} rows, "
            "not {n_changes:,}.",
            what=_(what), whole=whole, n_changes=len(changes),
        )  # fmt: skip
    models = changes[["measure", "model"]].drop_duplicates()
    require_single(models, ["model"], N_("the model {model!r} stands under two measures."))
    # Rounded before, or a change of nothing lies outside its interval by the last bit.
    changes = changes[["measure", *keys, *ESTIMATE]].round(dict.fromkeys(ESTIMATE, 6))
    outside = N_(
        "the estimate {estimate:g} of {model!r}, {rule!r}, {size:g} %, {outcome!r} lies "
        "outside its interval [{conf_low:g}, {conf_high:g}]."
    )
    refuse(changes[astray(changes)], outside)
    for key in ("measure", "rule"):
        if set(changes[key]) != set(units[key]):
            raise InputError(
                "the tables of changes and of units must have the same values of {key!r}.", key=key
            )
    sizes = sorted(int(size) for size in changes["size"].unique())
    if len(set(np.diff(sizes))) > 1:
        raise InputError(
            "the sizes must be evenly spaced for a slider; they are {sizes}.", sizes=sizes
        )
    place = models.groupby("measure", sort=False).cumcount()
    models_of = models.groupby("measure")["model"].transform("size")
    # The models of a measure share the room evenly, however few they are.
    rows = (place + 0.5) * models_of.max() / models_of - 0.5
    changes["row"] = changes["model"].map(dict(zip(models["model"], rows.round(3), strict=True)))
    lowest = units.drop_duplicates("adcode").sort_values("level")["adcode"]
    units = units[[*named, "exposure", "level", "dose"]].copy()
    units["order"] = units["adcode"].map({code: k for k, code in enumerate(lowest)})
    return changes, units.round({"exposure": 3, "dose": 3, "level": 1}), sizes


def _models(changes: pd.DataFrame, most: int) -> list[alt.Chart]:
    """Return a row for each model: its name, and the outcomes side by side."""
    down = alt.Scale(domain=[0, most], range=[FIRST, FIRST + ROW * most], nice=False)
    y = alt.Y("row:Q", scale=down, axis=None)
    base = alt.Chart(changes).transform_filter(CHOSEN)
    outcomes = list(changes["outcome"].unique())
    names = base.transform_filter(alt.datum.outcome == outcomes[0]).mark_text(
        align="left", baseline="bottom", dy=-12
    )
    layers = [names.encode(x=alt.value(0), y=y, text="model:N")]
    for place, outcome in enumerate(outcomes):
        rows = changes[changes["outcome"] == outcome]
        low, high = 1.05 * min(0.0, rows.conf_low.min()), 1.05 * max(0.0, rows.conf_high.max())
        share = f"(width + {BETWEEN}) / {len(outcomes)}"
        scale = alt.Scale(
            domain=[low, high] if low < high else [-1, 1],
            range=[alt.expr(f"{place} * {share}"), alt.expr(f"{place + 1} * {share} - {BETWEEN}")],
            nice=False,
            zero=False,
        )
        layers += _outcome(base.transform_filter(alt.datum.outcome == outcome), outcome, scale, y)
    return layers


def _outcome(rows: alt.Chart, outcome: str, scale: alt.Scale, y: alt.Y) -> list[alt.Chart]:
    """Return zero, interval and estimate of each model for one outcome."""
    title = lines(outcome, theme.TEXT_SIZE, 80)  # a third of a small phone
    axis = alt.Axis(orient="top", tickCount=3, grid=False, title=title, format="~g")
    x = alt.X("conf_low:Q", scale=scale, axis=axis)
    tooltip = [
        alt.Tooltip("model:N", title=_("model")),
        alt.Tooltip("outcome:N", title=_("change of")),
        *estimate_tooltip("+.2~r", title=_("change")),
    ]
    low, high = scale.domain
    # The whole row answers to a finger.
    touch = rows.mark_rule(strokeWidth=ROW - 4, opacity=0, aria=False)
    # A piece of the zero line for each row, so that it crosses no name.
    zero = rows.mark_tick(orient="vertical", thickness=1.2, size=22, color=theme.TEXT, opacity=0.6)
    unclear = "datum.conf_low <= 0 && datum.conf_high >= 0"
    fill = either(unclear, theme.PAPER, theme.PEOPLE)
    return [
        zero.encode(x=alt.X(datum=0, scale=scale, axis=None), y=y),
        rows.mark_rule(strokeWidth=2, color=theme.PEOPLE).encode(
            x=x, x2="conf_high:Q", y=y, tooltip=tooltip
        ),
        touch.encode(
            x=alt.X(datum=low, scale=scale, axis=None), x2=alt.X2(datum=high), y=y, tooltip=tooltip
        ),
        rows.mark_point(size=70, strokeWidth=2, stroke=theme.PEOPLE, opacity=1).encode(
            x=alt.X("estimate:Q", scale=scale, axis=None), y=y, tooltip=tooltip, fill=fill
        ),
    ]


def _by_measure(values: Mapping[Any, float]) -> alt.ExprRef:
    """Return an expression for the value that belongs to the chosen measure."""
    return alt.expr(f"{json.dumps(dict(values), ensure_ascii=False)}[measure]")


def _unit_rows(units: pd.DataFrame, top: int, n: int, order: str) -> list[alt.Chart]:
    """Return a row for each of up to `n` units from `top` on: as it is, raised, some by name."""
    ends = units.assign(raised=units.exposure + units.dose).groupby("measure")
    least, most = ends.exposure.min(), ends.raised.max()
    span = (most - least).where(most > least, 1.0)
    # Room at the right for names.
    low, high = (least - 0.03 * span).round(4), (most + 0.2 * span).round(4)
    across = alt.Scale(
        domain=[_by_measure(low.to_dict()), _by_measure(high.to_dict())], nice=False, zero=False
    )
    axis = alt.Axis(orient="bottom", tickCount=5, grid=False, title=None, format="~g")
    down = alt.Scale(domain=[-0.5, n - 0.5], range=[top, top + UNIT * n], nice=False)
    y = alt.Y("order:Q", scale=down, axis=None)
    tooltip = [
        *county_tooltip(),
        alt.Tooltip("level:Q", title=_("income, yuan"), format=",.0f"),
        alt.Tooltip("exposure:Q", title=_("penetration"), format=".3~g"),
        alt.Tooltip("raised:Q", title=_("raised to"), format=".3~g"),
    ]
    base = (
        alt.Chart(units)
        .transform_filter("datum.measure === measure && datum.rule === rule")
        .transform_calculate(step="datum.dose * size / 100")
        .transform_calculate(raised="datum.exposure + datum.step")
    )
    test = theme.marked_test(named_counties())
    named = marked_colour(theme.PEOPLE, test)
    x = alt.X("exposure:Q", scale=across, axis=axis)
    after = alt.X("raised:Q", scale=across, axis=None)
    moved = base.transform_filter("datum.step > 0")
    return [
        *_texts(base, units, top, order),
        moved.mark_rule(strokeWidth=1.5, opacity=0.7).encode(
            x=x, x2="raised:Q", y=y, color=named, tooltip=tooltip
        ),
        base.mark_point(filled=False, size=26, strokeWidth=1.2, opacity=1).encode(
            x=alt.X("exposure:Q", scale=across, axis=None),
            y=y,
            stroke=marked_colour(theme.QUIET, test),
            tooltip=tooltip,
        ),
        moved.mark_point(size=26, opacity=1).encode(x=after, y=y, fill=named, tooltip=tooltip),
        base.transform_filter(test)
        .mark_text(align="left", dx=8, fontSize=11, fontWeight="bold")
        .encode(x=after, y=y, text=f"{shown_names()[0]}:N"),
    ]


def _texts(rows: alt.Chart, units: pd.DataFrame, top: int, order: str) -> list[alt.Chart]:
    """Return three lines above the units: how many are raised, by what measure, in what order."""
    raised = in_vega(
        N_("{raised} of {all} counties raised, on average by {step}"),
        raised="datum.lifted",
        all="datum.all",
        step="format(datum.step / datum.lifted, '.2~f')",
    )
    total = (
        rows.transform_calculate(moved="datum.step > 0 ? 1 : 0")
        .transform_aggregate(
            lifted="sum(moved)", all="count()", step="sum(step)", groupby=["measure"]
        )
        .transform_calculate(line=raised)
    )
    table = units[["measure", "unit"]].drop_duplicates()
    # An axis cannot change its title with the menu.
    pairs = zip(table["measure"], table["unit"], strict=True)
    table["line"] = [_("{label}, {unit}", label=measure, unit=unit) for measure, unit in pairs]
    shown = alt.Chart(table).transform_filter("datum.measure === measure")
    signs = _("{order}; ring: as it is, dot: raised", order=order.capitalize())
    ordered = alt.Chart(pd.DataFrame({"line": [signs]}))
    return [
        layer.mark_text(
            align="left", baseline="top", fontWeight="normal" if place else "bold"
        ).encode(x=alt.value(0), y=alt.value(top - GAP + 14 + 18 * place), text="line:N")
        for place, layer in enumerate([total, shown, ordered])
    ]
