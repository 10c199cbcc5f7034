"""A composite index whose weights the reader moves, with the ranking that follows from them."""

import json
from itertools import product
from typing import Any, Literal, Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzbook.figures.atlas import ACTS, IN_FOCUS, focus
from gzbook.frames import CASE, named_counties
from gzcounty.charts import encodings, theme
from gzcounty.charts.encodings import county_tooltip, in_vega, shown_names
from gzcounty.charts.frame import (
    Words,
    finish,
    refuse,
    require_codes,
    require_numbers,
    side_by_side,
)
from gzcounty.charts.maps import edge, marks_on_tiles, outlines, place, tile_labels
from gzcounty.charts.selection import search_field
from gzcounty.checks import require_columns
from gzcounty.language import N_, _, in_language

# The place in a ranking belongs to no dimension, so it has no hue.
GREYS = ["#414B56", "#626D79", "#8A94A0", "#B3BBC3", "#DDE1E5"]
# Pixels from the top: tiles, then three lines about a county, then the bars of all counties.
TILES, CARD, BARS, FOOT = 330, 348, (425, 545), 563
LEGEND = 92  # pixels from the right

STEPS = 10  # a weight runs from 0 to this
LABELS = {"industry": N_("Industry 业"), "county": N_("County 县"), "people": N_("People 民")}


def index_explorer(
    data: pd.DataFrame, tiles: pd.DataFrame, names: pd.DataFrame, **words: Unpack[Words]
) -> alt.LayerChart:
    """Draw the ranking of counties by a weighted mean of indices, with a slider for each weight.

    Weights are divided by their sum; if all are zero they count as equal.

    Parameters
    ----------
    data : DataFrame
        adcode, and the indices industry, county and people from 0 to 1, none missing; one row a
        tile.
    tiles, names
        As in `atlas`.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        Tiles, dark for the first in the ranking; a card of the county that is found by name or
        touched, with its places at equal weights and at any weights of the sliders; and bars of all
        counties in order, made of the parts that each index adds.

    Raises
    ------
    InputError
        If a column is missing, a value is missing or outside 0 to 1, or a tile has no row or no
        name.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> index = gz.dimension_indices(harmonised=False)
    >>> chart = gzbook.index_explorer(
    ...     index, gz.load_tile_grid(), gz.load_counties(),
    ...     title="The ranking is made by its weights", unit="index from 0 to 100",
    ...     sample=gz.sample_name(index.adcode), period="2020", source="population census 2020",
    ...     description="Tiles and bars of the counties, ranked by three indices.",
    ... )
    >>> [param.name for param in chart.params if "weight" in param.name]
    ['weight0', 'weight1', 'weight2']
    """
    labels = [_(label) for label in LABELS.values()]
    frame = _checked(data, tiles, names)
    ranked = _ranked(frame)
    picks = [
        alt.selection_point(
            name=name,
            fields=["adcode"],
            # Names and diamonds lie above the tiles and belong to them.
            on=f"{on}[event.item && event.item.datum && event.item.datum.adcode]",
            clear=clear,
            toggle=False,
            empty=False,
        )
        for name, (on, clear) in ACTS.items()
    ]
    layered = alt.LayerChart(
        layer=[*_tiles(frame, picks), *_card(len(frame), labels), *_bars(len(frame), labels)],
        data=alt.InlineData(values=ranked.to_dict("records")),
        width="container",
        height=FOOT,
    )
    layered = _weighted(layered).resolve_scale(x="independent", y="independent")
    # Altair has lifted the selections of the tiles to the top already.
    layered.params = [
        *layered.params,
        *_weights(labels),
        alt.VariableParameter(name="search", value="", bind=search_field(_(CASE))),
        *focus(names, frame["adcode"]),
    ]
    any_weights = _("Any weights: all that the sliders can give.")
    marked = theme.marked_note(named_counties())[0]
    notes = [_("Tiles: dark is number 1."), side_by_side(f"{any_weights} {marked}")]
    return finish(layered, n=len(frame), lead=notes, **words)


