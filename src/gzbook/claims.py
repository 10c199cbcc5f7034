"""Claims of a paper, the rules of their verdicts, and the ledger that judges them.

A ledger is given its claims, one row each, and their tests. Nobody types a verdict.

A rule is written beside its claim in ``claims.csv``, before its test is run: a kind, a direction, a
threshold and a share.

==========  ======================  =============================================================
kind        columns of evidence     the claim is supported if
==========  ======================  =============================================================
intervals   conf_low, conf_high     at least `share` of the 95 % intervals lie wholly on the
                                    claimed side of the threshold
values      value                   at least `share` of the values lie on the claimed side of the
                                    threshold (counts and shares of a full census, which have no
                                    sampling error)
match       stated, found           every value found is the one stated
none        (no test)               never: the claim is not testable with public county data
==========  ======================  =============================================================

It is contradicted if the same share lies on the other side (for ``match``: if a value differs), and
undecided otherwise.
"""

import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Final, Literal, cast, get_args

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.parallel import run
from gzcounty.words import listed

Word = Literal["supported", "contradicted", "undecided", "not testable"]
WORDS: tuple[Word, ...] = get_args(Word)

_COLUMNS = {
    "intervals": ("conf_low", "conf_high"),
    "values": ("value",),
    "match": ("stated", "found"),
    "none": (),
}


@dataclass(frozen=True)
class Rule:
    """How evidence becomes a verdict.

    Attributes
    ----------
    kind : {"intervals", "values", "match", "none"}
    direction : {"above", "below", ""}
        The side of the threshold on which the claim is right; empty for match and none.
    threshold : float
        In the unit of the evidence; 0 as a rule.
    share : float
        Above one half, at most one: how much of the evidence must agree.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> rule = gzbook.Rule("values", "above", 50, 0.67)
    >>> print(rule)
    Supported if at least 67 % of the values lie above 50; contradicted if at least 67 % of them \
    lie below it; undecided otherwise.
    >>> rule.judge(pd.DataFrame({"value": [61.0, 55.0, 48.0]}))
    'undecided'
    """

    kind: str
    direction: str = ""
    threshold: float = 0.0
    share: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in _COLUMNS:
            raise InputError(f"A rule is one of {listed(_COLUMNS)}, not {self.kind!r}.")
        sided = self.kind in ("intervals", "values")
        if sided != (self.direction in ("above", "below")):
            wanted = "'above' or 'below'" if sided else "no direction"
            raise InputError(f"A rule of kind {self.kind!r} needs {wanted}.")
        if not 0.5 < self.share <= 1:
            raise InputError(f"The share of a rule lies above 0.5, up to 1, not {self.share!r}.")

    def __str__(self) -> str:
        if self.kind == "none":
            return "Not testable with public county data."
        if self.kind == "match":
            return "Supported if every value found is the one stated; contradicted if one differs."
        noun = "95 % intervals lie wholly" if self.kind == "intervals" else "values lie"
        other = {"above": "below", "below": "above"}[self.direction]
        most = "all" if self.share == 1 else f"at least {100 * self.share:.0f} % of"
        them = "all" if self.share == 1 else f"{most} them"
        return (
            f"Supported if {most if self.share == 1 else most + ' the'} {noun} {self.direction} "
            f"{self.threshold:g}; contradicted if {them} lie {other} it; undecided otherwise."
        )

    def judge(self, evidence: pd.DataFrame) -> Word:
        """Give the verdict.

        Parameters
        ----------
        evidence : DataFrame
            With the columns of the rule's kind; other columns are the reader's.

        Raises
        ------
        InputError
            If there is no evidence, a column is missing, or a value is.
        """
        if self.kind == "none":
            return "not testable"
        columns = _COLUMNS[self.kind]
        absent = [name for name in columns if name not in evidence]
        if absent:
            raise InputError(f"A rule of kind {self.kind!r} needs {listed(absent)} as evidence.")
        if evidence.empty:
            raise InputError("There is no evidence to judge by.")
        if evidence[list(columns)].isna().to_numpy().any():
            raise InputError("Evidence with missing values cannot be judged.")
        if self.kind == "match":
            return "supported" if (evidence.stated == evidence.found).all() else "contradicted"
        right, wrong = self.sides(evidence)
        if right >= self.share:
            return "supported"
        return "contradicted" if wrong >= self.share else "undecided"

    def sides(self, evidence: pd.DataFrame) -> tuple[float, float]:
        """Return the shares of the evidence clear of the threshold: claimed side, other side."""
        columns = _COLUMNS[self.kind]
        low, high = evidence[columns[0]], evidence[columns[-1]]
        if (low > high).any():
            raise InputError("An interval ends below its start.")
        above, below = float((low > self.threshold).mean()), float((high < self.threshold).mean())
        return (above, below) if self.direction == "above" else (below, above)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the test of a claim found.

    Attributes
    ----------
    table : DataFrame
        The rows that the rule judges, with the columns that it needs and others that explain.
    sentence : str
        One or two sentences with a named field for each number that matters, such as
        ``"Of {models} models {above} lie above zero."``; it is the text that gets translated.
    sample, period : str
        What the evidence is about, such as "60 former poverty counties", "2014-2023".
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
        """The sentence with its numbers."""
        return self.sentence.format(**self.facts)


