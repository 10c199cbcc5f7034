"""The rows that a model uses, with nothing dropped silently.

Rules
-----
- Missing values (NaN, None) leave a row out; the notes count them by column.
- Infinite values are refused: they are mistakes more often than they are missing values.
- Text is never turned into numbers or categories unasked. True and False count as 1 and 0.
- Only the columns a model uses are looked at.
- Notes that come with the data, in ``data.attrs["notes"]``, are passed on; where they are lost, the
  column that marks rows as SIMULATED still says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import counted, data_notes, listed

from ._arrays import Array, Codes
from .nearness import SINGLE


@dataclass(frozen=True)
class Key:
    """A column of identifiers as codes: an entity, a year, a cluster."""

    codes: Codes  # (n,): numbered 0, 1, ... without gaps
    levels: pd.Index  # What each code stands for

    def keep(self, rows: np.ndarray) -> "Key":
        """Return the key of only `rows` (a boolean mask), numbered anew."""
        codes = self.codes[rows]
        present = np.bincount(codes, minlength=len(self.levels)) > 0
        return Key((np.cumsum(present) - 1)[codes], self.levels[present])


@dataclass(frozen=True)
class Sample:
    """The rows that a model uses."""

    numbers: pd.DataFrame  # Columns used as numbers, index as in the user's data
    categories: pd.DataFrame  # Columns used inside ``C(...)``, in their own types, same index
    keys: dict[str, Key]  # Columns used as identifiers
    notes: tuple[str, ...]  # What was left out, and why

    def __len__(self) -> int:
        return len(self.numbers)

    def keep(self, rows: np.ndarray) -> "Sample":
        """Return the sample with only `rows` (a boolean mask)."""
        keys = {name: key.keep(rows) for name, key in self.keys.items()}
        return Sample(self.numbers[rows], self.categories[rows], keys, self.notes)

    def noting(self, note: str) -> "Sample":
        """Return the sample with one more note."""
        return Sample(self.numbers, self.categories, self.keys, (*self.notes, note))


def take_sample(
    data: pd.DataFrame,
    numeric: Iterable[str],
    categories: Iterable[str] = (),
    keys: Iterable[str] = (),
) -> Sample:
    """Keep the rows in which every column named is known."""
    numeric, categories = list(dict.fromkeys(numeric)), list(dict.fromkeys(categories))
    keys = list(dict.fromkeys(keys))
    require_columns(data, [*numeric, *categories, *keys])
    notes = data_notes(data)
    data = pd.DataFrame(data)  # without attrs, which pandas copies with each column

    numbers = {name: as_numbers(data[name]) for name in numeric}
    factorised = {name: pd.factorize(data[name]) for name in keys}
    missing = {name: np.isnan(values) for name, values in numbers.items()}
    missing |= {name: data[name].isna().to_numpy() for name in categories}
    missing |= {name: codes < 0 for name, (codes, __) in factorised.items()}
    counts = {name: int(flags.sum()) for name, flags in missing.items() if flags.any()}

    complete = np.ones(len(data), dtype=bool)
    for flags in missing.values():
        complete &= ~flags
    kept = int(complete.sum())

    if counts:
        lost = len(data) - kept
        once = N_("Left out {lost:,} of {rows} for missing values: {columns}.")
        several = N_(
            "Left out {lost:,} of {rows} for missing values: {columns} (a row can lack several)."
        )
        notes.append(_(
            several if sum(counts.values()) > lost else once,
            lost=lost, rows=counted(len(data), "row"),
            columns=_(", ").join(f"{name} {count:,}" for name, count in counts.items()),
        ))  # fmt: skip
    if kept == 0 and not counts:
        raise InputError("No row is left to estimate from: the data have no rows.")
    if kept == 0:
        raise InputError(
            "No row is left to estimate from: missing values in {columns}.", columns=listed(counts)
        )

    columns = np.array([*numbers.values()]).reshape(len(numbers), len(data))
    sample = Sample(
        pd.DataFrame(columns.T, index=data.index, columns=[*numbers], copy=False),
        data[categories] if categories else pd.DataFrame(index=data.index),
        {name: Key(codes, pd.Index(values)) for name, (codes, values) in factorised.items()},
        tuple(notes),
    )
    return sample.keep(complete) if counts else sample


def combined(parts: Sequence[Codes]) -> Codes:
    """Return one code for each combination of the codes of one or several columns."""
    codes = parts[0]
    for other in parts[1:]:
        codes = pd.factorize(codes * (int(other.max()) + 1) + other)[0]
    return codes


def value_of_each(
    units: Codes, values: np.ndarray[Any, Any], number: int
) -> tuple[np.ndarray[Any, Any], Codes]:
    """Return one value of each unit 0, 1, ..., and the units within which it changes.

    Numbers that differ by rounding to float32 at most are the same.
    """
    one = np.empty(number, dtype=values.dtype)
    one[units] = values
    changed = one[units] != values
    if changed.any() and values.dtype.kind == "f":
        changed &= ~np.isclose(values, one[units], rtol=SINGLE, atol=0)
    return one, np.unique(units[changed])


def constant_within(sample: Sample, name: str, entity: str) -> Array:
    """Return the value of each entity; raise `InputError` if it changes within one."""
    key, values = sample.keys[entity], sample.numbers[name].to_numpy()
    value, changing = value_of_each(key.codes, values, len(key.levels))
    if changing.size:
        raise InputError(
            "{name!r} must be constant within each {entity}; it changes in {units}: {names}.",
            name=name, entity=entity, units=counted(changing.size, "unit"),
            names=listed(key.levels[changing]),
        )  # fmt: skip
    return value


def degrees_of_freedom(df: int) -> str:
    """Say how many there are, after "t with"."""
    return counted(df, "degree of freedom", "degrees of freedom")


def require_whole_numbers(sample: Sample, name: str) -> None:
    """Raise `InputError` if a column holds fractions."""
    values = sample.numbers[name].to_numpy()
    wrong = np.flatnonzero(values != np.round(values))
    if wrong.size:
        raise InputError(
            "{name!r} must hold whole numbers, periods such as years; it is {value:g} at index "
            "{index}.",
            name=name, value=values[wrong[0]], index=sample.numbers.index[wrong[0]],
        )  # fmt: skip


def as_names(argument: str | Sequence[str] | None) -> list[str]:
    """Read an argument that is one column name, several, or none."""
    if argument is None:
        return []
    return [argument] if isinstance(argument, str) else list(argument)


def as_numbers(column: pd.Series) -> Array:
    """Read a column as float64 with NaN for missing, or refuse it."""
    name = str(column.name)
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_complex_dtype(column):
        present = column.dropna()
        if present.empty:
            raise InputError(
                "Column {name!r} holds {dtype} values where numbers are needed; convert it "
                "(in a formula, C({name}) makes categories of it).",
                name=name, dtype=column.dtype,
            )  # fmt: skip
        raise InputError(
            "Column {name!r} holds {dtype} values such as {example!r} where numbers are needed; "
            "convert it (in a formula, C({name}) makes categories of it).",
            name=name, dtype=column.dtype, example=str(present.iloc[0]),
        )  # fmt: skip
    plain = isinstance(column.dtype, np.dtype)  # has no NA, for which pandas would look long
    values = column.to_numpy(dtype=float, **({} if plain else {"na_value": np.nan}))
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        raise InputError(
            "Column {name!r} holds {values} (first at index {index}); correct them or "
            "make them missing.",
            name=name, values=counted(infinite.size, "infinite value"),
            index=column.index[infinite[0]],
        )  # fmt: skip
    return values


def read_clusters(sample: Sample, cluster: str | Sequence[str] | None) -> dict[str, Codes]:
    """Cluster codes by column name, one or two of them."""
    names = as_names(cluster)
    if len(names) > 2 or len(set(names)) < len(names):
        raise InputError(
            "cluster takes one column or two different ones, not {names!r}.", names=names
        )
    clusters = {}
    for name in names:
        key = sample.keys[name]
        if len(key.levels) < 2:
            raise InputError(
                "Clustered standard errors need at least two clusters; in this sample {name!r} "
                "is always {value!r}.",
                name=name, value=str(key.levels[0]),
            )  # fmt: skip
        clusters[name] = key.codes
    return clusters


def read_weights(sample: Sample, weights: str | None) -> Array | None:
    """Analytic weights as an array; every one must be above zero."""
    if weights is None:
        return None
    require_positive_weights(sample.numbers[weights])
    return sample.numbers[weights].to_numpy()


def require_positive_weights(weights: pd.Series) -> None:
    """Raise `InputError` unless all weights are above zero; missing ones pass."""
    wrong = weights[weights <= 0]
    if len(wrong):
        raise InputError(
            "Weights must be above zero; {name!r} is {value:g} in {rows} (first at index {index}).",
            name=weights.name, value=wrong.iloc[0], rows=counted(len(wrong), "row"),
            index=wrong.index[0],
        )  # fmt: skip
