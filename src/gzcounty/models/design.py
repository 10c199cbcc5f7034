"""From a formula to arrays, and least squares on them.

`gzcounty.models.formula` finds the columns that a formula needs, so that `gzcounty.models.sample`
can choose the rows; `materialise` then turns the sample into ``y`` and ``X``. In between,
estimators may leave out further rows.

Categories are asked for: ``C(prefecture)``. Values that become undefined in the formula, such as
``log(0)``, are refused, as they are mistakes more often than they are missing values.

Least squares is by QR, which works on X itself, not on X'X, and so keeps twice the digits. The
triangle R also shows collinearity, which `gzcounty.models.nearness` judges.
"""

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from formulaic import Formula, ModelSpec
from formulaic.errors import DataMismatchWarning

from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import _
from gzcounty.words import counted, listed

from ._arrays import Array, triangle
from .formula import ParsedFormula, first_line
from .nearness import constant, judge_collinearity
from .sample import Sample, as_numbers


def least_squares(
    X: Array, y: Array, terms: Sequence[str], after: str = "", raw: Array | None = None
) -> tuple[Array, Array, list[str]]:
    """Coefficients, ``root = inv(R)`` of ``X = QR`` and notes on columns that are nearly collinear.

    Shapes: X (n, k), n >= k; y (n,); raw (n, k), X before effects were taken out; returned:
    coefficients (k,); root (k, k).
    """
    # With y as a last column, the triangle holds Q'y as well, and Q need not be formed.
    k = X.shape[1]
    both = triangle(np.vstack([X.T, y]).T)
    R = both[:k, :k]
    notes = judge_collinearity(X, terms, after, R, raw)
    coefficients: Array = np.asarray(np.linalg.solve(R, both[:k, k]), dtype=float)
    root: Array = np.asarray(np.linalg.inv(R), dtype=float)
    return coefficients, root, notes


@dataclass(frozen=True)
class Design:
    """Arrays of a linear model."""

    y: Array  # (n,)
    X: Array  # (n, k)
    terms: tuple[str, ...]  # Names of the k columns of X
    dependent: str  # Name of y
    widths: tuple[int, ...] = ()  # Columns of each term of the formula, in their order

    def without(self, term: str) -> "Design":
        """Return the design without one column, if it has it."""
        keep = [i for i, name in enumerate(self.terms) if name != term]
        terms = tuple(self.terms[i] for i in keep)
        return Design(self.y, self.X[:, keep], terms, self.dependent)


def refuse_unusable(design: Design) -> list[str]:
    """Raise `InputError` for too few rows, collinear columns or an outcome that never varies.

    Returns notes on columns that are nearly collinear.
    """
    refuse_too_small(design, design.X.shape[1])
    return judge_collinearity(design.X, design.terms)


def refuse_too_small(design: Design, k: int) -> None:
    """Raise `InputError` for too few rows for k terms, or an outcome that never varies."""
    n = len(design.y)
    if n <= k:
        raise InputError(
            "{rows} cannot carry {terms}: a model needs more rows than terms.",
            rows=counted(n, "row"), terms=counted(k, "term"),
        )  # fmt: skip
    if constant(design.y):
        raise InputError(
            "{dependent!r} has the same value in every row.", dependent=design.dependent
        )


def materialise(formula: ParsedFormula, sample: Sample) -> Design:
    """Turn a sample into ``y`` and ``X``."""
    names, left, __ = _columns(formula, formula.left, sample)
    if len(names) != 1:
        raise InputError(
            "The left side {dependent!r} gives {columns} columns; it must be one number a row.",
            dependent=formula.dependent, columns=len(names),
        )  # fmt: skip
    terms, X, widths = _columns(formula, formula.right, sample)
    return Design(left[:, 0], X, terms, formula.dependent, widths)


def regressors(formula: ParsedFormula, sample: Sample) -> tuple[tuple[str, ...], Array]:
    """Names and values of the columns on the right without the intercept; shape (n, columns)."""
    names, X, __ = _columns(formula, formula.right, sample)
    keep = [i for i, name in enumerate(names) if name != "Intercept"]
    return tuple(names[i] for i in keep), X[:, keep]


def _columns(
    formula: ParsedFormula, terms: Formula, sample: Sample
) -> tuple[tuple[str, ...], Array, tuple[int, ...]]:
    """Names and values of the columns of one side, and how many each term has."""
    plain = {"1": "Intercept"} | {
        alias: name for alias, name in formula.columns.items() if name in sample.numbers
    }
    if any(str(term) not in plain for term in terms):
        names, values, spec = _computed(formula, terms, sample)
        places = spec.term_slices.values()
        return names, values, tuple(place.stop - place.start for place in places)
    # Columns as they stand in the sample need no library.
    names = tuple(plain[str(term)] for term in terms)
    values = np.ones((len(sample), len(names)))
    for name, column in zip(names, values.T, strict=True):
        if name != "Intercept":
            column[:] = sample.numbers[name]
            _require_finite(name, column, sample.numbers.index)
    return names, values, (1,) * len(names)


