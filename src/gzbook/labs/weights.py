"""The weights lab: what a ranking of the counties owes to the weights of its indicators."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from gzbook.county_sheet import outlines
from gzbook.frames import named_counties
from gzbook.labs.answer import CHINESE, Answer, filled
from gzcounty.charts.maps import map_chart
from gzcounty.charts.theme import SEQUENTIAL, Hue
from gzcounty.data.guizhou import load_boundaries, load_counties
from gzcounty.errors import InputError
from gzcounty.measures.dimensions import DIMENSIONS, INDICATORS, dimension_indices
from gzcounty.measures.indices import composite_index

if TYPE_CHECKING:
    from gzbook.labs.lab import Lab

INDICES = {
    "all": "All nine indicators",
    "industry": "Industry 业",
    "county": "County 县",
    "people": "People 民",
}
SHORT = {
    "nonfarm_share": "Outside farming",
    "manufacturing_share": "Manufacturing",
    "business_service_share": "Business services",
    "urban_share": "Urban share",
    "public_service_share": "Public services",
    "piped_water_share": "Piped water",
    "schooling_years": "Schooling",
    "floor_area": "Floor area",
    "bathing_share": "Bathing facility",
}
"""What fits beside a slider."""
# Whole sentences with named fields: this module fills them, and the lab's page on the website.
WORDS = {
    "moves": "{first} comes first of {n} counties. The ranking agrees with that by entropy weights "
    "to {agreement} (rank correlation); {most} moves most, by {places} places {way}.",
    "opening": "{first} comes first of {n} counties. The ranking agrees with that by entropy "
    "weights to {agreement} (rank correlation), for these are the entropy weights.",
    "none moves": "{first} comes first of {n} counties. The ranking agrees with that by entropy "
    "weights to {agreement} (rank correlation); no county moves.",
    "up": "up",
    "down": "down",
    "shown": "The first {shown} of {n}; moved: places gained since entropy weights.",
    "dimensions": "Weight of each dimension: industry {industry} %; county {county} %; people "
    "{people} %.",
    "means": "A high value of one indicator makes up for a low one of another. Nothing here counts "
    "e-commerce.",
    "formula": "index = \N{GREEK CAPITAL LETTER SIGMA} weight \N{MULTIPLICATION SIGN} "
    "(value \N{MINUS SIGN} lowest) / (highest \N{MINUS SIGN} lowest), with weights {weights}, each "
    "divided by their sum, {total}",
    "title": "{first} comes first by your weights",
    "unit": "index from 0 to 1, {index}, by your weights",
    "sample": "{n} counties of Guizhou",
    "period": "2020",
    "source": "population census 2020",
    "hint": "Point at a county to see its place. Diamonds: counties that the paper names.",
    "pointed": "{county}: index {value}, place {place} of {n}",
    "description": "Map of Guizhou's counties coloured by the index. {sentence}",
}
FORMATS = {"index": ".2f", "moved": "+d"}
SHOWN = 10
MOST = 100
EQUAL = 33


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
    from gzbook.labs.lab import Lab, buttons, dropdown, headed, slider

    controls = {"index": dropdown("Index", {label: key for key, label in INDICES.items()}, "all")}
    for name, points in entropy_points().items():
        controls[name] = slider(SHORT[name], 0, MOST, 1, points)
    ways = buttons(
        {"Entropy weights": entropy_points(), "Equal weights": dict.fromkeys(INDICATORS, EQUAL)},
        lambda choices: lab.choose(**choices),
    )
    groups = [
        headed(INDICES[part], [controls[n] for n in INDICATORS if INDICATORS[n].dimension == part])
        for part in DIMENSIONS
    ]
    arrangement = [controls["index"], *groups, ways]
    lab = Lab(answer, controls, arrangement=arrangement, height=540, page=page)
    return lab


@cache
def _data() -> pd.DataFrame:
    return dimension_indices(harmonised=False).set_index("adcode")


@cache
def _start() -> tuple[tuple[str, int], ...]:
    used = dimension_indices(harmonised=False).attrs["weights"]
    return tuple((name, round(100 * w)) for part in used.values() for name, w in part.items())


def entropy_points() -> dict[str, int]:
    """Return the entropy weights within each dimension as whole points of a hundred."""
    return dict(_start())


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
        raise InputError(f"There is no index {index!r}; there are {', '.join(INDICES)}.")
    unknown = [name for name in weights if name not in INDICATORS]
    if unknown:
        raise InputError(
            f"There is no indicator {unknown[0]!r}; there are {', '.join(INDICATORS)}."
        )
    points = entropy_points() | weights
    kept = [n for n, about in INDICATORS.items() if index in ("all", about.dimension)]
    chosen = {name: points[name] for name in kept}
    value = composite_index(_data()[kept], chosen, directions=1)
    opening = {name: entropy_points()[name] for name in kept}
    base = composite_index(_data()[kept], opening, directions=1)
    places = load_counties().set_index("adcode")
    rank, before = (v.rank(ascending=False, method="first").astype(int) for v in (value, base))
    table = pd.DataFrame({
        "place": rank, "county": places.name_en, CHINESE: places.name_zh, "index": value,
        "moved": before - rank,
    }).sort_values("place")  # fmt: skip
    most = table.loc[table.moved.abs().idxmax()]
    total = sum(points[name] for name in kept)
    share = {
        d: sum(points[n] for n in kept if INDICATORS[n].dimension == d) / total for d in DIMENSIONS
    }
    same = points == entropy_points()
    first, n = table.county.iloc[0], len(table)
    sentence = WORDS["moves" if most.moved else "opening" if same else "none moves"].format(
        first=first, n=n, agreement=f"{float(rank.corr(before)):.2f}", most=most.county,
        places=abs(most.moved), way=WORDS["up" if most.moved > 0 else "down"],
    )  # fmt: skip
    notes = (
        WORDS["shown"].format(shown=SHOWN, n=n),
        WORDS["dimensions"].format(**{d: f"{100 * w:.0f}" for d, w in share.items()}),
        WORDS["means"],
    )
    return Answer(
        table=table.head(SHOWN).reset_index(drop=True),
        formats=FORMATS,
        draw=lambda: _chart(value, index, first, sentence),
        sentence=sentence,
        formula=WORDS["formula"].format(
            weights=" : ".join(f"{points[name]}" for name in kept), total=total
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
names = gz.load_counties().set_index("adcode").name_en
index.rename(names).nlargest({shown})"""


