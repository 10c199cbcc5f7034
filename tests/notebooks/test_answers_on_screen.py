"""What a solution shows on the screen is an answer that its exercise takes."""

import re
from html import unescape

import pytest

import gzbook
from gzbook.exercises import NOTEBOOKS, answers, exercises, section_of

EXERCISES = exercises()
ONE_NUMBER = [id for id, each in EXERCISES.items() if isinstance(each.answer, answers.Number)]
NUMBER = re.compile(r"(?<![\w.])[-+\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?")


def numbers_shown(cell) -> set[float]:
    """Every number of what a cell printed or returned; also those of per cent, as shares."""
    texts = []
    for output in cell.outputs:
        data = output.get("data", {})
        texts += [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
    words = re.sub(r"<style.*?</style>|<[^>]+>", " ", unescape(" ".join(texts)), flags=re.DOTALL)
    found = NUMBER.findall(words)
    plain = {float(n.replace(",", "").replace("\N{MINUS SIGN}", "-")) for n in found}
    return plain | {round(number / 100, 6) for number in plain}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(NOTEBOOKS.values()))
def test_a_number_that_the_solution_shows_is_right(execute, name):
    solutions = {}
    for cell in execute(name).cells:
        for id in re.findall(r'assert gzbook\.check\("([^"]+)"', cell.source):
            solutions[id] = cell
    ids = [id for id in ONE_NUMBER if NOTEBOOKS[section_of(id)] == name]
    assert set(ids) <= set(solutions)
    for id in ids:
        shown = numbers_shown(solutions[id])
        assert any(gzbook.check(id, number) for number in shown), (id, sorted(shown))
