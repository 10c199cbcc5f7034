"""An outcome by years since entry into the demonstration programme: estimate, figure, and words.

Everything that a page says of it is computed here, so that it is right for any roster: SIMULATED or
real, with counties that never entered or without.
"""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from gzbook.evidence.roster import SEED, Roster
from gzbook.tables import sides, span
from gzcounty.charts.staggered import group_time_plot
from gzcounty.checks import require_choice
from gzcounty.data.counties import load_panel
from gzcounty.data.guizhou import load_counties
from gzcounty.errors import TrapError
from gzcounty.inference.bounds import bounds
from gzcounty.language import N_, _
from gzcounty.measures.change import sample_name
from gzcounty.models._effects import AggregateResult, StaggeredResult
from gzcounty.models.result import Estimate
from gzcounty.models.staggered import staggered_did
from gzcounty.parallel import chunks, generators, run


class Series(NamedTuple):
    """An outcome of the county panel: its name, first and last year, and source."""

    name: str
    first: int
    last: int
    source: str


Outcome = Literal["lights", "rural_income"]
OUTCOMES = {
    "lights": Series(N_("Night lights"), 2013, 2020, N_("VIIRS night lights, masked annual means")),
    "rural_income": Series(
        N_("Rural incomes"), 2014, 2023, N_("county statistics of rural disposable income")
    ),
}
UNIT = N_("log points x 100")
DRAWS, PIECE, LEVEL = 499, 50, 0.05
Word = Literal["nothing", "false alarm", "gain", "loss", "not testable"]
ANSWERS = (N_("nothing"), N_("false alarm"), N_("gain"), N_("loss"), N_("not testable"))
"""The words, which are keys, as they are said."""


