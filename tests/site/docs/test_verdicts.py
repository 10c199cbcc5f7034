"""Verdicts on the pages are computed, every claim has its heading and stands on its page."""

import re
from pathlib import Path

import nbformat
import pytest
from gz_ledger import names

import gzbook
from gzbook.claims import WORDS

ROOT = Path(__file__).resolve().parents[3]
BOOK = ROOT / "book"
PAGES = sorted(BOOK.glob("*.md"))
CLAIMS = gzbook.load_claims().set_index("id")
PAGE_OF = {
    "1": "introduction",
    "2": "value",
    "2.1": "value-industry",
    "2.2": "value-county",
    "2.3": "value-people",
    "3.1": "dilemma-industry",
    "3.2": "dilemma-county",
    "3.3": "dilemma-people",
    "4.1": "path-industry",
    "4.2": "path-county",
    "4.3": "path-people",
    "5": "conclusion",
}
WORD = re.compile("|".join(WORDS))
NUMBER = re.compile(r"\{num\}`([\w-]+):(\w+)[^`]*`")
# Other ways to say the same, where a claim is named beside them.
SAID = {"bears out": "supported", "borne out": "supported", "turned down": "contradicted"}
# Where a word is not said of any claim: in quotation marks; as a label; of a whole that the
# sentence describes, which tests/notebooks/test_typed_phrases.py compares with the ledger.
ABOUT_THE_WORD = re.compile(
    rf'"(?:{"|".join(WORDS)})"|^- \[(?:{"|".join(WORDS)})(?: here)?\]\{{.*|^What is supported'
)
ID = re.compile(r"(?<![\w.-])\d(?:\.\d)?-[a-z](?![\w-])")


def named_in(sentence: str) -> set[str]:
    """Claims that a sentence names by number, or whose computed verdict it takes."""
    ids_named = set(ID.findall(sentence))
    for _, key in NUMBER.findall(sentence):
        ids_named |= {id for id in CLAIMS.index if key == "verdict_" + re.sub(r"[.-]", "_", id)}
    return ids_named & set(CLAIMS.index)


def typed_in_prose(text: str, computed=lambda id: gzbook.examine(id).word) -> list[str]:
    """Sentences with typed verdicts that are not the computed ones, or that nobody can check.

    A word beside one claim or several must be the verdict of each of them. Several words beside
    several claims cannot be told apart. A word beside no claim must follow a count of that word.
    """
    wrong = []
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("|"))
    for sentence in re.split(r"(?<=[.!?])\s+|\n", prose):
        ids, rest = named_in(sentence), ABOUT_THE_WORD.sub("", NUMBER.sub("", sentence))
        words = set(WORD.findall(rest))
        if ids:
            words |= {word for phrase, word in SAID.items() if phrase in rest}
            if words and words != {computed(id) for id in ids}:
                wrong.append(sentence)
            elif len(words) > 1:
                wrong.append(f"which is which? {sentence}")
        elif not words <= {word for word in WORDS if _counts(sentence, word)}:
            wrong.append(sentence)
    return wrong


def _counts(sentence: str, word: str) -> bool:
    end = word.replace(" ", "_")
    return any(re.search(rf"(^|_){end}$", key) for _, key in NUMBER.findall(sentence))


# The glossary lists the four words.
@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.stem != "glossary"], ids=lambda page: page.stem
)
def test_verdicts_are_taken_from_the_notebooks(page):
    text = page.read_text(encoding="utf-8")
    assert typed_in_prose(text) == []


def test_the_test_sees_a_typed_verdict():
    assert typed_in_prose("Claim 2.1-a is supported.", lambda id: "supported") == []
    assert typed_in_prose("Claim 2.1-a is undecided.", lambda id: "supported")


def test_the_test_sees_sentences_on_several_claims_and_on_none():
    words = {"2.1-a": "supported", "2.1-c": "supported", "2.1-f": "undecided"}.get
    assert typed_in_prose("Both 2.1-a and 2.1-c are supported.", words) == []
    assert typed_in_prose("Both 2.1-a and 2.1-f are supported.", words)
    assert typed_in_prose("While 2.1-a is undecided, 2.1-f is supported.", words)
    quoted = "This bears out the paper ({num}`value-industry:verdict_2_1_%s`)."
    assert typed_in_prose(quoted % "a", words) == []
    assert typed_in_prose(quoted % "f", words)
    assert typed_in_prose("Most claims are supported.", words)
    assert typed_in_prose("{num}`conclusion:n_fact_supported` are supported.", words) == []
    assert typed_in_prose("{num}`conclusion:n_fact_supported` are undecided.", words)
    assert typed_in_prose('"Supported" and "undecided" are words.', words) == []


@pytest.mark.parametrize("id", CLAIMS.index)
def test_heading_of_the_claim_is_in_its_notebook(id):
    path = ROOT / "notebooks" / f"{CLAIMS.notebook[id]}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert any(names(line, id) for line in re.findall(r"^#+ .+", text, re.M)), path.name


@pytest.mark.parametrize(("section", "page"), PAGE_OF.items())
def test_a_section_page_opens_with_its_verdicts_and_closes_with_every_claim(section, page):
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"```\{gz-ledger\} conclusion\n:show: (\w+)\n(?::of: (.*)\n)?", text))
    assert {"ribbon", "list"} <= set(shown)
    assert section in shown["list"].split(", ")
    if page != "conclusion":  # that page is the ledger
        assert shown["ribbon"] == section
        assert set(shown["takeaway"].split(", ")) <= set(CLAIMS.index)
        assert text.index(":show: takeaway") < text.index("{gz-figure}")
    headings = re.findall(r"^## (.*)", text, re.M)
    assert {"One figure to remember", "What would show it wrong"} <= set(headings)
    assert page == "conclusion" or headings[-1] == "Every claim and its verdict"


def test_every_claim_that_needs_one_has_a_test():
    assert len(gzbook.ledger(["1-a"], n_jobs=1)) == 1
    untested = [id for id in CLAIMS.index if CLAIMS.rule[id] != "none" and not _registered(id)]
    assert untested == []


def _registered(id: str) -> bool:
    return id in gzbook.book().tests
