"""What counts as agreement, what happens when a check cannot run, and how checks are joined."""

import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook import published
from gzbook.published import (
    PRINTED,
    Check,
    DataUnavailableError,
    Tolerance,
    computed,
    printed,
)


def check(values, compute, **fields):
    return Check(
        estimator="ols", model="m", data="d", source="s", values=values, compute=compute, **fields
    )


def run(values, compute, **fields):
    return check(values, compute, **fields).run("X1", "regression")


@pytest.mark.parametrize(
    ("tolerance", "text", "limit", "words"),
    [
        (Tolerance(relative=1e-6), "-200", 2e-4, "1e-06 of the value"),
        (Tolerance(absolute=1e-6), "-200", 1e-6, "1e-06"),
        (PRINTED, "0.0800", 5e-5, "printed digits"),
        (PRINTED, "-182.3904", 5e-5, "printed digits"),
        (PRINTED, "12", 0.5, "printed digits"),
        (PRINTED, "1.25e-3", 5e-6, "printed digits"),
        (Tolerance(1e-3, printed=True), "0.08", 5e-3, "printed digits, at most to 1e-03"),
        (Tolerance(1e-3, printed=True), "0.080000", 1e-3, "printed digits, at most to 1e-03"),
    ],
)
def test_tolerance_allows_its_widest_limit(tolerance, text, limit, words):
    assert tolerance.allowed(text) == pytest.approx(limit)
    assert str(tolerance) == words


def test_a_value_agrees_if_it_rounds_to_the_printed_one():
    for ours, agrees in [(0.0749, False), (0.0751, True), (0.0849, True), (0.0851, False)]:
        assert run({"a": "0.08"}, lambda ours=ours: {"a": ours}).agrees[0] == agrees


def test_a_missing_value_does_not_agree():
    assert run({"a": "1"}, lambda: {"a": float("nan")}).agrees.tolist() == [False]


def test_a_check_that_returns_other_quantities_is_an_error():
    with pytest.raises(RuntimeError, match="Check X1 returns 'b', not 'a'"):
        run({"a": "1"}, lambda: {"b": 1.0})


@pytest.mark.parametrize("error", [DataUnavailableError, ModuleNotFoundError])
def test_a_check_that_cannot_run_says_why(error):
    def compute():
        raise error("moon.csv needs the network.")

    row = run({"a": "1"}, compute, standing="from memory", remark="Part of it was seen.").iloc[0]
    assert row.remark == "Not run here: moon.csv needs the network. Part of it was seen."
    assert row.standing == "from memory"
    assert row.isna()[["ours", "difference", "agrees"]].all()


def test_other_errors_are_not_hidden():
    with pytest.raises(ZeroDivisionError):
        run({"a": "1"}, lambda: {"a": 1 / 0})


def test_standing_and_remark_are_columns_of_their_own():
    rows = run({"a": "1"}, lambda: {"a": 1.0})
    assert rows[["standing", "remark"]].to_numpy().tolist() == [["read at its source", ""]]
    row = run({"a": "1"}, lambda: {"a": 1.0}, standing="another library", remark="So it says.")
    assert row[["standing", "remark"]].to_numpy().tolist() == [["another library", "So it says."]]


@pytest.fixture
def one_check(monkeypatch):
    check_x1 = check({"a": "1", "b": "2"}, lambda: {"a": 1.0, "b": 3.0})
    monkeypatch.setattr(published, "all_checks", lambda: {"X1": ("regression", check_x1)})


def test_the_table_has_a_row_for_every_quantity(one_check):
    rows = gzbook.check_published()
    assert rows.quantity.tolist() == ["a", "b"]
    assert rows.family.tolist() == ["regression"] * 2
    assert rows.agrees.tolist() == [True, False]
    assert rows.difference.tolist() == [0.0, 1.0]
    assert rows.published.tolist() == ["1", "2"]


@pytest.mark.parametrize("ids", ["X1", ["X1"], ("X1",)])
def test_checks_can_be_named(one_check, ids):
    assert set(gzbook.check_published(ids).id) == {"X1"}


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ("R99", "no check 'R99'; there are 'X1'"),
        ([], "no check in an empty list"),
        (["县"], "check '县'"),
    ],
)
def test_a_check_that_does_not_exist_is_named(one_check, ids, message):
    with pytest.raises(gz.InputError, match=message):
        gzbook.check_published(ids)


TABLE = pd.DataFrame({"term": ["x", "县"], "estimate": [0.5, -1.0], "std_error": [0.1, 0.2]})


def test_published_numbers_stay_as_they_are_printed():
    values = printed(["x", "z"], "0.500 -1.0e-3", ".10 0.2")
    assert values == {"x": "0.500", "z": "-1.0e-3", "SE of x": ".10", "SE of z": "0.2"}
    assert printed(["x"], errors="0.10") == {"SE of x": "0.10"}


@pytest.mark.parametrize("column", ["1", "1 2 3"])
def test_a_missing_or_additional_published_number_is_an_error(column):
    with pytest.raises(ValueError, match="zip"):
        printed(["x", "z"], column)


def test_computed_numbers_are_named_as_the_published_ones():
    assert computed(TABLE) == {"x": 0.5, "县": -1.0, "SE of x": 0.1, "SE of 县": 0.2}
    assert computed(TABLE, {"县": "county"}) == {"county": -1.0, "SE of county": 0.2}
    assert computed(TABLE, ["x"], errors=False) == {"x": 0.5}
    assert computed(TABLE, ["x"], estimates=False) == {"SE of x": 0.1}
    with pytest.raises(KeyError):
        computed(TABLE, ["y"])


def test_words_are_said_in_chinese_and_names_of_variables_are_not(monkeypatch):
    monkeypatch.setenv("GZCOUNTY_LANGUAGE", "zh")
    known = {
        "value": "值",
        "const": "常数项",
        "{name}, {more}": "{name}，{more}",
        "Beijing": "北京",
    }
    monkeypatch.setattr("gzcounty.language._chinese", lambda: known)
    names = ["value", "const", "C, Beijing", "ATT(2004, 2006)"]
    table = run(dict.fromkeys(names, "1"), lambda: dict.fromkeys(names, 1.0))
    assert table.quantity.tolist() == ["value", "常数项", "C，北京", "ATT(2004, 2006)"]
