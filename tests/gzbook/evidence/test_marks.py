"""The mark of a verdict stands in a notebook's output, with no style sheet."""

from typing import get_args

import pytest

import gzbook
from gzbook.claims import Word, mark


def test_no_two_verdicts_share_a_sign_or_a_look():
    marks = [mark(word).replace(word, "") for word in get_args(Word)]
    assert len(set(marks)) == 5
    assert len({text.partition("<b")[2] for text in marks}) == 5


@pytest.mark.parametrize("word", get_args(Word))
def test_a_mark_names_its_verdict_and_takes_its_colours_from_the_page(word):
    html = mark(word)
    assert html.endswith(f"</b> {word}</span>")
    assert "var(--gz-" in html


def test_an_examined_claim_shows_its_mark():
    verdict = gzbook.examine("2.1-a")
    assert mark(verdict.word) in verdict._repr_html_()
