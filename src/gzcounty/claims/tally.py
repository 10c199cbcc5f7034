"""The verdicts of a section as numbers and words that its page quotes."""

import re
from collections.abc import Iterable

from gzcounty.errors import InputError

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


def how_many(part: int, whole: int) -> str:
    """Say a share in a word, so that a sentence changes when the ledger does.

    Parameters
    ----------
    part, whole : int
        0 <= part <= whole, and whole above 0.

    Returns
    -------
    str
        none, few (up to a fifth), some (below one half), half, most (above one half), or all.

    Raises
    ------
    InputError
        If the part is not a part of the whole.

    Examples
    --------
    >>> how_many(0, 15), how_many(4, 35), how_many(5, 18), how_many(9, 10)
    ('none', 'few', 'some', 'most')
    """
    if not 0 <= part <= whole or whole == 0:
        raise InputError(f"{part} is not a part of {whole}: it lies between 0 and the whole.")
    if part in (0, whole):
        return "none" if part == 0 else "all"
    if 2 * part == whole:
        return "half"
    if 2 * part > whole:
        return "most"
    return "few" if 5 * part <= whole else "some"
