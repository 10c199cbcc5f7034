"""What an estimate rules out, drawn in one unit."""

from typing import Any, Unpack

import altair as alt
import pandas as pd

from gzcounty.charts.coefficients import coefficient_plot
from gzcounty.charts.frame import Words, plain_name
from gzcounty.charts.results import in_words, require_result, units_of
from gzcounty.language import N_, _
from gzcounty.models.result import number as written
from gzcounty.words import counted

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
    size, name = written(margin), plain_name(*in_words(result, [result.term]))
    if per_cent:
        size = _("{size} per cent", size=size)
    made: Words = {
        "title": _("{name}: effects beyond {size} are ruled out", name=name, size=size),
        "unit": _("per cent") if per_cent else units_of(plain_name(result.unit)),
        "sample": counted(result.nobs, "observation"),
        "description": _(
            "Estimate {estimate}; effects beyond {size} are ruled out; {found} could have been "
            "found.",
            estimate=written(estimate), size=size, found=written(found),
        ),
    }  # fmt: skip
    words = {**made, **words}
    return coefficient_plot(rows, number=number, axis_title=axis_title, height=height, **words)
