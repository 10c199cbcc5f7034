"""What a model implies if exposure were raised where it lags, with the model's uncertainty."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.checks import require
from gzcounty.errors import InputError
from gzcounty.language import _
from gzcounty.models._arrays import Array
from gzcounty.models.result import Estimate, Reported, Result
from gzcounty.models.sample import as_names, take_sample
from gzcounty.parallel import generators
from gzcounty.words import counted, listed

Frame = TypeVar("Frame", pd.Series, pd.DataFrame)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Targeting(Reported):
    """What follows from raising exposure, if the association were causal.

    Attributes
    ----------
    before, after : Series
        The mean and each measure, as they are and as the estimate implies.
    dose : Series, shape (n,)
        By how much each unit's exposure is raised, on the index of the user's data.
    nobs : int
        Units.
    notes : tuple of str
    native : DataFrame, shape (draws, 1 + measures)
        The change of each draw: of the mean in per cent, of a measure in its own unit.
    """

    before: pd.Series
    after: pd.Series
    dose: pd.Series
    nobs: int
    notes: tuple[str, ...]
    native: pd.DataFrame
    _units: pd.DataFrame
    _effects: pd.DataFrame
    _df: int
    _log: bool

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return the changes with percentile intervals; there is no test, so no statistic.

        Returns
        -------
        DataFrame
            One row for the mean (change in %) and each measure: term, before, after, estimate,
            std_error, statistic, p_value, conf_low, conf_high.
        """
        change = changes(self.after, self.before)
        ends = self.native.quantile([(1 - level) / 2, (1 + level) / 2]).to_numpy()
        spread = self.native.std(ddof=1)
        rows = [
            Estimate(str(name), change[name], spread[name], np.nan, np.nan, low, high)
            for name, low, high in zip(change.index, *ends, strict=True)
        ]
        table = pd.DataFrame(rows)
        table.insert(1, "before", self.before.to_numpy())
        table.insert(2, "after", self.after.to_numpy())
        return table

    def units(self, level: float = 0.95) -> pd.DataFrame:
        """Return what is implied for each unit, on the index of the user's data.

        Returns
        -------
        DataFrame
            exposure, dose, y (as it is), change, conf_low, conf_high (in the unit of y).
        """
        half = special.stdtrit(self._df, (1 + level) / 2) * self._effects.std_error
        middle = self._effects.estimate
        y = self._units["y"]
        ends = {"change": middle, "conf_low": middle - half, "conf_high": middle + half}
        changed = {k: y * np.expm1(e) if self._log else e for k, e in ends.items()}
        return self._units.assign(**changed)

    def _heading(self) -> str:
        return _(
            "{raised} of {units} raised, if the association were causal",
            raised=int((self.dose > 0).sum()), units=counted(self.nobs, "unit"),
        )  # fmt: skip

    def _shown_rows(self) -> list[Estimate]:
        mean, *measures = super()._shown_rows()
        return [mean._replace(term=_("mean")), *measures]


def changes(after: Frame, before: pd.Series) -> Frame:
    """Return the change of the mean in per cent and of each measure in its own unit.

    Of one outcome (Series), or of many, one row each (DataFrame).
    """
    change = after - before
    change["mean"] *= 100 / before["mean"]
    return change


Measure = Callable[..., Any]

LARGEST = 300_000_000
"""Units times draws: beyond it a simulation would take minutes."""


