"""Claims of a paper, the rules of their verdicts, and the ledger that judges them.

A ledger is given its claims, one row each, and their tests. Nobody types a verdict.

A rule is written beside its claim in ``claims.csv``, before its test is run: a kind, a direction, a
threshold and a share, and a margin where an effect may be ruled out.

===========  ======================  ============================================================
kind         columns of evidence     the claim is supported if
===========  ======================  ============================================================
intervals    conf_low, conf_high     at least `share` of the 95 % intervals lie wholly on the
                                     claimed side of the threshold
equivalence  conf_low, conf_high     as for intervals, and these are not bounded by the margin
values       value                   at least `share` of the values lie on the claimed side of
                                     the threshold (counts and shares of a full census, which
                                     have no sampling error)
match        stated, found           every value found is the one stated
none         (no test)               never: the claim is not testable with public county data
===========  ======================  ============================================================

It is contradicted if the same share lies wholly on the other side (for ``match``: if a value
differs), and undecided otherwise. Intervals alone cannot tell an effect of zero, which stays
undecided. A rule of equivalence can: the claim is **ruled out** beyond the margin if at least
`share` of the 90 % intervals end below it. That is the upper of two one-sided tests at 5 %
(Schuirmann 1987): an effect as large as the margin, in the claimed direction, is excluded, whatever
the sign of the estimate. The margin is argued from outside the data (``margin_reason``).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from typing import Any, Final, Literal, cast

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.errors import InputError
from gzcounty.language import N_, _, current_language, in_language
from gzcounty.parallel import run
from gzcounty.words import listed, years

Word = Literal["supported", "contradicted", "ruled out", "undecided", "not testable"]
WORDS = cast("tuple[Word, ...]", (
    N_("supported"), N_("contradicted"), N_("ruled out"), N_("undecided"), N_("not testable"),
))  # fmt: skip
"""Keys, the same in each language; `_` says them."""

UNTESTABLE: Final = {
    "unpublished": N_("Nobody publishes the data."),
    "not looked up": N_("It stands in a document that was not looked up."),
    "definition": N_("It is a definition or advice, which data cannot test."),
}
"""Why a claim has no test, in claims.csv, and what the ledger says of it."""
UNTESTED: Final = {
    "unpublished": N_("no public data"),
    "not looked up": N_("not looked up"),
    "definition": N_("definition or advice"),
}
"""The same in few words, to stand beside a verdict."""

KINDS = (N_("definition"), N_("fact"), N_("causal"), N_("diagnosis"), N_("recommendation"))
"""What a claim says: its column ``kind``."""

_COLUMNS = {
    "intervals": ("conf_low", "conf_high"),
    "equivalence": ("conf_low", "conf_high"),
    "values": ("value",),
    "match": ("stated", "found"),
    "none": (),
}

DRAWS: Final = 1000
Z95: Final = float(special.ndtri(0.975))
Z90: Final = float(special.ndtri(0.95))
# What a two-sided test at 5 % finds four times in five, in standard errors.
DETECTABLE: Final = Z95 + float(special.ndtri(0.8))

# Truths at which a rule is tried; keys, which `_` says where they are shown.
_EFFECTS: Final = {
    "equivalence": (
        N_("minus the margin"), N_("zero"), N_("the margin"), N_("twice the margin"),
    ),
    "intervals": (
        N_("minus a detectable effect"), N_("no effect"), N_("a detectable effect"),
        N_("twice a detectable effect"),
    ),
}  # fmt: skip
_PARTS: Final = {
    N_("a quarter of the values on the claimed side"): 0.25,
    N_("half of the values on the claimed side"): 0.5,
    N_("three quarters of the values on the claimed side"): 0.75,
}
_MATCHES: Final = {
    N_("half of the values as stated"): 0.5,
    N_("nine in ten values as stated"): 0.9,
    N_("99 in 100 values as stated"): 0.99,
}


@dataclass(frozen=True)
class Rule:
    """How evidence becomes a verdict.

    Attributes
    ----------
    kind : {"intervals", "equivalence", "values", "match", "none"}
    direction : {"above", "below", ""}
        The side of the threshold on which the claim is right; empty for match and none.
    threshold : float
        In the unit of the evidence; 0 as a rule.
    share : float
        Above one half, at most one: how much of the evidence must agree.
    margin : float, optional
        For equivalence: the smallest effect that would matter, above zero, in the unit of the
        evidence, counted from the threshold in the claimed direction.
    margin_unit : str
        Its unit, such as ``"%"``.
    families : bool
        Whether to count families of rows instead of rows. Specifications that differ in little
        share their data, and a hundred of them are not a hundred witnesses. Each value of the
        column `measure` gets the same weight, and in it each value of the column `family`, and in
        it each row; rows of the family ``"none"`` are shown and do not count. So a family with
        many variants weighs no more than one with few, and a row in a family of four that
        disagrees takes a quarter of a vote, where a majority within each family would hide it.
    controls_required : bool
        Whether rows with ``"none"`` in the column `controls` do not count.
    measures : tuple of str
        Values of the column `measure` that decide; all if empty. The others are only shown.

    Examples
    --------
    >>> import gzbook
    >>> import pandas as pd
    >>> rule = gzbook.Rule("values", "above", 50, 0.67)
    >>> print(rule)
    Supported if at least 67 % of the values lie above 50; contradicted if at least 67 % of them \
    lie below it; undecided otherwise.
    >>> rule.judge(pd.DataFrame({"value": [61.0, 55.0, 48.0]}))
    'undecided'

    A rule of equivalence can show an effect of zero:

    >>> rule = gzbook.Rule("equivalence", "above", margin=2, margin_unit="%")
    >>> rule.judge(pd.DataFrame({"conf_low": [-1.2, -0.4], "conf_high": [1.0, 1.5]}))
    'ruled out'
    """

    kind: str
    direction: str = ""
    threshold: float = 0.0
    share: float = 1.0
    margin: float | None = None
    margin_unit: str = ""
    families: bool = False
    controls_required: bool = False
    measures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in _COLUMNS:
            raise InputError(
                "A rule is one of {columns}, not {kind!r}.",
                columns=listed(_COLUMNS), kind=self.kind,
            )  # fmt: skip
        if self.counts != (self.direction in ("above", "below")):
            sides = N_("A rule of kind {kind!r} needs 'above' or 'below'.")
            none = N_("A rule of kind {kind!r} needs no direction.")
            raise InputError(sides if self.counts else none, kind=self.kind)
        if not 0.5 < self.share <= 1:
            raise InputError(
                "The share of a rule lies above 0.5, up to 1, not {share!r}.", share=self.share
            )
        if (self.kind == "equivalence") != (self.margin is not None):
            some = N_("A rule of kind {kind!r} needs a margin.")
            none = N_("A rule of kind {kind!r} needs no margin.")
            raise InputError(none if self.margin is not None else some, kind=self.kind)
        if self.margin is not None and not self.margin > 0:
            raise InputError(
                "The margin of a rule lies above 0, not {margin!r}.", margin=self.margin
            )

    @property
    def counts(self) -> bool:
        """Whether the rule counts intervals or values."""
        return self.kind in ("intervals", "equivalence", "values")

    @property
    def promises(self) -> tuple[Word, ...]:
        """The words, besides undecided, that the rule says it can give."""
        if self.kind == "none":
            return ()
        three: tuple[Word, ...] = ("supported", "contradicted", "ruled out")
        return three if self.kind == "equivalence" else three[:2]

    @property
    def beyond(self) -> str:
        """The margin with its unit, such as ``"2 %"``; empty if there is none."""
        return "" if self.margin is None else self._in_unit(self.margin)

    def _in_unit(self, number: float) -> str:
        if not self.margin_unit:
            return f"{number:g}"
        if self.margin_unit == "points":
            return _("{number:g} points", number=number)
        if self.margin_unit == "log points":
            return _("{number:g} log points", number=number)
        return _("{number:g} {unit}", number=number, unit=_(self.margin_unit))

    def _words(self) -> dict[str, str]:
        """Return the fields of the sentences on the rule."""
        per_cent, whole = f"{100 * self.share:.0f}", self.share == 1
        if self.kind == "values":
            many, part = N_("all values"), N_("at least {per_cent} % of the values")
        else:
            many = N_("all 95 % intervals")
            part = N_("at least {per_cent} % of the 95 % intervals")
        tests = N_("at least {per_cent} % of the 90 % intervals")
        sides = {"above": N_("above"), "below": N_("below")}
        other = {"above": "below", "below": "above"}.get(self.direction, "")
        sign = 1 if self.direction == "above" else -1
        return {
            "many": _(many) if whole else _(part, per_cent=per_cent),
            "them": _("all") if whole else _("at least {per_cent} % of them", per_cent=per_cent),
            "tests": _("all 90 % intervals") if whole else _(tests, per_cent=per_cent),
            "side": _(sides.get(self.direction, "")),
            "other": _(sides.get(other, "")),
            "threshold": f"{self.threshold:g}",
            "limit": self._in_unit(self.threshold + sign * (self.margin or 0)),
        }

    def __str__(self) -> str:
        sentence = {
            "none": N_("Not testable with public county data."),
            "match": N_(
                "Supported if every value found is the one stated; contradicted if one differs."
            ),
            "values": N_(
                "Supported if {many} lie {side} {threshold}; contradicted if {them} lie {other} "
                "it; undecided otherwise."
            ),
            "intervals": N_(
                "Supported if {many} lie wholly {side} {threshold}; contradicted if {them} lie "
                "{other} it; undecided otherwise."
            ),
            "equivalence": N_(
                "Supported if {many} lie wholly {side} {threshold}, not counting those whose 90 % "
                "interval ends {other} {limit}; contradicted if {them} lie {other} {threshold}; "
                "ruled out if {tests} end {other} {limit}; undecided otherwise."
            ),
        }[self.kind]  # fmt: skip
        said, more = _(sentence, **self._words()), []
        if self.controls_required:
            more.append(_("Models without controls do not count."))
        if self.families:
            more.append(_("Each measure counts once, and in it each family of models."))
        if self.measures:
            names = _(", ").join(_(name.replace("_", " ")) for name in self.measures)
            more.append(_("Measures that decide: {names}.", names=names))
        for sentence in more:
            said = _("{text} {sentence}", text=said, sentence=sentence)
        return said

    @property
    def refuted(self) -> str:
        """What shows the claim wrong by this rule, as a sentence; empty if it has no test."""
        if self.kind == "none":
            return ""
        sentence = {
            "intervals": N_(
                "{many} lie wholly {other} {threshold}. An effect of zero comes out as undecided."
            ),
            "equivalence": N_(
                "{many} lie wholly {other} {threshold} (contradicted), or {tests} end {other} "
                "{limit} (ruled out), whatever their sign: so an effect of zero can be shown."
            ),
            "values": N_("{many} lie {other} {threshold}."),
            "match": N_("One value found is not the one stated."),
        }[self.kind]  # fmt: skip
        said = _(sentence, **self._words())
        return said[:1].upper() + said[1:]

    def judge(self, evidence: pd.DataFrame) -> Word:
        """Give the verdict.

        Parameters
        ----------
        evidence : DataFrame
            With the columns of the rule's kind, and family or controls if it asks for them; other
            columns are the reader's.

        Raises
        ------
        InputError
            If there is no evidence, a column is missing, or a value is.
        """
        if self.kind == "none":
            return "not testable"
        if self.kind == "match":
            rows = self.counted(evidence)
            return "supported" if (rows.stated == rows.found).all() else "contradicted"
        return cast("Word", self.weighed(evidence)["verdict"])

    def counted(self, evidence: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that the rule counts: those with controls, and of measures that decide.

        Raises
        ------
        InputError
            As `judge`.
        """
        needed = [*_COLUMNS[self.kind], *["controls"] * self.controls_required]
        needed += ["family"] * self.families + ["measure"] * bool(self.measures)
        if absent := [name for name in needed if name not in evidence]:
            raise InputError(
                "A rule of kind {kind!r} needs {absent} as evidence.",
                kind=self.kind, absent=listed(absent),
            )  # fmt: skip
        if evidence.empty:
            raise InputError("There is no evidence to judge by.")
        if evidence[needed].isna().to_numpy().any():
            raise InputError("Evidence with missing values cannot be judged.")
        rows = evidence
        for name in ["controls"] * self.controls_required + ["family"] * self.families:
            rows = rows[rows[name] != "none"]
        if self.measures:
            if strange := sorted(set(self.measures) - set(evidence.measure)):
                raise InputError(
                    "The rule decides by {strange}; no evidence has it.", strange=listed(strange)
                )
            rows = rows[rows.measure.isin(self.measures)]
        if rows.empty:
            raise InputError("No row of the evidence counts: none has what the rule asks for.")
        return rows

    def weights(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the weight of each row that counts; they sum to one."""
        weight = np.full(len(rows), 1.0)
        if self.families:
            levels = [name for name in ("measure", "family") if name in rows]
            for depth, name in enumerate(levels):
                # How many values of this level stand in the row's value of the levels above it.
                above = rows.groupby(levels[:depth])[name] if depth else None
                weight /= rows[name].nunique() if above is None else above.transform("nunique")
            weight /= rows.groupby(levels)[levels[-1]].transform("size")
        return np.asarray(weight / np.sum(weight))

    def clear(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, ...]:
        """Tell which intervals are right, wrong and bounded; arrays of any one shape."""
        threshold = self.threshold
        if self.direction == "below":
            low, high, threshold = -high, -low, -threshold
        right, wrong = low > threshold, high < threshold
        if self.margin is None:
            return right, wrong, np.zeros_like(right)
        # The 90 % interval from the 95 % one, taken as normal. With few degrees of freedom, that
        # is too wide rather than too narrow. An end at infinity stays there.
        with np.errstate(invalid="ignore"):
            top = (low + high) / 2 + (high - low) / 2 * Z90 / Z95
        bounded = (top < threshold + self.margin) | (high < threshold + self.margin)
        return right & ~bounded, wrong, bounded

    def word(self, right: Any, wrong: Any, bounded: Any) -> np.ndarray:  # noqa: ANN401
        """Return the word of shares of the evidence: numbers, or arrays of any one shape."""
        return _words_of((right, wrong, bounded), self.share)

    def weighed(self, evidence: pd.DataFrame) -> dict[str, Any]:
        """Return what stands behind the word: pieces, for, against, bounded, verdict.

        Bounded are shares of the evidence only for a rule of equivalence, else 0.
        """
        rows, columns = self.counted(evidence), _COLUMNS[self.kind]
        low, high = (rows[name].to_numpy(float) for name in (columns[0], columns[-1]))
        if (low > high).any():
            raise InputError("An interval ends below its start.")
        weights = self.weights(rows)
        right, wrong, bounded = (float(part @ weights) for part in self.clear(low, high))
        return {
            "pieces": len(rows), "for": right, "against": wrong, "bounded": bounded,
            "verdict": str(self.word(right, wrong, bounded)),
        }  # fmt: skip

    def operating(self, evidence: pd.DataFrame) -> pd.DataFrame:
        """Return the rule's operating characteristics: how often it gives each word, at set truths.

        Rows of evidence share their data, how much is not known. So each probability is given
        twice: for rows that are independent, and for rows that all move with one shock. The truth
        lies between.

        For intervals, standard errors are those of the evidence, (conf_high - conf_low) /
        (2 * 1.96). A true effect is the margin of the rule, or, without one, what each row's own
        test would detect with a power of 80 % (2.8 standard errors). For values and matches, each
        falls on the claimed side (is as stated) with a given probability. Independent rows take
        1,000 draws, the same ones each time, dependent ones evenly spaced quantiles.

        Columns: truth, word (each that the rule can give, and undecided), independent and dependent
        (probabilities), low and high (the smaller and the larger of both).
        """
        rows = self.counted(evidence)
        shape = (DRAWS, len(rows))
        uniform = {
            "independent": np.random.default_rng(0).uniform(size=shape),
            "dependent": np.broadcast_to((np.arange(DRAWS)[:, None] + 0.5) / DRAWS, shape),
        }
        words, chances = [*self.promises, *["undecided"] * self.counts], []
        for name, draws in uniform.items():
            for truth, found in self._found(rows, draws):
                chances += [(truth, word, name, float(np.mean(found == word))) for word in words]
        table = pd.DataFrame(chances, columns=["truth", "word", "rows", "chance"])
        wide = table.pivot_table("chance", ["truth", "word"], "rows", sort=False)
        wide = wide.rename_axis(columns=None)
        return wide.assign(low=wide.min(axis=1), high=wide.max(axis=1)).reset_index()

    def _found(self, rows: pd.DataFrame, uniform: np.ndarray) -> list[tuple[str, np.ndarray]]:
        """Return the words of all draws, for each truth."""
        if self.kind == "match":
            return [
                (truth, np.where((uniform < p).all(axis=1), "supported", "contradicted"))
                for truth, p in _MATCHES.items()
            ]
        weights = self.weights(rows)
        if self.kind == "values":
            sides = [(truth, uniform < p) for truth, p in _PARTS.items()]
            return [
                (truth, self.word(right @ weights, ~right @ weights, np.zeros(len(right))))
                for truth, right in sides
            ]
        half = ((rows.conf_high - rows.conf_low) / 2).to_numpy(float)
        error = half / Z95
        noise = special.ndtri(uniform) * np.where(np.isfinite(error), error, 0.0)
        sign = 1.0 if self.direction == "above" else -1.0
        unit = error * DETECTABLE if self.margin is None else np.full(len(rows), self.margin)
        unit = np.where(np.isfinite(unit), unit, 0.0)
        out = []
        for times, truth in zip((-1, 0, 1, 2), _EFFECTS[self.kind], strict=True):
            centre = self.threshold + sign * times * unit + noise
            clear = self.clear(centre - half, centre + half)
            out.append((truth, self.word(*(part @ weights for part in clear))))
        return out

    def hopeless(self, evidence: pd.DataFrame) -> list[str]:
        """Return the words that the rule promises and that hardly ever come out, below 1 %."""
        chance = self.operating(evidence).groupby("word", sort=False).high.max()
        return [word for word in self.promises if chance[word] < 0.01]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the test of a claim found.

    Attributes
    ----------
    table : DataFrame
        The rows that the rule judges, with the columns that it needs and others that explain.
    sentence : str
        One or two sentences with a named field for each number that matters, such as
        ``"Of {models} models {above} lie above zero."``; it is the text that gets translated, so
        it is marked by ``N_``.
    sample, period : str
        What the evidence is about, such as "60 former poverty counties", "2014-2023", in the
        reader's language.
    facts : mapping
        The computed values of the fields.
    """

    table: pd.DataFrame
    sentence: str
    sample: str
    period: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def finding(self) -> str:
        """The sentence with its numbers, in the reader's language."""
        return _(self.sentence, **self.facts)


@dataclass(frozen=True, eq=False, repr=False)
class Verdict:
    """A claim with its evidence and the word that follows by its rule.

    Attributes
    ----------
    id : str
        Such as ``"2.3-b"``.
    claim, claim_zh : str
        The first in the reader's language.
    kind : str
        definition, fact, causal, diagnosis or recommendation.
    word : {"supported", "contradicted", "ruled out", "undecided", "not testable"}
    rule : Rule
    evidence : Evidence or None
        None if the claim cannot be tested.
    needed : str
        What data would be needed, if it cannot be tested.
    untestable : str
        Why it cannot: a key of `UNTESTABLE`, or empty.
    measures : DataFrame
        Where the evidence has a column `measure`, a row each: measure, grade (how well it measures
        what the claim speaks of, if the ledger knows it), pieces, for, against, bounded, verdict
        (the word that the rule gives on this measure alone). Else empty.
    """

    id: str
    claim: str
    claim_zh: str
    kind: str
    word: Word
    rule: Rule
    evidence: Evidence | None
    needed: str
    untestable: str = ""
    measures: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def said(self) -> str:
        """The word with the margin that belongs to it, such as ``"ruled out beyond 2 %"``."""
        return _said(self.word, self.rule.beyond)

    @property
    def finding(self) -> str:
        """What was found, or what would be needed to find it."""
        if self.evidence:
            return self.evidence.finding
        # "Nothing: it is a definition." says by itself what it is.
        nothing = self.needed.startswith("Nothing")
        return _(self.needed) if nothing else _("Needed: {what}", what=_(self.needed))

    def __repr__(self) -> str:
        rule = _("Rule: {rule}", rule=self.rule)
        first = _("{id} {verdict}: {claim}", id=self.id, verdict=self.said, claim=self.claim)
        return f"{first}\n{self.finding}\n{rule}"

    def _repr_html_(self) -> str:
        about = str(self.rule)
        if self.evidence:
            sample, period = self.evidence.sample, years(self.evidence.period)
            about = _("{sample}, {period}. {rule}", sample=sample, period=period, rule=about)
        beside = f'<span class="gz-zh" lang="zh">{escape(self.claim_zh)}</span>'
        return (
            f'<div class="gz-judged"><p><strong>{self.id}</strong> {escape(self.claim)} '
            f"{beside if self.claim != self.claim_zh else ''}</p>"
            f"<p>{mark(self.word, self.rule.beyond, UNTESTED.get(self.untestable, ''))}</p>"
            f"<p>{escape(self.finding)}</p>"
            f'<p class="gz-source">{escape(about)}</p></div>'
        )


Test = Callable[[], Evidence]


class Ledger:
    """Claims with their tests, and the verdicts that follow.

    Parameters
    ----------
    claims : DataFrame
        One row a claim: id, section, kind, claim, claim_zh, the rule (rule, direction, threshold,
        share), needed (data that would be needed, if it cannot be tested) and notebook. Where a
        claim has need of them: wrong_if; margin, margin_unit and margin_reason; families,
        controls_required and measures (joined by semicolons); amended (YYYY-MM-DD) and
        amended_reason, of a rule, test or text that was changed after a look at the figures;
        untestable (unpublished, not looked up, or definition).
    tests : mapping of str to function
        The test of each claim by its id. A test takes nothing and returns `Evidence`.
    grades : function, optional
        Takes nothing and returns, by the name of a measure, a few words on how well it measures
        what the claims speak of; they stand beside its verdicts.

    Raises
    ------
    InputError
        If a claim stands twice, or a test has no claim.

    Examples
    --------
    >>> import pandas as pd
    >>> from gzbook.claims import Evidence, Ledger
    >>> row = {"id": "1-a", "section": "1", "kind": "fact", "claim": "Two is more than one.",
    ...        "claim_zh": "二大于一。", "rule": "values", "direction": "above", "threshold": 1,
    ...        "share": 1, "needed": None, "notebook": "numbers"}
    >>> def test():
    ...     return Evidence(pd.DataFrame({"value": [2]}), "It is 2.", "one number", "always")
    >>> Ledger(pd.DataFrame([row]), {"1-a": test}).examine("1-a").word
    'supported'
    """

    def __init__(
        self,
        claims: pd.DataFrame,
        tests: Mapping[str, Test],
        grades: Callable[[], Mapping[str, str]] | None = None,
    ) -> None:
        ids = claims["id"]
        if ids.duplicated().any():
            raise InputError(
                "The claim {ids} stands there twice.", ids=listed(ids[ids.duplicated()])
            )
        if strange := [id for id in tests if id not in set(ids)]:
            raise InputError(
                "A test is given for {strange}, and there is no such claim.",
                strange=listed(strange),
            )  # fmt: skip
        self.claims = claims.set_index("id", drop=False)
        self.tests = tests
        self.grades = grades
        self._verdicts: dict[tuple[str, str], Verdict] = {}  # by language and id

    def rule(self, id: str) -> Rule:
        """Return the rule that is written beside a claim."""
        claim = self._claim(id)
        columns = claim.reindex([
            "direction", "threshold", "share", "margin", "margin_unit", "families",
            "controls_required", "measures",
        ]).dropna().to_dict()  # fmt: skip
        for name in {"families", "controls_required"} & set(columns):
            columns[name] = bool(columns[name])
        if "measures" in columns:
            columns["measures"] = tuple(part.strip() for part in columns["measures"].split(";"))
        return Rule(claim["rule"], **columns)

    def _by_measure(self, rule: Rule, evidence: Evidence | None) -> pd.DataFrame:
        if evidence is None or not rule.counts or "measure" not in evidence.table:
            return pd.DataFrame()
        alone = replace(rule, measures=())
        grades = self.grades() if self.grades else {}
        return pd.DataFrame([
            {"measure": measure, "grade": grades.get(measure, ""), **alone.weighed(part)}
            for measure, part in alone.counted(evidence.table).groupby("measure", sort=False)
        ])  # fmt: skip

    def operating(self, ids: str | Iterable[str] | None = None) -> pd.DataFrame:
        """Say how often each rule would give each of its words, at truths that are set.

        Parameters
        ----------
        ids : str or iterable of str, optional
            Claims or sections; all that have a test if not given.

        Returns
        -------
        DataFrame
            id, kind (of the rule), pieces (rows of evidence that count), and the columns of
            `Rule.operating`.

        Examples
        --------
        >>> import gzbook
        >>> chances = gzbook.book().operating("4.2-b")
        >>> chances.query("word == 'supported'")[["truth", "high"]].round(2).values.tolist()[-1]
        ['three quarters of the values on the claimed side', 0.75]
        """
        tables = []
        for id in self._chosen(ids):
            verdict = self.examine(id)
            if verdict.evidence:
                rule, table = verdict.rule, verdict.evidence.table
                chances = rule.operating(table)
                about = {"id": id, "kind": rule.kind, "pieces": len(rule.counted(table))}
                tables.append(pd.DataFrame(about, index=chances.index).join(chances))
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def faults(self, ids: str | Iterable[str] | None = None) -> list[str]:
        """Name what is wrong with claims as they are written: a sentence a fault, none if sound.

        A rule must be able to give each word that it promises; `wrong_if` must not promise what
        the rule cannot show; a margin has its reason, an amendment its date and reason, and a claim
        without a test says why it has none.

        Parameters
        ----------
        ids : str or iterable of str, optional
            Claims or sections; all if not given.
        """
        return [fault for id in self._chosen(ids) for fault in self._faults(id)]

    def _faults(self, id: str) -> Iterator[str]:
        rule, claim = self.rule(id), self._claim(id).dropna()
        wrong_if, amended = str(claim.get("wrong_if", "")), claim.get("amended")
        forbidden = {"intervals": _ABSENCE, "values": _UNCLEAR, "match": _UNCLEAR}.get(rule.kind)
        if forbidden and (found := forbidden.search(wrong_if)):
            yield _(
                "wrong_if of claim {id!r} says {word!r}, which a rule of kind {kind!r} cannot "
                "show. It can show: {refuted} Say that, or take a rule of equivalence with a "
                "margin.",
                id=id, word=found[0], kind=rule.kind, refuted=rule.refuted,
            )  # fmt: skip
        if rule.kind == "equivalence" and not claim.get("margin_reason"):
            yield _("Claim {id!r} has a margin and no margin_reason: argue it from outside.", id=id)
        if (amended is None) != ("amended_reason" not in claim):
            yield _("Claim {id!r} needs both amended and amended_reason, or neither.", id=id)
        if amended is not None and not _is_past(str(amended)):
            yield _(
                "amended of claim {id!r} is {amended!r}, not a past day such as '2026-01-31'.",
                id=id, amended=amended,
            )  # fmt: skip
        if "untestable" in self.claims and (rule.kind == "none") != ("untestable" in claim):
            yield _("Claim {id!r} needs untestable if its rule is 'none', and only then.", id=id)
        if claim.get("untestable", "unpublished") not in UNTESTABLE:
            yield _(
                "untestable of claim {id!r} is one of {reasons}.",
                id=id, reasons=listed(UNTESTABLE),
            )  # fmt: skip
        if rule.kind == "none":
            return
        evidence = self.examine(id).evidence
        if evidence and (hopeless := rule.hopeless(evidence.table)):
            yield _(
                "The rule of claim {id!r} promises {words}, and with its evidence that comes out "
                "in less than 1 % of cases, whatever the truth. {rule}",
                id=id, words=listed(hopeless), rule=rule,
            )  # fmt: skip

    def examine(self, id: str) -> Verdict:
        """Test one claim and judge it by its rule.

        Parameters
        ----------
        id : str
            Such as ``"2.3-b"``.

        Raises
        ------
        InputError
            If there is no such claim, or its rule asks for a test that is not given.
        """
        claim, key = self._claim(id), (current_language(), id)
        if key not in self._verdicts:
            self._require_tests([id])
            rule = self.rule(id)
            evidence = None if rule.kind == "none" else self.tests[id]()
            self._verdicts[key] = Verdict(
                id=id,
                claim=in_language(claim["claim"], claim["claim_zh"]),
                claim_zh=claim["claim_zh"],
                kind=claim["kind"],
                word="not testable" if evidence is None else rule.judge(evidence.table),
                rule=rule,
                evidence=evidence,
                needed="" if evidence else claim["needed"],
                untestable=str(claim.dropna().get("untestable", "")),
                measures=self._by_measure(rule, evidence),
            )
        verdict = self._verdicts[key]
        if verdict.evidence is None:
            return verdict
        # The caller's own table: what is changed in it leaves the verdict as it is.
        own = replace(verdict.evidence, table=verdict.evidence.table.copy())
        return replace(verdict, evidence=own)

    def table(
        self,
        ids: str | Iterable[str] | None = None,
        *,
        n_jobs: int | None = None,
        progress: bool | None = None,
    ) -> pd.DataFrame:
        """Test all claims, or some, and return one row each.

        Parameters
        ----------
        ids : str or iterable of str, optional
            Claims, or sections such as ``"2.3"``; all if not given.
        n_jobs, progress : see `gzcounty.parallel.run`

        Returns
        -------
        DataFrame
            id, section, kind, claim, claim_zh, verdict, beyond (the margin, where it is ruled
            out), finding, by_measure (verdicts on each measure alone, with its grade), sample,
            period, rule, refuted (what shows it wrong by the rule), margin_reason, amendment,
            untestable (why it has no test: a key of `UNTESTABLE`), notebook. Kind, verdict and
            untestable are keys; sentences, and claim, are in the reader's language.

        Raises
        ------
        InputError
            If there is no such claim, or if claims lack their test: all of them are named, before
            any is run.
        """
        chosen = self._chosen(ids)
        self._require_tests(chosen)
        pieces = [(id,) for id in chosen]
        verdicts = run(self.examine, pieces, n_jobs=n_jobs, progress=progress, label=_("claims"))
        self._verdicts |= {(current_language(), verdict.id): verdict for verdict in verdicts}
        rows = [
            {
                "id": verdict.id,
                "section": self.claims.section[verdict.id],
                "kind": verdict.kind,
                "claim": verdict.claim,
                "claim_zh": verdict.claim_zh,
                "verdict": verdict.word,
                "beyond": verdict.rule.beyond if verdict.word == "ruled out" else "",
                "finding": verdict.finding,
                "by_measure": _measures_said(verdict.measures),
                "sample": verdict.evidence.sample if verdict.evidence else "",
                "period": years(verdict.evidence.period) if verdict.evidence else "",
                "rule": str(verdict.rule),
                "refuted": verdict.rule.refuted,
                **self._written(verdict.id),
                "notebook": self.claims.notebook[verdict.id],
            }
            for verdict in verdicts
        ]
        return pd.DataFrame(rows)

    def strength(self, ids: str | Iterable[str] | None = None) -> pd.DataFrame:
        """Say how much of its evidence stands behind each verdict that counts rows.

        Parameters
        ----------
        ids : str or iterable of str, optional
            Claims whose rule counts intervals or values; all of these if not given.

        Returns
        -------
        DataFrame
            id, kind, pieces (rows of evidence that count), for and against (share of them, by the
            rule's weights, that lies clear of the threshold on the claimed side, and on the
            other), bounded (share whose 90 % interval ends below the margin, if there is one),
            asked (share that the rule asks
            for), verdict.
        """
        counting = [id for id in self.claims.index if self.rule(id).counts]
        rows = []
        for id in counting if ids is None else self._chosen(ids):
            verdict = self.examine(id)
            if verdict.evidence is None or not verdict.rule.counts:
                raise InputError("The rule of {id!r} counts no intervals or values.", id=id)
            weighed = verdict.rule.weighed(verdict.evidence.table)
            last = {"asked": verdict.rule.share, "verdict": weighed.pop("verdict")}
            rows.append({"id": id, "kind": verdict.kind, **weighed, **last})
        return pd.DataFrame(rows)

    def quoted_verdicts(
        self, ids: str | Iterable[str], also: Iterable[str] = ()
    ) -> dict[str, int | str]:
        """Return verdict words by the keys under which a page quotes them, and their counts.

        Parameters
        ----------
        ids : str or iterable of str
            The section, such as ``"3.1"``, or its claims. They are counted.
        also : iterable of str
            Claims of other sections, which are quoted and not counted.

        Returns
        -------
        dict
            Keys such as ``"verdict_3_1_a"`` and ``"n_not_testable"``.
        """
        counted = self._chosen(ids)
        words = [self.examine(id).word for id in counted]
        return {
            **{
                "verdict_" + re.sub(r"[.-]", "_", id): self.examine(id).word
                for id in [*counted, *self._chosen(also)]
            },
            **{"n_" + word.replace(" ", "_"): words.count(word) for word in WORDS},
        }

    def _written(self, id: str) -> dict[str, str]:
        """Return what claims.csv says beside the rule; empty where it says nothing."""
        claim = self._claim(id).dropna()
        texts = claim.reindex(["amended", "amended_reason", "margin_reason", "untestable"])
        day, why, margin, untestable = texts.fillna("").astype(str)
        if day:
            year, month, date = map(int, day.split("-"))
            day = in_language(day, f"{year}年{month}月{date}日")
        return {
            "margin_reason": _(margin),
            "untestable": untestable,
            "amendment": _("{day}: {reason}", day=day, reason=_(why)) if day else "",
        }

    def _chosen(self, ids: str | Iterable[str] | None) -> list[str]:
        sections = dict(list(self.claims.groupby("section")["id"]))
        chosen: list[str] = []
        for id in [ids] if isinstance(ids, str) else self.claims.index if ids is None else ids:
            is_section = isinstance(id, str) and id in sections
            chosen += sections[id].tolist() if is_section else [self._claim(id)["id"]]
        return chosen

    def _claim(self, id: str) -> pd.Series:
        if not isinstance(id, str):
            first = self.claims.index[0]
            raise InputError(
                "A claim is named by a text such as {first!r}, not {id!r}.", first=first, id=id
            )
        if id not in self.claims.index:
            known = listed(self.claims.index, 99)
            raise InputError("There is no claim {id!r}; there are {known}.", id=id, known=known)
        return self.claims.loc[id]

    def _require_tests(self, ids: Iterable[str]) -> None:
        """Raise `InputError` that names the claims whose rule asks for a test that nobody wrote."""
        rules = self.claims["rule"]
        absent = [id for id in ids if rules[id] != "none" and id not in self.tests]
        if absent:
            raise InputError(
                "No test is given for the claim {absent}, but its rule asks for evidence. Write "
                "a function that returns Evidence, and name it in TESTS of the module of its "
                "section.",
                absent=listed(absent, 99),
            )  # fmt: skip


# What intervals cannot show: that there is nothing. And what no count of a census is.
_ABSENCE: Final = re.compile(
    r"\b(no|not|none|nothing|never|flat|same|equal(ly)?)\b|\bas \w+(?: \w+)? as\b", re.IGNORECASE
)
_UNCLEAR: Final = re.compile(r"\b(distinguish\w*|significan\w*|told from zero)\b", re.IGNORECASE)


def _is_past(day: str) -> bool:
    try:
        return len(day) == 10 and date.fromisoformat(day) <= date.today()
    except ValueError:
        return False


def _measures_said(measures: pd.DataFrame) -> str:
    """Verdicts on each measure, in one line."""
    said = []
    for row in measures.itertuples():
        measure, grade, verdict = row.measure.replace("_", " "), row.grade, row.verdict
        words = {"measure": _(measure), "verdict": _(verdict)}
        if grade:
            said.append(_("{measure} ({grade}): {verdict}", grade=_(grade), **words))
        else:
            said.append(_("{measure}: {verdict}", **words))
    return _("; ").join(said)


def _words_of(parts: Sequence[Any], share: float) -> np.ndarray:
    """Return the words of the shares right, wrong and bounded: numbers, or arrays of one shape."""
    enough = share - 1e-9  # a sum of weights need not be exact
    return np.select(
        [part >= enough for part in parts], ["supported", "contradicted", "ruled out"], "undecided"
    )


def words_at(strength: pd.DataFrame, share: float) -> pd.Series:
    """Return the verdict that each claim would have if its rule asked for this share.

    Parameters
    ----------
    strength : DataFrame
        As from `Ledger.strength`.
    share : float
        Above one half, at most one.

    Examples
    --------
    >>> import gzbook
    >>> weighed = gzbook.book().strength("4.2-b")
    >>> gzbook.words_at(weighed, 1.0).tolist()
    ['supported']
    """
    words = _words_of([strength[name] for name in ("for", "against", "bounded")], share)
    return pd.Series(words, index=strength.index, name="verdict")


def how_many(part: int, whole: int) -> str:
    """Return a word for a share, so that a sentence changes when the ledger does.

    It is in the reader's language, and stands before a verb in both.

    Parameters
    ----------
    part, whole : int
        0 <= part <= whole, and whole above 0.

    Returns
    -------
    str
        none, few (up to a fifth), some (below one half), half, most (above one half), or all.

    Raises
    ------
    InputError
        If the part is not a part of the whole.

    Examples
    --------
    >>> import gzbook
    >>> [gzbook.how_many(part, 20) for part in (0, 4, 9, 11)]
    ['none', 'few', 'some', 'most']
    """
    if not 0 <= part <= whole or whole == 0:
        raise InputError(
            "{part} is not a part of {whole}: it lies between 0 and the whole.",
            part=part, whole=whole,
        )  # fmt: skip
    if part == 0:  # the Chinese of "none" alone cannot stand before a verb
        return in_language("none", _("none of them"))
    if part == whole:
        return _("all")
    if 2 * part == whole:
        return _("half")
    if 2 * part > whole:
        return _("most")
    return _("few") if 5 * part <= whole else _("some")


# The style of a mark stands inline, as notebook viewers know no style sheet of ours. Colours are
# those of the page: of the book, else of Jupyter Lab, else of the browser. Where a viewer strips
# styles, the sign and the word stay.
_INK: Final = "var(--gz-ink,var(--jp-content-font-color1,CanvasText))"
_PAPER: Final = "var(--gz-paper,var(--jp-layout-color0,Canvas))"
_QUIET: Final = "var(--gz-quiet,var(--jp-content-font-color2,GrayText))"
_PLUM: Final = "var(--gz-plum,#B4568F)"

_LOOK: Final[dict[Word, tuple[str, str]]] = {
    "supported": ("✓", f"color:{_PAPER};background:{_INK};border:1.5px solid {_INK}"),
    "contradicted": ("✗", f"color:{_PLUM};border:1.5px solid {_PLUM}"),
    "ruled out": ("≤", f"color:{_PLUM};border:4px double {_PLUM}"),
    "undecided": ("≈", f"color:{_INK};border:1.5px solid {_INK}"),
    "not testable": ("∅", f"color:{_QUIET};border:1.5px dashed {_QUIET}"),
}


def mark(word: Word, beyond: str = "", why: str = "") -> str:
    """Return the mark of a verdict as HTML, with what it is ruled out beyond, or why untestable.

    >>> "≈" in mark("undecided"), "undecided" in mark("undecided")
    (True, True)
    """
    sign, look = _LOOK[word]
    said = escape(_said(word, beyond, why))
    return (
        '<span class="gz-mark" style="display:inline-block;padding:0.3em 0.8em;border-radius:4px;'
        f'font-size:0.92em;line-height:1.4;{look}"><b aria-hidden="true">{sign}</b> {said}</span>'
    )


def _said(word: Word, beyond: str = "", why: str = "") -> str:
    """Say a verdict with what belongs to it: `beyond` as it is, and `why` of `UNTESTED`."""
    if word == "ruled out" and beyond:
        return _("ruled out beyond {margin}", margin=beyond)
    return _("{verdict}: {why}", verdict=_(word), why=_(why)) if why else _(word)
