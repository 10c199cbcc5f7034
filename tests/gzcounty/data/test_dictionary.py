"""The data dictionary."""

import pytest

import gzcounty as gz
from gzcounty.data import store
from gzcounty.data.guizhou import amount, reported
from gzcounty.language import VARIABLE
from gzcounty.words import UNITS_ZH


def test_without_a_name_it_lists_every_table():
    tables = gz.describe()
    assert tables.table.tolist() == store.table_names()
    assert tables.set_index("table").rows["counties"] == 88


@pytest.mark.parametrize("name", [*store.table_names(), "boundaries"])
def test_every_table_is_described_in_both_languages(name):
    rows = gz.describe(name)
    assert rows.label.notna().all()
    assert rows.label_zh.notna().all()


def test_panel_rows_tell_years_and_counties():
    rows = gz.describe("panel").set_index("column")
    assert rows.years["rural_income"] == "2014-2023"
    assert rows.units["lights"] == 88
    assert rows.source["lights"] == "viirs"


def test_every_measured_column_of_the_loaders_is_described():
    for name, frame in {
        "census": gz.load_census(),
        "panel": gz.load_panel(),
        "geography": gz.load_geography(),
    }.items():
        measured = set(frame.select_dtypes("number").columns) - {"year"}
        assert measured <= set(gz.describe(name).column), name


def test_every_unit_of_the_tables_has_a_chinese_name():
    entries = store.package()["resources"]
    fields = [f for e in entries for f in [*e.get("schema", {}).get("fields", [])]]
    units = {f["unit"] for f in [*fields, *store.resource("panel")["variables"]] if f.get("unit")}
    nouns = set()
    for load in (gz.load_cases, gz.load_pilots, gz.load_programme):
        for unit in set(load().unit.dropna()) - {"batch year", "flag"}:
            scale, __, noun = unit.partition(" ")
            nouns |= {scale, noun} if scale in ("10k", "100m") else {unit}
    assert units | nouns <= set(UNITS_ZH)


def test_in_chinese_labels_units_and_amounts_are_chinese(monkeypatch):
    english = reported()
    monkeypatch.setenv(VARIABLE, "zh")
    rows = gz.describe("panel").set_index("column")
    assert rows.label["gdp"] == rows.label_zh["gdp"] == "地区生产总值"
    assert rows.unit["rural_income"] == "元/人"
    assert gz.describe().set_index("table").title["sources"] == "来源"
    assert repr(gz.describe("geography")).count("公里") > 1
    assert amount(12.41, "100m yuan") == "12.41亿元"
    # In Chinese they are written as reported.
    assert english.note.str.contains("reported as").any()
    assert not reported().note.str.contains("reported as").any()


def test_notes_of_loaders_are_said_in_the_language_of_each_call(monkeypatch):
    before = gz.load_census(harmonised=True).attrs["notes"]
    monkeypatch.setattr("gzcounty.language._chinese", lambda: {_GROUPS: "{groups}、{joined}"})
    monkeypatch.setenv(VARIABLE, "zh")
    assert gz.load_census(harmonised=True).attrs["notes"][0] == "81、5"
    monkeypatch.setenv(VARIABLE, "en")
    assert gz.load_census(harmonised=True).attrs["notes"] == before


_GROUPS = (
    "{groups} groups with the same borders in 2010 and 2020; {joined} of them join several "
    "counties."
)
