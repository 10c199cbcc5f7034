"""What a lab shows for one choice: a sentence, a chart, a table, and notes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd

from gzbook.tables import written
from gzcounty.language import N_, _, current_language

STYLE = """<style>
.gz-lab { max-width: 46rem; line-height: 1.45; }
.gz-lab-table { overflow-x: auto; }
.gz-lab table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.gz-lab .gz-lab-table :is(th, td) {
  padding: 0.25em 0.5em 0.25em 0; text-align: right; white-space: nowrap; font-size: 0.95em;
}
.gz-lab .gz-lab-table :is(th, td):first-child { text-align: left; white-space: normal; }
.gz-lab .gz-lab-table thead th {
  border-bottom: 1px solid; vertical-align: bottom; white-space: normal;
}
.gz-lab .gz-lab-table .gz-said { text-align: left; }
.gz-lab .gz-lab-formula { font-style: italic; }
.gz-lab .gz-lab-code { overflow-x: auto; padding: 0.5em; border: 1px solid; user-select: all; }
.gz-lab ul { padding-left: 1.2em; font-size: 0.9em; }
</style>"""


CHINESE = "县"
"""The column of Chinese names: in Chinese they stand in the column of the English ones before."""
HEADINGS = {"from": N_("95 % interval"), "place": N_("rank")}
"""What stands above a column, where it is not the column's name."""


def heading(column: str) -> str:
    """Return what stands above a column of a table."""
    return _(HEADINGS.get(column, column))


def filled(values: pd.Series) -> list[float | None]:
    """Return numbers for JSON, which has no NaN: None where there is none."""
    return [None if pd.isna(value) else float(value) for value in values]


@dataclass(frozen=True, eq=False)
class Answer:
    """What a lab answers to one choice.

    Attributes
    ----------
    table : DataFrame
        Numbers, as they are computed; the first column names the row. Columns ``from`` and ``to``
        are written as one, ``95 % interval``, so that a phone has room for them.
    formats : dict of str to str
        How the columns are written, such as ``{"km": ".1f"}``; others are written as they are.
    draw : callable
        Makes the chart, when somebody looks at it.
    sentence : str
        What the choice comes to, with its numbers.
    formula : str
        The model or measure, with the choice put in.
    code : str
        Python that gives the same numbers by public functions; it runs by itself.
    notes : tuple of str
        Plain sentences: sample, what is assumed, what is left out.
    labels : dict of str to str
        What rows are called where they are shown; the table has the same names in all languages.
    """

    table: pd.DataFrame
    formats: dict[str, str]
    draw: Callable[[], Any]
    sentence: str
    formula: str
    code: str
    notes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def chart(self) -> Any:  # noqa: ANN401 (altair's charts share no base)
        """The chart."""
        return self.draw()

    def words(self) -> str:
        """Return sentence, formula, table, notes and code as HTML that fits a narrow screen."""
        table, copy = _("Table"), _("This choice as code, to copy into a cell:")
        items = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return (
            f'{STYLE}<div class="gz-lab"><p>{escape(self.sentence)}</p>'
            f'<p class="gz-lab-formula">{escape(self.formula)}</p>'
            f'<div class="gz-lab-table" role="group" tabindex="0" aria-label="{table}">'
            f"{self.table_html()}</div>{f'<ul>{items}</ul>' if items else ''}"
            f"<p>{copy}</p>"
            f'<pre class="gz-lab-code" tabindex="0">{escape(self.code)}</pre></div>'
        )

    def parts(self) -> dict[str, Any]:
        """Return sentence, formula, notes, code and table as the website's script takes them."""
        return {
            "sentence": self.sentence, "formula": self.formula, "notes": self.notes,
            "code": self.code, "table": self.table_html(),
        }  # fmt: skip

    def table_html(self) -> str:
        """Return the table as HTML, its numbers written as `formats` says."""
        table = self.table
        if CHINESE in table and current_language() == "zh":
            names = table.columns[table.columns.get_loc(CHINESE) - 1]
            table = table.assign(**{names: table[CHINESE]}).drop(columns=CHINESE)
        shown = pd.DataFrame({
            name: [self._written(name, value) for value in table[name]] for name in table
        })  # fmt: skip
        if {"from", "to"} <= set(shown):
            ends = zip(shown["from"], shown.pop("to"), strict=True)
            shown["from"] = [_("{low} to {high}", low=low, high=high) for low, high in ends]
        # Names of counties are read from the left, numbers from the right.
        said = [pd.api.types.is_string_dtype(table[name]) for name in shown]
        looks = [
            ' class="gz-said"' * text + ' lang="zh-Hans"' * (name == CHINESE)
            for name, text in zip(shown, said, strict=True)
        ]
        head = "".join(
            f'<th scope="col"{look}>{escape(heading(name))}</th>' if name else "<td></td>"
            for name, look in zip(shown, looks, strict=True)
        )
        rows = []
        for first, *others in shown.itertuples(index=False, name=None):
            cells = "".join(
                f"<td{look}>{cell}</td>" for cell, look in zip(others, looks[1:], strict=True)
            )
            rows.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"

    def _written(self, name: str, value: Any) -> str:  # noqa: ANN401 (a cell of any table)
        if isinstance(value, str):
            return escape(self.labels.get(value, value))
        if value is None or pd.isna(value):
            return ""
        return written(value, self.formats.get(str(name), ""))
