"""A simulated programme: which counties enter it when, and what it is worth to them.

The effect of the programme in year t on a county that entered in year g is

    tau(g, t) = effect * (1 + heterogeneity * q(g)) * (1 + growth * (t - g)),

where q falls evenly from 1 for the first cohort to -1 for the last (0 if there is only one).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gzcounty.errors import InputError
from gzcounty.models._types import Array
from gzcounty.words import counted, listed

Cohorts = Mapping[int, float] | Sequence[int] | None


def cohort_sizes(cohorts: Cohorts, years: Sequence[int], n_counties: int) -> dict[int, int]:
    """Counties that enter in each year, in the order of the years; the rest never enter.

    Parameters
    ----------
    cohorts : mapping of year to share, sequence of years, or None
        A sequence stands for equal shares, with one more for the counties that never enter. None
        stands for three years, at three, five and seven tenths of the period.
    """
    if cohorts is None:
        cohorts = sorted({years[len(years) * tenth // 10] for tenth in (3, 5, 7)} - {years[0]})
    if isinstance(cohorts, Mapping):
        shares = {int(year): float(share) for year, share in sorted(cohorts.items())}
    else:
        if len(set(cohorts)) < len(cohorts):
            raise InputError(f"Each cohort may be named once, not {listed(cohorts)}.")
        shares = {int(year): 1 / (len(cohorts) + 1) for year in sorted(cohorts)}
    unseen = [year for year in shares if year not in years]
    if unseen:
        raise InputError(
            f"No county can enter in {listed(unseen)}: the panel has {years[0]} to {years[-1]}."
        )
    wrong = {year: share for year, share in shares.items() if not 0 < share <= 1}
    if wrong or sum(shares.values()) > 1 + 1e-12:
        named = ", ".join(f"{year}: {share:g}" for year, share in shares.items())
        raise InputError(
            f"The shares of the cohorts must be above 0 and add up to at most 1, not {named}."
        )
    # Rounding the running total keeps the sizes' total right.
    ends = np.round(np.cumsum([0.0, *shares.values()]) * n_counties).astype(int)
    sizes = dict(zip(shares, np.diff(ends).tolist(), strict=True))
    empty = [year for year, size in sizes.items() if size == 0]
    if empty:
        raise InputError(
            f"{counted(n_counties, 'county', 'counties')} are too few for a cohort in "
            f"{listed(empty)} with a share of {shares[empty[0]]:g}."
        )
    return sizes


def enter(
    sizes: Mapping[int, int], standing: Array, selection: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw the year in which each county enters, 0 for never.

    Counties are ranked by ``-selection * standing + e`` with e standard normal; the first rank
    enters first.

    Parameters
    ----------
    standing : ndarray, shape (n,)
        Standardised initial income.
    """
    n = len(standing)
    ranked = np.argsort(selection * standing + rng.standard_normal(n))
    first_year = np.zeros(n, dtype=int)
    first_year[ranked[: sum(sizes.values())]] = np.repeat(list(sizes), list(sizes.values()))
    return first_year


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
    """Average the effects in the four ways of `staggered_did`, by the counties in each cohort.

    Returns
    -------
    dict
        ``cells`` by cohort and year; ``simple``; ``group`` by cohort; ``dynamic`` by years since
        entry; ``calendar`` by year.
    """

    def mean(keys: list[tuple[int, int]]) -> float:
        return float(np.average([tau[key] for key in keys], weights=[sizes[g] for g, _ in keys]))

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
