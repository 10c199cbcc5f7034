"""Numbers in prose come from notebooks: none is typed, but for years and the level of intervals."""

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).resolve().parents[1] / "book").glob("*.md"))
NOT_PROSE = re.compile(
    r"^```.*?^```"  # code and directives
    r"|^#+ .*?$"  # headings, such as the paper's title
    r"|\{[a-z-]+\}`[^`]*`"  # roles, {num} among them
    r"|`[^`]*`|\]\([^)]*\)|<[^>]+>",  # code in a line, addresses
    flags=re.MULTILINE | re.DOTALL,
)
ALLOWED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)95(?: % interval|%区间)")


def typed_numbers(text: str) -> list[str]:
    """Return the numbers of a page that somebody typed."""
    return re.findall(r"\d[\d.,]*", ALLOWED.sub("", NOT_PROSE.sub("", text)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_number_is_typed(page):
    assert typed_numbers(page.read_text(encoding="utf-8")) == []


def test_a_typed_number_is_seen():
    assert typed_numbers("In 2020, 27 % farmed; {num}`first-claim:x|.1f`.") == ["27"]
    assert typed_numbers("2020年有27%务农；95%区间") == ["27"]
