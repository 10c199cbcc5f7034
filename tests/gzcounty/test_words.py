"""What is known of data is passed on."""

import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.language import VARIABLE
from gzcounty.words import data_notes, listed, years


def test_notes_that_come_with_a_table_or_a_column_are_passed_on():
    table = pd.DataFrame({"x": [1.0, 2.0]})
    assert data_notes(table) == []
    table.attrs["notes"] = ["A note.", "More."]
    assert data_notes(table) == ["A note.", "More."]
    assert data_notes(table["x"]) == ["A note.", "More."]


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ([True, True], "SIMULATED data: 2 of 2 rows are marked so."),
        ([1.0, float("nan")], "SIMULATED data: 1 of 2 rows are marked so."),
        ([False, False], None),
        (["yes", None], None),
    ],
)
def test_marked_rows_say_so_without_notes(marks, says):
    table = pd.DataFrame({"x": [1.0, 2.0], "simulated": marks})
    assert data_notes(table) == ([says] if says else [])
    twice = pd.concat([table, table[["simulated"]]], axis=1)
    assert data_notes(twice) == ([says] if says else [])


def test_it_is_said_once():
    notes = data_notes(gz.simulate_panel(12, n_prefectures=3))
    assert sum("SIMULATED" in note for note in notes) == 1


def test_real_data_put_beside_simulated_ones_do_not_hide_them():
    panel = gz.simulate_panel(12, n_prefectures=3)
    real = gz.load_panel()
    assert any("SIMULATED" in note for note in data_notes(pd.concat([real, panel])))


@pytest.mark.parametrize(
    ("period", "chinese"),
    [
        ("2020", "2020年"),
        ("2000, 2010", "2000年、2010年"),
        ("2010-2020", "2010—2020年"),
        ("2010 and 2020", "2010年和2020年"),
        ("2018年起", "2018年起"),
        ("2023-05", "2023-05"),
        ("88", "88"),
    ],
)
def test_bare_years_get_their_sign_in_chinese_and_nothing_else_does(monkeypatch, period, chinese):
    assert years(period) == period
    monkeypatch.setenv(VARIABLE, "zh")
    assert years(period) == years(years(period)) == chinese


def test_names_stand_in_the_quotes_of_the_language(monkeypatch):
    assert listed(["gdp", "it's"]) == "'gdp' and \"it's\""
    monkeypatch.setenv(VARIABLE, "zh")
    monkeypatch.setattr("gzcounty.language._chinese", lambda: {"'{name}'": "“{name}”"})
    assert listed(["a\n"]) == r"“a\n”"
