"""The weights lab: what a ranking of the counties owes to the weights of its indicators."""

from functools import cache
from typing import Any

import pandas as pd

from gzbook.county_pictures import outlines
from gzbook.frames import named_counties
from gzbook.labs import CHINESE, Answer, Lab, buttons, dropdown, filled, headed, slider, template
from gzcounty.charts.encodings import shown_names
from gzcounty.charts.maps import map_chart
from gzcounty.charts.theme import SEQUENTIAL, Hue
from gzcounty.data.guizhou import load_boundaries, load_counties
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.measures.dimensions import DIMENSIONS, INDICATORS, dimension_indices
from gzcounty.measures.indices import composite_index
from gzcounty.words import years

INDICES = {
    "all": N_("All nine indicators"),
    "industry": N_("Industry 业"),
    "county": N_("County 县"),
    "people": N_("People 民"),
}
SHORT = {
    "nonfarm_share": N_("Outside farming"),
    "manufacturing_share": N_("Manufacturing"),
    "business_service_share": N_("Business services"),
    "urban_share": N_("Urban share"),
    "public_service_share": N_("Public services"),
    "piped_water_share": N_("Piped water"),
    "schooling_years": N_("Schooling"),
    "floor_area": N_("Floor area"),
    "bathing_share": N_("Bathing facility"),
}
"""What fits beside a slider."""
# Whole sentences with named fields: this module fills them, and the lab's page on the website.
WORDS = {
    "up": N_(
        "{first} comes first of {n} counties. The ranking agrees with that by entropy weights to "
        "{agreement} (rank correlation); {most} moves most, by {places} places up."
    ),
    "down": N_(
        "{first} comes first of {n} counties. The ranking agrees with that by entropy weights to "
        "{agreement} (rank correlation); {most} moves most, by {places} places down."
    ),
    "opening": N_(
        "{first} comes first of {n} counties. The ranking agrees with that by entropy weights to "
        "{agreement} (rank correlation), for these are the entropy weights."
    ),
    "none moves": N_(
        "{first} comes first of {n} counties. The ranking agrees with that by entropy weights to "
        "{agreement} (rank correlation); no county moves."
    ),
    "shown": N_("The first {shown} of {n}; moved: places gained since entropy weights."),
    "dimensions": N_(
        "Weight of each dimension: industry {industry} %; county {county} %; people {people} %."
    ),
    "means": N_(
        "A high value of one indicator makes up for a low one of another. Nothing here counts "
        "e-commerce."
    ),
    "formula": N_(
        "index = \N{GREEK CAPITAL LETTER SIGMA} weight \N{MULTIPLICATION SIGN} (value "
        "\N{MINUS SIGN} lowest) / (highest \N{MINUS SIGN} lowest), with weights {weights}, each "
        "divided by their sum, {total}"
    ),
    "title": N_("{first} comes first by your weights"),
    "unit": N_("index from 0 to 1, {index}, by your weights"),
    "sample": N_("{n} counties of Guizhou"),
    "source": N_("population census 2020"),
    "hint": N_("Point at a county to see its place. Diamonds: counties that the paper names."),
    "pointed": N_("{county}: index {value}, place {place} of {n}"),
    "description": N_("Map of Guizhou's counties coloured by the index. {sentence}"),
}
PERIOD = "2020"
COLUMNS = ("place", N_("county"), CHINESE, N_("index"), N_("moved"))
FORMATS = {"index": ".2f", "moved": "+d"}
SHOWN = 10
MOST = 100
EQUAL = 33


def _say(name: str, **fields: object) -> str:
    """Say one of `WORDS`."""
    return _(WORDS[name], **fields)


def weights_lab() -> Lab:
    """Show the weights lab: a slider for each indicator of the three dimensions.

    It opens with entropy weights (熵权), rounded to points of a hundred within each dimension, and
    a button leads back to them. Map and table show the index that the weights make, and how many
    places each county has moved since entropy weights.

    Returns
    -------
    Lab
        See `gzbook.labs.weights.answer` for what ``.choose(...)`` takes.

    Raises
    ------
    ModuleNotFoundError
        If ipywidgets is not installed.

    Examples
    --------
    >>> import gzbook
    >>> lab = gzbook.weights_lab()
    >>> lab.answer.table["county"].head(3).tolist()
    ['Guanshanhu', 'Yunyan', 'Bijiang']
    >>> none = lab.choose(**dict.fromkeys(lab.choices, 0) | {"index": "all"})
    >>> none is None, lab.refusal != ""
    (True, True)
    """
    menu = {_(label): key for key, label in INDICES.items()}
    controls = {"index": dropdown(_("Index"), menu, "all")}
    for name, points in entropy_points().items():
        controls[name] = slider(_(SHORT[name]), 0, MOST, 1, points)
    equal = dict.fromkeys(INDICATORS, EQUAL)
    ways = buttons(
        {_("Entropy weights"): entropy_points(), _("Equal weights"): equal},
        lambda choices: lab.choose(**choices),
    )
    parts = {d: [n for n in INDICATORS if INDICATORS[n].dimension == d] for d in DIMENSIONS}
    groups = [headed(_(INDICES[d]), [controls[n] for n in parts[d]]) for d in DIMENSIONS]
    arrangement = [controls["index"], *groups, ways]
    lab = Lab(answer, controls, arrangement=arrangement, height=540, page=page)
    return lab


@cache
def _data() -> pd.DataFrame:
    return dimension_indices(harmonised=False).set_index("adcode")


