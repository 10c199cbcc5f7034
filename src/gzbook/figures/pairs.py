"""How alike one county is to every other, for a county that the reader chooses."""

from collections.abc import Mapping
from typing import Any, Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzbook.frames import named_counties
from gzcounty.charts import encodings, theme
from gzcounty.charts.encodings import county_tooltip, shown_names
from gzcounty.charts.frame import Words, finish, require_codes
from gzcounty.charts.maps import edge, marks_on_tiles, outlines, place, tile_labels, tile_position
from gzcounty.charts.selection import measure_menu
from gzcounty.errors import InputError
from gzcounty.language import N_, _, in_language

HEIGHT, HEAD = 410, 58  # pixels, and those above the tiles for three lines about the chosen county
_NEAREST = 3  # counties named as the most and the least alike


def pair_explorer(
    alike: Mapping[str, pd.DataFrame],
    tiles: pd.DataFrame,
    names: pd.DataFrame,
    *,
    start: str,
    hue: theme.Hue = "county",
    **words: Unpack[Words],
) -> alt.LayerChart:
    """Colour every tile by how alike its county is to the one that is chosen.

    Parameters
    ----------
    alike : mapping of str to DataFrame
        Label of a measure to a matrix of counties by counties (adcodes), in %, 100 if two are
        the same; all of the same counties.
    tiles, names
        As in `gzcounty.tile_map`.
    start : str
        Adcode of the county that is chosen at first.
    hue
        As in `gzcounty.map_chart`.
    **words
        title, unit, sample, period, source, description, notes: see `finish`.

    Returns
    -------
    altair.LayerChart
        A county is chosen by touching its tile or from a menu; a second menu chooses the measure,
        if there are several.

    Raises
    ------
    InputError
        If there is no matrix, a matrix is not of the counties of the tiles (named) in rows and
        columns alike, has values that are missing or outside 0 to 100, or `start` does not exist.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> census = gz.load_industry_employment().query("year == 2020")
    >>> K = gz.krugman_dissimilarity(census, columns=("adcode", "section", "employed"))
    >>> chart = gzbook.pair_explorer(
    ...     {"All industries": 100 * (1 - K / 2)}, gz.load_tile_grid(), gz.load_counties(),
    ...     start="520328", title="Meitan is much like its neighbours",
    ...     unit="% of workers in common", sample=gz.sample_name(K.index), period="2020",
    ...     source="population census 2020",
    ...     description="Tiles coloured by how alike a county is to the one chosen.",
    ... )
    >>> chart.description
    'Tiles coloured by how alike a county is to the one chosen.'
    """
    frame = place(tiles, names)[0].sort_values("name_en", ignore_index=True)
    matrices = {label: _checked(matrix, frame, label) for label, matrix in alike.items()}
    if not matrices:
        raise InputError("there is no matrix of pairs to show.")
    if start not in set(frame.adcode):
        raise InputError("the county {start!r} to start with is not on the tile grid.", start=start)
    rows = alt.InlineData(values=_rows(frame, matrices))
    others = np.concatenate([m[~np.eye(len(m), dtype=bool)] for m in matrices.values()])
    domain = encodings.robust_domain(pd.Series(others), "share")

    first = int(frame.index[frame.adcode == start][0])
    menu = alt.binding_select(
        options=list(range(len(frame))),
        labels=in_language(frame.name_en + " " + frame.short, frame.name_zh).tolist(),
        name=_("County: "),
    )
    # Bound to a menu and set by a touch; a touch beside the tiles must not empty it.
    pick = alt.selection_point(
        name="pick",
        fields=["i"],
        value=[{"i": first}],
        bind=menu,
        # Names and diamonds lie above the tiles and belong to them.
        on="click[event.item && event.item.datum && isValid(event.item.datum.i)]",
        toggle=False,
        empty=False,
    )
    at = alt.param(name="at", expr=f"isArray(pick.i) && isValid(pick.i[0]) ? pick.i[0] : {first}")
    labels = list(matrices)
    params = [at]
    which = "0"
    if len(labels) > 1:
        params.append(measure_menu(labels))
        which = f"indexof({labels!r}, measure)"

    tooltip = [
        *county_tooltip(N_("County")),
        alt.Tooltip("value:Q", title=words["unit"], format=".0f"),
    ]
    chart = alt.Chart().transform_calculate(
        value=f"datum.v[{which}][at]", own="datum.i === at", said=f"datum.lines[{which}]"
    )
    tile = tile_position()
    tile["y"].scale = alt.Scale(
        paddingInner=0.06, paddingOuter=0, range=[HEAD, alt.ExprRef("height")]
    )
    base = chart.encode(**tile, tooltip=tooltip)
    squares = base.mark_rect(
        cornerRadius=2, cursor="pointer", **edge("value", "pick.i", "datum.i")
    ).encode(fill=encodings.fill("value", domain, "share", hue, ".0f"))
    outline = outlines(base.transform_filter("datum.own"), "rect", cornerRadius=2)
    about = chart.transform_filter("datum.own")
    heads = [
        about.transform_calculate(line=f"datum.said[{n}]")
        .mark_text(
            align="left", baseline="top", x=0, y=17 * n, fontWeight="normal" if n else "bold"
        )
        .encode(text="line:N")
        for n in range(3)
    ]
    ink = encodings.ink_on("value", domain, "share")
    layered = alt.LayerChart(
        layer=[
            squares.add_params(pick),
            *outline,
            *tile_labels(base, "width", ink),
            marks_on_tiles(named_counties(), chart, tooltip),
            *heads,
        ],
        data=rows,
        width="container",
        height=HEIGHT,
    ).add_params(*params)
    capped = _("Colours: 5th to 95th percentile of all pairs, capped beyond.")
    notes = [*theme.marked_note(named_counties()), capped]
    return finish(layered, n=len(frame), lead=notes, **words)


