"""The models of a specification curve: choices, rows, groups that share work, and their fits.

A choice is a dict from label to option. The curve is the product of six of them: outcome, exposure,
controls, sample, effects, weights. What is wrong with a call is refused here; what is wrong with
a single specification is found where it is estimated.

The controls are orthogonalised once, ``C = QR``, and taken out of every exposure x and outcome y,

    x~ = x - QQ'x,   y~ = y - QQ'y,   b = x~'y~ / x~'x~,

which by the theorem of Frisch (1933), Waugh and Lovell (1963) is the coefficient of the full
regression. Its variance needs no more than these vectors either: row b of ``inv(X'X) X'`` is
``x~' / x~'x~``, so that, for instance, the clustered variance is

    factor * sum_g (sum_{i in g} x~_i e_i)^2 / (x~'x~)^2,   e = y~ - b x~,

and the leverage of HC2 and HC3 is that of the effects, of Q and of x~, added up. The sum in
brackets is taken for all exposures at once. Nothing is solved by normal equations: columns have
norm one, and QR keeps their digits.

Every specification uses the rows in which all of its columns are known. Many have the same rows,
effects and weights (a `Group`), and of these many the same controls (a `Block`).
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.models._arrays import Array, Codes
from gzcounty.models.covariance import CovKind, cr1_factor
from gzcounty.models.design import regressors
from gzcounty.models.formula import ParsedFormula, quoted, read_formula
from gzcounty.models.nearness import LEFT, ROUNDED, judge, judge_collinearity, norms
from gzcounty.models.sample import Sample, as_names, combined
from gzcounty.models.within import Absorber, Effect, absorbed, effects_in_k, singletons
from gzcounty.words import counted, in_a_row, listed

Mask = np.ndarray[Any, np.dtype[np.bool_]]
SampleOption: TypeAlias = str | pd.Series | np.ndarray | Callable[[pd.DataFrame], Any]
EffectOption: TypeAlias = Sequence[str | Sequence[str]]

CHOICES = (
    N_("outcome"), N_("exposure"), N_("controls"), N_("sample"), N_("effects"), N_("weights"),
)  # fmt: skip
MOST_SUBSETS_OF = 12
MOST_SPECIFICATIONS = 200_000


@dataclass(frozen=True)
class Choices:
    """The options of each choice, by label."""

    outcome: dict[str, str]  # Columns
    exposure: dict[str, str]
    controls: dict[str, tuple[str, ...]]  # Columns and terms of each control set
    formulas: dict[tuple[str, ...], ParsedFormula]  # Of control sets with a term beside columns
    sample: dict[str, Mask]  # (rows of the data,)
    # At most two effects; an effect is one column, or several whose combinations it stands for.
    effects: dict[str, tuple[tuple[str, ...], ...]]
    weights: dict[str, str | None]
    subsets: bool  # Whether the control sets are all subsets of one list

    @property
    def labels(self) -> dict[str, list[str]]:
        """Labels of the options, by choice."""
        return {name: list(getattr(self, name)) for name in CHOICES}

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of options of each choice."""
        return tuple(len(labels) for labels in self.labels.values())

    def sizes(self, least: int = 2) -> str:
        """Say how many options each choice has, of those that have at least so many."""
        sizes = zip(CHOICES, self.shape, strict=True)
        return " x ".join(_("{n:,} {choice}", n=n, choice=_(c)) for c, n in sizes if n >= least)

    def codes(self) -> dict[str, Codes]:
        """Return the option of each specification, by choice; the last choice varies fastest."""
        grid = np.unravel_index(np.arange(np.prod(self.shape)), self.shape)
        return dict(zip(CHOICES, grid, strict=True))

    @property
    def numeric(self) -> list[str]:
        """Columns that must hold numbers, each once."""
        sets = [column for names in self.controls.values() for column in self.read(names)]
        weights = [column for column in self.weights.values() if column is not None]
        names = [*self.outcome.values(), *self.exposure.values(), *sets, *weights]
        return [name for name in dict.fromkeys(names) if name not in self.categorical]

    @property
    def categorical(self) -> list[str]:
        """Columns that only stand inside ``C(...)``, each once."""
        numbers = {*self.outcome.values(), *self.exposure.values(), *self.weights.values()}
        for names in self.controls.values():
            numbers.update(self.formulas[names].numeric if names in self.formulas else names)
        parsed = self.formulas.values()
        categories = dict.fromkeys(name for formula in parsed for name in formula.categorical)
        return [name for name in categories if name not in numbers]

    def read(self, controls: tuple[str, ...]) -> tuple[str, ...]:
        """Columns that a control set reads."""
        if controls not in self.formulas:
            return controls
        formula = self.formulas[controls]
        return tuple(dict.fromkeys(name for name in formula.columns.values() if formula.uses(name)))

    @property
    def keys(self) -> list[str]:
        """Columns behind the effects, each once."""
        sets = [column for pair in self.effects.values() for effect in pair for column in effect]
        return list(dict.fromkeys(sets))


