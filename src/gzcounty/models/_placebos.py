"""What a synthetic control finds where nothing happened: in other units, and at earlier starts.

Ranks, not standard errors: if the treated unit had been drawn at random among all, a gap as large
as its own would be as rare as its rank says (Abadie, Diamond and Hainmueller 2010, Journal of the
American Statistical Association 105, 493-505, section 3.4; Firpo and Possebom 2018, Journal of
Causal Inference 6(2)). With J placebos no p-value lies below 1 / (J + 1).
"""

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from gzcounty import parallel
from gzcounty.errors import InputError, TrapError
from gzcounty.words import counted, listed

from ._matching import EXACT, Match, Units, rmspe
from ._types import Array

Statistic = Literal["ratio", "gap"]
STATISTICS: tuple[str, ...] = get_args(Statistic)


@dataclass(frozen=True, eq=False, repr=False)
class Placebos:
    """Every donor treated in turn, beside the unit that was.

    Attributes
    ----------
    units : DataFrame
        One row a unit, the treated one first: unit, treated (bool), pre_rmspe, post_rmspe, ratio
        (post over pre; infinite if pre is zero up to rounding), average_gap (after the start),
        used (bool: not cut for its bad fit).
    gaps : DataFrame
        Long: unit, treated, time, gap; only units that are used.
    statistic : {"ratio", "gap"}
        What is ranked: post- over pre-period RMSPE, or the post-period RMSPE alone.
    p_ratio, p_gap : float
        Share of units, the treated one counted, whose ratio (or RMSPE after the start) is at least
        as large as its own. Where they differ much, so does what one may conclude.
    p_value : float
        The one of the two that `statistic` names.
    p_greater, p_less : float
        One-sided: ranks of the average gap (over the pre-period RMSPE if `statistic` is "ratio").
    smallest_p : float
        What p-values cannot fall below: one over the number of units.
    notes : tuple of str
    """

    units: pd.DataFrame
    gaps: pd.DataFrame
    statistic: Statistic
    p_ratio: float
    p_gap: float
    p_greater: float
    p_less: float
    smallest_p: float
    notes: tuple[str, ...]

    @property
    def p_value(self) -> float:
        """The p-value of the statistic that is ranked."""
        return self.p_ratio if self.statistic == "ratio" else self.p_gap

    def row(self, gaps: pd.Series, level: float) -> tuple[float, float, float, float]:
        """Statistic, two-sided p-value and interval of one gap, by inverting the rank test.

        Under a constant effect t, the treated unit's gap without it would be ``gap - t``. The
        interval holds every t whose rank is not among the rarest ``1 - level``.
        """
        used = self.units[self.units.used]
        gap = gaps.reindex(used.unit).to_numpy()
        scale = used.pre_rmspe.to_numpy() if self.statistic == "ratio" else np.ones(len(gap))
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = gap / scale
        others = np.sort(np.abs(scaled[1:]))[::-1]
        rarest = math.floor((1 - level) * len(gap) + 1e-9)
        half = float(others[rarest - 1] * scale[0]) if 1 <= rarest < len(gap) else math.nan
        if not math.isfinite(half):
            half = math.nan
        statistic = float(scaled[0]) if self.statistic == "ratio" else math.nan
        own = float(gap[0])
        return statistic, rank(abs(float(scaled[0])), others), own - half, own + half

    def __repr__(self) -> str:
        drawn = int(self.units.used.sum()) - 1
        what = "post- over pre-period RMSPE" if self.statistic == "ratio" else "post-period RMSPE"
        lines = [
            f"Placebos in space: {counted(drawn, 'donor')}, ranked by {what}",
            f"p-value by ratio {self.p_ratio:.3f}, by RMSPE after the start {self.p_gap:.3f}; gap "
            f"above zero {self.p_greater:.3f}, below zero "
            f"{self.p_less:.3f}; none can be below {self.smallest_p:.3f}",
        ]
        return "\n".join([*lines, *(f"- {note}" for note in self.notes)])


def rank(own: float, others: Array) -> float:
    """Share of all, the own one counted, that are at least as large; ties count against it."""
    # Infinite statistics tie at the top.
    reach = own - 1e-12 * abs(own) if math.isfinite(own) else own
    return float((1 + np.sum(others >= reach)) / (1 + len(others)))


