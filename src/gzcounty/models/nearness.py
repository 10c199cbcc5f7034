"""What is exact, what is rounding and what is only near it: the one judge of all models.

Something is taken away from a column (effects, other columns, a fit) and a rest is left. Whether
the rest is real is judged against two lengths: the size of the values, which decides how large
their rounding is, and their variation, without which a large offset would make any column look
constant.

- At most `DOUBLE` of the size: rounding of float64. Nothing is left.
- At most `SINGLE` of the size, where what was taken away holds nearly all of the variation:
  rounding of float32, the type of many Stata and raster files. Nothing is left that could be told
  from it. (R's ``lm`` leaves out columns at the same 1e-7.)
- At most `NEAR` of the size: real, but in the last digits. It is estimated, with a note.
"""

from collections.abc import Sequence

import numpy as np
from scipy.linalg import solve_triangular

from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import listed

from ._arrays import Array, Codes, triangle

DOUBLE, SINGLE, NEAR = 1e-11, 1e-7, 1e-6
# Share of the variation that may be left at most for the rest to be called rounding: a column such
# as 1e9 + noise keeps all of it, a column joined from a float32 file next to none.
LEFT = 0.1
REAL, CLOSE, ROUNDED, EXACT = range(4)
THE_TERMS = N_("the terms")

Lengths = Array | float


def judge(left: Lengths, variation: Lengths, size: Lengths) -> Codes:
    """Return `REAL`, `CLOSE`, `ROUNDED` or `EXACT` for each rest, by the norms of the module."""
    left, size = np.asarray(left, dtype=float), np.asarray(size, dtype=float)
    most = left <= LEFT * np.asarray(variation)
    verdicts: Codes = np.select(
        [left <= DOUBLE * size, most & (left <= SINGLE * size)], [EXACT, ROUNDED], default=REAL
    )
    close = (left <= SINGLE * size) | (most & (left <= NEAR * size))
    return np.where((verdicts == REAL) & close, CLOSE, verdicts)


def norms(columns: Array) -> Array:
    """Return the norm of a vector or of each column of a matrix."""
    return np.sqrt(np.einsum("i...,i...->...", columns, columns))


def constant(values: Array, tolerance: float = DOUBLE) -> bool:
    """Return True if values differ from each other by rounding at most."""
    return bool(np.ptp(values) <= tolerance * np.abs(values).max())


def judge_collinearity(
    X: Array,
    terms: Sequence[str],
    after: str = "",
    R: Array | None = None,
    raw: Array | None = None,
) -> list[str]:
    """Raise `InputError` naming the first column that others add up to; note those that nearly do.

    Shapes: X (n, k), n >= k, without the effects; R (k, k), its triangle; raw (n, k), before the
    effects were taken out. `after` is said before a term's name.
    """
    after = _(after)
    # Column j stands apart from those before it by |R[j, j]|.
    R = triangle(X) if R is None else R
    raw = X if raw is None else raw
    left, size = np.abs(np.diagonal(R)), norms(raw)
    variation = norms(R[1:] if len(terms) and terms[0] == "Intercept" else R)
    notes = []
    for j in np.flatnonzero((left <= LEFT * variation) | (left <= SINGLE * size)):
        name = terms[int(j)]
        if not left[j] and not R[:, j].any():
            raise InputError(
                "{after}{name!r} is zero in every row; leave it out.", after=after, name=name
            )
        shares = solve_triangular(R[:j, :j], R[:j, j])
        # Rounding of a large part is large in a small sum.
        parts = np.abs(shares) * size[:j]
        verdict = int(judge(left[j], variation[j], max(size[j], *parts, 0.0)))
        used = parts > max(1e-7 * size[j], 3 * left[j])
        partners = [term for term, use in zip(terms, used, strict=False) if use]
        if verdict in (CLOSE, ROUNDED) and _whole(raw[:, [*np.flatnonzero(used), j]]):
            verdict -= 1  # years and their powers carry no rounding
        if verdict == EXACT:
            if partners == ["Intercept"]:
                raise InputError(
                    "{name!r} has the same value in every row, which the intercept already "
                    "stands for; leave it out.",
                    name=name,
                )  # fmt: skip
            raise InputError(
                "{after}{name!r} is an exact linear combination of {partners}; leave one of them "
                "out.",
                after=after, name=name, partners=listed(partners),
            )  # fmt: skip
        if verdict == ROUNDED:
            raise InputError(
                "{after}{name!r} is a linear combination of {partners} but for rounding to about "
                "seven digits (float32); leave one of them out, or, if the rest is real, "
                "subtract the mean from each first.",
                after=after, name=name, partners=listed(partners),
            )  # fmt: skip
        if verdict == CLOSE and left[j] <= LEFT * variation[j]:
            notes.append(_(
                "{after}{name!r} is nearly a linear combination of {partners}: its estimate "
                "rests on the last digits.",
                after=after, name=name, partners=listed(partners),
            ))  # fmt: skip
        elif verdict == CLOSE and not after:  # within effects it has a note of its own
            notes.append(_(
                "{name!r} varies only in its last digits, on which its estimate rests.",
                name=name,
            ))  # fmt: skip
    return notes


def judge_fit(
    dependent: str, y: Array, residuals: Array, raw: Array, parts: Array, centred: bool = True
) -> tuple[bool, list[str]]:
    """Return whether a fit leaves only rounding of y, and a note if it does or nearly does.

    Shapes: y, residuals (n,), without the effects and with weights; raw (n,), y with the effects;
    parts (k,), norms of what each term adds to the fit.
    """
    left, size = float(norms(residuals)), float(norms(raw))
    variation = float(norms(y - y.mean() if centred else y))
    verdict = int(judge(left, variation, size))
    if left <= DOUBLE * max(size, *parts, 0.0):
        verdict = EXACT
    if verdict in (EXACT, ROUNDED):
        digits = "float64" if verdict == EXACT else _("float32, about seven digits")
        return True, [_(
            "The fit is exact but for rounding ({digits}): {dependent!r} follows from the terms "
            "by an identity, or stands on both sides. So there are no standard errors and no "
            "tests, and residuals are shown as zero.",
            digits=digits, dependent=dependent,
        )]  # fmt: skip
    if verdict == CLOSE:
        return False, [_(
            "The fit is nearly exact: standard errors and tests rest on the last digits of "
            "{dependent!r}.",
            dependent=dependent,
        )]  # fmt: skip
    return False, []


def judge_ols(dependent: str, y: Array, X: Array) -> tuple[bool, list[str]]:
    """Return what `judge_fit` says of least squares of y on X."""
    coefficients = np.linalg.lstsq(X, y, rcond=None)[0]
    return judge_fit(dependent, y, y - X @ coefficients, y, np.abs(coefficients) * norms(X))


def refuse_exact_fit(dependent: str, y: Array, X: Array, terms: str = THE_TERMS) -> list[str]:
    """Raise `InputError` if X leaves only rounding of y; return a note if it nearly does."""
    exact, notes = judge_ols(dependent, y, X)
    if exact:
        raise InputError(
            "{dependent!r} is explained by {terms} but for rounding, by an identity or as it "
            "stands on both sides: nothing is left to test or to explain.",
            dependent=dependent, terms=_(terms),
        )  # fmt: skip
    return notes


def _whole(columns: Array) -> bool:
    """Return True if all values are whole numbers that float64 holds without rounding."""
    return bool(np.all((columns == np.rint(columns)) & (np.abs(columns) < 2**53)))
