"""Numbers in the prose of pages and notebooks are computed; what is typed is listed, with why."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(ROOT.glob("book/*.md"))
# A lab asks its reader to set what its text names.
NOTEBOOKS = sorted(set(ROOT.glob("notebooks/*.ipynb")) - set(ROOT.glob("notebooks/lab-*.ipynb")))

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
    r"^\| \d{1,2}-\d{2} (?=\|)": "minutes of a lesson",
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
# A notebook also says how it measures and what it draws.
IN_NOTEBOOKS = {
    r"\$\$.*?\$\$|\$[^$\n]*\$": "a formula",
    r"\[(?:section )?\d(?:\.\d)?(?= |\])|\bsections? \[\d\.\d\]": "a section, as a link",
    r"\b[A-Z]+\d+\b|\bCOVID-19\b|\brow 1\b": "a name, a row of a sheet",
    r"\b88(?= county-level|个)|\bthe 88\b": "the name of the county list",
    r"(?<![\d.,])(?:0|1|50|100)(?![\d.,]*\d| ?%)|\b10 means\b|\b2 if\b": "an end of a scale",
    r"\b(?:of|aged) (?:15|65)\b|\b100,000 (?=rural)": "an age, a unit",
    r"\b(?:9[05]|80) %(?= (?:interval|of (?:the )?(?:placebos|draws|such)))": "a level",
    r"\bat 5 %|\b0\.05\b|\b[Aa] margin of 2 %|\b8 % of its jobs \(or 13 %": "a threshold",
    r"\b(?:19|20th)(?= sections|, inter)|\bthe 31\b|\b31 provinces\b|\b832 poor counties\b": (
        "an official count"
    ),
    r"\b1,000 workers\b|\b25th percentile\b|\bbetween 1\.2 and 1\.8\b|\b0\.001 to 0\.002\b": (
        "what is drawn or supposed"
    ),
    r"\b1\.6 Mbit/s|\b150 milliseconds\b": "what is set",
    r"\b(?:522628|520328)\b": "a county's code",
}


def text_of(notebook: Path) -> str:
    """Return what a notebook says outside its code and its exercises."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return re.sub(r"^## Exercises$.*?(?=^## |\Z)", "", text, flags=re.MULTILINE | re.DOTALL)


def typed_numbers(text: str, *more: str) -> list[str]:
    for pattern in more:
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
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


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=[p.stem for p in NOTEBOOKS])
def test_no_number_is_typed_into_a_notebooks_text(notebook):
    assert typed_numbers(text_of(notebook), *IN_NOTEBOOKS) == []


def test_the_test_sees_a_typed_number_in_a_notebook():
    assert typed_numbers("It fell in 71 of the 81 groups, from 0 to 100.", *IN_NOTEBOOKS)


def test_the_test_sees_a_typed_number():
    assert typed_numbers(
        "In 2020, 27 % farmed; see section 2.3 and {num}`introduction:x|.1f`."
    ) == ["27 in: In  , 27 % farmed; see   and  ."]


@pytest.mark.parametrize("page", PAGES, ids=[p.stem for p in PAGES])
def test_no_bar_in_a_table_splits_a_number(page):
    """In a row of a table the bar before a format is written with a backslash, or ends the cell."""
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert not [row for row in rows if re.search(r"\{num\}`[^`\\|]*\|", row)]
