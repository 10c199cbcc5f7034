"""What was reported of counties, in words: nothing left out, amounts as the source means them."""

import pytest

import gzcounty as gz
from gzcounty.data.guizhou import WORDS, amount, cited, reported
from gzcounty.language import VARIABLE


def test_every_reported_figure_has_words():
    assert set(gz.load_cases().variable) | set(gz.load_pilots().variable) <= set(WORDS)
    table = reported()
    inside = gz.load_cases()
    assert len(table[table.adcode == "522632"]) == (
        (inside.adcode == "522632").sum() + (gz.load_events().adcode == "522632").sum() + 1
    )
    assert (table.what == "left the list of poverty counties").sum() == 66
    assert (table.source != "").all()


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (42.0, "10k visits", "420,000 visits"),
        (12.41, "100m yuan", "1.241 billion yuan"),
        (3000.0, "10k yuan", "30 million yuan"),
        (53.0, "times", "53 times"),
        (2016.0, "batch year", ""),
        (float("nan"), "100m yuan", ""),
    ],
)
def test_amounts_are_written_out(value, unit, words):
    assert amount(value, unit) == words


def test_a_note_keeps_the_unit_that_its_numbers_are_in():
    first = reported().query("what.str.startswith('visits to Cunchao')").iloc[0]
    assert first.note == "reported as 42 (10k visits); 30.39 local + 11.61 outside"


@pytest.mark.parametrize(
    ("source", "chinese"),
    [
        ("黔东南日报 2024-12-13", "《黔东南日报》，2024-12-13"),
        ("贵州日报报刊社, 2023-09-04", "贵州日报报刊社，2023-09-04"),
        ("贵州日报融媒体 2020", "贵州日报融媒体，2020年"),
        ("贵州民族报", "《贵州民族报》"),
        ("qdnrbs.cn", "qdnrbs.cn"),
    ],
)
def test_sources_that_are_chinese_get_chinese_signs(monkeypatch, source, chinese):
    assert cited(source) == source
    monkeypatch.setenv(VARIABLE, "zh")
    assert cited(source) == chinese
