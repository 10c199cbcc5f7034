"""What every model returns: estimates, their uncertainty, and what was left out.

`Reported` is the base of every result: a heading, a table and notes, shown as plain text or as HTML
with a dot and whisker in each row. The HTML carries its styles inline (notebook viewers strip style
sheets), takes its colour from the page (`currentColor`), and so reads on light and dark paper.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.door import checked_methods
from gzcounty.errors import InputError, TrapError
from gzcounty.language import N_, _, _n
from gzcounty.words import counted, listed

from ._arrays import Array
from .covariance import ClusteredCovariance
from .sample import degrees_of_freedom


class Estimate(NamedTuple):
    """One row of a result's table.

    Attributes
    ----------
    term : str
        What was estimated.
    estimate, std_error : float
        In units of the data.
    statistic, p_value : float
        Of the test that it is zero, two-sided.
    conf_low, conf_high : float
        Ends of the interval.
    """

    term: str
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float


# What follows the estimate where a row has no uncertainty of its own.
ABSENT = (float("nan"),) * 5


def with_intervals(
    estimate: Array, std_error: Array, df: float | Array, level: float
) -> dict[str, Array]:
    """Columns estimate to conf_high of a table; t with `df` degrees of freedom, normal if infinite.

    All arguments but the level may have one value an estimate. A standard error of zero has no
    statistic but infinity.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / std_error
    half = t_critical(df, level) * std_error
    size = -np.abs(statistic)
    return {
        "estimate": estimate,
        "std_error": std_error,
        "statistic": statistic,
        "p_value": 2 * t_below(size, df),
        "conf_low": estimate - half,
        "conf_high": estimate + half,
    }


def t_critical(df: float | Array, level: float) -> Any:  # noqa: ANN401 (as `df`)
    """Half the width of an interval in standard errors; of the normal law if `df` are infinite."""
    tail = (1 + level) / 2
    if np.all(np.isinf(df)):
        return special.ndtri(tail)
    if np.ndim(df) == 0:
        return special.stdtrit(df, tail)
    distinct, place = np.unique(df, return_inverse=True)  # few are distinct
    return special.stdtrit(distinct, tail)[place]


def t_below(statistic: float | Array, df: float | Array) -> Any:  # noqa: ANN401 (as `statistic`)
    """Probability of a smaller statistic; of the normal law if `df` are infinite."""
    normal = np.all(np.isinf(df))
    return special.ndtr(statistic) if normal else special.stdtr(df, statistic)


def pick_term(columns: Mapping[str, Any] | pd.DataFrame, name: str) -> Estimate:
    """Return the row of one term of a table or its columns; raise `InputError` if there is none."""
    terms = list(columns["term"])
    if name not in terms:
        raise InputError(
            "The model has no term {name!r}; it has {terms}.", name=name, terms=listed(terms, 12)
        )
    row = terms.index(name)
    return Estimate(name, *(float(np.asarray(columns[f])[row]) for f in Estimate._fields[1:]))


def wald_statistic(values: Array, matrix: Array) -> float | None:
    """Return ``values' inv(matrix) values``, or None if the matrix is singular."""
    # Scaled to correlations, so that units do not decide what counts as singular.
    scale = np.sqrt(np.diagonal(matrix))
    if np.any(scale == 0):
        return None
    correlation = matrix / np.outer(scale, scale)
    if np.linalg.cond(correlation) > 1e12:
        return None
    unit = values / scale
    return float(unit @ np.linalg.solve(correlation, unit))


class WaldTest(NamedTuple):
    """An F test that several coefficients are all zero.

    Attributes
    ----------
    statistic : float
        F, the Wald statistic divided by `df_num`.
    df_num : int
        Number of coefficients tested.
    df_denom : int
        Residual degrees of freedom; clusters minus one if clustered.
    p_value : float
    terms : tuple of str
        What was tested.
    """

    statistic: float
    df_num: int
    df_denom: int
    p_value: float
    terms: tuple[str, ...]


WIDTH, HEIGHT, MARGIN = 180, 22, 6


