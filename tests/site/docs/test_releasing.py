"""One version everywhere, and a release checklist whose places and commands exist."""

import datetime as dt
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

import gzcounty as gz
from gzcounty.data.dictionary import data_version

ROOT = Path(__file__).resolve().parents[3]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^(\w+):", MAKEFILE, flags=re.MULTILINE))
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
HEADINGS = re.findall(
    r"^## \[(.+?)\](?: - (\S+))?$",
    (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "RELEASING.md", "data/README.md")),
    *(page for page in sorted((ROOT / "book").glob("*.md")) if page.stem != "another-paper"),
]


def parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_the_version_has_three_numbers():
    assert re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", VERSION)


def test_every_place_of_the_version_says_the_same():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    versions = {
        "__init__.py": gz.__version__,
        "CITATION.cff": CITATION["version"],
        "datapackage.json": package["version"],
        "what the command line tells": data_version(),
    }
    assert versions == dict.fromkeys(versions, VERSION)


def test_changelog_goes_from_the_latest_version_to_the_first():
    assert HEADINGS[0] == ("Unreleased", "")
    released = [(parts(version), dt.date.fromisoformat(day)) for version, day in HEADINGS[1:]]
    assert released == sorted(released, reverse=True)
    assert len({version for version, _ in released}) == len(released)


def test_changelog_citation_and_version_tell_of_the_same_release():
    released = dict(HEADINGS[1:])
    day = CITATION.get("date-released")
    if VERSION in released:
        assert str(day) == released[VERSION]
    else:  # being written: the changelog says what it will be called
        assert day is None or str(day) in released.values()
        text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        assert f"What will be {VERSION}." in text.split("## [")[1]
        assert all(parts(VERSION) > parts(version) for version in released)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_target_of_make_that_a_document_names_exists(path):
    text = path.read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^ *```(?:sh|console|bash)?\n(.*?)^ *```", text, re.M | re.S))
    named = re.findall(r"`make (\w+)`", text) + re.findall(r"^\s*\$? ?make (\w+)", blocks, re.M)
    assert set(named) <= TARGETS


def test_the_checklist_names_every_place_of_the_version():
    text = (ROOT / "RELEASING.md").read_text(encoding="utf-8")
    for name in ("pyproject.toml", "src/gzcounty/__init__.py", "CITATION.cff", "CHANGELOG.md"):
        assert f"`{name}`" in text
        assert (ROOT / name).is_file()
    assert "`data/datapackage.json`" in text


def test_modules_that_documents_run_can_be_run():
    import importlib.util

    for name in ("CONTRIBUTING.md", "RELEASING.md", "README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for module in re.findall(r"python -m (\w+)", text):
            # make puts uv into .venv; an environment made by uv itself has neither it nor pip.
            if module not in ("pip", "uv"):
                assert importlib.util.find_spec(module), f"{name}: {module}"
