"""Draw a panel of counties that do not exist, with a known truth; see `simulate_panel`."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.models._arrays import Array
from gzcounty.words import counted, listed

# Simulated counties never mix with real ones: their codes are no adcodes, every row is marked, and
# every result estimated from them says so in its notes.

# What each number may be, in words and as a test.
RANGES: dict[str, tuple[str, Callable[[float], bool]]] = {
    "noise": (N_("0 or more"), lambda x: x >= 0),
    "prefecture_noise": (N_("0 or more"), lambda x: x >= 0),
    "exposure_drift": (N_("0 or more"), lambda x: x >= 0),
    "autocorrelation": (N_("between -1 and 1"), lambda x: -1 < x < 1),
    "missing": (N_("from 0 to below 1"), lambda x: 0 <= x < 1),
}


def check(arguments: Mapping[str, Any]) -> tuple[tuple[int, ...], int]:
    """Return the years, and the first in which exposure matters, of arguments that are right."""
    for name, (allowed, holds) in RANGES.items():
        if not holds(arguments[name]):
            raise InputError(
                "{name} must be {allowed}, not {value!r}.",
                name=name, allowed=_(allowed), value=arguments[name],
            )  # fmt: skip
    most = {"n_counties": (4, 10_000), "n_prefectures": (1, arguments["n_counties"])}
    for name, (low, high) in most.items():
        if not low <= arguments[name] <= high:
            raise InputError(
                "{name} must be a whole number from {low} to {high:,}, not {value!r}.",
                name=name, low=low, high=high, value=arguments[name],
            )  # fmt: skip
    years = tuple(arguments["years"])
    if len(years) < 2 or list(years) != list(range(years[0], years[0] + len(years))):
        raise InputError(
            "years must be two or more consecutive years, such as range(2014, 2024), not {years}.",
            years=years,
        )  # fmt: skip
    since = arguments["exposure_since"]
    since = years[len(years) // 2] if since is None else since
    if since not in years:
        raise InputError(
            "exposure_since must be a year of the panel, {first} to {last}, not {since!r}.",
            first=years[0], last=years[-1], since=since,
        )  # fmt: skip
    return years, since


Layout = Literal["ring", "grid"]


@lru_cache(maxsize=16)
def touching(count: int, layout: str) -> np.ndarray:
    """Pairs of places that touch: two neighbours each on a ring, up to four on a grid.

    The grid is as square as it can be, filled row by row; the last row may be short.

    Returned shapes: (pairs, 2).
    """
    place = np.arange(count)
    if layout == "ring":
        pairs = np.sort(np.column_stack([place, (place + 1) % count]))
    else:
        width = math.ceil(math.sqrt(count))
        beside = place[(place % width < width - 1) & (place + 1 < count)]
        above = place[place + width < count]
        pairs = np.vstack(
            [np.column_stack([beside, beside + 1]), np.column_stack([above, above + width])]
        )
    return np.unique(pairs, axis=0)


def share_of_neighbours(pairs: np.ndarray, flags: np.ndarray) -> Array:
    """Share of each place's neighbours for which a flag holds.

    Shapes: pairs (pairs, 2); flags (n, T).
    """
    sums = np.zeros(flags.shape)
    for here, there in (pairs.T, pairs.T[::-1]):
        np.add.at(sums, here, flags[there])
    return sums / np.bincount(pairs.ravel(), minlength=len(flags))[:, None]


def neighbour_pairs(data: pd.DataFrame) -> pd.DataFrame:
    """Return county and neighbour in a table drawn by `simulate_panel`, each pair once.

    Of rows of such a table, pairs of which one county is gone are left out. Raises InputError if
    the table was not drawn by `simulate_panel`, or has lost its ``attrs``.

    >>> neighbour_pairs(simulate_panel(n_counties=12, n_prefectures=3)).head(2)
      county neighbour
    0   S001      S002
    1   S001      S012
    """
    if not {"layout", "n_counties"} <= set(data.attrs):
        raise InputError(
            "The data do not say how the counties lie; pass the table that simulate_panel returned."
        )
    codes = pd.Series(data["county"].unique())
    place = codes.str.extract(r"(\d+)$")[0].astype(int).to_numpy() - 1
    code = dict(zip(place.tolist(), codes, strict=True))
    touch = touching(data.attrs["n_counties"], data.attrs["layout"]).tolist()
    pairs = [(code[i], code[j]) for i, j in touch if i in code and j in code]
    return pd.DataFrame(pairs, columns=["county", "neighbour"])


Cohorts = Mapping[int, float] | Sequence[int] | None


def cohort_sizes(cohorts: Cohorts, years: Sequence[int], n_counties: int) -> dict[int, int]:
    """Counties that enter in each year, in the order of the years; the rest never enter."""
    if cohorts is None:
        cohorts = sorted({years[len(years) * tenth // 10] for tenth in (3, 5, 7)} - {years[0]})
    if isinstance(cohorts, Mapping):
        shares = {int(year): float(share) for year, share in sorted(cohorts.items())}
    else:
        if len(set(cohorts)) < len(cohorts):
            raise InputError(
                "Each cohort may be named once, not {cohorts}.", cohorts=listed(cohorts)
            )
        shares = {int(year): 1 / (len(cohorts) + 1) for year in sorted(cohorts)}
    unseen = [year for year in shares if year not in years]
    if unseen:
        raise InputError(
            "No county can enter in {unseen}: the panel has {first} to {last}.",
            unseen=listed(unseen), first=years[0], last=years[-1],
        )  # fmt: skip
    wrong = {year: share for year, share in shares.items() if not 0 < share <= 1}
    if wrong or sum(shares.values()) > 1 + 1e-12:
        named = ", ".join(f"{year}: {share:g}" for year, share in shares.items())
        raise InputError(
            "The shares of the cohorts must be above 0 and add up to at most 1, not {shares}.",
            shares=named,
        )  # fmt: skip
    # Rounding the running total keeps the sizes' total right.
    ends = np.round(np.cumsum([0.0, *shares.values()]) * n_counties).astype(int)
    sizes = dict(zip(shares, np.diff(ends).tolist(), strict=True))
    empty = [year for year, size in sizes.items() if size == 0]
    if empty:
        raise InputError(
            "{counties} are too few for a cohort in {empty} with a share of {share:g}.",
            counties=counted(n_counties, "county", "counties"), empty=listed(empty),
            share=shares[empty[0]],
        )  # fmt: skip
    return sizes


def effects(
    cohorts: Sequence[int],
    years: Sequence[int],
    effect: float,
    heterogeneity: float,
    growth: float,
) -> dict[tuple[int, int], float]:
    """Compute tau by (cohort, year), for the years from entry on."""
    ranks = np.linspace(1, -1, len(cohorts)) if len(cohorts) > 1 else np.zeros(len(cohorts))
    return {
        (g, t): float(effect * (1 + heterogeneity * q) * (1 + growth * (t - g)))
        for g, q in zip(cohorts, ranks, strict=True)
        for t in years
        if t >= g
    }


def truth(tau: Mapping[tuple[int, int], float], sizes: Mapping[int, int]) -> dict[str, Any]:
    """Average the effects in the four ways of `staggered_did`, by the counties in each cohort."""

    def mean(keys: list[tuple[int, int]]) -> float:
        return sum(tau[g, t] * sizes[g] for g, t in keys) / sum(sizes[g] for g, _ in keys)

    def by(name_of: Any) -> dict[int, float]:  # noqa: ANN401
        names = sorted({name_of(g, t) for g, t in tau})
        return {name: mean([key for key in tau if name_of(*key) == name]) for name in names}

    return {
        "cells": {g: {t: tau[g, t] for h, t in tau if h == g} for g in sizes},
        "simple": mean(list(tau)) if tau else 0.0,
        "group": by(lambda g, t: g),
        "dynamic": by(lambda g, t: t - g),
        "calendar": by(lambda g, t: t),
    }


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
    for the last (0 if there is only one), t0 the first year, and share the share of a county's
    neighbours inside. u is a stationary AR(1) process by county with standard deviation `noise`, v
    independent by prefecture and year with standard deviation `prefecture_noise`.

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
    calendar, since = check(locals())
    rng = np.random.default_rng(seed)
    period, n = np.array(calendar), n_counties
    shape = (n, len(period))

    prefecture = np.arange(n) * n_prefectures // n
    county = (SPREAD_PREFECTURE * rng.standard_normal(n_prefectures))[prefecture]
    county = county + SPREAD_COUNTY * rng.standard_normal(n)
    year = START + YEARLY * (period - period[0]) + SPREAD_YEAR * rng.standard_normal(shape[1])
    exposure = _exposure(shape, exposure_drift, rng)
    shocks = noise * _stationary(shape, autocorrelation, rng)
    shocks += prefecture_noise * rng.standard_normal((n_prefectures, shape[1]))[prefecture]

    initial = county + shocks[:, 0]
    sizes = cohort_sizes(cohorts, calendar, n)
    standing = (initial - initial.mean()) / initial.std()
    ranked = np.argsort(selection * standing + rng.standard_normal(n))
    first_year = np.zeros(n, dtype=int)
    first_year[ranked[: sum(sizes.values())]] = np.repeat(list(sizes), list(sizes.values()))
    inside = (first_year[:, None] > 0) & (period >= first_year[:, None])
    tau = effects(list(sizes), calendar, effect, heterogeneity, growth)
    paths = {g: [tau.get((g, t), 0.0) for t in calendar] for g in (0, *sizes)}
    gain = np.array([paths[g] for g in first_year.tolist()])

    share = share_of_neighbours(touching(n, layout), inside)
    after = exposure * (period >= since)
    y = county[:, None] + year + gain + exposure_effect * after + spillover * share * ~inside
    y = y + pre_trend * (period - period[0]) * (first_year > 0)[:, None] + shocks
    if missing:
        y = np.where(rng.random(shape) < missing, np.nan, y)

    # A letter in front: no simulated county may look like an adcode, which is six digits.
    code = [f"S{i + 1:0{max(3, len(str(n)))}d}" for i in range(n)]
    names = [_("Simulated county {number}", number=i + 1) for i in range(n)]
    data = pd.DataFrame(
        {
            "county": pd.Index(code).repeat(shape[1]),
            "county_name": pd.Index(names).repeat(shape[1]),
            "prefecture": pd.Index([f"SP{i + 1}" for i in prefecture]).repeat(shape[1]),
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
    truths = truth(tau, sizes) | {"exposure": exposure_effect, "spillover": spillover}
    data.attrs = _attrs(n, calendar, layout, truths)
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


def _attrs(n: int, years: tuple[int, ...], layout: str, truths: dict[str, Any]) -> dict[str, Any]:
    """Collect what travels with the table; small, for pandas copies it at every step."""
    return {
        "simulated": True,
        "title": _(
            "SIMULATED panel of {n} counties, {first}-{last}", n=n, first=years[0], last=years[-1]
        ),
        "notes": [_(
            "SIMULATED data: {n} counties that do not exist; average effect of the programme "
            "{simple:.4g}, of exposure {exposure:.4g}, by construction.",
            n=n, simple=truths["simple"], exposure=truths["exposure"],
        )],
        "truth": truths,
        "layout": layout,
        "n_counties": n,
    }  # fmt: skip
