"""Numbers in the pages' prose come from notebooks: what is typed is on a short list, with why."""

import re
from pathlib import Path

import pytest

BOOK = Path(__file__).resolve().parents[3] / "book"
PAGES = sorted(BOOK.glob("*.md"))

NOT_PROSE = re.compile(
    r"^```.*?^```|"  # code and directives
    r"\{[a-z-]+\}`[^`]*`|"  # roles, {num} among them
    r"`[^`]*`|"  # code in a line
    r"\]\([^)]*\)|"  # addresses of links
    r"^:[a-z]+:.*$|"  # options of directives
    r"<[^>]+>",
    flags=re.MULTILINE | re.DOTALL,
)
ALLOWED = {
    r"\b(?:19|20)\d\d(?:-(?:19|20)?\d\d)?\b": "a year or a span of years",
    r"\bsection \d(?:\.\d)?\b": "a section of the paper",
    r"^#+ .*$": "a heading",
    r"\b\d(?:\.\d)?(?= (?:of the paper|·))": "a section of the paper",
    r"^\| \d(?:\.\d)? ": "a section of the paper, in the first cell of a table row",
    r"\b\d(?:\.\d)?-[a-z]\b": "the number of a claim",
    r"\b88 counties\b": "the name of the county list; another test counts it",
    r"\bUTF-8\b": "an encoding",
    r"\b95 %(?= interval)": "the level of every interval",
    r"\btests at 5 %": "the level of a test",
    r"\bM = \d(?:\.\d)?": "how far trends may part: set, not computed",
    r"\bNo\. 1\b": "the yearly policy document",
    r"\b10 % sample\b": "the long form of the census",
    r"\bCC BY 4\.0\b|\bGB/T 4754\b|\bPython 3\.11\b": "a licence, a standard, a version",
    r"\b(?:v|version )\d+\.\d+(?:\.\d+)?\b": "a version",
}


def typed_numbers(text: str) -> list[str]:
    prose = NOT_PROSE.sub(" ", text)
    for pattern in ALLOWED:
        prose = re.sub(pattern, " ", prose, flags=re.IGNORECASE | re.MULTILINE)
    return [
        f"{match[0]} in: {line.strip()[:90]}"
        for line in prose.splitlines()
        for match in re.finditer(r"\d[\d.,]*", line)
    ]


@pytest.mark.parametrize("page", PAGES, ids=[p.stem for p in PAGES])
def test_no_number_is_typed(page):
    assert typed_numbers(page.read_text(encoding="utf-8")) == []


def test_the_test_sees_a_typed_number():
    assert typed_numbers(
        "In 2020, 27 % farmed; see section 2.3 and {num}`introduction:x|.1f`."
    ) == ["27 in: In  , 27 % farmed; see   and  ."]


@pytest.mark.parametrize("page", PAGES, ids=[p.stem for p in PAGES])
def test_no_bar_in_a_table_splits_a_number(page):
    """In a row of a table the bar before a format is written with a backslash, or ends the cell."""
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert not [row for row in rows if re.search(r"\{num\}`[^`\\|]*\|", row)]
