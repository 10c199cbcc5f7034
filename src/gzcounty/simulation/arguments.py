"""The arguments of `simulate_panel`, checked one by one."""

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from gzcounty.errors import InputError

from .guard import require_prefix
from .neighbours import LAYOUTS


@dataclass(frozen=True)
class Arguments:
    """The arguments that are plain numbers, words or years."""

    SKIPPED: ClassVar[set[str]] = {"cohorts"}

    n_counties: int
    years: tuple[int, ...]
    effect: float
    seed: int | np.random.Generator
    heterogeneity: float
    growth: float
    selection: float
    pre_trend: float
    spillover: float
    layout: str
    n_prefectures: int
    noise: float
    prefecture_noise: float
    autocorrelation: float
    exposure_effect: float
    exposure_since: int | None
    exposure_drift: float
    missing: float
    prefix: str

    @property
    def since(self) -> int:
        """First year in which exposure matters."""
        if self.exposure_since is None:
            return self.years[len(self.years) // 2]
        return self.exposure_since


# What each number may be, in words and as a test.
RANGES: dict[str, tuple[str, Any]] = {
    "effect": ("a finite number", lambda x: True),
    "heterogeneity": ("a finite number", lambda x: True),
    "growth": ("a finite number", lambda x: True),
    "selection": ("a finite number", lambda x: True),
    "pre_trend": ("a finite number", lambda x: True),
    "spillover": ("a finite number", lambda x: True),
    "exposure_effect": ("a finite number", lambda x: True),
    "noise": ("0 or more", lambda x: x >= 0),
    "prefecture_noise": ("0 or more", lambda x: x >= 0),
    "exposure_drift": ("0 or more", lambda x: x >= 0),
    "autocorrelation": ("between -1 and 1", lambda x: -1 < x < 1),
    "missing": ("from 0 to below 1", lambda x: 0 <= x < 1),
}


def check(given: Arguments) -> Arguments:
    """Return the arguments as they are, or raise `InputError` naming the first wrong one."""
    for name, (allowed, holds) in RANGES.items():
        value = getattr(given, name)
        number = isinstance(value, Real) and not isinstance(value, bool)
        if not number or not np.isfinite(float(value)) or not holds(value):
            raise InputError(f"{name} must be {allowed}, not {value!r}.")
    _whole("n_counties", given.n_counties, 4, 10_000)
    _whole("n_prefectures", given.n_prefectures, 1, given.n_counties)
    years = given.years
    whole = all(isinstance(year, Integral) for year in years)
    if not whole or len(years) < 2 or list(years) != list(range(years[0], years[0] + len(years))):
        raise InputError(
            f"years must be two or more consecutive years, such as range(2014, 2024), not {years}."
        )
    if given.since not in years:
        raise InputError(
            f"exposure_since must be a year of the panel, {years[0]} to {years[-1]}, not "
            f"{given.exposure_since!r}."
        )
    if given.layout not in LAYOUTS:
        raise InputError(f"layout must be one of {', '.join(LAYOUTS)}, not {given.layout!r}.")
    if not isinstance(given.seed, np.random.Generator):
        _whole("seed", given.seed, 0, None)
    require_prefix(given.prefix)
    return given


def _whole(name: str, value: Any, low: int, high: int | None) -> None:  # noqa: ANN401
    right = isinstance(value, Integral) and not isinstance(value, bool)
    if not right or value < low or (high is not None and value > high):
        span = f"from {low} to {high:,}" if high is not None else f"from {low} on"
        raise InputError(f"{name} must be a whole number {span}, not {value!r}.")
