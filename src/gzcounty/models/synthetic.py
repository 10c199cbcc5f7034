"""Synthetic controls: one unit compared with a weighted mean of others that moved like it before.

For the treated unit 1 and donors j with outcomes y[j, t], weights w on the simplex (not negative,
adding up to one) make ``sum_j w[j] y[j, t]`` follow ``y[1, t]`` in the periods before the start.
What they miss after it is the gap.

Placebos say how rare it is, by ranks, not standard errors: if the treated unit had been drawn at
random among all, a gap as large as its own would be as rare as its rank says (Abadie, Diamond and
Hainmueller 2010, section 3.4; Firpo and Possebom 2018). With J placebos no p-value lies below
1 / (J + 1).

References
----------
Abadie, A. (2021). Using synthetic controls: feasibility, data requirements, and methodological
aspects. Journal of Economic Literature 59(2), 391-425.
Abadie, A., Diamond, A. and Hainmueller, J. (2010). Synthetic control methods for comparative case
studies. Journal of the American Statistical Association 105(490), 493-505.
Doudchenko, N. and Imbens, G. W. (2016). Balancing, regression, difference-in-differences and
synthetic control methods: a synthesis. NBER Working Paper 22791.
Ferman, B. and Pinto, C. (2021). Synthetic controls with imperfect pretreatment fit. Quantitative
Economics 12(4), 1197-1221.
Firpo, S. and Possebom, V. (2018). Synthetic control method: inference, sensitivity analysis and
confidence sets. Journal of Causal Inference 6(2).
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from gzcounty import parallel
from gzcounty.errors import InputError, TrapError
from gzcounty.language import N_, _
from gzcounty.words import counted, listed

from ._arrays import Array
from ._matching import EXACT, Importance, Match, Units, is_unique, rmspe, value_range
from .nearness import SINGLE, constant
from .panel import refuse_duplicates
from .result import Estimate, Reported
from .sample import Sample, as_names, take_sample

Statistic = Literal["ratio", "gap"]


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
        estimate = float(gap[0])
        return statistic, rank(abs(float(scaled[0])), others), estimate - half, estimate + half

    def __repr__(self) -> str:
        ratio = N_("Placebos in space: {donors}, ranked by post- over pre-period RMSPE")
        gap = N_("Placebos in space: {donors}, ranked by post-period RMSPE")
        by_ratio = self.statistic == "ratio"
        donors = counted(int(self.units.used.sum()) - 1, "donor")
        lines = [
            _(ratio if by_ratio else gap, donors=donors),
            _(
                "p-value by ratio {p_ratio:.3f}, by RMSPE after the start {p_gap:.3f}; gap above "
                "zero {p_greater:.3f}, below zero {p_less:.3f}; none can be below {smallest:.3f}",
                p_ratio=self.p_ratio, p_gap=self.p_gap, p_greater=self.p_greater,
                p_less=self.p_less, smallest=self.smallest_p,
            ),
        ]  # fmt: skip
        return "\n".join([*lines, *(f"- {note}" for note in self.notes)])


def rank(value: float, others: Array) -> float:
    """Share of all, the own one counted, that are at least as large; ties count against it."""
    # Infinite statistics tie at the top.
    reach = value - 1e-12 * abs(value) if math.isfinite(value) else value
    return float((1 + np.sum(others >= reach)) / (1 + len(others)))


def _gaps_of(units: Units, unit: int, with_treated: bool, left_out: int = -1) -> Array:
    """Gaps of one unit (a position) matched by all others; position 0 is the treated one."""
    donors = np.arange(len(units.units))
    keep = (donors != unit) & (donors != left_out) & ((donors != 0) | with_treated)
    return units.match(unit, donors[keep]).gaps


def _left_out(table: pd.DataFrame, times: float) -> str:
    """Return a note on placebos that are not used; raise `TrapError` if none is."""
    donors, cut = len(table) - 1, table.unit[~table.used]
    if len(cut) == donors:
        raise TrapError(
            "No placebo fits within {largest_misfit:g} times the pre-period RMSPE of the "
            "treated unit, so there is nothing to rank it among; allow a larger misfit.",
            largest_misfit=times,
        )  # fmt: skip
    some = N_(
        "{placebos} of {donors} left out for a pre-period RMSPE above {times:g} times that of "
        "the treated unit: {names}."
    )
    none = N_(
        "{placebos} of {donors} left out for a pre-period RMSPE above {times:g} times that of "
        "the treated unit."
    )
    return _(
        some if len(cut) else none,
        placebos=counted(len(cut), "placebo"), donors=donors, times=times, names=listed(cut),
    )  # fmt: skip


def _what_to_rank(statistic: Statistic | None, exact: np.ndarray) -> tuple[Statistic, list[str]]:
    """Ratios, unless the treated unit is fitted exactly: its ratio would be rounding's doing."""
    notes = []
    if exact[1:].any():
        notes.append(_(
            "{placebos} of {donors} fitted exactly before the start: an infinite ratio, which "
            "counts as larger.",
            placebos=counted(int(exact[1:].sum()), "placebo"), donors=len(exact) - 1,
        ))  # fmt: skip
    if exact[0] and statistic is None:
        notes.append(_(
            "The treated unit is fitted exactly, which leaves no ratio to rank: gaps are ranked "
            "as they are."
        ))  # fmt: skip
        return "gap", notes
    return statistic or "ratio", notes


