"""Leaving out one unit, prefecture or year at a time, to see whether one makes the result."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.checks import require_columns
from gzcounty.errors import InputError
from gzcounty.language import _
from gzcounty.models._arrays import Codes
from gzcounty.models.result import ABSENT, Estimate, Reported, pick_term
from gzcounty.parallel import run
from gzcounty.words import counted, listed

# Levels in one piece of work.
PIECE = 8


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LeaveOneOut(Reported):
    """Estimates of one term without each level of a column in turn.

    Attributes
    ----------
    by, term : str
    full : Estimate
        The estimate from all the data.
    nobs : int
        Rows of that estimate.
    failures : dict of str
        Levels without which the model cannot be estimated, and why.
    notes : tuple of str
    native : DataFrame
        Columns left_out, estimate, std_error, statistic, p_value, df (of the t test), nobs.
    """

    by: str
    term: str
    full: Estimate
    nobs: int
    failures: dict[Any, str]
    notes: tuple[str, ...]
    native: pd.DataFrame

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """All estimates, one row a level left out, in the order of the levels.

        Returns
        -------
        DataFrame
            Columns left_out, term, estimate, std_error, statistic, p_value, conf_low, conf_high,
            shift (the estimate less that of all the data) and nobs. Missing where the model cannot
            be estimated.
        """
        table = self.native.drop(columns=["df", "nobs"])
        half = special.stdtrit(self.native["df"].to_numpy(), (1 + level) / 2) * table["std_error"]
        table.insert(1, "term", self.term)
        return table.assign(
            conf_low=table["estimate"] - half,
            conf_high=table["estimate"] + half,
            shift=table["estimate"] - self.full.estimate,
            nobs=self.native["nobs"],
        )

    @cached_property
    def most_influential(self) -> Any:  # noqa: ANN401
        """The level whose absence moves the estimate most."""
        table = self.table()
        return table["left_out"].iloc[int(np.nanargmax(table["shift"].abs()))]

    def _heading(self) -> str:
        return _(
            "{term} without each {by} in turn, {levels}",
            term=self.term, by=self.by, levels=counted(len(self.native), "level"),
        )  # fmt: skip

    def _shown_rows(self) -> list[Estimate]:
        table = self.table().dropna(subset="shift")
        order = table["shift"].abs().sort_values(ascending=False, kind="stable").index[:5]
        rows = [self.full._replace(term=_("all"))]
        for row in table.loc[order].itertuples():
            rows.append(Estimate(_("without {level}", level=row.left_out), *row[3:9]))
        return rows

    def _hidden_line(self, shown: int) -> list[str]:
        hidden = len(self.native) - (shown - 1)
        levels = counted(hidden, "further level")
        return [_("{levels} in .table().", levels=levels)] if hidden else []

    def _shares_scale(self) -> bool:
        return True


def leave_one_out(
    estimate: Callable[[pd.DataFrame], Reported],
    data: pd.DataFrame,
    by: str,
    *,
    term: str | None = None,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> LeaveOneOut:
    """Estimate again without each level of a column: a county, a prefecture, a year.

    Parameters
    ----------
    estimate : callable
        Takes a DataFrame and gives a result of this package, such as
        ``lambda d: gz.ols("y ~ x", d)``.
    data : DataFrame
    by : str
        Column of levels to leave out, one at a time.
    term : str, optional
        The term to follow; may be left out if the model has only one (beside an intercept).
    n_jobs, progress
        As in `gzcounty.parallel.run`.

    Returns
    -------
    LeaveOneOut
        ``table()`` has a row for each level, ``most_influential`` the level that matters most, and
        ``failures`` those without which there is no estimate.

    Raises
    ------
    InputError
        If the column does not exist or has one level only, the model has several terms and none
        is chosen, or it can be estimated without none of the levels. What `estimate` raises with
        all the data is passed on.

    Examples
    --------
    >>> import pandas as pd, gzcounty as gz
    >>> data = pd.DataFrame({"place": list("abcdef"), "x": [1, 2, 3, 4, 5, 20],
    ...                      "y": [1.1, 1.9, 3.2, 3.8, 5.1, 4.0]})
    >>> found = gz.leave_one_out(lambda d: gz.ols("y ~ x", d, cov="classical"), data, by="place")
    >>> found.most_influential
    'f'
    >>> found.table()[["left_out", "estimate", "shift"]].round(2).tail(2).values.tolist()
    [['e', 0.1, 0.01], ['f', 0.99, 0.9]]
    """
    require_columns(data, [by])
    mixed = pd.api.types.infer_dtype(data[by], skipna=True) in ("mixed", "mixed-integer")
    codes, levels = pd.factorize(data[by], sort=not mixed)  # mixed types have no order
    if len(levels) < 2:
        raise InputError(
            "{by!r} has {levels}; two or more are needed.",
            by=by, levels=counted(len(levels), "level"),
        )  # fmt: skip
    everything = estimate(data)
    if not isinstance(everything, Reported):
        raise InputError(
            "estimate must return a result of a model, not {value!r}.", value=everything
        )
    term = _only_term(everything) if term is None else term
    full, nobs, __ = _row(everything, term)
    pieces = [
        (estimate, data, codes, range(start, min(start + PIECE, len(levels))), term)
        for start in range(0, len(levels), PIECE)
    ]
    label = _("without one {by}", by=by)
    parts = run(_without, pieces, n_jobs=n_jobs, progress=progress, label=label)
    rows, failures = [], {}
    for level, outcome in zip(levels, (one for part in parts for one in part), strict=True):
        if isinstance(outcome, str):
            failures[level] = outcome
            outcome = (Estimate(term, np.nan, *ABSENT), np.nan, np.nan)
        one, size, df = outcome
        rows.append((level, *one[1:5], df, size))
    if len(failures) == len(levels):
        raise InputError(
            "The model can be estimated without none of the levels of {by!r}; without "
            "{level!r}: {reason}",
            by=by, level=str(levels[0]), reason=failures[levels[0]],
        )  # fmt: skip
    columns = ["left_out", "estimate", "std_error", "statistic", "p_value", "df", "nobs"]
    table = pd.DataFrame(rows, columns=columns)
    return LeaveOneOut(
        by=by,
        term=term,
        full=full,
        nobs=int(nobs),
        failures=failures,
        notes=_notes(table, by, failures, int(np.sum(codes < 0)), everything.notes),
        native=table,
    )


def _without(
    estimate: Callable[[pd.DataFrame], Reported],
    data: pd.DataFrame,
    codes: Codes,
    places: Iterable[int],
    term: str,
) -> list[tuple[Estimate, float, float] | str]:
    """Return the estimate without each level, or why there is none."""
    outcomes: list[tuple[Estimate, float, float] | str] = []
    for place in places:
        try:
            outcomes.append(_row(estimate(data[codes != place]), term))
        # What is wrong with one part of the data: InputError, TrapError, LinAlgError.
        except ValueError as error:
            outcomes.append(str(error))
    return outcomes


def _row(result: Reported, term: str) -> tuple[Estimate, float, float]:
    """One term, the number of rows, and the degrees of freedom of its t test."""
    row = pick_term(result.table(), term)
    return row, float(result.nobs), float(getattr(result, "df", None) or np.inf)


def _only_term(result: Reported) -> str:
    terms = [str(name) for name in result.table()["term"] if name != "Intercept"]
    if len(terms) != 1:
        raise InputError("Choose one of the terms by term=...: {terms}.", terms=listed(terms, 12))
    return terms[0]


def _notes(
    table: pd.DataFrame,
    by: str,
    failures: dict[Any, str],
    unknown: int,
    full_notes: tuple[str, ...],
) -> tuple[str, ...]:
    estimates = table["estimate"].dropna()
    notes = [_(
        "Estimated {times}, each without one {by}: from {low:.4g} to {high:.4g}.",
        times=counted(len(estimates), "time"), by=by, low=estimates.min(), high=estimates.max(),
    )]  # fmt: skip
    if unknown:
        rows = counted(unknown, "row")
        notes.append(_("{rows} without {by} stay in every estimate.", rows=rows, by=by))
    for level, reason in list(failures.items())[:3]:
        notes.append(
            _("Not estimable without {level!r}: {reason}", level=str(level), reason=reason)
        )
    if len(failures) > 3:
        notes.append(
            _("{more} more cannot be left out either; see .failures.", more=len(failures) - 3)
        )
    return (*notes, *(_("With all the data: {note}", note=note) for note in full_notes))
