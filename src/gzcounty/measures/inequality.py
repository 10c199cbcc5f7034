"""Inequality between units: the Gini coefficient, and Theil's index with its nested parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.checks import require_columns, require_positive
from gzcounty.errors import InputError, TrapError
from gzcounty.language import _
from gzcounty.measures._matrix import as_column, as_matrix, as_vector, require_known
from gzcounty.models._arrays import Array
from gzcounty.words import counted, data_notes, listed


def gini(y: Any, weights: Any = None) -> float:  # noqa: ANN401 (any one-dimensional values)
    r"""Gini coefficient.

    .. math:: G = \frac{\sum_i \sum_j w_i w_j |y_i - y_j|}{2 W^2 \mu}

    with :math:`W = \sum w_i` and :math:`\mu` the weighted mean: half the mean difference between
    two draws, relative to the mean (Gini 1912). It is the coefficient of the population given,
    without the factor n/(n-1) that some use for a small sample, so that it does not change if
    every unit is repeated.

    Parameters
    ----------
    y : array-like, shape (n,)
        Income or output per head, zero or more. Totals of groups must be divided by the
        groups' populations first.
    weights : array-like, shape (n,), optional
        Such as population, zero or more; equal if not given. With them each person counts the
        same, without them each unit does: two different questions.

    Returns
    -------
    float
        From 0 (all equal) to below 1.

    Raises
    ------
    InputError
        For missing, infinite or negative values, all zero, or weights that do not go with `y`.

    Examples
    --------
    >>> import gzcounty as gz
    >>> round(gz.gini([10, 20, 30, 40, 100]), 3)
    0.4
    >>> china = gz.load_china_counties().dropna(subset="gdp_per_resident_2020")
    >>> round(gz.gini(china.gdp_per_resident_2020, weights=china.population), 3)
    0.302
    """
    values, weight = _read(y, weights)
    order = np.argsort(values, kind="stable")
    values, weight = values[order], weight[order]
    weight = weight / weight.sum()
    income = values * weight
    total = income.sum()
    # Area under the Lorenz curve by trapezoids: exact, and n log n instead of n squared.
    below = np.cumsum(income) - income / 2
    return max(0.0, float(1 - 2 * (below @ weight) / total))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Theil:
    """Theil's T and its parts; ``float(result)`` gives `total` too.

    Attributes
    ----------
    total, between, within : float
        T; its part between the groups (the coarsest of nested ones; 0 without groups); the rest.
    levels : DataFrame
        One row a level: ``level``, ``groups`` (number of them), ``part`` and ``share`` of the
        total. The parts add up to the total.
    groups : DataFrame
        One row a coarsest group: ``group``, ``units``, ``mean``, ``income_share``, ``theil``
        (T inside it) and ``contribution`` (the last two multiplied; they add up to `within`).
    notes : tuple of str
    """

    total: float
    between: float
    within: float
    levels: pd.DataFrame
    groups: pd.DataFrame
    notes: tuple[str, ...]

    def __float__(self) -> float:
        return self.total

    def __repr__(self) -> str:
        return "\n".join([self._heading(), "", self._levels().to_string(index=False), *self.notes])

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{note}</p>" for note in self.notes)
        return f"<p>{self._heading()}</p>{self._levels().to_html(index=False)}{notes}"

    def _heading(self) -> str:
        return _(
            "Theil's T {total:.4f}: between {between:.4f}, within {within:.4f}",
            total=self.total, between=self.between, within=self.within,
        )  # fmt: skip

    def _levels(self) -> pd.DataFrame:
        """Return the levels as they are shown."""
        names = [*self.levels["level"].iloc[:-1], _("within")]
        return self.levels.assign(level=names)


def theil(y: Any, groups: Any = None, weights: Any = None) -> Theil:  # noqa: ANN401
    r"""Theil's T, in all and split between and within nested groups.

    .. math:: T = \sum_i s_i \ln\frac{y_i}{\mu}, \qquad s_i = \frac{w_i y_i}{\sum_j w_j y_j}

    For groups g with income share :math:`s_g` and mean :math:`\mu_g` it is the sum of
    :math:`\sum_g s_g \ln(\mu_g/\mu)` between them and :math:`\sum_g s_g T_g` within (Theil 1967,
    Economics and Information Theory, chapter 4). With nested groups each level adds
    :math:`\sum_h s_h \ln(\mu_h/\mu_{g(h)})`, where g(h) is the group that h lies in: the two-stage
    decomposition of Akita (2003, Annals of Regional Science 37, 55-77).

    Parameters
    ----------
    y : array-like, shape (n,)
        Income or output per head, zero or more. A zero adds its limit, :math:`0 \ln 0 = 0`.
    groups : Series, array, list, or DataFrame or list of several, optional
        Labels by unit. Several must be nested, from the coarsest to the finest: a DataFrame
        with the columns province and prefecture.
    weights : array-like, shape (n,), optional
        Such as population, zero or more; equal if not given.

    Returns
    -------
    Theil
        T runs from 0 to ln n (equal weights). ``levels`` has a last row "within" the finest
        groups.

    Raises
    ------
    InputError
        For missing, infinite or negative values, all zero, weights or groups that do not go with
        `y`, missing labels, or groups that are not nested (the first such group is named).

    Examples
    --------
    >>> import gzcounty as gz
    >>> china = gz.load_china_counties().dropna(subset="gdp_per_resident_2020")
    >>> areas = china[["province_adcode", "prefecture_adcode"]]
    >>> parts = gz.theil(china.gdp_per_resident_2020, groups=areas, weights=china.population)
    >>> parts.levels.round(3)
                   level  groups   part  share
    0    province_adcode      31  0.060  0.392
    1  prefecture_adcode     328  0.057  0.373
    2             within    2069  0.036  0.235
    """
    values, weight = _read(y, weights)
    weight = weight / weight.sum()
    share, log_ratio = _shares(values, weight)
    labels = _nested(groups, y, len(values))
    total = max(0.0, float(share @ log_ratio))
    parts, upper = [], np.zeros(len(values))
    for codes, __ in labels.values():
        here = _log_mean(codes, share, weight)
        parts.append(float(share @ (here - upper)))
        upper = here
    parts.append(float(share @ (log_ratio - upper)))
    table = pd.DataFrame(
        {
            "level": [*labels, "within"],
            "groups": [len(levels) for __, levels in labels.values()] + [len(values)],
            "part": parts,
        }
    )
    table["share"] = table["part"] / total if total > 0 else np.nan
    codes, levels = next(iter(labels.values()), (np.zeros(len(values), np.intp), pd.Index(["all"])))
    inside = _inside(codes, levels, values, share, weight, log_ratio)
    between = parts[0] if labels else 0.0
    zeros = int(np.sum(values == 0))
    note = _("{values} of zero: each adds its limit, zero.", values=counted(zeros, "value"))
    return Theil(
        total=total,
        between=between,
        within=total - between,
        levels=table,
        groups=inside,
        notes=(note,) if zeros else (),
    )


def _shares(values: Array, weight: Array) -> tuple[Array, Array]:
    """Each unit's share of income, and the log of its value relative to the mean."""
    share = weight * values
    mean = share.sum()
    share = share / mean
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = np.where(share > 0, np.log(values / mean), 0.0)
    return share, log_ratio


