"""Small helpers that put names and counts into sentences."""

from collections.abc import Iterable


def listed(names: Iterable[object], limit: int = 5) -> str:
    """Name things in a row: ``'a', 'b' and 'c'``, or ``'a', 'b' and 7 more`` beyond `limit`."""
    words = [repr(str(name)) for name in names]
    if len(words) > limit:
        words = [*words[:limit], f"{len(words) - limit} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Write a number with its noun: ``1 row``, ``1,200 rows``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
