"""What a specification curve may choose from: each choice as labelled options, checked.

A choice is a dict from label to option. The curve is the product of six of them: outcome, exposure,
controls, sample, effects, weights. What is wrong with a call is refused here; what is wrong with
a single specification is found where it is estimated.
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
from gzcounty.models._arrays import Codes
from gzcounty.models.formula import ParsedFormula, quoted, read_formula
from gzcounty.models.sample import as_names
from gzcounty.words import listed

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
