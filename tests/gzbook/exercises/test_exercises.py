"""Exercises check themselves: the right answer, the usual mistakes, wrong kinds, wrong ids."""

import math

import numpy as np
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.exercises import MODULES, NOTEBOOKS, answers, exercises, form, of_module

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
    assert len(mistakes) >= 2
    for hint, wrong in mistakes.items():
        reply = gzbook.check(id, wrong)
        assert not reply
        assert hint in reply.message.split(" Or: ")
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


def test_slips_of_unit_sign_and_direction_are_recognised():
    share = answers.Number(scale="share")
    assert share.slip(41.0, 0.412).startswith("This is in per cent")
    assert share.slip(0.0041, 0.412) == "This is a hundred times too small."
    per_cent = answers.Number(scale="per cent", decimals=1)
    assert per_cent.slip(0.41, 41.2).startswith("This is a share of 1")
    assert answers.Number("in km").slip(4120, 41.2) == "This is a hundred times too large."
    assert "the sign is not" in share.slip(-0.41, 0.412)
    assert share.slip(1 / 0.412, 0.412) == "This is one divided by the right number."
    assert share.difference(0.4, 0.412) == (
        "This is rounded too far; give 2 digits after the decimal point."
    )
    assert share.slip(0.77, 0.412) == ""
    assert share.difference(0.42, 0.412).startswith("Near")
    assert share.difference(0.77, 0.412) == ""
    assert gzbook.check("2.1-1", 7.77).message.startswith("Hint: ")


@pytest.mark.parametrize(
    ("answer", "right", "decimals", "accepted"),
    [
        (4.7, 4.746, 1, True),
        (4.746, 4.746, 1, True),
        (4.66, 4.746, 1, True),  # is shown as 4.7
        (4.8, 4.746, 1, False),
        (4.64, 4.746, 1, False),
        (0.5, 0.505, 2, True),  # halves are rounded up by some, to the even digit by others
        (0.51, 0.505, 2, True),
        (-0.02, -0.0167, 2, True),
        (79, 78.91, 0, True),
        (80, 78.91, 0, False),
    ],
)
def test_what_rounds_to_the_number_shown_is_right(answer, right, decimals, accepted):
    assert answers.Number(decimals=decimals).same(answer, right) == accepted


def test_a_digit_less_is_right_unless_a_mistake_rounds_to_the_same():
    """The index of 3.1-3 is shown as 0.292; the mean over n squared pairs would be 0.289."""
    assert gzbook.check("3.1-3", 0.292)
    assert gzbook.check("3.1-3", 0.29).message == (
        "This is rounded too far; give 3 digits after the decimal point."
    )
    assert "n squared" in gzbook.check("3.1-3", 0.289).message
    right = EXERCISES["4.1-1"].key().right
    assert gzbook.check("4.1-1", round(right, 2))
    assert "rounded too far" in gzbook.check("4.1-1", round(right, 1)).message


def test_a_count_is_exact():
    reply = gzbook.check("3.2-3", 39.2)
    assert not reply
    assert reply.message == "Asked for is a count of counties, and this is none."
    assert "multiple of 100 yuan" in gzbook.check("2.1-2", 250).message


def test_a_number_that_has_two_explanations_gets_both():
    """The slope on the second measurement is that on the first with the other sign."""
    message = gzbook.check("3.2-2", -EXERCISES["3.2-2"].key().right).message
    assert "This is the slope on the second measurement" in message
    assert "Or: The size is right, the sign is not." in message


def changed(answer, change):
    """Return an answer, or each of several numbers, changed by a function."""
    if isinstance(answer, pd.Series):
        answer = answer.to_dict()
    if isinstance(answer, dict):
        return {label: change(value) for label, value in answer.items()}
    return [change(value) for value in answer] if isinstance(answer, list) else change(answer)


def numbers_of(answer):
    values = changed(answer, float)
    values = values.values() if isinstance(values, dict) else values
    return np.atleast_1d(np.array(values if isinstance(values, list | float) else list(values)))


def number_kind(id):
    kind = EXERCISES[id].answer
    return kind if isinstance(kind, answers.Number) else getattr(kind, "number", None)


NUMERIC = [id for id in EXERCISES if number_kind(id)]
numeric = pytest.mark.parametrize(
    "id", [pytest.param(id, marks=pytest.mark.slow) if id in LEDGER else id for id in NUMERIC]
)


@numeric
def test_what_is_read_off_the_screen_is_right(id):
    key, kind = EXERCISES[id].key(), number_kind(id)
    shown = changed(key.right, lambda value: round(float(value), kind.decimals))
    assert gzbook.check(id, shown)
    for figures in key.read_off:
        assert gzbook.check(id, figures)
    typed = changed(key.right, lambda value: round(float(value), kind.decimals - 1))
    reply = gzbook.check(id, typed)
    assert reply or not isinstance(EXERCISES[id].answer, answers.Count) or typed != key.right