def _code(weights: dict[str, float]) -> str:
    """Write the same index with public functions."""
    lines = "\n".join(f'    "{name}": {weight},' for name, weight in weights.items())
    return _CODE.format(weights=lines, shown=SHOWN)


def _chart(value: pd.Series, index: str, first: str, sentence: str) -> Any:  # noqa: ANN401 (altair's charts)
    return map_chart(
        value.rename("index_value").rename_axis("adcode").reset_index(),
        load_boundaries(),
        "index_value",
        number=".2f",
        marked=named_counties(),
        hue=_hue(index),
        title=WORDS["title"].format(first=first),
        unit=WORDS["unit"].format(index=INDICES[index].lower()),
        sample=WORDS["sample"].format(n=len(value)),
        period=WORDS["period"],
        source=WORDS["source"],
        description=WORDS["description"].format(sentence=sentence),
    )


def page() -> dict[str, Any]:
    """Return what the website needs to answer every choice without a kernel.

    An index is the weighted mean of indices of one indicator each, and these are given.
    """
    data, places = _data(), load_counties().set_index("adcode")
    shapes = outlines()
    return {
        "counties": places.name_en[data.index].tolist(),
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
        "indices": INDICES,
        "ramps": {key: SEQUENTIAL[_hue(key)] for key in INDICES},
        "shown": SHOWN,
        "words": WORDS | {"refusal": _refusal()},
        "formats": FORMATS,
        "columns": ["place", "county", CHINESE, "index", "moved"],
        "code": _CODE,
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