def _computed(
    formula: ParsedFormula, terms: Formula, sample: Sample, known: ModelSpec | None = None
) -> tuple[tuple[str, ...], Array, ModelSpec]:
    """Names and values of the columns of one side, and its levels, centres and knots.

    Those of another sample are used if they are given as `known`. Shape: values (n, columns).
    """
    frame = {}
    for alias, name in formula.columns.items():
        if name in formula.numeric and name in sample.numbers:
            frame[alias] = sample.numbers[name]
        elif name in sample.categories:
            column = sample.categories[name]
            if isinstance(column.dtype, pd.CategoricalDtype):
                column = column.cat.remove_unused_categories()
            frame[alias] = column
    data = pd.DataFrame(frame)

    def compute(terms: Formula | ModelSpec) -> tuple[tuple[str, ...], Array, ModelSpec]:
        # An undefined logarithm is named below; a value that levels= lacks is an error.
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", DataMismatchWarning)
            matrix = terms.get_model_matrix(data, formula.texts, output="numpy", na_action="ignore")
        values = np.asarray(matrix, dtype=float)
        names = tuple(formula.shown(str(name)) for name in matrix.model_spec.column_names)
        if values.shape != (len(sample), len(names)):
            raise ValueError(_("it does not give one number a row"))
        return names, values, matrix.model_spec

    try:
        names, values, spec = compute(known or terms)
    except Exception as error:  # whatever the user's own expressions raise
        raise _not_computed(formula, terms, compute, error) from error
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError(
            "The formula {formula!r} has two terms called {term!r}; rename a column.",
            formula=formula.text, term=twice[0],
        )  # fmt: skip
    for name, column in zip(names, values.T, strict=True):
        _require_finite(name, column, sample.numbers.index)
    return names, values, spec


def predict(
    formula: ParsedFormula, sample: Sample, coefficients: pd.Series, data: pd.DataFrame
) -> pd.Series:
    """Return what the right side is for new rows, with levels, centres and knots of the sample."""
    spec = _computed(formula, formula.right, sample)[2]
    used = {formula.columns.get(str(variable)) for variable in spec.required_variables}
    numeric = [name for name in formula.numeric if name in used]
    categories = [name for name in formula.categorical if name in used]
    require_columns(data, [*numeric, *categories])
    for name in categories:
        known = sample.categories[name].unique()
        strange = data[name][~data[name].isin(known) & data[name].notna()].unique()
        if len(strange):
            raise InputError(
                "The model has no estimate for {strange} of {name!r}; it knows {known}.",
                strange=listed(strange), name=name, known=listed(known),
            )  # fmt: skip
    numbers = pd.DataFrame({name: as_numbers(data[name]) for name in numeric}, index=data.index)
    complete = (numbers.notna().all(axis=1) & data[categories].notna().all(axis=1)).to_numpy()
    predicted = pd.Series(np.nan, index=data.index, name="predicted")
    if complete.any():
        new = Sample(numbers[complete], data.loc[complete, categories], {}, ())
        X = _computed(formula, formula.right, new, spec)[1]
        predicted[complete] = X @ coefficients.to_numpy()
    return predicted


def _not_computed(
    formula: ParsedFormula, terms: Formula, compute: Callable[[Formula], object], error: Exception
) -> InputError:
    """Return an error on the first term that cannot be computed."""
    name = ""
    for term in terms:
        try:
            compute(Formula([term]))
        except Exception as own:  # as above
            name, error = formula.shown(str(term)), own
            break
    problem = formula.shown(first_line(error))
    if isinstance(error, DataMismatchWarning):
        lacking = re.search(r"\{.*\}", problem)
        problem = _("its levels lack values of the column.")
        if lacking:
            problem = _("its levels lack {values} of the column.", values=lacking[0])
    if not name:
        return InputError(
            "A term of the formula {formula!r} cannot be computed: {problem}",
            formula=formula.text, problem=problem,
        )  # fmt: skip
    return InputError(
        "The term {term!r} of the formula {formula!r} cannot be computed: {problem}",
        term=name, formula=formula.text, problem=problem,
    )  # fmt: skip


def _require_finite(term: str, values: Array, index: pd.Index) -> None:
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        hint = _(" A logarithm needs values above zero.") if "log" in term else ""
        raise InputError(
            "{term!r} is not a finite number in {rows} (first at index {index}).{hint}",
            term=term, rows=counted(wrong.size, "row"), index=index[wrong[0]], hint=hint,
        )  # fmt: skip