@dataclass(frozen=True, eq=False)
class Study:
    """An outcome by years since entry.

    Attributes
    ----------
    outcome : {"lights", "rural_income"}
    roster : Roster
    panel : DataFrame
        adcode, prefecture_adcode, year, entry_year, y (100 times the logarithm).
    fit : StaggeredResult or None
        Group-time effects against counties not yet entered; None if they cannot be estimated.
    refusal : str
        Why they cannot.
    """

    outcome: Outcome
    roster: Roster
    panel: pd.DataFrame
    fit: StaggeredResult | None
    refusal: str

    @property
    def name(self) -> str:
        """The outcome in words."""
        return _(OUTCOMES[self.outcome].name)

    @property
    def sample(self) -> str:
        """The counties, named by what they are."""
        return sample_name(self.panel.adcode)

    @property
    def period(self) -> str:
        """First and last year."""
        return span(self.panel.year.min(), self.panel.year.max())

    def estimated(self) -> StaggeredResult:
        """Return the fit, or raise a TrapError that says why there is none."""
        if self.fit is None:
            raise TrapError(self.refusal)
        return self.fit

    @property
    def overall(self) -> Estimate:
        """The mean over all counties and years from entry on."""
        return self.estimated().aggregate("simple").overall

    @property
    def path(self) -> AggregateResult:
        """Effects by years since entry."""
        return self.estimated().aggregate("dynamic")

    @cached_property
    def shuffles(self) -> pd.DataFrame:
        """The study with the entry years shuffled among the counties, a row a shuffle.

        Columns: estimate, conf_low, conf_high, and ``before``, the statistic of the test that
        nothing differs before entry.
        """
        self.estimated()
        pieces = chunks(DRAWS, PIECE)
        seeded = zip(generators(SEED, len(pieces)), pieces, strict=True)
        parts = run(partial(_shuffle, self.panel), seeded, progress=False)
        return pd.DataFrame([row for part in parts for row in part])

    @property
    def p_value(self) -> float:
        """Share of shuffles whose estimate is as far from zero, this one among them."""
        return _share_beyond(self.shuffles.estimate.abs(), abs(self.overall.estimate))

    @property
    def p_before(self) -> float:
        """Share of shuffles that differ as much before entry; NaN without a year to look at.

        The shuffles calibrate the test: by its own distribution it rejects too often here.
        """
        return _share_beyond(self.shuffles.before, _before(self.estimated()))

    @property
    def false_alarms(self) -> float:
        """Shuffles whose 95 % interval leaves out zero, in per cent; there is nothing to find."""
        return 100 * sum(sides(self.shuffles)) / len(self.shuffles)

    @property
    def noticed_from(self) -> float:
        """Size that 95 % of the shuffles stay below: an effect must pass it to be noticed."""
        return float(self.shuffles.estimate.abs().quantile(1 - LEVEL))

    @property
    def word(self) -> Word:
        """The answer in a word; of SIMULATED entry years nothing or false alarm."""
        if self.fit is None:
            return "not testable"
        if self.p_value >= LEVEL:
            return "nothing"
        if not self.roster.real:
            return "false alarm"
        return "gain" if self.overall.estimate > 0 else "loss"

    @property
    def title(self) -> str:
        """What the figure shows, as its title."""
        titles = {
            "nothing": N_("{outcome} after entry differ by no more than chance"),
            "false alarm": N_("{outcome} after entry set off a false alarm"),
            "gain": N_("{outcome} are higher after entry than chance explains"),
            "loss": N_("{outcome} are lower after entry than chance explains"),
            "not testable": N_("{outcome} have no counties to compare with"),
        }
        return self.roster.titled(_(titles[self.word], outcome=self.name))

    @property
    def finding(self) -> str:
        """The result in sentences with its numbers."""
        if self.fit is None:
            words = {"outcome": self.name, "reason": self.refusal}
            return self.roster.titled(_("{outcome}: not testable. {reason}", **words))
        change, p_before = self.overall, self.p_before
        before = _("There is no year before entry to look at.")
        if not np.isnan(p_before):
            before = _(
                "Before entry, {share:.0f} % of the shuffles differ as much.", share=100 * p_before
            )
        text = _(
            "{outcome} of {sample}, {period}, changed from entry on by {estimate:+.1f} log points "
            "x 100 ({low:+.1f} to {high:+.1f}) against counties not yet entered. Of {shuffles} "
            "shuffles of the same years, {share:.0f} % lie as far from zero. {before} {ruled_out}",
            outcome=self.name, sample=self.sample, period=self.period, estimate=change.estimate,
            low=change.conf_low, high=change.conf_high, shuffles=len(self.shuffles),
            share=100 * self.p_value, before=before, ruled_out=self._ruled_out(),
        )  # fmt: skip
        return self.roster.titled(text)

    def _ruled_out(self) -> str:
        """Say what the estimate rules out; of incomes in yuan a person, at their last mean."""
        of, last, at = self.estimated().aggregate("simple"), self.panel.year.max(), None
        if self.outcome == "rural_income":
            at = float(np.exp(self.panel.y[self.panel.year == last] / 100).mean())
        # The outcome is a hundred times a logarithm.
        found = bounds(of, "overall", scale=0.01, per_cent=True, at=at)
        margin, least = found.value("ruled out"), found.value("detectable")
        if at is None:
            return _(
                "Two one-sided tests at 5 % rule out changes beyond {margin:,.1f} %; one of "
                "{least:,.1f} would be found in four of five samples.",
                margin=margin, least=least,
            )  # fmt: skip
        return _(
            "Two one-sided tests at 5 % rule out changes beyond {margin:,.0f} yuan a person and "
            "year (at the mean of {year}, {mean:,.0f}); one of {least:,.0f} would be found in four "
            "of five samples.",
            margin=margin, year=last, mean=at, least=least,
        )  # fmt: skip

    @property
    def reach(self) -> str:
        """How often a false alarm comes, and what would be noticed."""
        if self.fit is None:
            return _("{outcome}: nothing was shuffled.", outcome=self.name)
        return _(
            "{outcome}: with entry years shuffled, so that there is nothing to find, the 95 % "
            "interval left out zero in {alarms:.1f} %; a change would have to pass {size:.1f} log "
            "points x 100 to be noticed.",
            outcome=self.name, alarms=self.false_alarms, size=self.noticed_from,
        )  # fmt: skip

    def row(self) -> dict[str, Any]:
        """Return outcome, estimate, interval, p-values and word, as a table has them.

        Estimate, interval and p-values are missing if there is no fit. The answer is a key.
        """
        numbers = ["estimate", "conf_low", "conf_high"]
        row: dict[str, Any] = {"outcome": self.name, **dict.fromkeys([*numbers, "p", "p_before"])}
        if self.fit is not None:
            row |= {name: getattr(self.overall, name) for name in numbers}
            row |= {"p": self.p_value, "p_before": self.p_before}
        return row | {"answer": self.word}

    def figure(self) -> Any:  # noqa: ANN401  (a chart, or words)
        """Draw the effects by years since entry; if there are none, say why."""
        from IPython.display import Markdown

        if self.fit is None:
            return Markdown(f"**{self.title}.** {self.refusal}")
        path = self.path.path()
        ahead, after = path[path.level < 0], path[path.level >= 0]
        ranges = [
            _(words, low=rows.estimate.min(), high=rows.estimate.max())
            for words, rows in (
                (N_("before entry it lies between {low:+.1f} and {high:+.1f}"), ahead),
                (N_("from entry on it lies between {low:+.1f} and {high:+.1f}"), after),
            )
            if len(rows)
        ]
        real = N_("{source}; entry years as named in the roster")
        drawn = N_("{source}; SIMULATED entry years")
        source = _(OUTCOMES[self.outcome].source)
        opening = self.roster.titled(_("A path by years since entry"))
        return group_time_plot(
            self.path,
            number="+.1f",
            axis_title=_(UNIT),
            title=self.title,
            unit=_(
                "Difference to counties not yet entered, log points x 100, with 95 % intervals by "
                "county"
            ),
            sample=self.sample,
            period=self.period,
            source=_(real if self.roster.real else drawn, source=source),
            description=_("{what}: {parts}.", what=opening, parts=_("; ").join(ranges)),
        )


