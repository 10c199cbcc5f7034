"""Exercises check themselves: the right answer, the usual mistakes, wrong kinds, wrong ids."""

import math

import numpy as np
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.exercises import NOTEBOOKS, Exercise, Key, answers, exercises, merged

EXERCISES = exercises()
# The keys of these two run the whole ledger.
LEDGER = ("5-1", "5-2")
each = pytest.mark.parametrize(
    "id", [pytest.param(id, marks=pytest.mark.slow) if id in LEDGER else id for id in EXERCISES]
)


@each
def test_check_accepts_the_computed_answer_and_does_not_show_it(id):
    right = EXERCISES[id].key().right
    reply = gzbook.check(id, right)
    assert reply
    assert reply.message == ""
    empty = gzbook.check(id)
    assert not empty
    assert empty.state == "empty"
    assert "Asked for: " in repr(empty)


@each
def test_check_of_a_usual_mistake_gives_its_hint(id):
    mistakes = EXERCISES[id].key().mistakes
    assert len(mistakes) >= 3
    for hint, wrong in mistakes.items():
        reply = gzbook.check(id, wrong)
        assert not reply
        assert reply.message == hint
        assert hint in reply._repr_html_().replace("&#x27;", "'").replace("&quot;", '"')


@each
def test_hints_do_not_contain_the_solution(id):
    exercise = EXERCISES[id]
    key = exercise.key()
    text = " ".join([exercise.hint, exercise.answer.description, *key.mistakes])
    if isinstance(exercise.answer, answers.Name):
        assert answers.folded(key.right) not in answers.folded(text)
    if isinstance(exercise.answer, answers.Number) and not float(key.right).is_integer():
        assert f"{key.right:.2f}" not in f"{exercise.question} {text}"


@each
def test_check_of_a_wrong_kind_of_answer_gives_a_sentence(id):
    for answer in (object(), math.nan, "", np.inf, [], {}, pd.DataFrame(), len, True):
        reply = gzbook.check(id, answer)
        assert not reply
        assert reply.message
        assert "Error" not in reply.message


def test_number_is_read_from_any_container_of_one():
    right = EXERCISES["2.1-1"].key().right
    for answer in (right, np.float64(right), pd.Series([right]), np.array([[right]])):
        assert gzbook.check("2.1-1", answer)


def test_number_hint_recognises_unit_sign_and_ratio():
    share = answers.Number("a share", absolute=0.001)
    assert "in per cent where a share" in share.hint(41.0, 0.41)
    assert "a share where per cent" in share.hint(0.41, 41.0)
    assert "the sign is not" in share.hint(-0.41, 0.41)
    assert "upside down" in share.hint(4.0, 0.25)
    assert share.hint(0.42, 0.41).startswith("Near")
    assert share.hint(7.77, 0.41) == ""
    assert gzbook.check("2.1-1", 7.77).message.startswith("Hint: ")


def test_name_of_a_county_may_be_code_english_or_chinese():
    code = EXERCISES["3.1-2"].key().right
    county = gz.load_counties().set_index("adcode").loc[code]
    for name in (code, county.name_en, county.name_zh, f" {county.name_en.upper()} "):
        assert gzbook.check("3.1-2", name)


def test_labelled_answers_are_compared_by_label():
    right = EXERCISES["1-2"].key().right
    assert gzbook.check("1-2", right.to_dict())
    assert gzbook.check("1-2", right.to_frame("percent"))
    assert gzbook.check("1-2", right.rename_axis("county").reset_index(name="percent"))
    assert "not asked for" in gzbook.check("1-2", {**right, "Meitan": 1.0}).message
    assert "missing" in gzbook.check("1-2", right.iloc[:2]).message
    assert "factor of a hundred" in gzbook.check("1-2", right / 100).message
    assert gzbook.check("1-2", right.add([0, 0, 9])).message == "1 of 3 numbers are wrong."


def test_numbers_in_the_wrong_order_are_recognised():
    low, high = EXERCISES["2.1-3"].key().right
    assert gzbook.check("2.1-3", (low, high))
    assert "order" in gzbook.check("2.1-3", (high, low)).message
    assert "Look again at upper end" in gzbook.check("2.1-3", (low, high + 50)).message


def test_names_have_no_order():
    kind = answers.Names("counties")
    right = kind.read(["Meitan", "榕江县"])
    assert kind.same(kind.read({"522632", "湄潭县"}), right)
    assert kind.hint(kind.read(["Meitan", "Huaxi"]), right) == (
        "1 name is missing and 1 name does not belong there."
    )
    for answer in ("Meitan", 3, {"a": 1}, [1, 2]):
        with pytest.raises(answers.WrongKindError):
            kind.read(answer)


def test_check_of_an_unknown_exercise_names_those_near_it():
    with pytest.raises(gz.InputError, match=r"no exercise '2\.1-9'; near it are '2\.1-1'"):
        gzbook.check("2.1-9", 1)
    with pytest.raises(gz.InputError, match="lists them all"):
        gzbook.check("zzz", 1)
    with pytest.raises(gz.InputError, match="no exercise 3"):
        gzbook.check(3, 1)


def test_list_has_each_exercise_once_and_no_answers():
    table = gzbook.list_exercises()
    assert list(table) == ["id", "notebook", "question", "answer"]
    assert table.id.is_unique
    assert set(table.id) == set(EXERCISES)
    assert list(table.notebook.unique()) == list(NOTEBOOKS.values())


def test_two_exercises_of_one_id_or_an_id_of_no_notebook_are_refused():
    exercise = Exercise(question="", answer=answers.Number(), hint="", key=lambda: Key(1, {}))
    with pytest.raises(RuntimeError, match=r"Two exercises are called '1-1'"):
        merged([{"1-1": exercise}, {"1-1": exercise}])
    with pytest.raises(RuntimeError, match=r"No notebook is set for '9-1'"):
        merged([{"9-1": exercise}])
