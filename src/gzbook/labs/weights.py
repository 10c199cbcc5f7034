"""The weights lab: what a ranking of the counties owes to the weights of its indicators."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from gzbook.frames import named_counties
from gzbook.labs.answer import Answer
from gzcounty.charts.maps import map_chart
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
    >>> import gzcounty as gz
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
    ways = buttons({
        "Entropy weights": lambda: lab.choose(**entropy_points()),
        "Equal weights": lambda: lab.choose(**dict.fromkeys(INDICATORS, EQUAL)),
    })  # fmt: skip
    groups = [
        headed(INDICES[part], [controls[n] for n in INDICATORS if INDICATORS[n].dimension == part])
        for part in DIMENSIONS
    ]
    lab = Lab(answer, controls, arrangement=[controls["index"], *groups, ways], height=540)
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
        "place": rank, "county": places.name_en, "县": places.name_zh, "index": value,
        "moved": before - rank,
    }).sort_values("place")  # fmt: skip
    agreement = float(rank.corr(before))
    most = table.loc[table.moved.abs().idxmax()]
    total = sum(points[name] for name in kept)
    share = {
        d: sum(points[n] for n in kept if INDICATORS[n].dimension == d) / total for d in DIMENSIONS
    }
    sentence = (
        f"{table.county.iloc[0]} comes first of {len(table)} counties. The ranking agrees with "
        f"that by entropy weights to {agreement:.2f} (rank correlation)"
        + (
            f"; {most.county} moves most, by {abs(most.moved)} places "
            f"{'up' if most.moved > 0 else 'down'}."
            if most.moved
            else ", for these are the entropy weights."
            if points == entropy_points()
            else "; no county moves."
        )
    )
    parts = "; ".join(f"{d} {100 * w:.0f} %" for d, w in share.items())
    notes = (
        f"The first {SHOWN} of {len(table)}; moved: places gained since entropy weights.",
        f"Weight of each dimension: {parts}.",
        "A high value of one indicator makes up for a low one of another. Nothing here counts "
        "e-commerce.",
    )
    return Answer(
        table=table.head(SHOWN).reset_index(drop=True),
        formats={"index": ".2f", "moved": "+d"},
        draw=lambda: _chart(value, index, table.county.iloc[0], sentence),
        sentence=sentence,
        formula="index = \N{GREEK CAPITAL LETTER SIGMA} weight \N{MULTIPLICATION SIGN} "
        "(value \N{MINUS SIGN} lowest) / (highest \N{MINUS SIGN} lowest), with weights "
        + " : ".join(f"{points[name]}" for name in kept)
        + f", each divided by their sum, {total}",
        code=_code(chosen),
        notes=notes,
    )


def _code(weights: dict[str, float]) -> str:
    """Write the same index with public functions."""
    lines = ["import gzcounty as gz", "", "weights = {"]
    lines += [f'    "{name}": {weight},' for name, weight in weights.items()]
    lines += [
        "}",
        'counties = gz.dimension_indices(harmonised=False).set_index("adcode")',
        "index = gz.composite_index(counties[list(weights)], weights, directions=1)",
        'names = gz.load_counties().set_index("adcode").name_en',
        f"index.rename(names).nlargest({SHOWN})",
    ]
    return "\n".join(lines)


def _chart(value: pd.Series, index: str, first: str, sentence: str) -> Any:  # noqa: ANN401 (altair's charts)
    return map_chart(
        value.rename("index_value").rename_axis("adcode").reset_index(),
        load_boundaries(),
        "index_value",
        number=".2f",
        marked=named_counties(),
        hue="county" if index == "all" else index,  # type: ignore[arg-type]
        title=f"{first} comes first by your weights",
        unit=f"index from 0 to 1, {INDICES[index].lower()}, by your weights",
        sample=f"{len(value)} counties of Guizhou",
        period="2020",
        source="population census 2020",
        description=f"Map of Guizhou's counties coloured by the index. {sentence}",
    )
