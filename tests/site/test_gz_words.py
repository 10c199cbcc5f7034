"""Titles of the programme's pages: computed before anything runs."""

import json
from pathlib import Path

import pytest
from gz_reference import PROGRAMME, with_title

from gzbook.evidence.roster import Roster, draw_roster, load_roster

ROOT = Path(__file__).resolve().parents[2]


def real() -> Roster:
    drawn = draw_roster()
    return Roster(table=drawn.table, name="typed")


def test_a_page_says_simulated_until_the_roster_is_real():
    page = "# Entering\n\nText.\n# No title\n"
    assert with_title(page, draw_roster()) == "# SIMULATED: Entering\n\nText.\n# No title\n"
    assert with_title(page, real()) == page


def test_so_does_a_notebook_and_the_rest_of_it_stays():
    text = (ROOT / "notebooks" / "programme.ipynb").read_text(encoding="utf-8")
    before, after = json.loads(text), json.loads(with_title(text, draw_roster()))
    assert after["cells"][0]["source"].startswith("# SIMULATED: Entering the demonstration")
    assert after["cells"][1:] == before["cells"][1:]


def test_both_pages_are_there_and_open_with_their_titles():
    for page in PROGRAMME:
        path = next((ROOT / "book").parent.glob(f"{page}.*"))
        with_title(path.read_text(encoding="utf-8"), load_roster())


def test_a_page_that_opens_otherwise_is_an_error():
    with pytest.raises(ValueError, match="not with its title"):
        with_title("Text first\n", real())