@numeric
@pytest.mark.parametrize("factor", [100, 0.01])
def test_a_hundredfold_is_never_right_and_its_unit_is_told(id, factor):
    right, kind = EXERCISES[id].key().right, number_kind(id)
    if not numbers_of(right).any():
        return  # a hundred times nothing is nothing
    reply = gzbook.check(id, changed(right, lambda value: factor * float(value)))
    assert not reply
    if kind.scale and (answers.SCALES[kind.scale].factor > 0) == (factor > 1):
        assert answers.SCALES[kind.scale].mistaken in reply.message
    else:
        assert not any(scale.mistaken in reply.message for scale in answers.SCALES.values())


@numeric
def test_the_other_sign_is_never_right_and_told(id):
    right = EXERCISES[id].key().right
    if not numbers_of(right).any():
        return
    reply = gzbook.check(id, changed(right, lambda value: -float(value)))
    assert not reply
    if not isinstance(EXERCISES[id].answer, answers.Count):
        assert "The size is right, the sign is not." in reply.message


@numeric
def test_no_reply_gives_a_reason_that_is_not_that_of_the_number(id):
    """Reasons are held against the numbers, for many answers around all that is known."""
    key = EXERCISES[id].key()
    known = [key.right, *key.mistakes.values()]
    factors = (1, 1.004, 1.02, 1.04, 1.1, 1.3, 0.96, 0.9, 0.7, -1, -1.1, 2, 0.5, 90, 100, 110, 0.01)
    probes = [changed(one, lambda value, f=f: f * float(value)) for one in known for f in factors]
    probes += [changed(key.right, lambda value, n=n: n) for n in (0.0, 0.03, 0.1, 1.0, 7.0)]
    right = numbers_of(key.right)
    for probe in probes:
        if isinstance(probe, dict) and probe.keys() != changed(key.right, float).keys():
            continue
        reply, given = gzbook.check(id, probe), numbers_of(probe)
        for hint, mistake in key.mistakes.items():
            if hint in reply.message:
                np.testing.assert_allclose(given, numbers_of(mistake), rtol=0.06, atol=1e-9)
        claims = [(scale.mistaken, scale.factor) for scale in answers.SCALES.values()]
        claims += [("a hundred times too large", 100), ("a hundred times too small", -100)]
        wide = 0.06 + number_kind(id).within / np.abs(right).max(initial=1e-9)
        for claim, factor in claims:
            if claim in reply.message:
                expected = right * factor if factor > 0 else right / -factor
                np.testing.assert_allclose(given, expected, rtol=wide)
        if "the sign is not" in reply.message:
            assert (np.sign(given) == -np.sign(right)).all()
        if "one divided by" in reply.message:
            np.testing.assert_allclose(given * right, 1, rtol=wide)
        if "rounded too far" in reply.message:
            assert len(repr(float(given[0])).rstrip("0")) < len(repr(float(right[0])))
        if "Near, but" in reply.message:
            np.testing.assert_allclose(given, right, rtol=0.05)


def test_name_of_a_county_may_be_code_english_or_chinese():
    code = EXERCISES["3.1-2"].key().right
    county = gz.load_counties().set_index("adcode").loc[code]
    for name in (code, county.name_en, county.name_zh, f" {county.name_en.upper()} "):
        assert gzbook.check("3.1-2", name)


@pytest.mark.parametrize(("language", "label", "word"), [
    ("en", "Finance, business services and research", "sales"),
    ("zh", "金融、商务服务与科研", "销售"),
])  # fmt: skip
def test_who_reads_no_code_may_answer_in_the_words_of_the_page(monkeypatch, language, label, word):
    monkeypatch.setenv("GZCOUNTY_LANGUAGE", language)
    for answer in ("business_service_share", label):
        assert gzbook.check("lab-weights-3", answer)
        assert answers.folded(answer) in answers.spellings("business service share")
    assert gzbook.check("5-3", word)
    assert not gzbook.check("lab-weights-3", label[1:])
    weights = exercises()["lab-weights-1"]
    assert "Series" not in weights.answer.in_a_form
    shown = form("lab-weights-1", weights)
    assert "floor_area" not in shown
    assert gz.say("Floor area") in shown


def test_labelled_answers_are_compared_by_label():
    right = EXERCISES["1-2"].key().right
    assert gzbook.check("1-2", right.to_dict())
    assert gzbook.check("1-2", right.to_frame("percent"))
    assert gzbook.check("1-2", right.rename_axis("county").reset_index(name="percent"))
    assert "not asked for" in gzbook.check("1-2", {**right, "Meitan": 1.0}).message
    assert "missing" in gzbook.check("1-2", right.iloc[:2]).message
    assert "This is a share of 1" in gzbook.check("1-2", right / 100).message
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
    assert kind.difference(kind.read(["Meitan", "Huaxi"]), right) == (
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


def test_no_two_exercises_have_one_id():
    assert sum(len(of_module(name)) for name in MODULES) == len(EXERCISES)
