"""The data package: valid, complete, and telling where each figure comes from."""

import csv

import pytest
from frictionless import Package

from gzcounty.data import store

ENTRIES = [r for r in store.package()["resources"] if "schema" in r]
NAMES = [r["name"] for r in ENTRIES]


def test_frictionless_finds_nothing_wrong():
    report = Package(str(store.folder() / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])


def test_every_file_of_the_folder_is_described():
    described = {r["path"] for r in store.package()["resources"]}
    present = {p.name for p in store.folder().iterdir() if p.suffix in (".csv", ".topojson")}
    assert described == present


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_field_has_both_labels_a_type_and_a_unit_if_it_measures(entry):
    for field in entry["schema"]["fields"]:
        assert field["title"], field
        assert field["title_zh"], field
        if field["type"] == "number" and field["name"] != "value":
            assert field.get("unit"), f"{entry['name']}: {field['name']} has no unit"


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_row_names_sources_that_exist(entry):
    with (store.folder() / "sources.csv").open(encoding="utf-8") as file:
        reference = {row["source_key"] for row in csv.DictReader(file)}
    keys = store.read_table(entry["name"].replace("-", "_")).source_key
    used = {key for cell in keys for key in cell.split(";")}
    assert used <= reference
    if entry["name"] != "sources":
        assert used == {s["title"] for s in entry["sources"]}


def test_every_source_states_its_licence_and_trust():
    sources = store.read_table("sources")
    assert not sources.isna().any(axis=None)
    assert sources.source_key.is_unique


def test_units_of_the_panel_are_in_the_dictionary():
    variables = store.resource("panel")["variables"]
    assert {v["name"] for v in variables} == set(store.read_table("panel").variable)
    assert all(v["unit"] and v["title"] and v["title_zh"] for v in variables)


def test_files_end_lines_the_same_way_everywhere():
    for path in store.folder().glob("*.csv"):
        assert b"\r" not in path.read_bytes(), path.name


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_the_package_counts_the_rows_of_each_table(entry):
    """So that a table that lost its end is noticed."""
    with (store.folder() / entry["path"]).open(encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.reader(file)) - 1
    expected = entry.get("rows", rows if entry["name"] == "claims" else None)
    assert expected == rows, (
        f"{entry['path']} has {rows} rows: write '\"rows\": {rows}' into its entry of "
        "data/datapackage.json, if they are right."
    )