def in_space(
    units: Units,
    match: Match,
    with_treated: bool,
    largest_misfit: float | None,
    statistic: Statistic | None,
    n_jobs: int | None,
    progress: bool | None,
) -> Placebos:
    """Treat every donor in turn; the arguments are explained by the result's own method."""
    if statistic is not None and statistic not in STATISTICS:
        raise InputError(f"statistic must be one of {listed(STATISTICS)}, not {statistic!r}.")
    if largest_misfit is not None and not largest_misfit > 0:
        raise InputError(f"largest_misfit must be above zero, not {largest_misfit!r}.")
    count = len(units.units)
    pieces = [(units, unit, with_treated) for unit in range(1, count)]
    found = parallel.run(
        _gaps_of, pieces, n_jobs=n_jobs, progress=progress, label="placebos in space"
    )
    gaps = np.vstack([match.gaps, *found])
    before = units.before
    table = pd.DataFrame(
        {
            "unit": units.units,
            "treated": np.arange(count) == 0,
            "pre_rmspe": np.sqrt(np.mean(gaps[:, :before] ** 2, axis=1)),
            "post_rmspe": np.sqrt(np.mean(gaps[:, before:] ** 2, axis=1)),
        }
    )
    # Rounding is no misfit: it counts as zero, and leaves no finite ratio.
    exact = (table.pre_rmspe <= EXACT * units.spread()).to_numpy()
    table.loc[exact, "pre_rmspe"] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        table["ratio"] = table.post_rmspe.to_numpy() / table.pre_rmspe.to_numpy()
    table["average_gap"] = gaps[:, before:].mean(axis=1)
    table["used"] = True
    notes = [
        *units.told,
        "Donors of a placebo are all other donors"
        + (" and the treated unit." if with_treated else "; the treated unit is not among them."),
    ]
    if largest_misfit is not None:
        limit = largest_misfit * float(table.pre_rmspe.iloc[0])
        table["used"] = table.treated | (table.pre_rmspe <= limit)
        cut = table[~table.used]
        notes.append(
            f"{counted(len(cut), 'placebo')} of {count - 1} left out for a pre-period RMSPE above "
            f"{largest_misfit:g} times that of the treated unit"
            + (f": {listed(cut.unit)}." if len(cut) else ".")
        )
        if len(cut) == count - 1:
            raise TrapError(
                f"No placebo fits within {largest_misfit:g} times the pre-period RMSPE of the "
                "treated unit, so there is nothing to rank it among; allow a larger misfit."
            )
    used = table.used.to_numpy()
    by, why = _what_to_rank(statistic, exact & used)
    notes += why
    ratios, misses = table.ratio.to_numpy()[used], table.post_rmspe.to_numpy()[used]
    signed = table.average_gap.to_numpy()[used]
    if by == "ratio":
        with np.errstate(divide="ignore", invalid="ignore"):
            signed = signed / table.pre_rmspe.to_numpy()[used]
    return Placebos(
        units=table,
        gaps=_long(units, gaps, used),
        statistic=by,
        p_ratio=rank(ratios[0], ratios[1:]),
        p_gap=rank(misses[0], misses[1:]),
        p_greater=rank(signed[0], signed[1:]),
        p_less=rank(-signed[0], -signed[1:]),
        smallest_p=1 / int(used.sum()),
        notes=tuple(notes),
    )


def in_time(
    units: Units, starts: list[Any], n_jobs: int | None, progress: bool | None
) -> pd.DataFrame:
    """Pretend earlier starts, with nothing of the true one in the data."""
    places = []
    for start in starts:
        place = int(units.times.get_loc(start)) if start in units.times else -1
        if not 2 <= place < units.before:
            allowed = listed(units.times[2 : units.before], 30) or "none here"
            raise InputError(
                f"An earlier start needs two periods before it and lies before the true start; "
                f"allowed: {allowed}; not {start!r}."
            )
        places.append(place)
    cut = [(units.until(units.before, place), 0, False) for place in places]
    found = parallel.run(_gaps_of, cut, n_jobs=n_jobs, progress=progress, label="placebos in time")
    rows = []
    for start, place, gaps in zip(starts, places, found, strict=True):
        pre, post = rmspe(gaps[:place]), rmspe(gaps[place:])
        exact = pre <= EXACT * units.spread()
        rows.append(
            {
                "start": start,
                "periods_before": place,
                "periods_after": len(gaps) - place,
                "pre_rmspe": pre,
                "post_rmspe": post,
                "ratio": math.inf if exact else post / pre,
                "average_gap": float(gaps[place:].mean()),
            }
        )
    return pd.DataFrame(rows)


def without_each(
    units: Units, match: Match, n_jobs: int | None, progress: bool | None
) -> pd.DataFrame:
    """Match again without each donor that has weight."""
    weights = match.fit.weights
    weighted = np.flatnonzero(weights > 1e-6)
    if len(weights) - 1 < 2:
        raise TrapError("With two donors, leaving one out leaves no combination to make.")
    pieces = [(units, 0, False, int(place) + 1) for place in weighted]
    found = parallel.run(_gaps_of, pieces, n_jobs=n_jobs, progress=progress, label="donors")
    rows = [
        {
            "left_out": units.units[place + 1],
            "weight": weights[place],
            "pre_rmspe": rmspe(gaps[: units.before]),
            "average_gap": float(gaps[units.before :].mean()),
        }
        for place, gaps in zip(weighted, found, strict=True)
    ]
    return pd.DataFrame(rows).sort_values("weight", ascending=False, ignore_index=True)


def _gaps_of(units: Units, unit: int, with_treated: bool, left_out: int = -1) -> Array:
    """Gaps of one unit (a position) matched by all others; position 0 is the treated one."""
    donors = np.arange(len(units.units))
    keep = (donors != unit) & (donors != left_out) & ((donors != 0) | with_treated)
    return units.match(unit, donors[keep]).gaps


def _what_to_rank(statistic: Statistic | None, exact: np.ndarray) -> tuple[Statistic, list[str]]:
    """Ratios, unless the treated unit is fitted exactly: its ratio would be rounding's doing."""
    notes = []
    if exact[1:].any():
        notes.append(
            f"{counted(int(exact[1:].sum()), 'placebo')} of {len(exact) - 1} fitted exactly before "
            "the start: an infinite ratio, which counts as larger."
        )
    if exact[0] and statistic is None:
        notes.append(
            "The treated unit is fitted exactly, which leaves no ratio to rank: gaps are ranked as "
            "they are."
        )
        return "gap", notes
    return statistic or "ratio", notes


def _long(units: Units, gaps: Array, used: np.ndarray) -> pd.DataFrame:
    names, periods = units.units[used], len(units.times)
    return pd.DataFrame(
        {
            "unit": names.repeat(periods),
            "treated": np.repeat(np.arange(len(names)) == 0, periods),
            "time": np.tile(units.times.to_numpy(), len(names)),
            "gap": gaps[used].ravel(),
        }
    )