def number(value: float) -> str:
    """Format a number with four significant digits, where possible without an exponent."""
    if value != value:  # NaN
        return _("not defined")
    if value == 0:
        return "0"
    if 1e4 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    return f"{value:#.4g}".removesuffix(".")


def probability(value: float) -> str:
    """Format a p-value; one below 0.001 as "< 0.001"."""
    if value != value:
        return _("not defined")
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def interval(low: float, high: float) -> str:
    """Format the ends of an interval; one without ends is "not defined"."""
    if low != low and high != high:
        return _("not defined")
    return _("{low} to {high}", low=number(low), high=number(high))


HEADS = {
    "term": N_("term"), "estimate": N_("estimate"), "std_error": N_("std_error"),
    "interval": N_("95 % interval"), "p_value": N_("p_value"),
}  # fmt: skip


def plain_table(heading: str, rows: Sequence[Estimate], notes: Sequence[str]) -> str:
    """Return the plain-text table."""
    frame = pd.DataFrame(
        {
            "term": [row.term for row in rows],
            "estimate": [number(row.estimate) for row in rows],
            "std_error": [number(row.std_error) for row in rows],
            "interval": [interval(row.conf_low, row.conf_high) for row in rows],
            "p_value": [probability(row.p_value) for row in rows],
        }
    )
    if not _has_errors(rows):
        del frame["std_error"]
    frame.columns = pd.Index([_(HEADS[name]) for name in frame])
    lines = [heading, "", aligned(frame, index=False), ""]
    return "\n".join([*lines, *(f"- {note}" for note in notes)])


def aligned(frame: pd.DataFrame, *, index: bool = True) -> str:
    """Return a table as text, in which Han letters are twice as wide as others."""
    with pd.option_context("display.unicode.east_asian_width", True):
        return frame.to_string(index=index)


def html_table(
    heading: str, rows: Sequence[Estimate], notes: Sequence[str], *, shared_scale: bool
) -> str:
    """Return the HTML table."""
    cell = "padding:0.25em 0.7em;border-bottom:1px solid rgba(128,128,128,0.35)"
    right = f"{cell};text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap"
    left = f"{cell};text-align:left;font-weight:normal"
    overall = _domain(rows) if shared_scale else None
    errors = _has_errors(rows)
    body = "".join(
        f'<tr><th scope="row" style="{left}">{escape(row.term)}</th>'
        f'<td style="{right}">{number(row.estimate)}</td>'
        f'<td style="{cell}">{whisker(row, overall or _own_domain(row))}</td>'
        f'<td style="{right}">{interval(row.conf_low, row.conf_high)}</td>'
        + f'<td style="{right}">{number(row.std_error)}</td>' * errors
        + f'<td style="{right}">{escape(probability(row.p_value))}</td></tr>'
        for row in rows
    )
    titles = [
        _("term"), _("estimate"), _("dot and whisker"), _("95 % interval"),
        *[_("std. error")] * errors, _("p-value"),
    ]  # fmt: skip
    sides = ["left", "right", "left", "right", *["right"] * errors, "right"]
    head = "".join(
        f'<th scope="col" style="{cell};text-align:{side}">{title}</th>'
        for title, side in zip(titles, sides, strict=True)
    )
    one = N_("All rows share one scale; the thin upright line marks zero.")
    several = N_("Each row has its own scale; the thin upright line marks zero.")
    axis = _(one if shared_scale else several)
    items = "".join(f"<li>{escape(note)}</li>" for note in [*notes, axis])
    return (
        '<div class="gz-result" style="color:inherit;overflow-x:auto">'
        '<table style="border-collapse:collapse;background:transparent;color:inherit">'
        f'<caption style="caption-side:top;text-align:left;color:inherit;padding:0.3em 0.7em">'
        f"{escape(heading)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f'<ul style="font-size:0.9em;margin:0.4em 0 0 0;padding-left:1.8em">{items}</ul></div>'
    )