def _checked(data: pd.DataFrame, tiles: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Return the tiles with their names and indices."""
    what = N_("the table of indices")
    require_columns(data, ["adcode"], what)
    require_numbers(data, LABELS, what)
    require_codes(data.adcode, tiles.adcode, what, N_("the tile grid"))
    frame = place(tiles, names)[0].merge(data[["adcode", *LABELS]], on="adcode", how="left")
    message = N_("{name} of {code} is {value}; every tile needs a number from 0 to 1.")
    for name in LABELS:
        wrong = frame[~frame[name].between(0, 1)]
        refuse(wrong.assign(code=wrong["adcode"], value=wrong[name]), message, name=name)
    return frame


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the chart: indices of 100, and the places that weights can give."""
    out = frame.drop(columns=list(LABELS))
    indices = (100 * frame[list(LABELS)]).round(2)
    weights = np.array(list(product(range(STEPS + 1), repeat=len(LABELS))), dtype=float)
    weights[0] = 1.0  # all zero counts as equal
    values = weights @ indices.T.to_numpy() / weights.sum(axis=1, keepdims=True)
    # Rounded, so that equal weights of 1 and of 10 do not differ by the last bit.
    places = pd.DataFrame(values.round(9)).rank(axis=1, ascending=False, method="min").astype(int)
    out["u"] = indices.to_numpy().tolist()
    out["equal"], out["best"], out["worst"] = places.iloc[0], places.min(), places.max()
    return out


def _weights(labels: list[str]) -> list[alt.VariableParameter]:
    """Return a slider for each weight, and what follows: the shares of the indices."""
    sliders = [
        alt.VariableParameter(
            name=f"weight{k}",
            value=STEPS // 2,
            bind=alt.BindRange(
                input="range", min=0, max=STEPS, step=1, name=_("{label}: ", label=label)
            ),
        )
        for k, label in enumerate(labels)
    ]
    total = " + ".join(f"weight{k}" for k in range(len(labels)))
    shares = [
        alt.VariableParameter(
            name=f"share{k}", expr=f"({total}) > 0 ? weight{k} / ({total}) : {1 / len(labels)!r}"
        )
        for k in range(len(labels))
    ]
    return [*sliders, *shares]


def _weighted(chart: alt.LayerChart) -> alt.LayerChart:
    """Add the parts, the index and the place of each county, computed anew for every weight."""
    count = len(LABELS)
    parts = {f"part{k}": f"share{k} * datum.u[{k}]" for k in range(count)}
    ends = {f"end{k}": " + ".join(f"datum.part{j}" for j in range(k + 1)) for k in range(count)}
    # Rounded, so that equal counties do not differ by the last bit.
    value = f"round(1e6 * datum.end{count - 1}) / 1e6"
    falling: list[alt.SortField | dict[str, str]] = [alt.SortField("value", order="descending")]
    return (
        chart.transform_calculate(**parts)
        .transform_calculate(**ends)
        .transform_calculate(value=value)
        .transform_window(rank="rank()", order="row_number()", sort=falling, frame=[None, None])
    )


def _tooltip() -> list[alt.Tooltip]:
    return [
        *county_tooltip(N_("County")),
        alt.Tooltip("rank:Q", title=_("number")),
        alt.Tooltip("value:Q", title=_("index"), format=".0f"),
    ]


def _tiles(frame: pd.DataFrame, picks: list[alt.Parameter]) -> list[alt.Chart]:
    """Return the tile grid, coloured by the place in the ranking."""
    n = len(frame)
    # Stated, as a layer of some tiles would else have a grid of its own.
    cols, rows = (list(range(int(frame[side].max()) + 1)) for side in ("col", "row"))
    # Bands, also for the diamonds, which would else stand at a tile's centre.
    bands: dict[str, Any] = {"type": "band", "paddingInner": 0.06, "paddingOuter": 0}
    across = alt.Scale(domain=cols, **bands)
    down = alt.Scale(domain=rows, range=[0, TILES], **bands)
    where: dict[str, Any] = {
        "x": alt.X("col:O", axis=None, scale=across),
        "y": alt.Y("row:O", axis=None, scale=down),
    }
    base = alt.Chart().encode(**where, tooltip=_tooltip())
    squares = base.mark_rect(
        cornerRadius=2, cursor="pointer", **edge("value", "hover.adcode", "datum.adcode")
    ).encode(
        fill=alt.Fill(
            "rank:Q", scale=alt.Scale(domain=[1, n], range=GREYS, interpolate="rgb"), legend=None
        )
    )
    outline = outlines(base.transform_filter(IN_FOCUS), "rect", cornerRadius=2)
    ink = encodings.ink_at(f"({n} - datum.rank) / {max(n - 1, 1)}", "rank", "share")
    marks = marks_on_tiles(named_counties(), alt.Chart(), _tooltip())
    marks.encoding.x.scale, marks.encoding.y.scale = across, down
    return [squares.add_params(*picks), *outline, *tile_labels(base, "width", ink), marks]


def _card(n: int, labels: list[str]) -> list[alt.Chart]:
    """Return three lines about the county in focus."""
    parts = [
        in_vega(
            N_("{label} {value}"), label=json.dumps(label), value=f"format(datum.u[{k}], '.0f')"
        )
        for k, label in enumerate(labels)
    ]
    names, comma = " + ' ' + ".join(f"datum.{name}" for name in shown_names()), _(", ")
    texts = [
        in_vega(N_("{county}: number {rank} of {n}"), county=names, rank="datum.rank", n=f"'{n}'"),
        in_vega(
            N_("Equal weights: {equal}. Any weights: {best} to {worst}"),
            equal="datum.equal", best="datum.best", worst="datum.worst",
        ),
        in_vega(N_("{indices} of 100"), indices=f" + {comma!r} + ".join(parts)),
    ]  # fmt: skip
    about = alt.Chart().transform_filter(IN_FOCUS)
    return [
        about.transform_calculate(line=line)
        .mark_text(
            align="left",
            baseline="top",
            fontSize=12 if k else 14,
            fontWeight="normal" if k else "bold",
        )
        .encode(x=alt.value(0), y=alt.value(CARD + 18 * k), text="line:N")
        for k, line in enumerate(texts)
    ]


def _bars(n: int, labels: list[str]) -> list[alt.Chart]:
    """Return the counties in order, number 1 at the left, and what stands around them."""
    top, bottom = BARS
    across = alt.Scale(domain=[0.5, n + 0.5], nice=False, zero=False)
    up = alt.Scale(domain=[0, 100], range=[bottom, top], nice=False)
    base = (
        alt.Chart()
        .transform_calculate(left="datum.order - 0.44", right="datum.order + 0.44", foot="0")
        .encode(x=alt.X("left:Q", axis=None, scale=across), x2="right:Q", tooltip=_tooltip())
    )
    hues = list(theme.DIMENSIONS.values())
    ends = ["foot", *(f"end{k}" for k in range(len(labels)))]
    parts = [
        base.mark_rect(color=hues[k], cursor="pointer").encode(
            y=alt.Y(f"{ends[k]}:Q", axis=None, scale=up), y2=f"{ends[k + 1]}:Q"
        )
        for k in range(len(labels))
    ]
    chosen = alt.Chart().transform_filter(IN_FOCUS)
    pointer = chosen.mark_point(
        shape="triangle-down", filled=True, size=70, color=theme.TEXT, opacity=1, yOffset=-7
    ).encode(x=alt.X("order:Q", axis=None, scale=across), y=alt.Y("value:Q", axis=None, scale=up))
    # One row carries each text: its words stand at a fixed place.
    one = alt.Chart().transform_filter("datum.order === 1")
    # The square alone is coloured: no hue of text reads well on light and on dark paper.
    legend = [
        one.mark_text(text=text, align="left", baseline="top", color=colour).encode(
            x=alt.value({"expr": f"width - {x}"}), y=alt.value(top - 18 + 16 * k)
        )
        for k, label in enumerate(labels)
        for text, colour, x in (("■", hues[k], LEGEND), (label, theme.TEXT, LEGEND - 14))
    ]
    last = alt.Chart().transform_filter(f"datum.order === {n}")
    end_texts: list[tuple[alt.Chart, int, Literal["left", "right"], int | str]] = [
        (one, 1, "left", 0),
        (last, n, "right", "width"),
    ]
    name = in_language("datum.name_en", "datum.short")
    feet = [
        end.mark_text(
            text={"expr": in_vega(N_("{number}: {county}"), number=f"'{number}'", county=name)},
            align=align,
            baseline="bottom",
        ).encode(x=alt.value(x), y=alt.value(FOOT))
        for end, number, align, x in end_texts
    ]
    return [*parts, pointer, *legend, *feet]