def _checked(matrix: pd.DataFrame, frame: pd.DataFrame, label: str) -> np.ndarray:
    """Return a matrix in the order of the frame, in whole per cent."""
    what = _("the matrix {label!r}", label=label)
    for side in (matrix.index, matrix.columns):
        require_codes(side, frame.adcode, what, N_("the tile grid"))
        missing = sorted(set(frame.adcode) - set(side))
        if missing:
            raise InputError(
                "{what} lacks the county {missing}, which has a tile.",
                what=what, missing=missing[0],
            )  # fmt: skip
    values = matrix.loc[frame.adcode, frame.adcode].to_numpy(float)
    if not ((values >= 0) & (values <= 100)).all():
        raise InputError("{what} must hold numbers from 0 to 100, and none missing.", what=what)
    return values


def _rows(frame: pd.DataFrame, matrices: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """Return one row a tile: its place, its values against every county, and its three lines."""
    rows = frame.reset_index(names="i").to_dict("records")
    for row in rows:
        i = row["i"]
        row["v"] = [[int(x) for x in matrix[i].round()] for matrix in matrices.values()]
        row["lines"] = [_lines(row, matrix[i], frame) for matrix in matrices.values()]
    return rows


def _lines(row: dict[str, Any], values: np.ndarray, frame: pd.DataFrame) -> list[str]:
    others = pd.Series(values).drop(index=row["i"])
    order = others.sort_values(ascending=False, kind="stable")
    ends = (order.iloc[:_NEAREST], order.iloc[: -_NEAREST - 1 : -1])
    names = in_language(frame.name_en, frame.short)
    most, least = (
        _(", ").join(_("{county} {value:.0f}", county=names[i], value=x) for i, x in end.items())
        for end in ends
    )
    return [
        _(
            "{county}: a median of {median:.0f} % in common",
            county=" ".join(row[name] for name in shown_names()), median=others.median(),
        ),
        _("Most alike: {counties}", counties=most),
        _("Least alike: {counties}", counties=least),
    ]  # fmt: skip
