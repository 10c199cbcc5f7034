"""What estimators of staggered adoption return: effects, their sums, a test before treatment.

Bands that hold a whole path at once are those of the multiplier bootstrap of Callaway and Sant'Anna
(2021, Journal of Econometrics 225, 200-230, algorithm 1): influence functions are summed with
random signs, one a cluster; the critical value is the quantile of the largest absolute t over the
path. Here t is divided by the analytic standard error, which the original estimates from the
quartiles of the same draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.errors import TrapError
from gzcounty.language import N_, _
from gzcounty.parallel import run, seeded
from gzcounty.words import counted

from ._arrays import Array
from .result import Estimate, Reported, pick_term, wald_statistic, with_intervals

Aggregation = Literal["simple", "group", "dynamic", "calendar"]

CHUNK = 100


def critical_value(
    scores: Array,
    std_errors: Array,
    level: float,
    draws: int,
    seed: int,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> float:
    """Return the number of standard errors that covers all estimates at once.

    Shapes: scores (G, k); std_errors (k,).
    """
    use = std_errors > 0
    scaled = scores[:, use] / std_errors[use]
    pieces = [(scaled, size, generator) for generator, size in seeded(draws, CHUNK, seed)]
    label = _("draws")
    largest = np.concatenate(run(_largest, pieces, n_jobs=n_jobs, progress=progress, label=label))
    return float(np.quantile(largest, level, method="higher"))


def _largest(scaled: Array, draws: int, generator: np.random.Generator) -> Array:
    signs = generator.integers(0, 2, size=(draws, len(scaled))) * 2.0 - 1.0
    return np.asarray(np.abs(signs @ scaled).max(axis=1))


# A chi-squared test at 5 % that rejects at least half as often again as it says gets a note.
FALSE_ALARMS = 0.075


class PreTest(NamedTuple):
    """A Wald test that all effects before treatment are zero.

    Attributes
    ----------
    statistic : float
        Chi-squared if `df_denom` is infinite, else F.
    df : int
        Number of effects tested.
    df_denom : float
    p_value : float
    terms : tuple of str
        What was tested.
    notes : tuple of str
        What to beware of: many effects tested with few clusters.
    """

    statistic: float
    df: int
    df_denom: float
    p_value: float
    terms: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Effects(Reported):
    """Estimates with their standard errors, and where there are any, influence functions.

    Attributes
    ----------
    estimator, dependent : str
    labels : DataFrame
        term, and what else says which estimate a row is.
    estimates, std_errors : ndarray, shape (k,)
    scores : ndarray, shape (G, k), or None
        Influence by cluster; the squares of a column sum to its variance. None from libraries.
    df : float
        Degrees of freedom of t; infinite for the normal distribution.
    nobs, n_entities, n_clusters : int
    notes : tuple of str
    native : object
    """

    estimator: str
    dependent: str
    labels: pd.DataFrame
    estimates: Array
    std_errors: Array
    scores: Array | None
    df: float
    nobs: int
    n_entities: int
    n_clusters: int
    notes: tuple[str, ...]
    native: Any

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """All estimates, one row each: the labels, estimate, std_error and the usual columns.

        The intervals hold one at a time.
        """
        return pd.DataFrame(dict(self.labels) | self._columns(level))

    def _columns(self, level: float) -> dict[str, Any]:
        columns: dict[str, Any] = with_intervals(self.estimates, self.std_errors, self.df, level)
        # What is zero by construction has no test.
        for name in ("statistic", "p_value"):
            columns[name] = np.where(self.std_errors > 0, columns[name], np.nan)
        return columns

    def bands(
        self,
        level: float = 0.95,
        draws: int = 999,
        seed: int = 20210201,
        n_jobs: int | None = None,
        progress: bool | None = None,
    ) -> pd.DataFrame:
        """Return the table with bands that hold for all its rows at once (band_low, band_high).

        The bands are right in large samples. In simulations with 240 entities those of 95 % held
        the whole path in about 91 % of the samples: read them as a little too narrow.

        Parameters
        ----------
        level : float, default 0.95
        draws : int, default 999
            Draws of the multiplier bootstrap.
        seed : int
            The same seed gives the same bands, whatever `n_jobs`.
        n_jobs, progress
            As in `gzcounty.parallel.run`.

        Returns
        -------
        DataFrame
            ``attrs["critical"]`` is the number of standard errors on each side. The overall row of
            an aggregation is no part of the path: its band is its interval.

        Raises
        ------
        TrapError
            If the method gives no influence functions.
        """
        table = self.table(level)
        if self.scores is None:
            raise TrapError(
                "Simultaneous bands need influence functions, which {estimator} does not give; "
                "use method='group-time', or read the intervals one at a time.",
                estimator=self.estimator,
            )  # fmt: skip
        path = self._path_rows()
        critical = critical_value(
            self.scores[:, path], self.std_errors[path], level, draws, seed, n_jobs, progress
        )
        half = critical * table["std_error"]
        result = table.assign(
            band_low=(table["estimate"] - half).where(path, table["conf_low"]),
            band_high=(table["estimate"] + half).where(path, table["conf_high"]),
        )
        result.attrs["critical"] = critical
        return result

    def term(self, name: str, level: float = 0.95) -> Estimate:
        """One row of `table` as a named tuple; raises `InputError` if there is no such row."""
        return pick_term({"term": self.labels["term"], **self._columns(level)}, name)

    def _path_rows(self) -> np.ndarray:
        return np.ones(len(self.labels), dtype=bool)

    def _heading(self) -> str:
        fields = {
            "dependent": self.dependent, "estimator": self.estimator,
            "rows": counted(self.nobs, "row"), "entities": self.n_entities,
        }  # fmt: skip
        if self.n_clusters == self.n_entities:
            return _("{dependent}: {estimator}, {rows}, {entities:,} entities", **fields)
        return _(
            "{dependent}: {estimator}, {rows}, {entities:,} entities, {clusters}",
            **fields, clusters=counted(self.n_clusters, "cluster"),
        )  # fmt: skip

    def _shares_scale(self) -> bool:
        return True


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AggregateResult(Effects):
    """Effects summed up; the row "overall" first, then one row a level.

    Attributes
    ----------
    kind : {"simple", "group", "dynamic", "calendar"}
    """

    kind: str

    @property
    def overall(self) -> Estimate:
        """The one number that sums everything up."""
        return self.term("overall")

    def path(self, level: float = 0.95) -> pd.DataFrame:
        """Return the rows of the levels, without the overall one."""
        table = self.table(level)
        return table[self._path_rows()].reset_index(drop=True)

    def _term_words(self) -> dict[str, str]:
        said = {
            "group": N_("cohort {level}"), "dynamic": N_("event time {level}"),
            "calendar": N_("period {level}"),
        }  # fmt: skip
        levels = zip(self.labels["term"], self.labels["level"], strict=True)
        words = {term: _(said[self.kind], level=k) for term, k in levels if k is not pd.NA}
        return {"overall": _("overall"), **words}

    def _path_rows(self) -> np.ndarray:
        rows: np.ndarray = self.labels["level"].notna().to_numpy()
        return rows if rows.any() else ~rows


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StaggeredResult(Effects):
    """Effects by cohort and period: term "ATT(2015, 2017)", cohort, time, treated, control."""

    def aggregate(self, kind: Aggregation = "dynamic") -> AggregateResult:
        """Sum the effects up; see `gzcounty.models._estimators` for the formulas.

        Parameters
        ----------
        kind : {"simple", "group", "dynamic", "calendar"}
            One number; by cohort; by time since treatment; by period.

        Raises
        ------
        InputError
            If there is no such aggregation, or the method does not give it.
        """
        raise NotImplementedError

    def pre_test(self) -> PreTest:
        """Test that all effects before treatment are zero.

        A test that does not reject is no proof of parallel trends (Roth 2022, AER: Insights 4,
        305-322): it may lack power. And with many effects and few clusters the chi-squared test
        rejects too often: in simulations with true trends parallel, 12 effects and 88 clusters, in
        16 % of the samples instead of 5 %; with three effects, in about 5 %. The test then says so
        in its ``notes``.

        Raises
        ------
        TrapError
            If there is no period before treatment to test, or their covariance is singular.
        """
        raise NotImplementedError

    def _shown_rows(self) -> list[Estimate]:
        return self.aggregate("dynamic")._said_rows()

    def _lines(self) -> list[str]:
        said = _("Shown by time since treatment, .aggregate('dynamic'); all ATT(g, t) in .table().")
        return [said]

    def _hidden_line(self, shown: int) -> list[str]:
        return []


def level_labels(kind: str, levels: Sequence[int | None]) -> pd.DataFrame:
    """Terms of an aggregation: "overall" for None, else such as "cohort 2015"."""
    noun = {"simple": "", "group": "cohort", "dynamic": "event time", "calendar": "period"}[kind]
    terms = ["overall" if level is None else f"{noun} {level}" for level in levels]
    return pd.DataFrame({"term": terms, "level": pd.array(levels, dtype="Int64")})


def wald(
    estimates: Array, matrix: Array, terms: Sequence[str] | pd.Series, n_clusters: int
) -> PreTest:
    """Chi-squared test that `estimates` are all zero, given their covariance matrix."""
    if len(estimates) == 0:
        raise TrapError(
            "No cohort has a comparison before its treatment, so these data cannot show whether "
            "trends were parallel; earlier periods would be needed."
        )
    statistic = wald_statistic(estimates, matrix)
    if statistic is None:
        raise TrapError(
            "The {effects} before treatment cannot be tested together: their covariance matrix "
            "is singular; there are too few clusters for so many.",
            effects=counted(len(estimates), "effect"),
        )  # fmt: skip
    p_value = float(special.chdtrc(len(estimates), statistic))
    notes = _crowded(len(estimates), n_clusters)
    return PreTest(statistic, len(estimates), np.inf, p_value, tuple(terms), notes)


def false_alarms(effects: int, clusters: int, level: float = 0.05) -> float:
    """Return the share in which a chi-squared test of true zeros rejects, for normal clusters.

    The covariance matrix is estimated too, so that the statistic follows Hotelling's T squared
    (1931, Annals of Mathematical Statistics 2, 360-378), whose tail is longer:
    T² (G - k) / (k (G - 1)) is F with k and G - k degrees of freedom.

    >>> [round(false_alarms(effects, 88), 3) for effects in (1, 3, 12)]
    [0.053, 0.061, 0.132]
    """
    if clusters <= effects:
        return 1.0
    critical = special.chdtri(effects, level)
    scale = (clusters - effects) / (effects * (clusters - 1))
    return float(special.fdtrc(effects, clusters - effects, critical * scale))


def _crowded(effects: int, clusters: int) -> tuple[str, ...]:
    """Warn of a test of many effects with few clusters."""
    often = false_alarms(effects, clusters)
    if often < FALSE_ALARMS:
        return ()
    return (_(
        "{effects} tested with {clusters}: where nothing is there, a chi-squared test at 5 % would "
        "reject in about {often:.0f} % of samples (Hotelling's law), and more with small cohorts. "
        "Do not lean on a small p-value here.",
        effects=counted(effects, "effect"), clusters=counted(clusters, "cluster"),
        often=100 * often,
    ),)  # fmt: skip


def shared_fields(result: Effects) -> dict[str, Any]:
    names = ("estimator", "dependent", "df", "nobs", "n_entities", "n_clusters", "notes")
    return {name: getattr(result, name) for name in names}
