"""The face that all results share: a heading, a table of estimates, and notes."""

from typing import Any

import pandas as pd

from gzcounty.words import counted

from . import _render
from .estimates import Estimate


class Reported:
    """Base of every result: gives it a plain and a rich display.

    A subclass has ``nobs``, ``notes`` and ``native``, and writes `table` and `_heading`. It may
    show fewer rows than the table has (`_shown_rows`) and add lines above the notes (`_lines`).
    """

    nobs: int
    notes: tuple[str, ...]
    native: Any

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """All estimates: term, estimate, std_error, statistic, p_value, conf_low, conf_high."""
        raise NotImplementedError

    def _heading(self) -> str:
        raise NotImplementedError

    def _shown_rows(self) -> list[Estimate]:
        fields = list(Estimate._fields)
        return [Estimate(*row) for row in self.table()[fields].itertuples(index=False, name=None)]

    def _lines(self) -> list[str]:
        return []

    def _shares_scale(self) -> bool:
        """Whether all rows have one unit, so that they can be drawn on one axis."""
        return False

    def _hidden_line(self, shown: int) -> list[str]:
        hidden = len(self.table()) - shown
        return [f"{counted(hidden, 'further term')} in .table()."] if hidden else []

    def __repr__(self) -> str:
        rows = self._shown_rows()
        lines = [*self._lines(), *self._hidden_line(len(rows)), *self.notes]
        return _render.plain(self._heading(), rows, lines)

    def _repr_html_(self) -> str:
        rows = self._shown_rows()
        lines = [*self._lines(), *self._hidden_line(len(rows)), *self.notes]
        return _render.html(self._heading(), rows, lines, shared_scale=self._shares_scale())