def simulate_targeting(
    data: pd.DataFrame,
    fit: Result,
    terms: str | Mapping[str, str | None],
    *,
    y: str,
    exposure: str,
    quantile: float = 0.5,
    size: float = 1.0,
    spread: bool = False,
    weights: str | None = None,
    measures: Mapping[str, Measure] | None = None,
    log: bool = True,
    draws: int = 499,
    seed: int = 20_260,
) -> Targeting:
    r"""Raise exposure where it lags and ask what a linear model implies, if it were causal.

    Units whose exposure :math:`p_i` lies below the quantile :math:`q` are raised towards it, by
    :math:`d_i = s\,\max(0, q - p_i)`. A model of log y then implies

    .. math:: y_i' = y_i \exp\Big(d_i \sum_k \beta_k m_{ik}\Big)

    with :math:`m_{ik}` one, or the moderator of an interaction. What is not known about
    :math:`\beta` is carried through: it is drawn from the t distribution around the estimate, with
    the model's covariance and degrees of freedom, and everything is computed anew in each draw.
    What the model itself may have wrong (that it is no effect, that it is not linear, that people
    move, that one unit's gain is another's loss) is not carried.

    Parameters
    ----------
    data : DataFrame
        One row a unit; not necessarily the sample of the model.
    fit : Result
        Of `ols`, `panel_ols`, `event_study` and the like.
    terms : str or mapping
        The coefficient of exposure, such as ``"commerce_2010:2023"``; or several with the column
        each is multiplied by: ``{"commerce": None, "commerce:poverty": "poverty"}``.
    y : str
        Column of the outcome in levels (income in yuan), above zero if `log`.
    exposure : str
        Column to raise, in the unit that the model has.
    quantile : float, default 0.5
        Over units, not weighted: 0.5 is the median, 0.25 the end of the lowest quarter.
    size : float, default 1.0
        Share of the way to the quantile, above 0, at most 1.
    spread : bool, default False
        Give all units the same instead, as much in all (by `weights`) as the others would get.
    weights : str, optional
        Column of weights of the mean and the measures, such as people; equal if not given.
    measures : mapping of str to function, optional
        Called as ``function(values, weights=...)``, must give a number, such as
        ``{"gini": gz.gini, "theil": gz.theil}``.
    log : bool, default True
        Whether the model explains the logarithm of y (or its growth), not y itself.
    draws : int, default 499
        Stratified if there is one coefficient, so that few give steady intervals.
    seed : int

    Returns
    -------
    Targeting
        ``table()`` has the changes with intervals, ``units()`` what is implied for each unit.

    Raises
    ------
    InputError
        If a column or term is missing, y is not above zero in logs, weights are negative or all
        zero, exposure does not vary, or an argument lies outside its range.

    Examples
    --------
    >>> import gzcounty as gz
    >>> data = gz.load_panel().query("year == 2020").dropna(subset="rural_income")
    >>> data = data[["adcode", "rural_income"]].merge(gz.penetration("commerce", 2020))
    >>> fit = gz.ols("log(rural_income) ~ penetration", data)
    >>> naive = gz.simulate_targeting(
    ...     data,
    ...     fit,
    ...     "penetration",
    ...     y="rural_income",
    ...     exposure="penetration",
    ...     measures={"gini": gz.gini},
    ... )
    >>> naive.table()[["term", "before", "after"]].round(3)  # if it were causal; it is not shown
       term     before      after
    0  mean  11593.077  11821.685
    1  gini      0.058      0.056
    """
    terms = {terms: None} if isinstance(terms, str) else dict(terms)
    measures = dict(measures or {})
    require(bool(terms), "terms must name at least one coefficient.")
    absent = [term for term in terms if term not in fit.coefficients.index]
    require(
        not absent,
        "The model has no term {names}; it has {terms}.",
        names=listed(absent), terms=listed(fit.coefficients.index, 12),
    )  # fmt: skip
    require("mean" not in measures, "'mean' is computed anyway; call the measure by another name.")
    require(draws > 1, "An interval takes at least 2 draws.")
    moderators = [column for column in terms.values() if column is not None]
    sample = take_sample(data, numeric=[y, exposure, *moderators, *as_names(weights)])
    require(
        len(sample) * draws <= LARGEST,
        "{units} times {draws} is too much to simulate: take at most {largest:,} draws.",
        units=counted(len(sample), "unit"), draws=counted(draws, "draw"),
        largest=LARGEST // max(len(sample), 1),
    )  # fmt: skip
    numbers = sample.numbers
    values, weight = _levels(numbers, y, log), _weights(numbers, weights)
    dose = _dose(numbers[exposure].to_numpy(), quantile, size, spread, weight, exposure)

    pulls = np.column_stack(
        [dose if m is None else dose * numbers[m].to_numpy() for m in terms.values()]
    )
    beta = fit.coefficients[list(terms)].to_numpy()
    vcov = fit.vcov.loc[list(terms), list(terms)].to_numpy()

    total = weight.sum()

    def outcomes(coefficients: Array) -> list[float]:
        effect = pulls @ coefficients
        changed = values * np.exp(effect) if log else values + effect
        measured = [float(measure(changed, weights=weight)) for measure in measures.values()]
        return [float((changed * weight).sum() / total), *measured]

    names = ["mean", *measures]
    before, after = (pd.Series(outcomes(b), names) for b in (np.zeros_like(beta), beta))
    drawn = [outcomes(one) for one in _drawn(beta, vcov, fit.df, draws, seed)]
    variances = np.einsum("ij,jk,ik->i", pulls, vcov, pulls)
    spreads = np.sqrt(np.maximum(variances, 0.0))
    effects = pd.DataFrame({"estimate": pulls @ beta, "std_error": spreads}, index=numbers.index)
    mean_dose = np.average(dose, weights=weight)
    if spread:
        change = _(
            "If the association were causal: {exposure} raised {size:.0%} of the way to the "
            "{quantile:g} quantile, spread evenly over all; mean dose {dose:.3g}.",
            exposure=exposure, size=size, quantile=quantile, dose=mean_dose,
        )  # fmt: skip
    else:
        change = _(
            "If the association were causal: {exposure} raised {size:.0%} of the way to the "
            "{quantile:g} quantile, for {units} below it; mean dose {dose:.3g}.",
            exposure=exposure, size=size, quantile=quantile,
            units=counted(int((dose > 0).sum()), "unit"), dose=mean_dose,
        )  # fmt: skip
    carried = _(
        "Intervals carry the uncertainty of {terms} ({draws:,} draws, seed {seed}), not that of "
        "reading it as an effect.",
        terms=listed(terms), draws=draws, seed=seed,
    )  # fmt: skip
    return Targeting(
        before=before,
        after=after,
        dose=pd.Series(dose, index=numbers.index, name="dose"),
        nobs=len(sample),
        notes=(*sample.notes, change, carried),
        native=changes(pd.DataFrame(drawn, columns=names), before),
        _units=pd.DataFrame(
            {"exposure": numbers[exposure], "dose": dose, "y": values}, index=numbers.index
        ),
        _effects=effects,
        _df=fit.df,
        _log=log,
    )