def read_choices(
    data: pd.DataFrame,
    outcomes: str | Sequence[str] | Mapping[str, str],
    exposures: str | Sequence[str] | Mapping[str, str],
    controls: Sequence[str] | Mapping[str, str | Sequence[str]] | None,
    samples: Mapping[str, SampleOption] | None,
    effects: str | Sequence[str] | Mapping[str, EffectOption] | None,
    weights: str | Sequence[str | None] | None,
    entity: str | None,
    time: str | None,
) -> Choices:
    """Read the arguments of `specification_curve`; see there."""
    sets = _control_sets(controls)
    choices = Choices(
        outcome=_columns("outcomes", outcomes),
        exposure=_columns("exposures", exposures),
        controls=sets,
        formulas=_formulas(data, sets.values()),
        sample=_samples(data, samples),
        effects=_effects(effects, entity, time),
        weights=_weights(weights),
        subsets=controls is not None and not isinstance(controls, Mapping),
    )
    total = int(np.prod(choices.shape, dtype=float))
    if total > MOST_SPECIFICATIONS:
        raise InputError(
            "These choices make {total:,} specifications ({sizes}); at most {most:,} are allowed.",
            total=total, sizes=choices.sizes(least=1), most=MOST_SPECIFICATIONS,
        )  # fmt: skip
    identifiers = [name for name in (entity, time) if name is not None]
    require_columns(data, [*choices.numeric, *choices.categorical, *choices.keys, *identifiers])
    return choices


def _columns(argument: str, columns: str | Sequence[str] | Mapping[str, str]) -> dict[str, str]:
    """Outcomes or exposures: one column, several, or labels to columns."""
    named = list(columns.values()) if isinstance(columns, Mapping) else as_names(columns)
    if not named:
        raise InputError(
            "{argument} takes a column, a list or a dict of columns, not {value}.",
            argument=argument, value=_("an empty one"),
        )  # fmt: skip
    _refuse_twice(argument, named)
    return dict(columns) if isinstance(columns, Mapping) else dict(zip(named, named, strict=True))


def _refuse_twice(what: str, items: Sequence[Hashable]) -> None:
    twice = [item for place, item in enumerate(items) if item in items[:place]]
    if twice:
        raise InputError(
            "{what} names {names} more than once.",
            what=what, names=listed(dict.fromkeys(twice)),
        )  # fmt: skip


def _control_sets(
    controls: Sequence[str] | Mapping[str, str | Sequence[str]] | None,
) -> dict[str, tuple[str, ...]]:
    if controls is None:
        return {"none": ()}
    if not isinstance(controls, Mapping):
        return _all_subsets(list(controls))
    if not controls:
        raise InputError(
            "controls is an empty dict; leave it out, or give {example}.", example={"none": []}
        )
    sets: dict[str, tuple[str, ...]] = {}
    for label, columns in controls.items():
        names = as_names(columns)
        _refuse_twice(_("The control set {label!r}", label=label), names)
        sets[str(label)] = tuple(names)
    return sets


def _formulas(
    data: pd.DataFrame, sets: Iterable[tuple[str, ...]]
) -> dict[tuple[str, ...], ParsedFormula]:
    """Formulas of the control sets that hold a term, such as ``C(group)`` or ``a:b``."""
    formulas = {}
    for controls in sets:
        terms = [
            name for name in controls if re.search(r"[(:*/^]", name) and name not in data.columns
        ]
        if terms:
            outcome = "outcome"
            while outcome in data.columns:
                outcome += "_"
            right = [name if name in terms else quoted(name) for name in controls]
            formula = read_formula(f"{outcome} ~ {' + '.join(right)}")
            if "1" not in map(str, formula.right):
                raise InputError(
                    "The controls {terms} take the intercept away.", terms=listed(terms)
                )
            numeric = tuple(name for name in formula.numeric if name != outcome)
            formulas[controls] = replace(formula, numeric=numeric)
    return formulas


