"""One least-squares coefficient under thousands of assignments, without refitting.

With W the other regressors, e = M y what they leave of the dependent variable and x an assignment,

    b = x'e / (x'x - |Q'x|^2),

where Q is an orthonormal basis of W (Frisch, Waugh and Lovell). If each unit has one value, x'e,
x'x and Q'x are sums over units of that value times numbers that stay the same.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.models._sums import apply, times
from gzcounty.models._types import Array, Codes
from gzcounty.models.design import materialise, read_formula, refuse_unusable
from gzcounty.models.sample import take_sample
from gzcounty.words import listed

from ._assignments import Assignments, read_assignments


@dataclass(frozen=True)
class Coefficient:
    """What the coefficient of an assignment needs, summed by unit where paths do not change.

    Attributes
    ----------
    assignments : Assignments
        Of the rows that the formula uses.
    values : ndarray, shape (labels, times)
        What labels stand for, as numbers.
    e : ndarray, shape (cells,)
        The dependent variable less what the other regressors explain, by cell: a unit, or a row.
    Q : ndarray, shape (cells, regressors)
        Orthonormal basis of the other regressors, summed by cell.
    rows : ndarray, shape (cells,)
        Rows in each cell.
    """

    assignments: Assignments
    values: Array
    e: Array
    Q: Array
    rows: Array

    def of(self, labels: Codes) -> Array:
        """Coefficients under many assignments, labels of shape (draws, units)."""
        who = self.assignments
        if who.constant:
            x = self.values[labels, 0]
        else:
            x = self.values[labels[:, who.unit_of_row], who.time_of_row]
        sums = times(x, np.column_stack([self.Q, self.e]))
        size, explained = apply(x * x, self.rows), sums[:, :-1]
        left = size - np.einsum("ij,ij->i", explained, explained)
        # Nothing left of x: the other regressors explain this assignment entirely.
        defined = left > 1e-10 * size
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(defined, sums[:, -1] / left, np.nan)


def read_coefficient(
    formula: str,
    data: pd.DataFrame,
    assign: str,
    unit: str | None,
    time: str | None,
    strata: str | None,
) -> tuple[Coefficient, tuple[str, ...]]:
    """Prepare the coefficient of `assign` in a formula; also returns the notes of the sample.

    Raises
    ------
    InputError
        As in `gzcounty.ols` and `read_assignments`; if `assign` is not a term by itself, or stands
        in another term too.
    """
    data = data.reset_index(drop=True) if isinstance(data, pd.DataFrame) else data
    parsed = read_formula(formula)
    keys = [name for name in (unit, time, strata) if name is not None]
    sample = take_sample(data, parsed.numeric, parsed.categorical, keys)
    used = data.loc[sample.numbers.index]
    design = materialise(parsed, sample)
    uses = [
        str(term)
        for term in parsed.parsed.rhs
        if any(assign in {str(v.root) for v in f.required_variables} for f in term.factors)
    ]
    if assign not in design.terms or uses != [assign]:
        found = f"it stands in {listed(uses)}" if uses else f"there are {listed(design.terms, 12)}"
        raise InputError(
            f"{assign!r} must be one term of the formula by itself; {found}. For another "
            "statistic give a function of the data."
        )
    refuse_unusable(design)
    column = design.terms.index(assign)
    W = np.delete(design.X, column, axis=1)
    Q = np.linalg.qr(W)[0] if W.shape[1] else np.zeros((len(W), 0))
    e = design.y - Q @ (Q.T @ design.y)
    who = read_assignments(used, assign, unit, time, strata)
    values = who.paths.astype(float)
    rows = np.ones(len(e))
    if who.constant:

        def by_unit(values: Array) -> Array:
            return np.bincount(who.unit_of_row, weights=values).astype(float)

        e, rows = by_unit(e), by_unit(rows)
        Q = np.array([by_unit(v) for v in Q.T]).reshape(-1, who.units).T
    return Coefficient(who, values, e, Q, rows), sample.notes
