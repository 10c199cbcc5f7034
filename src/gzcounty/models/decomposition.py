"""What lies behind a difference of two means: different endowments, or different returns to them.

For groups A and B with mean regressors x and least-squares coefficients b, the gap
``mean(y | A) - mean(y | B)`` is split (Oaxaca 1973, International Economic Review 14, 693-709;
Blinder 1973, Journal of Human Resources 8, 436-455; Jann 2008, Stata Journal 8, 453-479):

    three-fold   (xA - xB)'bB  +  xB'(bA - bB)  +  (xA - xB)'(bA - bB)
                 endowments       coefficients     interaction
    two-fold     (xA - xB)'b*  +  xA'(bA - b*) + xB'(b* - bB)
                 explained        unexplained

with a benchmark b* that both groups are held against.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from .design import Design, materialise, read_formula
from .least_squares import refuse_collinear
from .reported import Reported
from .sample import Sample, take_sample

Kind = Literal["three-fold", "two-fold"]
Benchmark = Literal["pooled", "neumark", "cotton", "reimers"]

# Rows times bootstrap draws: beyond it the library's loop takes minutes.
LARGEST = 200_000_000

_BENCHMARKS = {
    "pooled": "those of all rows with the group as a regressor",
    "neumark": "those of all rows without the group as a regressor",
    "cotton": "the mean of both groups' coefficients, weighted by their sizes",
    "reimers": "the plain mean of both groups' coefficients",
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Decomposition(Reported):
    """A gap between two groups and its parts.

    Attributes
    ----------
    dependent, by : str
    first, second : values of `by`
        The gap is the mean of `first` less that of `second`.
    kind : {"three-fold", "two-fold"}
    parts : Series
        Each part and the gap, which is their sum; in units of the dependent variable.
    std_errors : Series
        From the bootstrap for the parts (NaN without it), from both variances for the gap.
    nobs : int
    notes : tuple of str
    native : statsmodels.stats.oaxaca.OaxacaBlinder
    """

    dependent: str
    by: str
    first: Any
    second: Any
    kind: Kind
    parts: pd.Series
    std_errors: pd.Series
    nobs: int
    notes: tuple[str, ...]
    native: Any

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return the parts and the gap: term, estimate, std_error, statistic (z), p_value, ends.

        Intervals and p-values are normal.
        """
        if not 0 < level < 1:
            raise InputError(f"level must lie between 0 and 1, such as 0.95, not {level!r}.")
        estimate, std_error = self.parts.to_numpy(), self.std_errors.to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = estimate / std_error
        half_width = special.ndtri((1 + level) / 2) * std_error
        return pd.DataFrame(
            {
                "term": self.parts.index.astype(object),
                "estimate": estimate,
                "std_error": std_error,
                "statistic": statistic,
                "p_value": 2 * special.ndtr(-np.abs(statistic)),
                "conf_low": estimate - half_width,
                "conf_high": estimate + half_width,
            }
        )

    def _heading(self) -> str:
        return (
            f"{self.dependent}: {self.kind} Oaxaca-Blinder decomposition, {self.by} {self.first} "
            f"less {self.second}, {counted(self.nobs, 'row')}"
        )

    def _shares_scale(self) -> bool:
        return True


