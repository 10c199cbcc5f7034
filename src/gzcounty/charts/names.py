"""Where a name stands beside its mark, so that no two names cover each other."""

from collections.abc import Iterable, Sequence

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""


def first_free(names: Iterable[Sequence[Box]], taken: Iterable[Box] = ()) -> list[int]:
    """Return which of its places each name takes, name by name.

    That is the first one clear of what is taken and of the names before it, or else the last.
    """
    chosen, standing = [], list(taken)
    for places in names:
        free = (i for i, place in enumerate(places) if not any(_meet(place, s) for s in standing))
        chosen.append(next(free, len(places) - 1))
        standing.append(places[chosen[-1]])
    return chosen


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
