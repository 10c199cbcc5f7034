"""Checks that the measures share: matrices, vectors, weights.

Nothing is dropped or converted unasked. A missing value is an error that names its row and column:
an index of a county that lacks an indicator is not the index of that county.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.models._arrays import Array
from gzcounty.words import counted, listed


def as_matrix(
    frame: pd.DataFrame, what: str, low: float = -np.inf, high: float = np.inf, hint: str = ""
) -> Array:
    """Return a table of numbers as float64, or raise InputError; values from `low` to `high`.

    `what` names it in errors (also for no rows, a column twice or without numbers,
    and missing or infinite values, by row and column); `hint` is the advice on values out of range,
    in English (``N_``).
    """
    if frame.empty:
        raise InputError(
            "{what} has {rows} rows and {columns} columns.",
            what=what, rows=frame.shape[0], columns=frame.shape[1],
        )  # fmt: skip
    twice = frame.columns[frame.columns.duplicated()].unique()
    if len(twice):
        raise InputError(
            "{what} has more than one column called {twice}.", what=what, twice=listed(twice)
        )
    for place, kind in enumerate(frame.dtypes):
        if not _is_numeric(kind):
            raise _no_numbers(frame.iloc[:, place], what)
    values = np.array(frame.to_numpy(dtype=float, na_value=np.nan), order="C")
    no_row = N_("no row is dropped")
    for flags, message, advice in (
        (np.isnan(values), N_("{what} is missing in {place}; {allowed}."), no_row),
        (np.isinf(values), N_("{what} is infinite in {place}; {allowed}."), no_row),
        (values < low, N_("{what} is below {low:g} in {place}; {allowed}."), hint),
        (values > high, N_("{what} is above {high:g} in {place}; {allowed}."), hint),
    ):
        if flags.any():
            allowed = _allowed(low, high)
            if advice:
                allowed = _("{allowed}; {advice}", allowed=allowed, advice=_(advice))
            at = _place(frame, flags, what)
            raise InputError(message, what=what, place=at, allowed=allowed, low=low, high=high)
    return values


def _place(frame: pd.DataFrame, flags: np.ndarray, what: str) -> str:
    """Say where the first of the values is, and how many there are besides."""
    row, column = np.argwhere(flags)[0]
    where = {"column": str(frame.columns[column]), "row": str(frame.index[row])}
    more = int(flags.sum()) - 1
    if not more:
        return _("column {column!r}, row {row!r}", **where)
    return _n(
        "column {column!r}, row {row!r} (and {n:,} more value in {what})",
        "column {column!r}, row {row!r} (and {n:,} more values in {what})",
        more, what=what, **where,
    )  # fmt: skip


def as_vector(values: object, what: str, low: float = -np.inf, like: object = None) -> Array:
    """Return one-dimensional numbers as float64, or raise InputError as `as_matrix` does.

    They must be as long as `like`, which is y, and have its index if both are Series.
    """
    if _is_plain(values, low, like):
        return values.astype(np.float64)  # as a simulation asks thousands of times
    return as_matrix(as_column(values, what, like).to_frame(what), what, low=low)[:, 0]


def _is_plain(values: object, low: float, like: object) -> TypeGuard[Array]:
    """Whether these are an array of numbers with nothing to refuse and no labels to compare."""
    return (
        type(values) is np.ndarray
        and values.dtype.kind in "iuf"
        and values.ndim == 1
        and (like is None or (type(like) is np.ndarray and like.shape == values.shape))
        and bool(values.size and np.isfinite(values).all() and values.min() >= low)
    )


def as_column(
    values: Any,  # noqa: ANN401 (anything one-dimensional)
    what: str,
    like: Any = None,  # noqa: ANN401
) -> pd.Series:
    """Read any one-dimensional values as a Series that goes with `like`, which is y."""
    if isinstance(values, pd.Series):
        column = values
    else:
        plain = values
        if isinstance(values, (list, tuple)):
            # Not np.asarray, which would turn a missing label among texts into the text "nan".
            nested = any(np.ndim(value) for value in values)
            plain = np.empty((0, 0)) if nested else pd.Series(list(values)).array
        elif not isinstance(values, pd.api.extensions.ExtensionArray):
            plain = np.asarray(values)
        if plain.ndim != 1:
            raise InputError("{what} must have one dimension, not {n}.", what=what, n=plain.ndim)
        index = like.index if isinstance(like, pd.Series) and len(like) == len(plain) else None
        column = pd.Series(plain, index=index)
    if like is not None:
        if len(column) != len(like):
            raise InputError(
                "{what} has {values:,} values, {other} has {others:,}.",
                what=what, values=len(column), other="y", others=len(like),
            )  # fmt: skip
        if isinstance(like, pd.Series) and not column.index.equals(like.index):
            raise InputError(
                "{what} and {other} have different row labels; put them in the same order with "
                "reindex, or pass plain arrays.",
                what=what, other="y",
            )  # fmt: skip
    return column


def as_weights(weights: Mapping[Any, float] | pd.Series | None, names: pd.Index) -> pd.Series:
    """Return weights of the columns, in their order, summing to one; equal ones if None."""
    if weights is None:
        return pd.Series(1.0 / len(names), index=names, name="weight")
    provided = pd.Series(weights)
    if provided.index.has_duplicates:
        raise InputError(
            "weights names {names} twice.",
            names=listed(provided.index[provided.index.duplicated()]),
        )  # fmt: skip
    require_same_names(provided.index, names, "weights")
    values = as_vector(provided.loc[names], "weights", low=0.0)
    total = values.sum()
    if total == 0:
        raise InputError("All weights are zero; at least one must be above zero.")
    return pd.Series(values / total, index=names, name="weight")


def require_known(data: pd.DataFrame, names: Iterable[str]) -> None:
    """Raise `InputError` if a row lacks one of its identifiers."""
    for name in names:
        missing = int(data[name].isna().sum())
        if missing:
            raise InputError(
                "{name!r} is missing in {rows}.", name=name, rows=counted(missing, "row")
            )


def require_same_names(provided: pd.Index, names: pd.Index, what: str) -> None:
    """Raise `InputError` unless `provided` has exactly the columns' names."""
    unknown = [name for name in provided if name not in names]
    absent = [name for name in names if name not in provided]
    if unknown:
        raise InputError(
            "{what} names {unknown}; the columns are {columns}.",
            what=what, unknown=listed(unknown), columns=listed(names, 12),
        )  # fmt: skip
    if absent:
        raise InputError(
            "{what} lacks {columns}: {absent}.",
            what=what, columns=counted(len(absent), "column"), absent=listed(absent),
        )  # fmt: skip


def _is_numeric(kind: Any) -> bool:  # noqa: ANN401 (of numpy or pandas)
    is_other = pd.api.types.is_bool_dtype(kind) or pd.api.types.is_complex_dtype(kind)
    return pd.api.types.is_numeric_dtype(kind) and not is_other


def _no_numbers(column: pd.Series, what: str) -> InputError:
    fields = {"name": str(column.name), "what": what, "kind": column.dtype}
    present = column.dropna()
    if present.empty:
        return InputError(
            "Column {name!r} of {what} holds {kind} values where numbers are needed.", **fields
        )
    return InputError(
        "Column {name!r} of {what} holds {kind} values such as {example!r} where numbers are "
        "needed.",
        **fields, example=str(present.iloc[0]),
    )  # fmt: skip


def _allowed(low: float, high: float) -> str:
    if np.isfinite(low) and np.isfinite(high):
        return _("every value must be a number from {low:g} to {high:g}", low=low, high=high)
    if np.isfinite(low):
        return _("every value must be a number of at least {low:g}", low=low)
    return _("every value must be a finite number")
