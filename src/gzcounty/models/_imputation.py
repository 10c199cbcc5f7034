"""Effects as outcome less imputed outcome: imputation and two-stage difference-in-differences.

The outcome without treatment is fitted on untreated rows only,

    y[i, t] = entity[i] + period[t] + x[i, t]' d + error[i, t],

and imputed for treated rows; ATT(g, t) is the mean of what is left (Borusyak, Jaravel and Spiess
2024, Review of Economic Studies 91, 3253-3285; Gardner 2022, arXiv:2207.05943). Entities may share
an effect by groups, and groups of entities may have period effects of their own.

An estimate is a weighted sum of outcomes. Its influence function is, by entity, the sum of weight
times residual, where residuals of treated rows are taken from the mean of their cohort and period
(the conservative variance of Borusyak, Jaravel and Spiess) and, for two-stage sums of several
cohorts or periods, from the mean of the sum (Gardner's GMM variance). Both without a small-sample
factor.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gzcounty.errors import InputError, TrapError
from gzcounty.words import counted, listed

from ._adoption import Adoption
from ._doubly_robust import invert
from ._effects import PreTest
from ._group_time import Cell, GroupTime
from ._types import Array, Codes
from .design import Design
from .panel import drop_singletons
from .sample import take_sample
from .within import fit_within


@dataclass(frozen=True)
class TwoEffects:
    """Least squares on two sets of effects, through their cross-product.

    Attributes
    ----------
    cells : sparse matrix, shape (U, S)
        Rows in each pair of levels.
    mass : ndarray, shape (U,)
        Rows in each level of the first set.
    inverse : ndarray, shape (S, S)
        Of the second set less what the first explains, one level a component left at zero.
    components : ndarray of int, shape (U + S,)
        Effects of different components cannot be told apart from each other; -1 for empty levels.
    """

    cells: sparse.csr_matrix
    mass: Array
    inverse: Array
    components: np.ndarray

    @classmethod
    def of(cls, first: Codes, second: Codes, sizes: tuple[int, int]) -> "TwoEffects":
        """Prepare the effects of the rows given."""
        cells = sparse.csr_matrix((np.ones(len(first)), (first, second)), shape=sizes)
        mass = np.asarray(cells.sum(axis=1)).ravel()
        other = np.asarray(cells.sum(axis=0)).ravel()
        _, labels = connected_components(sparse.bmat([[None, cells], [cells.T, None]]), False)
        labels = np.where(np.concatenate([mass, other]) > 0, labels, -1)
        of_second = labels[sizes[0] :]
        free = np.setdiff1d(
            np.flatnonzero(of_second >= 0), np.unique(of_second, return_index=True)[1]
        )
        scaled = sparse.diags(1 / np.maximum(mass, 1)) @ cells
        laplacian = np.diag(other) - (cells.T @ scaled).toarray()
        inverse = np.zeros((sizes[1], sizes[1]))
        inverse[np.ix_(free, free)] = np.linalg.inv(laplacian[np.ix_(free, free)])
        return cls(cells, mass, inverse, labels)

    def solve(self, of_first: Array, of_second: Array) -> tuple[Array, Array]:
        """Return the effects whose sums over the rows are those given, shapes (U, m) and (S, m)."""
        mass = np.maximum(self.mass, 1)[:, None]
        second = self.inverse @ (of_second - self.cells.T @ (of_first / mass))
        return (of_first - self.cells @ second) / mass, second


def impute(panel: Adoption, anticipation: int, conservative: bool) -> GroupTime:
    """Estimate every ATT(g, t) from t = g less `anticipation` on.

    Parameters
    ----------
    panel : Adoption
    anticipation : int
    conservative : bool
        True for imputation errors, False for two-stage errors.

    Raises
    ------
    InputError
        If the effects absorb a covariate.
    TrapError
        If no treated row can be imputed, or covariates are collinear.
    """
    rows = panel.long()
    unit, period = rows["unit"].to_numpy(), np.searchsorted(panel.periods, rows["time"].to_numpy())
    n, length = panel.outcome.shape
    first = unit if panel.families is None else panel.families[unit]
    second = period if panel.regions is None else panel.regions[unit] * length + period
    sizes = int(first.max()) + 1, int(second.max()) + 1
    treated = rows["time"].to_numpy() >= panel.cohorts[unit] - anticipation
    free = ~treated
    effects = TwoEffects.of(first[free], second[free], sizes)
    linked = effects.components[first]
    imputable = treated & (linked >= 0) & (linked == effects.components[sizes[0] + second])
    if not imputable.any():
        raise TrapError(
            "No treated row can be imputed: in each of its periods nobody is left untreated."
        )
    names = [f"x{place}" for place in range(len(panel.covariate_names))]
    left = rows[["y", *names]].to_numpy()
    # The second pass removes the rounding of the first.
    for _ in range(2):
        alpha, beta = effects.solve(
            _sums(first[free], left[free], sizes[0]), _sums(second[free], left[free], sizes[1])
        )
        left = left - alpha[first] - beta[second]
    gap, X = left[:, 0], left[:, 1:]
    _refuse_absorbed(panel, rows.loc[free, names].to_numpy(), X[free])
    bread = invert(X[free].T @ X[free], "once the effects are taken out") if names else None
    if bread is not None:
        gap = gap - X @ (bread @ (X[free].T @ gap[free]))

    # Cells are numbered by cohort and period, as np.unique sorts them.
    chosen = np.flatnonzero(imputable)
    pairs = np.column_stack([panel.cohorts[unit[chosen]].astype(int), rows["time"].iloc[chosen]])
    found, number, count = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    number = number.ravel()
    estimates = np.bincount(number, weights=gap[chosen]) / count
    weights = sparse.csr_matrix(
        (1 / count[number], (np.arange(len(chosen)), number)), shape=(len(chosen), len(count))
    )
    toll_first, toll_second = effects.solve(
        _gather(first[chosen], weights, sizes[0]), _gather(second[chosen], weights, sizes[1])
    )
    toll = toll_first[first[free]] + toll_second[second[free]]
    if bread is not None:
        toll = toll + X[free] @ (bread @ (weights.T @ X[chosen]).T)
    influence = -_sums(unit[free], toll * gap[free][:, None], n)
    apart = weights.multiply((gap[chosen] - estimates[number])[:, None])
    influence += _gather(unit[chosen], apart.tocsr(), n)

    cells = [
        Cell(int(g), int(t), -1, int(size), int(free.sum()), float(estimate))
        for (g, t), size, estimate in zip(found, count, estimates, strict=True)
    ]
    members = [unit[chosen[number == place]] for place in range(len(cells))]
    notes = _notes(panel, int(treated.sum()) - len(chosen))
    return GroupTime(cells, influence, panel, count.astype(float), members, not conservative, notes)


def lead_test(panel: Adoption, anticipation: int) -> PreTest:
    """Test parallel trends apart from the imputation, by leads among untreated rows.

    Raises
    ------
    TrapError
        If there is no lead, or the leads cannot be told from the effects.
    """
    rows = panel.long()
    unit = rows["unit"].to_numpy()
    event = rows["time"].to_numpy() - panel.cohorts[unit]
    keep = event < -anticipation
    rows, unit, event = rows[keep].copy(), unit[keep], event[keep]
    # The last lead before treatment is what the others are relative to.
    leads = np.unique(event[np.isfinite(event)]).astype(int)[:-1].tolist()
    if not leads:
        raise TrapError(
            "Every cohort has a single period before its treatment, so these data cannot show "
            "whether trends were parallel; earlier periods would be needed."
        )
    terms = [f"lead_{-lead}" for lead in leads]
    for term, lead in zip(terms, leads, strict=True):
        rows[term] = (event == lead).astype(float)
    rows["first"] = unit if panel.families is None else panel.families[unit]
    region = 0 if panel.regions is None else panel.regions[unit]
    rows["second"] = rows["time"] + (panel.periods[-1] + 1) * region
    covariates = [f"x{place}" for place in range(len(panel.covariate_names))]
    sample = take_sample(
        rows, numeric=["y", *terms, *covariates], keys=["first", "second", "cluster"]
    )
    sample, effects = drop_singletons(sample, [("first",), ("second",)])
    design = Design(
        sample.numbers["y"].to_numpy(),
        sample.numbers[[*terms, *covariates]].to_numpy(),
        (*terms, *covariates),
        "y",
    )
    try:
        fit = fit_within(design, sample, effects, cluster="cluster", weights=None)
    except InputError as error:
        raise TrapError(f"The leads cannot be tested: {error}") from None
    test = fit.wald(terms)
    return PreTest(test.statistic, test.df_num, test.df_denom, test.p_value, test.terms)


def _refuse_absorbed(panel: Adoption, before: Array, after: Array) -> None:
    """Name the covariates of which the effects leave nothing but rounding."""
    spread = np.linalg.norm(before - before.mean(axis=0), axis=0)
    gone = np.linalg.norm(after, axis=0) <= 1e-10 * np.maximum(spread, np.abs(before).max(axis=0))
    if gone.any():
        absorbed = [name for name, flag in zip(panel.covariate_names, gone, strict=True) if flag]
        raise InputError(
            f"The effects absorb {listed(absorbed)} among untreated rows: imputation can only use "
            "covariates that vary within entities in ways of their own."
        )


def _sums(codes: Codes, values: Array, size: int) -> Array:
    """Sum the rows of `values` by code."""
    return np.column_stack(
        [np.bincount(codes, weights=column, minlength=size) for column in values.T]
    )


def _gather(codes: Codes, weights: sparse.csr_matrix, size: int) -> Array:
    """Sum the rows of a sparse matrix by code."""
    spread = sparse.csr_matrix(
        (np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=(size, len(codes))
    )
    gathered: Array = (spread @ weights).toarray()
    return gathered


def _notes(panel: Adoption, lost: int) -> tuple[str, ...]:
    notes = []
    if lost:
        notes.append(
            f"Left out {counted(lost, 'treated row')} that cannot be imputed: nobody comparable is "
            "untreated then."
        )
    own = f"the effects of {panel.names['families']} and of {panel.names['time']}"
    if panel.regions is not None:
        own += f" by {panel.names['regions']}"
    notes.append(f"Outcomes without treatment are imputed from {own}, fitted on untreated rows.")
    return tuple(notes)
