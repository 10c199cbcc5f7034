"""Units are matched by id; an id that has no partner is named, with the likely reason."""

import unicodedata
from collections.abc import Hashable

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, listed


def require_same_ids(
    ids: pd.Index, known: pd.Index, where: str, *, whole: bool = True, of: str = "W"
) -> None:
    """Raise `InputError` unless `ids` are the units of the weights, each once, in any order.

    Parameters
    ----------
    ids : Index
        What was given.
    known : Index
        Units of the weights.
    where : str
        What was given, in words, such as "the data".
    whole : bool
        Whether every known unit must be there.
    """
    if ids.hasnans:
        raise InputError(f"An id in {where} is missing; give every unit its id.")
    twice = ids[ids.duplicated()].unique()
    if len(twice):
        raise InputError(
            f"{listed(twice)} {'stands' if len(twice) == 1 else 'stand'} more than once in "
            f"{where}; there must be one row a unit, such as one year of a panel."
        )
    strange = ids[~ids.isin(known)]
    if len(strange):
        raise InputError(
            f"{of} has no {listed(strange)}, which {where} "
            f"{'has' if where != 'the columns of W' else 'have'}.{_reason(strange[0], known)}"
        )
    if whole and len(ids) < len(known):
        absent = known[~known.isin(ids)]
        raise InputError(
            f"{counted(len(absent), 'unit')} of {of} not in {where}: {listed(absent)}; if that is "
            "meant, give W.subset(ids)."
        )


def refuse_twins(ids: pd.Index) -> None:
    """Raise `InputError` if an id is missing, or two are the same but for the width of letters."""
    if ids.hasnans:
        raise InputError("An id of the weights is missing; give every unit its id.")
    if ids.has_duplicates:
        raise InputError(f"{listed(ids[ids.duplicated()].unique())} is twice among the ids.")
    if pd.api.types.is_numeric_dtype(ids.dtype):
        return
    plain: dict[Hashable, Hashable] = {}
    for name in ids:
        other = plain.setdefault(_plain(name), name)
        if other is not name and other != name:
            raise InputError(
                f"The ids {listed([other, name])} differ only in the width of letters, in type or "
                "in spaces around them; write each unit in one way."
            )


def _plain(name: Hashable) -> str:
    """Half-width, without spaces around, as text."""
    return unicodedata.normalize("NFKC", str(name)).strip()


def _reason(strange: Hashable, known: pd.Index) -> str:
    """Say why an id may have found no partner."""
    partner = next((name for name in known if _plain(name) == _plain(strange)), None)
    if partner is None:
        return f" Its units are {listed(known, 3)}."
    if type(partner) is not type(strange):
        ours, theirs = (
            "text" if isinstance(name, str) else "numbers" for name in (partner, strange)
        )
        if ours != theirs:
            return f" Its ids are {ours} and these are {theirs}; convert one of them."
    return f" It has {str(partner)!r}, which differs in the width of letters or in spaces."