class Fit(NamedTuple):
    """How well the synthetic unit follows the treated one before the start."""

    rmspe: float  # Root mean square gap before the start, in units of the outcome
    # The same as a share of the spread between units (root mean square distance from their mean in
    # these periods).
    relative: float
    # One minus the squared gaps over those that the plain mean of the donors leaves.
    r_squared: float


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SyntheticControl(Reported):
    """A unit, its synthetic twin, and the gap between them.

    Attributes
    ----------
    outcome : str
    treated, start : the unit and the first period in which it is treated
    weights : Series, shape (J,)
        Of all donors, largest first, adding up to one.
    predictor_weights : Series or None
        Importance v of each predictor, in standard deviations, adding up to one.
    fit : Fit
        Before the start.
    unique : bool
        Whether no other weights fit as well.
    nobs : int
        Outcomes used.
    notes : tuple of str
    native : gzcounty.models._matching.Match
        The arrays behind it.
    units : gzcounty.models._matching.Units
        The panel as matched, the treated unit first.
    """

    outcome: str
    treated: Any
    start: Any
    weights: pd.Series
    predictor_weights: pd.Series | None
    fit: Fit
    unique: bool
    nobs: int
    notes: tuple[str, ...]
    native: Match
    units: Units

    def path(self) -> pd.DataFrame:
        """Return both paths: time, treated, synthetic, gap, after (bool: from the start on)."""
        return pd.DataFrame(
            {
                "time": self.units.times,
                "treated": self.units.outcomes[:, 0],
                "synthetic": self.native.synthetic,
                "gap": self.native.gaps,
                "after": np.arange(len(self.units.times)) >= self.units.before,
            }
        )

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return the average gap from the start on, and the gap in each period of it.

        Returns
        -------
        DataFrame
            term, estimate, std_error (NaN: there is none), statistic (the gap over the RMSPE
            before the start; NaN if gaps are ranked as they are), p_value (two-sided, the rank of
            the row's gap among the placebos in space), conf_low, conf_high (by inverting that
            rank test for a constant effect; NaN if no effect is ruled out at that level, with
            too few donors or too many fitted exactly).
        """
        placebos = self._in_space
        wide = placebos.gaps.pivot(index="unit", columns="time", values="gap")
        late = list(self.units.times[self.units.before :])
        gaps = {f"average gap from {self.start}": wide[late].mean(axis=1)}
        if len(late) > 1:
            gaps |= {f"gap in {period}": wide[period] for period in late}
        rows = []
        for term, by_unit in gaps.items():
            statistic, p_value, low, high = placebos.row(by_unit, level)
            estimate = float(by_unit[self.treated])
            rows.append(Estimate(term, estimate, np.nan, statistic, p_value, low, high))
        return pd.DataFrame(rows)

    def placebos_in_space(
        self,
        with_treated: bool = False,
        largest_misfit: float | None = None,
        statistic: Statistic | None = None,
        n_jobs: int | None = None,
        progress: bool | None = None,
    ) -> Placebos:
        """Treat every donor in turn and rank the treated unit among them.

        Parameters
        ----------
        with_treated : bool, default False
            Whether the treated unit serves the placebos as a donor. Abadie, Diamond and
            Hainmueller (2010) let it; without it an effect cannot leak into the placebos.
        largest_misfit : float, optional
            Leave out placebos whose RMSPE before the start exceeds this many times that of the
            treated unit. Not given: none is left out.
        statistic : {"ratio", "gap"}, optional
            Rank RMSPE after over before the start, or the RMSPE after it. Not given: the ratio,
            unless the treated unit is fitted exactly before the start and has none.
        n_jobs, progress : as in `gzcounty.parallel.run`

        Raises
        ------
        InputError
            For an unknown statistic or a misfit that is not above zero.
        TrapError
            If no placebo fits well enough.
        """
        if largest_misfit is not None and not largest_misfit > 0:
            raise InputError(
                "largest_misfit must be above zero, not {largest_misfit!r}.",
                largest_misfit=largest_misfit,
            )  # fmt: skip
        units, before = self.units, self.units.before
        names, periods = units.units, len(units.times)
        pieces = [(units, unit, with_treated) for unit in range(1, len(names))]
        placebo_gaps = parallel.run(
            _gaps_of, pieces, n_jobs=n_jobs, progress=progress, label=_("placebos in space")
        )
        gaps = np.vstack([self.native.gaps, *placebo_gaps])
        table = pd.DataFrame(
            {
                "unit": names,
                "treated": np.arange(len(names)) == 0,
                "pre_rmspe": np.sqrt(np.mean(gaps[:, :before] ** 2, axis=1)),
                "post_rmspe": np.sqrt(np.mean(gaps[:, before:] ** 2, axis=1)),
            }
        )
        # Rounding is no misfit: it counts as zero, and leaves no finite ratio.
        exact = (table.pre_rmspe <= EXACT * units.spread()).to_numpy()
        table.loc[exact, "pre_rmspe"] = 0.0
        table["ratio"] = table.post_rmspe / table.pre_rmspe
        table["average_gap"] = gaps[:, before:].mean(axis=1)
        table["used"] = True
        if with_treated:
            note = _("Donors of a placebo are all other donors and the treated unit.")
        else:
            note = _(
                "Donors of a placebo are all other donors; the treated unit is not among them."
            )
        notes = [*units.notes, note]
        if largest_misfit is not None:
            limit = largest_misfit * float(table.pre_rmspe.iloc[0])
            table["used"] = table.treated | (table.pre_rmspe <= limit)
            notes.append(_left_out(table, largest_misfit))
        used = table.used.to_numpy()
        by, why = _what_to_rank(statistic, exact & used)
        ratios, misses = table.ratio.to_numpy()[used], table.post_rmspe.to_numpy()[used]
        scale = table.pre_rmspe if by == "ratio" else 1.0
        signed = (table.average_gap / scale).to_numpy()[used]
        return Placebos(
            units=table,
            gaps=pd.DataFrame(
                {
                    "unit": names[used].repeat(periods),
                    "treated": table.treated[used].repeat(periods).to_numpy(),
                    "time": np.tile(units.times.to_numpy(), used.sum()),
                    "gap": gaps[used].ravel(),
                }
            ),
            statistic=by,
            p_ratio=rank(ratios[0], ratios[1:]),
            p_gap=rank(misses[0], misses[1:]),
            p_greater=rank(signed[0], signed[1:]),
            p_less=rank(-signed[0], -signed[1:]),
            smallest_p=1 / int(used.sum()),
            notes=(*notes, *why),
        )

    def placebos_in_time(
        self, starts: Iterable[Any], n_jobs: int | None = None, progress: bool | None = None
    ) -> pd.DataFrame:
        """Pretend that it started earlier; nothing from the true start on is used.

        Parameters
        ----------
        starts : iterable
            Periods with at least two others before them, before the true start.

        Returns
        -------
        DataFrame
            start, periods_before, periods_after, pre_rmspe, post_rmspe, ratio, average_gap. Gaps
            after a pretended start show how far a good match drifts when nothing happens.

        Raises
        ------
        InputError
            If a start is not such a period.
        """
        units, starts = self.units, list(starts)
        places = []
        for start in starts:
            place = int(units.times.get_loc(start)) if start in units.times else -1
            if not 2 <= place < units.before:
                allowed = listed(units.times[2 : units.before], 30) or _("none here")
                raise InputError(
                    "An earlier start needs two periods before it and lies before the true start; "
                    "allowed: {allowed}; not {start!r}.",
                    allowed=allowed, start=start,
                )  # fmt: skip
            places.append(place)
        cut = [(units.until(units.before, place), 0, False) for place in places]
        placebo_gaps = parallel.run(
            _gaps_of, cut, n_jobs=n_jobs, progress=progress, label=_("placebos in time")
        )
        rows = []
        for start, place, gaps in zip(starts, places, placebo_gaps, strict=True):
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

    def leave_one_out(
        self, n_jobs: int | None = None, progress: bool | None = None
    ) -> pd.DataFrame:
        """Match again without each donor that has weight, the largest weight first.

        Columns: left_out, weight (that it had), pre_rmspe, average_gap.
        """
        units, weights = self.units, self.native.fit.weights
        weighted = np.flatnonzero(weights > 1e-6)
        if len(weights) - 1 < 2:
            raise TrapError("With two donors, leaving one out leaves no combination to make.")
        pieces = [(units, 0, False, int(place) + 1) for place in weighted]
        run = parallel.run(_gaps_of, pieces, n_jobs=n_jobs, progress=progress, label=_("donors"))
        rows = [
            {
                "left_out": units.units[place + 1],
                "weight": weights[place],
                "pre_rmspe": rmspe(gaps[: units.before]),
                "average_gap": float(gaps[units.before :].mean()),
            }
            for place, gaps in zip(weighted, run, strict=True)
        ]
        return pd.DataFrame(rows).sort_values("weight", ascending=False, ignore_index=True)

    def gap_range(self) -> pd.DataFrame:
        """Return the gaps that other weights give which match just as well.

        Columns: time, lowest, gap, highest, for each period from the start on; all equal if the
        weights are unique. Two linear programs a period.
        """
        units, native = self.units, self.native
        centred = units.centred()
        rows = []
        for place in range(units.before, len(units.times)):
            outcomes, gap = centred[place, 1:], native.gaps[place]
            low = middle = high = float(outcomes @ native.fit.weights)
            if not self.unique:
                low, high = value_range(native.fit, native.rows, outcomes)
            rows.append((units.times[place], gap + (middle - high), gap, gap + (middle - low)))
        return pd.DataFrame(rows, columns=["time", "lowest", "gap", "highest"])

    @cached_property
    def _in_space(self) -> Placebos:
        return self.placebos_in_space()

    def _heading(self) -> str:
        return _(
            "{outcome}: synthetic control of {treated} from {start}, {donors}",
            outcome=self.outcome, treated=self.treated, start=self.start,
            donors=counted(len(self.weights), "donor"),
        )  # fmt: skip

    def _term_words(self) -> dict[str, str]:
        words = {f"average gap from {self.start}": _("average gap from {start}", start=self.start)}
        late = self.units.times[self.units.before :]
        return words | {f"gap in {time}": _("gap in {time}", time=time) for time in late}

    def _lines(self) -> list[str]:
        placebos = self._in_space
        largest = self.weights[self.weights >= 5e-4].iloc[:6]
        named = _(", ").join(f"{unit} {weight:.3f}" for unit, weight in largest.items())
        rest = int((self.weights > 1e-6).sum()) - len(largest)
        some = N_("Weights: {named}.")
        more = N_("Weights: {named} and {n} smaller ones in .weights.")
        ratio = N_(
            "Placebos in space: p-value {p_ratio:.3f} by the ratio of RMSPE after to before the "
            "start, {p_gap:.3f} by that after it; the table ranks gaps over the RMSPE before."
        )
        gap = N_(
            "Placebos in space: p-value {p_ratio:.3f} by the ratio of RMSPE after to before the "
            "start, {p_gap:.3f} by that after it; the table ranks plain gaps."
        )
        by_ratio = placebos.statistic == "ratio"
        return [
            _(more if rest > 0 else some, named=named, n=rest),
            _(
                "RMSPE before {start} {rmspe:.4g}, {relative:.2%} of the spread between units; "
                "R-squared against the plain mean of the donors {r_squared:.3f}.",
                start=self.start, **self.fit._asdict(),
            ),
            _(ratio if by_ratio else gap, p_ratio=placebos.p_ratio, p_gap=placebos.p_gap),
            *(note for note in placebos.notes if note not in self.notes),
            *([] if self.table().conf_low.notna().any() else [_(
                "No 95 % interval: with so many placebos fitted exactly, or so few donors, the "
                "ranks rule out no effect, however large."
            )]),
        ]  # fmt: skip

    def _shares_scale(self) -> bool:
        return True


def read_units(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    treated: Hashable,
    start: Hashable,
    donors: Sequence[Hashable] | None,
    predictors: Sequence[str],
    importance: Importance,
    demean: bool,
) -> tuple[Units, list[str]]:
    """Return the units, the treated one first, and notes on what was left out."""
    sample = take_sample(data, numeric=[y], keys=[entity, time])
    refuse_duplicates(sample, entity, time)
    units, times = sample.keys[entity].levels, _in_order(sample, time)
    place = _find(units, treated, entity)
    chosen = _pool(units, place, entity, donors)
    wide = _wide(sample, y, entity, time, units, times)
    notes = list(sample.notes)

    observed = ~np.isnan(wide[:, place])
    lost = times[~observed & ~np.isnan(wide[:, chosen]).all(axis=1)]
    if len(lost):
        notes.append(_(
            "{periods} left out because {treated!r} has no {y} then: {names}.",
            periods=counted(len(lost), "period"), treated=str(treated), y=y,
            names=listed(lost, 12),
        ))  # fmt: skip
    wide, times = wide[observed], times[observed]
    before = _periods_before(times, start, time, treated)
    stacked = np.empty((len(predictors), *wide.shape))
    for place_of_name, name in enumerate(predictors):
        known = take_sample(data, [name], keys=[entity, time])
        stacked[place_of_name] = _wide(known, name, entity, time, units, times)

    whole = ~np.isnan(wide[:, chosen]).any(axis=0)
    lacking = units[chosen[~whole]]
    if len(lacking):
        notes.append(_(
            "{donors} left out for missing {y} in some of the {periods}: {names}.",
            donors=counted(len(lacking), "donor"), y=y, periods=counted(len(times), "period"),
            names=listed(lacking, 12),
        ))  # fmt: skip
    chosen = chosen[whole]
    everyone = np.append(place, chosen).astype(np.intp)
    panel = Units(
        wide[:, everyone], times, units[everyone], before, stacked[:, :, everyone],
        importance, demean, sample.notes,
    )  # fmt: skip
    if predictors:
        panel, more = _with_predictors(panel, predictors)
        notes += more
    left = len(panel.units) - 1
    if left < 2:
        one = N_(
            "A synthetic control needs at least two donors with {y} in all {periods} of the "
            "treated unit; there is 1."
        )
        none = N_(
            "A synthetic control needs at least two donors with {y} in all {periods} of the "
            "treated unit; there are none."
        )
        raise InputError(one if left else none, y=y, periods=counted(len(times), "period"))
    return panel, notes


def _in_order(sample: Sample, time: str) -> pd.Index:
    levels = sample.keys[time].levels
    try:
        return levels.sort_values()
    except TypeError:
        raise InputError(
            "The values of {time!r} cannot be put in order: {values}.",
            time=time, values=listed(levels),
        ) from None  # fmt: skip


def _find(units: pd.Index, treated: Hashable, entity: str) -> int:
    if treated in units:
        return int(units.get_loc(treated))
    alike = [unit for unit in units if str(unit) == str(treated)]
    if not alike:
        raise InputError(
            "{entity!r} has no unit {treated!r} with a known outcome. It has {units}.",
            entity=entity, treated=treated, units=listed(units),
        )  # fmt: skip
    raise InputError(
        "{entity!r} has no unit {treated!r} with a known outcome. It has {unit!r}, of type {kind}.",
        entity=entity, treated=treated, unit=alike[0], kind=type(alike[0]).__name__,
    )  # fmt: skip


def _pool(
    units: pd.Index, place: int, entity: str, donors: Sequence[Hashable] | None
) -> np.ndarray:
    """Positions of the donors: those named, or everybody but the treated unit."""
    if donors is None:
        return np.delete(np.arange(len(units)), place)
    names: list[Any] = list(donors)
    if units[place] in names:
        raise InputError(
            "The treated unit {treated!r} cannot be its own donor.", treated=str(units[place])
        )
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise InputError(
            "Each donor may be named once; {names} stand more often.", names=listed(repeated)
        )
    absent = [name for name in names if name not in units]
    if absent:
        raise InputError(
            "{entity!r} has no unit {names} with a known outcome to serve as a donor.",
            entity=entity, names=listed(absent),
        )  # fmt: skip
    return np.array([units.get_loc(name) for name in names], dtype=np.intp)


def _wide(
    sample: Sample, column: str, entity: str, time: str, units: pd.Index, times: pd.Index
) -> Array:
    """Values by period and unit, NaN where there is no row."""
    wide = np.full((len(times), len(units)), np.nan)
    rows = times.get_indexer(sample.keys[time].levels)[sample.keys[time].codes]
    columns = units.get_indexer(sample.keys[entity].levels)[sample.keys[entity].codes]
    inside = (rows >= 0) & (columns >= 0)
    wide[rows[inside], columns[inside]] = sample.numbers[column].to_numpy()[inside]
    return wide


def _periods_before(times: pd.Index, start: Any, time: str, treated: Hashable) -> int:  # noqa: ANN401
    if start not in times:
        raise InputError(
            "start must be one of the periods in which {treated!r} has an outcome, {times}, not "
            "{start!r}.",
            treated=str(treated), times=listed(times, 30), start=start,
        )  # fmt: skip
    before = int(times.get_loc(start))
    if before == 0:
        raise TrapError(
            "No period of {time!r} lies before {start!r}, so there is no path to match; choose a "
            "later start if the question allows it.",
            time=time, start=start,
        )  # fmt: skip
    if before == 1:
        raise TrapError(
            "Only one period of {time!r} lies before {start!r}: a level can be matched but no "
            "path, so nothing would show whether the match holds; at least two are needed.",
            time=time, start=start,
        )  # fmt: skip
    return before


def _with_predictors(panel: Units, names: Sequence[str]) -> tuple[Units, list[str]]:
    """Leave out donors without a predictor; refuse one that the treated unit lacks."""
    means = panel.means()
    for name, row in zip(names, means, strict=True):
        if np.isnan(row[0]):
            raise InputError(
                "The treated unit {treated!r} has no {name!r} before the start.",
                treated=str(panel.units[0]), name=name,
            )  # fmt: skip
    whole = ~np.isnan(means).any(axis=0)
    notes = []
    if not whole.all():
        notes.append(_(
            "{donors} left out for predictors unknown in every period before the start: {names}.",
            donors=counted(int((~whole).sum()), "donor"), names=listed(panel.units[~whole], 12),
        ))  # fmt: skip
        panel = replace(
            panel,
            outcomes=panel.outcomes[:, whole],
            units=panel.units[whole],
            predictors=panel.predictors[:, :, whole],
        )
    for name, row in zip(names, panel.means(), strict=True):
        if constant(row, SINGLE):
            raise InputError(
                "The predictor {name!r} has the same mean in every unit; leave it out.", name=name
            )
    return panel, notes


# One matrix problem a donor: far beyond this a pool is a choice not made (Abadie 2021, section 4).
MOST_DONORS = 1000


def synthetic_control(
    data: pd.DataFrame,
    y: str,
    entity: str,
    time: str,
    treated: Hashable,
    start: Hashable,
    donors: Sequence[Hashable] | None = None,
    predictors: str | Sequence[str] | None = None,
    importance: Importance = "inverse_variance",
    demean: bool = False,
) -> SyntheticControl:
    """Compare one treated unit with a weighted mean of donors that moved like it before.

    Weights solve ``minimise sum_t (y[1, t] - sum_j w[j] y[j, t])^2`` over the periods before the
    start, with w not negative and adding up to one (Abadie, Diamond and Hainmueller 2010). The
    solution is exact. Where several weights fit equally, those with the smallest sum of squares
    are taken; `SyntheticControl.gap_range` shows what the others would say.

    Parameters
    ----------
    data : DataFrame
        One row an entity and time, in any order.
    y : str
        Outcome; take logarithms before.
    entity, time : str
        Columns that identify a row; the values of `time` can be put in order.
    treated : value of `entity`
        One unit.
    start : value of `time`
        The first period in which it is treated.
    donors : sequence of values of `entity`, optional
        Untreated units; all others if not given. Those that lack y in a period of the treated
        unit are left out and named in the notes. At most 1,000.
    predictors : str or list of str, optional
        Match the means of these columns before the start in place of y in every period; y may be
        one of them. Each is measured in standard deviations of the pool.
    importance : {"inverse_variance", "fitted"}
        Weigh predictors equally (that is, by inverse variance), or so that the squared gaps in y
        before the start become smallest (Nelder and Mead search, again for each placebo).
    demean : bool, default False
        Take each unit's mean before the start out first, which matches movements and not levels
        (Doudchenko and Imbens 2016; Ferman and Pinto 2021). Not with predictors.

    Returns
    -------
    SyntheticControl

    Raises
    ------
    InputError
        For unusable columns or duplicated rows; if the treated unit, the start or a donor is not
        in the data, the treated unit is its own donor, or fewer than two donors are left.
    TrapError
        If fewer than two periods lie before the start.

    Examples
    --------
    >>> import gzcounty as gz
    >>> panel = gz.load_panel().query("year >= 2014")
    >>> found = gz.synthetic_control(panel, "rural_income", "adcode", "year", "522632", 2022)
    >>> found.weights.sum().round(6), (found.weights >= 0).all()
    (np.float64(1.0), np.True_)
    >>> found.path().columns.to_list()
    ['time', 'treated', 'synthetic', 'gap', 'after']
    """
    names = as_names(predictors)
    if demean and names:
        raise InputError(
            "demean matches movements of y in every period and predictors match levels; ask for "
            "one of them."
        )
    units, notes = read_units(
        data, y, entity, time, treated, start, donors, names, importance, demean
    )
    J = len(units.units) - 1
    if J > MOST_DONORS:
        raise InputError(
            "{donors:,} donors are too many to be comparable; name at most {most:,} that "
            "resemble the treated unit.",
            donors=J, most=MOST_DONORS,
        )  # fmt: skip
    match = units.match(0, np.arange(1, J + 1))
    weights = pd.Series(match.fit.weights, index=units.units[1:], name="weight")
    importances = (
        None if match.importance is None
        else pd.Series(match.importance, index=names, name="importance")
    )  # fmt: skip
    fit = SyntheticControl(
        outcome=y,
        treated=units.units[0],
        start=units.times[units.before],
        weights=weights.sort_values(ascending=False, kind="stable"),
        predictor_weights=importances,
        fit=_fit(units, match),
        unique=is_unique(match.fit, match.rows),
        nobs=int(units.outcomes.size),
        notes=(),
        native=match,
        units=units,
    )
    return replace(fit, notes=(*notes, *_explain(fit)))


def _fit(units: Units, match: Match) -> Fit:
    early = units.centred()[: units.before]
    plain = rmspe(early[:, 0] - early[:, 1:].mean(axis=1))
    misfit, spread = rmspe(match.gaps[: units.before]), units.spread()
    # Units that do not differ at all leave nothing to compare with.
    relative = misfit / spread if spread > 0 else np.nan
    return Fit(misfit, relative, 1 - (misfit / plain) ** 2 if plain > 0 else np.nan)


def _explain(result: SyntheticControl) -> list[str]:
    """Return notes on what was matched, what that leaves open, and what is assumed."""
    units, J = result.units, len(result.weights)
    after = len(units.times) - units.before
    if result.predictor_weights is not None and units.importance == "inverse_variance":
        what = N_(
            "Matched: means of {columns} over the {periods} before {start}, from {first}; "
            "importance by inverse variance."
        )
    elif result.predictor_weights is not None:
        what = N_(
            "Matched: means of {columns} over the {periods} before {start}, from {first}; "
            "importance chosen to fit y before the start."
        )
    elif units.demean:
        what = N_(
            "Matched: {columns} in each of the {periods} before {start}, from {first}, less each "
            "unit's mean."
        )
    else:
        what = N_("Matched: {columns} in each of the {periods} before {start}, from {first}.")
    predictors = result.predictor_weights
    notes = [_(
        what, columns=result.outcome if predictors is None else listed(predictors.index),
        periods=counted(units.before, "period"), start=result.start, first=units.times[0],
    )]  # fmt: skip
    if not result.unique:
        last = result.gap_range().iloc[-1]
        least = N_("those with the smallest sum of squares were taken")
        rule = least if result.native.fit.least_norm else N_("one of them was taken")
        notes.append(_(
            "The weights are not unique ({donors} donors, {values} values to match): {rule}. "
            "Others that match as well put the gap in {time} anywhere from {low:.4g} to "
            "{high:.4g}.",
            donors=J, values=len(result.native.rows), rule=_(rule), time=last["time"],
            low=last["lowest"], high=last["highest"],
        ))  # fmt: skip
    if result.fit.relative <= EXACT:
        notes.append(_(
            "The match is exact, as it easily is where donors outnumber the periods: that is no "
            "evidence that it would have held."
        ))  # fmt: skip
    notes += [
        _(
            "p-values are ranks among {placebos} placebos, so none can be below {least:.3f}; "
            "intervals assume an effect that is the same in every period from the start on.",
            placebos=J, least=1 / (J + 1),
        ),
        _("1 period from the start on: nothing can be said about whether the gap lasts.")
        if after == 1
        else _("{n:,} periods from the start on.", n=after),
        _(
            "The gap is an effect only if nothing else set the treated unit apart from then on, "
            "the donors were not touched, and the match would have held."
        ),
    ]  # fmt: skip
    return notes
