"""Exercises check themselves: the right answer, the usual mistakes, wrong kinds, wrong ids."""

import math

import numpy as np
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.exercises import wanted
from gzbook.exercises.registry import registered

EXERCISES = registered()
# The keys of these two run the whole ledger.
LEDGER = ("5-1", "5-2")
each = pytest.mark.parametrize(
    "id", [pytest.param(id, marks=pytest.mark.slow) if id in LEDGER else id for id in EXERCISES]
)


@each
def test_the_computed_answer_is_right_and_shown_nowhere(id):
    right = EXERCISES[id].key().right
    reply = gzbook.check(id, right)
    assert reply
    assert reply.message == ""
    empty = gzbook.check(id)
    assert not empty
    assert empty.state == "empty"
    assert "Asked for: " in repr(empty)


@each
def test_usual_mistakes_are_not_right_and_each_gets_its_hint(id):
    mistakes = EXERCISES[id].key().mistakes
    assert len(mistakes) >= 3
    for hint, wrong in mistakes.items():
        reply = gzbook.check(id, wrong)
        assert not reply
        assert reply.message == hint
        assert hint in reply._repr_html_().replace("&#x27;", "'").replace("&quot;", '"')


@each
def test_no_hint_holds_the_solution(id):
    asked = EXERCISES[id]
    key = asked.key()
    said = " ".join([asked.question, asked.hint, asked.wanted.what, *key.mistakes])
    if isinstance(asked.wanted, wanted.Name):
        rest = said.replace(asked.question, "")
        assert wanted.folded(key.right) not in wanted.folded(rest)
    if isinstance(asked.wanted, wanted.Number) and not float(key.right).is_integer():
        assert f"{key.right:.2f}" not in said


@each
def test_answers_of_a_wrong_kind_get_a_sentence(id):
    for answer in (object(), math.nan, "", np.inf, [], {}, pd.DataFrame(), len, True):
        reply = gzbook.check(id, answer)
        assert not reply
        assert reply.message
        assert "Error" not in reply.message


def test_a_number_is_taken_from_whatever_holds_it_alone():
    right = EXERCISES["2.1-1"].key().right
    for answer in (right, np.float64(right), pd.Series([right]), np.array([[right]])):
        assert gzbook.check("2.1-1", answer)


def test_units_signs_and_fractions_are_recognised():
    share = wanted.Number("a share", absolute=0.001)
    assert "in per cent where a share" in share.hint(41.0, 0.41)
    assert "a share where per cent" in share.hint(0.41, 41.0)
    assert "the sign is not" in share.hint(-0.41, 0.41)
    assert "upside down" in share.hint(4.0, 0.25)
    assert share.hint(0.42, 0.41).startswith("Near")
    assert share.hint(7.77, 0.41) == ""
    assert gzbook.check("2.1-1", 7.77).message.startswith("Hint: ")


def test_counties_go_by_any_of_their_names():
    code = EXERCISES["3.1-2"].key().right
    county = gz.load_counties().set_index("adcode").loc[code]
    for name in (code, county.name_en, county.name_zh, f" {county.name_en.upper()} "):
        assert gzbook.check("3.1-2", name)


def test_labels_are_compared_before_numbers():
    right = EXERCISES["1-2"].key().right
    assert gzbook.check("1-2", right.to_dict())
    assert gzbook.check("1-2", right.to_frame("percent"))
    assert gzbook.check("1-2", right.rename_axis("county").reset_index(name="percent"))
    assert "not asked for" in gzbook.check("1-2", {**right, "Meitan": 1.0}).message
    assert "missing" in gzbook.check("1-2", right.iloc[:2]).message
    assert "factor of a hundred" in gzbook.check("1-2", right / 100).message
    assert gzbook.check("1-2", right.add([0, 0, 9])).message == "1 of 3 numbers are wrong."


def test_order_matters_where_it_is_asked_for():
    low, high = EXERCISES["2.1-3"].key().right
    assert gzbook.check("2.1-3", (low, high))
    assert "order" in gzbook.check("2.1-3", (high, low)).message
    assert "Look again at upper end" in gzbook.check("2.1-3", (low, high + 50)).message


def test_sets_of_names_have_no_order():
    kind = wanted.Names("counties")
    right = kind.read(["Meitan", "榕江县"])
    assert kind.same(kind.read({"522632", "湄潭县"}), right)
    assert kind.hint(kind.read(["Meitan", "Huaxi"]), right) == (
        "1 name is missing and 1 name does not belong there."
    )
    for answer in ("Meitan", 3, {"a": 1}, [1, 2]):
        with pytest.raises(wanted.WrongKindError):
            kind.read(answer)


def test_an_unknown_exercise_names_those_near_it():
    with pytest.raises(gz.InputError, match=r"no exercise '2\.1-9'; near it are '2\.1-1'"):
        gzbook.check("2.1-9", 1)
    with pytest.raises(gz.InputError, match="lists them all"):
        gzbook.check("zzz", 1)
    with pytest.raises(gz.InputError, match="no exercise 3"):
        gzbook.check(3, 1)


def test_the_list_has_no_answers():
    table = gzbook.list_exercises()
    assert list(table) == ["id", "notebook", "question", "answer"]
    assert table.id.is_unique
    assert set(table.id) == set(EXERCISES)
