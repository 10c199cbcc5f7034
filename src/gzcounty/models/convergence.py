"""Beta convergence: whether units that start lower grow faster."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.checks import require_columns, require_positive
from gzcounty.errors import InputError
from gzcounty.language import N_, _, _n

from .covariance import CovKind
from .dependence import HAC, Conley, columns_of
from .formula import read_formula
from .ols import ols
from .panel import long_difference
from .result import ABSENT, Result, with_intervals
from .sample import as_names, as_numbers

INITIAL = "log_initial"
GROWTH = "growth_a_year"

_MEAN_REVERSION = N_(
    "Chance or error in the first year alone makes those who start low seem to grow faster "
    "(regression to the mean), so this slope does not show by itself that the gap narrows: see "
    "the dispersion by year."
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BetaConvergence(Result):
    """Growth explained by the initial level, and the speed that it implies.

    Attributes
    ----------
    years : float
        Length T of the period.
    speed : float
        Share of the gap to the long run that closes a year; negative if gaps widen, NaN if the
        slope is so steep (1 + bT at or below zero) that no speed fits it.
    half_life : float
        Years until half the gap is closed; NaN unless `speed` is above zero.
    """

    years: float
    speed: float
    half_life: float

    def implied(self, level: float = 0.95) -> pd.DataFrame:
        r"""Speed of convergence and half-life with intervals.

        The speed :math:`\lambda = -\ln(1 + bT)/T` has the standard error
        :math:`se(b)/(1 + bT)` by the delta method and t intervals. The half-life is
        :math:`\ln 2/\lambda`; its standard error is by the delta method too, its interval is that
        of the speed turned over, and so is unequal around it: its upper end is infinite if the
        speed may be zero.

        Returns
        -------
        DataFrame
            Columns as in `table`, rows ``speed`` (a year) and ``half_life`` (years). Tests are
            of zero speed.
        """
        slope = self.term(INITIAL)
        reach = 1 + slope.estimate * self.years
        error = slope.std_error / reach if reach > 0 else np.nan
        speed = with_intervals(np.array([self.speed]), np.array([error]), self.df, level)
        table = pd.DataFrame({"term": ["speed"], **speed})
        half_life = ABSENT
        if not np.isnan(self.half_life):
            low, high = table.loc[0, ["conf_low", "conf_high"]]
            longest = np.log(2) / low if low > 0 else np.inf
            std_error = np.log(2) / self.speed**2 * error
            half_life = (std_error, np.nan, np.nan, np.log(2) / high, longest)
        table.loc[1] = ["half_life", self.half_life, *half_life]
        return table

    def _lines(self) -> list[str]:
        return [*super()._lines(), self._sentence()]

    def _sentence(self) -> str:
        speed, half_life = self.implied().itertuples(index=False)
        if np.isnan(speed.estimate):
            return _("The slope is too steep for a speed of convergence: 1 + bT is not above zero.")
        fields = {"speed": speed.estimate, "low": speed.conf_low, "high": speed.conf_high}
        line = _(
            "Speed of convergence {speed:.2f} % a year (95 % interval {low:.2f} to {high:.2f})",
            **{name: 100 * value for name, value in fields.items()},
        )
        if np.isnan(half_life.estimate):
            return _("{speed}; no half-life, as gaps do not close.", speed=line)
        endless = np.isinf(half_life.conf_high)
        return _(
            "{speed}; half-life {years:.1f} years ({low:.1f} to {high}).",
            speed=line, years=half_life.estimate, low=half_life.conf_low,
            high=_("no end") if endless else f"{half_life.conf_high:.1f}",
        )  # fmt: skip


def beta_convergence(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    start: int,
    end: int,
    controls: str | None = None,
    cov: CovKind | HAC | Conley = "HC3",
    cluster: str | Sequence[str] | None = None,
    weights: str | None = None,
) -> BetaConvergence:
    r"""Regress growth a year on the initial level.

    .. math::
        \frac{\ln y_{i,t+T} - \ln y_{it}}{T} = a + b \ln y_{it} + c'x_i + u_i, \qquad
        b = -\frac{1 - e^{-\lambda T}}{T}

    Absolute convergence without `controls`, conditional with them: towards the same long run, or
    each towards its own. :math:`\lambda` is the speed of convergence (Barro and Sala-i-Martin
    1992, Journal of Political Economy 100, 223-251); the half-life is :math:`\ln 2/\lambda`.

    A negative b does not mean that the dispersion falls: measurement error in :math:`\ln y_{it}`,
    or a good year, enters growth with the opposite sign and pulls b down (Friedman 1992, Journal
    of Economic Literature 30, 2129-2132; Quah 1993, Scandinavian Journal of Economics 95,
    427-443). Look at `gzcounty.sigma_convergence` beside it.

    Parameters
    ----------
    data : DataFrame
        One row an entity and year.
    y : str
        Column of values above zero; its logarithm is taken.
    entity, time : str
        Columns that identify a row.
    start, end : int
        First and last year; T is the distance between them.
    controls : str, optional
        Further terms of the formula, with values of the start year: ``"relief + C(prefecture)"``.
    cov : {"HC3", "HC2", "HC1", "HC0", "classical"}, HAC or Conley
        As in `ols`.
    cluster : str or list of two str, optional
        As in `ols`; takes the place of `cov`.
    weights : str, optional
        Column of analytic weights in the start year, above zero.

    Returns
    -------
    BetaConvergence
        The term of b is ``log_initial``. ``.speed``, ``.half_life``, and both with intervals in
        ``.implied()``. ``native`` is the statsmodels result.

    Raises
    ------
    InputError
        For columns that are missing or not numeric, values of y that are not above zero in the two
        years (entity named), `start` not before `end`, no entity with both years, two rows of an
        entity in one year, and as `ols`.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel()
    >>> fit = gz.beta_convergence(panel, "rural_income", "adcode", "year", 2014, 2023)
    >>> fit.nobs, round(fit.speed, 3), round(fit.half_life, 1)
    (60, 0.009, 74.6)
    """
    right = INITIAL if controls is None else f"{INITIAL} + {controls}"
    formula = f"{GROWTH} ~ {right}"
    parsed = read_formula(formula)
    needed = [*parsed.numeric, *parsed.categorical, *as_names(cluster), *as_names(weights)]
    carried = dict.fromkeys(name for name in needed if name not in (INITIAL, GROWTH))
    carried |= dict.fromkeys(columns_of(cov))
    require_columns(data, [entity, time, y, *carried])
    for name in (INITIAL, GROWTH):
        if name in data.columns:
            raise InputError("{name!r} is made here; give your column another name.", name=name)
    chosen = data.loc[data[time].isin([start, end])].copy()
    values = as_numbers(chosen[y])
    if len(values) and np.isnan(values).all():
        raise InputError("{y!r} is missing in every row of the first and the last year.", y=y)
    require_positive(values, chosen, y, entity, time)
    logs = f"log of {y}"
    chosen[logs] = np.log(values)
    sample = long_difference(chosen, logs, entity, time, start, end, keep=list(carried))
    years = float(end - start)
    sample[GROWTH] = sample.pop(f"d_{logs}") / years
    sample[INITIAL] = sample.pop(f"{logs}_{start}")

    fit = ols(formula, sample, cov=cov, cluster=cluster, weights=weights)
    slope = float(fit.coefficients[INITIAL])
    reach = 1 + slope * years
    speed = float(-np.log(reach) / years) if reach > 0 else float("nan")
    what = _("conditional on the controls") if controls else _("absolute: no controls")
    notes = (
        *fit.notes,
        _n(
            "Growth is the change of log {y} from {start} to {end} over {n:,} year; convergence "
            "{what}.",
            "Growth is the change of log {y} from {start} to {end} over {n:,} years; convergence "
            "{what}.",
            int(years), y=y, start=start, end=end, what=what,
        ),
        _(_MEAN_REVERSION),
    )  # fmt: skip
    kept = vars(fit) | {
        "estimator": _("beta convergence"),
        "dependent": _("growth of {y} a year, {start}-{end}", y=y, start=start, end=end),
        "notes": notes,
        "years": years,
        "speed": speed,
        "half_life": float(np.log(2) / speed) if speed > 0 else float("nan"),
    }
    return BetaConvergence(**kept)