def _has_errors(rows: Sequence[Estimate]) -> bool:
    """Return True unless there are rows and none has a standard error of its own."""
    return not rows or any(row.std_error == row.std_error for row in rows)


def whisker(row: Estimate, domain: tuple[float, float]) -> str:
    """Draw one estimate and its interval as an inline SVG, on a scale that includes zero."""
    ends = interval(row.conf_low, row.conf_high)
    words = _("{estimate}, interval {ends}", estimate=number(row.estimate), ends=ends)
    opening = (
        f'<svg role="img" aria-label="{words}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" style="vertical-align:middle">'
    )
    low, high = domain
    if not (low < high and row.conf_low == row.conf_low):  # nothing that could be drawn
        return opening + "</svg>"

    def x(value: float) -> str:
        return f"{MARGIN + (value - low) / (high - low) * (WIDTH - 2 * MARGIN):.1f}"

    middle = HEIGHT / 2
    point = f'<circle cx="{x(row.estimate)}" cy="{middle}" r="3.5" stroke="none"/>'
    if row.estimate != row.estimate:  # bounds without an estimate between them
        point = ""
    return (
        f'{opening}<g stroke="currentColor" fill="currentColor">'
        f'<line x1="{x(0)}" x2="{x(0)}" y1="1" y2="{HEIGHT - 1}" stroke-width="1" opacity="0.45"/>'
        f'<line x1="{x(row.conf_low)}" x2="{x(row.conf_high)}" y1="{middle}" y2="{middle}" '
        f'stroke-width="1.5"/>{point}</g></svg>'
    )


def _domain(rows: Sequence[Estimate]) -> tuple[float, float]:
    """Smallest range that holds zero and every interval."""
    ends = [end for row in rows for end in (row.conf_low, row.conf_high) if end == end]
    return min([0.0, *ends]), max([0.0, *ends])


def _own_domain(row: Estimate) -> tuple[float, float]:
    """Range of one row with zero in its middle, so that zero lines up from row to row."""
    reach = max(map(abs, _domain([row])))
    return -reach, reach


class Reported:
    """Base of every result: gives it a plain and a rich display.

    A subclass has ``nobs``, ``notes`` and ``native``, and writes `table` and `_heading`. It may
    show fewer rows than the table has (`_shown_rows`), say terms in words (`_term_words`) and add
    lines above the notes (`_lines`).
    """

    nobs: int
    notes: tuple[str, ...]
    native: Any

    def __init_subclass__(cls) -> None:
        checked_methods(cls)

    def table(self) -> pd.DataFrame:
        """All rows. Those of estimates are named by term and have an interval of a `level`."""
        raise NotImplementedError

    def _heading(self) -> str:
        raise NotImplementedError

    def _shown_rows(self) -> list[Estimate]:
        table = self.table().reindex(columns=list(Estimate._fields))
        return [Estimate(*row) for row in table.itertuples(index=False, name=None)]

    def _term_words(self) -> dict[str, str]:
        """Return words for terms, which `table` calls by the same names in every language."""
        return {"Intercept": _("Intercept")}

    def _said_rows(self) -> list[Estimate]:
        words = self._term_words()
        return [row._replace(term=words.get(row.term, row.term)) for row in self._shown_rows()]

    def _said(self) -> tuple[str, list[Estimate], list[str]]:
        """Return what is shown: the heading, the rows, and the lines below them."""
        rows = self._said_rows()
        lines = [*self._lines(), *self._hidden_line(len(rows)), *self.notes]
        return self._heading(), rows, lines

    def _lines(self) -> list[str]:
        return []

    def _shares_scale(self) -> bool:
        """Return True if all rows have one unit, so that one axis serves them."""
        return False

    def _hidden_line(self, shown: int) -> list[str]:
        hidden = len(self.table()) - shown
        if not hidden:
            return []
        return [_n("{n:,} further term in .table().", "{n:,} further terms in .table().", hidden)]

    def __repr__(self) -> str:
        return plain_table(*self._said())

    def _repr_html_(self) -> str:
        return html_table(*self._said(), shared_scale=self._shares_scale())


