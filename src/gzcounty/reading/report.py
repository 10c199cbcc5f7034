"""What reading a table gives back when its problems are not to stop it."""

from __future__ import annotations

import html
from dataclasses import dataclass

import pandas as pd

from gzcounty.words import counted

from .problems import SHOWN, lines


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PanelReport:
    """A table as far as it could be read, and everything that was found in it.

    Attributes
    ----------
    panel : DataFrame
        ``adcode``, ``year`` and the values: the rows without a problem. Those left out are
        counted in the notes.
    problems : DataFrame
        One row a problem: ``row`` as in the file, ``column``, ``value``, ``problem``,
        ``allowed``, ``suggestion``. Where ``row`` is empty, the whole column is meant, and its
        rows are in the panel.
    counties : DataFrame
        One row a way in which the file writes a county: ``written``, ``adcode``, ``name_zh``,
        ``how`` it was understood, and the number of ``rows``.
    notes : tuple of str
    """

    panel: pd.DataFrame
    problems: pd.DataFrame
    counties: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether no problem was found."""
        return self.problems.empty

    def _lines(self) -> list[str]:
        rows = self.problems["row"].dropna().nunique()
        head = f"{counted(len(self.panel), 'row')} read, {counted(len(self.problems), 'problem')}"
        return [f"{head} in {counted(rows, 'row')}." if rows else f"{head}.", *lines(self.problems)]

    def __repr__(self) -> str:
        return "\n".join([*self._lines(), *self.notes])

    def _repr_html_(self) -> str:
        head, notes = self._lines()[0], "".join(f"<li>{html.escape(n)}</li>" for n in self.notes)
        table = "" if self.ok else self.problems.to_html(index=False, max_rows=SHOWN, na_rep="")
        return f"<p>{html.escape(head)}</p>{table}<ul>{notes}</ul>"