@dataclass(frozen=True, eq=False, repr=False)
class Verdict:
    """A claim with its evidence and the word that follows by its rule.

    Attributes
    ----------
    id : str
        Such as ``"2.3-b"``.
    claim, claim_zh : str
    kind : str
        definition, fact, causal, diagnosis or recommendation.
    word : {"supported", "contradicted", "undecided", "not testable"}
    rule : Rule
    evidence : Evidence or None
        None if the claim cannot be tested.
    needed : str
        What data would be needed, if it cannot be tested.
    """

    id: str
    claim: str
    claim_zh: str
    kind: str
    word: Word
    rule: Rule
    evidence: Evidence | None
    needed: str

    @property
    def finding(self) -> str:
        """What was found, or what would be needed to find it."""
        if self.evidence:
            return self.evidence.finding
        # "Nothing: it is a definition." says by itself what it is.
        return self.needed if self.needed.startswith("Nothing") else f"Needed: {self.needed}"

    def __repr__(self) -> str:
        return f"{self.id} {self.word}: {self.claim}\n{self.finding}\nRule: {self.rule}"

    def _repr_html_(self) -> str:
        sample = f"{self.evidence.sample}, {self.evidence.period}. " if self.evidence else ""
        return (
            f'<div class="gz-judged"><p><strong>{self.id}</strong> {escape(self.claim)} '
            f'<span class="gz-zh" lang="zh">{escape(self.claim_zh)}</span></p>'
            f"<p>{mark(self.word)}</p>"
            f"<p>{escape(self.finding)}</p>"
            f'<p class="gz-source">{escape(sample)}{escape(str(self.rule))}</p></div>'
        )


Test = Callable[[], Evidence]


