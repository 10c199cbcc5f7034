"""Reading a table: types, fresh copies, and damaged files."""

import json
import shutil

import pytest

import gzcounty as gz
from gzcounty.data import store


@pytest.mark.parametrize("name", store.table_names())
def test_every_table_loads_with_typed_columns(name):
    frame = store.read_table(name)
    assert len(frame) > 0
    for column in frame.columns.intersection(["adcode", "adcode_i", "old_code"]):
        assert frame[column].dropna().str.fullmatch(r"\d{6}").all()
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


def spoil(path, change):
    """Write a file anew, changed as bytes, and forget what was read of it."""
    path.write_bytes(change(path.read_bytes()))
    store._read.cache_clear()


# Each way to lose or spoil part of a table, with what must be said of it.
DAMAGE = {
    "cut inside a line": (
        lambda raw: raw[: raw.index(b"\n5203") + 5],
        "breaks off in its last line",
    ),
    "cut after a line": (lambda raw: raw[: raw[:-9].rindex(b"\n") + 1], "rows instead of"),
    "cut in a sign": (lambda raw: raw[: raw.index("县".encode()) + 1], "is not UTF-8"),
    "another encoding": (lambda raw: raw.decode().encode("gb18030"), "is not UTF-8"),
    "noise": (lambda raw: bytes(range(256)) * 9, "byte 0 is no text"),
    "noise inside": (lambda raw: raw[:200] + b"\0\0" + raw[200:], "byte 200 is no text"),
    "empty": (lambda raw: b"", "the file is empty"),
    "an empty cell": (lambda raw: raw.replace(b"\n520103,", b"\n,"), r"line 3 of 'adcode'"),
    "a cell too many": (lambda raw: raw.replace(b"\n520111,", b"\n,,520111,"), "line 4"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_table_is_one_sentence(damaged, damage):
    change, written = DAMAGE[damage]
    spoil(damaged / "counties.csv", change)
    with pytest.raises(
        gz.InputError, match=rf"counties\.csv.*{written}.*Install gzcounty again\.$"
    ):
        gz.load_counties()


def test_every_table_that_is_cut_is_refused(damaged):
    for name in store.table_names():
        path = damaged / store.resource(name)["path"]
        spoil(path, lambda raw: raw[: 2 * len(raw) // 3])
        with pytest.raises(gz.InputError, match=path.name):
            store.read_table(name)


def test_half_a_number_where_whole_ones_stand(damaged):
    spoil(damaged / "tile_grid.csv", lambda raw: raw.replace(b"520103,6,", b"520103,6.5,"))
    with pytest.raises(gz.InputError, match=r"holds 6\.5 in line 3 of 'col'"):
        gz.load_tile_grid()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"resources": [{"name":'])
def test_a_damaged_data_package_is_one_sentence(damaged, text):
    (damaged / "datapackage.json").write_text(text, encoding="utf-8")
    store.package.cache_clear()
    try:
        with pytest.raises(gz.InputError, match=r"datapackage\.json is damaged"):
            gz.load_counties()
    finally:
        store.package.cache_clear()


def test_boundaries_that_lost_lines_are_reported(damaged):
    path = damaged / "boundaries.topojson"
    topology = json.loads(path.read_text(encoding="utf-8"))
    highest = max(abs(a) for a in _numbers(topology["objects"]["counties"]))
    del topology["arcs"][highest - 1 :]
    path.write_text(json.dumps(topology), encoding="utf-8")
    with pytest.raises(gz.InputError, match=r"are damaged: lines are lost"):
        gz.load_boundaries()


def _numbers(shape):
    if isinstance(shape, int):
        return [shape]
    inside = shape.get("arcs", shape.get("geometries")) if isinstance(shape, dict) else shape
    return [number for part in inside for number in _numbers(part)]


@pytest.mark.parametrize(
    "change", [lambda text: text.encode("utf-16"), lambda t: t[:5000].encode()]
)
def test_boundaries_that_are_cut_or_in_another_encoding_are_reported(damaged, change):
    path = damaged / "boundaries.topojson"
    path.write_bytes(change(path.read_text(encoding="utf-8")))
    with pytest.raises(gz.InputError, match=r"boundaries\.topojson are damaged"):
        gz.load_boundaries()
