"""Shares in words, and verdicts as a page quotes them."""

import pytest

import gzbook
import gzcounty as gz
from gzbook.claims import how_many


@pytest.mark.parametrize(
    ("part", "whole", "word"),
    [
        (0, 7, "none"),
        (1, 5, "few"),
        (2, 9, "some"),
        (3, 6, "half"),
        (4, 7, "most"),
        (6, 7, "most"),
        (7, 7, "all"),
    ],
)
def test_words_follow_the_share(part, whole, word):
    assert how_many(part, whole) == word


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (2, 1), (-1, 4)])
def test_what_is_no_part_is_refused(part, whole):
    with pytest.raises(gz.InputError, match="not a part of"):
        how_many(part, whole)


def test_claims_of_other_sections_are_quoted_and_not_counted():
    found = gzbook.book().quoted_verdicts(["4.1-d", "4.1-e"], also=["4.3-c"])
    assert found["verdict_4_3_c"] == "not testable"
    assert found["n_not_testable"] == 2
    assert found["n_supported"] == 0
