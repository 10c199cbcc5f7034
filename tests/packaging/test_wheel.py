"""The wheel carries the tables and works far from the repository."""

import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from building import build, run

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow

# What a user of the installed package may do, in a process that sees nothing of the repository.
PROGRAM = """
import pathlib

import gzcounty as gz
from gzcounty.data import store

print(pathlib.Path(gz.__file__).resolve().parent)
print(store.folder())
for name in store.table_names():
    assert len(store.read_table(name)) > 0, name
for name in [*store.table_names(), "boundaries"]:
    assert len(gz.describe(name)) > 0, name
for name in gz.__all__:
    if name.startswith("load_"):
        loaded = getattr(gz, name)()
        assert len(getattr(loaded, "table", loaded)) > 0, name
units = gz.load_boundaries()["objects"]["counties"]["geometries"]
assert {unit["id"] for unit in units} == set(gz.load_counties().adcode)
assert len(gz.penetration("commerce", year=2020)) == 88
"""


def in_wheel(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_installed_far_away_everything_loads(installed, tmp_path):
    output = run([sys.executable, "-c", PROGRAM], cwd=tmp_path, PYTHONPATH=str(installed))
    package, tables = output.splitlines()
    assert Path(package) == (installed / "gzcounty").resolve()
    assert Path(tables) == (installed / "gzcounty" / "_data").resolve()


def test_wheel_carries_every_table_and_the_types(wheel):
    names = set(in_wheel(wheel))
    for path in (ROOT / "data").iterdir():
        assert f"gzcounty/_data/{path.name}" in names
    assert {"gzcounty/py.typed", "gzcounty/__init__.pyi"} <= names


def test_wheel_carries_every_module(wheel):
    modules = {p.relative_to(ROOT / "src").as_posix() for p in (ROOT / "src").rglob("*.py")}
    assert modules
    assert modules <= set(in_wheel(wheel))


def test_wheel_carries_nothing_else(wheel):
    tops = {name.split("/")[0] for name in in_wheel(wheel)}
    assert tops == {"gzcounty", "gzbook", next(t for t in tops if t.endswith(".dist-info"))}
    assert not [n for n in in_wheel(wheel) if n.endswith((".ipynb", ".pyc")) or "test" in n]


def test_wheel_carries_the_licences_and_says_what_it_needs(wheel):
    names = in_wheel(wheel)
    for name in ("LICENSE", "NOTICE"):
        assert any(n.endswith(f".dist-info/licenses/{name}") for n in names)
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(next(n for n in names if n.endswith("/METADATA"))).decode()
    assert "Name: gzcounty" in metadata
    assert "License-Expression: MIT" in metadata
    assert "Requires-Python: >=3.11" in metadata


def test_wheel_is_small_enough_to_send(wheel):
    assert wheel.stat().st_size < 2_000_000


def test_sdist_builds_the_same_wheel(sdist, wheel, tmp_path):
    with tarfile.open(sdist) as archive:
        # Early releases of Python 3.11 know no filter; this archive is our own.
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(tmp_path, **safe)
    (source,) = (p for p in tmp_path.iterdir() if p.is_dir())
    assert {p.name for p in source.iterdir() if p.is_dir()} == {"src", "data"}
    again = build(source, "wheel", tmp_path / "dist")
    assert again.name == wheel.name
    with zipfile.ZipFile(again) as one, zipfile.ZipFile(wheel) as other:
        assert {i.filename: i.CRC for i in one.infolist()} == {
            i.filename: i.CRC for i in other.infolist()
        }
