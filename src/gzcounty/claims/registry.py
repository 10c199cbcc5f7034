"""Claims, their tests, and the ledger of verdicts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import import_module

import pandas as pd

from gzcounty.data.claims import load_claims
from gzcounty.errors import InputError
from gzcounty.parallel import run
from gzcounty.words import listed

from .marks import mark
from .rules import Rule, Word

# Modules that hold tests, one a section of the paper.
SECTIONS: tuple[str, ...] = (
    "section_1",
    "section_2",
    "section_2_1",
    "section_2_2",
    "section_2_3",
    "section_3_1",
    "section_3_2",
    "section_3_3",
    "section_4_1",
    "section_4_2",
    "section_4_3",
)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the test of a claim found.

    Attributes
    ----------
    table : DataFrame
        The rows that the rule judges, with the columns that it needs and others that explain.
    finding : str
        One or two sentences with the numbers that matter, computed.
    sample, period : str
        What the evidence is about, such as "60 former poverty counties", "2014-2023".
    """

    table: pd.DataFrame
    finding: str
    sample: str
    period: str


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


_TESTS: dict[str, Callable[[], Evidence]] = {}


def tests_claim(id: str) -> Callable[[Callable[[], Evidence]], Callable[[], Evidence]]:
    """Register a function as the test of a claim."""

    def register(test: Callable[[], Evidence]) -> Callable[[], Evidence]:
        if id in _TESTS and _TESTS[id].__qualname__ != test.__qualname__:
            raise RuntimeError(f"Two tests claim to test {id}.")
        _TESTS[id] = test
        return test

    return register


def rule_of(claim: pd.Series) -> Rule:
    """Read the rule that is written beside a claim."""
    known = claim[["direction", "threshold", "share"]].dropna().to_dict()
    return Rule(claim["rule"], **known)


def _require_tests(claims: pd.DataFrame) -> None:
    """Raise `InputError` that names the claims whose rule asks for a test that nobody wrote."""
    for section in SECTIONS:
        import_module(f"gzcounty.claims.{section}")
    absent = [id for id, rule in claims["rule"].items() if rule != "none" and id not in _TESTS]
    if absent:
        raise InputError(
            f"No test is registered for the claim {listed(absent, 99)}, but its rule asks for "
            "evidence. Write a function with @tests_claim in the module of its section, and name "
            "the module in SECTIONS."
        )


@cache
def examine(id: str) -> Verdict:
    """Test one claim and judge it by its rule.

    Parameters
    ----------
    id : str
        Such as ``"2.3-b"``; see `gzcounty.load_claims`.

    Returns
    -------
    Verdict

    Raises
    ------
    InputError
        If there is no such claim, or its rule asks for a test that is not registered.

    Examples
    --------
    >>> import gzcounty as gz
    >>> verdict = gz.examine("2.1-a")
    >>> print(verdict.word, "-", verdict.claim)
    supported - Guizhou has 9 prefecture-level and 88 county-level units.
    """
    claims = load_claims().set_index("id")
    if id not in claims.index:
        raise InputError(f"There is no claim {id!r}; there are {listed(claims.index, 99)}.")
    claim = claims.loc[id]
    rule = rule_of(claim)
    _require_tests(claims.loc[[id]])
    evidence = None if rule.kind == "none" else _TESTS[id]()
    return Verdict(
        id=id,
        claim=claim["claim"],
        claim_zh=claim["claim_zh"],
        kind=claim["kind"],
        word="not testable" if evidence is None else rule.judge(evidence.table),
        rule=rule,
        evidence=evidence,
        needed="" if evidence is not None else claim["needed"],
    )


def ledger(
    ids: Iterable[str] | None = None, *, n_jobs: int | None = None, progress: bool | None = None
) -> pd.DataFrame:
    """Test all claims, or some, and return one row each.

    Parameters
    ----------
    ids : iterable of str, optional
        All claims if not given.
    n_jobs, progress : see `gzcounty.parallel.run`

    Returns
    -------
    DataFrame
        id, section, kind, claim, claim_zh, verdict, finding, sample, period, rule, notebook.

    Raises
    ------
    InputError
        If there is no such claim, or if claims lack their test: all of them are named, before any
        is run.

    Examples
    --------
    >>> import gzcounty as gz
    >>> gz.ledger(["2.1-a", "2.1-j"])[["id", "kind", "verdict"]]
          id    kind       verdict
    0  2.1-a    fact     supported
    1  2.1-j  causal  not testable
    """
    claims = load_claims().set_index("id")
    wanted = list(claims.index) if ids is None else list(ids)
    _require_tests(claims[claims.index.isin(wanted)])
    found = run(examine, [(id,) for id in wanted], n_jobs=n_jobs, progress=progress, label="claims")
    rows = [
        {
            "id": verdict.id,
            "section": claims.section[verdict.id],
            "kind": verdict.kind,
            "claim": verdict.claim,
            "claim_zh": verdict.claim_zh,
            "verdict": verdict.word,
            "finding": verdict.finding,
            "sample": verdict.evidence.sample if verdict.evidence else "",
            "period": verdict.evidence.period if verdict.evidence else "",
            "rule": str(verdict.rule),
            "notebook": claims.notebook[verdict.id],
        }
        for verdict in found
    ]
    return pd.DataFrame(rows)
