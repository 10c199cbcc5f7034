"""Draw a panel of counties that do not exist, with a known truth."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.models._types import Array

from .arguments import Arguments, check
from .neighbours import Layout, share_of_neighbours, touching
from .programme import Cohorts, cohort_sizes, effects, enter, truth

# Log rural income: about 6,700 yuan in the first year, 9 % more each year, as in the 2010s.
START, YEARLY = 8.8, 0.09
SPREAD_PREFECTURE, SPREAD_COUNTY, SPREAD_YEAR = 0.10, 0.20, 0.01


def simulate_panel(
    n_counties: int = 88,
    years: Iterable[int] = range(2014, 2024),
    effect: float = 0.05,
    *,
    seed: int | np.random.Generator = 1,
    heterogeneity: float = 0.0,
    growth: float = 0.0,
    cohorts: Cohorts = None,
    selection: float = 0.0,
    pre_trend: float = 0.0,
    spillover: float = 0.0,
    layout: Layout = "ring",
    n_prefectures: int = 9,
    noise: float = 0.04,
    prefecture_noise: float = 0.0,
    autocorrelation: float = 0.0,
    exposure_effect: float = 0.0,
    exposure_since: int | None = None,
    exposure_drift: float = 0.0,
    missing: float = 0.0,
    prefix: str = "S",
) -> pd.DataFrame:
    r"""Draw SIMULATED counties that enter a programme one after the other, with a known effect.

    The log rural income of county i, in prefecture p and programme cohort g, in year t is

        y[i, t] = county[i] + year[t]
                  + tau(g, t) * inside[i, t]
                  + pre_trend * (t - t0) * (i ever enters)
                  + exposure_effect * exposure[i, t] * (t >= exposure_since)
                  + spillover * share[i, t] * (1 - inside[i, t])
                  + v[p, t] + u[i, t],

        tau(g, t) = effect * (1 + heterogeneity * q(g)) * (1 + growth * (t - g)),

    with inside = 1 from the year of entry on, q falling evenly from 1 for the first cohort to -1
    for the last, t0 the first year, and share the share of a county's neighbours inside. u is a
    stationary AR(1) process by county with standard deviation `noise`, v independent by prefecture
    and year with standard deviation `prefecture_noise`.

    Parameters
    ----------
    n_counties : int, default 88
        At least 4.
    years : iterable of int
        Consecutive years.
    effect : float, default 0.05
        Gain from the programme in log points (0.05 is about 5 %), before the two next arguments.
    seed : int or numpy.random.Generator
        The same seed draws the same panel.
    heterogeneity : float, default 0
        How far the gain differs by cohort: at 0.5, the first gains 1.5 times `effect`, the last
        half of it.
    growth : float, default 0
        What each further year inside adds to the gain, as a share of the gain at entry.
    cohorts : dict of year to share, list of years, or None
        Who enters when; a list stands for equal shares, those who never enter included. None:
        three cohorts of a quarter each, at three, five and seven tenths of the period.
    selection : float, default 0
        How strongly entry follows low income in the first year. Counties are ranked by
        -selection * z + e, z the standardised income of the first year, shock included, and e
        standard normal; the first enter first.
    pre_trend : float, default 0
        How much faster, in log points a year, counties that ever enter would grow anyway.
    spillover : float, default 0
        Gain of a county outside all whose neighbours are inside.
    layout : {"ring", "grid"}
        Two neighbours each, or up to four.
    n_prefectures : int, default 9
        Neighbouring counties share a prefecture.
    noise, prefecture_noise : float, default 0.04 and 0
        Standard deviations of the yearly shocks, in log points.
    autocorrelation : float, default 0
        Of u, between -1 and 1.
    exposure_effect : float, default 0
        Log points per unit of exposure, a share between 0.05 and 0.35.
    exposure_since : int, optional
        First year in which exposure matters; the middle of the period if not given.
    exposure_drift : float, default 0
        Standard deviation of the yearly change of exposure; 0 leaves it constant.
    missing : float, default 0
        Share of incomes that are missing, at random.
    prefix : str, default "S"
        Letters before the number in a county's code. Digits are refused: no simulated county may
        look like an adcode.

    Returns
    -------
    DataFrame
        One row a county and year, sorted: county (code such as "S001"), county_name, prefecture,
        year, rural_income (yuan), log_rural_income, exposure, exposure_after (exposure from
        `exposure_since` on, 0 before), first_year (0 for never), inside (0 or 1), true_effect (tau
        times inside), neighbours_inside (share), simulated (True).

        ``attrs["truth"]`` is a dict: ``cells``, tau by cohort and year, and its averages over
        counties and years inside, ``simple``, ``group`` (by cohort), ``dynamic`` (by years since
        entry) and ``calendar`` (by year); ``exposure`` and ``spillover``. ``attrs["notes"]`` says
        that the data are simulated, and every model repeats it.
        `gzcounty.simulation.neighbour_pairs` gives the neighbours.

    Raises
    ------
    InputError
        If an argument is out of range; the message names it.

    Notes
    -----
    What naive estimators make of it:

    - Two-way fixed effects on `inside` is right if tau is the same everywhere. With `growth` above
      0 it reads less than the average gain, because counties long inside serve as controls for
      those just entered (Goodman-Bacon 2021, Journal of Econometrics 225, 254-277; example below).
    - With `selection` s, counties ever inside start poorer than the others by about
      sqrt(0.05 + noise^2) * s / sqrt(1 + s^2) * f / (P * (1 - P)) log points, P their share and f
      the standard normal density where its upper tail holds P: with s = 1 and P = 3/4 by 0.27. A
      naive comparison of the last year is off by that much. County effects take it out, except for
      the part that was a passing shock, which comes back as growth.
    - With `pre_trend` d, the comparison with counties that never enter is too large by
      d * (t - g + 1) in year t.
    - With `spillover` s, the comparison is too small by s times the rise of share outside.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.simulate_panel(growth=0.5, noise=0)
    >>> panel.attrs["title"]
    'SIMULATED panel of 88 counties, 2014-2023'
    >>> round(panel.attrs["truth"]["simple"], 3)
    0.107

    Without noise, what is estimated is the truth plus the estimator's own bias:

    >>> fit = gz.panel_ols("log_rural_income ~ inside", panel, "county", "year", cluster="county")
    >>> round(fit.term("inside").estimate, 3)
    0.072
    """
    arguments = {name: value for name, value in locals().items() if name not in Arguments.SKIPPED}
    given = check(Arguments(**{**arguments, "years": tuple(years)}))
    rng = np.random.default_rng(seed)
    period, n = np.array(given.years), given.n_counties
    shape = (n, len(period))

    prefecture = np.arange(n) * n_prefectures // n
    county = (SPREAD_PREFECTURE * rng.standard_normal(n_prefectures))[prefecture]
    county = county + SPREAD_COUNTY * rng.standard_normal(n)
    year = START + YEARLY * (period - period[0]) + SPREAD_YEAR * rng.standard_normal(shape[1])
    exposure = _exposure(shape, exposure_drift, rng)
    shocks = noise * _stationary(shape, autocorrelation, rng)
    shocks += prefecture_noise * rng.standard_normal((n_prefectures, shape[1]))[prefecture]

    initial = county + shocks[:, 0]
    sizes = cohort_sizes(cohorts, given.years, n)
    standing = (initial - initial.mean()) / initial.std()
    first_year = enter(sizes, standing, selection, rng)
    inside = (first_year[:, None] > 0) & (period >= first_year[:, None])
    tau = effects(list(sizes), given.years, effect, heterogeneity, growth)
    gain = np.array(
        [[tau.get((g, t), 0.0) for t in given.years] for g in first_year.tolist()]
    ).reshape(shape)

    share = share_of_neighbours(touching(n, layout), inside)
    after = exposure * (period >= given.since)
    y = county[:, None] + year + gain + exposure_effect * after + spillover * share * ~inside
    y = y + pre_trend * (period - period[0]) * (first_year > 0)[:, None] + shocks
    if missing:
        y = np.where(rng.random(shape) < missing, np.nan, y)

    code = [f"{prefix}{i + 1:0{max(3, len(str(n)))}d}" for i in range(n)]
    data = pd.DataFrame(
        {
            "county": np.repeat(code, shape[1]),
            "county_name": np.repeat([f"Simulated county {i + 1}" for i in range(n)], shape[1]),
            "prefecture": np.repeat([f"{prefix}P{i + 1}" for i in prefecture], shape[1]),
            "year": np.tile(period, n),
            "rural_income": np.exp(y).ravel(),
            "log_rural_income": y.ravel(),
            "exposure": exposure.ravel(),
            "exposure_after": after.ravel(),
            "first_year": np.repeat(first_year, shape[1]),
            "inside": inside.ravel().astype(int),
            "true_effect": gain.ravel(),
            "neighbours_inside": share.ravel(),
            "simulated": True,
        }
    )
    known = truth(tau, sizes) | {"exposure": exposure_effect, "spillover": spillover}
    data.attrs = _attrs(n, given.years, layout, known)
    return data


def _exposure(shape: tuple[int, int], drift: float, rng: np.random.Generator) -> Array:
    """Shares between 0.05 and 0.35; a drift is a random walk, held within 0 and 1."""
    level = rng.uniform(0.05, 0.35, shape[0])[:, None] * np.ones(shape)
    if drift:
        steps = drift * rng.standard_normal(shape)
        steps[:, 0] = 0.0
        level = np.clip(level + steps.cumsum(axis=1), 0.0, 1.0)
    return level


def _stationary(shape: tuple[int, int], rho: float, rng: np.random.Generator) -> Array:
    """AR(1) processes of variance one, a row each."""
    values = rng.standard_normal(shape)
    for t in range(1, shape[1]):
        values[:, t] = rho * values[:, t - 1] + np.sqrt(1 - rho**2) * values[:, t]
    return values


def _attrs(n: int, years: tuple[int, ...], layout: str, known: dict[str, Any]) -> dict[str, Any]:
    """Collect what travels with the table; small, for pandas copies it at every step."""
    return {
        "simulated": True,
        "title": f"SIMULATED panel of {n} counties, {years[0]}-{years[-1]}",
        "notes": [
            f"SIMULATED data: {n} counties that do not exist; average effect of the programme "
            f"{known['simple']:.4g}, of exposure {known['exposure']:.4g}, by construction."
        ],
        "truth": known,
        "layout": layout,
        "n_counties": n,
    }
