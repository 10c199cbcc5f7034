"""The registry itself: what counts as agreement, and what happens when a check cannot run."""

import pytest

import gzbook
import gzcounty as gz
from gzbook.published import registry
from gzbook.published.registry import (
    AT_SOURCE,
    Absolute,
    Check,
    DataUnavailableError,
    Printed,
    PrintedDownTo,
    Relative,
    Standing,
    published,
)


def check(values, compute, tolerance=None, standing=AT_SOURCE):
    compute.__module__ = "gzbook.published.regression"
    words = ("X1", "ols", "a model of this test", "data of this test")
    return Check(*words, values, tolerance or Printed(), "this test's own", standing, compute)


@pytest.mark.parametrize(
    ("tolerance", "text", "limit"),
    [
        (Relative(1e-6), "-200", 2e-4),
        (Absolute(1e-6), "-200", 1e-6),
        (Printed(), "0.0800", 5e-5),
        (Printed(), "-182.3904", 5e-5),
        (Printed(), "12", 0.5),
        (Printed(), "1.25e-3", 5e-6),
        (PrintedDownTo(1e-3), "0.08", 5e-3),
        (PrintedDownTo(1e-3), "0.080000", 1e-3),
    ],
)
def test_how_near_is_near(tolerance, text, limit):
    assert tolerance.allowed(text) == pytest.approx(limit)


def test_ours_must_round_to_what_is_printed():
    for ours, agrees in [(0.0749, False), (0.0751, True), (0.0849, True), (0.0851, False)]:
        assert check({"a": "0.08"}, lambda ours=ours: {"a": ours}).run().agrees[0] == agrees


def test_a_value_that_is_missing_does_not_agree():
    rows = check({"a": "1"}, lambda: {"a": float("nan")}).run()
    assert rows.agrees.tolist() == [False]


def test_a_check_that_answers_another_question_is_an_error():
    with pytest.raises(RuntimeError, match="Check X1 returns 'b', not 'a'"):
        check({"a": "1"}, lambda: {"b": 1.0}).run()


@pytest.mark.parametrize("error", [DataUnavailableError, ModuleNotFoundError])
def test_a_check_that_cannot_run_says_why(error):
    def compute():
        raise error("moon.csv needs the network.")

    standing = Standing("from memory", "Part of it was seen.")
    row = check({"a": "1"}, compute, standing=standing).run().iloc[0]
    assert row.remark == "Not run here: moon.csv needs the network. Part of it was seen."
    assert row.standing == "from memory"
    assert row.isna()[["ours", "difference", "agrees"]].all()


def test_standing_and_remark_are_columns_of_their_own():
    rows = check({"a": "1"}, lambda: {"a": 1.0}).run()
    assert rows.standing.tolist() == ["read at its source"]
    assert rows.remark.tolist() == [""]
    sure = Standing("another library", "Its file says so.")
    rows = check({"a": "1"}, lambda: {"a": 1.0}, standing=sure).run()
    assert rows[["standing", "remark"]].to_numpy().tolist() == [[sure.word, sure.note]]


@pytest.mark.parametrize("word", ["", "Quoted from memory.", "记忆"])
def test_a_standing_is_one_of_four_words(word):
    with pytest.raises(gz.InputError, match="one of 'read at its source'"):
        Standing(word)


def test_other_errors_are_not_hidden():
    with pytest.raises(ZeroDivisionError):
        check({"a": "1"}, lambda: {"a": 1 / 0}).run()


def test_two_checks_of_one_name_are_refused(monkeypatch):
    monkeypatch.setattr(registry, "_CHECKS", {"X1": check({"a": "1"}, lambda: {"a": 1.0})})
    words = {"estimator": "ols", "model": "m", "data": "d", "source": "s"}
    with pytest.raises(RuntimeError, match="Two checks are called X1"):
        published("X1", values={"a": "1"}, tolerance=Printed(), **words)(lambda: {"a": 1.0})


@pytest.fixture
def two_checks(monkeypatch):
    found = [check({"a": "1", "b": "2"}, lambda: {"a": 1.0, "b": 3.0})]
    monkeypatch.setattr(registry, "all_checks", lambda: found)


def test_the_table_has_a_row_for_every_quantity(two_checks):
    rows = gzbook.check_published()
    assert rows.quantity.tolist() == ["a", "b"]
    assert rows.family.tolist() == ["regression"] * 2
    assert rows.agrees.tolist() == [True, False]
    assert rows.difference.tolist() == [0.0, 1.0]
    assert rows.published.tolist() == ["1", "2"]


@pytest.mark.parametrize("ids", ["X1", ["X1"], ("X1",)])
def test_checks_can_be_named(two_checks, ids):
    assert set(gzbook.check_published(ids).id) == {"X1"}


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ("R99", "no check 'R99'; there are 'X1'"),
        ([], "no check in an empty list"),
        (["县"], "check '县'"),
    ],
)
def test_a_check_that_does_not_exist_is_named(two_checks, ids, message):
    with pytest.raises(gz.InputError, match=message):
        gzbook.check_published(ids)