class Ledger:
    """Claims with their tests, and the verdicts that follow.

    Parameters
    ----------
    claims : DataFrame
        One row a claim: id, section, kind, claim, claim_zh, the rule (rule, direction, threshold,
        share), needed (data that would be needed, if it cannot be tested) and notebook.
    *tests : mapping of str to function
        The test of each claim by its id, as many mappings as there are modules of tests. A test
        takes nothing and returns `Evidence`.

    Raises
    ------
    InputError
        If a claim stands twice, or a test has no claim or is given twice.

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

    def __init__(self, claims: pd.DataFrame, *tests: Mapping[str, Test]) -> None:
        ids = claims["id"]
        if ids.duplicated().any():
            raise InputError(f"The claim {listed(ids[ids.duplicated()])} stands there twice.")
        given = [id for mapping in tests for id in mapping]
        twice = sorted({id for id in given if given.count(id) > 1})
        if twice:
            raise InputError(f"Two tests are given for the claim {listed(twice)}.")
        strange = [id for id in given if id not in set(ids)]
        if strange:
            raise InputError(f"A test is given for {listed(strange)}, and there is no such claim.")
        self.claims = claims.set_index("id", drop=False)
        self.tests = ChainMap(*cast("tuple[dict[str, Test], ...]", tests))
        self._verdicts: dict[str, Verdict] = {}

    def rule(self, id: str) -> Rule:
        """Return the rule that is written beside a claim."""
        claim = self._claim(id)
        columns = claim[["direction", "threshold", "share"]].dropna().to_dict()
        return Rule(claim["rule"], **columns)

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
        claim = self._claim(id)
        if id not in self._verdicts:
            self._require_tests([id])
            rule = self.rule(id)
            evidence = None if rule.kind == "none" else self.tests[id]()
            self._verdicts[id] = Verdict(
                id=id,
                claim=claim["claim"],
                claim_zh=claim["claim_zh"],
                kind=claim["kind"],
                word="not testable" if evidence is None else rule.judge(evidence.table),
                rule=rule,
                evidence=evidence,
                needed="" if evidence is not None else claim["needed"],
            )
        verdict = self._verdicts[id]
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
            id, section, kind, claim, claim_zh, verdict, finding, sample, period, rule, notebook.

        Raises
        ------
        InputError
            If there is no such claim, or if claims lack their test: all of them are named, before
            any is run.
        """
        chosen = self._chosen(ids)
        self._require_tests(chosen)
        verdicts = run(
            self.examine, [(id,) for id in chosen], n_jobs=n_jobs, progress=progress, label="claims"
        )
        self._verdicts |= {verdict.id: verdict for verdict in verdicts}
        rows = [
            {
                "id": verdict.id,
                "section": self.claims.section[verdict.id],
                "kind": verdict.kind,
                "claim": verdict.claim,
                "claim_zh": verdict.claim_zh,
                "verdict": verdict.word,
                "finding": verdict.finding,
                "sample": verdict.evidence.sample if verdict.evidence else "",
                "period": verdict.evidence.period if verdict.evidence else "",
                "rule": str(verdict.rule),
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
            id, kind, pieces (rows of evidence), for and against (share of them that lies clear of
            the threshold on the claimed side, and on the other), asked (share that the rule asks
            for), verdict.
        """
        counting = self.claims.index[self.claims.rule.isin(["intervals", "values"])]
        rows = []
        for id in counting if ids is None else self._chosen(ids):
            verdict = self.examine(id)
            if verdict.evidence is None or verdict.rule.kind == "match":
                raise InputError(f"The rule of {id!r} counts no intervals or values.")
            right, wrong = verdict.rule.sides(verdict.evidence.table)
            rows.append({
                "id": id, "kind": verdict.kind, "pieces": len(verdict.evidence.table),
                "for": right, "against": wrong, "asked": verdict.rule.share,
                "verdict": verdict.word,
            })  # fmt: skip
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
            raise InputError(f"A claim is named by a text such as {first!r}, not {id!r}.")
        if id not in self.claims.index:
            known = listed(self.claims.index, 99)
            raise InputError(f"There is no claim {id!r}; there are {known}.")
        return self.claims.loc[id]

    def _require_tests(self, ids: Iterable[str]) -> None:
        """Raise `InputError` that names the claims whose rule asks for a test that nobody wrote."""
        rules = self.claims["rule"]
        absent = [id for id in ids if rules[id] != "none" and id not in self.tests]
        if absent:
            raise InputError(
                f"No test is given for the claim {listed(absent, 99)}, but its rule asks for "
                "evidence. Write a function that returns Evidence, and name it in TESTS of the "
                "module of its section."
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
    >>> weighed = gzbook.book().strength("4.2-c")
    >>> gzbook.words_at(weighed, 1.0).tolist()
    ['undecided']
    """
    right, wrong = strength["for"] >= share, strength["against"] >= share
    words = np.select([right, wrong], ["supported", "contradicted"], "undecided")
    return pd.Series(words, index=strength.index, name="verdict")


def how_many(part: int, whole: int) -> str:
    """Say a share in a word, so that a sentence changes when the ledger does.

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
        raise InputError(f"{part} is not a part of {whole}: it lies between 0 and the whole.")
    if part in (0, whole):
        return "none" if part == 0 else "all"
    if 2 * part == whole:
        return "half"
    if 2 * part > whole:
        return "most"
    return "few" if 5 * part <= whole else "some"


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
    "undecided": ("≈", f"color:{_INK};border:1.5px solid {_INK}"),
    "not testable": ("∅", f"color:{_QUIET};border:1.5px dashed {_QUIET}"),
}


def mark(word: Word) -> str:
    """Return the mark of a verdict as HTML.

    Examples
    --------
    >>> from gzbook.claims import mark
    >>> "≈" in mark("undecided"), "undecided" in mark("undecided")
    (True, True)
    """
    sign, look = _LOOK[word]
    return (
        '<span class="gz-mark" style="display:inline-block;padding:0.3em 0.8em;border-radius:4px;'
        f'font-size:0.92em;line-height:1.4;{look}"><b aria-hidden="true">{sign}</b> {word}</span>'
    )