# Below this the t test of clustered estimates rejects too often; how many are few depends on how
# unequal they are (Cameron and Miller 2015, Journal of Human Resources 50, 317-372, section VI).
FEW_CLUSTERS = 20


def cluster_notes(names: Sequence[str], fit: ClusteredCovariance, meaning_of_k: str) -> list[str]:
    """Return notes on how standard errors were clustered."""
    by, *more = [
        _("{name} ({clusters})", name=name, clusters=counted(size, "cluster"))
        for name, size in zip(names, fit.n_clusters, strict=True)
    ]
    if more:
        by = _("{first} and by {second}", first=by, second=more[0])
    notes = [_(
        "Standard errors clustered by {by}: CR1 with factor G/(G-1) * (N-1)/(N-K), {k}; t with "
        "{df}.",
        by=by, k=meaning_of_k, df=degrees_of_freedom(fit.df),
    )]  # fmt: skip
    if fit.df + 1 < FEW_CLUSTERS:
        notes.append(_(
            "Only {clusters}: these intervals tend to be too narrow; a wild cluster bootstrap "
            "is safer.",
            clusters=counted(fit.df + 1, "cluster"),
        ))  # fmt: skip
    if fit.repaired:
        notes.append(
            _("The two-way covariance matrix had negative eigenvalues; they were set to zero.")
        )
    return notes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result(Reported):
    """Estimates of a linear model.

    Attributes
    ----------
    estimator : str
        Name in plain words, such as "two-way fixed effects".
    dependent : str
        The variable explained, as written in the formula.
    coefficients : Series, shape (k,)
        Estimates by term.
    df : int
        Degrees of freedom of the t tests.
    nobs : int
        Rows used.
    n_clusters : int or None
        Number of clusters, the smaller one if clustered two ways; None if not clustered.
    r_squared : float
        Share of the variance explained, absorbed effects included.
    r_squared_within : float or None
        Share explained of what the absorbed effects leave; None without absorbed effects.
    residuals : Series, shape (nobs,)
        On the index of the user's data, so that rows left out can be seen.
    notes : tuple of str
        Plain sentences: rows left out and why, standard errors, degrees of freedom.
    shown : tuple of str
        Terms that the rich display shows; `table` always has all of them.
    fitted : Series, shape (nobs,)
        Fitted values of `dependent`, absorbed effects included, on the same index as `residuals`.
    predictor : callable or None
        What `predict` does with new rows; None where effects are absorbed.
    make_variances, make_vcov, make_native : callable
        What `variances`, `vcov` and `native` are computed by.
    """

    estimator: str
    dependent: str
    coefficients: pd.Series
    df: int
    nobs: int
    n_clusters: int | None
    r_squared: float
    r_squared_within: float | None
    residuals: pd.Series
    notes: tuple[str, ...]
    shown: tuple[str, ...]
    fitted: pd.Series
    # Computed when they are asked for: with many levels they are far larger than the data.
    make_variances: Callable[[], Array] = field(repr=False)
    make_vcov: Callable[[], Array] = field(repr=False)
    make_native: Callable[[], Any] = field(repr=False)
    predictor: Callable[[pd.Series, pd.DataFrame], pd.Series] | None = None

    @cached_property
    def variances(self) -> Array:
        """Variances of the estimates, by the conventions of `gzcounty.models.covariance`."""
        return self.make_variances()

    @cached_property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the estimates by term, shape (k, k)."""
        terms = self.coefficients.index
        return pd.DataFrame(self.make_vcov(), index=terms, columns=terms)

    @cached_property
    def native(self) -> Any:  # noqa: ANN401
        """The library's own result; for fixed effects a `gzcounty.models.within.WithinFit`."""
        return self.make_native()

    def predict(self, new_data: pd.DataFrame | None = None) -> pd.Series:
        """Predict the left side of the formula as written, such as ``log(income)``.

        Parameters
        ----------
        new_data : DataFrame, optional
            Rows with the columns of the right side; without it the fitted values are returned.

        Returns
        -------
        Series
            On the index of `new_data`; NaN for rows with a missing value. Categories, centres and
            knots are those of the rows that the model was fitted on.

        Raises
        ------
        InputError
            For unusable columns as in `ols`; for a category that the model has no estimate of;
            for new rows if the effects are absorbed, as there is then no estimate of each.
        """
        if new_data is None:
            return self.fitted.copy()
        if self.predictor is None:
            raise InputError(
                "New rows cannot be predicted by {estimator}, as the effects are absorbed and "
                "not estimated one by one. predict() without data has the rows used; ols with "
                "C(column) estimates effects as terms.",
                estimator=self.estimator,
            )  # fmt: skip
        return self.predictor(self.coefficients, new_data)

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """All estimates, one row a term, with intervals that cover a share `level`.

        Returns
        -------
        DataFrame
            Columns term, estimate, std_error, statistic (t), p_value (two-sided), conf_low,
            conf_high. Units are those of the data.
        """
        return pd.DataFrame(self._columns(level))

    def _columns(self, level: float) -> dict[str, Any]:
        # A dummy of a single cluster has no variance; rounding may leave it just below zero.
        std_error = np.sqrt(np.maximum(self.variances, 0.0))
        columns = with_intervals(self.coefficients.to_numpy(), std_error, self.df, level)
        return {"term": self.coefficients.index.astype(object), **columns}

    def term(self, name: str, level: float = 0.95) -> Estimate:
        """One row of `table` as a named tuple; raises `InputError` if there is no such term."""
        return pick_term(self._columns(level), name)

    def wald(self, terms: Sequence[str]) -> WaldTest:
        """Test that all `terms` are zero, by F with the result's degrees of freedom.

        Raises
        ------
        InputError
            If a term is not in the model, or none is named.
        TrapError
            If the covariance matrix cannot carry that many terms, as with fewer clusters.
        """
        terms = list(terms)
        absent = [name for name in terms if name not in self.coefficients.index]
        if absent:
            raise InputError(
                "The model has no term {names}; it has {terms}.",
                names=listed(absent), terms=listed(self.coefficients.index, 12),
            )  # fmt: skip
        if not terms:
            raise InputError("A Wald test needs at least one term.")
        values = self.coefficients[terms].to_numpy()
        matrix = self.vcov.loc[terms, terms].to_numpy()
        if np.isnan(matrix).any():
            raise TrapError("The fit is exact but for rounding, so nothing can be tested.")
        wald = wald_statistic(values, matrix)
        if wald is None:
            plain = N_(
                "These {terms} cannot be tested together: their covariance matrix is singular; "
                "test fewer terms at a time."
            )
            clustered = N_(
                "These {terms} cannot be tested together with {clusters} clusters: their "
                "covariance matrix is singular; test fewer terms at a time."
            )
            raise TrapError(
                clustered if self.n_clusters else plain,
                terms=counted(len(terms), "term"), clusters=self.n_clusters,
            )  # fmt: skip
        statistic = wald / len(terms)
        p_value = float(special.fdtrc(len(terms), self.df, statistic))
        return WaldTest(statistic, len(terms), self.df, p_value, tuple(terms))

    def _heading(self) -> str:
        fields = {
            "dependent": self.dependent, "estimator": self.estimator,
            "rows": counted(self.nobs, "row"),
        }  # fmt: skip
        if self.n_clusters is None:
            return _("{dependent}: {estimator}, {rows}", **fields)
        clusters = counted(self.n_clusters, "cluster")
        return _("{dependent}: {estimator}, {rows}, {clusters}", **fields, clusters=clusters)

    def _lines(self) -> list[str]:
        share, within = self.r_squared, self.r_squared_within
        if within is None:
            return [_("R-squared {share:.3f}.", share=share)]
        return [_("R-squared {share:.3f}, within {within:.3f}.", share=share, within=within)]

    def _shown_rows(self) -> list[Estimate]:
        table = self.table()
        rows = table[table["term"].isin(self.shown)].itertuples(index=False, name=None)
        return [Estimate(*row) for row in rows]
