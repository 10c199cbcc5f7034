"""What a synthetic control returns: two paths, their gap, and how rare a gap like it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted

from . import _placebos
from ._matching import Match, Units
from ._placebos import Placebos, Statistic
from ._simplex import value_range
from .reported import Reported


class Fit(NamedTuple):
    """How well the synthetic unit follows the treated one before the start.

    Attributes
    ----------
    rmspe : float
        Root mean square gap before the start, in units of the outcome.
    relative : float
        The same as a share of the spread between units (root mean square distance from their
        mean in these periods).
    r_squared : float
        One minus the squared gaps over those that the plain mean of the donors leaves.
    """

    rmspe: float
    relative: float
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

        Parameters
        ----------
        level : float, default 0.95
            Coverage of the interval.

        Returns
        -------
        DataFrame
            term, estimate, std_error (NaN: there is none), statistic (the gap over the RMSPE
            before the start; NaN if gaps are ranked as they are), p_value (two-sided, the rank of
            the row's gap among the placebos in space), conf_low, conf_high (by inverting that
            rank test for a constant effect; NaN if no effect is ruled out at that level, with
            too few donors or too many fitted exactly).
        """
        if not 0 < level < 1:
            raise InputError(f"level must lie between 0 and 1, such as 0.95, not {level!r}.")
        found = self._in_space
        wide = found.gaps.pivot(index="unit", columns="time", values="gap")
        late = list(self.units.times[self.units.before :])
        gaps = {f"average gap from {self.start}": wide[late].mean(axis=1)}
        if len(late) > 1:
            gaps |= {f"gap in {period}": wide[period] for period in late}
        rows = []
        for term, by_unit in gaps.items():
            statistic, p_value, low, high = found.row(by_unit, level)
            estimate = float(by_unit[self.treated])
            rows.append((term, estimate, np.nan, statistic, p_value, low, high))
        fields = [
            "term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=fields)

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
        return _placebos.in_space(
            self.units, self.native, with_treated, largest_misfit, statistic, n_jobs, progress
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
        return _placebos.in_time(self.units, list(starts), n_jobs, progress)

    def leave_one_out(
        self, n_jobs: int | None = None, progress: bool | None = None
    ) -> pd.DataFrame:
        """Match again without each donor that has weight.

        Returns
        -------
        DataFrame
            left_out, weight (that it had), pre_rmspe, average_gap; largest weight first.
        """
        return _placebos.without_each(self.units, self.native, n_jobs, progress)

    def gap_range(self) -> pd.DataFrame:
        """Return the gaps that other weights give which match just as well.

        Returns
        -------
        DataFrame
            time, lowest, gap, highest, for each period from the start on; all equal if the
            weights are unique. Two linear programs a period.
        """
        rows = []
        centred = self.units.centred()
        for place in range(self.units.before, len(self.units.times)):
            gap = self.native.gaps[place]
            ends = (0.0, 0.0)
            if not self.unique:
                outcomes = centred[place, 1:]
                low, high = value_range(self.native.fit, self.native.rows, outcomes)
                middle = float(outcomes @ self.native.fit.weights)
                ends = (middle - high, middle - low)
            rows.append((self.units.times[place], gap + ends[0], gap, gap + ends[1]))
        return pd.DataFrame(rows, columns=["time", "lowest", "gap", "highest"])

    @cached_property
    def _in_space(self) -> Placebos:
        return self.placebos_in_space()

    def _heading(self) -> str:
        donors = counted(len(self.weights), "donor")
        return f"{self.outcome}: synthetic control of {self.treated} from {self.start}, {donors}"

    def _lines(self) -> list[str]:
        found = self._in_space
        largest = self.weights[self.weights >= 5e-4].iloc[:6]
        named = ", ".join(f"{unit} {weight:.3f}" for unit, weight in largest.items())
        rest = int((self.weights > 1e-6).sum()) - len(largest)
        return [
            f"Weights: {named}" + (f" and {rest} smaller ones in .weights." if rest > 0 else "."),
            f"RMSPE before {self.start} {self.fit.rmspe:.4g}, {self.fit.relative:.2%} of the "
            f"spread between units; R-squared against the plain mean of the donors "
            f"{self.fit.r_squared:.3f}.",
            f"Placebos in space: p-value {found.p_ratio:.3f} by the ratio of RMSPE after to before "
            f"the start, {found.p_gap:.3f} by that after it; the table ranks "
            + ("gaps over the RMSPE before." if found.statistic == "ratio" else "plain gaps."),
            *(note for note in found.notes if note not in self.notes),
            *self._without_interval(),
        ]  # fmt: skip

    def _without_interval(self) -> list[str]:
        if self.table().conf_low.notna().any():
            return []
        return [
            "No 95 % interval: with so many placebos fitted exactly, or so few donors, the ranks "
            "rule out no effect, however large."
        ]

    def _shares_scale(self) -> bool:
        return True
