"""What a targeting simulation returns: the changes of the mean, of measures, and of each unit."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.models.result import Estimate, Reported
from gzcounty.words import counted

from ._checks import require_level

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
        require_level(level)
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
        require_level(level)
        half = special.stdtrit(self._df, (1 + level) / 2) * self._effects.std_error
        middle = self._effects.estimate
        y = self._units["y"]
        ends = {"change": middle, "conf_low": middle - half, "conf_high": middle + half}
        changed = {k: y * np.expm1(e) if self._log else e for k, e in ends.items()}
        return self._units.assign(**changed)

    def _heading(self) -> str:
        raised = int((self.dose > 0).sum())
        return f"{raised} of {counted(self.nobs, 'unit')} raised, if the association were causal"


def changes(after: Frame, before: pd.Series) -> Frame:
    """Return the change of the mean in per cent and of each measure in its own unit.

    Of one outcome (Series), or of many, one row each (DataFrame).
    """
    change = after - before
    change["mean"] *= 100 / before["mean"]
    return change
