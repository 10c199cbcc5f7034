"""The verdicts of a section as numbers and words that its page quotes."""

import re
from collections.abc import Iterable

from .registry import examine
from .rules import WORDS


def quoted_verdicts(ids: Iterable[str], also: Iterable[str] = ()) -> dict[str, int | str]:
    """Return verdict words by key, and how many claims have each word.

    Parameters
    ----------
    ids : iterable of str
        Claims of the section, which are counted.
    also : iterable of str
        Claims of other sections, which are quoted and not counted.

    Returns
    -------
    dict
        Keys such as ``"verdict_3_1_a"`` and ``"n_not_testable"``.

    Examples
    --------
    >>> quoted_verdicts(["3.1-b", "3.1-f"])["n_not_testable"]
    2
    """
    counted = {id: examine(id).word for id in ids}
    quoted = counted | {id: examine(id).word for id in also}
    words = list(counted.values())
    return {
        **{"verdict_" + re.sub(r"[.-]", "_", id): word for id, word in quoted.items()},
        **{"n_" + word.replace(" ", "_"): words.count(word) for word in WORDS},
    }