def _drawn(beta: Array, vcov: Array, df: int, draws: int, seed: int) -> Array:
    """Draw coefficients from the t distribution around the estimate, shape (draws, k)."""
    generator = generators(seed, 1)[0]
    if len(beta) == 1:
        # One draw from each of so many equal slices of the distribution.
        slices = (np.arange(draws) + generator.uniform(size=draws)) / draws
        return beta + np.sqrt(vcov[0, 0]) * special.stdtrit(df, slices)[:, None]
    normal = generator.multivariate_normal(np.zeros(len(beta)), vcov, size=draws, method="eigh")
    return beta + normal / np.sqrt(generator.chisquare(df, size=(draws, 1)) / df)


def _dose(
    exposure: Array, quantile: float, size: float, spread: bool, weight: Array, name: str
) -> Array:
    dose = size * np.maximum(0.0, np.quantile(exposure, quantile) - exposure)
    require(
        bool((dose > 0).any()),
        "No unit lies below that quantile of {name!r}: nothing is raised.",
        name=name,
    )  # fmt: skip
    return np.full(len(dose), np.average(dose, weights=weight)) if spread else dose


def _levels(numbers: pd.DataFrame, y: str, log: bool) -> Array:
    values = numbers[y].to_numpy()
    if log and (values <= 0).any():
        row = numbers.index[values <= 0][0]
        raise InputError(
            "{y!r} is {value:g} in row {row}; an outcome whose logarithm is explained lies "
            "above zero.",
            y=y, value=numbers[y][row], row=row,
        )  # fmt: skip
    return values


def _weights(numbers: pd.DataFrame, weights: str | None) -> Array:
    if weights is None:
        return np.ones(len(numbers))
    values = numbers[weights].to_numpy()
    if (values < 0).any():
        row = numbers.index[values < 0][0]
        raise InputError(
            "{weights!r} is {value:g} in row {row}; weights are not negative.",
            weights=weights, value=numbers[weights][row], row=row,
        )  # fmt: skip
    require(bool(values.any()), "The weights in {weights!r} are all zero.", weights=weights)
    return values
