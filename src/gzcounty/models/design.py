"""From a formula to arrays, and least squares on them.

`read_formula` parses the formula (in formulaic's notation) and finds the columns it needs, so that
`gzcounty.models.sample` can choose the rows; `materialise` then turns the sample into ``y`` and
``X``. In between, estimators may leave out further rows.

Categories are asked for: ``C(prefecture)``. Values that become undefined in the formula, such as
``log(0)``, are refused, as they are mistakes more often than they are missing values.

Least squares is by QR, which works on X itself, not on X'X, and so keeps twice the digits. The
triangle R also shows collinearity, which `gzcounty.models.nearness` judges.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from formulaic import Formula
from formulaic.errors import FormulaicError
from formulaic.transforms import TRANSFORMS

from gzcounty.errors import InputError
from gzcounty.words import counted

from ._sums import triangle
from ._types import Array
from .nearness import constant, judge_collinearity
from .sample import Sample


def least_squares(
    X: Array, y: Array, terms: Sequence[str], after: str = "", raw: Array | None = None
) -> tuple[Array, Array, list[str]]:
    """Coefficients, ``inv(X'X)`` and notes on columns that are nearly collinear.

    Shapes: X (n, k), n >= k; y (n,); raw (n, k), X before effects were taken out; returned:
    coefficients (k,); bread (k, k).
    """
    # With y as a last column, the triangle holds Q'y as well, and Q need not be formed.
    k = X.shape[1]
    both = triangle(np.vstack([X.T, y]).T)
    R = both[:k, :k]
    notes = judge_collinearity(X, terms, after, R, raw)
    inverse = np.linalg.inv(R)
    coefficients: Array = np.asarray(np.linalg.solve(R, both[:k, k]), dtype=float)
    return coefficients, inverse @ inverse.T, notes


@dataclass(frozen=True)
class ParsedFormula:
    """A formula and the columns it needs."""

    parsed: Formula  # With a left side and one right side
    dependent: str  # The left side as written, such as ``log(income)``
    numeric: tuple[str, ...]  # Columns that must hold numbers
    categorical: tuple[str, ...]  # Columns that stand inside ``C(...)`` and may hold anything


@dataclass(frozen=True)
class Design:
    """Arrays of a linear model."""

    y: Array  # (n,)
    X: Array  # (n, k)
    terms: tuple[str, ...]  # Names of the k columns of X
    dependent: str  # Name of y

    def without(self, term: str) -> "Design":
        """Return the design without one column, if it has it."""
        keep = [i for i, name in enumerate(self.terms) if name != term]
        terms = tuple(self.terms[i] for i in keep)
        return Design(self.y, self.X[:, keep], terms, self.dependent)


def refuse_unusable(design: Design) -> list[str]:
    """Raise `InputError` for too few rows, collinear columns or an outcome that never varies.

    Returns notes on columns that are nearly collinear.
    """
    n, k = design.X.shape
    if n <= k:
        raise InputError(
            f"{counted(n, 'row')} cannot carry {counted(k, 'term')}: a model needs more rows than "
            "terms."
        )
    notes = judge_collinearity(design.X, design.terms)
    if constant(design.y):
        raise InputError(f"{design.dependent!r} has the same value in every row.")
    return notes


def read_formula(formula: str) -> ParsedFormula:
    """Parse ``"y ~ x1 + C(group) + log(x2)"``."""
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


def materialise(formula: ParsedFormula, sample: Sample) -> Design:
    """Turn a sample into ``y`` and ``X``."""
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


def _require_finite(term: str, values: Array, index: pd.Index) -> None:
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        hint = " A logarithm needs values above zero." if "log" in term else ""
        raise InputError(
            f"{term!r} is not a finite number in {counted(wrong.size, 'row')} "
            f"(first at index {index[wrong[0]]}).{hint}"
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
