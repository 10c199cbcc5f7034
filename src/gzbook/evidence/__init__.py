"""The evidence of this book: a module a section, each with its rows and its ``TESTS`` by claim.

`data/claims.csv` states each claim, what would show it wrong, and the rule of its verdict.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module

import pandas as pd

from gzbook.claims import Evidence, Ledger, Test, Verdict
from gzbook.frames import by_cut, sample_in_china
from gzcounty.data.store import read_table
from gzcounty.errors import InputError
from gzcounty.measures.validity import grade_of
from gzcounty.words import listed

SECTIONS = (
    "section_1",
    "section_2",
    "section_2_1",
    "section_2_2",
    "section_2_3",
    "section_3_1",
    "section_3_2",
    "section_3_3",
    "section_4",
)
"""Modules with tests, one a section of the paper; those of 4.1 to 4.3 are short and share one."""


def load_claims() -> pd.DataFrame:
    """Return what the paper says, claim by claim, with the rule of each verdict.

    Returns
    -------
    DataFrame
        One row a claim, in the order of the paper: ``id`` (section and letter), ``section``,
        ``kind`` (definition, fact, causal, diagnosis or recommendation), ``claim`` and
        ``claim_zh`` in our own words, ``wrong_if``, ``test``, the rule (``rule``, ``direction``,
        ``threshold``, ``share``, ``margin`` and others; see `gzbook.claims`), ``needed`` (data that
        would be needed if it cannot be tested) and ``notebook``.

    Examples
    --------
    >>> import gzbook
    >>> claims = gzbook.load_claims().set_index("id")
    >>> print(claims.claim["2.3-a"])
    E-commerce creates local jobs.
    """
    return read_table("claims")


@cache
def book() -> Ledger:
    """Return the ledger of this book; its verdicts are computed when they are first asked for.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.book().rule("2.1-a").kind
    'match'
    """
    claims = load_claims()
    return Ledger(claims, _Tests(claims), grades=_grades)


def _grades() -> dict[str, str]:
    """Return the grade of each measure, by the name that it has in the evidence."""
    same = {name: grade_of(name) for name in ("commerce", "digital", "finance")}
    return same | {"villages": grade_of("taobao")}


class _Tests(Mapping[str, Test]):
    """The tests of all claims. A module is read when a claim of its section is asked for.

    So a notebook reads the modules whose claims it shows, and runs again when these change. Where
    the module of a claim's own section has no test of it, the others are looked through.
    """

    def __init__(self, claims: pd.DataFrame) -> None:
        self._sections = dict(zip(claims["id"], claims["section"], strict=True))
        self._tested = claims["id"][claims["rule"] != "none"].tolist()

    def _of(self, module: str) -> Mapping[str, Test]:
        tests: Mapping[str, Test] = import_module(f"gzbook.evidence.{module}").TESTS
        if strange := sorted(set(tests) - set(self._sections)):
            raise InputError(
                "TESTS of gzbook.evidence.{module} has {strange}, and data/claims.csv has no "
                "such claim. Write its row first.",
                module=module, strange=listed(strange),
            )  # fmt: skip
        return tests

    def __getitem__(self, id: str) -> Test:
        own = f"section_{self._sections[id].replace('.', '_')}"
        # Its own is first, then that of the section around it.
        for module in sorted(SECTIONS, key=lambda name: -len(name) * own.startswith(name)):
            if id in (tests := self._of(module)):
                return tests[id]
        raise KeyError(id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tested)

    def __len__(self) -> int:
        return len(self._tested)


def examine(id: str) -> Verdict:
    """Test one claim of the paper and judge it by its rule.

    Parameters
    ----------
    id : str
        Such as ``"2.3-b"``; see `gzbook.load_claims`.

    Returns
    -------
    Verdict
        With the evidence in ``.evidence.table``, a copy of the caller's own.

    Raises
    ------
    InputError
        If there is no such claim.

    Examples
    --------
    >>> import gzbook
    >>> verdict = gzbook.examine("2.1-a")
    >>> print(verdict.word, "-", verdict.claim)
    supported - Guizhou has 9 prefecture-level and 88 county-level units.
    """
    return book().examine(id)


def ledger(
    ids: str | Iterable[str] | None = None,
    *,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Test all claims of the paper, or some, and return one row each.

    Parameters
    ----------
    ids : str or iterable of str, optional
        Claims, or sections such as ``"2.3"``; all if not given.
    n_jobs, progress : see `gzcounty.parallel.run`

    Returns
    -------
    DataFrame
        As of `gzbook.claims.Ledger.table`.

    Raises
    ------
    InputError
        If there is no such claim.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.ledger(["2.1-a", "2.1-j"])[["id", "kind", "verdict"]]
          id    kind       verdict
    0  2.1-a    fact     supported
    1  2.1-j  causal  not testable
    """
    return book().table(ids, n_jobs=n_jobs, progress=progress)


def among_china(table: pd.DataFrame, sentence: str) -> Evidence:
    """Return evidence of 2020 on Guizhou's units among China's, of rows as `by_cut` takes them."""
    facts = by_cut(table)
    return Evidence(table, sentence, sample_in_china(facts["whole"]), "2020", facts)