def _all_subsets(columns: list[str]) -> dict[str, tuple[str, ...]]:
    _refuse_twice("controls", columns)
    if len(columns) > MOST_SUBSETS_OF:
        raise InputError(
            "controls lists {columns} columns, which have {subsets:,} subsets; at most {most} "
            "columns are allowed, or name the sets in a dict.",
            columns=len(columns), subsets=2 ** len(columns), most=MOST_SUBSETS_OF,
        )  # fmt: skip
    return {
        " + ".join(chosen) or "none": chosen
        for size in range(len(columns) + 1)
        for chosen in combinations(columns, size)
    }


def _samples(data: pd.DataFrame, samples: Mapping[str, SampleOption] | None) -> dict[str, Mask]:
    if samples is None:
        return {"all rows": np.ones(len(data), dtype=bool)}
    if not samples:
        raise InputError("samples takes a dict of at least one label and its condition.")
    return {str(label): _mask(data, str(label), option) for label, option in samples.items()}


def _mask(data: pd.DataFrame, label: str, option: SampleOption) -> Mask:
    if isinstance(option, str):
        require_columns(data, [option])
        condition = data[option]
    else:
        condition = option(data) if callable(option) else option
    values = condition if isinstance(condition, pd.Series) else pd.Series(np.asarray(condition))
    if not pd.api.types.is_bool_dtype(values.dtype):
        raise InputError("The sample {label!r} must be True or False in each row.", label=label)
    if len(values) != len(data):
        raise InputError(
            "The sample {label!r} has {values:,} values for {rows:,} rows of data.",
            label=label, values=len(values), rows=len(data),
        )  # fmt: skip
    if isinstance(condition, pd.Series) and not condition.index.equals(data.index):
        raise InputError("The sample {label!r} has another index than the data.", label=label)
    if values.isna().any():
        raise InputError(
            "The sample {label!r} is missing in {rows:,} rows; say for each row whether it "
            "belongs.",
            label=label, rows=int(values.isna().sum()),
        )  # fmt: skip
    return values.to_numpy(dtype=bool)


def _effects(
    effects: str | Sequence[str] | Mapping[str, EffectOption] | None,
    entity: str | None,
    time: str | None,
) -> dict[str, tuple[tuple[str, ...], ...]]:
    if effects is None:
        effects = "none" if entity is None or time is None else "two-way"
    if not effects:
        raise InputError("effects must name at least one option, such as 'none'.")
    if isinstance(effects, Mapping):
        return {str(label): _pair(str(label), option) for label, option in effects.items()}
    names = as_names(effects)
    _refuse_twice("effects", names)
    return {name: _keyword(name, entity, time) for name in names}


def _keyword(name: str, entity: str | None, time: str | None) -> tuple[tuple[str, ...], ...]:
    """Read none, entity, time, two-way, or the name of a column."""
    needed = {"none": [], "entity": [entity], "time": [time], "two-way": [entity, time]}
    if name not in needed:
        return ((name,),)
    columns = [column for column in needed[name] if column is not None]
    if len(columns) < len(needed[name]):
        raise InputError(
            "effects={name!r} needs the arguments entity and time that it is about.", name=name
        )
    return tuple((column,) for column in columns)


def _pair(label: str, option: EffectOption) -> tuple[tuple[str, ...], ...]:
    items = [option] if isinstance(option, str) else list(option)
    if len(items) > 2:
        raise InputError(
            "effects {label!r} has {n} sets of effects; at most two can be taken out.",
            label=label, n=len(items),
        )  # fmt: skip
    return tuple((item,) if isinstance(item, str) else tuple(item) for item in items)


def _weights(weights: str | Sequence[str | None] | None) -> dict[str, str | None]:
    options = [weights] if weights is None or isinstance(weights, str) else list(weights)
    if not options:
        raise InputError("weights is an empty list; leave it out, or give [None].")
    _refuse_twice("weights", options)
    return {"none" if name is None else name: name for name in options}


SLICE = 2**16
"""Residuals held at once: few enough to stay in a cache."""


@dataclass(frozen=True)
class Fits:
    """Estimates of every exposure on every outcome."""

    # (exposures, outcomes): in the units of the columns given; standard errors without small-sample
    # factor.
    estimates: Array
    std_errors: Array  # (exposures, outcomes)
    # (exposures,): squared norm of what the controls leave of each exposure and outcome.
    left: Array
    unexplained: Array  # (outcomes,)


