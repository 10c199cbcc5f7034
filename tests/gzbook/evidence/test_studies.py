"""What is said of other studies stands in the table of the literature."""

import re

import pytest

import gzbook
import gzcounty as gz
from gzbook.evidence.section_2_3 import PRINTED_RESULTS
from gzbook.figures.forest import SIGNS

LITERATURE = gz.load_literature().set_index("id")
# Words of the findings in the table that bear out a direction.
BEARS_OUT = {
    "more": "higher|positive|increase|up significantly|\\+1.9 percentage points",
    "less": "less likely|lower|NEGATIVE|reduction",
    "none": "Little evidence|did NOT raise",
    "turns": "inverted-U",
}
# Studies that can be cited and are about other things: lists of villages, finance, methods.
ELSEWHERE = {"L03", "L27", "L31", "L32", "L33", "L36"}


@pytest.mark.parametrize("result", PRINTED_RESULTS, ids=lambda r: f"{r.id} {r.outcome}")
def test_each_result_is_borne_out_by_the_table(result):
    found = LITERATURE.finding[result.id]
    assert re.search(BEARS_OUT[result.direction], found)
    # A number is printed as it stands there, and no other is.
    numbers = re.findall(r"\d+(?:\.\d+)?", result.finding)
    assert all(re.search(rf"\b{re.escape(n)}\b", found) for n in numbers)
    assert bool(numbers) == (result.apart == "no interval")
    if result.significant:
        assert "significant" in found


def test_every_study_that_can_be_cited_is_shown_or_about_other_things():
    shown = {result.id for result in PRINTED_RESULTS}
    assert shown.isdisjoint(ELSEWHERE)
    assert shown | ELSEWHERE == set(LITERATURE.index)


def test_side_follows_the_direction():
    table = gzbook.published_results()
    assert set(table.direction[table.side == "for"]) == {"more"}
    assert set(table.direction[table.side == "against"]) == {"none", "less"}
    assert table.direction.isin(SIGNS).all()
    # The study with a finding for each side stands on both.
    assert sorted(table.side[table.id == "L08"]) == ["against", "against", "for"]


def test_the_table_says_who_and_on_what():
    table = gzbook.published_results()
    first = gzbook.find_row(table, id="L12")
    assert first.study == "王怡鑫 (Guizhou University) 2025"
    assert "88 counties of Guizhou, 2013-2022" in first.about
    assert table.about.str.contains("years not stated").any()