def programme_study(outcome: Outcome, roster: Roster) -> Study:
    """Study an outcome by years since entry into the demonstration programme.

    Group-time effects against counties not yet entered, and 499 shuffles of the entry years, which
    say how usual the estimate is by chance.

    Parameters
    ----------
    outcome : {"lights", "rural_income"}
        Night lights of all counties 2013-2020, or rural incomes 2014-2023 of the counties that have
        them in every year.
    roster : Roster
        Complete, or SIMULATED: see `load_roster` and its ``.in_use()``.

    Returns
    -------
    Study
        ``.fit`` of `gzcounty.staggered_did` (None, with the reason in ``.refusal``, if nobody is
        left to compare with), ``.panel``, ``.shuffles``, ``.figure()``, and the answer as ``.word``
        and ``.finding``.

    Raises
    ------
    InputError
        If the roster is not complete, or there is no such outcome.

    Examples
    --------
    >>> import gzbook
    >>> lights = gzbook.programme_study("lights", gzbook.load_roster().in_use())
    >>> lights.sample, lights.period
    ('88 counties of Guizhou', '2013-2020')
    """
    panel = outcome_panel(outcome, roster.entries())
    try:
        return Study(outcome, roster, panel, estimate(panel), "")
    except TrapError as trap:
        return Study(outcome, roster, panel, None, str(trap))


def outcome_panel(outcome: Outcome, entries: pd.Series) -> pd.DataFrame:
    """Return the counties that have the outcome in every year, with their entry years."""
    require_choice("outcome", outcome, OUTCOMES)
    about = OUTCOMES[outcome]
    first, last = about.first, about.last
    rows = load_panel().query("@first <= year <= @last").dropna(subset=outcome)
    seen = rows.groupby("adcode").year.transform("size")
    panel = rows[seen == last - first + 1][["adcode", "year"]].copy()
    panel["y"] = 100 * np.log(rows[outcome])
    panel["entry_year"] = panel.adcode.map(entries)
    prefecture = load_counties().set_index("adcode").prefecture_adcode
    panel["prefecture_adcode"] = panel.adcode.map(prefecture)
    return panel.reset_index(drop=True)


def estimate(panel: pd.DataFrame) -> StaggeredResult:
    """Estimate the effects of entry, against counties not yet entered."""
    return staggered_did(panel, "y", "adcode", "year", "entry_year", control="not_yet")


def _shuffle(panel: pd.DataFrame, rng: np.random.Generator, number: int) -> list[dict[str, float]]:
    """Shuffle the entry years among the counties, and estimate each time."""
    years = panel.drop_duplicates("adcode").entry_year.to_numpy()
    place = pd.factorize(panel.adcode)[0]
    rows = []
    for __ in range(number):
        fit = estimate(panel.assign(entry_year=rng.permutation(years)[place]))
        overall = fit.aggregate("simple").overall
        row = {name: getattr(overall, name) for name in ("estimate", "conf_low", "conf_high")}
        rows.append(row | {"before": _before(fit)})
    return rows


def _before(fit: StaggeredResult) -> float:
    """Return the statistic of the test before entry; NaN without a year before."""
    try:
        return fit.pre_test().statistic
    except TrapError:
        return float("nan")


def _share_beyond(shuffled: pd.Series, estimate: float) -> float:
    if np.isnan(estimate):
        return estimate
    # Ties count; a hair's breadth of rounding does not part them.
    return float((1 + (shuffled >= estimate * (1 - 1e-9)).sum()) / (1 + len(shuffled)))