def fit(Q: Array, X: Array, Y: Array, starts: Codes | None, cov: CovKind, leverage: Array) -> Fits:
    """Regress each column of Y on each column of X beside Q.

    Shapes: Q (n, controls); X, Y (n, exposures) and (n, outcomes); starts (clusters,), the first
    row of each cluster; leverage (n,).
    """
    if Q.shape[1]:
        X, Y = X - Q @ (Q.T @ X), Y - Q @ (Q.T @ Y)
    left = np.einsum("ij,ij->j", X, X)
    if left.size and left.min() < 1e-4:
        # Where controls take nearly everything, rounding would be a part of the rest.
        X = X - Q @ (Q.T @ X)
        left = np.einsum("ij,ij->j", X, X)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimates = (X.T @ Y) / left[:, None]
        if starts is not None:
            errors = np.empty_like(estimates)
            for at, y in enumerate(Y.T):
                residuals = y[:, None] - X * estimates[:, at]
                scores = np.add.reduceat(X * residuals, starts, axis=0)
                errors[:, at] = np.sqrt(np.einsum("ge,ge->e", scores, scores)) / left
        else:
            errors = _without_clusters(Q, X, Y, estimates, left, cov, leverage)
    return Fits(estimates, errors, left, np.einsum("ij,ij->j", Y, Y))


