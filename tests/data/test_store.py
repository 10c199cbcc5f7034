"""Reading a table: types, fresh copies, and damaged files."""

import shutil

import pytest

import gzcounty as gz
from gzcounty.data import store


@pytest.mark.parametrize("name", store.table_names())
def test_every_table_loads_with_typed_columns(name):
    frame = store.read_table(name)
    assert len(frame) > 0
    for column in frame.columns.intersection(["adcode", "adcode_i", "old_code"]):
        assert frame[column].str.fullmatch(r"\d{6}").all()
    assert "object" not in set(frame.dtypes.astype(str))


def test_a_loader_returns_a_fresh_frame():
    first = gz.load_counties()
    first["name_en"] = "spoilt"
    assert "spoilt" not in set(gz.load_counties().name_en)


def test_unknown_table_names_the_known_ones():
    with pytest.raises(gz.InputError, match=r"no table 'moon'.*counties, code_changes"):
        store.read_table("moon")


@pytest.fixture
def damaged(tmp_path, monkeypatch):
    """Copy the data folder, so that a test can break it."""
    copy = tmp_path / "data"
    shutil.copytree(store.folder(), copy)
    monkeypatch.setattr(store, "folder", lambda: copy)
    monkeypatch.setattr("gzcounty.data.guizhou.folder", lambda: copy)
    store._read.cache_clear()
    yield copy
    store._read.cache_clear()


def test_a_word_among_numbers_is_reported_with_the_file(damaged):
    path = damaged / "geography.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("106.7807", "east"), encoding="utf-8")
    with pytest.raises(gz.InputError, match=r"geography\.csv cannot be read.*east"):
        gz.load_geography()


def test_a_missing_column_is_named(damaged):
    path = damaged / "tile_grid.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("col,", "kol,"), encoding="utf-8")
    with pytest.raises(gz.InputError, match=r"tile_grid\.csv lacks the columns col"):
        gz.load_tile_grid()


def test_a_missing_file_is_named(damaged):
    (damaged / "events.csv").unlink()
    with pytest.raises(gz.InputError, match=r"events\.csv cannot be read"):
        gz.load_events()


def test_truncated_boundaries_are_reported(damaged):
    path = damaged / "boundaries.topojson"
    path.write_text(path.read_text(encoding="utf-8")[:5000], encoding="utf-8")
    with pytest.raises(gz.InputError, match=r"boundaries\.topojson are damaged"):
        gz.load_boundaries()
