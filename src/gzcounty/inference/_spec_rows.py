"""Which rows each specification uses: those in which all of its columns are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from gzcounty.models._types import Codes

from ._spec_choices import CHOICES, Choices, Mask
from ._spec_group import Columns


def row_masks(
    choices: Choices, columns: Columns, usable: Mask, codes: dict[str, Codes]
) -> tuple[list[Mask], Codes]:
    """Distinct masks of rows, and which one each specification has."""
    known = {name: ~np.isnan(values) for name, values in columns.numbers.items()}
    known |= {name: values >= 0 for name, values in columns.keys.items()}

    def all_known(names: Iterable[str], start: Mask) -> Mask:
        for name in names:
            start = start & known[name]
        return start

    whole = np.ones(len(usable), dtype=bool)
    options: dict[str, list[Mask]] = {
        "outcome": [known[name] for name in choices.outcome.values()],
        "exposure": [known[name] for name in choices.exposure.values()],
        "controls": [all_known(names, whole) for names in choices.controls.values()],
        "sample": list(choices.sample.values()),
        "effects": [
            all_known([name for effect in pair for name in effect], usable)
            for pair in choices.effects.values()
        ],
        "weights": [whole if name is None else known[name] for name in choices.weights.values()],
    }
    # First among the options of a choice, then among their combinations, so that no mask is
    # formed twice.
    radix = np.zeros(len(codes["outcome"]), dtype=np.intp)
    distinct: list[list[Mask]] = []
    for name in CHOICES:
        own, place = _distinct(options[name])
        radix = radix * len(own) + place[codes[name]]
        distinct.append(own)
    combined, inverse = np.unique(radix, return_inverse=True)
    places = np.unravel_index(combined, [len(own) for own in distinct])
    masks = []
    for chosen in zip(*places, strict=True):
        mask = distinct[0][chosen[0]]
        for own, place in zip(distinct[1:], chosen[1:], strict=True):
            mask = mask & own[place]
        masks.append(mask)
    masks, final = _distinct(masks)
    return masks, final[inverse]


def _distinct(masks: Sequence[Mask]) -> tuple[list[Mask], Codes]:
    found: dict[bytes, int] = {}
    kept: list[Mask] = []
    place = np.empty(len(masks), dtype=np.intp)
    for i, mask in enumerate(masks):
        key = mask.tobytes()
        if key not in found:
            found[key] = len(kept)
            kept.append(mask)
        place[i] = found[key]
    return kept, place
