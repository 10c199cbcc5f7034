"""Least squares with categories of many levels, whose dummies are never spread out.

The columns are Z (all others, dense), D (the dummies of one category, as a rule the largest) and H
(those of the further categories). By the theorem of Frisch, Waugh and Lovell, D is taken out by
means of its levels, H by the cross-product of what D leaves of it,

    L = H'WH - M'diag(m)M,   M the means of H by level of D, m the weights of the levels,

and least squares on what both leave of Z gives its coefficients. Those of the levels follow from
what is left of y. An estimate is a linear function of the sums of residuals by level, so standard
errors need these sums only: time and memory are in proportion to the rows, and to the levels of D
times the columns of Z and H. Variances and the whole covariance matrix are made when they are asked
for.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd
from formulaic import Formula
from scipy.linalg import solve_triangular
from scipy.sparse import csr_array, hstack

from . import covariance
from ._arrays import Array, Codes, apply, by_group, cross, times, triangle
from .design import Design, materialise, refuse_too_small
from .formula import ParsedFormula
from .nearness import judge_collinearity, norms
from .sample import Sample

# Rows times levels of the largest category from which on dummies are not spread out (4 MB).
MANY = 500_000
# Below this share of a column's length the judge looks at all columns together.
SUSPECT = 1e-5


@dataclass(frozen=True)
class Category:
    """A term ``C(column)``."""

    codes: Codes  # (n,)
    names: tuple[str, ...]  # Of its levels' coefficients; the first is the reference, if any is


@dataclass(frozen=True)
class Split:
    """A design whose categories stand apart."""

    rest: Design  # Z
    first: Category  # D: has a coefficient for each level, or an intercept in the first one's place
    others: tuple[Category, ...]  # H
    intercept: bool
    terms: tuple[str, ...]  # As they are reported
    order: Codes  # Place of each of them among the columns of Z, H and D

    @property
    def dependent(self) -> str:
        """Name of y."""
        return self.rest.dependent


def split(formula: ParsedFormula, sample: Sample) -> Split | None:
    """Materialise a formula with its categories apart, if one of them has many levels."""
    terms = list(formula.right)
    factors = [factor.expr for term in terms for factor in term.factors]
    found = {}
    for name in (str(term) for term in terms if len(term.factors) == 1):
        match = re.fullmatch(r"C\((\w+)\)", name)
        if match and factors.count(name) == 1:  # in no interaction, which would share its coding
            column = formula.columns[match[1]]
            known = sample.categories if column in sample.categories else sample.numbers
            values = known[column]
            if isinstance(values.dtype, pd.CategoricalDtype):
                values = values.cat.remove_unused_categories()
            values = pd.Categorical(values)
            shown = formula.shown(name)
            names = tuple(f"{shown}[T.{level}]" for level in values.categories)
            found[name] = Category(values.codes.astype(np.intp), names)
    if not found:
        return None
    largest = max(found, key=lambda name: len(found[name].names))
    if len(found[largest].names) * len(sample) < MANY:
        return None
    intercept = "1" in map(str, terms)
    constant = []
    if not intercept:  # then the first category has a coefficient for each level
        largest = next(str(term) for term in terms if "C(" in str(term))
        if largest not in found:
            return None
        names = tuple(name.replace("[T.", "[", 1) for name in found[largest].names)
        found[largest] = Category(found[largest].codes, names)
        constant = list(Formula("1"))

    kept = [*constant, *(term for term in terms if str(term) not in found)]
    design = materialise(replace(formula, right=Formula(kept)), sample)
    rest = design.without("Intercept")
    others = {name: category for name, category in found.items() if name != largest}
    # Places of the columns of each term: Z, then H, then D with the intercept.
    places: dict[str, list[int]] = {}
    end = 0
    widths = dict(zip(map(str, kept), design.widths, strict=True))
    widths.pop("1", None)
    widths |= {name: len(category.names) - 1 for name, category in others.items()}
    for name, width in widths.items():
        places[name], end = list(range(end, end + width)), end + width
    levels = list(range(end, end + len(found[largest].names)))
    places[largest] = levels[intercept:]
    places["1"] = levels[:1]
    order = np.array([place for term in terms for place in places[str(term)]], dtype=np.intp)
    named = [*rest.terms, *(name for category in others.values() for name in category.names[1:])]
    named += ["Intercept", *found[largest].names[1:]] if intercept else found[largest].names
    reported = tuple(named[place] for place in order)
    if len(set(reported)) < len(reported):
        return None  # refused where they are spread out
    return Split(rest, found[largest], tuple(others.values()), intercept, reported, order)


@dataclass(frozen=True)
class Scores:
    """Sums of scores by row or by cluster and their cross-products; z of Q, h of H, d of D."""

    zz: Array
    zh: Array
    zd: Array
    hh: Array
    hd: Array
    by_d: csr_array  # (groups, levels of D)

    def dd_times(self, matrix: Array) -> Array:
        """Return the cross-product of D with itself times a matrix, the shorter way."""
        groups, levels = self.by_d.shape
        if groups < levels or matrix.shape[1] < 2:
            return np.asarray(self.by_d.T @ (self.by_d @ matrix))
        return np.asarray((self.by_d.T @ self.by_d) @ matrix)


def dummies(category: Category, values: Array) -> csr_array:
    """Return the dummies of a category times a value of each row, shape (n, levels)."""
    rows = np.arange(len(values) + 1)
    return csr_array((values, category.codes, rows), shape=(len(values), len(category.names)))


class Absorbed:
    """Least squares on a `Split`.

    Attributes, all in the scale of the square root of the weights: ``y`` (n,); ``residuals`` (n,);
    ``parts`` (k,), norms of what each term adds to the fit; ``coefficients`` (k,); ``notes`` on
    columns that are nearly collinear.
    """

    constant = True  # the dummies of D add up to one

    def __init__(self, design: Split, weight: Array | None) -> None:
        self.design = design
        rest, first = design.rest, design.first
        refuse_too_small(rest, len(design.terms))
        self.n, self.p = rest.X.shape
        self.weight = np.ones(self.n) if weight is None else weight
        self.root = np.sqrt(self.weight)
        ones = np.ones(self.n)
        others = [dummies(category, ones)[:, 1:] for category in design.others]
        self.H = hstack(others, format="csr") if others else csr_array((self.n, 0))
        self.q = self.H.shape[1]
        self.mass = np.bincount(first.codes, weights=self.weight)
        self.notes = self._prepare()
        self._solve()

    def _prepare(self) -> list[str]:
        """Take the categories out of Z; judge whether all columns stand apart."""
        Z = self.design.rest.X
        self.mean_h = self._means(self.H)
        weighted = self.H * self.weight[:, None]
        size = np.asarray(weighted.sum(axis=0)).ravel()
        inner = (self.H.T @ weighted).toarray()
        L = inner - cross(self.mean_h, self.mean_h * self.mass[:, None])
        raw = norms(Z * self.root[:, None])
        try:
            factor = np.linalg.cholesky(L)
            self.bread_h = np.linalg.inv(factor)
            self.bread_h = self.bread_h.T @ self.bread_h
            apart = bool(np.all(np.diagonal(factor) > SUSPECT * np.sqrt(size)))
        except np.linalg.LinAlgError:
            apart = False
            self.bread_h = np.linalg.pinv(L, rcond=1e-10, hermitian=True)
        columns = np.ascontiguousarray(Z.T)
        self.Z = np.array([self._less_all(column) * self.root for column in columns])
        self.Z = self.Z.reshape(Z.T.shape).T
        y = self._less_all(self.design.rest.y) * self.root
        both = triangle(np.column_stack([self.Z, y]))[:, : self.p + 1]
        self.R, self.target = both[: self.p, : self.p], both[: self.p, self.p]
        if apart and np.all(np.abs(np.diagonal(self.R)) > SUSPECT * raw):
            return []
        # A few rows with the same cross-products as all: levels of D, rests of H, rests of Z.
        root_d, (values, vectors) = np.sqrt(self.mass)[:, None], np.linalg.eigh(L)
        values = np.where(values > 1e-12 * size.max(initial=0.0), values, 0.0)
        root_h = np.sqrt(values)[:, None] * vectors.T
        X = np.block(
            [
                [root_d * self._means(Z), root_d * self.mean_h, root_d * self._levels()],
                [root_h @ self.shares, root_h, np.zeros((self.q, len(self.mass)))],
                [self.R, np.zeros((self.p, self.q + len(self.mass)))],
            ]
        )[:, self.design.order]
        return judge_collinearity(X, self.design.terms)

    @cached_property
    def shares(self) -> Array:
        """Coefficients of H for Z, beside D."""
        if not self.q:
            return np.zeros((0, self.p))
        return self._at_h(self._less_means(self.design.rest.X))

    @cached_property
    def Q(self) -> Array:  # noqa: N802
        """What is left of Z, its columns brought to one length and apart."""
        return times(self.Z, self.root_z)

    def _solve(self) -> None:
        rest = self.design.rest
        self.root_z = solve_triangular(self.R, np.eye(self.p))
        beta = solve_triangular(self.R, self.target)
        self.y = rest.y * self.root
        explained = rest.y - apply(rest.X, beta)
        explained = explained - (middle := explained.mean())
        at_h = self._at_h(self._less_means(explained))
        self.residuals = self._less_all(explained) * self.root
        at_d = self._means((explained - self.H @ at_h)[:, None])[:, 0] + middle
        lengths = [norms(rest.X * self.root[:, None])]
        lengths.append(np.sqrt(np.asarray(self.H.T @ self.weight)))
        lengths.append(np.sqrt(self.mass))
        if self.design.intercept:
            at_d = np.concatenate([at_d[:1], at_d[1:] - at_d[0]])
            lengths[2][0] = np.sqrt(self.weight.sum())
        order = self.design.order
        self.coefficients = np.concatenate([beta, at_h, at_d])[order]
        self.parts = np.abs(self.coefficients) * np.concatenate(lengths)[order]

    # Taking out

    def _means(self, columns: Array | csr_array) -> Array:
        """Means by level of D, shape (levels, columns)."""
        if isinstance(columns, csr_array):
            weighted = dummies(self.design.first, self.weight).T @ columns
            return np.asarray(weighted.toarray() / self.mass[:, None])
        sums = by_group(self.design.first.codes, columns * self.weight[:, None], len(self.mass))
        return sums / self.mass[:, None]

    def _less_means(self, values: Array) -> Array:
        columns = values.reshape(self.n, -1)
        left = columns - self._means(columns)[self.design.first.codes]
        return left.reshape(values.shape)

    def _at_h(self, columns: Array) -> Array:
        """Coefficients of H for columns without their means by D."""
        return np.asarray(self.bread_h @ (self.H.T @ (self.weight * columns.T).T))

    def _less_all(self, column: Array) -> Array:
        column = self._less_means(column - column.mean())
        for _ in range(2 if self.q else 1):  # the second pass removes the rounding of the first
            if self.q:
                column = column - self.H @ self._at_h(column)
            column = self._less_means(column)
        return column

    def _levels(self) -> Array:
        """Return the terms of D at each of its levels, shape (levels, levels)."""
        levels = np.eye(len(self.mass))
        if self.design.intercept:
            levels[:, 0] = 1
        return levels

    # Covariance

    def leverage(self) -> Array:
        """Leverage of each row, shape (n,)."""
        first = self.design.first.codes
        share = 1 / self.mass[first]
        if self.q:
            means = times(self.mean_h, self.bread_h)
            share += np.einsum("ij,ij->i", means, self.mean_h)[first]
            padded, means = np.pad(self.bread_h, (0, 1)), np.pad(means, ((0, 0), (0, 1)))
            start, places = 0, []
            for category in self.design.others:  # the reference stands at the zeros of the end
                places.append(np.where(category.codes > 0, start + category.codes - 1, self.q))
                start += len(category.names) - 1
            for one in places:
                share -= 2 * means[first, one]
                for other in places:
                    share += padded[one, other]
        of_z = np.einsum("ij,ij->i", self.Q, self.Q)
        return np.asarray(self.weight * share + of_z)

    def scores(self, residuals: Array, groups: Codes | None) -> Scores:
        """Sum scores by group, or not at all."""
        scaled = residuals * self.root
        of_z, by_h = self.Q * residuals[:, None], self.H * scaled[:, None] if self.q else self.H
        by_d = dummies(self.design.first, scaled)
        if groups is not None:
            where = (groups, np.arange(self.n))
            total = csr_array((np.ones(self.n), where), shape=(int(groups.max()) + 1, self.n))
            of_z, by_d, by_h = total @ of_z, total @ by_d, total @ by_h
        return Scores(
            zz=cross(of_z, of_z),
            zh=(by_h.T @ of_z).T,
            zd=(by_d.T @ of_z).T,
            hh=(by_h.T @ by_h).toarray(),
            hd=(by_h.T @ by_d).toarray(),
            by_d=by_d,
        )

    def variances(self, residuals: Array, groups: Codes | None) -> Array:
        """Variances of all coefficients, shape (k,)."""
        scores = self.scores(residuals, groups)
        V, C, M = self._parts_of_covariance(scores)
        by_d = scores.by_d
        own = np.bincount(by_d.indices, by_d.data**2, len(self.mass)) / self.mass**2
        if self.design.intercept:
            first = by_d.T @ by_d[:, [0]].toarray()[:, 0]
            own[1:] += own[0] - 2 * first[1:] / (self.mass[1:] * self.mass[0])
        own += np.einsum("ij,ij->i", times(M, V) - 2 * C, M)
        return np.concatenate([np.diagonal(V), own])[self.design.order]

    def matrix(self, residuals: Array, groups: Codes | None) -> Array:
        """Covariance matrix of all coefficients, shape (k, k)."""
        scores = self.scores(residuals, groups)
        V, C, M = self._parts_of_covariance(scores)
        own = (scores.by_d.T @ scores.by_d).toarray() / np.outer(self.mass, self.mass)
        if self.design.intercept:
            own[1:] -= own[0]
            own[:, 1:] -= own[:, :1]
        shared = C @ M.T
        own += M @ V @ M.T - shared - shared.T
        both = C - M @ V
        matrix: Array = np.block([[V, both.T], [both, own]])
        return matrix[np.ix_(self.design.order, self.design.order)]

    def _parts_of_covariance(self, scores: Scores) -> tuple[Array, Array, Array]:
        """Covariance V of the coefficients of Z and H, theirs with means by level, and means."""
        dd = scores.dd_times(self.mean_h)
        zh = scores.zh - scores.zd @ self.mean_h
        shared = scores.hd @ self.mean_h
        hh = scores.hh - shared - shared.T + self.mean_h.T @ dd
        of_z = np.vstack([self.root_z, -self.shares @ self.root_z])
        of_h = np.vstack([np.zeros((self.p, self.q)), self.bread_h])
        both = of_z @ zh @ of_h.T
        V = of_z @ scores.zz @ of_z.T + both + both.T + of_h @ hh @ of_h.T
        C = (of_z @ scores.zd + of_h @ (scores.hd - dd.T)).T / self.mass[:, None]
        M = np.column_stack([self._means(self.design.rest.X), self.mean_h])
        if self.design.intercept:  # levels less the first one, which is the intercept
            C[1:] -= C[0]
            M[1:] -= M[0]
        return V, C, M

    def covariance(
        self, kind: covariance.CovKind, clusters: Sequence[Codes], df: int
    ) -> tuple[Callable[[], Array], Callable[[], Array], covariance.ClusteredCovariance | None]:
        """Return what makes variances and the whole matrix, and what belongs to clusters."""
        k = len(self.design.terms)
        fitted: covariance.ClusteredCovariance | None = None
        if len(clusters) == 2:
            matrix = np.zeros((k, k))
            for codes, sign in covariance.dimensions(clusters):
                matrix += sign * self.matrix(self.residuals, codes)
            fitted = covariance.of_clusters(matrix, clusters, k)
            return partial(np.diagonal, fitted.matrix), partial(np.asarray, fitted.matrix), fitted
        groups = None
        if clusters:
            groups = clusters[0]
            number = int(groups.max()) + 1
            fitted = covariance.ClusteredCovariance(np.zeros((0, 0)), (number,), number - 1, False)
            residuals = self.residuals * np.sqrt(covariance.cr1_factor(number, self.n, k))
        elif kind == "classical":
            residuals = np.full(self.n, norms(self.residuals) / np.sqrt(df))
        else:
            leverage = self.leverage() if kind in ("HC2", "HC3") else None
            residuals = covariance.adjusted(self.residuals, kind, k, leverage)
        scored = residuals, groups
        return partial(self.variances, *scored), partial(self.matrix, *scored), fitted
