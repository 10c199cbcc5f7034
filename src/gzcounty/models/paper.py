"""Results side by side, as a table for a paper: LaTeX, Word, HTML."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.extras import require_library, write_whole
from gzcounty.language import N_, _
from gzcounty.words import listed

from .result import Reported, aligned

STARS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
_PREAMBLE = r"% Preamble: \usepackage{array,booktabs,makecell,tabularx,threeparttable}"
_CHINESE = r"% Chinese: \usepackage[UTF8]{ctex} too, compiled by XeLaTeX or LuaLaTeX"
_TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "−": "$-$",
}  # fmt: skip


def paper_table(
    results: Reported | Sequence[Reported],
    *,
    names: Sequence[str] | None = None,
    terms: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    digits: int = 2,
    stars: bool = False,
    notes: Sequence[str] = (),
    caption: str = "",
) -> PaperTable:
    """Put results side by side as a paper does: one column a model, standard errors below.

    Parameters
    ----------
    results : result or sequence of results
        What the models of this package return.
    names : sequence of str, optional
        Headings of the columns; (1), (2) and so on if not given.
    terms : sequence of str, optional
        Which terms are shown, in this order; if not given, those that each result shows itself.
    labels : mapping of str to str, optional
        Words for terms, such as ``{"penetration": "Penetration, %"}``.
    digits : int, default 2
        Significant digits of a standard error. Its estimate has as many decimals.
    stars : bool, default False
        Mark p < 0.1, 0.05, 0.01 by one, two, three stars, and say so below. A star says less than
        the standard error beside it.
    notes : sequence of str
        Sentences of your own, after ours.
    caption : str
        Title of the table.

    Returns
    -------
    PaperTable
        With `latex`, `html`, `save`, the cells as text in `frame` and the sentences in `notes`.

    Raises
    ------
    InputError
        If something is not a result, names do not fit, or a term is in none of the results.

    Examples
    --------
    >>> import gzcounty as gz
    >>> china = gz.load_china_counties().dropna(subset="gdp_2020")
    >>> one = gz.ols("log(gdp_2020) ~ commerce_share", china)
    >>> two = gz.ols("log(gdp_2020) ~ commerce_share + schooling_years", china)
    >>> table = gz.paper_table([one, two], terms=["commerce_share", "schooling_years"])
    >>> print(table)
                          (1)       (2)
    commerce_share     0.1146    0.0803
                     (0.0053)  (0.0055)
    schooling_years               0.359
                                (0.026)
    Rows                2,069     2,069
    R-squared           0.288     0.366
    """
    fits = [results] if isinstance(results, Reported) else list(results)
    if not fits:
        raise InputError("A table takes results of models, not an empty list.")
    heads = [f"({i})" for i in range(1, len(fits) + 1)] if names is None else [*map(str, names)]
    if len(heads) != len(fits) or len(set(heads)) != len(heads):
        empty = N_("names has nothing for {results} results; give each one name, all different.")
        wrong = N_("names has {names} for {results} results; give each one name, all different.")
        raise InputError(wrong if heads else empty, names=listed(heads, 20), results=len(fits))
    tables = [fit.table() for fit in fits]
    for fit, table in zip(fits, tables, strict=True):
        if not {"term", "std_error", "p_value"} <= set(table):
            raise InputError("{kind} has no standard errors to print.", kind=type(fit).__name__)
    tables = [table.set_index("term") for table in tables]
    for head, table in zip(heads, tables, strict=True):
        if not table.index.is_unique:
            twice = table.index[table.index.duplicated()].unique()
            raise InputError(
                "{head} has several estimates of {terms}: they do not fit one column.",
                head=head, terms=listed(twice),
            )  # fmt: skip
    if terms is None:
        terms = [term for fit, table in zip(fits, tables, strict=True) for term in _own(fit, table)]
    shown = list(dict.fromkeys(terms))
    absent = [t for t in shown if not any(t in table.index for table in tables)]
    if absent or not shown:
        available = dict.fromkeys(t for table in tables for t in table.index)
        raise InputError(
            "No result has the term {terms}; they have {available}.",
            terms=listed(absent) or _("(none was named)"), available=listed(available, 12),
        )  # fmt: skip
    words = {term: word for fit in fits for term, word in fit._term_words().items()}
    labels = words | dict(labels or {})
    rows: list[tuple[str, list[str]]] = []
    for term in shown:
        cells = [_cell(table, term, digits, stars) for table in tables]
        rows.append((str(labels.get(term, term)), [cell[0] for cell in cells]))
        rows.append(("", [cell[1] for cell in cells]))
    rows += _about(fits)
    frame = pd.DataFrame(
        [cells for __, cells in rows], columns=heads, index=[label for label, __ in rows]
    )
    return PaperTable(frame=frame, notes=_below(fits, heads, stars, notes), caption=caption)


def _own(fit: Reported, table: pd.DataFrame) -> list[str]:
    """Return the terms that a result shows by itself: those in `shown`, if it has that."""
    return [term for term in table.index if term in getattr(fit, "shown", table.index)]


def _cell(table: pd.DataFrame, term: str, digits: int, stars: bool) -> tuple[str, str]:
    """Return an estimate and its standard error as text; empty where there is none."""
    if term not in table.index:
        return "", ""
    estimate, error, p = (float(table.loc[term, c]) for c in ("estimate", "std_error", "p_value"))
    if not math.isfinite(estimate):
        return "", ""
    sure = math.isfinite(error) and error > 0
    # As many decimals as the standard error bears; without one, three digits of the estimate.
    measure, kept = (error, digits) if sure else (abs(estimate), 3)
    decimals = max(0, kept - 1 - math.floor(math.log10(measure))) if measure else 0
    mark = next((sign for limit, sign in STARS if p < limit), "") if stars else ""
    sign = "−" if estimate < 0 and round(estimate, decimals) else ""
    text = f"{sign}{abs(estimate):,.{decimals}f}{mark}"
    return text, f"({error:,.{decimals}f})" if sure else ""


def _about(fits: Sequence[Reported]) -> list[tuple[str, list[str]]]:
    """Return the rows below the estimates; one that no result can fill is left out."""
    counts, shares = "{:,}", "{:.3f}"
    kinds = {
        _("Rows"): ("nobs", counts),
        _("Clusters"): ("n_clusters", counts),
        _("R-squared"): ("r_squared", shares),
        _("R-squared, within"): ("r_squared_within", shares),
    }
    rows = []
    for label, (name, form) in kinds.items():
        values = [getattr(fit, name, None) for fit in fits]
        cells = [form.format(v) if v is not None and math.isfinite(v) else "" for v in values]
        if any(cells):
            rows.append((label, cells))
    return rows


def _below(
    fits: Sequence[Reported], heads: Sequence[str], stars: bool, extra: Sequence[str]
) -> tuple[str, ...]:
    """Return the sentences below: those of each result once, with the columns they are about."""
    sources: dict[str, list[str]] = {}
    for fit, head in zip(fits, heads, strict=True):
        for note in fit.notes:
            sources.setdefault(str(note), []).append(head)
    first = [_("Standard errors in parentheses.")]
    if stars:
        first.append(_("* p < 0.1, ** p < 0.05, *** p < 0.01."))
    ours = [
        note if len(columns) == len(fits)
        else _("{columns}: {note}", columns=_(", ").join(columns), note=note)
        for note, columns in sources.items()
    ]  # fmt: skip
    return (*first, *ours, *(str(note) for note in extra))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PaperTable:
    """Results side by side, to be written for a paper.

    Attributes
    ----------
    frame : DataFrame of str
        The cells as they are printed: one column a result, two rows a term.
    notes : tuple of str
        The sentences below.
    caption : str
        The title; may be empty.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]
    caption: str

    def latex(self) -> str:
        r"""Return a LaTeX table (booktabs); a comment at its head says what the preamble needs."""
        frame = self.frame.rename(columns=_tex, index=_tex).map(_tex)
        table = self._made(frame, _tex(" ".join(self.notes)), _tex(self.caption))
        body = str(table.make(type="tex"))
        chinese = re.search(r"[\u2e80-\u9fff\uff00-\uffef]", body)
        return "\n".join([_PREAMBLE, *([_CHINESE] if chinese else []), body, ""])

    def html(self) -> str:
        """Return an HTML table that carries its own style."""
        # The library escapes what HTML needs escaped.
        made = self._made(self.frame, " ".join(self.notes), self.caption)
        return str(made.make(type="html"))

    def save(self, path: str | Path) -> Path:
        """Write the table; the ending says how: .tex, .docx or .html.

        A file that is there is replaced, once the new one is complete.

        Raises
        ------
        InputError
            If the ending is another one, the folder does not exist, or it cannot be written.
        """
        path = Path(path).absolute()
        if path.suffix not in (".tex", ".docx", ".html"):
            raise InputError("{path} must end in .tex, .docx or .html.", path=path.name)
        if not path.parent.is_dir():
            raise InputError("There is no folder {parent}.", parent=path.parent)

        def write(unfinished: Path) -> None:
            if path.suffix == ".docx":
                made = self._made(self.frame, " ".join(self.notes), self.caption)
                made.save(type="docx", file_name=str(unfinished), show=False)
            else:
                text = self.latex() if path.suffix == ".tex" else self.html()
                unfinished.write_text(text, encoding="utf-8")

        return write_whole(path, write)

    def _made(self, frame: pd.DataFrame, notes: str, caption: str) -> Any:  # noqa: ANN401
        library = require_library("maketables", "paper", N_("A table for a paper"))
        return library.MTable(frame, notes=notes, caption=caption or None)

    def __repr__(self) -> str:
        return aligned(self.frame)

    def _repr_html_(self) -> str:
        # A notebook shows a table where the library is missing too, as it shows a text.
        return self.html() if find_spec("maketables") else self.frame.to_html()


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