def oaxaca_decomposition(
    formula: str,
    data: pd.DataFrame,
    by: str,
    kind: Kind = "three-fold",
    first: object = None,
    benchmark: Benchmark = "pooled",
    repetitions: int = 1000,
    seed: int = 1,
) -> Decomposition:
    """Split the difference of two groups' means into what regressors explain and the rest.

    Parameters
    ----------
    formula : str
        Such as ``"log(income) ~ schooling + age"``, with its intercept and without `by`.
    data : DataFrame
        One row an observation.
    by : str
        Column with exactly two values, of any type.
    kind : {"three-fold", "two-fold"}
    first : value of `by`, optional
        The group from whose mean the other's is subtracted; if not given, that with the larger
        mean.
    benchmark : {"pooled", "neumark", "cotton", "reimers"}
        Coefficients that both groups are held against in the two-fold split.
    repetitions : int
        Bootstrap draws of rows for standard errors; 0 for none.
    seed : int
        The same seed gives the same standard errors.

    Returns
    -------
    Decomposition

    Raises
    ------
    InputError
        For unusable columns as in `ols`; if `by` has not two values or is in the formula, the
        formula has no intercept, a group is too small or has collinear regressors, or rows times
        repetitions exceed 200 million.

    Examples
    --------
    >>> import gzcounty as gz
    >>> from statsmodels.datasets import ccard
    >>> cards = ccard.load_pandas().data
    >>> formula = "AVGEXP ~ AGE + INCOME + INCOMESQ"
    >>> gz.oaxaca_decomposition(formula, cards, by="OWNRENT", repetitions=0).parts.round(2)
    endowments      321.75
    coefficients     75.45
    interaction    -238.45
    gap             158.75
    dtype: float64
    """
    for name, value, allowed in [
        ("kind", kind, get_args(Kind)),
        ("benchmark", benchmark, get_args(Benchmark)),
    ]:
        if value not in allowed:
            raise InputError(f"{name} must be one of {listed(allowed)}, not {value!r}.")
    if repetitions != 0 and repetitions < 50:
        raise InputError(f"repetitions must be 0 or at least 50, not {repetitions!r}.")
    parsed = read_formula(formula)
    if by in (*parsed.numeric, *parsed.categorical):
        raise InputError(f"{by!r} splits the rows; it cannot stand in the formula too.")
    sample = take_sample(data, numeric=parsed.numeric, categories=parsed.categorical, keys=[by])
    if len(sample) * repetitions > LARGEST:
        raise InputError(
            f"{counted(len(sample), 'row')} times {repetitions:,} draws take too long; ask for at "
            f"most {LARGEST // len(sample):,} repetitions, or none."
        )
    design = materialise(parsed, sample)
    place = _first_group(sample, design, by, first)
    key = sample.keys[by]
    groups = [key.levels[place], key.levels[1 - place]]
    inside = key.codes == place
    _check_groups(design, inside, by, groups)

    from statsmodels.stats.oaxaca import OaxacaBlinder

    # Numbered so that the library's first group is ours, whichever mean is larger.
    X = np.column_stack([design.X, ~inside])
    model = OaxacaBlinder(design.y, X, X.shape[1] - 1, swap=False, rng=np.random.default_rng(seed))
    drawn = {"std": repetitions > 0, "n": repetitions, "conf": 0.99}
    if kind == "three-fold":
        found = model.three_fold(**drawn)
        names = ["endowments", "coefficients", "interaction", "gap"]
        values, errors = list(found.params), list(found.std or [np.nan] * 3)
    else:
        name = "nuemark" if benchmark == "neumark" else benchmark  # spelled so in the library
        found = model.two_fold(two_fold_type=name, **drawn)
        unexplained, explained, gap = found.params
        names, values = ["explained", "unexplained", "gap"], [explained, unexplained, gap]
        errors = list(found.std or [np.nan] * 2)[::-1]
    parts = [design.y[inside], design.y[~inside]]
    errors.append(np.sqrt(sum(part.var(ddof=1) / len(part) for part in parts)))
    return Decomposition(
        dependent=design.dependent,
        by=by,
        first=groups[0],
        second=groups[1],
        kind=kind,
        parts=pd.Series([float(value) for value in values], index=names),
        std_errors=pd.Series([float(error) for error in errors], index=names),
        nobs=len(sample),
        notes=(*sample.notes, *_explain(kind, benchmark, by, groups, inside, repetitions, seed)),
        native=model,
    )


def _first_group(sample: Sample, design: Design, by: str, first: object) -> int:
    levels = sample.keys[by].levels
    if len(levels) != 2:
        raise InputError(
            f"by needs a column with two values; {by!r} has {len(levels)} in this sample: "
            f"{listed(levels)}."
        )
    if first is not None:
        if first not in levels:
            raise InputError(f"first must be a value of {by!r}, {listed(levels)}, not {first!r}.")
        return int(levels.get_loc(first))
    codes = sample.keys[by].codes
    return int(design.y[codes == 1].mean() > design.y[codes == 0].mean())


def _check_groups(design: Design, inside: np.ndarray, by: str, groups: list[Any]) -> None:
    if "Intercept" not in design.terms:
        raise InputError("A decomposition needs the intercept: it is part of the difference.")
    k = len(design.terms)
    for group, rows in zip(groups, (inside, ~inside), strict=True):
        n = int(rows.sum())
        if n <= k:
            raise InputError(
                f"{counted(n, 'row')} with {by} {str(group)!r} cannot carry {counted(k, 'term')}."
            )
        refuse_collinear(design.X[rows], design.terms, f"Among rows with {by} {str(group)!r}, ")


def _explain(
    kind: str,
    benchmark: str,
    by: str,
    groups: list[Any],
    inside: np.ndarray,
    repetitions: int,
    seed: int,
) -> list[str]:
    sizes = [int(inside.sum()), int((~inside).sum())]
    first, second = (f"{group} ({size:,})" for group, size in zip(groups, sizes, strict=True))
    if kind == "three-fold":
        how = (
            f"Endowments are weighed by the coefficients of {groups[1]}, coefficients by the means "
            f"of {groups[1]}; with the groups exchanged the parts differ."
        )
    else:
        how = f"Both groups are held against {benchmark} coefficients, {_BENCHMARKS[benchmark]}."
    errors = (
        f"Standard errors from {repetitions:,} bootstrap draws of rows (seed {seed}), the outer "
        "0.5 % on each side left out as in statsmodels; that of the gap from both variances."
        if repetitions
        else "No standard errors asked for but that of the gap, from both variances."
    )
    return [
        f"The gap is the mean with {by} {first} less that with {by} {second}, rows in brackets.",
        how,
        errors,
        "A split of an association: what is unexplained by these regressors is not the effect of "
        f"{by}, and holds whatever was not measured.",
    ]
