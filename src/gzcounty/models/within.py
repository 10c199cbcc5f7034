"""Fixed effects taken out exactly, one way or two ways, and least squares on what they leave.

One way, each column loses its (weighted) mean by level. Two ways on an unbalanced panel, taking out
means in turn only converges; here the projection is computed at once. The effect with more levels
(counties) is absorbed by means. What is left of the dummies of the other effect (years), T columns,
is partialled out through their T x T cross-product

    L = diag(w_t) - C' diag(1 / w_i) C,

where C (counties x years) holds the weight of each cell and w_i, w_t are its sums (the algebra of
Wansbeek and Kapteyn 1989, Journal of Econometrics 41, 341-361). The dummies are never formed; the
largest array is C.

L is the Laplacian of the graph that links counties to the years they are seen in. It is singular,
once for every connected component of that graph: effects are only known up to a constant in each
component. So one level a component is pinned at zero, the rest is positive definite, and the rank
of the two sets of effects is levels + levels - components (Abowd, Creecy and Kramarz 2002).

The effects are taken out of the dependent variable and of every regressor, and least
squares is run on what is left; by the theorem of Frisch, Waugh and Lovell that gives the
coefficients of a regression with all the dummies. Standard errors follow
`gzcounty.models.covariance`; in particular, effects nested in the clusters are not counted in K.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n
from gzcounty.words import counted, in_a_row, listed

from . import covariance
from ._arrays import Array, Codes, apply, cross, dot
from .dependence import HAC, Conley, dependent
from .design import Design, least_squares
from .nearness import CLOSE, ROUNDED, judge, judge_fit, norms
from .prefectures import refuse_shared_values
from .result import Result, cluster_notes
from .sample import Sample, degrees_of_freedom, read_clusters, read_weights


@dataclass(frozen=True)
class Effect:
    """One set of fixed effects."""

    name: str  # The column (or columns) behind it
    codes: Codes  # (n,): level of each row, numbered 0, 1, ... without gaps

    @cached_property
    def levels(self) -> int:
        """Number of levels."""
        return int(self.codes.max()) + 1

    def nested_in(self, clusters: Codes) -> bool:
        """Return True if each level lies in a single cluster."""
        first = np.empty(self.levels, dtype=clusters.dtype)
        first[self.codes] = clusters
        return bool(np.all(first[self.codes] == clusters))


class Absorber:
    """The projection that takes out none, one or two sets of effects, with analytic weights.

    `rank` is that of the dummies of all effects together, constant included. There are several
    `components` if two effects split the panel into parts that share no level.
    """

    def __init__(self, effects: Sequence[Effect], weights: Array | None = None) -> None:
        self.effects = sorted(effects, key=lambda effect: -effect.levels)
        self.weights = weights
        self.components = 1
        self.rank = sum(effect.levels for effect in self.effects)
        self._mass = [self._sums(effect.codes, effect.levels) for effect in self.effects]
        if len(self.effects) == 2:
            self._prepare_two_ways()
            self.rank -= self.components

    def demean(self, values: Array) -> Array:
        """Take the effects out of a vector or of each column of a matrix; shapes stay."""
        if values.ndim == 1:
            return self._demean_column(values)
        # Column by column in memory, as whatever comes next reads them.
        columns = np.ascontiguousarray(values.T)
        return np.array([self._demean_column(column) for column in columns]).T

    def coordinates(self, column: Array, groups: Codes) -> tuple[csr_array | None, Array]:
        """Where each group's piece of a column lies in the space of the effects.

        A piece keeps the column's values in one group's rows and is zero elsewhere. Its
        coordinates belong to an orthonormal basis of the effects, so that the cross-product of
        what the effects explain in two pieces is the cross-product of their coordinates. That
        tells what taking the effects out does to a vector when it is changed group by group, as
        in a wild cluster bootstrap, without touching the rows again.

        Shapes: column (n,); groups (n,); returned: first (levels, groups), or None; second (rank of
        the second effect beside the first, groups).
        """
        count = int(groups.max()) + 1
        if not self.effects:
            return None, np.zeros((0, count))
        values = column if self.weights is None else column * np.sqrt(self.weights)
        effect, root = self.effects[0], np.sqrt(self._mass[0])
        first = None
        if not effect.nested_in(groups):
            entries = (values / root[effect.codes], (effect.codes, groups))
            first = csr_array(entries, shape=(effect.levels, count))  # entries of a cell add up
        if len(self.effects) == 1:
            return first, np.zeros((0, count))
        effect = self.effects[1]
        sums = np.bincount(
            effect.codes * count + groups, weights=values, minlength=effect.levels * count
        ).reshape(effect.levels, count)
        if first is not None:
            sums = sums - (first.T @ (self._cells / root[:, None])).T
        return first, np.linalg.cholesky(self._inverse).T @ sums[self._free]

    def leverage(self) -> Array:
        """Leverage of each row in a regression on the dummies of the effects, shape (n,).

        Two ways it is ``w (1 / w_f + v'L+v)``, with f the level of the first effect and v the
        dummies of the second less their means at f.
        """
        first = self.effects[0]
        share = 1 / self._mass[0][first.codes]
        if len(self.effects) == 2:
            second = self.effects[1].codes
            means = self._cells / self._mass[0][:, None]
            inverse = np.zeros((means.shape[1], means.shape[1]))
            inverse[np.ix_(self._free, self._free)] = self._inverse
            middle = means @ inverse
            share = share + np.diagonal(inverse)[second] - 2 * middle[first.codes, second]
            share = share + np.einsum("ij,ij->i", middle, means)[first.codes]
        return share if self.weights is None else self.weights * share

    def _demean_column(self, column: Array) -> Array:
        if not self.effects:
            return column
        # The overall mean first: large levels would cost digits later.
        column = column - column.mean()
        column = self._less_means(column)
        if len(self.effects) == 2:
            # The second pass removes the rounding of the first, no more.
            column = self._less_means(self._less_second(self._less_second(column)))
        return column

    def _less_means(self, column: Array) -> Array:
        first = self.effects[0]
        return column - (self._sums(first.codes, first.levels, column) / self._mass[0])[first.codes]

    def _less_second(self, column: Array) -> Array:
        """Partial out the second effect from a column that has lost its means by the first."""
        first, second = self.effects
        level = np.zeros(second.levels)
        sums = self._sums(second.codes, second.levels, column)
        level[self._free] = self._inverse @ sums[self._free]
        means = apply(self._cells, level) / self._mass[0]
        return column - (level[second.codes] - means[first.codes])

    def _sums(self, codes: Codes, levels: int, column: Array | None = None) -> Array:
        """(Weighted) sums by level; of ones if no column is given."""
        if column is None:
            column = self.weights
        elif self.weights is not None:
            column = column * self.weights
        sums = np.bincount(codes, weights=column, minlength=levels)
        return sums.astype(np.float64, copy=False)

    def _prepare_two_ways(self) -> None:
        first, second = self.effects
        shape = (first.levels, second.levels)
        cell = first.codes * shape[1] + second.codes
        self._cells = self._sums(cell, shape[0] * shape[1]).reshape(shape)
        shared = cross(self._cells, self._cells / self._mass[0][:, None])
        labels, self._free, self._inverse = invert_laplacian(self._mass[1], shared)
        self.components = int(labels.max()) + 1


def invert_laplacian(mass: Array, shared: Array) -> tuple[Codes, Codes, Array]:
    """Invert the cross-product L of the second effect beside the first (see the module).

    ``shared`` is ``C' diag(1 / w_i) C``. Returned are the component of each level (-1 if it has no
    row), the levels that are not pinned at zero, and the inverse for these.
    """
    # Two years are linked if a county is seen in both, so `shared` is the graph of the years.
    labels = np.zeros(len(mass), dtype=np.intp)
    if not (shared > 0).all(axis=1).any():  # no year is linked to all others
        __, graph = connected_components(shared > 0, directed=False)
        seen = mass > 0
        labels = np.full(len(mass), -1, dtype=np.intp)
        labels[seen] = np.unique(graph[seen], return_inverse=True)[1]
    # The first level of each component is the one pinned at zero.
    pinned = np.unique(labels, return_index=True)[1]
    free = np.setdiff1d(np.flatnonzero(labels >= 0), pinned)
    laplacian = np.diag(mass) - shared
    inverse: Array = np.asarray(np.linalg.inv(laplacian[np.ix_(free, free)]), dtype=np.float64)
    return labels, free, inverse


def singletons(effects: Sequence[Effect]) -> np.ndarray:
    """Rows whose level of some effect holds no other row: they say nothing about the slopes.

    Leaving one out can make another, so this repeats until none is left (Correia 2015,
    "Singletons, cluster-robust standard errors and fixed effects").

    Returned shapes: (n,).
    """
    alone = np.zeros(len(effects[0].codes), dtype=bool)
    while True:
        before = alone.sum()
        for effect in effects:
            counts = np.bincount(effect.codes[~alone], minlength=effect.levels)
            alone |= counts[effect.codes] == 1
        if alone.sum() == before:
            return alone


@dataclass(frozen=True)
class WithinFit:
    """The arrays behind a panel result: what a resampling engine needs to go on."""

    # (n,): dependent variable and regressors with the effects taken out, times the square root of
    # the weight if there are weights.
    y: Array
    X: Array  # (n, k)
    residuals: Array  # (n,): of the regression of y on X, in the same scale
    root: Array  # (k, k): ``inv(R)`` of ``X = QR``; ``root @ root.T`` is ``inv(X'X)``
    df_resid: int  # Rows less regressors less the rank of all effects
    clusters: tuple[tuple[str, Codes], ...]  # One or two, or none
    absorber: Absorber  # Takes the same effects out of any other vector of n values


def fit_within(
    design: Design,
    sample: Sample,
    effects: Sequence[Effect],
    *,
    cluster: str | Sequence[str] | None,
    weights: str | None,
    cov: HAC | Conley | None = None,
) -> Result:
    """Run the within estimator on a design; `panel_ols` and `event_study` end here."""
    weight = read_weights(sample, weights)
    clusters = read_clusters(sample, cluster)
    if cov is None:
        refuse_shared_values(design, sample.keys, clusters)
    absorber = Absorber(effects, weight)
    n, k = design.X.shape
    df_resid = n - k - absorber.rank
    if df_resid <= 0:
        raise InputError(
            "{rows} cannot carry {regressors} and fixed effects of rank {rank}.",
            rows=counted(n, "row"), regressors=counted(k, "regressor"), rank=absorber.rank,
        )  # fmt: skip
    if k == 0:
        raise InputError("The model has no regressor beside the effects.")

    y, X = absorber.demean(design.y), absorber.demean(design.X)
    close = judge_absorbed(design, y, X, effects)
    scale = np.ones(n) if weight is None else np.sqrt(weight)
    if weight is not None:
        y, X = y * scale, X * scale[:, None]
    after = N_("After the effects are taken out, ") if effects else ""
    raw, raw_y = design.X * scale[:, None], design.y * scale
    coefficients, root, near = least_squares(X, y, design.terms, after, raw)
    residuals = y - apply(X, coefficients)
    parts = np.abs(coefficients) * norms(raw)
    exact, fit_notes = judge_fit(design.dependent, y, residuals, raw_y, parts, not effects)

    notes = [*sample.notes, *close, *near, *fit_notes]
    n_clusters: int | None = None
    df = df_resid
    if clusters:
        counted_effects, meaning = effects_in_k(effects, absorber, clusters, k)
        fitted = covariance.clustered(
            X, root, residuals, list(clusters.values()), k + counted_effects
        )
        matrix, df, n_clusters = fitted.matrix, fitted.df, min(fitted.n_clusters)
        notes += cluster_notes(list(clusters), fitted, meaning)
    elif cov is not None:
        matrix, df, said = dependent(cov, sample, X, root, residuals, df_resid)
        notes += said
    else:
        matrix = covariance.classical(root, residuals, df)
        notes.append(_(
            "Standard errors classical, not clustered: they take the errors of an entity as "
            "independent over time, which they seldom are; t with {df}.",
            df=degrees_of_freedom(df),
        ))  # fmt: skip
    if exact:
        residuals, matrix = np.zeros(n), np.full((k, k), np.nan)
    if absorber.components > 1:
        notes.append(_(
            "The panel falls into {components} parts that share no level of either effect; the "
            "effects have rank {rank}.",
            components=absorber.components, rank=absorber.rank,
        ))  # fmt: skip
    if weights is not None:
        notes.append(_("Weighted by {weights} (analytic weights).", weights=weights))

    ssr = dot(residuals, residuals)
    overall = (design.y - np.average(design.y, weights=weight)) * scale
    index = sample.numbers.index
    terms = pd.Index(design.terms)
    return Result(
        estimator=_estimator_name(effects),
        dependent=design.dependent,
        coefficients=pd.Series(coefficients, index=terms),
        make_variances=partial(np.diagonal, matrix),
        make_vcov=partial(np.asarray, matrix),
        df=df,
        nobs=n,
        n_clusters=n_clusters,
        r_squared=float(1 - ssr / dot(overall, overall)),
        r_squared_within=float(1 - ssr / dot(y, y)) if effects else None,
        residuals=pd.Series(residuals / scale, index=index, name="residual"),
        fitted=pd.Series(design.y - residuals / scale, index=index, name="fitted"),
        notes=tuple(notes),
        make_native=partial(
            WithinFit,
            y=y,
            X=X,
            residuals=residuals,
            root=root,
            df_resid=df_resid,
            clusters=tuple(clusters.items()),
            absorber=absorber,
        ),
        shown=design.terms,
    )


def judge_absorbed(design: Design, y: Array, X: Array, effects: Sequence[Effect]) -> list[str]:
    """Raise `InputError` for columns that the effects absorb; note those that they nearly do."""
    if not effects:
        return []
    names = in_a_row([effect.name for effect in effects])
    if absorbed(design.y, y) >= ROUNDED:
        raise InputError(
            "The effects of {effects} absorb {dependent!r}: nothing is left to explain.",
            effects=names, dependent=design.dependent,
        )  # fmt: skip
    verdicts = absorbed(design.X, X)
    gone = [term for term, verdict in zip(design.terms, verdicts, strict=True) if verdict > CLOSE]
    if gone:
        rounded = but_for_rounding(verdicts)
        if rounded:
            raise InputError(_n(
                "The effects of {effects} absorb {terms}, which does not vary beyond "
                "them{rounding}; leave it out, or interact it with something that varies, or, if "
                "the rest is real, subtract a constant from it first.",
                "The effects of {effects} absorb {terms}, which do not vary beyond "
                "them{rounding}; leave them out, or interact them with something that varies, or, "
                "if the rest is real, subtract a constant from them first.",
                len(gone), effects=names, terms=listed(gone), rounding=rounded,
            ))  # fmt: skip
        raise InputError(_n(
            "The effects of {effects} absorb {terms}, which does not vary beyond them; leave it "
            "out, or interact it with something that varies.",
            "The effects of {effects} absorb {terms}, which do not vary beyond them; leave them "
            "out, or interact them with something that varies.",
            len(gone), effects=names, terms=listed(gone),
        ))  # fmt: skip
    close = [term for term, verdict in zip(design.terms, verdicts, strict=True) if verdict == CLOSE]
    if not close:
        return []
    return [_(
        "Beyond the effects of {effects}, {terms} varies only in the last digits, on which "
        "the estimate rests.",
        effects=names, terms=listed(close),
    )]  # fmt: skip


def absorbed(before: Array, after: Array) -> Codes:
    """Verdicts of `nearness.judge` on columns, shape (n,) or (n, k), that lost the effects."""
    return judge(norms(after), norms(before - before.mean(axis=0)), norms(before))


def but_for_rounding(verdicts: Codes) -> str:
    """Return what to add where a column that is gone left rounding of float32."""
    if not np.any(verdicts == ROUNDED):
        return ""
    return _(" but for rounding to about seven digits (float32)")


def effects_in_k(
    effects: Sequence[Effect], absorber: Absorber, clusters: dict[str, Codes], k: int
) -> tuple[int, str]:
    """Return how many effects K counts beside the k regressors, and a note on it."""
    if not effects:
        return 0, _("K = {k} counts the terms", k=k)
    nested = [
        effect for effect in effects if any(effect.nested_in(codes) for codes in clusters.values())
    ]
    others = [effect for effect in effects if effect not in nested]
    if not nested:
        number, which = absorber.rank, _("the effects")
    elif others:
        number, which = others[0].levels, _("the effects of {effect}", effect=others[0].name)
    else:
        number, which = 1, _("a constant")
    fields = {
        "k": k + number, "regressors": counted(k, "regressor"), "which": which, "number": number,
    }  # fmt: skip
    if not nested:
        return number, _("K = {k} counts {regressors} and {which} ({number})", **fields)
    return number, _(
        "K = {k} counts {regressors} and {which} ({number}), not the effects of {nested}, which "
        "are nested in the clusters",
        **fields, nested=in_a_row([effect.name for effect in nested]),
    )  # fmt: skip


def _estimator_name(effects: Sequence[Effect]) -> str:
    if len(effects) == 2:
        first, second = (effect.name for effect in effects)
        return _("two-way fixed effects of {first} and {second}", first=first, second=second)
    if effects:
        return _("fixed effects of {effect}", effect=effects[0].name)
    return _("pooled least squares")