def _read(y: Any, weights: Any) -> tuple[Array, Array]:  # noqa: ANN401
    values = as_vector(y, "y", low=0.0)
    weight = np.ones(len(values))
    if weights is not None:
        weight = as_vector(weights, "weights", low=0.0, like=y)
        if not weight.any():
            raise InputError("All weights are zero; at least one must be above zero.")
    if not (values * weight).any():
        raise InputError("y is zero in every unit that counts, so it has no inequality.")
    return values, weight


def _nested(groups: Any, y: Any, n: int) -> dict[str, tuple[np.ndarray, pd.Index]]:  # noqa: ANN401
    """Codes and labels of each level by name, refused unless each lies within the one before."""
    labels: dict[str, tuple[np.ndarray, pd.Index]] = {}
    above = None
    for place, column in enumerate(_columns(groups)):
        name = f"groups {place + 1}"
        read = as_column(column, name, like=y)
        name = read.name if isinstance(read.name, str) else name
        if name in labels:
            raise InputError("Two levels of groups are called {name!r}.", name=name)
        codes, levels = pd.factorize(read)
        if np.any(codes < 0):
            row = read.index[np.flatnonzero(codes < 0)[0]]
            raise InputError(
                "{name!r} has no label in row {row!r}; every unit needs one.",
                name=name, row=str(row),
            )  # fmt: skip
        if above is not None:
            over, over_codes, over_levels = above
            pairs = np.unique(codes * len(over_levels) + over_codes)
            lower, upper = np.divmod(pairs, len(over_levels))
            split = lower[1:][lower[1:] == lower[:-1]]
            if split.size:
                raise InputError(
                    "The groups are not nested: {name} {group} lies in {over} {groups}. Give them "
                    "from the coarsest to the finest, and every group one name.",
                    name=name, group=listed(levels[split[:1]]), over=over,
                    groups=listed(over_levels[upper[lower == split[0]]]),
                )  # fmt: skip
        labels[name] = (codes, pd.Index(levels))
        above = (name, codes, pd.Index(levels))
    return labels


def _columns(groups: Any) -> Sequence[Any]:  # noqa: ANN401
    if groups is None:
        return []
    if isinstance(groups, pd.DataFrame):
        return [groups.iloc[:, place] for place in range(groups.shape[1])]
    if isinstance(groups, (list, tuple)) and len(groups) and np.ndim(groups[0]) > 0:
        return groups
    return [groups]


