"""The within estimator: least squares on what the fixed effects leave.

The effects are taken out of the dependent variable and of every regressor (`absorb`), and least
squares is run on what is left; by the theorem of Frisch, Waugh and Lovell that gives the
coefficients of a regression with all the dummies. Standard errors follow
`gzcounty.models.covariance`; in particular, effects nested in the clusters are not counted in K.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from . import covariance
from ._sums import apply, dot
from ._types import Array, Codes
from .absorb import Absorber, Effect
from .design import Design
from .least_squares import least_squares
from .notes import cluster_notes
from .result import Result
from .sample import Sample, read_clusters, read_weights


@dataclass(frozen=True)
class WithinFit:
    """The arrays behind a panel result: what a resampling engine needs to go on.

    Attributes
    ----------
    y, X : ndarray, shapes (n,) and (n, k)
        Dependent variable and regressors with the effects taken out, times the square root of
        the weight if there are weights.
    residuals : ndarray, shape (n,)
        Of the regression of y on X, in the same scale.
    bread : ndarray, shape (k, k)
        ``inv(X'X)``.
    vcov : ndarray, shape (k, k)
    df : int
        Degrees of freedom of t tests.
    df_resid : int
        Rows less regressors less the rank of all effects.
    rank_effects : int
        Rank of the effects, their constant included.
    components : int
        Connected components of the panel.
    effects : tuple of Effect
    clusters : tuple of (name, codes)
        One or two, or none.
    absorber : Absorber
        Takes the same effects out of any other vector of n values.
    """

    y: Array
    X: Array
    residuals: Array
    bread: Array
    vcov: Array
    df: int
    df_resid: int
    rank_effects: int
    components: int
    effects: tuple[Effect, ...]
    clusters: tuple[tuple[str, Codes], ...]
    absorber: Absorber


def fit_within(
    design: Design,
    sample: Sample,
    effects: Sequence[Effect],
    *,
    cluster: str | Sequence[str] | None,
    weights: str | None,
) -> Result:
    """Run the within estimator on a design; `panel_ols` and `event_study` end here."""
    weight = read_weights(sample, weights)
    clusters = read_clusters(sample, cluster)
    absorber = Absorber(effects, weight)
    n, k = design.X.shape
    df_resid = n - k - absorber.rank
    if df_resid <= 0:
        raise InputError(
            f"{counted(n, 'row')} cannot carry {counted(k, 'regressor')} and fixed effects of "
            f"rank {absorber.rank}."
        )
    if k == 0:
        raise InputError("The model has no regressor beside the effects.")

    y, X = absorber.demean(design.y), absorber.demean(design.X)
    _refuse_absorbed(design, y, X, effects)
    scale = np.ones(n) if weight is None else np.sqrt(weight)
    if weight is not None:
        y, X = y * scale, X * scale[:, None]
    after = "After the effects are taken out, " if effects else ""
    coefficients, bread = least_squares(X, y, design.terms, after)
    residuals = y - apply(X, coefficients)

    notes = list(sample.notes)
    n_clusters: int | None = None
    df = df_resid
    if clusters:
        counted_effects, meaning = _effects_in_k(effects, absorber, clusters, k)
        fitted = covariance.clustered(
            X, bread, residuals, list(clusters.values()), k + counted_effects
        )
        matrix, df, n_clusters = fitted.matrix, fitted.df, min(fitted.n_clusters)
        notes += cluster_notes(list(clusters), fitted, meaning)
    else:
        matrix = covariance.classical(bread, residuals, df)
        notes.append(
            "Standard errors classical, not clustered: they take the errors of an entity as "
            f"independent over time, which they seldom are; t with {counted(df, 'degree')} of "
            "freedom."
        )
    if absorber.components > 1:
        notes.append(
            f"The panel falls into {absorber.components} parts that share no level of either "
            f"effect; the effects have rank {absorber.rank}."
        )
    if weights is not None:
        notes.append(f"Weighted by {weights} (analytic weights).")

    ssr = dot(residuals, residuals)
    overall = (design.y - np.average(design.y, weights=weight)) * scale
    index = sample.numbers.index
    terms = pd.Index(design.terms)
    return Result(
        estimator=_estimator_name(effects),
        dependent=design.dependent,
        coefficients=pd.Series(coefficients, index=terms),
        vcov=pd.DataFrame(matrix, index=terms, columns=terms),
        df=df,
        nobs=n,
        n_clusters=n_clusters,
        r_squared=float(1 - ssr / dot(overall, overall)),
        r_squared_within=float(1 - ssr / dot(y, y)) if effects else None,
        residuals=pd.Series(residuals / scale, index=index, name="residual"),
        notes=tuple(notes),
        native=WithinFit(
            y=y,
            X=X,
            residuals=residuals,
            bread=bread,
            vcov=matrix,
            df=df,
            df_resid=df_resid,
            rank_effects=absorber.rank,
            components=absorber.components,
            effects=tuple(effects),
            clusters=tuple(clusters.items()),
            absorber=absorber,
        ),
        shown=design.terms,
    )


def _refuse_absorbed(design: Design, y: Array, X: Array, effects: Sequence[Effect]) -> None:
    """Name what does not vary once the effects are taken out."""
    if not effects:
        return
    names = " and ".join(effect.name for effect in effects)
    if _vanishes(design.y, y):
        raise InputError(
            f"The effects of {names} absorb {design.dependent!r}: nothing is left to explain."
        )
    gone = [
        term
        for term, before, after in zip(design.terms, design.X.T, X.T, strict=True)
        if _vanishes(before, after)
    ]
    if gone:
        verb, it = ("does", "it") if len(gone) == 1 else ("do", "them")
        raise InputError(
            f"The effects of {names} absorb {listed(gone)}, which {verb} not vary beyond them; "
            f"leave {it} out, or interact {it} with something that varies."
        )


def _vanishes(before: Array, after: Array) -> bool:
    """Whether only rounding is left: of the column's variation, or of its level."""
    centred = before - before.mean()
    left, variation, size = (dot(values, values) ** 0.5 for values in (after, centred, before))
    rounding = 16 * float(np.finfo(float).eps) * size
    return left <= max(1e-10 * variation, rounding)


def _effects_in_k(
    effects: Sequence[Effect], absorber: Absorber, clusters: dict[str, Codes], k: int
) -> tuple[int, str]:
    """How many effects K counts beside the k regressors, and the sentence that says so."""
    if not effects:
        return 0, f"K = {k} counts the terms"
    nested = [
        effect for effect in effects if any(effect.nested_in(codes) for codes in clusters.values())
    ]
    others = [effect for effect in effects if effect not in nested]
    if not nested:
        number, which = absorber.rank, "the effects"
    elif others:
        number, which = others[0].levels, f"the effects of {others[0].name}"
    else:
        number, which = 1, "a constant"
    regressors = counted(k, "regressor")
    meaning = f"K = {k + number} counts {regressors} and {which} ({number})"
    if nested:
        inside = " and ".join(effect.name for effect in nested)
        meaning += f", not the effects of {inside}, which are nested in the clusters"
    return number, meaning


def _estimator_name(effects: Sequence[Effect]) -> str:
    if len(effects) == 2:
        return f"two-way fixed effects of {effects[0].name} and {effects[1].name}"
    if effects:
        return f"fixed effects of {effects[0].name}"
    return "pooled least squares"
