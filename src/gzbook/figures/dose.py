"""What an estimate would imply for each county, if penetration rose by a chosen amount."""

from __future__ import annotations

from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import county_tooltip, diamond, either, named_colour
from gzcounty.charts.frame import Words, finish, require_columns, require_numbers
from gzcounty.errors import InputError

IF_CAUSAL = "If the association were causal, which these data cannot show."


def dose_chart(
    counties: pd.DataFrame,
    slope: float,
    conf_low: float,
    conf_high: float,
    *,
    income: str = "rural_income",
    dose_unit: str = "percentage points",
    largest: float = 5.0,
    step: float = 0.5,
    start: float = 1.0,
    height: int | None = None,
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
    dose_unit : str
        Unit of penetration, for the slider's label.
    largest, step, start : float
        Range of the slider: from zero to `largest`; where it stands at first.
    height : int, optional
        Height in pixels; by default it follows the number of counties.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        Counties ordered by income, with the words "if the association were causal".

    Raises
    ------
    InputError
        If a column is missing, the interval misses the slope, or the slider has no range.

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
    require_numbers(counties, [income], "the table of counties")
    require_columns(counties, ["adcode", "name_en", "name_zh"], "the table of counties")
    if not (np.isfinite([slope, conf_low, conf_high]).all() and conf_low <= slope <= conf_high):
        raise InputError(f"the slope {slope} must lie in its interval [{conf_low}, {conf_high}].")
    if not 0 < step <= largest or not 0 <= start <= largest:
        raise InputError(f"the slider cannot run to {largest} by {step} and start at {start}.")
    data = counties[["adcode", "name_en", "name_zh"]].assign(income=counties[income].round())
    data = data.dropna(subset="income").sort_values("income").reset_index(drop=True)
    data["order"] = data.index

    dose = alt.param(
        name="dose",
        value=start,
        bind=alt.binding_range(min=0, max=largest, step=step, name=f"Raise by ({dose_unit}): "),
    )
    ends = [np.expm1(b * largest) * data.income.max() for b in (conf_low, conf_high)]
    x = alt.X(
        "change:Q",
        title="yuan a person and year",
        scale=alt.Scale(domain=[min(0.0, ends[0]) * 1.04, max(0.0, ends[1]) * 1.04], nice=False),
        axis=alt.Axis(format=",.0f", tickCount=5),
    )
    y = alt.Y("order:O", axis=None)
    tooltip = [
        *county_tooltip(),
        alt.Tooltip("income:Q", title="income today, yuan", format=",.0f"),
        alt.Tooltip("change:Q", title="change, yuan", format="+,.0f"),
        alt.Tooltip("low:Q", title="95 % from", format="+,.0f"),
        alt.Tooltip("high:Q", title="to", format="+,.0f"),
    ]
    implied = alt.Chart(data).transform_calculate(
        change=f"datum.income * (exp({slope!r} * dose) - 1)",
        low=f"datum.income * (exp({conf_low!r} * dose) - 1)",
        high=f"datum.income * (exp({conf_high!r} * dose) - 1)",
    )
    base = implied.encode(y=y, color=named_colour(theme.PEOPLE), tooltip=tooltip)
    zero = alt.Chart().mark_rule(strokeDash=[3, 3], opacity=0.6).encode(x=alt.datum(0))
    whisker = base.mark_rule(strokeWidth=1.5, opacity=0.75).encode(
        x=alt.X("low:Q", title="yuan a person and year"), x2="high:Q"
    )
    dot = base.mark_point(opacity=1).encode(
        x=x,
        size=either(theme.named_test(), 90, 28),
        shape=diamond(),
    )
    named = (
        implied.transform_filter(theme.named_test())
        .mark_text(align="left", dx=10, dy=-1, fontWeight="bold", fontSize=11)
        .encode(y=y, x=alt.X("high:Q"), text="name_en:N")
    )
    layered = alt.LayerChart(
        layer=[zero, whisker, dot, named],
        width="container",
        height=height or max(240, 9 * len(data)),
    )
    return finish(layered.add_params(dose), n=len(data), lead=[IF_CAUSAL], **words)