def _log_mean(codes: np.ndarray, share: Array, weight: Array) -> Array:
    """Log of the mean of each unit's group relative to the mean of all, 0 in a group of zeros."""
    income = np.bincount(codes, weights=share)
    people = np.bincount(codes, weights=weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(income > 0, np.log(income / people), 0.0)
    return logs[codes]


def _inside(
    codes: np.ndarray,
    levels: pd.Index,
    values: Array,
    share: Array,
    weight: Array,
    log_ratio: Array,
) -> pd.DataFrame:
    income = np.bincount(codes, weights=share)
    people = np.bincount(codes, weights=weight)
    rest = np.bincount(codes, weights=share * (log_ratio - _log_mean(codes, share, weight)))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(codes, weights=weight * values) / people
        inside = np.where(income > 0, rest / income, 0.0)
    return pd.DataFrame(
        {
            "group": levels,
            "units": np.bincount(codes),
            "mean": mean,
            "income_share": income,
            "theil": inside,
            "contribution": rest,
        }
    )


def sigma_convergence(data: pd.DataFrame, y: str, entity: str, time: str) -> pd.DataFrame:
    r"""Dispersion of a variable over units, year by year, over the same units throughout.

    Sigma convergence is a fall of the standard deviation of :math:`\ln y` over time (Barro and
    Sala-i-Martin 1992, Journal of Political Economy 100, 223-251). Units that lack a year would
    change the dispersion by coming and going, so only those with every year count.

    No interval goes with it: these are all the units, and the same ones every year, so that years
    are not independent. Incomes of survey averages also carry error, which adds to the dispersion.

    Parameters
    ----------
    data : DataFrame
        One row a unit and year; choose the years before.
    y : str
        Column of values above zero, such as income per head. A row without a value is like no row.
    entity, time : str
        Columns that identify a row.

    Returns
    -------
    DataFrame
        One row a year: `time`, ``units``, ``sd_log`` (standard deviation of the logarithm, with
        n - 1), ``cv`` (standard deviation over mean, with n - 1), ``gini`` and ``theil`` (each
        unit once, as in `gzcounty.gini`). ``attrs["notes"]`` names the units left out.

    Raises
    ------
    InputError
        For columns that are missing or not numeric, values not above zero or infinite (row
        named), an entity with two rows in one year, or missing identifiers.
    TrapError
        If fewer than two units have every year: there is no constant sample to compare.

    See Also
    --------
    gzcounty.beta_convergence : whether poorer units grow faster.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel().query("year in (2014, 2023)")
    >>> table = gz.sigma_convergence(panel, "rural_income", "adcode", "year")
    >>> table.round(3)
       year  units  sd_log     cv   gini  theil
    0  2014     60   0.114  0.119  0.063  0.007
    1  2023     60   0.106  0.110  0.059  0.006
    """
    complete = _complete_rows(data, y, entity, time)
    wide = complete.pivot(index=time, columns=entity, values=y).sort_index()
    full = wide.columns[wide.notna().all()]
    if len(full) < 2:
        raise TrapError(
            "{units} of {entity} has {y!r} in all of {years}, so that no two can be followed "
            "throughout; choose fewer years.",
            units=counted(len(full), "unit"), entity=entity, y=y, years=listed(wide.index, 20),
        )  # fmt: skip
    kept = wide[full]
    rows = []
    for year, values in zip(kept.index, kept.to_numpy(), strict=True):
        rows.append(
            {
                time: year,
                "units": len(values),
                "sd_log": np.log(values).std(ddof=1),
                "cv": values.std(ddof=1) / values.mean(),
                "gini": gini(values),
                "theil": theil(values).total,
            }
        )
    table = pd.DataFrame(rows)
    every = pd.Index(data[entity].unique())
    left = every.difference(full, sort=False)
    notes = data_notes(data)
    notes.append(_(
        "{units} with {y} in each of {years} years.",
        units=counted(len(full), "unit"), y=y, years=len(kept),
    ))  # fmt: skip
    if len(left):
        notes.append(_(
            "Left out {units} without every year: {names}.",
            units=counted(len(left), "unit"), names=listed(left),
        ))  # fmt: skip
    table.attrs = {"notes": notes}
    return table


def _complete_rows(data: pd.DataFrame, y: str, entity: str, time: str) -> pd.DataFrame:
    """Rows with a value, checked."""
    names = [y, entity, time]
    if len(set(names)) < 3:
        raise InputError(
            "y, entity and time must be three different columns, not {names!r}.", names=names
        )
    require_columns(data, names)
    require_known(data, [entity, time])
    again = data.duplicated([entity, time])
    if again.any():
        row = data.loc[again].iloc[0]
        raise InputError(
            "Each {entity} and {time} may have one row; {name!r} has more than one in {when}.",
            entity=entity, time=time, name=str(row[entity]), when=row[time],
        )  # fmt: skip
    complete = data.loc[data[y].notna(), names]
    if complete.empty:
        raise InputError("No row has a value of {y!r}.", y=y)
    values = as_matrix(complete[[y]], "data")[:, 0]
    require_positive(values, complete, y, entity, time)
    return complete.assign(**{y: values})
