"""From a formula and a DataFrame to arrays, with nothing dropped silently.

Three steps, so that estimators can work on the sample between them:

1. `read_formula` parses the formula (in formulaic's notation) and finds the columns it needs;
2. `take_sample` keeps the rows in which every needed column is known, and counts the others;
3. `materialise` turns the sample into ``y`` and ``X``.

Rules
-----
- Missing values (NaN, None) leave a row out; the notes count them by column.
- Infinite values are refused, and so are values that become undefined in the formula, such as
  ``log(0)``: they are mistakes more often than they are missing values.
- Text is never turned into categories unasked: write ``C(prefecture)``.
- True and False count as 1 and 0.
- Only the columns a model uses are looked at.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from formulaic import Formula
from formulaic.errors import FormulaicError
from formulaic.transforms import TRANSFORMS

from gzcounty.errors import InputError

from ._words import counted, listed

Array = np.ndarray[Any, np.dtype[np.float64]]
Codes = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True)
class ParsedFormula:
    """A formula and the columns it needs.

    Attributes
    ----------
    parsed : formulaic.Formula
        With a left side and one right side.
    dependent : str
        The left side as written, such as ``log(income)``.
    numeric : tuple of str
        Columns that must hold numbers.
    categorical : tuple of str
        Columns that stand inside ``C(...)`` and may hold anything.
    """

    parsed: Formula
    dependent: str
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]


@dataclass(frozen=True)
class Key:
    """A column of identifiers as codes: an entity, a year, a cluster.

    Attributes
    ----------
    codes : ndarray of int, shape (n,)
        Numbered 0, 1, ... without gaps.
    levels : Index
        What each code stands for.
    """

    codes: Codes
    levels: pd.Index

    def keep(self, rows: np.ndarray) -> "Key":
        """Return the key of only `rows` (a boolean mask), numbered anew."""
        codes = self.codes[rows]
        present = np.bincount(codes, minlength=len(self.levels)) > 0
        return Key((np.cumsum(present) - 1)[codes], self.levels[present])


@dataclass(frozen=True)
class Sample:
    """The rows that a model uses.

    Attributes
    ----------
    numbers : DataFrame of float64
        Columns used as numbers, index as in the user's data.
    categories : DataFrame
        Columns used inside ``C(...)``, in their own types, same index.
    keys : dict of Key
        Columns used as identifiers.
    notes : tuple of str
        What was left out, and why.
    """

    numbers: pd.DataFrame
    categories: pd.DataFrame
    keys: dict[str, Key]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.numbers)

    def keep(self, rows: np.ndarray) -> "Sample":
        """Return the sample with only `rows` (a boolean mask)."""
        keys = {name: key.keep(rows) for name, key in self.keys.items()}
        return Sample(self.numbers[rows], self.categories[rows], keys, self.notes)

    def noting(self, note: str) -> "Sample":
        """Return the sample with one more note."""
        return Sample(self.numbers, self.categories, self.keys, (*self.notes, note))


@dataclass(frozen=True)
class Design:
    """Arrays of a linear model.

    Attributes
    ----------
    y : ndarray, shape (n,)
    X : ndarray, shape (n, k)
    terms : tuple of str
        Names of the k columns of X.
    dependent : str
        Name of y.
    """

    y: Array
    X: Array
    terms: tuple[str, ...]
    dependent: str

    def without(self, term: str) -> "Design":
        """Return the design without one column, if it has it."""
        keep = [i for i, name in enumerate(self.terms) if name != term]
        terms = tuple(self.terms[i] for i in keep)
        return Design(self.y, self.X[:, keep], terms, self.dependent)


def read_formula(formula: str) -> ParsedFormula:
    """Parse ``"y ~ x1 + C(group) + log(x2)"``.

    Raises
    ------
    InputError
        If the formula is not of that form.
    """
    if not isinstance(formula, str) or formula.count("~") != 1:
        raise InputError(
            f"The formula must be one string of the form 'y ~ x1 + x2', not {formula!r}."
        )
    if "|" in formula:
        raise InputError(
            f"The formula {formula!r} has a '|'; name fixed effects by the arguments entity and "
            "time of panel_ols, or write C(column)."
        )
    try:
        parsed = Formula(formula)
        left, right = list(parsed.lhs), list(parsed.rhs)
    except (FormulaicError, AttributeError) as error:
        raise InputError(f"The formula {formula!r} cannot be read: {_plain(error)}") from error
    if len(left) != 1 or not left[0].factors:
        raise InputError(
            f"The formula {formula!r} must have exactly one variable on the left of '~'."
        )

    numeric: set[str] = set()
    categorical: set[str] = set()
    for factor in (factor for term in [*left, *right] for factor in term.factors):
        if re.match(r"\s*lag\(", factor.expr):
            raise InputError(
                "lag() shifts rows and knows nothing of entities; make the lagged column first, "
                "with data.groupby(entity)[column].shift()."
            )
        is_category = re.match(r"\s*C\(", factor.expr) is not None
        (categorical if is_category else numeric).update(_columns_of(factor))
    return ParsedFormula(
        parsed, str(left[0]), tuple(sorted(numeric)), tuple(sorted(categorical - numeric))
    )


def take_sample(
    data: pd.DataFrame,
    numeric: Iterable[str],
    categories: Iterable[str] = (),
    keys: Iterable[str] = (),
) -> Sample:
    """Keep the rows in which every column named is known.

    Parameters
    ----------
    data : DataFrame
    numeric : names of columns that must hold finite numbers
    categories : names of columns of any type that stand inside ``C(...)``
    keys : names of identifiers of any type: entity, time, clusters

    Raises
    ------
    InputError
        If `data` is not a DataFrame, a column is missing or appears twice, a numeric column
        holds text or infinite values, or no complete row is left.
    """
    numeric, categories = list(dict.fromkeys(numeric)), list(dict.fromkeys(categories))
    keys = list(dict.fromkeys(keys))
    require_columns(data, [*numeric, *categories, *keys])

    numbers = {name: as_numbers(data[name]) for name in numeric}
    factorised = {name: pd.factorize(data[name]) for name in keys}
    missing = {name: np.isnan(values) for name, values in numbers.items()}
    missing |= {name: data[name].isna().to_numpy() for name in categories}
    missing |= {name: codes < 0 for name, (codes, _) in factorised.items()}
    counts = {name: int(flags.sum()) for name, flags in missing.items() if flags.any()}

    complete = np.ones(len(data), dtype=bool)
    for flags in missing.values():
        complete &= ~flags
    kept = int(complete.sum())

    notes = [str(note) for note in data.attrs.get("notes", ())]
    if counts:
        by_column = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        overlap = " (a row can lack several)" if sum(counts.values()) > len(data) - kept else ""
        notes.append(
            f"Left out {len(data) - kept:,} of {counted(len(data), 'row')} "
            f"for missing values: {by_column}{overlap}."
        )
    if kept == 0:
        reason = f": missing values in {listed(counts)}" if counts else ": the data have no rows"
        raise InputError(f"No row is left to estimate from{reason}.")

    sample = Sample(
        pd.DataFrame(numbers, index=data.index),
        data[categories],
        {name: Key(codes, pd.Index(values)) for name, (codes, values) in factorised.items()},
        tuple(notes),
    )
    return sample.keep(complete) if counts else sample


def materialise(formula: ParsedFormula, sample: Sample) -> Design:
    """Turn a sample into ``y`` and ``X``.

    Raises
    ------
    InputError
        If a term cannot be computed, or gives a value that is not finite.
    """
    frame = sample.numbers[list(formula.numeric)]
    for name in formula.categorical:
        column = sample.categories[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.cat.remove_unused_categories()
        frame = frame.assign(**{name: column})
    try:
        with np.errstate(all="ignore"):  # an undefined logarithm is named below
            matrices = formula.parsed.get_model_matrix(frame, output="numpy", na_action="ignore")
    except (FormulaicError, TypeError, ValueError) as error:
        raise InputError(f"A term of the formula cannot be computed: {_plain(error)}") from error

    left = np.asarray(matrices.lhs, dtype=float)
    X = np.asarray(matrices.rhs, dtype=float)
    terms = tuple(str(name) for name in matrices.rhs.model_spec.column_names)
    if left.shape[1] != 1:
        raise InputError(
            f"The left side {formula.dependent!r} gives {left.shape[1]} columns; it must be one "
            "number a row."
        )
    y = left[:, 0]
    for name, values in zip((formula.dependent, *terms), (y, *X.T), strict=True):
        _require_finite(name, values, sample.numbers.index)
    return Design(y, X, terms, formula.dependent)


def require_columns(data: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise `InputError` unless `data` is a DataFrame that has every column once."""
    if not isinstance(data, pd.DataFrame):
        raise InputError(f"data must be a pandas DataFrame, not {type(data).__name__}.")
    present = {str(column) for column in data.columns}
    absent = [name for name in names if name not in present]
    if absent:
        close = difflib.get_close_matches(str(absent[0]), sorted(present), n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"There are {listed(data.columns, 12)}."
        noun = "column" if len(absent) == 1 else "columns"
        raise InputError(f"The data have no {noun} {listed(absent)}. {hint}")
    for name in names:
        if isinstance(data[name], pd.DataFrame):
            raise InputError(f"The data have more than one column called {name!r}.")


def as_names(argument: str | Sequence[str] | None) -> list[str]:
    """Read an argument that is one column name, several, or none."""
    if argument is None:
        return []
    return [argument] if isinstance(argument, str) else list(argument)


def read_clusters(sample: Sample, cluster: str | Sequence[str] | None) -> dict[str, Codes]:
    """Cluster codes by column name, one or two of them.

    Raises
    ------
    InputError
        If there are more than two, the same twice, or only one cluster in one of them.
    """
    names = as_names(cluster)
    if len(names) > 2 or len(set(names)) < len(names):
        raise InputError(f"cluster takes one column or two different ones, not {names!r}.")
    clusters = {}
    for name in names:
        key = sample.keys[name]
        if len(key.levels) < 2:
            raise InputError(
                f"Clustered standard errors need at least two clusters; in this sample {name!r} "
                f"is always {str(key.levels[0])!r}."
            )
        clusters[name] = key.codes
    return clusters


def read_weights(sample: Sample, weights: str | None) -> Array | None:
    """Analytic weights as an array; every one must be above zero."""
    if weights is None:
        return None
    values = sample.numbers[weights].to_numpy()
    wrong = np.flatnonzero(values <= 0)
    if wrong.size:
        raise InputError(
            f"Weights must be above zero; {weights!r} is {values[wrong[0]]:g} in "
            f"{counted(wrong.size, 'row')} (first at index {sample.numbers.index[wrong[0]]!r})."
        )
    return values


def as_numbers(column: pd.Series) -> Array:
    """Read a column as float64 with NaN for missing, or refuse it."""
    name = str(column.name)
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_complex_dtype(column):
        known = column.dropna()
        example = f" such as {str(known.iloc[0])!r}" if len(known) else ""
        raise InputError(
            f"Column {name!r} holds {column.dtype} values{example} where numbers are needed; "
            f"convert it (in a formula, C({name}) makes categories of it)."
        )
    values = column.to_numpy(dtype=float, na_value=np.nan)
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        raise InputError(
            f"Column {name!r} holds {counted(infinite.size, 'infinite value')} "
            f"(first at index {column.index[infinite[0]]!r}); correct them or make them missing."
        )
    return values


def _require_finite(term: str, values: Array, index: pd.Index) -> None:
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        hint = " A logarithm needs values above zero." if "log" in term else ""
        raise InputError(
            f"{term!r} is not a finite number in {counted(wrong.size, 'row')} "
            f"(first at index {index[wrong[0]]!r}).{hint}"
        )


def _columns_of(factor: Any) -> set[str]:  # noqa: ANN401 (formulaic's Factor has no public type)
    """Columns that a factor of the formula reads; literals read none."""
    if factor.eval_method.value == "literal":
        return set()
    if factor.eval_method.value == "lookup":
        return {factor.expr}
    # formulaic lists functions too; what it provides itself (contr, np) is no column.
    return {
        str(variable)
        for variable in factor.required_variables
        if "value" in variable.roles and str(variable.root) not in TRANSFORMS
    }


def _plain(error: Exception) -> str:
    """First line of a library's message, without terminal colours, as a sentence."""
    text = re.sub(r"\x1b\[[0-9;]*m|[⧛⧚]", "", str(error)).strip().splitlines()
    return (text[0].rstrip(".") if text else type(error).__name__) + "."
