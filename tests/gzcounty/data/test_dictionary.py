"""The data dictionary."""

import pytest

import gzcounty as gz
from gzcounty.data import store


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


def test_unknown_table_is_refused():
    with pytest.raises(gz.InputError, match="no table 'moon'"):
        gz.describe("moon")
