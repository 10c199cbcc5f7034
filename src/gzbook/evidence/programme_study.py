"""An outcome by years since entry into the demonstration programme, and its answer in words.

Everything that a page says of it is computed here, so that it is right for any roster: SIMULATED or
real, with counties that never entered or without.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from gzbook.evidence.programme import MARK, SEED, titled
from gzbook.evidence.roster import Roster
from gzcounty.data.counties import load_panel
from gzcounty.data.guizhou import load_counties
from gzcounty.errors import InputError, TrapError
from gzcounty.measures.change import sample_name
from gzcounty.models._effects import AggregateResult, StaggeredResult
from gzcounty.models.result import Estimate
from gzcounty.models.staggered import staggered_did
from gzcounty.parallel import chunks, generators, run

Outcome = Literal["lights", "rural_income"]
YEARS: dict[str, tuple[int, int]] = {"lights": (2013, 2020), "rural_income": (2014, 2023)}
SOURCES = {
    "lights": "VIIRS night lights, masked annual means",
    "rural_income": "county statistics of rural disposable income",
}
NAMES = {"lights": "Night lights", "rural_income": "Rural incomes"}
UNIT = "log points x 100"
DRAWS, PIECE, LEVEL = 499, 50, 0.05
Word = Literal["nothing", "false alarm", "gain", "loss", "not testable"]


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
        return NAMES[self.outcome]

    @property
    def sample(self) -> str:
        """The counties, named by what they are."""
        return sample_name(self.panel.adcode)

    @property
    def period(self) -> str:
        """First and last year."""
        return f"{self.panel.year.min()}-{self.panel.year.max()}"

    @property
    def source(self) -> str:
        """Where outcomes and entry years are from."""
        years = "entry years as named in the roster" if self.roster.real else f"{MARK} entry years"
        return f"{SOURCES[self.outcome]}; {years}"

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
        shuffle = partial(_shuffle, self.panel)
        drawn = zip(generators(SEED, len(pieces)), pieces, strict=True)
        dealt = run(shuffle, drawn, progress=False)
        return pd.DataFrame([row for part in dealt for row in part])

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
        """Deals whose 95 % interval leaves out zero, in per cent; there is nothing to find."""
        out = (self.shuffles.conf_low > 0) | (self.shuffles.conf_high < 0)
        return float(100 * out.mean())

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
        found = {
            "nothing": "after entry cannot be told from chance",
            "false alarm": "after entry set off a false alarm",
            "gain": "are higher after entry than chance explains",
            "loss": "are lower after entry than chance explains",
            "not testable": "have no counties to compare with",
        }
        return titled(f"{self.name} {found[self.word]}", self.roster)

    @property
    def finding(self) -> str:
        """The result in sentences with its numbers."""
        if self.fit is None:
            return titled(f"{self.name}: not testable. {self.refusal}", self.roster)
        found, p_before = self.overall, self.p_before
        before = "There is no year before entry to look at."
        if not np.isnan(p_before):
            before = f"Before entry, {100 * p_before:.0f} % of the shuffles differ as much."
        text = (
            f"{self.name} of {self.sample}, {self.period}, changed from entry on by "
            f"{found.estimate:+.1f} {UNIT} ({found.conf_low:+.1f} to {found.conf_high:+.1f}) "
            f"against counties not yet entered. Of {len(self.shuffles)} shuffles of the same "
            f"years, {100 * self.p_value:.0f} % lie as far from zero. {before}"
        )
        return titled(text, self.roster)

    @property
    def reach(self) -> str:
        """How often a false alarm comes, and what would be noticed."""
        if self.fit is None:
            return f"{self.name}: nothing was shuffled."
        return (
            f"{self.name}: with entry years shuffled, so that there is nothing to find, the 95 % "
            f"interval left out zero in {self.false_alarms:.1f} %; a change would have to pass "
            f"{self.noticed_from:.1f} {UNIT} to be noticed."
        )


def study(outcome: Outcome, roster: Roster) -> Study:
    """Study an outcome by a roster: lights of all counties, or incomes where they are known.

    Raises
    ------
    InputError
        If the roster is not complete, or there is no such outcome.
    """
    panel = outcome_panel(outcome, roster.entries())
    try:
        return Study(outcome, roster, panel, estimate(panel), "")
    except TrapError as trap:
        return Study(outcome, roster, panel, None, str(trap))


def outcome_panel(outcome: Outcome, entries: pd.Series) -> pd.DataFrame:
    """Return the counties that have the outcome in every year, with their entry years."""
    if outcome not in YEARS:
        raise InputError(f"outcome must be 'lights' or 'rural_income', not {outcome!r}.")
    first, last = YEARS[outcome]
    rows = load_panel().query("@first <= year <= @last").dropna(subset=outcome)
    seen = rows.groupby("adcode").year.transform("size")
    panel = rows[seen == last - first + 1][["adcode", "year"]].copy()
    panel["y"] = 100 * np.log(rows[outcome])
    panel["entry_year"] = panel.adcode.map(entries)
    prefecture = load_counties().set_index("adcode").prefecture_adcode
    panel["prefecture_adcode"] = panel.adcode.map(prefecture)
    return panel.reset_index(drop=True)


def estimate(panel: pd.DataFrame, **how: Any) -> StaggeredResult:  # noqa: ANN401
    """Estimate effects of entry, against counties not yet entered unless told otherwise."""
    how = {"control": "not_yet"} | how
    return staggered_did(panel, "y", "adcode", "year", "entry_year", **how)


def _shuffle(panel: pd.DataFrame, rng: np.random.Generator, number: int) -> list[dict[str, float]]:
    """Shuffle the entry years among the counties, and estimate each time."""
    years = panel.drop_duplicates("adcode").set_index("adcode").entry_year
    found = []
    for _ in range(number):
        dealt = pd.Series(rng.permutation(years.to_numpy()), index=years.index)
        fit = estimate(panel.assign(entry_year=panel.adcode.map(dealt)))
        overall = fit.aggregate("simple").overall
        row = {name: getattr(overall, name) for name in ("estimate", "conf_low", "conf_high")}
        found.append(row | {"before": _before(fit)})
    return found


def _before(fit: StaggeredResult) -> float:
    """Return the statistic of the test before entry; NaN without a year before."""
    try:
        return fit.pre_test().statistic
    except TrapError:
        return float("nan")


def _share_beyond(dealt: pd.Series, own: float) -> float:
    if np.isnan(own):
        return own
    # Ties count; a hair's breadth of rounding does not part them.
    return float((1 + (dealt >= own * (1 - 1e-9)).sum()) / (1 + len(dealt)))