def _without_clusters(
    Q: Array, X: Array, Y: Array, estimates: Array, left: Array, cov: CovKind, leverage: Array
) -> Array:
    """Classical and heteroskedasticity-robust standard errors."""
    spare = np.empty(0)
    if cov in ("HC2", "HC3"):
        base = 1 - leverage - np.einsum("ij,ij->i", Q, Q)
        spare = np.maximum(base[:, None] - X * X / left, 0.0)
        # A row that is fitted exactly has a residual of zero whatever its error was.
        spare[spare < 1e-10] = np.nan
        spare = (np.sqrt(spare) if cov == "HC2" else spare)[:, None, :]
    out = np.empty_like(estimates)
    step = max(1, SLICE // X.size)
    for at in range(0, Y.shape[1], step):
        # Exposures last: with shuffles there are many, and long inner loops are fast ones.
        residuals = Y[:, at : at + step, None] - X[:, None, :] * estimates.T[at : at + step]
        if spare.size:
            residuals /= spare
        if cov != "classical":
            residuals *= X[:, None, :]
        out[:, at : at + step] = np.einsum("noe,noe->eo", residuals, residuals)
    return np.sqrt(out) / (np.sqrt(left) if cov == "classical" else left)[:, None]


@dataclass(frozen=True)
class Columns:
    """The columns that specifications use."""

    numbers: dict[str, Array]  # Values by column, NaN where missing
    keys: dict[str, Codes]  # Codes by column, -1 where missing
    categories: pd.DataFrame  # Columns that stand inside ``C(...)``
    cluster: str | None
    cov: CovKind  # {"HC3", "HC2", "HC1", "HC0", "classical"}: for standard errors without clusters


class Group:
    """Specifications with the same rows, effects and weights, their columns without the effects.

    `rows` are places in the data, cluster by cluster; `lone` of them were left out, alone in a
    level of an effect. `unit` (n, columns) holds the columns without the effects, times the root of
    the weight, at norm one, `raw` those with the effects; `place` says which column is which.
    `norms` are those before, `size` those with the effects, as multiples of `norms`. `absorbed`
    says why of columns that the effects leave nothing of, `problem` why nothing can be estimated
    here. `counted` are the effects that K of the clustered covariance counts beside the regressors;
    `leverage` (n,) is that of the effects, if HC2 or HC3 is asked for.
    """

    def __init__(
        self,
        columns: Columns,
        rows: Mask,
        effects: Sequence[tuple[str, ...]],
        weight: str | None,
        names: Sequence[str],
        formulas: Mapping[tuple[str, ...], ParsedFormula],
    ) -> None:
        self.made: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.cov, self.lone, self.problem = columns.cov, 0, ""
        self.rows = np.flatnonzero(rows)
        self.starts: Codes | None = None
        if not self.rows.size:
            empty = [name for name in names if np.isnan(columns.numbers[name]).all()]
            self.problem = _("No row is left in which all columns are known.")
            if empty:
                self.problem = _(
                    "No row is left in which all columns are known: {columns} has no value.",
                    columns=listed(empty),
                )  # fmt: skip
            return
        fixed_effects = self._read_effects(columns, effects)
        if self.problem:
            return
        if columns.cluster is not None:
            codes = columns.keys[columns.cluster][self.rows]
            order = np.argsort(codes, kind="stable")
            self.rows = self.rows[order]
            fixed_effects = [Effect(effect.name, effect.codes[order]) for effect in fixed_effects]
            self.starts = np.unique(codes[order], return_index=True)[1]
            if len(self.starts) < 2:
                self.problem = _(
                    "Clustered standard errors need at least two clusters; this sample has one "
                    "{cluster!r}.",
                    cluster=columns.cluster,
                )  # fmt: skip
        self._constant_only = not fixed_effects
        constant = Effect("the constant", np.zeros(len(self.rows), dtype=np.intp))
        self.effects = fixed_effects or [constant]
        weights = None if weight is None else columns.numbers[weight][self.rows]
        self.absorber = Absorber(self.effects, weights)
        self.scale = None if weights is None else np.sqrt(weights)
        self.counted, self.leverage = 0, np.empty(0)
        if columns.cluster is not None:
            cluster_codes = {columns.cluster: _dense(columns.keys[columns.cluster][self.rows])}
            # How many effects K counts does not depend on the number of regressors.
            self.counted, __ = effects_in_k(self.effects, self.absorber, cluster_codes, 0)
        elif self.cov in ("HC2", "HC3"):
            self.leverage = self.absorber.leverage()
        values = {name: columns.numbers[name][self.rows] for name in names}
        refused = {}
        for controls, formula in formulas.items():
            try:
                terms, X = regressors(formula, self._sample(columns, formula))
            except InputError as error:
                terms, X = (formula.text,), np.ones((len(self.rows), 1))
                refused[formula.text] = str(error)
            own = []
            for name, column in zip(terms, X.T, strict=True):
                # A product x:z is not a column of that name.
                same = name not in values or np.array_equal(values[name], column)
                own.append(name if same else _("{name} (a term)", name=name))
                values[own[-1]] = column
            self.made[controls] = tuple(own)
        names = list(values)
        self.place = {name: place for place, name in enumerate(names)}
        raw = np.column_stack(list(values.values()))
        self.unit, self.norms, self.size, gone = self.demeaned(raw)
        self.raw = raw if self.scale is None else raw * self.scale[:, None]
        self.absorbed = {
            name: self._gone(name) for name, none in zip(names, gone, strict=True) if none
        } | refused

    def _sample(self, columns: Columns, formula: ParsedFormula) -> Sample:
        numbers = {name: columns.numbers[name][self.rows] for name in formula.numeric}
        categories = columns.categories.iloc[self.rows]
        return Sample(pd.DataFrame(numbers, index=categories.index), categories, {}, ())

    def _read_effects(self, columns: Columns, effects: Sequence[tuple[str, ...]]) -> list[Effect]:
        """Codes of the effects in the rows left once singletons are out."""
        if not effects:
            return []
        names = [_(" by ").join(effect) for effect in effects]
        parts = [[columns.keys[name][self.rows] for name in effect] for effect in effects]
        fixed_effects = [
            Effect(name, _dense(combined(codes))) for name, codes in zip(names, parts, strict=True)
        ]
        alone = singletons(fixed_effects)
        self.lone = int(alone.sum())
        if not self.lone:
            return fixed_effects
        self.rows = self.rows[~alone]
        if not self.rows.size:
            self.problem = _(
                "Every {seen} is seen only once, so the effects leave nothing to estimate from.",
                seen=in_a_row(names, "or"),
            )  # fmt: skip
            return []
        return [Effect(effect.name, _dense(effect.codes[~alone])) for effect in fixed_effects]

    @property
    def nobs(self) -> int:
        """Rows used."""
        return len(self.rows)

    def demeaned(self, raw: Array) -> tuple[Array, Array, Array, Mask]:
        """Columns without the effects at norm one, their norms, sizes, and which of them vanish."""
        # Row by row in memory, as the sums by cluster read it.
        left = np.ascontiguousarray(self.absorber.demean(raw))
        gone = absorbed(raw, left) >= ROUNDED
        if self.scale is not None:
            left *= self.scale[:, None]
            raw = raw * self.scale[:, None]
        lengths = np.where(gone, 1.0, norms(left))
        left /= lengths
        return left, lengths, norms(raw) / lengths, gone

    def _gone(self, name: str) -> str:
        if self._constant_only:
            return _("{name!r} has the same value in every row.", name=name)
        return _(
            "The effects of {effects} absorb {name!r}, which does not vary beyond them.",
            effects=in_a_row([effect.name for effect in self.effects]), name=name,
        )  # fmt: skip

    def degrees(self, controls: int) -> int:
        """Rows less regressors less the rank of the effects."""
        return self.nobs - controls - 1 - self.absorber.rank

    def t_degrees(self, controls: int) -> int:
        """Degrees of freedom of t tests."""
        return self.degrees(controls) if self.starts is None else len(self.starts) - 1

    def basis(self, controls: Sequence[str]) -> tuple[Array, str]:
        """Orthonormal columns that span the controls, and what is wrong with these if anything."""
        gone = [self.absorbed[name] for name in controls if name in self.absorbed]
        if gone:
            return np.empty((self.nobs, 0)), gone[0]
        if self.degrees(len(controls)) <= 0:
            message = N_("{rows} cannot carry {regressors} and effects of rank {rank}.")
            if self._constant_only:
                message = N_("{rows} cannot carry {regressors} and a constant of rank {rank}.")
            return np.empty((self.nobs, 0)), _(
                message, rows=counted(self.nobs, "row"),
                regressors=counted(len(controls) + 1, "regressor"), rank=self.absorber.rank,
            )  # fmt: skip
        C = self.unit[:, [self.place[name] for name in controls]]
        Q, R = np.linalg.qr(C)
        if np.any(np.abs(np.diagonal(R)) <= LEFT):
            return Q, self.collinear(controls)
        return Q, ""

    def collinear(self, names: Sequence[str]) -> str:
        """Return a sentence on the first column that depends on those before it, if one does."""
        after = "" if self._constant_only else N_("After the effects are taken out, ")
        at = [self.place[name] for name in names]
        try:
            judge_collinearity(self.unit[:, at] * self.norms[at], names, after, raw=self.raw[:, at])
        except InputError as error:
            return str(error)
        return ""

    def fit(self, Q: Array, X: Array, Y: Array) -> Fits:
        """Regress each column of Y on each column of X beside Q, as `fit` does.

        Standard errors come with the small-sample factor of `gzcounty.models.covariance`.
        """
        fits = fit(Q, X, Y, self.starts, self.cov, self.leverage)
        n, df = self.nobs, self.degrees(Q.shape[1])
        factor = 1.0
        if self.starts is not None:
            factor = cr1_factor(len(self.starts), n, Q.shape[1] + 1 + self.counted)
        elif self.cov in ("classical", "HC1"):
            factor = (1 if self.cov == "classical" else n) / df
        return replace(fits, std_errors=fits.std_errors * np.sqrt(factor))


def _dense(codes: Codes) -> Codes:
    """Return codes numbered 0, 1, ... without gaps."""
    return np.unique(codes, return_inverse=True)[1]


def row_masks(
    choices: Choices, columns: Columns, usable: Mask, codes: dict[str, Codes]
) -> tuple[list[Mask], Codes]:
    """Distinct masks of rows, and which one each specification has."""
    present = {name: ~np.isnan(values) for name, values in columns.numbers.items()}
    present |= {name: values >= 0 for name, values in columns.keys.items()}
    present |= {name: values.notna().to_numpy() for name, values in columns.categories.items()}

    whole = np.ones(len(usable), dtype=bool)

    def all_present(names: Iterable[str]) -> Mask:
        return np.logical_and.reduce([whole, *(present[name] for name in names)])

    options: dict[str, list[Mask]] = {
        "outcome": [present[name] for name in choices.outcome.values()],
        "exposure": [present[name] for name in choices.exposure.values()],
        "controls": [all_present(choices.read(names)) for names in choices.controls.values()],
        "sample": [usable & mask for mask in choices.sample.values()],
        "effects": [
            all_present([name for effect in pair for name in effect])
            for pair in choices.effects.values()
        ],
        "weights": [whole if name is None else present[name] for name in choices.weights.values()],
    }
    # First among the options of a choice, then among their combinations, so that no mask is
    # formed twice.
    distinct = {name: _distinct(options[name]) for name in CHOICES}
    places = np.column_stack([place[codes[name]] for name, (__, place) in distinct.items()])
    combinations, inverse = np.unique(places, axis=0, return_inverse=True)
    masks = []
    for row in combinations:
        chosen = [kept[at] for (kept, __), at in zip(distinct.values(), row, strict=True)]
        masks.append(np.logical_and.reduce(chosen))
    masks, final = _distinct(masks)
    return masks, final[inverse.ravel()]


def _distinct(masks: Sequence[Mask]) -> tuple[list[Mask], Codes]:
    """Different masks, and which of these each one is."""
    keys = [mask.tobytes() for mask in masks]
    kept = dict(zip(keys, masks, strict=True))
    place = {key: at for at, key in enumerate(kept)}
    return list(kept.values()), np.array([place[key] for key in keys], dtype=np.intp)


@dataclass(frozen=True)
class Block:
    """Specifications of one group with the same controls."""

    group: int  # Place of the group in the plan
    controls: tuple[str, ...]
    exposures: tuple[str, ...]  # Columns that occur
    outcomes: tuple[str, ...]
    members: Codes  # Places of the specifications in the curve
    # Exposure and outcome of each, as places in `exposures` and `outcomes`.
    pairs: tuple[Codes, Codes]


@dataclass(frozen=True)
class Batch:
    """All estimates: arrays with one value a specification, in the order of the curve."""

    choices: Choices
    codes: dict[str, Codes]  # Option of each choice
    estimate: Array  # NaN where there is a problem
    std_error: Array
    df: Array  # Degrees of freedom of t
    # Rows used; rows of the sample not used; of these, singletons; clusters (-1 without).
    nobs: Codes
    left_out: Codes
    lone: Codes
    n_clusters: Codes
    problem: np.ndarray
    groups: list[Group]
    blocks: list[Block]

    @property
    def estimated(self) -> Mask:
        """Specifications without a problem."""
        return self.problem == ""


def estimate_all(choices: Choices, columns: Columns, usable: Mask, standardise: bool) -> Batch:
    """Estimate every specification."""
    codes = choices.codes()
    total = len(codes["outcome"])
    problem = np.full(total, "", dtype=object)
    _refuse_overlaps(choices, codes, problem)

    masks, which = row_masks(choices, columns, usable, codes)
    groups, blocks = _arrange(choices, columns, codes, masks, which, np.flatnonzero(problem == ""))
    estimate, std_error = np.full(total, np.nan), np.full(total, np.nan)
    df = np.full(total, np.nan)
    n_clusters = np.full(total, -1, dtype=np.intp)
    sizes = np.array([int(mask.sum()) for mask in masks], dtype=np.intp)
    nobs, lone = sizes[which], np.zeros(total, dtype=np.intp)
    spreads: dict[int, Array] = {}
    for block in blocks:
        group, members = groups[block.group], block.members
        nobs[members], lone[members] = group.nobs, group.lone
        if group.starts is not None:
            n_clusters[members] = len(group.starts)
        if group.problem:
            problem[members] = group.problem
            continue
        estimates, errors = _estimate_block(group, block, problem)
        if standardise:
            if block.group not in spreads:
                spreads[block.group] = _spreads(group, choices.exposure.values(), columns)
            spread = spreads[block.group][codes["exposure"][members]]
            estimates, errors = estimates * spread, errors * spread
        estimate[members], std_error[members] = estimates, errors
        df[members] = group.t_degrees(len(block.controls))
    bad = problem != ""
    estimate[bad] = std_error[bad] = df[bad] = np.nan
    in_sample = np.array([int(mask.sum()) for mask in choices.sample.values()], dtype=np.intp)
    return Batch(
        choices=choices,
        codes=codes,
        estimate=estimate,
        std_error=std_error,
        df=df,
        nobs=nobs,
        left_out=in_sample[codes["sample"]] - nobs,
        lone=lone,
        n_clusters=n_clusters,
        problem=problem,
        groups=groups,
        blocks=blocks,
    )


def _refuse_overlaps(choices: Choices, codes: dict[str, Codes], problem: np.ndarray) -> None:
    """Give a problem to specifications in which one column has two parts."""
    outcomes, exposures = list(choices.outcome.values()), list(choices.exposure.values())
    sets = [choices.read(names) for names in choices.controls.values()]
    for parts, first, second, message in (
        (
            ("outcome", "exposure"), outcomes, [(name,) for name in exposures],
            N_("{name!r} is both the outcome and exposure."),
        ),
        (
            ("outcome", "controls"), outcomes, sets,
            N_("{name!r} is both the outcome and a control."),
        ),
        (
            ("exposure", "controls"), exposures, sets,
            N_("{name!r} is both the exposure and a control."),
        ),
    ):  # fmt: skip
        for i, name in enumerate(first):
            for j, others in enumerate(second):
                if name in others:
                    both = (codes[parts[0]] == i) & (codes[parts[1]] == j) & (problem == "")
                    problem[both] = _(message, name=name)


def _arrange(
    choices: Choices,
    columns: Columns,
    codes: dict[str, Codes],
    masks: Sequence[Mask],
    which: Codes,
    members: Codes,
) -> tuple[list[Group], list[Block]]:
    """Gather specifications into groups and blocks."""
    effects, weights = list(choices.effects.values()), list(choices.weights.values())
    outcomes, exposures = list(choices.outcome.values()), list(choices.exposure.values())
    sets = list(choices.controls.values())
    group_of = (which * len(effects) + codes["effects"]) * len(weights) + codes["weights"]
    groups: list[Group] = []
    blocks: list[Block] = []
    for same_group in split(group_of, members):
        gathered = []
        for block in split(codes["controls"], same_group):
            x, x_place = np.unique(codes["exposure"][block], return_inverse=True)
            y, y_place = np.unique(codes["outcome"][block], return_inverse=True)
            gathered.append(
                Block(
                    group=len(groups),
                    controls=sets[codes["controls"][block[0]]],
                    exposures=tuple(exposures[i] for i in x),
                    outcomes=tuple(outcomes[i] for i in y),
                    members=block,
                    pairs=(x_place, y_place),
                )
            )
        first = same_group[0]
        formulas = {
            block.controls: choices.formulas[block.controls]
            for block in gathered
            if block.controls in choices.formulas
        }
        names = [
            name
            for block in gathered
            for part in (block.controls, block.exposures, block.outcomes)
            if part not in formulas
            for name in part
        ]
        groups.append(
            Group(
                columns,
                masks[which[first]],
                effects[codes["effects"][first]],
                weights[codes["weights"][first]],
                list(dict.fromkeys(names)),
                formulas,
            )
        )
        made = groups[-1].made
        blocks += [
            replace(block, controls=made.get(block.controls, block.controls)) for block in gathered
        ]
    return groups, blocks


def split(keys: Codes, members: Codes) -> list[Codes]:
    """Members with the same key, together."""
    if not members.size:
        return []
    selected = keys[members]
    order = np.argsort(selected, kind="stable")
    return np.split(members[order], np.flatnonzero(np.diff(selected[order])) + 1)


def _estimate_block(group: Group, block: Block, problem: np.ndarray) -> tuple[Array, Array]:
    """Estimates and standard errors of the members; writes down their problems."""
    members, (x_at, y_at) = block.members, block.pairs
    Q, wrong = group.basis(block.controls)
    if wrong:
        problem[members] = wrong
        nothing = np.full(len(members), np.nan)
        return nothing, nothing
    x_place = [group.place[name] for name in block.exposures]
    y_place = [group.place[name] for name in block.outcomes]
    fits = group.fit(Q, group.unit[:, x_place], group.unit[:, y_place])
    scale = group.norms[y_place] / group.norms[x_place][:, None]
    for at, names in ((x_at, block.exposures), (y_at, block.outcomes)):
        for i, name in enumerate(names):
            if name in group.absorbed:
                problem[members[at == i]] = group.absorbed[name]
    for j in np.flatnonzero(fits.left <= LEFT**2):
        affected = members[x_at == j]
        if not problem[affected[0]]:
            problem[affected] = group.collinear([*block.controls, block.exposures[j]])
    rest = fits.unexplained - fits.estimates**2 * fits.left[:, None]
    controls = N_("The controls explain {name!r} exactly: nothing is left to explain.")
    both = N_("The controls and the exposure explain {name!r} exactly: nothing is left to explain.")
    for message, squares in (
        (controls, np.broadcast_to(fits.unexplained, rest.shape)),
        (both, rest),
    ):
        verdicts = judge(np.sqrt(np.maximum(squares, 0.0)), 1.0, group.size[y_place])
        exact = (verdicts >= ROUNDED)[x_at, y_at] & (problem[members] == "")
        for pair in np.flatnonzero(exact):
            problem[members[pair]] = _(message, name=block.outcomes[y_at[pair]])
    estimates, errors = (fits.estimates * scale)[x_at, y_at], (fits.std_errors * scale)[x_at, y_at]
    undefined = np.isnan(errors) & (problem[members] == "")
    problem[members[undefined]] = _(
        "{cov} is not defined here: some rows are fitted exactly (leverage one); use HC1 or "
        "leave these rows out.",
        cov=group.cov,
    )  # fmt: skip
    return estimates, errors


def _spreads(group: Group, exposures: Iterable[str], columns: Columns) -> Array:
    """Return the standard deviation of each exposure in the rows of a group."""
    values = np.column_stack([columns.numbers[name][group.rows] for name in exposures])
    # An exposure that is not known in all of these rows has no specification here.
    return values.std(axis=0, ddof=1) if len(values) > 1 else np.full(values.shape[1], np.nan)