def entropy_points() -> dict[str, int]:
    """Return the entropy weights within each dimension as whole points of a hundred."""
    used = _data().attrs["weights"]
    return {name: round(100 * w) for part in used.values() for name, w in part.items()}


def answer(index: str = "all", **weights: float) -> Answer:
    """Return the ranking and the map that weights make.

    Parameters
    ----------
    index : str
        Key of `INDICES`: all indicators, or those of one dimension.
    **weights : float
        By indicator, zero or more; those of the index are divided by their sum. Entropy weights
        where none is given.

    Raises
    ------
    InputError
        If a name is unknown, a weight is negative, or all are zero.
    """
    if index not in INDICES:
        raise InputError(
            "There is no index {index!r}; there are {indices}.",
            index=index, indices=_(", ").join(INDICES),
        )  # fmt: skip
    unknown = [name for name in weights if name not in INDICATORS]
    if unknown:
        raise InputError(
            "There is no indicator {unknown!r}; there are {indicators}.",
            unknown=unknown[0], indicators=_(", ").join(INDICATORS),
        )  # fmt: skip
    points = entropy_points() | weights
    kept = [n for n, about in INDICATORS.items() if index in ("all", about.dimension)]
    chosen = {name: points[name] for name in kept}
    value = composite_index(_data()[kept], chosen, directions=1)
    opening = {name: entropy_points()[name] for name in kept}
    base = composite_index(_data()[kept], opening, directions=1)
    places = load_counties().set_index("adcode")
    rank, before = (v.rank(ascending=False, method="first").astype(int) for v in (value, base))
    columns = (rank, places.name_en, places.name_zh, value, before - rank)
    table = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True))).sort_values("place")
    most = table.loc[table.moved.abs().idxmax()]
    total = sum(points[name] for name in kept)
    share = {
        d: sum(points[n] for n in kept if INDICATORS[n].dimension == d) / total for d in DIMENSIONS
    }
    same = points == entropy_points()
    names, n = places[shown_names()[0]], len(table)
    first = names[table.index[0]]
    moves = "up" if most.moved > 0 else "down"
    sentence = _say(
        moves if most.moved else "opening" if same else "none moves",
        first=first, n=n, agreement=f"{float(rank.corr(before)):.2f}", most=names[most.name],
        places=abs(most.moved),
    )  # fmt: skip
    notes = (
        _say("shown", shown=SHOWN, n=n),
        _say("dimensions", **{d: f"{100 * w:.0f}" for d, w in share.items()}),
        _say("means"),
    )
    return Answer(
        table=table.head(SHOWN).reset_index(drop=True),
        formats=FORMATS,
        draw=lambda: _chart(value, index, first, sentence),
        sentence=sentence,
        formula=_say(
            "formula", weights=" : ".join(f"{points[name]}" for name in kept), total=total
        ),
        code=_code(chosen),
        notes=notes,
    )


_CODE = """\
import gzcounty as gz

weights = {{
{weights}
}}
counties = gz.dimension_indices(harmonised=False).set_index("adcode")
index = gz.composite_index(counties[list(weights)], weights, directions=1)
names = gz.load_counties().set_index("adcode").{names}
index.rename(names).nlargest({shown})"""


def _code(weights: dict[str, float]) -> str:
    """Write the same index with public functions."""
    lines = "\n".join(f'    "{name}": {weight},' for name, weight in weights.items())
    return _CODE.format(weights=lines, shown=SHOWN, names=shown_names()[0])


def _chart(value: pd.Series, index: str, first: str, sentence: str) -> Any:  # noqa: ANN401 (altair's charts)
    return map_chart(
        value.rename("index_value").rename_axis("adcode").reset_index(),
        load_boundaries(),
        "index_value",
        number=".2f",
        marked=named_counties(),
        hue=_hue(index),
        title=_say("title", first=first),
        unit=_say("unit", index=_(INDICES[index]).lower()),
        sample=_say("sample", n=len(value)),
        period=PERIOD,
        source=_say("source"),
        description=_say("description", sentence=sentence),
    )


def page() -> dict[str, Any]:
    """Return what the website needs to answer every choice without a kernel.

    An index is the weighted mean of indices of one indicator each, and these are given.
    """
    data, places = _data(), load_counties().set_index("adcode")
    shapes = outlines()
    return {
        "counties": places[shown_names()[0]][data.index].tolist(),
        "chinese": places.name_zh[data.index].tolist(),
        "shapes": [shapes[code] for code in data.index],
        "marked": [
            data.index.get_loc(code) for codes in named_counties().values() for code in codes
        ],
        "indicators": {
            name: {
                "dimension": about.dimension,
                "values": filled(composite_index(data[[name]], {name: 1}, directions=1)),
            }
            for name, about in INDICATORS.items()
        },
        "opening": entropy_points(),
        "indices": {key: _(label) for key, label in INDICES.items()},
        "ramps": {key: SEQUENTIAL[_hue(key)] for key in INDICES},
        "shown": SHOWN,
        "words": {
            "period": years(PERIOD),
            "refusal": _refusal(),
            **{key: template(words) for key, words in WORDS.items()},
        },
        "formats": FORMATS,
        "columns": [n for n in COLUMNS if n != CHINESE or len(shown_names()) > 1],
        "code": _CODE.replace("{names}", shown_names()[0]),
    }


def _refusal() -> str:
    """Return what is said where all weights are zero."""
    try:
        answer("all", **dict.fromkeys(INDICATORS, 0.0))
    except InputError as error:
        return str(error)
    raise RuntimeError("Weights that are all zero were not refused.")


def _hue(index: str) -> Hue:
    return "county" if index == "all" else index  # type: ignore[return-value]
