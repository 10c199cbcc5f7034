"""One place, chosen by the reader: the weight of each industry there, and what it could do next."""

from collections.abc import Sequence
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzbook.frames import CASE
from gzcounty.charts import theme
from gzcounty.charts.encodings import either, in_vega, touch_rows, two_years
from gzcounty.charts.frame import Words, finish, refuse, require_numbers, require_single, text_width
from gzcounty.charts.selection import county_search, match_expression, unit_keys
from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, in_language

ROW, BAR = 22, 24  # pixels an item of a profile, and of opportunities
LOW, HIGH = 0.1, 10.0
FEW = 30  # persons
_TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10]
_COUNTS = {"start_count", "end_count"}


def profile_chart(
    data: pd.DataFrame,
    *,
    years: tuple[int, int],
    items: Sequence[str] | None = None,
    first: str | None = None,
    axis_title: str = N_("times the share in the whole"),
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Draw the profile of one unit in two years: a row an item, a menu and a search of units.

    Values are ratios such as location quotients, on a log axis around 1. Those below 0.1 or above
    10, zeros among them, stand at its ends; pointing at a dot tells the value.

    Parameters
    ----------
    data : DataFrame
        Tidy: unit, name, item, start, end; one row a unit and item. Where there are columns
        ``start_share``, ``end_share`` (%) and ``start_count``, ``end_count``, they are told too,
        and dots that rest on fewer than 30 persons are pale; where there is a column ``search``,
        its words are found by the search (Chinese names, names of members).
    years : tuple of int
        The two years.
    items : sequence of str, optional
        Order of the rows, top first; by default as in the data.
    first : str, optional
        Name of the unit that is shown first; by default the first in the data.
    axis_title : str
        What the axis measures.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample must
        name the number of units to choose from.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputError
        If a column is missing, a value is negative or infinite, a unit has an item twice, two
        units share a name, or `first` or `items` do not fit the data.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> jobs = gz.load_industry_employment().query("section != 'T'")
    >>> ends = {}
    >>> for name, year in (("start", 2010), ("end", 2020)):
    ...     own = jobs[jobs.year == year]
    ...     wide = gz.location_quotient(own, columns=("adcode", "industry", "employed"))
    ...     long = wide.melt(ignore_index=False).set_index("industry", append=True)
    ...     ends[name] = long["value"]
    >>> data = pd.DataFrame(ends).dropna().reset_index().rename(columns={"industry": "item"})
    >>> data = data.merge(gz.load_counties()[["adcode", "name_en"]], on="adcode")
    >>> chart = gzbook.profile_chart(
    ...     data.rename(columns={"adcode": "unit", "name_en": "name"}), years=(2010, 2020),
    ...     first="Rongjiang", title="What a county does more of than the province",
    ...     unit="location quotient", sample=f"{data.adcode.nunique()} counties",
    ...     period="2010 and 2020", source="population censuses",
    ...     description="A row for each industry, with a dot for each census.",
    ... )
    >>> [param.name for param in chart.params]
    ['place', 'wanted', 'folded']
    """
    rows, units, order = _checked(data, items, first)
    place = _place_menu(units, first)
    typed, folded = county_search(_(CASE))
    within = f"clamp(datum.{{}}, {LOW}, {HIGH})".format
    chosen = _of_the_chosen(rows, units).transform_calculate(
        start_at=within("start"), end_at=within("end")
    )
    base = chosen.encode(
        y=alt.Y("item:N", sort=order, title=None, axis=alt.Axis(labelLimit=140, domain=False)),
        tooltip=_tooltip(rows, years),
    )
    layers = _layers(base, years, _(axis_title), counted=set(rows) >= _COUNTS)
    name = base.transform_filter(f"datum.item === {order[-1]!r}").mark_text(
        align="right", baseline="bottom", fontWeight="bold", fontSize=14, dy=-3
    )
    layers.append(name.encode(x=alt.value("width"), y=alt.value(-1), text="name:N"))
    chart = alt.LayerChart(layer=layers, width="container", height=ROW * len(order))
    beyond = N_("Log axis; what lies beyond {low:g} and {high:g} stands at its ends.")
    notes = [_(beyond, low=LOW, high=HIGH)]
    if set(rows) >= _COUNTS:
        notes.append(_("Pale: fewer than {few} people in the sample.", few=FEW))
    chart = chart.add_params(place, typed, folded)
    return finish(chart, n=len(units), lead=notes, **words)


def _units_to_choose(data: pd.DataFrame, first: str | None) -> pd.DataFrame:
    """Return unit, name and search keys of the units of a tidy table.

    Raise InputError if two units share a name, or no unit is called `first`.
    """
    units = data.drop_duplicates("unit").reset_index(drop=True)
    twice = N_("two units are called {twice!r}; the menu could not tell them apart.")
    require_single(units.assign(twice=units["name"]), ["name"], twice)
    if first is not None and first not in set(units["name"]):
        raise InputError("no unit is called {first!r}.", first=first)
    return units[["unit", "name"]].assign(keys=unit_keys(units))


def _place_menu(units: pd.DataFrame, first: str | None) -> alt.Parameter:
    """Return the menu of units, called ``place``; it stands at `first`, else at the first row.

    Chinese names have no alphabet: they stay in the order of the data.
    """
    names = in_language(sorted(units["name"]), units["name"].tolist())
    return alt.param(
        name="place",
        value=first or units["name"].iloc[0],
        bind=alt.binding_select(options=names, name=_("County: ")),
    )


def _of_the_chosen(rows: pd.DataFrame, units: pd.DataFrame) -> alt.Chart:
    """Return the rows of one unit: the first whose name is typed, else the one of the menu."""
    return (
        alt.Chart(rows)
        .transform_lookup("unit", alt.LookupData(units, "unit", ["name", "keys"]))
        .transform_calculate(hit=f"{match_expression('folded', 'datum.keys')} ? 1 : 0")
        .transform_joinaggregate(hits="max(hit)")
        .transform_calculate(chosen="datum.hits ? datum.hit : (datum.name === place ? 1 : 0)")
        .transform_filter("datum.chosen")
        .transform_window(of="dense_rank()", sort=[alt.SortField("name")], frame=[None, None])
        .transform_filter("datum.of === 1")
    )


def _tooltip(rows: pd.DataFrame, years: tuple[int, int]) -> list[alt.Tooltip]:
    out = [alt.Tooltip("name:N", title=_("county")), alt.Tooltip("item:N", title=_("industry"))]
    for end, year in zip(("start", "end"), years, strict=True):
        out.append(alt.Tooltip(f"{end}:Q", title=_("quotient {year}", year=year), format=".2f"))
        for column, what, number in (
            ("share", N_("% of employed {year}"), ".1f"),
            ("count", N_("in sample {year}"), ","),
        ):
            if f"{end}_{column}" in rows:
                title = _(what, year=year)
                out.append(alt.Tooltip(f"{end}_{column}:Q", title=title, format=number))
    return out


def _layers(
    base: alt.Chart, years: tuple[int, int], axis_title: str, *, counted: bool
) -> list[alt.Chart]:
    """Return a line at 1, and for every item two dots joined by a line."""
    scale = alt.Scale(type="log", domain=[LOW, HIGH], nice=False)
    x = alt.X(
        "start_at:Q", title=axis_title, scale=scale, axis=alt.Axis(values=_TICKS, format="~g")
    )
    colour = two_years(years, "industry", symbolOpacity=1)
    one = alt.Chart().mark_rule(strokeDash=[3, 3], opacity=0.7).encode(x=alt.datum(1))
    line = base.mark_rule(strokeWidth=2, color=theme.QUIET, opacity=0.55)
    layers = [one, line.encode(x=x, x2="end_at:Q")]
    for end, year in zip(("start", "end"), years, strict=True):
        dots = base.transform_calculate(when=f"'{year}'").mark_point(filled=True, size=90)
        opacity = either(f"datum.{end}_count < {FEW}", 0.4, 1) if counted else alt.value(1)
        at = alt.X(f"{end}_at:Q", title=axis_title)
        layers.append(dots.encode(x=at, color=colour, opacity=opacity))
    return layers


def _checked(
    data: pd.DataFrame, items: Sequence[str] | None, first: str | None
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Return rows to draw, units to choose from, and the order of the items."""
    what = N_("the table of profiles")
    require_columns(data, ["unit", "name", "item"], what)
    extra = [f"{e}_{c}" for e in ("start", "end") for c in ("share", "count")]
    extra = [column for column in extra if column in data]
    require_numbers(data, ["start", "end", *extra], what)
    message = N_("{column} of {name!r}, {item!r} is {value}; a ratio is zero or more.")
    for column in ("start", "end"):
        wrong = ~(data[column].to_numpy(float, na_value=np.nan) >= 0)
        refuse(data.assign(value=data[column])[wrong], message, column=column)
    message = N_("the unit {unit!r} has two rows for {item!r}; one is allowed.")
    require_single(data, ["unit", "item"], message)
    units = _units_to_choose(data, first)
    order = list(items or data["item"].drop_duplicates())
    strange = [item for item in order if item not in set(data["item"])]
    if strange:
        raise InputError(
            "the item {strange!r} has no row in {what}.", strange=strange[0], what=_(what)
        )
    rows = data.loc[data["item"].isin(order), ["unit", "item", "start", "end", *extra]]
    return rows.round({"start": 3, "end": 3, "start_share": 2, "end_share": 2}), units, order


def opportunity_chart(
    data: pd.DataFrame,
    *,
    first: str | None = None,
    held_name: str = N_("has it already"),
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Rank what a place does not have by a score, and below it what it has, for a chosen place.

    Parameters
    ----------
    data : DataFrame
        Tidy: unit, name, item, score (zero or more), held (bool); one row a unit and item. The
        tooltip has the column ``detail`` where there is one; ``search`` is as in `profile_chart`.
    first
        As in `profile_chart`.
    held_name : str
        What is said of an item that the place has.
    **words
        title, unit, sample, period, source, description, notes: see `finish`. The sample must
        name the number of units to choose from.

    Returns
    -------
    altair.LayerChart
        A bar for each item, highest score first; items that are held below, in grey; a menu and a
        search of units.

    Raises
    ------
    InputError
        If a column is missing, a score is missing, negative or infinite, `held` is not True or
        False, a unit has an item twice or lacks one, two units share a name, or no unit is called
        `first`.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> scores = {"Tea": [30.0, 60.0], "Rice": [50.0, 20.0]}
    >>> data = pd.DataFrame(scores).assign(unit=["a", "b"], name=["Rongjiang", "Meitan"])
    >>> data = data.melt(["unit", "name"], var_name="item", value_name="score")
    >>> chart = gzbook.opportunity_chart(
    ...     data.assign(held=data.score > 55), title="SIMULATED: what is near", unit="%",
    ...     sample="2 counties", period="today", source="drawn by hand",
    ...     description="Two bars for the chosen county.",
    ... )
    >>> chart.params[0].value
    'Rongjiang'
    """
    held_name = _(held_name)
    rows, units = _checked_scores(data, first)
    items = rows["item"].unique()
    place = _place_menu(units, first)
    typed, folded = county_search(_(CASE))
    room = 10 + max(text_width(str(item), theme.TEXT_SIZE) for item in items)
    base = _ranked(rows, units).encode(
        y=alt.Y(
            "rank:Q",
            axis=None,
            scale=alt.Scale(domain=[-0.1, len(items) + 0.6], reverse=True, nice=False),
        ),
        tooltip=_score_tooltip(rows, held_name),
    )
    x = alt.X(
        "score:Q",
        axis=None,  # every bar says its value
        scale=alt.Scale(
            domain=[0, float(rows["score"].max())],
            nice=False,
            range=[room, alt.ExprRef("width - 34")],
        ),
    )
    colour = either("datum.held", theme.QUIET, theme.INDUSTRY)
    faint = either("datum.held", 0.45, 1)
    zero = alt.X2(datum=0)
    bars = base.mark_bar(height=BAR * 0.62, cornerRadiusEnd=2).encode(
        x=x, x2=zero, color=colour, opacity=faint
    )
    label = base.mark_text(align="left", baseline="middle").encode(
        x=alt.value(0), text="item:N", opacity=either("datum.held", 0.7, 1)
    )
    written = base.transform_calculate(said="format(datum.score, '.0f')").mark_text(
        align="left", baseline="middle", dx=4
    )
    name = base.transform_filter("datum.rank === 1").mark_text(
        align="right", baseline="bottom", fontWeight="bold", fontSize=14
    )
    layers = [
        touch_rows(base, BAR),
        bars,
        label,
        written.encode(x=x, text="said:N"),
        name.encode(x=alt.value("width"), y=alt.value(10), text="name:N"),
    ]
    chart = alt.LayerChart(layer=layers, width="container", height=BAR * (len(items) + 0.7))
    chart = chart.add_params(place, typed, folded)
    return finish(chart, n=len(units), lead=[_("Grey: {what}.", what=held_name)], **words)


def _ranked(rows: pd.DataFrame, units: pd.DataFrame) -> alt.Chart:
    """Rows of the chosen unit with their rank, what it has below what it has not."""
    yes, no = in_vega(N_("true")), in_vega(N_("false"))
    return (
        _of_the_chosen(rows, units)
        .transform_calculate(has_it=f"datum.held ? {yes} : {no}")
        .transform_window(
            rank="row_number()",
            sort=[
                alt.SortField("held"),
                alt.SortField("score", order="descending"),
                alt.SortField("item"),
            ],
        )
    )


def _score_tooltip(rows: pd.DataFrame, held_name: str) -> list[alt.Tooltip]:
    out = [
        alt.Tooltip("name:N", title=_("county")),
        alt.Tooltip("item:N", title=_("item")),
        alt.Tooltip("score:Q", title=_("score"), format=".0f"),
        alt.Tooltip("has_it:N", title=held_name),
    ]
    return [*out, alt.Tooltip("detail:N", title=_("detail"))] if "detail" in rows else out


def _checked_scores(data: pd.DataFrame, first: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows to draw and units to choose from."""
    what = N_("the table of opportunities")
    require_columns(data, ["unit", "name", "item", "held"], what)
    require_numbers(data, ["score"], what)
    wrong = N_(
        "the score of {name!r}, {item!r} is {value}; it must be a finite number, zero or more."
    )
    refuse(data.assign(value=data["score"])[~(data["score"] >= 0)], wrong)
    if not pd.api.types.is_bool_dtype(data["held"]):
        raise InputError(
            "column held of {what} must be True or False, not {dtype}.",
            what=_(what), dtype=data["held"].dtype,
        )  # fmt: skip
    message = N_("the unit {unit!r} has two rows for {item!r}.")
    require_single(data, ["unit", "item"], message)
    count = data.groupby("unit")["item"].size()
    short = count[count < data["item"].nunique()]
    if len(short):
        raise InputError("the unit {unit!r} has no row for some items.", unit=short.index[0])
    kept = ["unit", "item", "score", "held", *({"detail"} & set(data))]
    return data[kept].round({"score": 2}), _units_to_choose(data, first)
